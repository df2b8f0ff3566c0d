package people

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// How an account is locked: so many wrong tries are free, then it waits, twice as long after each further one.
const (
	freeTries   = 5
	firstWait   = 60           // seconds
	longestWait = 60 * 60      // seconds
	forgotten   = 24 * 60 * 60 // seconds after which earlier tries do not count any more
)

// waitAfter is for how many seconds an account is locked by its n-th wrong try in a row.
func waitAfter(n int) int {
	if n < freeTries {
		return 0
	}
	wait := firstWait
	for range n - freeTries {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}

// isLocked tells whether no try counts at the moment.
func (p *person) isLocked(now dental.DateTime) bool { return locks(p.lockedUntil, p.failed, now) }

// locks tells whether a lock that was set until a moment, after so many wrong tries, holds now. One that would last longer than its wait
// was set before the clock was put back: it keeps nobody out.
func locks(until dental.DateTime, failed int, now dental.DateTime) bool {
	return now.Before(until) && !now.AddSeconds(waitAfter(failed)).Before(until)
}

// failed counts a wrong try. One against an account that is locked is noted, and changes nothing: who guesses cannot keep its owner out
// for longer than the wait. isNoted is whether the trail has room for it. now is the clock's, and not the transaction's, which stands
// still for as long as the clock was put back.
func (p *person) fails(tx *record.Tx, now dental.DateTime, what string, isNoted bool) error {
	if !p.isLocked(now) {
		count := p.failed + 1
		if p.failedAt.AddSeconds(forgotten).Before(now) {
			count = 1
		}
		until := p.lockedUntil
		if wait := waitAfter(count); wait > 0 {
			until = now.AddSeconds(wait)
		}
		if err := tx.Send("UPDATE `person` SET `FailedCount` = ?, `FailedAt` = ?, `LockedUntil` = ? WHERE `PersonNum` = ?",
			store.Int(count), store.Text(now.String()), store.Text(until.String()), store.Int(p.num)); err != nil {
			return err
		}
		p.failed, p.failedAt, p.lockedUntil = count, now, until
	} else if what += ", locked"; !isNoted {
		return nil
	}
	return tx.Note(audit.Refuse, "person", p.num, what)
}

// succeeds forgets the wrong tries.
func (p *person) succeeds(tx *record.Tx) error {
	if p.failed == 0 && p.lockedUntil.IsNone() {
		return nil
	}
	return tx.Send("UPDATE `person` SET `FailedCount` = 0, `LockedUntil` = '0001-01-01 00:00:00' WHERE `PersonNum` = ?", store.Int(p.num))
}

// unnoted counts what was not noted.
type unnoted struct{ count atomic.Int64 }

// mayNote tells whether a stranger's try is noted: a flood of them must not fill the disk. more is how many were not since the last.
func (r *Room) mayNote() (ok bool, more string) {
	if !r.strangers.AllowN(r.hub.Clock(), 1) {
		r.unnoted.count.Add(1)
		return false, ""
	}
	if n := r.unnoted.count.Swap(0); n > 0 {
		more = fmt.Sprintf(", after %d more that are not noted", n)
	}
	return true, more
}

// What one address may do: those behind it may be a whole clinic. The bounds are this process's own; another one behind the same
// name allows as much again, and the accounts' own locks are in the hub.
const (
	addressTries      = 30 // wrong tries at once
	addressEvery      = 20 * time.Second
	addressBegins     = 60 // sign-ins by passkey that are begun at once: each is a row that waits
	beginEvery        = time.Second
	addressRemembered = 10_000
)

// addresses bound what is done from each address.
type addresses struct {
	atOnce int
	every  time.Duration
	mu     sync.Mutex
	known  map[string]*rate.Limiter
}

// TooMany is that somebody has to wait before the next try.
type TooMany struct{ Wait time.Duration }

// Error says so.
func (t *TooMany) Error() string { return fmt.Sprintf("too many tries; wait %s", t.Wait) }

// wait is a fault where an address has used its tries up.
func (a *addresses) wait(address string, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.known[address]
	if l == nil {
		return nil
	}
	if left := l.TokensAt(now); left < 1 {
		wait := time.Duration((1 - left) * float64(a.every))
		return fault.Wrap(fault.Busy, &TooMany{wait}, "There were too many tries from here; wait a little, and try again")
	}
	return nil
}

// count takes one of an address's tries.
func (a *addresses) count(address string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.known[address]
	if l == nil {
		if a.known == nil || len(a.known) >= addressRemembered {
			// Who has that many addresses is held by the accounts' locks alone.
			a.known = make(map[string]*rate.Limiter)
		}
		l = rate.NewLimiter(rate.Every(a.every), a.atOnce)
		a.known[address] = l
	}
	l.AllowN(now, 1)
}
