package loop

import (
	"context"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// wish makes the moves that a hand edit asks for (lifecycle.md §4): the referrer's never drive the provider's states, the
// provider's own do.
func (c *Carrier) wish(ctx context.Context, account *referral.Caller, urn string, o od.OwedReferral) error {
	actor := *account
	actor.Role = lifecycle.Referrer
	if !o.IsOutgoing {
		actor.Role = lifecycle.Provider
	}
	return c.desk.ByChart(ctx, &actor, urn, func(r *lifecycle.Referral) []lifecycle.Event {
		if o.IsOutgoing {
			return byReferrer(r, o)
		}
		return byProvider(r, o, account.Account.Practice)
	})
}

// byReferrer is what the referring practice's edit asks for.
func byReferrer(r *lifecycle.Referral, o od.OwedReferral) []lifecycle.Event {
	status := o.Wish
	if o.IsGone {
		status = dental.RefToDeclined
	}
	switch r.ByReferrer(status) {
	case lifecycle.AskWithdrawal:
		if r.Asked {
			return nil
		}
		text := "The referring practice has set the referral to Declined"
		if o.IsGone {
			text = "The referring practice has removed the referral from its chart"
		}
		return []lifecycle.Event{{Move: lifecycle.AskWithdrawal, Public: text}}
	case lifecycle.Mismatch:
		return []lifecycle.Event{{Move: lifecycle.Mismatch, Public: "The referring practice's chart says " + status.Names()[status]}}
	}
	return nil
}

// byProvider is what the edit of the practice that treats does, with the moves in between.
func byProvider(r *lifecycle.Referral, o od.OwedReferral, practice int64) []lifecycle.Event {
	if open := r.Allocation(); open == nil || open.Provider != practice || o.IsGone {
		return nil // it is no longer this practice's
	}
	if !o.HasWish || o.Wish == r.Meaning().RefToStatus {
		return nil
	}
	moves := r.ByProvider(o.Wish)
	if moves == nil {
		return []lifecycle.Event{{Move: lifecycle.Mismatch, Public: "The provider's chart says " + o.Wish.Names()[o.Wish]}}
	}
	visit := o.NextVisit
	if o.Wish != dental.RefToScheduled {
		visit = r.Last.AddSeconds(1) // it has been: the day is not known here, and the moves are made at once
	}
	var steps []lifecycle.Event
	for _, move := range moves {
		step := lifecycle.Event{Move: move}
		switch move {
		case lifecycle.Book:
			if visit.IsNone() {
				return []lifecycle.Event{{Move: lifecycle.Mismatch, Public: "The provider's chart says Scheduled, and has no appointment"}}
			}
			step.Data.When = visit
		case lifecycle.Discharge:
			step.Data.Outcome, step.Data.Summary = lifecycle.TreatmentComplete, "Complete in the provider's chart"
			if o.Note != "" {
				step.Data.Summary = o.Note
			}
		case lifecycle.Decline:
			step.Reason, step.Public = lifecycle.Other, "Declined in the provider's chart"
		}
		steps = append(steps, step)
	}
	return steps
}

// toCharts tells charts what has become of the referrals that they follow.
func (c *Carrier) toCharts(ctx context.Context) error {
	for after := int64(0); ; {
		owed, err := c.desk.OwedCharts(ctx, after, atOnce)
		if err != nil {
			return err
		}
		for _, o := range owed {
			after = o.Link
			if time.Now().Before(c.held[o.Link]) {
				continue
			}
			delete(c.held, o.Link)
			c.do(ctx, practice.Num(o.Practice), func() error { return c.tell(ctx, o) })
		}
		if len(owed) < atOnce || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// tell brings one chart up to date. Papers that cannot be carried hold up their own delivery alone: it stays owed, and what the chart
// is owed of other referrals is carried.
func (c *Carrier) tell(ctx context.Context, o referral.Owed) error {
	book, release, err := c.practices.Lease(ctx, practice.Num(o.Practice))
	if err != nil {
		return err
	}
	defer release()
	desk := deskOf(book)
	life := lifecycle.Fold(o.Events)
	if o.Side == referral.SideTo {
		if _, err := od.ReceiveReferral(ctx, desk, od.Incoming{
			URN: o.URN, From: o.FromName, RefDate: life.SubmittedAt.Date(), Note: o.Given["note"], First: o.First, Last: o.Last, Birthdate: o.Birthdate,
			Phone: phoneOf(o.Given), Email: o.Given["patient_email"], IsUrgent: life.Priority.Rank() > 0,
		}); err != nil {
			return err
		}
	}
	known := true
	if o.Side == referral.SideFrom && o.IsForm {
		if known, err = noteSent(ctx, desk, o, &life); err != nil {
			return err
		}
	}
	if known {
		if err := od.ApplyProgress(ctx, desk, progress(o, &life)); err != nil {
			return err
		}
		desk.Files = c.files(practice.Num(o.Practice), book)
		if !c.givePapers(ctx, desk, o) {
			return ctx.Err()
		}
	}
	return c.desk.Delivered(ctx, o)
}

// noteSent lets the referring practice's chart know a referral that was sent on a form, as soon as somebody has it who treats. What
// the practice has removed from its chart since is not put there again by the steps that follow.
func noteSent(ctx context.Context, desk od.Desk, o referral.Owed, life *lifecycle.Referral) (known bool, err error) {
	out := od.Outgoing{URN: o.URN, RefDate: life.SubmittedAt.Date(), First: o.First, Last: o.Last, Birthdate: o.Birthdate, Note: o.Given["note"]}
	for _, e := range o.Events {
		if e.To == lifecycle.Sent && e.From != lifecycle.Sent && e.Seq > o.Delivered {
			out.To = e.Data.Name
		}
	}
	return od.NoteSent(ctx, desk, out)
}

// progress is what a chart is told.
func progress(o referral.Owed, life *lifecycle.Referral) od.Progress {
	p := od.Progress{URN: o.URN, Seq: o.Events[len(o.Events)-1].Seq, Status: life.Meaning().RefToStatus, IsOutgoing: o.Side == referral.SideFrom}
	if life.State == lifecycle.Discharged && p.Status == dental.RefToComplete {
		p.Completed = life.Since.Date()
	}
	var step lifecycle.Referral
	for _, e := range o.Events {
		before := step.Meaning().RefToStatus
		if step = step.With(e); step.Meaning().RefToStatus != before {
			p.StatusSeq = e.Seq
		}
		text := lineFor(o.Side, e)
		if text != "" {
			p.Lines = append(p.Lines, od.ProgressLine{Seq: e.Seq, At: e.At, Text: text})
		}
	}
	return p
}

// lineFor is what a step adds to the communication log of the practice on a side; "" where it adds nothing, because it was the
// practice itself, or does not concern it.
func lineFor(side string, e lifecycle.Event) string {
	switch {
	case side == referral.SideTo && e.Move == lifecycle.AskWithdrawal:
		return "The referring practice asks to withdraw the referral"
	case side == referral.SideTo && (e.Move == lifecycle.Withdraw || e.Move == lifecycle.Answer):
		return e.TimelineText()
	case side == referral.SideTo || e.Role == lifecycle.Referrer:
		return ""
	case e.Move == lifecycle.Discharge || e.Move == lifecycle.EndEarly || e.Move == lifecycle.NotAttended:
		// What there is to do comes first, as in the letter.
		actions := e.Data.Actions
		if actions != "" {
			actions = "To do: " + actions
		}
		return saying("Discharged: "+string(e.Data.Outcome), actions, e.Data.Summary, e.Public)
	case !e.Data.When.IsNone():
		return saying(e.TimelineText()+" for "+e.Data.When.String()[:len("2026-11-02 09:30")], e.Public)
	case e.Reason != "":
		return saying(e.TimelineText(), e.Reason.Text(), e.Public)
	case e.Move == lifecycle.Message:
		return e.Public
	}
	return saying(e.TimelineText(), e.Public)
}

// saying is a line with what belongs to it, in sentences.
func saying(line string, more ...string) string {
	for _, text := range more {
		if text = strings.TrimSuffix(strings.TrimSpace(text), "."); line != "" && text != "" {
			line += ". " + text
		}
	}
	return line
}
