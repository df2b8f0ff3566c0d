package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// RefAttach attaches a patient to a referral source, on the way in or out.
type RefAttach struct {
	// RefAttachNum is the key.
	RefAttachNum dental.RefAttachNum `od:"key"`
	// ReferralNum is the referral source.
	ReferralNum dental.ReferralNum `od:"create update fk=referral"`
	// ReferralName is the source's display name, "Steve N Stevens, DDS". In a POST without ReferralNum it
	// is the LName of an existing source, or of one that is created.
	ReferralName string `od:"calc in create max=100 name=referralName"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// ItemOrder is the place among the patient's rows, from 0.
	ItemOrder int `od:"server"`
	// RefDate is when the source was attached. Default today.
	RefDate dental.Date `od:"create update"`
	// ReferralType is "RefTo", "RefFrom" or "RefCustom". Default "RefFrom".
	ReferralType dental.ReferralType `od:"create update column=RefType"`
	// RefToStatus says how far an outgoing referral is. Default "None".
	RefToStatus dental.RefToStatus `od:"create update"`
	// Note is specific to this patient. It overwrites the note that was there.
	Note string `od:"create update"`
	// IsTransitionOfCare marks the event for EHR reports. Default "false".
	IsTransitionOfCare bool `od:"create update since=23.3.26"`
	// ProcNum is a procedure of the same patient. Default 0.
	ProcNum dental.ProcNum `od:"create update fk=procedurelog since=23.3.26"`
	// DateProcComplete is when the referred procedure was done. Default "0001-01-01".
	DateProcComplete dental.Date `od:"create update since=23.3.26"`
	// ProvNum is the referring provider, with ReferralType "RefTo" only. Default 0.
	ProvNum dental.ProvNum `od:"create update fk=provider since=23.3.26"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
}

var refAttaches = resource.Derive(resource.Spec{
	Name: "RefAttaches", Path: "refattaches", Thing: "RefAttach", Table: "refattach",
	Create: resource.Access{Group: resource.AllOthers, Since: "21.2"},
	Update: resource.Access{Group: resource.AllOthers, Since: "23.3.26"},
	Delete: resource.Access{Group: resource.AllOthers, Since: "23.3.26"},
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "22.4.27"},
		Filters: []resource.Filter{
			resource.EqualKey("ReferralNum", "referral"),
			resource.EqualKey("PatNum", "patient"),
			resource.After("DateTStamp"),
		},
	}},
	Computed: []resource.Computed{{
		Name:    "referralName",
		Join:    "LEFT JOIN `referral` AS source ON source.`ReferralNum` = r.`ReferralNum`",
		Columns: []string{"source.`FName`", "source.`MName`", "source.`LName`", "source.`Title`"},
		Append:  appendReferralName,
	}},
}, checkRefAttach)

// RefAttaches serves the attachments of patients to referral sources (seed 001).
var RefAttaches = &Rows[RefAttach]{
	Table: refAttaches, OnCreate: createRefAttach, OnUpdate: updateRefAttach, OnDelete: deleteRefAttach,
}

// appendReferralName writes "FName MName LName, Title" without the parts that are empty (notes.md §3).
func appendReferralName(dst []byte, row store.Row, at int) []byte {
	name := make([]byte, 0, 64)
	for i := range 3 {
		part := row.Text(at + i)
		if len(name) > 0 && len(part) > 0 {
			name = append(name, ' ')
		}
		name = append(name, part...)
	}
	if title := row.Text(at + 3); len(title) > 0 {
		name = append(name, ", "...)
		name = append(name, title...)
	}
	return resource.AppendText(dst, name)
}

func checkRefAttach(old, new *RefAttach) []fault.Field {
	var faults []fault.Field
	if new.ReferralNum == 0 && old == nil && strings.TrimSpace(new.ReferralName) == "" {
		faults = append(faults, fault.Field{Name: "ReferralNum", Text: "ReferralNum or referralName is required"})
	}
	if old != nil && new.ReferralNum == 0 {
		faults = append(faults, fault.Field{Name: "ReferralNum", Text: "ReferralNum cannot be 0"})
	}
	provNumIsNew := old == nil || old.ProvNum != new.ProvNum
	if new.ProvNum != 0 && new.ReferralType != dental.RefTo && provNumIsNew {
		faults = append(faults, provNumOnlyRefTo)
	}
	return faults
}

var provNumOnlyRefTo = fault.Field{Name: "ProvNum", Text: "ProvNum can only be specified when ReferralType is RefTo"}

func createRefAttach(tx *record.Tx, in Body, attach *RefAttach) error {
	if !in.Has("ReferralType") {
		attach.ReferralType = dental.RefFrom
	}
	if err := resolveSource(tx, attach); err != nil {
		return err
	}
	if err := checkProcedure(tx, attach); err != nil {
		return err
	}
	if err := placeBehind(tx, attach); err != nil {
		return err
	}
	if !in.Has("RefDate") {
		attach.RefDate = tx.At.Date()
	}
	if err := record.Create(tx, refAttaches, attach); err != nil {
		return err
	}
	return oweReferral(tx, attach)
}

// placeBehind puts the row behind the patient's last one. A second row for the same patient, source and
// direction is refused.
func placeBehind(tx *record.Tx, attach *RefAttach) error {
	// Each has an index that finds it at once, however many rows the patient has.
	rows := tx.Query("SELECT COALESCE((SELECT MAX(`ItemOrder`) FROM `refattach` WHERE `PatNum` = ?), -1) + 1,"+
		" EXISTS (SELECT 1 FROM `refattach` WHERE `PatNum` = ? AND `ReferralNum` = ? AND `RefType` = ?)",
		store.Int(attach.PatNum), store.Int(attach.PatNum), store.Int(attach.ReferralNum), store.Int(attach.ReferralType))
	duplicate := false
	if rows.Next() {
		attach.ItemOrder, duplicate = int(rows.Int(0)), rows.Int(1) > 0
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if duplicate {
		return fault.New(fault.Conflict, "Referral is already attached to this patient")
	}
	return nil
}

// resolveSource finds the source by name, or makes one that is no person, when no number was sent.
func resolveSource(tx *record.Tx, attach *RefAttach) error {
	if attach.ReferralNum != 0 {
		return nil
	}
	found, err := referrals.Find(tx, "WHERE `LNameFold` = ? ORDER BY `ReferralNum` LIMIT 1", store.Text(dental.Fold(attach.ReferralName)))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		source := &Referral{LName: attach.ReferralName, NotPerson: true}
		if err := record.Create(tx, referrals, source); err != nil {
			return err
		}
		found = append(found, source)
	}
	attach.ReferralNum = found[0].ReferralNum
	return nil
}

// checkProcedure refuses another patient's procedure. One that does not exist is record's to refuse.
func checkProcedure(tx *record.Tx, attach *RefAttach) error {
	if attach.ProcNum == 0 {
		return nil
	}
	rows := tx.Query("SELECT `PatNum` FROM `procedurelog` WHERE `ProcNum` = ?", store.Int(attach.ProcNum))
	foreign := rows.Next() && dental.PatNum(rows.Int(0)) != attach.PatNum
	if err := rows.Close(); err != nil {
		return err
	}
	if foreign {
		return fault.InvalidFields([]fault.Field{{Name: "ProcNum", Text: "ProcNum is a procedure of another patient"}})
	}
	return nil
}

func updateRefAttach(tx *record.Tx, in Body, old, new *RefAttach) error {
	if err := requirePatient(tx, old.PatNum); err != nil {
		return err
	}
	if new.ReferralType != dental.RefTo && new.ProvNum != 0 {
		if in.Has("ProvNum") {
			return fault.InvalidFields([]fault.Field{provNumOnlyRefTo})
		}
		// A provider belongs to an outgoing referral; one that no longer is loses it.
		new.ProvNum = 0
	}
	if new.ProcNum != old.ProcNum {
		if err := checkProcedure(tx, new); err != nil {
			return err
		}
	}
	if err := record.Update(tx, refAttaches, old, new); err != nil {
		return err
	}
	return oweChange(tx, old, new)
}

// deleteRefAttach closes the gap that the row leaves in the patient's order.
func deleteRefAttach(tx *record.Tx, attach *RefAttach) error {
	if err := requirePatient(tx, attach.PatNum); err != nil {
		return err
	}
	if err := record.Delete(tx, refAttaches, attach); err != nil {
		return err
	}
	if err := oweRemoval(tx, attach); err != nil {
		return err
	}
	later, err := refAttaches.Find(tx, "WHERE `PatNum` = ? AND `ItemOrder` > ? ORDER BY `ItemOrder`, `RefAttachNum`",
		store.Int(attach.PatNum), store.Int(attach.ItemOrder))
	if err != nil {
		return err
	}
	for _, old := range later {
		moved := *old
		moved.ItemOrder--
		if err := record.Update(tx, refAttaches, old, &moved); err != nil {
			return err
		}
	}
	return nil
}
