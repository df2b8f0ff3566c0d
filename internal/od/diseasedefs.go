package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DiseaseDef is a problem that patients can have.
type DiseaseDef struct {
	// DiseaseDefNum is the key.
	DiseaseDefNum dental.DiseaseDefNum `od:"key"`
	// DiseaseName is the name; no two differ by case alone.
	DiseaseName string `od:"create! max=255 fold=DiseaseNameFold"`
	// IsHidden problems are no longer offered.
	IsHidden bool `od:"server"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// ICD9Code is the code in ICD-9.
	ICD9Code string `od:"server max=255"`
	// ICD10Code is the code in ICD-10.
	ICD10Code string `od:"server max=255 column=Icd10Code"`
	// SnomedCode is the code in SNOMED CT.
	SnomedCode string `od:"server max=255"`
}

var diseaseDefs = resource.Derive[DiseaseDef](resource.Spec{
	Name: "DiseaseDefs", Path: "diseasedefs", Thing: "DiseaseDef", Table: "diseasedef",
	Create: resource.Access{Group: resource.Setup, Or: resource.AllOthers, Since: "21.3"},
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.3"},
	}},
}, nil)

// DiseaseDefs serves the problems that patients can have (seed 002).
var DiseaseDefs = &Rows[DiseaseDef]{Table: diseaseDefs, OnCreate: createDiseaseDef}

func createDiseaseDef(tx *record.Tx, _ Body, def *DiseaseDef) error {
	def.DiseaseName = strings.TrimSpace(def.DiseaseName)
	found, err := findDiseaseDef(tx, def.DiseaseName)
	if err != nil {
		return err
	}
	if found != nil {
		return fault.New(fault.Conflict, "A DiseaseDef with that name already exists")
	}
	return record.Create(tx, diseaseDefs, def)
}

// findDiseaseDef finds a problem by its whole name, without regard to case; nil when there is none.
func findDiseaseDef(c store.Conn, name string) (*DiseaseDef, error) {
	return first(diseaseDefs.Find(c, "WHERE `DiseaseNameFold` = ? ORDER BY `IsHidden`, `DiseaseDefNum` LIMIT 1",
		store.Text(dental.Fold(name))))
}

// diseaseDefNamed finds a problem by its name, or makes one.
func diseaseDefNamed(tx *record.Tx, name string) (dental.DiseaseDefNum, error) {
	name = strings.TrimSpace(name)
	def, err := findDiseaseDef(tx, name)
	if err == nil && def == nil {
		def = &DiseaseDef{DiseaseName: name}
		err = record.Create(tx, diseaseDefs, def)
	}
	if err != nil {
		return 0, err
	}
	return def.DiseaseDefNum, nil
}
