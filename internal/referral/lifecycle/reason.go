package lifecycle

import (
	"slices"
	"strings"
)

// Reason is why a referral went back, in a code that can be counted.
type Reason string

// The reasons for which a referral is rejected or more information is asked for.
const (
	IncompleteForm   Reason = "incomplete_form"
	NoRadiograph     Reason = "no_radiograph"
	PoorRadiograph   Reason = "poor_radiograph"
	NoMedicalHistory Reason = "no_medical_history"
	NoINR            Reason = "no_inr"
	Level1           Reason = "not_met_criteria_level1"
	WrongForm        Reason = "wrong_form_or_pathway"
	WrongAge         Reason = "wrong_age"
	OutOfArea        Reason = "out_of_area"
	NotDentallyFit   Reason = "not_dentally_fit"
	Duplicate        Reason = "duplicate"
	NotContactable   Reason = "patient_not_contactable"
	PatientDeclines  Reason = "patient_declined"
	Illegible        Reason = "illegible"
	WrongPatientFile Reason = "wrong_patient_file"
	Other            Reason = "other" // needs a text
)

var reasonTexts = []struct {
	reason Reason
	text   string
}{
	{IncompleteForm, "The form is not complete"},
	{NoRadiograph, "A radiograph is missing"},
	{PoorRadiograph, "The radiograph cannot be read"},
	{NoMedicalHistory, "The medical history is missing"},
	{NoINR, "A recent INR is missing"},
	{Level1, "The treatment can be given in general practice (level 1)"},
	{WrongForm, "Wrong form or pathway"},
	{WrongAge, "The patient's age does not fit the pathway"},
	{OutOfArea, "The patient lives outside the area"},
	{NotDentallyFit, "The patient is not dentally fit"},
	{Duplicate, "There is a referral for this already"},
	{NotContactable, "The patient could not be contacted"},
	{PatientDeclines, "The patient does not want the referral"},
	{Illegible, "The referral cannot be read"},
	{WrongPatientFile, "A file belongs to another patient"},
	{Other, "Another reason"},
}

// Reasons lists the codes in the order in which a page offers them.
func Reasons() []Reason {
	var all []Reason
	for _, r := range reasonTexts {
		all = append(all, r.reason)
	}
	return all
}

// Text is the reason in words; a code that is none is shown as it is.
func (r Reason) Text() string {
	for _, known := range reasonTexts {
		if known.reason == r {
			return known.text
		}
	}
	return string(r)
}

func (r Reason) known() bool { return slices.Contains(Reasons(), r) }

func reasonCodes() string {
	var codes []string
	for _, r := range reasonTexts {
		codes = append(codes, string(r.reason))
	}
	return strings.Join(codes, ", ")
}

// Outcome is how treatment ended.
type Outcome string

// The outcomes, as V2's status text names them.
const (
	TreatmentComplete Outcome = "Treatment complete"
	AssessmentOnly    Outcome = "Assessment and plan only"
	AdviceGiven       Outcome = "Advice given"
	DidNotAttend      Outcome = "Did not attend"
	PatientDeclined   Outcome = "Patient declined"
	NotSuitable       Outcome = "Not suitable"
)

// Outcomes lists them in the order of the document.
func Outcomes() []Outcome {
	return []Outcome{TreatmentComplete, AssessmentOnly, AdviceGiven, DidNotAttend, PatientDeclined, NotSuitable}
}

func outcomeNames(of []Outcome) string {
	var names []string
	for _, o := range of {
		names = append(names, string(o))
	}
	return strings.Join(names, ", ")
}
