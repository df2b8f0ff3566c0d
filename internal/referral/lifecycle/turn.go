package lifecycle

import (
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// Turn says whose turn a referral is: one party, one next step, one due moment. A closed referral has none.
type Turn struct {
	Party Role
	Step  string // in the imperative: "answer the request for information"
	Due   dental.DateTime
}

// IsNone tells that nobody has to act.
func (t Turn) IsNone() bool { return t.Party == "" }

// Turn is whose turn it is. Each referral that is not closed has exactly one, whatever has happened to it.
func (r *Referral) Turn(rules *Rules) Turn {
	targets := rules.targets(r.Priority)
	switch r.State {
	case Prepared:
		return Turn{Referrer, "fill in the form and submit it", r.Made.AddSeconds(rules.KeptUnsubmitted * day)}
	case Draft:
		return Turn{Referrer, "complete the draft and submit it", r.Made.AddSeconds(rules.KeptUnsubmitted * day)}
	case Submitted:
		return Turn{System, "make the documents", r.SubmittedAt.AddSeconds(rules.DocumentsWithin)}
	case WithTriage:
		return Turn{Triager, "triage", rules.afterWorkingDays(r.TriageSince, targets.Triage)}
	case Pending:
		return Turn{Approver, "confirm or change the proposal", rules.afterWorkingDays(r.Since, targets.Approve)}
	case InfoRequested:
		return Turn{Referrer, "answer the request for information", r.AskedAt.AddSeconds(rules.AnswerWithin * day)}
	case WaitingList:
		return Turn{Administrator, "find a place with a provider", r.treatmentDue(targets)}
	case Sent:
		return Turn{Provider, "open and accept, or say why not", rules.afterWorkingDays(r.SentAt, targets.Accept)}
	case Received:
		return Turn{Provider, "accept, or say why not", rules.afterWorkingDays(r.SentAt, targets.Accept)}
	case Accepted:
		return Turn{Provider, "contact the patient", r.firstVisit(targets, rules.afterWorkingDays(r.AcceptedAt, targets.Contact))}
	case Contacted:
		return Turn{Provider, "book the patient", r.firstVisit(targets, rules.afterWorkingDays(r.Since, targets.Contact))}
	case Booked:
		return Turn{Provider, "note what came of the appointment", rules.afterWorkingDays(r.Appointment, targets.Record)}
	case Assessed:
		return Turn{Provider, "treat, set a review, or discharge", later(r.treatmentDue(targets), rules.afterWorkingDays(r.Since, targets.Contact))}
	case InTreatment:
		return Turn{Provider, "go on, set a review, or discharge", r.Since.AddSeconds(targets.Discharge * day)}
	case UnderReview:
		return Turn{Provider, "book the review, or discharge", rules.afterWorkingDays(r.ReviewBy.At(0), 0)}
	}
	return Turn{}
}

// treatmentDue is when treatment should have begun.
func (r *Referral) treatmentDue(targets Targets) dental.DateTime {
	return r.SubmittedAt.AddSeconds(targets.Treatment * day)
}

// firstVisit is due, but not after the day on which a suspected cancer has to be seen.
func (r *Referral) firstVisit(targets Targets, due dental.DateTime) dental.DateTime {
	if targets.FirstVisit == 0 {
		return due
	}
	if by := r.DecidedAt.AddSeconds(targets.FirstVisit * day); by.Before(due) {
		return by
	}
	return due
}

func later(a, b dental.DateTime) dental.DateTime {
	if a.Before(b) {
		return b
	}
	return a
}

// Overdue tells that the turn should have been taken.
func (t Turn) Overdue(now dental.DateTime) bool { return !t.IsNone() && t.Due.Before(now) }

// EscalateAfter is how many seconds a turn may be overdue before the referral centre is told, besides the party.
const EscalateAfter = 5 * day

// Watchers are who should see that a turn is overdue: at once the party, after five days the referral centre
// too. A turn that is not overdue has none.
func (t Turn) Watchers(now dental.DateTime) []Role {
	switch {
	case !t.Overdue(now):
		return nil
	case t.Party == Administrator || !t.Due.AddSeconds(EscalateAfter).Before(now):
		return []Role{t.Party}
	}
	return []Role{t.Party, Administrator}
}

// Due is the move that the server makes by itself as soon as it may, "" when there is none: documents that take too
// long, forms that nobody submits, requests that nobody answers.
func (r *Referral) Due(now dental.DateTime, rules *Rules) Move {
	for _, move := range []Move{Queue, Expire, RejectUnanswered} {
		t := find(move)
		e := Event{Move: move, Role: System, At: now}
		if r.refusal(t, System) == "" && t.guard(r, e, rules) == "" {
			return move
		}
	}
	return ""
}

// EndOfMonth is the last day of a month, which a review is due by.
func EndOfMonth(year int, month time.Month) dental.Date {
	return dental.DateOf(time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC))
}
