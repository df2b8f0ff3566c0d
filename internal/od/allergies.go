package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Allergy is an allergy of a patient.
type Allergy struct {
	// AllergyNum is the key.
	AllergyNum dental.AllergyNum `od:"key"`
	// AllergyDefNum is the allergy. In a POST it decides when defDescription is sent, too.
	AllergyDefNum dental.AllergyDefNum `od:"create fk=allergydef"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// DefDescription is the allergy's name. In a POST without AllergyDefNum it is required, and names an
	// existing allergy or one that is created.
	DefDescription string `od:"calc in create max=255 name=defDescription"`
	// DefSnomedType is the kind of allergy; "None" is none.
	DefSnomedType string `od:"calc name=defSnomedType"`
	// Reaction is how the allergy shows.
	Reaction string `od:"create max=255"`
	// StatusIsActive tells that the patient still has the allergy. Default "true".
	StatusIsActive bool `od:"create"`
	// DateAdverseReaction is when it showed. Default "0001-01-01", unknown.
	DateAdverseReaction dental.Date `od:"create"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp hidden"`
}

var allergies = resource.Derive(resource.Spec{
	Name: "Allergies", Path: "allergies", Thing: "Allergy", Table: "allergy",
	Create: resource.Access{Group: resource.AllOthers, Since: "21.3"},
	Lists: []resource.List{{
		Access:  resource.Access{Group: resource.ReadAll, Since: "21.1"},
		Filters: []resource.Filter{resource.RequiredKey("PatNum", "patient")},
	}},
	Computed: []resource.Computed{
		resource.Lookup("defDescription", "AllergyDefNum", "allergydef", "AllergyDefNum", "Description"),
		{Name: "defSnomedType", Columns: []string{"`AllergyDefNum of allergydef`.`SnomedType`"}, Append: appendSnomedType}, // the same row
	},
}, checkAllergy)

// Allergies serves the allergies of the patients (seed 002).
var Allergies = &Rows[Allergy]{Table: allergies, OnCreate: createAllergy}

// appendSnomedType writes the kind of allergy as the documents print it here: "None" is none.
func appendSnomedType(dst []byte, row store.Row, at int) []byte {
	names, number := dental.SnomedAllergy(0).Names(), row.Int(at)
	if number <= 0 || number >= int64(len(names)) {
		return append(dst, `"None"`...)
	}
	return resource.AppendText(dst, []byte(names[number]))
}

func checkAllergy(_, new *Allergy) []fault.Field {
	var faults []fault.Field
	if new.AllergyDefNum == 0 && strings.TrimSpace(new.DefDescription) == "" {
		faults = append(faults, fault.Field{Name: "defDescription", Text: "defDescription is required"})
	}
	return faults
}

func createAllergy(tx *record.Tx, in Body, allergy *Allergy) error {
	if err := requirePatient(tx, allergy.PatNum); err != nil {
		return err
	}
	if !in.Has("StatusIsActive") {
		allergy.StatusIsActive = true
	}
	if allergy.AllergyDefNum == 0 {
		number, err := allergyDefNamed(tx, allergy.DefDescription)
		if err != nil {
			return err
		}
		allergy.AllergyDefNum = number
	}
	return record.Create(tx, allergies, allergy)
}
