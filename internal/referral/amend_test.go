package referral_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

// askedFor is a referral about which a triager has asked for more.
func askedFor(t *testing.T) *people {
	t.Helper()
	p := newPeople(t)
	p.does(p.triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoRadiograph, Public: "Please send a radiograph of the lower left."})
	return p
}

func (p *people) adds(name string) referral.File {
	p.t.Helper()
	file, err := p.Desk.AddFormFile(p.t.Context(), p.referrer, p.urn, referral.NewFile{Name: name, Kind: "radiograph", TakenOn: p.Desk.Today().String()}, bytes.NewReader(referraltest.Sample(".jpg")))
	if err != nil {
		p.t.Fatal(err)
	}
	return file
}

func named(f *referral.Filled) (names []string) {
	for _, file := range f.Files {
		names = append(names, file.Name)
	}
	return names
}

func TestAnAnswerIsTheNextVersionAndTheOneBeforeStays(t *testing.T) {
	p := askedFor(t)
	working, err := p.Desk.Working(t.Context(), p.referrer, p.urn)
	if err != nil || !working.Amends || !working.IsOpen || working.Answers[form.FirstName].Text == "" {
		t.Fatalf("the working copy is %+v, %v", working, err)
	}
	first := working.Answers[form.FirstName].Text
	if _, err := p.Desk.Keep(t.Context(), p.referrer, p.urn, 0, form.Answers{form.FirstName: form.Value{Text: "Corrected"}}); err != nil {
		t.Fatal(err)
	}
	p.adds("lower-left.jpg")
	if seen := p.opens(p.triager).Filled; seen.Version != 1 || seen.Answers[form.FirstName].Text != first || fmt.Sprint(named(seen)) != "[bitewing.jpg]" {
		t.Errorf("before the answer the triager reads version %d of %q with %v", seen.Version, seen.Answers[form.FirstName].Text, named(seen))
	}
	var faults *fault.Fault
	if _, err := p.Desk.AnswerInfo(t.Context(), p.referrer, p.urn, "Here it is.", false); !errors.As(err, &faults) || faults.Kind != fault.Invalid {
		t.Errorf("without the declaration it is %v", err)
	}
	made, err := p.Desk.AnswerInfo(t.Context(), p.referrer, p.urn, "Here it is.", true)
	if err != nil || made.Version != 2 {
		t.Fatalf("the answer is %+v, %v", made, err)
	}
	found := p.opens(p.triager)
	last := found.Events[len(found.Events)-1]
	if found.State != lifecycle.WithTriage || found.Life.Version != 2 || last.Public != "Here it is." || last.ActorName != "R. Referrer" || found.Filled.Version != 2 ||
		found.Filled.Answers[form.FirstName].Text != "Corrected" || found.PatientFirst != "Corrected" || fmt.Sprint(named(found.Filled)) != "[bitewing.jpg lower-left.jpg]" {
		t.Errorf("after the answer the triager reads %+v with %v; the last step is %+v", found.Filled, named(found.Filled), last)
	}
	before, err := p.Desk.Frozen(t.Context(), found.Num, 1)
	if err != nil || before.Answers[form.FirstName].Text != first || fmt.Sprint(named(before)) != "[bitewing.jpg]" {
		t.Errorf("version 1 is %+v, %v", before, err)
	}
	jobs, err := p.Desk.DueJobs(t.Context(), 10)
	if err != nil || len(jobs) != 1 || jobs[0].Version != 2 {
		t.Errorf("owed are %+v, %v", jobs, err)
	}
	if _, err := p.Desk.AnswerInfo(t.Context(), p.referrer, p.urn, "Once more.", true); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second answer is %v", err)
	}
	if _, err := p.Desk.Keep(t.Context(), p.referrer, p.urn, 0, form.Answers{form.FirstName: form.Value{Text: "Late"}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a change after the answer is %v", err)
	}
	if found.SubmittedAt != before.SubmittedAt {
		t.Errorf("the clock began at %s, and at %s after the answer", before.SubmittedAt, found.SubmittedAt)
	}
}

func TestAnAnswerHasSomethingNew(t *testing.T) {
	p := askedFor(t)
	if _, err := p.Desk.AnswerInfo(t.Context(), p.referrer, p.urn, " ", true); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty answer is %v", err)
	}
	if _, err := p.Desk.AnswerInfo(t.Context(), p.referrer, p.urn, "There is none: the patient is pregnant.", true); err != nil {
		t.Errorf("a text alone is %v", err)
	}
	p.does(p.triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoMedicalHistory, Public: "And the history?"})
	p.adds("history.jpg")
	if made, err := p.Desk.AnswerInfo(t.Context(), p.referrer, p.urn, "", true); err != nil || made.Version != 3 {
		t.Errorf("a file alone is %+v, %v", made, err)
	}
}

func TestWhatWasSentStaysWhenMoreIsAskedFor(t *testing.T) {
	p := askedFor(t)
	sent := p.opens(p.referrer).Filled.Files[0]
	if err := p.Desk.RemoveFile(t.Context(), p.referrer, p.urn, sent.Num); !fault.Is(err, fault.Conflict) {
		t.Errorf("taking a file away that was sent is %v", err)
	}
	added := p.adds("wrong.jpg")
	if err := p.Desk.RemoveFile(t.Context(), p.referrer, p.urn, added.Num); err != nil {
		t.Errorf("taking a file away that was not sent is %v", err)
	}
	if err := p.Desk.Choose(t.Context(), p.referrer, p.urn, "ChildOralCareForm"); !fault.Is(err, fault.Conflict) {
		t.Errorf("another form is %v", err)
	}
	for _, who := range []*referral.Caller{p.triager, p.provider} {
		if _, err := p.Desk.AnswerInfo(t.Context(), who, p.urn, "Mine", true); !fault.Is(err, fault.NotFound) {
			t.Errorf("an answer by a %s is %v", who.Role, err)
		}
	}
}

func TestARequestThatNobodyAnswersEndsInARejection(t *testing.T) {
	p := askedFor(t)
	p.Pass(27 * 24 * time.Hour)
	if _, err := p.Desk.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := p.opens(p.referrer); found.State != lifecycle.InfoRequested {
		t.Errorf("after 27 days it is %s", found.State)
	}
	p.Pass(25 * time.Hour)
	if _, err := p.Desk.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := p.opens(p.referrer); found.State != lifecycle.Rejected {
		t.Errorf("after 28 days it is %s", found.State)
	}
}

func TestARejectedReferralIsResubmittedUnderAURNOfItsOwn(t *testing.T) {
	p := newPeople(t)
	if _, err := p.Desk.Resubmit(t.Context(), p.referrer, p.urn); !fault.Is(err, fault.Conflict) {
		t.Errorf("before it is rejected: %v", err)
	}
	p.does(p.triager, lifecycle.Event{Move: lifecycle.RejectAtTriage, Reason: lifecycle.PoorRadiograph})
	draft, err := p.Desk.Resubmit(t.Context(), p.referrer, p.urn)
	if err != nil || draft == p.urn {
		t.Fatalf("the draft is %q, %v", draft, err)
	}
	if again, err := p.Desk.Resubmit(t.Context(), p.referrer, p.urn); err != nil || again != draft {
		t.Errorf("asked for twice it is %q, %v", again, err)
	}
	old := p.opens(p.referrer)
	if old.State != lifecycle.Rejected || old.Life.ReplacedBy != "" {
		t.Errorf("before it is submitted the old one says %+v", old.Life)
	}
	filled, err := p.Desk.Form(t.Context(), p.referrer, draft)
	if err != nil || filled.Answers[form.LastName].Text != old.Filled.Answers[form.LastName].Text || fmt.Sprint(named(filled)) != "[bitewing.jpg]" || filled.Files[0].Num == old.Filled.Files[0].Num {
		t.Fatalf("the draft has %+v, %v", filled, err)
	}
	files := 0
	for _, field := range filled.Type.Fields() {
		for _, file := range filled.Answers[field.ID].Files {
			if files++; file.ID != filled.Files[0].ID() {
				t.Errorf("the answers name the file %s, and it is %s", file.ID, filled.Files[0].ID())
			}
		}
	}
	if files != 1 {
		t.Errorf("the answers name %d files", files)
	}
	if _, err := p.Desk.Submit(t.Context(), p.referrer, draft, true); err != nil {
		t.Fatal(err)
	}
	first := p.urn
	p.urn = draft
	made := p.opens(p.referrer)
	if made.Replaces != first || made.Life.State != lifecycle.Submitted {
		t.Errorf("the new one is in place of %q", made.Replaces)
	}
	p.urn = first
	if old := p.opens(p.referrer); old.State != lifecycle.Rejected || old.Life.ReplacedBy != draft {
		t.Errorf("the old one is %s, replaced by %q", old.State, old.Life.ReplacedBy)
	}
	if _, err := p.Desk.Resubmit(t.Context(), p.referrer, first); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second resubmission is %v", err)
	}
}
