package referral

import (
	"context"
	"errors"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// reckonAtOnce is of how many referrals one commit writes the due dates: a few milliseconds, for which others wait who write to the hub.
const reckonAtOnce = 100

// errReckonAgain is that an area was changed, or another process has come further, since its referrals were read.
var errReckonAgain = errors.New("referral: the area has changed")

// Reckon writes the due dates of open referrals anew whose area has got other clocks, in commits of a hundred, and tells how many have
// changed. What is due when, the lifecycle says, as with each step. It goes on where it was broken off, and may run in several processes.
// A referral whose steps cannot be read, or say nothing of when it is due, stays as it is: skipped has its number.
func (d *Desk) Reckon(ctx context.Context) (changed int, skipped []int64, err error) {
	defer func() { skipped = slices.Compact(slices.Sorted(slices.Values(skipped))) }()
	for {
		var areas []directory.Reckoning
		var nums []int64
		if err := d.hub.DB.Snapshot(ctx, func(c store.Conn) (err error) {
			if areas, err = directory.Reckonings(c); err == nil && len(areas) > 0 {
				nums, err = openAfter(c, areas[0])
			}
			return err
		}); err != nil || len(areas) == 0 {
			return changed, skipped, err
		}
		n, not, err := d.reckonArea(ctx, areas[0], nums)
		changed, skipped = changed+n, append(skipped, not...)
		if err != nil && !errors.Is(err, errReckonAgain) {
			return changed, skipped, err
		}
	}
}

// openAfter are the open referrals of an area that are to be looked at, in their order. One that is opened later is due by the clocks
// that the area has then.
func openAfter(c store.Conn, r directory.Reckoning) (nums []int64, err error) {
	rows := c.Query("SELECT `ReferralNum`"+directory.OpenInArea, store.Int(r.Area), store.Int(r.After))
	for rows.Next() {
		nums = append(nums, rows.Int(0))
	}
	slices.Sort(nums)
	return nums, rows.Close()
}

// dueAnew is a referral's due moment as it is to be.
type dueAnew struct {
	num, seq int64
	due      dental.DateTime
}

// reckonArea looks at referrals of an area, a hundred at a time: they are read where nobody waits for it, and what has changed is written
// where no step was made meanwhile.
func (d *Desk) reckonArea(ctx context.Context, area directory.Reckoning, nums []int64) (changed int, skipped []int64, err error) {
	for first := true; first || len(nums) > 0; first = false {
		batch := nums[:min(len(nums), reckonAtOnce)]
		nums = nums[len(batch):]
		var anew []dueAnew
		var not []int64
		if err := d.hub.DB.Snapshot(ctx, func(c store.Conn) (err error) {
			anew, not, err = dueOf(c, area, batch)
			return err
		}); err != nil {
			return changed, skipped, err
		}
		skipped = append(skipped, not...)
		reached := area.After
		if len(batch) > 0 {
			reached = batch[len(batch)-1]
		}
		if err := d.write(ctx, background, func(tx *record.Tx) error {
			isStill, err := area.Reach(tx, reached, len(nums) == 0)
			if err != nil {
				return err
			}
			if !isStill {
				return errReckonAgain
			}
			for _, r := range anew {
				if err := tx.Send("UPDATE `referral` SET `DueAt` = ? WHERE `ReferralNum` = ? AND `Seq` = ?", store.Text(r.due.String()), store.Int(r.num), store.Int(r.seq)); err != nil {
					return err
				}
			}
			if len(anew) == 0 {
				return nil
			}
			return tx.Note(audit.Update, "area", area.Area, "DueAt")
		}); err != nil {
			return changed, skipped, err
		}
		changed += len(anew)
		area.After = reached
	}
	return changed, skipped, nil
}

// dueOf are those of some referrals that are due at another moment than their rows say; skipped are those that are open and of which
// their steps do not say it.
func dueOf(c store.Conn, area directory.Reckoning, nums []int64) (anew []dueAnew, skipped []int64, err error) {
	if len(nums) == 0 {
		return nil, nil, nil
	}
	stored := make(map[int64]dental.DateTime)
	args := make([]store.Value, len(nums))
	for i, num := range nums {
		args[i] = store.Int(num)
	}
	rows := c.Query("SELECT `ReferralNum`, `DueAt` FROM `referral` WHERE `ReferralNum` IN ("+marks(len(nums))+")", args...)
	for rows.Next() {
		stored[rows.Int(0)] = dateTime(rows.Text(1))
	}
	if err := rows.Close(); err != nil {
		return nil, nil, err
	}
	lives, err := readLives(c, args)
	var damaged damagedError
	if err != nil && !errors.As(err, &damaged) {
		return nil, nil, err
	}
	for num, before := range stored {
		if before.IsNone() { // it was closed meanwhile
			continue
		}
		life, isRead := lives[num]
		due := dental.DateTime{}
		if isRead {
			due = life.Turn(area.Rules).Due
		}
		switch {
		case due.IsNone():
			skipped = append(skipped, num)
		case due != before:
			anew = append(anew, dueAnew{num, life.Seq, due})
		}
	}
	return anew, skipped, nil
}
