package clerk_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

// treated is a referral that a provider has seen, and a way to go on with it.
func treated(t *testing.T, f *referraltest.Fixture, caller *referral.Caller) (urn string, step func(lifecycle.Role, lifecycle.Event)) {
	t.Helper()
	urn = submit(t, f, caller).URN
	provider := f.Practice(t, "St Clements Dental Suite", "")
	step = func(role lifecycle.Role, e lifecycle.Event) {
		t.Helper()
		life, err := f.Desk.Life(t.Context(), urn)
		if err == nil {
			_, err = f.Desk.Append(t.Context(), referraltest.Actor(caller, role, &life), urn, life.Seq, e)
		}
		if err != nil {
			t.Fatalf("%s: %v", e.Move, err)
		}
	}
	step(lifecycle.System, lifecycle.Event{Move: lifecycle.AutoRoute, Data: lifecycle.Data{Provider: provider, Name: "St Clements Dental Suite", Clinician: "Mr E Harunani"}})
	return urn, step
}

func letters(t *testing.T, f *referraltest.Fixture, caller *referral.Caller, urn string) (found []referral.Attachment) {
	t.Helper()
	all, err := f.Desk.Documents(t.Context(), caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.IsLetter() {
			found = append(found, a)
		}
	}
	return found
}

func TestAReferralThatEndsGetsALetterForEachOfItsEnds(t *testing.T) {
	f, caller := begin(t)
	c := newClerk(f, f.Desk, io.Discard)
	work := func() {
		t.Helper()
		if err := c.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	urn, step := treated(t, f, caller)
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: dental.DateTimeOf(f.Now()).AddSeconds(3600)}})
	f.Pass(2 * time.Hour)
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Assess})
	work()
	if found := letters(t, f, caller, urn); len(found) != 0 {
		t.Fatalf("before it ends there are %v", kinds(found))
	}
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Discharge, ActorName: "Mr E Harunani", Public: "Thank you for referring", Internal: "A secret of the house",
		Data: lifecycle.Data{Outcome: lifecycle.TreatmentComplete, Summary: "The tooth is out.", Actions: "- Remove the sutures\n\n• Take a radiograph in May"}})
	work()
	found := letters(t, f, caller, urn)
	if len(found) != 1 || found[0].FileName != urn+"_letter.pdf" {
		t.Fatalf("after it has ended there are %v", kinds(found))
	}
	text := strings.Join(strings.Fields(pdfText(t, f, found[0])), " ")
	for _, want := range []string{"Outcome of the referral", "Treatment complete", "1. Remove the sutures", "2. Take a radiograph in May", "The tooth is out.", "Thank you for referring", "St Clements Dental Suite", "Bridge Street", "Mr E Harunani", urn} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "secret") {
		t.Error("the letter says what is internal")
	}
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Reopen, Reason: lifecycle.Other, Public: "The patient is in pain again"})
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Discharge, ActorName: "St Clements Dental Suite", Data: lifecycle.Data{Outcome: lifecycle.AdviceGiven, Summary: "Dry socket, dressed."}})
	work()
	work()
	if found = letters(t, f, caller, urn); len(found) != 2 {
		t.Fatalf("after it has ended twice there are %v", kinds(found))
	}
	latest, err := f.Desk.Document(t.Context(), caller, urn, referral.AttachmentLetter)
	if err != nil || !strings.Contains(pdfText(t, f, latest), "Dry socket") {
		t.Errorf("the latest letter is %+v, %v", latest, err)
	}
	// At its head and at its end, and not twice there where it was written by a link.
	if text := pdfText(t, f, latest); strings.Count(text, "St Clements Dental Suite") != 2 {
		t.Errorf("the letter names who wrote it otherwise than twice:\n%s", text)
	}
}

func TestARejectionIsALetterWithTheReason(t *testing.T) {
	f, caller := begin(t)
	c := newClerk(f, f.Desk, io.Discard)
	urn, step := treated(t, f, caller)
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Contact, Data: lifecycle.Data{Attempts: 2}})
	step(lifecycle.Provider, lifecycle.Event{Move: lifecycle.RejectNoContact})
	if err := c.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	found := letters(t, f, caller, urn)
	if len(found) != 1 {
		t.Fatalf("there are %v", kinds(found))
	}
	text := strings.Join(strings.Fields(pdfText(t, f, found[0])), " ")
	for _, want := range []string{"The referral is returned to you", "The patient could not be reached", "1. Check the telephone number", "Accepted on"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter does not say %q:\n%s", want, text)
		}
	}
}
