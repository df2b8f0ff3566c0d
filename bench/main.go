//go:build linux

// Command bench measures the server against what the machine allows: a handler that answers the
// same bytes from memory, and handlers that are written with database/sql and encoding/json. Its
// numbers are ratios within one run; README.md has a run and says how to read it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// settings are the command line.
type settings struct {
	engine        string
	quick         bool
	dir           string
	route         string
	cpuProfile    string
	allocsProfile string
	ofPeer        bool
	server        string
}

func main() {
	var s settings
	flag.StringVar(&s.engine, "engine", "sqlite", "what the server keeps its data in: sqlite or mariadb")
	flag.BoolVar(&s.quick, "quick", false, "measure for a sixth of the time; the ratios scatter more")
	flag.StringVar(&s.dir, "dir", "", "folder for the temporary databases, on the disk that is to be measured (default the system's)")
	flag.StringVar(&s.route, "route", "", "measure one route only: patient, list, post, on sqlite also day, slots, procedures, prepare, status, page or firstbyte, on mariadb single")
	flag.StringVar(&s.cpuProfile, "cpuprofile", "", "write a CPU profile of the server under -route to this file, and measure nothing")
	flag.StringVar(&s.allocsProfile, "allocsprofile", "", "the same for where the server allocates")
	flag.BoolVar(&s.ofPeer, "peer", false, "with a profile: put the peer under load instead")
	flag.StringVar(&s.server, "server", "", "be the measured server of this data folder or database server (the benchmark starts it by itself)")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, s); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted") // the rest is what the interruption broke off
		}
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	if s.server != "" {
		return serve(s.server)
	}
	e, err := chooseEngine(s.engine)
	if err != nil {
		return err
	}
	targets, err := e.choose(s.route)
	if err != nil {
		return err
	}
	profiled := s.cpuProfile != "" || s.allocsProfile != ""
	if profiled && len(targets) != 1 {
		return errors.New("a profile is of one route; name it with -route")
	}
	b, err := open(ctx, e, s.dir)
	if err != nil {
		return errors.Join(err, b.close())
	}
	if profiled {
		return errors.Join(b.profile(targets[0].route(), s), b.close())
	}
	slot := 4 * time.Second
	if s.quick {
		slot = 700 * time.Millisecond
	}
	return errors.Join(b.measure(targets, slot), b.close())
}

// bench is what is measured, running.
type bench struct {
	engine   engine
	dir      string
	database *database // nil on SQLite
	server   *child    // on the engine
	sqlite   *child    // the product on SQLite beside it; nil when that is the engine
}

// open starts the servers of an engine, each with a practice of its own. What it returns is to be
// closed also when it fails.
func open(ctx context.Context, e engine, dir string) (b *bench, err error) {
	b = &bench{engine: e}
	if b.dir, err = os.MkdirTemp(dir, "bridgework-bench-"); err != nil {
		return b, err
	}
	progress("filling a practice: %d patients, %d referrals, %d refattaches, %d appointments", patientCount, referralCount, refAttachCount, appointmentCount)
	folder := filepath.Join(b.dir, "sqlite")
	if !e.needsDatabase {
		b.server, err = start(ctx, folder)
		return b, err
	}
	if b.database, err = startDatabase(dir); err != nil {
		return b, err
	}
	if b.server, err = start(ctx, b.database.url()); err != nil {
		return b, err
	}
	b.sqlite, err = start(ctx, folder)
	return b, err
}

// children are the servers that run.
func (b *bench) children() []*child {
	var all []*child
	for _, c := range []*child{b.server, b.sqlite} {
		if c != nil {
			all = append(all, c)
		}
	}
	return all
}

// close ends what open has started, and removes the databases.
func (b *bench) close() (err error) {
	for _, c := range b.children() {
		err = errors.Join(err, c.stop())
	}
	if b.database != nil {
		b.database.remove()
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

// progress tells the person who waits; the table alone goes to standard output.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
