package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// WebSchedAppointment is what POST /appointments/WebSched takes.
type WebSchedAppointment struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// DateTimeStart is the start of the slot.
	DateTimeStart dental.DateTime `od:"in!"`
	// DateTimeEnd is the end of the slot.
	DateTimeEnd dental.DateTime `od:"in!"`
	// ProvNum is the provider of the slot.
	ProvNum dental.ProvNum `od:"in! fk=provider"`
	// OpNum is the operatory of the slot.
	OpNum dental.OperatoryNum `od:"in! fk=operatory"`
	// DefNumApptType is the reason for which the slot was found.
	DefNumApptType dental.DefNum `od:"in! name=defNumApptType fk=definition"`
}

var bookWebSched = Writing(resource.Action{
	Method: "POST", Name: "WebSched", Access: resource.Access{Group: resource.Appointments, Since: "21.3"},
	Answers: "the appointment",
}, checkWebSchedAppointment, postWebSched)

func checkWebSchedAppointment(call *Call[WebSchedAppointment]) []fault.Field {
	start, end := call.In.DateTimeStart, call.In.DateTimeEnd
	switch {
	case start.IsNone() || end.IsNone():
		return nil
	case !start.Before(end):
		return []fault.Field{{Name: "DateTimeEnd", Text: "DateTimeEnd must be after DateTimeStart"}}
	case start.AddSeconds(24 * 60 * 60).Before(end):
		return []fault.Field{{Name: "DateTimeEnd", Text: "DateTimeEnd must be within a day of DateTimeStart"}}
	}
	return nil
}

// postWebSched books a slot, if it is still one: the book is read in the transaction that writes (seed 002,
// Appointments POST WebSched).
func postWebSched(tx *record.Tx, call *Call[WebSchedAppointment], dst []byte) ([]byte, error) {
	in := &call.In
	patient, err := livingPatient(tx, in.PatNum)
	if err != nil {
		return nil, err
	}
	setup, err := readWebSched(tx, in.DefNumApptType)
	if err != nil {
		return nil, err
	}
	a := &Appointment{
		PatNum: in.PatNum, AptStatus: dental.AptScheduled, Pattern: setup.visit, Op: in.OpNum, ProvNum: in.ProvNum,
		AptDateTime: in.DateTimeStart, Note: "Appointment Reason: " + setup.reason.ItemName, IsNewPatient: setup.isNew,
		AppointmentTypeNum: setup.kind.number, ColorOverride: setup.kind.color,
	}
	if err := requireOpenForWeb(tx, setup, a, in.DateTimeEnd); err != nil {
		return nil, err
	}
	if a.Confirmed, err = setup.confirmation(tx); err != nil {
		return nil, err
	}
	if a.ClinicNum, err = clinicOf(tx, a.Op, patient.ClinicNum); err != nil {
		return nil, err
	}
	if err := addAppointment(tx, a, patient, setup.kind.codes); err != nil {
		return nil, err
	}
	if err := logWebSched(tx, a, setup.isNew); err != nil {
		return nil, err
	}
	call.Made = int64(a.AptNum)
	return appointments.AppendOne(dst, tx, call.Made, call.Format)
}

// requireOpenForWeb refuses a time that is not, or no longer, in one of the gaps.
func requireOpenForWeb(tx *record.Tx, setup *webSched, a *Appointment, end dental.DateTime) error {
	if last := endOf(a); end.Before(last) {
		end = last
	}
	book, err := openBook(tx, setup.rules(a.AptDateTime.Date(), end.Date()))
	if err != nil {
		return err
	}
	from, to := book.minute(a.AptDateTime), book.minute(end)
	for _, gap := range book.openForWeb(a.ProvNum, setup.earliest(tx.At, book)) {
		if gap.Op == int64(a.Op) && gap.From <= from && to <= gap.To {
			return nil
		}
	}
	return errTaken
}

// confirmation is the practice's own for those who book themselves.
func (w *webSched) confirmation(c store.Conn) (dental.DefNum, error) {
	name := "WebSchedExistingPatConfirmStatus"
	if w.isNew {
		name = "WebSchedNewPatConfirmStatus"
	}
	number, err := preferenceNum(c, name)
	return dental.DefNum(number), err
}

// eServiceLog is an entry of what patients did themselves.
type eServiceLog struct {
	EServiceLogNum int64            `od:"key"`
	LogDateTime    dental.DateTime  `od:"server"`
	PatNum         dental.PatNum    `od:"server"`
	EServiceType   int8             `od:"server"`
	EServiceAction int16            `od:"server"`
	KeyType        int16            `od:"server"`
	ClinicNum      dental.ClinicNum `od:"server"`
	FKey           int64            `od:"server"`
}

var eServiceLogs = resource.Derive[eServiceLog](resource.Spec{
	Name: "Log of eServices", Path: "eservicelogs", Thing: "EServiceLog", Table: "eservicelog",
}, nil)

// The values of an entry that tells of a booking (enums eServiceType, eServiceAction, FKeyType).
const (
	webSchedNewPat      int8  = 2
	webSchedExistingPat int8  = 3
	webSchedBooked      int16 = 13
	keyIsAptNum         int16 = 1
)

func logWebSched(tx *record.Tx, a *Appointment, isNew bool) error {
	kind := webSchedExistingPat
	if isNew {
		kind = webSchedNewPat
	}
	return record.Create(tx, eServiceLogs, &eServiceLog{
		LogDateTime: tx.At, PatNum: a.PatNum, EServiceType: kind, EServiceAction: webSchedBooked,
		KeyType: keyIsAptNum, ClinicNum: a.ClinicNum, FKey: int64(a.AptNum),
	})
}

// webSchedLog finds how an appointment was booked, from the entry of the log (notes.md §3).
const webSchedLog = "(SELECT l.`EServiceType` FROM `eservicelog` AS l WHERE l.`FKey` = r.`AptNum` AND l.`EServiceAction` = 13" +
	" AND l.`EServiceType` BETWEEN 1 AND 4 ORDER BY l.`EServiceLogNum` LIMIT 1)"

func appendWebSchedLog(dst []byte, row store.Row, at int) []byte {
	names := [...]string{"None", "Recall", "NewPat", "ExistingPat", "ASAP"}
	return resource.AppendText(dst, []byte(names[row.Int(at)]))
}
