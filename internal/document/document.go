// Package document is the room where files live: bodies under the SHA-256 of their bytes, in a folder or
// in an S3-compatible bucket, with what they are found to be, what pictures are made of them, and how they
// go to SFTP servers and come from there. Rows only say which body they need; what a row means, this
// package does not know.
//
// A body is written to a temporary name, synced and renamed before the row that needs it commits, so a
// crash leaves no row without a body. It may leave a body without a row, which Sweep removes.
package document

import (
	"context"
	"sync"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Room is the place of all practices' files.
type Room struct {
	bodies  Bodies
	options Options
	looking chan struct{} // as many as decode a picture

	ends    context.Context // when the room is closed
	end     context.CancelFunc
	running sync.WaitGroup // transfers

	arriving sync.Map // *Arrivals by folder
}

// Options say how a room works. The zero value is right for production.
type Options struct {
	// Hosts are names that lead to an address, "127.0.0.1:2222", past resolver and egress policy: the demo's
	// own SFTP site.
	Hosts map[string]string
	// Patience is how long a request waits for a transfer before it becomes a job; 0 is 50 seconds, so
	// that the answer comes before the request's own end.
	Patience time.Duration
	// Limit is the longest transfer as a job; 0 is an hour.
	Limit time.Duration
	// Idle is how long an SFTP server may be silent; 0 is 30 seconds.
	Idle time.Duration
}

// maxLooking bounds how many pictures are decoded at a time: each may take some hundred megabytes.
const maxLooking = 2

// NewRoom makes a room over bodies.
func NewRoom(bodies Bodies, options Options) *Room {
	defaultTo(&options.Patience, 50*time.Second)
	defaultTo(&options.Limit, time.Hour)
	defaultTo(&options.Idle, 30*time.Second)
	// The names of the parts of a Word file may begin later than the 3 KB that are looked at by default.
	mimetype.SetLimit(64 << 10)
	r := &Room{bodies: bodies, options: options, looking: make(chan struct{}, maxLooking)}
	r.ends, r.end = context.WithCancel(context.Background())
	return r
}

// Close ends the transfers that still run, and returns when each has noted that it was ended. It is called before
// the databases are closed.
func (r *Room) Close() {
	r.end()
	r.running.Wait()
}

func defaultTo(value *time.Duration, fallback time.Duration) {
	if *value == 0 {
		*value = fallback
	}
}

// Shelf is the part of a room that belongs to one database: its rows say which bodies are needed. Bodies
// are never shared between shelves, so that nobody learns from another practice's files.
type Shelf struct {
	Room  *Room
	name  string
	db    store.DB
	clock func() time.Time
	hold  func() (release func(), err error)
}

// Shelf is the part of a database. name is its folder, of lower-case letters, digits and hyphens, and
// must never change. hold keeps the database open for a transfer that takes longer than the request for it.
func (r *Room) Shelf(name string, db store.DB, clock func() time.Time, hold func() (release func(), err error)) *Shelf {
	return &Shelf{Room: r, name: name, db: db, clock: clock, hold: hold}
}

// look admits a few at a time to decode pictures. The function that it returns ends the turn.
func (r *Room) look(ctx context.Context) (done func(), err error) {
	select {
	case r.looking <- struct{}{}:
		return func() { <-r.looking }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Forget removes what uploads have left behind that a process did not live to end.
func (r *Room) Forget(grace time.Duration) error {
	return r.bodies.Forget(time.Now().Add(-grace))
}
