package webtest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web"
)

// PersonCookie names, in these tests, the person who is signed in.
const PersonCookie = "bridgework-person"

// team is those who can be signed in, by name, and where referrals can go.
type team struct {
	mu      sync.Mutex
	members map[string]*referral.Caller
	targets []web.Target
	lists   []string
}

// Join makes somebody who can sign in: a name, whose organisation, and in which role. Their cookie's value is the name.
func (h *House) Join(ctx context.Context, name string, organisation int64, role referral.Role, areas ...int64) (*referral.Caller, error) {
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	caller, err := h.Desk.Member(ctx, referral.Member{Person: int64(len(h.team.members) + 1), Name: name, Organisation: organisation, Role: role})
	if err != nil {
		return nil, err
	}
	caller.Areas = areas
	if h.team.members == nil {
		h.team.members = make(map[string]*referral.Caller)
	}
	h.team.members[name] = caller
	return caller, nil
}

// Part signs somebody out, wherever they are.
func (h *House) Part(name string) {
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	delete(h.team.members, name)
}

// member is who a browser's cookie names.
func (h *House) member(r *http.Request) (*referral.Caller, error) {
	cookie, err := r.Cookie(PersonCookie)
	if err != nil {
		return nil, fault.New(fault.Unauthenticated, "You are not signed in")
	}
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	if caller := h.team.members[strings.ReplaceAll(cookie.Value, "+", " ")]; caller != nil {
		return caller, nil
	}
	return nil, fault.New(fault.Unauthenticated, "You are signed out")
}

// Targets makes the providers, and the open waiting lists, to which every referral can go.
func (h *House) Targets(targets []web.Target, lists ...string) {
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	h.team.targets, h.team.lists = targets, lists
}

func (h *House) options(options web.Options) web.Options {
	options.Member, options.Heartbeat = h.member, 200*time.Millisecond
	options.Targets = func(_ context.Context, c *referral.Case) ([]web.Target, error) {
		h.team.mu.Lock()
		defer h.team.mu.Unlock()
		var all []web.Target
		for _, t := range h.team.targets {
			// A provider that has the referral is not one to which it can be sent on.
			if open := c.Life.Allocation(); open != nil && open.Provider == t.Organisation {
				t.Fits, t.WhyNot = false, []string{"has it already"}
			}
			all = append(all, t)
		}
		return all, nil
	}
	options.Lists = func(context.Context, int64) ([]string, error) {
		h.team.mu.Lock()
		defer h.team.mu.Unlock()
		return h.team.lists, nil
	}
	return options
}

// Team is a referral centre, two providers, and somebody of each role.
type Team struct {
	Centre, Provider, Second                                               int64
	Referrer, Triager, Approver, Administrator, Clinician, Other, Outsider *referral.Caller
}

// Gather makes a network around the house's practice.
func (h *House) Gather(ctx context.Context) (*Team, error) {
	n := new(Team)
	for name, num := range map[string]*int64{"Yorkshire Referral Centre": &n.Centre, "St Clements Dental Suite": &n.Provider, "Northgate Oral Surgery": &n.Second} {
		made, err := h.Practices.Create(ctx, audit.Operator, name)
		if err != nil {
			return nil, err
		}
		*num = int64(made.Num)
	}
	var all error
	join := func(who **referral.Caller, name string, organisation int64, role referral.Role, areas ...int64) {
		var err error
		*who, err = h.Join(ctx, name, organisation, role, areas...)
		all = errors.Join(all, err)
	}
	join(&n.Referrer, "Rhona Referrer", int64(h.Practice.Num), lifecycle.Referrer)
	join(&n.Triager, "Tomas Triager", n.Centre, lifecycle.Triager, 1)
	join(&n.Approver, "Asha Approver", n.Centre, lifecycle.Approver, 1)
	join(&n.Administrator, "Ada Administrator", n.Centre, lifecycle.Administrator, 1)
	join(&n.Clinician, "Petra Provider", n.Provider, lifecycle.Provider)
	join(&n.Other, "Sam Second", n.Second, lifecycle.Provider)
	join(&n.Outsider, "Elsa Elsewhere", n.Centre, lifecycle.Triager, 2)
	h.Targets([]web.Target{
		{Organisation: n.Provider, Name: "St Clements Dental Suite", Fits: true, Open: 3, Capacity: 40}, {Organisation: n.Second, Name: "Northgate Oral Surgery", Service: 1, ServiceName: "Oral surgery", Fits: true, Open: 12},
		{Organisation: 900, Name: "Harbour Orthodontics", WhyNot: []string{"does not take this form", "takes no patients over 18"}},
	}, "West Yorkshire oral surgery")
	return n, all
}
