package loop

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

// ends lets the provider treat and discharge, with a letter.
func (n *network) ends(urn string) {
	n.t.Helper()
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.EndEarly, Data: lifecycle.Data{Outcome: lifecycle.AdviceGiven, Summary: "Reassured"}})
	n.writes(urn)
}

// writes makes the letter of the last step.
func (n *network) writes(urn string) {
	n.t.Helper()
	life, err := n.desk.Life(n.t.Context(), urn)
	if err != nil {
		n.t.Fatal(err)
	}
	jobs, err := n.desk.DueJobs(n.t.Context(), 100)
	if err != nil {
		n.t.Fatal(err)
	}
	for _, job := range jobs {
		if job.Kind == referral.JobLetter && job.URN == urn && job.Version == life.Seq {
			if err := n.desk.LetterReady(n.t.Context(), job.Referral, job.Version, urn+"_letter.pdf", bytes.NewReader(referraltest.Sample(".pdf"))); err != nil {
				n.t.Fatal(err)
			}
			return
		}
	}
	n.t.Fatalf("no letter is owed: %+v", jobs)
}

func TestALetterIsAmongTheReferringPracticesDocumentsOnce(t *testing.T) {
	n := newNetwork(t)
	_, urn := n.send()
	n.carry()
	n.ends(urn)
	n.carry()
	n.carry()
	const documents = "SELECT `FileName` FROM `document` ORDER BY `DocNum`"
	if got := n.rows(n.from, documents); fmt.Sprint(got) != "["+urn+"_letter.pdf]" {
		t.Fatalf("the chart has the documents %v", got)
	}
	const categories = "SELECT f.`ItemName` FROM `document` AS d JOIN `definition` AS f ON f.`DefNum` = d.`DocCategory` ORDER BY d.`DocNum`"
	if got := n.rows(n.from, categories); fmt.Sprint(got) != "[Letters]" {
		t.Errorf("the letter is kept among %v", got)
	}
	if got := n.rows(n.to, documents); len(got) != 0 {
		t.Errorf("the provider's chart has the documents %v", got)
	}
	n.at(n.from, func(desk od.Desk) error {
		hash := n.rows(n.from, "SELECT `Sha256` FROM `bodyuse`")
		body, err := n.shelf(n.from.Num, desk.Book).Open(t.Context(), document.Hash(hash[0]))
		if err != nil {
			return err
		}
		defer body.Close()
		if content, err := io.ReadAll(body); err != nil || !bytes.Equal(content, referraltest.Sample(".pdf")) {
			t.Errorf("the document has %d bytes, %v", len(content), err)
		}
		return nil
	})
	if status := n.rows(n.from, "SELECT `RefToStatus` FROM `refattach`"); status[0] != fmt.Sprint(int(dental.RefToComplete)) {
		t.Errorf("the attachment says %v", status)
	}
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Reopen, Reason: lifecycle.Other, Public: "Pain again"})
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Discharge, Data: lifecycle.Data{Outcome: lifecycle.TreatmentComplete, Summary: "Done"}})
	n.carry() // the letter comes later than the step
	n.writes(urn)
	n.carry()
	if got := n.rows(n.from, documents); len(got) != 2 || got[0] == got[1] {
		t.Errorf("after the second letter the chart has the documents %v", got)
	}
}

func TestAReferralThatWasSentOnAFormComesIntoTheReferringPracticesChart(t *testing.T) {
	n := newNetwork(t)
	account, err := n.desk.AccountOf(t.Context(), int64(n.from.Num))
	if err != nil {
		t.Fatal(err)
	}
	forms := &referraltest.Fixture{Desk: n.desk, Hub: n.practices.Hub}
	submit := func(more ...string) string {
		t.Helper()
		made, err := n.desk.Prepare(t.Context(), account, referraltest.Given(more...))
		if err != nil {
			t.Fatal(err)
		}
		forms.Submit(t, account, made.URN)
		n.step(made.URN, lifecycle.System, lifecycle.Event{Move: lifecycle.AutoRoute, Data: lifecycle.Data{Provider: int64(n.to.Num), Name: "St Clements Dental Suite"}})
		return made.URN
	}
	unknown := submit()
	filled, err := n.desk.Form(t.Context(), account, unknown)
	if err != nil {
		t.Fatal(err)
	}
	n.carry()
	if got := n.rows(n.from, "SELECT `RefAttachNum` FROM `refattach`"); len(got) != 0 {
		t.Errorf("a form has made the attachments %v for a patient whom the chart does not know", got)
	}
	patient := n.create(n.from, od.Patients, fmt.Sprintf(`{"LName": %q, "FName": %q, "Birthdate": %q}`, filled.Answers["patient_last_name"].Text, filled.Answers["patient_first_name"].Text, filled.Answers["patient_dob"].Text))
	urn := submit()
	n.carry()
	const attachments = "SELECT `PatNum` FROM `refattach` WHERE `RefType` = 0"
	if got := n.rows(n.from, attachments); fmt.Sprint(got) != fmt.Sprint([]int64{patient}) {
		t.Fatalf("the chart has attachments of %v, want one of %d", got, patient)
	}
	if got := n.rows(n.from, "SELECT `Urn` FROM `networkreferral`"); fmt.Sprint(got) != "["+urn+"]" {
		t.Errorf("the chart knows %v, want %s", got, urn)
	}
	n.ends(urn)
	n.carry()
	if got := n.rows(n.from, "SELECT `RefToStatus` FROM `refattach`"); got[0] != fmt.Sprint(int(dental.RefToComplete)) {
		t.Errorf("the attachment says %v", got)
	}
	if got := n.rows(n.from, "SELECT `Description` FROM `document`"); fmt.Sprint(got) != "[Letter on the referral "+urn+"]" {
		t.Errorf("the chart has the documents %v", got)
	}
	if got := n.rows(n.from, attachments); len(got) != 1 {
		t.Errorf("told again, the chart has %d attachments", len(got))
	}
	n.at(n.from, func(desk od.Desk) error {
		var attach int64
		fmt.Sscan(n.rows(n.from, "SELECT `RefAttachNum` FROM `refattach`")[0], &attach)
		return od.RefAttaches.Delete(t.Context(), desk, attach)
	})
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Message, Public: "One thing more"})
	n.carry()
	n.carry()
	if got := n.rows(n.from, attachments); len(got) != 0 {
		t.Errorf("what the practice has removed is there again")
	}
}
