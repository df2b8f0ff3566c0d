package form

import (
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// function computes a derived value. Its arguments are shown and answered; it is false where they make no sense.
type function struct {
	from    [][]Kind // the kinds that each argument may have
	numeric bool     // whether conditions may compare the result as a number
	compute func(s *Sheet, from []Value) (text string, ok bool)
	usesAge bool // beside its arguments
	mayLack bool // whether all arguments but the first may be unanswered
}

// number stands in function.from for a numeric field or derived value.
var number = []Kind{Integer, Decimal}

// functions are what a form file may compute with.
var functions = map[string]function{
	"age": {from: [][]Kind{{Date}}, numeric: true, compute: func(s *Sheet, from []Value) (string, bool) {
		born, err := dental.ParseDate(from[0].Text)
		if err != nil || s.Day.Before(born) {
			return "", false
		}
		return strconv.Itoa(dental.AgeOn(born, s.Day)), true
	}},
	// Kilograms over metres squared, to one decimal place.
	"bmi": {from: [][]Kind{number, number}, numeric: true, compute: func(_ *Sheet, from []Value) (string, bool) {
		height, okHeight := numberOf(from[0], Decimal)
		weight, okWeight := numberOf(from[1], Decimal)
		if !okHeight || !okWeight || height <= 0 {
			return "", false
		}
		return strconv.FormatFloat(weight/(height/100)/(height/100), 'f', 1, 64), true
	}},
	"sum": {from: [][]Kind{number, number, number}, numeric: true, compute: func(_ *Sheet, from []Value) (string, bool) {
		sum := 0.0
		for _, value := range from {
			n, ok := numberOf(value, Decimal)
			if !ok {
				return "", false
			}
			sum += n
		}
		return strconv.FormatFloat(sum, 'f', -1, 64), true
	}},
	"mdas_total": {from: [][]Kind{{MDAS}}, numeric: true, compute: func(_ *Sheet, from []Value) (string, bool) {
		total, ok := mdasTotal(from[0])
		return strconv.Itoa(total), ok
	}},
	"mdas_rank": {from: [][]Kind{{MDAS}}, numeric: true, compute: func(_ *Sheet, from []Value) (string, bool) {
		total, ok := mdasTotal(from[0])
		return strconv.Itoa(dental.MDASRank(total)), ok
	}},
	"iosn_band": {from: [][]Kind{number}, compute: func(_ *Sheet, from []Value) (string, bool) {
		total, err := strconv.Atoi(from[0].Text)
		return dental.IOSNBand(total), err == nil && total >= 3 && total <= 12
	}},
	"casemix_score": {from: [][]Kind{{CaseMix}}, numeric: true, compute: func(_ *Sheet, from []Value) (string, bool) {
		score, ok := caseMixScore(from[0])
		return strconv.Itoa(score), ok
	}},
	"casemix_band": {from: [][]Kind{{CaseMix}}, compute: func(_ *Sheet, from []Value) (string, bool) {
		score, ok := caseMixScore(from[0])
		return dental.CaseMixBand(score), ok
	}},
	// "yes" or "no": whether the NHS treats the patient, by the grade, the age, and the aesthetic component where
	// the grade asks for one.
	"orthodontic_need": {from: [][]Kind{{IOTN}, number}, usesAge: true, mayLack: true, compute: func(s *Sheet, from []Value) (string, bool) {
		grade, err := dental.ParseIOTN(from[0].Text)
		age, known := s.Age()
		if err != nil || !known {
			return "", false
		}
		aesthetic, err := strconv.Atoi(from[1].Text)
		if err != nil && grade.Grade() == 3 {
			return "", false
		}
		if grade.HasNHSNeed(age, aesthetic) {
			return "yes", true
		}
		return "no", true
	}},
}

// Functions are the names of what a form file may compute with, sorted.
func Functions() []string { return sortedKeys(functions) }

func mdasTotal(value Value) (total int, ok bool) {
	for _, item := range dental.MDASItems() {
		n, err := strconv.Atoi(value.Parts[item])
		if err != nil || n < 1 || n > 5 {
			return 0, false
		}
		total += n
	}
	return total, true
}

func caseMixScore(value Value) (score int, ok bool) {
	for _, criterion := range dental.CaseMixCriteria() {
		weight, ok := dental.CaseMixWeight(criterion, value.Parts[criterion])
		if !ok {
			return 0, false
		}
		score += weight
	}
	return score, true
}
