package network

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// SignIn is somebody who can sign in to the network. All have the same Password.
type SignIn struct {
	Role  lifecycle.Role
	Email string
	Where string // the organisation's name

	practice, provider int // where they work: one of them, or with both -1 the referral centre
	also               int // a practice for which they act too; -1 is none
}

// Also is the practice for which somebody acts besides where they work: its chart is open to the demo's visitors, or follows what
// they do; "" is none.
func (s SignIn) Also() string {
	if s.also < 0 {
		return ""
	}
	return Practices[s.also].Name
}

// SignIns has one for each role.
var SignIns = [...]SignIn{
	{lifecycle.Referrer, "referrer@demo.example", Practices[harbour].Name, harbour, -1, demo},
	{lifecycle.Administrator, "administrator@demo.example", centreName, -1, -1, -1},
	{lifecycle.Triager, "triager@demo.example", centreName, -1, -1, -1},
	{lifecycle.Approver, "approver@demo.example", centreName, -1, -1, -1},
	{lifecycle.Provider, "provider@demo.example", providers[riverside].name, -1, riverside, orchard},
}

// Password opens every sign-in of a demo. It protects nothing: everybody can read it here.
const Password = "copper kettle sings softly"

// Hub is what the history is written to.
type Hub struct {
	Book      *record.Book
	Shelf     func(*record.Book) *document.Shelf // where files are kept, over a book
	Sealer    func() (*seal.Sealer, error)
	Practices []int64 // the numbers of Practices
	// Begun is called when the transaction has begun: what others write from then on to the hub comes after the history. nil is
	// nobody who waits for that.
	Begun func()
}

// Write writes the history, in one commit: all of it, or nothing. It goes through the doors that everybody uses, with a clock that
// stands where the history stands. It is a Conflict where
// the hub's trail has come further than an hour after Begin; afterwards it has come to End.
func (n *Network) Write(ctx context.Context, hub Hub) error {
	var once sync.Once
	return hub.Book.DB.Write(ctx, func(tx store.Tx) error {
		if hub.Begun != nil {
			once.Do(hub.Begun)
		}
		if err := isBefore(tx); err != nil {
			return err
		}
		w := &writer{n: n, clock: &clock{Begin.AddSeconds(3600)}, practices: hub.Practices}
		w.hub = &record.Book{DB: within{hub.Book.DB, tx}, Clock: w.clock.now}
		// The bodies of files go to their folder while the transaction runs, by their content: a second run finds them there.
		w.desk = referral.New(w.hub, n.forms, hub.Shelf(w.hub), referral.Options{BaseURL: "http://127.0.0.1", Sealer: hub.Sealer, Triage: true})
		return w.write(ctx, hub)
	})
}

// isBefore refuses a hub whose trail has come past the history's beginning: its entries stand in the order of their times.
func isBefore(tx store.Tx) error {
	head, err := audit.LastHead(tx)
	if err == nil && Begin.AddSeconds(3600).Before(head.At) {
		err = fault.New(fault.Conflict, "Something was written on %s already, after the network's history begins", head.At.Date())
	}
	return err
}

// IsThere tells whether a hub has a network already.
func IsThere(ctx context.Context, hub *record.Book) (is bool, err error) {
	err = hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT 1 FROM `organisation` WHERE `NameFold` = ? AND `IsCentre` = 1", store.Text(dental.Fold(centreName)))
		is = rows.Next()
		return rows.Close()
	})
	return is, err
}

// writer writes the history in an open transaction.
type writer struct {
	n         *Network
	ctx       context.Context
	hub       *record.Book
	desk      *referral.Desk
	clock     *clock
	practices []int64
	entered

	members   map[lifecycle.Role]*referral.Caller
	referrers []*referral.Caller // by practice
	treaters  []*referral.Caller // by provider
	lives     []*live
}

// live is a plan's referral as far as it is written.
type live struct {
	*plan
	at   []dental.DateTime // of the steps
	next int
	urn  string
	seq  int64
	with int // the provider who has it
}

// turn is a step that is to be made.
type turn struct {
	at dental.DateTime
	of *live
	do func(*writer, *live) error
}

func (w *writer) write(ctx context.Context, hub Hub) (err error) {
	w.ctx = ctx
	if w.entered, err = w.n.enter(ctx, w.hub, hub.Practices); err != nil {
		return fmt.Errorf("the network's directory: %w", err)
	}
	if err := w.hire(hub.Sealer); err != nil {
		return fmt.Errorf("the network's people: %w", err)
	}
	var turns []turn
	for _, p := range w.n.plans {
		l := &live{plan: p, at: p.turns(), with: hospital}
		w.lives = append(w.lives, l)
		for i, at := range l.at {
			turns = append(turns, turn{at, l, p.steps[i].do})
		}
	}
	slices.SortStableFunc(turns, func(a, b turn) int {
		switch {
		case a.at.Before(b.at):
			return -1
		case b.at.Before(a.at):
			return 1
		}
		return cmp.Compare(a.of.number, b.of.number)
	})
	for _, t := range turns {
		if err := ctx.Err(); err != nil {
			return err
		}
		if w.clock.at = t.at; !t.at.Before(End) {
			return fmt.Errorf("network: %s of referral %d is after the end", t.at, t.of.number)
		}
		if err := t.do(w, t.of); err != nil {
			return fmt.Errorf("network: referral %d to be %s, step %d at %s: %w", t.of.number, t.of.target, t.of.next, t.at, err)
		}
		t.of.next++
	}
	return w.n.limit(ctx, w.hub, w.entered)
}

// hire makes those who sign in, and says who acts for whom.
func (w *writer) hire(sealer func() (*seal.Sealer, error)) error {
	room := people.New(w.hub, people.Options{BaseURL: "http://127.0.0.1", Sealer: sealer})
	hash, err := room.Hash(w.ctx, Password)
	if err != nil {
		return err
	}
	for _, num := range w.practices {
		caller, err := w.desk.AccountOf(w.ctx, num)
		if err != nil {
			return err
		}
		w.referrers = append(w.referrers, caller)
	}
	for i, num := range w.entered.providers {
		w.treaters = append(w.treaters, &referral.Caller{Account: &referral.Account{Practice: num, Name: providers[i].name}, Role: lifecycle.Provider, Name: fmt.Sprintf("organisation %d", num)})
	}
	w.members = make(map[lifecycle.Role]*referral.Caller)
	for at, s := range SignIns {
		organisation := w.centre
		switch {
		case s.practice >= 0:
			organisation = w.practices[s.practice]
		case s.provider >= 0:
			organisation = w.entered.providers[s.provider]
		}
		memberships := []people.Membership{{Organisation: organisation, Role: s.Role}}
		if s.also >= 0 {
			memberships = append(memberships, people.Membership{Organisation: w.practices[s.also], Role: s.Role})
		}
		num, err := room.Create(w.ctx, audit.Operator, people.NewPerson{Name: w.n.people[at], Email: s.Email, Password: Password, Hash: hash, Memberships: memberships})
		if err != nil {
			return err
		}
		caller, err := w.desk.Member(w.ctx, referral.Member{Person: num, Name: w.n.people[at], Organisation: organisation, Role: s.Role})
		if err != nil {
			return err
		}
		switch {
		case s.practice >= 0:
			w.referrers[s.practice] = caller
		case s.provider >= 0:
			w.treaters[s.provider] = caller
		default:
			w.members[s.Role] = caller
		}
	}
	return nil
}

// caller is who acts in a role on a referral.
func (w *writer) caller(l *live, role lifecycle.Role) *referral.Caller {
	switch role {
	case lifecycle.Referrer:
		return w.referrers[l.practice]
	case lifecycle.Provider:
		return w.treaters[l.with]
	}
	return w.members[role]
}

// append makes a step in a role.
func (w *writer) append(l *live, role lifecycle.Role, e lifecycle.Event) error {
	caller := w.caller(l, role)
	if caller.Person == 0 {
		e.Actor, e.ActorName = caller.Account.Practice, caller.Account.Name
	}
	made, err := w.desk.Append(w.ctx, caller, l.urn, l.seq, e)
	l.seq = made.Seq
	return err
}

// tidy lets the server do what is due by itself.
func (w *writer) tidy(l *live) error {
	l.seq++
	_, err := w.desk.Tidy(w.ctx)
	return err
}

func (w *writer) open(l *live, isDraft bool) error {
	caller := w.referrers[l.practice]
	given := l.prefill(w.n.dentists[l.practice])
	l.seq = 1
	if isDraft {
		draft, err := w.desk.SaveDraft(w.ctx, caller, given)
		l.urn = draft.URN
		return err
	}
	prepared, err := w.desk.Prepare(w.ctx, caller, given)
	l.urn = prepared.URN
	return err
}

// fill answers the whole form.
func (w *writer) fill(l *live) error {
	var named *form.File
	if l.picture >= 0 {
		file, err := w.attach(l, l.picture, 3+l.picture)
		if err != nil {
			return err
		}
		named = &form.File{ID: file.ID(), Name: file.Name, View: "periapical", TakenOn: file.TakenOn.String()}
	}
	answers := w.n.models[l.form].complete(l.given, l.own, named)
	for id := range answers { // what the model says of days is of another one
		if field, ok := w.n.models[l.form].kind.Field(id); ok && field.Kind == form.Date && id != form.BirthDate {
			answers[id] = form.Value{Text: w.clock.at.Date().String()}
		}
	}
	_, err := w.desk.Keep(w.ctx, w.referrers[l.practice], l.urn, 1, answers)
	return err
}

// attach adds a radiograph to the form that was taken some days ago.
func (w *writer) attach(l *live, number, ago int) (referral.File, error) {
	taken := w.clock.at.Date().AddDays(-ago)
	return w.desk.AddFormFile(w.ctx, w.referrers[l.practice], l.urn,
		referral.NewFile{Name: fmt.Sprintf("synthetic-radiograph-%d-%s.png", number+1, taken), Kind: form.Radiograph, TakenOn: taken.String()}, bytes.NewReader(w.n.pictures[number]))
}

func (w *writer) submit(l *live) error {
	l.seq++
	_, err := w.desk.Submit(w.ctx, w.referrers[l.practice], l.urn, true)
	return err
}

// resubmit opens a draft in place of a rejected referral.
func (w *writer) resubmit(l *live) (err error) {
	old := w.lives[l.replaces]
	l.seq = 1
	if l.urn, err = w.desk.Resubmit(w.ctx, w.referrers[l.practice], old.urn); err == nil && old.urn == "" {
		err = errors.New("there is nothing to resubmit yet")
	}
	return err
}

// answer answers a request for information, with a radiograph where number is one.
func (w *writer) answer(l *live, text string, number int) error {
	if number >= 0 {
		if _, err := w.attach(l, number, 0); err != nil {
			return err
		}
		if _, err := w.desk.Keep(w.ctx, w.referrers[l.practice], l.urn, 0, form.Answers{"correct_patient": {Text: "yes"}, "no_radiograph_reason": {}}); err != nil {
			return err
		}
	}
	l.seq++
	_, err := w.desk.AnswerInfo(w.ctx, w.referrers[l.practice], l.urn, text, true)
	return err
}

// receive opens what was sent: somebody who signs in looks at it, the systems of the others acknowledge it.
func (w *writer) receive(l *live) error {
	caller := w.treaters[l.with]
	if caller.Person == 0 {
		return w.append(l, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Receive})
	}
	l.seq++
	_, err := w.desk.Case(w.ctx, caller, l.urn)
	return err
}

// target is a provider as a step names it. clinician chooses one of its people; below 0 it is none, and for some numbers too.
func (w *writer) target(with int, formType string, clinician int) lifecycle.Data {
	data := lifecycle.Data{Provider: w.entered.providers[with], Name: providers[with].name}
	for at, s := range providers[with].services {
		if slices.Contains(s.forms, formType) {
			data.Service = w.services[with][at]
		}
	}
	if names := w.n.clinicians[with]; clinician >= 0 && clinician < len(names) {
		data.Clinician = names[clinician]
	}
	return data
}

// list is the waiting list of a plan's area for its form.
func (w *writer) list(p *plan) lifecycle.Data {
	at := listFor(p.form)
	return lifecycle.Data{List: w.lists[p.area][at], Name: areas[p.area].name + " " + lists[at].name}
}

// quarter is the beginning of a quarter of an hour, as appointments begin.
func quarter(at dental.DateTime) dental.DateTime {
	return at.AddSeconds(-at.TimeOfDay().Seconds() % 900)
}

// when is for when an appointment is booked at the present step: for the visit that follows, or for a day to come.
func (l *live) when(day, at int) dental.DateTime {
	for i := l.next + 1; i < len(l.at); i++ {
		if l.steps[i].isVisit {
			return quarter(l.at[i].AddSeconds(-300))
		}
	}
	if l.isPast {
		return quarter((l.end + days(3)).moment())
	}
	return visit(day, at)
}
