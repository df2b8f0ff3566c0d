package referral

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The kinds of attachments.
const (
	AttachmentForm    = "form"   // the referral itself
	AttachmentHistory = "mh"     // the medical history
	AttachmentSingle  = "single" // all in one file
	AttachmentLetter  = "letter" // what the referrer is told at the end; LetterKind has the step behind it
)

// maxAttachment bounds a PDF that is stored: twenty files of 20 MiB in one, and some.
const maxAttachment = 512 << 20

// NewAttachment is a PDF that was made.
type NewAttachment struct {
	Kind     string // one of Attachment…
	FileName string // as it is downloaded, "TST0000001_AdultRestorativeForm.pdf"
	Body     io.Reader
}

// Attachment is a PDF of a version of a referral. It is never rewritten.
type Attachment struct {
	Num       int64
	URN       string
	Version   int64
	Kind      string
	FileName  string
	Size      int64
	Hash      document.Hash
	CreatedAt dental.DateTime
}

const tableAttachment = "attachment"

// FilesReady stores the PDFs of a version and says so, in one commit: the attachments, that they are ready, the
// webhook that is owed where the call that opened the referral asked for one, the end of the job, and, with a
// referral centre, the step into its queue. Files of a version that has its files are left alone: what was made
// again after a crash changes nothing.
func (d *Desk) FilesReady(ctx context.Context, referral, version int64, made []NewAttachment) (err error) {
	if len(made) == 0 {
		return errors.New("referral: files are ready, and there are none")
	}
	var bodies []*document.Received
	defer func() {
		for _, body := range bodies {
			err = errors.Join(err, body.Close())
		}
		if err == nil {
			wake(d.owed.Webhooks)
		}
	}()
	for _, attachment := range made {
		received, err := d.shelf.Receive(ctx, attachment.Body, maxAttachment)
		if err != nil {
			return err
		}
		bodies = append(bodies, received)
		if err := received.Settle(attachment.Kind, "x.pdf"); err != nil {
			return fmt.Errorf("referral: the file %s of a referral is no PDF: %w", attachment.Kind, err)
		}
	}
	delivery := strings.ToLower(rand.Text())
	return d.shelf.Keep(ctx, bodies, func() error {
		return d.write(ctx, background, func(tx *record.Tx) error {
			r, err := d.unready(tx, referral, version)
			if err != nil || r == nil {
				return err
			}
			var urls []string
			for i, attachment := range made {
				url, err := d.insertAttachment(tx, r, version, attachment, bodies[i])
				if err != nil {
					return err
				}
				urls = append(urls, url)
			}
			if err := d.sayReady(tx, r, version, made); err != nil {
				return err
			}
			if r.WebhookURL != "" {
				if err := d.oweWebhook(tx, r, version, delivery, urls); err != nil {
					return err
				}
			}
			return tx.Note(audit.Update, "referralversion", r.Num, "FilesReadyAt")
		})
	})
}

// background is who acts where nobody does.
var background = &Caller{Account: &Account{}, Role: lifecycle.System, Name: "system"}

// unready finds the referral of a version that waits for its files; nil when it has them.
func (d *Desk) unready(tx *record.Tx, referral, version int64) (*row, error) {
	var r *row
	if _, err := one(tx, func(found store.Row) { r = scanRow(found) }, rowColumns+"WHERE `ReferralNum` = ?", store.Int(referral)); err != nil {
		return nil, err
	}
	ready := false
	found, err := one(tx, func(row store.Row) { ready = !dateTime(row.Text(0)).IsNone() },
		"SELECT `FilesReadyAt` FROM `referralversion` WHERE `ReferralNum` = ? AND `Version` = ?", store.Int(referral), store.Int(version))
	if err != nil {
		return nil, err
	}
	if r == nil || !found {
		return nil, fault.New(fault.NotFound, "There is no such version")
	}
	if ready {
		return nil, nil // it has them: there is nothing to do, which is no fault
	}
	return r, nil
}

func (d *Desk) insertAttachment(tx *record.Tx, r *row, version int64, made NewAttachment, body *document.Received) (url string, err error) {
	num, err := tx.Exec("INSERT INTO `attachment` (`ReferralNum`, `Version`, `Kind`, `FileName`, `Size`, `BodyHash`, `CreatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?)",
		store.Int(r.Num), store.Int(version), store.Text(made.Kind), store.Text(made.FileName), store.Int(body.Size), store.Text(body.Hash), store.Text(tx.At.String()))
	if err != nil {
		return "", err
	}
	return d.URL(attachmentPath(num, made.FileName)), body.Use(tx, document.Owner{Table: tableAttachment, Num: num}, document.File)
}

func attachmentPath(num int64, fileName string) string {
	return fmt.Sprintf("/documents/show/attachments/%d/pdfs/original/%s", num, url.PathEscape(fileName))
}

// sayReady notes that the version has its files, and what follows from it.
func (d *Desk) sayReady(tx *record.Tx, r *row, version int64, made []NewAttachment) error {
	at := store.Text(tx.At.String())
	if err := tx.Send("UPDATE `referralversion` SET `FilesReadyAt` = ? WHERE `ReferralNum` = ? AND `Version` = ?", at, store.Int(r.Num), store.Int(version)); err != nil {
		return err
	}
	if err := tx.Send("UPDATE `job` SET `State` = ? WHERE `ReferralNum` = ? AND `Version` = ? AND `Kind` = ?",
		store.Text(JobDone), store.Int(r.Num), store.Int(version), store.Text(JobFiles)); err != nil {
		return err
	}
	if version == r.Version {
		kinds := make([]string, len(made))
		for i := range made {
			kinds[i] = made[i].Kind
		}
		if err := tx.Send("UPDATE `referral` SET `FileKinds` = ? WHERE `ReferralNum` = ?", store.Text(strings.Join(kinds, ",")), store.Int(r.Num)); err != nil {
			return err
		}
	}
	if r.State != StateSubmitted {
		// Who treats has it already, and its chart has the PDFs to come.
		return tx.Send("UPDATE `networklink` SET `IsOwed` = 1 WHERE `ReferralNum` = ? AND `Side` = 'to'", store.Int(r.Num))
	}
	return d.begin(tx, r, true)
}

// oweWebhook writes the call that is owed, whole: what is sent later is what was so when it was owed.
func (d *Desk) oweWebhook(tx *record.Tx, r *row, version int64, delivery string, urls []string) error {
	body, err := json.Marshal(struct {
		URN   string   `json:"urn"`
		Files []string `json:"files"`
	}{r.URN, urls})
	if err != nil {
		return err
	}
	address, err := url.Parse(r.WebhookURL)
	if err != nil {
		return err
	}
	return tx.Send("INSERT INTO `webhookdelivery` (`DeliveryId`, `PracticeNum`, `ReferralNum`, `Version`, `Url`, `Host`, `Body`, `State`, `DueAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Text(delivery), store.Int(r.Practice), store.Int(r.Num), store.Int(version), store.Text(r.WebhookURL), store.Text(cut(strings.ToLower(address.Host), maxString)),
		store.Text(string(body)), store.Text(DeliveryPending), store.Int(millis(d.hub.Clock())))
}

// errNoDocument is one for all: for a document that is not there yet, that never will be, and for another account's.
var errNoDocument = fault.New(fault.NotFound, "There is no such document")

const attachmentColumns = "SELECT `a`.`AttachmentNum`, `r`.`Urn`, `a`.`Version`, `a`.`Kind`, `a`.`FileName`, `a`.`Size`, `a`.`BodyHash`, `a`.`CreatedAt` FROM `attachment` AS `a` JOIN `referral` AS `r` ON `r`.`ReferralNum` = `a`.`ReferralNum` " +
	"WHERE `r`.`PracticeNum` = ? AND `r`.`State` <> 'entered_in_error' AND "

func readAttachments(c store.Conn, condition string, args ...store.Value) (found []Attachment, err error) {
	rows := c.Query(attachmentColumns+condition, args...)
	for rows.Next() {
		found = append(found, Attachment{Num: rows.Int(0), URN: string(rows.Text(1)), Version: rows.Int(2), Kind: string(rows.Text(3)),
			FileName: string(rows.Text(4)), Size: rows.Int(5), Hash: document.Hash(rows.Text(6)), CreatedAt: dateTime(rows.Text(7))})
	}
	return found, rows.Close()
}

// Document finds the latest PDF of a kind of a referral of the caller's. The form of a referral whose files were
// wanted as one is that one. While there is none it is NotFound.
func (d *Desk) Document(ctx context.Context, caller *Caller, urn, kind string) (Attachment, error) {
	if kind == AttachmentLetter {
		return d.document(ctx, "`r`.`Urn` = ? AND `a`.`Kind` LIKE 'letter%' ORDER BY `a`.`AttachmentNum` DESC LIMIT 1", store.Int(caller.Account.Practice), store.Text(urn))
	}
	kinds := []string{kind, kind}
	if kind == AttachmentForm {
		kinds[1] = AttachmentSingle
	}
	return d.document(ctx, "`r`.`Urn` = ? AND (`a`.`Kind` = ? OR `a`.`Kind` = ?) ORDER BY `a`.`Version` DESC, `a`.`Kind` LIMIT 1",
		store.Int(caller.Account.Practice), store.Text(urn), store.Text(kinds[0]), store.Text(kinds[1]))
}

// AttachmentNamed finds a PDF of the caller's by its number and name, as webhooks name it.
func (d *Desk) AttachmentNamed(ctx context.Context, caller *Caller, num int64, fileName string) (Attachment, error) {
	found, err := d.document(ctx, "`a`.`AttachmentNum` = ?", store.Int(caller.Account.Practice), store.Int(num))
	if err == nil && found.FileName != fileName {
		return Attachment{}, errNoDocument
	}
	return found, err
}

func (d *Desk) document(ctx context.Context, condition string, args ...store.Value) (Attachment, error) {
	var found []Attachment
	err := d.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		found, err = readAttachments(c, condition, args...)
		return err
	})
	if err == nil && len(found) == 0 {
		err = errNoDocument
	}
	if err != nil {
		return Attachment{}, err
	}
	return found[0], nil
}

// Documents are all PDFs of a referral of the caller's, the latest version first.
func (d *Desk) Documents(ctx context.Context, caller *Caller, urn string) (found []Attachment, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		if _, err := ownRow(c, caller, urn); err != nil {
			return err
		}
		found, err = readAttachments(c, "`r`.`Urn` = ? ORDER BY `a`.`Version` DESC, `a`.`AttachmentNum`", store.Int(caller.Account.Practice), store.Text(urn))
		return err
	})
	return found, err
}

// OpenBody reads a PDF. The context must live as long as what is returned, which is to be closed.
func (d *Desk) OpenBody(ctx context.Context, a Attachment) (io.ReadSeekCloser, error) {
	return d.shelf.Open(ctx, a.Hash)
}
