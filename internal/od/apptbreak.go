package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// AppointmentBreak is what PUT /appointments/{AptNum}/Break takes.
type AppointmentBreak struct {
	// SendToUnscheduledList moves the appointment to the unscheduled list; "false" leaves it in its place.
	SendToUnscheduledList bool `od:"in name=sendToUnscheduledList"`
	// BreakType "Missed" adds the procedure D9986, "Cancelled" adds D9987.
	BreakType dental.BreakType `od:"in name=breakType but=None"`
}

var breakAppointment = Writing(resource.Action{
	Method: "PUT", Name: "Break", OnRow: true, Access: resource.Access{Group: resource.Comm, Since: "21.3"},
}, requireUnscheduled, putBreak)

// requireUnscheduled asks for a field that is required, and whose "false" is a value.
func requireUnscheduled(call *Call[AppointmentBreak]) []fault.Field {
	const name = "sendToUnscheduledList"
	for _, field := range call.input.Faults {
		if field.Name == name {
			return nil
		}
	}
	if call.input.Has(name) {
		return nil
	}
	return []fault.Field{{Name: name, Text: name + " is required"}}
}

// putBreak breaks an appointment (seed 002, Appointments PUT Break).
func putBreak(tx *record.Tx, call *Call[AppointmentBreak], dst []byte) ([]byte, error) {
	old, patient, err := livingAppointment(tx, call.Key)
	if err != nil {
		return nil, err
	}
	if old.AptStatus != dental.AptScheduled {
		return nil, fault.New(fault.Invalid, "Only appointments with an AptStatus of Scheduled can be broken")
	}
	action := histChanged
	if call.In.BreakType != dental.BreakNone {
		if action, err = chargeBreak(tx, old, patient, call.In.BreakType); err != nil {
			return nil, err
		}
	}
	changed := *old
	changed.AptStatus = dental.AptBroken
	if call.In.SendToUnscheduledList {
		// On the list it has no operatory: one that is not in the book must not keep a column open.
		changed.AptStatus, changed.Op = dental.AptUnschedList, 0
	}
	if err := saveAppointment(tx, old, &changed, action); err != nil {
		return nil, err
	}
	return dst, logBreak(tx, old)
}

// chargeBreak adds the procedure of a break, done today. It belongs to the patient and not to the
// appointment, which may be scheduled again.
func chargeBreak(tx *record.Tx, a *Appointment, patient *Patient, kind dental.BreakType) (action int8, err error) {
	allowed, err := preferenceNum(tx, "BrokenApptProcedure")
	if err != nil {
		return 0, err
	}
	if allowed == 0 {
		return 0, fault.InvalidFields([]fault.Field{{Name: "breakType",
			Text: "breakType cannot be used while the office's broken appointment procedure type is None"}})
	}
	name, action := "D9986", histMissed
	if kind == dental.BreakCancelled {
		name, action = "D9987", histCancelled
	}
	codes, err := findCodes(tx, []string{name})
	if err != nil {
		return 0, err
	}
	if len(codes) == 0 {
		return 0, fault.InvalidFields([]fault.Field{{Name: "breakType",
			Text: "breakType cannot be used while the office has no procedure code " + name}})
	}
	done := Procedurelog{ProcDate: tx.At.Date(), ProcStatus: dental.ProcComplete}
	if err := addProcedures(tx, a, patient, done, []procedureCode{codes[name]}); err != nil {
		return 0, err
	}
	return action, ageFamily(tx, patient)
}

// logBreak notes the break in the communication log where the office wants that.
func logBreak(tx *record.Tx, a *Appointment) error {
	wanted, err := preferenceNum(tx, "BrokenApptCommLog")
	if err != nil || wanted == 0 {
		return err
	}
	note := "Appointment broken: "
	if a.ProcDescript != "" {
		note += a.ProcDescript + ", "
	}
	return addCommlog(tx, &Commlog{
		PatNum: a.PatNum, CommDateTime: tx.At, Note: note + a.AptDateTime.String(), SentOrReceived: dental.CommReceived,
	}, "APPT")
}

// livingAppointment reads an appointment and its patient, who must not be deleted.
func livingAppointment(tx *record.Tx, number int64) (*Appointment, *Patient, error) {
	appointment, err := appointments.Get(tx, number)
	if err != nil {
		return nil, nil, err
	}
	patient, err := livingPatient(tx, appointment.PatNum)
	return appointment, patient, err
}
