package main

import (
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// people opens the room of those who sign in. address is the one that the server listens on, "" where none is.
func (f referralFlags) people(practices *practice.Registry, address string) (*people.Room, error) {
	base, err := f.base(address)
	if err != nil {
		return nil, err
	}
	return people.New(practices.Hub, people.Options{BaseURL: base, Sealer: practices.Sealer, Found: directory.FoundCentre}), nil
}

// firstPerson prints the link by which the first administrator comes, where nobody can sign in yet: there is no default password.
func firstPerson(ctx context.Context, con *console, everyone *people.Room) {
	token, err := everyone.SetUpLink(ctx, audit.Operator)
	if fault.Is(err, fault.Conflict) {
		return // there are people
	}
	if err != nil {
		con.log.Error("the link for the first administrator was not made", "error", err)
		return
	}
	fmt.Fprintf(con.out, `Nobody can sign in yet. The first administrator does so by this link, once and within a day:

  %s

`, everyone.URL(people.SetUpPath, token))
}

// keepPeopleTidy ends the sessions that are over until ctx ends.
func keepPeopleTidy(con *console, everyone *people.Room) func(context.Context) {
	return func(ctx context.Context) {
		for ticker := time.NewTicker(10 * tidyEvery); ; {
			if _, err := everyone.Tidy(ctx); err != nil && ctx.Err() == nil {
				con.log.Error("sessions that are over are not ended", "error", err)
			}
			select {
			case <-ctx.Done():
				ticker.Stop()
				return
			case <-ticker.C:
			}
		}
	}
}

type personCmd struct {
	Invite    personInviteCmd    `cmd:"" help:"Print a link by which a person makes their account, or takes a further role."`
	List      personListCmd      `cmd:"" help:"List the people and their roles."`
	Disable   personDisableCmd   `cmd:"" help:"Keep a person from signing in, and end their sessions; --enable lets them again."`
	Password  personPasswordCmd  `cmd:"" help:"Print a link by which a person chooses a new password. It turns their authenticator app off."`
	SetUpLink personSetUpLinkCmd `cmd:"" help:"Print the link by which the first administrator comes, while there is nobody."`
}

// personFlags are what the verbs that print a link have in common.
type personFlags struct {
	dataFlag
	PublicURL string `name:"public-url" help:"Where the server is reached, as for serve." default:"http://127.0.0.1:30222" placeholder:"URL"`
}

// open opens the room; done closes what is behind it.
func (f personFlags) openPeople(ctx context.Context) (practices *practice.Registry, everyone *people.Room, err error) {
	if practices, err = f.open(ctx); err != nil {
		return nil, nil, err
	}
	if everyone, err = (referralFlags{PublicURL: f.PublicURL}).people(practices, ""); err != nil {
		practices.Close()
		return nil, nil, err
	}
	return practices, everyone, nil
}

type personInviteCmd struct {
	personFlags
	Organisation string `help:"The organisation's name." required:"" placeholder:"NAME"`
	Role         string `help:"What they do there: referrer, provider, triager, approver or administrator." required:"" enum:"referrer,provider,triager,approver,administrator" placeholder:"ROLE"`
	Area         int64  `help:"The number of the area, of a referral centre's, that the role is for. Default all." placeholder:"N"`
	Name         string `help:"Their name." required:"" placeholder:"NAME"`
	Email        string `arg:"" help:"Their e-mail address, by which they sign in."`
}

// Run makes the link. It is shown once; only its hash is kept.
func (cmd *personInviteCmd) Run(ctx context.Context, con *console) error {
	practices, everyone, err := cmd.openPeople(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	var organisation int64
	err = practices.Hub.DB.Read(ctx, func(c store.Conn) (err error) {
		organisation, err = everyone.Named(c, cmd.Organisation)
		return err
	})
	if err != nil {
		return err
	}
	token, err := everyone.InviteAs(ctx, audit.Operator, people.NewInvitation{Name: cmd.Name, Email: cmd.Email, Organisation: organisation, Role: lifecycle.Role(cmd.Role), Area: cmd.Area})
	if err != nil {
		return err
	}
	fmt.Fprintln(con.out, everyone.URL(people.InvitationPath, token))
	return nil
}

type personListCmd struct{ personFlags }

// Run lists each role of each person.
func (cmd *personListCmd) Run(ctx context.Context, con *console) error {
	practices, everyone, err := cmd.openPeople(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	found, err := everyone.Everyone(ctx)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		fmt.Fprintln(con.err, "There is nobody yet; `bridgework serve` prints a link for the first administrator.")
		return nil
	}
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NUM\tNAME\tE-MAIL\tROLE\tORGANISATION\tAREA\tSEEN\tSIGN-IN")
	for _, p := range found {
		seen, signIn, area := "-", "password", "all"
		if !p.SeenAt.IsNone() {
			seen = p.SeenAt.String()
		}
		switch {
		case p.IsDisabled:
			signIn = "disabled"
		case !p.LockedUntil.IsNone():
			signIn = "locked until " + p.LockedUntil.String()
		case p.HasSecondFactor:
			signIn = "two factors"
		}
		if p.Membership.Area != 0 {
			area = fmt.Sprint(p.Membership.Area)
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.Person, p.Name, p.Email, p.Membership.Role, cmp.Or(p.Membership.OrganisationName, fmt.Sprint(p.Membership.Organisation)), area, seen, signIn)
	}
	return table.Flush()
}

type personDisableCmd struct {
	personFlags
	Enable bool   `help:"Let them sign in again."`
	Email  string `arg:"" help:"Their e-mail address."`
}

// Run keeps somebody from signing in, also with a running server.
func (cmd *personDisableCmd) Run(ctx context.Context, con *console) error {
	practices, everyone, err := cmd.openPeople(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	if err := everyone.DisableAs(ctx, audit.Operator, cmd.Email, !cmd.Enable); err != nil {
		return err
	}
	if cmd.Enable {
		fmt.Fprintf(con.out, "%s can sign in again.\n", cmd.Email)
	} else {
		fmt.Fprintf(con.out, "%s is signed out, and cannot sign in any more.\n", cmd.Email)
	}
	return nil
}

type personPasswordCmd struct {
	personFlags
	Email string `arg:"" help:"Their e-mail address."`
}

// Run makes the link. It is shown once; only its hash is kept.
func (cmd *personPasswordCmd) Run(ctx context.Context, con *console) error {
	practices, everyone, err := cmd.openPeople(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	token, err := everyone.ResetLinkAs(ctx, audit.Operator, cmd.Email)
	if err != nil {
		return err
	}
	fmt.Fprintln(con.out, everyone.URL(people.InvitationPath, token))
	return nil
}

type personSetUpLinkCmd struct{ personFlags }

// Run makes the link, and ends the one before.
func (cmd *personSetUpLinkCmd) Run(ctx context.Context, con *console) error {
	practices, everyone, err := cmd.openPeople(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	token, err := everyone.SetUpLink(ctx, audit.Operator)
	if err != nil {
		return err
	}
	fmt.Fprintln(con.out, everyone.URL(people.SetUpPath, token))
	return nil
}
