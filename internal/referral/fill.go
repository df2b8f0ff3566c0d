package referral

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Filled is a referral's form with what was answered. One that was submitted has its frozen version.
type Filled struct {
	Num         int64
	URN         string
	Account     int64 // the practice's number
	State       State
	SystemType  string
	Type        *form.Type // nil as long as the user has not chosen it
	Answers     form.Answers
	Rev         int64
	Files       []File
	CreatedAt   dental.DateTime
	ExpiresAt   dental.DateTime // until when it must be submitted
	SubmittedAt dental.DateTime // none before
	Version     int64           // of the submission; 0 before
	IsSingle    bool            // whether the PDFs are wanted as one file
	ReadyAt     dental.DateTime // when this version's PDFs were there; none before
	IsOpen      bool            // it can be changed: it is not submitted, or more was asked for
	Amends      bool            // more was asked for: what is changed goes along with the answer
	Formless    *Line           // what is known of one that was submitted through another system, without a form; nil else
	// Given is what the other system gave beside, under the names of the Dental Referrals API's parameters; nil of one with a form,
	// whose answers have it.
	Given map[string]string
}

// openRow is the row of a form of the caller's that can be filled in.
func openRow(c store.Conn, caller *Caller, urn string, now dental.DateTime) (*row, error) {
	r, err := ownRow(c, caller, urn)
	if err != nil {
		return nil, err
	}
	switch {
	case r.isOpen(now):
		return r, nil
	case r.State == lifecycle.InfoRequested:
		r.amends = true
		return r, nil
	case canBeFilled(r.State) || r.State == StateExpired:
		return nil, fault.New(fault.Gone, "The form %s was not submitted in time and has expired", urn)
	default:
		return nil, fault.New(fault.Conflict, "The form %s is submitted already; it can be read, and not changed", urn)
	}
}

// Form reads a referral of the caller's.
func (d *Desk) Form(ctx context.Context, caller *Caller, urn string) (*Filled, error) {
	return d.form(ctx, caller, urn, false)
}

func (d *Desk) form(ctx context.Context, caller *Caller, urn string, working bool) (*Filled, error) {
	var filled *Filled
	now := d.now()
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		r, err := ownRow(c, caller, urn)
		if err != nil {
			return err
		}
		if r.State == StateEnteredInError {
			return errNoReferral(urn)
		}
		r.amends = working && r.State == lifecycle.InfoRequested
		filled, err = d.readForm(c, r, now)
		return err
	})
	return filled, err
}

// Frozen is a version that was submitted, for those who work with it in the background.
func (d *Desk) Frozen(ctx context.Context, referral, version int64) (*Filled, error) {
	var filled *Filled
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		var r *row
		if _, err := one(c, func(found store.Row) { r = scanRow(found) }, rowColumns+"WHERE `ReferralNum` = ?", store.Int(referral)); err != nil {
			return err
		}
		if r == nil || version < 1 || version > r.Version {
			return fault.New(fault.NotFound, "There is no such version")
		}
		r.Version = version
		var err error
		filled, err = d.readForm(c, r, d.now())
		return err
	})
	return filled, err
}

// readForm reads a referral's answers: as they stand, or as they were submitted.
func (d *Desk) readForm(c store.Conn, r *row, now dental.DateTime) (*Filled, error) {
	f := &Filled{Num: r.Num, URN: r.URN, Account: r.Practice, State: r.State, SystemType: r.SystemType, CreatedAt: r.CreatedAt,
		ExpiresAt: r.CreatedAt.AddSeconds(formLasts), SubmittedAt: r.SubmittedAt, Version: r.Version, IsSingle: r.IsSingleFile,
		IsOpen: r.isOpen(now) || r.amends, Amends: r.amends}
	frozen := r.Version > 0 && !r.amends
	if canBeFilled(r.State) && !r.isOpen(now) {
		f.State = StateExpired
	}
	var stored, given string
	var err error
	name, version := r.FormType, r.FormVersion
	if frozen {
		_, err = one(c, func(row store.Row) {
			stored, name, version = string(row.Text(0)), string(row.Text(1)), string(row.Text(2))
			f.SubmittedAt, f.ReadyAt = dateTime(row.Text(3)), dateTime(row.Text(4))
		}, "SELECT `Answers`, `FormType`, `FormVersion`, `SubmittedAt`, `FilesReadyAt` FROM `referralversion` WHERE `ReferralNum` = ? AND `Version` = ?", store.Int(r.Num), store.Int(r.Version))
	} else {
		_, err = one(c, func(row store.Row) { stored, f.Rev, given = string(row.Text(0)), row.Int(1), string(row.Text(2)) },
			"SELECT `Answers`, `Rev`, `Given` FROM `referralanswers` WHERE `ReferralNum` = ?", store.Int(r.Num))
	}
	if err != nil {
		return nil, err
	}
	files, args := "`ReferralNum` = ?", []store.Value{store.Int(r.Num)}
	if frozen {
		files, args = files+" AND `Version` BETWEEN 1 AND ?", append(args, store.Int(r.Version))
	}
	if f.Files, err = readFiles(c, files, args...); err != nil {
		return f, err
	}
	if name == "" {
		if r.Version > 0 {
			_, err = one(c, func(row store.Row) { line := scanLine(row); f.Formless = &line }, lineColumns+" FROM `referral` WHERE `ReferralNum` = ?", store.Int(r.Num))
			if err != nil {
				return nil, err
			}
			f.SubmittedAt = r.SubmittedAt
			f.Given, err = readGiven(c, r.Num)
		}
		return f, err
	}
	if f.Type, err = d.typeOf(c, name, version, r.Version == 0); err != nil {
		return nil, err
	}
	if stored == "" {
		f.Answers, err = d.started(c, r, f.Type, given)
	} else {
		f.Answers, _, err = f.Type.Decode([]byte(stored))
	}
	if err != nil {
		return nil, fmt.Errorf("referral %d: %w", r.Num, err)
	}
	if !frozen {
		attach(f.Type, f.Answers, f.Files)
	}
	return f, nil
}

// typeOf is the form type of a referral: of one that is being filled in the current version where there is one, so
// that a corrected form is what is submitted; of one that was submitted the version it was submitted with.
func (d *Desk) typeOf(c store.Conn, name, version string, latest bool) (*form.Type, error) {
	if latest {
		if t, err := d.forms.Current(name); err == nil {
			return t, nil
		}
	}
	if t, err := d.forms.Version(name, version); err == nil {
		return t, nil
	}
	var body []byte
	if _, err := one(c, func(r store.Row) { body = append([]byte(nil), r.Text(0)...) },
		"SELECT `Body` FROM `formversion` WHERE `FormType` = ? AND `FormVersion` = ?", store.Text(name), store.Text(version)); err != nil {
		return nil, err
	}
	if body == nil {
		return nil, fmt.Errorf("referral: the form %s %s is not stored", name, version)
	}
	return d.forms.Keep(body)
}

// attach makes the answers name exactly the files that there are: one that came since goes to the first field for
// its kind, one that was taken away goes out of all.
func attach(t *form.Type, answers form.Answers, files []File) {
	there := make(map[string]File, len(files))
	for _, file := range files {
		there[file.ID()] = file
	}
	for _, field := range t.Fields() {
		value, ok := answers[field.ID]
		if field.Kind != form.Files || !ok {
			continue
		}
		var kept []form.File
		for _, named := range value.Files {
			if file, ok := there[named.ID]; ok {
				named.Name = file.Name
				kept = append(kept, named)
				delete(there, named.ID)
			}
		}
		answers[field.ID] = form.Value{Files: kept}
	}
	var uploads []form.Upload
	for _, file := range files {
		if _, left := there[file.ID()]; left {
			uploads = append(uploads, file.asUpload())
		}
	}
	if len(uploads) == 0 {
		return
	}
	started := t.Start(nil, uploads)
	for _, field := range t.Fields() {
		if field.Kind == form.Files && len(started[field.ID].Files) > 0 {
			answers[field.ID] = form.Value{Files: slices.Concat(answers[field.ID].Files, started[field.ID].Files)}
		}
	}
}

// Choose sets the form type, where the call that prepared the form has left it to the user, or where another one
// fits better: what was answered is carried over as far as the new form asks it.
func (d *Desk) Choose(ctx context.Context, caller *Caller, urn, formType string) error {
	if !caller.Account.May(formType) {
		return invalid("form_type", "Choose one of the forms that are listed")
	}
	t, err := d.forms.Current(formType)
	if err != nil {
		return err
	}
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := openRow(tx, caller, urn, tx.At)
		if err != nil {
			return err
		}
		if r.amends {
			return fault.New(fault.Conflict, "The referral %s is submitted on a form already, and answered on the same", urn)
		}
		if r.FormType == t.Name && r.FormVersion == t.Version() {
			return nil
		}
		if err := d.storeVersion(tx, t); err != nil {
			return err
		}
		answers, err := d.carryOver(tx, r, t)
		if err != nil {
			return err
		}
		if err := tx.Send("UPDATE `referralanswers` SET `Rev` = `Rev` + 1, `Answers` = ?, `UpdatedAt` = ? WHERE `ReferralNum` = ?",
			store.Text(answers), store.Text(tx.At.String()), store.Int(r.Num)); err != nil {
			return err
		}
		if err := tx.Send("UPDATE `referral` SET `FormType` = ?, `FormVersion` = ?, `Reason` = ? WHERE `ReferralNum` = ?",
			store.Text(t.Name), store.Text(t.Version()), store.Text(t.Reason), store.Int(r.Num)); err != nil {
			return err
		}
		return tx.Note(audit.Update, "referral", r.Num, "FormType")
	})
	if err == nil {
		d.stored.Store(t.Name+" "+t.Version(), true)
	}
	return err
}

// started is a form as it opens: what the call gave, and what is known of the practice.
func (d *Desk) started(c store.Conn, r *row, t *form.Type, given string) (form.Answers, error) {
	parameters := make(map[string]string)
	if err := json.Unmarshal([]byte(given), &parameters); err != nil {
		return nil, err
	}
	var account *Account
	if _, err := one(c, func(row store.Row) { account = d.account(row, nil) },
		"SELECT "+accountColumns+" FROM `practice` AS `p` WHERE `p`.`PracticeNum` = ?", store.Int(r.Practice)); err != nil {
		return nil, err
	}
	if account == nil {
		return nil, fmt.Errorf("there is no practice %d", r.Practice)
	}
	return t.Start(account.start(parameters), nil), nil
}

// carryOver is the new form as it opens, with what was answered in the old one.
func (d *Desk) carryOver(c store.Conn, r *row, t *form.Type) (string, error) {
	var given string
	var before []byte
	if _, err := one(c, func(row store.Row) { given, before = string(row.Text(0)), append(before, row.Text(1)...) },
		"SELECT `Given`, `Answers` FROM `referralanswers` WHERE `ReferralNum` = ?", store.Int(r.Num)); err != nil {
		return "", err
	}
	answers, err := d.started(c, r, t, given)
	if err != nil {
		return "", fmt.Errorf("referral %d: %w", r.Num, err)
	}
	if len(before) > 0 {
		typed, _, err := t.Decode(before)
		if err != nil {
			return "", err
		}
		for id, value := range typed {
			answers[id] = value
		}
	}
	encoded, err := answers.Encode()
	return string(encoded), err
}

// Keep stores what was typed, finished or not, right or wrong: only what is too much, or no text, is refused. It is
// laid over what is stored, field by field, so that two windows with two sections of a form lose nothing. It is a
// Conflict after the submission alone. rev is that of the answers then.
func (d *Desk) Keep(ctx context.Context, caller *Caller, urn string, _ int64, changed form.Answers) (rev int64, err error) {
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := openRow(tx, caller, urn, tx.At)
		if err != nil {
			return err
		}
		f, err := d.readForm(tx, r, tx.At)
		if err != nil {
			return err
		}
		if f.Type == nil {
			return fault.New(fault.Conflict, "Choose the form first")
		}
		before, err := f.Answers.Encode()
		if err != nil {
			return err
		}
		for id, value := range changed {
			field, ok := f.Type.Field(id)
			if !ok {
				continue // asked by an older version of the form
			}
			if value = field.Normalise(value); value.IsEmpty() {
				delete(f.Answers, id)
			} else {
				f.Answers[id] = value
			}
		}
		attach(f.Type, f.Answers, f.Files)
		if err := form.Invalid(form.CheckDraft(f.Type, f.Answers)); err != nil {
			return err
		}
		after, err := f.Answers.Encode()
		if err != nil {
			return err
		}
		if rev = f.Rev; string(before) == string(after) {
			return nil
		}
		rev++
		first, last := f.Answers[form.FirstName].Text, f.Answers[form.LastName].Text
		if err := tx.Send("UPDATE `referralanswers` SET `Rev` = ?, `Answers` = ?, `UpdatedAt` = ? WHERE `ReferralNum` = ?",
			store.Int(rev), store.Text(string(after)), store.Text(tx.At.String()), store.Int(r.Num)); err != nil {
			return err
		}
		if err := tx.Send("UPDATE `referral` SET `PatientFirst` = ?, `PatientLast` = ?, `PatientFold` = ?, `ReferrerName` = ? WHERE `ReferralNum` = ?",
			store.Text(cut(first, maxString)), store.Text(cut(last, maxString)), store.Text(nameKey(cut(first, maxString), cut(last, maxString), r.BirthDate)),
			store.Text(cut(f.Answers[form.Referrer].Text, maxString)), store.Int(r.Num)); err != nil {
			return err
		}
		return tx.Note(audit.Update, "referralanswers", r.Num, "")
	})
	return rev, err
}

// cut shortens a text that may be anything as yet to what its column holds.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}
