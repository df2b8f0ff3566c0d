package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

type referralCmd struct {
	AnswerLink referralAnswerLinkCmd `cmd:"" help:"Print a link by which the provider who has a referral answers it without an account."`
}

type referralAnswerLinkCmd struct {
	dataFlag
	PublicURL string `name:"public-url" help:"Where the server is reached, as for serve." default:"http://127.0.0.1:30222" placeholder:"URL"`
	Days      int    `help:"How long the link lasts, at most a year." default:"60" placeholder:"N"`
	Revoke    bool   `help:"End all links of the referral."`
	List      bool   `help:"List the links of the referral; the links themselves are kept nowhere."`
	URN       string `arg:"" name:"urn" help:"The referral's reference, like TST0000001."`
}

// Run makes a link, or lists or ends those that there are. Whoever has a link sees its referral and acts for the provider.
func (cmd *referralAnswerLinkCmd) Run(ctx context.Context, con *console) error {
	urn, ok := referral.ParseURN(cmd.URN)
	switch {
	case !ok:
		return fmt.Errorf("%q is no referral's reference; one is like TST0000001", cmd.URN)
	case cmd.Revoke && cmd.List:
		return errors.New("--revoke and --list are two things; ask for one")
	case cmd.Days < 1:
		return errors.New("--days must be 1 or more")
	}
	base, err := referralFlags{PublicURL: cmd.PublicURL}.base("")
	if err != nil {
		return err
	}
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		return err
	}
	switch {
	case cmd.List:
		return cmd.list(ctx, con, desk, urn)
	case cmd.Revoke:
		ended, err := desk.RevokeAnswerLinks(ctx, audit.Operator, urn)
		if err != nil {
			return err
		}
		fmt.Fprintf(con.out, "Links ended: %d\n", ended)
		return nil
	}
	token, err := desk.MakeAnswerLink(ctx, audit.Operator, urn, cmd.Days)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "%s%s%s\n", base, referral.AnswerPath, token)
	return nil
}

func (cmd *referralAnswerLinkCmd) list(ctx context.Context, con *console, desk *referral.Desk, urn string) error {
	links, err := desk.AnswerLinks(ctx, urn)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LINK\tPROVIDER\tMADE\tUNTIL\tSTATE")
	for _, l := range links {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", l.Num, l.Provider, l.CreatedAt, l.ExpiresAt, l.State(desk.Now()))
	}
	return table.Flush()
}
