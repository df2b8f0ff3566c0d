package clerk

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/paper"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// write makes the letter of a step and stores it.
func (c *Clerk) write(ctx context.Context, job referral.Job) (err error) {
	letter, err := c.desk.Letter(ctx, job.Referral, job.Version)
	if err != nil {
		return err
	}
	c.step("drawing")
	file, err := spooled(func(w io.Writer) error { return paper.WriteLetter(ctx, w, lay(letter)) })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	c.step("drawn")
	return c.desk.LetterReady(ctx, job.Referral, job.Version, letter.URN+"_letter.pdf", file)
}

// lay puts a letter into words: what there is to do comes first, then what was found and done, then the dates.
func lay(l *referral.Letter) paper.Letter {
	e := l.Step
	sheet := paper.Letter{
		URN: l.URN, WrittenAt: clockOf(e.At), From: on(l.From), To: on(l.To), Referrer: l.Referrer,
		FirstName: l.PatientFirst, LastName: l.PatientLast, Born: l.BirthDate, NHSNumber: l.NHSNumber,
	}
	// Who acts by a link has no name of their own here: the practice's stands there already.
	if e.Role != lifecycle.System && e.ActorName != l.From.Name {
		sheet.Signed = e.ActorName
	}
	if e.To == lifecycle.Discharged {
		sheet.Title, sheet.Verdict = "Outcome of the referral", string(e.Data.Outcome)
		sheet.IsAdverse = e.Data.Outcome == lifecycle.DidNotAttend || e.Data.Outcome == lifecycle.NotSuitable
	} else {
		sheet.Title, sheet.Verdict, sheet.IsAdverse = "The referral is returned to you", rejection(e), true
	}
	sheet.Actions = actionsOf(e)
	sheet.Parts = []paper.LetterPart{{Heading: "Findings and treatment", Text: e.Data.Summary}, {Heading: "Message", Text: e.Public}}
	for _, fact := range []struct {
		label string
		at    dental.DateTime
	}{{"Referred on", l.Life.SubmittedAt}, {"Sent to us on", sentAt(l)}, {"Accepted on", l.Life.AcceptedAt}, {"Appointment on", l.Life.Appointment}, {"Ended on", e.At}} {
		if !fact.at.IsNone() {
			sheet.Facts = append(sheet.Facts, paper.Fact{Label: fact.label, Text: clockOf(fact.at).Format("2 January 2006")})
		}
	}
	if e.Data.Tier != "" {
		sheet.Facts = append(sheet.Facts, paper.Fact{Label: "Level of care", Text: e.Data.Tier})
	}
	return sheet
}

// rejection is why a referral comes back.
func rejection(e lifecycle.Event) string {
	switch {
	case e.Move == lifecycle.RejectNoContact:
		return "The patient could not be reached"
	case e.Reason != "" && e.Reason != lifecycle.Other:
		return e.Reason.Text()
	}
	return "See the message below"
}

// actionsOf are what the referring practice has to do: as it was said, and where nothing was, what follows from how it ended.
func actionsOf(e lifecycle.Event) (actions []string) {
	for line := range strings.Lines(e.Data.Actions) {
		if line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "-•*")); line != "" {
			actions = append(actions, line)
		}
	}
	if len(actions) > 0 {
		return actions
	}
	switch {
	case e.Move == lifecycle.RejectNoContact:
		return []string{"Check the telephone number and the address with the patient.", "Refer again when the patient can be reached."}
	case e.Move == lifecycle.RejectUnanswered:
		return []string{"Answer what was asked, and resubmit the referral."}
	case e.To == lifecycle.Rejected:
		return []string{"Tell the patient that the referral came back.", "Put right what is missing and resubmit it, or treat the patient in your practice."}
	case e.Data.Outcome == lifecycle.DidNotAttend:
		return []string{"Speak to the patient. Refer again if treatment is still needed."}
	}
	return []string{"None: go on with the patient's usual care."}
}

// sentAt is when the provider got the referral, none where the referral centre ended it.
func sentAt(l *referral.Letter) dental.DateTime {
	if l.Step.Role != lifecycle.Provider {
		return dental.DateTime{}
	}
	return l.Life.SentAt
}

func on(of referral.Account) paper.Practice {
	return paper.Practice{Name: of.Name, Address: of.Address, Phone: of.Phone, Email: of.Email}
}

// clockOf is the clock on the wall, as it was: a document has no other zone.
func clockOf(at dental.DateTime) time.Time {
	moment, _ := time.Parse(dental.DateTimeLayout, at.String())
	return moment
}
