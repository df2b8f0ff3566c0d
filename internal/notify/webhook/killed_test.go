package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/clerk"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/notify/webhook"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// A server in a process of its own, which is killed at a step or after a time: this test's program, started anew.
var (
	diesIn    = os.Getenv("WEBHOOK_TEST_FOLDER")
	diesAt    = os.Getenv("WEBHOOK_TEST_DIES_AT")
	diesAfter = os.Getenv("WEBHOOK_TEST_DIES_AFTER_MS")
	callsHost = os.Getenv("WEBHOOK_TEST_RECEIVER")
)

const receiverName = "hooks.practice.example"

// die ends the process as a crash does, with nothing in order.
func die() {
	process, _ := os.FindProcess(os.Getpid())
	process.Kill()
	select {}
}

// server is what a process has: a hub in a folder, and those who work on it.
type server struct {
	*referraltest.Fixture
	clerk  *clerk.Clerk
	sender *webhook.Sender
	close  func() error
}

func openServer(dir, receiver string, clock func() time.Time) (*server, error) {
	folder, err := document.OpenFolder(filepath.Join(dir, "documents"))
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(filepath.Join(dir, "hub.db"), store.HubMigrations(), sqlite.Options{})
	if err != nil {
		return nil, err
	}
	room := document.NewRoom(folder, document.Options{Hosts: map[string]string{receiverName: receiver}})
	hub := &record.Book{DB: db, Clock: clock}
	shelf := room.Shelf("hub", db, clock, func() (func(), error) { return func() {}, nil })
	forms, err := form.Builtin()
	if err != nil {
		return nil, err
	}
	anyHost, err := document.ParseEgress(document.AnyHost)
	if err != nil {
		return nil, err
	}
	sealer := func() (*seal.Sealer, error) { return seal.New(referraltest.Secret) }
	desk := referral.New(hub, forms, shelf, referral.Options{BaseURL: "https://refer.example.org", Sealer: sealer, Webhooks: anyHost, PlainWebhooks: true})
	log := slog.New(slog.DiscardHandler)
	return &server{
		Fixture: &referraltest.Fixture{Desk: desk, Hub: hub, Shelf: shelf},
		clerk:   clerk.New(desk, hub, log, 2*time.Millisecond),
		sender: webhook.New(desk, hub, webhook.Options{Sealer: sealer, Log: log, Tick: 2 * time.Millisecond,
			Egress: func(context.Context, int64) (document.Egress, error) { return room.With(anyHost), nil }}),
		close: func() error { room.Close(); return db.Close() },
	}, nil
}

// fileAndDie is the process that is killed: it does all that is owed, until then.
func fileAndDie() {
	s, err := openServer(diesIn, callsHost, time.Now)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	step := func(name string) {
		if name == diesAt {
			die()
		}
	}
	s.clerk.OnStep(step)
	s.sender.OnStep(step)
	if ms, err := strconv.Atoi(diesAfter); err == nil {
		time.AfterFunc(time.Duration(ms)*time.Millisecond, die)
	}
	go s.clerk.Run(context.Background())
	go s.sender.Run(context.Background())
	time.Sleep(20 * time.Second)
	fmt.Fprintln(os.Stderr, "it was not to live so long")
	os.Exit(3)
}

func TestAProcessThatIsKilledLosesNothingAndDoublesNothing(t *testing.T) {
	type death struct{ at, afterMS string }
	deaths := []death{{at: "drawing"}, {at: "drawn"}, {at: "filed"}, {at: "sent"}}
	for range 4 {
		deaths = append(deaths, death{afterMS: strconv.Itoa(rand.IntN(200))})
	}
	for _, death := range deaths {
		t.Run("at "+death.at+death.afterMS, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r := newReceiver(t, status(http.StatusOK))
			receiver := r.Listener.Addr().String()
			// Three referrals are submitted, and nobody has done anything for them yet.
			s, err := openServer(dir, receiver, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			caller := s.Caller(t, s.Practice(t, "Bridge Street", "TST"), "")
			var urns []string
			for range 3 {
				prepared, err := s.Desk.Prepare(t.Context(), caller, referraltest.Given("form_type", "ChildOralCareForm", "files_ready_webhook_url", "http://"+receiverName+"/ready"))
				if err != nil {
					t.Fatal(err)
				}
				s.Submit(t, caller, prepared.URN)
				urns = append(urns, prepared.URN)
			}
			if err := s.close(); err != nil {
				t.Fatal(err)
			}

			command := exec.Command(os.Args[0])
			command.Env = append(os.Environ(), "WEBHOOK_TEST_FOLDER="+dir, "WEBHOOK_TEST_DIES_AT="+death.at, "WEBHOOK_TEST_DIES_AFTER_MS="+death.afterMS, "WEBHOOK_TEST_RECEIVER="+receiver)
			said, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != -1 {
				t.Fatalf("the process was not killed: %v: %s", err, said)
			}

			// The next process goes on when the lease of the killed one has run out.
			s, err = openServer(dir, receiver, func() time.Time { return time.Now().Add(2 * time.Minute) })
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{}, 2)
			go func() { s.clerk.Run(ctx); ended <- struct{}{} }()
			go func() { s.sender.Run(ctx); ended <- struct{}{} }()
			defer func() {
				cancel()
				<-ended
				<-ended
				if err := s.close(); err != nil {
					t.Error(err)
				}
			}()
			for _, urn := range urns {
				eventually(t, "the delivery of "+urn, func() bool {
					found, err := s.Desk.Deliveries(t.Context(), caller, urn)
					return err == nil && len(found) == 1 && found[0].State == referral.DeliveryDelivered
				})
				if found, err := s.Desk.Documents(t.Context(), caller, urn); err != nil || len(found) != 2 {
					t.Errorf("%s has %d documents, %v", urn, len(found), err)
				}
			}
			// A receiver that knows calls by their ids sees each once, whatever came twice.
			bodies := make(map[string]string)
			for _, call := range r.calls() {
				id := call.header.Get("webhook-id")
				if before, seen := bodies[id]; seen && before != string(call.body) {
					t.Errorf("the call %s has two bodies", id)
				}
				bodies[id] = string(call.body)
			}
			if len(bodies) != len(urns) {
				t.Errorf("%d calls by their ids for %d referrals", len(bodies), len(urns))
			}
		})
	}
}
