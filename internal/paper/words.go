package paper

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// answerInWords is an answer as people read it, one line for each thing that was chosen.
func answerInWords(field *form.Field, value form.Value) []string {
	if value.IsEmpty() {
		return nil
	}
	text := value.Text
	switch field.Kind {
	case form.Choice:
		return []string{optionLabel(field, text)}
	case form.Choices:
		lines := make([]string, len(value.List))
		for i, id := range value.List {
			lines[i] = optionLabel(field, id)
		}
		return lines
	case form.YesNo:
		return []string{yesOrNo(text)}
	case form.Date:
		return []string{dental.DayInWords(text)}
	case form.NHSNumber:
		if number, err := dental.ParseNHSNumber(text); err == nil {
			return []string{number.Display()}
		}
	case form.Integer, form.Decimal:
		if field.Unit != "" {
			return []string{text + " " + field.Unit}
		}
	case form.IOTN:
		if grade, err := dental.ParseIOTN(text); err == nil {
			return []string{string(grade) + ": " + grade.Words()}
		}
	case form.Teeth:
		lines := make([]string, len(value.List))
		for i, id := range value.List {
			lines[i] = toothInWords(id)
		}
		return lines
	case form.History:
		var lines []string
		for _, option := range field.Options {
			if detail, ok := value.Parts[option.ID]; ok {
				lines = append(lines, joinFilled(": ", option.Label, detail))
			}
		}
		return lines
	case form.BPE, form.SBPE, form.MDAS, form.CaseMix:
		var lines []string
		for _, part := range field.Parts() {
			if answer, ok := value.Parts[part.ID]; ok {
				lines = append(lines, part.Label+": "+answer)
			}
		}
		return lines
	case form.Files:
		lines := make([]string, len(value.Files))
		for i, file := range value.Files {
			lines[i] = file.Name
		}
		return lines
	}
	return []string{text}
}

func optionLabel(field *form.Field, id string) string {
	if option, ok := field.Option(id); ok {
		return option.Label
	}
	return id
}

func yesOrNo(text string) string {
	switch text {
	case "yes":
		return "Yes"
	case "no":
		return "No"
	default:
		return text
	}
}

// toothInWords has a tooth in both notations and in words.
func toothInWords(fdi string) string {
	tooth, err := dental.ToothFDI(fdi)
	if err != nil {
		return fdi
	}
	return tooth.FDI() + " (" + tooth.Palmer() + ") " + tooth.Words()
}

// answered is a question or a computed value with its answer.
type answered struct{ label, text string }

// derived finds a computed value by its name.
func (p *print) derived(id string) (answered, bool) {
	for i := range p.Type.Sections {
		for _, d := range p.Type.Sections[i].Derived {
			if text, known := p.filled.Derived(id); d.ID == id && known {
				return answered{d.Label, yesOrNo(text)}, true
			}
		}
	}
	return answered{}, false
}

// marked are the teeth that the answers name, by the field that names them; those of the head line first.
type marked struct {
	field *form.Field
	teeth []dental.Tooth
}

func (p *print) marked() []marked {
	var all []marked
	for _, field := range p.Type.Fields() {
		if field.Kind != form.Teeth {
			continue
		}
		m := marked{field: field}
		for _, id := range p.filled.Answer(field.ID).List {
			if tooth, err := dental.ToothFDI(id); err == nil {
				m.teeth = append(m.teeth, tooth)
			}
		}
		if len(m.teeth) > 0 {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b marked) int { return p.rank(a.field) - p.rank(b.field) })
	return all
}

// rank is 0 for a field of the head line.
func (p *print) rank(field *form.Field) int {
	if slices.Contains(p.Type.Headline, field.ID) {
		return 0
	}
	return 1
}

// labels are the names of fields that name teeth, in one line.
func labels(all []marked) string {
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.field.Label
	}
	return strings.Join(names, ", ")
}
