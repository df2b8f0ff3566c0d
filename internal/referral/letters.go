package referral

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// JobLetter is the letter of a step; the version of its job is the step's number.
const JobLetter = "letter"

// Letter is all that a letter to the referring practice says: how a referral has ended, and what there is to do.
type Letter struct {
	Referral     int64
	URN          string
	Step         lifecycle.Event // which ended it
	Life         lifecycle.Referral
	From         Account // who ended it: the provider, or the referral centre
	To           Account // the referring practice
	Referrer     string
	PatientFirst string
	PatientLast  string
	BirthDate    dental.Date
	NHSNumber    string
}

// endsWithLetter tells whether a step is told to the referring practice by a letter: each that ends a referral otherwise than by
// the practice itself.
func endsWithLetter(e lifecycle.Event) bool {
	return e.From != e.To && (e.To == lifecycle.Rejected || e.To == lifecycle.Discharged)
}

// oweLetter notes, in the commit of a step, that its letter is to be made.
func oweLetter(tx *record.Tx, referral int64, made lifecycle.Event) error {
	if !endsWithLetter(made) {
		return nil
	}
	return tx.Send("INSERT INTO `job` (`Kind`, `ReferralNum`, `Version`, `State`, `DueAt`) VALUES (?, ?, ?, ?, 0)",
		store.Text(JobLetter), store.Int(referral), store.Int(made.Seq), store.Text(JobOwed))
}

// Letter reads what the letter of a step says.
func (d *Desk) Letter(ctx context.Context, referral, seq int64) (*Letter, error) {
	letter := &Letter{Referral: referral}
	err := d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		var r *row
		if _, err := one(c, func(found store.Row) { r = scanRow(found) }, rowColumns+"WHERE `ReferralNum` = ?", store.Int(referral)); err != nil {
			return err
		}
		events, err := readEvents(c, referral)
		if err != nil {
			return err
		}
		if r == nil || seq < 1 || seq > int64(len(events)) || !endsWithLetter(events[seq-1]) {
			return fault.New(fault.NotFound, "There is no such letter")
		}
		letter.URN, letter.Referrer = r.URN, r.ReferrerName
		letter.Step, letter.Life = events[seq-1], lifecycle.Fold(events[:seq])
		if _, err := one(c, func(row store.Row) {
			letter.PatientFirst, letter.PatientLast, letter.BirthDate, letter.NHSNumber = string(row.Text(0)), string(row.Text(1)), date(row.Text(2)), string(row.Text(3))
		}, "SELECT `PatientFirst`, `PatientLast`, `BirthDate`, `NhsNumber` FROM `referral` WHERE `ReferralNum` = ?", store.Int(referral)); err != nil {
			return err
		}
		if letter.To, err = addressOf(c, r.Practice, ""); err != nil {
			return err
		}
		letter.From, err = writerOf(c, letter, r)
		return err
	})
	return letter, err
}

// writerOf is who a letter comes from.
func writerOf(c store.Conn, letter *Letter, r *row) (Account, error) {
	if sideOf(letter.Step.Role) == lifecycle.Provider && letter.Step.Allocation > 0 {
		with := letter.Life.Allocations[letter.Step.Allocation-1]
		return addressOf(c, with.Provider, with.Name)
	}
	of, err := centreOf(c, r)
	if of.Name == "" {
		of.Name = "Referral centre"
	}
	return of, err
}

// centreOf is the referral centre that is responsible for a referral; without a name where none is.
func centreOf(c store.Conn, r *row) (Account, error) {
	var centre int64
	if _, err := one(c, func(row store.Row) { centre = row.Int(0) }, "SELECT `CentreNum` FROM `area` WHERE `AreaNum` = ?", store.Int(r.Area)); err != nil {
		return Account{}, err
	}
	return addressOf(c, centre, "")
}

// addressOf is who an organisation is on paper; one that is not known here has its name alone.
func addressOf(c store.Conn, organisation int64, name string) (of Account, err error) {
	of = Account{Practice: organisation, Name: name}
	_, err = one(c, func(row store.Row) {
		of.Name, of.Address, of.Phone, of.Email = string(row.Text(0)), string(row.Text(1)), string(row.Text(2)), string(row.Text(3))
	}, "SELECT `Name`, `Address`, `Phone`, `Email` FROM `organisation` WHERE `OrganisationNum` = ?", store.Int(organisation))
	return of, err
}

// LetterKind is the kind of the attachment that is the letter of a step: a referral that was reopened has one for each of its ends.
func LetterKind(seq int64) string { return fmt.Sprintf("%s-%d", AttachmentLetter, seq) }

// IsLetter tells whether an attachment is a letter.
func (a Attachment) IsLetter() bool { return strings.HasPrefix(a.Kind, AttachmentLetter) }

// LetterReady stores the letter of a step, and notes that the charts which follow the referral have it to come. A letter that is
// there already is left alone.
func (d *Desk) LetterReady(ctx context.Context, referral, seq int64, fileName string, body io.Reader) error {
	received, err := d.shelf.Receive(ctx, body, maxAttachment)
	if err != nil {
		return err
	}
	defer received.Close()
	if err := received.Settle(AttachmentLetter, "x.pdf"); err != nil {
		return fmt.Errorf("referral: the letter of a referral is no PDF: %w", err)
	}
	return d.shelf.Keep(ctx, []*document.Received{received}, func() error {
		return d.write(ctx, background, func(tx *record.Tx) error {
			var r *row
			if _, err := one(tx, func(found store.Row) { r = scanRow(found) }, rowColumns+"WHERE `ReferralNum` = ?", store.Int(referral)); err != nil || r == nil {
				return err
			}
			there, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `attachment` WHERE `ReferralNum` = ? AND `Kind` = ?", store.Int(referral), store.Text(LetterKind(seq)))
			if err != nil || there {
				return err
			}
			if _, err := d.insertAttachment(tx, r, r.Version, NewAttachment{Kind: LetterKind(seq), FileName: fileName}, received); err != nil {
				return err
			}
			if err := tx.Send("UPDATE `job` SET `State` = ? WHERE `ReferralNum` = ? AND `Version` = ? AND `Kind` = ?",
				store.Text(JobDone), store.Int(referral), store.Int(seq), store.Text(JobLetter)); err != nil {
				return err
			}
			if err := tx.Send("UPDATE `networklink` SET `IsOwed` = 1 WHERE `ReferralNum` = ? AND `Side` = 'from'", store.Int(referral)); err != nil {
				return err
			}
			return tx.Note(audit.Create, tableAttachment, referral, LetterKind(seq))
		})
	})
}

// lettersAfter are the letters of a referral that were made after an attachment.
func lettersAfter(c store.Conn, practice, referral, after int64) ([]Attachment, error) {
	return readAttachments(c, "`a`.`ReferralNum` = ? AND `a`.`Kind` LIKE 'letter%' AND `a`.`AttachmentNum` > ? ORDER BY `a`.`AttachmentNum`",
		store.Int(practice), store.Int(referral), store.Int(after))
}
