package directory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

func TestEachReasonWhyAServiceDoesNotFitIsSaidInPlainWords(t *testing.T) {
	h := newHouse(t)
	h.hold(t, h.hospital.Num, "EndodonticForm", 2)
	h.hold(t, h.hospital.Num, "OralSurgeryForm", 3)
	found, err := h.Candidates(t.Context(), directory.Need{Area: directory.Everywhere, FormType: "ChildOralCareForm", Age: 12, Tier: "1", Anaesthesia: "sedation", Facilities: []string{"hoist", "wheelchair"}})
	must(t, err)
	at := slices.IndexFunc(found, func(c directory.Candidate) bool { return c.Service.Num == h.endo.Num })
	want := []string{"takes no referrals on the form Child oral care", "takes patients from 18 years", "takes no referrals of level 1", "takes no sedation", "has no hoist, no wheelchair access", "is full: 2 of 2"}
	if got := found[at]; got.Fits || !slices.Equal(got.WhyNot, want) || !got.IsFull || got.Open != 2 {
		t.Errorf("the reasons are %q, want %q", got.WhyNot, want)
	}
	if len(found[at].Clinicians) != 1 || found[at].Clinicians[0].Name != "Mr E Example" {
		t.Errorf("the clinicians are %v", found[at].Clinicians)
	}
}

func TestTheRulesSuggestionComesFirstThenFreePlacesThenTheShorterWait(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	add := func(name string, capacity, wait int) directory.Service {
		return h.service(t, directory.Service{Organisation: h.organisation(t, directory.Organisation{Name: name, IsTreating: true, Area: directory.Everywhere, IsActive: true}).Num, Name: "Endodontics",
			FormTypes: []string{"EndodonticForm"}, Anaesthesia: []string{"local"}, Capacity: capacity, WaitDays: wait, IsOpen: true})
	}
	tight, quick, slow := add("Tight", 5, 1), add("Quick", 9, 10), add("Slow", 9, 90)
	need := directory.Need{Area: directory.Everywhere, FormType: "EndodonticForm", Age: 40}
	order := func() (names string) {
		found, err := h.Candidates(ctx, need)
		must(t, err)
		for _, c := range found {
			if c.Fits {
				names += c.Organisation.Name[:1]
			}
		}
		return names
	}
	if got := order(); got != "QSTC" {
		t.Errorf("the order is %s", got)
	}
	_, err := h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: "Rule", FormTypes: []string{"EndodonticForm"}, Service: tight.Num, IsActive: true})
	must(t, err)
	if got := order(); got != "TQSC" {
		t.Errorf("with a rule the order is %s", got)
	}
	// A rule before it that wants patients to wait on a list which takes them ends it; on one of other forms it is passed over.
	l, err := h.SaveList(ctx, audit.Operator, h.chief, directory.List{Area: directory.Everywhere, Name: "Endodontics", FormTypes: []string{"EndodonticForm", "OralSurgeryForm"}, IsOpen: true})
	must(t, err)
	waits, err := h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: "Wait", List: l.Num, IsActive: true})
	must(t, err)
	must(t, h.MoveRoute(ctx, audit.Operator, h.chief, waits.Num, waits.Rev, true))
	if got := order(); got != "QSTC" {
		t.Errorf("with a rule to wait the order is %s", got)
	}
	l.FormTypes = []string{"OralSurgeryForm"}
	_, err = h.SaveList(ctx, audit.Operator, h.chief, l)
	must(t, err)
	if got := order(); got != "TQSC" {
		t.Errorf("with a rule to a list of another form the order is %s", got)
	}
	steps, _, err := h.Try(ctx, need)
	must(t, err)
	if len(steps) != 2 || !slices.Equal(steps[0].WhyNot, []string{"takes no referrals on the form Endodontics"}) || steps[0].Sends || !steps[1].Sends {
		t.Errorf("tried out they are %+v", steps)
	}
	h.hold(t, tight.Organisation, "EndodonticForm", 5)
	h.hold(t, quick.Organisation, "", 3) // without a form they count for each service
	if got := order(); got != "SQC" {
		t.Errorf("with referrals the order is %s", got)
	}
	_ = slow
}

// someNeed and someService are random, of few values so that they meet.
func someNeed(dice *rand.Rand) directory.Need {
	need := directory.Need{Area: directory.Everywhere, Age: dice.IntN(30) - 1, Priority: pick(dice, lifecycle.Routine, lifecycle.Urgent, lifecycle.USC),
		FormType: pick(dice, "EndodonticForm", "OralSurgeryForm", "ChildOralCareForm", ""), Tier: pick(dice, "", "1", "2", "3", "3a", "3b"), Anaesthesia: pick(dice, "", "local", "sedation", "general")}
	if dice.IntN(3) == 0 {
		need.Facilities = []string{pick(dice, "hoist", "cbct")}
	}
	return need
}

func pick[T any](dice *rand.Rand, of ...T) T { return of[dice.IntN(len(of))] }

func some(dice *rand.Rand, of ...string) (chosen []string) {
	for _, one := range of {
		if dice.IntN(2) == 0 {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

func TestNoCandidateThatFitsLacksWhatIsNeededAndEachOtherHasAReason(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	dice := rand.New(rand.NewPCG(8, 10))
	for i := range 12 {
		o := h.organisation(t, directory.Organisation{Name: fmt.Sprintf("Provider %d", i), IsTreating: i%5 != 4, IsReferring: true, Area: directory.Everywhere, IsActive: i%6 != 5})
		for j := range 2 {
			from := dice.IntN(20)
			s := h.service(t, directory.Service{Organisation: o.Num, Name: fmt.Sprintf("Service %d", j), FormTypes: append(some(dice, "EndodonticForm", "OralSurgeryForm"), "ChildOralCareForm"),
				MinAge: from, MaxAge: pick(dice, 0, from+dice.IntN(10)), Tiers: some(dice, "1", "2", "3", "3a", "3b"), Anaesthesia: append(some(dice, "sedation", "general"), "local"),
				Facilities: some(dice, "hoist", "cbct"), Capacity: dice.IntN(4), WaitDays: dice.IntN(90), IsOpen: dice.IntN(5) > 0})
			h.hold(t, o.Num, pick(dice, "EndodonticForm", "ChildOralCareForm", ""), dice.IntN(3))
			_, err := h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: fmt.Sprint(i, j), FormTypes: []string{pick(dice, "EndodonticForm", "OralSurgeryForm", "ChildOralCareForm")},
				Tiers: some(dice, "3", "2"), Service: s.Num, IsAuto: dice.IntN(12) > 0, IsActive: dice.IntN(4) > 0})
			must(t, err)
		}
	}
	fitted, automatic := 0, 0
	for range 1000 {
		need := someNeed(dice)
		if dice.IntN(2) == 0 {
			need.Facilities, need.Anaesthesia = nil, ""
		}
		found, err := h.Candidates(ctx, need)
		must(t, err)
		gone, suggested := false, 0
		for i, c := range found {
			s := c.Service
			fits := s.IsOpen && (need.FormType == "" || slices.Contains(s.FormTypes, need.FormType)) && (need.Age < 0 || need.Age >= s.MinAge && (s.MaxAge == 0 || need.Age <= s.MaxAge)) &&
				(need.Anaesthesia == "" || slices.Contains(s.Anaesthesia, need.Anaesthesia)) && (s.Capacity == 0 || c.Open < s.Capacity) && covers(s.Tiers, need.Tier)
			for _, f := range need.Facilities {
				fits = fits && slices.Contains(s.Facilities, f)
			}
			if c.Fits != fits || c.Fits != (len(c.WhyNot) == 0) {
				t.Fatalf("%+v for %+v: fits is %v with %q", s, need, c.Fits, c.WhyNot)
			}
			if !c.Organisation.IsActive || !c.Organisation.IsTreating {
				t.Fatalf("%+v is offered", c.Organisation)
			}
			if gone = gone || !c.Fits; gone && c.Fits {
				t.Fatalf("one that fits comes after one that does not, at %d", i)
			}
			if c.IsSuggested {
				if suggested++; !c.Fits || i != 0 {
					t.Fatalf("the suggestion %+v is at %d", c, i)
				}
			}
			if fits {
				fitted++
			}
		}
		if suggested > 1 {
			t.Fatalf("%d are suggested", suggested)
		}
		must(t, h.hub.DB.Read(ctx, func(c store.Conn) error {
			to, ok, err := directory.AutoRoute(c, need)
			must(t, err)
			if ok {
				automatic++
				if !to.Fits || found[0].Service.Num != to.Service.Num || !found[0].IsSuggested {
					t.Fatalf("sent without triage to %+v, and suggested is %+v", to, found[0])
				}
			}
			steps, isAuto, err := h.Try(ctx, need)
			must(t, err)
			if sends := slices.IndexFunc(steps, func(s directory.Tried) bool { return s.Sends }); isAuto != ok || (suggested > 0) != (sends >= 0) || sends >= 0 && steps[sends].Route.Service != found[0].Service.Num {
				t.Fatalf("tried out it is %v at %d, and then %v", isAuto, sends, ok)
			}
			return nil
		}))
	}
	if fitted < 100 || automatic < 10 {
		t.Errorf("only %d fitted and %d went without triage: this proves little", fitted, automatic)
	}
}

// covers says by hand which levels a service for some takes.
func covers(tiers []string, tier string) bool {
	if tier == "" || len(tiers) == 0 {
		return true
	}
	all := strings.Join(tiers, " ")
	has := func(t string) bool { return slices.Contains(tiers, t) }
	switch tier {
	case "3a", "3b":
		return has("3") || has(tier)
	case "3":
		return has("3") || strings.Contains(all, "3a") && strings.Contains(all, "3b")
	}
	return has(tier)
}

func TestATargetIsAskedForInATransaction(t *testing.T) {
	h := newHouse(t)
	must(t, h.hub.DB.Read(t.Context(), func(c store.Conn) error {
		child := directory.Need{Area: directory.Everywhere, FormType: "EndodonticForm", Age: 9}
		to, err := directory.Target(c, h.hospital.Num, h.endo.Num, child)
		if err != nil || to.Fits || !slices.Equal(to.WhyNot, []string{"takes patients from 18 years"}) {
			t.Errorf("a child: %+v, %v", to, err)
		}
		child.Age = 20
		if to, err = directory.Target(c, h.hospital.Num, 0, child); err != nil || !to.Fits || to.Service.Num != h.endo.Num {
			t.Errorf("the organisation as a whole: %+v, %v", to, err)
		}
		if to, err = directory.Target(c, h.practice.Num, 0, child); err != nil || to.Fits || !slices.Equal(to.WhyNot, []string{"treats no referred patients"}) {
			t.Errorf("one that does not treat: %+v, %v", to, err)
		}
		if _, err = directory.Target(c, h.practice.Num, h.endo.Num, child); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's service: %v", err)
		}
		return nil
	}))
}

func TestARuleThatOnlySuggestsEndsWhatGoesWithoutTriage(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	other := h.service(t, directory.Service{Organisation: h.hospital.Num, Name: "Second", FormTypes: []string{"EndodonticForm"}, Anaesthesia: []string{"local"}, IsOpen: true})
	suggests, err := h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: "Look first", FormTypes: []string{"EndodonticForm"}, MinAge: 60, Service: h.endo.Num, IsActive: true})
	must(t, err)
	_, err = h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: "First", FormTypes: []string{"EndodonticForm"}, Service: h.endo.Num, IsAuto: true, IsActive: true})
	must(t, err)
	_, err = h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: "When full", FormTypes: []string{"EndodonticForm"}, Service: other.Num, IsAuto: true, IsActive: true})
	must(t, err)
	auto := func(age int) (name string) {
		must(t, h.hub.DB.Read(ctx, func(c store.Conn) error {
			to, ok, err := directory.AutoRoute(c, directory.Need{Area: directory.Everywhere, FormType: "EndodonticForm", Age: age})
			if ok {
				name = to.Service.Name
			}
			return err
		}))
		return name
	}
	if auto(30) != "Endodontics" || auto(70) != "" {
		t.Errorf("sent without triage: %q and %q", auto(30), auto(70))
	}
	if got := auto(directory.UnknownAge); got != "" {
		t.Errorf("at an unknown age it goes to %q", got)
	}
	h.hold(t, h.hospital.Num, "EndodonticForm", 2)
	if auto(30) != "Second" || auto(70) != "" {
		t.Errorf("when the first is full: %q and %q", auto(30), auto(70))
	}
	must(t, h.RemoveRoute(ctx, audit.Operator, h.chief, suggests.Num, suggests.Rev))
	if auto(70) != "Second" {
		t.Errorf("without the rule that suggests: %q", auto(70))
	}
}

func TestAReferralCountsForTheServiceThatItsAllocationNames(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	other := h.service(t, directory.Service{Organisation: h.hospital.Num, Name: "Endodontics, evenings", FormTypes: []string{"EndodonticForm"}, Anaesthesia: []string{"local"}, Capacity: 3, IsOpen: true})
	for at, to := range []int64{h.endo.Num, other.Num} {
		_, err := h.SaveRoute(ctx, audit.Operator, h.chief, directory.Route{Area: directory.Everywhere, Name: fmt.Sprint("Rule ", at), FormTypes: []string{"EndodonticForm"}, Service: to, IsAuto: true, IsActive: true})
		must(t, err)
	}
	need := directory.Need{Area: directory.Everywhere, FormType: "EndodonticForm", Age: 40}
	looks := func(when string, endo, evenings int, goes string) {
		t.Helper()
		found, err := h.Candidates(ctx, need)
		must(t, err)
		for _, c := range found {
			if want, ok := map[int64]int{h.endo.Num: endo, other.Num: evenings}[c.Service.Num]; ok && (c.Open != want || c.IsFull != (c.Open >= c.Service.Capacity)) {
				t.Errorf("%s: %s has %d of %d, want %d", when, c.Service.Name, c.Open, c.Service.Capacity, want)
			}
		}
		must(t, h.hub.DB.Read(ctx, func(c store.Conn) error {
			for service, want := range map[int64]int{h.endo.Num: endo, other.Num: evenings} {
				to, err := directory.Target(c, h.hospital.Num, service, need)
				must(t, err)
				if to.Open != want {
					t.Errorf("%s: as a target %s has %d, want %d", when, to.Service.Name, to.Open, want)
				}
			}
			to, ok, err := directory.AutoRoute(c, need)
			must(t, err)
			if ok != (goes != "") || ok && to.Service.Name != goes {
				t.Errorf("%s: the rules send to %q, %v", when, to.Service.Name, ok)
			}
			return nil
		}))
	}
	looks("empty", 0, 0, "Endodontics")
	h.holdAt(t, h.hospital.Num, h.endo.Num, "EndodonticForm", 2)
	looks("one is full", 2, 0, "Endodontics, evenings")
	h.hold(t, h.hospital.Num, "EndodonticForm", 1) // names none: it counts for both
	looks("with one for the organisation", 3, 1, "Endodontics, evenings")
	h.holdAt(t, h.hospital.Num, other.Num, "", 2) // without a form, of a service
	looks("both are full", 3, 3, "")
}
