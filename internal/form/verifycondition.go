package form

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// given is not empty for a condition that the file has.
func (c *Condition) given() string {
	if c.at.line == 0 {
		return ""
	}
	return "given"
}

// condition checks a condition and all within it; nil is none.
func (v *verifier) condition(c *Condition, section *Section) {
	if c == nil {
		return
	}
	forms := 0
	for _, property := range []string{"field", "all", "any", "not"} {
		if _, given := c.at.props[property]; given {
			forms++
		}
	}
	if forms != 1 {
		v.flaw(c.at, "a condition is one of field, all, any and not")
		return
	}
	if c.Field != "" {
		v.comparison(c, section)
		return
	}
	if len(c.at.props) != 1 {
		v.flaw(c.at, "a condition of all, any or not has nothing else beside it")
	}
	if c.Not == nil && len(c.All)+len(c.Any) == 0 {
		v.flaw(c.at, "the list of conditions is empty")
	}
	v.condition(c.Not, section)
	for i := range c.All {
		v.condition(&c.All[i], section)
	}
	for i := range c.Any {
		v.condition(&c.Any[i], section)
	}
}

func (v *verifier) comparison(c *Condition, section *Section) {
	operator := ""
	for property := range c.at.props {
		if property != "field" {
			operator = property
		}
	}
	if len(c.at.props) != 2 {
		v.flaw(c.at, "a condition on a field has one comparison: %s", strings.Join(sortedKeys(operators), ", "))
		return
	}
	p := v.place(c.Field)
	switch {
	case p.field != nil:
		v.fits(c, operator, p.field)
	case p.fixed != nil:
		if !slices.Contains(operators[operator], Choice) && operator != "answered" {
			v.flaw(c.at.of(operator), "%s does not fit %q, which the form settles with one word", operator, c.Field)
		}
	case p.derived != nil:
		numeric := slices.Contains(operators[operator], Integer)
		if f, ok := functions[p.derived.By]; ok && operator != "answered" && (f.numeric != numeric || !numeric && !slices.Contains(operators[operator], Choice)) {
			v.flaw(c.at.of(operator), "%s does not fit %q", operator, c.Field)
		}
	case section == nil || !slices.Contains(section.Borrows, c.Field):
		v.flaw(c.at.of("field"), "the condition names %q, which is no field%s", c.Field, suggestion(c.Field, v.known()))
	}
}

// fits checks that a comparison can be true of a field.
func (v *verifier) fits(c *Condition, operator string, field *Field) {
	if field.Kind == Info {
		v.flaw(c.at.of("field"), "the condition names %q, which has no answer", c.Field)
		return
	}
	if fit := operators[operator]; operator != "answered" && !slices.Contains(fit, field.Kind) {
		v.flaw(c.at.of(operator), "%s does not fit %q, which is of kind %s; it fits %s", operator, c.Field, field.Kind, alternatives(fit))
		return
	}
	var known []string
	switch field.Kind {
	case Choice, Choices, History:
		for _, option := range field.Options {
			known = append(known, option.ID)
		}
	case YesNo:
		known = []string{"yes", "no"}
	case Confirm:
		known = []string{"yes"}
	case BPE:
		known = []string{"0", "1", "2", "3", "4", "-"}
	case IOTN:
		for _, grade := range dental.IOTNGrades() {
			known = append(known, string(grade))
		}
	case Teeth:
		for _, tooth := range dental.Teeth() {
			known = append(known, tooth.FDI())
		}
	default:
		return
	}
	for _, word := range c.words() {
		if !slices.Contains(known, word) {
			v.flaw(c.at.of(operator), "%q is no answer of %q%s", word, c.Field, orList(suggestion(word, known), known))
		}
	}
}
