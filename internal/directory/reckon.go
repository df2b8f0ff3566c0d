package directory

import (
	"context"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// An area's clocks hold for what is under way too: a change of them is noted with the area, in the same commit, and the due dates of its open
// referrals are reckoned anew in the background, by package referral. How far that has come stands in the area's row.

// Reckoning is an area some of whose open referrals are due by clocks that it had before.
type Reckoning struct {
	Area  int64
	After int64 // the referral up to which it is done; 0 is none yet
	Rules *lifecycle.Rules

	rev int64
}

// Reckonings are the areas with something left to do.
func Reckonings(c store.Conn) (all []Reckoning, err error) {
	areas, err := readAreas(c, areaColumns+"WHERE `ReckonAfter` >= 0 ORDER BY `AreaNum`")
	for _, a := range areas {
		all = append(all, Reckoning{Area: a.Num, After: a.reckonAfter, Rules: a.Rules(), rev: a.Rev})
	}
	return all, err
}

// Reach notes, in the transaction that has written due dates by its rules, that it has come to a referral, or to the end. It tells whether the
// area and how far it has come are still what they were; where they are not, what the transaction has written is to be undone.
func (r Reckoning) Reach(tx *record.Tx, referral int64, isEnd bool) (isStill bool, err error) {
	now, err := areaOf(tx, r.Area)
	if err != nil || now.Rev != r.rev || now.reckonAfter != r.After {
		return false, err
	}
	if isEnd {
		referral = notReckoning
	}
	return true, tx.Send("UPDATE `area` SET `ReckonAfter` = ? WHERE `AreaNum` = ? AND `Rev` = ? AND `ReckonAfter` = ?",
		store.Int(referral), store.Int(r.Area), store.Int(r.rev), store.Int(r.After))
}

// notReckoning is how far an area has come that has nothing to do.
const notReckoning = -1

// reckonAnew notes that an area's clocks have changed. It begins from the first referral, however far an earlier change has come.
func reckonAnew(tx *record.Tx, area int64) error {
	return tx.Send("UPDATE `area` SET `ReckonAfter` = 0 WHERE `AreaNum` = ?", store.Int(area))
}

// changesClocks tells whether referrals are due otherwise: what else an area has does not move a due date.
func changesClocks(before, after []column) bool {
	return slices.ContainsFunc(after, func(c column) bool {
		return (c.name == "Targets" || c.name == "Holidays") && !slices.Contains(before, c)
	})
}

// OpenInArea are an area's open referrals whose numbers are higher than one. All of it stands in one index, referral_Queue; closed
// referrals have no party and are not read. The number is asked for so that no engine goes through all referrals by it. A form that is
// not sent yet lies in no area.
const OpenInArea = " FROM `referral` WHERE `PartyRole` > '' AND `SubmittedAt` > '0001-01-01 00:00:00' AND `AreaNum` = ? AND COALESCE(`ReferralNum`, 0) > ?"

// UnderWay counts the open referrals of an area, and those whose due dates are still to be reckoned by its present clocks.
func (r *Room) UnderWay(ctx context.Context, area int64) (open, left int, err error) {
	err = r.read(ctx, func(c store.Conn) error {
		count := func(after int64) (n int, err error) {
			_, err = one(c, func(row store.Row) { n = int(row.Int(0)) }, "SELECT COUNT(*)"+OpenInArea, store.Int(area), store.Int(after))
			return n, err
		}
		a, err := areaOf(c, area)
		if err != nil {
			return err
		}
		if open, err = count(0); err != nil || a.reckonAfter == notReckoning {
			return err
		}
		left, err = count(a.reckonAfter)
		return err
	})
	return open, left, err
}
