package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Session is one connection of an engine, as group commit uses it.
type Session interface {
	Conn
	Exec(sql string, args ...Value) (key int64, err error)
	Send(sql string, args ...Value) error
	// Begin starts a transaction that may write. It tells whether nobody has committed since this
	// session's latest commit.
	Begin() (alone bool, err error)
	// Commit makes it durable.
	Commit() error
	// Rollback undoes what is left of it, and makes the session fit for the next.
	Rollback()
	// Mark begins a write that can be undone alone.
	Mark() error
	// Keep ends it. After its error it can still be undone.
	Keep() error
	// Undo undoes it, and closes a result that it has left open.
	Undo() error
	// Lost tells whether an error has ended the whole transaction, not only its statement.
	Lost(err error) bool
	// Retryable tells whether the same work may succeed when it is done again: a lost race.
	Retryable(err error) bool
}

// GroupCommit is the one writer of a database: it commits what waits together, each write in a
// savepoint of its own, so that a crowd shares the cost of a durable commit. A lone write is not
// delayed: there is no timer.
type GroupCommit struct {
	session  Session
	memory   map[any]any // see Tx.Remember
	clock    func() time.Time
	queue    chan *job
	ended    chan struct{}
	inflight atomic.Int64 // when the running batch began, in Unix nanoseconds; 0 when none runs

	closing sync.RWMutex // held for reading while a job is queued
	closed  bool
}

// maxBatch is how many writes may share one commit, and how many may wait for the next.
const maxBatch = 256

// job is one call of Write on its way.
type job struct {
	ctx  context.Context
	fn   func(Tx) error
	err  error
	done chan struct{}
}

// NewGroupCommit starts the writer. The session is its own from then on.
func NewGroupCommit(session Session, clock func() time.Time) *GroupCommit {
	g := &GroupCommit{session: session, memory: make(map[any]any), clock: clock, queue: make(chan *job, maxBatch), ended: make(chan struct{})}
	go g.run()
	return g
}

// Write is DB.Write.
func (g *GroupCommit) Write(ctx context.Context, fn func(Tx) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	if err := g.enqueue(j); err != nil {
		return err
	}
	// Not ctx: once it has begun, only the commit tells whether the write happened.
	<-j.done
	return j.err
}

func (g *GroupCommit) enqueue(j *job) error {
	g.closing.RLock()
	defer g.closing.RUnlock()
	if g.closed {
		return fault.New(fault.Busy, "The server is shutting down; try again")
	}
	select {
	case g.queue <- j:
		return nil
	case <-j.ctx.Done():
		return fault.Wrap(fault.Busy, j.ctx.Err(), "Too many writes are waiting; try again")
	}
}

// Settled is DB.Settled. A batch that runs may have stamped rows that nobody sees yet, with any
// moment since it began.
func (g *GroupCommit) Settled(now time.Time) time.Time {
	began := g.inflight.Load()
	if began == 0 || began > now.UnixNano() {
		return now
	}
	return time.Unix(0, began).In(now.Location())
}

// Close takes no more writes and waits for those that are queued. It reports whether it was the
// first call.
func (g *GroupCommit) Close() bool {
	g.closing.Lock()
	first := !g.closed
	if first {
		g.closed = true
		close(g.queue)
	}
	g.closing.Unlock()
	<-g.ended
	return first
}

func (g *GroupCommit) run() {
	defer close(g.ended)
	batch := make([]*job, 0, maxBatch)
	for first := range g.queue {
		batch = append(batch[:0], first)
		for len(batch) < maxBatch && len(g.queue) > 0 {
			batch = append(batch, <-g.queue)
		}
		g.settle(batch)
		g.inflight.Store(0)
		for _, j := range batch {
			close(j.done)
		}
	}
}

// How long a lost race is run again. The waits double from the first to the longest, with jitter.
const (
	tryFor      = 5 * time.Second
	firstWait   = 5 * time.Millisecond
	longestWait = 500 * time.Millisecond
)

// settle commits a batch, again after a lost race, or answers all of it with the reason.
func (g *GroupCommit) settle(batch []*job) {
	wait := firstWait
	for deadline := time.Now().Add(tryFor); ; {
		err := g.commit(batch)
		if err == nil {
			return
		}
		if time.Now().After(deadline) || !g.session.Retryable(err) {
			for _, j := range batch {
				if j.err == nil {
					j.err = err // its work was undone; the others keep their own reason
				}
			}
			return
		}
		time.Sleep(wait/2 + rand.N(wait))
		wait = min(2*wait, longestWait)
	}
}

// commit runs the batch in one transaction. Its error has undone all of it; a job that fails alone
// has its own.
func (g *GroupCommit) commit(batch []*job) error {
	alone, err := g.session.Begin()
	if err != nil {
		g.rollback()
		return err
	}
	if !alone {
		clear(g.memory)
	}
	// From here on rows are stamped, and nobody else writes.
	g.inflight.Store(g.clock().UnixNano())
	for _, j := range batch {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		if j.err = g.inSavepoint(j.fn); j.err != nil && g.session.Lost(j.err) {
			// A full disk or a lost race undoes the whole transaction, the others' work too.
			lost := j.err
			if g.session.Retryable(lost) {
				j.err = nil
			}
			g.rollback()
			return lost
		}
	}
	if err := g.session.Commit(); err != nil {
		g.rollback()
		return err
	}
	return nil
}

func (g *GroupCommit) rollback() {
	clear(g.memory)
	g.session.Rollback()
}

// tx is what a write is given.
type tx struct {
	Session
	memory map[any]any
}

// Remember implements Tx.
func (t tx) Remember(key, value any) { t.memory[key] = value }

// Recall implements Tx.
func (t tx) Recall(key any) any { return t.memory[key] }

func (g *GroupCommit) inSavepoint(fn func(Tx) error) error {
	err := g.session.Mark()
	if err == nil {
		err = call(fn, tx{g.session, g.memory})
	}
	if err == nil {
		err = g.session.Keep()
	}
	if err == nil || g.session.Lost(err) {
		return err
	}
	clear(g.memory)
	return errors.Join(err, g.session.Undo())
}

// call turns a panic of fn into an error: the writer serves everybody and must go on.
func call(fn func(Tx) error, tx Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack()), "")
		}
	}()
	return fn(tx)
}
