package form

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// Sheet is a form as it is filled in on a day: what is shown, what is required, what is wrong. It is made anew
// when an answer changes, and costs microseconds.
type Sheet struct {
	Type    *Type
	Day     dental.Date
	answers Answers
	shown   map[string]bool
	derived map[string]string
}

// Fill lays answers on a form. They are normalised on the way and not changed themselves. The day is that of
// the practice, for ages and for dates that may not be in the future.
func (t *Type) Fill(answers Answers, day dental.Date) *Sheet {
	s := &Sheet{Type: t, Day: day, answers: make(Answers, len(answers)), shown: make(map[string]bool, len(t.fields)), derived: make(map[string]string)}
	for id, value := range answers {
		if field, ok := t.Field(id); ok {
			if value = field.Normalise(value); !value.IsEmpty() {
				s.answers[id] = value
			}
		}
	}
	for _, id := range t.order {
		p := t.places[id]
		switch {
		case p.field != nil:
			s.shown[id] = (p.field.section.ShownWhen == nil || p.field.section.ShownWhen.holds(s)) &&
				(p.field.ShownWhen == nil || p.field.ShownWhen.holds(s))
		case p.derived != nil:
			s.derive(p.derived)
		}
	}
	return s
}

func (s *Sheet) derive(d *Derived) {
	from := make([]Value, len(d.From))
	for i, id := range d.From {
		value, _, known := s.fact(id)
		if !known && (i == 0 || !functions[d.By].mayLack) {
			return
		}
		from[i] = value
	}
	if text, ok := functions[d.By].compute(s, from); ok {
		s.derived[d.ID] = text
	}
}

// fact is what a name stands for at the moment; it is not known when it is hidden or not answered.
func (s *Sheet) fact(id string) (value Value, kind Kind, known bool) {
	p := s.Type.places[id]
	switch {
	case p.field != nil:
		value = s.Answer(id)
		return value, p.field.Kind, !value.IsEmpty()
	case p.fixed != nil:
		return Value{Text: p.fixed.Value}, Choice, true
	case p.derived != nil:
		text, known := s.derived[id]
		if functions[p.derived.By].numeric {
			return Value{Text: text}, Decimal, known
		}
		return Value{Text: text}, Text, known
	default:
		return Value{}, Text, false
	}
}

// Answer is the answer to a field, normalised; it is empty where the field is hidden, whatever was typed there before.
func (s *Sheet) Answer(id string) Value {
	if !s.shown[id] {
		return Value{}
	}
	return s.answers[id]
}

// Typed is the answer as Answer has it, also to a field that is hidden.
func (s *Sheet) Typed(id string) Value { return s.answers[id] }

// Shown tells whether a field is asked.
func (s *Sheet) Shown(id string) bool { return s.shown[id] }

// Required tells whether a field is asked and must be answered.
func (s *Sheet) Required(id string) bool {
	field, ok := s.Type.Field(id)
	return ok && s.shown[id] && (field.Required || field.RequiredWhen != nil && field.RequiredWhen.holds(s))
}

// Derived is a computed value; it is false where what it is made from is not answered.
func (s *Sheet) Derived(id string) (text string, known bool) {
	text, known = s.derived[id]
	return text, known
}

// Age is the patient's age in whole years; it is false where there is no date of birth.
func (s *Sheet) Age() (years int, known bool) {
	born, err := dental.ParseDate(s.Answer(BirthDate).Text)
	if err != nil || s.Day.Before(born) {
		return 0, false
	}
	return dental.AgeOn(born, s.Day), true
}

// Settled are the answers as they are submitted: normalised, without those to fields that are hidden or unknown.
func (s *Sheet) Settled() Answers {
	settled := make(Answers, len(s.answers))
	for id, value := range s.answers {
		if s.shown[id] {
			settled[id] = value.clone()
		}
	}
	return settled
}

// State says how far a section is.
type State string

// The states of a section.
const (
	NotStarted State = "not started" // nothing is answered there but what stood there from the beginning
	InProgress State = "in progress"
	Complete   State = "complete"   // nothing is wrong, and nothing required is missing
	NotNeeded  State = "not needed" // none of it is asked, with the answers as they are
)

// SectionState is a line of the task list.
type SectionState struct {
	Section *Section
	State   State
	Faults  []Fault // what keeps it from being complete
}

// States is the task list.
func (s *Sheet) States() []SectionState {
	states := make([]SectionState, len(s.Type.Sections))
	for i := range s.Type.Sections {
		section := &s.Type.Sections[i]
		states[i] = SectionState{section, NotNeeded, nil}
		shown := slices.ContainsFunc(section.Fields, func(f Field) bool { return s.shown[f.ID] })
		if !shown {
			continue
		}
		states[i].Faults = s.SectionFaults(section.ID)
		started := slices.ContainsFunc(section.Fields, func(f Field) bool {
			answer := s.Answer(f.ID)
			return !answer.IsEmpty() && (answer.Text == "" || answer.Text != f.Default) // only a text has a default
		})
		switch {
		case !started && s.asks(section):
			states[i].State = NotStarted
		case len(states[i].Faults) > 0:
			states[i].State = InProgress
		default:
			states[i].State = Complete
		}
	}
	return states
}

// asks tells whether there is a question, and not only texts to read.
func (s *Sheet) asks(section *Section) bool {
	return slices.ContainsFunc(section.Fields, func(f Field) bool { return s.shown[f.ID] && f.Kind != Info })
}
