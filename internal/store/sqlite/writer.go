package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// maxBatch is how many writes may share one commit, and how many may wait for the next.
const maxBatch = 256

// job is one call of Write on its way through the writer.
type job struct {
	ctx  context.Context
	fn   func(store.Tx) error
	err  error
	done chan struct{}
}

// Write implements store.DB.
func (d *DB) Write(ctx context.Context, fn func(store.Tx) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	if err := d.enqueue(j); err != nil {
		return err
	}
	// Not ctx: once it has begun, only the commit tells whether the write happened.
	<-j.done
	return j.err
}

func (d *DB) enqueue(j *job) error {
	d.closing.RLock()
	defer d.closing.RUnlock()
	if d.closed {
		return fault.New(fault.Busy, "The server is shutting down; try again")
	}
	select {
	case d.queue <- j:
		return nil
	case <-j.ctx.Done():
		return fault.Wrap(fault.Busy, j.ctx.Err(), "Too many writes are waiting; try again")
	}
}

// write is the writer: it takes what waits, without a timer, so that a lone write is not delayed
// and a crowd shares the cost of making its commit durable.
func (d *DB) write() {
	defer close(d.ended)
	batch := make([]*job, 0, maxBatch)
	for first := range d.queue {
		batch = append(batch[:0], first)
		for len(batch) < maxBatch && len(d.queue) > 0 {
			batch = append(batch, <-d.queue)
		}
		d.inflight.Store(d.options.Clock().UnixNano())
		d.commit(batch)
		d.inflight.Store(0)
		for _, j := range batch {
			close(j.done)
		}
	}
}

// commit runs the batch in one transaction, each job in a savepoint of its own.
func (d *DB) commit(batch []*job) {
	if _, err := d.writer.Exec("BEGIN IMMEDIATE"); err != nil {
		failAll(batch, err)
		return
	}
	for _, j := range batch {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		if j.err = d.inSavepoint(j.fn); j.err != nil && d.writer.raw.AutocommitEnabled() {
			// A full disk or an I/O error undoes the whole transaction, the others' work too.
			failAll(batch, j.err)
			return
		}
	}
	if _, err := d.writer.Exec("COMMIT"); err != nil {
		d.writer.Exec("ROLLBACK")
		failAll(batch, err)
	}
}

// failAll answers every job whose work was undone; those that had failed keep their own reason.
func failAll(batch []*job, err error) {
	for _, j := range batch {
		if j.err == nil {
			j.err = err
		}
	}
}

func (d *DB) inSavepoint(fn func(store.Tx) error) error {
	if _, err := d.writer.Exec("SAVEPOINT job"); err != nil {
		return err
	}
	err := d.writer.call(fn)
	if err != nil {
		if _, undo := d.writer.Exec("ROLLBACK TO job"); undo != nil {
			return errors.Join(err, undo)
		}
	}
	if _, release := d.writer.Exec("RELEASE job"); release != nil {
		return errors.Join(err, release)
	}
	return err
}

// call turns a panic of fn into an error: the writer serves everybody and must go on.
func (c *conn) call(fn func(store.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.resetAll()
			err = fault.Wrap(fault.Internal, fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack()), "")
		}
	}()
	return fn(c)
}
