// Package od knows Open Dental's tables and rules: one file per resource, one file per action. It
// knows no HTTP; package odapi serves what All lists.
package od

import (
	"bytes"
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Resource is a declared resource as an edge serves it.
type Resource interface {
	Plan() *resource.Plan
	// Acts lists the methods beyond lists and the four of a row.
	Acts() []*Action
	// Create makes a row of a POST's body and appends it to dst as JSON. key is 0 where the body was an
	// array.
	Create(ctx context.Context, desk Desk, body, dst []byte) (key int64, answer []byte, err error)
	// Update changes a row by a PUT's body and appends it to dst as JSON.
	Update(ctx context.Context, desk Desk, key int64, body, dst []byte) (answer []byte, err error)
	// Delete removes a row.
	Delete(ctx context.Context, desk Desk, key int64) error
	// Import writes a row as it is given, a JSON object of any stored fields, without rules.
	Import(tx *record.Tx, row []byte) error
}

// Desk is where a caller writes: the practice's book, who they are, which of the switchable rules
// hold, and how they wish to be answered.
type Desk struct {
	Book   *record.Book
	Caller audit.Caller
	Rules  Rules
	Format *resource.Format
	// SealKey seals the caller's customer key, for what is sent in the caller's name later.
	SealKey func() (string, error)
	// Files is where the practice's files are.
	Files *document.Shelf
	// Enterprise tells that the caller may ask for longer pages.
	Enterprise bool
}

// write calls fn in a transaction that ends with the signals of what it has changed.
func (d Desk) write(ctx context.Context, fn func(*record.Tx) error) error {
	return d.Book.Write(ctx, d.Caller, func(tx *record.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return signalCaches(tx)
	})
}

// Rules are those that an operator may switch on, because the documents of different years differ.
type Rules struct {
	// RefuseDuplicatePatients refuses a POST of a patient whose name, birthdate and e-mail address or
	// telephone number another patient has (current page; the 2021 text knows no such check).
	RefuseDuplicatePatients bool
}

// Body is what a caller has sent, with the rules that hold for it.
type Body struct {
	*resource.Input
	Rules Rules
}

// Rows is a table with the rules of its resource. A seam that is set is the body of the write: it
// must call record's function of the same name itself, after what it prepares and before what
// follows from the row.
type Rows[T any] struct {
	Table    *resource.Table[T]
	OnCreate func(tx *record.Tx, in Body, row *T) error
	OnUpdate func(tx *record.Tx, in Body, old, new *T) error
	OnDelete func(tx *record.Tx, row *T) error
	Actions  []*Action
	// Many takes an array of rows in a POST, too: all of them are made, or none.
	Many bool
}

// Plan implements Resource.
func (r *Rows[T]) Plan() *resource.Plan { return r.Table.Plan }

// Acts implements Resource.
func (r *Rows[T]) Acts() []*Action { return r.Actions }

// Create implements Resource.
func (r *Rows[T]) Create(ctx context.Context, desk Desk, body, dst []byte) (int64, []byte, error) {
	if r.Many && bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		answer, err := r.createMany(ctx, desk, body, dst)
		return 0, answer, err
	}
	in, err := r.Table.Decode(body, resource.Creating)
	if err != nil {
		return 0, nil, err
	}
	if err := r.faults(in, nil, r.fresh(in)); err != nil {
		return 0, nil, err
	}
	var key int64
	var answer []byte
	err = desk.write(ctx, func(tx *record.Tx) error {
		row := r.fresh(in)
		if err := r.create(tx, Body{in, desk.Rules}, row); err != nil {
			return err
		}
		key = r.Table.KeyOf(row)
		answer, err = r.Table.AppendOne(dst, tx, key, desk.Format)
		return err
	})
	return key, answer, err
}

func (r *Rows[T]) fresh(in *resource.Input) *T {
	row := new(T)
	in.Apply(row)
	return row
}

func (r *Rows[T]) create(tx *record.Tx, in Body, row *T) error {
	if r.OnCreate == nil {
		return record.Create(tx, r.Table, row)
	}
	return r.OnCreate(tx, in, row)
}

// Update implements Resource.
func (r *Rows[T]) Update(ctx context.Context, desk Desk, key int64, body, dst []byte) ([]byte, error) {
	in, err := r.Table.Decode(body, resource.Updating)
	if err != nil {
		return nil, err
	}
	var answer []byte
	err = desk.write(ctx, func(tx *record.Tx) error {
		old, err := r.Table.Get(tx, key)
		if err != nil {
			return err
		}
		changed := *old
		in.Apply(&changed)
		if len(in.Faults) > 0 {
			return r.faults(in, old, &changed)
		}
		if err := r.update(tx, Body{in, desk.Rules}, old, &changed); err != nil {
			return err
		}
		answer, err = r.Table.AppendOne(dst, tx, key, desk.Format)
		return err
	})
	return answer, err
}

func (r *Rows[T]) update(tx *record.Tx, in Body, old, new *T) error {
	if r.OnUpdate == nil {
		return record.Update(tx, r.Table, old, new)
	}
	return r.OnUpdate(tx, in, old, new)
}

// faults are those of the body and those of the rule, in one answer.
func (r *Rows[T]) faults(in *resource.Input, old, new *T) error {
	all := in.Faults
	if r.Table.Check != nil {
		all = append(all[:len(all):len(all)], r.Table.Check(old, new)...)
	}
	return fault.InvalidFields(all)
}

// Delete implements Resource.
func (r *Rows[T]) Delete(ctx context.Context, desk Desk, key int64) error {
	return desk.write(ctx, func(tx *record.Tx) error {
		row, err := r.Table.Get(tx, key)
		if err != nil {
			return err
		}
		if r.OnDelete == nil {
			return record.Delete(tx, r.Table, row)
		}
		return r.OnDelete(tx, row)
	})
}

// Import implements Resource.
func (r *Rows[T]) Import(tx *record.Tx, given []byte) error {
	in, err := r.Table.Decode(given, resource.Importing)
	if err != nil {
		return err
	}
	if err := fault.InvalidFields(in.Faults); err != nil {
		return err
	}
	return record.Import(tx, r.Table, []*T{r.fresh(in)})
}
