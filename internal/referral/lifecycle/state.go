// Package lifecycle knows the life of a referral: its states, the moves between them and who may make
// them, whose turn it is and until when, and how each of the other systems calls a state. It stores
// nothing: a referral is the fold of its events (spec dental-referrals/lifecycle.md).
package lifecycle

// State is where a referral is.
type State string

// The states, in the order of the document.
const (
	None           State = "" // before the first event
	Prepared       State = "prepared"
	Draft          State = "draft"
	Expired        State = "expired"
	Submitted      State = "submitted"
	WithTriage     State = "with_triage"
	InfoRequested  State = "info_requested"
	Pending        State = "pending_approval"
	WaitingList    State = "waiting_list"
	Sent           State = "sent"
	Received       State = "received"
	Accepted       State = "accepted"
	Contacted      State = "contacted"
	Booked         State = "booked"
	Assessed       State = "assessed"
	InTreatment    State = "in_treatment"
	UnderReview    State = "under_review"
	Discharged     State = "discharged"
	Rejected       State = "rejected"
	Withdrawn      State = "withdrawn"
	EnteredInError State = "entered_in_error"
)

// States lists all states in the order of the document.
func States() []State {
	return []State{
		Prepared, Draft, Expired, Submitted, WithTriage, InfoRequested, Pending, WaitingList, Sent, Received,
		Accepted, Contacted, Booked, Assessed, InTreatment, UnderReview, Discharged, Rejected, Withdrawn, EnteredInError,
	}
}

// Closed tells that nobody has to do anything any more. A rejected referral may still be submitted anew, and a
// discharged one reopened within days.
func (s State) Closed() bool {
	switch s {
	case Expired, Discharged, Rejected, Withdrawn, EnteredInError:
		return true
	}
	return false
}

// BeforeSubmission tells that the form has not come in.
func (s State) BeforeSubmission() bool {
	switch s {
	case None, Prepared, Draft, Expired:
		return true
	}
	return false
}

// Allocated tells that a provider has the referral.
func (s State) Allocated() bool {
	switch s {
	case Sent, Received, Accepted, Contacted, Booked, Assessed, InTreatment, UnderReview:
		return true
	}
	return false
}

// Role is in what capacity somebody acts.
type Role string

// The roles.
const (
	Referrer      Role = "referrer"
	Administrator Role = "administrator" // of the referral centre
	Triager       Role = "triager"
	Approver      Role = "approver"
	Provider      Role = "provider"
	Patient       Role = "patient"
	System        Role = "system"
)

// Priority is how urgent a referral is.
type Priority string

// The priorities, the least urgent first.
const (
	Routine Priority = "routine"
	Urgent  Priority = "urgent"
	USC     Priority = "usc" // suspected cancer
)

// Rank orders priorities: the higher the more urgent.
func (p Priority) Rank() int {
	switch p {
	case USC:
		return 2
	case Urgent:
		return 1
	}
	return 0
}
