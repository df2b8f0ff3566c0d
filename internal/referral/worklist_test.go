package referral_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// wild is a network in which everybody did something at random, and each referral as its own page shows it.
type wild struct {
	*referraltest.Fixture
	t         *testing.T
	random    *rand.Rand
	callers   []*referral.Caller
	providers []int64
	list      int64
	urns      []string
}

var priorities = []lifecycle.Priority{lifecycle.Routine, lifecycle.Urgent, lifecycle.USC}

func newWild(t *testing.T, count, steps int) *wild {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("the seed is %d", seed)
	w := &wild{Fixture: referraltest.New(t, referral.Options{Triage: true}), t: t, random: rand.New(rand.NewPCG(seed, 0)), providers: []int64{501, 502}}
	for _, name := range []string{"Mill Lane Dental", "Harbour Dental"} {
		w.callers = append(w.callers, w.Caller(t, w.Practice(t, name, ""), ""))
	}
	for i, provider := range w.providers {
		referraltest.Provider(t, w.Hub, provider, []string{"Ångström Suite", "the Twin Oaks"}[i])
	}
	w.list = referraltest.List(t, w.Hub, "A list")
	w.providers = append(w.providers, w.callers[1].Account.Practice) // a practice that refers, and treats too
	for i := range count {
		caller := w.callers[w.random.IntN(len(w.callers))]
		in := referral.Intake{Origin: "salesforce", State: lifecycle.Submitted, Priority: priorities[w.random.IntN(3)], First: "Jo", Last: fmt.Sprintf("Clark%c", 'a'+i%26)}
		if w.random.IntN(10) == 0 {
			in.State, in.Priority = lifecycle.Draft, lifecycle.Routine
		}
		var num int64
		if err := w.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) (err error) {
			num, err = w.Desk.TakeIn(tx, caller, in)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.urns = append(w.urns, w.urnOf(num))
		if w.random.IntN(3) > 0 { // some come in within the same second
			w.Pass(time.Duration(w.random.IntN(6)) * time.Hour)
		}
	}
	for range steps {
		w.step(w.urns[w.random.IntN(len(w.urns))])
		w.Pass(time.Duration(w.random.IntN(120)) * time.Minute)
	}
	return w
}

func (w *wild) urnOf(num int64) (urn string) {
	w.t.Helper()
	err := w.Hub.DB.Read(w.t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Urn` FROM `referral` WHERE `ReferralNum` = ?", store.Int(num))
		if rows.Next() {
			urn = string(rows.Text(0))
		}
		return rows.Close()
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return urn
}

// step makes one of the moves that can be made, whoever may make it.
func (w *wild) step(urn string) {
	w.t.Helper()
	life, err := w.Desk.Life(w.t.Context(), urn)
	if err != nil {
		w.t.Fatal(err)
	}
	if life.State.BeforeSubmission() {
		return
	}
	now := dental.DateTimeOf(w.Now())
	var can []lifecycle.Event
	for _, role := range []lifecycle.Role{lifecycle.Referrer, lifecycle.Administrator, lifecycle.Triager, lifecycle.Approver, lifecycle.Provider, lifecycle.System} {
		for _, move := range lifecycle.Moves() {
			if move == lifecycle.Message && role == lifecycle.Provider && !hasIt(life) {
				continue // it does not see the referral
			}
			end := slices.Contains([]lifecycle.Move{lifecycle.Withdraw, lifecycle.EnterInError, lifecycle.RejectAtTriage, lifecycle.Decline, lifecycle.EndEarly}, move)
			if end && w.random.IntN(8) > 0 {
				continue // or few would live long
			}
			e := lifecycle.Event{Move: move, Role: role, At: now, Reason: lifecycle.NoRadiograph, Public: "A text", Data: lifecycle.Data{
				Version: life.Version + 1, Provider: w.providers[w.random.IntN(len(w.providers))], Name: "A provider", List: w.listFor(move), Tier: "2", When: now.AddSeconds(1 + w.random.IntN(90_000)),
				ReviewBy: now.Date().AddDays(1 + w.random.IntN(90)), Outcome: lifecycle.Outcomes()[w.random.IntN(6)], Summary: "Done", Confirmed: true, ReplacedBy: "ABC0000001"}}
			if _, err := life.Next(e, lifecycle.DefaultRules()); err == nil {
				can = append(can, e)
			}
		}
	}
	if len(can) == 0 {
		return
	}
	e := can[w.random.IntN(len(can))]
	if _, err := w.Desk.Append(w.t.Context(), referraltest.Actor(w.callerOf(urn), e.Role, &life), urn, life.Seq, e); err != nil {
		w.t.Fatalf("%s: %v", e.Move, err)
	}
}

// listFor is a waiting list for the moves that go to one, and sometimes for a proposal.
func (w *wild) listFor(move lifecycle.Move) int64 {
	if move == lifecycle.PutOnList || move == lifecycle.Propose && w.random.IntN(2) == 0 {
		return w.list
	}
	return 0
}

// hasIt tells that a provider has the referral, or had it last.
func hasIt(life lifecycle.Referral) bool {
	last := len(life.Allocations) - 1
	return last >= 0 && life.Allocations[last].ClosedAs != "redirected" && life.Allocations[last].ClosedAs != "returned"
}

// callerOf is the practice that has sent a referral.
func (w *wild) callerOf(urn string) *referral.Caller {
	for _, caller := range w.callers {
		if _, err := w.Desk.Status(w.t.Context(), caller, urn); err == nil {
			return caller
		}
	}
	w.t.Fatalf("nobody has sent %s", urn)
	return nil
}

// server sees everything.
var server = &referral.Caller{Account: &referral.Account{}, Role: lifecycle.System, Name: "system"}

// cases are all referrals, each as its own page shows it.
func (w *wild) cases() (all []referral.Case) {
	w.t.Helper()
	for _, urn := range w.urns {
		found, err := w.Desk.Case(w.t.Context(), server, urn)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, *found)
	}
	return all
}

// as is somebody of a party.
func as(party referral.Party) *referral.Caller {
	return &referral.Caller{Account: &referral.Account{Practice: party.Num}, Role: party.Role, Name: "somebody", Areas: []int64{1}}
}

// pages reads a list to its end, a few lines at a time.
func (w *wild) pages(filter referral.WorkFilter, list func(referral.WorkFilter) (referral.WorkPage, error)) (all []referral.WorkLine) {
	w.t.Helper()
	filter.Count = 1 + w.random.IntN(7)
	for {
		page, err := list(filter)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(page.Lines) > filter.Count {
			w.t.Fatalf("a page of %d has %d lines", filter.Count, len(page.Lines))
		}
		all = append(all, page.Lines...)
		if page.Next == "" {
			return all
		}
		filter.After = page.Next
	}
}

func (w *wild) turns(party referral.Party) func(referral.WorkFilter) (referral.WorkPage, error) {
	return func(f referral.WorkFilter) (referral.WorkPage, error) {
		return w.Desk.Turns(w.t.Context(), as(party), f)
	}
}

func (w *wild) parties() []referral.Party {
	all := []referral.Party{{Role: lifecycle.System}, {Role: lifecycle.Triager}, {Role: lifecycle.Approver}, {Role: lifecycle.Administrator}}
	for _, caller := range w.callers {
		all = append(all, referral.Party{Role: lifecycle.Referrer, Num: caller.Account.Practice})
	}
	for _, provider := range w.providers {
		all = append(all, referral.Party{Role: lifecycle.Provider, Num: provider})
	}
	return all
}

func TestEveryOpenReferralIsInExactlyOnePartysList(t *testing.T) {
	w := newWild(t, 60, 0)
	for range 8 {
		for range 60 {
			w.step(w.urns[w.random.IntN(len(w.urns))])
			w.Pass(time.Duration(w.random.IntN(180)) * time.Minute)
		}
		lists := make(map[string][]referral.Party)
		for _, party := range w.parties() {
			counted := 0
			counts, err := w.Desk.TurnCounts(t.Context(), as(party))
			if err != nil {
				t.Fatal(err)
			}
			for _, count := range counts {
				counted += count.All
			}
			lines := w.pages(referral.WorkFilter{}, w.turns(party))
			if len(lines) != counted {
				t.Errorf("%v has %d referrals and counts %d", party, len(lines), counted)
			}
			for _, line := range lines {
				lists[line.URN] = append(lists[line.URN], party)
				if line.Party != party {
					t.Errorf("%s is the turn of %v and in the list of %v", line.URN, line.Party, party)
				}
			}
		}
		sent := make(map[string]int)
		for _, caller := range w.callers {
			for _, line := range w.pages(referral.WorkFilter{}, func(f referral.WorkFilter) (referral.WorkPage, error) { return w.Desk.Outbound(t.Context(), caller, f) }) {
				sent[line.URN]++
				if line.Practice != caller.Account.Practice || line.PracticeName != caller.Account.Name {
					t.Errorf("%s of practice %d %q is in the list of %d", line.URN, line.Practice, line.PracticeName, caller.Account.Practice)
				}
			}
		}
		for _, one := range w.cases() {
			want, outbound := 1, 1
			if one.Life.State.Closed() {
				want, outbound = 0, 0
			} else if one.Life.State.BeforeSubmission() {
				outbound = 0
			}
			turn := one.Life.Turn(lifecycle.DefaultRules())
			if len(lists[one.URN]) != want || sent[one.URN] != outbound {
				t.Errorf("%s, %s, is in the lists %v, and %d times in the referrer's", one.URN, one.State, lists[one.URN], sent[one.URN])
			}
			if one.State != one.Life.State || one.Party.Role != turn.Party || one.NextStep != turn.Step || one.DueAt != turn.Due || one.LastAt != one.Life.Last {
				t.Errorf("the row of %s says %s, %v, %s until %s; its steps say %s, %+v", one.URN, one.State, one.Party, one.NextStep, one.DueAt, one.Life.State, turn)
			}
		}
	}
}

// Each list, with filters at random, has those and only those whose own pages say so, in its order.
func TestAListHasWhatItsFilterSaysInItsOrder(t *testing.T) {
	w := newWild(t, 80, 300)
	all, now := w.cases(), dental.DateTimeOf(w.Now())
	open := func(f referral.Case) bool { return !f.Life.State.Closed() }
	byDue := func(a, b referral.Case) int {
		return cmp.Or(strings.Compare(a.DueAt.String(), b.DueAt.String()), cmp.Compare(a.Num, b.Num))
	}
	states := lifecycle.States()
	type list struct {
		name  string
		read  func(referral.WorkFilter) (referral.WorkPage, error)
		has   func(referral.Case) bool
		order func(a, b referral.Case) int
	}
	lists := []list{
		{"queue", func(f referral.WorkFilter) (referral.WorkPage, error) {
			return w.Desk.Queue(t.Context(), as(referral.Party{Role: lifecycle.Triager}), f)
		},
			func(f referral.Case) bool { return f.State == lifecycle.WithTriage },
			func(a, b referral.Case) int {
				return cmp.Or(cmp.Compare(b.Life.Priority.Rank(), a.Life.Priority.Rank()), strings.Compare(a.SubmittedAt.String(), b.SubmittedAt.String()), cmp.Compare(a.Num, b.Num))
			}},
		{"overdue", func(f referral.WorkFilter) (referral.WorkPage, error) {
			return w.Desk.Overdue(t.Context(), as(referral.Party{Role: lifecycle.Administrator}), false, f)
		},
			func(f referral.Case) bool { return f.Life.Turn(lifecycle.DefaultRules()).Overdue(now) }, byDue},
		{"escalated", func(f referral.WorkFilter) (referral.WorkPage, error) {
			return w.Desk.Overdue(t.Context(), as(referral.Party{Role: lifecycle.Administrator}), true, f)
		},
			func(f referral.Case) bool {
				turn := f.Life.Turn(lifecycle.DefaultRules())
				return slices.Contains(turn.Watchers(now), lifecycle.Administrator) || turn.Party == lifecycle.Administrator && turn.Due.AddSeconds(lifecycle.EscalateAfter).Before(now)
			}, byDue},
	}
	for _, caller := range w.callers {
		lists = append(lists, list{"outbound", func(f referral.WorkFilter) (referral.WorkPage, error) { return w.Desk.Outbound(t.Context(), caller, f) },
			func(f referral.Case) bool {
				return open(f) && !f.Life.State.BeforeSubmission() && f.Practice == caller.Account.Practice
			}, byDue})
	}
	for _, provider := range w.providers {
		lists = append(lists, list{"inbound", func(f referral.WorkFilter) (referral.WorkPage, error) {
			return w.Desk.Inbound(t.Context(), as(referral.Party{Role: lifecycle.Provider, Num: provider}), f)
		},
			func(f referral.Case) bool {
				a := f.Life.Allocation()
				return open(f) && a != nil && a.Provider == provider
			},
			func(a, b referral.Case) int {
				return cmp.Or(cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State)), byDue(a, b))
			}})
	}
	for round := range 60 {
		l := lists[round%len(lists)]
		var filter referral.WorkFilter
		if round >= len(lists) {
			w.narrow(&filter)
		}
		var want []string
		kept := slices.Clone(all)
		slices.SortFunc(kept, l.order)
		for _, one := range kept {
			if l.has(one) && passes(one, filter, now) {
				want = append(want, one.URN)
			}
		}
		var got []string
		for _, line := range w.pages(filter, l.read) {
			got = append(got, line.URN)
			if line.IsOverdue != line.DueAt.Before(now) {
				t.Errorf("%s is due %s and overdue: %v", line.URN, line.DueAt, line.IsOverdue)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s with %+v has %v, want %v", l.name, filter, got, want)
		}
	}
	if len(w.pages(referral.WorkFilter{}, lists[1].read)) == 0 {
		t.Error("nothing is overdue: the test has not tried much")
	}
}

// narrow sets one or two conditions of a filter at random.
func (w *wild) narrow(filter *referral.WorkFilter) {
	for range 1 + w.random.IntN(2) {
		switch w.random.IntN(6) {
		case 0:
			filter.States = []lifecycle.State{lifecycle.Sent, lifecycle.WithTriage, lifecycle.InfoRequested, lifecycle.Booked}[w.random.IntN(3):]
		case 1:
			filter.Party = []lifecycle.Role{lifecycle.Provider, lifecycle.Triager, lifecycle.Referrer}[w.random.IntN(3)]
		case 2:
			filter.Priority = priorities[w.random.IntN(3)]
		case 3:
			filter.Overdue = true
		case 4:
			filter.Stale = 1 + w.random.IntN(14)
		case 5:
			filter.Search = []string{"clarkb", "jo clark", w.urns[0], strings.ToLower(w.urns[0][:9])}[w.random.IntN(4)]
		}
	}
}

func passes(f referral.Case, filter referral.WorkFilter, now dental.DateTime) bool {
	search := true
	for word := range strings.FieldsSeq(filter.Search) {
		search = search && (strings.HasPrefix(f.URN, strings.ToUpper(word)) || strings.Contains(strings.ToLower(f.PatientFirst+" "+f.PatientLast), word))
	}
	return search && (len(filter.States) == 0 || slices.Contains(filter.States, f.Life.State)) && (filter.Party == "" || f.Life.Turn(lifecycle.DefaultRules()).Party == filter.Party) &&
		(filter.Priority == "" || f.Life.Priority == filter.Priority || f.Life.Priority == "" && filter.Priority == lifecycle.Routine) && (!filter.Overdue || f.DueAt.Before(now)) &&
		(filter.Stale == 0 || !now.AddSeconds(-filter.Stale*86400).Before(f.Life.Last))
}

func TestTheCountsOfAListAreThoseOfItsLines(t *testing.T) {
	w := newWild(t, 60, 200)
	caller := w.callers[0]
	for name, l := range map[string]struct {
		counts func() ([]referral.WorkCount, error)
		read   func(referral.WorkFilter) (referral.WorkPage, error)
		group  func(referral.WorkLine) string
	}{
		"outbound": {func() ([]referral.WorkCount, error) { return w.Desk.OutboundCounts(t.Context(), caller) },
			func(f referral.WorkFilter) (referral.WorkPage, error) { return w.Desk.Outbound(t.Context(), caller, f) },
			func(line referral.WorkLine) string { return string(line.Party.Role) }},
		"queue": {func() ([]referral.WorkCount, error) {
			return w.Desk.QueueCounts(t.Context(), as(referral.Party{Role: lifecycle.Triager}))
		},
			func(f referral.WorkFilter) (referral.WorkPage, error) {
				return w.Desk.Queue(t.Context(), as(referral.Party{Role: lifecycle.Triager}), f)
			},
			func(line referral.WorkLine) string { return line.Priority }},
		"inbound": {func() ([]referral.WorkCount, error) {
			return w.Desk.InboundCounts(t.Context(), as(referral.Party{Role: lifecycle.Provider, Num: 501}))
		},
			func(f referral.WorkFilter) (referral.WorkPage, error) {
				return w.Desk.Inbound(t.Context(), as(referral.Party{Role: lifecycle.Provider, Num: 501}), f)
			},
			func(line referral.WorkLine) string { return string(line.State) }},
		"overdue": {func() ([]referral.WorkCount, error) {
			return w.Desk.OverdueCounts(t.Context(), as(referral.Party{Role: lifecycle.Administrator}), false)
		},
			func(f referral.WorkFilter) (referral.WorkPage, error) {
				return w.Desk.Overdue(t.Context(), as(referral.Party{Role: lifecycle.Administrator}), false, f)
			},
			func(line referral.WorkLine) string { return string(line.Party.Role) }},
	} {
		want := make(map[string]referral.WorkCount)
		for _, line := range w.pages(referral.WorkFilter{}, l.read) {
			count := want[l.group(line)]
			count.Group = l.group(line)
			if count.All++; line.IsOverdue {
				count.Overdue++
			}
			want[count.Group] = count
		}
		counts, err := l.counts()
		if err != nil || len(counts) != len(want) {
			t.Errorf("%s counts %v, %v, want %v", name, counts, err, want)
		}
		for _, count := range counts {
			if count != want[count.Group] {
				t.Errorf("%s counts %+v, want %+v", name, count, want[count.Group])
			}
		}
	}
}

func TestAPageThatIsNoneIsRefused(t *testing.T) {
	w := newWild(t, 3, 0)
	for _, filter := range []referral.WorkFilter{{After: "x"}, {After: "due/0/1"}, {After: "due/-1/1/2026-11-02 09:30:00"}, {After: "due/0/1/yesterday"}, {After: "due/0/1/2026-11-02 09:30:00/1"},
		{After: "due/0/0/2026-11-02 09:30:00"}, {After: "due/0/1' OR 1/2026-11-02 09:30:00"}, {After: "due/0/1/%"}, {Order: "size"}, {Order: "-"}, {Order: "--due"}, {Order: "due "},
		{After: "due/0/1/2026-11-02 09:30:00", Order: "-due"}, {After: "due/0/1/2026-11-02 09:30:00", Order: "last"}, {After: "last/0/1/2026-11-02 09:30:00", Order: "-last"},
		{After: "patient/0/1/%00", Order: "patient"}, {After: "patient/0/1/%ff", Order: "patient"}, {After: "priority/0/1/x/2026-11-02 09:30:00", Order: "priority"}, {After: "priority/0/1/1", Order: "priority"}, {Count: -1}, {Stale: -1}, {Stale: 1 << 40}} {
		if _, err := w.Desk.Overdue(t.Context(), as(referral.Party{Role: lifecycle.Administrator}), false, filter); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v is answered %v", filter, err)
		}
	}
	if page, err := w.Desk.Overdue(t.Context(), as(referral.Party{Role: lifecycle.Administrator}), false, referral.WorkFilter{After: "due/7/1/2026-11-02 09:30:00"}); err != nil || len(page.Lines) != 0 {
		t.Errorf("beyond the end is %+v, %v", page, err)
	}
}

func TestAListIsForItsOwnRoleAndAreas(t *testing.T) {
	w := newWild(t, 30, 100)
	ctx, none := t.Context(), referral.WorkFilter{}
	roles := []lifecycle.Role{lifecycle.Referrer, lifecycle.Triager, lifecycle.Approver, lifecycle.Administrator, lifecycle.Provider, lifecycle.Patient}
	for _, role := range roles {
		who := as(referral.Party{Role: role, Num: w.callers[0].Account.Practice})
		for name, list := range map[string]struct {
			of   []lifecycle.Role
			read func() (referral.WorkPage, error)
		}{
			"outbound": {roles[:1], func() (referral.WorkPage, error) { return w.Desk.Outbound(ctx, who, none) }},
			"queue":    {roles[1:3], func() (referral.WorkPage, error) { return w.Desk.Queue(ctx, who, none) }},
			"overdue":  {roles[3:4], func() (referral.WorkPage, error) { return w.Desk.Overdue(ctx, who, false, none) }},
			"inbound":  {roles[4:5], func() (referral.WorkPage, error) { return w.Desk.Inbound(ctx, who, none) }},
		} {
			_, err := list.read()
			if own := slices.Contains(list.of, role); own && err != nil || !own && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s for a %s: %v", name, role, err)
			}
		}
	}
	for _, areas := range [][]int64{nil, {2, 3}} {
		elsewhere := as(referral.Party{Role: lifecycle.Triager})
		elsewhere.Areas = areas
		if page, err := w.Desk.Queue(ctx, elsewhere, none); err != nil || len(page.Lines) != 0 {
			t.Errorf("the queue of areas %v has %d lines, %v", areas, len(page.Lines), err)
		}
		if counts, err := w.Desk.QueueCounts(ctx, elsewhere); err != nil || len(counts) != 0 {
			t.Errorf("the queue of areas %v counts %v, %v", areas, counts, err)
		}
	}
}

func TestEveryListIsReadInTheOrderOfAnIndex(t *testing.T) {
	if testdb.Chosen() != testdb.SQLite {
		t.Skip("the plans are SQLite's")
	}
	f, caller := bed(t, referral.Options{})
	plans, err := f.Desk.Plans(t.Context(), caller.Account.Practice, 501)
	if err != nil {
		t.Fatal(err)
	}
	checkPlans(t, plans)
	if plan := plans["steps since"][0]; !strings.HasPrefix(plan, "SEARCH t USING INTEGER PRIMARY KEY (rowid>?)") {
		t.Errorf("steps are followed by %s", plan)
	}
}

// checkPlans looks that each list is read in the order of its index, and where it is sorted, by the index that keeps closed
// referrals out.
func checkPlans(t testing.TB, plans map[string][]string) {
	t.Helper()
	for name, indexes := range map[string][]string{"outbound": {"referral_Outbound"}, "queue": {"referral_Queue", "referral_Held", "referral_Party"}, "inbound": {"referral_Party", "referral_Held"}, "overdue": {"referral_Due"}, "escalated": {"referral_Due"}} {
		if len(plans[name]) < 4 || len(plans[name+" counts"]) != 1 {
			t.Fatalf("%s has the plans %v", name, plans[name])
		}
		for _, plan := range plans[name] {
			if !strings.HasPrefix(plan, "SEARCH referral USING INDEX "+indexes[0]+" ") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, plan)
			}
		}
		if plan := plans[name+" counts"][0]; !strings.HasPrefix(plan, "SEARCH referral USING COVERING INDEX "+indexes[0]+" ") {
			t.Errorf("%s counts: %s", name, plan)
		}
		sorted := 0
		for of, those := range plans {
			if !strings.HasPrefix(of, name+" by ") {
				continue
			}
			for _, plan := range those {
				sorted++
				if !slices.ContainsFunc(indexes, func(index string) bool {
					return strings.HasPrefix(strings.Replace(plan, "COVERING ", "", 1), "SEARCH referral USING INDEX "+index+" ")
				}) {
					t.Errorf("%s: %s", of, plan)
				}
			}
		}
		if sorted < 12 {
			t.Errorf("%s is sorted in %d plans", name, sorted)
		}
	}
	for of, index := range map[string]string{"names": "referral_Patient", "references": "referral_Reference"} {
		if found := plans["found by "+of]; len(found) != 1 || found[0] != "SEARCH referral USING COVERING INDEX "+index+" (PracticeNum=?)" {
			t.Errorf("%s are looked for by %v", of, found)
		}
	}
	for order, index := range map[string]string{referral.BySent: "referral_Submitted", referral.ByPatient: "referral_Patient", referral.ByForm: "referral_Form", referral.ByStatus: "referral_Status"} {
		for _, plan := range plans["sent by "+order] {
			if !strings.HasPrefix(plan, "SEARCH referral USING INDEX "+index+" ") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("a practice's list by %s: %s", order, plan)
			}
		}
		for _, plan := range plans["few by "+order] {
			if !strings.HasPrefix(plan, "SEARCH referral USING INTEGER PRIMARY KEY (rowid=?)") {
				t.Errorf("a few of a practice's by %s: %s", order, plan)
			}
		}
		if len(plans["few by "+order]) != 1 || len(plans["sent by "+order]) != 2 {
			t.Errorf("a practice's list by %s has no plans", order)
		}
	}
}
