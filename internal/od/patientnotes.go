package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// PatientNote holds the long notes of a patient. A patient without a row has none of them.
type PatientNote struct {
	// PatNum is the patient, and the key.
	PatNum dental.PatNum `od:"key"`
	// FamFinancial is about the family's finances. There is one for a family, kept with its guarantor.
	FamFinancial string `od:"server since=25.2.14"`
	// Medical is the medical history.
	Medical string `od:"server"`
	// Service is about the service that the patient wishes.
	Service string `od:"server since=21.4"`
	// MedicalComp is the complete medical history.
	MedicalComp string `od:"server since=25.2.14"`
	// Treatment is about the treatment.
	Treatment string `od:"server since=25.2.14"`
	// ICEName is whom to call in case of emergency.
	ICEName string `od:"server max=255"`
	// ICEPhone is that person's telephone number.
	ICEPhone string `od:"server max=30"`
	// SecDateTEntry is when the first of the notes was made.
	SecDateTEntry dental.DateTime `od:"server"`
	// SecDateTEdit is when one of them was last changed.
	SecDateTEdit dental.DateTime `od:"stamp"`
}

var patientNotes = resource.Derive[PatientNote](resource.Spec{
	Name: "PatientNotes", Path: "patientnotes", Thing: "PatientNote", Table: "patientnote",
}, nil)

// PatientNotes serves the long notes of the patients, by PatNum (seed 002).
var PatientNotes = &Rows[PatientNote]{Table: patientNotes, Actions: []*Action{getPatientNote, putPatientNote}}

// NoArguments is what an action takes that takes nothing.
type NoArguments struct{}

var getPatientNote = Reading(resource.Action{
	Method: "GET", OnRow: true, Of: "patient", Access: resource.Access{Group: resource.ReadAll, Since: "21.2"},
	Answers: "the notes",
}, nil, readPatientNote)

func readPatientNote(c store.Conn, call *Call[NoArguments], dst []byte) ([]byte, error) {
	patient, err := livingPatient(c, dental.PatNum(call.Key))
	if err != nil {
		return nil, err
	}
	note, _, err := noteOf(c, patient.PatNum)
	if err != nil {
		return nil, err
	}
	return appendPatientNote(dst, c, call.Format, patient, note)
}

// noteOf is the row of a patient, an empty one where none is stored.
func noteOf(c store.Conn, number dental.PatNum) (note *PatientNote, isStored bool, err error) {
	note, err = first(patientNotes.Find(c, "WHERE `PatNum` = ?", store.Int(number)))
	if note == nil {
		return &PatientNote{PatNum: number}, false, err
	}
	return note, true, nil
}

// appendPatientNote answers a patient's notes, of which FamFinancial is the guarantor's.
func appendPatientNote(dst []byte, c store.Conn, format *resource.Format, patient *Patient, note *PatientNote) ([]byte, error) {
	answer := *note
	if patient.Guarantor != patient.PatNum {
		family, _, err := noteOf(c, patient.Guarantor)
		if err != nil {
			return nil, err
		}
		answer.FamFinancial = family.FamFinancial
	}
	return patientNotes.AppendRow(dst, &answer, format), nil
}
