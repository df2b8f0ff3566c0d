package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Recall says when a patient is due for a visit of some type.
type Recall struct {
	// RecallNum is the key.
	RecallNum dental.RecallNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server fk=patient"`
	// DateDueCalc is the computed day.
	DateDueCalc dental.Date `od:"server"`
	// DateDue is the day that holds, which a user may have changed.
	DateDue dental.Date `od:"server"`
	// DatePrevious is the last visit of this type.
	DatePrevious dental.Date `od:"server"`
	// RecallInterval is years<<24 | months<<16 | weeks<<8 | days.
	RecallInterval int32 `od:"server"`
	// RecallStatus is a definition of category 13: how far the reminder is; 0 is none.
	RecallStatus dental.DefNum `od:"server fk=definition def=13"`
	// Note is the office's own.
	Note string `od:"server"`
	// IsDisabled recalls are not reminded of.
	IsDisabled bool `od:"server"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// RecallTypeNum is the type of the visit.
	RecallTypeNum dental.RecallTypeNum `od:"server fk=recalltype"`
	// DisableUntilBalance stops the reminders until the balance is below it.
	DisableUntilBalance dental.Money `od:"server"`
	// DisableUntilDate stops the reminders until a day.
	DisableUntilDate dental.Date `od:"server"`
	// DateScheduled is the day of the appointment.
	DateScheduled dental.Date `od:"server"`
	// Priority is "Normal" or "ASAP".
	Priority dental.RecallPriority `od:"server"`
	// TimePatternOverride is the pattern of the appointment, where it is not the type's.
	TimePatternOverride string `od:"server max=255"`
}

var recalls = resource.Derive[Recall](resource.Spec{
	Name: "Recalls", Path: "recalls", Thing: "Recall", Table: "recall",
}, nil)

// Recalls serves the reminders (seed 002).
var Recalls = &Rows[Recall]{Table: recalls, Actions: []*Action{setRecallStatus}}
