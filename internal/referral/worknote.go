package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// NoteWorklist notes in the trail that somebody has looked at a worklist, by its name: "triage", or "triage, as CSV".
func (d *Desk) NoteWorklist(ctx context.Context, caller *Caller, name string) error {
	return d.write(ctx, caller, func(tx *record.Tx) error { return tx.Note(audit.View, "worklist", 0, name) })
}

// Disputed are the open referrals of an administrator's areas of which another system says something else: the referrer's asks
// for withdrawal, or a chart says what the referral is not. They are in the order in which they are due.
func (d *Desk) Disputed(ctx context.Context, caller *Caller, filter WorkFilter) (WorkPage, error) {
	if caller.Role != lifecycle.Administrator {
		return WorkPage{}, errNotYours(caller)
	}
	base := run{"`IsDisputed` = 1 AND " + isOpen, nil}
	return d.work(ctx, caller, worklist{runs: []run{base}, each: "DueAt", sequence: ByDue, groupBy: "PartyRole", base: base}, filter)
}
