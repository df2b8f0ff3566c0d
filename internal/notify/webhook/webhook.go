// Package webhook tells practices' systems that the files of their referrals are ready: it sends the calls that the
// hub owes, signed, tries again what was not answered with 200, and gives up after a day. A call is sent at least
// once, always under the same id and with the same body.
package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/workclaim"
)

// Tick is how often calls are looked for that have become due.
const Tick = time.Second

const (
	// All calls are one process's work for as long as its claim holds.
	work  = "webhooks"
	lease = time.Minute
	// Timeout is how long a receiver may take for the whole of an attempt.
	Timeout = 10 * time.Second
	// perHost is how many calls a host gets at a time; one that did not answer in time gets one, until it answers.
	perHost = 4
	// inAll bounds the calls at a time. Each holds a connection and a few kilobytes.
	inAll = 256
)

// offsets are when a call is tried again, from its first attempt on.
var offsets = [...]time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour}

// leastGap is the shortest time between two attempts: a server that was down for a day does not make all of them at once.
const leastGap = time.Hour

// longestWait is the longest that a call waits after so many attempts: from the last one's offset to the next one's.
func longestWait(attempts int64) time.Duration {
	wait := offsets[min(int(attempts), len(offsets))-1]
	if attempts > 1 {
		wait -= offsets[min(int(attempts), len(offsets))-2]
	}
	return wait
}

// Options say how calls are sent.
type Options struct {
	// Egress says which hosts may be called for a practice.
	Egress func(ctx context.Context, practice int64) (document.Egress, error)
	// Sealer has the installation's secret, from which the practices' secrets are made.
	Sealer func() (*seal.Sealer, error)
	Log    *slog.Logger
	// Tick is how often due calls are looked for; 0 is Tick.
	Tick time.Duration
}

// Sender sends the calls of all practices.
type Sender struct {
	desk     *referral.Desk
	hub      *record.Book
	claimant *workclaim.Claimant
	options  Options
	step     func(string) // for tests: what is done next

	mu       sync.Mutex
	running  map[int64]bool  // calls, by their number; those that have ended too, until forget
	finished []int64         // of these
	freed    map[string]bool // the hosts of these
	isFull   bool            // some host got no place because of inAll
	hosts    map[string]*host
	ended    chan struct{} // a place is free
}

// host is what is known of a receiver while calls to it run or it is slow.
type host struct {
	running int
	isSlow  bool
}

// New makes a sender of what the desk's hub owes.
func New(desk *referral.Desk, hub *record.Book, options Options) *Sender {
	if options.Tick == 0 {
		options.Tick = Tick
	}
	return &Sender{desk: desk, hub: hub, claimant: workclaim.NewClaimant(hub.DB, hub.Clock), options: options, step: func(string) {},
		running: make(map[int64]bool), freed: make(map[string]bool), hosts: make(map[string]*host), ended: make(chan struct{}, 1)}
}

// Run sends until ctx ends, and returns when nothing is on its way any more. What was cut off then was no attempt:
// it is sent again.
func (s *Sender) Run(ctx context.Context) {
	for ctx.Err() == nil {
		_, err := s.claimant.While(ctx, work, lease, s.send)
		if err != nil && ctx.Err() == nil {
			s.options.Log.Error("webhooks are not sent", "error", err)
		}
		select { // another process sends, or this one lost the work: it is looked at again
		case <-ctx.Done():
		case <-time.After(s.options.Tick):
		}
	}
}

// send sends what becomes due for as long as the work is this process's.
func (s *Sender) send(ctx context.Context, claim *workclaim.Claim) error {
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	ticker := time.NewTicker(s.options.Tick)
	defer ticker.Stop()
	seen, isBack := time.Time{}, true // at first, because the clock may have been put back while nobody has looked
	for everything := true; ; {
		now := s.hub.Clock()
		if isBack = isBack || now.Before(seen); isBack {
			var err error
			if isBack, err = s.catchUp(ctx, claim, now); err != nil || ctx.Err() != nil {
				return err
			}
		}
		seen = now
		if err := s.begin(ctx, claim, &all, everything); err != nil || ctx.Err() != nil {
			return err
		}
		everything = true
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-s.desk.Owed().Webhooks:
		case <-s.ended:
			everything = false
		}
	}
}

// atOnce is how many calls one commit postpones.
const atOnce = 200

// catchUp lets no call wait longer than any does because the clock was put back since its last attempt. It waits anew from now on,
// so that its attempts stay apart. Those that are on their way are left, which is told: they are to be looked at again.
func (s *Sender) catchUp(ctx context.Context, claim *workclaim.Claim, now time.Time) (someLeft bool, err error) {
	calls, err := s.desk.WaitingCalls(ctx, now.Add(leastGap))
	if err != nil {
		return false, err
	}
	calls = slices.DeleteFunc(calls, func(call referral.Call) bool {
		isLate, isRunning := call.DueAt.After(now.Add(longestWait(call.Attempts))), s.isRunning(call)
		someLeft = someLeft || isLate && isRunning
		return !isLate || isRunning
	})
	for some := range slices.Chunk(calls, atOnce) {
		if err := s.desk.Postpone(ctx, some, func(call referral.Call) time.Time { return now.Add(longestWait(call.Attempts)) }, claim.Check); err != nil {
			return someLeft, err
		}
	}
	return someLeft, nil
}

func (s *Sender) isRunning(call referral.Call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[call.Num]
}

// begin begins as many of the due calls as there are places for, host by host: of everything that is due, or of the
// hosts that have a place again.
func (s *Sender) begin(ctx context.Context, claim *workclaim.Claim, all *sync.WaitGroup, everything bool) (err error) {
	hosts, wasFull := s.forget()
	if everything || wasFull {
		if hosts, err = s.desk.DueHosts(ctx); err != nil {
			return err
		}
	}
	// In no order: those at its end would never get a place while many are slow.
	rand.Shuffle(len(hosts), func(i, j int) { hosts[i], hosts[j] = hosts[j], hosts[i] })
	for _, name := range hosts {
		places := s.places(name)
		if places == 0 {
			continue
		}
		// Those that are on their way stand in front: they are due until they have ended.
		calls, err := s.desk.DueCalls(ctx, name, perHost+places)
		if err != nil {
			return err
		}
		for _, call := range calls {
			if !s.take(call) {
				continue
			}
			all.Go(func() {
				defer s.leave(call)
				s.attempt(ctx, claim, call)
			})
		}
	}
	return nil
}

// forget lets go of the calls that have ended. It is done before due calls are read: one that ends after they were
// read is among them, and is not to be sent a second time. It tells their hosts, and whether another one waits for
// a place.
func (s *Sender) forget() (freed []string, wasFull bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, num := range s.finished {
		delete(s.running, num)
	}
	freed, wasFull = slices.Collect(maps.Keys(s.freed)), s.isFull
	s.finished, s.isFull = nil, false
	clear(s.freed)
	return freed, wasFull
}

// places is how many calls more a host may get.
func (s *Sender) places(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.free(name)
}

func (s *Sender) free(name string) int {
	most := perHost
	running := 0
	if h := s.hosts[name]; h != nil {
		running = h.running
		if h.isSlow {
			most = 1
		}
	}
	s.isFull = s.isFull || most > running && len(s.running) >= inAll
	return max(0, min(most-running, inAll-len(s.running)))
}

// take gives a call a place. It is false for one that is on its way, or when there is no place.
func (s *Sender) take(call referral.Call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[call.Num] || s.free(call.Host) == 0 {
		return false
	}
	if s.hosts[call.Host] == nil {
		s.hosts[call.Host] = &host{}
	}
	s.hosts[call.Host].running++
	s.running[call.Num] = true
	return true
}

// leave gives the place back.
func (s *Sender) leave(call referral.Call) {
	s.mu.Lock()
	s.finished = append(s.finished, call.Num)
	s.freed[call.Host] = true
	h := s.hosts[call.Host]
	h.running--
	if h.running == 0 && !h.isSlow {
		delete(s.hosts, call.Host)
	}
	s.mu.Unlock()
	select {
	case s.ended <- struct{}{}:
	default:
	}
}

// found notes whether a host answers in time. A thousand slow ones are remembered, and then all are tried as if they were not.
func (s *Sender) found(name string, isSlow bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.hosts) > 1000+inAll {
		for other, h := range s.hosts {
			if h.running == 0 {
				delete(s.hosts, other)
			}
		}
	}
	s.hosts[name].isSlow = isSlow
}

// attempt sends one call, and notes what came of it.
func (s *Sender) attempt(ctx context.Context, claim *workclaim.Claim, call referral.Call) {
	began := s.hub.Clock()
	status, err := s.post(ctx, call, began)
	if ctx.Err() != nil {
		return
	}
	s.found(call.Host, err != nil && isLate(err))
	s.step("sent")
	attempt := outcome(call, status, began, s.hub.Clock())
	if failed := s.desk.Attempted(ctx, call, attempt, claim.Check); failed != nil && ctx.Err() == nil {
		s.options.Log.Error("a webhook's attempt is not noted; it is sent again", "delivery", call.Num, "error", failed)
		// Not at once: the store is busy or gone.
		select {
		case <-ctx.Done():
		case <-time.After(s.options.Tick):
		}
		return
	}
	log := s.options.Log.With("delivery", call.Num, "practice", call.Practice, "attempt", call.Attempts+1, "status", status)
	switch attempt.State {
	case referral.DeliveryDelivered:
		log.Debug("webhook delivered")
	case referral.DeliveryDead:
		log.Error("webhook given up", "error", err)
	default:
		log.Warn("webhook not delivered, tried again later", "error", err)
	}
}

// outcome is what an attempt makes of a call. Only 200 counts, by the letter of the contract; the three further
// attempts are counted from the first one.
func outcome(call referral.Call, status int, began, now time.Time) referral.Attempt {
	attempt := referral.Attempt{At: began, Status: status}
	first := call.FirstAt
	if first.IsZero() {
		first = began
	}
	switch {
	case status == http.StatusOK:
		attempt.State = referral.DeliveryDelivered
	case int(call.Attempts) >= len(offsets):
		attempt.State = referral.DeliveryDead
	default:
		attempt.State = referral.DeliveryPending
		attempt.NextDue = first.Add(offsets[call.Attempts])
		if most := now.Add(longestWait(call.Attempts + 1)); attempt.NextDue.After(most) { // the clock was put back since the first
			attempt.NextDue = most
		}
		if least := now.Add(leastGap); call.Attempts > 0 && attempt.NextDue.Before(least) {
			attempt.NextDue = least
		}
	}
	return attempt
}

// Secret is what a practice's calls are signed with, as the Standard Webhooks write it: made of the installation's
// secret, so that it is stored nowhere, and another one for each practice.
func Secret(sealer *seal.Sealer, practice int64) string {
	return secretPrefix + encode(key(sealer, practice))
}

func key(sealer *seal.Sealer, practice int64) []byte {
	return sealer.Key(fmt.Sprintf("webhooks of practice %d", practice))
}
