package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// MostAtOnce is how many referrals can be acted on at once.
const MostAtOnce = 50

// Look reads several referrals for a page that acts on all of them: none counts as opened, and that they were looked at is noted
// in the trail, once. Those that the caller may not see are left out.
func (d *Desk) Look(ctx context.Context, caller *Caller, urns []string) (found []*Case, err error) {
	if len(urns) > MostAtOnce {
		return nil, fault.New(fault.Invalid, "At most %d referrals can be acted on at once; choose fewer", MostAtOnce)
	}
	if caller.isClosedTo() {
		return nil, errNeedsReason
	}
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		found = nil
		for _, urn := range urns {
			r, err := seenRow(c, caller, urn)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			one, err := d.readCase(c, r, caller.Role, caller.Account.Practice, caller.Person)
			if err != nil {
				return err
			}
			found = append(found, one)
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return found, err
	}
	return found, d.write(ctx, caller, func(tx *record.Tx) error {
		for _, one := range found {
			if err := tx.Note(audit.View, "referral", one.Num, "several at once"); err != nil {
				return err
			}
		}
		return nil
	})
}

// NextInQueue is the URN of the referral that comes after one in the caller's queue, and the first of the queue where none
// does or that one is not in it; "" where the queue holds no other.
func (d *Desk) NextInQueue(ctx context.Context, caller *Caller, urn string) (next string, err error) {
	if caller.Role != lifecycle.Triager && caller.Role != lifecycle.Approver {
		return "", errNotYours(caller)
	}
	list := queueOf(caller.Role, "")
	list.within(caller)
	read, err := d.in(&list, "")
	if err != nil {
		return "", err
	}
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		next = ""
		begin := place{}
		if r, err := seenRow(c, caller, urn); err == nil {
			begin = place{runOf(r), r.Num, []string{r.SubmittedAt.String()}}
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		for _, after := range []place{begin, {}} {
			for i := after.run; i < len(list.runs) && next == ""; i++ {
				sql, args := read.statement(workColumns, list.runs[i], after, 2)
				after = place{}
				rows := c.Query(sql, args...)
				for rows.Next() {
					if found := string(rows.Text(1)); next == "" && found != urn {
						next = found
					}
				}
				if err := rows.Close(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return next, err
}

// runOf is where a queue has a referral.
func runOf(r *row) int { return lifecycle.USC.Rank() - lifecycle.Priority(r.Priority).Rank() }
