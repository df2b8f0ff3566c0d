package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// findPractice finds a practice by its name; it may be left out where there is only one.
func findPractice(ctx context.Context, practices *practice.Registry, name string) (practice.Practice, error) {
	if name != "" {
		return practices.Find(ctx, name)
	}
	all, err := practices.List(ctx)
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("there are %d practices; name one with --practice", len(all))
	}
	if err != nil {
		return practice.Practice{}, err
	}
	return all[0], nil
}

// withPractice opens one practice; see findPractice.
func (f dataFlag) withPractice(ctx context.Context, name string, fn func(*practice.Registry, practice.Practice, *record.Book) error) error {
	practices, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	p, err := findPractice(ctx, practices, name)
	if err != nil {
		return err
	}
	book, release, err := practices.Lease(ctx, p.Num)
	if err != nil {
		return err
	}
	defer release()
	return fn(practices, p, book)
}

type practiceEgressCmd struct {
	dataFlag
	Name  string   `arg:"" help:"The practice's name."`
	Hosts []string `arg:"" optional:"" help:"What is allowed: * for every public host, sftp.example.com, *.example.com, an address, or a range such as 10.0.0.0/8. Private addresses are only reached when they are named. Without any, the setting is shown."`
}

// Run shows or sets the practice's preference.
func (cmd *practiceEgressCmd) Run(ctx context.Context, con *console) error {
	return cmd.withPractice(ctx, cmd.Name, func(_ *practice.Registry, p practice.Practice, book *record.Book) error {
		if len(cmd.Hosts) > 0 {
			setting := ""
			for i, host := range cmd.Hosts {
				if i > 0 {
					setting += ", "
				}
				setting += host
			}
			if err := od.SetEgress(ctx, book, audit.Operator, setting); err != nil {
				return err
			}
		}
		return book.DB.Read(ctx, func(c store.Conn) error {
			setting, err := od.EgressSetting(c)
			if err == nil {
				fmt.Fprintf(con.out, "%s: %s\n", p.Name, setting)
			}
			return err
		})
	})
}

type practiceHostkeysCmd struct {
	dataFlag
	Forget string `help:"Forget the server's key, so that its next one is taken as it is." placeholder:"HOST:PORT"`
	Name   string `arg:"" help:"The practice's name."`
}

// Run lists the keys, or forgets one.
func (cmd *practiceHostkeysCmd) Run(ctx context.Context, con *console) error {
	return cmd.withPractice(ctx, cmd.Name, func(practices *practice.Registry, p practice.Practice, book *record.Book) error {
		shelf := odapi.ShelfOf(document.NewRoom(nil, document.Options{}), practices, p.Num, book.DB, book.Clock)
		if cmd.Forget != "" {
			if err := shelf.ForgetHostKey(ctx, cmd.Forget); err != nil {
				return err
			}
			fmt.Fprintf(con.out, "%s is forgotten.\n", cmd.Forget)
			return nil
		}
		known, err := shelf.HostKeys(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "HOST\tKEY\tFINGERPRINT\tSINCE")
		for _, key := range known {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", key.Host, key.Key.Type(), key.Fingerprint(), key.PinnedAt)
		}
		return table.Flush()
	})
}
