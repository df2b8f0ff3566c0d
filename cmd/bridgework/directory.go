package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
)

type directoryCmd struct {
	Import directoryImportCmd `cmd:"" help:"Show what a CSV file of organisations, services and clinicians changes, and with --apply import it."`
	Export directoryExportCmd `cmd:"" help:"Print the directory as a CSV file, which can be changed and imported again."`
}

// directoryOf opens the directory for an operator's verb.
func directoryOf(ctx context.Context, where dataFlag, forms formsFlag) (*directory.Room, io.Closer, error) {
	catalog, err := forms.types()
	if err != nil {
		return nil, nil, err
	}
	practices, err := where.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return directory.New(practices.Hub, catalog.Titles()), practices, nil
}

type directoryImportCmd struct {
	dataFlag
	formsFlag
	Apply bool   `help:"Do it. Without this nothing is written."`
	File  string `arg:"" help:"The file, in UTF-8; docs/directory.md describes its columns. - is what is piped in."`
}

// Run previews a file, and imports it when it is asked to.
func (cmd *directoryImportCmd) Run(ctx context.Context, con *console) error {
	file, err := readBounded(cmd.File)
	if err != nil {
		return err
	}
	room, opened, err := directoryOf(ctx, cmd.dataFlag, cmd.formsFlag)
	if err != nil {
		return err
	}
	defer opened.Close()
	preview, err := room.Preview(ctx, directory.Operator, file)
	if err != nil {
		return err
	}
	for _, f := range preview.Faults {
		fmt.Fprintln(con.err, f)
	}
	if n := len(preview.Faults); n > 0 {
		return fmt.Errorf("%d things are wrong with %s; nothing was imported", n, cmd.File)
	}
	if err := printPreview(con.out, preview); err != nil {
		return err
	}
	added, changed, unchanged := preview.Count(directory.Added), preview.Count(directory.Changed), preview.Count(directory.Unchanged)
	if !cmd.Apply {
		fmt.Fprintf(con.err, "%d new, %d changed, %d unchanged. Nothing is written yet; --apply does it.\n", added, changed, unchanged)
		return nil
	}
	if _, err := room.Import(ctx, audit.Operator, directory.Operator, file, preview.Digest); err != nil {
		return err
	}
	fmt.Fprintf(con.err, "%d new, %d changed, %d unchanged: the file is imported.\n", added, changed, unchanged)
	return nil
}

// readBounded reads a file, and no more of it than is taken.
func readBounded(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(os.Stdin, directory.MaxCSV+1))
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, directory.MaxCSV+1))
}

func printPreview(out io.Writer, preview directory.Preview) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LINE\tKIND\tNAME\tCHANGE\tCOLUMN\tBEFORE\tAFTER")
	for _, line := range preview.Lines {
		for _, change := range line.Changes {
			fmt.Fprintf(table, "%d\t%s\t%q\t%s\t%s\t%q\t%q\n", line.Line, line.Kind, line.Name, line.What, change.Column, change.Before, change.After)
		}
	}
	return table.Flush()
}

type directoryExportCmd struct {
	dataFlag
	formsFlag
}

// Run prints the whole directory, the inactive organisations too.
func (cmd *directoryExportCmd) Run(ctx context.Context, con *console) error {
	room, opened, err := directoryOf(ctx, cmd.dataFlag, cmd.formsFlag)
	if err != nil {
		return err
	}
	defer opened.Close()
	return room.ExportAll(ctx, con.out)
}
