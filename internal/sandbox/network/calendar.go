package network

import (
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// The history lies between two moments, so that it is the same on any day: the doors open for the first time, and they are about
// to open on the day on which the demo begins.
var (
	Begin = day("2026-01-05").At(8 * 3600)
	End   = day("2026-11-02").At(7*3600 + 30*60)
)

// workday is how many minutes a working day has, and opens when it begins.
const workday, opens = 9 * 60, 8*3600 + 30*60

// workdays are the working days of the history, the first one first.
var workdays = func() (all []dental.Date) {
	for on := Begin.Date().AddDays(1); on.Before(End.Date()); on = on.AddDays(1) {
		if isWorkday(on) {
			all = append(all, on)
		}
	}
	return all
}()

func isWorkday(on dental.Date) bool {
	for _, h := range holidays {
		if h.On == on {
			return false
		}
	}
	return on.Weekday() != time.Saturday && on.Weekday() != time.Sunday
}

// minutes counts working time from the beginning of the history.
type minutes int

// last is the end of the last working day.
var last = minutes(len(workdays) * workday)

func days(n int) minutes { return minutes(n * workday) }

// moment is the clock's time of a point of working time.
func (m minutes) moment() dental.DateTime {
	m = max(0, min(m, last-1))
	return workdays[m/workday].At(opens + 60*int(m%workday))
}

// visit is a working day after the history at which a patient can be seen: n counts from the first.
func visit(n, quarter int) dental.DateTime {
	on := End.Date()
	for n--; n > 0 || !isWorkday(on); {
		on = on.AddDays(1)
		if isWorkday(on) {
			n--
		}
	}
	return on.At(9*3600 + 900*quarter)
}
