// Package webtest opens the pages over real storage of a test's own, with a clock that the test moves.
package webtest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/clerk"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/notify/webhook"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/web"
)

// Key is the practice's key of the Dental Referrals API V2: the one of the contract's examples.
const Key = "42a42a42a42a424a2aa4"

// Begin is when the clock of a house begins.
var Begin = time.Date(2026, time.November, 2, 9, 30, 0, 0, time.Local)

// House is a server's rooms as far as the pages need them.
type House struct {
	Practices *practice.Registry
	Desk      *referral.Desk
	People    *people.Room
	Site      *web.Site
	Directory *directory.Room
	Practice  practice.Practice
	Caller    *referral.Caller // whom the key stands for
	Files     string           // the folder of their bodies
	room      *document.Room
	clock     clock
	team      team
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now tells the time.
func (h *House) Now() time.Time {
	h.clock.mu.Lock()
	defer h.clock.mu.Unlock()
	return h.clock.now
}

// Pass moves the clock forward.
func (h *House) Pass(d time.Duration) {
	h.clock.mu.Lock()
	defer h.clock.mu.Unlock()
	h.clock.now = h.clock.now.Add(d)
}

// Open makes a house: databases at the location, files in the folder, one practice, and its key. baseURL is where
// its pages will be served.
func Open(ctx context.Context, location, files, baseURL string, log *slog.Logger) (*House, error) {
	h := &House{Files: files, clock: clock{now: Begin}}
	var err error
	if h.Practices, err = practice.Open(ctx, location, practice.Options{Clock: h.Now, Secret: "a secret of tests, which seals nothing that is anybody's"}); err != nil {
		return nil, err
	}
	bodies, err := document.OpenFolder(files)
	if err != nil {
		return nil, errors.Join(err, h.Practices.Close())
	}
	h.room = document.NewRoom(bodies, document.Options{})
	if err := h.furnish(ctx, baseURL, log); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

func (h *House) furnish(ctx context.Context, baseURL string, log *slog.Logger) error {
	var err error
	if h.Desk, err = h.desk(h.room, baseURL); err != nil {
		return err
	}
	h.People = h.people(baseURL)
	h.Directory = directory.New(h.Practices.Hub, h.Desk.Forms().Titles())
	h.Site = web.New(h.Desk, h.options(web.Options{Log: log, Directory: h.Directory, People: h.People}))
	if h.Practice, err = h.Practices.Create(ctx, audit.Operator, "Northside Dental"); err != nil {
		return err
	}
	if _, _, err = h.Desk.CreateKey(ctx, audit.Operator, int64(h.Practice.Num), Key, nil); err != nil {
		return err
	}
	h.Caller, err = h.Desk.Authenticate(ctx, Key)
	return err
}

func (h *House) people(baseURL string) *people.Room {
	return people.New(h.Practices.Hub, people.Options{BaseURL: baseURL, Sealer: h.Practices.Sealer, Found: directory.FoundCentre})
}

func (h *House) desk(room *document.Room, baseURL string) (*referral.Desk, error) {
	forms, err := form.Builtin()
	if err != nil {
		return nil, err
	}
	hub := h.Practices.Hub
	public, err := document.ParseEgress(hosts)
	if err != nil {
		return nil, err
	}
	shelf := room.Shelf("hub", hub.DB, hub.Clock, func() (func(), error) { return func() {}, nil })
	return referral.New(hub, forms, shelf, referral.Options{BaseURL: baseURL, Sealer: h.Practices.Sealer, PlainWebhooks: true, Webhooks: public}), nil
}

// Another is the pages as another process over the same storage has them, until stop is called: what the first one
// holds in memory it does not know.
func (h *House) Another(baseURL string, log *slog.Logger) (site *web.Site, stop func(), err error) {
	bodies, err := document.OpenFolder(h.Files)
	if err != nil {
		return nil, nil, err
	}
	room := document.NewRoom(bodies, document.Options{})
	desk, err := h.desk(room, baseURL)
	if err != nil {
		room.Close()
		return nil, nil, err
	}
	return web.New(desk, h.options(web.Options{Log: log, Directory: h.Directory, People: h.people(baseURL)})), room.Close, nil
}

// AccountLink makes a link to the practice's list, as the operator does.
func (h *House) AccountLink() (string, error) {
	return h.Desk.AccountLink(context.Background(), audit.Operator, int64(h.Practice.Num))
}

// hosts are which may be called: public ones, and a test's own receiver.
const hosts = document.AnyHost + ",127.0.0.1"

// Work does in the background what referrals owe, their PDFs and webhooks, until stop is called.
func (h *House) Work(ctx context.Context, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	filing := clerk.New(h.Desk, h.Practices.Hub, log, 100*time.Millisecond)
	sending := webhook.New(h.Desk, h.Practices.Hub, webhook.Options{
		Egress: func(context.Context, int64) (document.Egress, error) {
			egress, err := document.ParseEgress(hosts)
			return h.room.With(egress), err
		},
		Sealer: h.Practices.Sealer, Log: log, Tick: 100 * time.Millisecond,
	})
	var all sync.WaitGroup
	all.Go(func() { filing.Run(ctx) })
	all.Go(func() { sending.Run(ctx) })
	return func() {
		cancel()
		all.Wait()
	}
}

// Close ends everything.
func (h *House) Close() error {
	h.room.Close()
	return h.Practices.Close()
}

// Patient is what a call brings along of an invented patient, as the contract's parameters have it.
func Patient(born string) map[string]string {
	return map[string]string{
		"patient_title": "Mrs", "patient_first_name": "Zofia", "patient_last_name": "Łęcka-Owen", "patient_dob": born, "gender": "F",
		"patient_address_line_1": "14 Mill Lane", "patient_town": "Leeds", "patient_postcode": "LS1 4AP", "patient_mobile_tel": "07700900123",
		"patient_gp_name": "Dr A. Example", "referrer_name": "Sam Sample", "referrer_gdc": "123456", "system_type": "WD",
		"medical_history_drugs": "Salbutamol inhaler when needed",
	}
}

// Stranger is a session of another practice.
func (h *House) Stranger(ctx context.Context) (session string, err error) {
	other, err := h.Practices.Create(ctx, audit.Operator, "Southside Dental")
	if err != nil {
		return "", err
	}
	token, err := h.Desk.AccountLink(ctx, audit.Operator, int64(other.Num))
	if err != nil {
		return "", err
	}
	return h.Desk.EnterAccount(ctx, token)
}
