package clerk_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/clerk"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func newClerk(f *referraltest.Fixture, desk *referral.Desk, log io.Writer) *clerk.Clerk {
	return clerk.New(desk, f.Hub, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), 5*time.Millisecond)
}

// begin is a fixture with an account.
func begin(t testing.TB) (*referraltest.Fixture, *referral.Caller) {
	f := referraltest.New(t, referral.Options{})
	return f, f.Caller(t, f.Practice(t, "Bridge Street", "TST"), "")
}

// submit submits a form with the documents' example in it.
func submit(t testing.TB, f *referraltest.Fixture, caller *referral.Caller, more ...string) referral.Submitted {
	t.Helper()
	prepared, err := f.Desk.Prepare(t.Context(), caller, referraltest.Given(append([]string{"form_type", "ChildOralCareForm"}, more...)...))
	if err != nil {
		t.Fatal(err)
	}
	return f.Submit(t, caller, prepared.URN)
}

// pdfText is what poppler reads in a stored document.
func pdfText(t testing.TB, f *referraltest.Fixture, a referral.Attachment) string {
	t.Helper()
	body, err := f.Desk.OpenBody(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func kinds(found []referral.Attachment) string {
	var kinds []string
	for _, a := range found {
		kinds = append(kinds, a.Kind+" "+a.FileName)
	}
	return strings.Join(kinds, ", ")
}

func TestASubmissionGetsItsDocuments(t *testing.T) {
	f, caller := begin(t)
	submitted := submit(t, f, caller)
	if err := newClerk(f, f.Desk, io.Discard).Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := f.Desk.Documents(t.Context(), caller, submitted.URN)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := kinds(found), "form TST0000001_ChildOralCareForm.pdf, mh TST0000001_MH.pdf"; got != want {
		t.Fatalf("%q, want %q", got, want)
	}
	for _, want := range []string{"DOE, John (Mr)", "TST0000001", "Bridge Street", "1 Mill Lane", "0113 496 0000", "Submitted 2 November 2026, 09:30"} {
		if got := pdfText(t, f, found[0]); !strings.Contains(got, want) {
			t.Errorf("%q is not in the referral:\n%s", want, got)
		}
	}
	if got := pdfText(t, f, found[1]); !strings.Contains(got, "Medical history") || !strings.Contains(got, "DOE, John") {
		t.Errorf("the medical history:\n%s", got)
	}
	status, err := f.Desk.Status(t.Context(), caller, submitted.URN)
	if err != nil || len(status.Files) != 2 {
		t.Errorf("%+v, %v", status, err)
	}
	if due, err := f.Desk.DueJobs(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("%v is still owed, %v", due, err)
	}
}

func TestOneFileIsMadeWhereOneWasAskedFor(t *testing.T) {
	f, caller := begin(t)
	submitted := submit(t, f, caller, "medical_forms_as_single_file", "1")
	if err := newClerk(f, f.Desk, io.Discard).Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := f.Desk.Documents(t.Context(), caller, submitted.URN)
	if err != nil || kinds(found) != "single TST0000001_ChildOralCareForm.pdf" {
		t.Fatal(kinds(found), err)
	}
	if got := pdfText(t, f, found[0]); !strings.Contains(got, "Allergies") || !strings.Contains(got, "Before you send") {
		t.Errorf("a part is missing:\n%s", got)
	}
}

func TestASubmissionWakesTheClerk(t *testing.T) {
	f, caller := begin(t)
	c := clerk.New(f.Desk, f.Hub, slog.New(slog.DiscardHandler), time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { c.Run(ctx) })
	defer func() { cancel(); all.Wait() }()
	time.Sleep(20 * time.Millisecond) // it has looked, and waits
	submitted := submit(t, f, caller)
	for end := time.Now().Add(time.Minute); ; time.Sleep(2 * time.Millisecond) {
		if _, err := f.Desk.Document(t.Context(), caller, submitted.URN, referral.AttachmentForm); err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the clerk sleeps")
		}
	}
}

// lose takes the files' bodies away behind the hub's back, and gives them back.
func lose(t testing.TB, f *referraltest.Fixture, caller *referral.Caller, urn string) (restore func()) {
	t.Helper()
	filled, err := f.Desk.Form(t.Context(), caller, urn)
	if err != nil || len(filled.Files) == 0 {
		t.Fatal(filled, err)
	}
	setHash := func(hash document.Hash) {
		err := f.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
			return tx.Send("UPDATE `referralfile` SET `BodyHash` = ? WHERE `FileNum` = ?", store.Text(string(hash)), store.Int(filled.Files[0].Num))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	setHash(document.Hash(strings.Repeat("0", 64)))
	return func() { setHash(filled.Files[0].Hash) }
}

func TestAJobThatFailsIsTriedAgainLaterAndThenSeen(t *testing.T) {
	f, caller := begin(t)
	prepared, err := f.Desk.Prepare(t.Context(), caller, referraltest.Given("form_type", "ChildOralCareForm"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Desk.AddFormFile(t.Context(), caller, prepared.URN, referral.NewFile{Name: "secret-name.jpg", Kind: "radiograph", TakenOn: f.Desk.Today().String()}, bytes.NewReader(referraltest.Sample(".jpg")))
	if err != nil {
		t.Fatal(err)
	}
	f.Complete(t, caller, prepared.URN)
	if _, err := f.Desk.Keep(t.Context(), caller, prepared.URN, 0, form.Answers{"correct_patient": {Text: "yes"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Desk.Submit(t.Context(), caller, prepared.URN, true); err != nil {
		t.Fatal(err)
	}
	restore := lose(t, f, caller, prepared.URN)
	var log bytes.Buffer
	c := newClerk(f, f.Desk, &log)
	waits := []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second}
	for attempt, wait := range waits {
		if err := c.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		stuck, err := f.Desk.StuckJobs(t.Context())
		if isStuck := len(stuck) == 1 && stuck[0].URN == prepared.URN && stuck[0].LastFault != ""; err != nil || isStuck != (attempt+1 >= referral.Stuck) {
			t.Errorf("after %d attempts: %+v, %v", attempt+1, stuck, err)
		}
		f.Pass(wait - time.Millisecond)
		if due, err := f.Desk.DueJobs(t.Context(), 1); err != nil || len(due) != 0 {
			t.Fatalf("due %v too early: %v", due, err)
		}
		f.Pass(time.Millisecond)
	}
	if strings.Contains(log.String(), "secret-name") || !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("the log says: %s", log.String())
	}
	restore()
	if err := c.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Desk.Document(t.Context(), caller, prepared.URN, referral.AttachmentForm); err != nil {
		t.Error(err)
	}
	if stuck, err := f.Desk.StuckJobs(t.Context()); err != nil || len(stuck) != 0 {
		t.Errorf("%+v, %v", stuck, err)
	}
}

func TestTwoClerksMakeEachDocumentOnce(t *testing.T) {
	f, caller := begin(t)
	var submitted []referral.Submitted
	for range 6 {
		submitted = append(submitted, submit(t, f, caller))
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	drawn := 0
	for range 3 {
		c := newClerk(f, f.Another(t, referral.Options{}), io.Discard)
		c.OnStep(func(step string) {
			if step == "drawn" {
				mu.Lock()
				defer mu.Unlock()
				drawn++
			}
		})
		all.Go(func() {
			for {
				due, err := f.Desk.DueJobs(context.Background(), 1)
				if err != nil || len(due) == 0 {
					return
				}
				if err := c.Work(context.Background()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if drawn != len(submitted) {
		t.Errorf("%d documents were drawn for %d submissions", drawn, len(submitted))
	}
	for _, s := range submitted {
		if found, err := f.Desk.Documents(t.Context(), caller, s.URN); err != nil || len(found) != 2 {
			t.Errorf("%s: %v, %v", s.URN, kinds(found), err)
		}
	}
}
