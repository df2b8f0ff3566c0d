package form

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// parameters are what a call that prepares a form may bring for its fields (Dental Referrals API V2, Prepare
// Form), and what the account of the practice knows.
var parameters = []string{
	"patient_title", "patient_first_name", "patient_last_name", "patient_dob", "patient_postcode", "patient_email",
	"patient_address_line_1", "patient_address_line_2", "patient_address_line_3", "patient_town",
	"patient_mobile_tel", "patient_home_tel", "patient_work_tel", "patient_phone_number", "permission_sms",
	"nhs_number", "gender", "patient_gp_name", "patient_gp_postcode", "patient_gp_street_address", "patient_gp_town",
	"referrer_gdc", "referrer_name", "urgent", "medical_history_drugs", "medical_history_text", "patient_identifier",
	"practice_name", "practice_address", "practice_phone", "practice_email",
}

// Parameters are the names that a field may be filled from.
func Parameters() []string { return slices.Clone(parameters) }

// joints are what may stand between several values in one field.
var joints = map[string]string{"comma": ", ", "space": " ", "line": "\n"}

// Upload is a file that was uploaded before the form was prepared.
type Upload struct {
	File
	Kind string // Radiograph or OtherFile
}

// Start is a form as it opens: its defaults, what the caller's parameters fill (each by its name in the API; the
// account's too), and the files that were uploaded before. What is not understood as an answer is left out where
// it would have to be one of the options, and stands as it was given elsewhere, for the user to see and correct.
func (t *Type) Start(given map[string]string, uploads []Upload) Answers {
	answers := make(Answers)
	for _, field := range t.fields {
		value := Value{Text: field.Default}
		if filled := field.fill(given); filled != "" {
			value.Text = filled
		}
		for _, upload := range uploads {
			if field.Kind == Files && field.FileKind == upload.Kind && t.takes(field) {
				value.Files = append(value.Files, upload.File)
			}
		}
		if value = field.Normalise(value); !value.IsEmpty() {
			answers[field.ID] = value
		}
	}
	return answers
}

// takes tells whether a field is the first of the form for its kind of file: a file is attached once.
func (t *Type) takes(field *Field) bool {
	first := slices.IndexFunc(t.fields, func(f *Field) bool { return f.Kind == Files && f.FileKind == field.FileKind })
	return t.fields[first] == field
}

// fill is the answer that the parameters make for the field; empty where they make none.
func (f *Field) fill(given map[string]string) string {
	if f.Prefill == nil {
		return ""
	}
	var answers []string
	for _, name := range f.Prefill.From {
		if answer := f.understood(tidy(given[name])); answer != "" {
			answers = append(answers, answer)
		}
	}
	switch {
	case len(answers) == 0:
		return ""
	case f.Prefill.Join == "":
		return answers[0]
	default:
		return strings.Join(answers, joints[f.Prefill.Join])
	}
}

// understood is the answer that a parameter's value stands for.
func (f *Field) understood(value string) string {
	for _, from := range sortedKeys(f.Prefill.Map) {
		if value != "" && dental.Fold(from) == dental.Fold(value) {
			return f.Prefill.Map[from]
		}
	}
	switch f.Kind {
	case Choice:
		for _, option := range f.Options {
			if value != "" && (option.ID == value || dental.Fold(option.Label) == dental.Fold(value)) {
				return option.ID
			}
		}
		return ""
	case YesNo, Confirm:
		switch {
		case value == "1" || value == "yes":
			return "yes"
		case (value == "0" || value == "no") && f.Kind == YesNo:
			return "no"
		}
		return ""
	default:
		return value
	}
}
