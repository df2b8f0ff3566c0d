// Package loop carries referrals between practices' charts and the hub: what a chart sends, what is done in a chart by
// hand, and what has become of a referral. Everything that is carried was noted first, in the commit of what it tells; it is
// carried at least once and applied once, and waits while a practice's database is out of reach.
package loop

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/workclaim"
)

const (
	// Tick is how often it is looked whether something is owed.
	Tick = time.Second

	work   = "charts"
	lease  = time.Minute
	atOnce = 100
	// patience is how long a practice that failed is left alone, and a delivery whose papers cannot be carried.
	patience = 30 * time.Second
)

// Carrier carries what is owed.
type Carrier struct {
	practices *practice.Registry
	desk      *referral.Desk
	files     Shelves
	log       *slog.Logger
	tick      time.Duration
	claimant  *workclaim.Claimant

	mu     sync.Mutex
	seen   map[practice.Num]int64     // the generation at which nothing was owed by a chart
	away   map[practice.Num]time.Time // until when a practice is left alone
	held   map[int64]time.Time        // until when a delivery is left alone, by its link
	looked map[practice.Num]bool      // charts that were looked at since this process began
}

// caller is who acts, in the trails.
var caller = audit.Caller{Name: "referral network"}

// Shelves tell where a practice's files are.
type Shelves func(practice.Num, *record.Book) *document.Shelf

// New makes a carrier. It looks after each tick.
func New(practices *practice.Registry, desk *referral.Desk, files Shelves, log *slog.Logger, tick time.Duration) *Carrier {
	return &Carrier{
		practices: practices, desk: desk, files: files, log: log, tick: tick, claimant: workclaim.NewClaimant(practices.Hub.DB, practices.Hub.Clock),
		seen: make(map[practice.Num]int64), away: make(map[practice.Num]time.Time), held: make(map[int64]time.Time), looked: make(map[practice.Num]bool),
	}
}

// Run carries until ctx ends. Of several processes one does.
func (c *Carrier) Run(ctx context.Context) {
	for ticker := time.NewTicker(c.tick); ; {
		select {
		case <-ctx.Done():
			ticker.Stop()
			return
		case <-ticker.C:
		}
		_, err := c.claimant.While(ctx, work, lease, func(ctx context.Context, _ *workclaim.Claim) error { return c.Once(ctx) })
		if err != nil && ctx.Err() == nil {
			c.log.Error("charts are not told", "error", err)
		}
	}
}

// Once carries what is owed now: first what charts have for the network, then what the network has for charts.
func (c *Carrier) Once(ctx context.Context) error {
	nums, err := c.charts(ctx)
	if err != nil {
		return err
	}
	for _, num := range nums {
		c.do(ctx, num, func() error { return c.fromChart(ctx, num) })
	}
	return c.toCharts(ctx)
}

// charts are the practices to ask: each once after this process began, and from then on those that are open.
func (c *Carrier) charts(ctx context.Context) ([]practice.Num, error) {
	nums := c.practices.OpenNums()
	all, err := c.practices.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if !c.looked[p.Num] {
			nums = append(nums, p.Num)
		}
	}
	return nums, nil
}

// do keeps one practice's failure from the others: it is left alone for a while. That ctx ends is none.
func (c *Carrier) do(ctx context.Context, num practice.Num, fn func() error) {
	c.mu.Lock()
	until := c.away[num]
	c.mu.Unlock()
	if ctx.Err() != nil || time.Now().Before(until) {
		return
	}
	if err := fn(); err != nil && ctx.Err() == nil {
		c.mu.Lock()
		c.away[num] = time.Now().Add(patience)
		c.mu.Unlock()
		c.log.Warn("a practice's chart is out of reach; what it is owed waits", "practice", num, "error", fault.From(err).Kind)
	}
}

// lease opens a chart that was not looked at yet. Another one is looked at only while it is open anyway, and that does not
// keep it open.
func (c *Carrier) lease(ctx context.Context, num practice.Num) (*record.Book, func(), error) {
	if c.looked[num] {
		book, release := c.practices.LeaseOpen(num)
		return book, release, nil
	}
	return c.practices.Lease(ctx, num)
}

// fromChart takes what a chart has for the network.
func (c *Carrier) fromChart(ctx context.Context, num practice.Num) error {
	book, release, err := c.lease(ctx, num)
	if err != nil || book == nil {
		return err
	}
	defer release()
	c.looked[num] = true
	generation, err := book.DB.Generation()
	if err != nil {
		return err
	}
	if seen, ok := c.seen[num]; ok && seen == generation {
		return nil
	}
	var owed []od.OwedReferral
	if err := book.DB.Read(ctx, func(conn store.Conn) error {
		owed, err = od.OwedReferrals(conn, dental.DateTimeOf(book.Clock()))
		return err
	}); err != nil {
		return err
	}
	for _, o := range owed {
		if err := c.take(ctx, num, book, o); err != nil {
			return err
		}
	}
	if len(owed) == 0 {
		c.seen[num] = generation
	}
	return nil
}

// take takes one thing: a referral that is to be sent, or what somebody did to one.
func (c *Carrier) take(ctx context.Context, num practice.Num, book *record.Book, o od.OwedReferral) error {
	account, err := c.desk.AccountOf(ctx, int64(num))
	if err != nil {
		return err
	}
	urn := o.URN
	if urn == "" && o.IsOutgoing && o.Patient != nil && o.Practice != 0 {
		if urn, err = c.send(ctx, account, num, o); err != nil {
			return err
		}
	}
	if urn != "" && (o.HasWish || o.IsGone) {
		err := c.wish(ctx, account, urn, o)
		if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
			// The referral takes no such move now, nor later: the edit stays the practice's own view.
			c.log.Warn("an edit in a practice's chart moves nothing", "practice", num, "kind", fault.From(err).Kind)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return od.NoteTaken(ctx, deskOf(book), o, urn)
}

func deskOf(book *record.Book) od.Desk { return od.Desk{Book: book, Caller: caller} }

func (c *Carrier) send(ctx context.Context, account *referral.Caller, num practice.Num, o od.OwedReferral) (string, error) {
	to, err := c.desk.AccountOf(ctx, o.Practice)
	if err != nil {
		return "", err
	}
	reason := o.For
	if reason == "" {
		reason = "Referral" // the chart says no more
	}
	// One number travels: the first that the chart has.
	phone := cmp.Or(o.Patient.WirelessPhone, o.Patient.HmPhone, o.Patient.WkPhone)
	return c.desk.SendOn(ctx, account, referral.Sent{
		Key: fmt.Sprintf("%d/%d", num, o.RefAttachNum), To: o.Practice, ToName: to.Account.Name, Referrer: o.Provider,
		First: o.Patient.FName, Last: o.Patient.LName, Birthdate: o.Patient.Birthdate, Phone: phone, Email: o.Patient.Email,
		Note: o.Note, Reason: reason, OriginName: "opendental",
	})
}
