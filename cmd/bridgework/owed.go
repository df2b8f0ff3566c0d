package main

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/bridgework-dental/bridgework/internal/clerk"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/notify/webhook"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// doWhatIsOwed makes the PDFs of submitted referrals, and tells practices' systems of them, until ctx ends.
func (f referralFlags) doWhatIsOwed(con *console, practices *practice.Registry, room *document.Room, desk *referral.Desk) func(context.Context) {
	filing := clerk.New(desk, practices.Hub, con.log, clerk.Tick)
	sending := webhook.New(desk, practices.Hub, webhook.Options{
		Egress: f.webhookEgress(practices, room), Sealer: practices.Sealer, Log: con.log,
	})
	return func(ctx context.Context) {
		var all sync.WaitGroup
		all.Go(func() { filing.Run(ctx) })
		all.Go(func() { sending.Run(ctx) })
		all.Wait()
	}
}

// webhookEgress is what a practice's setting allows, and the addresses that the operator has named for webhooks.
func (f referralFlags) webhookEgress(practices *practice.Registry, room *document.Room) func(context.Context, int64) (document.Egress, error) {
	var named []string
	for _, word := range strings.FieldsFunc(f.WebhookHosts, func(r rune) bool { return r == ',' || r == ' ' }) {
		_, notRange := netip.ParsePrefix(word)
		_, notAddress := netip.ParseAddr(word)
		if notRange == nil || notAddress == nil {
			named = append(named, word)
		}
	}
	return func(ctx context.Context, num int64) (document.Egress, error) {
		book, release, err := practices.Lease(ctx, practice.Num(num))
		if err != nil {
			return document.Egress{}, err
		}
		defer release()
		var setting string
		err = book.DB.Read(ctx, func(c store.Conn) (err error) {
			setting, err = od.EgressSetting(c)
			return err
		})
		if err != nil {
			return document.Egress{}, err
		}
		egress, err := document.ParseEgress(strings.Join(append([]string{setting}, named...), ","))
		return room.With(egress), err
	}
}

type practiceWebhookSecretCmd struct {
	dataFlag
	Secret string `help:"The installation's secret, as for serve." secret:"" placeholder:"TEXT"`
	Name   string `arg:"" help:"The practice's name."`
}

// Run prints what the practice's receivers verify webhooks with.
func (cmd *practiceWebhookSecretCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.openWith(ctx, practice.Options{MustExist: true, Secret: cmd.Secret})
	if err != nil {
		return err
	}
	defer practices.Close()
	p, err := practices.Find(ctx, cmd.Name)
	if err != nil {
		return err
	}
	sealer, err := practices.Sealer()
	if err != nil {
		return err
	}
	fmt.Fprintln(con.out, webhook.Secret(sealer, int64(p.Num)))
	return nil
}

type jobsCmd struct{ dataFlag }

// Run lists what the background does not get done: PDFs that cannot be made, and webhooks that were given up.
func (cmd *jobsCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		return err
	}
	jobs, err := desk.StuckJobs(ctx)
	if err != nil {
		return err
	}
	dead, err := desk.DeadDeliveries(ctx)
	if err != nil {
		return err
	}
	if len(jobs) == 0 && len(dead) == 0 {
		fmt.Fprintln(con.out, "Nothing is stuck.")
		return nil
	}
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WHAT\tURN\tATTEMPTS\tLAST\tNEXT")
	for _, job := range jobs {
		fmt.Fprintf(table, "PDFs\t%s\t%d\t%s\t%s\n", job.URN, job.Attempts, job.LastFault, job.DueAt.Format(time.DateTime))
	}
	for _, delivery := range dead {
		fmt.Fprintf(table, "webhook to %s\t%s\t%d\tstatus %d\tgiven up %s\n", delivery.Host, delivery.URN, delivery.Attempts, delivery.LastStatus, delivery.LastAt.Format(time.DateTime))
	}
	return table.Flush()
}
