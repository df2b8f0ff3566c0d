package od

import (
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// AppointmentConfirm is what PUT /appointments/{AptNum}/Confirm takes: one of the two.
type AppointmentConfirm struct {
	// ConfirmVal is a state that every office has: "None" is that of a new appointment, the others are set up by the office.
	ConfirmVal dental.ConfirmVal `od:"in name=confirmVal"`
	// DefNum is any definition of category 2.
	DefNum dental.DefNum `od:"in name=defNum fk=definition def=2"`
}

var confirmAppointment = Writing(resource.Action{
	Method: "PUT", Name: "Confirm", OnRow: true, Exact: true, Access: resource.Access{Group: resource.Comm, Since: "21.1"},
}, checkConfirm, putConfirm)

// checkConfirm: "Only one field is allowed in the JSON object, either confirmVal or defNum" (seed 002).
func checkConfirm(call *Call[AppointmentConfirm]) []fault.Field {
	byName, byNumber := call.input.Has("confirmVal"), call.input.Has("defNum")
	switch {
	case byName && byNumber:
		return []fault.Field{{Name: "defNum", Text: "confirmVal and defNum cannot be used together"}}
	case byNumber && call.In.DefNum == 0 || !byName && !byNumber && len(call.input.Faults) == 0:
		return []fault.Field{{Name: "confirmVal", Text: "confirmVal or defNum is required"}}
	}
	return nil
}

func putConfirm(tx *record.Tx, call *Call[AppointmentConfirm], dst []byte) ([]byte, error) {
	old, _, err := livingAppointment(tx, call.Key)
	if err != nil {
		return nil, err
	}
	changed := *old
	changed.Confirmed = call.In.DefNum
	if changed.Confirmed == 0 {
		if changed.Confirmed, err = confirmationOf(tx, call.In.ConfirmVal); err != nil {
			return nil, err
		}
	}
	return dst, saveAppointment(tx, old, &changed, histChanged)
}

// confirmationOf is the definition that the office has set up for a state.
func confirmationOf(c store.Conn, value dental.ConfirmVal) (dental.DefNum, error) {
	if value == dental.ConfirmNone {
		return newConfirmation(c)
	}
	preference := [...]string{"", "ApptEConfirmStatusSent", "ApptEConfirmStatusAccepted", "ApptEConfirmStatusDeclined", "ApptEConfirmStatusSendFailed"}[value]
	number, err := preferenceNum(c, preference)
	if err != nil {
		return 0, err
	}
	found, err := definitions.Find(c, "WHERE `DefNum` = ? AND `Category` = ?", store.Int(number), store.Int(dental.DefCatApptConfirmed))
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, fault.InvalidFields([]fault.Field{{Name: "confirmVal",
			Text: fmt.Sprintf("confirmVal %s is not set up by the office; set its preference %s", value.Names()[value], preference)}})
	}
	return found[0].DefNum, nil
}

// newConfirmation is the first definition of category 2, which every new appointment gets.
func newConfirmation(c store.Conn) (dental.DefNum, error) {
	found, err := definitions.Find(c, "WHERE `Category` = ? AND `IsHidden` = 0 ORDER BY `ItemOrder`, `DefNum` LIMIT 1",
		store.Int(dental.DefCatApptConfirmed))
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].DefNum, nil
}
