package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Popup is a note that is shown whenever a patient is opened.
type Popup struct {
	// PopupNum is the key.
	PopupNum dental.PopupNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// Description is the text that is shown.
	Description string `od:"create!"`
	// IsDisabled popups are no longer shown; DateTimeDisabled has taken its place.
	IsDisabled bool `od:"server"`
	// PopupLevel is "Patient", "Family" or "SuperFamily". Default "Patient".
	PopupLevel dental.PopupLevel `od:"create but=Automation"`
	// DateTimeEntry is when the popup was made.
	DateTimeEntry dental.DateTime `od:"server"`
	// IsArchived popups are earlier versions of others.
	IsArchived bool `od:"server"`
	// PopupNumArchive is the popup of which this is an earlier version; 0 is none.
	PopupNumArchive dental.PopupNum `od:"server"`
	// DateTimeDisabled is from when on the popup is no longer shown. Default "0001-01-01 00:00:00", never.
	DateTimeDisabled dental.DateTime `od:"create since=25.1.12"`
	// UserNum is the user who made the popup; 0 is none.
	UserNum dental.UserNum `od:"hidden"`
}

var popups = resource.Derive[Popup](resource.Spec{
	Name: "Popups", Path: "popups", Thing: "Popup", Table: "popup",
	Create: resource.Access{Group: resource.Comm, Since: "21.1"},
}, nil)

// Popups serves the notes that are shown when a patient is opened (seed 002).
var Popups = &Rows[Popup]{Table: popups, OnCreate: createPopup}

func createPopup(tx *record.Tx, _ Body, popup *Popup) error {
	patient, err := livingPatient(tx, popup.PatNum)
	if err != nil {
		return err
	}
	if popup.PopupLevel == dental.PopupSuperFamily && patient.SuperFamily == 0 {
		return fault.InvalidFields([]fault.Field{{Name: "PopupLevel",
			Text: "PopupLevel can only be SuperFamily when the patient is in a super family"}})
	}
	popup.DateTimeEntry = tx.At
	return record.Create(tx, popups, popup)
}
