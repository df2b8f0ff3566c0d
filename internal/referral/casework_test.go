package referral_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// trailOf is what the trail has of somebody: action, target and detail.
func (p *people) trailOf(who *referral.Caller) (entries []string) {
	p.t.Helper()
	err := p.Hub.DB.Read(p.t.Context(), func(c store.Conn) error {
		entries = nil
		rows := c.Query("SELECT `Action`, `Target`, `Detail` FROM `auditevent` WHERE `Caller` = ? ORDER BY `AuditNum`", store.Text(who.Name))
		for rows.Next() {
			entries = append(entries, strings.TrimSpace(string(rows.Text(0))+" "+string(rows.Text(1))+" "+string(rows.Text(2))))
		}
		return rows.Close()
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return entries
}

// more are referrals that wait for triage, beside the one that there is.
func (p *people) more(priorities ...lifecycle.Priority) (urns []string) {
	p.t.Helper()
	for _, priority := range priorities {
		var num int64
		if err := p.Hub.Write(p.t.Context(), audit.Operator, func(tx *record.Tx) (err error) {
			num, err = p.Desk.TakeIn(tx, p.key, referral.Intake{Origin: "salesforce", State: lifecycle.Submitted, Priority: priority, First: "Jo", Last: "Clark"})
			return err
		}); err != nil {
			p.t.Fatal(err)
		}
		urn := ""
		if err := p.Hub.DB.Read(p.t.Context(), func(c store.Conn) error {
			rows := c.Query("SELECT `Urn` FROM `referral` WHERE `ReferralNum` = ?", store.Int(num))
			if rows.Next() {
				urn = string(rows.Text(0))
			}
			return rows.Close()
		}); err != nil {
			p.t.Fatal(err)
		}
		server := *p.key
		server.Role = lifecycle.System
		if _, err := p.Desk.Append(p.t.Context(), &server, urn, 1, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}}); err != nil {
			p.t.Fatal(err)
		}
		urns = append(urns, urn)
		p.Pass(time.Minute)
	}
	return urns
}

func TestAVersionIsReadByThoseWhoMayReadTheReferralAndIsNoted(t *testing.T) {
	p := newPeople(t)
	filled, err := p.Desk.CaseVersion(t.Context(), p.triager, p.urn, 1)
	if err != nil || filled.Version != 1 || filled.Type == nil || len(filled.Files) == 0 {
		t.Fatalf("version 1 is %+v, %v", filled, err)
	}
	if !slices.Contains(p.trailOf(p.triager), "view referralversion") {
		t.Error("it is not noted")
	}
	for _, version := range []int64{-1, 0, 2} {
		if _, err := p.Desk.CaseVersion(t.Context(), p.triager, p.urn, version); !fault.Is(err, fault.NotFound) {
			t.Errorf("version %d: %v", version, err)
		}
	}
	for _, who := range []*referral.Caller{p.provider, p.elsewhere} {
		if _, err := p.Desk.CaseVersion(t.Context(), who, p.urn, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", who.PersonName, err)
		}
	}
	if _, err := p.Desk.CaseVersion(t.Context(), p.administrator, p.urn, 1); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an administrator without a reason: %v", err)
	}
}

func TestLookingAtSeveralOpensNoneAndLeavesOutWhatIsNotTheirs(t *testing.T) {
	p := newPeople(t)
	urns := append(p.more(lifecycle.Urgent), p.urn, "TST9999999")
	found, err := p.Desk.Look(t.Context(), p.triager, urns)
	if err != nil || len(found) != 2 || len(found[0].Choices) == 0 {
		t.Fatalf("%d are found, %v", len(found), err)
	}
	if entries := p.trailOf(p.triager); !slices.Equal(entries, []string{"view referral several at once", "view referral several at once"}) {
		t.Errorf("the trail has %v", entries)
	}
	if viewings := p.opens(p.triager).Viewings; len(viewings) != 1 || viewings[0].FirstAt != p.Desk.Now() {
		t.Errorf("it was opened by %+v", viewings)
	}
	if found, err := p.Desk.Look(t.Context(), p.elsewhere, urns); err != nil || len(found) != 0 {
		t.Errorf("elsewhere %d are found, %v", len(found), err)
	}
	if _, err := p.Desk.Look(t.Context(), p.administrator, urns); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an administrator: %v", err)
	}
	if _, err := p.Desk.Look(t.Context(), p.triager, make([]string, 51)); !fault.Is(err, fault.Invalid) {
		t.Errorf("51 at once: %v", err)
	}
}

func TestTheQueueGoesRoundByPriorityAndTime(t *testing.T) {
	p := newPeople(t)
	urns := p.more(lifecycle.Routine, lifecycle.USC, lifecycle.Urgent, lifecycle.USC)
	order := []string{urns[1], urns[3], urns[2], p.urn, urns[0]}
	for i, urn := range order {
		next, err := p.Desk.NextInQueue(t.Context(), p.triager, urn)
		if err != nil || next != order[(i+1)%len(order)] {
			t.Errorf("after the %dth comes %q, want %q, %v", i, next, order[(i+1)%len(order)], err)
		}
	}
	if next, err := p.Desk.NextInQueue(t.Context(), p.elsewhere, p.urn); err != nil || next != "" {
		t.Errorf("elsewhere comes %q, %v", next, err)
	}
	if _, err := p.Desk.NextInQueue(t.Context(), p.provider, p.urn); !fault.Is(err, fault.Forbidden) {
		t.Errorf("for a provider: %v", err)
	}
}

func TestAStepConcernsTheListsInWhichSomethingElseIsShown(t *testing.T) {
	p := newPeople(t)
	expect := func(when, want string, fn func()) {
		t.Helper()
		before, err := p.Desk.LastStep(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fn()
		steps, err := p.Desk.StepsSince(t.Context(), before)
		if err != nil || len(steps) != 1 {
			t.Fatalf("%s: %d steps, %v", when, len(steps), err)
		}
		var got []string
		for _, caller := range []*referral.Caller{p.referrer, p.triager, p.administrator, p.provider, p.secondProvider, p.elsewhere} {
			if steps[0].Concerns(caller) {
				got = append(got, caller.PersonName[:1])
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s concerns %v, want %s", when, got, want)
		}
	}
	expect("sending it", "R T A P", func() { p.does(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)}) })
	expect("accepting it", "R A P", func() { p.does(p.provider, lifecycle.Event{Move: lifecycle.Accept}) })
	expect("sending it on", "R A P S", func() {
		p.does(p.provider, lifecycle.Event{Move: lifecycle.Redirect, Public: "on", Data: p.to(p.secondProvider)})
	})
	expect("returning it", "R T A P S", func() { p.does(p.secondProvider, lifecycle.Event{Move: lifecycle.Return, Reason: lifecycle.OutOfArea}) })
	expect("a message at triage", "R T A", func() { p.does(p.triager, lifecycle.Event{Move: lifecycle.Message, Public: "Hello"}) })
}

func TestWhatIsToldOtherwiseIsListedForTheAdministratorOfTheAreaAlone(t *testing.T) {
	p := newPeople(t)
	p.does(p.referrer, lifecycle.Event{Move: lifecycle.AskWithdrawal})
	p.more(lifecycle.Routine)
	page, err := p.Desk.Disputed(t.Context(), p.administrator, referral.WorkFilter{})
	if err != nil || len(page.Lines) != 1 || page.Lines[0].URN != p.urn {
		t.Errorf("it holds %+v, %v", page.Lines, err)
	}
	elsewhere := *p.administrator
	elsewhere.Areas = []int64{2}
	if page, err := p.Desk.Disputed(t.Context(), &elsewhere, referral.WorkFilter{}); err != nil || len(page.Lines) != 0 {
		t.Errorf("elsewhere it holds %+v, %v", page.Lines, err)
	}
	if _, err := p.Desk.Disputed(t.Context(), p.triager, referral.WorkFilter{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("for a triager: %v", err)
	}
	p.does(p.referrer, lifecycle.Event{Move: lifecycle.Withdraw, Reason: lifecycle.PatientDeclines})
	if page, err := p.Desk.Disputed(t.Context(), p.administrator, referral.WorkFilter{}); err != nil || len(page.Lines) != 0 {
		t.Errorf("after the withdrawal it holds %+v, %v", page.Lines, err)
	}
}
