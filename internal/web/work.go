package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// workList is a list that people work from, as its page has it.
type workList struct {
	name, title, caption string
	role                 referral.Role
	groups               []workGroup // its tabs, the first one first
	empty, learn         string      // what is said where it is empty, and what comes into it
	orders               [][2]string // value and words, where it can be in several; the first one is that in which it begins
	canChoose            bool        // several can be chosen, to be sent somewhere at once
	stale                bool        // it can be narrowed to those with which nothing happens
	read                 func(*Site, context.Context, *referral.Caller, workAsked) (referral.WorkPage, error)
	count                func(*Site, context.Context, *referral.Caller) (map[string]referral.WorkCount, error)
}

// workGroup is a tab.
type workGroup struct {
	id, title string
	states    []lifecycle.State
	priority  lifecycle.Priority
	uncounted bool
}

// workAsked is what somebody wants to see of a list.
type workAsked struct {
	group  workGroup
	order  string
	filter referral.WorkFilter
}

func priorities() []workGroup {
	return []workGroup{{title: "All"}, {id: "usc", title: "Suspected cancer", priority: lifecycle.USC}, {id: "urgent", title: "Urgent", priority: lifecycle.Urgent}, {id: "routine", title: "Routine", priority: lifecycle.Routine}}
}

// The orders of a queue.
const (
	byPriority = "priority"
	byDue      = "due"
)

var queueOrders = [][2]string{{byPriority, "Most urgent first"}, {byDue, "Due first"}}

// workLists are all lists.
func workLists() []workList {
	return []workList{
		{name: "triage", title: "Triage", caption: "Referrals that wait for triage", role: lifecycle.Triager, groups: priorities(), orders: queueOrders, canChoose: true,
			empty: "Nobody waits for triage.", learn: "Referrals come here when they are sent, when a referrer has answered, and when a provider returns one.", read: readQueue, count: countQueue},
		{name: "approvals", title: "To confirm", caption: "Referrals that wait for a second person", role: lifecycle.Approver, groups: priorities(), orders: queueOrders, canChoose: true,
			empty: "Nothing waits to be confirmed.", learn: "Referrals come here when a triager has proposed where they go. Somebody else confirms or changes it.", read: readQueue, count: countQueue},
		{name: "inbound", title: "Referrals to you", caption: "Open referrals that you have", role: lifecycle.Provider, groups: []workGroup{
			{title: "All"}, {id: "open", title: "To open", states: []lifecycle.State{lifecycle.Sent}}, {id: "accept", title: "To accept", states: []lifecycle.State{lifecycle.Received}},
			{id: "contact", title: "To contact", states: []lifecycle.State{lifecycle.Accepted}}, {id: "book", title: "To book", states: []lifecycle.State{lifecycle.Contacted}},
			{id: "booked", title: "Booked", states: []lifecycle.State{lifecycle.Booked}}, {id: "treatment", title: "In treatment", states: []lifecycle.State{lifecycle.Assessed, lifecycle.InTreatment}},
			{id: "review", title: "Review", states: []lifecycle.State{lifecycle.UnderReview}}},
			empty: "You have no open referrals here.", learn: "Referrals come here when the referral centre, or another provider, sends them to you. Opening one says that you have received it.", stale: true, read: readInbound, count: countInbound},
		{name: "outbound", title: "Sent referrals", caption: "Open referrals that your practice has sent", role: lifecycle.Referrer, groups: []workGroup{
			{title: "All open"}, {id: "you", title: "With you", states: []lifecycle.State{lifecycle.InfoRequested}},
			{id: "centre", title: "With the referral centre", states: []lifecycle.State{lifecycle.Submitted, lifecycle.WithTriage, lifecycle.Pending, lifecycle.WaitingList}},
			{id: "provider", title: "With a provider", states: []lifecycle.State{lifecycle.Sent, lifecycle.Received, lifecycle.Accepted, lifecycle.Contacted, lifecycle.Booked, lifecycle.Assessed, lifecycle.InTreatment, lifecycle.UnderReview}}},
			empty: "No referral of your practice is open here.", learn: "A referral stays here until it is finished, returned or withdrawn; all of them are among all referrals.", stale: true, read: readOutbound, count: countOutbound},
		{name: "area", title: "The area", caption: "Referrals of your areas that need somebody", role: lifecycle.Administrator, groups: []workGroup{
			{title: "Overdue"}, {id: "escalated", title: "Long overdue"}, {id: "waiting", title: "Waiting lists"}, {id: "disputed", title: "Withdrawal asked, or told otherwise", uncounted: true}},
			empty: "There is nothing here.", learn: "A turn that is not taken in time is overdue, and after five days long overdue. Call who has the turn, or withdraw the referral when the patient asks.", stale: true, read: readArea, count: countArea},
	}
}

func readQueue(s *Site, ctx context.Context, caller *referral.Caller, a workAsked) (referral.WorkPage, error) {
	if a.order == byDue {
		if a.filter.Priority == "" {
			a.filter.Priority = a.group.priority
		}
		return s.desk.Turns(ctx, caller, a.filter)
	}
	a.filter.Priority = a.group.priority
	return s.desk.Queue(ctx, caller, a.filter)
}

func readInbound(s *Site, ctx context.Context, caller *referral.Caller, a workAsked) (referral.WorkPage, error) {
	return s.desk.Inbound(ctx, caller, a.filter)
}

func readOutbound(s *Site, ctx context.Context, caller *referral.Caller, a workAsked) (referral.WorkPage, error) {
	return s.desk.Outbound(ctx, caller, a.filter)
}

func readArea(s *Site, ctx context.Context, caller *referral.Caller, a workAsked) (referral.WorkPage, error) {
	switch a.group.id {
	case "waiting":
		return s.desk.Turns(ctx, caller, a.filter)
	case "disputed":
		return s.desk.Disputed(ctx, caller, a.filter)
	}
	return s.desk.Overdue(ctx, caller, a.group.id == "escalated", a.filter)
}

// grouped adds counts up by the tab that they belong to; all of them are the first tab's.
func grouped(counts []referral.WorkCount, tab func(group string) string) map[string]referral.WorkCount {
	sums := make(map[string]referral.WorkCount)
	add := func(id string, c referral.WorkCount) {
		sum := sums[id]
		sum.All, sum.Overdue = sum.All+c.All, sum.Overdue+c.Overdue
		sums[id] = sum
	}
	for _, c := range counts {
		if id := tab(c.Group); id != "" {
			add(id, c)
		}
		add("", c)
	}
	return sums
}

func countQueue(s *Site, ctx context.Context, caller *referral.Caller) (map[string]referral.WorkCount, error) {
	counts, err := s.desk.QueueCounts(ctx, caller)
	return grouped(counts, func(priority string) string { return priority }), err
}

func countInbound(s *Site, ctx context.Context, caller *referral.Caller) (map[string]referral.WorkCount, error) {
	counts, err := s.desk.InboundCounts(ctx, caller)
	list, _ := listNamed("inbound")
	return grouped(counts, func(state string) string {
		at := slices.IndexFunc(list.groups, func(g workGroup) bool { return slices.Contains(g.states, lifecycle.State(state)) })
		if at < 0 {
			return ""
		}
		return list.groups[at].id
	}), err
}

func countOutbound(s *Site, ctx context.Context, caller *referral.Caller) (map[string]referral.WorkCount, error) {
	counts, err := s.desk.OutboundCounts(ctx, caller)
	return grouped(counts, func(role string) string {
		switch lifecycle.Role(role) {
		case lifecycle.Referrer:
			return "you"
		case lifecycle.Provider:
			return "provider"
		}
		return "centre"
	}), err
}

func countArea(s *Site, ctx context.Context, caller *referral.Caller) (map[string]referral.WorkCount, error) {
	overdue, err := s.desk.OverdueCounts(ctx, caller, false)
	if err != nil {
		return nil, err
	}
	escalated, err := s.desk.OverdueCounts(ctx, caller, true)
	if err != nil {
		return nil, err
	}
	waiting, err := s.desk.TurnCounts(ctx, caller)
	none := func(string) string { return "" }
	return map[string]referral.WorkCount{"": grouped(overdue, none)[""], "escalated": grouped(escalated, none)[""], "waiting": grouped(waiting, none)[""]}, err
}

func listNamed(name string) (workList, bool) {
	for _, list := range workLists() {
		if list.name == name {
			return list, true
		}
	}
	return workList{}, false
}

// staleChoices are for how many days nothing has happened.
var staleChoices = []int{7, 14, 28}

// askedOf reads what somebody wants to see.
func (l workList) askedOf(query url.Values) (workAsked, error) {
	a := workAsked{group: l.groups[0]}
	if len(l.orders) > 0 {
		a.order = l.orders[0][0]
	}
	wrong := fault.New(fault.Invalid, "There is no such part of the list; begin with the whole list")
	if id := query.Get("show"); id != "" {
		at := slices.IndexFunc(l.groups, func(g workGroup) bool { return g.id == id })
		if at < 0 {
			return a, wrong
		}
		a.group = l.groups[at]
	}
	if order := query.Get("order"); order != "" {
		if !slices.ContainsFunc(l.orders, func(o [2]string) bool { return o[0] == order }) {
			return a, wrong
		}
		a.order = order
	}
	a.filter = referral.WorkFilter{States: a.group.states, FormType: query.Get("form"), Overdue: query.Get("overdue") == "1", Search: strings.TrimSpace(query.Get("q")), After: query.Get("after")}
	switch p := lifecycle.Priority(query.Get("priority")); p {
	case "", lifecycle.Routine, lifecycle.Urgent, lifecycle.USC:
		a.filter.Priority = p
	default:
		return a, wrong
	}
	if days := query.Get("stale"); days != "" && l.stale {
		at := slices.IndexFunc(staleChoices, func(n int) bool { return fmt.Sprint(n) == days })
		if at < 0 {
			return a, wrong
		}
		a.filter.Stale = staleChoices[at]
	}
	if len(a.filter.Search) > 200 {
		return a, fault.New(fault.Invalid, "Search for less: a reference, or parts of a name")
	}
	return a, nil
}

// path is the list with what is asked of it, changed as told: name, value, name, value; "" takes away.
func (l workList) path(query url.Values, change ...string) string {
	kept := make(url.Values)
	for _, name := range []string{"show", "order", "form", "overdue", "q", "priority", "stale", "after"} {
		if v := query.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		kept.Del(change[i])
		if change[i+1] != "" {
			kept.Set(change[i], change[i+1])
		}
	}
	if len(kept) == 0 {
		return "/work/" + l.name
	}
	return "/work/" + l.name + "?" + kept.Encode()
}

// openList finds which list is asked for, and who asks.
func (s *Site) openList(r *http.Request) (*referral.Caller, workList, workAsked, error) {
	list, ok := listNamed(r.PathValue("list"))
	if !ok {
		return nil, list, workAsked{}, notFound
	}
	caller, err := s.person(r)
	if err != nil {
		return nil, list, workAsked{}, err
	}
	if caller.Role != list.role {
		return nil, list, workAsked{}, fault.New(fault.Forbidden, "This list is not for the role in which you are signed in, %s", caller.Role)
	}
	a, err := list.askedOf(r.URL.Query())
	return caller, list, a, err
}
