package lifecycle

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

func TestWorkingDaysLeaveOutWeekendsAndHolidays(t *testing.T) {
	rules := DefaultRules()
	monday, _ := dental.ParseDate("2026-11-09")
	rules.Holidays = map[dental.Date]bool{monday: true}
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-02 09:00:00", 0, "2026-11-02 17:30:00"}, // a Monday
		{"2026-11-02 18:00:00", 0, "2026-11-03 17:30:00"}, // the day is over
		{"2026-11-07 09:00:00", 0, "2026-11-10 17:30:00"}, // a Saturday before a holiday
		{"2026-11-02 09:00:00", 2, "2026-11-04 17:30:00"},
		{"2026-11-05 09:00:00", 2, "2026-11-10 17:30:00"}, // over a weekend and a holiday
		{"2026-11-06 23:59:59", 1, "2026-11-10 17:30:00"},
	} {
		if got := rules.afterWorkingDays(moment(t, c.from), c.n); got.String() != c.want {
			t.Errorf("%d working days after %s is %s, want %s", c.n, c.from, got, c.want)
		}
	}
}

func TestTheClocksAreThoseOfThePriority(t *testing.T) {
	rules := DefaultRules()
	submitted := moment(t, "2026-11-02 09:00:00")
	for _, c := range []struct {
		priority Priority
		state    State
		want     string
	}{
		{Routine, WithTriage, "2026-11-09 17:30:00"},
		{Urgent, WithTriage, "2026-11-04 17:30:00"},
		{USC, WithTriage, "2026-11-02 17:30:00"},
		{Routine, Accepted, "2026-11-16 17:30:00"},
		{Routine, WaitingList, "2027-03-08 09:00:00"}, // eighteen weeks
		{USC, Contacted, "2026-11-04 17:30:00"},
	} {
		r := Referral{State: c.state, Priority: c.priority, Made: submitted, SubmittedAt: submitted, DecidedAt: submitted, TriageSince: submitted, SentAt: submitted, AcceptedAt: submitted, Since: submitted}
		if got := r.Turn(rules).Due.String(); got != c.want {
			t.Errorf("%s in %s is due at %s, want %s", c.priority, c.state, got, c.want)
		}
	}
	late := Referral{State: Accepted, Priority: USC, DecidedAt: submitted, AcceptedAt: submitted.AddSeconds(13 * day)}
	if got := late.Turn(rules).Due.String(); got != "2026-11-16 09:00:00" {
		t.Errorf("a suspected cancer accepted late is due at %s, not 14 days after the decision", got)
	}
}

func TestWhatIsOverdueComesUpAndThenGoesUp(t *testing.T) {
	due := moment(t, "2026-11-02 17:30:00")
	turn := Turn{Provider, "accept", due}
	for _, c := range []struct {
		now  dental.DateTime
		want []Role
	}{
		{due, nil},
		{due.AddSeconds(1), []Role{Provider}},
		{due.AddSeconds(6 * day), []Role{Provider, Administrator}},
	} {
		if got := turn.Watchers(c.now); !slices.Equal(got, c.want) {
			t.Errorf("at %s: %v, want %v", c.now, got, c.want)
		}
	}
}

// A year in which people act, or do not: whoever's turn it is acts with some chance each day, one in ten of them never does,
// and the server makes the moves that are due by themselves.
func TestInAYearOfTenThousandReferralsNoneIsOrphaned(t *testing.T) {
	referrals := 10_000
	if testing.Short() {
		referrals = 500
	}
	random := rand.New(rand.NewPCG(26, 11))
	rules := []*Rules{DefaultRules(), DefaultRules()}
	rules[1].Approval = true
	start := moment(t, "2026-01-01 08:00:00")
	ends := make(map[State]int)
	for i := range referrals {
		area := rules[i%2]
		lazy := random.IntN(10) == 0
		var r Referral
		at := start.AddSeconds(random.IntN(200 * day))
		began := complete(&r, []Move{Prepare, SaveDraft}[i%2], Referrer, at, random)
		r = r.With(must(t, &r, began, area))
		for end := start.AddSeconds(365 * day); at.Before(end); at = at.AddSeconds(day) {
			if move := r.Due(at, area); move != "" {
				r = r.With(must(t, &r, Event{Move: move, Role: System, At: at}, area))
			}
			if turn := r.Turn(area); !lazy && !turn.IsNone() && random.IntN(3) == 0 {
				r = act(&r, turn.Party, at, area, random)
			}
			turn := r.Turn(area)
			if r.State.Closed() != turn.IsNone() {
				t.Fatalf("referral %d is %s, and the turn is %+v", i, r.State, turn)
			}
			if turn.Overdue(at) && len(turn.Watchers(at)) == 0 {
				t.Fatalf("referral %d is overdue in %s, and nobody sees it", i, r.State)
			}
		}
		ends[r.State]++
	}
	if ends[Discharged] == 0 || ends[Expired] == 0 || ends[Rejected] == 0 || ends[Withdrawn] == 0 || ends[Submitted] != 0 {
		t.Errorf("the year ended with %v", ends)
	}
}

func must(t *testing.T, r *Referral, e Event, rules *Rules) Event {
	t.Helper()
	made, err := r.Next(e, rules)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// act makes one of the moves that a party may make now, if one of ten tries is a move.
func act(r *Referral, role Role, at dental.DateTime, rules *Rules, random *rand.Rand) Referral {
	for range 10 {
		choices := r.Choices(Event{Role: role, Actor: random.Int64N(9), At: at}, rules)
		c := choices[random.IntN(len(choices))]
		if c.WhyNot != "" || c.Move == EnterInError || (c.Move == Withdraw || c.Move == DropDraft) && random.IntN(20) > 0 {
			continue
		}
		if e, err := r.Next(complete(r, c.Move, role, at, random), rules); err == nil {
			return r.With(e)
		}
	}
	return *r
}
