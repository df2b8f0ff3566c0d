package dental

import (
	"fmt"
	"time"
)

// Date is a day of the civil calendar. The zero value is 0001-01-01, which Open Dental and
// Bridgework write where there is none.
type Date struct{ days int32 }

// DateTime is a local civil time in whole seconds, without a zone. The zero value is
// 0001-01-01 00:00:00, which stands for none.
type DateTime struct{ seconds int64 }

// The layouts of the wire and of storage.
const (
	DateLayout     = "2006-01-02"
	DateTimeLayout = "2006-01-02 15:04:05"
)

const secondsPerDay = 24 * 60 * 60

var dayOne = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

// ParseDate reads yyyy-MM-dd. A day that the calendar does not have is an error.
func ParseDate(text string) (Date, error) {
	at, err := time.Parse(DateLayout, text)
	if err != nil || at.Year() < 1 {
		return Date{}, fmt.Errorf("dental: %q is not a date", text)
	}
	return Date{int32((at.Unix() - dayOne) / secondsPerDay)}, nil
}

// DateOf is the civil day of a moment, in the moment's zone.
func DateOf(at time.Time) Date {
	year, month, day := at.Date()
	civil := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Date{int32((civil.Unix() - dayOne) / secondsPerDay)}
}

// IsNone tells whether there is no date.
func (d Date) IsNone() bool { return d.days == 0 }

// Earliest is the first day that a caller may name. An earlier one is a slip of the hand: nobody who is
// treated today was alive, and Open Dental takes it for no day at all.
var Earliest, _ = ParseDate("1880-01-01")

// IsTooEarly tells whether the date is one, and before Earliest.
func (d Date) IsTooEarly() bool { return !d.IsNone() && d.Before(Earliest) }

// AddDays is the date n days later.
func (d Date) AddDays(n int) Date { return Date{d.days + int32(n)} }

// Before tells whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.days < e.days }

// DaysSince counts the days from e to d.
func (d Date) DaysSince(e Date) int { return int(d.days - e.days) }

// At is the moment of the date at a time of day given in seconds.
func (d Date) At(secondOfDay int) DateTime {
	return DateTime{int64(d.days)*secondsPerDay + int64(secondOfDay)}
}

// String writes yyyy-MM-dd.
func (d Date) String() string {
	return time.Unix(dayOne+int64(d.days)*secondsPerDay, 0).UTC().Format(DateLayout)
}

// ParseDateTime reads yyyy-MM-dd HH:mm:ss.
func ParseDateTime(text string) (DateTime, error) {
	at, err := time.Parse(DateTimeLayout, text)
	// time.Parse accepts a fraction and one-digit hours that the layout does not show.
	if err != nil || len(text) != len(DateTimeLayout) || at.Year() < 1 {
		return DateTime{}, fmt.Errorf("dental: %q is not a datetime", text)
	}
	return DateTime{at.Unix() - dayOne}, nil
}

// DateTimeOf is the civil time of a moment, in the moment's zone; fractions are dropped.
func DateTimeOf(at time.Time) DateTime {
	year, month, day := at.Date()
	hour, minute, second := at.Clock()
	return DateTime{time.Date(year, month, day, hour, minute, second, 0, time.UTC).Unix() - dayOne}
}

// IsNone tells whether there is no datetime.
func (t DateTime) IsNone() bool { return t.seconds == 0 }

// AddSeconds is the civil time n seconds later.
func (t DateTime) AddSeconds(n int) DateTime { return DateTime{t.seconds + int64(n)} }

// Before tells whether t is earlier than u.
func (t DateTime) Before(u DateTime) bool { return t.seconds < u.seconds }

// Date is the civil day.
func (t DateTime) Date() Date { return Date{int32(t.seconds / secondsPerDay)} }

// String writes yyyy-MM-dd HH:mm:ss.
func (t DateTime) String() string {
	return time.Unix(dayOne+t.seconds, 0).UTC().Format(DateTimeLayout)
}
