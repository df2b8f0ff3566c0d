package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

func TestWhatSomebodyTypedIsSentOnceMoreWhenTheSessionEndedWhileTheyWrote(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	triager := n.as(n.Triager)
	typed := url.Values{"move": {string(lifecycle.RequestInfo)}, "seq": {triager.get("/referrals/" + urn).seq(t)}, "reason": {"no_radiograph"}, "text": {"A radiograph of <the> apex\nplease"}}
	kept := newVisitor(t, n.server).post("/referrals/"+urn, typed)
	kept.wants(t, http.StatusUnauthorized, "what you typed is still here", "Sign in in another tab", `target="_blank"`, "A radiograph of &lt;the&gt; apex", "Send it again")
	if strings.Contains(kept.body, "practice's system") {
		t.Error("somebody who signs in by name is sent to a practice's system")
	}
	if last := entriesOf(t, n.House)[0]; last.Action != audit.Refuse || last.Target != "POST /referrals/{urn}" {
		t.Errorf("that nobody was signed in is not noted: %+v", last)
	}
	triager.post("/referrals/"+urn, kept.form()).leadsTo(t, "/referrals/"+urn+"?done="+string(lifecycle.RequestInfo))
	if got := n.life(urn); got.State != lifecycle.InfoRequested {
		t.Errorf("the referral is %s", got.State)
	}
	triager.get("/referrals/"+urn).wants(t, http.StatusOK, "A radiograph of &lt;the&gt; apex\nplease")
}

func TestAMessageIsSentOnceMoreWhenTheSessionEndedWhileItWasWritten(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	kept := newVisitor(t, n.server).post("/referrals/"+urn+"/messages", url.Values{"move": {string(lifecycle.Message)}, "seq": {"1"}, "text": {"The patient moved house"}})
	kept.wants(t, http.StatusUnauthorized, "Send it again", "The patient moved house")
	provider := n.as(n.Clinician)
	provider.post("/referrals/"+urn+"/messages", kept.form()).leadsTo(t, "/referrals/"+urn+"?done="+string(lifecycle.Message))
	provider.get("/referrals/"+urn).wants(t, http.StatusOK, "The patient moved house")
}

func TestWhoSignsInByNameIsToldHowLongASessionLastsAndNotOfAPracticesSystemAlone(t *testing.T) {
	house, server := staffed(t)
	ada := newVisitor(t, server).signsIn(adasAddress)
	house.Pass(31 * time.Minute)
	ada.get("/people").wants(t, http.StatusUnauthorized, "after half an hour in which you open no page", `href="/sign-in?to=%2Fpeople"`)
	practice := newVisitor(t, server)
	practice.signIn(house)
	house.Pass(25 * time.Hour)
	if page := practice.get("/referrals"); page.status != http.StatusUnauthorized || !strings.Contains(page.body, "lasts a day at most") {
		t.Errorf("a practice's session ends with %d %s", page.status, page.body)
	}
}

func TestACodeThatIsWrongIsNotSaidToBeKept(t *testing.T) {
	_, server := staffed(t)
	ada := newVisitor(t, server).signsIn(adasAddress)
	ada.post("/account/second-factor", url.Values{"factor.current": {phrase}})
	page := ada.post("/account/second-factor/confirm", url.Values{"code": {"000000"}})
	page.wants(t, http.StatusUnprocessableEntity, "There is one thing to put right")
	if strings.Contains(page.body, "What you typed is kept") {
		t.Error("the field is empty, and the page says that what was typed is kept")
	}
}

func TestWhoIsLockedOutReadsForHowLongWhetherTheAccountIsThereOrNot(t *testing.T) {
	_, server := staffed(t)
	v := newVisitor(t, server)
	const said = "After 5 wrong tries in a row not even the right one opens the account for a minute"
	for range 5 {
		v.post("/sign-in", url.Values{"email": {adasAddress}, "password": {"wrong wrong wrong"}}).wants(t, http.StatusUnauthorized, said)
	}
	for _, email := range []string{adasAddress, "nobody@northside.example"} {
		v.post("/sign-in", url.Values{"email": {email}, "password": {phrase}}).wants(t, http.StatusUnauthorized, said)
	}
}

func TestTheSignInTellsThatNobodyCanSignInYetAndHowTheFirstOneComes(t *testing.T) {
	house, server := newHouse(t)
	v := newVisitor(t, server)
	v.get("/sign-in").wants(t, http.StatusOK, "Nobody can sign in here yet", "bridgework person set-up-link")
	if _, err := house.People.Create(t.Context(), audit.Operator, people.NewPerson{Name: "Ada Quill", Email: adasAddress, Password: phrase,
		Memberships: []people.Membership{{Organisation: int64(house.Practice.Num), Role: lifecycle.Administrator}}}); err != nil {
		t.Fatal(err)
	}
	if page := v.get("/sign-in"); strings.Contains(page.body, "Nobody can sign in") || !strings.Contains(page.body, "made by an invitation") {
		t.Error("the page does not see that there is somebody")
	}
}

func TestWhoCameByANumberIsLedToTheNameAtWhichPasskeysWork(t *testing.T) {
	house, err := webtest.Open(t.Context(), testdb.Chosen().Location(t), t.TempDir(), "http://127.0.0.1:4711", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { house.Close() })
	if _, err := house.People.Create(t.Context(), audit.Operator, people.NewPerson{Name: "Ada Quill", Email: adasAddress, Password: phrase,
		Memberships: []people.Membership{{Organisation: int64(house.Practice.Num), Role: lifecycle.Administrator}}}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(house.Site)
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	newVisitor(t, server).signsIn(adasAddress).get("/account").wants(t, http.StatusOK, `<a href="http://localhost:`+at.Port()+`/account">`)
}

func TestAPageThatOneMayNotSeeSaysSoAndNotThatSomethingWasNotDone(t *testing.T) {
	n := newNetwork(t)
	n.as(n.Clinician).get("/work/triage").wants(t, http.StatusForbidden, "This is not open to you", "not for the role")
	n.as(n.Clinician).post("/areas/new", nil).wants(t, http.StatusForbidden, "This was not done")
}
