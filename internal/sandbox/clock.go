package sandbox

import (
	"sync/atomic"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// Morning is when a demo's clock begins: before the doors open on the first working day after the
// sample data.
const Morning = "2026-11-02 07:30:00"

// Clock is a demo's own: it begins at a moment and runs on from there, so that the appointments that are to come
// in the sample data are still to come on any day.
type Clock struct{ ahead atomic.Int64 } // of the real time, in nanoseconds

// NewClock makes a clock that begins now, at a local time.
func NewClock(begin dental.DateTime) (*Clock, error) {
	c := new(Clock)
	at, err := time.ParseInLocation(dental.DateTimeLayout, begin.String(), time.Local)
	c.ahead.Store(int64(time.Until(at)))
	return c, err
}

// Now tells the time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Reach sets the clock forward to a moment; it never goes back.
func (c *Clock) Reach(at dental.DateTime) error {
	if !dental.DateTimeOf(c.Now()).Before(at) {
		return nil
	}
	later, err := NewClock(at)
	if err == nil {
		c.ahead.Store(later.ahead.Load())
	}
	return err
}
