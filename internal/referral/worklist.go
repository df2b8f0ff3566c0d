package referral

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The lists that people work from. They hold open referrals only, and cost what a page costs, however many are closed: each
// reads a range of one index, in its order (migration 0007). Each is the list of who asks: a practice's or a provider's own, and
// for a referral centre's people what lies in their areas.

// Party is one whose turn it can be: a role, and for a practice or a provider its number, else 0.
type Party struct {
	Role Role
	Num  int64
}

// WorkFilter says which referrals of a list are shown; the zero value is all of them.
type WorkFilter struct {
	States   []State            // those in one of these
	Party    Role               // those whose turn is this role's; "" is anybody's
	Priority lifecycle.Priority // "" is any
	FormType string             // "" is any
	Overdue  bool               // those whose turn should have been taken
	Stale    int                // those with which nothing has been done for as many days; 0 is all
	Search   string             // parts of a URN and of the patient's names: see seek; "" is all
	Order    string             // ByPatient and the others, with "-" before it the other way round; "" is the list's own
	After    string             // WorkPage.Next of the page before, which had the same filter and order; "" is the first page
	Count    int                // of a page; 0 is 25, and 100 the most
}

// WorkLine is a referral of a worklist.
type WorkLine struct {
	Line
	Practice     int64 // the one that refers
	PracticeName string
	Party        Party
	PartyName    string // the organisation's of a provider whose turn it is; "" where it has none
	NextStep     string // what the party has to do
	DueAt        dental.DateTime
	LastAt       dental.DateTime // something was done with it
	IsOverdue    bool
}

// WorkPage is a part of a worklist.
type WorkPage struct {
	Lines []WorkLine
	Next  string // for WorkFilter.After; "" when this is the end
}

// WorkCount is how many open referrals of a list belong to one group.
type WorkCount struct {
	Group   string // a state, a priority or a role, as the list groups
	All     int
	Overdue int
}

// worklist is a list as its index has it.
type worklist struct {
	runs     []run
	each     string // the column by which each run is ordered; the number comes after it
	sequence string // the order that the runs make, one after the other: the list's own
	merged   string // the order that they make when they are read beside each other, where there are several
	groupBy  string
	reader   Role // who asks: their own turn is called so
	base     run  // what all runs have in common, for counting, and for orders that no index has
}

// run is a range of an index. A list is its runs, one after the other.
type run struct {
	where string
	args  []store.Value
}

// statesOf are the states in which the turn is a role's, in the order of the lifecycle.
var statesOf = map[Role][]State{
	lifecycle.Referrer:      {lifecycle.Prepared, lifecycle.Draft, lifecycle.InfoRequested},
	lifecycle.System:        {lifecycle.Submitted},
	lifecycle.Triager:       {lifecycle.WithTriage},
	lifecycle.Approver:      {lifecycle.Pending},
	lifecycle.Administrator: {lifecycle.WaitingList},
	lifecycle.Provider: {lifecycle.Sent, lifecycle.Received, lifecycle.Accepted, lifecycle.Contacted, lifecycle.Booked, lifecycle.Assessed,
		lifecycle.InTreatment, lifecycle.UnderReview},
}

// isOpen is the condition that keeps closed referrals out by an index on DueAt.
const isOpen = "`DueAt` > '0001-01-01 00:00:00'"

// turnsOf are the referrals that wait for a party, by their state in the order of the lifecycle, and in a state by when they are
// due. Every open referral is in the list of exactly one party.
func turnsOf(party Party, states []State) worklist {
	base := run{"`PartyRole` = ? AND `PartyNum` = ?", []store.Value{store.Text(party.Role), store.Int(party.Num)}}
	list := worklist{each: "DueAt", sequence: ByStatus, merged: ByDue, groupBy: "State", base: base}
	for _, state := range statesOf[party.Role] {
		if len(states) == 0 || slices.Contains(states, state) {
			list.runs = append(list.runs, base.and("`State` = ?", store.Text(state)))
		}
	}
	return list
}

// partyOf is whose turns are the caller's own.
func partyOf(caller *Caller) Party {
	if caller.Role == lifecycle.Referrer || caller.Role == lifecycle.Provider {
		return Party{caller.Role, caller.Account.Practice}
	}
	return Party{Role: caller.Role}
}

// errNotYours is for a list that the caller's role has not.
func errNotYours(caller *Caller) error {
	return fault.New(fault.Forbidden, "This list is not for the role in which you are signed in, %s", caller.Role)
}

// Turns are the referrals that wait for the caller: for an administrator those on waiting lists, for others what Queue, Inbound
// and Outbound have of their own turn.
func (d *Desk) Turns(ctx context.Context, caller *Caller, filter WorkFilter) (WorkPage, error) {
	return d.work(ctx, caller, turnsOf(partyOf(caller), filter.States), filter)
}

// TurnCounts counts the referrals that wait for the caller, by state.
func (d *Desk) TurnCounts(ctx context.Context, caller *Caller) ([]WorkCount, error) {
	return d.counts(ctx, caller, turnsOf(partyOf(caller), nil))
}

// Inbound are the open referrals that a provider has, grouped by state: to open, to accept, to contact, to book and so on.
func (d *Desk) Inbound(ctx context.Context, caller *Caller, filter WorkFilter) (WorkPage, error) {
	if caller.Role != lifecycle.Provider {
		return WorkPage{}, errNotYours(caller)
	}
	return d.Turns(ctx, caller, filter)
}

// InboundCounts counts a provider's open referrals, by state.
func (d *Desk) InboundCounts(ctx context.Context, caller *Caller) ([]WorkCount, error) {
	if caller.Role != lifecycle.Provider {
		return nil, errNotYours(caller)
	}
	return d.TurnCounts(ctx, caller)
}

// Queue are the referrals that wait for triagers, or where the caller is an approver for a second person: the most urgent first,
// and of the same priority those whose clock began first.
func (d *Desk) Queue(ctx context.Context, caller *Caller, filter WorkFilter) (WorkPage, error) {
	if caller.Role != lifecycle.Triager && caller.Role != lifecycle.Approver {
		return WorkPage{}, errNotYours(caller)
	}
	return d.work(ctx, caller, queueOf(caller.Role, filter.Priority), filter)
}

func queueOf(role Role, only lifecycle.Priority) worklist {
	base := run{"`PartyRole` = ?", []store.Value{store.Text(role)}}
	list := worklist{each: "SubmittedAt", sequence: ByPriority, merged: BySent, groupBy: "Priority", base: base}
	for _, priority := range []lifecycle.Priority{lifecycle.USC, lifecycle.Urgent, lifecycle.Routine} {
		if only == "" || only == priority {
			list.runs = append(list.runs, base.and("`Priority` = ?", store.Text(priority)))
		}
	}
	return list
}

// QueueCounts counts a queue, by priority.
func (d *Desk) QueueCounts(ctx context.Context, caller *Caller) ([]WorkCount, error) {
	if caller.Role != lifecycle.Triager && caller.Role != lifecycle.Approver {
		return nil, errNotYours(caller)
	}
	return d.counts(ctx, caller, queueOf(caller.Role, ""))
}

// Outbound are the open referrals that the caller's practice has submitted, whoever has to act, by when that is due.
func (d *Desk) Outbound(ctx context.Context, caller *Caller, filter WorkFilter) (WorkPage, error) {
	if caller.Role != lifecycle.Referrer {
		return WorkPage{}, errNotYours(caller)
	}
	return d.work(ctx, caller, outboundOf(caller.Account.Practice), filter)
}

func outboundOf(practice int64) worklist {
	base := run{"`PracticeNum` = ? AND " + isOpen + " AND `State` <> 'prepared' AND `State` <> 'draft'", []store.Value{store.Int(practice)}}
	return worklist{runs: []run{base}, each: "DueAt", sequence: ByDue, groupBy: "PartyRole", base: base}
}

// OutboundCounts counts the open referrals that the caller's practice has submitted, by whose turn it is.
func (d *Desk) OutboundCounts(ctx context.Context, caller *Caller) ([]WorkCount, error) {
	if caller.Role != lifecycle.Referrer {
		return nil, errNotYours(caller)
	}
	return d.counts(ctx, caller, outboundOf(caller.Account.Practice))
}

// Overdue are the referrals of an administrator's areas whose turn should have been taken, whoever has to act, the longest
// overdue first. With escalated they are those of which the referral centre is told, besides the party.
func (d *Desk) Overdue(ctx context.Context, caller *Caller, escalated bool, filter WorkFilter) (WorkPage, error) {
	if caller.Role != lifecycle.Administrator {
		return WorkPage{}, errNotYours(caller)
	}
	return d.work(ctx, caller, overdueAt(d.now(), escalated), filter)
}

func overdueAt(now dental.DateTime, escalated bool) worklist {
	if escalated {
		now = now.AddSeconds(-lifecycle.EscalateAfter)
	}
	base := run{isOpen + " AND `DueAt` < ?", []store.Value{store.Text(now.String())}}
	return worklist{runs: []run{base}, each: "DueAt", sequence: ByDue, groupBy: "PartyRole", base: base}
}

// OverdueCounts counts what is overdue, by whose turn it is.
func (d *Desk) OverdueCounts(ctx context.Context, caller *Caller, escalated bool) ([]WorkCount, error) {
	if caller.Role != lifecycle.Administrator {
		return nil, errNotYours(caller)
	}
	return d.counts(ctx, caller, overdueAt(d.now(), escalated))
}

// within keeps a referral centre's people to their areas.
func (l *worklist) within(caller *Caller) {
	if sideOf(caller.Role) != lifecycle.Administrator {
		return
	}
	condition := "`AreaNum` IN (0" + strings.Repeat(", ?", len(caller.Areas)) + ")"
	var args []store.Value
	for _, area := range caller.Areas {
		args = append(args, store.Int(area))
	}
	l.base = l.base.and(condition, args...)
	for i := range l.runs {
		l.runs[i] = l.runs[i].and(condition, args...)
	}
}

func (r run) and(condition string, args ...store.Value) run {
	return run{r.where + " AND " + condition, append(slices.Clone(r.args), args...)}
}

// filtered is the run with what the filter leaves of it.
func (r run) filtered(filter WorkFilter, words sought, now dental.DateTime) run {
	if len(filter.States) > 0 {
		var args []store.Value
		for _, state := range filter.States {
			args = append(args, store.Text(state))
		}
		r = r.and("`State` IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
	}
	if filter.Party != "" {
		r = r.and("`PartyRole` = ?", store.Text(filter.Party))
	}
	if filter.Priority != "" {
		r = r.and("`Priority` = ?", store.Text(filter.Priority))
	}
	if filter.FormType != "" {
		r = r.and("`FormType` = ?", store.Text(filter.FormType))
	}
	if filter.Overdue {
		r = r.and("`DueAt` < ?", store.Text(now.String()))
	}
	if filter.Stale > 0 {
		r = r.and("`LastAt` <= ?", store.Text(now.AddSeconds(-filter.Stale*24*60*60).String()))
	}
	return words.in(r)
}

const workColumns = lineColumns + ", `PracticeNum`, `PartyRole`, `PartyNum`, `NextStep`, `DueAt`, `LastAt`"

// in is how the list is read in an order, "" being its own.
func (d *Desk) in(list *worklist, order string) (reading, error) {
	if order == "" {
		order = list.sequence
	}
	name, isReversed := parseOrder(order)
	own := ordering{name: order, keys: []sortKey{moment(list.each)}}
	switch {
	case name == list.sequence && list.merged != "": // the runs stand for what is ordered by
		runs := slices.Clone(list.runs)
		if isReversed {
			slices.Reverse(runs)
		}
		return reading{own, runs, false}, nil
	case name == list.sequence || name != "" && name == list.merged:
		own.descends = (name == BySent) != isReversed
		return reading{own, slices.Clone(list.runs), name == list.merged}, nil
	}
	keys, descends := d.keysOf(name, list.reader, sortKey{sql: "`DueAt`"}) // of those that are equal the first due
	if keys == nil {
		return reading{}, errNoOrder(order)
	}
	return reading{ordering{order, keys, descends != isReversed}, []run{list.base}, false}, nil
}

// work reads a page. Referrals that move meanwhile are shown where they are when their part is read.
func (d *Desk) work(ctx context.Context, caller *Caller, list worklist, filter WorkFilter) (page WorkPage, err error) {
	list.within(caller)
	list.reader = caller.Role
	r, err := d.in(&list, filter.Order)
	if err != nil {
		return page, err
	}
	after, err := d.parsePlace(filter.After, r.ordering)
	if err != nil {
		return page, err
	}
	if filter.Count < 0 || filter.Stale < 0 || filter.Stale > 10_000 {
		return page, fault.New(fault.Invalid, "There is no such page")
	}
	now := d.now()
	words := seek(filter.Search, caller.Role == lifecycle.Referrer)
	for i := range r.runs {
		r.runs[i] = r.runs[i].filtered(filter, words, now)
	}
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		page = WorkPage{}
		found, next, err := d.page(&r, c, after, pageSize(filter.Count), now)
		if err != nil {
			return err
		}
		page.Next = next
		for _, one := range found {
			page.Lines = append(page.Lines, one.line)
		}
		return nameOrganisations(c, page.Lines)
	})
	return page, err
}

func scanWork(r store.Row, now dental.DateTime) WorkLine {
	line := WorkLine{Line: scanLine(r), Practice: r.Int(14), Party: Party{Role(r.Text(15)), r.Int(16)}, NextStep: string(r.Text(17)), DueAt: dateTime(r.Text(18)), LastAt: dateTime(r.Text(19))}
	line.IsOverdue = !line.DueAt.IsNone() && line.DueAt.Before(now)
	return line
}

// nameOrganisations reads the names of the referring practices, and of the providers whose turn it is, each at once.
func nameOrganisations(c store.Conn, lines []WorkLine) error {
	practices, providers := make(map[int64]string), make(map[int64]string)
	for i := range lines {
		practices[lines[i].Practice] = ""
		if lines[i].Party.Role == lifecycle.Provider {
			providers[lines[i].Party.Num] = ""
		}
	}
	if err := readNames(c, "SELECT `PracticeNum`, `Name` FROM `practice` WHERE `PracticeNum`", practices); err != nil {
		return err
	}
	if err := readNames(c, "SELECT `OrganisationNum`, `Name` FROM `organisation` WHERE `OrganisationNum`", providers); err != nil {
		return err
	}
	for i := range lines {
		lines[i].PracticeName = practices[lines[i].Practice]
		if lines[i].Party.Role == lifecycle.Provider {
			lines[i].PartyName = providers[lines[i].Party.Num]
		}
	}
	return nil
}

// readNames reads what is called by the numbers in names.
func readNames(c store.Conn, sql string, names map[int64]string) error {
	if len(names) == 0 {
		return nil
	}
	var args []store.Value
	for num := range names {
		args = append(args, store.Int(num))
	}
	rows := c.Query(sql+" IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
	for rows.Next() {
		names[rows.Int(0)] = string(rows.Text(1))
	}
	return rows.Close()
}

func (l *worklist) countStatement(now dental.DateTime) (sql string, args []store.Value) {
	return "SELECT `" + l.groupBy + "`, COUNT(*), SUM(CASE WHEN `DueAt` < ? THEN 1 ELSE 0 END) FROM `referral` WHERE " + l.base.where + " GROUP BY `" + l.groupBy + "` ORDER BY `" + l.groupBy + "`",
		append([]store.Value{store.Text(now.String())}, l.base.args...)
}

func (d *Desk) counts(ctx context.Context, caller *Caller, list worklist) (counts []WorkCount, err error) {
	list.within(caller)
	sql, args := list.countStatement(d.now())
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		counts = nil
		rows := c.Query(sql, args...)
		for rows.Next() {
			counts = append(counts, WorkCount{Group: string(rows.Text(0)), All: int(rows.Int(1)), Overdue: int(rows.Int(2))})
		}
		return rows.Close()
	})
	return counts, err
}
