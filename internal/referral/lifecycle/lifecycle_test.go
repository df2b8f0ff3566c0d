package lifecycle

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

var roles = []Role{Referrer, Administrator, Triager, Approver, Provider, Patient, System}

func moment(t testing.TB, text string) dental.DateTime {
	t.Helper()
	at, err := dental.ParseDateTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const secret = "only for one's own side"

// complete gives a move all that it may need, drawn where there is a choice.
func complete(r *Referral, move Move, role Role, at dental.DateTime, random *rand.Rand) Event {
	e := Event{Move: move, Role: role, Actor: 1 + random.Int64N(3), At: at, Reason: Reasons()[random.IntN(len(Reasons()))], Public: "Please", Internal: secret}
	e.Data = Data{
		Priority: []Priority{Routine, Urgent, USC}[random.IntN(3)], Version: r.Version + 1, Provider: 1 + random.Int64N(4), Tier: "2",
		When: at.AddSeconds(3600 + random.IntN(20*day)), ReviewBy: at.Date().AddDays(1 + random.IntN(60)), Outcome: Outcomes()[random.IntN(len(Outcomes()))],
		Summary: "All is done", Attempts: 1 + random.IntN(2), FilesReady: random.IntN(2) == 0, Confirmed: true, ReplacedBy: "TST0000099",
	}
	e.Data.Name = fmt.Sprintf("Provider %d", e.Data.Provider)
	if move == NotAttended && random.IntN(2) == 0 {
		e.Data.Outcome = DidNotAttend
	}
	return e
}

// The table of the document is all that there is.
func TestAMoveThatIsNotInTheTableIsRefusedAndTheOthersAreNamed(t *testing.T) {
	rules := DefaultRules()
	random := rand.New(rand.NewPCG(1, 1))
	at := moment(t, "2026-11-02 09:00:00")
	refused := 0
	for _, state := range append(States(), None) {
		for _, move := range Moves() {
			for _, role := range roles {
				line := find(move)
				if slices.Contains(line.from, state) && slices.Contains(line.by, role) {
					continue
				}
				r := Referral{State: state}
				_, err := r.Next(complete(&r, move, role, at, random), rules)
				if !fault.Is(err, fault.Conflict) {
					t.Fatalf("%s by %s in %s: %v", move, role, state, err)
				}
				if text := err.Error(); !strings.Contains(text, "Possible now: ") && !strings.Contains(text, "cannot do anything now") {
					t.Fatalf("%s by %s in %s: %s", move, role, state, text)
				}
				refused++
			}
		}
	}
	if refused < 5000 {
		t.Errorf("only %d moves were tried", refused)
	}
}

func TestAMoveThatLacksSomethingSaysAllThatItLacks(t *testing.T) {
	r := Referral{State: WithTriage}
	_, err := r.Next(Event{Move: RequestInfo, Role: Triager, At: moment(t, "2026-11-02 09:00:00")}, DefaultRules())
	if !fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) != 2 {
		t.Errorf("without reason and text: %v", err)
	}
	_, err = r.Next(Event{Move: RejectAtTriage, Role: Triager, Reason: Other, At: moment(t, "2026-11-02 09:00:00")}, DefaultRules())
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "where the reason is other") {
		t.Errorf("another reason without a text: %v", err)
	}
}

// holds checks what the document says of every referral at every time.
func holds(r *Referral, rules *Rules, events []Event) error {
	open := 0
	for _, a := range r.Allocations {
		if a.Open() {
			open++
		}
	}
	last := events[len(events)-1]
	switch turn := r.Turn(rules); {
	case open > 1:
		return fmt.Errorf("%d allocations are open", open)
	case r.State.Allocated() != (open == 1):
		return fmt.Errorf("%s with %d open allocations", r.State, open)
	case r.State.Closed() != turn.IsNone():
		return fmt.Errorf("in %s the turn is %+v", r.State, turn)
	case !turn.IsNone() && (turn.Step == "" || turn.Due.IsNone()):
		return fmt.Errorf("in %s the turn is %+v", r.State, turn)
	case r.Seq != int64(len(events)) || last.Seq != r.Seq:
		return fmt.Errorf("%d events and sequence %d", len(events), r.Seq)
	case strings.Contains(r.StatusText(), secret) || strings.Contains(r.TrackerText(true), secret) || strings.Contains(last.TimelineText(), secret):
		return fmt.Errorf("an internal text is shown")
	case last.From.Closed() && last.From != last.To && last.Move != EnterInError && last.Move != Reopen:
		return fmt.Errorf("%s leaves %s", last.Move, last.From)
	case r.Priority == Routine && slices.ContainsFunc(events, func(e Event) bool { return e.Move == Submit && e.Data.Priority == USC }):
		return fmt.Errorf("a suspected cancer is routine")
	case !reflect.DeepEqual(Fold(events), *r):
		return fmt.Errorf("the fold is %+v, not %+v", Fold(events), *r)
	}
	for i, e := range events {
		if i > 0 && e.At.Before(events[i-1].At) {
			return fmt.Errorf("event %d was before event %d", i+1, i)
		}
		if e.Move == Allocate && i > 0 && events[i-1].Move == Propose && events[i-1].Actor == e.Actor {
			return fmt.Errorf("who has proposed it has confirmed it")
		}
	}
	return nil
}

// draw is a move of the state as often as not, by one who may, and else any move by anybody. What ends everything is
// drawn less often, so that the later states are reached.
func draw(r *Referral, random *rand.Rand) (Move, Role) {
	for random.IntN(4) > 0 {
		t := transitions[random.IntN(len(transitions))]
		if slices.Contains(t.from, r.State) && (t.to == "" || !t.to.Closed() || random.IntN(8) == 0) {
			return t.move, t.by[random.IntN(len(t.by))]
		}
	}
	return Moves()[random.IntN(len(Moves()))], roles[random.IntN(len(roles))]
}

func TestNoOrderOfEventsBreaksWhatHoldsOfEveryReferral(t *testing.T) {
	seen := make(map[Move]int)
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 7))
		rules := DefaultRules()
		rules.Approval = seed%2 == 0
		var r Referral
		var events []Event
		at := moment(t, "2026-11-02 09:00:00")
		for range 120 {
			at = at.AddSeconds(random.IntN(6*day) - 3600) // now and then the clock is put back
			move, role := draw(&r, random)
			e, err := r.Next(complete(&r, move, role, at, random), rules)
			if err != nil {
				if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
					t.Fatal(err)
				}
				continue
			}
			before := r
			r = r.With(e)
			events = append(events, e)
			seen[e.Move]++
			if err := holds(&r, rules, events); err != nil {
				t.Fatalf("seed %d, after %s from %s: %v", seed, e.Move, before.State, err)
			}
		}
	}
	for _, move := range Moves() {
		if seen[move] == 0 {
			t.Errorf("%s (%s) was never made", move, move.Verb())
		}
	}
}

func TestWhoHasProposedCannotConfirm(t *testing.T) {
	rules := DefaultRules()
	rules.Approval = true
	random := rand.New(rand.NewPCG(1, 1))
	r := Referral{State: WithTriage}
	at := moment(t, "2026-11-02 09:00:00")
	proposal := complete(&r, Propose, Triager, at, random)
	proposal.Actor = 5
	e, err := r.Next(proposal, rules)
	if err != nil {
		t.Fatal(err)
	}
	r = r.With(e)
	same := complete(&r, Allocate, Approver, at, random)
	same.Actor = 5
	if _, err := r.Next(same, rules); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "somebody else") {
		t.Errorf("by the same person: %v", err)
	}
	same.Actor = 6
	if _, err := r.Next(same, rules); err != nil {
		t.Errorf("by another one: %v", err)
	}
}

// path makes the moves in their order, each by the first who may.
func path(t *testing.T, rules *Rules, moves ...Move) (Referral, []Event) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 3))
	var r Referral
	var events []Event
	at := moment(t, "2026-11-02 09:00:00")
	for i, move := range moves {
		at = at.AddSeconds(3600)
		e := complete(&r, move, find(move).by[0], at, random)
		e.Actor, e.Data.FilesReady, e.Data.Priority = int64(i), true, Routine
		switch move {
		case NotAttended:
			e.Data.Outcome = DidNotAttend
		case EndEarly:
			e.Data.Outcome = NotSuitable
		case Discharge:
			e.Data.Outcome = TreatmentComplete
		case Book, Rebook, BookReview:
			e.Data.When = at.AddSeconds(60)
		case PutOnList:
			e.Data.Name = "North West Orthodontic Waiting List"
		case Allocate, TakeOffList:
			e.Data.Name, e.Data.Clinician = "St Clements Dental Suite", "Mr E Harunani"
		case RejectAtTriage, Decline:
			e.Reason = NoRadiograph
		}
		made, err := r.Next(e, rules)
		if err != nil {
			t.Fatalf("%s: %v", move, err)
		}
		r = r.With(made)
		events = append(events, made)
	}
	return r, events
}

var (
	toTriage   = []Move{Prepare, Submit, Queue}
	toProvider = append(slices.Clone(toTriage), Allocate)
	toAccepted = append(slices.Clone(toProvider), Receive, Accept)
	toBooked   = append(slices.Clone(toAccepted), Contact, Book)
	toAssessed = append(slices.Clone(toBooked), Assess)
)

// Each state, as the other systems call it.
func TestEachStateHasItsNameInTheOtherSystems(t *testing.T) {
	const sent = "Sent to: St Clements Dental Suite - Mr E Harunani"
	for _, c := range []struct {
		moves      []Move
		state      State
		text       string
		refTo      dental.RefToStatus
		task       string
		salesforce string
		isAccepted bool
	}{
		{[]Move{Prepare}, Prepared, "Not Received", dental.RefToNone, "draft", "Draft", false},
		{[]Move{SaveDraft}, Draft, "Not Received", dental.RefToNone, "draft", "Draft", false},
		{[]Move{Prepare, Submit}, Submitted, "Entered on System", dental.RefToNone, "requested", "Active", false},
		{toTriage, WithTriage, "With Triage", dental.RefToNone, "received", "Active", false},
		{append(slices.Clone(toTriage), RequestInfo), InfoRequested, "Returned: More Information Required", dental.RefToNone, "on-hold", "On-Hold", false},
		{append(slices.Clone(toTriage), PutOnList), WaitingList, "Sent to: North West Orthodontic Waiting List", dental.RefToNone, "accepted", "Active", false},
		{append(slices.Clone(toTriage), RejectAtTriage), Rejected, "Rejected: A radiograph is missing", dental.RefToDeclined, "rejected", "Revoked", false},
		{toProvider, Sent, sent, dental.RefToNone, "requested", "Active", false},
		{append(slices.Clone(toProvider), Receive), Received, sent, dental.RefToNone, "received", "Active", false},
		{toAccepted, Accepted, sent, dental.RefToNone, "accepted", "Active", true},
		{append(slices.Clone(toAccepted), Decline), Rejected, "Rejected: A radiograph is missing", dental.RefToDeclined, "failed", "Revoked", false},
		{append(slices.Clone(toAccepted), Contact), Contacted, sent, dental.RefToNone, "accepted", "Active", true},
		{toBooked, Booked, sent, dental.RefToScheduled, "in-progress", "Active", true},
		{append(slices.Clone(toBooked), Unbook), Contacted, sent, dental.RefToNone, "accepted", "Active", true},
		{append(slices.Clone(toBooked), NotAttended), Discharged, "Discharged: Did not attend", dental.RefToDeclined, "failed", "Revoked", true},
		{append(slices.Clone(toBooked), EndEarly), Discharged, "Discharged: Not suitable", dental.RefToDeclined, "failed", "Revoked", true},
		{toAssessed, Assessed, sent, dental.RefToConsulted, "in-progress", "Active", true},
		{append(slices.Clone(toAssessed), Treat), InTreatment, sent, dental.RefToInTreatment, "in-progress", "Active", true},
		{append(slices.Clone(toAssessed), Review), UnderReview, sent, dental.RefToInTreatment, "in-progress", "Active", true},
		{append(slices.Clone(toAssessed), Discharge), Discharged, "Discharged: Treatment complete", dental.RefToComplete, "completed", "Completed", true},
		{append(slices.Clone(toProvider), Withdraw), Withdrawn, "Withdrawn", dental.RefToDeclined, "cancelled", "Revoked", false},
		{append(slices.Clone(toAccepted), Withdraw), Withdrawn, "Withdrawn", dental.RefToDeclined, "cancelled", "Revoked", true},
		{append(slices.Clone(toProvider), EnterInError), EnteredInError, "Entered in Error", dental.RefToNone, "entered-in-error", "Entered-in-Error", false},
	} {
		r, _ := path(t, DefaultRules(), c.moves...)
		m := r.Meaning()
		if r.State != c.state || r.StatusText() != c.text || m.RefToStatus != c.refTo || m.Task != c.task || m.Salesforce != c.salesforce || m.IsAccepted != c.isAccepted {
			t.Errorf("after %v: %s, %q, %+v", c.moves, r.State, r.StatusText(), m)
		}
		if state, known := Reading(r.StatusText()); !known || (state != r.State && state != Sent && state != Prepared) {
			t.Errorf("%q is read as %s", r.StatusText(), state)
		}
	}
	if _, known := Reading("Lost in the post"); known {
		t.Error("a text of another's words is read as a state")
	}
}

func TestAnEditOfTheProvidersChartMakesTheMovesInBetween(t *testing.T) {
	r, _ := path(t, DefaultRules(), toProvider...)
	for status, want := range map[dental.RefToStatus][]Move{
		dental.RefToScheduled:   {Accept, Book},
		dental.RefToConsulted:   {Accept, Book, Assess},
		dental.RefToInTreatment: {Accept, Book, Assess, Treat},
		dental.RefToComplete:    {Accept, Book, Assess, Discharge},
		dental.RefToDeclined:    {Decline},
		dental.RefToNone:        nil,
	} {
		if got := r.ByProvider(status); !slices.Equal(got, want) {
			t.Errorf("%d makes %v, want %v", status, got, want)
		}
	}
	treated, _ := path(t, DefaultRules(), append(slices.Clone(toAssessed), Treat)...)
	if got := treated.ByProvider(dental.RefToScheduled); got != nil {
		t.Errorf("backwards makes %v", got)
	}
	if got := treated.ByProvider(dental.RefToDeclined); got != nil {
		t.Errorf("Declined in treatment makes %v", got)
	}
}

func TestTheReferrersOwnEditAsksAndNeverDrives(t *testing.T) {
	r, _ := path(t, DefaultRules(), toAccepted...)
	for status, want := range map[dental.RefToStatus]Move{
		dental.RefToNone: "", dental.RefToDeclined: AskWithdrawal, dental.RefToScheduled: Mismatch, dental.RefToComplete: Mismatch,
	} {
		if got := r.ByReferrer(status); got != want {
			t.Errorf("%d asks for %q, want %q", status, got, want)
		}
	}
	booked, _ := path(t, DefaultRules(), toBooked...)
	if got := booked.ByReferrer(dental.RefToScheduled); got != "" {
		t.Errorf("what is so already asks for %q", got)
	}
	closed, _ := path(t, DefaultRules(), append(slices.Clone(toAssessed), Discharge)...)
	if got := closed.ByReferrer(dental.RefToDeclined); got != "" {
		t.Errorf("in a closed one it asks for %q", got)
	}
}

func TestAChoiceSaysWhyNotAndWhatIsNeeded(t *testing.T) {
	rules := DefaultRules()
	r, _ := path(t, rules, toAccepted...)
	choices := make(map[Move]Choice)
	for _, c := range r.Choices(Event{Role: Provider, Actor: 1, At: r.Last}, rules) {
		choices[c.Move] = c
	}
	if c := choices[Book]; c.WhyNot != "" || !slices.Equal(c.Needs, []string{"when"}) {
		t.Errorf("booking: %+v", c)
	}
	if c := choices[RejectNoContact]; !strings.Contains(c.WhyNot, "0 of the 2 attempts") {
		t.Errorf("returning a patient who cannot be reached: %+v", c)
	}
	if c := choices[Treat]; !strings.Contains(c.WhyNot, "the referral is accepted") {
		t.Errorf("treating: %+v", c)
	}
	if _, there := choices[Allocate]; there {
		t.Error("a provider is offered the triager's moves")
	}
	for _, c := range choices {
		if c.WhyNot != "" {
			continue
		}
		e := complete(&r, c.Move, Provider, r.Last, rand.New(rand.NewPCG(1, 2)))
		e.Reason = NoRadiograph
		switch c.Move {
		case EndEarly:
			e.Data.Outcome = AdviceGiven
		case Redirect:
			e.Data.Provider = 77
		}
		if _, err := r.Next(e, rules); err != nil {
			t.Errorf("%s is offered and refused: %v", c.Move, err)
		}
	}
}
