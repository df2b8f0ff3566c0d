package people_test

import (
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// A session that was begun or seen before the clock was put back lasts by the clock as it is: half an hour without use, twelve hours in all.
func TestASessionOfBeforeTheClockWasPutBackLastsNoLongerThanAnother(t *testing.T) {
	for _, back := range []time.Duration{time.Hour, 24 * time.Hour, 365 * 24 * time.Hour} {
		h := newHouse(t)
		h.person(ada, referrer)
		idle, _ := h.signIn(ada)
		used, _ := h.signIn(ada)
		h.pass(-back)
		h.visitor(idle)
		h.visitor(used)
		h.pass(29 * time.Minute)
		h.visitor(used)
		h.pass(2 * time.Minute)
		_, err := h.Session(t.Context(), idle)
		wants(t, err, fault.Unauthenticated)
		for since := 31 * time.Minute; since < 12*time.Hour-20*time.Minute; since += 20 * time.Minute {
			h.visitor(used)
			h.pass(20 * time.Minute)
		}
		h.pass(20 * time.Minute)
		_, err = h.Session(t.Context(), used)
		wants(t, err, fault.Unauthenticated)
		// One that is begun while the trail's time stands still ahead of the clock's.
		fresh, _ := h.signIn(ada)
		h.pass(31 * time.Minute)
		_, err = h.Session(t.Context(), fresh)
		wants(t, err, fault.Unauthenticated)
	}
}

// The wait after wrong tries counts by the clock as it is, whenever it is put back; who guesses gains no try by it but one.
func TestALockOfBeforeTheClockWasPutBackKeepsNobodyOut(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	for range 7 { // the last wait is of four minutes
		h.pass(time.Hour)
		h.SignIn(t.Context(), at, ada, another)
	}
	_, err := h.SignIn(t.Context(), at, ada, password)
	wants(t, err, fault.Unauthenticated)
	h.pass(-24 * time.Hour)
	_, err = h.SignIn(t.Context(), at, ada, another)
	wants(t, err, fault.Unauthenticated)
	_, err = h.SignIn(t.Context(), at, ada, password) // it is locked anew
	wants(t, err, fault.Unauthenticated)
	h.pass(8*time.Minute + time.Second)
	h.signIn(ada)
}

// A code is used once; the codes of before the clock was put back do not keep its owner out until the clock has come that far again.
func TestCodesGoOnAfterTheClockWasPutBack(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	secret, _ := h.withSecondFactor(v)
	signIn := func() error {
		t.Helper()
		step, err := h.SignIn(t.Context(), at, ada, password)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Code(t.Context(), at, step.Step, h.code(secret))
		return err
	}
	h.pass(-time.Hour)
	if err := signIn(); err != nil {
		t.Errorf("an hour back: %v", err)
	}
	wants(t, signIn(), fault.Unauthenticated) // the same code again
	h.pass(time.Minute)
	if err := signIn(); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}
