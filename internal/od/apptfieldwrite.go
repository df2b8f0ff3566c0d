package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ApptFieldChange is what PUT /apptfields takes.
type ApptFieldChange struct {
	// AptNum is the appointment.
	AptNum dental.AptNum `od:"in! fk=appointment"`
	// FieldName is a field that the practice has defined, in any case.
	FieldName string `od:"in! max=255"`
	// FieldValue is required, and one of the list where the field has one; "" deletes the value.
	FieldValue string `od:"in"`
}

var putApptField = Writing(resource.Action{
	Method: "PUT", Access: resource.Access{Group: resource.Comm, Since: "21.1"},
}, requireFieldValue, writeApptField)

// writeApptField sets, overwrites or deletes a value (seed 002, ApptFields PUT).
func writeApptField(tx *record.Tx, call *Call[ApptFieldChange], dst []byte) ([]byte, error) {
	if err := requirePatientOf(tx, call.In.AptNum); err != nil {
		return nil, err
	}
	def, err := apptFieldDef(tx, call.In.FieldName)
	if err != nil {
		return nil, err
	}
	value, err := def.fit(call.In.FieldValue)
	if err != nil {
		return nil, err
	}
	found, err := apptFieldsNamed(tx, call.In.AptNum, def.name)
	if err != nil {
		return nil, err
	}
	switch {
	case value == "":
		for _, field := range found {
			if err := record.Delete(tx, apptFields, field); err != nil {
				return nil, err
			}
		}
		return dst, nil
	case len(found) == 0:
		return dst, record.Create(tx, apptFields, &ApptField{FieldName: def.name, AptNum: call.In.AptNum, FieldValue: value})
	default:
		changed := *found[0]
		changed.FieldValue = value
		return dst, record.Update(tx, apptFields, found[0], &changed)
	}
}

// requirePatientOf is NotFound when the patient of an appointment was deleted.
func requirePatientOf(c store.Conn, appointment dental.AptNum) error {
	patient := dental.PatNum(0)
	rows := c.Query("SELECT `PatNum` FROM `appointment` WHERE `AptNum` = ?", store.Int(appointment))
	if rows.Next() {
		patient = dental.PatNum(rows.Int(0))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	return requirePatient(c, patient)
}

// apptFieldDef finds a field of appointments by its name, without regard to case.
func apptFieldDef(c store.Conn, name string) (*fieldDef, error) {
	def := &fieldDef{}
	rows := c.Query("SELECT `FieldName`, `FieldType`, `PickList` FROM `apptfielddef` WHERE `FieldNameFold` = ? ORDER BY `ApptFieldDefNum` LIMIT 1",
		store.Text(dental.Fold(name)))
	found := rows.Next()
	if found {
		def.read(rows, 0)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.New(fault.NotFound, "ApptFieldDef not found")
	}
	return def, nil
}
