package workclaim

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.StopShared()
	os.Exit(code)
}

// onEachEngine runs a test on both engines, with databases that are opened twice: as by two processes.
func onEachEngine(t *testing.T, test func(t *testing.T, one, two store.DB)) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "hub.db")
		open := func() store.DB {
			db, err := sqlite.Open(path, store.HubMigrations(), sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		}
		test(t, open(), open())
	})
	t.Run("mariadb", func(t *testing.T) {
		schema := storetest.NewSchema()
		open := func() store.DB {
			server, err := mysql.Connect(t.Context(), storetest.Shared(t).URL(), mysql.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { server.Close() })
			db, err := server.Open(t.Context(), schema, store.HubMigrations(), true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		}
		test(t, open(), open())
	})
}

// hand is a clock that the test sets.
type hand struct{ now atomic.Int64 }

func newHand() *hand {
	h := new(hand)
	h.now.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
	return h
}
func (h *hand) time() time.Time       { return time.Unix(0, h.now.Load()) }
func (h *hand) move(by time.Duration) { h.now.Add(int64(by)) }

func take(t *testing.T, c *Claimant, lease time.Duration) *Claim {
	t.Helper()
	taken, err := c.Take(t.Context(), "deliveries", lease)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

func TestWorkIsClaimedByOneUntilItIsReleased(t *testing.T) {
	onEachEngine(t, func(t *testing.T, one, two store.DB) {
		clock := newHand()
		a, b := NewClaimant(one, clock.time), NewClaimant(two, clock.time)
		first := take(t, a, time.Minute)
		if first == nil || take(t, b, time.Minute) != nil || take(t, a, time.Minute) != nil {
			t.Fatal("the work is claimed by nobody, or by two")
		}
		if other, err := b.Take(t.Context(), "other work", time.Minute); err != nil || other == nil {
			t.Errorf("other work cannot be claimed: %v", err)
		}
		if err := first.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		if take(t, b, time.Minute) == nil {
			t.Error("released work cannot be claimed")
		}
	})
}

func TestAClaimThatHasRunOutIsTakenOverAndItsHolderIsRefused(t *testing.T) {
	onEachEngine(t, func(t *testing.T, one, two store.DB) {
		clock := newHand()
		a, b := NewClaimant(one, clock.time), NewClaimant(two, clock.time)
		stale := take(t, a, time.Minute)
		clock.move(50 * time.Second)
		if err := stale.Renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		clock.move(50 * time.Second)
		if take(t, b, time.Minute) != nil {
			t.Fatal("a renewed claim was taken over")
		}
		clock.move(time.Minute)
		fresh := take(t, b, time.Minute)
		if fresh == nil {
			t.Fatal("a claim that has run out cannot be taken over")
		}
		// The first goes on as if it had not slept.
		written := func(c *Claim, db store.DB) error {
			return db.Write(t.Context(), func(tx store.Tx) error {
				if err := c.Check(tx); err != nil {
					return err
				}
				return tx.Send("INSERT INTO `workclaim` (`Work`, `Holder`, `Token`, `ExpiresAt`) VALUES (?, '', 0, 0)", store.Text(c.claimant.name))
			})
		}
		if err := written(stale, one); !fault.Is(err, fault.Conflict) {
			t.Errorf("the stale claim writes: %v", err)
		}
		if err := stale.Renew(t.Context()); !fault.Is(err, fault.Conflict) {
			t.Errorf("the stale claim is renewed: %v", err)
		}
		if err := stale.Release(t.Context()); !fault.Is(err, fault.Conflict) {
			t.Errorf("the stale claim is released: %v", err)
		}
		if err := written(fresh, two); err != nil {
			t.Errorf("the fresh claim does not write: %v", err)
		}
	})
}

func TestOfManyThatClaimAtOnceOneWorksAtATime(t *testing.T) {
	onEachEngine(t, func(t *testing.T, one, two store.DB) {
		var working, done atomic.Int64
		var all sync.WaitGroup
		for i := range 8 {
			claimant := NewClaimant([]store.DB{one, two}[i%2], time.Now)
			all.Go(func() {
				for ctx := t.Context(); ; {
					called, err := claimant.While(ctx, "deliveries", time.Minute, func(context.Context, *Claim) error {
						if working.Add(1) != 1 {
							t.Error("two work at once")
						}
						time.Sleep(time.Millisecond)
						working.Add(-1)
						done.Add(1)
						return nil
					})
					if err != nil {
						t.Error(err)
						return
					}
					if called {
						return
					}
					time.Sleep(time.Millisecond)
				}
			})
		}
		all.Wait()
		if done.Load() != 8 {
			t.Errorf("%d have worked, want 8", done.Load())
		}
	})
}

func TestALongWorkIsRenewedAndALostOneIsStopped(t *testing.T) {
	onEachEngine(t, func(t *testing.T, one, two store.DB) {
		a, b := NewClaimant(one, time.Now), NewClaimant(two, time.Now)
		const lease = 1500 * time.Millisecond
		called, err := a.While(t.Context(), "deliveries", lease, func(ctx context.Context, _ *Claim) error {
			time.Sleep(3 * lease)
			if take(t, b, lease) != nil {
				t.Error("work that goes on was taken over")
			}
			return ctx.Err()
		})
		if !called || err != nil {
			t.Fatalf("called %v: %v", called, err)
		}
		// Taken over, as after a long sleep: the work is told to stop.
		_, err = a.While(t.Context(), "deliveries", lease, func(ctx context.Context, c *Claim) error {
			err := two.Write(t.Context(), func(tx store.Tx) error {
				return tx.Send("UPDATE `workclaim` SET `Token` = `Token` + 1, `Holder` = 'b' WHERE `Work` = 'deliveries'")
			})
			if err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(time.Minute):
				return errors.New("the work was not told to stop")
			}
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("work that was lost returns %v", err)
		}
	})
}
