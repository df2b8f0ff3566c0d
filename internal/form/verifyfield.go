package form

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// field checks one question.
func (v *verifier) field(f *Field, section *Section) {
	what := "the field " + strconv.Quote(f.ID)
	v.need(f.at, what, "label", f.Label)
	v.need(f.at, what, "kind", string(f.Kind))
	if f.Kind == "" {
		return
	}
	if _, ok := kinds[f.Kind]; !ok {
		known := make([]string, 0, len(kinds))
		for _, kind := range Kinds() {
			known = append(known, string(kind))
		}
		v.flaw(f.at.of("kind"), "%q is no kind of field%s", f.Kind, orList(suggestion(string(f.Kind), known), known))
		return
	}
	for _, property := range sortedKeys(f.at.props) {
		if !f.Kind.may(property) {
			v.flaw(f.at.of(property), "%s does not fit a field of kind %s%s", property, f.Kind, whereItFits(property))
		}
	}
	if f.Required && f.RequiredWhen != nil {
		v.flaw(f.at.of("required_when"), "%s is required always, or when something holds, not both", what)
	}
	v.condition(f.ShownWhen, section)
	v.condition(f.RequiredWhen, section)
	f.RequiredWhen.each(func(c *Condition) {
		if c.Field == f.ID {
			v.flaw(c.at.of("field"), "%q depends on itself: it is required when its own answer is so", f.ID)
		}
	})
	v.options(f, what)
	v.bounds(f, what)
	v.prefill(f)
	if f.Default != "" && f.Kind != Text && f.Kind != LongText {
		if known := f.words(); !slices.Contains(known, f.Default) {
			v.flaw(f.at.of("default"), "the default %q is no answer of %s%s", f.Default, what, orList(suggestion(f.Default, known), known))
		}
	}
	if f.NotBefore != "" {
		if other := v.place(f.NotBefore).field; f.NotBefore == f.ID || other != nil && other.Kind != Date {
			v.flaw(f.at.of("not_before"), "not_before names another date field, not %q", f.NotBefore)
		} else if other == nil && !slices.Contains(section.Borrows, f.NotBefore) && f.NotBefore != BirthDate {
			v.flaw(f.at.of("not_before"), "not_before names %q, which is no field%s", f.NotBefore, suggestion(f.NotBefore, v.known()))
		}
	}
}

// whereItFits names the kinds that have a property.
func whereItFits(property string) string {
	var fit []Kind
	for _, kind := range Kinds() {
		if kind.may(property) {
			fit = append(fit, kind)
		}
	}
	return "; it fits " + alternatives(fit)
}

// words are the answers of a field that has a closed list of them.
func (f *Field) words() []string {
	switch f.Kind {
	case YesNo:
		return []string{"yes", "no"}
	case Confirm:
		return []string{"yes"}
	}
	words := make([]string, len(f.Options))
	for i := range f.Options {
		words[i] = f.Options[i].ID
	}
	return words
}

func (v *verifier) options(f *Field, what string) {
	if !f.Kind.hasOptions() {
		return
	}
	if len(f.Options) < 2 {
		v.flaw(f.at.of("options"), "%s has fewer than two options", what)
	}
	for i := range f.Options {
		option := &f.Options[i]
		v.need(option.at, "the option", "id", option.ID)
		if option.Label == "" {
			v.flaw(option.at, "the option %q has no label", option.ID)
		}
		if option.ID != "" && !optionID.MatchString(option.ID) {
			v.flaw(option.at, "the id of an option is small letters, digits and _, not %q", option.ID)
		}
		for _, earlier := range f.Options[:i] {
			if earlier.ID == option.ID {
				v.flaw(option.at, "the option %q is given twice", option.ID)
			}
		}
		if (option.Group != "" || option.Detail != "") && f.Kind != History {
			v.flaw(option.at, "group and detail fit the options of a field of kind history only")
		}
		if option.Exclusive && f.Kind == Choice {
			v.flaw(option.at, "exclusive fits where several options can be chosen; of a choice each one is")
		}
	}
}

func (v *verifier) bounds(f *Field, what string) {
	if f.MaxLength > maxText {
		v.flaw(f.at.of("max_length"), "max_length is at most %d", maxText)
	}
	if f.MinLength > f.maxLength() {
		v.flaw(f.at.of("min_length"), "min_length is above max_length, which is %d", f.maxLength())
	}
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		v.flaw(f.at.of("min"), "min is above max")
	}
	if f.MaxItems > maxItems {
		v.flaw(f.at.of("max_items"), "max_items is at most %d", maxItems)
	}
	if f.MinItems > f.maxItems() {
		v.flaw(f.at.of("min_items"), "min_items is above max_items, which is %d", f.maxItems())
	}
	if f.NotFuture && f.NotPast {
		v.flaw(f.at.of("not_past"), "not_future and not_past leave one day only")
	}
	if f.Pattern != "" {
		// First alone: what is no expression by itself may become one between the brackets.
		_, err := regexp.Compile(f.Pattern)
		if err == nil {
			f.pattern, err = regexp.Compile(`^(?:` + f.Pattern + `)$`)
		}
		if err != nil {
			v.flaw(f.at.of("pattern"), "the pattern is no regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		if f.PatternText == "" {
			v.flaw(f.at.of("pattern"), "%s has a pattern and no pattern_text, which says in words what to write", what)
		}
	} else if f.PatternText != "" {
		v.flaw(f.at.of("pattern_text"), "%s has a pattern_text and no pattern", what)
	}
	v.oneOf(f.at, "dentition", f.Dentition, []string{"permanent", "primary"})
	v.oneOf(f.at, "file_kind", f.FileKind, []string{Radiograph, OtherFile})
	if f.Kind == Files && f.FileKind == "" {
		v.flaw(f.at, "%s has no file_kind: %s or %s", what, Radiograph, OtherFile)
	}
	if f.NeedView != "" {
		v.oneOf(f.at, "need_view", f.NeedView, viewIDs())
	}
	if (f.NeedView != "" || f.NewestWithin > 0) && f.FileKind == OtherFile {
		v.flaw(f.at, "need_view and newest_within_months fit radiographs only")
	}
}

func viewIDs() []string {
	var ids []string
	for _, view := range Views() {
		ids = append(ids, view.ID)
	}
	return ids
}

func (v *verifier) prefill(f *Field) {
	p := f.Prefill
	if p == nil {
		return
	}
	if len(p.From) == 0 {
		v.flaw(p.at, "prefill names no parameter")
	}
	for _, name := range p.From {
		if !slices.Contains(Parameters(), name) {
			v.flaw(p.at, "%q is no parameter that fills a field%s", name, orList(suggestion(name, Parameters()), Parameters()))
		}
	}
	v.oneOf(p.at, "join", p.Join, sortedKeys(joints))
	if p.Join != "" && len(p.From) < 2 {
		v.flaw(p.at, "join needs two parameters or more")
	}
	known := f.words()
	for _, value := range sortedKeys(p.Map) {
		if answer := p.Map[value]; len(known) > 0 && !slices.Contains(known, answer) {
			v.flaw(p.at.of("map"), "the map leads to %q, which is no answer of %q%s", answer, f.ID, orList(suggestion(answer, known), known))
		}
	}
}
