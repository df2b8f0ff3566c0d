package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Submitted is a referral that was submitted.
type Submitted struct {
	Num         int64
	URN         string
	Version     int64
	SubmittedAt dental.DateTime
}

// Submit sends a form. The error has all that is wrong with the answers, by field, and the field "declaration"
// where it was not made. In one commit the answers are frozen as version 1, the upload expires, the link opens
// nothing more and the PDFs are owed. A form that was submitted is submitted: a second call, from another window,
// answers what the first one did.
func (d *Desk) Submit(ctx context.Context, caller *Caller, urn string, declared bool) (Submitted, error) {
	var made Submitted
	err := d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := ownRow(tx, caller, urn)
		if err != nil {
			return err
		}
		if r.Version > 0 {
			made = Submitted{r.Num, r.URN, r.Version, r.SubmittedAt}
			return nil
		}
		if _, err := openRow(tx, caller, urn, tx.At); err != nil {
			return err
		}
		f, err := d.readForm(tx, r, tx.At)
		if err != nil {
			return err
		}
		if f.Type == nil {
			return invalid("form_type", "Choose the form first")
		}
		sheet := f.Type.Fill(f.Answers, tx.At.Date())
		if err := invalidToSubmit(sheet, declared); err != nil {
			return err
		}
		made = Submitted{r.Num, r.URN, 1, tx.At}
		old, err := replaced(tx, caller, r)
		if err != nil {
			return err
		}
		if err := followFrom(tx, r.Num, r.Practice); err != nil {
			return err
		}
		return d.freeze(tx, caller, r, f.Type, sheet, lifecycle.Event{Move: lifecycle.Submit, Data: lifecycle.Data{Version: 1, Replaces: old}})
	})
	if err == nil {
		wake(d.owed.Files)
	}
	return made, err
}

// freeze is the commit of a submission, or of an answer to a request for information, which is the step.
func (d *Desk) freeze(tx *record.Tx, caller *Caller, r *row, t *form.Type, sheet *form.Sheet, step lifecycle.Event) error {
	if err := d.storeVersion(tx, t); err != nil {
		return err
	}
	settled := sheet.Settled()
	answers, err := settled.Encode()
	if err != nil {
		return err
	}
	at, version := store.Text(tx.At.String()), store.Int(int64(step.Data.Version))
	if _, err := tx.Exec("INSERT INTO `referralversion` (`ReferralNum`, `Version`, `FormType`, `FormVersion`, `Answers`, `SubmittedAt`) VALUES (?, ?, ?, ?, ?, ?)",
		store.Int(r.Num), version, store.Text(t.Name), store.Text(t.Version()), store.Text(string(answers)), at); err != nil {
		return err
	}
	if step.Data.Version == 1 {
		if err := setArea(tx, r); err != nil {
			return err
		}
	}
	step.Data.Priority = priorityOf(t, settled)
	step.Actor = caller.Account.Practice
	if _, err := makeStep(tx, r, caller.acts(step)); err != nil {
		return err
	}
	submitted := at
	if step.Data.Version > 1 {
		submitted = store.Text(r.SubmittedAt.String()) // the clock runs on from when it was first sent
	}
	first, last := cut(settled[form.FirstName].Text, maxString), cut(settled[form.LastName].Text, maxString)
	born := date([]byte(settled[form.BirthDate].Text))
	if err := tx.Send("UPDATE `referral` SET `Version` = ?, `SubmittedAt` = ?, `Priority` = ?, `FormType` = ?, `FormVersion` = ?, `Reason` = ?, `ReferrerName` = ?, "+
		"`PatientFirst` = ?, `PatientLast` = ?, `PatientFold` = ?, `BirthDate` = ?, `NhsNumber` = ? WHERE `ReferralNum` = ?",
		version, submitted, store.Text(step.Data.Priority), store.Text(t.Name), store.Text(t.Version()), store.Text(t.Reason),
		store.Text(cut(settled[form.Referrer].Text, maxString)), store.Text(first), store.Text(last), store.Text(nameKey(first, last, born)),
		store.Text(born.String()), store.Text(settled["nhs_number"].Text), store.Int(r.Num)); err != nil {
		return err
	}
	if err := sendVersionOfFiles(tx, r.Num, int64(step.Data.Version)); err != nil {
		return err
	}
	if r.Upload != 0 {
		if err := tx.Send("UPDATE `fileupload` SET `ExpiredAt` = ? WHERE `FileUploadNum` = ?", at, store.Int(r.Upload)); err != nil {
			return err
		}
	}
	if err := tx.Send("INSERT INTO `job` (`Kind`, `ReferralNum`, `Version`, `State`, `DueAt`) VALUES (?, ?, ?, ?, ?)",
		store.Text(JobFiles), store.Int(r.Num), version, store.Text(JobOwed), store.Int(millis(d.hub.Clock()))); err != nil {
		return err
	}
	return nil
}

// The kinds and states of jobs.
const (
	JobFiles = "files" // the PDFs of a version
	JobOwed  = "owed"
	JobDone  = "done"
)

// priorityOf reads how urgent a submission is: what the form settles, or what was answered. A suspected cancer is
// what a form's pathway says.
func priorityOf(t *form.Type, answers form.Answers) lifecycle.Priority {
	care := answers["care_type"].Text
	for _, fixed := range t.Fixed {
		if fixed.ID == "care_type" {
			care = fixed.Value
		}
	}
	switch {
	case t.Pathway == "usc":
		return lifecycle.USC
	case care == "urgent":
		return lifecycle.Urgent
	default:
		return lifecycle.Routine
	}
}
