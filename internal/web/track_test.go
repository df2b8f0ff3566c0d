package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

func track(urn, day, month, year string) url.Values {
	return url.Values{"urn": {urn}, "day": {day}, "month": {month}, "year": {year}}
}

// step makes a move of a referral as somebody of a role.
func step(t *testing.T, house *webtest.House, urn string, role lifecycle.Role, e lifecycle.Event) {
	t.Helper()
	if e.Data.Provider != 0 {
		referraltest.Provider(t, house.Practices.Hub, e.Data.Provider, e.Data.Name)
	}
	life, err := house.Desk.Life(t.Context(), urn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := house.Desk.Append(t.Context(), referraltest.Actor(house.Caller, role, &life), urn, life.Seq, e); err != nil {
		t.Fatalf("%s: %v", e.Move, err)
	}
}

func TestAPatientSeesWhereTheReferralIsAndNothingElse(t *testing.T) {
	house, server := newHouse(t)
	urn := takeInBorn(t, house, "1980-05-01")
	v := newVisitor(t, server)
	v.get("/track").wants(t, http.StatusOK, "Where is my referral?", "Reference")
	v.post("/track", track(" "+strings.ToLower(urn)+" ", "1", "5", "1980")).wants(t, http.StatusOK, "We received your referral on 2 November 2026", "If you need help")
	v.post("/track", track(urn[:3]+" "+urn[3:7]+" "+urn[7:], "1", "5", "1980")).wants(t, http.StatusOK, "We received your referral on 2 November 2026")
	for _, s := range []struct {
		role lifecycle.Role
		step lifecycle.Event
		want string
	}{
		{lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}}, "It is being assessed"},
		{lifecycle.Triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoRadiograph, Public: "A secret of the mouth", Internal: "A secret of the house"}, "asked your dentist for more information"},
		{lifecycle.Referrer, lifecycle.Event{Move: lifecycle.Answer, Data: lifecycle.Data{Version: 2}}, "It is being assessed"},
		{lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: 99, Name: "St Clements Dental Suite"}}, "was sent to St Clements Dental Suite"},
		{lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept}, "will contact you"},
		{lifecycle.Provider, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: dental.DateTimeOf(house.Now()).AddSeconds(60)}}, "is booked"},
		{lifecycle.Provider, lifecycle.Event{Move: lifecycle.Assess}, "under the care of"},
		{lifecycle.Provider, lifecycle.Event{Move: lifecycle.Discharge, Data: lifecycle.Data{Outcome: lifecycle.TreatmentComplete, Summary: "A secret of the treatment"}}, "was finished on"},
	} {
		step(t, house, urn, s.role, s.step)
		a := v.post("/track", track(urn, "01", "05", "1980"))
		a.wants(t, http.StatusOK, s.want)
		for _, hidden := range []string{"secret", "Clark", "Impacted", "County Hospital", "no_radiograph"} {
			if strings.Contains(a.body, hidden) {
				t.Errorf("after %s the page says %q", s.step.Move, hidden)
			}
		}
	}
	step(t, house, urn, lifecycle.Administrator, lifecycle.Event{Move: lifecycle.EnterInError, Reason: lifecycle.Duplicate, Data: lifecycle.Data{Confirmed: true}})
	v.post("/track", track(urn, "1", "5", "1980")).wants(t, http.StatusNotFound, "There is no referral with this reference")
}

func TestAPatientReadsHowToReachAProviderWhoStandsInTheDirectoryAlone(t *testing.T) {
	n := newNetwork(t)
	born, err := dental.ParseDate("1980-05-01")
	if err != nil {
		t.Fatal(err)
	}
	urn := n.submitted(func(in *referral.Intake) { in.BirthDate = born })
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: n.Provider, Name: "St Clements Dental Suite", Tier: "2"}})
	newVisitor(t, n.server).post("/track", track(urn, "1", "5", "1980")).wants(t, http.StatusOK, "was sent to St Clements Dental Suite", "01632 960077")
}

func TestAWrongReferenceAndAWrongDateOfBirthAreAnsweredAlike(t *testing.T) {
	house, server := newHouse(t)
	urn := takeInBorn(t, house, "1980-05-01")
	v := newVisitor(t, server)
	wrongDate := v.post("/track", track(urn, "2", "5", "1980"))
	wrongURN := v.post("/track", track("NOR9999999", "2", "5", "1980"))
	if wrongDate.status != http.StatusNotFound || wrongURN.status != http.StatusNotFound || strings.ReplaceAll(wrongDate.body, urn, "NOR9999999") != wrongURN.body {
		t.Errorf("they differ: %d and %d", wrongDate.status, wrongURN.status)
	}
	v.post("/track", track("short", "31", "2", "1980")).wants(t, http.StatusUnprocessableEntity, "Enter the reference", "Enter the date of birth", "There are 2 things to put right")
}

func TestADateOfBirthCannotBeGuessed(t *testing.T) {
	house, server := newHouse(t)
	urn := takeInBorn(t, house, "1980-05-01")
	v := newVisitor(t, server)
	for day := range 6 {
		if a := v.post("/track", track(urn, string(rune('2'+day)), "5", "1980")); a.status != http.StatusNotFound {
			t.Fatalf("try %d is answered %d", day+1, a.status)
		}
	}
	a := v.post("/track", track(urn, "1", "5", "1980"))
	if a.wants(t, http.StatusTooManyRequests, "Too many tries"); a.header.Get("Retry-After") == "" {
		t.Error("it is not said when to try again")
	}
	other := takeInBorn(t, house, "1981-05-01")
	for range 20 {
		v.post("/track", track(other, "1", "5", "1981")).wants(t, http.StatusOK, "Your referral")
	}
}

// takeInBorn is a submitted referral of a patient with a date of birth.
func takeInBorn(t *testing.T, house *webtest.House, born string) string {
	t.Helper()
	day, err := dental.ParseDate(born)
	if err != nil {
		t.Fatal(err)
	}
	return takeInAs(t, house.Practices.Hub, house.Desk, house.Caller, referral.Intake{
		Origin: "salesforce", State: lifecycle.Submitted, Priority: lifecycle.Routine, ReferrerName: "County Hospital", Reason: "Impacted tooth", First: "Joe", Last: "Clark", BirthDate: day,
	})
}
