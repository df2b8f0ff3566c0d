package document

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Owner is the row that needs a body.
type Owner struct {
	Table string
	Num   int64
}

// Role says what the body is to its owner.
type Role string

// The roles.
const (
	File      Role = "file"      // as it was sent
	Thumbnail Role = "thumbnail" // a small picture of it
)

// errSwept means that the body was removed between Keep's writing it and the commit of its row.
var errSwept = errors.New("the body was removed meanwhile")

// Keep makes received bodies durable and then calls commit, which writes the rows that need them and, in the
// same transaction, calls Use for each. commit may be called again when a body was removed meanwhile. When
// Keep fails nothing refers to the bodies, and Sweep removes them.
func (s *Shelf) Keep(ctx context.Context, bodies []*Received, commit func() error) error {
	const attempts = 20
	var err error
	for attempt := range attempts {
		for _, r := range bodies {
			if err := s.keep(ctx, r); err != nil {
				return err
			}
		}
		if err = commit(); !errors.Is(err, errSwept) {
			return err
		}
		select {
		case <-time.After(time.Duration(attempt+1) * 10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fault.Wrap(fault.Busy, err, "The file is being removed at this moment; try again")
}

func (s *Shelf) keep(ctx context.Context, r *Received) error {
	if r.kept {
		if err := r.spoolAgain(); err != nil {
			return err
		}
	}
	// Before the body is looked for: a removal that begins later changes the number.
	err := s.db.Read(ctx, func(c store.Conn) error {
		sweeps, running, err := readSweep(c, r.Hash)
		if running {
			sweeps = -1 // what is there may be gone in a moment: Use refuses it
		}
		r.sweeps = sweeps
		return err
	})
	if err != nil {
		return err
	}
	if err := s.Room.bodies.Keep(ctx, s.name, r.Hash, r.spool); err != nil {
		return err
	}
	r.kept = true
	return nil
}

// spoolAgain copies the body to a new spool; the old one, which is open still, was given away.
func (r *Received) spoolAgain() error {
	if _, err := r.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	again, err := r.shelf.Room.bodies.Spool()
	if err != nil {
		return err
	}
	old := r.spool
	r.spool, r.kept = again, false
	_, err = io.Copy(again, old)
	return errors.Join(err, old.Close())
}

// Use notes that a row needs the body. It replaces the body that the row had in this role.
func (r *Received) Use(tx store.Tx, owner Owner, role Role) error {
	sweeps, running, err := readSweep(tx, r.Hash)
	if err != nil {
		return err
	}
	if running || sweeps != r.sweeps {
		return errSwept
	}
	if err := tx.Send("DELETE FROM `bodyuse` WHERE `OwnerTable` = ? AND `OwnerNum` = ? AND `Role` = ?",
		store.Text(owner.Table), store.Int(owner.Num), store.Text(role)); err != nil {
		return err
	}
	return tx.Send("INSERT INTO `bodyuse` (`Sha256`, `OwnerTable`, `OwnerNum`, `Role`, `Size`, `KindName`) VALUES (?, ?, ?, ?, ?, ?)",
		store.Text(r.Hash), store.Text(owner.Table), store.Int(owner.Num), store.Text(role), store.Int(r.Size), store.Text(r.Kind.Name))
}

// Drop notes that a row needs no body any more, in the transaction that removes the row. The bodies
// that no other row needs are removed by Sweep.
func Drop(tx store.Tx, owner Owner) error {
	return tx.Send("DELETE FROM `bodyuse` WHERE `OwnerTable` = ? AND `OwnerNum` = ?", store.Text(owner.Table), store.Int(owner.Num))
}

// Of finds the body of a row in a role; found is false where it has none.
func Of(c store.Conn, owner Owner, role Role) (body Body, found bool, err error) {
	rows := c.Query("SELECT `Sha256`, `Size`, `KindName` FROM `bodyuse` WHERE `OwnerTable` = ? AND `OwnerNum` = ? AND `Role` = ?",
		store.Text(owner.Table), store.Int(owner.Num), store.Text(role))
	if found = rows.Next(); found {
		body = Body{Hash: Hash(rows.Text(0)), Size: rows.Int(1), Kind: kindNamed(string(rows.Text(2)))}
	}
	return body, found, rows.Close()
}

// Open reads a body. The context must live as long as what is returned, which must be closed.
func (s *Shelf) Open(ctx context.Context, hash Hash) (io.ReadSeekCloser, error) {
	return s.Room.bodies.Open(ctx, s.name, hash)
}

// Share notes that another row needs a body that a row has. Both must be of one transaction: what a row needs is
// not removed.
func Share(tx store.Tx, from, to Owner, role Role) error {
	body, found, err := Of(tx, from, role)
	if err != nil || !found {
		return err
	}
	return tx.Send("INSERT INTO `bodyuse` (`Sha256`, `OwnerTable`, `OwnerNum`, `Role`, `Size`, `KindName`) VALUES (?, ?, ?, ?, ?, ?)",
		store.Text(body.Hash), store.Text(to.Table), store.Int(to.Num), store.Text(role), store.Int(body.Size), store.Text(body.Kind.Name))
}
