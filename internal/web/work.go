package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

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
	begin                string      // the order in which it begins
	orders               []string    // those in which it can be, by columns of workColumns
	canChoose            bool        // several can be chosen, to be sent somewhere at once
	stale                bool        // it can be narrowed to those with which nothing happens
	read                 func(*Site, context.Context, *referral.Caller, workAsked) (referral.WorkPage, error)
	count                func(*Site, context.Context, *referral.Caller) (map[string]referral.WorkCount, error)
}

// workGroup is a tab.
type workGroup struct {
	id, title    string
	states       []lifecycle.State
	priority     lifecycle.Priority
	uncounted    bool
	empty, learn string // what an empty part says; "" is what the whole list says
}

// workAsked is what somebody wants to see of a list.
type workAsked struct {
	group  workGroup
	order  order
	filter referral.WorkFilter
}

func priorities(empty string) []workGroup {
	return []workGroup{{title: "All"}, {id: "usc", title: "Suspected cancer", priority: lifecycle.USC, empty: empty}, {id: "urgent", title: "Urgent", priority: lifecycle.Urgent, empty: empty}, {id: "routine", title: "Routine", priority: lifecycle.Routine, empty: empty}}
}

// workColumns are all columns by which worklists are ordered. Those without a head of their own stand in another one's cells.
var workColumns = []column{
	{name: referral.ByPatient, head: "Patient", words: alphabetical, hasHead: true},
	{name: referral.ByForm, head: "Referred for", words: alphabetical, hasHead: true},
	{name: referral.ByPractice, head: "Referred by", words: alphabetical},
	{name: referral.ByPriority, head: "Priority", words: [2]string{"most urgent first", "least urgent first"}, descends: true, hasHead: true},
	{name: referral.ByStatus, head: "Status", words: [2]string{"first steps first", "last steps first"}, hasHead: true},
	{name: referral.ByLast, head: "Last step", words: latest, descends: true},
	{name: referral.ByTurn, head: "Whose turn", words: alphabetical, hasHead: true},
	{name: referral.ByDue, head: "Due", words: [2]string{"soonest first", "latest first"}, hasHead: true},
	{name: referral.BySent, head: "Sent", words: latest, descends: true},
}

// The two orders of names, and of what has been, in words.
var (
	alphabetical = [2]string{"A to Z", "Z to A"}
	latest       = [2]string{"latest first", "earliest first"}
)

// listing is the list as its address has it.
func (l workList) listing() listing {
	all := listing{path: "/work/" + l.name, begin: order{column: l.begin}, asked: []string{"show", "form", "overdue", "q", "priority", "stale"}}
	for _, c := range workColumns {
		if !slices.Contains(l.orders, c.name) {
			c.name = ""
		}
		all.columns = append(all.columns, c)
	}
	return all
}

// The orders of the lists: a queue's have one's turn, and a practice's one who refers.
var (
	queueOrders    = []string{referral.ByPatient, referral.ByForm, referral.ByPractice, referral.ByPriority, referral.ByLast, referral.ByDue, referral.BySent}
	inboundOrders  = append([]string{referral.ByStatus}, queueOrders...)
	outboundOrders = []string{referral.ByPatient, referral.ByForm, referral.ByPriority, referral.ByStatus, referral.ByLast, referral.ByTurn, referral.ByDue, referral.BySent}
	areaOrders     = append([]string{referral.ByPractice}, outboundOrders...)
)

// workLists are all lists.
func workLists() []workList {
	return []workList{
		{name: "triage", title: "Triage", caption: "Referrals that wait for triage", role: lifecycle.Triager, groups: priorities("No referral of this priority waits for triage."), begin: referral.ByPriority, orders: queueOrders, canChoose: true,
			empty: "Nobody waits for triage.", learn: "Referrals come here when they are sent, when a referrer has answered, and when a provider returns one.", read: readQueue, count: countQueue},
		{name: "approvals", title: "To confirm", caption: "Referrals that wait for a second person", role: lifecycle.Approver, groups: priorities("No referral of this priority waits to be confirmed."), begin: referral.ByPriority, orders: queueOrders, canChoose: true,
			empty: "Nothing waits to be confirmed.", learn: "Referrals come here when a triager has proposed where they go. Somebody else confirms or changes it.", read: readQueue, count: countQueue},
		{name: "inbound", title: "Referrals to you", caption: "Open referrals that you have", role: lifecycle.Provider, groups: []workGroup{
			{title: "All"}, {id: "open", title: "To open", states: []lifecycle.State{lifecycle.Sent}}, {id: "accept", title: "To accept", states: []lifecycle.State{lifecycle.Received}},
			{id: "contact", title: "To contact", states: []lifecycle.State{lifecycle.Accepted}}, {id: "book", title: "To book", states: []lifecycle.State{lifecycle.Contacted}},
			{id: "booked", title: "Booked", states: []lifecycle.State{lifecycle.Booked}}, {id: "treatment", title: "In treatment", states: []lifecycle.State{lifecycle.Assessed, lifecycle.InTreatment}},
			{id: "review", title: "Review", states: []lifecycle.State{lifecycle.UnderReview}}},
			empty: "You have no open referrals here.", learn: "Referrals come here when the referral centre, or another provider, sends them to you. Opening one says that you have received it.", stale: true, begin: referral.ByDue, orders: inboundOrders, read: readInbound, count: countInbound},
		{name: "outbound", title: "Sent referrals", caption: "Open referrals that your practice has sent", role: lifecycle.Referrer, groups: []workGroup{
			{title: "All open"}, {id: "you", title: "With you", states: []lifecycle.State{lifecycle.InfoRequested}},
			{id: "centre", title: "With the referral centre", states: []lifecycle.State{lifecycle.Submitted, lifecycle.WithTriage, lifecycle.Pending, lifecycle.WaitingList}},
			{id: "provider", title: "With a provider", states: []lifecycle.State{lifecycle.Sent, lifecycle.Received, lifecycle.Accepted, lifecycle.Contacted, lifecycle.Booked, lifecycle.Assessed, lifecycle.InTreatment, lifecycle.UnderReview}}},
			empty: "No referral of your practice is open here.", learn: "A referral stays here until it is finished, returned or withdrawn; all of them are among all referrals.", stale: true, begin: referral.ByDue, orders: outboundOrders, read: readOutbound, count: countOutbound},
		{name: "area", title: "The area", caption: "Referrals of your areas that need somebody", role: lifecycle.Administrator, groups: []workGroup{
			{title: "Overdue"},
			{id: "escalated", title: "Long overdue", empty: "Nothing is long overdue.", learn: "A turn that is five days overdue is long overdue. Call who has the turn."},
			{id: "waiting", title: "Waiting lists", empty: "Nobody is on a waiting list.", learn: "Referrals come here when triage puts them on a list, and leave it when a provider has a place."},
			{id: "disputed", title: "Withdrawal asked, or told otherwise", uncounted: true, empty: "No practice asks for a withdrawal, and no chart says something else.",
				learn: "Referrals come here when the referring practice has set one to Declined in its chart, and when a practice’s chart says something else than the referral’s status. Call the practice; withdraw the referral when the patient asks."}},
			empty: "Nothing is overdue.", learn: "A turn that is not taken in time is overdue, and after five days long overdue. Call who has the turn, or withdraw the referral when the patient asks.", stale: true, begin: referral.ByDue, orders: areaOrders, read: readArea, count: countArea},
	}
}

func readQueue(s *Site, ctx context.Context, caller *referral.Caller, a workAsked) (referral.WorkPage, error) {
	if a.order.column == referral.ByDue { // which an index has
		a.filter.Priority = a.group.priority
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
	late := func(counts []referral.WorkCount) referral.WorkCount { // all of them are overdue, which the tab says itself
		return referral.WorkCount{All: grouped(counts, none)[""].All}
	}
	return map[string]referral.WorkCount{"": late(overdue), "escalated": late(escalated), "waiting": grouped(waiting, none)[""]}, err
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
func (l workList) askedOf(query url.Values, forms []string) (workAsked, error) {
	a := workAsked{group: l.groups[0]}
	q := listQuery{Values: query}
	var tabs, days []string
	for _, g := range l.groups[1:] {
		tabs = append(tabs, g.id)
	}
	for _, n := range staleChoices {
		days = append(days, strconv.Itoa(n))
	}
	id := q.one("show", "The part of the list", tabs...)
	a.group = l.groups[slices.IndexFunc(l.groups, func(g workGroup) bool { return g.id == id })]
	a.order = q.order(l.listing())
	a.filter = referral.WorkFilter{States: a.group.states, FormType: q.one("form", "The form", forms...), Overdue: q.one("overdue", "“Overdue only”", "1") != "", Order: a.order.String(), After: query.Get("after"),
		Priority: lifecycle.Priority(q.one("priority", "The priority", string(lifecycle.Routine), string(lifecycle.Urgent), string(lifecycle.USC))), Search: q.search("parts of a reference, or of a name")}
	if l.stale {
		a.filter.Stale, _ = strconv.Atoi(q.one("stale", "The number of days", days...)) // "" is 0
	}
	return a, q.err()
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
	a, err := list.askedOf(r.URL.Query(), s.desk.Forms().Names())
	return caller, list, a, err
}
