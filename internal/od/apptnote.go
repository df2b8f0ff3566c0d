package od

import (
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// AppointmentNote is what PUT /appointments/{AptNum}/Note takes.
type AppointmentNote struct {
	// Note is added behind the note that is there, on a line of its own.
	Note string `od:"in!"`
}

var noteAppointment = Writing(resource.Action{
	Method: "PUT", Name: "Note", OnRow: true, Exact: true, Access: resource.Access{Group: resource.Comm, Since: "21.1"},
}, nil, putNote)

// maxNote is what the column holds, in bytes.
const maxNote = 65535

// putNote appends to a note and damages nothing of it (seed 002, Appointments PUT Note).
func putNote(tx *record.Tx, call *Call[AppointmentNote], dst []byte) ([]byte, error) {
	old, _, err := livingAppointment(tx, call.Key)
	if err != nil {
		return nil, err
	}
	changed := *old
	if changed.Note != "" {
		changed.Note += "\r\n"
	}
	changed.Note += call.In.Note
	if len(changed.Note) > maxNote {
		return nil, fault.InvalidFields([]fault.Field{{Name: "Note", Text: "Note would be longer than 65535 bytes with the note that is there"}})
	}
	return dst, saveAppointment(tx, old, &changed, histChanged)
}
