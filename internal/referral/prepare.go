package referral

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Prepared is a form that waits to be opened in a browser.
type Prepared struct {
	URN    string
	UUID   string // of the link, known to the caller alone: what is stored is its hash
	PtGuid string // "" without a patient identifier
}

// Draft is a form that waits in the practice's list.
type Draft struct {
	Num    int64
	URN    string
	PtGuid string
}

// How long what waits is kept, in seconds.
const (
	day          = 24 * 60 * 60
	linkLasts    = 1 * day // until a link must have been opened
	sessionLasts = 1 * day // after it was
	uploadLasts  = 7 * day // until an upload must have been named by a form
	repeatLasts  = 1 * day // in which a call that is sent again is answered as the first
)

// formLasts is how long a form may be filled in, in seconds.
var formLasts = rules.KeptUnsubmitted * day

// Prepare opens a referral as a form that a browser fills in. The error has all faults of the parameters; it is
// NotFound where fileupload_id names no upload of the account that is open, and after all of that it tells what is
// wrong with the date of birth alone.
func (d *Desk) Prepare(ctx context.Context, caller *Caller, p Prefill) (Prepared, error) {
	o, err := d.open(ctx, caller, p, opening{call: "prepare_form", state: StatePrepared, move: lifecycle.Prepare, uuid: newUUID()})
	return Prepared{URN: o.URN, UUID: o.UUID, PtGuid: o.PtGuid}, err
}

// SaveDraft opens a referral in the practice's list of drafts. The form type is always required.
func (d *Desk) SaveDraft(ctx context.Context, caller *Caller, p Prefill) (Draft, error) {
	o, err := d.open(ctx, caller, p, opening{call: "save_draft", state: StateDraft, move: lifecycle.SaveDraft})
	return Draft{Num: o.Num, URN: o.URN, PtGuid: o.PtGuid}, err
}

// opening is how a referral is opened.
type opening struct {
	call  string
	state State
	move  Move
	uuid  string
}

// opened is what a call is answered, now and when it is sent again.
type opened struct {
	Num    int64  `json:"num"`
	URN    string `json:"urn"`
	UUID   string `json:"uuid,omitempty"`
	PtGuid string `json:"ptguid,omitempty"`
}

func (d *Desk) open(ctx context.Context, caller *Caller, p Prefill, how opening) (opened, error) {
	right, err := d.check(caller.Account, p, how.state == StatePrepared)
	if err != nil {
		return opened{}, err
	}
	if right.birthDate != nil {
		// Answered last of all: an upload that is not there goes before.
		if right.upload != 0 {
			err = d.hub.DB.Read(ctx, func(c store.Conn) error { return d.checkUpload(c, caller.Account, right.upload, d.now()) })
		}
		if err == nil {
			err = right.birthDate
		}
		return opened{}, err
	}
	again, err := d.repeat(caller, p, how.call)
	if err != nil {
		return opened{}, err
	}
	row, err := d.newRow(caller, right, how)
	if err != nil {
		return opened{}, err
	}
	var made opened
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		made = opened{UUID: how.uuid, PtGuid: row.ptguid}
		if answered, err := again.answer(tx, &made); err != nil || answered {
			return err
		}
		if err := d.insert(tx, caller, row, right, how, &made); err != nil {
			return err
		}
		return again.keep(tx, caller, made)
	})
	if err == nil && row.kind != nil {
		d.stored.Store(row.kind.Name+" "+row.kind.Version(), true)
	}
	return made, err
}

// newRow is what is known of the referral before its transaction.
type newRow struct {
	kind     *form.Type // nil where the user chooses it
	ptguid   string
	birthDay dental.Date
	given    string // what the call gave, as JSON
}

func (d *Desk) newRow(caller *Caller, right checked, how opening) (row newRow, err error) {
	if row.ptguid, err = d.ptguid(caller, right.given["patient_identifier"]); err != nil {
		return row, err
	}
	row.birthDay, _ = parseDayMonthYear(right.given[BirthDateParameter])
	if row.given, err = right.encode(); err != nil {
		return row, err
	}
	name := right.given["form_type"]
	if name == "" {
		return row, nil
	}
	row.kind, err = d.forms.Current(name)
	return row, err
}

// insert writes the referral with its URN, its first step, its answers and its link.
func (d *Desk) insert(tx *record.Tx, caller *Caller, row newRow, right checked, how opening, made *opened) (err error) {
	if right.upload != 0 {
		if err := d.checkUpload(tx, caller.Account, right.upload, tx.At); err != nil {
			return err
		}
	}
	if made.URN, err = takeURN(tx, caller.Account.Practice); err != nil {
		return err
	}
	given := right.given
	name, version, reason := "", "", ""
	if row.kind != nil {
		name, version, reason = row.kind.Name, row.kind.Version(), row.kind.Reason
		if err := d.storeVersion(tx, row.kind); err != nil {
			return err
		}
	}
	system, priority := given["system_type"], "routine"
	if system == "" {
		system = "WD"
	}
	if given["urgent"] == "1" {
		priority = "urgent"
	}
	event, err := new(lifecycle.Referral).Next(lifecycle.Event{Move: how.move, Role: caller.Role, Actor: caller.Account.Practice, ActorName: caller.Name, At: tx.At}, rules)
	if err != nil {
		return err
	}
	life := lifecycle.Referral{}.With(event)
	turn := life.Turn(rules)
	first, last := given[form.FirstName], given[form.LastName]
	made.Num, err = tx.Exec("INSERT INTO `referral` (`Urn`, `PracticeNum`, `State`, `Seq`, `Priority`, `FormType`, `FormVersion`, `Origin`, `FormKeyNum`, `SystemType`, "+
		"`ReferrerName`, `Reason`, `PatientFirst`, `PatientLast`, `PatientFold`, `BirthDate`, `NhsNumber`, `PtGuid`, `CreatedAt`, `IsSingleFile`, `WebhookUrl`, "+
		"`FileUploadNum`, `StatusText`, `PartyRole`, `PartyNum`, `NextStep`, `DueAt`) VALUES (?, ?, ?, 1, ?, ?, ?, 'v2', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Text(made.URN), store.Int(caller.Account.Practice), store.Text(how.state), store.Text(priority), store.Text(name), store.Text(version),
		store.Int(caller.KeyNum), store.Text(system), store.Text(given[form.Referrer]), store.Text(reason), store.Text(first), store.Text(last),
		store.Text(nameKey(first, last, row.birthDay)), store.Text(row.birthDay.String()), store.Text(given["nhs_number"]), store.Text(row.ptguid),
		store.Text(tx.At.String()), store.Bool(given["medical_forms_as_single_file"] == "1"), store.Text(given["files_ready_webhook_url"]),
		store.Int(right.upload), store.Text(life.StatusText()), store.Text(turn.Party), store.Int(caller.Account.Practice), store.Text(turn.Step), store.Text(turn.Due.String()))
	if err != nil {
		return err
	}
	if right.upload != 0 {
		if err := linkUpload(tx, right.upload, made.Num); err != nil {
			return err
		}
	}
	// The form is started when it is first read: most of what it begins with follows from what was given.
	if err := tx.Send("INSERT INTO `referralanswers` (`ReferralNum`, `Rev`, `Given`, `Answers`, `UpdatedAt`) VALUES (?, 1, ?, '', ?)",
		store.Int(made.Num), store.Text(row.given), store.Text(tx.At.String())); err != nil {
		return err
	}
	if err := sendEvent(tx, made.Num, event); err != nil {
		return err
	}
	if how.uuid != "" {
		if err := sendLink(tx, caller, how.uuid, made.Num, linkLasts); err != nil {
			return err
		}
	}
	return tx.Note(audit.Create, "referral", made.Num, string(how.move))
}

// linkUpload takes the files of an upload over into the new referral.
func linkUpload(tx *record.Tx, upload, num int64) error {
	files, err := readFiles(tx, "`FileUploadNum` = ? AND `ReferralNum` = 0", store.Int(upload))
	if err != nil {
		return err
	}
	for _, file := range files {
		if _, err := copyFile(tx, file, num); err != nil {
			return err
		}
	}
	if err := tx.Send("INSERT INTO `uploadlink` (`FileUploadNum`, `ReferralNum`) VALUES (?, ?)", store.Int(upload), store.Int(num)); err != nil {
		return err
	}
	return tx.Send("UPDATE `fileupload` SET `LinkedAt` = ? WHERE `FileUploadNum` = ?", store.Text(tx.At.String()), store.Int(upload))
}

// copyFile gives a referral a file of its upload. The body is there: the upload's row needs it in this very
// transaction, so that it cannot be on its way out.
func copyFile(tx *record.Tx, file File, num int64) (File, error) {
	copied := file
	var err error
	copied.Num, err = tx.Exec("INSERT INTO `referralfile` (`FileUploadNum`, `ReferralNum`, `FileName`, `ContentType`, `Size`, `BodyHash`, `Kind`, `TakenOn`, `CreatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Int(file.fromUpload), store.Int(num), store.Text(file.Name), store.Text(file.ContentType), store.Int(file.Size), store.Text(file.Hash),
		store.Text(file.Kind), store.Text(file.TakenOn.String()), store.Text(tx.At.String()))
	if err != nil {
		return copied, err
	}
	return copied, document.Share(tx, fileOwner(file.Num), fileOwner(copied.Num), document.File)
}

// storeVersion keeps the form type's content, so that the referral can be read when the operator has changed the file.
func (d *Desk) storeVersion(tx *record.Tx, kind *form.Type) error {
	if _, known := d.stored.Load(kind.Name + " " + kind.Version()); known {
		return nil
	}
	found, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `formversion` WHERE `FormType` = ? AND `FormVersion` = ?", store.Text(kind.Name), store.Text(kind.Version()))
	if err != nil || found {
		return err
	}
	return tx.Send("INSERT INTO `formversion` (`FormType`, `FormVersion`, `Body`) VALUES (?, ?, ?)",
		store.Text(kind.Name), store.Text(kind.Version()), store.Text(string(kind.Canonical())))
}

// newUUID makes a version 4 UUID of 122 random bits.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (d *Desk) sealer() (*seal.Sealer, error) {
	sealer, err := d.options.Sealer()
	if err != nil {
		return nil, fmt.Errorf("referral: no secret: %w", hideKind{err})
	}
	return sealer, nil
}

// hideKind keeps the operator's fault from being answered as the caller's.
type hideKind struct{ err error }

// Error is for the log.
func (h hideKind) Error() string { return h.err.Error() }
