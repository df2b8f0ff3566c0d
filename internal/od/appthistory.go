package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// histAppointment is an appointment as it was after a change.
type histAppointment struct {
	HistApptNum           int64                     `od:"key"`
	HistUserNum           dental.UserNum            `od:"server"`
	HistDateTStamp        dental.DateTime           `od:"server"`
	HistApptAction        int8                      `od:"server"`
	ApptSource            int8                      `od:"server"`
	AptNum                dental.AptNum             `od:"server"`
	PatNum                dental.PatNum             `od:"server"`
	AptStatus             dental.AptStatus          `od:"server"`
	Pattern               string                    `od:"server"`
	Confirmed             dental.DefNum             `od:"server"`
	TimeLocked            bool                      `od:"server"`
	Op                    dental.OperatoryNum       `od:"server"`
	Note                  string                    `od:"server"`
	ProvNum               dental.ProvNum            `od:"server"`
	ProvHyg               dental.ProvNum            `od:"server"`
	AptDateTime           dental.DateTime           `od:"server"`
	NextAptNum            dental.AptNum             `od:"server"`
	UnschedStatus         dental.DefNum             `od:"server"`
	IsNewPatient          bool                      `od:"server"`
	ProcDescript          string                    `od:"server"`
	ClinicNum             dental.ClinicNum          `od:"server"`
	IsHygiene             bool                      `od:"server"`
	DateTStamp            dental.DateTime           `od:"server"`
	DateTimeArrived       dental.DateTime           `od:"server"`
	DateTimeSeated        dental.DateTime           `od:"server"`
	DateTimeDismissed     dental.DateTime           `od:"server"`
	InsPlan1              int64                     `od:"server"`
	InsPlan2              int64                     `od:"server"`
	DateTimeAskedToArrive dental.DateTime           `od:"server"`
	ColorOverride         int32                     `od:"server"`
	AppointmentTypeNum    dental.AppointmentTypeNum `od:"server"`
	SecUserNumEntry       dental.UserNum            `od:"server"`
	SecDateTEntry         dental.DateTime           `od:"server"`
	Priority              dental.AptPriority        `od:"server"`
	PatternSecondary      string                    `od:"server"`
	ItemOrderPlanned      int                       `od:"server"`
}

var histAppointments = resource.Derive[histAppointment](resource.Spec{
	Name: "History of appointments", Path: "histappointments", Thing: "HistAppointment", Table: "histappointment",
}, nil)

// What was done to an appointment, and by what.
const (
	histCreated   int8 = 0
	histChanged   int8 = 1
	histMissed    int8 = 2
	histCancelled int8 = 3

	fromTheAPI int8 = 6
)

// keepHistory adds a copy of an appointment as it is now (notes.md §5).
func keepHistory(tx *record.Tx, a *Appointment, action int8) error {
	return record.Create(tx, histAppointments, &histAppointment{
		HistDateTStamp: tx.At, HistApptAction: action, ApptSource: fromTheAPI,
		AptNum: a.AptNum, PatNum: a.PatNum, AptStatus: a.AptStatus, Pattern: a.Pattern, Confirmed: a.Confirmed,
		TimeLocked: a.TimeLocked, Op: a.Op, Note: a.Note, ProvNum: a.ProvNum, ProvHyg: a.ProvHyg,
		AptDateTime: a.AptDateTime, NextAptNum: a.NextAptNum, UnschedStatus: a.UnschedStatus,
		IsNewPatient: a.IsNewPatient, ProcDescript: a.ProcDescript, ClinicNum: a.ClinicNum, IsHygiene: a.IsHygiene,
		DateTStamp: a.DateTStamp, DateTimeArrived: a.DateTimeArrived, DateTimeSeated: a.DateTimeSeated,
		DateTimeDismissed: a.DateTimeDismissed, InsPlan1: a.InsPlan1, InsPlan2: a.InsPlan2,
		DateTimeAskedToArrive: a.DateTimeAskedToArrive, ColorOverride: a.ColorOverride,
		AppointmentTypeNum: a.AppointmentTypeNum, SecUserNumEntry: a.SecUserNumEntry, SecDateTEntry: a.SecDateTEntry,
		Priority: a.Priority, PatternSecondary: a.PatternSecondary, ItemOrderPlanned: a.ItemOrderPlanned,
	})
}
