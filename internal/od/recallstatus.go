package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// RecallStatus is what PUT /recalls/Status takes.
type RecallStatus struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// RecallType is "Prophy", "ChildProphy", "Perio", or the description of another type of the practice.
	RecallType string `od:"in! max=255 name=recallType"`
	// RecallStatus is a definition of category 13. Default 0, none.
	RecallStatus dental.DefNum `od:"in fk=definition def=13"`
	// CommlogMode is how the reminder was sent. Default "None".
	CommlogMode dental.CommMode `od:"in name=commlogMode"`
	// CommlogNote takes the place of "Recall reminder" and the name of the status.
	CommlogNote string `od:"in name=commlogNote"`
}

var setRecallStatus = Writing(resource.Action{
	Method: "PUT", Name: "Status", Access: resource.Access{Group: resource.Comm, Since: "21.2"},
}, nil, putRecallStatus)

// putRecallStatus changes the status of a patient's reminder, and always notes it in the communication
// log (seed 002, Recalls PUT Status).
func putRecallStatus(tx *record.Tx, call *Call[RecallStatus], dst []byte) ([]byte, error) {
	old, err := recallOf(tx, call.In.PatNum, call.In.RecallType)
	if err != nil {
		return nil, err
	}
	changed := *old
	changed.RecallStatus = call.In.RecallStatus
	if err := record.Update(tx, recalls, old, &changed); err != nil {
		return nil, err
	}
	note := call.In.CommlogNote
	if strings.TrimSpace(note) == "" {
		if note, err = recallNote(tx, call.In.RecallStatus); err != nil {
			return nil, err
		}
	}
	return dst, addCommlog(tx, &Commlog{
		PatNum: call.In.PatNum, CommDateTime: tx.At, Note: note, Mode: call.In.CommlogMode, SentOrReceived: dental.CommSent,
	}, "RECALL")
}

// recallNote is "Recall reminder" and the name of the status.
func recallNote(c store.Conn, status dental.DefNum) (string, error) {
	if status == 0 {
		return "Recall reminder None", nil
	}
	definition, err := definitions.Get(c, int64(status))
	if err != nil {
		return "", err
	}
	return "Recall reminder " + definition.ItemName, nil
}

// recallOf finds the patient's recall of a type.
func recallOf(c store.Conn, patient dental.PatNum, typeName string) (*Recall, error) {
	number, err := recallTypeNum(c, typeName)
	if err != nil {
		return nil, err
	}
	found, err := recalls.Find(c, "WHERE `PatNum` = ? ORDER BY `RecallNum`", store.Int(patient))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "Patient does not have any recalls")
	}
	for _, recall := range found {
		if recall.RecallTypeNum == number {
			return recall, nil
		}
	}
	return nil, fault.New(fault.NotFound, "Patient does not have a recall of the specified RecallType")
}

// recallTypeNum finds a type by one of the three names that the seed prints, which preferences point to
// types, or by its description.
func recallTypeNum(c store.Conn, name string) (dental.RecallTypeNum, error) {
	for _, special := range []string{"Prophy", "ChildProphy", "Perio"} {
		if strings.EqualFold(name, special) {
			number, err := preferenceNum(c, "RecallTypeSpecial"+special)
			return dental.RecallTypeNum(number), err
		}
	}
	rows := c.Query("SELECT `RecallTypeNum` FROM `recalltype` WHERE `DescriptionFold` = ? ORDER BY `RecallTypeNum` LIMIT 1",
		store.Text(dental.Fold(name)))
	number := int64(0)
	if rows.Next() {
		number = rows.Int(0)
	}
	if err := rows.Close(); err != nil {
		return 0, err
	}
	if number == 0 {
		return 0, fault.InvalidFields([]fault.Field{{Name: "recallType",
			Text: "recallType must be Prophy, ChildProphy, Perio or the description of a recall type"}})
	}
	return dental.RecallTypeNum(number), nil
}
