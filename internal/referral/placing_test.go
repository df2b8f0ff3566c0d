package referral_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// plan is a directory, and who may change all of it.
type plan struct {
	*people
	room   *directory.Room
	editor directory.Editor
}

func newPlan(t *testing.T) plan {
	t.Helper()
	p := newPeople(t)
	return plan{p, directory.New(p.Hub, p.Desk.Forms().Titles()), directory.Editor{Person: 3, Organisation: p.administrator.Account.Practice, Areas: []int64{1}, IsCentre: true}}
}

func (p plan) service(organisation int64, change func(*directory.Service)) directory.Service {
	p.t.Helper()
	s := directory.Service{Organisation: organisation, Name: "Restorative", FormTypes: []string{"AdultRestorativeForm"}, Anaesthesia: []string{"local"}, Facilities: []string{"bariatric"}, IsOpen: true}
	change(&s)
	saved, err := p.room.SaveService(p.t.Context(), audit.Operator, p.editor, s)
	if err != nil {
		p.t.Fatal(err)
	}
	return saved
}

func (p plan) area(change func(*directory.Area)) {
	p.t.Helper()
	area, err := p.room.Area(p.t.Context(), 1)
	if err == nil {
		change(&area)
		_, err = p.room.SaveArea(p.t.Context(), audit.Operator, p.editor, area)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p plan) tries(who *referral.Caller, step lifecycle.Event) error {
	p.t.Helper()
	life, err := p.Desk.Life(p.t.Context(), p.urn)
	if err != nil {
		p.t.Fatal(err)
	}
	_, err = p.Desk.Append(p.t.Context(), who, p.urn, life.Seq, step)
	return err
}

func TestAReferralGoesOnlyWhereItIsTaken(t *testing.T) {
	p := newPlan(t)
	to := p.provider.Account.Practice
	for _, c := range []struct {
		why    string
		change func(*directory.Service)
	}{
		{"", func(s *directory.Service) { s.MinAge = 101 }},
		{"closed", func(s *directory.Service) { s.IsOpen = false }},
		{"kind of referral", func(s *directory.Service) { s.FormTypes = []string{"ChildOralCareForm"} }},
	} {
		s := p.service(to, c.change)
		err := p.tries(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: to, Service: s.Num}})
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "St Clements Dental Suite does not take this referral") || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", c.why, err)
		}
		if err := p.room.RemoveService(t.Context(), audit.Operator, p.editor, s.Num, s.Rev); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.tries(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: 4711, Name: "Nobody"}}); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "directory") {
		t.Errorf("to one that there is not: %v", err)
	}
	if err := p.tries(p.referrer, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: 4711}}); !fault.Is(err, fault.Conflict) || strings.Contains(err.Error(), "directory") {
		t.Errorf("by the referrer: %v", err)
	}
	if err := p.tries(p.triager, lifecycle.Event{Move: lifecycle.PutOnList, Data: lifecycle.Data{Name: "A list of mine"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("on a list that has no number: %v", err)
	}
	s := p.service(to, func(*directory.Service) {})
	if err := p.tries(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: to, Service: s.Num, Name: "Another name"}}); err != nil {
		t.Error(err)
	}
	if found := p.opens(p.referrer); found.Status != "Sent to: St Clements Dental Suite" {
		t.Errorf("the status is %q", found.Status)
	}
}

func TestAReferralIsPutOnlyOnAWaitingListThatTakesItsForm(t *testing.T) {
	p := newPlan(t)
	l, err := p.room.SaveList(t.Context(), audit.Operator, p.editor, directory.List{Area: 1, Name: "Oral surgery", FormTypes: []string{"MinorOralSurgeryForm"}, IsOpen: true})
	if err != nil {
		t.Fatal(err)
	}
	put := lifecycle.Event{Move: lifecycle.PutOnList, Data: lifecycle.Data{List: l.Num}}
	if err := p.tries(p.triager, put); !fault.Is(err, fault.Conflict) || err.Error() != "conflict: The waiting list Oral surgery takes no referrals on the form Adult restorative dentistry" {
		t.Errorf("on one of another form: %v", err)
	}
	l.IsOpen = false
	if l, err = p.room.SaveList(t.Context(), audit.Operator, p.editor, l); err != nil {
		t.Fatal(err)
	}
	if err := p.tries(p.triager, put); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "is closed, and it takes no referrals on") {
		t.Errorf("on one that is closed too: %v", err)
	}
	if got := p.opens(p.triager).Life.State; got != lifecycle.WithTriage {
		t.Fatalf("it is %s", got)
	}
	l.IsOpen, l.FormTypes = true, []string{"AdultRestorativeForm", "MinorOralSurgeryForm"}
	if l, err = p.room.SaveList(t.Context(), audit.Operator, p.editor, l); err != nil {
		t.Fatal(err)
	}
	if err := p.tries(p.triager, put); err != nil {
		t.Fatal(err)
	}
	// What is on it stays, whatever it takes from now on.
	l.FormTypes = []string{"MinorOralSurgeryForm"}
	if _, err = p.room.SaveList(t.Context(), audit.Operator, p.editor, l); err != nil {
		t.Fatal(err)
	}
	if got := p.opens(p.triager).Life; got.State != lifecycle.WaitingList || got.List != "Oral surgery" {
		t.Errorf("it is %s on %q", got.State, got.List)
	}
}

func TestAProviderThatIsFullTakesNoMore(t *testing.T) {
	p := newPlan(t)
	to := p.provider.Account.Practice
	s := p.service(to, func(s *directory.Service) { s.Capacity = 1 })
	step := lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: to, Service: s.Num}}
	first := p.urn
	p.does(p.triager, step)
	made := prepare(t, p.Fixture, p.key)
	p.urn = made.URN
	p.Ready(t, p.Submit(t, p.key, made.URN), "AdultRestorativeForm", referral.AttachmentForm)
	if err := p.tries(p.triager, step); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "1 of 1") {
		t.Errorf("the second one: %v", err)
	}
	second := p.urn
	p.urn = first
	p.does(p.provider, lifecycle.Event{Move: lifecycle.Decline, Reason: lifecycle.OutOfArea})
	p.urn = second
	if err := p.tries(p.triager, step); err != nil {
		t.Errorf("after the first one was declined: %v", err)
	}
}

func TestARuleSendsAReferralWithoutTriage(t *testing.T) {
	p := newPlan(t)
	s := p.service(p.provider.Account.Practice, func(*directory.Service) {})
	if _, err := p.room.SaveRoute(t.Context(), audit.Operator, p.editor, directory.Route{Area: 1, Name: "All restorative", FormTypes: []string{"AdultRestorativeForm"}, Service: s.Num, IsAuto: true, IsActive: true}); err != nil {
		t.Fatal(err)
	}
	made := prepare(t, p.Fixture, p.key)
	p.urn = made.URN
	p.Ready(t, p.Submit(t, p.key, made.URN), "AdultRestorativeForm", referral.AttachmentForm)
	found := p.opens(p.provider)
	if found.State != lifecycle.Received || found.Life.Allocations[0].Provider != p.provider.Account.Practice {
		t.Errorf("it is %s with %+v", found.State, found.Life.Allocations)
	}
	if sent := p.opens(p.triager).Events[1]; sent.Move != lifecycle.AutoRoute || sent.Internal != "By the rule All restorative" {
		t.Errorf("it was sent by %+v", sent)
	}
}

func TestWhereAnAreaWantsASecondPersonOneProposesAndAnotherConfirms(t *testing.T) {
	p := newPlan(t)
	p.area(func(a *directory.Area) { a.IsApproval = true })
	if err := p.tries(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)}); !fault.Is(err, fault.Conflict) {
		t.Errorf("at once: %v", err)
	}
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Propose, Data: p.to(p.provider)})
	same := *p.triager
	same.Role = lifecycle.Approver
	if err := p.tries(&same, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)}); !fault.Is(err, fault.Conflict) {
		t.Errorf("by the same person: %v", err)
	}
	other := same
	other.Person, other.PersonName = 77, "S. Second"
	if err := p.tries(&other, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)}); err != nil {
		t.Errorf("by another person: %v", err)
	}
}

func TestAReferralLiesInTheAreaOfItsPracticeAndGoesByItsClocks(t *testing.T) {
	p := newPlan(t)
	p.area(func(a *directory.Area) { a.Clocks.AnswerWithin = 7 })
	p.does(p.triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoRadiograph, Public: "Please"})
	if found := p.opens(p.referrer); found.DueAt != found.Life.AskedAt.AddSeconds(7*86400) {
		t.Errorf("it is due %s", found.DueAt)
	}
	p.area(func(a *directory.Area) { a.Clocks.AnswerWithin = 14 })
	p.Pass(8 * 24 * time.Hour)
	if _, err := p.Desk.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := p.opens(p.referrer); found.State != lifecycle.InfoRequested || found.DueAt != found.Life.AskedAt.AddSeconds(14*86400) {
		t.Errorf("given more time it is %s, due %s", found.State, found.DueAt)
	}

	o, err := p.room.Organisation(t.Context(), p.key.Account.Practice)
	if err != nil {
		t.Fatal(err)
	}
	o.Area = 2
	all := p.editor
	all.Areas = []int64{1, 2}
	if _, err := p.room.SaveOrganisation(t.Context(), audit.Operator, all, o); err != nil {
		t.Fatal(err)
	}
	made := prepare(t, p.Fixture, p.key)
	p.urn = made.URN
	p.Ready(t, p.Submit(t, p.key, made.URN), "AdultRestorativeForm", referral.AttachmentForm)
	if got := fmt.Sprint(p.sees()); got != "[R E]" {
		t.Errorf("in the other area it exists for %s", got)
	}
	page, err := p.Desk.Queue(t.Context(), p.elsewhere, referral.WorkFilter{})
	if err != nil || len(page.Lines) != 1 || page.Lines[0].URN != made.URN {
		t.Errorf("the other area's queue has %+v, %v", page.Lines, err)
	}
}
