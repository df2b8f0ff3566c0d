package main

import (
	"context"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// intakeClients is what stands before the numbers of Salesforce clients, which are counted by themselves.
const intakeClients = "sf"

// salesforceFlags are those of a client of the referral intake.
type salesforceFlags struct {
	Salesforce    bool   `help:"Make a client of Salesforce's referral intake, which gets its tokens at /services/oauth2/token."`
	ClientID      string `name:"client-id" help:"The Salesforce client's id; default a new one." placeholder:"ID"`
	ClientSecret  string `help:"Keep a client secret that the client has already; default a new one. BRIDGEWORK_CLIENT_SECRET_FILE names a file with it." secret:"" placeholder:"SECRET"`
	StrictIDs     bool   `name:"strict-ids" help:"Refuse record ids whose last three signs do not fit, or whose first three are another object's."`
	OpenPicklists bool   `help:"Keep a Status, Type or Priority that the picklist does not have, and do not refuse it."`
}

func (f salesforceFlags) create(ctx context.Context, con *console, practices *practice.Registry, p practice.Practice) error {
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		return err
	}
	client, secret, err := intake.New(practices.Hub, desk).CreateClient(ctx, audit.Operator, intake.NewClient{
		Practice: int64(p.Num), ID: f.ClientID, Secret: f.ClientSecret, StrictIDs: f.StrictIDs, OpenPicklists: f.OpenPicklists,
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, `Client %s%d for %q. The secret is shown this once; only its hash is kept.

  client_id      %s
  client_secret  %s
`, intakeClients, client.Num, p.Name, client.ID, secret)
	return nil
}

func clientRules(c intake.Client) string {
	rules := "lenient ids"
	if c.StrictIDs {
		rules = "strict ids"
	}
	if c.OpenPicklists {
		return rules + ", open picklists"
	}
	return rules + ", strict picklists"
}

type practiceProviderCmd struct {
	dataFlag
	Practice string `arg:"" help:"The organisation that sends referrals."`
	ID       string `arg:"" name:"id" help:"The record id that its own system has for the provider, of 15 or 18 signs."`
	Name     string `arg:"" help:"The provider's name."`
}

// Run makes a provider known by the id that an organisation's own system has, so that its referrals may name it.
func (cmd *practiceProviderCmd) Run(ctx context.Context, con *console) error {
	id, misspelt, ok := intake.ParseID(cmd.ID)
	if !ok || misspelt || !id.Belongs(intake.Party) {
		return fault.New(fault.Invalid, "%q is not the id of a provider or an account: 15 letters and digits, or 18 with the three that check them", cmd.ID)
	}
	return cmd.withPractice(ctx, cmd.Practice, func(practices *practice.Registry, p practice.Practice, _ *record.Book) error {
		desk, err := deskOf(practices, formsFlag{})
		if err != nil {
			return err
		}
		err = intake.New(practices.Hub, desk).Know(ctx, audit.Operator, int64(p.Num), intake.PartyObject(id), id, intake.Fields{"Name": cmd.Name})
		if err != nil {
			return err
		}
		fmt.Fprintf(con.out, "%s is known to %s as %s.\n", cmd.Name, p.Name, id.Full())
		return nil
	})
}

// The records that the samples of the referral call name (seed 004), so that they work as they are printed.
var sampleRecords = []struct {
	object string
	id     intake.ID
	fields intake.Fields
}{
	{intake.Account, "005S7000001xLk1", intake.Fields{"FirstName": "Maria", "LastName": "Ward", "PersonBirthdate": "1984-06-03"}},
	{intake.Account, "001RM000005bZVv", intake.Fields{"FirstName": "Tom", "LastName": "Price", "PersonBirthdate": "1979-02-17"}},
	{intake.HealthcareProvider, "0cmS70000004CAu", intake.Fields{"Name": "County Hospital, Oral Medicine"}},
	{intake.HealthcareProvider, "0cmRM0000004nAg", intake.Fields{"Name": "Harbour Oral Surgery"}},
	{intake.HealthcareProvider, "0cmRM0000000l2J", intake.Fields{"Name": "St Clements Dental Suite"}},
	{intake.HealthcareProvider, "0cmRM0000000tno", intake.Fields{"Name": "Riverside Orthodontics"}},
}

// The demo's client of the referral intake.
const demoClient, demoClientSecret = "demo", "demo"

// fillIntake makes the demo's client, and what the samples name, where they are not there.
func fillIntake(ctx context.Context, practices *practice.Registry, p practice.Practice) error {
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		return err
	}
	intakes := intake.New(practices.Hub, desk)
	clients, err := intakes.Clients(ctx)
	if err != nil || len(clients) > 0 {
		return err
	}
	for _, record := range sampleRecords {
		if err := intakes.Know(ctx, audit.Operator, int64(p.Num), record.object, record.id, record.fields); err != nil {
			return err
		}
	}
	_, _, err = intakes.CreateClient(ctx, audit.Operator, intake.NewClient{Practice: int64(p.Num), ID: demoClient, Secret: demoClientSecret})
	return err
}
