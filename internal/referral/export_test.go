package referral

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// TakeURN is for tests: what a transaction does to get a URN.
var TakeURN = takeURN

// Plans is for tests: how SQLite reads the first and a later page of each worklist, and its counts, by the list's name.
func (d *Desk) Plans(ctx context.Context, practice, provider int64) (map[string][]string, error) {
	now := d.now()
	plans := make(map[string][]string)
	lists := map[string]worklist{
		"outbound": outboundOf(practice), "queue": queueOf(lifecycle.Triager, ""), "inbound": turnsOf(Party{lifecycle.Provider, provider}, nil),
		"overdue": overdueAt(now, false), "escalated": overdueAt(now, true),
	}
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		explain := func(name, sql string, args []store.Value) error {
			var steps []string
			rows := c.Query("EXPLAIN QUERY PLAN "+sql, args...)
			for rows.Next() {
				steps = append(steps, string(rows.Text(3)))
			}
			plans[name] = append(plans[name], strings.Join(steps, "; "))
			return rows.Close()
		}
		for name, list := range lists {
			for _, order := range []string{"", "-" + list.sequence, list.merged, ByPatient, ByForm, ByPriority, ByStatus, ByTurn, ByPractice, ByDue, ByLast, BySent} {
				r, err := d.in(&list, order)
				if err != nil {
					return err
				}
				of := name
				if r.name != list.sequence && r.name != list.merged {
					of += " by " + order
				}
				begin := place{num: 1}
				for _, key := range r.keys {
					begin.values = append(begin.values, map[keyKind]string{asMoment: now.String(), asNumber: "1", asText: "jo"}[key.kind])
				}
				for _, after := range []place{{}, begin} {
					sql, args := r.statement(map[bool]string{true: workColumns, false: numColumn}[r.keys[0].has], r.runs[0], after, 26)
					if err := explain(of, sql, args); err != nil {
						return err
					}
				}
			}
			sql, args := list.countStatement(now)
			if err := explain(name+" counts", sql, args); err != nil {
				return err
			}
		}
		for _, order := range []string{BySent, ByPatient, ByForm, ByStatus} {
			for _, way := range []string{order, "-" + order} {
				r, err := d.listed(c, practice, ListFilter{Order: way}, now)
				if err != nil {
					return err
				}
				sql, args := r.statement(workColumns, r.runs[0], place{}, 26)
				if err := explain("sent by "+order, sql, args); err != nil {
					return err
				}
			}
		}
		for search, of := range map[string]string{"zzz": "names", "0000099": "references"} {
			sql, args := seek(search, true).findStatement(practice)
			if err := explain("found by "+of, sql, args); err != nil {
				return err
			}
		}
		found := run{"`ReferralNum` IN (?, ?)", []store.Value{store.Int(1), store.Int(2)}}
		for _, order := range []string{BySent, ByPatient, ByForm, ByStatus} {
			r, err := d.listedOf(c, practice, found, ListFilter{Order: order}, now)
			if err != nil {
				return err
			}
			sql, args := r.statement(workColumns, r.runs[0], place{}, 26)
			if err := explain("few by "+order, sql, args); err != nil {
				return err
			}
		}
		return explain("steps since", stepsSince, []store.Value{store.Int(1), store.Text("update"), store.Int(10)})
	})
	return plans, err
}

// FewFound is for tests: up to how many a search reads by their numbers, until the function that it returns is called.
func FewFound(most int) (restore func()) {
	before := fewFound
	fewFound = most
	return func() { fewFound = before }
}

// NameKey is for tests: by what a patient is ordered and found.
var NameKey = nameKey
