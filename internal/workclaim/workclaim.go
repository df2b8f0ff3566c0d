// Package workclaim lets one of several processes do a piece of background work, such as the deliveries
// of a practice, at a time. Whoever has the claim holds it for a lease, and renews it; when a process
// dies, its lease runs out and another one takes over.
//
// A lease alone cannot keep a process out that was stopped for longer than it and goes on as if
// nothing had been: therefore each claim has a token, and Check refuses, inside the transaction of
// the work, a claim whose token is not the latest. It is one conditional update and no lock, so it
// works on every engine.
package workclaim

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Claimant is a process that claims work in one database.
type Claimant struct {
	db    store.DB
	clock func() time.Time
	name  string
}

// NewClaimant makes a claimant that differs from every other one, in this process and elsewhere.
func NewClaimant(db store.DB, clock func() time.Time) *Claimant {
	return &Claimant{db: db, clock: clock, name: rand.Text()}
}

// Claim is work that is claimed.
type Claim struct {
	claimant *Claimant
	work     string
	token    int64
	lease    time.Duration
}

// errLost is what a claim comes to that was held for longer than its lease.
var errLost = fault.New(fault.Conflict, "Another process has taken this work over")

// Take claims a piece of work for the time of a lease. It returns nil when somebody else has it, also
// another claim of the same claimant.
func (c *Claimant) Take(ctx context.Context, work string, lease time.Duration) (*Claim, error) {
	// Most find it taken, and need not write to know.
	var free bool
	err := c.db.Read(ctx, func(conn store.Conn) error {
		now, err := read(conn, work)
		free = now.isFree(c.clock(), lease)
		return err
	})
	if err != nil || !free {
		return nil, err
	}
	taken := &Claim{claimant: c, work: work, lease: lease}
	err = c.db.Write(ctx, func(tx store.Tx) error {
		taken.token = 0
		before, err := read(tx, work)
		if err != nil || !before.isFree(c.clock(), lease) {
			return err
		}
		if !before.found {
			err = tx.Send("INSERT INTO `workclaim` (`Work`, `Holder`, `Token`, `ExpiresAt`) VALUES (?, ?, 1, ?)",
				store.Text(work), store.Text(c.name), store.Int(taken.expiry()))
		} else {
			err = tx.Send("UPDATE `workclaim` SET `Holder` = ?, `Token` = `Token` + 1, `ExpiresAt` = ? WHERE `Work` = ? AND `Token` = ?",
				store.Text(c.name), store.Int(taken.expiry()), store.Text(work), store.Int(before.token))
		}
		if err != nil {
			return err
		}
		after, err := read(tx, work)
		if after.token == before.token+1 && after.holder == c.name {
			taken.token = after.token
		}
		return err
	})
	if fault.Is(err, fault.Conflict) {
		return nil, nil // two were the first at once
	}
	if err != nil || taken.token == 0 {
		return nil, err
	}
	return taken, nil
}

func (c *Claim) expiry() int64 { return c.claimant.clock().Add(c.lease).UnixMilli() }

// Check refuses a claim that is not the latest of its work. It must be called in every transaction
// of the work.
func (c *Claim) Check(tx store.Tx) error {
	now, err := read(tx, c.work)
	if err == nil && (now.token != c.token || now.holder != c.claimant.name) {
		err = errLost
	}
	return err
}

// Renew begins the lease anew. Its error, fault.Conflict, means that the work is another's.
func (c *Claim) Renew(ctx context.Context) error { return c.set(ctx, c.expiry) }

// Release gives the work up before the lease ends.
func (c *Claim) Release(ctx context.Context) error {
	return c.set(ctx, func() int64 { return 0 })
}

func (c *Claim) set(ctx context.Context, expiry func() int64) error {
	return c.claimant.db.Write(ctx, func(tx store.Tx) error {
		if err := c.Check(tx); err != nil {
			return err
		}
		return tx.Send("UPDATE `workclaim` SET `ExpiresAt` = ? WHERE `Work` = ? AND `Token` = ?",
			store.Int(expiry()), store.Text(c.work), store.Int(c.token))
	})
}

// End removes the claim, in the transaction that ends the work for good: nobody will ever take it again.
func (c *Claim) End(tx store.Tx) error {
	if err := c.Check(tx); err != nil {
		return err
	}
	return tx.Send("DELETE FROM `workclaim` WHERE `Work` = ? AND `Token` = ?", store.Text(c.work), store.Int(c.token))
}

// While takes a piece of work and calls fn with it, renews the lease while fn runs, and releases it
// afterwards. fn's context ends when the work was lost. It tells whether fn was called: false means
// that somebody else has the work.
func (c *Claimant) While(ctx context.Context, work string, lease time.Duration, fn func(context.Context, *Claim) error) (called bool, err error) {
	taken, err := c.Take(ctx, work, lease)
	if err != nil || taken == nil {
		return false, err
	}
	working, lost := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		taken.keep(working, lost)
	}()
	err = fn(working, taken)
	lost(nil)
	<-ended
	if release := taken.Release(context.WithoutCancel(ctx)); err == nil && !fault.Is(release, fault.Conflict) {
		err = release
	}
	return true, err
}

// keep renews the lease until ctx ends. A renewal that fails is tried again, until the claim is
// another's.
func (c *Claim) keep(ctx context.Context, lost context.CancelCauseFunc) {
	ticker := time.NewTicker(c.lease / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := c.Renew(ctx); fault.Is(err, fault.Conflict) {
			lost(err)
			return
		}
	}
}

// row is what the table says of a piece of work.
type row struct {
	found   bool
	holder  string
	token   int64
	expires int64
}

// isFree tells whether a lease is over. One that would last for more than two leases was taken before the clock was put back: its
// holder has renewed it since, by the clock as it is now, or is gone. Two processes whose clocks differ by less leave each other alone.
func (r row) isFree(now time.Time, lease time.Duration) bool {
	return !r.found || r.expires <= now.UnixMilli() || r.expires > now.Add(2*lease).UnixMilli()
}

func read(conn store.Conn, work string) (r row, err error) {
	rows := conn.Query("SELECT `Holder`, `Token`, `ExpiresAt` FROM `workclaim` WHERE `Work` = ?", store.Text(work))
	if r.found = rows.Next(); r.found {
		r.holder, r.token, r.expires = string(rows.Text(0)), rows.Int(1), rows.Int(2)
	}
	return r, rows.Close()
}
