// Package record is the one door for writes: a changed row, its entry in the audit trail and its
// change row are written in one commit, or not at all. It knows no dialect and no resource's rules
// beyond the pure Check that a table brings along.
package record

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Book is one database and the clock its rows are stamped by.
type Book struct {
	DB    store.DB
	Clock func() time.Time
}

// Settled is the moment up to which a read that starts now sees every write; see store.DB.
func (b *Book) Settled(ctx context.Context) (dental.DateTime, error) {
	settled, err := b.DB.Settled(ctx, b.Clock())
	return dental.DateTimeOf(settled), err
}

// Tx is a transaction with one frozen clock and one caller.
type Tx struct {
	store.Tx
	// At stamps all that the transaction writes. It never lies before the stamp of an earlier
	// transaction, not even in the hour that the end of summer time repeats, so that a client that
	// asks for what changed after a stamp misses nothing.
	At     dental.DateTime
	Caller audit.Caller

	head    audit.Head
	created map[rowID]bool
	touched []string
}

// Touched are the tables in which the transaction has changed rows so far, each once.
func (tx *Tx) Touched() []string { return tx.touched }

type rowID struct {
	table string
	key   int64
}

// Write calls fn in a transaction. An error from fn undoes everything. fn may be called again, so
// nothing in it touches the outside.
func (b *Book) Write(ctx context.Context, caller audit.Caller, fn func(*Tx) error) error {
	return b.DB.Write(ctx, func(stored store.Tx) error {
		head, err := audit.LastHead(stored)
		if err != nil {
			return err
		}
		at := dental.DateTimeOf(b.Clock())
		if at.Before(head.At) {
			at = head.At
		}
		return fn(&Tx{Tx: stored, At: at, Caller: caller, head: head})
	})
}

// Refuse notes in the trail that a caller was turned away. target is the method and route, key the
// row's, 0 for none; the fault's field names are noted, and never a value.
func (b *Book) Refuse(ctx context.Context, caller audit.Caller, target string, key int64, f *fault.Fault) error {
	detail := f.Kind.String()
	for i, field := range f.Fields {
		if i == 0 {
			detail += ": "
		} else {
			detail += ","
		}
		detail += field.Name
	}
	return b.Write(ctx, caller, func(tx *Tx) error {
		return tx.Note(audit.Refuse, target, key, detail)
	})
}

// NoteCommand notes a command of a caller's own SQL in the trail, before it is run or with the fault for
// which it was refused.
func (b *Book) NoteCommand(ctx context.Context, caller audit.Caller, target, command string, f *fault.Fault) error {
	action, more := audit.Query, ""
	if f != nil {
		action, more = audit.Refuse, f.Kind.String()
	}
	return b.Write(ctx, caller, func(tx *Tx) error {
		if err := tx.Note(action, target, 0, audit.CommandDetail(command, more)); err != nil {
			return err
		}
		return audit.AppendCommand(tx, tx.head.Num, command)
	})
}

// Note adds an entry to the trail.
func (tx *Tx) Note(action audit.Action, target string, key int64, detail string) error {
	head, err := audit.Append(tx.Tx, tx.head, audit.Entry{
		At: tx.At, Caller: tx.Caller, Action: action, Target: target, TargetNum: key, Detail: detail,
	})
	if err == nil {
		tx.head = head
	}
	return err
}

// announce writes what belongs to every changed row: the trail's entry and the change row.
func (tx *Tx) announce(action audit.Action, table string, key int64, columns []string) error {
	if !slices.Contains(tx.touched, table) {
		tx.touched = append(tx.touched, table)
	}
	names := strings.Join(columns, ",")
	if err := tx.Note(action, table, key, names); err != nil {
		return err
	}
	return tx.Send("INSERT INTO `rowchange` (`ChangedAt`, `AuditNum`, `TableName`, `RowNum`, `Kind`, `ColumnNames`) VALUES (?, ?, ?, ?, ?, ?)",
		store.Text(tx.At.String()), store.Int(tx.head.Num), store.Text(table), store.Int(key), store.Text(action), store.Text(names))
}

// Create checks and inserts a row, and puts its key into it.
func Create[T any](tx *Tx, t *resource.Table[T], row *T) error {
	t.SetStamp(row, tx.At)
	if err := check(t, nil, row); err != nil {
		return err
	}
	if err := t.CheckParents(tx, nil, row); err != nil {
		return err
	}
	key, err := t.Insert(tx, row)
	if err != nil {
		return err
	}
	if tx.created == nil {
		tx.created = make(map[rowID]bool)
	}
	tx.created[rowID{t.Spec.Table, key}] = true
	return tx.announce(audit.Create, t.Spec.Table, key, nil)
}

// Update checks a row and writes the columns in which new differs from old. Where nothing differs
// nothing is written, stamped or announced, and new keeps old's stamp.
func Update[T any](tx *Tx, t *resource.Table[T], old, new *T) error {
	columns := t.Changed(old, new)
	if err := check(t, old, new); err != nil {
		return err
	}
	if len(columns) == 0 {
		return nil
	}
	if err := t.CheckParents(tx, old, new); err != nil {
		return err
	}
	t.SetStamp(new, tx.At)
	if err := t.Change(tx, new, columns); err != nil {
		return err
	}
	key := t.KeyOf(new)
	if tx.created[rowID{t.Spec.Table, key}] {
		return nil // the row is made in two steps, and announced once
	}
	return tx.announce(audit.Update, t.Spec.Table, key, columns)
}

// Delete removes a row.
func Delete[T any](tx *Tx, t *resource.Table[T], row *T) error {
	key := t.KeyOf(row)
	if err := t.Remove(tx, key); err != nil {
		return err
	}
	return tx.announce(audit.Delete, t.Spec.Table, key, nil)
}

// Import writes rows as they are, keys and stamps included, with one entry for all of them. It is
// for data that was checked where it comes from: sample data, and rows that a test is given.
func Import[T any](tx *Tx, t *resource.Table[T], rows []*T) error {
	for _, row := range rows {
		if _, err := t.Insert(tx, row); err != nil {
			return err
		}
	}
	return tx.Note(audit.Import, t.Spec.Table, int64(len(rows)), "rows")
}

func check[T any](t *resource.Table[T], old, new *T) error {
	if t.Check == nil {
		return nil
	}
	return fault.InvalidFields(t.Check(old, new))
}
