package referral

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The lists that people work from. They hold open referrals only, and cost what a page costs, however many are closed: each
// reads a range of one index, in its order (migration 0007). Who may ask for whose list is for whoever asks to have checked.

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
	Search   string             // a URN or its beginning, or parts of the patient's name; "" is all
	After    string             // WorkPage.Next of the page before, which had the same filter; "" is the first page
	Count    int                // of a page; 0 is 25, and 100 the most
}

// WorkLine is a referral of a worklist.
type WorkLine struct {
	Line
	Practice     int64 // the one that refers
	PracticeName string
	Party        Party
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
	runs    []run
	order   string // the column by which each run is ordered; the number comes after it
	groupBy string
	base    run // what all runs have in common, for counting
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

// Turns are the referrals that wait for a party, by their state in the order of the lifecycle, and in a state by when they are
// due. Every open referral is in the list of exactly one party.
func (d *Desk) Turns(ctx context.Context, party Party, filter WorkFilter) (WorkPage, error) {
	return d.work(ctx, turnsOf(party, filter.States), filter)
}

func turnsOf(party Party, states []State) worklist {
	base := run{"`PartyRole` = ? AND `PartyNum` = ?", []store.Value{store.Text(party.Role), store.Int(party.Num)}}
	list := worklist{order: "DueAt", groupBy: "State", base: base}
	for _, state := range statesOf[party.Role] {
		if len(states) == 0 || slices.Contains(states, state) {
			list.runs = append(list.runs, base.and("`State` = ?", store.Text(state)))
		}
	}
	return list
}

// TurnCounts counts the referrals that wait for a party, by state.
func (d *Desk) TurnCounts(ctx context.Context, party Party) ([]WorkCount, error) {
	return d.counts(ctx, turnsOf(party, nil))
}

// Inbound are the open referrals that a provider has, grouped by state: to open, to accept, to contact, to book and so on.
func (d *Desk) Inbound(ctx context.Context, provider int64, filter WorkFilter) (WorkPage, error) {
	return d.Turns(ctx, Party{lifecycle.Provider, provider}, filter)
}

// InboundCounts counts a provider's open referrals, by state.
func (d *Desk) InboundCounts(ctx context.Context, provider int64) ([]WorkCount, error) {
	return d.TurnCounts(ctx, Party{lifecycle.Provider, provider})
}

// Queue are the referrals that wait for triagers, or with lifecycle.Approver for a second person: the most urgent first, and of
// the same priority those whose clock began first.
func (d *Desk) Queue(ctx context.Context, role Role, filter WorkFilter) (WorkPage, error) {
	if role != lifecycle.Triager && role != lifecycle.Approver {
		return WorkPage{}, fault.New(fault.Invalid, "There is no queue of this role")
	}
	return d.work(ctx, queueOf(role, filter.Priority), filter)
}

func queueOf(role Role, only lifecycle.Priority) worklist {
	base := run{"`PartyRole` = ?", []store.Value{store.Text(role)}}
	list := worklist{order: "SubmittedAt", groupBy: "Priority", base: base}
	for _, priority := range []lifecycle.Priority{lifecycle.USC, lifecycle.Urgent, lifecycle.Routine} {
		if only == "" || only == priority {
			list.runs = append(list.runs, base.and("`Priority` = ?", store.Text(priority)))
		}
	}
	return list
}

// QueueCounts counts a queue, by priority.
func (d *Desk) QueueCounts(ctx context.Context, role Role) ([]WorkCount, error) {
	return d.counts(ctx, queueOf(role, ""))
}

// Outbound are the open referrals that the caller's practice has submitted, whoever has to act, by when that is due.
func (d *Desk) Outbound(ctx context.Context, caller *Caller, filter WorkFilter) (WorkPage, error) {
	return d.work(ctx, outboundOf(caller.Account.Practice), filter)
}

func outboundOf(practice int64) worklist {
	base := run{"`PracticeNum` = ? AND " + isOpen + " AND `State` <> 'prepared' AND `State` <> 'draft'", []store.Value{store.Int(practice)}}
	return worklist{runs: []run{base}, order: "DueAt", groupBy: "PartyRole", base: base}
}

// OutboundCounts counts the open referrals that the caller's practice has submitted, by whose turn it is.
func (d *Desk) OutboundCounts(ctx context.Context, caller *Caller) ([]WorkCount, error) {
	return d.counts(ctx, outboundOf(caller.Account.Practice))
}

// Overdue are the referrals of all practices and providers whose turn should have been taken, the longest overdue first. With
// escalated they are those of which the referral centre is told, besides the party.
func (d *Desk) Overdue(ctx context.Context, escalated bool, filter WorkFilter) (WorkPage, error) {
	return d.work(ctx, overdueAt(d.now(), escalated), filter)
}

func overdueAt(now dental.DateTime, escalated bool) worklist {
	if escalated {
		now = now.AddSeconds(-lifecycle.EscalateAfter)
	}
	base := run{isOpen + " AND `DueAt` < ?", []store.Value{store.Text(now.String())}}
	return worklist{runs: []run{base}, order: "DueAt", groupBy: "PartyRole", base: base}
}

// OverdueCounts counts what is overdue, by whose turn it is.
func (d *Desk) OverdueCounts(ctx context.Context, escalated bool) ([]WorkCount, error) {
	return d.counts(ctx, overdueAt(d.now(), escalated))
}

func (r run) and(condition string, args ...store.Value) run {
	return run{r.where + " AND " + condition, append(slices.Clone(r.args), args...)}
}

// filtered is the run with what the filter leaves of it.
func (r run) filtered(filter WorkFilter, now dental.DateTime) run {
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
	for _, word := range searched(filter.Search) {
		r = r.and(word.where, word.args...)
	}
	return r
}

// place is where a page begins: after a referral of a run.
type place struct {
	run int
	at  string
	num int64
}

func (p place) String() string {
	return strconv.Itoa(p.run) + "/" + p.at + "/" + strconv.FormatInt(p.num, 10)
}

// parsePlace reads a place that a page ended with.
func parsePlace(text string) (p place, err error) {
	if text == "" {
		return place{}, nil
	}
	noPage := fault.New(fault.Invalid, "There is no such page; begin with the first one")
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return p, noPage
	}
	if p.run, err = strconv.Atoi(parts[0]); err != nil || p.run < 0 {
		return p, noPage
	}
	at, err := dental.ParseDateTime(parts[1])
	if err != nil {
		return p, noPage
	}
	if p.num, err = strconv.ParseInt(parts[2], 10, 64); err != nil || p.num < 1 {
		return p, noPage
	}
	p.at = at.String()
	return p, nil
}

const workColumns = lineColumns + ", `PracticeNum`, `PartyRole`, `PartyNum`, `NextStep`, `DueAt`, `LastAt` FROM `referral` WHERE "

// statement is what reads a page of a run, after a place in it where it has one.
func (l *worklist) statement(r run, after place, most int) (sql string, args []store.Value) {
	if after.num > 0 { // the first condition is the range of the index, the second what was shown of its first moment
		r = r.and("`"+l.order+"` >= ? AND (`"+l.order+"` > ? OR `ReferralNum` > ?)", store.Text(after.at), store.Text(after.at), store.Int(after.num))
	}
	return workColumns + r.where + " ORDER BY `" + l.order + "`, `ReferralNum` LIMIT ?", append(r.args, store.Int(most))
}

// work reads a page. Referrals that move meanwhile are shown where they are when their part is read.
func (d *Desk) work(ctx context.Context, list worklist, filter WorkFilter) (page WorkPage, err error) {
	after, err := parsePlace(filter.After)
	if err != nil {
		return page, err
	}
	if filter.Count < 0 || filter.Stale < 0 || filter.Stale > 10_000 {
		return page, fault.New(fault.Invalid, "There is no such page")
	}
	count := min(filter.Count, 100)
	if count == 0 {
		count = 25
	}
	now := d.now()
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		page = WorkPage{}
		var last place
		for i := after.run; i < len(list.runs) && page.Next == ""; i++ {
			sql, args := list.statement(list.runs[i].filtered(filter, now), after, count+1-len(page.Lines))
			after = place{}
			rows := c.Query(sql, args...)
			for rows.Next() {
				if len(page.Lines) == count {
					page.Next = last.String()
					break
				}
				line := scanWork(rows, now)
				at := line.DueAt
				if list.order == "SubmittedAt" {
					at = line.SubmittedAt
				}
				last = place{i, at.String(), line.Num}
				page.Lines = append(page.Lines, line)
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nameReferrers(c, page.Lines)
	})
	return page, err
}

func scanWork(r store.Row, now dental.DateTime) WorkLine {
	line := WorkLine{Line: scanLine(r), Practice: r.Int(14), Party: Party{Role(r.Text(15)), r.Int(16)}, NextStep: string(r.Text(17)), DueAt: dateTime(r.Text(18)), LastAt: dateTime(r.Text(19))}
	line.IsOverdue = !line.DueAt.IsNone() && line.DueAt.Before(now)
	return line
}

// nameReferrers reads the names of the referring practices, at once.
func nameReferrers(c store.Conn, lines []WorkLine) error {
	names := make(map[int64]string)
	var args []store.Value
	for i := range lines {
		if _, known := names[lines[i].Practice]; !known {
			names[lines[i].Practice] = ""
			args = append(args, store.Int(lines[i].Practice))
		}
	}
	if len(args) == 0 {
		return nil
	}
	rows := c.Query("SELECT `PracticeNum`, `Name` FROM `practice` WHERE `PracticeNum` IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
	for rows.Next() {
		names[rows.Int(0)] = string(rows.Text(1))
	}
	for i := range lines {
		lines[i].PracticeName = names[lines[i].Practice]
	}
	return rows.Close()
}

func (l *worklist) countStatement(now dental.DateTime) (sql string, args []store.Value) {
	return "SELECT `" + l.groupBy + "`, COUNT(*), SUM(CASE WHEN `DueAt` < ? THEN 1 ELSE 0 END) FROM `referral` WHERE " + l.base.where + " GROUP BY `" + l.groupBy + "` ORDER BY `" + l.groupBy + "`",
		append([]store.Value{store.Text(now.String())}, l.base.args...)
}

func (d *Desk) counts(ctx context.Context, list worklist) (counts []WorkCount, err error) {
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
