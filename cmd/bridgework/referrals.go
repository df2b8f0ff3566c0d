package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// referralFlags are how referrals are opened and told of.
type referralFlags struct {
	formsFlag
	PublicURL     string   `name:"public-url" help:"Where this server is reached from outside: links to forms and addresses of PDFs begin with it. Default http:// and the address that it listens on." placeholder:"URL"`
	WebhookHosts  string   `help:"Which hosts may be called when a referral's files are ready: * is every public one; also names, *.example.com, addresses and ranges, with commas between." default:"*" placeholder:"HOST,..."`
	PlainWebhooks bool     `help:"Accept webhook addresses that begin with http:// and not https://."`
	ExtraTitles   []string `help:"Patients' titles that prepare_form accepts beside Mr, Mrs, Miss, Master and Dr." placeholder:"TITLE,..."`
	NoTriage      bool     `help:"No referral centre reads what is submitted: it stays Entered on System until it is sent on."`
}

// desk opens the desk of a registry. address is the one that the server listens on, "" where none is.
func (f referralFlags) desk(practices *practice.Registry, room *document.Room, address string) (*referral.Desk, error) {
	forms, err := f.types()
	if err != nil {
		return nil, err
	}
	base, err := f.base(address)
	if err != nil {
		return nil, err
	}
	hosts, err := document.ParseEgress(f.WebhookHosts)
	if err != nil {
		return nil, fmt.Errorf("--webhook-hosts: %w", err)
	}
	return referral.New(practices.Hub, forms, hubShelf(room, practices), referral.Options{
		BaseURL: base, Sealer: practices.Sealer, Triage: !f.NoTriage, ExtraTitles: f.ExtraTitles, Webhooks: hosts, PlainWebhooks: f.PlainWebhooks,
	}), nil
}

// base is what links begin with.
func (f referralFlags) base(address string) (string, error) {
	if f.PublicURL == "" {
		// A server that listens everywhere is at least here.
		if host, port, err := net.SplitHostPort(address); err == nil {
			if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
				address = net.JoinHostPort("127.0.0.1", port)
			}
		}
		return "http://" + address, nil
	}
	base := strings.TrimRight(f.PublicURL, "/")
	at, err := url.Parse(base)
	if err != nil || at.Scheme != "https" && at.Scheme != "http" || at.Host == "" || at.User != nil || at.RawQuery != "" || at.Fragment != "" {
		return "", fmt.Errorf("--public-url must be an address such as https://refer.example.org")
	}
	return base, nil
}

// hubShelf is where the hub's own files are: those of referrals, which belong to no one practice's database.
func hubShelf(room *document.Room, practices *practice.Registry) *document.Shelf {
	if room == nil {
		return nil
	}
	return room.Shelf("hub", practices.Hub.DB, practices.Hub.Clock, func() (func(), error) { return func() {}, nil })
}

// deskOf is the desk for an operator's verb, which serves nothing and touches no file.
func deskOf(practices *practice.Registry, forms formsFlag) (*referral.Desk, error) {
	return referralFlags{formsFlag: forms, WebhookHosts: document.AnyHost}.desk(practices, nil, "")
}

// tidyEvery is how often what has lapsed is ended: forms that were never submitted, uploads that no form named.
const tidyEvery = time.Minute

// keepReferralsTidy ends what has lapsed until ctx ends.
func keepReferralsTidy(con *console, desk *referral.Desk) func(context.Context) {
	return func(ctx context.Context) {
		for ticker := time.NewTicker(tidyEvery); ; {
			ended, err := desk.Tidy(ctx)
			if ended > 0 {
				con.log.Info("what has lapsed was ended", "count", ended)
			}
			if err != nil && ctx.Err() == nil {
				con.log.Error("not all that has lapsed was ended", "error", err)
			}
			select {
			case <-ctx.Done():
				ticker.Stop()
				return
			case <-ticker.C:
			}
		}
	}
}

const (
	reckonEvery = time.Second
	// reckonAgain is after how long it is tried again where it has failed.
	reckonAgain = time.Minute
)

// keepReferralsDue reckons due dates anew where an area has got other clocks, until ctx ends. It looks only after something was done in the hub.
func keepReferralsDue(con *console, desk *referral.Desk) func(context.Context) {
	return func(ctx context.Context) {
		var seen int64
		looked := false
		for wait := time.Duration(0); ; {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			wait = reckonEvery
			now, err := desk.Generation()
			if err == nil && looked && now == seen {
				continue
			}
			changed := 0
			var skipped []int64
			if err == nil {
				changed, skipped, err = desk.Reckon(ctx)
			}
			for _, num := range skipped {
				con.log.Error("a referral's steps do not say when it is due, which stays as it was", "referral", num)
			}
			if changed > 0 {
				con.log.Info("due dates follow their areas' clocks", "count", changed)
			}
			if looked = err == nil; looked {
				seen = now
			} else if ctx.Err() == nil {
				con.log.Error("due dates do not follow their areas' clocks", "error", err)
				wait = reckonAgain
			}
		}
	}
}
