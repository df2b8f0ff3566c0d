package main

import (
	"context"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

type practiceSessionLinkCmd struct {
	dataFlag
	PublicURL string `name:"public-url" help:"Where the server is reached, as for serve." default:"http://127.0.0.1:30222" placeholder:"URL"`
	Name      string `arg:"" help:"The practice's name."`
}

// Run makes the link. Whoever has it first has the practice's referrals for a day.
func (cmd *practiceSessionLinkCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	p, err := practices.Find(ctx, cmd.Name)
	if err != nil {
		return err
	}
	base, err := referralFlags{PublicURL: cmd.PublicURL}.base("")
	if err != nil {
		return err
	}
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		return err
	}
	token, err := desk.AccountLink(ctx, audit.Operator, int64(p.Num))
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "%s%s%s\n", base, referral.AccountPath, token)
	return nil
}
