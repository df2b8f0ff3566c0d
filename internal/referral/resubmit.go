package referral

import (
	"context"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Resubmit opens a draft in place of a rejected referral, with its answers and files and a URN of its own. The rejected one
// stays rejected, and names the new one as soon as that is submitted (lifecycle.md, T35). Asked for twice, it is the same draft.
func (d *Desk) Resubmit(ctx context.Context, caller *Caller, urn string) (replacement string, err error) {
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := ownRow(tx, caller, urn)
		if err != nil {
			return err
		}
		life, err := readLife(tx, r.Num)
		if err != nil {
			return err
		}
		switch {
		case life.ReplacedBy != "":
			return fault.New(fault.Conflict, "The referral %s was resubmitted already, as %s", urn, life.ReplacedBy)
		case r.State != lifecycle.Rejected:
			return fault.New(fault.Conflict, "Only a rejected referral is resubmitted")
		}
		if found, err := one(tx, func(row store.Row) { replacement = string(row.Text(0)) },
			"SELECT `Urn` FROM `referral` WHERE `ReplacesNum` = ? AND `State` = 'draft' ORDER BY `ReferralNum` DESC LIMIT 1", store.Int(r.Num)); err != nil || found {
			return err
		}
		replacement, err = d.copyAsDraft(tx, caller, r)
		return err
	})
	return replacement, err
}

// copyAsDraft writes a draft with what a referral has.
func (d *Desk) copyAsDraft(tx *record.Tx, caller *Caller, r *row) (urn string, err error) {
	if urn, err = takeURN(tx, r.Practice); err != nil {
		return "", err
	}
	num, err := tx.Exec("INSERT INTO `referral` (`Urn`, `PracticeNum`, `State`, `Seq`, `Priority`, `FormType`, `FormVersion`, `Origin`, `FormKeyNum`, `SystemType`, `ReferrerName`, `Reason`, `PatientFirst`, "+
		"`PatientLast`, `PatientFold`, `BirthDate`, `NhsNumber`, `PtGuid`, `CreatedAt`, `ReplacesNum`, `IsSingleFile`, `WebhookUrl`, `AreaNum`) "+
		"SELECT ?, `PracticeNum`, '', 0, `Priority`, `FormType`, `FormVersion`, `Origin`, `FormKeyNum`, `SystemType`, `ReferrerName`, `Reason`, `PatientFirst`, "+
		"`PatientLast`, `PatientFold`, `BirthDate`, `NhsNumber`, `PtGuid`, ?, `ReferralNum`, `IsSingleFile`, `WebhookUrl`, `AreaNum` FROM `referral` WHERE `ReferralNum` = ?",
		store.Text(urn), store.Text(tx.At.String()), store.Int(r.Num))
	if err != nil {
		return "", err
	}
	files, err := readFiles(tx, "`ReferralNum` = ?", store.Int(r.Num))
	if err != nil {
		return "", err
	}
	now := make(map[string]string, len(files)) // which file has become which
	for _, file := range files {
		copied, err := copyFile(tx, file, num)
		if err != nil {
			return "", err
		}
		now[file.ID()] = strconv.FormatInt(copied.Num, 10)
	}
	answers, err := d.answersWithFiles(tx, r, now)
	if err != nil {
		return "", err
	}
	if err := tx.Send("INSERT INTO `referralanswers` (`ReferralNum`, `Rev`, `Given`, `Answers`, `UpdatedAt`) SELECT ?, 1, `Given`, ?, ? FROM `referralanswers` WHERE `ReferralNum` = ?",
		store.Int(num), store.Text(answers), store.Text(tx.At.String()), store.Int(r.Num)); err != nil {
		return "", err
	}
	made := &row{Num: num, URN: urn, Practice: r.Practice, Area: r.Area}
	if _, err := makeStep(tx, made, caller.acts(lifecycle.Event{Move: lifecycle.SaveDraft})); err != nil {
		return "", err
	}
	return urn, tx.Note(audit.Create, "referral", num, "replaces")
}

// answersWithFiles are the answers that were submitted last, with the files' new names; "" for a referral without a form.
func (d *Desk) answersWithFiles(tx *record.Tx, r *row, now map[string]string) (string, error) {
	f, err := d.readForm(tx, r, tx.At)
	if err != nil || f.Type == nil {
		return "", err
	}
	for _, field := range f.Type.Fields() {
		value, ok := f.Answers[field.ID]
		if field.Kind != form.Files || !ok {
			continue
		}
		var files []form.File
		for _, file := range value.Files {
			if id, there := now[file.ID]; there {
				file.ID = id
				files = append(files, file)
			}
		}
		f.Answers[field.ID] = form.Value{Files: files}
	}
	encoded, err := f.Answers.Encode()
	return string(encoded), err
}

// replaced notes at a rejected referral that another one was submitted in its place. It is a Conflict where one was before.
func replaced(tx *record.Tx, caller *Caller, by *row) (old string, err error) {
	if by.Replaces == 0 {
		return "", nil
	}
	var r *row
	if _, err := one(tx, func(found store.Row) { r = scanRow(found) }, rowColumns+"WHERE `ReferralNum` = ?", store.Int(by.Replaces)); err != nil || r == nil {
		return "", err
	}
	_, err = makeStep(tx, r, caller.acts(lifecycle.Event{Move: lifecycle.Resubmit, Data: lifecycle.Data{ReplacedBy: by.URN}}))
	return r.URN, err
}
