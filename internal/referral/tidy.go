package referral

import (
	"context"
	"errors"
	"maps"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// tidyAtOnce bounds what one commit ends.
const tidyAtOnce = 100

// Tidy ends what has lapsed: forms that were not submitted within 30 days, waits for files that take too long, requests for information that nobody answered,
// uploads that no form named within seven days, files that did not arrive within a day, and links, sessions and kept answers that are over. It may run in several
// processes. A referral that is damaged stays as it is, and keeps no other one back: the error names it when all else is done.
func (d *Desk) Tidy(ctx context.Context) (ended int, err error) {
	damaged := make(damagedError)
	for _, l := range d.lapses() {
		n, err := d.endLapsed(ctx, l, damaged)
		ended += n
		if err != nil {
			return ended, err
		}
	}
	for _, end := range []func(*record.Tx) (int, error){endUploads, endTokens} {
		for {
			count := 0
			if err := d.write(ctx, background, func(tx *record.Tx) (err error) {
				count, err = end(tx)
				return err
			}); err != nil {
				return ended, err
			}
			ended += count
			if count < tidyAtOnce {
				break
			}
		}
	}
	if err := d.keyNames(ctx); err != nil {
		return ended, err
	}
	given, err := d.endArriving(ctx)
	if err == nil && len(damaged) > 0 {
		err = damaged
	}
	return ended + given, err
}

// lapse is how referrals lapse in a state, and what is done then.
type lapse struct {
	where string // has one moment, before which they have lapsed
	after int    // seconds
	end   func(*record.Tx, *row) error
}

func (d *Desk) lapses() []lapse {
	all := []lapse{{"`State` IN ('prepared', 'draft') AND `CreatedAt` <= ?", formLasts, expire}, {"`State` = 'info_requested' AND `DueAt` <= ?", 0, rejectUnanswered}}
	if d.options.Triage {
		all = append(all, lapse{"`State` = 'submitted' AND `DueAt` <= ?", 0, d.endWait})
	}
	return all
}

// endLapsed ends what has lapsed in a state, a hundred to a commit. What is damaged is added to damaged.
func (d *Desk) endLapsed(ctx context.Context, l lapse, damaged damagedError) (ended int, err error) {
	for last := int64(0); ; {
		var lapsed []*row
		var broken damagedError
		if err := d.write(ctx, background, func(tx *record.Tx) error {
			lapsed, broken = nil, make(damagedError)
			rows := tx.Query(rowColumns+"WHERE "+l.where+" AND `ReferralNum` > ? ORDER BY `ReferralNum` LIMIT ?", store.Text(tx.At.AddSeconds(-l.after).String()), store.Int(last), store.Int(tidyAtOnce))
			for rows.Next() {
				lapsed = append(lapsed, scanRow(rows))
			}
			if err := rows.Close(); err != nil {
				return err
			}
			for _, r := range lapsed {
				var unread damagedError
				switch err := l.end(tx, r); {
				case errors.As(err, &unread): // it was read before anything was written
					maps.Copy(broken, unread)
				case err != nil:
					return err
				}
			}
			return nil
		}); err != nil {
			return ended, err
		}
		maps.Copy(damaged, broken)
		ended += len(lapsed) - len(broken)
		if len(lapsed) < tidyAtOnce {
			return ended, nil
		}
		last = lapsed[len(lapsed)-1].Num
	}
}

// expire is for forms that were not submitted in time. The URN stays theirs, and they are never submitted.
func expire(tx *record.Tx, r *row) error {
	_, err := makeStep(tx, r, lifecycle.Event{Move: lifecycle.Expire, Role: lifecycle.System, ActorName: background.Name})
	return err
}

// endWait puts a referral before the triagers whose files take too long to be made.
func (d *Desk) endWait(tx *record.Tx, r *row) error {
	return waitsLonger(tx, r, d.begin(tx, r, false))
}

// rejectUnanswered is for referrals about which more was asked for, and for too long nothing was answered.
func rejectUnanswered(tx *record.Tx, r *row) error {
	_, err := makeStep(tx, r, lifecycle.Event{Move: lifecycle.RejectUnanswered, Role: lifecycle.System, ActorName: background.Name, Reason: lifecycle.IncompleteForm,
		Public: "The request for more information was not answered in time."})
	return waitsLonger(tx, r, err)
}

// waitsLonger is for a referral whose time, as err says, was not up after all: its area gives more time since. It is due by that.
func waitsLonger(tx *record.Tx, r *row, err error) error {
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	life, err := readLife(tx, r.Num)
	if err != nil {
		return err
	}
	rules, err := rulesOf(tx, r)
	if err != nil {
		return err
	}
	return tx.Send("UPDATE `referral` SET `DueAt` = ? WHERE `ReferralNum` = ?", store.Text(life.Turn(rules).Due.String()), store.Int(r.Num))
}

// endUploads expires uploads that no form has named, and gives up their files.
func endUploads(tx *record.Tx) (int, error) {
	var lapsed []int64
	rows := tx.Query("SELECT `FileUploadNum` FROM `fileupload` WHERE `LinkedAt` = '0001-01-01 00:00:00' AND `ExpiredAt` = '0001-01-01 00:00:00' AND `CreatedAt` <= ? ORDER BY `FileUploadNum` LIMIT ?",
		store.Text(tx.At.AddSeconds(-uploadLasts).String()), store.Int(tidyAtOnce))
	for rows.Next() {
		lapsed = append(lapsed, rows.Int(0))
	}
	if err := rows.Close(); err != nil {
		return 0, err
	}
	for _, num := range lapsed {
		files, err := readFiles(tx, "`FileUploadNum` = ? AND `ReferralNum` = 0", store.Int(num))
		if err != nil {
			return 0, err
		}
		for _, file := range files {
			if err := tx.Send("UPDATE `referralfile` SET `RemovedAt` = ? WHERE `FileNum` = ?", store.Text(tx.At.String()), store.Int(file.Num)); err != nil {
				return 0, err
			}
			if err := document.Drop(tx, fileOwner(file.Num)); err != nil {
				return 0, err
			}
		}
		if err := tx.Send("UPDATE `fileupload` SET `ExpiredAt` = ? WHERE `FileUploadNum` = ?", store.Text(tx.At.String()), store.Int(num)); err != nil {
			return 0, err
		}
		if err := tx.Note(audit.Update, "fileupload", num, "ExpiredAt"); err != nil {
			return 0, err
		}
	}
	return len(lapsed), nil
}

// endTokens forgets links, sessions and kept answers that nothing can be done with. A link is kept as long as its
// form might be asked for, to tell what became of it.
func endTokens(tx *record.Tx) (int, error) {
	for _, old := range []struct{ sql, before string }{
		{"DELETE FROM `websession` WHERE `ExpiresAt` <= ?", tx.At.String()},
		{"DELETE FROM `idempotency` WHERE `CreatedAt` <= ?", tx.At.AddSeconds(-2 * repeatLasts).String()},
	} {
		if err := tx.Send(old.sql, store.Text(old.before)); err != nil {
			return 0, err
		}
	}
	return 0, forgetLinks(tx, tx.At.AddSeconds(-6*formLasts))
}

// forgetLinks takes the oldest links out, which are the first, a few at a time: no index is kept for this alone.
func forgetLinks(tx *record.Tx, before dental.DateTime) error {
	var old []int64
	rows := tx.Query("SELECT `LinkNum`, `ExpiresAt` FROM `preparedlink` ORDER BY `LinkNum` LIMIT ?", store.Int(tidyAtOnce))
	for rows.Next() {
		if dateTime(rows.Text(1)).Before(before) {
			old = append(old, rows.Int(0))
		}
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, num := range old {
		if err := tx.Send("DELETE FROM `preparedlink` WHERE `LinkNum` = ?", store.Int(num)); err != nil {
			return err
		}
	}
	return nil
}
