package referral

// State is how far a referral is.
type State string

// The states.
const (
	StatePrepared        State = "prepared"
	StateDraft           State = "draft"
	StateExpired         State = "expired"
	StateSubmitted       State = "submitted"
	StateWithTriage      State = "with_triage"
	StateInfoRequested   State = "info_requested"
	StatePendingApproval State = "pending_approval"
	StateWaitingList     State = "waiting_list"
	StateSent            State = "sent"
	StateReceived        State = "received"
	StateAccepted        State = "accepted"
	StateContacted       State = "contacted"
	StateBooked          State = "booked"
	StateAssessed        State = "assessed"
	StateInTreatment     State = "in_treatment"
	StateUnderReview     State = "under_review"
	StateDischarged      State = "discharged"
	StateRejected        State = "rejected"
	StateWithdrawn       State = "withdrawn"
	StateEnteredInError  State = "entered_in_error"
)

// Open tells whether the form can still be filled in.
func (s State) Open() bool { return s == StatePrepared || s == StateDraft }

// Text is what the Dental Referrals API V2 answers as referral_status. to is whom the referral is with: a provider,
// a provider and a clinician, or a list; for one that has ended, how.
func (s State) Text(to string) string {
	switch s {
	case StatePrepared, StateDraft, StateExpired:
		return "Not Received"
	case StateSubmitted:
		return "Entered on System"
	case StateWithTriage, StatePendingApproval:
		return "With Triage"
	case StateInfoRequested:
		return "Returned: More Information Required"
	case StateDischarged:
		return "Discharged: " + to
	case StateRejected:
		return "Rejected: " + to
	case StateWithdrawn:
		return "Withdrawn"
	case StateEnteredInError:
		return "Entered in Error"
	default:
		return "Sent to: " + to
	}
}

// Role says as what somebody acts.
type Role string

// The roles.
const (
	RoleReferrer      Role = "referrer"
	RoleAdministrator Role = "administrator"
	RoleTriager       Role = "triager"
	RoleApprover      Role = "approver"
	RoleProvider      Role = "provider"
	RolePatient       Role = "patient"
	RoleSystem        Role = "system"
)

// Move is the kind of a step, "T03".
type Move string

// The moves of a referral until it is in the queue.
const (
	MovePrepare   Move = "T01"
	MoveDraft     Move = "T02"
	MoveSubmit    Move = "T03"
	MoveExpire    Move = "T04"
	MoveDiscard   Move = "T05"
	MoveReachDesk Move = "T06"
)
