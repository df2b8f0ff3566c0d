package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/sandbox/network"
	"github.com/bridgework-dental/bridgework/internal/store"
)

type demoCmd struct {
	listenFlags
	filesFlag
	Data     string `help:"Folder to keep the sample data in; without it a temporary one is used and removed." placeholder:"DIR" type:"path"`
	Database string `help:"Keep the sample data on a MariaDB or MySQL server instead, as serve does." secret:"" placeholder:"URL"`
	Seed     uint64 `help:"The same seed gives the same rows and ids." default:"1"`
	Now      string `help:"The local time at which the demo's clock begins; it runs on from there. What is kept goes on from its last change." default:"2026-11-02 07:30:00" placeholder:"TIME"`

	kept       bool   // the folder held a demo already
	hasNetwork bool   // and its referral network
	site       string // where the SFTP site of the examples listens
	draw       func() sandbox.Sample
}

// The documents' own credentials, so that their examples work as printed.
const (
	demoPractice     = "Demo Dental"
	demoDeveloperKey = "NFF6i0KrXrxDkZHt"
	demoCustomerKey  = "VzkmZEaUWOjnQX2z"
	demoSecret       = "seals nothing but the documents' own customer key"
	demoReferralsKey = "42a42a42a42a424a2aa4"
)

// The second practice of the demo shows that one practice does not see another's referrals.
const (
	demoNeighbour    = "Second Demo Dental"
	demoNeighbourKey = "24b24b24b24b242b4bb2"
)

// startGC is by how many per cent memory may grow between two collections until the demo is complete.
const startGC = 400

// Run serves sample data until it is told to stop.
func (cmd *demoCmd) Run(ctx context.Context, con *console) error {
	// What is drawn is kept until it is written, all of it: the collector would look through it again and again, and find nothing.
	usual := debug.SetGCPercent(startGC)
	collected := sync.OnceFunc(func() { debug.SetGCPercent(usual) })
	defer collected()
	cmd.draw = sync.OnceValue(func() sandbox.Sample { return sandbox.Draw(cmd.Seed) })
	cmd.catalog = sync.OnceValues(func() (*form.Catalog, error) { return form.Open(cmd.Forms) })
	files := cmd.Data
	if files == "" {
		temporary, err := os.MkdirTemp("", "bridgework-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		files, cmd.isThrowaway = temporary, true
	}
	dir := files
	if cmd.Database != "" {
		dir = cmd.Database
	}
	begin, err := dental.ParseDateTime(cmd.Now)
	if err != nil {
		return fmt.Errorf("--now must be a time such as %s", sandbox.Morning)
	}
	// The network's history is written first, from its beginning on; the clock is set to its end then.
	hasNetwork := !begin.Before(network.End)
	start := begin
	if hasNetwork {
		start = network.Begin
	}
	clock, err := sandbox.NewClock(start)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "hub.db")); cmd.Database == "" && errors.Is(err, fs.ErrNotExist) {
		go cmd.draw() // while the databases are made
	}
	practices, err := practice.Open(ctx, dir, practice.Options{Clock: clock.Now, NoMmap: cmd.NoMmap, Secret: demoSecret, Throwaway: cmd.isThrowaway})
	if err != nil {
		return err
	}
	defer practices.Close()
	if err := practices.LockServing(); err != nil {
		return err
	}
	if err := cmd.goOn(ctx, practices, clock); err != nil {
		return err
	}
	if hasNetwork, err = cmd.isNetworkToCome(ctx, practices, hasNetwork); err != nil {
		return err
	}
	if !hasNetwork {
		if err := clock.Reach(begin); err != nil {
			return err
		}
	}
	site, err := sandbox.NewSite()
	if err != nil {
		return err
	}
	defer site.Close()
	room, err := cmd.room(ctx, files, document.Options{Hosts: map[string]string{sandbox.SiteHost: site.Address}})
	if err != nil {
		return err
	}
	filling := &networkFilling{told: make(chan struct{}), written: collected}
	if hasNetwork {
		filling.draw(cmd)
	}
	if err := cmd.fill(ctx, practices, room, hasNetwork); err != nil {
		return err
	}
	cmd.draw = nil // its rows, tens of megabytes, are needed no more
	if hasNetwork {
		stop, err := filling.start(ctx, con, cmd, practices, room)
		if err != nil {
			return err
		}
		defer stop()
	}
	if err := clock.Reach(begin); err != nil {
		return err
	}
	cmd.site = site.Address
	// Whoever tries the demo listens for its webhooks on the same machine.
	cmd.PlainWebhooks, cmd.WebhookHosts = true, cmd.WebhookHosts+",127.0.0.0/8,::1/128"
	if cmd.hasNetwork {
		if filling.source, err = networkSource(ctx, practices); err != nil {
			return err
		}
	}
	return listen(ctx, con, cmd.listenFlags, practices, room, func(address string, _ *people.Room) {
		if !hasNetwork {
			collected()
		}
		cmd.greet(con, address)
		filling.tell(address)
		if cmd.hasNetwork {
			greetNetwork(con, address, filling.source)
		}
	})
}

// goOn sets the clock to the last change of a demo that was kept.
func (cmd *demoCmd) goOn(ctx context.Context, practices *practice.Registry, clock *sandbox.Clock) error {
	reach := func(db store.DB) error {
		return db.Read(ctx, func(c store.Conn) error {
			entries, err := audit.List(c, 1)
			if err != nil || len(entries) == 0 {
				return err
			}
			return clock.Reach(entries[0].At)
		})
	}
	if err := reach(practices.Hub.DB); err != nil {
		return err
	}
	p, err := practices.Find(ctx, demoPractice)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	book, release, err := practices.Lease(ctx, p.Num)
	if err != nil {
		return err
	}
	defer release()
	return reach(book.DB)
}

// fill makes the demo practice and what stands around it, or goes on where an earlier demo was broken off: the practice, its rows
// in one commit while the hub gets the others, and last the key. The rows of a demo that has its key are left as they are.
func (cmd *demoCmd) fill(ctx context.Context, practices *practice.Registry, room *document.Room, hasNetwork bool) error {
	secrets := practice.Secrets{DeveloperKey: demoDeveloperKey, CustomerKey: demoCustomerKey}
	_, err := practices.Authenticate(ctx, secrets)
	if cmd.kept = err == nil; !cmd.kept && !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	p, err := practices.Find(ctx, demoPractice)
	if fault.Is(err, fault.NotFound) {
		if others, err := practices.List(ctx); err != nil || len(others) > 0 {
			return errors.Join(err, errors.New("there are practices already that are no demo's; give the demo a place of its own"))
		}
		p, err = practices.CreateWith(ctx, audit.Operator, "", demoPractice, detailsOf(network.Practices[0]))
	}
	if err != nil {
		return err
	}
	rows := make(chan error, 1)
	go func() { rows <- cmd.fillPractice(ctx, practices, p, room) }()
	around := cmd.fillReferrals(ctx, practices)
	if around == nil && hasNetwork {
		_, around = networkPractices(ctx, practices)
	}
	if err := errors.Join(<-rows, around); err != nil || cmd.kept {
		return err
	}
	key, _, err := practices.CreateKey(ctx, audit.Operator, p, "Demo developer", everyGroupBut("Enterprise"), secrets)
	if err != nil {
		return err
	}
	return listKey(ctx, practices, key)
}

// fillPractice writes the demo practice's rows and files, where they are not there.
func (cmd *demoCmd) fillPractice(ctx context.Context, practices *practice.Registry, p practice.Practice, room *document.Room) error {
	book, release, err := practices.Lease(ctx, p.Num)
	if err != nil {
		return err
	}
	defer release()
	if !cmd.kept {
		seeded, err := isSeeded(ctx, book)
		if err == nil && !seeded {
			err = cmd.draw().Write(ctx, book)
		}
		if err != nil {
			return err
		}
	}
	return sandbox.SeedFiles(ctx, book, odapi.ShelfOf(room, practices, p.Num, book.DB, book.Clock))
}

// fillReferrals makes the documents' own key of the Dental Referrals API, with the two forms that they name, and
// the second practice with a key for all forms.
func (cmd *demoCmd) fillReferrals(ctx context.Context, practices *practice.Registry) error {
	desk, err := deskOf(practices, cmd.formsFlag)
	if err != nil {
		return err
	}
	p, err := practices.Find(ctx, demoPractice)
	if err != nil {
		return err
	}
	neighbour, err := practices.Find(ctx, demoNeighbour)
	if fault.Is(err, fault.NotFound) {
		neighbour, err = practices.CreateWith(ctx, audit.Operator, "", demoNeighbour, detailsOf(network.Practices[1]))
	}
	if err != nil {
		return err
	}
	for _, key := range []struct {
		of    practice.Practice
		key   string
		forms []string
	}{{p, demoReferralsKey, []string{"AdultRestorativeForm", "ChildOralCareForm"}}, {neighbour, demoNeighbourKey, nil}} {
		if _, err := desk.Authenticate(ctx, key.key); fault.Is(err, fault.Unauthenticated) {
			_, _, err = desk.CreateKey(ctx, audit.Operator, int64(key.of.Num), key.key, key.forms)
			if err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
	}
	return fillIntake(ctx, practices, p)
}

// isSeeded tells whether the sample data is there.
func isSeeded(ctx context.Context, book *record.Book) (seeded bool, err error) {
	err = book.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT 1 FROM `patient` LIMIT 1")
		seeded = rows.Next()
		return rows.Close()
	})
	return seeded, err
}

func (cmd *demoCmd) greet(con *console, address string) {
	data := fmt.Sprintf("sample data, seed %d", cmd.Seed)
	if cmd.kept {
		data = "the sample data that was kept"
	}
	fmt.Fprintf(con.out, `Bridgework demo: %s. The people in it are made up.

  Open Dental API   http://%s/api/v1
                    Authorization: ODFHIR %s/%s
  Dental Referrals  http://%s/react4r/v2
                    Authorization: Token token=%s
  Salesforce        http://%s/services/data/v66.0/connect/health/referral-management/referrals
                    tokens at /services/oauth2/token for the client %s with the secret %s
  SFTP site         %s in the documents' examples, with %s and %s;
                    it listens on %s and keeps its files in memory

Try it:

  curl -H 'Authorization: ODFHIR %s/%s' http://%s/api/v1/referrals/1
  curl -H 'Authorization: Token token=%s' http://%s/react4r/v2/available_forms

A form, for a browser; the answer has its prepared_form_url:

  curl -H 'Authorization: Token token=%s' http://%s/react4r/v2/prepare_form \
    -d form_type=AdultRestorativeForm -d patient_dob=03/03/1985 -d patient_first_name=Zofia

Ctrl-C ends the demo.
`, data, address, demoDeveloperKey, demoCustomerKey, address, demoReferralsKey, address, demoClient, demoClientSecret, sandbox.SiteHost, sandbox.SiteUser, sandbox.SitePassword, cmd.site,
		demoDeveloperKey, demoCustomerKey, address, demoReferralsKey, address, demoReferralsKey, address)
}
