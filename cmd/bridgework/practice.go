package main

import (
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

// flags are those that lead another verb to the same place. The address stays out of shell histories.
func (f dataFlag) flags() string {
	if f.Database != "" {
		return "--database …"
	}
	return "--data " + f.Data
}

func (f dataFlag) open(ctx context.Context) (*practice.Registry, error) {
	return practice.Open(ctx, f.location(), practice.Options{MustExist: true})
}

type practiceCmd struct {
	Create practiceCreateCmd `cmd:"" help:"Make a practice with a database of its own."`
	List   practiceListCmd   `cmd:"" help:"List the practices."`
}

type practiceCreateCmd struct {
	dataFlag
	Name string `arg:"" help:"The practice's name."`
}

// Run makes a practice.
func (cmd *practiceCreateCmd) Run(ctx context.Context, con *console) error {
	practices, err := practice.Open(ctx, cmd.location(), practice.Options{})
	if err != nil {
		return err
	}
	defer practices.Close()
	p, err := practices.Create(ctx, audit.Operator, cmd.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "Practice %d, %q, is made. Its database is %s in %s.\n", p.Num, p.Name, p.Database, cmd.place())
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
	fmt.Fprintln(table, "NUM\tNAME\tCREATED\tDATABASE")
	for _, p := range found {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", p.Num, p.Name, p.CreatedAt, p.Database)
	}
	return table.Flush()
}
