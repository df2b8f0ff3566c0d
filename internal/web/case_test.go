package web_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

func TestThreePeoplePlayTheLoopOnOnePageEach(t *testing.T) {
	n := newNetwork(t)
	referrer, triager, provider := n.as(n.Referrer), n.as(n.Triager), n.as(n.Clinician)
	urn := n.submitted(func(in *referral.Intake) { in.Priority = lifecycle.Urgent })
	at := "/referrals/" + urn
	triager.get(at).wants(t, http.StatusOK, "Referral for Joe Clark", "With triage", "The referral centre, triage (you)", "Send to a provider", "Reject", "Harbour Orthodontics", "is closed for new referrals", "0 of 40 open", "What cannot be done now", "this area needs no second person")
	target := webtest.Target(n.First)
	triager.moves(urn, lifecycle.Allocate, "target", target, "tier", "2", "text", "Please see soon", "internal", "A secret of the centre").leadsTo(t, at+"?done=T11")
	triager.get(at+"?done=T11").wants(t, http.StatusOK, "The referral is sent to the provider.", "The queue is empty", "Sent to St Clements Dental Suite", "A secret of the centre", "Only the referral centre reads these")
	seen := provider.get(at)
	seen.wants(t, http.StatusOK, "St Clements Dental Suite (you)", "Please see soon", "accept, or say why not", "Accept the referral", "The referral centre, Tomas Triager", "Opened")
	if strings.Contains(seen.body, "secret") {
		t.Error("the provider reads the centre's note")
	}
	for _, one := range []struct {
		move lifecycle.Move
		more []string
		says string
	}{
		{lifecycle.Accept, nil, "The next step is to contact the patient"},
		{lifecycle.Contact, []string{"text", "Reached her"}, "The contact is noted"},
		{lifecycle.Book, []string{"day", "2", "month", "11", "year", "2026", "time", "14:30"}, "for 2 November 2026 at 14:30"},
		{lifecycle.Assess, nil, "The assessment is noted"},
		{lifecycle.Treat, nil, "Treatment has begun"},
		{lifecycle.Discharge, []string{"outcome", "Treatment complete", "actions", "Nothing", "summary", "Tooth out"}, "The patient is discharged"},
	} {
		provider.moves(urn, one.move, one.more...).leadsTo(t, at+"?done="+string(one.move))
		provider.get(at+"?done="+string(one.move)).wants(t, http.StatusOK, one.says)
	}
	page := referrer.get(at)
	page.wants(t, http.StatusOK, "Finished", "treatment complete", "Reached her", "Petra Provider", "<strong>Discharged: Treatment complete</strong>", "What the referrer has to do: Nothing\nTooth out")
	page.wants(t, http.StatusOK, `<strong>What there is to do for you</strong></p><p class="typed">Nothing</p>`)
	if strings.Contains(provider.get(at).body, "What there is to do for you") {
		t.Error("the provider is told what the referrer has to do as if it were theirs")
	}
	if strings.Contains(page.body, "secret") {
		t.Error("the referrer reads the centre's note")
	}
	if got := n.life(urn); got.State != lifecycle.Discharged {
		t.Errorf("it is %s", got.State)
	}
	if entries := n.noted(n.Clinician); !slices.Contains(entries, "view referral provider") || !slices.Contains(entries, "update referral T31") {
		t.Errorf("the trail of the provider is %v", entries)
	}
}

func TestAProviderWhoGuessesAnAddressIsToldThatThereIsNothingAndThatIsNoted(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	for _, who := range []*referral.Caller{n.Other, n.Outsider} {
		v := n.as(who)
		for _, path := range []string{"", "/files/1", "/files/1/preview", "/files/1/thumbnail", "/documents/1", "/documents/form", "/versions/1"} {
			v.get("/referrals/"+urn+path).wants(t, http.StatusNotFound, "There is nothing here")
		}
		v.movesAfter("3", urn, lifecycle.Accept).wants(t, http.StatusNotFound)
		v.movesAfter("3", urn, lifecycle.Decline, "reason", "other", "text", "What I typed").wants(t, http.StatusNotFound, "This referral is not with you", "What I typed")
		refused := 0
		for _, entry := range n.noted(who) {
			if strings.HasPrefix(entry, "refuse GET /referrals/{urn}") || strings.HasPrefix(entry, "refuse POST /referrals/{urn}") {
				refused++
			} else if strings.HasPrefix(entry, "view") || strings.HasPrefix(entry, "update") {
				t.Errorf("%s has done %s", who.PersonName, entry)
			}
		}
		if refused != 9 {
			t.Errorf("%d refusals are noted of %s: %v", refused, who.PersonName, n.noted(who))
		}
	}
	if n.life(urn).State != lifecycle.Sent {
		t.Error("a stranger has moved it")
	}
}

func TestTwoTriagersAtOnceAndTheSecondSeesWhatTheFirstDidAndKeepsWhatTheyTyped(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	second, err := n.Join(t.Context(), "Second Triager", n.Centre, lifecycle.Triager)
	if err != nil {
		t.Fatal(err)
	}
	a, b := n.as(n.Triager), n.as(second)
	seq := b.get("/referrals/" + urn).seq(t)
	a.moves(urn, lifecycle.RequestInfo, "reason", "no_radiograph", "text", "Please send a recent bitewing").leadsTo(t, "/referrals/"+urn+"?done=T08")
	page := b.movesAfter(seq, urn, lifecycle.RejectAtTriage, "reason", "out_of_area", "text", "Send it to the other centre")
	page.wants(t, http.StatusConflict, "was changed by somebody else meanwhile", "Since you opened the page", "More information was asked for", "Please send a recent bitewing", "What you typed", "Send it to the other centre", `The patient lives outside the area`)
	if strings.Contains(page.body, "out_of_area</") {
		t.Error("what was chosen is given back as a code")
	}
	if life := n.life(urn); life.State != lifecycle.InfoRequested {
		t.Errorf("it is %s", life.State)
	}
	if entries := n.noted(second); !slices.ContainsFunc(entries, func(e string) bool { return strings.HasPrefix(e, "refuse POST /referrals/{urn}") }) {
		t.Errorf("the refusal is not noted: %v", entries)
	}
}

func TestAReferralThatIsWithdrawnWhileItIsBeingAcceptedStaysWithdrawn(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	provider := n.as(n.Clinician)
	seq := provider.get("/referrals/" + urn).seq(t)
	n.as(n.Referrer).moves(urn, lifecycle.Withdraw, "reason", "patient_declined").leadsTo(t, "/referrals/"+urn+"?done=T33")
	provider.movesAfter(seq, urn, lifecycle.Accept, "text", "We will see her").wants(t, http.StatusConflict, "Since you opened the page", "Withdrawn", "The patient does not want the referral", "We will see her")
	if life := n.life(urn); life.State != lifecycle.Withdrawn {
		t.Errorf("it is %s", life.State)
	}
}

func TestAnotherSitesPageMovesNothing(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	v := n.as(n.Triager)
	seq := v.get("/referrals/" + urn).seq(t)
	for path, body := range map[string]string{"/referrals/" + urn: "move=T14&reason=other&text=x&seq=" + seq, "/work/allocate": "urn=" + urn + "&target=list:x", "/referrals/" + urn + "/reason": "reason=x"} {
		v.do(http.MethodPost, path, strings.NewReader(body), map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}).wants(t, http.StatusForbidden, "another site")
	}
	if n.life(urn).State != lifecycle.WithTriage {
		t.Error("it was moved")
	}
}

func TestEachMoveSaysAllThatIsWrongAtOnceAndKeepsWhatWasTyped(t *testing.T) {
	n := newNetwork(t)
	atTriage, sent, waiting, booked, assessed, done := n.submitted(), n.sent(), n.submitted(), n.sent(), n.sent(), n.sent()
	n.does(waiting, n.Triager, lifecycle.Event{Move: lifecycle.PutOnList, Data: lifecycle.Data{List: n.List.Num}})
	for _, urn := range []string{booked, assessed, done} {
		n.does(urn, n.Clinician, lifecycle.Event{Move: lifecycle.Accept})
		n.does(urn, n.Clinician, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: n.Desk.Now().AddSeconds(3600)}})
	}
	for _, urn := range []string{assessed, done} {
		n.does(urn, n.Clinician, lifecycle.Event{Move: lifecycle.Assess})
	}
	n.does(done, n.Clinician, lifecycle.Event{Move: lifecycle.Discharge, Data: lifecycle.Data{Outcome: lifecycle.AdviceGiven, Summary: "Advice"}})
	for _, one := range []struct {
		who  *referral.Caller
		urn  string
		move lifecycle.Move
		more []string
		says []string
	}{
		{n.Triager, atTriage, lifecycle.Allocate, []string{"target", webtest.Target(n.Harbour), "text", "kept text"}, []string{"There are 2 things to put right", "Choose the provider", `href="#T11.target.0"`, "Choose the level of care", "kept text</textarea>"}},
		{n.Triager, atTriage, lifecycle.PutOnList, []string{"list", "No such list", "tier", "9"}, []string{"There are 2 things to put right", "Choose the waiting list", "Level of care: choose one of the list"}},
		{n.Triager, atTriage, lifecycle.RequestInfo, []string{"internal", "kept note"}, []string{"There are 2 things to put right", "Choose the reason", "Tell the referrer what is needed", "kept note</textarea>"}},
		{n.Triager, atTriage, lifecycle.RejectAtTriage, []string{"reason", "no such"}, []string{"There are 2 things to put right", "Choose the reason", "Tell the referrer why"}},
		{n.Administrator, waiting, lifecycle.TakeOffList, nil, []string{"Choose the provider"}},
		{n.Administrator, waiting, lifecycle.Withdraw, []string{"reason", "other"}, []string{"Say what the other reason is"}},
		{n.Administrator, waiting, lifecycle.EnterInError, nil, []string{"There are 2 things to put right", "Choose the reason", "Tick to confirm"}},
		{n.Clinician, sent, lifecycle.Redirect, []string{"target", webtest.Target(n.First)}, []string{"There are 2 things to put right", "Choose the provider", "Say why the referral has to go there"}},
		{n.Clinician, sent, lifecycle.Return, nil, []string{"There are 2 things to put right", "Choose the reason", "Say what is needed"}},
		{n.Clinician, sent, lifecycle.Decline, []string{"text", strings.Repeat("é", 2001)}, []string{"There are 2 things to put right", "Choose the reason", "has at most 2000 characters"}},
		{n.Clinician, booked, lifecycle.Rebook, []string{"day", "1", "month", "2", "year", "2020", "time", "9:00"}, []string{"There are 2 things to put right", "must be a date in the future", "Say why the date changes", `value="9:00"`}},
		{n.Clinician, booked, lifecycle.EndEarly, nil, []string{"Choose the outcome"}},
		{n.Clinician, assessed, lifecycle.Review, []string{"month", "1", "year", "2020"}, []string{"must be a month in the future", `value="2020"`}},
		{n.Clinician, assessed, lifecycle.Discharge, nil, []string{"There are 3 things to put right", "Choose the outcome", "Say what the referrer has to do", "Say what was found"}},
		{n.Clinician, done, lifecycle.Reopen, nil, []string{"Choose the reason"}},
	} {
		t.Run(string(one.move), func(t *testing.T) {
			v := n.as(one.who)
			v.t = t
			before := v.get("/referrals/" + one.urn).seq(t)
			v.movesAfter(before, one.urn, one.move, one.more...).wants(t, http.StatusUnprocessableEntity, append(one.says, "<title>Error: ")...)
			if after := v.get("/referrals/" + one.urn).seq(t); after != before {
				t.Errorf("it was moved from %s to %s", before, after)
			}
		})
	}
	n.as(n.Triager).movesAfter("1", atTriage, "T99").wants(t, http.StatusUnprocessableEntity, "This cannot be done here")
	n.as(n.Referrer).moves(atTriage, lifecycle.Accept).wants(t, http.StatusConflict, "It is not possible to accept")
}

func TestAnAdministratorReadsWhatIsClinicalAfterSayingWhy(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	at := "/referrals/" + urn
	v := n.as(n.Administrator)
	closed := v.get(at)
	closed.wants(t, http.StatusOK, "What is clinical is left out", "Joe Clark", "Withdraw", "Mark as entered in error")
	for _, hidden := range []string{"Impacted tooth", "Please see soon", "secret"} {
		if strings.Contains(closed.body, hidden) {
			t.Errorf("an administrator reads %q", hidden)
		}
	}
	v.post(at+"/reason", nil).wants(t, http.StatusUnprocessableEntity, "Say why you have to read it")
	v.post(at+"/reason", map[string][]string{"reason": {strings.Repeat("x", 501)}}).wants(t, http.StatusUnprocessableEntity, "at most 500 characters")
	v.post(at+"/reason", map[string][]string{"reason": {"The patient has complained"}}).leadsTo(t, at)
	v.get(at).wants(t, http.StatusOK, "Impacted tooth", "Please see soon", "A secret of the centre")
	n.Pass(2 * time.Hour)
	v.get(at).wants(t, http.StatusOK, "What is clinical is left out")
	n.as(n.Triager).post(at+"/reason", map[string][]string{"reason": {"Curious"}}).wants(t, http.StatusUnprocessableEntity, "Only an administrator gives a reason")
}

func TestASecondPersonConfirmsOrChangesWhatWasProposed(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	// The proposal is in the past of an area that wanted one.
	c, err := n.Desk.Look(t.Context(), n.Triager, []string{urn})
	if err != nil || len(c) != 1 {
		t.Fatal(c, err)
	}
	n.as(n.Triager).moves(urn, lifecycle.Propose, "target", listed(n.List)).wants(t, http.StatusConflict, "not possible any more")
}

func TestWhoTreatsHasThePatientsTelephoneAtTheHeadOfThePage(t *testing.T) {
	n := newNetwork(t)
	urn := prepare(t, n.House, "AdultRestorativeForm").URN
	hands := referraltest.Fixture{Desk: n.Desk, Hub: n.Practices.Hub}
	hands.Ready(t, hands.Submit(t, n.Caller, urn), "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory)
	n.does(urn, nil, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Tier: "2", Provider: n.First.Organisation, Service: n.First.Num, Name: "St Clements Dental Suite"}})
	found, err := n.Desk.Case(t.Context(), n.Clinician, urn)
	if err != nil {
		t.Fatal(err)
	}
	mobile := found.Filled.Answers["phone_mobile"].Text
	call := `<dt>Mobile</dt><dd><a href="tel:` + strings.ReplaceAll(mobile, " ", "") + `">` + mobile + `</a></dd>`
	if mobile == "" {
		t.Fatal("the form has no telephone")
	}
	at := "/referrals/" + urn
	n.as(n.Clinician).get(at).wants(t, http.StatusOK, call)
	s := newSpecialist(t, n.House, n.server, urn, 7)
	s.get(s.path).wants(t, http.StatusOK, call)
	for _, who := range []*referral.Caller{n.Administrator, n.Triager} {
		if strings.Contains(n.as(who).get(at).body, call) {
			t.Errorf("%s has it at the head of the page", who.PersonName)
		}
	}
}

func TestAMessageOfNothingThatCanBeSeenIsNone(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	v := n.as(n.Triager)
	seq := v.get("/referrals/" + urn).seq(t)
	v.movesAfter(seq, urn, lifecycle.RejectAtTriage, "reason", "other", "text", "\x00\x07").wants(t, http.StatusUnprocessableEntity, "There is one thing to put right", `id="T14.text.fault"`)
	v.movesAfter(seq, urn, lifecycle.RejectAtTriage, "reason", "other", "text", "Not\x07 here\r\nbut there\x00").leadsTo(t, "/referrals/"+urn+"?done=T14")
	found, err := n.Desk.Case(t.Context(), n.Triager, urn)
	if err != nil {
		t.Fatal(err)
	}
	if got := found.Events[len(found.Events)-1].Public; got != "Not here\nbut there" {
		t.Errorf("the text is %q", got)
	}
}

func TestFilesPicturesAndDocumentsAreReadOnTheirPageAndEachIsNoted(t *testing.T) {
	n := newNetwork(t)
	urn := prepare(t, n.House, "AdultRestorativeForm").URN
	for _, name := range []string{"bitewing.jpg", "scan.tif"} {
		if _, err := n.Desk.AddFormFile(t.Context(), n.Caller, urn, referral.NewFile{Name: name, Kind: "radiograph", TakenOn: n.Desk.Today().String()}, strings.NewReader(string(referraltest.Sample(name[strings.Index(name, "."):])))); err != nil {
			t.Fatal(err)
		}
	}
	hands := referraltest.Fixture{Desk: n.Desk, Hub: n.Practices.Hub}
	hands.Ready(t, hands.Submit(t, n.Caller, urn), "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory)
	n.does(urn, nil, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	v := n.as(n.Triager)
	at := "/referrals/" + urn
	page := v.get(at)
	page.wants(t, http.StatusOK, "bitewing.jpg", "scan.tif", "The referral", "The medical history", "Decide quickly", at+"/files/1/preview")
	for path, want := range map[string]string{"/files/1": "image/jpeg", "/files/1/preview": "image/jpeg", "/files/2/preview": "image/jpeg", "/files/2/thumbnail": "image/jpeg", "/files/2": "image/tiff"} {
		if a := v.get(at + path); a.status != http.StatusOK || a.header.Get("Content-Type") != want || len(a.body) < 100 {
			t.Errorf("%s is answered %d with %s", path, a.status, a.header.Get("Content-Type"))
		}
	}
	found, err := n.Desk.Case(t.Context(), n.Triager, urn)
	if err != nil {
		t.Fatal(err)
	}
	if a := v.get(at + "/documents/" + strconv.FormatInt(found.Documents[0].Num, 10)); a.status != http.StatusOK || a.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("a document is answered %d", a.status)
	}
	v.get(at+"/documents/form").wants(t, http.StatusNotFound)
	v.get(at+"/versions/1").wants(t, http.StatusOK, "Version 1 of referral "+urn)
	v.get(at+"/versions/2").wants(t, http.StatusNotFound)
	counts := make(map[string]int)
	for _, entry := range n.noted(n.Triager) {
		counts[entry]++
	}
	if counts["view referralfile"] != 4 || counts["view attachment"] != 1 || counts["view referralversion"] != 1 {
		t.Errorf("the trail has %v", counts)
	}
}

func TestAKeysSessionKeepsItsPageWithTheTimeline(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Message, Internal: "Another secret"})
	link, err := n.AccountLink()
	if err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, n.server)
	v.post("/sign-in/"+link, nil)
	page := v.get("/referrals/" + urn)
	page.wants(t, http.StatusOK, "What happened so far", "Sent to St Clements Dental Suite", "Status: Sent to")
	if strings.Contains(page.body, "secret") || strings.Contains(page.body, "What you can do") {
		t.Error("the page shows more than the practice's own")
	}
	v.movesAfter("3", urn, lifecycle.Withdraw, "reason", "other", "text", "x").wants(t, http.StatusUnauthorized)
	v.get("/work/outbound").wants(t, http.StatusUnauthorized)
}

func TestWhoHasBothSessionsReadsWithThatWhichMay(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	link, err := n.AccountLink()
	if err != nil {
		t.Fatal(err)
	}
	v := n.as(n.Clinician)
	v.get("/referrals/"+urn).wants(t, http.StatusNotFound)
	v.post("/sign-in/"+link, nil)
	v.get("/referrals/"+urn).wants(t, http.StatusOK, "Status: With Triage")
	v.get("/referrals").wants(t, http.StatusOK, urn)
	n.as(n.Clinician).get("/referrals").wants(t, http.StatusForbidden, "for referring practices")
}

func TestAFormThatWasOpenedByALinkIsFilledInAlsoWhereSomebodyOfAnotherPracticeIsSignedIn(t *testing.T) {
	n := newNetwork(t)
	elsewhere, err := n.Join(t.Context(), "Olga Other", n.Provider, lifecycle.Referrer)
	if err != nil {
		t.Fatal(err)
	}
	made := prepare(t, n.House, "AdultRestorativeForm")
	v := n.as(elsewhere)
	v.get("/referrals/"+made.URN).wants(t, http.StatusNotFound)
	v.open(made)
	v.get("/referrals/"+made.URN).wants(t, http.StatusOK, "Adult restorative dentistry")
	v.get("/referrals/"+made.URN+"/sections/patient").wants(t, http.StatusOK, "First name")
	own := n.as(n.Referrer)
	own.get("/referrals/"+made.URN).wants(t, http.StatusOK, "Adult restorative dentistry")
	own.get("/referrals/"+made.URN+"/sections/patient").wants(t, http.StatusOK, "First name")
	own.get("/referrals").wants(t, http.StatusOK)
}

func TestWhoHandsAReferralOnComesBackToTheirList(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	v := n.as(n.Clinician)
	a := v.moves(urn, lifecycle.Redirect, "target", webtest.Target(n.Surgery), "text", "It needs a surgeon")
	a.leadsTo(t, "/work/inbound?done=T19&urn="+urn)
	v.get(a.header.Get("Location")).wants(t, http.StatusOK, urn+": The referral went on to the other provider.")
	v.get("/referrals/"+urn).wants(t, http.StatusNotFound)
	n.as(n.Other).get("/referrals/"+urn).wants(t, http.StatusOK, "It needs a surgeon", "Northgate Oral Surgery (you)")
	v.get("/work/inbound?done=T19&urn=<script>").wants(t, http.StatusOK)
}

func TestWithoutProvidersNobodyIsOfferedToSendSomewhere(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	for _, service := range []directory.Service{n.First, n.Surgery} {
		service.IsOpen = false
		if _, err := n.Directory.SaveService(t.Context(), audit.Operator, directory.Operator, service); err != nil {
			t.Fatal(err)
		}
	}
	n.List.IsOpen = false
	if _, err := n.Directory.SaveList(t.Context(), audit.Operator, directory.Operator, n.List); err != nil {
		t.Fatal(err)
	}
	n.as(n.Triager).get("/referrals/"+urn).wants(t, http.StatusOK, "no provider fits.", "Harbour Orthodontics: is closed for new referrals", "no waiting list fits. West Yorkshire oral surgery: is closed")
}
