// Package store keeps rows: it knows databases, transactions, migrations and what their errors
// mean, and nothing of what the rows are about.
//
// An engine (package store/sqlite; others later) implements DB. Everything above works with the
// interfaces here, so that no statement is written that only one engine understands: the shared
// SQL is the subset that decision 0002 lists.
package store

import (
	"context"
	"time"
)

// Row is the current row of a result. What it returns is valid until the next row:
// copy what is kept. Columns count from 0. No method allocates.
type Row interface {
	Int(col int) int64
	Text(col int) []byte
	Float(col int) float64
	Null(col int) bool
}

// Rows is a result that is read forward, once.
//
//	for rows.Next() { … }
//	return rows.Close()
type Rows interface {
	Row
	Next() bool
	// Close ends the result and returns the error that ended it early, if any.
	Close() error
}

// Conn reads. A result must be closed before the next statement: a server sends one result at a time
// over a connection.
type Conn interface {
	Query(sql string, args ...Value) Rows
}

// Tx reads and writes inside one transaction.
type Tx interface {
	Conn
	// Exec runs one statement. For an INSERT it returns the key that was given to the row.
	Exec(sql string, args ...Value) (key int64, err error)
	// Send runs a statement that nobody waits for. An engine may hold it back and send it along with the
	// next one, or at the end of the write; its error is then the next one's, or the write's.
	Send(sql string, args ...Value) error
	// Remember keeps a value for the writes that follow, and Recall returns it, nil when there is none.
	// It is forgotten as soon as somebody else has written the database, or a write was undone: what is
	// recalled is as true as if it were read. Only what this write has read or written may be kept.
	Remember(key, value any)
	Recall(key any) any
}

// DB is one open database: one practice's, or the hub's.
type DB interface {
	// Read calls fn to read. Each statement sees one state of the database, and a later one sees the
	// same or a later state. fn ends early, with ctx's error, when ctx does.
	Read(ctx context.Context, fn func(Conn) error) error

	// Snapshot is Read where all statements see the same state.
	Snapshot(ctx context.Context, fn func(Conn) error) error

	// Write calls fn in a transaction and returns after the commit is durable. An error from fn
	// undoes all that fn did and is returned as it is. fn may be called again after a lost race,
	// and it may share its transaction's commit with other writers, so nothing in it may touch
	// the outside. If ctx ends before fn has begun, fn is not called.
	Write(ctx context.Context, fn func(Tx) error) error

	// Settled returns the latest moment, not after now, such that every write whose fn began at
	// or before it is visible to a Read that starts now. A client that is told this moment, and
	// asks later for what changed after it, misses nothing.
	Settled(ctx context.Context, now time.Time) (time.Time, error)

	// Generation is a number that differs from the one returned before whenever anybody, in this
	// process or another, has committed since. It is what a cache of rows is checked by.
	Generation() (int64, error)

	// LastKey is the highest key that a table has ever given, or been given, to a row: also to one
	// that is no longer there.
	LastKey(table string) (int64, error)

	// Close waits for running work, moves what is in the log into the database and closes it.
	Close() error
}

// Value is an argument of a statement.
type Value struct {
	kind  ValueKind
	int   int64
	float float64
	text  string
}

// ValueKind is the type of a Value.
type ValueKind uint8

// The types that both engines keep alike.
const (
	NullValue ValueKind = iota
	IntValue
	FloatValue
	TextValue
)

// Null is SQL's NULL.
var Null = Value{}

// Int is an integer argument.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8](v T) Value {
	return Value{kind: IntValue, int: int64(v)}
}

// Bool is a boolean argument, stored as 0 or 1.
func Bool(v bool) Value {
	if v {
		return Value{kind: IntValue, int: 1}
	}
	return Value{kind: IntValue}
}

// Float is a floating-point argument.
func Float(v float64) Value { return Value{kind: FloatValue, float: v} }

// Text is a string argument. Dates and datetimes are bound as text, from package dental's types.
func Text[T ~string](v T) Value { return Value{kind: TextValue, text: string(v)} }

// Kind tells which of the accessors holds the value; only engines need it.
func (v Value) Kind() ValueKind { return v.kind }

// AsInt is the integer of an IntValue.
func (v Value) AsInt() int64 { return v.int }

// AsFloat is the number of a FloatValue.
func (v Value) AsFloat() float64 { return v.float }

// AsText is the string of a TextValue.
func (v Value) AsText() string { return v.text }
