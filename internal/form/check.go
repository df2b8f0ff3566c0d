package form

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Fault is one thing that is wrong with the answers, or of advice about them.
type Fault struct {
	Field string // the field's id
	Part  string // of an answer of several parts: the sextant, the option, the file's id; else empty
	Rule  Reason // which rule it breaks
	Text  string // what to do, a sentence without full stop; it never repeats what was typed
	Offer string // the form type that fits better, where the rule offers one
}

// Reason names what a Fault is about, for tests and callers that count.
type Reason string

// The rules.
const (
	RuleMissing Reason = "missing" // required and not answered
	RuleFormat  Reason = "format"  // not understood as its kind
	RuleLength  Reason = "length"  // too long or too short
	RuleRange   Reason = "range"   // a number or a day out of bounds
	RuleOption  Reason = "option"  // none of the options, or options that exclude each other
	RuleCount   Reason = "count"   // too many or too few
	RuleSign    Reason = "sign"    // a sign that cannot be printed
	RuleAge     Reason = "age"     // the form is not for this age
	RuleBetween Reason = "between" // a rule of the form, between answers
)

// Check is every fault of the answers as a submission on a day, in the form's order; none when they may be submitted.
func Check(t *Type, answers Answers, day dental.Date) []Fault { return t.Fill(answers, day).Faults() }

// CheckDraft is what keeps answers from being stored as a draft: only what is too much, or no text. Everything
// else may be unfinished.
func CheckDraft(t *Type, answers Answers) []Fault {
	var faults []Fault
	for _, field := range t.fields {
		value := field.Normalise(answers[field.ID])
		c := &checker{field: field}
		if len(value.List) > maxItems || len(value.Parts) > maxItems || len(value.Files) > maxItems {
			c.fault("", RuleCount, "%s has at most %d entries", field.Label, maxItems)
		}
		for _, text := range value.texts() {
			if utf8.RuneCountInString(text) > maxText {
				c.fault("", RuleLength, "Shorten %s to %d characters", inner(field.Label), maxText)
				break
			}
			if strings.ContainsFunc(text, isUnprintable) {
				c.sign("")
				break
			}
		}
		faults = append(faults, c.faults...)
	}
	return faults
}

// texts are all texts of a value.
func (v Value) texts() []string {
	texts := append([]string{v.Text}, v.List...)
	for _, id := range sortedKeys(v.Parts) {
		texts = append(texts, id, v.Parts[id])
	}
	for _, file := range v.Files {
		texts = append(texts, file.ID, file.Name, file.View, file.TakenOn, file.Quality)
	}
	return texts
}

// Faults is what Check says.
func (s *Sheet) Faults() []Fault {
	var faults []Fault
	born, _ := s.Type.Field(BirthDate)
	for i := range s.Type.Sections {
		section := &s.Type.Sections[i]
		faults = append(faults, s.SectionFaults(section.ID)...)
		if outside, ok := s.AgeFault(); ok && section == born.section {
			faults = append(faults, outside)
		}
	}
	return append(faults, s.rules(s.Type.Rules, Stop)...)
}

// AgeFault tells whether the form is not for a patient of this age, and what to do then. Faults has it, and
// SectionFaults has not: it counts on the day of submission, and until then is good to know.
func (s *Sheet) AgeFault() (f Fault, ok bool) {
	rule := s.Type.Age
	age, known := s.Age()
	if rule == nil || !known || (rule.Min == nil || age >= *rule.Min) && (rule.Below == nil || age < *rule.Below) {
		return Fault{}, false
	}
	return Fault{Field: BirthDate, Rule: RuleAge, Text: rule.Text}, true
}

// SectionFaults is what is wrong within one section: what "save and continue" shows. Rules of the whole form and
// the age are not looked at.
func (s *Sheet) SectionFaults(id string) []Fault {
	section, ok := s.Type.Section(id)
	if !ok {
		return nil
	}
	var faults []Fault
	for i := range section.Fields {
		faults = append(faults, s.fieldFaults(s.Type.places[section.Fields[i].ID].field)...)
	}
	return append(faults, s.rules(section.Rules, Stop)...)
}

// Advice is what is unusual and may be submitted all the same.
func (s *Sheet) Advice() []Fault {
	var advice []Fault
	for i := range s.Type.Sections {
		advice = append(advice, s.rules(s.Type.Sections[i].Rules, Advise)...)
	}
	return append(advice, s.rules(s.Type.Rules, Advise)...)
}

// rules are those of a level that are broken. A rule whose field is hidden has no place to be shown at, and rests.
func (s *Sheet) rules(rules []Rule, level string) []Fault {
	var faults []Fault
	for i := range rules {
		if rule := &rules[i]; rule.Level == level && s.shown[rule.Field] && rule.When.holds(s) {
			faults = append(faults, Fault{Field: rule.Field, Rule: RuleBetween, Text: rule.Text, Offer: rule.Offer})
		}
	}
	return faults
}

// Invalid makes one error of all faults, for an edge to answer with; nil when there are none.
func Invalid(faults []Fault) error {
	fields := make([]fault.Field, len(faults))
	for i, f := range faults {
		fields[i] = fault.Field{Name: f.Field, Text: f.Text}
	}
	return fault.InvalidFields(fields)
}

// isUnprintable tells whether a sign has no place in a text: line ends and tabs do.
func isUnprintable(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r)
}

// checker collects the faults of one field.
type checker struct {
	field  *Field
	faults []Fault
}

func (c *checker) fault(part string, rule Reason, format string, args ...any) {
	c.faults = append(c.faults, Fault{Field: c.field.ID, Part: part, Rule: rule, Text: fmt.Sprintf(format, args...)})
}

func (c *checker) sign(part string) {
	c.fault(part, RuleSign, "Write %s anew: it has a sign that cannot be printed", inner(c.field.Label))
}

// inner is a label within a sentence: "Date of birth" becomes "date of birth"; "BPE", "HbA1c" and "I agree" stay.
func inner(label string) string {
	word, _, _ := strings.Cut(label, " ")
	first, size := utf8.DecodeRuneInString(word)
	if size == len(word) || strings.ContainsFunc(word[size:], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) {
		return label
	}
	return string(unicode.ToLower(first)) + label[size:]
}
