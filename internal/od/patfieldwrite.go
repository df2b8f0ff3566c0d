package od

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// PatFieldChange is what PUT /patfields takes.
type PatFieldChange struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// FieldName is a field that the practice has defined, as it is spelled there.
	FieldName string `od:"in! max=255"`
	// FieldValue is required and fits the kind of field; "" deletes the value.
	FieldValue string `od:"in"`
}

var putPatField = Writing(resource.Action{
	Method: "PUT", Access: resource.Access{Group: resource.AllOthers, Since: "21.1"},
	Answers: "the value",
}, requireFieldValue, writePatField)

// requireFieldValue tells a value that is not sent from one that is "", and from one that is refused already.
func requireFieldValue[In any](call *Call[In]) []fault.Field {
	isRefused := slices.ContainsFunc(call.input.Faults, func(f fault.Field) bool { return f.Name == "FieldValue" })
	if call.Has("FieldValue") || isRefused {
		return nil
	}
	return []fault.Field{{Name: "FieldValue", Text: "FieldValue is required"}}
}

// writePatField sets, overwrites or deletes a value (seed 002, PatFields PUT).
func writePatField(tx *record.Tx, call *Call[PatFieldChange], dst []byte) ([]byte, error) {
	def, err := patFieldDef(tx, call.In.FieldName)
	if err != nil {
		return nil, err
	}
	value, err := def.fit(call.In.FieldValue)
	if err != nil {
		return nil, err
	}
	found, err := patFieldsNamed(tx, call.In.PatNum, def.name)
	if err != nil {
		return nil, err
	}
	switch {
	case value == "":
		for _, field := range found {
			if err := record.Delete(tx, patFields, field); err != nil {
				return nil, err
			}
		}
		found = nil
	case len(found) == 0:
		field := &PatField{PatNum: call.In.PatNum, FieldName: def.name, FieldValue: value, SecDateEntry: tx.At.Date()}
		if err := record.Create(tx, patFields, field); err != nil {
			return nil, err
		}
		found = append(found, field)
	default:
		changed := *found[0]
		changed.FieldValue = value
		if err := record.Update(tx, patFields, found[0], &changed); err != nil {
			return nil, err
		}
		found[0] = &changed
	}
	return appendPatField(dst, call.Format, PatFieldName{call.In.PatNum, def.name}, found), nil
}

// patFieldDef finds a field of patients by its name, with regard to case.
func patFieldDef(c store.Conn, name string) (*fieldDef, error) {
	def := &fieldDef{}
	number := int64(0)
	rows := c.Query("SELECT `PatFieldDefNum`, `FieldName`, `FieldType`, `PickList` FROM `patfielddef` WHERE `FieldName` = ? ORDER BY `PatFieldDefNum`",
		store.Text(name))
	for rows.Next() {
		if string(rows.Text(1)) == name && number == 0 {
			number = rows.Int(0)
			def.read(rows, 1)
		}
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if number == 0 {
		return nil, fault.New(fault.NotFound, "PatFieldDef not found")
	}
	// Newer versions keep the items of a list as rows.
	rows = c.Query("SELECT `Name` FROM `patfieldpickitem` WHERE `PatFieldDefNum` = ? AND `IsHidden` = 0 ORDER BY `ItemOrder`, `PatFieldPickItemNum`",
		store.Int(number))
	for rows.Next() {
		def.picks = append(def.picks, string(rows.Text(0)))
	}
	return def, rows.Close()
}
