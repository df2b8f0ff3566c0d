package apitest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

// What is done to a referral on its way, in words that are said nowhere else.
var facts = said{
	"provider": "St Clements Quayside", "clinician": "Mr E Quillon", "tier": "3b", "list": "Quillfen List",
	"reason of a request": "no_radiograph", "text of a request": "Please send the quillfilm", "reason of a rejection": "poor_radiograph", "reason of a withdrawal": "out_of_area",
	"time of the appointment": "10:17", "review by": "2027-03-31", "outcome": "Treatment complete", "day of the discharge": "2027-04-15",
	"summary": "The quillroot is out", "actions": "Rinse with quillwater", "message": "Will the quillman come", "internal note": "Beware of the quilldog",
}

// journey is one dialect's way in, and the life of what came in by it.
type journey struct {
	*edges
	*reading
	table   map[string][]string // the states of docs/loss-table.md
	visited map[string]bool
	send    func(said)
	given   said
}

// begin sends the referral again, as another one.
func (j *journey) begin() {
	j.t.Helper()
	j.urn, j.request, j.attach = "", "", ""
	j.pass(time.Minute)
	j.send(j.given)
	if j.attach != "" { // the chart's attachment is carried to the hub first
		if err := j.carrier.Once(j.t.Context()); err != nil {
			j.t.Fatal(err)
		}
	}
	if j.urn == "" {
		var batch struct {
			Data []struct {
				URN string `json:"referral_urn"`
			} `json:"referral_data"`
		}
		if err := json.Unmarshal(j.ask(j.from.forms, http.MethodGet, "/react4r/v2/batch_referral_status?count=1", ""), &batch); err != nil || len(batch.Data) != 1 {
			j.t.Fatalf("the practice's list: %+v, %v", batch, err)
		}
		j.urn = batch.Data[0].URN
	}
	j.look()
}

// move makes a move, and looks at the referral through every edge.
func (j *journey) move(role lifecycle.Role, e lifecycle.Event) {
	j.t.Helper()
	j.step(role, e)
	j.look()
}

// look holds what every edge says to the line of the state.
func (j *journey) look() {
	j.t.Helper()
	life, err := j.desk.Life(j.t.Context(), j.urn)
	if err != nil {
		j.t.Fatal(err)
	}
	name := string(life.State)
	switch {
	case life.State == lifecycle.Discharged:
		name += ": " + string(life.Outcome)
	case life.State == lifecycle.Withdrawn && life.Was:
		name += " after acceptance"
	}
	row := j.table[name]
	if len(row) != 3 {
		j.t.Fatalf("the table has no line for %s", name)
	}
	j.visited[name] = true
	j.read(j.reading)
	if j.attach != "" {
		if got := j.refToStatus["referrer"]; got != row[0] {
			j.t.Errorf("%s: the referrer's chart says %q, want %q", name, got, row[0])
		}
	}
	switch {
	case len(life.Allocations) == 0 && life.State.Closed(), len(life.Allocations) == 0 && row[0] != "-":
		// not sent yet: no provider's chart has it, whatever it would say there
	case len(life.Allocations) == 0:
		if j.attach != "" {
			j.t.Errorf("%s: a chart has it", name)
		}
	case j.refToStatus["provider"] != row[0]:
		j.t.Errorf("%s: the provider's chart says %q, want %q", name, j.refToStatus["provider"], row[0])
	}
	if beginning, open := strings.CutSuffix(row[1], "…"); j.status != row[1] && !(open && strings.HasPrefix(j.status, beginning) && len(j.status) > len(beginning)) {
		j.t.Errorf("%s: V2 says %q, want %q", name, j.status, row[1])
	}
	if j.request != "" && j.record != row[2] {
		j.t.Errorf("%s: Salesforce says %q, want %q", name, j.record, row[2])
	}
}

func (j *journey) toProvider() lifecycle.Data {
	return lifecycle.Data{Provider: int64(j.to.Num), Name: facts["provider"], Clinician: facts["clinician"]}
}

// triaged brings a referral that has just come in before the triagers.
func (j *journey) triaged() {
	j.t.Helper()
	j.begin()
	if life, err := j.desk.Life(j.t.Context(), j.urn); err != nil {
		j.t.Fatal(err)
	} else if life.State == lifecycle.Sent { // of a chart it goes straight to whom it names
		j.move(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Return, Reason: lifecycle.Other, Public: "Not ours"})
		return
	}
	j.pass(16 * time.Minute)
	j.move(lifecycle.System, lifecycle.Event{Move: lifecycle.Queue})
}

func (j *journey) sent() {
	j.t.Helper()
	j.triaged()
	j.move(lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: j.toProvider()})
}

func (j *journey) booked() {
	j.t.Helper()
	j.sent()
	j.move(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	j.move(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: dental.DateTimeOf(j.clock()).AddSeconds(3600)}})
}

// live is a whole life, and then each of the other ends.
func (j *journey) live() {
	j.t.Helper()
	event := func(move lifecycle.Move, data lifecycle.Data) lifecycle.Event {
		return lifecycle.Event{Move: move, Data: data}
	}
	day := func(text string) dental.DateTime {
		at, err := dental.ParseDateTime(text + " " + facts["time of the appointment"] + ":00")
		if err != nil {
			j.t.Fatal(err)
		}
		return at
	}
	until := func(year int, month time.Month, day int) {
		j.pass(time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Sub(j.clock()))
	}
	reviewBy, err := dental.ParseDate(facts["review by"])
	if err != nil {
		j.t.Fatal(err)
	}
	j.triaged()
	j.move(lifecycle.Triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.Reason(facts["reason of a request"]), Public: facts["text of a request"], Internal: facts["internal note"]})
	j.move(lifecycle.Referrer, event(lifecycle.Answer, lifecycle.Data{Version: 2}))
	j.move(lifecycle.Triager, event(lifecycle.PutOnList, lifecycle.Data{List: referraltest.List(j.t, j.practices.Hub, facts["list"]), Name: facts["list"], Tier: facts["tier"]}))
	j.move(lifecycle.Administrator, event(lifecycle.TakeOffList, j.toProvider()))
	j.move(lifecycle.Provider, event(lifecycle.Receive, lifecycle.Data{}))
	j.move(lifecycle.Provider, event(lifecycle.Accept, lifecycle.Data{}))
	j.move(lifecycle.Provider, event(lifecycle.Contact, lifecycle.Data{}))
	j.move(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Message, Public: facts["message"], Internal: facts["internal note"]})
	j.move(lifecycle.Provider, event(lifecycle.Book, lifecycle.Data{When: day("2026-12-09")}))
	j.move(lifecycle.Provider, event(lifecycle.Unbook, lifecycle.Data{}))
	j.move(lifecycle.Provider, event(lifecycle.Book, lifecycle.Data{When: day("2026-12-16")}))
	until(2026, 12, 16)
	j.move(lifecycle.Provider, event(lifecycle.Assess, lifecycle.Data{}))
	j.move(lifecycle.Provider, event(lifecycle.Treat, lifecycle.Data{}))
	j.move(lifecycle.Provider, event(lifecycle.Review, lifecycle.Data{ReviewBy: reviewBy}))
	j.move(lifecycle.Provider, event(lifecycle.BookReview, lifecycle.Data{When: day("2027-04-15")}))
	until(2027, 4, 15)
	j.move(lifecycle.Provider, event(lifecycle.Assess, lifecycle.Data{}))
	j.move(lifecycle.Provider, event(lifecycle.Discharge, lifecycle.Data{Outcome: lifecycle.Outcome(facts["outcome"]), Summary: facts["summary"], Actions: facts["actions"]}))

	for _, outcome := range []lifecycle.Outcome{lifecycle.PatientDeclined, lifecycle.NotSuitable, lifecycle.AdviceGiven} {
		j.booked()
		j.move(lifecycle.Provider, event(lifecycle.EndEarly, lifecycle.Data{Outcome: outcome}))
	}
	j.booked()
	j.move(lifecycle.Provider, event(lifecycle.NotAttended, lifecycle.Data{Outcome: lifecycle.DidNotAttend}))
	j.booked()
	j.pass(2 * time.Hour)
	j.move(lifecycle.Provider, event(lifecycle.Assess, lifecycle.Data{}))
	j.move(lifecycle.Provider, event(lifecycle.Discharge, lifecycle.Data{Outcome: lifecycle.AssessmentOnly, Summary: "A plan"}))
	j.booked()
	j.move(lifecycle.Administrator, lifecycle.Event{Move: lifecycle.Withdraw, Reason: lifecycle.Reason(facts["reason of a withdrawal"])})
	j.sent()
	j.move(lifecycle.Administrator, lifecycle.Event{Move: lifecycle.Withdraw, Reason: lifecycle.Reason(facts["reason of a withdrawal"])})
	j.sent()
	j.move(lifecycle.Provider, lifecycle.Event{Move: lifecycle.Decline, Reason: lifecycle.Reason(facts["reason of a rejection"])})
	j.triaged()
	j.move(lifecycle.Triager, lifecycle.Event{Move: lifecycle.RejectAtTriage, Reason: lifecycle.Reason(facts["reason of a rejection"])})
	j.sent()
	j.move(lifecycle.Administrator, lifecycle.Event{Move: lifecycle.EnterInError, Reason: lifecycle.Duplicate, Data: lifecycle.Data{Confirmed: true}})
}

// lapse lets a form that was not submitted expire.
func (j *journey) lapse() {
	j.t.Helper()
	j.look()
	j.pass(31 * 24 * time.Hour)
	if _, err := j.desk.Tidy(j.t.Context()); err != nil {
		j.t.Fatal(err)
	}
	j.look()
}

func newJourney(t *testing.T, table map[string]map[string][]string) *journey {
	return &journey{edges: newEdges(t), reading: newReading(), table: table["The state at each step"], visited: make(map[string]bool)}
}

// requests counts what an organisation's own query finds by a referral's URN.
func (j *journey) requests() float64 {
	j.t.Helper()
	sql := "SELECT Id FROM ClinicalServiceRequest WHERE SourceSystemIdentifier = '" + j.urn + "'"
	answer := j.do(j.token(), http.MethodGet, "/services/data/v66.0/query?q="+url.QueryEscape(sql), "")
	return answer["totalSize"].(float64)
}

func checkNoRecord(t *testing.T, table map[string]map[string][]string, section string, j *journey) {
	t.Helper()
	if row := table[section]["every field"]; len(table[section]) != 1 || len(row) != 3 || row[0] != "lost" || row[1] != "no record" {
		t.Errorf("%s: %v, want one line for every field", section, table[section])
	}
	if found := j.requests(); found != 0 {
		t.Errorf("%s: there are %v records", section, found)
	}
}

func checkVisited(t *testing.T, j *journey, but ...string) {
	t.Helper()
	for name := range j.table {
		if j.visited[name] == slices.Contains(but, name) {
			t.Errorf("whether a referral that came this way was %s: %v", name, j.visited[name])
		}
	}
}

func TestTheLossTableIsTrueOfWhatComesByOpenDental(t *testing.T) {
	t.Parallel()
	table := lossTable(t)
	j := newJourney(t, table)
	book, release, err := j.practices.Lease(t.Context(), j.from.Num)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if err := book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		if err := tx.Send("UPDATE `provider` SET `FName` = 'Petra', `LName` = 'Quill' WHERE `ProvNum` = 1"); err != nil {
			return err
		}
		return tx.Note(audit.Update, "provider", 1, "LName")
	}); err != nil {
		t.Fatal(err)
	}
	j.given = said{
		"patients.LName": "Quillmark", "patients.FName": "Jovanka", "patients.Birthdate": "1981-02-03", "patients.WirelessPhone": "5035550101", "patients.Email": "jq@quill.example",
		"patients.Address": "7 Quill Street", "patients.City": "Quillborough", "patients.HmPhone": "5035550202",
		"refattaches.Note": "Lower left quilltooth", "refattaches.RefDate": "2026-10-29", "refattaches.ProvNum": "1", "refattaches.IsTransitionOfCare": "true",
	}
	j.send = j.sendChart
	j.live()
	checkVisited(t, j, "prepared", "draft", "expired", "submitted")
	j.given["refattaches.ReferralType"], j.given["refattaches.ReferralNum"] = "RefTo", j.source
	checkSection(t, "Open Dental to the provider's chart", table["Open Dental to the provider's chart"], j.given, map[string]string{
		"refattaches.RefDate": "2026-11-02", "refattaches.ReferralType": "RefFrom", "refattaches.ReferralNum": "Mill Lane Dental",
	}, j.provider)
	checkSection(t, "Open Dental to Dental Referrals V2", table["Open Dental to Dental Referrals V2"], j.given, map[string]string{
		"refattaches.ReferralNum": "Sent to: St Clements Dental Suite", "refattaches.ProvNum": "Petra Quill",
	}, j.v2)
	checkNoRecord(t, table, "Open Dental to Salesforce", j)
	checkSection(t, "What is done here, to the referrer's chart", table["What is done here, to the referrer's chart"], facts, map[string]string{
		"reason of a request": "A radiograph is missing", "reason of a rejection": "The radiograph cannot be read", "reason of a withdrawal": "The patient lives outside the area",
	}, j.referrer)
}

func TestTheLossTableIsTrueOfWhatComesByV2(t *testing.T) {
	t.Parallel()
	table := lossTable(t)
	j := newJourney(t, table)
	j.given = said{
		"patient_title": "Mrs", "patient_first_name": "Jovanka", "patient_last_name": "Quillmark", "patient_dob": "03/02/1981", "patient_phone_number": "07700 900111",
		"patient_mobile_tel": "07700 900222", "patient_home_tel": "07700 900333", "patient_email": "jq@quill.example", "patient_address_line_1": "7 Quill Street",
		"patient_town": "Quillborough", "patient_postcode": "LS1 4DY", "nhs_number": "9434765919", "gender": "F", "patient_gp_name": "Dr Quillard",
		"medical_history_text": "Allergic to quills", "referrer_name": "Petra Quill", "referrer_gdc": "271828", "urgent": "1", "patient_identifier": "quill-4711", "file": "quillfilm.jpg",
	}
	j.send = j.sendForm
	j.live()
	prepared := j.do(j.from.forms, http.MethodPost, "/react4r/v2/prepare_form", "form_type=AdultRestorativeForm&patient_dob=03/02/1981&patient_first_name=A&patient_last_name=B&patient_title=Mr")
	j.urn = text(prepared["urn"])
	j.lapse()
	draft := j.do(j.from.forms, http.MethodPost, "/react4r/v2/save_draft", "form_type=AdultRestorativeForm&patient_dob=03/02/1981&patient_first_name=A&patient_last_name=B&patient_title=Mr")
	j.urn = text(draft["urn"])
	j.lapse()
	checkVisited(t, j)
	checkSection(t, "Dental Referrals V2 to the provider's chart", table["Dental Referrals V2 to the provider's chart"], j.given, map[string]string{
		"patient_dob": "1981-02-03", "urgent": "Urgent referral received", "gender": "Unknown", "file": "quillfilm.jpg, sent with the referral MLD",
	}, j.provider)
	checkNoRecord(t, table, "Dental Referrals V2 to Salesforce", j)
	checkSection(t, "What is done here, to Dental Referrals V2", table["What is done here, to Dental Referrals V2"], facts, map[string]string{
		"reason of a rejection": "Rejected: The radiograph cannot be read",
	}, j.v2)
	if len(j.referrer) != 0 || len(j.list(j.from.chart, "/api/v1/refattaches")) != 0 {
		t.Error("the referrer's chart has an attachment that nobody made there")
	}
}

func TestTheLossTableIsTrueOfWhatComesFromSalesforce(t *testing.T) {
	t.Parallel()
	table := lossTable(t)
	j := newJourney(t, table)
	j.given = said{
		"patient.FirstName": "Jovanka", "patient.LastName": "Quillmark", "patient.PersonBirthdate": "1981-02-03", "patient.Phone": "801 555 0101", "patient.PersonMobilePhone": "801 555 0202",
		"patient.PersonEmail": "jq@quill.example", "patient.PersonMailingStreet": "7 Quill Street", "patient.PersonMailingCity": "Quillborough", "requester.Name": "Petra Quill",
		"performers.Name": "Quill Oral Surgery", "referral.Priority": "Urgent", "referral.Type": "Original-Order", "referral.PatientInstruction": "Bring the quills",
		"referral.SourceSystemIdentifier": "quill-4711", "referralNotes": "Swollen since quillday", "referralDetails.Name": "Impacted quilltooth",
	}
	j.send = func(g said) {
		active := said{"referral.Status": "Active"}
		for name, value := range g {
			active[name] = value
		}
		j.sendRequest(active)
	}
	j.live()
	for _, name := range []string{"patient.FirstName", "patient.PersonBirthdate"} {
		if j.salesforce.anywhere(j.given[name]) {
			t.Errorf("a request says the patient's %s", name)
		}
	}
	j.urn, j.request = "", ""
	j.sendRequest(said{"patient.LastName": "Quillmark", "requester.Name": "A", "performers.Name": "B", "referral.Status": "Draft", "referralDetails.Name": "C"})
	if err := j.practices.Hub.DB.Read(context.WithoutCancel(t.Context()), lastURN(&j.urn)); err != nil {
		t.Fatal(err)
	}
	j.lapse()
	checkVisited(t, j, "prepared")
	checkSection(t, "Salesforce to the provider's chart", table["Salesforce to the provider's chart"], j.given, map[string]string{
		"referral.Priority": "Urgent referral received", "referral.PatientInstruction": "For the patient: Bring the quills",
		"referralNotes": "Bring the quills\nSwollen since quillday", "referralDetails.Name": "Reason: Impacted quilltooth",
	}, j.provider)
	checkSection(t, "Salesforce to Dental Referrals V2", table["Salesforce to Dental Referrals V2"], j.given, nil, j.v2)
	checkSection(t, "What is done here, to Salesforce", table["What is done here, to Salesforce"], facts, map[string]string{"outcome": "Completed"}, j.salesforce)
	if len(j.referrer) != 0 {
		t.Error("the referrer's chart has an attachment that nobody made there")
	}
}
