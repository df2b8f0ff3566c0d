package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// network is the pages with somebody of each role who can sign in.
type network struct {
	*webtest.House
	*webtest.Team
	t      *testing.T
	server *httptest.Server
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	house, server := newHouse(t)
	people, err := house.Gather(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &network{house, people, t, server}
}

// as is a browser in which somebody is signed in.
func (n *network) as(who *referral.Caller) *visitor {
	n.t.Helper()
	v := newVisitor(n.t, n.server)
	base, err := url.Parse(v.base)
	if err != nil {
		n.t.Fatal(err)
	}
	v.client.Jar.SetCookies(base, []*http.Cookie{{Name: webtest.PersonCookie, Value: strings.ReplaceAll(who.PersonName, " ", "+")}})
	return v
}

// submitted is a referral that waits for triage.
func (n *network) submitted(more ...func(*referral.Intake)) (urn string) {
	n.t.Helper()
	in := referral.Intake{Origin: "salesforce", State: lifecycle.Submitted, Priority: lifecycle.Routine, ReferrerName: "Rhona Referrer", Reason: "Impacted tooth", First: "Joe", Last: "Clark",
		Given: map[string]string{"patient_first_name": "Joe", "patient_last_name": "Clark"}}
	for _, change := range more {
		change(&in)
	}
	urn = takeInAs(n.t, n.Practices.Hub, n.Desk, n.Caller, in)
	n.does(urn, nil, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	return urn
}

// does makes a step as somebody, without a page; nobody is the server.
func (n *network) does(urn string, who *referral.Caller, step lifecycle.Event) {
	n.t.Helper()
	life := n.life(urn)
	if who == nil {
		server := *n.Caller
		server.Role, server.Name = lifecycle.System, "server"
		who = &server
	}
	if _, err := n.Desk.Append(n.t.Context(), who, urn, life.Seq, step); err != nil {
		n.t.Fatalf("%s: %v", step.Move, err)
	}
}

func (n *network) life(urn string) lifecycle.Referral {
	n.t.Helper()
	life, err := n.Desk.Life(n.t.Context(), urn)
	if err != nil {
		n.t.Fatal(err)
	}
	return life
}

// sent is a referral that the provider has.
func (n *network) sent() (urn string) {
	n.t.Helper()
	urn = n.submitted()
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Public: "Please see soon", Internal: "A secret of the centre", Data: lifecycle.Data{Provider: n.Provider, Name: "St Clements Dental Suite", Tier: "2"}})
	return urn
}

// moves makes a move on the page of a referral as it is now.
func (v *visitor) moves(urn string, move lifecycle.Move, more ...string) answer {
	v.t.Helper()
	return v.movesAfter(v.get("/referrals/"+urn).seq(v.t), urn, move, more...)
}

func (v *visitor) movesAfter(seq, urn string, move lifecycle.Move, more ...string) answer {
	v.t.Helper()
	values := url.Values{"move": {string(move)}, "seq": {seq}}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return v.post("/referrals/"+urn, values)
}

// noted are the entries of the trail of somebody, as "action target detail", and whether the trail is whole.
func (n *network) noted(who *referral.Caller) (entries []string) {
	n.t.Helper()
	err := n.Practices.Hub.DB.Read(n.t.Context(), func(c store.Conn) error {
		entries = nil
		if _, err := audit.Verify(c); err != nil {
			return err
		}
		rows := c.Query("SELECT `Action`, `Target`, `Detail` FROM `auditevent` WHERE `Caller` = ? ORDER BY `AuditNum`", store.Text(who.Name))
		for rows.Next() {
			entries = append(entries, strings.TrimSpace(string(rows.Text(0))+" "+string(rows.Text(1))+" "+string(rows.Text(2))))
		}
		return rows.Close()
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return entries
}
