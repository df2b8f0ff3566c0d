package form

import (
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// Condition is true or false of the answers given so far: one comparison of one field, or all, any or none of
// further conditions. A comparison with a field that is hidden, not answered, or not understood is false,
// is_not included; only answered: false is true of it.
type Condition struct {
	Field         string      `json:"field,omitempty"`
	Is            string      `json:"is,omitempty"`
	IsNot         string      `json:"is_not,omitempty"`
	In            []string    `json:"in,omitempty"`
	Contains      string      `json:"contains,omitempty"`
	ContainsAny   []string    `json:"contains_any,omitempty"`
	AtLeast       *float64    `json:"at_least,omitempty"`
	AtMost        *float64    `json:"at_most,omitempty"`
	Above         *float64    `json:"above,omitempty"`
	Below         *float64    `json:"below,omitempty"`
	MonthsAgoOver *int        `json:"months_ago_over,omitempty"` // a date that is longer ago than so many months
	Answered      *bool       `json:"answered,omitempty"`
	All           []Condition `json:"all,omitempty"`
	Any           []Condition `json:"any,omitempty"`
	Not           *Condition  `json:"not,omitempty"`
	at            position    // where the file says so
}

// operators are the comparisons, with the kinds of field that they fit.
var operators = map[string][]Kind{
	"is":              {Choice, YesNo, Confirm, IOTN, Text},
	"is_not":          {Choice, YesNo, IOTN, Text},
	"in":              {Choice, IOTN, Text},
	"contains":        {Choices, History, Teeth, BPE},
	"contains_any":    {Choices, History, Teeth, BPE},
	"at_least":        {Integer, Decimal, BPE},
	"at_most":         {Integer, Decimal, BPE},
	"above":           {Integer, Decimal, BPE},
	"below":           {Integer, Decimal, BPE},
	"months_ago_over": {Date},
	"answered":        nil, // all that have an answer
}

// each visits every comparison.
func (c *Condition) each(visit func(*Condition)) {
	if c == nil {
		return
	}
	if c.Field != "" {
		visit(c)
	}
	for i := range c.All {
		c.All[i].each(visit)
	}
	for i := range c.Any {
		c.Any[i].each(visit)
	}
	c.Not.each(visit)
}

// words are what the comparison compares with, for those that compare words.
func (c *Condition) words() []string {
	var words []string
	for _, word := range []string{c.Is, c.IsNot, c.Contains} {
		if word != "" {
			words = append(words, word)
		}
	}
	return slices.Concat(words, c.In, c.ContainsAny)
}

// holds tells whether the condition is true of what is shown on the sheet.
func (c *Condition) holds(s *Sheet) bool {
	switch {
	case c.Field != "":
		return c.compare(s)
	case c.Not != nil:
		return !c.Not.holds(s)
	case c.All != nil:
		return !slices.ContainsFunc(c.All, func(c Condition) bool { return !c.holds(s) })
	default:
		return slices.ContainsFunc(c.Any, func(c Condition) bool { return c.holds(s) })
	}
}

func (c *Condition) compare(s *Sheet) bool {
	value, kind, known := s.fact(c.Field)
	if c.Answered != nil {
		return known == *c.Answered
	}
	if !known {
		return false
	}
	switch {
	case c.Is != "":
		return value.Text == c.Is
	case c.IsNot != "":
		return value.Text != c.IsNot
	case c.In != nil:
		return slices.Contains(c.In, value.Text)
	case c.Contains != "":
		return contains(value, kind, c.Contains)
	case c.ContainsAny != nil:
		return slices.ContainsFunc(c.ContainsAny, func(word string) bool { return contains(value, kind, word) })
	case c.MonthsAgoOver != nil:
		day, err := dental.ParseDate(value.Text)
		return err == nil && day.Before(s.Day.AddMonths(-*c.MonthsAgoOver))
	}
	number, ok := numberOf(value, kind)
	switch {
	case !ok:
		return false
	case c.AtLeast != nil:
		return number >= *c.AtLeast
	case c.AtMost != nil:
		return number <= *c.AtMost
	case c.Above != nil:
		return number > *c.Above
	default:
		return number < *c.Below
	}
}

func contains(value Value, kind Kind, word string) bool {
	switch kind.shape() {
	case shapeList:
		return slices.Contains(value.List, word)
	case shapeParts:
		if kind == BPE {
			// A sextant with a furcation, 4*, has the code 4.
			for _, code := range value.Parts {
				if code != "" && code[:1] == word {
					return true
				}
			}
			return false
		}
		_, ticked := value.Parts[word]
		return ticked
	default:
		return false
	}
}

// numberOf is the number that a value stands for; of a BPE, the highest code.
func numberOf(value Value, kind Kind) (number float64, ok bool) {
	if kind == BPE {
		for _, text := range value.Parts {
			code, err := dental.ParseBPECode(text)
			if score, examined := code.Score(); err == nil && examined {
				number, ok = max(number, float64(score)), true
			}
		}
		return number, ok
	}
	number, err := strconv.ParseFloat(value.Text, 64)
	return number, err == nil
}
