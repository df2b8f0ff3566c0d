package intake

import (
	"context"
	"encoding/json"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Fields are a record's fields as they were sent: texts, numbers and booleans, which are kept and given back unchanged.
type Fields map[string]any

// Text is a field that is a text, "" where it is none.
func (f Fields) Text(name string) string {
	text, _ := f[name].(string)
	return text
}

// Record is a record of one of Salesforce's objects.
type Record struct {
	Num       int64
	Object    string
	ID        ID
	Fields    Fields
	CreatedAt dental.DateTime
}

const recordColumns = "SELECT `RecordNum`, `ObjectType`, `ExternalId`, `Fields`, `CreatedAt` FROM `intakerecord` "

func scanRecord(r store.Row) (Record, error) {
	found := Record{Num: r.Int(0), Object: string(r.Text(1)), CreatedAt: dateTime(r.Text(4))}
	if r.Null(2) {
		found.ID = makeID(found.Object, found.Num)
	} else {
		found.ID = ID(r.Text(2))
	}
	return found, json.Unmarshal(r.Text(3), &found.Fields)
}

// find is the record of an id, of the organisation's own alone. object is the object that it has to be of, Party for any
// that may ask for a service or give it, "" for any.
func find(c store.Conn, practice int64, id ID, object string) (found Record, err error) {
	condition, key := "WHERE `PracticeNum` = ? AND `ExternalId` = ?", store.Text(id)
	num, own := id.ownNum()
	if own {
		condition, key = "WHERE `PracticeNum` = ? AND `RecordNum` = ? AND `ExternalId` IS NULL", store.Int(num)
	}
	var wrong error
	there, err := one(c, func(r store.Row) { found, wrong = scanRecord(r) }, recordColumns+condition, store.Int(practice), key)
	switch {
	case err != nil:
		return Record{}, err
	case wrong != nil:
		return Record{}, wrong
	case !there, own && found.ID != id, !fits(found.Object, object):
		return Record{}, fault.New(fault.NotFound, "There is no record with this id")
	}
	return found, nil
}

// fits tells whether a record of an object may stand where another is asked for. An account is a party too.
func fits(object, wanted string) bool {
	switch wanted {
	case "":
		return true
	case Party:
		return object == Account || object == HealthcareProvider
	}
	return object == wanted
}

func insert(tx *record.Tx, practice int64, object string, external ID, fields Fields) (made Record, err error) {
	if fields == nil {
		fields = Fields{}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return Record{}, err
	}
	id := store.Null
	if external != "" {
		id = store.Text(external)
	}
	num, err := tx.Exec("INSERT INTO `intakerecord` (`PracticeNum`, `ObjectType`, `ExternalId`, `Fields`, `CreatedAt`) VALUES (?, ?, ?, ?, ?)",
		store.Int(practice), store.Text(object), id, store.Text(string(text)), store.Text(tx.At.String()))
	if err != nil {
		return Record{}, err
	}
	made = Record{Num: num, Object: object, ID: external, Fields: fields, CreatedAt: tx.At}
	if external == "" {
		made.ID = makeID(object, num)
	}
	return made, nil
}

// Know makes a record of the organisation's own known, so that referrals may name it: a provider, or a patient. One that is
// known gets the new fields.
func (d *Desk) Know(ctx context.Context, caller audit.Caller, practice int64, object string, id ID, fields Fields) error {
	if _, own := id.ownNum(); own {
		return fault.New(fault.Invalid, "Ids with %s in the fourth and fifth place are made here", ownInstance)
	}
	return d.hub.Write(ctx, caller, func(tx *record.Tx) error {
		known, err := find(tx, practice, id, "")
		if fault.Is(err, fault.NotFound) {
			if known, err = insert(tx, practice, object, id, fields); err != nil {
				return err
			}
			if object == Account {
				err = indexPatient(tx, practice, known)
			}
			if err != nil {
				return err
			}
			return tx.Note(audit.Create, "intakerecord", known.Num, "")
		}
		if err != nil {
			return err
		}
		if known.Object != object {
			return fault.New(fault.Conflict, "The id is known as one of another object, %s", known.Object)
		}
		text, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		if err := tx.Send("UPDATE `intakerecord` SET `Fields` = ? WHERE `RecordNum` = ?", store.Text(string(text)), store.Int(known.Num)); err != nil {
			return err
		}
		if object == Account {
			if err := tx.Send("DELETE FROM `intakepatient` WHERE `RecordNum` = ?", store.Int(known.Num)); err != nil {
				return err
			}
			known.Fields = fields
			if err := indexPatient(tx, practice, known); err != nil {
				return err
			}
		}
		return tx.Note(audit.Update, "intakerecord", known.Num, "")
	})
}
