package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"text/tabwriter"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/query"
	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// queryFlags bound callers' own SQL, for the server and for the operator alike.
type queryFlags struct {
	QueryTime      time.Duration `help:"How long a query may take." default:"60s"`
	QueryScanned   int64         `help:"How many rows a query may look at." default:"200000000"`
	QueryRows      int64         `help:"How many rows a query may answer." default:"5000000"`
	QueryTemporary int64         `help:"How many bytes the temporary tables of a query may take." default:"67108864"`
	QuerySpill     int64         `help:"How many bytes all queries together may sort and group in files." default:"2147483648"`
	QueryLength    int           `help:"How long the text of a query may be, in bytes." default:"65536"`
	QueryPerKey    int           `help:"How many queries of one key may run at a time." default:"4"`
	QueryUser      string        `help:"A user of the database server with fewer rights, who runs the queries of practices that are there; Open Dental's UserLow."`
	QueryPassword  string        `help:"The password of that user. BRIDGEWORK_QUERY_PASSWORD_FILE names a file with it." secret:"" placeholder:"TEXT"`
}

// room is for callers' own SQL; clock tells what NOW() is there.
func (f queryFlags) room(clock func() time.Time) *query.Room {
	return query.New(query.Options{
		Clock: clock,
		Limits: query.Limits{
			Time: f.QueryTime, Scanned: f.QueryScanned, Rows: f.QueryRows, Temporary: f.QueryTemporary, Spill: f.QuerySpill, Length: f.QueryLength, PerKey: f.QueryPerKey,
		},
		User: f.QueryUser, Password: f.QueryPassword,
	})
}

type queryCmd struct {
	dataFlag
	queryFlags
	Practice string `help:"The practice's name; it may be left out where there is only one." placeholder:"NAME"`
	CSV      bool   `help:"Print the result as CSV." xor:"format"`
	JSON     bool   `help:"Print the result as a JSON array of objects." xor:"format"`
	Command  string `arg:"" help:"The SQL; - reads it from the standard input."`
}

// Run runs a command and prints all of its last result. The trail holds the command.
func (cmd *queryCmd) Run(ctx context.Context, con *console) error {
	command := cmd.Command
	if command == "-" {
		text, err := io.ReadAll(io.LimitReader(os.Stdin, int64(cmd.QueryLength)+1))
		if err != nil {
			return err
		}
		command = string(text)
	}
	room := cmd.room(time.Now)
	if err := room.Check(command); err != nil {
		return err
	}
	return cmd.withPractice(ctx, cmd.Practice, func(_ *practice.Registry, _ practice.Practice, book *record.Book) error {
		return cmd.print(ctx, con, room, book, command)
	})
}

func (cmd *queryCmd) print(ctx context.Context, con *console, room *query.Room, book *record.Book, command string) error {
	if err := book.NoteCommand(ctx, audit.Operator, "bridgework query", command, nil); err != nil {
		return err
	}
	switch {
	case cmd.CSV:
		sink := query.NewCSV(con.out)
		if err := room.Run(ctx, book.DB, 0, command, sink); err != nil {
			return err
		}
		_, err := sink.Finish()
		return err
	case cmd.JSON:
		sink := query.JSON{Limit: math.MaxInt, Flush: func(part []byte) error { _, err := con.out.Write(part); return err }}
		if err := room.Run(ctx, book.DB, 0, command, &sink); err != nil {
			return err
		}
		_, err := con.out.Write(append(sink.Finish(), '\n'))
		return err
	default:
		sink := &tableSink{out: tabwriter.NewWriter(con.out, 0, 4, 2, ' ', 0)}
		if err := room.Run(ctx, book.DB, 0, command, sink); err != nil {
			return err
		}
		return sink.finish(con.out)
	}
}

// tableSink prints a result for a person.
type tableSink struct {
	out  *tabwriter.Writer
	rows int
}

// Columns implements query.Sink.
func (t *tableSink) Columns(columns []rewrite.Column) error {
	for i, c := range columns {
		if i > 0 {
			fmt.Fprint(t.out, "\t")
		}
		fmt.Fprint(t.out, c.Name)
	}
	_, err := fmt.Fprintln(t.out)
	return err
}

// Row implements query.Sink.
func (t *tableSink) Row(cells []query.Cell) error {
	t.rows++
	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(t.out, "\t")
		}
		if c.Null {
			fmt.Fprint(t.out, "NULL")
			continue
		}
		fmt.Fprintf(t.out, "%s", c.Text)
	}
	_, err := fmt.Fprintln(t.out)
	// The columns of many rows are lined up in portions: nothing is held for long.
	if t.rows%1000 == 0 && err == nil {
		err = t.out.Flush()
	}
	return err
}

func (t *tableSink) finish(out io.Writer) error {
	if err := t.out.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d rows\n", t.rows)
	return err
}
