// Package referraltest gives tests a desk over a real hub, with accounts, and fills in and submits its forms. It is
// not part of the program.
package referraltest

import (
	"bytes"
	"path"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// Fixture is a desk and what is under it.
type Fixture struct {
	Desk  *referral.Desk
	Hub   *record.Book
	Shelf *document.Shelf

	mu  sync.Mutex
	now time.Time
}

// Begin is when a fixture's clock stands at first.
var Begin = time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)

// Secret is what the fixtures seal with.
const Secret = "seals nothing but what tests make up"

// New makes a desk on the engine that the run is for. Options that are not given have what a test can work with.
func New(t testing.TB, options referral.Options) *Fixture {
	t.Helper()
	f := &Fixture{now: Begin}
	f.Hub = &record.Book{DB: testdb.Open(t, f.Now, store.HubMigrations()), Clock: f.Now}
	bodies, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	room := document.NewRoom(bodies, document.Options{})
	t.Cleanup(room.Close)
	f.Shelf = room.Shelf("hub", f.Hub.DB, f.Now, func() (func(), error) { return func() {}, nil })
	f.Desk = f.Another(t, options)
	return f
}

// Another is a second desk over the same hub, as another process has one.
func (f *Fixture) Another(t testing.TB, options referral.Options) *referral.Desk {
	t.Helper()
	forms, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if options.BaseURL == "" {
		options.BaseURL = "https://refer.example.org"
	}
	if options.Sealer == nil {
		options.Sealer = func() (*seal.Sealer, error) { return seal.New(Secret) }
	}
	if options.Webhooks, err = document.ParseEgress(document.AnyHost); err != nil {
		t.Fatal(err)
	}
	return referral.New(f.Hub, forms, f.Shelf, options)
}

// Now is the fixture's clock.
func (f *Fixture) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Pass lets time go by.
func (f *Fixture) Pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Practice adds a practice to the hub; a prefix "" is left to the desk.
func (f *Fixture) Practice(t testing.TB, name, prefix string) (num int64) {
	t.Helper()
	err := f.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) (err error) {
		num, err = tx.Exec("INSERT INTO `practice` (`Name`, `NameFold`, `DatabaseName`, `CreatedAt`, `UrnPrefix`, `Address`, `Phone`, `Email`) VALUES (?, ?, ?, ?, ?, '1 Mill Lane, Leeds', '0113 496 0000', 'desk@practice.example')",
			store.Text(name), store.Text(dental.Fold(name)), store.Text(name), store.Text(tx.At.String()), store.Text(prefix))
		if err == nil && prefix != "" {
			err = tx.Send("INSERT INTO `urncounter` (`Prefix`, `PracticeNum`, `LastNumber`) VALUES (?, ?, 0)", store.Text(prefix), store.Int(num))
		}
		if err != nil {
			return err
		}
		return tx.Note(audit.Create, "practice", num, "")
	})
	if err == nil {
		_, err = Enter(t.Context(), f.Hub, directory.Organisation{Num: num, Name: name, Address: "1 Mill Lane, Leeds", Phone: "0113 496 0000", IsReferring: true, IsTreating: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	return num
}

// Caller makes a key for a practice, and is who comes with it. A key "" is made up; no forms are all.
func (f *Fixture) Caller(t testing.TB, practice int64, key string, forms ...string) *referral.Caller {
	t.Helper()
	_, key, err := f.Desk.CreateKey(t.Context(), audit.Operator, practice, key, forms)
	if err != nil {
		t.Fatal(err)
	}
	caller, err := f.Desk.Authenticate(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return caller
}

// Complete answers a form so that it can be submitted, with files where it wants them.
func (f *Fixture) Complete(t testing.TB, caller *referral.Caller, urn string) {
	t.Helper()
	filled, err := f.Desk.Form(t.Context(), caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := formtest.Complete(filled.Type, f.Desk.Today(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range filled.Type.Fields() {
		value := answers[field.ID]
		if field.Kind != form.Files || value.IsEmpty() {
			continue
		}
		for i := range value.Files {
			name := "sample.jpg"
			if field.FileKind == form.OtherFile {
				name = "sample.pdf"
			}
			file, err := f.Desk.AddFormFile(t.Context(), caller, urn, referral.NewFile{Name: name, Kind: field.FileKind, TakenOn: f.Desk.Today().String()},
				bytes.NewReader(Sample(path.Ext(name))))
			if err != nil {
				t.Fatal(err)
			}
			value.Files[i].ID = file.ID()
		}
		answers[field.ID] = value
	}
	// What the call gave stays, but for the day of birth: the samples are of the age that the form is for.
	for _, id := range []string{form.FirstName, form.LastName, form.Referrer} {
		if given := filled.Answers[id]; !given.IsEmpty() {
			answers[id] = given
		}
	}
	keep := func() {
		if _, err := f.Desk.Keep(t.Context(), caller, urn, filled.Rev, answers); err != nil {
			t.Fatal(err)
		}
		if filled, err = f.Desk.Form(t.Context(), caller, urn); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	// What the files that were there already ask for.
	clear(answers)
	for _, wrong := range form.Check(filled.Type, filled.Answers, f.Desk.Today()) {
		if field, ok := filled.Type.Field(wrong.Field); ok && field.Kind != form.Files {
			answers[field.ID] = formtest.Sample(filled.Type, field, f.Desk.Today())
		}
	}
	keep()
}

// Submit completes a form and submits it.
func (f *Fixture) Submit(t testing.TB, caller *referral.Caller, urn string) referral.Submitted {
	t.Helper()
	f.Complete(t, caller, urn)
	submitted, err := f.Desk.Submit(t.Context(), caller, urn, true)
	if err != nil {
		t.Fatal(err)
	}
	return submitted
}

// Ready gives a submitted referral small PDFs of the kinds.
func (f *Fixture) Ready(t testing.TB, submitted referral.Submitted, formType string, kinds ...string) {
	t.Helper()
	var made []referral.NewAttachment
	for _, kind := range kinds {
		name := submitted.URN + "_" + formType + ".pdf"
		if kind == referral.AttachmentHistory {
			name = submitted.URN + "_MH.pdf"
		}
		made = append(made, referral.NewAttachment{Kind: kind, FileName: name, Body: bytes.NewReader(Sample(".pdf"))})
	}
	if err := f.Desk.FilesReady(t.Context(), submitted.Num, submitted.Version, made); err != nil {
		t.Fatal(err)
	}
}

// Sample is a small file of a kind, by its extension.
func Sample(extension string) []byte { return sandbox.SampleFile(extension, "a sample") }

// Given are the parameters of the documents' example, and others: name, value, name, value.
func Given(more ...string) referral.Prefill {
	given := map[string]string{"form_type": "AdultRestorativeForm", "patient_title": "Mr", "patient_first_name": "John", "patient_last_name": "Doe",
		"patient_identifier": "1", "patient_dob": "10/10/2010"}
	for i := 0; i+1 < len(more); i += 2 {
		given[more[i]] = more[i+1]
	}
	return referral.Prefill{Given: given}
}
