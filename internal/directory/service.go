package directory

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Service is what an organisation treats, and for whom.
type Service struct {
	Num          int64
	Organisation int64
	Name         string
	FormTypes    []string // the pathways: which forms it takes referrals on
	MinAge       int      // in whole years
	MaxAge       int      // the oldest that it takes; 0 is no limit
	Tiers        []string // the levels of care; none is any
	Anaesthesia  []string
	Facilities   []string
	Hours        string
	Capacity     int // how many open referrals it takes at once; 0 is no limit
	WaitDays     int // for how long a patient waits for the first visit, as the organisation expects
	IsOpen       bool
	Rev          int64
}

const serviceColumns = "SELECT s.`ServiceNum`, s.`OrganisationNum`, s.`Name`, s.`FormTypes`, s.`MinAge`, s.`MaxAge`, s.`Tiers`, s.`Anaesthesia`, s.`Facilities`, s.`Hours`, s.`Capacity`, s.`WaitDays`, s.`IsOpen`, s.`Rev` FROM `service` AS s "

func scanService(r store.Row) Service {
	return Service{Num: r.Int(0), Organisation: r.Int(1), Name: string(r.Text(2)), FormTypes: list(string(r.Text(3))), MinAge: int(r.Int(4)), MaxAge: int(r.Int(5)),
		Tiers: list(string(r.Text(6))), Anaesthesia: list(string(r.Text(7))), Facilities: list(string(r.Text(8))), Hours: string(r.Text(9)),
		Capacity: int(r.Int(10)), WaitDays: int(r.Int(11)), IsOpen: r.Int(12) != 0, Rev: r.Int(13)}
}

func (s Service) columns() []column {
	return []column{{"OrganisationNum", store.Int(s.Organisation)}, {"Name", store.Text(s.Name)}, {"NameFold", store.Text(dental.Fold(s.Name))}, {"FormTypes", store.Text(strings.Join(s.FormTypes, ","))},
		{"MinAge", store.Int(s.MinAge)}, {"MaxAge", store.Int(s.MaxAge)}, {"Tiers", store.Text(strings.Join(s.Tiers, ","))}, {"Anaesthesia", store.Text(strings.Join(s.Anaesthesia, ","))},
		{"Facilities", store.Text(strings.Join(s.Facilities, ","))}, {"Hours", store.Text(s.Hours)}, {"Capacity", store.Int(s.Capacity)}, {"WaitDays", store.Int(s.WaitDays)}, {"IsOpen", store.Bool(s.IsOpen)}}
}

func readServices(c store.Conn, sql string, args ...store.Value) (all []Service, err error) {
	rows := c.Query(sql, args...)
	for rows.Next() {
		all = append(all, scanService(rows))
	}
	return all, rows.Close()
}

func serviceOf(c store.Conn, num int64) (Service, error) {
	found, err := readServices(c, serviceColumns+"WHERE s.`ServiceNum` = ?", store.Int(num))
	if err == nil && len(found) == 0 {
		err = notFound("service")
	}
	if err != nil {
		return Service{}, err
	}
	return found[0], nil
}

// Services are an organisation's, by their names.
func (r *Room) Services(ctx context.Context, organisation int64) (all []Service, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		all, err = readServices(c, serviceColumns+"WHERE s.`OrganisationNum` = ? ORDER BY s.`NameFold`", store.Int(organisation))
		return err
	})
	return all, err
}

// Service reads one; NotFound where there is none.
func (r *Room) Service(ctx context.Context, num int64) (s Service, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		s, err = serviceOf(c, num)
		return err
	})
	return s, err
}

// longestWait is how many days a wait may be said to take: some ten years.
const longestWait = 3650

func (s *Service) check(r *Room, old Service, f *faults) {
	f.name("The name", &s.Name)
	if strings.Contains(s.Name, ";") {
		f.add("Name", "The name has a semicolon, which stands between names in files; use a comma instead")
	}
	if len(s.FormTypes) == 0 {
		f.add("FormTypes", "Say which forms the service takes referrals on; without one it gets none")
	}
	f.forms(r, "FormTypes", &s.FormTypes, old.FormTypes)
	f.ages(s.MinAge, s.MaxAge)
	f.choices("Tiers", "level", &s.Tiers, Tiers)
	if len(s.Anaesthesia) == 0 {
		f.add("Anaesthesia", "Say which anaesthesia the service offers; for most it is local anaesthesia at least")
	}
	f.choices("Anaesthesia", "anaesthesia", &s.Anaesthesia, Anaesthesia)
	f.choices("Facilities", "facility", &s.Facilities, Facilities)
	f.lines("Hours", "The hours", &s.Hours, 1000)
	f.number("Capacity", "How many referrals at once (0 is no limit)", s.Capacity, 1_000_000)
	f.number("WaitDays", "The expected wait in days", s.WaitDays, longestWait)
}

// editable reads the organisation of an entry, and checks that it is the editor's.
func editable(c store.Conn, e Editor, organisation int64) (Organisation, error) {
	o, err := Of(c, organisation)
	if err == nil && !e.MayChange(o) {
		err = errNotTheirs
	}
	return o, err
}

// SaveService adds a service, where its Num is 0, or changes it. A service stays with its organisation.
func (r *Room) SaveService(ctx context.Context, caller audit.Caller, e Editor, s Service) (saved Service, err error) {
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		saved, err = r.saveService(tx, e, s)
		return err
	})
	return saved, err
}

func (r *Room) saveService(tx *record.Tx, e Editor, s Service) (_ Service, err error) {
	old := Service{}
	if s.Num != 0 {
		if old, err = serviceOf(tx, s.Num); err != nil {
			return s, err
		}
		if s.Organisation != old.Organisation {
			return s, notFound("service")
		}
	}
	if _, err := editable(tx, e, s.Organisation); err != nil {
		return s, err
	}
	if old.Rev != s.Rev {
		return s, errChanged
	}
	var f faults
	s.check(r, old, &f)
	if found, err := one(tx, func(store.Row) {}, "SELECT `ServiceNum` FROM `service` WHERE `OrganisationNum` = ? AND `NameFold` = ? AND `ServiceNum` <> ?",
		store.Int(s.Organisation), store.Text(dental.Fold(s.Name)), store.Int(s.Num)); err != nil {
		return s, err
	} else if found {
		f.add("Name", "The organisation has a service of this name already; choose another name")
	}
	if err := fault.InvalidFields(f); err != nil {
		return s, err
	}
	if s.Num == 0 {
		s.Rev = 1
		s.Num, err = insert(tx, "service", s.columns())
		return s, err
	}
	changed, err := update(tx, "service", "ServiceNum", s.Num, s.Rev, old.columns(), s.columns())
	if changed {
		s.Rev++
	}
	return s, err
}

// RemoveService takes a service out of the directory, and off its clinicians. One to which a rule sends is a Conflict: the rule
// is changed first. Referrals that were sent stay with the organisation.
func (r *Room) RemoveService(ctx context.Context, caller audit.Caller, e Editor, num, rev int64) error {
	return r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		s, err := serviceOf(tx, num)
		if err != nil {
			return err
		}
		if _, err := editable(tx, e, s.Organisation); err != nil {
			return err
		}
		if s.Rev != rev {
			return errChanged
		}
		if err := noRoute(tx, "ServiceNum", num, "service"); err != nil {
			return err
		}
		if err := tx.Send("DELETE FROM `clinicianservice` WHERE `ServiceNum` = ?", store.Int(num)); err != nil {
			return err
		}
		return remove(tx, "service", "ServiceNum", num)
	})
}

// noRoute refuses while a rule sends to a service or a waiting list.
func noRoute(tx *record.Tx, column string, num int64, what string) error {
	var name string
	found, err := one(tx, func(r store.Row) { name = string(r.Text(0)) }, "SELECT `Name` FROM `route` WHERE `"+column+"` = ? ORDER BY `RouteNum` LIMIT 1", store.Int(num))
	if err == nil && found {
		err = fault.New(fault.Conflict, "The rule %q sends to this %s. Change or remove the rule first, or close the %s instead", name, what, what)
	}
	return err
}
