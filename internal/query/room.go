// Package query is the room of callers' own SQL: read-only, in MySQL's dialect, over a practice's
// database on either engine. A command is parsed, screened and rewritten by package rewrite, and runs
// on a connection that cannot write, within bounds. It knows no dialect of HTTP and no keys.
package query

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// Limits bound what a command may take. A zero is the default beside it.
type Limits struct {
	Time      time.Duration // from its start to its end: 60 s
	Scanned   int64         // rows that are looked at: 200 million
	Rows      int64         // of the result: 5 million
	Temporary int64         // bytes of its temporary tables: 64 MB
	Spill     int64         // bytes that all queries of the process sort and group in files: 2 GB
	Length    int           // bytes of the command: 64 KiB
	PerKey    int           // commands of one key at the same time: 4
	Heavy     int           // commands that run for longer than a moment, at the same time: half the processors
}

func (l Limits) orDefault() Limits {
	set := func(n *int64, fallback int64) {
		if *n == 0 {
			*n = fallback
		}
	}
	if l.Time == 0 {
		l.Time = 60 * time.Second
	}
	set(&l.Scanned, 200_000_000)
	set(&l.Rows, 5_000_000)
	set(&l.Temporary, 64<<20)
	set(&l.Spill, 2<<30)
	if l.Length == 0 {
		l.Length = 64 << 10
	}
	if l.PerKey == 0 {
		l.PerKey = 4
	}
	if l.Heavy == 0 {
		l.Heavy = max(1, runtime.GOMAXPROCS(0)/2)
	}
	return l
}

// Options say how a room is made.
type Options struct {
	Limits Limits
	// Clock tells the time that NOW() is; nil is time.Now.
	Clock func() time.Time
	// User and Password are those of a database user with fewer rights, for a practice on a server; ""
	// is the server's own user.
	User, Password string
}

// Room runs commands.
type Room struct {
	limits  Limits
	options Options
	plans   planCache
	heavy   chan struct{}

	mu      sync.Mutex
	running map[int64]int // commands, by key
	pools   map[store.DB]*pool
	servers map[store.DB]*sql.DB
}

// New makes a room.
func New(options Options) *Room {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	limits := options.Limits.orDefault()
	return &Room{
		limits: limits, options: options, heavy: make(chan struct{}, limits.Heavy),
		running: make(map[int64]int), pools: make(map[store.DB]*pool), servers: make(map[store.DB]*sql.DB),
	}
}

// Schema is the name that callers' SQL may give the practice's database.
const Schema = "opendental"

// Cell is a value of a row, as MySQL prints it.
type Cell struct {
	Text []byte // valid until the next row
	Null bool
}

// Sink takes a result. An error of its ends the command.
type Sink interface {
	// Columns comes first, once; a command without a result has none.
	Columns([]rewrite.Column) error
	// Row comes for each row, in order.
	Row([]Cell) error
}

// ErrEnough is what a sink answers that wants no more rows; the command goes on behind its result.
var ErrEnough = errors.New("query: enough rows")

// Check parses and screens a command without running it.
func (r *Room) Check(command string) error {
	_, err := r.plan(command)
	return err
}

// Run runs a command on a practice's database and gives its last result to the sink. key is whose
// command it is, for the bound on commands at the same time. Errors are faults: Invalid for what is not
// SQL or beyond a bound, Forbidden for what is not read-only, Busy for what took too long or came too
// often.
func (r *Room) Run(ctx context.Context, db store.DB, key int64, command string, sink Sink) error {
	plan, err := r.plan(command)
	if err != nil {
		return err
	}
	if err := r.enter(key); err != nil {
		return err
	}
	defer r.leave(key)
	ctx, cancel := context.WithTimeoutCause(ctx, r.limits.Time, ErrTime)
	defer cancel()
	counted := &countingSink{sink: sink, most: r.limits.Rows}
	switch db := db.(type) {
	case *sqlite.DB:
		err = r.runSQLite(ctx, db, plan, counted)
	case *mysql.DB:
		err = r.runServer(ctx, db, plan, counted)
	default:
		err = fmt.Errorf("query: no way to ask a %T", db)
	}
	return r.explain(ctx, err)
}

// ErrTime is why a command that takes too long is ended.
var ErrTime = fmt.Errorf("query: %w", os.ErrDeadlineExceeded)

// explain turns the end of a context into a fault. A server has a clock of its own for the same time: it says the
// same, whichever of the two was first.
func (r *Room) explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(context.Cause(ctx), ErrTime):
		return ctx.Err()
	case ctx.Err() != nil, errors.Is(err, ErrTime):
		return fault.Wrap(fault.Busy, ErrTime, "The query took longer than "+r.limits.Time.String())
	}
	return err
}

func (r *Room) enter(key int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[key] >= r.limits.PerKey {
		return fault.New(fault.Busy, "This key runs %d queries already; wait until one has ended", r.limits.PerKey)
	}
	r.running[key]++
	return nil
}

func (r *Room) leave(key int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[key]--; r.running[key] == 0 {
		delete(r.running, key)
	}
}

// plan finds or makes the rewritten form of a command.
func (r *Room) plan(command string) (*rewrite.Command, error) {
	if p := r.plans.find(command); p != nil {
		return p, nil
	}
	p, err := rewrite.Compile(command, rewrite.Options{Schema: Schema, Longest: r.limits.Length})
	if err != nil {
		return nil, err
	}
	r.plans.keep(command, p)
	return p, nil
}

// planCache keeps the plans of late. They belong to no practice.
type planCache struct {
	mu sync.RWMutex
	of map[string]*rewrite.Command
}

const keptPlans = 500

func (c *planCache) find(command string) *rewrite.Command {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.of[command]
}

func (c *planCache) keep(command string, p *rewrite.Command) {
	const longest = 8 << 10
	if len(command) > longest {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = make(map[string]*rewrite.Command)
	}
	for old := range c.of {
		if len(c.of) < keptPlans {
			break
		}
		delete(c.of, old)
	}
	c.of[command] = p
}

// countingSink bounds the rows of a result.
type countingSink struct {
	sink Sink
	n    int64
	most int64
}

func (s *countingSink) Columns(columns []rewrite.Column) error { return s.sink.Columns(columns) }

func (s *countingSink) Row(cells []Cell) error {
	if s.n++; s.n > s.most {
		return fault.New(fault.Invalid, "The result has more than %d rows; add a LIMIT", s.most)
	}
	return s.sink.Row(cells)
}
