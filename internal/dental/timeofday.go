package dental

import (
	"fmt"
	"time"
)

// TimeOfDay is a civil time without a day, in whole seconds after midnight. The zero value is
// midnight, which Open Dental and Bridgework write where there is none.
type TimeOfDay int32

// TimeLayout is the layout of the wire and of storage.
const TimeLayout = "15:04:05"

// ParseTimeOfDay reads HH:mm:ss.
func ParseTimeOfDay(text string) (TimeOfDay, error) {
	at, err := time.Parse(TimeLayout, text)
	if err != nil || len(text) != len(TimeLayout) {
		return 0, fmt.Errorf("dental: %q is not a time of day", text)
	}
	return TimeOfDay(at.Hour()*60*60 + at.Minute()*60 + at.Second()), nil
}

// Seconds counts from midnight; Date.At takes it.
func (t TimeOfDay) Seconds() int { return int(t) }

// String writes HH:mm:ss.
func (t TimeOfDay) String() string {
	return fmt.Sprintf("%02d:%02d:%02d", t/3600, t/60%60, t%60)
}

// TimeOfDay is the time of the day.
func (t DateTime) TimeOfDay() TimeOfDay { return TimeOfDay(t.seconds % secondsPerDay) }
