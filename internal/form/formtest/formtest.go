// Package formtest makes answers for tests from a form type: complete ones, and random ones.
package formtest

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// Complete answers a form so that it can be submitted on the day: every required question, and with all the others
// that are shown as well. It fails for a form whose rules it cannot meet by first options.
func Complete(t *form.Type, day dental.Date, all bool) (form.Answers, error) {
	answers := t.Start(nil, nil)
	// An answer may show further questions: as often as there are questions, at most.
	for range t.Fields() {
		sheet := t.Fill(answers, day)
		before := len(answers)
		for _, field := range t.Fields() {
			if sheet.Shown(field.ID) && sheet.Typed(field.ID).IsEmpty() && (all && !excluded(field) || sheet.Required(field.ID)) {
				if value := Sample(t, field, day); !value.IsEmpty() {
					answers[field.ID] = value
				}
			}
		}
		// What only a rule between answers asks for.
		if len(answers) == before {
			for _, fault := range t.Fill(answers, day).Faults() {
				if field, ok := t.Field(fault.Field); ok && answers[field.ID].IsEmpty() {
					answers[field.ID] = Sample(t, field, day)
				}
			}
		}
		if len(answers) == before {
			break
		}
	}
	if faults := form.Check(t, answers, day); len(faults) > 0 {
		return answers, fmt.Errorf("%s cannot be completed: %v", t.Name, faults)
	}
	return answers, nil
}

// excluded tells whether an optional tick contradicts what else is answered.
func excluded(field *form.Field) bool {
	return field.Kind == form.Confirm && strings.Contains(field.ID, "_no_")
}

// Sample is one valid answer to a field, by itself.
func Sample(t *form.Type, field *form.Field, day dental.Date) form.Value {
	text := func(text string) form.Value { return form.Value{Text: text} }
	switch field.Kind {
	case form.Date:
		if field.ID == form.BirthDate {
			return text(day.AddMonths(-12 * sampleAge(t)).AddDays(-40).String())
		}
		return text(day.String())
	case form.Choice:
		return text(field.Options[0].ID)
	case form.Choices:
		var list []string
		for _, option := range field.Options {
			if !option.Exclusive && len(list) < max(1, field.MinItems) {
				list = append(list, option.ID)
			}
		}
		return form.Value{List: list}
	case form.History:
		first := field.Options[0]
		return form.Value{Parts: map[string]string{first.ID: first.Detail}}
	case form.YesNo:
		// The answer that stops nothing: rules that stop look for one of the two.
		for _, answer := range []string{"yes", "no"} {
			if !stops(t, field.ID, answer) {
				return text(answer)
			}
		}
		return text("yes")
	case form.Confirm:
		return text("yes")
	case form.Integer, form.Decimal:
		switch {
		case field.Min != nil:
			return text(fmt.Sprint(*field.Min))
		case field.Max != nil:
			return text(fmt.Sprint(*field.Max))
		}
		return text("1")
	case form.Phone:
		return text("01632 960 001")
	case form.Email:
		return text("anna@example.com")
	case form.Postcode:
		return text("LS1 4AP")
	case form.NHSNumber:
		return text("9990000050")
	case form.GDCNumber:
		return text("123456")
	case form.Teeth:
		if field.Dentition == "primary" {
			return form.Value{List: []string{"75"}}
		}
		return form.Value{List: []string{"16"}}
	case form.IOTN:
		return text("4a")
	case form.BPE, form.SBPE, form.MDAS, form.CaseMix:
		parts := make(map[string]string)
		for _, part := range field.Parts() {
			parts[part.ID] = map[form.Kind]string{form.BPE: "2", form.SBPE: "1", form.MDAS: "3", form.CaseMix: "A"}[field.Kind]
		}
		return form.Value{Parts: parts}
	case form.Files:
		file := form.File{ID: field.ID + "-1", Name: "file.jpg"}
		if field.FileKind == form.Radiograph {
			file.TakenOn, file.View = day.AddDays(-7).String(), "periapical"
		}
		return form.Value{Files: []form.File{file}}
	case form.Info:
		return form.Value{}
	default:
		if field.Pattern != "" {
			return text(matching(field.Pattern))
		}
		return text(strings.Repeat("words ", 1+field.MinLength/6))
	}
}

// matching is a short text that a pattern matches.
func matching(pattern string) string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err) // the loader has compiled it
	}
	var out strings.Builder
	var walk func(re *syntax.Regexp)
	walk = func(re *syntax.Regexp) {
		least := 1
		switch re.Op {
		case syntax.OpLiteral:
			out.WriteString(string(re.Rune))
		case syntax.OpCharClass:
			out.WriteRune(re.Rune[0])
		case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
			out.WriteByte('a')
		case syntax.OpStar, syntax.OpQuest:
			return
		case syntax.OpAlternate:
			walk(re.Sub[0])
			return
		case syntax.OpRepeat:
			least = re.Min
		}
		for range least {
			for _, sub := range re.Sub {
				walk(sub)
			}
		}
	}
	walk(parsed)
	return out.String()
}

func sampleAge(t *form.Type) int {
	switch {
	case t.Age == nil:
		return 40
	case t.Age.Below != nil:
		return *t.Age.Below - 1
	default:
		return *t.Age.Min + 20
	}
}

// stops tells whether a rule that stops is about this answer.
func stops(t *form.Type, id, answer string) bool {
	rules := append([]form.Rule(nil), t.Rules...)
	for i := range t.Sections {
		rules = append(rules, t.Sections[i].Rules...)
	}
	for i := range rules {
		if rules[i].Level == form.Stop && names(&rules[i].When, id, answer) {
			return true
		}
	}
	return false
}

func names(c *form.Condition, id, answer string) bool {
	if c == nil {
		return false
	}
	found := c.Field == id && c.Is == answer || names(c.Not, id, answer)
	for i := range c.All {
		found = found || names(&c.All[i], id, answer)
	}
	for i := range c.Any {
		found = found || names(&c.Any[i], id, answer)
	}
	return found
}

// Random answers a form at random: complete answers of which some are taken away, exchanged for other answers
// that may be right, or for what nobody should write.
func Random(t *form.Type, day dental.Date, random *rand.Rand) form.Answers {
	answers, err := Complete(t, day, random.IntN(2) == 0)
	if err != nil {
		panic(err) // the tests of the shipped types say why
	}
	// Few of them each time: of many changes one is always refused.
	for range random.IntN(8) {
		field := t.Fields()[random.IntN(len(t.Fields()))]
		switch random.IntN(5) {
		case 0:
			delete(answers, field.ID)
		case 1, 2, 3:
			answers[field.ID] = other(t, field, day, random)
		case 4:
			if random.IntN(3) == 0 {
				answers[field.ID] = nonsense(random)
			}
		}
	}
	return answers
}

// other is an answer that is often valid.
func other(t *form.Type, field *form.Field, day dental.Date, random *rand.Rand) form.Value {
	value := Sample(t, field, day)
	switch field.Kind {
	case form.Choice:
		value.Text = field.Options[random.IntN(len(field.Options))].ID
	case form.Choices:
		value.List = nil
		for range 1 + random.IntN(3) {
			value.List = append(value.List, field.Options[random.IntN(len(field.Options))].ID)
		}
	case form.History:
		value.Parts = make(map[string]string)
		for range 1 + random.IntN(3) {
			option := field.Options[random.IntN(len(field.Options))]
			value.Parts[option.ID] = option.Detail
		}
	case form.YesNo:
		value.Text = [...]string{"yes", "no"}[random.IntN(2)]
	case form.Date:
		at := day.AddDays(-random.IntN(40000))
		year, month, d := at.Calendar()
		value.Text = fmt.Sprintf("%d/%d/%04d", d, month, year)
	case form.Teeth:
		value.List = nil
		for range 1 + random.IntN(4) {
			value.List = append(value.List, dental.Teeth()[random.IntN(56)].Palmer())
		}
	case form.BPE, form.SBPE:
		for _, part := range field.Parts() {
			value.Parts[part.ID] = [...]string{"0", "1", "2", "3", "4", "3*", "-"}[random.IntN(7)]
		}
	case form.Text, form.LongText:
		value.Text = [...]string{" Łódź\r\nŵy ", "a <b> & \"c\" \u2028 \\", "日本", "é\u0301"}[random.IntN(4)]
	}
	return value
}

func nonsense(random *rand.Rand) form.Value {
	texts := []string{"\x00", "\xff", "31/02/2026", strings.Repeat("x", 25000), "-", "NaN", "1e9", "ä@", "{}", " "}
	text := texts[random.IntN(len(texts))]
	return form.Value{Text: text, List: []string{text, text}, Parts: map[string]string{text: text, "UR": text}, Files: []form.File{{ID: text, TakenOn: text}}}
}
