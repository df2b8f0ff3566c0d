package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// PatientNoteChange is what PUT /patientnotes/{PatNum} takes. Each text replaces the one that was there;
// "" clears it, and one that is not sent stays.
type PatientNoteChange struct {
	// Medical is the medical history.
	Medical string `od:"in"`
	// ICEName is whom to call in case of emergency.
	ICEName string `od:"in max=255"`
	// ICEPhone is that person's telephone number.
	ICEPhone string `od:"in max=30"`
	// Service is about the service that the patient wishes.
	Service string `od:"in since=21.4"`
	// FamFinancial is about the family's finances, and is kept with the guarantor.
	FamFinancial string `od:"in since=25.2.14"`
	// MedicalComp is the complete medical history.
	MedicalComp string `od:"in since=25.2.14"`
	// Treatment is about the treatment.
	Treatment string `od:"in since=25.2.14"`
}

var putPatientNote = Writing(resource.Action{
	Method: "PUT", OnRow: true, Of: "patient", Access: resource.Access{Group: resource.AllOthers, Since: "21.2"},
	Answers: "the notes",
}, nil, writePatientNote)

// writePatientNote replaces the notes that were sent (seed 002, PatientNotes PUT).
func writePatientNote(tx *record.Tx, call *Call[PatientNoteChange], dst []byte) ([]byte, error) {
	patient, err := livingPatient(tx, dental.PatNum(call.Key))
	if err != nil {
		return nil, err
	}
	isFamilys := call.Has("FamFinancial") && patient.Guarantor != patient.PatNum
	changed, err := changeNote(tx, patient.PatNum, func(note *PatientNote) {
		for _, text := range []struct {
			name, sent string
			kept       *string
		}{
			{"Medical", call.In.Medical, &note.Medical},
			{"ICEName", call.In.ICEName, &note.ICEName},
			{"ICEPhone", call.In.ICEPhone, &note.ICEPhone},
			{"Service", call.In.Service, &note.Service},
			{"MedicalComp", call.In.MedicalComp, &note.MedicalComp},
			{"Treatment", call.In.Treatment, &note.Treatment},
		} {
			if call.Has(text.name) {
				*text.kept = text.sent
			}
		}
		if call.Has("FamFinancial") && !isFamilys {
			note.FamFinancial = call.In.FamFinancial
		}
	})
	if err != nil {
		return nil, err
	}
	if isFamilys {
		if err := requirePatient(tx, patient.Guarantor); err != nil {
			return nil, err
		}
		if _, err := changeNote(tx, patient.Guarantor, func(note *PatientNote) { note.FamFinancial = call.In.FamFinancial }); err != nil {
			return nil, err
		}
	}
	return appendPatientNote(dst, tx, call.Format, patient, changed)
}

// changeNote changes a patient's row, and makes it when the first note is written.
func changeNote(tx *record.Tx, number dental.PatNum, change func(*PatientNote)) (*PatientNote, error) {
	old, isStored, err := noteOf(tx, number)
	if err != nil {
		return nil, err
	}
	changed := *old
	change(&changed)
	switch {
	case isStored:
		err = record.Update(tx, patientNotes, old, &changed)
	case changed != *old:
		changed.SecDateTEntry = tx.At
		err = record.Create(tx, patientNotes, &changed)
	}
	return &changed, err
}
