package directory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var titles = map[string]string{"EndodonticForm": "Endodontics", "OralSurgeryForm": "Minor oral surgery", "ChildOralCareForm": "Child oral care"}

var begin = time.Date(2026, time.November, 2, 9, 30, 0, 0, time.Local)

// house is a directory over storage of the test's own: a referral centre that is responsible for area 1, a hospital with two
// services and a clinician, and a practice that refers.
type house struct {
	*directory.Room
	hub                        *record.Book
	centre, hospital, practice directory.Organisation
	endo, surgery              directory.Service
	chief, theirs              directory.Editor // the centre's administrator, and the hospital's
}

func newHouse(t *testing.T) *house {
	t.Helper()
	clock := func() time.Time { return begin }
	hub := &record.Book{DB: testdb.Open(t, clock, store.HubMigrations()), Clock: clock}
	h := &house{Room: directory.New(hub, titles), hub: hub}
	h.centre = h.organisation(t, directory.Organisation{Name: "Riverside Referral Centre", IsCentre: true, Area: directory.Everywhere, IsActive: true})
	area, err := h.Area(t.Context(), directory.Everywhere)
	must(t, err)
	area.Centre = h.centre.Num
	_, err = h.SaveArea(t.Context(), audit.Operator, directory.Operator, area)
	must(t, err)
	h.hospital = h.organisation(t, directory.Organisation{Name: "County Hospital", Address: "1 Hill Road\nLeeds", Phone: "+44 113 496 0000", IsTreating: true, Area: directory.Everywhere, IsActive: true})
	h.practice = h.organisation(t, directory.Organisation{Name: "Northside Dental", IsReferring: true, Area: directory.Everywhere, IsActive: true})
	h.endo = h.service(t, directory.Service{Organisation: h.hospital.Num, Name: "Endodontics", FormTypes: []string{"EndodonticForm"}, MinAge: 18, Anaesthesia: []string{"local"}, Tiers: []string{"2", "3"}, WaitDays: 30, Capacity: 2, IsOpen: true})
	h.surgery = h.service(t, directory.Service{Organisation: h.hospital.Num, Name: "Oral surgery", FormTypes: []string{"OralSurgeryForm"}, Anaesthesia: []string{"local", "sedation", "general"}, Facilities: []string{"hoist", "cbct"}, WaitDays: 60, IsOpen: true})
	_, err = h.SaveClinician(t.Context(), audit.Operator, directory.Operator, directory.Clinician{Organisation: h.hospital.Num, Name: "Mr E Example", GDC: "123456", IsActive: true, Services: []int64{h.endo.Num}})
	must(t, err)
	h.chief = directory.Editor{Person: 1, Organisation: h.centre.Num, Areas: []int64{directory.Everywhere}, IsCentre: true}
	h.theirs = directory.Editor{Person: 2, Organisation: h.hospital.Num}
	return h
}

func (h *house) organisation(t testing.TB, o directory.Organisation) directory.Organisation {
	t.Helper()
	saved, err := h.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, o)
	must(t, err)
	return saved
}

func (h *house) service(t testing.TB, s directory.Service) directory.Service {
	t.Helper()
	saved, err := h.SaveService(t.Context(), audit.Operator, directory.Operator, s)
	must(t, err)
	return saved
}

// hold gives a provider open referrals on a form, whose allocations name no service.
func (h *house) hold(t testing.TB, provider int64, form string, n int) {
	t.Helper()
	h.holdAt(t, provider, 0, form, n)
}

// holdAt gives a provider's service open referrals.
func (h *house) holdAt(t testing.TB, provider, service int64, form string, n int) {
	t.Helper()
	must(t, h.hub.DB.Write(t.Context(), func(tx store.Tx) error {
		for range n {
			held++
			if _, err := tx.Exec("INSERT INTO `referral` (`Urn`, `PracticeNum`, `State`, `Seq`, `Origin`, `CreatedAt`, `FormType`, `PartyRole`, `PartyNum`, `ServiceNum`) VALUES (?, 1, 'sent', 1, 'test', '2026-01-01 00:00:00', ?, 'provider', ?, ?)",
				store.Text(fmt.Sprintf("T%06d", held)), store.Text(form), store.Int(provider), store.Int(service)); err != nil {
				return err
			}
		}
		return nil
	}))
}

var held int

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused wants a fault of a kind whose text has all the parts.
func refused(t *testing.T, err error, kind fault.Kind, parts ...string) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("the answer is %v, want a fault: %s", err, kind)
	}
	for _, part := range parts {
		if !strings.Contains(fault.From(err).Text, part) {
			t.Errorf("the answer %q does not say %q", fault.From(err).Text, part)
		}
	}
}

func nowIs() time.Time { return begin }
