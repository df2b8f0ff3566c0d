package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// AllergyDef is an allergy that patients can have.
type AllergyDef struct {
	// AllergyDefNum is the key.
	AllergyDefNum dental.AllergyDefNum `od:"key"`
	// Description is the name; no two differ by case alone.
	Description string `od:"create! max=255 fold=DescriptionFold"`
	// IsHidden allergies are no longer offered.
	IsHidden bool `od:"server"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// SnomedType is the kind of allergy; "" is none.
	SnomedType dental.SnomedAllergy `od:"server"`
	// MedicationNum is the medication that the allergy is to; 0 is none.
	MedicationNum dental.MedicationNum `od:"server fk=medication"`
	// UniiCode is the substance's unique ingredient identifier.
	UniiCode string `od:"server max=255"`
}

var allergyDefs = resource.Derive[AllergyDef](resource.Spec{
	Name: "AllergyDefs", Path: "allergydefs", Thing: "AllergyDef", Table: "allergydef",
	Create: resource.Access{Group: resource.Setup, Or: resource.AllOthers, Since: "21.3"},
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.3"},
	}},
}, nil)

// AllergyDefs serves the allergies that patients can have (seed 002).
var AllergyDefs = &Rows[AllergyDef]{Table: allergyDefs, OnCreate: createAllergyDef}

func createAllergyDef(tx *record.Tx, _ Body, def *AllergyDef) error {
	def.Description = strings.TrimSpace(def.Description)
	found, err := findAllergyDef(tx, def.Description)
	if err != nil {
		return err
	}
	if found != nil {
		return fault.New(fault.Conflict, "An AllergyDef with that name already exists")
	}
	return record.Create(tx, allergyDefs, def)
}

// findAllergyDef finds an allergy by its whole name, without regard to case; nil when there is none.
func findAllergyDef(c store.Conn, name string) (*AllergyDef, error) {
	return first(allergyDefs.Find(c, "WHERE `DescriptionFold` = ? ORDER BY `IsHidden`, `AllergyDefNum` LIMIT 1",
		store.Text(dental.Fold(name))))
}

// allergyDefNamed finds an allergy by its name, or makes one.
func allergyDefNamed(tx *record.Tx, name string) (dental.AllergyDefNum, error) {
	name = strings.TrimSpace(name)
	def, err := findAllergyDef(tx, name)
	if err == nil && def == nil {
		def = &AllergyDef{Description: name}
		err = record.Create(tx, allergyDefs, def)
	}
	if err != nil {
		return 0, err
	}
	return def.AllergyDefNum, nil
}
