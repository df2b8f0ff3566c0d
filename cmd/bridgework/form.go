package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/bridgework-dental/bridgework/internal/form"
)

type formCmd struct {
	List  formListCmd  `cmd:"" help:"List the form types."`
	Check formCheckCmd `cmd:"" help:"Check files of forms and sections, and name the lines that are wrong."`
	Show  formShowCmd  `cmd:"" help:"Print what a form asks, when, and what an answer must be."`
}

// formsFlag is what every verb needs that reads form types.
type formsFlag struct {
	Forms string `help:"A folder with form types beside the shipped ones; one of the same name wins." placeholder:"DIR"`

	catalog func() (*form.Catalog, error) // reads them once, where several ask for them; nil is for who asks once
}

// types reads the form types.
func (f formsFlag) types() (*form.Catalog, error) {
	if f.catalog != nil {
		return f.catalog()
	}
	return form.Open(f.Forms)
}

type formListCmd struct{ formsFlag }

// Run lists the form types.
func (cmd *formListCmd) Run(con *console) error {
	catalog, err := cmd.types()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	for _, name := range catalog.Names() {
		t, err := catalog.Current(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", t.Name, t.Version(), t.Title)
	}
	return table.Flush()
}

type formCheckCmd struct {
	formsFlag
	Files []string `arg:"" name:"file" help:"Files of forms and of shared sections."`
}

// Run checks the files together: a form may use a section of another file that is named.
func (cmd *formCheckCmd) Run(con *console) error {
	good, flaws, err := form.CheckFiles(cmd.Forms, cmd.Files)
	if err != nil {
		return err
	}
	for _, t := range good {
		fmt.Fprintf(con.out, "%s is in order: version %s, %d sections, %d fields\n", t.Name, t.Version(), len(t.Sections), len(t.Fields()))
	}
	for _, flaw := range flaws {
		fmt.Fprintln(con.err, flaw)
	}
	switch {
	case len(flaws) == 1:
		return errors.New("1 fault was found")
	case len(flaws) > 0:
		return fmt.Errorf("%d faults were found", len(flaws))
	case len(good) == 0:
		fmt.Fprintln(con.out, "The sections are in order.")
	}
	return nil
}

type formShowCmd struct {
	formsFlag
	Name string `arg:"" help:"A form type, such as AdultRestorativeForm."`
}

// Run prints a form type.
func (cmd *formShowCmd) Run(con *console) error {
	catalog, err := cmd.types()
	if err != nil {
		return err
	}
	t, err := catalog.Current(cmd.Name)
	if err == nil {
		fmt.Fprint(con.out, t.Describe())
	}
	return err
}
