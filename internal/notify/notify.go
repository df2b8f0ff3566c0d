// Package notify sends the rows that change to those who have subscribed to them. What is sent is
// the rows' state and not their history: after a failure the place is kept, and the next success
// brings everything that has changed since, at least once and in the order of the changes.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/workclaim"
)

// Tick is how often each practice is looked at: PollingSeconds are whole seconds.
const Tick = time.Second

const (
	// A practice's deliveries are one process's work for as long as its claim holds.
	work  = "subscriptions"
	lease = time.Minute
	// atOnce is how many practices are delivered at a time: an endpoint that is slow keeps its own
	// practice waiting, and few others.
	atOnce = 16
	// patience is how long an endpoint may take to answer.
	patience = 30 * time.Second
)

// Notifier delivers the subscriptions of all practices.
type Notifier struct {
	practices *practice.Registry
	log       *slog.Logger
	tick      time.Duration

	mu        sync.Mutex
	watched   map[practice.Num]bool // that have subscriptions, as far as is known
	running   map[practice.Num]bool
	claimants map[practice.Num]*claimant
	later     map[subscription]time.Time // when a subscription that failed is tried again
}

type claimant struct {
	book *record.Book
	*workclaim.Claimant
}

type subscription struct {
	practice practice.Num
	num      dental.SubscriptionNum
}

// New makes a notifier that looks after each practice once in a tick.
func New(practices *practice.Registry, log *slog.Logger, tick time.Duration) *Notifier {
	return &Notifier{
		practices: practices,
		log:       log,
		tick:      tick,
		watched:   make(map[practice.Num]bool),
		running:   make(map[practice.Num]bool),
		claimants: make(map[practice.Num]*claimant),
		later:     make(map[subscription]time.Time),
	}
}

// Run delivers until ctx ends, and returns when nothing runs any more.
func (n *Notifier) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { n.findSubscribers(ctx) })
	places := make(chan struct{}, atOnce)
	ticker := time.NewTicker(n.tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, num := range n.due() {
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				n.done(num)
				return
			}
			all.Go(func() {
				defer func() { n.done(num); <-places }()
				n.lookAfter(ctx, num)
			})
		}
	}
}

// findSubscribers looks once into every practice for subscriptions that were made before this process
// began. Those that are made later are found because the practice is open then.
func (n *Notifier) findSubscribers(ctx context.Context) {
	practices, err := n.practices.List(ctx)
	if err != nil {
		n.log.Error("practices cannot be listed", "error", err)
		return
	}
	for _, p := range practices {
		if ctx.Err() != nil {
			return
		}
		n.mu.Lock()
		n.watched[p.Num] = true // until it is seen that it has none
		n.mu.Unlock()
		time.Sleep(time.Millisecond) // thousands of practices are not opened all at once
	}
}

// due lists the practices to look after that nobody looks after yet, and marks them as running: those
// that are known to have subscriptions, and those that are open and might have got one.
func (n *Notifier) due() []practice.Num {
	open := n.practices.OpenNums()
	n.mu.Lock()
	defer n.mu.Unlock()
	var due []practice.Num
	for _, num := range append(slices.Collect(maps.Keys(n.watched)), open...) {
		if !n.running[num] {
			n.running[num] = true
			due = append(due, num)
		}
	}
	return due
}

func (n *Notifier) done(num practice.Num) {
	n.mu.Lock()
	delete(n.running, num)
	n.mu.Unlock()
}

// lookAfter delivers what is due in one practice.
func (n *Notifier) lookAfter(ctx context.Context, num practice.Num) {
	defer func() {
		if p := recover(); p != nil {
			n.log.Error("panic in a delivery", "practice", num, "panic", fmt.Sprint(p))
		}
	}()
	book, release := n.lease(ctx, num)
	if book == nil {
		return
	}
	defer release()
	due, live, err := n.dueSubscriptions(ctx, num, book)
	if err == nil {
		n.watch(num, live > 0)
	}
	if err == nil && len(due) > 0 {
		_, err = n.claimant(num, book).While(ctx, work, lease, func(ctx context.Context, claim *workclaim.Claim) error {
			// Read once more: another process may have delivered since.
			due, _, err := n.dueSubscriptions(ctx, num, book)
			for _, s := range due {
				err = errors.Join(err, n.deliver(ctx, num, book, claim, s))
			}
			return err
		})
	}
	if err != nil && ctx.Err() == nil {
		n.log.Error("subscriptions are not delivered", "practice", num, "error", err)
	}
}

// lease opens a practice that is known to have subscriptions. Another one is looked at only while it
// is open anyway.
func (n *Notifier) lease(ctx context.Context, num practice.Num) (*record.Book, func()) {
	n.mu.Lock()
	watched := n.watched[num]
	n.mu.Unlock()
	if !watched {
		return n.practices.LeaseOpen(num)
	}
	book, release, err := n.practices.Lease(ctx, num)
	if err != nil {
		return nil, nil // it is out of reach, and whoever asks for it is told
	}
	return book, release
}

// watch notes whether a practice has subscriptions.
func (n *Notifier) watch(num practice.Num, has bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if has {
		n.watched[num] = true
		return
	}
	delete(n.watched, num)
	delete(n.claimants, num)
}

func (n *Notifier) claimant(num practice.Num, book *record.Book) *claimant {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c := n.claimants[num]; c != nil && c.book == book {
		return c
	}
	c := &claimant{book, workclaim.NewClaimant(book.DB, book.Clock)}
	n.claimants[num] = c
	return c
}

// dueSubscriptions reads those whose polling time has come, and counts all that have not ended.
func (n *Notifier) dueSubscriptions(ctx context.Context, num practice.Num, book *record.Book) (due []*od.Subscription, live int, err error) {
	now := dental.DateTimeOf(book.Clock())
	err = book.DB.Read(ctx, func(c store.Conn) error {
		all, err := od.LiveSubscriptions(c, now)
		live = len(all)
		for _, s := range all {
			if !now.Before(s.DateTimeStart.AddSeconds(s.PollingSeconds)) && !n.waits(num, s, book.Clock()) {
				due = append(due, s)
			}
		}
		return err
	})
	return due, live, err
}

func (n *Notifier) waits(num practice.Num, s *od.Subscription, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return now.Before(n.later[subscription{num, s.SubscriptionNum}])
}

// wait notes when a subscription that failed is tried again; nil forgets it.
func (n *Notifier) wait(num practice.Num, s *od.Subscription, until *time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if until == nil {
		delete(n.later, subscription{num, s.SubscriptionNum})
		return
	}
	n.later[subscription{num, s.SubscriptionNum}] = *until
}
