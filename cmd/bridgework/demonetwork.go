package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/sandbox/network"
	"github.com/bridgework-dental/bridgework/internal/store"
)

func detailsOf(p network.Practice) practice.Details {
	return practice.Details{URNPrefix: p.URNPrefix, Address: p.Address, Phone: p.Phone, Email: p.Email}
}

// isNetworkToCome tells whether the network's history is to be written: it is not there, and nothing was written after its beginning.
func (cmd *demoCmd) isNetworkToCome(ctx context.Context, practices *practice.Registry, wanted bool) (bool, error) {
	isThere, err := network.IsThere(ctx, practices.Hub)
	if err != nil {
		return false, err
	}
	cmd.hasNetwork = isThere
	if isThere || !wanted {
		return false, nil
	}
	err = practices.Hub.DB.Read(ctx, func(c store.Conn) error {
		entries, err := audit.List(c, 1)
		if err == nil && len(entries) > 0 {
			wanted = entries[0].At.Before(network.Begin.AddSeconds(3600))
		}
		return err
	})
	return wanted, err
}

// networkFilling is the writing of the network while the server begins to serve: it takes a second, for which whoever writes to
// the hub waits. What it prints comes after the greeting.
type networkFilling struct {
	told    chan struct{} // closed when the greeting is printed
	written func()        // called when the history is written, or cannot be
	address string
	source  dental.ReferralNum // in the demo practice's chart, that stands for a practice of the network
	drawn   func() (*network.Network, error)
}

// draw begins to draw the history.
func (f *networkFilling) draw(cmd *demoCmd) {
	f.drawn = sync.OnceValues(func() (*network.Network, error) {
		forms, err := cmd.types()
		if err != nil {
			return nil, err
		}
		return network.Draw(cmd.Seed, forms)
	})
	go f.drawn()
}

// networkPractices finds the network's practices, and makes those that are missing.
func networkPractices(ctx context.Context, practices *practice.Registry) (nums []int64, err error) {
	for _, one := range network.Practices {
		p, err := practices.Find(ctx, one.Name)
		if fault.Is(err, fault.NotFound) {
			p, err = practices.CreateWith(ctx, audit.Operator, "", one.Name, detailsOf(one))
		}
		if err != nil {
			return nil, err
		}
		nums = append(nums, int64(p.Num))
	}
	return nums, nil
}

// tell lets what is printed be printed.
func (f *networkFilling) tell(address string) {
	f.address = address
	close(f.told)
}

// start begins to write the history: it returns when its transaction has begun, so that
// everything that is written to the hub afterwards comes after it. stop ends it.
func (f *networkFilling) start(ctx context.Context, con *console, cmd *demoCmd, practices *practice.Registry, room *document.Room) (stop func(), err error) {
	hub := network.Hub{Book: practices.Hub, Sealer: practices.Sealer,
		Shelf: func(book *record.Book) *document.Shelf {
			return room.Shelf("hub", book.DB, book.Clock, func() (func(), error) { return func() {}, nil })
		}}
	if hub.Practices, err = networkPractices(ctx, practices); err != nil {
		return nil, err
	}
	if f.source, err = networkSource(ctx, practices); err != nil {
		return nil, err
	}
	history, err := f.drawn()
	f.drawn = nil
	if err != nil {
		// The operator's own forms may ask what the made-up referrals have no answer to; the demo goes without them.
		f.written()
		con.log.Error("the referral network was not made", "error", err)
		return func() {}, nil
	}
	begun, ended := make(chan struct{}), make(chan struct{})
	hub.Begun = func() { close(begun) }
	stop = inBackground(ctx, func(ctx context.Context) {
		err := history.Write(ctx, hub)
		f.written()
		close(ended)
		select {
		case <-f.told:
		case <-ctx.Done():
			return
		}
		if err != nil {
			con.log.Error("the referral network was not made", "error", err)
			return
		}
		greetNetwork(con, f.address, f.source)
	})
	select {
	case <-begun:
	case <-ended:
	}
	return stop, nil
}

// greetNetwork prints who can sign in.
func greetNetwork(con *console, address string, source dental.ReferralNum) {
	fmt.Fprintf(con.out, `
The referral network is there: %d practices that refer, a referral centre, and who treats. Sign in at http://%s/sign-in
with the password "%s" as

`, len(network.Practices), address, network.Password)
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	for _, s := range network.SignIns {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", s.Role, s.Email, s.Where)
	}
	table.Flush()
	var also []string
	for _, s := range network.SignIns {
		if s.Also() != "" {
			also = append(also, fmt.Sprintf("the %s also works for %s", s.Role, s.Also()))
		}
	}
	fmt.Fprintf(con.out, "\nBy \"Change role\", at the head of each page, %s.\n", strings.Join(also, ", and "))
	if source == 0 {
		return
	}
	fmt.Fprintf(con.out, `
%s is the practice of the keys above. What its chart attaches to the referral source %d goes to %s:

  curl -H 'Authorization: ODFHIR %s/%s' http://%s/api/v1/refattaches \
    -H 'Content-Type: application/json' -d '{"PatNum": 1, "ReferralNum": %d, "ReferralType": "RefTo", "Note": "Lower left wisdom tooth"}'
`, demoPractice, source, network.Treating.Name, demoDeveloperKey, demoCustomerKey, address, source)
}

// networkSource lets the referral source of the demo practice's chart that stands for a practice of the network send to it. It is 0
// in a demo that was kept since before there was one.
func networkSource(ctx context.Context, practices *practice.Registry) (source dental.ReferralNum, err error) {
	from, err := practices.Find(ctx, demoPractice)
	if err != nil {
		return 0, err
	}
	to, err := practices.Find(ctx, network.Treating.Name)
	if err != nil {
		return 0, err
	}
	book, release, err := practices.Lease(ctx, from.Num)
	if err != nil {
		return 0, err
	}
	defer release()
	isSet := false
	if err := book.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT r.`ReferralNum`, COALESCE(n.`PracticeNum`, 0) FROM `referral` AS r LEFT JOIN `networksource` AS n ON n.`ReferralNum` = r.`ReferralNum` WHERE r.`LName` = ? ORDER BY r.`ReferralNum` LIMIT 1", store.Text(sandbox.NetworkedName))
		if rows.Next() {
			source, isSet = dental.ReferralNum(rows.Int(0)), rows.Int(1) != 0
		}
		return rows.Close()
	}); err != nil || isSet || source == 0 {
		return source, err
	}
	return source, od.SetNetworkSource(ctx, od.Desk{Book: book, Caller: audit.Operator}, source, int64(to.Num))
}
