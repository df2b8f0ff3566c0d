package workclaim

import (
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// A holder that is gone keeps the work from others for its lease, and not until a clock that was put back has come that far again.
func TestAClaimOfBeforeTheClockWasPutBackIsTakenOver(t *testing.T) {
	onEachEngine(t, func(t *testing.T, one, two store.DB) {
		clock := newHand()
		a, b := NewClaimant(one, clock.time), NewClaimant(two, clock.time)
		gone := take(t, a, time.Minute)
		clock.move(-59 * time.Second)
		if take(t, b, time.Minute) != nil {
			t.Fatal("a claim is taken over by a process whose clock is behind by less than the lease")
		}
		clock.move(-24 * time.Hour)
		if take(t, b, time.Minute) == nil {
			t.Fatal("the work waits until the clock has come as far again")
		}
		if err := one.Write(t.Context(), gone.Check); err == nil {
			t.Error("two have the work")
		}
	})
}
