package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// List is a waiting list of an area: accepted referrals wait there for a place with a provider.
type List struct {
	Num       int64
	Area      int64
	Name      string   // stands in the status: "Sent to: " and the name
	FormTypes []string // the pathways: which forms it takes referrals on; none is all
	IsOpen    bool     // a closed list takes no more referrals
	Rev       int64
}

const listColumns = "SELECT `ListNum`, `AreaNum`, `Name`, `FormTypes`, `IsOpen`, `Rev` FROM `waitinglist` "

func readLists(c store.Conn, sql string, args ...store.Value) (all []List, err error) {
	rows := c.Query(sql, args...)
	for rows.Next() {
		all = append(all, List{rows.Int(0), rows.Int(1), string(rows.Text(2)), list(string(rows.Text(3))), rows.Int(4) != 0, rows.Int(5)})
	}
	return all, rows.Close()
}

func (l List) columns() []column {
	return []column{{"AreaNum", store.Int(l.Area)}, {"Name", store.Text(l.Name)}, {"NameFold", store.Text(dental.Fold(l.Name))}, {"FormTypes", store.Text(strings.Join(l.FormTypes, ","))}, {"IsOpen", store.Bool(l.IsOpen)}}
}

// WhyNot says in plain words why the list cannot take a referral on a form, each a clause that goes on after its name; nothing where it
// can. title is what people call the form; "" is not known. What came without a form is taken by every list that is open.
func (l List) WhyNot(formType, title string) (reasons []string) {
	if !l.IsOpen {
		reasons = append(reasons, "is closed")
	}
	if formType != "" && len(l.FormTypes) > 0 && !slices.Contains(l.FormTypes, formType) {
		reasons = append(reasons, notOnForm(title))
	}
	return reasons
}

// ListOf reads a waiting list in a transaction or a read of somebody else's; NotFound where there is none.
func ListOf(c store.Conn, num int64) (List, error) {
	found, err := readLists(c, listColumns+"WHERE `ListNum` = ?", store.Int(num))
	if err == nil && len(found) == 0 {
		err = notFound("waiting list")
	}
	if err != nil {
		return List{}, err
	}
	return found[0], nil
}

// Lists are an area's, by their names.
func (r *Room) Lists(ctx context.Context, area int64) (all []List, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		all, err = readLists(c, listColumns+"WHERE `AreaNum` = ? ORDER BY `NameFold`", store.Int(area))
		return err
	})
	return all, err
}

// SaveList adds a waiting list, where its Num is 0, or changes it. A list stays in its area. What it takes says which referrals are put
// on it from then on; those that are on it stay there.
func (r *Room) SaveList(ctx context.Context, caller audit.Caller, e Editor, l List) (saved List, err error) {
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		saved, err = r.saveList(tx, e, l)
		return err
	})
	return saved, err
}

func (r *Room) saveList(tx *record.Tx, e Editor, l List) (_ List, err error) {
	old := List{}
	if l.Num != 0 {
		if old, err = ListOf(tx, l.Num); err != nil {
			return l, err
		}
		if old.Area != l.Area {
			return l, notFound("waiting list")
		}
	} else if _, err := areaOf(tx, l.Area); err != nil {
		return l, err
	}
	if !e.MayChangeArea(l.Area) {
		return l, errNotCentre
	}
	if old.Rev != l.Rev {
		return l, errChanged
	}
	var f faults
	f.name("The name of the waiting list", &l.Name)
	f.forms(r, "FormTypes", &l.FormTypes, old.FormTypes)
	if found, err := one(tx, func(store.Row) {}, "SELECT `ListNum` FROM `waitinglist` WHERE `AreaNum` = ? AND `NameFold` = ? AND `ListNum` <> ?", store.Int(l.Area), store.Text(dental.Fold(l.Name)), store.Int(l.Num)); err != nil {
		return l, err
	} else if found {
		f.add("Name", "The area has a waiting list of this name already; choose another name")
	}
	if err := fault.InvalidFields(f); err != nil {
		return l, err
	}
	if l.Num == 0 {
		l.Rev = 1
		l.Num, err = insert(tx, "waitinglist", l.columns())
		return l, err
	}
	changed, err := update(tx, "waitinglist", "ListNum", l.Num, l.Rev, old.columns(), l.columns())
	if changed {
		l.Rev++
	}
	return l, err
}
