package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// takeIn is a referral that another system sends.
func takeIn(t *testing.T, hub *record.Book, desk *referral.Desk, caller *referral.Caller, state lifecycle.State) (urn string) {
	t.Helper()
	return takeInAs(t, hub, desk, caller, referral.Intake{
		Origin: "salesforce", State: state, Priority: lifecycle.Urgent, ReferrerName: "County Hospital", Reason: "Impacted tooth", First: "Joe", Last: "Clark",
		Given: map[string]string{"patient_first_name": "Joe", "patient_last_name": "Clark", "note": "A note"},
	})
}

func takeInAs(t *testing.T, hub *record.Book, desk *referral.Desk, caller *referral.Caller, in referral.Intake) (urn string) {
	t.Helper()
	err := hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		if _, err := desk.TakeIn(tx, caller, in); err != nil {
			return err
		}
		rows := tx.Query("SELECT `Urn` FROM `referral` ORDER BY `ReferralNum` DESC LIMIT 1")
		if rows.Next() {
			urn = string(rows.Text(0))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return urn
}

func TestWhatAnotherSystemHasSentIsReadAndItsDraftIsCompletedOnAForm(t *testing.T) {
	house, server := newHouse(t)
	v := newVisitor(t, server)
	link := prepare(t, house, "AdultRestorativeForm")
	if a := v.post("/prepared_forms/show/"+link.UUID, nil); a.status != http.StatusSeeOther {
		t.Fatalf("the link: %d", a.status)
	}
	sent := takeIn(t, house.Practices.Hub, house.Desk, house.Caller, lifecycle.Submitted)
	for _, want := range []string{"Joe Clark", "Impacted tooth", "County Hospital", "Entered on System", "There are no PDFs of it"} {
		if a := v.get("/referrals/" + sent); a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("the page of what was sent is %d and lacks %q", a.status, want)
		}
	}
	if a := v.get("/referrals"); !strings.Contains(a.body, "Impacted tooth") {
		t.Error("the list does not say what it is for")
	}
	for _, c := range []struct {
		role lifecycle.Role
		step lifecycle.Event
		want string
	}{
		{lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}}, "Status: With Triage"},
		{lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: 99, Name: "St Clements Dental Suite"}}, "Status: Sent to: St Clements Dental Suite"},
		{lifecycle.Provider, lifecycle.Event{Move: lifecycle.Decline, Reason: lifecycle.PoorRadiograph}, "Status: Rejected: The radiograph cannot be read"},
	} {
		step(t, house, sent, c.role, c.step)
		v.get("/referrals/"+sent).wants(t, http.StatusOK, c.want)
	}
	draft := takeIn(t, house.Practices.Hub, house.Desk, house.Caller, lifecycle.Draft)
	if a := v.get("/referrals/" + draft); a.status != http.StatusSeeOther || a.header.Get("Location") != "/referrals/"+draft+"/form" {
		t.Errorf("the draft: %d %s", a.status, a.header.Get("Location"))
	}
}

func TestWhoTreatsReadsHowThePatientIsReachedWhereThereIsNoForm(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted(func(in *referral.Intake) {
		in.Says = "Second infection of the lower left wisdom tooth"
		in.Given["patient_phone_number"], in.Given["patient_email"] = "01632 960 001", "joe@clark.example"
		in.Given["patient_address_line_1"], in.Given["patient_postcode"] = "14 Mill Lane", "LS1 4AP"
	})
	wants := []string{"Second infection of the lower left wisdom tooth", "01632 960 001", "joe@clark.example", "14 Mill Lane, LS1 4AP"}
	n.as(n.Triager).get("/referrals/"+urn).wants(t, http.StatusOK, wants...)
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: n.Provider, Name: "St Clements Dental Suite", Tier: "2"}})
	n.as(n.Clinician).get("/referrals/"+urn).wants(t, http.StatusOK, wants...)
	token, err := n.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 0)
	if err != nil {
		t.Fatal(err)
	}
	n.as(n.Clinician).get(referral.AnswerPath+token).wants(t, http.StatusOK, wants...)
	if page := n.as(n.Administrator).get("/referrals/" + urn); strings.Contains(page.body, "960 001") || strings.Contains(page.body, "Second infection") {
		t.Error("an administrator reads it without a reason")
	}
}
