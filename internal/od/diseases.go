package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Disease is a problem of a patient.
type Disease struct {
	// DiseaseNum is the key.
	DiseaseNum dental.DiseaseNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// DiseaseDefNum is the problem. In a POST it decides when diseaseDefName is sent, too.
	DiseaseDefNum dental.DiseaseDefNum `od:"create fk=diseasedef"`
	// DiseaseDefName is the problem's name. In a POST without DiseaseDefNum it is required, and names an
	// existing problem or one that is created.
	DiseaseDefName string `od:"calc in create max=255 name=diseaseDefName"`
	// PatNote is about this patient's problem.
	PatNote string `od:"create"`
	// Note is PatNote by the name that the table of 2021 gives it; PatNote decides when both are sent.
	Note string `od:"in create"`
	// ProbStatus is "Active", "Resolved" or "Inactive". Default "Active".
	ProbStatus dental.ProbStatus `od:"create"`
	// DateStart is when the problem began. Default "0001-01-01", unknown.
	DateStart dental.Date `od:"create"`
	// DateStop is when it ended. Default "0001-01-01", not yet.
	DateStop dental.Date `od:"create"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp hidden"`
}

var diseases = resource.Derive(resource.Spec{
	Name: "Diseases", Path: "diseases", Thing: "Disease", Table: "disease",
	Create: resource.Access{Group: resource.AllOthers, Since: "21.3"},
	Lists: []resource.List{{
		Access:  resource.Access{Group: resource.ReadAll, Since: "21.3"},
		Filters: []resource.Filter{resource.RequiredKey("PatNum", "patient")},
	}},
	Computed: []resource.Computed{
		resource.Lookup("diseaseDefName", "DiseaseDefNum", "diseasedef", "DiseaseDefNum", "DiseaseName"),
	},
}, checkDisease)

// Diseases serves the problems of the patients (seed 002).
var Diseases = &Rows[Disease]{Table: diseases, OnCreate: createDisease}

func checkDisease(_, new *Disease) []fault.Field {
	start, stop := namedDate{"DateStart", new.DateStart}, namedDate{"DateStop", new.DateStop}
	faults := endsBeforeItStarts(start, stop)
	if new.DiseaseDefNum == 0 && strings.TrimSpace(new.DiseaseDefName) == "" {
		faults = append(faults, fault.Field{Name: "diseaseDefName", Text: "diseaseDefName is required"})
	}
	return faults
}

func createDisease(tx *record.Tx, in Body, disease *Disease) error {
	if err := requirePatient(tx, disease.PatNum); err != nil {
		return err
	}
	if !in.Has("PatNote") {
		disease.PatNote = disease.Note
	}
	if disease.DiseaseDefNum == 0 {
		number, err := diseaseDefNamed(tx, disease.DiseaseDefName)
		if err != nil {
			return err
		}
		disease.DiseaseDefNum = number
	}
	return record.Create(tx, diseases, disease)
}
