package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Filter says which organisations are shown; the zero value is all that are active.
type Filter struct {
	Search   string // parts of the name or the address, without regard to case and accents
	Does     string // refers, treats or centre; "" is anything
	FormType string // one that it treats; "" is any
	Area     int64  // 0 is any
	Inactive bool   // those that are not active, instead
	Sort     string // name, area or wait; "" is name
	Reversed bool   // the other way round
}

// Found is an organisation in a list.
type Found struct {
	Organisation
	AreaName string
	Services []Service
}

// WaitDays is the shortest wait of its open services; -1 where it has none.
func (f Found) WaitDays() int {
	wait := -1
	for _, s := range f.Services {
		if s.IsOpen && (wait < 0 || s.WaitDays < wait) {
			wait = s.WaitDays
		}
	}
	return wait
}

// Find lists organisations with their services. It reads them all: a directory has as many as people look after by hand.
func (r *Room) Find(ctx context.Context, filter Filter) (found []Found, err error) {
	err = r.read(ctx, func(c store.Conn) error {
		found, err = find(c, filter)
		return err
	})
	return found, err
}

func find(c store.Conn, filter Filter) (found []Found, err error) {
	sql, args := organisationColumns+"WHERE o.`IsActive` = ?", []store.Value{store.Bool(!filter.Inactive)}
	switch filter.Does {
	case "refers":
		sql += " AND o.`IsReferring` = 1"
	case "treats":
		sql += " AND o.`IsTreating` = 1"
	case "centre":
		sql += " AND o.`IsCentre` = 1"
	}
	if filter.Area != 0 {
		sql, args = sql+" AND o.`AreaNum` = ?", append(args, store.Int(filter.Area))
	}
	rows := c.Query(sql+" ORDER BY o.`NameFold`, o.`OrganisationNum`", args...)
	words := strings.Fields(dental.Fold(filter.Search))
	for rows.Next() {
		o := scanOrganisation(rows)
		in := dental.Fold(o.Name + " " + o.Address)
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(in, word) }) {
			found = append(found, Found{Organisation: o})
		}
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	services, err := readServices(c, serviceColumns+"ORDER BY s.`NameFold`")
	if err != nil {
		return nil, err
	}
	areas, err := readAreas(c, areaColumns+"ORDER BY `AreaNum`")
	if err != nil {
		return nil, err
	}
	names := make(map[int64]string, len(areas))
	for _, a := range areas {
		names[a.Num] = a.Name
	}
	theirs := make(map[int64][]Service)
	for _, s := range services {
		theirs[s.Organisation] = append(theirs[s.Organisation], s)
	}
	for i := range found {
		found[i].AreaName, found[i].Services = names[found[i].Area], theirs[found[i].Num]
	}
	if filter.FormType != "" {
		found = slices.DeleteFunc(found, func(f Found) bool {
			return !slices.ContainsFunc(f.Services, func(s Service) bool { return slices.Contains(s.FormTypes, filter.FormType) })
		})
	}
	compare := func(a, b Found) int { return cmp.Compare(dental.Fold(a.Name), dental.Fold(b.Name)) }
	switch filter.Sort {
	case "area":
		compare = func(a, b Found) int { return cmp.Compare(dental.Fold(a.AreaName), dental.Fold(b.AreaName)) }
	case "wait":
		compare = func(a, b Found) int { return cmp.Compare(a.WaitDays(), b.WaitDays()) }
	}
	if filter.Sort == "" && !filter.Reversed {
		return found, nil // as they were read
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		if filter.Sort == "wait" && (a.WaitDays() < 0) != (b.WaitDays() < 0) {
			return cmp.Compare(b.WaitDays(), a.WaitDays()) // those without a service come last, either way
		}
		if filter.Reversed {
			return compare(b, a)
		}
		return compare(a, b)
	})
	return found, nil
}

// OpenOf is how many open referrals count for each of an organisation's services.
func (r *Room) OpenOf(ctx context.Context, organisation int64) (open map[int64]int, err error) {
	err = r.read(ctx, func(c store.Conn) error {
		services, err := readServices(c, serviceColumns+"WHERE s.`OrganisationNum` = ?", store.Int(organisation))
		if err != nil {
			return err
		}
		held, err := readHeld(c, heldByOne, store.Int(organisation))
		open = make(map[int64]int, len(services))
		for _, s := range services {
			open[s.Num] = held.of(s)
		}
		return err
	})
	return open, err
}
