package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// What becomes of an entry by an import.
const (
	Added     = "added"
	Changed   = "changed"
	Unchanged = "unchanged"
)

// Change is what becomes of one column of an entry.
type Change struct{ Column, Before, After string }

// Imported is what becomes of a line's entry.
type Imported struct {
	Line         int
	Kind         string // organisation, service or clinician
	Name         string
	Organisation string // whose service or clinician it is
	What         string // Added, Changed or Unchanged
	Changes      []Change
	num, rev     int64 // of one that there was
}

// Preview is what an import does, or what is wrong with its file.
type Preview struct {
	Lines  []Imported // those without a fault, in the order of the file
	Faults []CSVFault
	// Digest names what was previewed: Import does that, or nothing.
	Digest string
}

// Count is how many lines have been added, changed or unchanged.
func (p Preview) Count(what string) (n int) {
	for _, line := range p.Lines {
		if line.What == what {
			n++
		}
	}
	return n
}

// errUndone ends the transaction of a preview.
var errUndone = errors.New("this was only previewed")

// Preview says what Import of a file does: it does it, and undoes it in the same transaction, so that the two cannot differ.
func (r *Room) Preview(ctx context.Context, e Editor, file []byte) (p Preview, err error) {
	rows, faults := parseCSV(file)
	if len(rows) == 0 {
		return Preview{Faults: faults}, nil
	}
	err = r.hub.Write(ctx, audit.Caller{}, func(tx *record.Tx) error {
		if p, err = r.run(tx, e, rows, faults); err != nil {
			return err
		}
		return errUndone
	})
	if errors.Is(err, errUndone) {
		err = nil
	}
	return p, err
}

// Import does what Preview said of the same file, in one commit. digest is the preview's: where the directory has changed since
// in what the file is about, it is a Conflict and nothing is done; a file with faults is Invalid.
func (r *Room) Import(ctx context.Context, caller audit.Caller, e Editor, file []byte, digest string) (p Preview, err error) {
	rows, faults := parseCSV(file)
	if len(rows) == 0 || len(faults) > 0 {
		return Preview{Faults: faults}, faulty(faults)
	}
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		if p, err = r.run(tx, e, rows, nil); err != nil {
			return err
		}
		if p.Digest != digest {
			return fault.New(fault.Conflict, "The directory was changed since the preview, or the file was. Nothing was imported; look at the preview again")
		}
		if err := faulty(p.Faults); err != nil {
			return err
		}
		return tx.Note(audit.Import, "directory", int64(p.Count(Added)+p.Count(Changed)), "rows")
	})
	return p, err
}

// faulty refuses a file with faults.
func faulty(faults []CSVFault) error {
	if len(faults) == 0 {
		return nil
	}
	fields := make([]fault.Field, len(faults))
	for i, f := range faults {
		fields[i] = fault.Field{Name: f.Column, Text: f.String()}
	}
	return fault.InvalidFields(fields)
}

// importing is one run over a file.
type importing struct {
	*index
	room  *Room
	tx    *record.Tx
	e     Editor
	seen  map[string]int // the line by entry
	wrong map[string]int // the line by the folded name of an organisation that it would add, were it right
	p     Preview
	stops error
}

// kinds are the three kinds of entry, in the order in which they need each other.
var kinds = []string{"organisation", "service", "clinician"}

func (r *Room) run(tx *record.Tx, e Editor, rows []csvRow, faults []CSVFault) (Preview, error) {
	x, err := readIndex(tx)
	if err != nil {
		return Preview{}, err
	}
	im := &importing{index: x, room: r, tx: tx, e: e, seen: make(map[string]int), wrong: make(map[string]int), p: Preview{Faults: slices.Clone(faults)}}
	for _, row := range rows {
		if !slices.Contains(kinds, strings.ToLower(row.cells["Kind"])) {
			im.fault(row, "Kind", "%q is none of the kinds; write organisation, service or clinician", clip(row.cells["Kind"]))
		}
	}
	for _, kind := range kinds {
		for _, row := range rows {
			if strings.ToLower(row.cells["Kind"]) != kind {
				continue
			}
			switch kind {
			case "organisation":
				im.organisation(row)
			case "service":
				im.service(row)
			case "clinician":
				im.clinician(row)
			}
			if im.stops != nil {
				return Preview{}, im.stops
			}
		}
	}
	slices.SortStableFunc(im.p.Lines, func(a, b Imported) int { return a.Line - b.Line })
	slices.SortStableFunc(im.p.Faults, func(a, b CSVFault) int { return a.Line - b.Line })
	im.p.Digest, err = im.p.digest()
	return im.p, err
}

// digest is the same as long as the same is to be done to the same entries.
func (p Preview) digest() (string, error) {
	sum := sha256.New()
	out := json.NewEncoder(sum)
	for _, line := range p.Lines {
		if err := out.Encode([]any{line, line.num, line.rev}); err != nil {
			return "", err
		}
	}
	if err := out.Encode(p.Faults); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (im *importing) fault(row csvRow, column, format string, args ...any) {
	im.p.Faults = append(im.p.Faults, CSVFault{row.line, column, fmt.Sprintf(format, args...)})
}

// number reads the number of an entry that a line is about; 0 is none.
func (im *importing) number(row csvRow) (int64, bool) {
	cell := row.cells["Number"]
	if cell == "" {
		return 0, true
	}
	num, err := strconv.ParseInt(cell, 10, 64)
	if err != nil || num < 1 {
		im.fault(row, "Number", "%q is no number of an entry; leave it empty for a new one", clip(cell))
		return 0, false
	}
	return num, true
}

// unknown says that a line's number is nobody's.
func (im *importing) unknown(row csvRow, num int64) {
	im.fault(row, "Number", "There is no %s %d; leave the number empty for a new one", strings.ToLower(row.cells["Kind"]), num)
}

// once refuses a second line about the same entry.
func (im *importing) once(row csvRow, kind string, num int64) bool {
	k := kind + strconv.FormatInt(num, 10)
	if first, twice := im.seen[k]; twice {
		im.fault(row, "", "This is about the same %s as line %d; keep one of them", kind, first)
		return false
	}
	im.seen[k] = row.line
	return true
}

// owner finds the organisation of a service's or clinician's line.
func (im *importing) owner(row csvRow) (Organisation, bool) {
	cell := row.cells["Organisation"]
	if cell == "" {
		im.fault(row, "Organisation", "Say whose %s it is: write the organisation's name or number", strings.ToLower(row.cells["Kind"]))
		return Organisation{}, false
	}
	o, ok := im.organisationNamed(cell)
	if line, isWrong := im.wrong[dental.Fold(cell)]; !ok && isWrong {
		im.fault(row, "Organisation", "The organisation %q is added by line %d, which is wrong; put that right first", clip(cell), line)
	} else if !ok {
		im.fault(row, "Organisation", "There is no organisation %q in the directory or in this file; write its name or number", clip(cell))
	}
	return o, ok
}

func (im *importing) organisation(row csvRow) {
	faults := len(im.p.Faults)
	defer func() {
		if len(im.p.Faults) > faults {
			im.wrong[dental.Fold(row.cells["Name"])] = row.line
		}
	}()
	num, ok := im.number(row)
	if !ok {
		return
	}
	if num == 0 {
		num = im.named[key("organisation", 0, row.cells["Name"], "")]
	}
	old, found := im.organisations[num]
	if !found && num != 0 {
		im.unknown(row, num)
		return
	}
	if found && !im.once(row, "organisation", num) {
		return
	}
	new := old
	if !found {
		new.IsActive = true
		switch {
		case len(im.e.Areas) == 1:
			new.Area = im.e.Areas[0]
		case im.e.isOperator:
			new.Area = Everywhere
		}
	}
	if cell := row.cells["Organisation"]; cell != "" {
		im.fault(row, "Organisation", "An organisation belongs to no other one; leave the cell empty")
		return
	}
	changed, ok := fill(im, row, im.organisationFields(), &new)
	if !ok {
		return
	}
	if found && !changed {
		note(im, row, "", im.organisationFields(), old, old, old.Num, old.Rev)
		return
	}
	saved, err := im.room.saveOrganisation(im.tx, im.e, new)
	if !keep(im, row, im.organisationFields(), err) {
		return
	}
	note(im, row, "", im.organisationFields(), old, saved, old.Num, old.Rev)
	im.putOrganisation(saved)
	if !found {
		im.once(row, "organisation", saved.Num)
	}
}

func (im *importing) service(row csvRow) {
	num, ok := im.number(row)
	owner, found := im.owner(row)
	if !ok || !found {
		return
	}
	if num == 0 {
		num = im.named[key("service", owner.Num, row.cells["Name"], "")]
	}
	old, found := im.services[num]
	if !found && num != 0 || found && old.Organisation != owner.Num {
		im.unknown(row, num)
		return
	}
	if found && !im.once(row, "service", num) {
		return
	}
	new := old
	if !found {
		new = Service{Organisation: owner.Num, IsOpen: true, Anaesthesia: []string{"local"}}
	}
	changed, ok := fill(im, row, im.serviceFields(), &new)
	if !ok {
		return
	}
	if found && !changed {
		note(im, row, owner.Name, im.serviceFields(), old, old, old.Num, old.Rev)
		return
	}
	saved, err := im.room.saveService(im.tx, im.e, new)
	if !keep(im, row, im.serviceFields(), err) {
		return
	}
	note(im, row, owner.Name, im.serviceFields(), old, saved, old.Num, old.Rev)
	im.putService(saved)
	if !found {
		im.once(row, "service", saved.Num)
	}
}

func (im *importing) clinician(row csvRow) {
	num, ok := im.number(row)
	owner, found := im.owner(row)
	if !ok || !found {
		return
	}
	if num == 0 {
		num = im.clinicianNamed(row, owner.Num)
	}
	old, found := im.clinicians[num]
	if !found && num != 0 || found && old.Organisation != owner.Num {
		im.unknown(row, num)
		return
	}
	if found && !im.once(row, "clinician", num) {
		return
	}
	new := old
	if !found {
		new = Clinician{Organisation: owner.Num, IsActive: true}
	}
	changed, ok := fill(im, row, im.clinicianFields(), &new)
	if !ok {
		return
	}
	if found && !changed {
		note(im, row, owner.Name, im.clinicianFields(), old, old, old.Num, old.Rev)
		return
	}
	saved, err := saveClinician(im.tx, im.e, new)
	if !keep(im, row, im.clinicianFields(), err) {
		return
	}
	note(im, row, owner.Name, im.clinicianFields(), old, saved, old.Num, old.Rev)
	im.putClinician(saved)
	if !found {
		im.once(row, "clinician", saved.Num)
	}
}

// clinicianNamed finds a clinician by name and GDC number; in a file without that column by the name, where only one has it.
func (im *importing) clinicianNamed(row csvRow, owner int64) (num int64) {
	if gdc, given := row.cells["GDC"]; given {
		return im.named[key("clinician", owner, row.cells["Name"], gdc)]
	}
	for _, c := range im.clinicians {
		if c.Organisation == owner && fold(c.Name) == fold(row.cells["Name"]) {
			if num != 0 {
				return 0
			}
			num = c.Num
		}
	}
	return num
}

// fill puts a line's cells into an entry. A column that the file does not have leaves what is there.
// changed tells whether that makes a difference.
func fill[T any](im *importing, row csvRow, fields []field[T], entry *T) (changed, ok bool) {
	before := len(im.p.Faults)
	for _, column := range csvColumns[3:] {
		cell, given := row.cells[column]
		i := slices.IndexFunc(fields, func(f field[T]) bool { return f.column == column })
		switch {
		case !given:
		case i < 0 && cell != "":
			im.fault(row, column, "The column is not for %ss; leave the cell empty", strings.ToLower(row.cells["Kind"]))
		case i < 0:
		case column == "Area" && cell == "":
			// No organisation is without one: empty is the one that it has, or is given.
		case cell == strings.TrimSpace(fields[i].get(entry)):
		default:
			changed = true
			if wrong := fields[i].set(entry, cell); wrong != "" {
				im.fault(row, column, "%s", wrong)
			}
		}
	}
	return changed, len(im.p.Faults) == before
}

// keep notes the faults with which an entry was refused; another error ends the run.
func keep[T any](im *importing, row csvRow, fields []field[T], err error) bool {
	if err == nil {
		return true
	}
	f := fault.From(err)
	switch {
	case f.Kind == fault.Internal || f.Kind == fault.Busy:
		im.stops = err
	case len(f.Fields) == 0:
		im.fault(row, "", "%s", f.Text)
	}
	for _, one := range f.Fields {
		column := one.Name
		if i := slices.IndexFunc(fields, func(f field[T]) bool { return f.of == one.Name }); i >= 0 {
			column = fields[i].column
		}
		im.fault(row, column, "%s", one.Text)
	}
	return false
}

// note notes what has become of a line's entry.
func note[T any](im *importing, row csvRow, owner string, fields []field[T], old, new T, num, rev int64) {
	line := Imported{Line: row.line, Kind: strings.ToLower(row.cells["Kind"]), Organisation: owner, What: Unchanged, num: num, rev: rev}
	for _, f := range fields {
		before, after := "", f.get(&new)
		if num != 0 {
			before = f.get(&old)
		}
		if f.column == "Name" {
			line.Name = after
		}
		if before != after {
			line.Changes, line.What = append(line.Changes, Change{f.column, before, after}), Changed
		}
	}
	if num == 0 {
		line.What = Added
	}
	im.p.Lines = append(im.p.Lines, line)
}
