package sandbox

import (
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// The days that the sample data is relative to. They are constant, so that a demo is the same on
// any day.
var (
	opened    = day("2019-01-07") // the practice's first day
	attaching = day("2022-01-06") // the day after the documents' first refattach
	lastWork  = day("2026-10-30") // the last working day
	today     = day("2026-11-01") // the day on which the data is looked at, a Sunday
)

// day reads a date that this package writes down.
func day(text string) dental.Date {
	date, err := dental.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

// moment reads a datetime that this package writes down.
func moment(text string) dental.DateTime {
	at, err := dental.ParseDateTime(text)
	if err != nil {
		panic(err)
	}
	return at
}

// weekday counts from Monday, which is 0: 0001-01-01 was one.
func weekday(date dental.Date) int { return date.DaysSince(dental.Date{}) % 7 }

// workdayBefore is the day itself, or the Friday before a Saturday or Sunday.
func workdayBefore(date dental.Date) dental.Date { return date.AddDays(-max(0, weekday(date)-4)) }

// workdayAfter is the next day, or the Monday after a Friday or Saturday.
func workdayAfter(date dental.Date) dental.Date {
	next := date.AddDays(1)
	if over := weekday(next) - 4; over > 0 {
		return next.AddDays(3 - over)
	}
	return next
}

// ageOn is how many years old somebody is on a day.
func ageOn(date, born dental.Date) int {
	on, from := date.String(), born.String()
	year, _ := strconv.Atoi(on[:4])
	birthYear, _ := strconv.Atoi(from[:4])
	if on[4:] < from[4:] {
		birthYear++ // the birthday is still to come
	}
	return year - birthYear
}

func earlier(a, b dental.Date) dental.Date {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b dental.Date) dental.Date {
	if a.Before(b) {
		return b
	}
	return a
}
