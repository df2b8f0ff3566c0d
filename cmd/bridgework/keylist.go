package main

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
)

// listKey puts a key into the practice's own list of its keys, and unlistKey takes it off. The hub's is the one
// that opens the API: where the practice's cannot be written the key works all the same, and the operator is told.
func listKey(ctx context.Context, practices *practice.Registry, key practice.Key) error {
	return atDesk(ctx, practices, key, func(desk od.Desk) error { return od.ListKey(ctx, desk, key.Num, key.Developer) })
}

func unlistKey(ctx context.Context, practices *practice.Registry, key practice.Key) error {
	return atDesk(ctx, practices, key, func(desk od.Desk) error { return od.UnlistKey(ctx, desk, key.Num) })
}

func atDesk(ctx context.Context, practices *practice.Registry, key practice.Key, fn func(od.Desk) error) error {
	book, release, err := practices.Lease(ctx, key.Practice)
	if err != nil {
		return err
	}
	defer release()
	return fn(od.Desk{Book: book, Caller: audit.Operator})
}
