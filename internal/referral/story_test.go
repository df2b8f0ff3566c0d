package referral_test

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// bed is a fixture with one account, the documents' own.
func bed(t *testing.T, options referral.Options) (*referraltest.Fixture, *referral.Caller) {
	t.Helper()
	f := referraltest.New(t, options)
	return f, f.Caller(t, f.Practice(t, "Test Surgery", "TST"), "42a42a42a42a424a2aa4")
}

func prepare(t *testing.T, f *referraltest.Fixture, caller *referral.Caller, more ...string) referral.Prepared {
	t.Helper()
	made, err := f.Desk.Prepare(t.Context(), caller, referraltest.Given(more...))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func counted(t *testing.T, f *referraltest.Fixture, table string) (count int64) {
	t.Helper()
	err := f.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT COUNT(*) FROM `" + table + "`")
		if rows.Next() {
			count = rows.Int(0)
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func TestEveryFormTypeIsPreparedFilledInSubmittedAndGetsItsFiles(t *testing.T) {
	f, caller := bed(t, referral.Options{Triage: true})
	for _, name := range caller.Account.Forms {
		made := prepare(t, f, caller, "form_type", name, "files_ready_webhook_url", "https://practice.example.org/ready")
		session, urn, err := f.Desk.Enter(t.Context(), made.UUID)
		if err != nil || urn != made.URN {
			t.Fatal(urn, err)
		}
		user, err := f.Desk.Session(t.Context(), session)
		if err != nil {
			t.Fatal(err)
		}
		submitted := f.Submit(t, user, urn)
		frozen, err := f.Desk.Frozen(t.Context(), submitted.Num, 1)
		if err != nil || frozen.Type.Name != name || len(form.Check(frozen.Type, frozen.Answers, f.Desk.Today())) > 0 || frozen.Answers[form.LastName].Text != "Doe" {
			t.Errorf("%s: what is frozen is %+v, %v", name, frozen, err)
		}
		status, err := f.Desk.Status(t.Context(), caller, urn)
		if err != nil || status.Text != "Entered on System" || status.Files != nil || status.Reason != frozen.Type.Reason {
			t.Errorf("%s: after the submission the status is %+v, %v", name, status, err)
		}
		f.Ready(t, submitted, name, referral.AttachmentForm, referral.AttachmentHistory)
		f.Ready(t, submitted, name, referral.AttachmentForm, referral.AttachmentHistory) // the job runs again after a crash
		status, err = f.Desk.Status(t.Context(), caller, urn)
		if want := []string{"https://refer.example.org/documents/" + urn + ".pdf", "https://refer.example.org/documents/" + urn + "_MH.pdf"}; err != nil || status.Text != "With Triage" || !slices.Equal(status.Files, want) {
			t.Errorf("%s: with its files the status is %+v, %v", name, status, err)
		}
		if deliveries, err := f.Desk.Deliveries(t.Context(), caller, urn); err != nil || len(deliveries) != 1 || deliveries[0].State != referral.DeliveryPending || deliveries[0].Host != "practice.example.org" {
			t.Errorf("%s: the webhooks are %+v, %v", name, deliveries, err)
		}
		events, err := f.Desk.Events(t.Context(), caller, urn)
		var moves []string
		for _, e := range events {
			moves = append(moves, string(e.Move))
		}
		if want := []string{"T01", "T03", "T06"}; err != nil || !slices.Equal(moves, want) {
			t.Errorf("%s: the steps are %v, %v", name, moves, err)
		}
	}
	err := f.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		_, err := audit.Verify(c)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTheWebhookSaysTheURNAndTheAttachmentsOrTheOneFile(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	for single, kinds := range map[string][]string{"0": {referral.AttachmentForm, referral.AttachmentHistory}, "1": {referral.AttachmentSingle}} {
		made := prepare(t, f, caller, "medical_forms_as_single_file", single, "files_ready_webhook_url", "https://practice.example.org/ready")
		submitted := f.Submit(t, caller, made.URN)
		f.Ready(t, submitted, "AdultRestorativeForm", kinds...)
		var body string
		err := f.Hub.DB.Read(t.Context(), func(c store.Conn) error {
			rows := c.Query("SELECT `Body` FROM `webhookdelivery` WHERE `ReferralNum` = ?", store.Int(submitted.Num))
			if rows.Next() {
				body = string(rows.Text(0))
			}
			return rows.Close()
		})
		var told struct {
			URN   string
			Files []string
		}
		if err != nil || json.Unmarshal([]byte(body), &told) != nil || told.URN != made.URN || len(told.Files) != len(kinds) || strings.Count(body, `":`) != 2 {
			t.Fatalf("the body is %s, %v", body, err)
		}
		if !strings.HasPrefix(told.Files[0], "https://refer.example.org/documents/show/attachments/") || !strings.HasSuffix(told.Files[0], "/pdfs/original/"+made.URN+"_AdultRestorativeForm.pdf") {
			t.Errorf("the first file is %s", told.Files[0])
		}
		found, err := f.Desk.Document(t.Context(), caller, made.URN, referral.AttachmentForm)
		if err != nil || found.Kind != kinds[0] {
			t.Errorf("the form's document is %+v, %v", found, err)
		}
	}
}

func TestTwoSubmissionsAtOnceAreOneReferral(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	made := prepare(t, f, caller)
	f.Complete(t, caller, made.URN)
	desks := []*referral.Desk{f.Desk, f.Another(t, referral.Options{})}
	answers := make([]referral.Submitted, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			var err error
			if answers[i], err = desks[i%2].Submit(t.Context(), caller, made.URN, true); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, answer := range answers {
		if answer != answers[0] || answer.URN != made.URN {
			t.Errorf("one is answered %+v, and another %+v", answers[0], answer)
		}
	}
	for table, want := range map[string]int64{"referralversion": 1, "job": 1, "referral": 1, "referralevent": 2} {
		if got := counted(t, f, table); got != want {
			t.Errorf("there are %d rows of %s, want %d", got, table, want)
		}
	}
}

func TestASubmissionIsRefusedWithAllThatIsWrongAndChangesNothing(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	made := prepare(t, f, caller, "patient_dob", "10/10/2012")
	_, err := f.Desk.Submit(t.Context(), caller, made.URN, false)
	named := make(map[string]bool)
	for _, field := range fault.From(err).Fields {
		named[field.Name] = true
	}
	// The patient is too young for the form: that is told at the submission, and not before.
	if !fault.Is(err, fault.Invalid) || !named["declaration"] || !named["teeth_present"] || !named[form.BirthDate] {
		t.Errorf("it is refused with %v", err)
	}
	if got := counted(t, f, "referralversion") + counted(t, f, "job"); got != 0 {
		t.Errorf("%d rows are left", got)
	}
	if status, err := f.Desk.Status(t.Context(), caller, made.URN); err != nil || status.Text != "Not Received" {
		t.Errorf("its status is %+v, %v", status, err)
	}
}

func TestTwoWindowsWithTwoSectionsLoseNothing(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	made := prepare(t, f, caller)
	var wg sync.WaitGroup
	for _, changed := range []form.Answers{{form.LastName: {Text: "Smith"}}, {form.Referrer: {Text: "Jane Doe"}}, {"patient_town": {Text: "Leeds"}}, {"nhs_number": {Text: "half of 943"}}} {
		wg.Go(func() {
			if _, err := f.Desk.Keep(t.Context(), caller, made.URN, 1, changed); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	filled, err := f.Desk.Form(t.Context(), caller, made.URN)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{form.FirstName: "John", form.LastName: "Smith", form.Referrer: "Jane Doe", "patient_town": "Leeds", "nhs_number": "half of 943"} {
		if got := filled.Answers[id].Text; got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if filled.Rev != 5 {
		t.Errorf("it is revision %d", filled.Rev)
	}
	if rev, err := f.Desk.Keep(t.Context(), caller, made.URN, 5, form.Answers{form.LastName: {Text: "Smith"}}); rev != 5 || err != nil {
		t.Errorf("what is typed again makes revision %d, %v", rev, err)
	}
	if _, err := f.Desk.Keep(t.Context(), caller, made.URN, 5, form.Answers{form.LastName: {Text: strings.Repeat("x", 20001)}, "patient_town": {Text: "a\x00b"}}); len(fault.From(err).Fields) != 2 {
		t.Errorf("what is too much is refused with %v", err)
	}
}

func TestALinkOpensItsFormOnceWithinADayAndNeverAfterTheSubmission(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	made := prepare(t, f, caller)
	for range 3 {
		if link, err := f.Desk.Link(t.Context(), made.UUID); err != nil || link != (referral.Link{URN: made.URN, State: lifecycle.Prepared}) {
			t.Fatalf("looked at, the link is %+v, %v", link, err)
		}
	}
	session, _, err := f.Desk.Enter(t.Context(), made.UUID)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Desk.Enter(t.Context(), made.UUID); !fault.Is(err, fault.Gone) {
		t.Errorf("opened twice: %v", err)
	}
	if _, err := f.Desk.Session(t.Context(), session); err != nil {
		t.Error(err)
	}
	f.Pass(24*time.Hour + time.Second)
	if _, err := f.Desk.Session(t.Context(), session); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("after a day the session is %v", err)
	}
	late := prepare(t, f, caller)
	f.Pass(25 * time.Hour)
	if _, _, err := f.Desk.Enter(t.Context(), late.UUID); !fault.Is(err, fault.Gone) {
		t.Errorf("opened after a day: %v", err)
	}
	sent := prepare(t, f, caller)
	f.Submit(t, caller, sent.URN)
	if _, _, err := f.Desk.Enter(t.Context(), sent.UUID); !fault.Is(err, fault.Gone) {
		t.Errorf("opened after the submission: %v", err)
	}
	if link, err := f.Desk.Link(t.Context(), sent.UUID); err != nil || link != (referral.Link{URN: sent.URN, State: lifecycle.Submitted, Used: true}) {
		t.Errorf("looked at after the submission, the link is %+v, %v", link, err)
	}
	for _, unknown := range []string{"", "d090e3dd-614f-47f3-8bc7-e403c1a2936e", made.URN} {
		if _, err := f.Desk.Link(t.Context(), unknown); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link %q: %v", unknown, err)
		}
	}
}

func TestAnAccountLinkOpensTheListAndNoForm(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	token, err := f.Desk.AccountLink(t.Context(), audit.Operator, caller.Account.Practice)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Desk.Enter(t.Context(), token); !fault.Is(err, fault.NotFound) {
		t.Errorf("as a form: %v", err)
	}
	if _, err := f.Desk.EnterAccount(t.Context(), prepare(t, f, caller).UUID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a form's link as an account's: %v", err)
	}
	session, err := f.Desk.EnterAccount(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	user, err := f.Desk.Session(t.Context(), session)
	if err != nil || user.Account.Practice != caller.Account.Practice || user.Account.Name != "Test Surgery" {
		t.Errorf("the session is %+v, %v", user, err)
	}
	if err := f.Desk.Leave(t.Context(), session); err != nil {
		t.Error(err)
	}
	if _, err := f.Desk.Session(t.Context(), session); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("after leaving: %v", err)
	}
}

func TestARevokedKeyAndItsSessionsEnd(t *testing.T) {
	f := referraltest.New(t, referral.Options{})
	practice := f.Practice(t, "Test Surgery", "TST")
	caller := f.Caller(t, practice, "42a42a42a42a424a2aa4")
	session, _, err := f.Desk.Enter(t.Context(), prepare(t, f, caller).UUID)
	if err != nil {
		t.Fatal(err)
	}
	other := f.Another(t, referral.Options{}) // the operator's process
	if err := other.RevokeKey(t.Context(), audit.Operator, caller.KeyNum); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Millisecond)
	if _, err := f.Desk.Authenticate(t.Context(), "42a42a42a42a424a2aa4"); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("the key is answered with %v", err)
	}
	if _, err := f.Desk.Session(t.Context(), session); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("its session is answered with %v", err)
	}
}

func TestAFormThatTheUserChoosesIsFilledFromTheSameCall(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	made := prepare(t, f, caller, "system_type", "SE", "form_type", "")
	filled, err := f.Desk.Form(t.Context(), caller, made.URN)
	if err != nil || filled.Type != nil || filled.SystemType != "SE" {
		t.Fatalf("before the choice it is %+v, %v", filled, err)
	}
	if _, err := f.Desk.Keep(t.Context(), caller, made.URN, 1, form.Answers{form.LastName: {Text: "x"}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("answers before the choice: %v", err)
	}
	if err := f.Desk.Choose(t.Context(), caller, made.URN, "NoSuchForm"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a form that there is not: %v", err)
	}
	if err := f.Desk.Choose(t.Context(), caller, made.URN, "AdultRestorativeForm"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Desk.Keep(t.Context(), caller, made.URN, 2, form.Answers{form.LastName: {Text: "Changed"}}); err != nil {
		t.Fatal(err)
	}
	if err := f.Desk.Choose(t.Context(), caller, made.URN, "ChildOralCareForm"); err != nil {
		t.Fatal(err)
	}
	filled, err = f.Desk.Form(t.Context(), caller, made.URN)
	if err != nil || filled.Type.Name != "ChildOralCareForm" || filled.Answers[form.LastName].Text != "Changed" || filled.Answers[form.FirstName].Text != "John" {
		t.Errorf("after another choice it is %+v, %v", filled, err)
	}
}

func TestFilesOfAnUploadAreInTheFormAndExpireWithItsSubmission(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	upload, err := f.Desk.OpenUpload(t.Context(), caller)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string) error {
		return f.Desk.AddFile(t.Context(), caller, upload, referral.NewFile{Name: name, ContentType: "image/jpg", Kind: "radiograph", TakenOn: "29/01/2016"},
			bytes.NewReader(referraltest.Sample(".jpg")))
	}
	if err := add("before.jpg"); err != nil {
		t.Fatal(err)
	}
	num := itoa(upload)
	made := prepare(t, f, caller, "fileupload_id", num)
	other := prepare(t, f, caller, "fileupload_id", num)
	if err := add("after.jpg"); err != nil {
		t.Fatal(err)
	}
	files := func(urn string) (names []string) {
		filled, err := f.Desk.Form(t.Context(), caller, urn)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range filled.Files {
			names = append(names, file.Name)
		}
		attached := 0
		for _, field := range filled.Type.Fields() {
			attached += len(filled.Answers[field.ID].Files)
		}
		if attached != len(names) {
			t.Errorf("%d files are attached of %d", attached, len(names))
		}
		return names
	}
	if got := files(made.URN); !slices.Equal(got, []string{"before.jpg", "after.jpg"}) {
		t.Errorf("the form has %v", got)
	}
	filled, _ := f.Desk.Form(t.Context(), caller, made.URN)
	if err := f.Desk.RemoveFile(t.Context(), caller, made.URN, filled.Files[0].Num); err != nil {
		t.Fatal(err)
	}
	if got, others := files(made.URN), files(other.URN); len(got) != 1 || len(others) != 2 {
		t.Errorf("after one was removed from one form they have %v and %v", got, others)
	}
	file, body, err := f.Desk.CaseFile(t.Context(), caller, made.URN, filled.Files[1].Num)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(body)
	body.Close()
	if err != nil || !bytes.Equal(content, referraltest.Sample(".jpg")) || file.ContentType != "image/jpeg" || file.TakenOn.String() != "2016-01-29" {
		t.Errorf("it reads as %d bytes, %+v, %v", len(content), file, err)
	}
	var small bytes.Buffer
	if err := f.Desk.Thumbnail(t.Context(), caller, made.URN, filled.Files[1].Num, &small); err != nil || !bytes.HasPrefix(small.Bytes(), []byte("\xff\xd8")) {
		t.Errorf("its small picture: %v", err)
	}
	f.Submit(t, caller, made.URN)
	if err := add("late.jpg"); !fault.Is(err, fault.NotFound) {
		t.Errorf("after the submission: %v", err)
	}
	if _, err := f.Desk.Prepare(t.Context(), caller, referraltest.Given("fileupload_id", num)); !fault.Is(err, fault.NotFound) {
		t.Errorf("named again after the submission: %v", err)
	}
	if got := files(other.URN); len(got) != 2 {
		t.Errorf("the other form has %v", got)
	}
	report, err := f.Shelf.Check(t.Context())
	if err != nil || len(report.Problems) > 0 || report.Files == 0 {
		t.Errorf("the bodies: %+v, %v", report, err)
	}
}

func TestOneAccountNeverLearnsOfAnothers(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	stranger := f.Caller(t, f.Practice(t, "Other Surgery", "OTH"), "")
	upload, err := f.Desk.OpenUpload(t.Context(), caller)
	if err != nil {
		t.Fatal(err)
	}
	made := prepare(t, f, caller, "files_ready_webhook_url", "https://practice.example.org/ready")
	submitted := f.Submit(t, caller, made.URN)
	f.Ready(t, submitted, "AdultRestorativeForm", referral.AttachmentForm)
	attachment, err := f.Desk.Document(t.Context(), caller, made.URN, referral.AttachmentForm)
	if err != nil {
		t.Fatal(err)
	}
	// Each is asked for what is another's, and for what there is not: the answers are the same but for the number.
	ask := func(urn string, upload, num int64, name string) map[string]string {
		ctx := t.Context()
		answers := make(map[string]string)
		note := func(what string, err error) {
			text := "answered"
			if err != nil {
				text = fault.From(err).Kind.String() + " " + fault.From(err).Text
			}
			for _, own := range []string{urn, itoa(upload), itoa(num)} {
				text = strings.ReplaceAll(text, own, "#")
			}
			answers[what] = text
		}
		_, err := f.Desk.Status(ctx, stranger, urn)
		note("status", err)
		_, err = f.Desk.Form(ctx, stranger, urn)
		note("form", err)
		_, err = f.Desk.Keep(ctx, stranger, urn, 1, form.Answers{})
		note("keep", err)
		_, err = f.Desk.Submit(ctx, stranger, urn, true)
		note("submit", err)
		note("choose", f.Desk.Choose(ctx, stranger, urn, "ChildOralCareForm"))
		_, err = f.Desk.Events(ctx, stranger, urn)
		note("events", err)
		_, err = f.Desk.Deliveries(ctx, stranger, urn)
		note("deliveries", err)
		note("resend", f.Desk.Resend(ctx, stranger, num))
		_, err = f.Desk.Documents(ctx, stranger, urn)
		note("documents", err)
		_, err = f.Desk.Document(ctx, stranger, urn, referral.AttachmentForm)
		note("document", err)
		_, err = f.Desk.AttachmentNamed(ctx, stranger, num, name)
		note("attachment", err)
		_, _, err = f.Desk.CaseFile(ctx, stranger, urn, num)
		note("file", err)
		note("remove", f.Desk.RemoveFile(ctx, stranger, urn, num))
		_, err = f.Desk.AddFormFile(ctx, stranger, urn, referral.NewFile{Name: "a.jpg"}, strings.NewReader("x"))
		note("add to the form", err)
		note("add", f.Desk.AddFile(ctx, stranger, upload, referral.NewFile{Name: "a.jpg", ContentType: "image/jpeg"}, strings.NewReader("x")))
		_, err = f.Desk.Prepare(ctx, stranger, referraltest.Given("fileupload_id", itoa(upload)))
		note("prepare", err)
		return answers
	}
	others := ask(made.URN, upload, attachment.Num, attachment.FileName)
	unknown := ask("TST9999999", 424242, 424242, "TST9999999_AdultRestorativeForm.pdf")
	if diff := cmp.Diff(unknown, others); diff != "" {
		t.Errorf("(-unknown, +another's)\n%s", diff)
	}
	for what, answer := range others {
		if !strings.HasPrefix(answer, "not found ") {
			t.Errorf("%s is answered %q", what, answer)
		}
	}
	for name, list := range map[string]func() ([]referral.Status, error){
		"batch":      func() ([]referral.Status, error) { return f.Desk.Batch(t.Context(), stranger, 100) },
		"of patient": func() ([]referral.Status, error) { return f.Desk.OfPatient(t.Context(), stranger, made.PtGuid, 100) },
	} {
		if found, err := list(); err != nil || len(found) != 0 {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	if page, err := f.Desk.List(t.Context(), stranger, referral.ListFilter{}); err != nil || len(page.Lines) != 0 {
		t.Errorf("the list has %v, %v", page, err)
	}
}

func TestStepsAfterTheSubmissionAreTheLifecyclesAndOneAtATime(t *testing.T) {
	f, caller := bed(t, referral.Options{Triage: true})
	made := prepare(t, f, caller)
	submitted := f.Submit(t, caller, made.URN)
	f.Ready(t, submitted, "AdultRestorativeForm", referral.AttachmentForm)
	referraltest.Provider(t, f.Hub, 7, "St Clements Dental Suite")
	referraltest.Provider(t, f.Hub, 8, "Northgate")
	triager := &referral.Caller{Account: &referral.Account{}, Role: lifecycle.Triager, Name: "triager 1", Areas: []int64{1}}
	send := lifecycle.Event{Move: lifecycle.Allocate, Actor: 1, Internal: "for us alone", Data: lifecycle.Data{Provider: 7, Name: "St Clements Dental Suite", Clinician: "Mr E Harunani"}}
	if _, err := f.Desk.Append(t.Context(), triager, made.URN, 2, send); !fault.Is(err, fault.Conflict) {
		t.Errorf("out of an old view: %v", err)
	}
	if _, err := f.Desk.Append(t.Context(), caller, made.URN, 3, send); !fault.Is(err, fault.Conflict) {
		t.Errorf("by the referrer: %v", err)
	}
	if _, err := f.Desk.Append(t.Context(), triager, made.URN, 3, lifecycle.Event{Move: lifecycle.Allocate}); !fault.Is(err, fault.Invalid) {
		t.Errorf("to nobody: %v", err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 6 {
		wg.Go(func() {
			if _, err := f.Desk.Append(t.Context(), triager, made.URN, 3, send); err == nil {
				mu.Lock()
				done++
				mu.Unlock()
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	status, err := f.Desk.Status(t.Context(), caller, made.URN)
	if err != nil || done != 1 || status.Text != "Sent to: St Clements Dental Suite - Mr E Harunani" || counted(t, f, "allocation") != 1 {
		t.Errorf("%d of six were made; the status is %+v, %v", done, status, err)
	}
	events, err := f.Desk.Events(t.Context(), caller, made.URN)
	if err != nil || len(events) != 4 || events[3].Internal != "" || events[3].Allocation != 1 {
		t.Errorf("the referrer sees %+v, %v", events, err)
	}
	life, err := f.Desk.Life(t.Context(), made.URN)
	if err != nil || life.State != lifecycle.Sent || life.Allocation().Provider != 7 {
		t.Errorf("the steps come to %+v, %v", life, err)
	}
	back := lifecycle.Event{Move: lifecycle.Return, Actor: 7, Reason: lifecycle.OutOfArea}
	provider := &referral.Caller{Account: &referral.Account{Practice: 7}, Role: lifecycle.Provider, Name: "provider 7"}
	if _, err := f.Desk.Append(t.Context(), provider, made.URN, 4, back); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Desk.Append(t.Context(), triager, made.URN, 5, lifecycle.Event{Move: lifecycle.Allocate, Actor: 1, Data: lifecycle.Data{Provider: 8, Name: "Northgate"}}); err != nil {
		t.Fatal(err)
	}
	var rows []string
	err = f.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		found := c.Query("SELECT `ProviderName`, `ClosedAs` FROM `allocation` ORDER BY `Ordinal`")
		for found.Next() {
			rows = append(rows, string(found.Text(0))+" "+string(found.Text(1)))
		}
		return found.Close()
	})
	if want := []string{"St Clements Dental Suite returned", "Northgate "}; err != nil || !slices.Equal(rows, want) {
		t.Errorf("the allocations are %q, %v", rows, err)
	}
}

func TestWhatHasLapsedIsEnded(t *testing.T) {
	f, caller := bed(t, referral.Options{Triage: true})
	old := prepare(t, f, caller)
	upload, err := f.Desk.OpenUpload(t.Context(), caller)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Desk.AddFile(t.Context(), caller, upload, referral.NewFile{Name: "a.jpg", ContentType: "image/jpeg"}, bytes.NewReader(referraltest.Sample(".jpg"))); err != nil {
		t.Fatal(err)
	}
	f.Pass(30*24*time.Hour - time.Minute)
	young := prepare(t, f, caller)
	waiting := prepare(t, f, caller)
	f.Submit(t, caller, waiting.URN)
	f.Pass(16 * time.Minute)
	if _, err := f.Desk.Keep(t.Context(), caller, old.URN, 1, form.Answers{}); !fault.Is(err, fault.Gone) {
		t.Errorf("a lapsed form is kept: %v", err)
	}
	if ended, err := f.Desk.Tidy(t.Context()); ended != 3 || err != nil {
		t.Fatalf("%d are ended, %v", ended, err)
	}
	if ended, err := f.Desk.Tidy(t.Context()); ended != 0 || err != nil {
		t.Errorf("then %d are ended, %v", ended, err)
	}
	for urn, want := range map[string]lifecycle.State{old.URN: lifecycle.Expired, young.URN: lifecycle.Prepared, waiting.URN: lifecycle.WithTriage} {
		if life, err := f.Desk.Life(t.Context(), urn); err != nil || life.State != want {
			t.Errorf("%s is %s, %v, want %s", urn, life.State, err, want)
		}
	}
	if err := f.Desk.CheckUpload(t.Context(), caller, upload); !fault.Is(err, fault.NotFound) || counted(t, f, "bodyuse") != 0 {
		t.Errorf("the upload is %v, with %d bodies", err, counted(t, f, "bodyuse"))
	}
}

func TestTheListIsPagedAndSearchedByNameAndURN(t *testing.T) {
	f, caller := bed(t, referral.Options{})
	for i := range 7 {
		made := prepare(t, f, caller, "patient_last_name", []string{"Müller", "O'Brien"}[i%2])
		if i < 5 {
			f.Submit(t, caller, made.URN)
		}
		if i == 2 {
			f.Pass(time.Second)
		}
	}
	var urns []string
	filter := referral.ListFilter{Count: 2}
	for {
		page, err := f.Desk.List(t.Context(), caller, filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Lines {
			urns = append(urns, line.URN)
		}
		if filter.After = page.Next; page.Next == "" {
			break
		}
	}
	if want := []string{"TST0000005", "TST0000004", "TST0000003", "TST0000002", "TST0000001"}; !slices.Equal(urns, want) {
		t.Errorf("the pages have %v", urns)
	}
	for search, want := range map[string]int{"muller": 3, "JOHN mül": 3, "Müller, John": 3, "brien": 2, "0000004": 1, "tst0000004": 1, "TST": 0, "TST000": 5, "tst 0000004": 1, "TST-0000004": 1, "04": 1, "brien 4": 1, "müller 4": 0, "%": 0, "_": 0, "nobody": 0} {
		page, err := f.Desk.List(t.Context(), caller, referral.ListFilter{Search: search})
		if err != nil || len(page.Lines) != want {
			t.Errorf("%q finds %d, %v, want %d", search, len(page.Lines), err, want)
		}
	}
	if page, err := f.Desk.List(t.Context(), caller, referral.ListFilter{Drafts: true}); err != nil || len(page.Lines) != 2 || page.Lines[0].URN != "TST0000007" {
		t.Errorf("the drafts are %+v, %v", page, err)
	}
}
