package referral

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// A referral about which more was asked for opens its form once more: what was submitted stays as it was, and what is changed
// and added becomes its next version with the answer (lifecycle.md, T09).

// Working is a referral's form for who fills it in: as Form, and with the working copy of the answers where more was asked for.
func (d *Desk) Working(ctx context.Context, caller *Caller, urn string) (*Filled, error) {
	return d.form(ctx, caller, urn, true)
}

// AnswerInfo answers a request for more information with what was changed and added in the form, and a text. Something of the
// three must be new. The error has all that is wrong with the answers, by field, and the field "declaration" where it was not
// made. The answers are frozen as the next version, whose PDFs are owed; those of the versions before stay.
func (d *Desk) AnswerInfo(ctx context.Context, caller *Caller, urn, text string, declared bool) (Submitted, error) {
	text = strings.TrimSpace(text)
	if tooLong(text) {
		return Submitted{}, invalid("text", "text has at most %d characters; shorten it", longestEventText)
	}
	var made Submitted
	err := d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := ownRow(tx, caller, urn)
		if err != nil {
			return err
		}
		if r.State != lifecycle.InfoRequested {
			return fault.New(fault.Conflict, "Nothing is asked about the referral %s at the moment", urn)
		}
		r.amends = true
		f, err := d.readForm(tx, r, tx.At)
		if err != nil {
			return err
		}
		isNew, err := d.hasNews(tx, r, f)
		if err != nil {
			return err
		}
		if !isNew && text == "" {
			return invalid("text", "Change the form, add a file or write an answer: nothing is new yet")
		}
		made = Submitted{r.Num, r.URN, r.Version + 1, tx.At}
		step := lifecycle.Event{Move: lifecycle.Answer, Public: text, Data: lifecycle.Data{Version: int(made.Version)}}
		if f.Type == nil {
			return d.answerWithoutForm(tx, caller, r, step)
		}
		sheet := f.Type.Fill(f.Answers, tx.At.Date())
		if err := invalidToSubmit(sheet, declared); err != nil {
			return err
		}
		return d.freeze(tx, caller, r, f.Type, sheet, step)
	})
	if err == nil {
		wake(d.owed.Files)
	}
	return made, err
}

// hasNews tells whether the form differs from what was submitted last, or has files that did not go along.
func (d *Desk) hasNews(tx *record.Tx, r *row, f *Filled) (bool, error) {
	for _, file := range f.Files {
		if file.Version == 0 {
			return true, nil
		}
	}
	if f.Type == nil {
		return false, nil
	}
	before := ""
	if _, err := one(tx, func(row store.Row) { before = string(row.Text(0)) },
		"SELECT `Answers` FROM `referralversion` WHERE `ReferralNum` = ? AND `Version` = ?", store.Int(r.Num), store.Int(r.Version)); err != nil {
		return false, err
	}
	after, err := f.Type.Fill(f.Answers, tx.At.Date()).Settled().Encode()
	return string(after) != before, err
}

// answerWithoutForm is the answer of one that came in through another system, without a form.
func (d *Desk) answerWithoutForm(tx *record.Tx, caller *Caller, r *row, step lifecycle.Event) error {
	if _, err := makeStep(tx, r, caller.acts(step)); err != nil {
		return err
	}
	if err := sendVersionOfFiles(tx, r.Num, int64(step.Data.Version)); err != nil {
		return err
	}
	return tx.Send("UPDATE `referral` SET `Version` = ? WHERE `ReferralNum` = ?", store.Int(int64(step.Data.Version)), store.Int(r.Num))
}

// sendVersionOfFiles notes with which version files went along that are new.
func sendVersionOfFiles(tx *record.Tx, referral, version int64) error {
	return tx.Send("UPDATE `referralfile` SET `Version` = ? WHERE `ReferralNum` = ? AND `Version` = 0 AND `RemovedAt` = '0001-01-01 00:00:00'",
		store.Int(version), store.Int(referral))
}

// invalidToSubmit has all that is wrong with answers, and that the declaration was not made.
func invalidToSubmit(sheet *form.Sheet, declared bool) error {
	faults := sheet.Faults()
	if !declared {
		faults = append(faults, form.Fault{Field: "declaration", Rule: form.RuleMissing, Text: "Make the declaration before you submit the referral"})
	}
	return form.Invalid(faults)
}
