package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
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

// An organisation stops treating at the moment at which somebody accepts an invitation to treat there, through another server: one of
// the two happens. Both would leave somebody in a role in which there is nothing to work on.
func TestNobodyComesIntoARoleAtTheMomentAtWhichItEnds(t *testing.T) {
	n, hub := onTwoServers(t)
	there := directory.New(hub, n.Desk.Forms().Titles())
	accepted, ended := 0, 0
	for i := range 12 {
		o, err := n.Directory.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, directory.Organisation{Name: fmt.Sprintf("Clinic %d", i), IsReferring: true, IsTreating: true, Area: directory.Everywhere, IsActive: true})
		if err != nil {
			t.Fatal(err)
		}
		who, email := fmt.Sprintf("Person %d", i), fmt.Sprintf("person%d@example.org", i)
		token, err := n.People.InviteAs(t.Context(), audit.Operator, people.NewInvitation{Name: who, Email: email, Organisation: o.Num, Role: lifecycle.Provider})
		if err != nil {
			t.Fatal(err)
		}
		var refused, kept error
		together(func() answer {
			_, refused = n.People.Accept(t.Context(), people.From{Address: "192.0.2.1"}, token, who, "a long and quiet evening by the sea")
			return answer{}
		}, func() answer {
			time.Sleep(time.Duration(i) * 8 * time.Millisecond) // a password takes a while to hash
			o.IsTreating = false
			_, kept = there.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, o)
			return answer{}
		})
		switch {
		case refused == nil && fault.Is(kept, fault.Invalid):
			accepted++
		case kept == nil && fault.Is(refused, fault.Gone):
			ended++
		default:
			t.Errorf("accepting is answered %v, and ending %v", refused, kept)
		}
	}
	t.Logf("%d were accepted first, and %d ended", accepted, ended)
}

func mustInt(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
