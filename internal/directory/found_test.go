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

func TestAPracticeThatIsNamedStaysAPractice(t *testing.T) {
	h := newHouse(t)
	if num := found(t, h.hub, h.practice.Name); num != h.practice.Num {
		t.Errorf("the organisation is %d, want %d", num, h.practice.Num)
	}
	same, err := h.Organisation(t.Context(), h.practice.Num)
	must(t, err)
	if same.IsCentre || same.Rev != h.practice.Rev {
		t.Errorf("the practice is %+v", same)
	}
}
