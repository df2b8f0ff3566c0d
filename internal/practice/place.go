package practice

import (
	"context"
	"errors"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Place notes in the hub that a practice's database is now on another server, where the operator has
// copied it: "" is where the hub is. A copy whose trail does not end as the original's does is
// refused, because writes would be lost. Servers that run take the new place at their next request.
func (r *Registry) Place(ctx context.Context, caller audit.Caller, p Practice, server, database string) (Practice, error) {
	moved := p
	moved.Server, moved.Database = server, database
	if moved == p {
		return p, fault.New(fault.Conflict, "The practice is there already")
	}
	head, err := r.headOf(ctx, moved)
	if err != nil {
		return p, err
	}
	original, err := r.headOf(ctx, p)
	if err != nil {
		return p, fmt.Errorf("the original cannot be compared: %w", err)
	}
	if head != original {
		return p, fault.New(fault.Conflict, "The copy's trail ends with entry %d and the original's with entry %d; stop the servers, and copy again", head.Num, original.Num)
	}
	err = r.Hub.Write(ctx, caller, func(tx *record.Tx) error {
		if err := tx.Send("UPDATE `practice` SET `ServerName` = ?, `DatabaseName` = ? WHERE `PracticeNum` = ?",
			store.Text(server), store.Text(database), store.Int(p.Num)); err != nil {
			return err
		}
		return tx.Note(audit.Update, "practice", int64(p.Num), "ServerName,DatabaseName")
	})
	if err != nil {
		return p, err
	}
	return moved, nil
}

// headOf reads the end of a practice's trail at a place, past the open databases.
func (r *Registry) headOf(ctx context.Context, p Practice) (head audit.Head, err error) {
	book, err := r.openBook(p)
	if err != nil {
		return head, err
	}
	err = book.DB.Read(ctx, func(c store.Conn) error {
		head, err = audit.ReadHead(c)
		return err
	})
	return head, errors.Join(err, book.DB.Close())
}
