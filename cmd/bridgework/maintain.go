package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

type migrateCmd struct{ dataFlag }

// Run migrates the hub, by opening it, and every practice.
func (cmd *migrateCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	count, failed := 0, 0
	err = practices.Migrate(ctx, func(p practice.Practice, err error) {
		if err != nil {
			failed++
			fmt.Fprintln(con.err, err)
			return
		}
		count++
		fmt.Fprintf(con.out, "%q is migrated.\n", p.Name)
	})
	switch {
	case failed > 0:
		return fmt.Errorf("%d of the practices cannot be migrated", failed)
	case err != nil:
		return err
	}
	fmt.Fprintf(con.out, "All databases have the schema of this program; %d needed it.\n", count)
	return nil
}

type verifyCmd struct{ dataFlag }

// Run walks the trails of the hub and of every practice, all of them, whatever it finds.
func (cmd *verifyCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	broken := verify(ctx, con, "hub", practices.Hub)
	found, err := practices.List(ctx)
	if err != nil {
		return err
	}
	for _, p := range found {
		book, release, err := practices.Lease(ctx, p.Num)
		if err != nil {
			broken = errors.Join(broken, fmt.Errorf("%s cannot be verified: %s", p.Name, plain(err)))
			continue
		}
		broken = errors.Join(broken, verify(ctx, con, p.Name, book))
		release()
	}
	return broken
}

// verify proves one trail. Its head is printed to be kept elsewhere: whoever can write the database
// can also write a new trail that is whole, but not one with the head it had.
func verify(ctx context.Context, con *console, name string, book *record.Book) error {
	// Before the snapshot: what is written meanwhile is not missed.
	last, err := book.DB.LastKey("auditevent")
	if err != nil {
		return err
	}
	return book.DB.Read(ctx, func(c store.Conn) error {
		head, err := audit.Verify(c)
		if err == nil {
			err = audit.CheckEnd(head, last)
		}
		if err != nil {
			return fmt.Errorf("the trail of %s is broken: %w", name, err)
		}
		fmt.Fprintf(con.out, "%s: unbroken to entry %d, head %s\n", name, head.Num, head.Hash)
		return nil
	})
}

type describeCmd struct {
	Resource string `arg:"" optional:"" help:"A resource, such as refattaches; none lists them."`
}

// Run prints the plan of a resource.
func (cmd *describeCmd) Run(con *console) error {
	if cmd.Resource == "" {
		for _, r := range od.All() {
			fmt.Fprintln(con.out, r.Plan().Path)
		}
		return nil
	}
	if strings.EqualFold(cmd.Resource, "queries") {
		fmt.Fprint(con.out, odapi.DescribeQueries())
		return nil
	}
	text, err := od.Describe(cmd.Resource)
	if err == nil {
		fmt.Fprint(con.out, text)
	}
	return err
}

type versionCmd struct{}

// version is set when a release is built.
var version = "0.1.0-dev"

// Run prints the version and what it was built from.
func (cmd *versionCmd) Run(con *console) error {
	revision := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				revision = setting.Value
			}
		}
	}
	fmt.Fprintf(con.out, "bridgework %s (%s), schema %d\n", version, revision, len(store.PracticeMigrations()))
	return nil
}
