package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// MedicationPat is a medication that a patient takes.
type MedicationPat struct {
	// MedicationPatNum is the key.
	MedicationPatNum dental.MedicationPatNum `od:"key"`
	// PatNum is the patient, answered as text.
	PatNum dental.PatNum `od:"create! quoted fk=patient"`
	// MedName is the medication's name. In a POST without MedicationNum it is required, and names an
	// existing medication or a generic that is created.
	MedName string `od:"calc in create max=255 name=medName"`
	// MedicationNum is the medication. In a POST it decides when medName is sent, too.
	MedicationNum dental.MedicationNum `od:"create fk=medication"`
	// PatNote is how the patient takes it.
	PatNote string `od:"create"`
	// DateStart is since when. Default "0001-01-01", unknown.
	DateStart dental.Date `od:"create"`
	// DateStop is until when. Default "0001-01-01", the patient still takes it.
	DateStop dental.Date `od:"create"`
	// ProvNum is the provider who prescribed it. Default 0, none.
	ProvNum dental.ProvNum `od:"create fk=provider"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp hidden"`
	// MedDescript is the name of a medication that was imported and is in no list.
	MedDescript string `od:"hidden max=255"`
}

var medicationPats = resource.Derive(resource.Spec{
	Name: "MedicationPats", Path: "medicationpats", Thing: "MedicationPat", Table: "medicationpat",
	Create: resource.Access{Group: resource.AllOthers, Since: "21.3"},
	Lists: []resource.List{{
		Access:  resource.Access{Group: resource.ReadAll, Since: "21.3"},
		Filters: []resource.Filter{resource.RequiredKey("PatNum", "patient")},
	}},
	Computed: []resource.Computed{{
		Name:    "medName",
		Join:    "LEFT JOIN `medication` AS drug ON drug.`MedicationNum` = r.`MedicationNum`",
		Columns: []string{"CASE WHEN r.`MedicationNum` = 0 THEN r.`MedDescript` ELSE drug.`MedName` END"},
	}},
}, checkMedicationPat)

// MedicationPats serves the medications of the patients (seed 002, whose second example is an array).
var MedicationPats = &Rows[MedicationPat]{Table: medicationPats, OnCreate: createMedicationPat, Many: true}

func checkMedicationPat(_, new *MedicationPat) []fault.Field {
	start, stop := namedDate{"DateStart", new.DateStart}, namedDate{"DateStop", new.DateStop}
	faults := endsBeforeItStarts(start, stop)
	if new.MedicationNum == 0 && strings.TrimSpace(new.MedName) == "" {
		faults = append(faults, fault.Field{Name: "medName", Text: "medName is required"})
	}
	return faults
}

func createMedicationPat(tx *record.Tx, _ Body, taken *MedicationPat) error {
	if err := requirePatient(tx, taken.PatNum); err != nil {
		return err
	}
	if taken.MedicationNum == 0 {
		number, err := medicationNamed(tx, taken.MedName)
		if err != nil {
			return err
		}
		taken.MedicationNum = number
	}
	return record.Create(tx, medicationPats, taken)
}
