package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

var (
	answerAddress = regexp.MustCompile(referral.AnswerPath + `[A-Z2-7]{26}`)
	endAddress    = regexp.MustCompile(`/referrals/[A-Z0-9]+/links/[0-9]+/end`)
)

func TestTheReferralCentreMakesAnAnswerLinkOnThePageAndEndsIt(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	at := "/referrals/" + urn
	triager := n.as(n.Triager)
	triager.get(at).wants(t, http.StatusOK, "Answer links", "Make a link for St Clements Dental Suite")
	page := triager.post(at+"/links", url.Values{"days": {"30"}})
	page.wants(t, http.StatusOK, "Send this link to St Clements Dental Suite", "It is shown only now")
	made := answerAddress.FindString(page.body)
	specialist := newVisitor(t, n.server)
	specialist.get(made).wants(t, http.StatusOK, "Joe Clark", urn)
	if again := triager.get(at); answerAddress.MatchString(again.body) {
		t.Error("the link is shown again")
	}
	end := endAddress.FindString(triager.get(at).body)
	triager.post(end, nil).leadsTo(t, at+"?done=link#links")
	specialist.get(made).wants(t, http.StatusGone, "ended by the referral centre")
	triager.get(at+"?done=link").wants(t, http.StatusOK, "The link is ended", ": ended")
	triager.post(end, nil).leadsTo(t, at+"?done=link#links") // pressed twice
	noted := strings.Join(n.noted(n.Triager), "\n")
	if strings.Count(noted, "create answerlink") != 1 || strings.Count(noted, "revoke answerlink") != 1 {
		t.Errorf("the trail has %s", noted)
	}
}

func TestAnAnswerLinkIsMadeByNobodyElseAndOnlyForWhoHasTheReferral(t *testing.T) {
	n := newNetwork(t)
	waiting, urn := n.submitted(), n.sent()
	days := url.Values{"days": {"30"}}
	n.as(n.Triager).post("/referrals/"+waiting+"/links", days).wants(t, http.StatusConflict, "with no provider")
	n.as(n.Triager).post("/referrals/"+urn+"/links", url.Values{"days": {"4000"}}).wants(t, http.StatusUnprocessableEntity, "from 1 to 366 days")
	n.as(n.Triager).post("/referrals/"+urn+"/links", url.Values{"days": {"soon"}}).wants(t, http.StatusUnprocessableEntity, "Choose how long")
	for _, who := range []*referral.Caller{n.Clinician, n.Referrer} {
		if page := n.as(who).get("/referrals/" + urn); strings.Contains(page.body, "Answer links") {
			t.Errorf("a %s is offered a link", who.Role)
		}
		n.as(who).post("/referrals/"+urn+"/links", days).wants(t, http.StatusForbidden, "by the referral centre")
	}
	n.as(n.Outsider).post("/referrals/"+urn+"/links", days).wants(t, http.StatusNotFound)

	administrator := n.as(n.Administrator)
	administrator.post("/referrals/"+urn+"/links", days).wants(t, http.StatusForbidden, "why you have to read what is clinical")
	administrator.post("/referrals/"+urn+"/reason", url.Values{"reason": {"The specialist calls for a link"}})
	administrator.post("/referrals/"+urn+"/links", days).wants(t, http.StatusOK, "Send this link to")

	end := endAddress.FindString(n.as(n.Triager).get("/referrals/" + urn).body)
	other := n.sent()
	n.as(n.Triager).post(strings.Replace(end, urn, other, 1), nil).wants(t, http.StatusNotFound)
	n.as(n.Clinician).post(end, nil).wants(t, http.StatusForbidden)
	if links, err := n.Desk.AnswerLinks(t.Context(), urn); err != nil || len(links) != 1 || links[0].State(n.Desk.Now()) != "open" {
		t.Errorf("the links are %+v, %v", links, err)
	}
	n.does(urn, n.Clinician, lifecycle.Event{Move: lifecycle.Return, Reason: lifecycle.Other, Public: "Not ours"})
	n.as(n.Triager).get("/referrals/"+urn).wants(t, http.StatusOK, "over: returned")
}
