package form

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// verifier checks a form type or a shared section, and prepares the type for use.
type verifier struct {
	t     *Type // nil for a shared section alone
	flaws Flaws
}

func (v *verifier) flaw(at position, format string, args ...any) {
	f := Flaw{at.file, at.line, fmt.Sprintf(format, args...)}
	if !slices.Contains(v.flaws, f) {
		v.flaws = append(v.flaws, f)
	}
}

var (
	typeName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{2,59}$`)
	wordName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)
	optionID = regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,59}$`)
)

// need checks that a property is given.
func (v *verifier) need(at position, what, property, value string) {
	if _, given := at.props[property]; value == "" && !given {
		v.flaw(at, "%s has no %s", what, property)
	}
}

// oneOf checks a word of a closed list; an absent one is not checked.
func (v *verifier) oneOf(at position, property, value string, known []string) {
	if value != "" && !slices.Contains(known, value) {
		v.flaw(at.of(property), "%s is %s, not %q%s", property, alternatives(known), value, suggestion(value, known))
	}
}

// whole checks the form type.
func (v *verifier) whole() {
	t := v.t
	v.need(t.at, "the form", "form", t.Name)
	v.need(t.at, "the form", "title", t.Title)
	v.need(t.at, "the form", "reason", t.Reason)
	v.need(t.at, "the form", "pathway", t.Pathway)
	if t.Name != "" && !typeName.MatchString(t.Name) {
		v.flaw(t.at.of("form"), "the form's name is letters and digits and begins with a capital, like AdultRestorativeForm, not %q", t.Name)
	}
	if t.Pathway != "" && !wordName.MatchString(t.Pathway) {
		v.flaw(t.at.of("pathway"), "pathway is one word of small letters, digits and _, not %q", t.Pathway)
	}
	if t.Number < 1 {
		v.flaw(t.at.of("version"), "the form has a version: 1 at first, and one more with each change that matters")
	}
	if t.Age != nil {
		v.ageRule(t.Age)
	}
	if len(t.Sections) == 0 {
		v.flaw(t.at.of("sections"), "the form has no sections")
	}
	v.index()
	if len(v.flaws) > 0 {
		return // what follows would only repeat it
	}
	for i := range t.Fixed {
		v.need(t.Fixed[i].at, "the fixed answer", "label", t.Fixed[i].Label)
		v.need(t.Fixed[i].at, "the fixed answer", "value", t.Fixed[i].Value)
		v.need(t.Fixed[i].at, "the fixed answer", "text", t.Fixed[i].Text)
	}
	for i := range t.Sections {
		v.section(&t.Sections[i])
	}
	v.rules(t.Rules, nil)
	v.mustHave()
	for i, id := range t.Headline {
		if v.place(id) == (place{}) {
			v.flaw(t.at.of("headline"), "the head line names %q, which is no field%s", id, suggestion(id, v.known()))
		}
		if slices.Contains(t.Headline[:i], id) {
			v.flaw(t.at.of("headline"), "the head line names %q twice", id)
		}
	}
	if len(t.Headline) == 0 {
		v.flaw(t.at.of("headline"), "the form has no headline: the fields that say at one glance what is asked")
	}
	v.sort()
}

func (v *verifier) ageRule(rule *AgeRule) {
	v.need(rule.at, "the age rule", "text", rule.Text)
	if rule.Min == nil && rule.Below == nil {
		v.flaw(rule.at, "the age rule has neither min nor below")
	}
	if rule.Min != nil && rule.Below != nil && *rule.Below <= *rule.Min {
		v.flaw(rule.at.of("below"), "no age is from %d and below %d", *rule.Min, *rule.Below)
	}
}

// index gives every id its place, and names those that are given twice.
func (v *verifier) index() {
	t := v.t
	t.places = map[string]place{Age: {derived: &Derived{ID: Age, Label: "Age", By: "age", From: []string{BirthDate}}}}
	lines := map[string]position{}
	add := func(id string, at position, p place) {
		switch {
		case id == "":
			v.flaw(at, "an id is missing here")
		case !wordName.MatchString(id):
			v.flaw(at.of("id"), "an id is small letters, digits and _, and begins with a letter, not %q", id)
		case id == Age:
			v.flaw(at.of("id"), "%q is the name of the patient's age, which is known already", id)
		case lines[id].line > 0:
			v.flaw(at.of("id"), "the id %q is given twice, first in %s, line %d", id, lines[id].file, lines[id].line)
		default:
			t.places[id], lines[id] = p, at
		}
	}
	sections := map[string]bool{}
	for i := range t.Fixed {
		add(t.Fixed[i].ID, t.Fixed[i].at, place{fixed: &t.Fixed[i]})
	}
	for i := range t.Sections {
		section := &t.Sections[i]
		if section.ID != "" && sections[section.ID] {
			v.flaw(section.at.of("id"), "the section %q is given twice", section.ID)
		}
		sections[section.ID] = true
		for j := range section.Fields {
			field := &section.Fields[j]
			field.section = section
			t.fields = append(t.fields, field)
			add(field.ID, field.at, place{field: field})
		}
		for j := range section.Derived {
			add(section.Derived[j].ID, section.Derived[j].at, place{derived: &section.Derived[j]})
		}
	}
}

// place finds what a name stands for.
func (v *verifier) place(id string) place {
	return v.t.places[id]
}

func (v *verifier) known() []string { return sortedKeys(v.t.places) }

// mustHave checks the fields that say who is referred, and by whom.
func (v *verifier) mustHave() {
	for _, must := range []struct {
		id   string
		kind Kind
	}{{FirstName, Text}, {LastName, Text}, {BirthDate, Date}, {Referrer, Text}} {
		field := v.place(must.id).field
		if field == nil {
			v.flaw(v.t.at.of("sections"), "the form has no field %q; use the shared sections patient and referrer, or ask it here", must.id)
		} else if field.Kind != must.kind || !field.Required {
			v.flaw(field.at, "the field %q is of kind %s and required", must.id, must.kind)
		} else if field.ShownWhen != nil || field.section.ShownWhen != nil {
			v.flaw(field.at, "the field %q is always shown", must.id)
		}
	}
}

// alone checks a shared section by itself: what it can be checked for without a form.
func (v *verifier) alone(section *Section) {
	v.t = &Type{Sections: []Section{*section}}
	v.index()
	if len(v.flaws) > 0 {
		return
	}
	for _, id := range section.Borrows {
		if _, own := v.t.places[id]; own && id != Age {
			v.flaw(section.at.of("borrows"), "the section borrows %q, which is its own", id)
		}
	}
	v.section(&v.t.Sections[0])
	v.sort()
}

func (v *verifier) section(section *Section) {
	what := "the section"
	v.need(section.at, what, "id", section.ID)
	v.need(section.at, what, "title", section.Title)
	if section.ID != "" && !wordName.MatchString(section.ID) {
		v.flaw(section.at.of("id"), "an id is small letters, digits and _, and begins with a letter, not %q", section.ID)
	}
	v.oneOf(section.at, "document", section.Document, []string{DocumentHistory, DocumentSedation})
	if len(section.Fields) == 0 {
		v.flaw(section.at.of("fields"), "the section has no fields")
	}
	v.condition(section.ShownWhen, section)
	for i := range section.Fields {
		v.field(&section.Fields[i], section)
	}
	for i := range section.Derived {
		v.derived(&section.Derived[i])
	}
	v.rules(section.Rules, section)
	v.borrows(section)
}

// borrows checks that what a section borrows is looked at.
func (v *verifier) borrows(section *Section) {
	named := map[string]bool{}
	visit := func(c *Condition) { named[c.Field] = true }
	section.ShownWhen.each(visit)
	for i := range section.Fields {
		section.Fields[i].ShownWhen.each(visit)
		section.Fields[i].RequiredWhen.each(visit)
	}
	for i := range section.Rules {
		section.Rules[i].When.each(visit)
	}
	for _, id := range section.Borrows {
		if !named[id] {
			v.flaw(section.at.of("borrows"), "the section borrows %q, and no condition here names it", id)
		}
	}
}

func (v *verifier) rules(rules []Rule, section *Section) {
	for i := range rules {
		rule := &rules[i]
		v.need(rule.at, "the rule", "text", rule.Text)
		v.need(rule.at, "the rule", "level", rule.Level)
		v.need(rule.at, "the rule", "when", rule.When.given())
		v.oneOf(rule.at, "level", rule.Level, []string{Stop, Advise})
		if rule.When.given() != "" {
			v.condition(&rule.When, section)
		}
		if v.need(rule.at, "the rule", "field", rule.Field); rule.Field != "" && v.place(rule.Field).field == nil {
			v.flaw(rule.at.of("field"), "the rule is shown at %q, which is no field%s", rule.Field, suggestion(rule.Field, v.known()))
		}
	}
}

func (v *verifier) derived(d *Derived) {
	v.need(d.at, "the derived value", "label", d.Label)
	f, ok := functions[d.By]
	if !ok {
		v.flaw(d.at.of("by"), "by is one of %s, not %q%s", strings.Join(Functions(), ", "), d.By, suggestion(d.By, Functions()))
		return
	}
	if len(d.From) != len(f.from) {
		v.flaw(d.at.of("from"), "%s is made from %d values, not %d", d.By, len(f.from), len(d.From))
		return
	}
	for i, id := range d.From {
		p := v.place(id)
		switch {
		case p.field != nil && slices.Contains(f.from[i], p.field.Kind):
		case p.derived != nil && functions[p.derived.By].numeric && slices.Contains(f.from[i], Integer):
		case p == place{}:
			v.flaw(d.at.of("from"), "%q is no field%s", id, suggestion(id, v.known()))
		default:
			v.flaw(d.at.of("from"), "%s is not made from %q, but from a field of kind %s", d.By, id, alternatives(f.from[i]))
		}
	}
}

// sort orders everything that is shown or computed after what that depends on; what depends on itself is a flaw.
// Only what shows a field counts: two fields of which each is required when the other is answered are fine.
func (v *verifier) sort() {
	const (
		open = iota + 1
		done
	)
	state := make(map[string]int)
	var visit func(id string, trail []string)
	visit = func(id string, trail []string) {
		p := v.place(id)
		if state[id] == done || p == (place{}) {
			return
		}
		if state[id] == open {
			circle := append(trail[slices.Index(trail, id):], id)
			at := v.t.at
			if p.field != nil {
				at = p.field.at.of("shown_when")
				if p.field.ShownWhen == nil && p.field.section.ShownWhen != nil {
					at = p.field.section.at.of("shown_when")
				}
			} else if p.derived != nil {
				at = p.derived.at.of("from")
			}
			v.flaw(at, "%q depends on itself: %s", id, strings.Join(circle, ", which depends on "))
			return
		}
		state[id] = open
		trail = append(trail, id)
		for _, next := range p.dependsOn() {
			visit(next, trail)
		}
		state[id] = done
		v.t.order = append(v.t.order, id)
	}
	visit(Age, nil)
	for i := range v.t.Sections {
		for j := range v.t.Sections[i].Fields {
			visit(v.t.Sections[i].Fields[j].ID, nil)
		}
		for j := range v.t.Sections[i].Derived {
			visit(v.t.Sections[i].Derived[j].ID, nil)
		}
	}
}

// dependsOn names what must be known before a field is shown or a value computed.
func (p place) dependsOn() []string {
	var on []string
	visit := func(c *Condition) { on = append(on, c.Field) }
	switch {
	case p.field != nil:
		p.field.ShownWhen.each(visit)
		p.field.section.ShownWhen.each(visit)
	case p.derived != nil:
		on = append(on, p.derived.From...)
		if functions[p.derived.By].usesAge {
			on = append(on, Age)
		}
	}
	return on
}
