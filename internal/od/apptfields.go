package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ApptField is the value that an appointment has in a field of the practice's own.
type ApptField struct {
	// ApptFieldNum is the key.
	ApptFieldNum dental.ApptFieldNum `od:"key hidden"`
	// FieldName is the field.
	FieldName string `od:"server max=255"`
	// AptNum is the appointment.
	AptNum dental.AptNum `od:"server fk=appointment"`
	// FieldValue is the value; "" is none.
	FieldValue string `od:"server"`
}

var apptFields = resource.Derive[ApptField](resource.Spec{
	Name: "ApptFields", Path: "apptfields", Thing: "ApptField", Table: "apptfield",
}, nil)

// ApptFields serves the values that appointments have in the practice's own fields (seed 002).
var ApptFields = &Rows[ApptField]{Table: apptFields, Actions: []*Action{getApptField, putApptField}}

// ApptFieldName is what GET /apptfields takes.
type ApptFieldName struct {
	// AptNum is the appointment.
	AptNum dental.AptNum `od:"in! fk=appointment"`
	// FieldName is the field, in any case.
	FieldName string `od:"in! max=255"`
}

var getApptField = Reading(resource.Action{
	Method: "GET", Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
	Answers: "the value, which is \"\" where the appointment has none",
}, nil, readApptField)

func readApptField(c store.Conn, call *Call[ApptFieldName], dst []byte) ([]byte, error) {
	found, err := apptFieldsNamed(c, call.In.AptNum, call.In.FieldName)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		found = []*ApptField{{FieldName: call.In.FieldName, AptNum: call.In.AptNum}}
	}
	return apptFields.AppendRow(dst, found[0], call.Format), nil
}

// apptFieldsNamed are an appointment's rows of one field; there is one at most, unless foreign SQL wrote more.
func apptFieldsNamed(c store.Conn, appointment dental.AptNum, name string) ([]*ApptField, error) {
	all, err := apptFields.Find(c, "WHERE `AptNum` = ? ORDER BY `ApptFieldNum`", store.Int(appointment))
	var found []*ApptField
	for _, field := range all {
		if dental.Fold(field.FieldName) == dental.Fold(name) {
			found = append(found, field)
		}
	}
	return found, err
}
