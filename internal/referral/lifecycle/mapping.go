package lifecycle

import "github.com/bridgework-dental/bridgework/internal/dental"

// Meaning is what a state is called in the other systems (lifecycle.md §4).
type Meaning struct {
	RefToStatus dental.RefToStatus // Open Dental, for the referring practice's outgoing referral
	Request     string             // FHIR ServiceRequest.status
	Task        string             // FHIR Task.status, of the provider's task from Sent on
	Business    string             // BSeR's business status, or our own code
	Salesforce  string             // ClinicalServiceRequest.Status
	IsAccepted  bool               // ClinicalServiceRequest.IsAccepted
}

// Meaning maps the state.
func (r *Referral) Meaning() Meaning {
	switch r.State {
	case Prepared, Draft:
		return Meaning{dental.RefToNone, "draft", "draft", "prepared", "Draft", false}
	case Expired:
		return Meaning{dental.RefToNone, "revoked", "cancelled", "6.0", "Revoked", false}
	case Submitted:
		return Meaning{dental.RefToNone, "active", "requested", "2.0", "Active", false}
	case WithTriage, Pending:
		return Meaning{dental.RefToNone, "active", "received", "with-triage", "Active", false}
	case InfoRequested:
		return Meaning{dental.RefToNone, "on-hold", "on-hold", "info-requested", "On-Hold", false}
	case WaitingList:
		return Meaning{dental.RefToNone, "active", "accepted", "waiting-list", "Active", false}
	case Sent:
		return Meaning{dental.RefToNone, "active", "requested", "2.0", "Active", false}
	case Received:
		return Meaning{dental.RefToNone, "active", "received", "provider-received", "Active", false}
	case Accepted:
		return Meaning{dental.RefToNone, "active", "accepted", "3.0", "Active", true}
	case Contacted:
		return Meaning{dental.RefToNone, "active", "accepted", r.contactedCode(), "Active", true}
	case Booked:
		return Meaning{dental.RefToScheduled, "active", "in-progress", "5.1.1", "Active", true}
	case Assessed:
		return Meaning{dental.RefToConsulted, "active", "in-progress", "5.1.4", "Active", true}
	case InTreatment:
		return Meaning{dental.RefToInTreatment, "active", "in-progress", "in-treatment", "Active", true}
	case UnderReview:
		return Meaning{dental.RefToInTreatment, "active", "in-progress", "under-review", "Active", true}
	case Discharged:
		return r.discharged()
	case Rejected:
		task := "rejected"
		if r.Was {
			task = "failed"
		}
		return Meaning{dental.RefToDeclined, "revoked", task, "4.0", "Revoked", false}
	case Withdrawn:
		return Meaning{dental.RefToDeclined, "revoked", "cancelled", "6.0", "Revoked", r.Was}
	}
	return Meaning{dental.RefToNone, "entered-in-error", "entered-in-error", "", "Entered-in-Error", false}
}

// contactedCode: after an appointment was cancelled, that is what is told.
func (r *Referral) contactedCode() string {
	if r.Unbooked {
		return "5.1.3"
	}
	return "3.0"
}

func (r *Referral) discharged() Meaning {
	switch r.Outcome {
	case DidNotAttend:
		return Meaning{dental.RefToDeclined, "revoked", "failed", "5.1.2", "Revoked", true}
	case PatientDeclined, NotSuitable:
		return Meaning{dental.RefToDeclined, "revoked", "failed", "6.0", "Revoked", true}
	}
	return Meaning{dental.RefToComplete, "completed", "completed", "7.0", "Completed", true}
}

// Commands that a hand edit of RefToStatus gives. A referrer may not drive the provider's states.

// ByReferrer is what the referring practice's own edit of RefToStatus asks for; "" is nothing.
func (r *Referral) ByReferrer(status dental.RefToStatus) Move {
	switch {
	case r.State.Closed() || r.State.BeforeSubmission() || status == dental.RefToNone || status == r.Meaning().RefToStatus:
		return ""
	case status == dental.RefToDeclined:
		return AskWithdrawal
	}
	return Mismatch
}

// ByProvider is what the providing practice's own edit of RefToStatus does: the moves that lead there, of which
// all but the last are made by the server in the provider's name, at the same time. It is nil where nothing leads there.
func (r *Referral) ByProvider(status dental.RefToStatus) []Move {
	if status == dental.RefToDeclined {
		switch r.State {
		case Sent, Received, Accepted, Contacted:
			return []Move{Decline}
		}
		return nil
	}
	want, ok := map[dental.RefToStatus]State{
		dental.RefToScheduled: Booked, dental.RefToConsulted: Assessed, dental.RefToInTreatment: InTreatment, dental.RefToComplete: Discharged,
	}[status]
	if !ok {
		return nil
	}
	var moves []Move
	for state := r.State; state != want; {
		var move Move
		switch state {
		case Sent, Received:
			move, state = Accept, Accepted
		case Accepted, Contacted:
			move, state = Book, Booked
		case Booked:
			move, state = Assess, Assessed
		case Assessed, UnderReview:
			move, state = Treat, InTreatment
			if want == Discharged {
				move, state = Discharge, Discharged
			}
		case InTreatment:
			move, state = Discharge, Discharged
			if want != Discharged {
				return nil // backwards
			}
		default:
			return nil
		}
		if moves = append(moves, move); len(moves) > 8 {
			return nil
		}
	}
	return moves
}
