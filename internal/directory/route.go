package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Route is a rule by which an area's referrals are sent. A list that is empty is no condition; the same goes for ages from 0
// to 0. A condition on what is not known of a referral does not hold.
type Route struct {
	Num         int64
	Area        int64
	Position    int64 // rules are asked in its order
	Name        string
	FormTypes   []string
	MinAge      int
	MaxAge      int // 0 is no limit
	Priorities  []string
	Tiers       []string
	Anaesthesia []string
	Service     int64 // where it sends to: a service, or
	List        int64 // a waiting list
	IsAuto      bool  // it sends without triage; else it suggests
	IsActive    bool
	Rev         int64
}

const routeColumns = "SELECT `RouteNum`, `AreaNum`, `Position`, `Name`, `FormTypes`, `MinAge`, `MaxAge`, `Priorities`, `Tiers`, `Anaesthesia`, `ServiceNum`, `ListNum`, `IsAuto`, `IsActive`, `Rev` FROM `route` "

func readRoutes(c store.Conn, sql string, args ...store.Value) (all []Route, err error) {
	rows := c.Query(sql, args...)
	for rows.Next() {
		all = append(all, Route{Num: rows.Int(0), Area: rows.Int(1), Position: rows.Int(2), Name: string(rows.Text(3)), FormTypes: list(string(rows.Text(4))), MinAge: int(rows.Int(5)), MaxAge: int(rows.Int(6)),
			Priorities: list(string(rows.Text(7))), Tiers: list(string(rows.Text(8))), Anaesthesia: list(string(rows.Text(9))), Service: rows.Int(10), List: rows.Int(11),
			IsAuto: rows.Int(12) != 0, IsActive: rows.Int(13) != 0, Rev: rows.Int(14)})
	}
	return all, rows.Close()
}

func (r Route) columns() []column {
	return []column{{"AreaNum", store.Int(r.Area)}, {"Position", store.Int(r.Position)}, {"Name", store.Text(r.Name)}, {"FormTypes", store.Text(strings.Join(r.FormTypes, ","))},
		{"MinAge", store.Int(r.MinAge)}, {"MaxAge", store.Int(r.MaxAge)}, {"Priorities", store.Text(strings.Join(r.Priorities, ","))}, {"Tiers", store.Text(strings.Join(r.Tiers, ","))},
		{"Anaesthesia", store.Text(strings.Join(r.Anaesthesia, ","))}, {"ServiceNum", store.Int(r.Service)}, {"ListNum", store.Int(r.List)}, {"IsAuto", store.Bool(r.IsAuto)}, {"IsActive", store.Bool(r.IsActive)}}
}

func routesOf(c store.Conn, area int64) ([]Route, error) {
	return readRoutes(c, routeColumns+"WHERE `AreaNum` = ? ORDER BY `Position`, `RouteNum`", store.Int(area))
}

func routeOf(c store.Conn, num int64) (Route, error) {
	found, err := readRoutes(c, routeColumns+"WHERE `RouteNum` = ?", store.Int(num))
	if err == nil && len(found) == 0 {
		err = notFound("rule")
	}
	if err != nil {
		return Route{}, err
	}
	return found[0], nil
}

// Holds tells whether a rule's conditions hold for what is known of a referral.
func (r Route) Holds(need Need) bool {
	switch {
	case !r.IsActive || r.Area != need.Area,
		len(r.FormTypes) > 0 && !slices.Contains(r.FormTypes, need.FormType),
		(r.MinAge > 0 || r.MaxAge > 0) && (need.Age < 0 || !isAge(need.Age, r.MinAge, r.MaxAge)),
		len(r.Priorities) > 0 && !slices.Contains(r.Priorities, string(need.Priority)),
		len(r.Tiers) > 0 && (need.Tier == "" || !takesTier(r.Tiers, need.Tier)),
		len(r.Anaesthesia) > 0 && !slices.Contains(r.Anaesthesia, need.Anaesthesia):
		return false
	}
	return true
}

// Routes are an area's rules in their order.
func (r *Room) Routes(ctx context.Context, area int64) (all []Route, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		all, err = routesOf(c, area)
		return err
	})
	return all, err
}

// Route reads one; NotFound where there is none.
func (r *Room) Route(ctx context.Context, num int64) (route Route, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		route, err = routeOf(c, num)
		return err
	})
	return route, err
}

func (r *Route) check(room *Room, tx *record.Tx, old Route, f *faults) error {
	f.name("The name of the rule", &r.Name)
	f.forms(room, "FormTypes", &r.FormTypes, old.FormTypes)
	f.ages(r.MinAge, r.MaxAge)
	f.choices("Priorities", "priority", &r.Priorities, Priorities)
	f.choices("Tiers", "level", &r.Tiers, Tiers)
	f.choices("Anaesthesia", "anaesthesia", &r.Anaesthesia, Anaesthesia)
	switch {
	case r.Service == 0 && r.List == 0:
		f.add("Target", "Say where the rule sends to: a service, or a waiting list")
	case r.Service != 0 && r.List != 0:
		f.add("Target", "A rule sends to a service or to a waiting list; choose one of them")
	case r.List != 0 && r.IsAuto:
		f.add("IsAuto", "To a waiting list a person sends; choose a service, or let the rule suggest")
	}
	if r.IsAuto && len(r.FormTypes) == 0 && len(r.Priorities) == 0 {
		f.add("IsAuto", "A rule that sends without triage needs a form or a priority; without one it would send everything")
	}
	if r.Service != 0 {
		if _, err := serviceOf(tx, r.Service); fault.Is(err, fault.NotFound) {
			f.add("Target", "There is no such service; choose one of those that there are")
		} else if err != nil {
			return err
		}
	}
	if r.List != 0 {
		if l, err := ListOf(tx, r.List); fault.Is(err, fault.NotFound) || err == nil && l.Area != r.Area {
			f.add("Target", "The area has no such waiting list; choose one of those that it has")
		} else if err != nil {
			return err
		}
	}
	return nil
}

// SaveRoute adds a rule at the end of its area's, where its Num is 0, or changes it where it stands.
func (r *Room) SaveRoute(ctx context.Context, caller audit.Caller, e Editor, route Route) (saved Route, err error) {
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		saved, err = r.saveRoute(tx, e, route)
		return err
	})
	return saved, err
}

// mostRoutes keeps an area's rules a list that a person can read.
const mostRoutes = 200

func (r *Room) saveRoute(tx *record.Tx, e Editor, route Route) (_ Route, err error) {
	old := Route{}
	if route.Num != 0 {
		if old, err = routeOf(tx, route.Num); err != nil {
			return route, err
		}
		if old.Area != route.Area {
			return route, notFound("rule")
		}
		route.Position = old.Position
	} else {
		if _, err := areaOf(tx, route.Area); err != nil {
			return route, err
		}
		all, err := routesOf(tx, route.Area)
		if err != nil {
			return route, err
		}
		if len(all) >= mostRoutes {
			return route, fault.New(fault.Invalid, "An area has at most %d rules; remove one first", mostRoutes)
		}
		if route.Position = 1; len(all) > 0 {
			route.Position = all[len(all)-1].Position + 1
		}
	}
	if !e.MayChangeArea(route.Area) {
		return route, errNotCentre
	}
	if old.Rev != route.Rev {
		return route, errChanged
	}
	var f faults
	if err := route.check(r, tx, old, &f); err != nil {
		return route, err
	}
	if err := fault.InvalidFields(f); err != nil {
		return route, err
	}
	if route.Num == 0 {
		route.Rev = 1
		route.Num, err = insert(tx, "route", route.columns())
		return route, err
	}
	changed, err := update(tx, "route", "RouteNum", route.Num, route.Rev, old.columns(), route.columns())
	if changed {
		route.Rev++
	}
	return route, err
}

// MoveRoute lets a rule change places with the one before it, or with up false the one after it. At the end nothing happens.
func (r *Room) MoveRoute(ctx context.Context, caller audit.Caller, e Editor, num, rev int64, up bool) error {
	return r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		all, at, err := routeAmong(tx, e, num, rev)
		if err != nil {
			return err
		}
		with := at + 1
		if up {
			with = at - 1
		}
		if with < 0 || with == len(all) {
			return nil
		}
		for _, moved := range []struct {
			route Route
			to    int64
		}{{all[at], all[with].Position}, {all[with], all[at].Position}} {
			new := moved.route
			new.Position = moved.to
			if _, err := update(tx, "route", "RouteNum", new.Num, new.Rev, moved.route.columns(), new.columns()); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveRoute takes a rule away.
func (r *Room) RemoveRoute(ctx context.Context, caller audit.Caller, e Editor, num, rev int64) error {
	return r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		if _, _, err := routeAmong(tx, e, num, rev); err != nil {
			return err
		}
		return remove(tx, "route", "RouteNum", num)
	})
}

// routeAmong reads a rule that the editor may change, among its area's.
func routeAmong(tx *record.Tx, e Editor, num, rev int64) (all []Route, at int, err error) {
	route, err := routeOf(tx, num)
	if err != nil {
		return nil, 0, err
	}
	if !e.MayChangeArea(route.Area) {
		return nil, 0, errNotCentre
	}
	if route.Rev != rev {
		return nil, 0, errChanged
	}
	all, err = routesOf(tx, route.Area)
	return all, slices.IndexFunc(all, func(o Route) bool { return o.Num == num }), err
}
