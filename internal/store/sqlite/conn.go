package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// maxStatements bounds the prepared statements of a connection. Lists have one statement per
// combination of filters, and callers choose the combination.
const maxStatements = 200

// conn is one connection, used by one goroutine at a time.
type conn struct {
	raw        *sqlite.Conn
	statements map[string]*rows
	open       *rows         // the result that is being read
	done       chan struct{} // closed to interrupt what runs
	others     int64         // SQLite's number for what other connections have committed, at the last Begin
}

// open opens the file and sets what lasts for the connection.
func open(path string, flags sqlite.OpenFlags, pragmas []string) (*conn, error) {
	raw, err := sqlite.OpenConn(path, flags)
	if err != nil {
		return nil, translateError(err)
	}
	c := &conn{raw: raw, statements: make(map[string]*rows)}
	// First of all: the pragmas below may themselves meet a lock.
	raw.SetBusyTimeout(busyTimeout)
	for _, pragma := range pragmas {
		if err := c.set(pragma); err != nil {
			c.close()
			return nil, fmt.Errorf("%s: %w", pragma, err)
		}
	}
	c.rearm()
	return c, nil
}

// set runs a pragma. The switch to WAL does not wait for another process that is at the same, so the
// waiting is done here.
func (c *conn) set(pragma string) error {
	for deadline := time.Now().Add(busyTimeout); ; time.Sleep(5 * time.Millisecond) {
		_, err := c.Exec(pragma)
		if !fault.Is(err, fault.Busy) || time.Now().After(deadline) {
			return err
		}
	}
}

// rearm makes the connection usable again after an interrupt.
func (c *conn) rearm() {
	c.done = make(chan struct{})
	c.raw.SetInterrupt(c.done)
}

// within runs fn, and interrupts the statement that runs when ctx ends.
func (c *conn) within(ctx context.Context, fn func() error) error {
	if ctx.Done() == nil {
		return fn()
	}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		close(c.done)
		close(stopped)
	})
	err := fn()
	if stop() {
		return err
	}
	<-stopped
	c.rearm()
	if err != nil {
		return ctx.Err()
	}
	return nil
}

// prepare finds or makes the statement. Another result that is still open is a mistake of the
// program's, which another engine could not forgive.
func (c *conn) prepare(sql string) (*rows, error) {
	if c.open != nil {
		return nil, fmt.Errorf("sqlite: a result is still open: %s", c.open.sql)
	}
	if r, ok := c.statements[sql]; ok {
		return r, nil
	}
	stmt, trailing, err := c.raw.PrepareTransient(sql)
	if err != nil {
		return nil, translateError(err)
	}
	if trailing > 0 {
		stmt.Finalize()
		return nil, fmt.Errorf("sqlite: more than one statement in %q", sql)
	}
	if len(c.statements) >= maxStatements {
		c.evict()
	}
	r := &rows{conn: c, stmt: stmt, sql: sql}
	c.statements[sql] = r
	return r, nil
}

// evict drops one statement; which one hardly matters at this size.
func (c *conn) evict() {
	for sql, r := range c.statements {
		r.stmt.Finalize()
		delete(c.statements, sql)
		return
	}
}

// Query implements store.Conn.
func (c *conn) Query(sql string, args ...store.Value) store.Rows {
	r, err := c.prepare(sql)
	if err != nil {
		return &rows{err: err}
	}
	r.start(args)
	return r
}

// Exec implements store.Tx.
func (c *conn) Exec(sql string, args ...store.Value) (int64, error) {
	r, err := c.prepare(sql)
	if err != nil {
		return 0, err
	}
	r.start(args)
	for r.Next() {
	}
	if err := r.Close(); err != nil {
		return 0, err
	}
	return c.raw.LastInsertRowID(), nil
}

// Send implements store.Tx.
func (c *conn) Send(sql string, args ...store.Value) error {
	_, err := c.Exec(sql, args...)
	return err
}

// Begin implements store.Session.
func (c *conn) Begin() (alone bool, err error) {
	if err := c.Send("BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	// It changes with the commits of other connections, and not with this one's.
	rows := c.Query("PRAGMA data_version")
	if rows.Next() {
		alone = rows.Int(0) == c.others
		c.others = rows.Int(0)
	}
	return alone, rows.Close()
}

// Commit implements store.Session.
func (c *conn) Commit() error { return c.Send("COMMIT") }

// Mark implements store.Session.
func (c *conn) Mark() error { return c.Send("SAVEPOINT job") }

// Keep implements store.Session.
func (c *conn) Keep() error { return c.Send("RELEASE SAVEPOINT job") }

// Undo implements store.Session.
func (c *conn) Undo() error {
	c.reset()
	if err := c.Send("ROLLBACK TO SAVEPOINT job"); err != nil {
		return err
	}
	return c.Send("RELEASE SAVEPOINT job")
}

// Rollback implements store.Session.
func (c *conn) Rollback() {
	c.reset()
	if !c.raw.AutocommitEnabled() {
		c.Exec("ROLLBACK")
	}
}

// Lost implements store.Session: a full disk or an I/O error ends the transaction.
func (c *conn) Lost(error) bool { return c.raw.AutocommitEnabled() }

// Retryable implements store.Session. The wait for another process's lock is the busy time-out's.
func (c *conn) Retryable(error) bool { return false }

// reset ends a result that was left open, by a panic or by an error on the way.
func (c *conn) reset() {
	if c.open != nil {
		c.open.Close()
	}
}

func (c *conn) close() error {
	for _, r := range c.statements {
		r.stmt.Finalize()
	}
	c.raw.SetInterrupt(nil)
	return translateError(c.raw.Close())
}

// rows is a prepared statement and the result it is at.
type rows struct {
	conn  *conn
	stmt  *sqlite.Stmt
	sql   string
	err   error
	cells []byte // the text cells of the current row
}

func (r *rows) start(args []store.Value) {
	r.conn.open, r.err = r, nil
	for i, arg := range args {
		switch arg.Kind() {
		case store.IntValue:
			r.stmt.BindInt64(i+1, arg.AsInt())
		case store.FloatValue:
			r.stmt.BindFloat(i+1, arg.AsFloat())
		case store.TextValue:
			r.stmt.BindText(i+1, arg.AsText())
		default:
			r.stmt.BindNull(i + 1)
		}
	}
}

// Next implements store.Rows.
func (r *rows) Next() bool {
	if r.err != nil {
		return false
	}
	r.cells = r.cells[:0]
	more, err := r.stmt.Step()
	r.err = translateError(err)
	return more
}

// Close implements store.Rows.
func (r *rows) Close() error {
	if r.stmt != nil {
		r.conn.open = nil
		r.stmt.Reset() // its error is the one that Step has returned already
	}
	return r.err
}

// Int implements store.Row.
func (r *rows) Int(col int) int64 { return r.stmt.ColumnInt64(col) }

// Float implements store.Row.
func (r *rows) Float(col int) float64 { return r.stmt.ColumnFloat(col) }

// Null implements store.Row.
func (r *rows) Null(col int) bool { return r.stmt.ColumnIsNull(col) }

// Text implements store.Row. The cells of a row are copied one after the other into one buffer;
// when it grows, the slices handed out before keep the old one.
func (r *rows) Text(col int) []byte {
	length := r.stmt.ColumnLen(col)
	if length == 0 {
		return nil
	}
	from := len(r.cells)
	r.cells = slices.Grow(r.cells, length)[:from+length]
	r.stmt.ColumnBytes(col, r.cells[from:])
	return r.cells[from : from+length : from+length]
}

// busyTimeout is how long a statement waits for another process's lock, such as that of
// `bridgework key create` beside a running server.
const busyTimeout = 5 * time.Second
