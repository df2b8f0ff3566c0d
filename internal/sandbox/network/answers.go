package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// model is a form with an answer to each question that it asks of an ordinary patient: what is one patient's own is laid over it.
type model struct {
	kind    *form.Type
	answers form.Answers
}

// modelOf answers a form's required questions, each by itself, and then puts right what rules between answers object to.
func modelOf(t *form.Type, born dental.Date, on dental.Date) (model, error) {
	answers := t.Start(nil, nil)
	answers[form.BirthDate] = form.Value{Text: born.String()}
	for range 60 {
		sheet := t.Fill(answers, on)
		faults := sheet.Faults()
		if len(faults) == 0 {
			return model{t, answers}, nil
		}
		changed := false
		for _, field := range t.Fields() {
			if sheet.Shown(field.ID) && sheet.Required(field.ID) && sheet.Typed(field.ID).IsEmpty() {
				if value := ordinary(field, on); !value.IsEmpty() {
					answers[field.ID], changed = value, true
				}
			}
		}
		if changed {
			continue
		}
		for _, f := range faults {
			field, ok := t.Field(f.Field)
			if !ok {
				continue
			}
			answers[field.ID] = otherwise(field, answers[field.ID], on)
		}
	}
	return model{}, fmt.Errorf("network: the form %s cannot be answered: %v", t.Name, form.Check(t, answers, on))
}

// assured are the questions that who refers can say yes to.
var assured = []string{"restorable", "caries_removed", "dam_possible", "disease_stable", "will_restore", "long_visits", "regular_attender", "parental_responsibility",
	"available_14_days", "told_suspected", "caries_free", "continue_care", "prevention_given", "has_dentist", "shared_care", "motivation", "maintenance_agreed"}

// usual are answers to questions to which the first option, or a sentence, would be none.
var usual = map[string]string{
	"gp_practice": "Market Square Surgery, Sandbourne", "mh_allergies": "None known", "mh_drugs": "None at present", "no_radiograph_reason": "Not needed for this question",
	"patient_address": "1 Invented Street", "pulp_tests": "Cold: no response. Tender to percussion, not to palpation.", "treatment_needed": "Examination, and treatment as you find it.",
	"unavailable_dates": "None", "request_type": "opinion_and_treatment", "diagnosis_pulpal": "previously_treated", "diagnosis_periapical": "chronic_abscess", "stage": "iii", "grade": "b",
	"duration_weeks": "5", "size_mm": "12", "probing_mm": "4", "plaque_pct": "18", "bleeding_pct": "22", "deep_sites": "9",
}

// ordinary is an answer that most would give.
func ordinary(field *form.Field, on dental.Date) form.Value {
	text := func(text string) form.Value { return form.Value{Text: text} }
	if known, ok := usual[field.ID]; ok {
		_, isOption := field.Option(known)
		if slices.Contains([]form.Kind{form.Text, form.LongText, form.Integer, form.Decimal}, field.Kind) || field.Kind == form.Choice && isOption {
			return text(known)
		}
	}
	switch field.Kind {
	case form.Date:
		return text(on.AddDays(-7).String())
	case form.Choice:
		for _, o := range field.Options {
			if o.ID == "none" || o.ID == "never" || o.ID == "none_known" {
				return text(o.ID)
			}
		}
		return text(field.Options[0].ID)
	case form.Choices:
		return form.Value{List: []string{field.Options[0].ID}}
	case form.History:
		return form.Value{Parts: map[string]string{"none": ""}}
	case form.YesNo:
		if strings.HasPrefix(field.ID, "q_") || slices.Contains(assured, field.ID) {
			return text("yes")
		}
		return text("no")
	case form.Confirm:
		return text("yes")
	case form.Integer, form.Decimal:
		if field.Min != nil {
			return text(fmt.Sprint(max(*field.Min, 1)))
		}
		return text("1")
	case form.Phone:
		return text("01632 960100")
	case form.Email:
		return text("patient@example.com")
	case form.Postcode:
		return text("SB1 1AA")
	case form.GDCNumber:
		return text("990900")
	case form.Teeth:
		if field.Dentition == "primary" {
			return form.Value{List: []string{"75"}}
		}
		return form.Value{List: []string{"16"}}
	case form.IOTN:
		return text("4d")
	case form.BPE, form.SBPE, form.MDAS, form.CaseMix:
		parts := make(map[string]string)
		for _, part := range field.Parts() {
			parts[part.ID] = map[form.Kind]string{form.BPE: "2", form.SBPE: "1", form.MDAS: "3", form.CaseMix: "A"}[field.Kind]
		}
		return form.Value{Parts: parts}
	case form.Files, form.Info, form.NHSNumber:
		return form.Value{}
	}
	return text("Nothing out of the ordinary was found.")
}

// otherwise is another answer than one that a rule objects to.
func otherwise(field *form.Field, had form.Value, on dental.Date) form.Value {
	switch field.Kind {
	case form.YesNo:
		if had.Text == "no" {
			return form.Value{Text: "yes"}
		}
		return form.Value{Text: "no"}
	case form.Confirm:
		if had.Text == "yes" {
			return form.Value{}
		}
		return form.Value{Text: "yes"}
	case form.Choice:
		at := slices.IndexFunc(field.Options, func(o form.Option) bool { return o.ID == had.Text })
		return form.Value{Text: field.Options[(at+1)%len(field.Options)].ID}
	case form.Files:
		file := form.File{ID: "1", Name: "periapical.png"}
		if field.FileKind == form.Radiograph {
			file.View, file.TakenOn = "periapical", on.AddDays(-7).String()
		}
		return form.Value{Files: []form.File{file}}
	}
	return ordinary(field, on)
}

// complete is what a patient's form is filled in with, beside what it began with: the model's answers, and over them the
// patient's own.
func (m model) complete(given map[string]string, own form.Answers, file *form.File) form.Answers {
	answers := m.answers.Clone()
	for id := range m.kind.Start(given, nil) {
		delete(answers, id)
	}
	for id := range answers {
		if strings.HasPrefix(id, "practice_") || id == form.Referrer {
			delete(answers, id) // from the practice's account, and from the call
		}
	}
	for id, value := range own {
		if _, asked := m.kind.Field(id); asked {
			answers[id] = value
		}
	}
	for _, id := range []string{"radiographs", "correct_patient"} {
		delete(answers, id)
	}
	if _, asked := m.kind.Field("radiographs"); asked && file != nil {
		answers["radiographs"] = form.Value{Files: []form.File{*file}}
		answers["correct_patient"] = form.Value{Text: "yes"}
		delete(answers, "no_radiograph_reason")
	}
	return answers
}
