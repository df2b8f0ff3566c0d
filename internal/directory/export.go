package directory

import (
	"context"
	"io"
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Export writes the organisations that a filter shows, each with its services and its clinicians, as Preview and Import read
// them.
func (r *Room) Export(ctx context.Context, w io.Writer, filter Filter) error {
	var rows []map[string]string
	err := r.read(ctx, func(c store.Conn) error {
		x, err := readIndex(c)
		if err != nil {
			return err
		}
		found, err := find(c, filter)
		if err != nil {
			return err
		}
		rows = x.rows(found)
		return nil
	})
	if err != nil {
		return err
	}
	return writeCSV(w, rows)
}

// ExportAll is Export of everything, the inactive organisations too.
func (r *Room) ExportAll(ctx context.Context, w io.Writer) error {
	var rows []map[string]string
	err := r.read(ctx, func(c store.Conn) error {
		x, err := readIndex(c)
		if err != nil {
			return err
		}
		active, err := find(c, Filter{})
		if err != nil {
			return err
		}
		inactive, err := find(c, Filter{Inactive: true})
		rows = x.rows(append(active, inactive...))
		return err
	})
	if err != nil {
		return err
	}
	return writeCSV(w, rows)
}

func (x *index) rows(found []Found) (rows []map[string]string) {
	clinicians := make(map[int64][]Clinician)
	for _, c := range x.clinicians {
		clinicians[c.Organisation] = append(clinicians[c.Organisation], c)
	}
	for _, f := range found {
		rows = append(rows, cellsOf(x.organisationFields(), &f.Organisation, "organisation", f.Num, ""))
		for _, s := range f.Services {
			rows = append(rows, cellsOf(x.serviceFields(), &s, "service", s.Num, x.nameFor(f.Organisation)))
		}
		theirs := clinicians[f.Num]
		slices.SortFunc(theirs, func(a, b Clinician) int { return int(a.Num - b.Num) })
		for _, c := range theirs {
			rows = append(rows, cellsOf(x.clinicianFields(), &c, "clinician", c.Num, x.nameFor(f.Organisation)))
		}
	}
	return rows
}

// nameFor is what stands for an organisation in another entry's line: its name, or its number where the name is not its alone.
func (x *index) nameFor(o Organisation) string {
	if found, ok := x.organisationNamed(o.Name); ok && found.Num == o.Num {
		return o.Name
	}
	return strconv.FormatInt(o.Num, 10)
}

func cellsOf[T any](fields []field[T], entry *T, kind string, num int64, organisation string) map[string]string {
	cells := map[string]string{"Kind": kind, "Number": strconv.FormatInt(num, 10), "Organisation": organisation}
	for _, f := range fields {
		cells[f.column] = f.get(entry)
	}
	return cells
}
