// Command bridgework is the dental referral server: one binary that serves, and that an operator
// looks after the data with. `bridgework --help` lists its verbs.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// cli is every verb and flag. A flag may also be set by its variable, or by its name in the file
// that --config names: flag, then variable, then file, then default.
type cli struct {
	Config   string     `help:"Read settings from a TOML file; its keys are the flags' names." placeholder:"FILE"`
	LogLevel slog.Level `help:"How much to log: debug, info, warn or error. debug has a line per request." default:"info" placeholder:"LEVEL"`

	Serve     serveCmd     `cmd:"" help:"Serve the practices of a data folder."`
	Demo      demoCmd      `cmd:"" help:"Serve seeded sample data, ready to try."`
	Practice  practiceCmd  `cmd:"" help:"Make and list practices."`
	Person    personCmd    `cmd:"" help:"Invite, list and disable the people who sign in."`
	Key       keyCmd       `cmd:"" help:"Make, list and revoke API keys."`
	Referral  referralCmd  `cmd:"" help:"Make, list and end the links by which specialists without an account answer a referral."`
	Directory directoryCmd `cmd:"" help:"Import and export organisations, services and clinicians as CSV."`
	Migrate   migrateCmd   `cmd:"" help:"Bring all databases to this program's schema."`
	Query     queryCmd     `cmd:"" help:"Run read-only SQL, in MySQL's dialect, on a practice's database."`
	Verify    verifyCmd    `cmd:"" help:"Prove that the audit trails are unbroken."`
	Documents documentsCmd `cmd:"" help:"Look after the documents' files."`
	Jobs      jobsCmd      `cmd:"" help:"List what the background does not get done: PDFs that cannot be made, webhooks that were given up."`
	Describe  describeCmd  `cmd:"" help:"Print what is derived from the declaration of a resource."`
	Form      formCmd      `cmd:"" help:"List, check and show form types."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// console is where a verb writes: answers to out, progress and logs to err.
type console struct {
	out io.Writer
	err io.Writer
	log *slog.Logger
}

func main() {
	// The first signal ends what runs in order. From then on a second one ends the program at once:
	// that is what signals do by themselves.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit codes: a failure is explained on the error output; a command line that is not understood has
// a code of its own, so that scripts can tell the two apart.
const (
	exitDone    = 0
	exitFailure = 1
	exitUsage   = 2
)

// exited is how --help leaves the parser without leaving the program.
type exited int

// run parses the arguments and runs the verb.
func run(ctx context.Context, args []string, out, errors io.Writer) (code int) {
	defer func() {
		switch left := recover().(type) {
		case nil:
		case exited:
			code = int(left)
		default:
			panic(left)
		}
	}()
	behind, err := readSettings(args)
	if err != nil {
		fmt.Fprintln(errors, "bridgework:", err)
		return exitUsage
	}
	var c cli
	con := &console{out: out, err: errors}
	parser := kong.Must(&c,
		kong.Name("bridgework"),
		kong.Description("Bridgework is an open dental referral server. `bridgework demo` is the quickest way to see it."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.DefaultEnvars("BRIDGEWORK"),
		kong.Resolvers(behind),
		kong.Vars{"groups": strings.Join(everyGroupBut(""), ", ")},
		kong.Writers(out, errors),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.Bind(con),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	verb, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errors, "bridgework: %v\nRun `bridgework --help` to see what there is.\n", err)
		return exitUsage
	}
	con.log = slog.New(slog.NewTextHandler(errors, &slog.HandlerOptions{Level: c.LogLevel}))
	if err := verb.Run(); err != nil {
		if ctx.Err() != nil {
			return exitDone // it was told to end, and did
		}
		fmt.Fprintln(errors, "bridgework:", plain(err))
		return exitFailure
	}
	return exitDone
}

// plain is an error in the words for the person at the command line, who may see the cause.
func plain(err error) string {
	f := fault.From(err)
	switch {
	case f.Text == "":
		return err.Error()
	case f.Err != nil:
		return f.Text + ": " + f.Err.Error()
	default:
		return f.Text
	}
}
