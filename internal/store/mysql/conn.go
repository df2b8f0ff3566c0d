package mysql

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// maxStatements bounds the prepared statements of a connection: they live on the server, too.
const maxStatements = 200

// link is what the driver's connections can do. They are used without database/sql, which would
// copy every cell once more and know nothing of schemas.
type link interface {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
}

// statement is a prepared statement of the driver's.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// conn is one connection, used by one goroutine at a time.
type conn struct {
	link       link
	wire       *wire
	schema     string // that it uses; "" is none
	born, used time.Time
	ctx        context.Context // of what runs
	statements map[string]statement
	args       []driver.NamedValue
	open       *rows // the result that is being read
	result     rows
	held       held
	sent       bool // what was held back has gone since this was set to false
	spoiled    bool // not to be used again
}

// held are statements that go to the server together with the next one.
type held struct {
	text []byte
	args []driver.NamedValue
	size int // about what they take in a message
}

// maxHeld bounds what is held back, in bytes. A server refuses a message of more than max_allowed_packet,
// 16 MB as a rule, and works better on many small ones.
const maxHeld = 256 << 10

// use changes the schema. What was prepared belongs to the one before.
func (c *conn) use(ctx context.Context, schema string) error {
	if c.schema == schema || schema == "" {
		return nil
	}
	c.forget()
	_, err := c.link.ExecContext(ctx, "USE `"+schema+"`", nil)
	if err == nil {
		c.schema = schema
	}
	return err
}

func (c *conn) forget() {
	for text, stmt := range c.statements {
		stmt.Close()
		delete(c.statements, text)
	}
}

func (c *conn) close() { c.link.Close() }

// reset ends a result that was left open, by a panic or by an error on the way, and drops what was
// held back.
func (c *conn) reset() {
	if c.open != nil {
		c.open.Close()
	}
	c.unhold()
	c.ctx = context.Background()
}

func (c *conn) prepare(text string) (statement, error) {
	if stmt, ok := c.statements[text]; ok {
		return stmt, nil
	}
	prepared, err := c.link.PrepareContext(c.ctx, text)
	if err != nil {
		return nil, translateError(err)
	}
	if len(c.statements) >= maxStatements {
		for other, old := range c.statements {
			old.Close()
			delete(c.statements, other)
			break
		}
	}
	stmt := prepared.(statement)
	c.statements[text] = stmt
	return stmt, nil
}

// bind appends the driver's arguments.
func bind(dst []driver.NamedValue, values []store.Value) []driver.NamedValue {
	for _, v := range values {
		arg := driver.NamedValue{Ordinal: len(dst) + 1}
		switch v.Kind() {
		case store.IntValue:
			arg.Value = v.AsInt()
		case store.FloatValue:
			arg.Value = v.AsFloat()
		case store.TextValue:
			arg.Value = v.AsText()
		}
		dst = append(dst, arg)
	}
	return dst
}

// hold keeps a statement back until the next one that has an answer to wait for, or flush.
func (c *conn) hold(text string, args ...store.Value) {
	if len(c.held.text) > 0 {
		c.held.text = append(c.held.text, ';')
	}
	c.held.text = append(c.held.text, text...)
	c.held.args = bind(c.held.args, args)
	c.held.size += len(text)
	for _, arg := range args {
		c.held.size += len(arg.AsText()) + 20 // the digits of a number
	}
}

func (c *conn) unhold() {
	c.held.text = c.held.text[:0]
	c.held.args = c.held.args[:0]
	c.held.size = 0
}

// takeHeld is what was held back, as one message, and nothing is held any more. The driver writes
// the arguments into the text: it knows how they are quoted on this connection.
func (c *conn) takeHeld() (string, []driver.NamedValue) {
	c.sent = true
	text := string(c.held.text)
	c.args = append(c.args[:0], c.held.args...)
	c.unhold()
	return text, c.args
}

// flush sends what is held back.
func (c *conn) flush() error {
	if len(c.held.text) == 0 {
		return nil
	}
	text, args := c.takeHeld()
	_, err := c.link.ExecContext(c.ctx, text, args)
	return translateError(err)
}

func (c *conn) mustBeClosed() error {
	if c.open != nil {
		return fmt.Errorf("mysql: a result is still open: %s", c.open.sql)
	}
	return nil
}

// Query implements store.Conn.
func (c *conn) Query(text string, args ...store.Value) store.Rows {
	if err := c.mustBeClosed(); err != nil {
		return &rows{err: err}
	}
	found, prepared, err := c.query(text, args)
	if err != nil {
		return &rows{err: translateError(err)}
	}
	r := &c.result
	r.start(c, text, found, prepared)
	c.open = r
	return r
}

func (c *conn) query(text string, args []store.Value) (found driver.Rows, prepared bool, err error) {
	if len(c.held.text) > 0 {
		c.hold(text, args...)
		all, bound := c.takeHeld()
		found, err = c.link.QueryContext(c.ctx, all, bound)
		return found, false, err
	}
	stmt, err := c.prepare(text)
	if err != nil {
		return nil, false, err
	}
	c.args = bind(c.args[:0], args)
	found, err = stmt.QueryContext(c.ctx, c.args)
	return found, true, err
}

// Exec implements store.Tx.
func (c *conn) Exec(text string, args ...store.Value) (int64, error) {
	if err := c.mustBeClosed(); err != nil {
		return 0, err
	}
	result, err := c.exec(text, args)
	if err != nil {
		return 0, translateError(err)
	}
	key, err := result.LastInsertId()
	return key, translateError(err)
}

func (c *conn) exec(text string, args []store.Value) (driver.Result, error) {
	if len(c.held.text) > 0 {
		c.hold(text, args...)
		all, bound := c.takeHeld()
		return c.link.ExecContext(c.ctx, all, bound)
	}
	stmt, err := c.prepare(text)
	if err != nil {
		return nil, err
	}
	c.args = bind(c.args[:0], args)
	return stmt.ExecContext(c.ctx, c.args)
}

// Send implements store.Tx.
func (c *conn) Send(text string, args ...store.Value) error {
	if err := c.mustBeClosed(); err != nil {
		return err
	}
	c.hold(text, args...)
	if c.held.size > maxHeld {
		return c.flush()
	}
	return nil
}

// execText runs a statement that is used once, without preparing it.
func (c *conn) execText(text string, args ...store.Value) error {
	_, err := c.link.ExecContext(c.ctx, text, bind(nil, args))
	return translateError(err)
}
