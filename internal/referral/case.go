package referral

import (
	"context"
	"io"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Case is one referral as somebody sees it who works on it: what is internal to another side is not in it.
type Case struct {
	WorkLine
	Role      Role               // in which it is looked at
	Area      int64              // whose referral centre it is for
	From      Account            // the referring practice
	Filled    *Filled            // nil where IsClosed
	Life      lifecycle.Referral // its Seq goes with the next step
	Turn      lifecycle.Turn
	Choices   []lifecycle.Choice // the moves of the role: those that can be made now, and the others with the reason why not
	Events    []lifecycle.Event  // since the submission, the first one first
	Documents []Attachment       // the latest version first
	Files     []MessageFile      // that came with messages
	Viewings  []Viewing          // who has opened it, the first one first
	Replaces  string             // the URN of the rejected referral that this one is in place of; "" for none
	IsClosed  bool               // what is clinical is left out: an administrator has to say first why it is needed
}

// Viewing is that somebody who was signed in has opened a referral.
type Viewing struct {
	Person           int64
	PersonName       string
	Organisation     int64
	OrganisationName string
	Role             Role
	FirstAt, LastAt  dental.DateTime
}

// Case opens a referral for somebody who is signed in. It is NotFound for who may not see it. That it was opened is noted, in
// the trail and for the referral's timeline; a provider who opens what was sent to it has received it.
func (d *Desk) Case(ctx context.Context, caller *Caller, urn string) (*Case, error) {
	if err := d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := seenRow(tx, caller, urn)
		if err != nil {
			return err
		}
		if err := noteViewing(tx, caller, r.Num); err != nil {
			return err
		}
		if caller.Role == lifecycle.Provider && r.State == lifecycle.Sent {
			if _, err := makeStep(tx, r, caller.acts(lifecycle.Event{Move: lifecycle.Receive})); err != nil {
				return err
			}
		}
		return tx.Note(audit.View, "referral", r.Num, string(caller.Role))
	}); err != nil {
		return nil, err
	}
	var found *Case
	err := d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		r, err := seenRow(c, caller, urn)
		if err != nil {
			return err
		}
		if found, err = d.readCase(c, r, caller.Role, caller.Account.Practice, caller.Person); err != nil {
			return err
		}
		if !caller.isClosedTo() {
			return nil
		}
		given, err := d.hasReason(c, caller, r.Num)
		if err == nil && !given {
			found.close()
		}
		return err
	})
	return found, err
}

// readCase reads a referral as a role of an organisation sees it.
func (d *Desk) readCase(c store.Conn, r *row, role Role, organisation, person int64) (*Case, error) {
	now := d.now()
	found := &Case{Role: role, Area: r.Area}
	if _, err := one(c, func(row store.Row) { found.WorkLine = scanWork(row, now) }, workColumns+" FROM `referral` WHERE `ReferralNum` = ?", store.Int(r.Num)); err != nil {
		return nil, err
	}
	var err error
	if found.From, err = addressOf(c, r.Practice, ""); err != nil {
		return nil, err
	}
	found.PracticeName = found.From.Name
	events, err := readEvents(c, r.Num)
	if err != nil {
		return nil, err
	}
	rules, err := rulesOf(c, r)
	if err != nil {
		return nil, err
	}
	found.Life = lifecycle.Fold(events)
	found.Turn = found.Life.Turn(rules)
	found.Choices = found.Life.Choices(lifecycle.Event{Role: role, Actor: person, At: now}, rules)
	found.Events = eventsFor(events, &found.Life, role, organisation)
	if found.Filled, err = d.readForm(c, r, now); err != nil {
		return nil, err
	}
	if found.Documents, err = readAttachments(c, "`r`.`Urn` = ? ORDER BY `a`.`Version` DESC, `a`.`AttachmentNum`", store.Int(r.Practice), store.Text(r.URN)); err != nil {
		return nil, err
	}
	if found.Viewings, err = readViewings(c, r.Num); err != nil {
		return nil, err
	}
	if found.Files, err = messageFiles(c, r.Num, found.Events); err != nil {
		return nil, err
	}
	_, err = one(c, func(row store.Row) { found.Replaces = string(row.Text(0)) },
		"SELECT `o`.`Urn` FROM `referral` AS `r` JOIN `referral` AS `o` ON `o`.`ReferralNum` = `r`.`ReplacesNum` WHERE `r`.`ReferralNum` = ?", store.Int(r.Num))
	return found, err
}

// eventsFor are the steps as a side reads them: texts for another side's own eyes are taken out, and a step that is nothing but
// such a text. A provider reads no proposals of the referral centre, and no notes of another provider.
func eventsFor(events []lifecycle.Event, life *lifecycle.Referral, role Role, organisation int64) (seen []lifecycle.Event) {
	for _, e := range events {
		if e.To.BeforeSubmission() {
			continue
		}
		own := sideOf(e.Role) == sideOf(role)
		if own && role == lifecycle.Provider {
			own = e.Allocation > 0 && e.Allocation <= len(life.Allocations) && life.Allocations[e.Allocation-1].Provider == organisation
		}
		if !own {
			e.Internal = ""
			ofCentre := e.Move == lifecycle.Mismatch || e.Move == lifecycle.Propose
			if ofCentre || e.Move == lifecycle.Message && e.Public == "" {
				continue
			}
		}
		seen = append(seen, e)
	}
	return seen
}

// close takes out what is clinical.
func (c *Case) close() {
	c.IsClosed, c.Filled, c.Documents, c.Files = true, nil, nil, nil
	c.Events = slices.Clone(c.Events)
	for i := range c.Events {
		e := &c.Events[i]
		e.Public, e.Internal, e.Data.Summary, e.Data.Actions = "", "", "", ""
	}
}

// acts is a step as the caller makes it.
func (c *Caller) acts(step lifecycle.Event) lifecycle.Event {
	step.Role = c.Role
	if c.Person != 0 {
		step.Actor, step.ActorName = c.Person, c.PersonName
	} else if step.ActorName == "" {
		step.ActorName = c.Name
	}
	return step
}

func noteViewing(tx *record.Tx, caller *Caller, referral int64) error {
	if caller.Person == 0 {
		return nil
	}
	who := []store.Value{store.Int(referral), store.Int(caller.Person), store.Int(caller.Account.Practice), store.Text(caller.Role)}
	seen, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `viewing` WHERE `ReferralNum` = ? AND `PersonNum` = ? AND `OrganisationNum` = ? AND `Role` = ?", who...)
	if err != nil {
		return err
	}
	at := store.Text(tx.At.String())
	if seen {
		return tx.Send("UPDATE `viewing` SET `LastAt` = ? WHERE `ReferralNum` = ? AND `PersonNum` = ? AND `OrganisationNum` = ? AND `Role` = ?", append([]store.Value{at}, who...)...)
	}
	return tx.Send("INSERT INTO `viewing` (`ReferralNum`, `PersonNum`, `OrganisationNum`, `Role`, `PersonName`, `OrganisationName`, `FirstAt`, `LastAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		append(who, store.Text(cut(caller.PersonName, maxString)), store.Text(cut(caller.Account.Name, maxString)), at, at)...)
}

func readViewings(c store.Conn, referral int64) (all []Viewing, err error) {
	rows := c.Query("SELECT `PersonNum`, `PersonName`, `OrganisationNum`, `OrganisationName`, `Role`, `FirstAt`, `LastAt` FROM `viewing` WHERE `ReferralNum` = ? ORDER BY `ViewingNum`", store.Int(referral))
	for rows.Next() {
		all = append(all, Viewing{rows.Int(0), string(rows.Text(1)), rows.Int(2), string(rows.Text(3)), Role(rows.Text(4)), dateTime(rows.Text(5)), dateTime(rows.Text(6))})
	}
	return all, rows.Close()
}

// reasonLasts is how long a reason for reading what is clinical counts, in seconds.
const reasonLasts = 60 * 60

// GiveReason notes why an administrator has to read what is clinical of a referral. It counts for an hour, for that person and
// that referral.
func (d *Desk) GiveReason(ctx context.Context, caller *Caller, urn, reason string) error {
	switch {
	case caller.Person == 0 || !caller.isClosedTo():
		return fault.New(fault.Invalid, "Only an administrator gives a reason")
	case len(reason) == 0:
		return invalid("reason", "reason is required: say why you have to read what is clinical")
	case len([]rune(reason)) > 500:
		return invalid("reason", "reason has at most 500 characters; shorten it")
	}
	return d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := seenRow(tx, caller, urn)
		if err != nil {
			return err
		}
		num, err := tx.Exec("INSERT INTO `viewreason` (`ReferralNum`, `PersonNum`, `Reason`, `CreatedAt`) VALUES (?, ?, ?, ?)",
			store.Int(r.Num), store.Int(caller.Person), store.Text(reason), store.Text(tx.At.String()))
		if err != nil {
			return err
		}
		return tx.Note(audit.Create, "viewreason", num, "")
	})
}

func (d *Desk) hasReason(c store.Conn, caller *Caller, referral int64) (bool, error) {
	var last dental.DateTime
	found, err := one(c, func(r store.Row) { last = dateTime(r.Text(1)) },
		"SELECT `ReasonNum`, `CreatedAt` FROM `viewreason` WHERE `ReferralNum` = ? AND `PersonNum` = ? ORDER BY `CreatedAt` DESC LIMIT 1", store.Int(referral), store.Int(caller.Person))
	if err != nil || !found {
		return false, err
	}
	return d.now().Before(last.AddSeconds(reasonLasts)), nil
}

// NoteView notes in the trail that a practice has read a referral of its own in a browser that its system has opened.
func (d *Desk) NoteView(ctx context.Context, caller *Caller, f *Filled) error {
	return d.write(ctx, caller, func(tx *record.Tx) error { return tx.Note(audit.View, "referral", f.Num, "") })
}

// NoteRead is NoteView for one of its PDFs.
func (d *Desk) NoteRead(ctx context.Context, caller *Caller, a Attachment) error {
	return d.write(ctx, caller, func(tx *record.Tx) error { return tx.Note(audit.View, tableAttachment, a.Num, "") })
}

// CaseFile reads a file of a referral that the caller may read, and notes that. The body is to be closed, and the context must
// live as long.
func (d *Desk) CaseFile(ctx context.Context, caller *Caller, urn string, num int64) (file File, body io.ReadSeekCloser, err error) {
	if file, err = d.fileOf(ctx, caller, urn, num); err != nil {
		return file, nil, err
	}
	if err = d.write(ctx, caller, func(tx *record.Tx) error { return tx.Note(audit.View, tableFile, num, "") }); err != nil {
		return file, nil, err
	}
	body, err = d.shelf.Open(ctx, file.Hash)
	return file, body, err
}

// CaseDocument finds a PDF of a referral that the caller may read by its number, and notes that it is read.
func (d *Desk) CaseDocument(ctx context.Context, caller *Caller, urn string, num int64) (found Attachment, err error) {
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := d.readRow(tx, caller, urn)
		if err != nil {
			return err
		}
		all, err := readAttachments(tx, "`a`.`AttachmentNum` = ? AND `a`.`ReferralNum` = ?", store.Int(r.Practice), store.Int(num), store.Int(r.Num))
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return errNoDocument
		}
		found = all[0]
		return tx.Note(audit.View, tableAttachment, num, "")
	})
	return found, err
}
