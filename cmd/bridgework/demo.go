package main

import (
	"context"
	"fmt"
	"os"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
)

type demoCmd struct {
	listenFlags
	Data     string `help:"Folder to keep the sample data in; without it a temporary one is used and removed." placeholder:"DIR" type:"path"`
	Database string `help:"Keep the sample data on a MariaDB or MySQL server instead, as serve does." secret:"" placeholder:"URL"`
	Seed     uint64 `help:"The same seed gives the same rows and ids." default:"1"`
}

// The documents' own credentials, so that their examples work as printed.
const (
	demoPractice     = "Demo Dental"
	demoDeveloperKey = "NFF6i0KrXrxDkZHt"
	demoCustomerKey  = "VzkmZEaUWOjnQX2z"
)

// Run serves sample data until it is told to stop.
func (cmd *demoCmd) Run(ctx context.Context, con *console) error {
	dir := cmd.Data
	switch {
	case cmd.Database != "":
		dir = cmd.Database
	case dir == "":
		temporary, err := os.MkdirTemp("", "bridgework-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	practices, err := practice.Open(ctx, dir, practice.Options{NoMmap: cmd.NoMmap})
	if err != nil {
		return err
	}
	defer practices.Close()
	if err := practices.LockServing(); err != nil {
		return err
	}
	if err := cmd.fill(ctx, practices); err != nil {
		return err
	}
	return listen(ctx, con, cmd.listenFlags, practices, func(address string) { cmd.greet(con, address) })
}

// fill makes the demo practice in an empty folder, and leaves one that is there as it was left.
func (cmd *demoCmd) fill(ctx context.Context, practices *practice.Registry) error {
	found, err := practices.List(ctx)
	if err != nil || len(found) > 0 {
		return err
	}
	p, err := practices.Create(ctx, audit.Operator, demoPractice)
	if err != nil {
		return err
	}
	book, release, err := practices.Lease(ctx, p.Num)
	if err != nil {
		return err
	}
	defer release()
	if err := sandbox.Seed(ctx, book, cmd.Seed); err != nil {
		return err
	}
	_, _, err = practices.CreateKey(ctx, audit.Operator, p, "Demo developer", everyGroupBut("Enterprise"),
		practice.Secrets{DeveloperKey: demoDeveloperKey, CustomerKey: demoCustomerKey})
	return err
}

func (cmd *demoCmd) greet(con *console, address string) {
	fmt.Fprintf(con.out, `Bridgework demo: sample data, seed %d. The people in it are made up.

  Open Dental API   http://%s/api/v1
                    Authorization: ODFHIR %s/%s

Try it:

  curl -H 'Authorization: ODFHIR %s/%s' http://%s/api/v1/referrals/1

Kept for the dialects to come: Token token=42a42a42a42a424a2aa4, and the Salesforce client demo/demo.
Ctrl-C ends the demo.
`, cmd.Seed, address, demoDeveloperKey, demoCustomerKey, demoDeveloperKey, demoCustomerKey, address)
}
