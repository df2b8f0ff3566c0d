package sandbox

import (
	"fmt"
	"math/rand/v2"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// dice draw what is left to chance. Each part of the practice has dice of its own, so that a change
// in how one part is drawn leaves the parts before it as they were.
type dice struct{ *rand.Rand }

func newDice(seed, part uint64) dice { return dice{rand.New(rand.NewPCG(seed, part))} }

// chance is true in so many of a hundred cases.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// between draws a number, both ends included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// oneOf draws one of a list.
func oneOf[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// share is a value with its weight among others.
type share[T any] struct {
	weight int
	value  T
}

// oneByWeight draws one of the values, each as often as its weight says.
func oneByWeight[T any](d dice, shares []share[T]) T {
	total := 0
	for _, s := range shares {
		total += s.weight
	}
	at := d.IntN(total)
	for _, s := range shares {
		if at < s.weight {
			return s.value
		}
		at -= s.weight
	}
	panic("sandbox: no weights")
}

// workday draws a day from Monday to Friday, both ends included; from must be one.
func (d dice) workday(from, to dental.Date) dental.Date {
	return workdayBefore(from.AddDays(d.IntN(to.DaysSince(from) + 1)))
}

// workdayWithin is workday where the end may come before the beginning, which then it is.
func (d dice) workdayWithin(from, to dental.Date) dental.Date {
	if to.Before(from) {
		return from
	}
	return d.workday(from, to)
}

// inOffice draws a moment of a day's office hours.
func (d dice) inOffice(day dental.Date) dental.DateTime { return day.At(d.between(8*3600, 17*3600-1)) }

// born draws a birthdate that makes somebody so many years old on a day.
func (d dice) born(age int, day dental.Date) dental.Date {
	return day.AddDays(-age*1461/4 - d.between(1, 364))
}

// phone draws a number of the range that is kept for fiction.
func (d dice) phone(areaCode string) string {
	return fmt.Sprintf("(%s) 555-01%02d", areaCode, d.IntN(100))
}

// ssn draws a number of nine digits that is never issued: it begins with 9 or with 000.
func (d dice) ssn() string {
	if d.chance(50) {
		return fmt.Sprintf("9%08d", d.IntN(100_000_000))
	}
	return fmt.Sprintf("000%06d", d.IntN(1_000_000))
}
