package lifecycle

import "strings"

// StatusText is the referral's state as V2's referral_status says it (lifecycle.md §2). While a provider has it the text
// stays "Sent to: …", because that is what integrators match; the finer state is in the timeline.
func (r *Referral) StatusText() string {
	switch {
	case r.State.BeforeSubmission():
		return "Not Received"
	case r.State.Allocated():
		return "Sent to: " + r.providerText()
	}
	switch r.State {
	case Submitted:
		return "Entered on System"
	case WithTriage, Pending:
		return "With Triage"
	case InfoRequested:
		return "Returned: More Information Required"
	case WaitingList:
		return "Sent to: " + r.List
	case Discharged:
		return "Discharged: " + string(r.Outcome)
	case Rejected:
		return "Rejected: " + r.Reason.Text()
	case Withdrawn:
		return "Withdrawn"
	}
	return "Entered in Error"
}

func (r *Referral) providerText() string {
	a := r.Allocation()
	if a == nil {
		return ""
	}
	if a.Clinician == "" {
		return a.Name
	}
	return a.Name + " - " + a.Clinician
}

// Reading is a state as far as a V2 text tells it: the state itself, or an earlier one where the text does not say
// how far it is. unknown is for a text of another's words, which is kept as it is.
func Reading(text string) (state State, known bool) {
	switch text {
	case "Not Received":
		return Prepared, true
	case "Entered on System":
		return Submitted, true
	case "With Triage":
		return WithTriage, true
	case "Withdrawn":
		return Withdrawn, true
	case "Entered in Error":
		return EnteredInError, true
	}
	for _, p := range []struct {
		prefix string
		state  State
	}{{"Sent to: ", Sent}, {"Returned: ", InfoRequested}, {"Rejected: ", Rejected}, {"Discharged: ", Discharged}} {
		if strings.HasPrefix(text, p.prefix) {
			return p.state, true
		}
	}
	return "", false
}

// TimelineText is the line of the timeline that a move adds for the referring side and the patient; "" where it adds
// none. It never holds a text that somebody wrote.
func (e Event) TimelineText() string {
	switch e.Move {
	case Submit:
		return "Referral received"
	case Queue:
		return "Waiting to be assessed"
	case RequestInfo:
		return "More information was asked for"
	case Answer:
		return "The dentist has answered"
	case AutoRoute, Allocate, TakeOffList, Redirect:
		return "Sent to " + e.Data.Name
	case PutOnList:
		if isNamedSo(e.Data.Name) {
			return "On the " + e.Data.Name
		}
		return "On the waiting list " + e.Data.Name
	case RejectAtTriage, RejectUnanswered, Decline, RejectNoContact:
		return "Returned to the dentist"
	case Return:
		return "Being assessed again"
	case Receive:
		return "Provider received referral"
	case Accept:
		return "Provider accepted referral"
	case Contact, Unbook:
		return "Patient contacted"
	case Book, Rebook, BookReview:
		return "Appointment booked"
	case Assess:
		return "Patient assessed"
	case Treat:
		return "In treatment"
	case Review:
		return "Waiting for review"
	case Discharge, EndEarly, NotAttended:
		return "Discharged"
	case Withdraw:
		return "Withdrawn"
	case Reopen:
		return "Treatment goes on"
	}
	return ""
}

// TrackerText is what a patient reads who asks with the URN and the date of birth (lifecycle.md §5): no name of theirs,
// no diagnosis, no comments, no files. The day of an appointment is for who may be texted. "" is not found.
func (r *Referral) TrackerText(mayBeTexted bool) string {
	switch r.State {
	case Prepared, Draft, Expired:
		return "We have not received this referral. Please ask your dentist."
	case Submitted, WithTriage, Pending:
		return "We received your referral on " + r.SubmittedAt.Date().Words() + ". It is being assessed."
	case InfoRequested:
		return "We asked your dentist for more information."
	case WaitingList:
		if isNamedSo(r.List) {
			return "You are on the " + r.List + ". It cannot be contacted yet."
		}
		return "You are on the waiting list of " + r.List + ". They cannot be contacted yet."
	case Sent, Received:
		return "Your referral was sent to " + r.Allocation().Name + "."
	case Accepted, Contacted:
		return r.Allocation().Name + " has accepted your referral and will contact you, normally within 10 working days."
	case Booked:
		if mayBeTexted {
			return "An appointment with " + r.Allocation().Name + " is booked for " + r.Appointment.Date().Words() + "."
		}
		return "An appointment with " + r.Allocation().Name + " is booked."
	case Assessed, InTreatment, UnderReview:
		return "You are under the care of " + r.Allocation().Name + "."
	case Discharged:
		return "This referral was finished on " + r.Since.Date().Words() + ". Please speak to your dentist."
	case Rejected:
		return "This referral went back to your dentist. Please speak to them."
	case Withdrawn:
		return "This referral was withdrawn."
	}
	return ""
}

// isNamedSo tells that a waiting list's name says already that it is one.
func isNamedSo(list string) bool { return strings.HasSuffix(strings.ToLower(list), "waiting list") }

// plain is the state within a sentence: "the referral is with triage".
func (s State) plain() string {
	switch s {
	case None:
		return "not there yet"
	case InfoRequested:
		return "waiting for the referrer's answer"
	case Pending:
		return "waiting for a second person"
	case WaitingList:
		return "on a waiting list"
	case Sent:
		return "sent to a provider"
	case Received:
		return "received by the provider"
	}
	return strings.ReplaceAll(string(s), "_", " ")
}
