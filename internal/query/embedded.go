package query

import (
	"context"
	"strconv"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/bridgework-dental/bridgework/internal/query/builtin"
	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
	store "github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// busyTimeout is how long a statement waits for another process's lock.
const busyTimeout = 5 * time.Second

// pool keeps connections of one file that have held no temporary tables.
type pool struct {
	mu     sync.Mutex
	idle   []*connection
	closed bool
}

// keptConnections bounds the idle connections of a file.
const keptConnections = 4

func (p *pool) take() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	c := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return c
}

// give takes a connection back. One that has held temporary tables is closed: nothing of them may be
// seen by another command.
func (p *pool) give(c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || c.dirty || len(p.idle) >= keptConnections {
		c.close()
		return
	}
	p.idle = append(p.idle, c)
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		c.close()
	}
	p.idle = nil
}

// poolOf finds the pool of a database; it ends with the database.
func (r *Room) poolOf(db *store.DB) *pool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.pools[db]; p != nil {
		return p
	}
	p := &pool{}
	r.pools[db] = p
	db.BeforeClose(func() {
		r.mu.Lock()
		delete(r.pools, db)
		r.mu.Unlock()
		p.close()
	})
	return p
}

// runSQLite runs a plan on a file.
func (r *Room) runSQLite(ctx context.Context, db *store.DB, plan *rewrite.Command, sink Sink) (err error) {
	p := r.poolOf(db)
	c := p.take()
	if c == nil {
		if c, err = openConnection(db.Path(), db.Mapped(), r.limits.Temporary); err != nil {
			return err
		}
	}
	defer p.give(c)
	c.dirty = plan.Temporary
	c.session.Reset()
	c.watch.start(ctx, r.heavy, r.limits.Scanned, r.limits.Spill)
	defer c.watch.end()
	at := newInstant(r.options.Clock())
	for i := range plan.Steps {
		step := &plan.Steps[i]
		if i == plan.Answer {
			err = c.answer(step, at, sink)
		} else if !step.Quiet && step.SQL != "" {
			err = c.step(step, at)
		} else if step.SQL != "" {
			_, err = c.prepare(step.SQL) // its rows are not asked for; its mistakes are told
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if plan.Answer < 0 {
		return sink.Columns(nil)
	}
	return nil
}

// step runs a statement whose rows nobody asked for.
func (c *connection) step(step *rewrite.Step, at *instant) error {
	stmt, err := c.prepare(step.SQL)
	if err != nil {
		return err
	}
	defer reset(stmt)
	bind(stmt, step.Params, at, c.session.Variables)
	first := true
	for {
		more, err := stmt.Step()
		if err != nil {
			return c.translate(err)
		}
		if step.Assign != "" && first {
			var v any
			if more {
				v = valueOf(stmt, 0)
			}
			c.session.Variables[step.Assign] = v
			return nil
		}
		if !more {
			return nil
		}
		first = false
	}
}

func reset(stmt *sqlite.Stmt) {
	stmt.Reset()
	stmt.ClearBindings()
}

func valueOf(stmt *sqlite.Stmt, i int) any {
	switch stmt.ColumnType(i) {
	case sqlite.TypeInteger:
		return stmt.ColumnInt64(i)
	case sqlite.TypeFloat:
		return stmt.ColumnFloat(i)
	case sqlite.TypeText, sqlite.TypeBlob:
		return stmt.ColumnText(i)
	}
	return nil
}

// answer gives a statement's rows to the sink.
func (c *connection) answer(step *rewrite.Step, at *instant, sink Sink) error {
	if step.SQL == "" {
		return giveRows(step, sink)
	}
	stmt, err := c.prepare(step.SQL)
	if err != nil {
		return err
	}
	defer reset(stmt)
	bind(stmt, step.Params, at, c.session.Variables)
	if err := sink.Columns(step.Columns); err != nil {
		return err
	}
	cells := make([]Cell, len(step.Columns))
	for {
		more, err := stmt.Step()
		if err != nil {
			return c.translate(err)
		}
		if !more {
			return nil
		}
		for i := range cells {
			cells[i].read(stmt, i, step.Columns[i].Type)
		}
		if err := sink.Row(cells); err == ErrEnough {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// giveRows answers what needs no database.
func giveRows(step *rewrite.Step, sink Sink) error {
	if err := sink.Columns(step.Columns); err != nil {
		return err
	}
	for _, row := range step.Rows {
		cells := make([]Cell, len(row))
		for i, v := range row {
			text, ok := v.(string)
			cells[i] = Cell{Text: []byte(text), Null: !ok}
		}
		if err := sink.Row(cells); err == ErrEnough {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// read prints a value of SQLite's as MySQL prints it.
func (cell *Cell) read(stmt *sqlite.Stmt, i int, t rewrite.Type) {
	kind := stmt.ColumnType(i)
	cell.Null = kind == sqlite.TypeNull
	cell.Text = cell.Text[:0]
	switch {
	case cell.Null:
	case kind == sqlite.TypeText || kind == sqlite.TypeBlob:
		n := stmt.ColumnLen(i)
		if cap(cell.Text) < n {
			cell.Text = make([]byte, n+n/2)
		}
		cell.Text = cell.Text[:n]
		stmt.ColumnBytes(i, cell.Text)
	case t.Kind == rewrite.Decimal && t.Exact && kind == sqlite.TypeInteger:
		cell.Text = append(cell.Text, builtin.FormatScaled(stmt.ColumnInt64(i), t.Scale)...)
	case t.Kind == rewrite.Decimal && t.Exact:
		v := stmt.ColumnFloat(i)
		for range t.Scale {
			v /= 10
		}
		cell.Text = append(cell.Text, builtin.FormatReal(v, t.Scale)...)
	case t.Kind == rewrite.Decimal:
		cell.Text = append(cell.Text, builtin.FormatReal(stmt.ColumnFloat(i), t.Scale)...)
	case t.Kind == rewrite.Double && t.Float:
		cell.Text = append(cell.Text, builtin.FormatFloat(stmt.ColumnFloat(i))...)
	case t.Kind == rewrite.Double && t.Scale < 31:
		cell.Text = strconv.AppendFloat(cell.Text, stmt.ColumnFloat(i), 'f', t.Scale, 64)
	case t.Kind == rewrite.Double || kind == sqlite.TypeFloat:
		cell.Text = append(cell.Text, builtin.FormatDouble(stmt.ColumnFloat(i))...)
	case t.Unsigned:
		cell.Text = strconv.AppendUint(cell.Text, uint64(stmt.ColumnInt64(i)), 10)
	default:
		cell.Text = strconv.AppendInt(cell.Text, stmt.ColumnInt64(i), 10)
	}
}

// instant is the time at which a command runs; it stands still while it does.
type instant struct{ now time.Time }

func newInstant(now time.Time) *instant { return &instant{now.Truncate(time.Second)} }

func (at *instant) value(m rewrite.Moment) any {
	now := at.now
	switch m {
	case rewrite.UTCNow, rewrite.UTCToday, rewrite.UTCTimeOfDay:
		now = now.UTC()
	}
	switch m {
	case rewrite.Now, rewrite.UTCNow:
		return now.Format("2006-01-02 15:04:05")
	case rewrite.Today, rewrite.UTCToday:
		return now.Format("2006-01-02")
	case rewrite.TimeOfDay, rewrite.UTCTimeOfDay:
		return now.Format("15:04:05")
	case rewrite.UnixNow:
		return now.Unix()
	case rewrite.TablesOf, rewrite.ColumnsOf:
		return rewrite.InformationRows(m, Schema)
	}
	return nil
}
