package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// together lets two press their buttons at the same moment.
func together(one, two func() answer) (first, second answer) {
	var both sync.WaitGroup
	begin := make(chan struct{})
	both.Go(func() { <-begin; first = one() })
	both.Go(func() { <-begin; second = two() })
	close(begin)
	both.Wait()
	return first, second
}

// Two act on the same step at the same moment, each through a process of their own: one of the acts is made, and the other is refused
// with what happened and what was typed; never both, and never none.
func TestOfTwoWhoActAtTheSameMomentOneDoes(t *testing.T) {
	n := newNetwork(t)
	site, stop, err := n.Another("http://pages.example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := httptest.NewServer(site)
	t.Cleanup(func() { elsewhere.Close(); stop() })
	second, err := n.Join(t.Context(), "Second Triager", n.Centre, lifecycle.Triager)
	if err != nil {
		t.Fatal(err)
	}
	at := func(who *referral.Caller, server *httptest.Server) *visitor {
		v := n.as(who)
		if server != n.server {
			jar := v.client.Jar
			v = newVisitor(t, server)
			v.client.Jar = jar // cookies are the host's, whatever the port
		}
		return v
	}
	for _, one := range []struct {
		name          string
		make          func() string
		seen          *referral.Caller
		a, b          *referral.Caller
		first, second lifecycle.Move
		more          [2][]string
	}{
		{"two triagers", func() string { return n.submitted() }, n.Triager, n.Triager, second, lifecycle.Allocate, lifecycle.RejectAtTriage,
			[2][]string{{"target", webtest.Target(n.First), "tier", "2", "text", "Typed by the first"}, {"reason", "out_of_area", "text", "Typed by the second"}}},
		{"withdrawn and accepted", n.sent, n.Clinician, n.Clinician, n.Referrer, lifecycle.Accept, lifecycle.Withdraw,
			[2][]string{{"text", "Typed by the first"}, {"reason", "patient_declined", "text", "Typed by the second"}}},
	} {
		for range 6 {
			urn := one.make()
			seq := n.as(one.seen).get("/referrals/" + urn).seq(t)
			a, b := at(one.a, n.server), at(one.b, elsewhere)
			did, was := together(func() answer { return a.movesAfter(seq, urn, one.first, one.more[0]...) }, func() answer { return b.movesAfter(seq, urn, one.second, one.more[1]...) })
			typed, made := "Typed by the second", one.first
			if did.status != http.StatusSeeOther {
				did, was, typed, made = was, did, "Typed by the first", one.second
			}
			did.leadsTo(t, "/referrals/"+urn+"?done="+string(made))
			was.wants(t, http.StatusConflict, "Since you opened the page", typed)
			if events, err := n.Desk.Events(t.Context(), n.Caller, urn); err != nil || events[len(events)-1].Move != made || events[len(events)-2].Seq > mustInt(t, seq) {
				t.Errorf("%s: the last steps are %v, %v", one.name, events[len(events)-2:], err)
			}
		}
	}
}

// A link is revoked at the moment at which somebody accepts by it: either it was accepted before, or the link is dead and says so.
func TestALinkThatIsRevokedWhileItIsUsedIsUsedBeforeOrNotAtAll(t *testing.T) {
	house, server := newHouse(t)
	for range 6 {
		urn := allocated(t, house)
		s := newSpecialist(t, house, server, urn, 2)
		seq := s.get(s.path).seq(t)
		did, _ := together(func() answer { return s.actAfter(seq, lifecycle.Accept, "text", "We look forward to it") }, func() answer {
			if _, err := house.Desk.RevokeAnswerLinks(t.Context(), audit.Operator, urn); err != nil {
				t.Error(err)
			}
			return answer{}
		})
		life, err := house.Desk.Life(t.Context(), urn)
		if err != nil {
			t.Fatal(err)
		}
		if isAccepted := life.State == lifecycle.Accepted; isAccepted != (did.status == http.StatusSeeOther) || !isAccepted && did.status != http.StatusGone {
			t.Errorf("it is %s, and the answer was %d", life.State, did.status)
		}
		s.get(s.path).wants(t, http.StatusGone, "was ended by the referral centre")
	}
}

func mustInt(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
