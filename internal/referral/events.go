package referral

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// longestEventText is what a text of a step has at most, in characters, as its column has.
const longestEventText = 2000

// Append is the one door for steps after the submission: whether the step may be made, by this role and now, the
// lifecycle says. seq is the last step that the actor has seen; where there was another one since it is a Conflict,
// and nothing is written. The step's role is the caller's, and so is who acted where somebody is signed in. It is
// NotFound for who may not see the referral. What the steps before the submission need beside them, Prepare, SaveDraft
// and Submit do.
func (d *Desk) Append(ctx context.Context, caller *Caller, urn string, seq int64, step lifecycle.Event) (made lifecycle.Event, err error) {
	if tooLong(step.Public) || tooLong(step.Internal) || tooLong(step.Data.Summary) || tooLong(step.Data.Actions) {
		return made, invalid("text", "text has at most %d characters; shorten it", longestEventText)
	}
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := seenRow(tx, caller, urn)
		if err != nil {
			return err
		}
		if r.State.BeforeSubmission() {
			return fault.New(fault.Conflict, "The referral %s is not submitted", r.URN)
		}
		if seq != r.Seq {
			return fault.New(fault.Conflict, "The referral %s was changed by somebody else meanwhile; look at it again", r.URN)
		}
		one := caller.acts(step)
		if err := d.place(tx, r, &one); err != nil {
			return err
		}
		made, err = makeStep(tx, r, one)
		return err
	})
	return made, err
}

func tooLong(text string) bool { return utf8.RuneCountInString(text) > longestEventText }

// makeStep makes one step of a referral in a transaction, and notes it in the trail.
func makeStep(tx *record.Tx, r *row, step lifecycle.Event) (made lifecycle.Event, err error) {
	before, err := readLife(tx, r.Num)
	if err != nil {
		return made, err
	}
	rules, err := rulesOf(tx, r)
	if err != nil {
		return made, err
	}
	step.At = tx.At
	if made, err = before.Next(step, rules); err != nil {
		return made, err
	}
	after := before.With(made)
	if err := sendEvent(tx, r.Num, made); err != nil {
		return made, err
	}
	if err := sendAllocations(tx, r.Num, &before, &after); err != nil {
		return made, err
	}
	if err := oweCharts(tx, r.Num, made); err != nil {
		return made, err
	}
	if err := oweLetter(tx, r.Num, made); err != nil {
		return made, err
	}
	if r.State.BeforeSubmission() { // what is submitted lies in an area from now on, and is due by its clocks
		if rules, err = rulesIn(tx, r.Area, after.State); err != nil {
			return made, err
		}
	}
	turn := after.Turn(rules)
	party, service := whoActs(&after, turn, r.Practice)
	if err := tx.Send("UPDATE `referral` SET `State` = ?, `Seq` = ?, `StatusText` = ?, `PartyRole` = ?, `PartyNum` = ?, `ServiceNum` = ?, `NextStep` = ?, `DueAt` = ?, `LastAt` = ? WHERE `ReferralNum` = ?",
		store.Text(after.State), store.Int(after.Seq), store.Text(cut(after.StatusText(), longestStatus)), store.Text(turn.Party), store.Int(party), store.Int(service),
		store.Text(turn.Step), store.Text(turn.Due.String()), store.Text(after.Last.String()), store.Int(r.Num)); err != nil {
		return made, err
	}
	if made.Move == lifecycle.AskWithdrawal || made.Move == lifecycle.Mismatch {
		if err := tx.Send("UPDATE `referral` SET `IsDisputed` = 1 WHERE `ReferralNum` = ?", store.Int(r.Num)); err != nil {
			return made, err
		}
	}
	return made, tx.Note(audit.Update, "referral", r.Num, string(made.Move))
}

// longestStatus is what the status's column has, in characters.
const longestStatus = 600

// whoActs is who of the party has to act: the referring practice, or the provider, and which service of it where one was named.
func whoActs(life *lifecycle.Referral, turn lifecycle.Turn, practice int64) (party, service int64) {
	switch turn.Party {
	case lifecycle.Referrer:
		return practice, 0
	case lifecycle.Provider:
		if open := life.Allocation(); open != nil {
			return open.Provider, open.Service
		}
	}
	return 0, 0
}

// Life is what the steps of a referral come to, for those who work on it; it is not for other accounts' eyes.
func (d *Desk) Life(ctx context.Context, urn string) (life lifecycle.Referral, err error) {
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		r, err := findRow(c, urn)
		if err != nil {
			return err
		}
		life, err = readLife(c, r.Num)
		return err
	})
	return life, err
}

func readLife(c store.Conn, referral int64) (lifecycle.Referral, error) {
	events, err := readEvents(c, referral)
	return lifecycle.Fold(events), err
}

// readLives is readLife for several referrals, by their numbers. Where some are damaged the error is a damagedError, and the lives are
// those of the others.
func readLives(c store.Conn, referrals []store.Value) (map[int64]lifecycle.Referral, error) {
	lives := make(map[int64]lifecycle.Referral, len(referrals))
	err := scanEvents(c, "`ReferralNum` IN ("+marks(len(referrals))+") ORDER BY `ReferralNum`, `Seq`", referrals, func(num int64, e lifecycle.Event) { lives[num] = lives[num].With(e) })
	var damaged damagedError
	if errors.As(err, &damaged) {
		for num := range damaged {
			delete(lives, num)
		}
	}
	return lives, err
}

// marks are places for values in a list.
func marks(n int) string { return "?" + strings.Repeat(", ?", n-1) }

func readEvents(c store.Conn, referral int64) (events []lifecycle.Event, err error) {
	err = scanEvents(c, "`ReferralNum` = ? ORDER BY `Seq`", []store.Value{store.Int(referral)}, func(_ int64, e lifecycle.Event) { events = append(events, e) })
	return events, err
}

func scanEvents(c store.Conn, which string, args []store.Value, take func(referral int64, e lifecycle.Event)) error {
	broken := make(damagedError)
	rows := c.Query("SELECT `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `TextPublic`, `TextInternal`, `Allocation`, `Data`, `ReferralNum` FROM `referralevent` WHERE "+which, args...)
	for rows.Next() {
		e := lifecycle.Event{Seq: rows.Int(0), Move: Move(rows.Text(1)), From: State(rows.Text(2)), To: State(rows.Text(3)), Role: Role(rows.Text(4)),
			Actor: rows.Int(5), ActorName: string(rows.Text(6)), At: dateTime(rows.Text(7)), Reason: lifecycle.Reason(rows.Text(8)),
			Public: string(rows.Text(9)), Internal: string(rows.Text(10)), Allocation: int(rows.Int(11))}
		if data := rows.Text(12); len(data) > 0 {
			if err := json.Unmarshal(data, &e.Data); err != nil {
				broken[rows.Int(13)] = fmt.Errorf("step %d cannot be read", e.Seq) // why might repeat what it says of a patient, in a log
			}
		}
		take(rows.Int(13), e)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if len(broken) > 0 {
		return broken
	}
	return nil
}

// damagedError is of referrals that have a step which cannot be read, by their numbers. The others have been read.
type damagedError map[int64]error

func (e damagedError) Error() string {
	first := slices.Min(slices.Collect(maps.Keys(e)))
	text := fmt.Sprintf("referral %d: %v", first, e[first])
	if len(e) > 1 {
		text += fmt.Sprintf(", and %d more", len(e)-1)
	}
	return text
}

func sendEvent(tx *record.Tx, referral int64, e lifecycle.Event) error {
	data := store.Null
	if e.Data != (lifecycle.Data{}) {
		text, err := json.Marshal(e.Data)
		if err != nil {
			return err
		}
		data = store.Text(string(text))
	}
	return tx.Send("INSERT INTO `referralevent` (`ReferralNum`, `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `TextPublic`, `TextInternal`, `Allocation`, `Data`) "+
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Int(referral), store.Int(e.Seq), store.Text(e.Move), store.Text(e.From), store.Text(e.To), store.Text(e.Role), store.Int(e.Actor),
		store.Text(e.ActorName), store.Text(e.At.String()), store.Text(e.Reason), store.Text(e.Public), store.Text(e.Internal), store.Int(int64(e.Allocation)), data)
}

// sendAllocations writes the allocations that a step has opened, closed or opened again.
func sendAllocations(tx *record.Tx, referral int64, before, after *lifecycle.Referral) error {
	for i, a := range after.Allocations {
		if i < len(before.Allocations) {
			if a == before.Allocations[i] {
				continue
			}
			if err := tx.Send("UPDATE `allocation` SET `ClosedAt` = ?, `ClosedAs` = ? WHERE `ReferralNum` = ? AND `Ordinal` = ?",
				store.Text(a.To.String()), store.Text(a.ClosedAs), store.Int(referral), store.Int(int64(i+1))); err != nil {
				return err
			}
			continue
		}
		if err := tx.Send("INSERT INTO `allocation` (`ReferralNum`, `Ordinal`, `ProviderNum`, `ServiceNum`, `ProviderName`, `ClinicianName`, `OpenedAt`, `ClosedAt`, `ClosedAs`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			store.Int(referral), store.Int(int64(i+1)), store.Int(a.Provider), store.Int(a.Service), store.Text(cut(a.Name, maxString)), store.Text(cut(a.Clinician, maxString)),
			store.Text(a.From.String()), store.Text(a.To.String()), store.Text(a.ClosedAs)); err != nil {
			return err
		}
	}
	return nil
}

// Events are the steps of a referral of the caller's, the first one first, without what is internal.
func (d *Desk) Events(ctx context.Context, caller *Caller, urn string) (events []lifecycle.Event, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		r, err := ownRow(c, caller, urn)
		if err != nil {
			return err
		}
		events, err = readEvents(c, r.Num)
		return err
	})
	for i := range events {
		events[i].Internal = ""
	}
	return events, err
}
