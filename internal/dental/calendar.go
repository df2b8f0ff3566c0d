package dental

import "time"

// DateAt is a day of a year and month. Days and months beyond the end run on into the next, as those of
// package time do.
func DateAt(year, month, day int) Date {
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return Date{int32((at.Unix() - dayOne) / secondsPerDay)}
}

// Calendar is the year, month and day of the month.
func (d Date) Calendar() (year, month, day int) {
	y, m, dd := d.midnight().Date()
	return y, int(m), dd
}

// Weekday is the day of the week, Sunday 0.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// AddMonths is the same day n months later, or the last of that month where it has no such day.
func (d Date) AddMonths(n int) Date {
	year, month, day := d.Calendar()
	return DateAt(year, month+n, min(day, daysOf(year, month+n)))
}

// AddMonthsByWeekday is the same weekday n months later, as often into the month: the second Tuesday after
// the second Tuesday. After a fifth one it is the last, where a month has only four.
func (d Date) AddMonthsByWeekday(n int) Date {
	year, month, day := d.Calendar()
	first := DateAt(year, month+n, 1)
	offset := (int(d.Weekday()) - int(first.Weekday()) + 7) % 7
	at := 1 + offset + (day-1)/7*7
	if at > daysOf(year, month+n) {
		at -= 7
	}
	return first.AddDays(at - 1)
}

// daysOf counts the days of a month.
func daysOf(year, month int) int {
	_, _, last := DateAt(year, month+1, 0).Calendar()
	return last
}

func (d Date) midnight() time.Time { return time.Unix(dayOne+int64(d.days)*secondsPerDay, 0).UTC() }

// Words is the day for people, with the month in letters, which nobody reads the wrong way round: 2 November 2026. No day is "".
func (d Date) Words() string {
	if d.IsNone() {
		return ""
	}
	return d.midnight().Format("2 January 2006")
}

// Words is the moment for people, in the practice's time: 2 November 2026 at 14:05. None is "".
func (t DateTime) Words() string {
	if t.IsNone() {
		return ""
	}
	return t.Date().Words() + " at " + t.String()[len("2006-01-02 "):len("2006-01-02 15:04")]
}

// DayInWords is a stored day as Words has it; what is no day stays as it is.
func DayInWords(stored string) string {
	if day, err := ParseDate(stored); err == nil && !day.IsNone() {
		return day.Words()
	}
	return stored
}
