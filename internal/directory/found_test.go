package directory_test

import (
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func found(t *testing.T, hub *record.Book, name string) (num int64) {
	t.Helper()
	must(t, hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) (err error) {
		num, err = directory.FoundCentre(tx, name)
		return err
	}))
	return num
}

func TestTheFirstCentreIsResponsibleForTheFirstArea(t *testing.T) {
	clock := func() time.Time { return begin }
	hub := &record.Book{DB: testdb.Open(t, clock, store.HubMigrations()), Clock: clock}
	room := directory.New(hub, titles)
	num := found(t, hub, "Wessex Referral Centre")
	made, err := room.Organisation(t.Context(), num)
	must(t, err)
	if num < directory.FirstNum || !made.IsCentre || made.IsReferring || !made.IsActive || made.Area != directory.Everywhere {
		t.Errorf("the centre is %+v", made)
	}
	area, err := room.Area(t.Context(), directory.Everywhere)
	must(t, err)
	if area.Centre != num {
		t.Errorf("the area's centre is %d, want %d", area.Centre, num)
	}
	if again := found(t, hub, "WESSEX referral centre"); again != num {
		t.Errorf("of the same name it makes %d beside %d", again, num)
	}
}

func TestAnAreaThatHasACentreKeepsIt(t *testing.T) {
	h := newHouse(t)
	found(t, h.hub, "Second Centre")
	area, err := h.Area(t.Context(), directory.Everywhere)
	must(t, err)
	if area.Centre != h.centre.Num {
		t.Errorf("the area's centre is %d, want %d", area.Centre, h.centre.Num)
	}
}

func TestAPracticeThatIsNamedIsAReferralCentreToo(t *testing.T) {
	clock := func() time.Time { return begin }
	hub := &record.Book{DB: testdb.Open(t, clock, store.HubMigrations()), Clock: clock}
	room := directory.New(hub, titles)
	practice, err := room.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, directory.Organisation{Name: "Northside Dental", Phone: "0113 496 0000", IsReferring: true, Area: directory.Everywhere, IsActive: true})
	must(t, err)
	if num := found(t, hub, "northside DENTAL"); num != practice.Num {
		t.Errorf("the organisation is %d, want %d", num, practice.Num)
	}
	same, err := room.Organisation(t.Context(), practice.Num)
	must(t, err)
	want := practice
	want.IsCentre, want.Rev = true, practice.Rev+1
	if same != want {
		t.Errorf("the practice is %+v, want %+v", same, want)
	}
	area, err := room.Area(t.Context(), directory.Everywhere)
	must(t, err)
	if area.Centre != practice.Num {
		t.Errorf("the area's centre is %d, want %d", area.Centre, practice.Num)
	}
	found(t, hub, practice.Name)
	again, err := room.Organisation(t.Context(), practice.Num)
	must(t, err)
	if again != want {
		t.Errorf("named twice it is %+v, want %+v", again, want)
	}
}

func TestTheFirstCentreIsNumberedAfterTheLastOrganisation(t *testing.T) {
	h := newHouse(t)
	last := h.organisation(t, directory.Organisation{Name: "Last", IsTreating: true, Area: directory.Everywhere, IsActive: true})
	// An engine may forget over a restart what it has given: a number of its own choice is not the directory's.
	if num := found(t, h.hub, "Second Centre"); num != last.Num+1 {
		t.Errorf("the number is %d, want %d", num, last.Num+1)
	}
	if _, err := h.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, directory.Organisation{Name: "Another", IsTreating: true, Area: directory.Everywhere, IsActive: true}); err != nil {
		t.Error(err)
	}
}
