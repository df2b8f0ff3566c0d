package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Referral is a referral source: a clinician, a patient, or a thing such as an advertisement.
type Referral struct {
	// ReferralNum is the key.
	ReferralNum dental.ReferralNum `od:"key"`
	// LName is the last name, or the description of a source that is no person.
	LName string `od:"create! update max=100 fold=LNameFold"`
	// FName is the first name.
	FName string `od:"create update max=100"`
	// MName is the middle name or initial.
	MName string `od:"create update max=100"`
	// SSN is the social security number, or the tax number when UsingTIN is "true". Digits only.
	SSN string `od:"create update max=9 since=24.4.16"`
	// UsingTIN tells that SSN holds a tax number. Default "false".
	UsingTIN bool `od:"create update since=24.4.16"`
	// Specialty is a definition of category 35; 0 is none.
	Specialty dental.DefNum `od:"create update fk=definition def=35"`
	// SpecialtyName is the name of the specialty. In a POST it may be sent instead of Specialty.
	SpecialtyName string `od:"calc in create name=specialty"`
	// ST is the state, two characters at most.
	ST string `od:"create update max=2 since=24.4.16"`
	// Telephone has ten digits.
	Telephone string `od:"create update since=24.4.16"`
	// Address is the mailing address.
	Address string `od:"create update max=100 since=24.4.16"`
	// Address2 is its second line.
	Address2 string `od:"create update max=100 since=24.4.16"`
	// City of the address.
	City string `od:"create update max=100 since=24.4.16"`
	// Zip is the postal code.
	Zip string `od:"create update max=10 since=24.4.16"`
	// Note overwrites the note that was there.
	Note string `od:"create update"`
	// Phone2 is a further number, punctuated freely.
	Phone2 string `od:"create update max=30 since=24.4.16"`
	// IsHidden sources are no longer offered.
	IsHidden bool `od:"server"`
	// NotPerson tells that the source is a thing. Default "false", but "true" when neither PatNum nor a specialty is sent.
	NotPerson bool `od:"create update since=24.4.16"`
	// Title stands behind the name, "DMD".
	Title string `od:"create update max=255"`
	// EMail is the e-mail address.
	EMail string `od:"create update max=255 since=24.4.16"`
	// PatNum is the patient who is the source; 0 is none.
	PatNum dental.PatNum `od:"create fk=patient"`
	// IsDoctor tells that the source is a clinician. Default "false", but "true" when a specialty is sent.
	IsDoctor bool `od:"create update since=24.4.16"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// IsPreferred marks the sources that the practice likes best.
	IsPreferred bool `od:"server"`
	// BusinessName is the business that the source works for.
	BusinessName string `od:"create update max=255 fold=BusinessNameFold since=24.4.16"`
	// DisplayNote is shown with the patient's family. It overwrites the one that was there.
	DisplayNote string `od:"create update max=4000 since=24.4.16"`
	// IsPatient is "true" when PatNum is not 0.
	IsPatient bool `od:"calc name=isPatient"`
}

var referrals = resource.Derive(resource.Spec{
	Name: "Referrals", Path: "referrals", Thing: "Referral", Table: "referral",
	Get:    resource.Access{Group: resource.ReadAll, Since: "24.1.34"},
	Create: resource.Access{Group: resource.AllOthers, Since: "22.3"},
	Update: resource.Access{Group: resource.AllOthers, Since: "22.4.24"},
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.4"},
		Filters: []resource.Filter{
			resource.EqualBool("IsHidden"),
			resource.EqualBool("NotPerson"),
			resource.EqualBool("IsDoctor"),
			resource.EqualBool("IsPreferred"),
			resource.Flag("isPatient", "r.`PatNum` <> 0", "r.`PatNum` = 0"),
			resource.Contains("BusinessName", "BusinessNameFold"),
		},
	}},
	Computed: []resource.Computed{
		resource.Lookup("specialty", "Specialty", "definition", "DefNum", "ItemName"),
		resource.NotZero("isPatient", "PatNum"),
	},
}, checkReferral)

// Referrals serves the referral sources (seed 000).
var Referrals = &Rows[Referral]{Table: referrals, OnCreate: createReferral, OnUpdate: updateReferral}

func checkReferral(old, new *Referral) []fault.Field {
	var faults []fault.Field
	if old != nil && strings.TrimSpace(new.LName) == "" {
		faults = append(faults, fault.Field{Name: "LName", Text: "LName cannot be blank"})
	}
	if !allDigits(new.SSN) {
		faults = append(faults, fault.Field{Name: "SSN", Text: "SSN must be digits only, without punctuation"})
	}
	if new.Telephone != "" && (len(new.Telephone) != 10 || !allDigits(new.Telephone)) {
		faults = append(faults, fault.Field{Name: "Telephone", Text: "Telephone must be ten digits"})
	}
	if new.IsDoctor && new.NotPerson && new.PatNum == 0 {
		faults = append(faults, fault.Field{Name: "IsDoctor", Text: "IsDoctor and NotPerson cannot both be true"})
	}
	return faults
}

// createReferral makes a source of one of three kinds: a patient, a clinician, or a thing.
func createReferral(tx *record.Tx, in Body, ref *Referral) error {
	if err := resolveSpecialty(tx, in, ref); err != nil {
		return err
	}
	switch {
	case ref.PatNum != 0:
		patient, err := livingPatient(tx, ref.PatNum)
		if err != nil {
			return err
		}
		if dental.Fold(strings.TrimSpace(ref.LName)) != dental.Fold(strings.TrimSpace(patient.LName)) {
			return fault.InvalidFields([]fault.Field{{Name: "LName", Text: "LName must match the patient's LName"}})
		}
		copyPatient(ref, patient)
	case ref.Specialty != 0:
		ref.IsDoctor = in.Has("IsDoctor") && ref.IsDoctor || !in.Has("IsDoctor") && !ref.NotPerson
	default:
		ref.NotPerson = in.Has("NotPerson") && ref.NotPerson || !in.Has("NotPerson") && !ref.IsDoctor
	}
	return record.Create(tx, referrals, ref)
}

// resolveSpecialty turns the name form into the number. The two forms may be sent together when
// they agree.
func resolveSpecialty(tx *record.Tx, in Body, ref *Referral) error {
	name := in.Text("specialty")
	if name == "" {
		return nil
	}
	number, err := findDefinition(tx, dental.DefCatProviderSpecialties, name, "Specialty")
	if err != nil {
		return err
	}
	if ref.Specialty != 0 && ref.Specialty != number {
		return fault.InvalidFields([]fault.Field{{Name: "Specialty", Text: "Specialty and specialty do not agree"}})
	}
	ref.Specialty = number
	return nil
}

// copyPatient fills a source from the patient who is it. Of what the caller sends along only Note
// and DisplayNote are kept, the fields that may be changed later.
func copyPatient(ref *Referral, patient *Patient) {
	ref.LName, ref.FName, ref.MName = patient.LName, patient.FName, patient.MiddleI
	ref.SSN, ref.UsingTIN = firstRunes(dental.Digits(patient.SSN), 9), false
	ref.Specialty = 0
	ref.ST, ref.Zip = firstRunes(patient.State, 2), firstRunes(patient.Zip, 10)
	ref.Address, ref.Address2, ref.City = patient.Address, patient.Address2, patient.City
	ref.Telephone = dental.Digits(patient.HmPhone)
	if len(ref.Telephone) != 10 {
		ref.Telephone = ""
	}
	ref.Phone2, ref.Title, ref.EMail = patient.WirelessPhone, patient.Title, patient.Email
	ref.NotPerson, ref.IsDoctor = false, false
	ref.BusinessName = ""
}

func updateReferral(tx *record.Tx, _ Body, old, new *Referral) error {
	if old.PatNum == 0 {
		return record.Update(tx, referrals, old, new)
	}
	var others []fault.Field
	var names []string
	for _, column := range referrals.Changed(old, new) {
		if column != "Note" && column != "DisplayNote" {
			names = append(names, column)
			others = append(others, fault.Field{Name: column})
		}
	}
	if len(names) > 0 {
		return &fault.Fault{Kind: fault.Invalid, Fields: others,
			Text: "Referrals for a patient can only have Note and DisplayNote modified; remove " + strings.Join(names, ", ")}
	}
	return record.Update(tx, referrals, old, new)
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

func firstRunes(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n])
	}
	return text
}
