package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// maxStatements bounds the prepared statements of a connection: they live on the server, too.
const maxStatements = 200

// conn is one connection that uses one schema, used by one goroutine at a time.
type conn struct {
	server     *Server
	schema     string
	raw        *sql.Conn // nil when there is none, or it was lost
	ctx        context.Context
	statements map[string]*sql.Stmt
	open       *rows // the result that is being read
	result     rows
	args       []any
}

// connect takes a connection of the pool and makes the schema its own.
func (c *conn) connect(ctx context.Context) error {
	if c.raw != nil {
		return nil
	}
	raw, err := c.server.pool.Conn(ctx)
	if err != nil {
		return translateError(err)
	}
	if _, err := raw.ExecContext(ctx, "USE `"+c.schema+"`"); err != nil {
		raw.Close()
		return translateError(err)
	}
	c.raw, c.statements = raw, make(map[string]*sql.Stmt)
	return nil
}

// drop gives the connection up. The pool throws away one that is broken.
func (c *conn) drop() {
	if c.raw == nil {
		return
	}
	c.reset()
	for _, stmt := range c.statements {
		stmt.Close()
	}
	c.raw.Close()
	c.raw, c.statements = nil, nil
}

// reset ends a result that was left open, by a panic or by an error on the way.
func (c *conn) reset() {
	if c.open != nil {
		c.open.Close()
	}
}

func (c *conn) prepare(text string) (*sql.Stmt, error) {
	if c.open != nil {
		return nil, fmt.Errorf("mysql: a result is still open: %s", c.open.sql)
	}
	if stmt, ok := c.statements[text]; ok {
		return stmt, nil
	}
	stmt, err := c.raw.PrepareContext(c.ctx, text)
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
	c.statements[text] = stmt
	return stmt, nil
}

// bind makes the driver's arguments. The slice is reused: the driver keeps none of it.
func (c *conn) bind(values []store.Value) []any {
	c.args = c.args[:0]
	for _, v := range values {
		switch v.Kind() {
		case store.IntValue:
			c.args = append(c.args, v.AsInt())
		case store.FloatValue:
			c.args = append(c.args, v.AsFloat())
		case store.TextValue:
			c.args = append(c.args, v.AsText())
		default:
			c.args = append(c.args, nil)
		}
	}
	return c.args
}

// Query implements store.Conn.
func (c *conn) Query(text string, args ...store.Value) store.Rows {
	stmt, err := c.prepare(text)
	if err != nil {
		return &rows{err: err}
	}
	found, err := stmt.QueryContext(c.ctx, c.bind(args)...)
	if err != nil {
		return &rows{err: translateError(err)}
	}
	columns, err := found.Columns()
	if err != nil {
		found.Close()
		return &rows{err: translateError(err)}
	}
	r := &c.result
	r.conn, r.sql, r.found, r.err = c, text, found, nil
	r.size(len(columns))
	c.open = r
	return r
}

// Exec implements store.Tx.
func (c *conn) Exec(text string, args ...store.Value) (int64, error) {
	stmt, err := c.prepare(text)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(c.ctx, c.bind(args)...)
	if err != nil {
		return 0, translateError(err)
	}
	key, err := result.LastInsertId()
	return key, translateError(err)
}

// rows is the result that a connection is reading.
type rows struct {
	conn  *conn
	sql   string
	found *sql.Rows
	err   error
	cells []sql.RawBytes
	into  []any // pointers to the cells, for Scan
}

// size makes room for as many columns, reusing what there is.
func (r *rows) size(columns int) {
	if cap(r.cells) < columns {
		r.cells, r.into = make([]sql.RawBytes, columns), make([]any, columns)
	}
	r.cells, r.into = r.cells[:columns], r.into[:columns]
	for i := range r.cells {
		r.into[i] = &r.cells[i]
	}
}

// Next implements store.Rows.
func (r *rows) Next() bool {
	if r.err != nil || !r.found.Next() {
		return false
	}
	r.err = translateError(r.found.Scan(r.into...))
	return r.err == nil
}

// Close implements store.Rows.
func (r *rows) Close() error {
	if r.found == nil {
		return r.err
	}
	r.conn.open = nil
	err := r.found.Err()
	if closed := r.found.Close(); err == nil {
		err = closed
	}
	r.found = nil
	if r.err == nil {
		r.err = translateError(err)
	}
	return r.err
}

// Int implements store.Row. The digits are read in place.
func (r *rows) Int(col int) int64 {
	var number int64
	negative := false
	for i, b := range r.cells[col] {
		switch {
		case b >= '0' && b <= '9':
			number = number*10 + int64(b-'0')
		case b == '-' && i == 0:
			negative = true
		default: // a decimal's fraction
			return sign(number, negative)
		}
	}
	return sign(number, negative)
}

func sign(number int64, negative bool) int64 {
	if negative {
		return -number
	}
	return number
}

// Float implements store.Row.
func (r *rows) Float(col int) float64 {
	number, _ := strconv.ParseFloat(string(r.cells[col]), 64)
	return number
}

// Null implements store.Row.
func (r *rows) Null(col int) bool { return r.cells[col] == nil }

// Text implements store.Row.
func (r *rows) Text(col int) []byte { return r.cells[col] }
