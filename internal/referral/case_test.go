package referral_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

// people are those who work on a referral, each signed in.
type people struct {
	*referraltest.Fixture
	t                                                                          *testing.T
	referrer, triager, administrator, provider, secondProvider, elsewhere, key *referral.Caller
	urn                                                                        string
}

func newPeople(t *testing.T) *people {
	t.Helper()
	f, caller := bed(t, referral.Options{Triage: true})
	p := &people{Fixture: f, t: t, key: caller}
	centre, provider, second := referraltest.Centre(t, f.Hub, "Referral Centre", 1), f.Practice(t, "St Clements Dental Suite", ""), referraltest.Provider(t, f.Hub, 0, "Northgate")
	elsewhere := referraltest.Centre(t, f.Hub, "Another Centre", 2)
	member := func(person int64, name string, organisation int64, role lifecycle.Role) *referral.Caller {
		t.Helper()
		made, err := f.Desk.Member(t.Context(), referral.Member{Person: person, Name: name, Organisation: organisation, Role: role})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	p.referrer = member(1, "R. Referrer", caller.Account.Practice, lifecycle.Referrer)
	p.triager = member(2, "T. Triager", centre, lifecycle.Triager)
	p.administrator = member(3, "A. Administrator", centre, lifecycle.Administrator)
	p.provider = member(4, "P. Provider", provider, lifecycle.Provider)
	p.secondProvider = member(5, "S. Provider", second, lifecycle.Provider)
	p.elsewhere = member(6, "E. Elsewhere", elsewhere, lifecycle.Triager)
	made := prepare(t, f, caller)
	p.urn = made.URN
	if _, err := f.Desk.AddFormFile(t.Context(), caller, p.urn, referral.NewFile{Name: "bitewing.jpg", Kind: "radiograph", TakenOn: f.Desk.Today().String()}, bytes.NewReader(referraltest.Sample(".jpg"))); err != nil {
		t.Fatal(err)
	}
	f.Ready(t, f.Submit(t, caller, made.URN), "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory)
	return p
}

// does makes a step as somebody, who has seen the referral as it stands.
func (p *people) does(who *referral.Caller, step lifecycle.Event) {
	p.t.Helper()
	life, err := p.Desk.Life(p.t.Context(), p.urn)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.Desk.Append(p.t.Context(), who, p.urn, life.Seq, step); err != nil {
		p.t.Fatalf("%s by %s: %v", step.Move, who.Role, err)
	}
}

func (p *people) opens(who *referral.Caller) *referral.Case {
	p.t.Helper()
	found, err := p.Desk.Case(p.t.Context(), who, p.urn)
	if err != nil {
		p.t.Fatalf("%s: %v", who.Role, err)
	}
	return found
}

// sees are those for whom the referral exists.
func (p *people) sees() (who []string) {
	p.t.Helper()
	for _, caller := range []*referral.Caller{p.referrer, p.triager, p.administrator, p.provider, p.secondProvider, p.elsewhere} {
		_, err := p.Desk.Case(p.t.Context(), caller, p.urn)
		switch {
		case err == nil:
			who = append(who, caller.PersonName[:1])
		case !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "There is no referral"):
			p.t.Errorf("%s: %v", caller.PersonName, err)
		}
	}
	return who
}

func (p *people) to(provider *referral.Caller) lifecycle.Data {
	return lifecycle.Data{Provider: provider.Account.Practice, Name: provider.Account.Name, Tier: "2"}
}

func TestAReferralExistsForThoseAloneWhoHaveToDoWithIt(t *testing.T) {
	p := newPeople(t)
	expect := func(when, want string) {
		t.Helper()
		if got := strings.Join(p.sees(), " "); got != want {
			t.Errorf("%s it exists for %s, want %s", when, got, want)
		}
	}
	expect("at triage", "R T A")
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)})
	expect("sent", "R T A P")
	p.does(p.provider, lifecycle.Event{Move: lifecycle.Redirect, Public: "Surgery is needed", Data: p.to(p.secondProvider)})
	expect("sent on", "R T A S")
	p.does(p.secondProvider, lifecycle.Event{Move: lifecycle.Return, Reason: lifecycle.OutOfArea})
	expect("returned", "R T A")
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)})
	p.does(p.provider, lifecycle.Event{Move: lifecycle.Decline, Reason: lifecycle.NotDentallyFit})
	expect("declined", "R T A P")
	p.does(p.administrator, lifecycle.Event{Move: lifecycle.EnterInError, Reason: lifecycle.Duplicate, Data: lifecycle.Data{Confirmed: true}})
	expect("entered in error", "A")
	if _, err := p.Desk.Append(t.Context(), p.elsewhere, p.urn, 10, lifecycle.Event{Move: lifecycle.Message, Public: "Hello"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a message from elsewhere: %v", err)
	}
}

func TestAProviderWhoOpensAReferralHasReceivedItAndEachOpeningIsNoted(t *testing.T) {
	p := newPeople(t)
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Data: p.to(p.provider)})
	p.opens(p.triager)
	if life, _ := p.Desk.Life(t.Context(), p.urn); life.State != lifecycle.Sent {
		t.Errorf("opened by the triager it is %s", life.State)
	}
	if found := p.opens(p.provider); found.State != lifecycle.Received || found.Life.State != lifecycle.Received || found.Events[len(found.Events)-1].ActorName != "P. Provider" {
		t.Errorf("opened by the provider it is %s, by %+v", found.State, found.Events[len(found.Events)-1])
	}
	p.Pass(time.Hour)
	found := p.opens(p.provider)
	if len(found.Viewings) != 2 || found.Viewings[0].Role != lifecycle.Triager || found.Viewings[1].PersonName != "P. Provider" ||
		found.Viewings[1].OrganisationName != "St Clements Dental Suite" || found.Viewings[1].LastAt != found.Viewings[1].FirstAt.AddSeconds(3600) {
		t.Errorf("it was opened by %+v", found.Viewings)
	}
	if found.Life.Seq != 5 {
		t.Errorf("opened twice it has %d steps", found.Life.Seq)
	}
}

func TestWhatIsInternalStaysWithItsSide(t *testing.T) {
	p := newPeople(t)
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Message, Internal: "centre's note"})
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Allocate, Public: "to all", Internal: "centre's remark", Data: p.to(p.provider)})
	p.does(p.provider, lifecycle.Event{Move: lifecycle.Message, Internal: "provider's note"})
	p.does(p.referrer, lifecycle.Event{Move: lifecycle.Message, Public: "a question", Internal: "referrer's own"})
	if err := p.Desk.GiveReason(t.Context(), p.administrator, p.urn, "A complaint"); err != nil {
		t.Fatal(err)
	}
	texts := func(who *referral.Caller) string {
		var all []string
		for _, e := range p.opens(who).Events {
			for _, text := range []string{e.Public, e.Internal} {
				if text != "" {
					all = append(all, text)
				}
			}
		}
		return strings.Join(all, ", ")
	}
	for _, c := range []struct {
		who  *referral.Caller
		want string
	}{
		{p.referrer, "to all, a question, referrer's own"}, {p.triager, "centre's note, to all, centre's remark, a question"},
		{p.administrator, "centre's note, to all, centre's remark, a question"}, {p.provider, "to all, provider's note, a question"},
	} {
		if got := texts(c.who); got != c.want {
			t.Errorf("a %s reads %q, want %q", c.who.Role, got, c.want)
		}
	}
	p.does(p.provider, lifecycle.Event{Move: lifecycle.Redirect, Public: "on", Data: p.to(p.secondProvider)})
	if got := texts(p.secondProvider); got != "to all, a question, on" {
		t.Errorf("the next provider reads %q", got)
	}
}

func TestAnAdministratorReadsWhatIsClinicalOnlyForAReasonThatIsNoted(t *testing.T) {
	p := newPeople(t)
	p.does(p.triager, lifecycle.Event{Move: lifecycle.Message, Public: "clinical text"})
	files := p.opens(p.triager).Filled.Files
	if len(files) == 0 {
		t.Fatal("the referral has no files")
	}
	closed := p.opens(p.administrator)
	if !closed.IsClosed || closed.Filled != nil || closed.Documents != nil || slices.ContainsFunc(closed.Events, func(e lifecycle.Event) bool { return e.Public != "" }) {
		t.Errorf("without a reason an administrator reads %+v", closed)
	}
	read := func() error {
		_, body, err := p.Desk.CaseFile(t.Context(), p.administrator, p.urn, files[0].Num)
		if err == nil {
			err = body.Close()
		}
		return err
	}
	if err := read(); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a file without a reason: %v", err)
	}
	if err := p.Desk.GiveReason(t.Context(), p.triager, p.urn, "Curious"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a triager's reason: %v", err)
	}
	if err := p.Desk.GiveReason(t.Context(), p.administrator, p.urn, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("no reason: %v", err)
	}
	if err := p.Desk.GiveReason(t.Context(), p.administrator, p.urn, "The patient has complained"); err != nil {
		t.Fatal(err)
	}
	open := p.opens(p.administrator)
	if open.IsClosed || open.Filled == nil || len(open.Documents) != 2 {
		t.Errorf("with a reason an administrator reads %+v", open)
	}
	if err := read(); err != nil {
		t.Errorf("a file with a reason: %v", err)
	}
	if _, err := p.Desk.CaseDocument(t.Context(), p.administrator, p.urn, open.Documents[0].Num); err != nil {
		t.Errorf("a document with a reason: %v", err)
	}
	p.Pass(2 * time.Hour)
	if !p.opens(p.administrator).IsClosed || !fault.Is(read(), fault.Forbidden) {
		t.Error("a reason counts for good")
	}
}

func TestAFileOfAReferralIsReadByThoseAloneWhoMaySeeIt(t *testing.T) {
	p := newPeople(t)
	found := p.opens(p.triager)
	for _, who := range []*referral.Caller{p.provider, p.elsewhere} {
		if _, _, err := p.Desk.CaseFile(t.Context(), who, p.urn, found.Filled.Files[0].Num); !fault.Is(err, fault.NotFound) {
			t.Errorf("a file for %s: %v", who.PersonName, err)
		}
		if _, err := p.Desk.CaseDocument(t.Context(), who, p.urn, found.Documents[0].Num); !fault.Is(err, fault.NotFound) {
			t.Errorf("a document for %s: %v", who.PersonName, err)
		}
	}
	if _, body, err := p.Desk.CaseFile(t.Context(), p.triager, p.urn, found.Filled.Files[0].Num); err != nil {
		t.Error(err)
	} else {
		body.Close()
	}
}
