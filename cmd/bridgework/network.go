package main

import (
	"context"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
)

type practiceNetworkCmd struct {
	dataFlag
	Practice string `arg:"" help:"The practice that refers."`
	Source   int64  `arg:"" help:"The ReferralNum of the referral source in its chart."`
	Target   string `arg:"" optional:"" help:"The practice of this installation that the source is. Without it the source sends nothing any more."`
}

// Run makes a referral source stand for a practice of this installation.
func (cmd *practiceNetworkCmd) Run(ctx context.Context, con *console) error {
	return cmd.withPractice(ctx, cmd.Practice, func(practices *practice.Registry, p practice.Practice, book *record.Book) error {
		var target practice.Practice
		if cmd.Target != "" {
			var err error
			if target, err = practices.Find(ctx, cmd.Target); err != nil {
				return err
			}
		}
		desk := od.Desk{Book: book, Caller: audit.Operator}
		if err := od.SetNetworkSource(ctx, desk, dental.ReferralNum(cmd.Source), int64(target.Num)); err != nil {
			return err
		}
		if cmd.Target == "" {
			fmt.Fprintf(con.out, "What %s refers to source %d is no longer sent.\n", p.Name, cmd.Source)
			return nil
		}
		fmt.Fprintf(con.out, "What %s refers to source %d is sent to %s.\n", p.Name, cmd.Source, target.Name)
		return nil
	})
}
