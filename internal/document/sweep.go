package document

import (
	"context"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/workclaim"
)

// Grace is how long a body without a row is kept: far longer than any upload takes.
const Grace = 24 * time.Hour

// sweepLease is how long a sweep that stops renewing its claim keeps others out.
const sweepLease = 5 * time.Minute

// Sweep removes the shelf's bodies that no row needs and that were last kept before grace. Of several
// processes one sweeps. A body is removed in three steps, so that an upload of the same bytes at the same
// moment either keeps it from being removed or notices that it was:
//
//  1. in a transaction that sees no row with it, it is marked, and its count goes up;
//  2. it is removed;
//  3. the mark is taken away.
//
// Received.Use refuses a body that is marked, or whose count went up since it was kept.
func (s *Shelf) Sweep(ctx context.Context, grace time.Duration) (removed int, err error) {
	claimant := workclaim.NewClaimant(s.db, s.clock)
	_, err = claimant.While(ctx, "sweep documents", sweepLease, func(ctx context.Context, claim *workclaim.Claim) error {
		if err := s.finishSweeps(ctx, claim); err != nil {
			return err
		}
		// Not the shelf's clock, which tests and demos set: the bodies' times are the machine's.
		before := time.Now().Add(-grace)
		return s.Room.bodies.Each(ctx, s.name, func(hash Hash, keptAt time.Time) error {
			if keptAt.After(before) {
				return nil
			}
			marked, err := s.mark(ctx, claim, hash)
			if err != nil || !marked {
				return err
			}
			removed++
			return s.removeMarked(ctx, claim, hash)
		})
	})
	return removed, err
}

// mark is the first step; false means that a row needs the body.
func (s *Shelf) mark(ctx context.Context, claim *workclaim.Claim, hash Hash) (marked bool, err error) {
	// Nearly all bodies are needed, and to know that takes no write.
	var needed bool
	err = s.db.Read(ctx, func(c store.Conn) (err error) {
		needed, err = isNeeded(c, hash)
		return err
	})
	if err != nil || needed {
		return false, err
	}
	err = s.db.Write(ctx, func(tx store.Tx) error {
		marked = false
		if err := claim.Check(tx); err != nil {
			return err
		}
		needed, err := isNeeded(tx, hash)
		if err != nil || needed {
			return err
		}
		sweeps, _, err := readSweep(tx, hash)
		if err != nil {
			return err
		}
		marked = true
		if sweeps == 0 {
			return tx.Send("INSERT INTO `bodysweep` (`Sha256`, `Sweeps`, `IsRunning`) VALUES (?, 1, 1)", store.Text(hash))
		}
		return tx.Send("UPDATE `bodysweep` SET `Sweeps` = `Sweeps` + 1, `IsRunning` = 1 WHERE `Sha256` = ?", store.Text(hash))
	})
	return marked, err
}

// removeMarked is the second and the third step. Both may be done again.
func (s *Shelf) removeMarked(ctx context.Context, claim *workclaim.Claim, hash Hash) error {
	if err := s.Room.bodies.Remove(ctx, s.name, hash); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx store.Tx) error {
		if err := claim.Check(tx); err != nil {
			return err
		}
		return tx.Send("UPDATE `bodysweep` SET `IsRunning` = 0 WHERE `Sha256` = ?", store.Text(hash))
	})
}

// finishSweeps goes on where a sweep was broken off.
func (s *Shelf) finishSweeps(ctx context.Context, claim *workclaim.Claim) error {
	var left []Hash
	err := s.db.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT `Sha256` FROM `bodysweep` WHERE `IsRunning` = 1")
		for rows.Next() {
			left = append(left, Hash(rows.Text(0)))
		}
		return rows.Close()
	})
	if err != nil {
		return err
	}
	for _, hash := range left {
		if err := s.removeMarked(ctx, claim, hash); err != nil {
			return err
		}
	}
	return nil
}

func isNeeded(c store.Conn, hash Hash) (bool, error) {
	rows := c.Query("SELECT 1 FROM `bodyuse` WHERE `Sha256` = ? LIMIT 1", store.Text(hash))
	needed := rows.Next()
	return needed, rows.Close()
}

// readSweep reads how often a body was removed, and whether it is being removed.
func readSweep(c store.Conn, hash Hash) (sweeps int64, running bool, err error) {
	rows := c.Query("SELECT `Sweeps`, `IsRunning` FROM `bodysweep` WHERE `Sha256` = ?", store.Text(hash))
	if rows.Next() {
		sweeps, running = rows.Int(0), rows.Int(1) != 0
	}
	return sweeps, running, rows.Close()
}
