package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// PatField is the value that a patient has in a field of the practice's own.
type PatField struct {
	// PatFieldNum is the key; 0 where the patient has no value.
	PatFieldNum dental.PatFieldNum `od:"key since=22.4"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server fk=patient"`
	// FieldName is the field.
	FieldName string `od:"server max=255"`
	// FieldValue is the value; "" is none.
	FieldValue string `od:"server"`
	// SecDateEntry is the day on which the value was first set.
	SecDateEntry dental.Date `od:"server since=22.4"`
	// SecDateTEdit is when it was last changed.
	SecDateTEdit dental.DateTime `od:"stamp since=22.4"`
}

var patFields = resource.Derive[PatField](resource.Spec{
	Name: "PatFields", Path: "patfields", Thing: "PatField", Table: "patfield",
}, nil)

// PatFields serves the values that patients have in the practice's own fields (seed 002).
var PatFields = &Rows[PatField]{Table: patFields, Actions: []*Action{getPatField, putPatField}}

// PatFieldName is what GET /patfields takes.
type PatFieldName struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// FieldName is the field, as the practice spells it.
	FieldName string `od:"in! max=255"`
}

var getPatField = Reading(resource.Action{
	Method: "GET", Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
	Answers: "the value, which is \"\" where the patient has none",
}, nil, readPatField)

func readPatField(c store.Conn, call *Call[PatFieldName], dst []byte) ([]byte, error) {
	found, err := patFieldsNamed(c, call.In.PatNum, call.In.FieldName)
	if err != nil {
		return nil, err
	}
	return appendPatField(dst, call.Format, call.In, found), nil
}

// patFieldsNamed are a patient's rows of one field; there is one at most, unless foreign SQL wrote more.
func patFieldsNamed(c store.Conn, patient dental.PatNum, name string) ([]*PatField, error) {
	all, err := patFields.Find(c, "WHERE `PatNum` = ? ORDER BY `PatFieldNum`", store.Int(patient))
	var found []*PatField
	for _, field := range all {
		if field.FieldName == name {
			found = append(found, field)
		}
	}
	return found, err
}

// appendPatField answers the first row, or an empty one.
func appendPatField(dst []byte, format *resource.Format, name PatFieldName, found []*PatField) []byte {
	if len(found) == 0 {
		found = []*PatField{{PatNum: name.PatNum, FieldName: name.FieldName}}
	}
	return patFields.AppendRow(dst, found[0], format)
}
