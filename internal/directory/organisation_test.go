package directory_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestAllFaultsOfAnOrganisationAreNamedAtOnce(t *testing.T) {
	h := newHouse(t)
	_, err := h.SaveOrganisation(t.Context(), audit.Operator, h.chief, directory.Organisation{Name: " ", Phone: "none", Email: "a b", Website: "javascript:alert(1)", Area: 99, IsActive: true})
	refused(t, err, fault.Invalid, "The name is missing", "telephone number", "reception@example.org", "https://www.example.org", "area must be one", "Say what the organisation does")
	fields := fault.From(err).Fields
	if len(fields) != 6 {
		t.Errorf("%d fields are at fault, want 6: %v", len(fields), fields)
	}
}

func TestAnOrganisationsOwnAdministratorChangesHowItIsReached(t *testing.T) {
	h := newHouse(t)
	o := h.hospital
	o.Hours = "Monday to Friday, 9 to 5"
	saved, err := h.SaveOrganisation(t.Context(), audit.Operator, h.theirs, o)
	must(t, err)
	if found, err := h.Organisation(t.Context(), o.Num); err != nil || found != saved || found.Hours != o.Hours || found.Rev != o.Rev+1 {
		t.Errorf("stored is %+v, %v", found, err)
	}
}

func TestAnAdministratorDoesNotMakeTheirOrganisationAReferralCentre(t *testing.T) {
	h := newHouse(t)
	o := h.hospital
	o.IsCentre = true
	_, err := h.SaveOrganisation(t.Context(), audit.Operator, h.theirs, o)
	refused(t, err, fault.Forbidden, "only the administrators of the area's referral centre")
}

func TestAnAdministratorChangesNothingOfAnotherOrganisation(t *testing.T) {
	h := newHouse(t)
	stranger := directory.Editor{Person: 3, Organisation: h.practice.Num}
	ctx := t.Context()
	o := h.hospital
	o.Phone = "0113 1"
	_, err := h.SaveOrganisation(ctx, audit.Operator, stranger, o)
	refused(t, err, fault.Forbidden, "Only an administrator of this organisation")
	s := h.endo
	s.IsOpen = false
	_, err = h.SaveService(ctx, audit.Operator, stranger, s)
	refused(t, err, fault.Forbidden)
	s.Organisation = h.practice.Num // as if it were theirs
	_, err = h.SaveService(ctx, audit.Operator, stranger, s)
	refused(t, err, fault.NotFound)
	refused(t, h.RemoveService(ctx, audit.Operator, stranger, h.endo.Num, h.endo.Rev), fault.Forbidden)
	clinicians, err := h.Clinicians(ctx, h.hospital.Num)
	must(t, err)
	refused(t, h.RemoveClinician(ctx, audit.Operator, stranger, clinicians[0].Num, clinicians[0].Rev), fault.Forbidden)
	_, err = h.SaveClinician(ctx, audit.Operator, stranger, clinicians[0])
	refused(t, err, fault.Forbidden)
	for _, e := range []directory.Editor{stranger, {}, {Organisation: h.hospital.Num}, {Organisation: h.centre.Num, IsCentre: true}, {Areas: []int64{directory.Everywhere}}} {
		_, err = h.SaveOrganisation(ctx, audit.Operator, e, directory.Organisation{Name: "New", IsReferring: true, Area: directory.Everywhere})
		refused(t, err, fault.Forbidden)
		area, err := h.Area(ctx, directory.Everywhere)
		must(t, err)
		_, err = h.SaveArea(ctx, audit.Operator, e, area)
		refused(t, err, fault.Forbidden)
		_, err = h.SaveList(ctx, audit.Operator, e, directory.List{Area: directory.Everywhere, Name: "A list", IsOpen: true})
		refused(t, err, fault.Forbidden)
		_, err = h.SaveRoute(ctx, audit.Operator, e, directory.Route{Area: directory.Everywhere, Name: "A rule", Service: h.endo.Num})
		refused(t, err, fault.Forbidden)
	}
}

func TestOfTwoWhoEditAtOnceTheSecondIsToldAndNothingIsOverwritten(t *testing.T) {
	h := newHouse(t)
	var all sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		all.Go(func() {
			s := h.endo
			s.Capacity = 10 + i
			_, results[i] = h.SaveService(t.Context(), audit.Operator, h.theirs, s)
		})
	}
	all.Wait()
	won := -1
	for i, err := range results {
		if err == nil && won < 0 {
			won = i
		} else {
			refused(t, err, fault.Conflict, "Somebody else has changed this")
		}
	}
	if s, err := h.Service(t.Context(), h.endo.Num); err != nil || won < 0 || s.Capacity != 10+won {
		t.Errorf("stored is %+v, %v; who won is %d", s, err, won)
	}
}

func TestWhatIsNotChangedIsNotWritten(t *testing.T) {
	h := newHouse(t)
	before := h.trail(t)
	saved, err := h.SaveOrganisation(t.Context(), audit.Operator, h.theirs, h.hospital)
	must(t, err)
	if saved.Rev != h.hospital.Rev || h.trail(t) != before {
		t.Errorf("revision %d after %d, %d entries in the trail after %d", saved.Rev, h.hospital.Rev, h.trail(t), before)
	}
}

// trail is how many entries the trail has.
func (h *house) trail(t *testing.T) (n int64) {
	t.Helper()
	must(t, h.hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT COUNT(*) FROM `auditevent`")
		rows.Next()
		n = rows.Int(0)
		return rows.Close()
	}))
	return n
}

func TestEveryChangeIsInTheTrailWithItsColumnsAndNotTheirValues(t *testing.T) {
	h := newHouse(t)
	o := h.hospital
	o.Phone, o.Email = "0113 496 0001", "desk@example.org"
	_, err := h.SaveOrganisation(t.Context(), audit.Caller{Name: "person 2"}, h.theirs, o)
	must(t, err)
	must(t, h.hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Caller`, `Action`, `Target`, `TargetNum`, `Detail` FROM `auditevent` ORDER BY `AuditNum` DESC LIMIT 1")
		rows.Next()
		if got := [4]string{string(rows.Text(0)), string(rows.Text(1)), string(rows.Text(2)), string(rows.Text(4))}; got != [4]string{"person 2", "update", "organisation", "Phone,Email"} || rows.Int(3) != o.Num {
			t.Errorf("the trail says %v of %d", got, rows.Int(3))
		}
		return rows.Close()
	}))
}

func TestTwoOrganisationsAreNotNamedAlike(t *testing.T) {
	h := newHouse(t)
	_, err := h.SaveOrganisation(t.Context(), audit.Operator, h.chief, directory.Organisation{Name: "COUNTY hospital", IsTreating: true, Area: directory.Everywhere})
	refused(t, err, fault.Invalid, "has this name already")
}

func TestAServiceToWhichARuleSendsIsNotRemoved(t *testing.T) {
	h := newHouse(t)
	route, err := h.SaveRoute(t.Context(), audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: "Root canals", Service: h.endo.Num, IsActive: true})
	must(t, err)
	refused(t, h.RemoveService(t.Context(), audit.Operator, h.theirs, h.endo.Num, h.endo.Rev), fault.Conflict, "Root canals")
	must(t, h.RemoveRoute(t.Context(), audit.Operator, h.chief, route.Num, route.Rev))
	must(t, h.RemoveService(t.Context(), audit.Operator, h.theirs, h.endo.Num, h.endo.Rev))
	clinicians, err := h.Clinicians(t.Context(), h.hospital.Num)
	must(t, err)
	if len(clinicians) != 1 || len(clinicians[0].Services) != 0 {
		t.Errorf("the clinicians are %+v", clinicians)
	}
}

func TestAnAreasClocksBecomeTheLifecyclesRules(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	area, err := h.Area(ctx, directory.Everywhere)
	must(t, err)
	area.IsApproval, area.Clocks.AnswerWithin = true, 14
	targets := area.Clocks.Targets["urgent"]
	targets.Triage = 1
	area.Clocks.Targets["urgent"] = targets
	area.Holidays = directory.ParseHolidays("2026-12-28\r\n\n2026-12-25 Christmas Day\r\n")
	_, err = h.SaveArea(ctx, audit.Operator, h.chief, area)
	must(t, err)
	must(t, h.hub.DB.Read(ctx, func(c store.Conn) error {
		rules, err := directory.RulesOf(c, directory.Everywhere)
		must(t, err)
		christmas, _ := dental.ParseDate("2026-12-25")
		if !rules.Approval || rules.AnswerWithin != 14 || rules.Targets["urgent"].Triage != 1 || rules.Targets["routine"].Triage != 5 || !rules.Holidays[christmas] || len(rules.Holidays) != 2 {
			t.Errorf("the rules are %+v", rules)
		}
		rules, err = directory.RulesOf(c, 77)
		must(t, err)
		if rules.Approval || rules.AnswerWithin != 28 {
			t.Errorf("the rules of no area are %+v", rules)
		}
		return nil
	}))
	area.Clocks.Attempts = 0
	area.Rev++
	_, err = h.SaveArea(ctx, audit.Operator, h.chief, area)
	refused(t, err, fault.Invalid, "Attempts to reach a patient", "from 1 to 20")
	area.Holidays = directory.ParseHolidays("Christmas\n2026-13-01 X\n2026-12-25\n2026-12-25 again")
	_, err = h.SaveArea(ctx, audit.Operator, h.chief, area)
	refused(t, err, fault.Invalid, `"Christmas" must begin`, `"2026-13-01 X" must begin`, "2026-12-25 stands there twice")
	if text := "2026-12-25 Christmas Day\nBoxing Day\n"; directory.HolidaysText(directory.ParseHolidays(text)) != text {
		t.Errorf("it is edited as %q", directory.HolidaysText(directory.ParseHolidays(text)))
	}
}

func TestRulesChangePlaces(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	var routes []directory.Route
	for _, name := range []string{"a", "b", "c"} {
		route, err := h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: name, Service: h.endo.Num, IsActive: true})
		must(t, err)
		routes = append(routes, route)
	}
	must(t, h.MoveRoute(ctx, audit.Operator, h.chief, routes[2].Num, routes[2].Rev, true))
	refused(t, h.MoveRoute(ctx, audit.Operator, h.chief, routes[2].Num, routes[2].Rev, true), fault.Conflict)
	must(t, h.MoveRoute(ctx, audit.Operator, h.chief, routes[0].Num, routes[0].Rev, true)) // it is the first
	found, err := h.Routes(ctx, directory.Everywhere)
	must(t, err)
	if order := found[0].Name + found[1].Name + found[2].Name; order != "acb" {
		t.Errorf("the order is %s", order)
	}
}

func TestARuleThatSendsEverythingWithoutTriageIsRefused(t *testing.T) {
	h := newHouse(t)
	l, err := h.SaveList(t.Context(), audit.Operator, h.chief, directory.List{Area: directory.Everywhere, Name: "Orthodontics", IsOpen: true})
	must(t, err)
	_, err = h.SaveRoute(t.Context(), audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: "", MinAge: 20, MaxAge: 10, List: l.Num, IsAuto: true, Tiers: []string{"9"}})
	refused(t, err, fault.Invalid, "name of the rule is missing", "oldest age", "To a waiting list a person sends", "would send everything", `"9"`)
}

func TestAPracticeIsAnOrganisationFromTheSameCommitOn(t *testing.T) {
	registry, err := practice.Open(t.Context(), testdb.Chosen().Location(t), practice.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, errors.Join(registry.Close())) })
	made, err := registry.CreateWith(t.Context(), audit.Operator, "", "Southside Dental", practice.Details{Address: "2 Mill Lane", Phone: "0113 496 0002", Email: "hello@example.org"})
	must(t, err)
	room := directory.New(registry.Hub, nil)
	o, err := room.Organisation(t.Context(), int64(made.Num))
	must(t, err)
	if want := (directory.Organisation{Num: int64(made.Num), Name: "Southside Dental", Address: "2 Mill Lane", Phone: "0113 496 0002", Email: "hello@example.org", IsReferring: true, Area: directory.Everywhere, IsActive: true, Rev: 1}); o != want {
		t.Errorf("the organisation is %+v, want %+v", o, want)
	}
	o.Name, o.Address = "Southside Dental Suite", "3 Mill Lane\nLeeds"
	_, err = room.SaveOrganisation(t.Context(), audit.Operator, directory.Editor{Organisation: o.Num}, o)
	must(t, err)
	if _, err := registry.Find(t.Context(), "southside dental suite"); err != nil {
		t.Errorf("the practice is not renamed: %v", err)
	}
	other, err := room.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, directory.Organisation{Name: "A hospital", IsTreating: true, Area: directory.Everywhere, IsActive: true})
	must(t, err)
	if other.Num < directory.FirstNum || other.IsPractice() || !o.IsPractice() {
		t.Errorf("another organisation has number %d", other.Num)
	}
}
