package network

import (
	"context"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// within is a database whose reads and writes all belong to one transaction that is open: the rooms over it write as they
// always do, and all of it is one commit. What fails within it must end the transaction, because one write of many is not
// undone by itself. It is for one goroutine.
type within struct {
	store.DB
	tx store.Tx
}

func (w within) Read(_ context.Context, fn func(store.Conn) error) error { return fn(w.tx) }

func (w within) Snapshot(_ context.Context, fn func(store.Conn) error) error { return fn(w.tx) }

func (w within) Write(_ context.Context, fn func(store.Tx) error) error { return fn(w.tx) }

// clock stands where the history stands.
type clock struct{ at dental.DateTime }

func (c *clock) now() time.Time {
	// The text is one that a DateTime has written.
	at, _ := time.ParseInLocation(dental.DateTimeLayout, c.at.String(), time.Local)
	return at
}
