package lifecycle

import (
	"fmt"
	"slices"
)

// The guards of the document's table that are more than a need. Each returns why the move cannot be made, a clause
// that follows "because", or "".

func guardSubmit(_ *Referral, e Event, _ *Rules) string {
	switch {
	case e.Data.Priority != Routine && e.Data.Priority != Urgent && e.Data.Priority != USC:
		return "the priority must be routine, urgent or usc"
	case e.Data.Version != 1:
		return "what is submitted is version 1 of the answers"
	}
	return ""
}

func guardExpire(r *Referral, e Event, rules *Rules) string {
	if until := r.Made.AddSeconds(rules.KeptUnsubmitted * day); e.At.Before(until) {
		return fmt.Sprintf("it is kept until %s", until)
	}
	return ""
}

func guardQueue(r *Referral, e Event, rules *Rules) string {
	if until := r.SubmittedAt.AddSeconds(rules.DocumentsWithin); !e.Data.FilesReady && e.At.Before(until) {
		return fmt.Sprintf("its documents are being made, until %s at the latest", until)
	}
	return ""
}

func guardAnswer(r *Referral, e Event, _ *Rules) string {
	switch {
	case e.Data.Version != r.Version+1:
		return fmt.Sprintf("the next version of the answers is %d", r.Version+1)
	case e.Data.Priority != "" && (e.Data.Priority == USC) != (r.Priority == USC):
		return "a suspected cancer has a form of its own"
	}
	return ""
}

func guardApprovalOn(_ *Referral, _ Event, rules *Rules) string {
	if !rules.Approval {
		return "this area needs no second person; send it at once"
	}
	return ""
}

// guardApproval: where a second person confirms, it is not the one who proposed.
func guardApproval(r *Referral, e Event, rules *Rules) string {
	switch {
	case r.State == WithTriage && rules.Approval:
		return "this area wants a second person to confirm; propose it"
	case r.State == Pending && r.Proposal != nil && r.Proposal.By == e.Actor:
		return "who has proposed it cannot confirm it; somebody else has to"
	}
	return ""
}

func guardUnanswered(r *Referral, e Event, rules *Rules) string {
	if until := r.AskedAt.AddSeconds(rules.AnswerWithin * day); e.At.Before(until) {
		return fmt.Sprintf("the referrer has until %s to answer", until.Words())
	}
	return ""
}

func guardRedirect(r *Referral, e Event, _ *Rules) string {
	if open := r.Allocation(); open != nil && open.Provider == e.Data.Provider && e.Data.Provider != 0 {
		return "it is with this provider already; choose another one"
	}
	return ""
}

// guardDecline: a patient who does not answer is returned after as many attempts as the area wants, by a move of its own.
func guardDecline(_ *Referral, e Event, _ *Rules) string {
	if e.Reason == NotContactable {
		return "for a patient who cannot be reached there is a move of its own, after the attempts that the area wants"
	}
	return ""
}

func guardNoContact(r *Referral, _ Event, rules *Rules) string {
	if r.Attempts < rules.Attempts {
		return fmt.Sprintf("%d of the %d attempts to reach the patient are noted", r.Attempts, rules.Attempts)
	}
	return ""
}

func guardOutcome(allowed ...Outcome) func(*Referral, Event, *Rules) string {
	return func(_ *Referral, e Event, _ *Rules) string {
		if !slices.Contains(allowed, e.Data.Outcome) {
			return "the outcome must be one of " + outcomeNames(allowed)
		}
		return ""
	}
}

func guardAssess(r *Referral, e Event, _ *Rules) string {
	if e.At.Before(r.Appointment.Date().At(0)) {
		return "the appointment is on " + r.Appointment.Date().Words()
	}
	return ""
}

func guardResubmit(r *Referral, _ Event, _ *Rules) string {
	if r.ReplacedBy != "" {
		return "it was resubmitted as " + r.ReplacedBy
	}
	return ""
}

func guardReopen(r *Referral, e Event, rules *Rules) string {
	switch until := r.Since.AddSeconds(rules.ReopenWithin * day); {
	case until.Before(e.At):
		return "it could be reopened until " + until.Words()
	case len(r.Allocations) == 0:
		return "no provider has had it"
	}
	return ""
}

func guardAsked(r *Referral, _ Event, _ *Rules) string {
	if r.Asked {
		return "withdrawal was asked for already"
	}
	return ""
}

func guardMessage(_ *Referral, e Event, _ *Rules) string {
	if e.Public == "" && e.Internal == "" {
		return "there is no text"
	}
	return ""
}
