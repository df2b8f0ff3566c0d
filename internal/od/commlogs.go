package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Commlog is an entry of the communication log: one contact with a patient.
type Commlog struct {
	// CommlogNum is the key.
	CommlogNum dental.CommlogNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// CommDateTime is when the contact was. Default now.
	CommDateTime dental.DateTime `od:"create"`
	// CommType is a definition of category 27, answered as text. Default the one whose ItemValue is MISC.
	CommType dental.DefNum `od:"create quoted fk=definition def=27"`
	// CommTypeName is the name of the type. In a POST it may be sent instead of CommType, and decides when both are sent.
	CommTypeName string `od:"calc in create name=commType"`
	// Note is what was said.
	Note string `od:"create!"`
	// Mode is how the contact was made. Default "Phone".
	Mode dental.CommMode `od:"create name=Mode_ column=Mode_"`
	// SentOrReceived says which way the contact went. Default "Sent".
	SentOrReceived dental.SentOrReceived `od:"create"`
	// UserNum is the user who made the entry; 0 is none.
	UserNum dental.UserNum `od:"server since=25.1.13"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// CommSource says what made the entry; "User" for a person or the API.
	CommSource dental.CommSource `od:"server since=25.1.13"`
	// ProgramNum is the program that made the entry; 0 is none.
	ProgramNum int64 `od:"server since=25.1.13"`
	// DateTEntry is when the entry was made.
	DateTEntry dental.DateTime `od:"server since=25.1.13"`
	// ReferralNum is the source that the contact was with, where it was with no patient.
	ReferralNum dental.ReferralNum `od:"server fk=referral since=25.1.13"`
}

var commlogs = resource.Derive[Commlog](resource.Spec{
	Name: "Commlogs", Path: "commlogs", Thing: "Commlog", Table: "commlog",
	Create: resource.Access{Group: resource.Comm, Since: "21.1"},
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
		Filters: []resource.Filter{
			resource.EqualKey("PatNum", "patient"),
			resource.After("DateTStamp"),
		},
		Order: "r.`CommDateTime` DESC",
	}},
	Computed: []resource.Computed{
		resource.Lookup("commType", "CommType", "definition", "DefNum", "ItemName"),
	},
}, nil)

// Commlogs serves the communication log (seed 002).
var Commlogs = &Rows[Commlog]{Table: commlogs, OnCreate: createCommlog}

func createCommlog(tx *record.Tx, in Body, entry *Commlog) error {
	if name := in.Text("commType"); name != "" {
		number, err := findDefinition(tx, dental.DefCatCommLogTypes, name, "commType")
		if err != nil {
			return err
		}
		entry.CommType = number
	}
	if !in.Has("CommDateTime") {
		entry.CommDateTime = tx.At
	}
	if !in.Has("Mode_") {
		entry.Mode = dental.CommModePhone
	}
	if !in.Has("SentOrReceived") {
		entry.SentOrReceived = dental.CommSent
	}
	return addCommlog(tx, entry, "MISC")
}

// addCommlog writes an entry. One without a type gets the practice's own type for a purpose, which the
// definition's ItemValue tells: MISC, RECALL, APPT.
func addCommlog(tx *record.Tx, entry *Commlog, purpose string) error {
	if entry.CommType == 0 {
		number, err := firstDefinition(tx, dental.DefCatCommLogTypes, purpose)
		if err != nil {
			return err
		}
		entry.CommType = number
	}
	entry.DateTEntry = tx.At
	return record.Create(tx, commlogs, entry)
}
