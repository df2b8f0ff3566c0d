package main

import (
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/practice"
)

// dataFlag is where the databases are; the operator's verbs work there also beside a running server.
type dataFlag struct {
	Data     string `help:"Folder of the databases." default:"./data" type:"path"`
	Database string `help:"Keep the databases on a MariaDB or MySQL server instead: mysql://USER:PASSWORD@HOST:PORT/ or mysql://USER:PASSWORD@localhost/?socket=PATH. BRIDGEWORK_DATABASE_FILE names a file with it." secret:"" placeholder:"URL"`
	Servers  string `help:"Further database servers that practices may be on: NAME=URL, with blanks or line ends between them. BRIDGEWORK_SERVERS_FILE names a file with them." secret:"" placeholder:"NAME=URL"`
}

// location is what practice.Open opens.
func (f dataFlag) location() string {
	if f.Database != "" {
		return f.Database
	}
	return f.Data
}

// place names the location to a person: without the password.
func (f dataFlag) place() string {
	if f.Database != "" {
		return "the database server"
	}
	return f.Data
}

// placeOf says where a practice is, with the preposition.
func (f dataFlag) placeOf(p practice.Practice) string {
	if p.Server != "" {
		return "on the server " + p.Server
	}
	if f.Database != "" {
		return "on " + f.place()
	}
	return "in " + f.place()
}

// flags are those that lead another verb to the same place. The address stays out of shell histories.
func (f dataFlag) flags() string {
	if f.Database != "" {
		return "--database …"
	}
	return "--data " + f.Data
}

// open opens the location; one that has no hub yet is refused.
func (f dataFlag) open(ctx context.Context) (*practice.Registry, error) {
	return f.openWith(ctx, practice.Options{MustExist: true})
}

func (f dataFlag) openWith(ctx context.Context, options practice.Options) (_ *practice.Registry, err error) {
	if options.Servers, err = practice.ParseServers(f.Servers); err != nil {
		return nil, err
	}
	return practice.Open(ctx, f.location(), options)
}

type practiceCmd struct {
	Create        practiceCreateCmd        `cmd:"" help:"Make a practice with a database of its own."`
	List          practiceListCmd          `cmd:"" help:"List the practices."`
	Egress        practiceEgressCmd        `cmd:"" help:"Show or set which hosts this server may connect to for a practice."`
	Hostkeys      practiceHostkeysCmd      `cmd:"" help:"List the SFTP servers that a practice knows by their keys, or forget one."`
	SessionLink   practiceSessionLinkCmd   `cmd:"" help:"Print a link that opens a practice's referrals in a browser, once."`
	WebhookSecret practiceWebhookSecretCmd `cmd:"" help:"Print what a practice's receivers verify webhooks with."`
	Place         practicePlaceCmd         `cmd:"" help:"Note that a practice's database is now elsewhere, where it was copied to."`
}

type practiceCreateCmd struct {
	dataFlag
	Server string `help:"The further server to make it on, by its name in --servers; without it, where the hub is." placeholder:"NAME"`
	Name   string `arg:"" help:"The practice's name."`

	UrnPrefix string `help:"The three letters that its referrals' URNs begin with; without it they are made of its name." placeholder:"XYZ"`
	Address   string `help:"Its address, as it stands on referrals." placeholder:"TEXT"`
	Phone     string `help:"Its telephone number, as it stands on referrals." placeholder:"TEXT"`
	Email     string `help:"Its e-mail address, as it stands on referrals." placeholder:"TEXT"`
}

// Run makes a practice.
func (cmd *practiceCreateCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.openWith(ctx, practice.Options{})
	if err != nil {
		return err
	}
	defer practices.Close()
	p, err := practices.CreateWith(ctx, audit.Operator, cmd.Server, cmd.Name,
		practice.Details{URNPrefix: cmd.UrnPrefix, Address: cmd.Address, Phone: cmd.Phone, Email: cmd.Email})
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "Practice %d, %q, is made. Its database is %s %s.\n", p.Num, p.Name, p.Database, cmd.placeOf(p))
	return nil
}

type practiceListCmd struct{ dataFlag }

// Run lists the practices.
func (cmd *practiceListCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	found, err := practices.List(ctx)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		fmt.Fprintln(con.err, "There is no practice yet; make one with `bridgework practice create NAME`.")
		return nil
	}
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NUM\tNAME\tCREATED\tSERVER\tDATABASE")
	for _, p := range found {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", p.Num, p.Name, p.CreatedAt, cmp.Or(p.Server, "-"), p.Database)
	}
	return table.Flush()
}

type practicePlaceCmd struct {
	dataFlag
	Server string `help:"The further server that the database is on now, by its name in --servers; without it, where the hub is." placeholder:"NAME"`
	Schema string `help:"The database's name there: a schema, or a file in the data folder. Without it, the name that it has now." placeholder:"NAME"`
	Name   string `arg:"" help:"The practice's name."`
}

// Run changes the practice's row in the hub.
func (cmd *practicePlaceCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	p, err := practices.Find(ctx, cmd.Name)
	if err != nil {
		return err
	}
	if p, err = practices.Place(ctx, audit.Operator, p, cmd.Server, cmp.Or(cmd.Schema, p.Database)); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "Practice %d, %q, is served from %s %s from now on.\n", p.Num, p.Name, p.Database, cmd.placeOf(p))
	return nil
}
