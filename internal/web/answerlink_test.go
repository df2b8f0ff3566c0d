package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

const provider = 99

// allocated is a referral that a provider has.
func allocated(t *testing.T, house *webtest.House) (urn string) {
	t.Helper()
	urn = takeIn(t, house.Practices.Hub, house.Desk, house.Caller, lifecycle.Submitted)
	step(t, house, urn, lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	step(t, house, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Public: "Please see soon", Internal: "A secret of the house", Data: lifecycle.Data{Provider: provider, Name: "St Clements Dental Suite"}})
	return urn
}

// specialist is somebody with a link: its path, and a browser.
type specialist struct {
	*visitor
	path string
}

func newSpecialist(t *testing.T, house *webtest.House, server *httptest.Server, urn string, days int) specialist {
	t.Helper()
	token, err := house.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, days)
	if err != nil {
		t.Fatal(err)
	}
	return specialist{newVisitor(t, server), referral.AnswerPath + token}
}

var seqInput = regexp.MustCompile(`name="seq" value="(\d+)"`)

// seq is the last step that a page shows.
func (a answer) seq(t *testing.T) string {
	t.Helper()
	found := seqInput.FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("the page carries no step:\n%s", a.body)
	}
	return found[1]
}

// act does one thing on the page as it is now.
func (s specialist) act(move lifecycle.Move, more ...string) answer {
	s.t.Helper()
	return s.actAfter(s.get(s.path).seq(s.t), move, more...)
}

func (s specialist) actAfter(seq string, move lifecycle.Move, more ...string) answer {
	s.t.Helper()
	values := url.Values{"move": {string(move)}, "seq": {seq}}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return s.post(s.path, values)
}

func status(t *testing.T, house *webtest.House, urn string) string {
	t.Helper()
	found, err := house.Desk.Status(t.Context(), house.Caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	return found.Text
}

// trail counts what the links have done, by action and detail.
func trail(t *testing.T, house *webtest.House) map[string]int {
	t.Helper()
	counts := make(map[string]int)
	err := house.Practices.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		if _, err := audit.Verify(c); err != nil {
			return err
		}
		rows := c.Query("SELECT `Action`, `Target`, `Detail` FROM `auditevent` WHERE `Caller` LIKE 'answer link %'")
		for rows.Next() {
			counts[strings.TrimSpace(fmt.Sprintf("%s %s %s", rows.Text(0), rows.Text(1), rows.Text(2)))]++
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func TestASpecialistWithoutAnAccountAcceptsContactsBooksAssessesAndDischarges(t *testing.T) {
	house, server := newHouse(t)
	urn := allocated(t, house)
	s := newSpecialist(t, house, server, urn, 0)
	first := s.get(s.path)
	first.wants(t, http.StatusOK, "Joe Clark", "Impacted tooth", "County Hospital", "Northside Dental", "Urgent", "Please see soon", "Accept the referral", "open and accept, or say why not", "What cannot be done now", "possible once the referral is accepted")
	if first.header.Get("Referrer-Policy") != "no-referrer" || first.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the page's header is %v", first.header)
	}
	for range 3 {
		s.get(s.path)
	}
	if life, err := house.Desk.Life(t.Context(), urn); err != nil || life.State != lifecycle.Sent {
		t.Fatalf("after looking it is %s, %v", life.State, err)
	}
	sent := "Sent to: St Clements Dental Suite"
	for _, one := range []struct {
		move         lifecycle.Move
		more         []string
		page, status string
	}{
		{lifecycle.Receive, nil, "Receipt is acknowledged", sent},
		{lifecycle.Accept, nil, "The referral is accepted", sent},
		{lifecycle.Contact, []string{"text", "No answer"}, "The contact is noted", sent},
		{lifecycle.Attempt, []string{"text", "Reached her"}, "2 attempts are noted", sent},
		{lifecycle.Book, []string{"day", "2", "month", "11", "year", "2026", "time", "14:30"}, "for 2 November 2026 at 14:30", sent},
		{lifecycle.Rebook, []string{"day", "2", "month", "11", "year", "2026", "time", "15.00", "text", "The patient asked"}, "for 2 November 2026 at 15:00", sent},
		{lifecycle.Assess, nil, "The assessment is noted", sent},
		{lifecycle.Treat, nil, "Treatment has begun", sent},
		{lifecycle.Review, []string{"month", "3", "year", "2027"}, "due by 31 March 2027", sent},
	} {
		a := s.act(one.move, one.more...)
		a.leadsTo(t, s.path+"?done="+string(one.move))
		s.get(a.header.Get("Location")).wants(t, http.StatusOK, one.page)
		if got := status(t, house, urn); got != one.status {
			t.Errorf("after %s the status is %s", one.move, got)
		}
	}
	s.act(lifecycle.Discharge, "outcome", "Treatment complete", "actions", "Nothing", "summary", "Tooth out").leadsTo(t, s.path+"?done=T31")
	if got := status(t, house, urn); got != "Discharged: Treatment complete" {
		t.Errorf("at the end the status is %s", got)
	}
	events, err := house.Desk.Events(t.Context(), house.Caller, urn)
	if last := events[len(events)-1]; err != nil || last.Data.Actions != "Nothing" || last.Data.Summary != "Tooth out" || last.Actor != provider || last.ActorName != "St Clements Dental Suite" {
		t.Errorf("the last step is %+v, %v", last, err)
	}
	s.get(s.path).wants(t, http.StatusGone, "is finished: the patient was discharged, on 2 November 2026", urn)
	noted := trail(t, house)
	for _, want := range []string{"view referral", "update referral T17", "update referral N01", "update referral T31"} {
		if noted[want] == 0 {
			t.Errorf("the trail lacks %q: %v", want, noted)
		}
	}
}

func TestAnAnswerLinkShowsNothingInternalAndNoStrangersFile(t *testing.T) {
	house, server := newHouse(t)
	urn := allocated(t, house)
	s := newSpecialist(t, house, server, urn, 0)
	step(t, house, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.Message, Internal: "Another secret"})
	step(t, house, urn, lifecycle.System, lifecycle.Event{Move: lifecycle.Mismatch, Public: "A mismatch"})
	page := s.get(s.path)
	for _, hidden := range []string{"secret", "mismatch"} {
		if strings.Contains(page.body, hidden) {
			t.Errorf("the page says %q", hidden)
		}
	}
	for _, path := range []string{"/files/1", "/files/1/thumbnail", "/documents/1", "/documents/x"} {
		if a := s.get(s.path + path); a.status != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, a.status)
		}
	}
}

func TestAnAnswerLinkServesTheFilesAndPDFsOfItsReferralAndNotesEachView(t *testing.T) {
	house, v, urn := sentForm(t)
	s := specialist{visitor: v}
	token, err := house.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.path = referral.AnswerPath + token
	page := s.get(s.path)
	page.wants(t, http.StatusOK, "The referral", "The medical history", "All answers of the form")
	links := regexp.MustCompile(`href="(`+s.path+`/(?:files|documents)/\d+)"`).FindAllStringSubmatch(page.body, -1)
	if len(links) < 3 {
		t.Fatalf("the page leads to %v", links)
	}
	for _, l := range links {
		if a := s.get(l[1]); a.status != http.StatusOK || a.header.Get("Referrer-Policy") != "no-referrer" || len(a.body) < 100 {
			t.Errorf("%s is answered %d", l[1], a.status)
		}
	}
	if noted := trail(t, house); noted["view attachment"] < 2 || noted["view referralfile"] < 1 {
		t.Errorf("the trail has %v", noted)
	}
	if _, err := house.Desk.RevokeAnswerLinks(t.Context(), audit.Operator, urn); err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if a := s.get(l[1]); a.status != http.StatusGone {
			t.Errorf("revoked, %s is answered %d", l[1], a.status)
		}
	}
}

// sentForm is a form that was sent, with its files, and is allocated.
func sentForm(t *testing.T) (*webtest.House, *visitor, string) {
	t.Helper()
	house, server := newHouse(t)
	urn := prepare(t, house, "AdultRestorativeForm").URN
	if _, err := house.Desk.AddFormFile(t.Context(), house.Caller, urn, referral.NewFile{Name: "sample.jpg", Kind: "radiograph", TakenOn: house.Desk.Today().String()}, bytes.NewReader(referraltest.Sample(".jpg"))); err != nil {
		t.Fatal(err)
	}
	hands := referraltest.Fixture{Desk: house.Desk, Hub: house.Practices.Hub}
	hands.Ready(t, hands.Submit(t, house.Caller, urn), "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory)
	step(t, house, urn, lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	step(t, house, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: provider, Name: "St Clements Dental Suite"}})
	return house, newVisitor(t, server), urn
}

func TestALinkIsDeadAfterItWasRevokedHasExpiredOrItsAllocationHasEnded(t *testing.T) {
	house, server := newHouse(t)
	for name, one := range map[string]struct {
		end  func(urn string)
		want string
	}{
		"revoked": {func(urn string) {
			if ended, err := house.Desk.RevokeAnswerLinks(t.Context(), audit.Operator, urn); ended != 1 || err != nil {
				t.Fatal(ended, err)
			}
		}, "was ended by the referral centre"},
		"redirected": {func(urn string) {
			step(t, house, urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Redirect, Public: "Needs a hospital", Data: lifecycle.Data{Provider: 98, Name: "The Hospital"}})
		}, "was sent on to another provider"},
		"returned and allocated again to the same": {func(urn string) {
			step(t, house, urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Return, Reason: lifecycle.NoRadiograph})
			step(t, house, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: provider, Name: "St Clements Dental Suite"}})
		}, "went back to the referral centre"},
		"expired": {func(string) { house.Pass(3 * 24 * time.Hour) }, "has expired"},
	} {
		urn := allocated(t, house)
		s := newSpecialist(t, house, server, urn, 2)
		seq := s.get(s.path).seq(t)
		one.end(urn)
		before := trail(t, house)
		s.get(s.path).wants(t, http.StatusGone, one.want)
		a := s.actAfter(seq, lifecycle.Accept, "text", "We look forward to it")
		a.wants(t, http.StatusGone, one.want, "We look forward to it", "was not done")
		if strings.Contains(a.body, "Clark") {
			t.Errorf("%s: the page names the patient", name)
		}
		if after := trail(t, house); after["refuse answerlink gone"] != before["refuse answerlink gone"]+2 || after["update referral T17"] != 0 {
			t.Errorf("%s: the trail has %v", name, after)
		}
	}
}

func TestWhoHasALinkThatEndedReadsWhomToCallAndWithWhichReference(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	revoked, declined := newSpecialist(t, n.House, n.server, urn, 0), newSpecialist(t, n.House, n.server, n.sent(), 0)
	const whom = `Yorkshire Referral Centre on <a href="tel:01632%20960088">01632 960088</a> with the reference `
	if _, err := n.Desk.RevokeAnswerLinks(t.Context(), audit.Operator, urn); err != nil {
		t.Fatal(err)
	}
	revoked.get(revoked.path).wants(t, http.StatusGone, "If this is a surprise, call "+whom+urn)
	if page := revoked.get(revoked.path + "?done=T20"); strings.Contains(page.body, "went back to the referrer") {
		t.Error("an address makes the page say what was not done")
	}
	declined.act(lifecycle.Decline, "reason", string(lifecycle.NoRadiograph), "text", "None came").leadsTo(t, declined.path+"?done=T20")
	page := declined.get(declined.path + "?done=T20")
	page.wants(t, http.StatusGone, "The referral went back to the referrer.", "If anything is left to say, call "+whom)
	if strings.Contains(page.body, "surprise") {
		t.Error("who has just declined is asked whether that is a surprise")
	}
}

func TestAGuessedLinkIsNotFoundAndGuessingIsSlowedDown(t *testing.T) {
	house, server := newHouse(t)
	s := newSpecialist(t, house, server, allocated(t, house), 0)
	guess := specialist{s.visitor, referral.AnswerPath + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
	for _, a := range []answer{guess.get(guess.path), guess.actAfter("3", lifecycle.Accept), guess.get(guess.path + "/files/1"), guess.get(guess.path + "/documents/1")} {
		a.wants(t, http.StatusNotFound, "There is no such link")
	}
	slowed := 0
	for range 80 {
		if a := guess.get(guess.path); a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") != "" {
			slowed++
		}
	}
	if slowed == 0 {
		t.Error("eighty guesses were answered")
	}
}

func TestTwoWindowsAtOnceMakeOneStepAndTheSecondLosesNothing(t *testing.T) {
	house, server := newHouse(t)
	urn := allocated(t, house)
	s := newSpecialist(t, house, server, urn, 0)
	seq := s.get(s.path).seq(t)
	s.actAfter(seq, lifecycle.Accept).leadsTo(t, s.path+"?done=T17")
	a := s.actAfter(seq, lifecycle.Accept, "text", "Typed in the second window")
	a.wants(t, http.StatusConflict, "Something happened since you opened this page", "Since you opened the page", "Provider accepted referral", "Typed in the second window")
	s.says(s.path+"/messages", map[string]string{"move": "N04", "seq": seq, "text": "A message & more"}).leadsTo(t, s.path+"?done=N04")
	s.get(s.path).wants(t, http.StatusOK, "A message &amp; more")
	if noted := trail(t, house); noted["update referral T17"] != 1 {
		t.Errorf("the trail has %v", noted)
	}
}

func TestAReferralThatIsWithdrawnWhileItIsAcceptedIsNotAccepted(t *testing.T) {
	house, server := newHouse(t)
	urn := allocated(t, house)
	s := newSpecialist(t, house, server, urn, 0)
	seq := s.get(s.path).seq(t)
	step(t, house, urn, lifecycle.Referrer, lifecycle.Event{Move: lifecycle.Withdraw, Reason: lifecycle.PatientDeclines})
	s.actAfter(seq, lifecycle.Accept, "text", "See you soon").wants(t, http.StatusGone, "was withdrawn", "See you soon", "was not done")
	if got := status(t, house, urn); got != "Withdrawn" {
		t.Errorf("the status is %s", got)
	}
}

func TestWhatIsTypedWronglyIsNamedAndKept(t *testing.T) {
	house, server := newHouse(t)
	urn := allocated(t, house)
	s := newSpecialist(t, house, server, urn, 0)
	s.act(lifecycle.Decline, "text", "Out of our field").wants(t, http.StatusUnprocessableEntity, "Choose the reason", `href="#T20.reason"`, "Out of our field</textarea>")
	s.act(lifecycle.Return).wants(t, http.StatusUnprocessableEntity, "Choose the reason", "Say what is needed")
	s.act(lifecycle.Accept, "text", strings.Repeat("é", 2001)).wants(t, http.StatusUnprocessableEntity, "has at most 2000 characters")
	s.act(lifecycle.Accept).leadsTo(t, s.path+"?done=T17")
	s.act(lifecycle.Book, "day", "31", "month", "2", "year", "2027", "time", "25:00").wants(t, http.StatusUnprocessableEntity, "Enter the date", "Enter the time", `value="25:00"`, "There are 2 things to put right")
	s.act(lifecycle.Book, "day", "1", "month", "11", "year", "2026", "time", "9:00").wants(t, http.StatusUnprocessableEntity, "must be a date in the future", `value="9:00"`)
	s.act(lifecycle.RejectNoContact).wants(t, http.StatusConflict, "0 of the 2 attempts")
	s.act(lifecycle.Redirect).wants(t, http.StatusUnprocessableEntity, "cannot be done by a link")
	if got := status(t, house, urn); got != "Sent to: St Clements Dental Suite" {
		t.Errorf("the status is %s", got)
	}
}

func TestAnotherSitesPageCannotAnswer(t *testing.T) {
	house, server := newHouse(t)
	urn := allocated(t, house)
	s := newSpecialist(t, house, server, urn, 0)
	page := s.get(s.path)
	check := regexp.MustCompile(`name="check" value="([A-Z2-7]+)"`).FindStringSubmatch(page.body)[1]
	body := func(check string) *strings.Reader {
		return strings.NewReader(url.Values{"move": {"T17"}, "seq": {page.seq(t)}, "check": {check}}.Encode())
	}
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}} {
		if a := s.do(http.MethodPost, s.path, body(check), header); a.status != http.StatusForbidden {
			t.Errorf("%v is answered %d", header, a.status)
		}
	}
	plain := map[string]string{"Sec-Fetch-Site": "", "Origin": "null"}
	if a := s.do(http.MethodPost, s.path, body("guessed"), plain); a.status != http.StatusForbidden {
		t.Errorf("without the page's secret it is answered %d", a.status)
	}
	// Without TLS a browser hides where our own page's form came from.
	s.do(http.MethodPost, s.path, body(check), plain).leadsTo(t, s.path+"?done=T17")
}

func TestALinkIsMadeOnlyWhileAProviderHasTheReferralAndIsListedWithoutItsSecret(t *testing.T) {
	house, _ := newHouse(t)
	urn := takeIn(t, house.Practices.Hub, house.Desk, house.Caller, lifecycle.Submitted)
	if _, err := house.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 0); err == nil || !strings.Contains(err.Error(), "is with no provider") {
		t.Errorf("before the allocation: %v", err)
	}
	urn = allocated(t, house)
	if _, err := house.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 400); err == nil {
		t.Error("a link for 400 days was made")
	}
	token, err := house.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 3)
	if err != nil {
		t.Fatal(err)
	}
	links, err := house.Desk.AnswerLinks(t.Context(), urn)
	if err != nil || len(links) != 1 || links[0].State(house.Desk.Now()) != "open" || links[0].ExpiresAt != dental.DateTimeOf(house.Now()).AddSeconds(3*24*60*60) || strings.Contains(fmt.Sprintf("%+v", links), token) {
		t.Errorf("the links are %+v, %v", links, err)
	}
}
