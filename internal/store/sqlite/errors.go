package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// translateError turns the engine's result codes into kinds, by code and never by text.
func translateError(err error) error {
	if err == nil {
		return nil
	}
	code := sqlite.ErrCode(err)
	switch code {
	case sqlite.ResultConstraintUnique, sqlite.ResultConstraintPrimaryKey:
		return fault.Wrap(fault.Conflict, err, "A row with this key exists already")
	}
	switch code.ToPrimary() {
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return fault.Wrap(fault.Busy, err, "The database is busy; try again")
	case sqlite.ResultInterrupt:
		return context.Canceled
	default:
		return err
	}
}
