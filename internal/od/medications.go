package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Medication is a medication that patients can take: a brand, or a generic.
type Medication struct {
	// MedicationNum is the key.
	MedicationNum dental.MedicationNum `od:"key"`
	// MedName is the name.
	MedName string `od:"create! max=255 fold=MedNameFold"`
	// GenericNum is the generic; that of a generic is its own MedicationNum.
	GenericNum dental.MedicationNum `od:"server"`
	// GenericName is the name of the generic. Default MedName; another one must name an existing generic.
	GenericName string `od:"calc in create max=255 name=genericName"`
	// Notes are about the medication.
	Notes string `od:"create"`
	// DateTStamp is the day on which the row was last changed.
	DateTStamp dental.DateTime `od:"stamp day"`
	// IsHidden medications are no longer offered.
	IsHidden bool `od:"hidden"`
}

var medications = resource.Derive[Medication](resource.Spec{
	Name: "Medications", Path: "medications", Thing: "Medication", Table: "medication",
	Create: resource.Access{Group: resource.Setup, Or: resource.AllOthers, Since: "21.3"},
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.3"},
	}},
	Computed: []resource.Computed{
		resource.Lookup("genericName", "GenericNum", "medication", "MedicationNum", "MedName"),
	},
}, nil)

// Medications serves the medications that patients can take (seed 002).
var Medications = &Rows[Medication]{Table: medications, OnCreate: createMedication}

// createMedication makes a brand of an existing generic, or a generic.
func createMedication(tx *record.Tx, _ Body, medication *Medication) error {
	medication.MedName = strings.TrimSpace(medication.MedName)
	name := strings.TrimSpace(medication.GenericName)
	if name == "" || dental.Fold(name) == dental.Fold(medication.MedName) {
		return addGeneric(tx, medication)
	}
	generic, err := first(medications.Find(tx, "WHERE `MedNameFold` = ? AND `GenericNum` = `MedicationNum` ORDER BY `IsHidden`, `MedicationNum` LIMIT 1",
		store.Text(dental.Fold(name))))
	if err != nil {
		return err
	}
	if generic == nil {
		return fault.New(fault.NotFound, "No Medication with that genericName was found")
	}
	medication.GenericNum = generic.MedicationNum
	return record.Create(tx, medications, medication)
}

// addGeneric makes a medication that is its own generic.
func addGeneric(tx *record.Tx, medication *Medication) error {
	if err := record.Create(tx, medications, medication); err != nil {
		return err
	}
	generic := *medication
	generic.GenericNum = medication.MedicationNum
	return record.Update(tx, medications, medication, &generic)
}

// medicationNamed finds a medication by its whole name, without regard to case, or makes a generic.
func medicationNamed(tx *record.Tx, name string) (dental.MedicationNum, error) {
	name = strings.TrimSpace(name)
	medication, err := first(medications.Find(tx, "WHERE `MedNameFold` = ? ORDER BY `IsHidden`, `MedicationNum` LIMIT 1",
		store.Text(dental.Fold(name))))
	if err == nil && medication == nil {
		medication = &Medication{MedName: name}
		err = addGeneric(tx, medication)
	}
	if err != nil {
		return 0, err
	}
	return medication.MedicationNum, nil
}
