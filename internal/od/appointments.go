package od

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Appointment is a time in the appointment book, or a visit that has no time yet.
type Appointment struct {
	// AptNum is the key.
	AptNum dental.AptNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// AptStatus says how far it is. Default "Scheduled". In a POST, "ASAP" makes it "Scheduled" with Priority "ASAP".
	AptStatus dental.AptStatus `od:"create update but=None"`
	// Pattern is the length: one character for each five minutes, X with the provider and / without. What is longer than nine hours is cut to nine. Default the appointment type's, else "/XX/".
	Pattern string `od:"create update max=255"`
	// Confirmed is a definition of category 2. Default the first of them.
	Confirmed dental.DefNum `od:"create update fk=definition def=2"`
	// ConfirmedName is the name of Confirmed.
	ConfirmedName string `od:"calc name=confirmed"`
	// TimeLocked keeps the length when procedures change.
	TimeLocked bool `od:"server"`
	// Op is the operatory; 0 is none, for what is not in the book.
	Op dental.OperatoryNum `od:"create! update fk=operatory"`
	// Note is the office's own. It overwrites the note that was there.
	Note string `od:"create update"`
	// ProvNum is the provider. Default the patient's, else the practice's.
	ProvNum dental.ProvNum `od:"create update fk=provider"`
	// ProvAbbr is the provider's short name.
	ProvAbbr string `od:"calc name=provAbbr"`
	// ProvHyg is the hygienist; 0 is none.
	ProvHyg dental.ProvNum `od:"create update fk=provider"`
	// AptDateTime is the start.
	AptDateTime dental.DateTime `od:"create! update"`
	// NextAptNum is the planned appointment that this one was scheduled from; 0 is none.
	NextAptNum dental.AptNum `od:"server fk=appointment"`
	// UnschedStatus is a definition of category 13: how far the unscheduled list is with it; 0 is none.
	UnschedStatus dental.DefNum `od:"update fk=definition def=13 since=22.2"`
	// UnschedStatusName is the name of UnschedStatus.
	UnschedStatusName string `od:"calc name=unschedStatus"`
	// IsNewPatient tells that it is the first visit. In a POST, "true" also dates the first visit of a patient who had none.
	IsNewPatient bool `od:"create update since=21.3"`
	// ProcDescript sums up the attached procedures.
	ProcDescript string `od:"server"`
	// ClinicNum is the clinic. Default the operatory's, else the patient's; 0 while clinics are turned off.
	ClinicNum dental.ClinicNum `od:"create update fk=clinic"`
	// IsHygiene tells that the hygienist is the one who counts.
	IsHygiene bool `od:"create update"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// DateTimeArrived is when the patient came.
	DateTimeArrived dental.DateTime `od:"server"`
	// DateTimeSeated is when the patient was seated.
	DateTimeSeated dental.DateTime `od:"server"`
	// DateTimeDismissed is when the patient left.
	DateTimeDismissed dental.DateTime `od:"server"`
	// InsPlan1 is the first insurance plan at the time; 0 is none.
	InsPlan1 int64 `od:"server"`
	// InsPlan2 is the second insurance plan at the time; 0 is none.
	InsPlan2 int64 `od:"server"`
	// DateTimeAskedToArrive is when the patient was asked to be there.
	DateTimeAskedToArrive dental.DateTime `od:"server"`
	// ColorText is the colour, "R,G,B". Default the appointment type's, else "0,0,0", which is none.
	ColorText string `od:"calc in create update max=11 name=colorOverride since=22.3.9"`
	// AppointmentTypeNum is the type. In a POST it brings its procedures, colour and pattern; 0 is none.
	AppointmentTypeNum dental.AppointmentTypeNum `od:"create update fk=appointmenttype since=22.1"`
	// SecUserNumEntry is the user who made it; 0 is none.
	SecUserNumEntry dental.UserNum `od:"create fk=userod since=25.1.27"`
	// SecDateTEntry is when it was made.
	SecDateTEntry dental.DateTime `od:"server"`
	// Priority is "ASAP" for who wants to come earlier. Default "Normal".
	Priority dental.AptPriority `od:"create update since=22.1"`
	// PatternSecondary is the assistant's part of the length, as long as Pattern. Default / throughout.
	PatternSecondary string `od:"create update max=255 since=23.3.17"`
	// ItemOrderPlanned is the place among the patient's planned appointments, from 1; 0 for one that is not planned.
	ItemOrderPlanned int `od:"server"`
	// EServiceLogType says by which of the patients' own ways it was made.
	EServiceLogType string `od:"calc name=eServiceLogType"`
	// ColorOverride is the signed ARGB number behind colorOverride.
	ColorOverride int32 `od:"hidden"`
}

var appointments = resource.Derive(resource.Spec{
	Name: "Appointments", Path: "appointments", Thing: "Appointment", Table: "appointment",
	Get:            resource.Access{Group: resource.ReadAll, Since: "21.1"},
	Create:         resource.Access{Group: resource.Appointments, Since: "21.1"},
	Update:         resource.Access{Group: resource.Appointments, Since: "21.1"},
	ServerDateTime: true,
	Lists: []resource.List{
		{
			Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
			Filters: append(onDays(),
				resource.AfterOrDay("DateTStamp"),
				resource.EqualKey("ClinicNum", "clinic"),
				resource.EqualKey("PatNum", "patient"),
				resource.EqualEnum("AptStatus", dental.AptNone),
				filterOperatory("Op"),
				resource.EqualKey("AppointmentTypeNum", "appointmenttype"),
			),
			Order: "r.`AptDateTime`", Check: checkDays, ServerDateTime: true,
		},
		{
			Action:  "ASAP",
			Access:  resource.Access{Group: resource.ReadAll, Since: "21.1"},
			Filters: []resource.Filter{resource.EqualKey("ClinicNum", "clinic"), eitherProvider()},
			Where:   onASAPList,
			Order:   "r.`AptDateTime`", Admit: requireClinicIfOn, ServerDateTime: true,
		},
		{
			Action:  "WebSched",
			Access:  resource.Access{Group: resource.ReadAll, Since: "21.3"},
			Filters: append(onDays(), resource.AfterOrDay("DateTStamp"), resource.EqualKey("ClinicNum", "clinic")),
			Shape: "AptNum PatNum AptStatus Pattern Confirmed confirmed Op Note ProvNum provAbbr ProvHyg AptDateTime NextAptNum" +
				" UnschedStatus unschedStatus ProcDescript ClinicNum IsHygiene DateTStamp DateTimeArrived DateTimeSeated" +
				" DateTimeDismissed AppointmentTypeNum eServiceLogType",
			Order: "r.`AptDateTime`", Check: checkDays, ServerDateTime: true,
		},
	},
	Computed: []resource.Computed{
		resource.Lookup("confirmed", "Confirmed", "definition", "DefNum", "ItemName"),
		resource.Lookup("unschedStatus", "UnschedStatus", "definition", "DefNum", "ItemName"),
		resource.Lookup("provAbbr", "ProvNum", "provider", "ProvNum", "Abbr"),
		{Name: "colorOverride", Columns: []string{"r.`ColorOverride`"}, Append: appendColor},
		{Name: "eServiceLogType", Columns: []string{webSchedLog}, Append: appendWebSchedLog, Apart: true},
	},
}, checkAppointment)

// Appointments serves the appointment book (seed 002).
var Appointments = &Rows[Appointment]{
	Table: appointments, OnCreate: createAppointment, OnUpdate: updateAppointment,
	Actions: []*Action{breakAppointment, noteAppointment, confirmAppointment, getSlots, getWebSchedSlots, bookWebSched},
}

// onASAPList: those who want to come earlier and are not done. A planned one counts until it has a time of
// its own (notes.md §4).
const onASAPList = "r.`Priority` = 1 AND r.`AptStatus` IN (1, 3, 5, 6) AND (r.`AptStatus` <> 6 OR NOT EXISTS" +
	" (SELECT 1 FROM `appointment` AS s WHERE s.`NextAptNum` = r.`AptNum` AND s.`AptStatus` IN (1, 2)))"

func eitherProvider() resource.Filter {
	filter := resource.EqualKey("ProvNum", "provider")
	filter.Where = "(r.`ProvNum` = ? OR r.`ProvHyg` = ?)"
	return filter
}

func filterOperatory(param string) resource.Filter {
	filter := resource.EqualInt(param)
	filter.Parent = resource.ParentIn("operatory", "OperatoryNum")
	return filter
}

// checkAppointment is the rule of a row by itself.
func checkAppointment(old, new *Appointment) []fault.Field {
	var faults []fault.Field
	refuse := func(name, format string, args ...any) {
		faults = append(faults, fault.Field{Name: name, Text: name + " " + fmt.Sprintf(format, args...)})
	}
	isNew := old == nil
	if isNew {
		old = &Appointment{AptStatus: new.AptStatus}
		if new.AptStatus == dental.AptBroken {
			refuse("AptStatus", "must be one of Scheduled, Complete, UnschedList, ASAP, Planned, PtNote, PtNoteCompleted")
		}
	}
	if new.AptStatus == dental.AptASAP && old.AptStatus != new.AptStatus {
		refuse("AptStatus", "must be one of Scheduled, Complete, UnschedList, Broken, Planned, PtNote, PtNoteCompleted; ASAP is a Priority")
	}
	if new.Pattern != old.Pattern && !isPattern(new.Pattern) {
		refuse("Pattern", "must consist of the characters X and / only, one for each five minutes")
	}
	if new.PatternSecondary != old.PatternSecondary {
		switch {
		case !isPattern(new.PatternSecondary):
			refuse("PatternSecondary", "must consist of the characters X and / only, one for each five minutes")
		case new.Pattern != "" && len(cutPattern(new.PatternSecondary)) != len(cutPattern(new.Pattern)):
			refuse("PatternSecondary", "must be as long as Pattern")
		}
	}
	if new.AptDateTime != old.AptDateTime && new.AptDateTime.IsNone() {
		refuse("AptDateTime", "cannot be blank")
	}
	if _, ok := parseColor(new.ColorText); new.ColorText != "" && !ok {
		refuse("colorOverride", `must be "R,G,B", each from 0 to 255`)
	}
	if !isNew && new.ProvNum == 0 && old.ProvNum != 0 {
		refuse("ProvNum", "cannot be 0")
	}
	if !isNew && new.Op == 0 && new.AptStatus == dental.AptScheduled && (old.Op != 0 || old.AptStatus != new.AptStatus) {
		refuse("Op", "is required while AptStatus is Scheduled")
	}
	return faults
}

func isPattern(text string) bool { return text != "" && strings.Trim(text, "X/") == "" }

// maxPattern is nine hours, to which a longer pattern is cut (current page, Appointments POST).
const maxPattern = 108

func cutPattern(pattern string) string { return pattern[:min(len(pattern), maxPattern)] }

// parseColor reads "R,G,B" as the signed ARGB number that is stored. Black is none, and stored as 0.
func parseColor(text string) (argb int32, ok bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 3 {
		return 0, false
	}
	var number uint32
	for _, part := range parts {
		value, err := strconv.ParseUint(strings.TrimSpace(part), 10, 8)
		if err != nil {
			return 0, false
		}
		number = number<<8 | uint32(value)
	}
	if number == 0 {
		return 0, true
	}
	return int32(number | 0xff000000), true
}

// createAppointment fills in what was not sent (notes.md §4), and gives the time to one only.
func createAppointment(tx *record.Tx, in Body, a *Appointment) error {
	patient, err := livingPatient(tx, a.PatNum)
	if err != nil {
		return err
	}
	kind, err := findAppointmentType(tx, a.AppointmentTypeNum)
	if err != nil {
		return err
	}
	switch a.AptStatus {
	case dental.AptNone:
		a.AptStatus = dental.AptScheduled
	case dental.AptASAP:
		a.AptStatus, a.Priority = dental.AptScheduled, dental.AptPriorityASAP
	}
	if a.Pattern == "" {
		if a.Pattern, err = kind.pattern(tx); err != nil {
			return err
		}
	}
	a.ColorOverride = kind.color
	if in.Has("colorOverride") {
		a.ColorOverride, _ = parseColor(a.ColorText)
	}
	if !in.Has("ClinicNum") {
		if a.ClinicNum, err = clinicOf(tx, a.Op, patient.ClinicNum); err != nil {
			return err
		}
	} else if err := refuseClinicIfOff(tx, a.ClinicNum); err != nil {
		return err
	}
	if err := addAppointment(tx, a, patient, kind.codes); err != nil {
		return err
	}
	if a.IsNewPatient {
		return dateFirstVisit(tx, patient, a)
	}
	return nil
}

// addAppointment writes a new row with the defaults that every way of booking shares, with the procedures
// of its type, its history and its signal.
func addAppointment(tx *record.Tx, a *Appointment, patient *Patient, codes string) error {
	if a.Confirmed == 0 {
		number, err := newConfirmation(tx)
		if err != nil {
			return err
		}
		a.Confirmed = number
	}
	if a.ProvNum == 0 {
		a.ProvNum = patient.PriProv
	}
	if a.ProvNum == 0 {
		number, err := preferenceNum(tx, "PracticeDefaultProv")
		if err != nil {
			return err
		}
		a.ProvNum = dental.ProvNum(number)
	}
	fitPatterns(a)
	if err := orderPlanned(tx, a); err != nil {
		return err
	}
	a.SecDateTEntry = tx.At
	if a.AptStatus == dental.AptScheduled {
		if err := requireFreeTime(tx, a); err != nil {
			return err
		}
	}
	if err := record.Create(tx, appointments, a); err != nil {
		return err
	}
	if err := attachProcedures(tx, a, patient, codes); err != nil {
		return err
	}
	if err := keepHistory(tx, a, histCreated); err != nil {
		return err
	}
	return signalDay(tx, a.AptDateTime.Date(), a.Op)
}

// fitPatterns cuts the pattern to the longest, and makes the second one as long.
func fitPatterns(a *Appointment) {
	a.Pattern, a.PatternSecondary = cutPattern(a.Pattern), cutPattern(a.PatternSecondary)
	if missing := len(a.Pattern) - len(a.PatternSecondary); missing > 0 {
		a.PatternSecondary += strings.Repeat("/", missing)
	}
	a.PatternSecondary = a.PatternSecondary[:len(a.Pattern)]
}

// dateFirstVisit notes the first visit of a patient who was never treated here (current page).
func dateFirstVisit(tx *record.Tx, old *Patient, a *Appointment) error {
	rows := tx.Query("SELECT 1 FROM `procedurelog` WHERE `PatNum` = ? AND `ProcStatus` = ? LIMIT 1", store.Int(a.PatNum), store.Int(dental.ProcComplete))
	treated := rows.Next()
	if err := rows.Close(); err != nil || treated {
		return err
	}
	changed := *old
	changed.DateFirstVisit = a.AptDateTime.Date()
	return record.Update(tx, patients, old, &changed)
}

func updateAppointment(tx *record.Tx, in Body, old, new *Appointment) error {
	if err := requirePatient(tx, old.PatNum); err != nil {
		return err
	}
	if faults := checkAppointment(old, new); len(faults) > 0 {
		return fault.InvalidFields(faults)
	}
	if in.Has("colorOverride") {
		new.ColorOverride, _ = parseColor(new.ColorText)
	}
	if new.Pattern != old.Pattern || new.PatternSecondary != old.PatternSecondary {
		fitPatterns(new)
	}
	if new.ClinicNum != old.ClinicNum {
		if err := refuseClinicIfOff(tx, new.ClinicNum); err != nil {
			return err
		}
	}
	moved := new.AptDateTime != old.AptDateTime || new.Op != old.Op || new.Pattern != old.Pattern || new.AptStatus != old.AptStatus
	if moved && new.AptStatus == dental.AptScheduled {
		if err := requireFreeTime(tx, new); err != nil {
			return err
		}
	}
	if new.AptStatus != old.AptStatus {
		if err := orderPlanned(tx, new); err != nil {
			return err
		}
	}
	return saveAppointment(tx, old, new, histChanged)
}

// saveAppointment writes what has changed, with the stamps that follow from the confirmation, and tells of
// the place that the appointment has and of the one that it has left.
func saveAppointment(tx *record.Tx, old, new *Appointment, action int8) error {
	if new.Confirmed != old.Confirmed {
		if err := stampArrival(tx, new); err != nil {
			return err
		}
	}
	if len(appointments.Changed(old, new)) == 0 {
		return record.Update(tx, appointments, old, new)
	}
	if err := record.Update(tx, appointments, old, new); err != nil {
		return err
	}
	if err := keepHistory(tx, new, action); err != nil {
		return err
	}
	if err := signalDay(tx, new.AptDateTime.Date(), new.Op); err != nil {
		return err
	}
	if old.Op == new.Op && old.AptDateTime.Date() == new.AptDateTime.Date() {
		return nil
	}
	return signalDay(tx, old.AptDateTime.Date(), old.Op)
}

// stampArrival notes the time when a confirmation is the one by which the practice says that the patient
// has arrived, is seated or has left (notes.md §5).
func stampArrival(tx *record.Tx, a *Appointment) error {
	for _, trigger := range []struct {
		preference string
		stamp      *dental.DateTime
	}{
		{"AppointmentTimeArrivedTrigger", &a.DateTimeArrived},
		{"AppointmentTimeSeatedTrigger", &a.DateTimeSeated},
		{"AppointmentTimeDismissedTrigger", &a.DateTimeDismissed},
	} {
		number, err := preferenceNum(tx, trigger.preference)
		if err != nil {
			return err
		}
		if number != 0 && dental.DefNum(number) == a.Confirmed {
			*trigger.stamp = tx.At
		}
	}
	return nil
}
