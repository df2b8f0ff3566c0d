package referral

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Practices' charts follow referrals: the one that has sent it of its own chart, and the one that treats. What is owed to a
// chart is noted in the commit of the step, and delivered later: a practice's database may be elsewhere, or away.

// The sides of a link.
const (
	SideFrom = "from"
	SideTo   = "to"
)

// Sent is a referral that a practice's chart sends to another practice.
type Sent struct {
	Key        string // names the attachment, so that it is sent once
	To         int64  // the practice
	ToName     string
	Referrer   string
	First      string
	Last       string
	Birthdate  dental.Date
	Phone      string
	Email      string
	Note       string
	Reason     string
	IsUrgent   bool
	OriginName string // "opendental"
}

// SendOn sends a referral from a chart straight to the practice that it names: it is submitted and sent in one commit. The
// same key is the same referral, with the URN that it got first.
func (d *Desk) SendOn(ctx context.Context, caller *Caller, sent Sent) (urn string, err error) {
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		found, err := one(tx, func(r store.Row) { urn = string(r.Text(0)) },
			"SELECT r.`Urn` FROM `networklink` AS l JOIN `referral` AS r ON r.`ReferralNum` = l.`ReferralNum` WHERE l.`SentKey` = ?", store.Text(sent.Key))
		if err != nil || found {
			return err
		}
		in := Intake{Origin: sent.OriginName, State: lifecycle.Submitted, Priority: lifecycle.Routine, ReferrerName: cut(sent.Referrer, maxString), Reason: cut(sent.Reason, maxString),
			First: cut(sent.First, maxString), Last: cut(sent.Last, maxString), BirthDate: sent.Birthdate,
			Given: map[string]string{"patient_first_name": sent.First, "patient_last_name": sent.Last, "patient_phone_number": sent.Phone, "patient_email": sent.Email, "note": sent.Note},
			Says:  sent.Note}
		if sent.IsUrgent {
			in.Priority = lifecycle.Urgent
		}
		num, err := d.TakeIn(tx, caller, in)
		if err != nil {
			return err
		}
		if err := tx.Send("INSERT INTO `networklink` (`ReferralNum`, `PracticeNum`, `Side`, `SentKey`) VALUES (?, ?, 'from', ?)",
			store.Int(num), store.Int(caller.Account.Practice), store.Text(sent.Key)); err != nil {
			return err
		}
		var r *row
		if _, err := one(tx, func(found store.Row) { r = scanRow(found) }, rowColumns+"WHERE `ReferralNum` = ?", store.Int(num)); err != nil {
			return err
		}
		urn = r.URN
		// Who names a practice as the one to refer to says that it treats.
		if err := tx.Send("UPDATE `organisation` SET `IsTreating` = 1 WHERE `OrganisationNum` = ? AND `IsTreating` = 0", store.Int(sent.To)); err != nil {
			return err
		}
		_, err = makeStep(tx, r, lifecycle.Event{Move: lifecycle.AutoRoute, Role: lifecycle.System, ActorName: background.Name,
			Data: lifecycle.Data{Provider: sent.To, Name: sent.ToName}})
		return err
	})
	return urn, err
}

// oweCharts notes, in the commit of a step, that the charts which follow a referral have something to be told; a practice that
// gets the referral begins to follow it.
func oweCharts(tx *record.Tx, referral int64, made lifecycle.Event) error {
	if made.To == lifecycle.Sent && made.From != lifecycle.Sent || made.Move == lifecycle.Redirect {
		if err := followTo(tx, referral, made.Data.Provider); err != nil {
			return err
		}
	}
	return tx.Send("UPDATE `networklink` SET `IsOwed` = 1 WHERE `ReferralNum` = ?", store.Int(referral))
}

// followFrom lets the referring practice's chart follow a referral that was sent on a form.
func followFrom(tx *record.Tx, referral, practice int64) error {
	return tx.Send("INSERT INTO `networklink` (`ReferralNum`, `PracticeNum`, `Side`) VALUES (?, ?, 'from')", store.Int(referral), store.Int(practice))
}

// followTo lets a provider's chart follow a referral, where the provider is a practice of this installation.
func followTo(tx *record.Tx, referral, provider int64) error {
	isPractice, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `practice` WHERE `PracticeNum` = ?", store.Int(provider))
	if err != nil || !isPractice {
		return err
	}
	follows, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `networklink` WHERE `ReferralNum` = ? AND `Side` = 'to' AND `PracticeNum` = ?", store.Int(referral), store.Int(provider))
	if err != nil || follows {
		return err
	}
	return tx.Send("INSERT INTO `networklink` (`ReferralNum`, `PracticeNum`, `Side`) VALUES (?, ?, 'to')", store.Int(referral), store.Int(provider))
}

// Owed is what a practice's chart has not been told.
type Owed struct {
	Link      int64
	Referral  int64
	URN       string
	Practice  int64 // whose chart it is
	Side      string
	Delivered int64
	Origin    int64 // the referring practice
	FromName  string
	First     string
	Last      string
	Birthdate dental.Date
	Given     map[string]string
	Events    []lifecycle.Event // all of them
	Papers    []Attachment      // PDFs for the patient's documents
	Files     []File            // that were sent along, for the same
	IsForm    bool              // it was sent on a form, and not of the chart

	letter int64 // the last one that it has
}

// OwedCharts reads what charts have not been told, after a link, the oldest first.
func (d *Desk) OwedCharts(ctx context.Context, after int64, most int) (owed []Owed, err error) {
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		owed = nil
		rows := c.Query("SELECT l.`LinkNum`, l.`ReferralNum`, r.`Urn`, l.`PracticeNum`, l.`Side`, l.`DeliveredSeq`, r.`PracticeNum`, p.`Name`, r.`PatientFirst`, r.`PatientLast`, r.`BirthDate`, l.`LetterNum`, l.`SentKey`"+
			" FROM `networklink` AS l JOIN `referral` AS r ON r.`ReferralNum` = l.`ReferralNum` JOIN `practice` AS p ON p.`PracticeNum` = r.`PracticeNum`"+
			" WHERE l.`IsOwed` = 1 AND l.`LinkNum` > ? ORDER BY l.`LinkNum` LIMIT ?", store.Int(after), store.Int(most))
		for rows.Next() {
			owed = append(owed, Owed{Link: rows.Int(0), Referral: rows.Int(1), URN: string(rows.Text(2)), Practice: rows.Int(3), Side: string(rows.Text(4)), Delivered: rows.Int(5),
				Origin: rows.Int(6), FromName: string(rows.Text(7)), First: string(rows.Text(8)), Last: string(rows.Text(9)), Birthdate: date(rows.Text(10)), letter: rows.Int(11), IsForm: rows.Null(12)})
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for i := range owed {
			if owed[i].Events, err = readEvents(c, owed[i].Referral); err != nil {
				return err
			}
			if owed[i].Given, err = readGiven(c, owed[i].Referral); err != nil {
				return err
			}
			if err := owed[i].readPapers(c); err != nil {
				return err
			}
		}
		return nil
	})
	return owed, err
}

// Delivered notes that a chart was told up to a step. One that has more to be told stays owed.
func (d *Desk) Delivered(ctx context.Context, owed Owed) error {
	seq := owed.Events[len(owed.Events)-1].Seq
	return d.write(ctx, background, func(tx *record.Tx) error {
		if err := tx.Send("UPDATE `networklink` SET `DeliveredSeq` = ? WHERE `LinkNum` = ? AND `DeliveredSeq` < ?", store.Int(seq), store.Int(owed.Link), store.Int(seq)); err != nil {
			return err
		}
		var last int64
		if _, err := one(tx, func(r store.Row) { last = r.Int(0) }, "SELECT `Seq` FROM `referral` WHERE `ReferralNum` = ?", store.Int(owed.Referral)); err != nil {
			return err
		}
		if letters := len(owed.Papers); owed.Side == SideFrom && letters > 0 {
			letter := owed.Papers[letters-1].Num
			if err := tx.Send("UPDATE `networklink` SET `LetterNum` = ? WHERE `LinkNum` = ? AND `LetterNum` < ?", store.Int(letter), store.Int(owed.Link), store.Int(letter)); err != nil {
				return err
			}
		}
		now := owed
		if err := now.readPapers(tx); err != nil || last > seq || len(now.Papers) > len(owed.Papers) {
			return err // there is more: a step, or a PDF that was made meanwhile
		}
		return tx.Send("UPDATE `networklink` SET `IsOwed` = 0 WHERE `LinkNum` = ?", store.Int(owed.Link))
	})
}

// ByChart makes the moves that a hand edit in a practice's own chart asks for, as many as there are now; already done ones
// are none. fill gives each move what it needs.
func (d *Desk) ByChart(ctx context.Context, caller *Caller, urn string, moves func(*lifecycle.Referral) []lifecycle.Event) error {
	return d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := findRow(tx, urn)
		if err != nil {
			return err
		}
		life, err := readLife(tx, r.Num)
		if err != nil {
			return err
		}
		for _, step := range slices.Clone(moves(&life)) {
			step.Role, step.Actor, step.ActorName = caller.Role, caller.Account.Practice, caller.Name
			if step.Move == lifecycle.Mismatch {
				step.Role = lifecycle.System
			}
			if _, err := makeStep(tx, r, step); err != nil {
				return fmt.Errorf("%s: %w", step.Move, err)
			}
		}
		return nil
	})
}

// Patient is who a referral is about, as far as charts compare patients.
type Patient struct {
	First, Last string
	Birthdate   dental.Date
	Given       map[string]string // what the call that opened it has given
}

// Patient reads who a referral is about that the caller may read.
func (d *Desk) Patient(ctx context.Context, caller *Caller, urn string) (p Patient, err error) {
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		r, err := d.readRow(c, caller, urn)
		if err != nil {
			return err
		}
		if _, err = one(c, func(row store.Row) { p.First, p.Last = string(row.Text(0)), string(row.Text(1)) },
			"SELECT `PatientFirst`, `PatientLast` FROM `referral` WHERE `ReferralNum` = ?", store.Int(r.Num)); err != nil {
			return err
		}
		p.Birthdate = r.BirthDate
		p.Given, err = readGiven(c, r.Num)
		return err
	})
	return p, err
}

func readGiven(c store.Conn, referral int64) (given map[string]string, err error) {
	var broken error
	_, err = one(c, func(r store.Row) { broken = json.Unmarshal(r.Text(0), &given) }, "SELECT `Given` FROM `referralanswers` WHERE `ReferralNum` = ?", store.Int(referral))
	if err == nil {
		err = broken
	}
	return given, err
}

// PatientMatch is a patient of a provider's own chart who may be the one that a referral is about.
type PatientMatch struct {
	Num       int64 // in the chart
	First     string
	Last      string
	Birthdate dental.Date
	Score     int      // of 100
	Evidence  []string // what is the same, and what is not, in words
}

// Matching is which patient of a provider's own chart a referral is linked to, and who else may be meant, the best first.
type Matching struct {
	Linked     PatientMatch
	IsMade     bool // the patient was made for the referral
	Candidates []PatientMatch
}
