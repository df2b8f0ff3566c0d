package lifecycle

import "slices"

// Move is a step that somebody makes, named by its id in the document.
type Move string

// The moves, by their ids.
const (
	Prepare          Move = "T01"
	SaveDraft        Move = "T02"
	Submit           Move = "T03"
	Expire           Move = "T04"
	DropDraft        Move = "T05"
	Queue            Move = "T06"
	AutoRoute        Move = "T07"
	RequestInfo      Move = "T08"
	Answer           Move = "T09"
	Propose          Move = "T10"
	Allocate         Move = "T11"
	PutOnList        Move = "T12"
	TakeOffList      Move = "T13"
	RejectAtTriage   Move = "T14"
	RejectUnanswered Move = "T15"
	Receive          Move = "T16"
	Accept           Move = "T17"
	Return           Move = "T18"
	Redirect         Move = "T19"
	Decline          Move = "T20"
	Contact          Move = "T21"
	Book             Move = "T22"
	Rebook           Move = "T23"
	Unbook           Move = "T24"
	RejectNoContact  Move = "T25"
	NotAttended      Move = "T26"
	Assess           Move = "T27"
	Treat            Move = "T28"
	Review           Move = "T29"
	BookReview       Move = "T30"
	Discharge        Move = "T31"
	EndEarly         Move = "T32"
	Withdraw         Move = "T33"
	EnterInError     Move = "T34"
	Resubmit         Move = "T35"
	Reopen           Move = "T36"

	// What is noted and changes no state.
	Attempt       Move = "N01" // one more attempt to reach a patient who was contacted already
	AskWithdrawal Move = "N02" // the referrer's own system says Declined: withdrawal is asked for
	Mismatch      Move = "N03" // the referrer's own system says what the referral is not
	Message       Move = "N04" // a message of the thread, or an internal note
)

func (m Move) isNote() bool { return m != "" && m[0] == 'N' || m == Resubmit }

// transition is a line of the document's table.
type transition struct {
	move  Move
	verb  string // as a button says it
	from  []State
	to    State // "" where the state stays
	by    []Role
	needs []need
	guard func(r *Referral, e Event, rules *Rules) (why string)
}

// need is what a move must come with.
type need uint8

const (
	needReason     need = iota // a reason code; Other with a text
	needText                   // a text for the other side
	needVersion                // new answers
	needProvider               // a provider, by number and name
	needList                   // a waiting list
	needTier                   // the level of care
	needWhen                   // a date in the future
	needReviewBy               // the end of the month of the review
	needSummary                // what the referrer has to know and do
	needConfirmed              // a second confirmation
	needReplacedBy             // the URN of the new referral
	needTarget                 // a provider or a waiting list
)

var (
	opened     = []State{Submitted, WithTriage, InfoRequested, Pending, WaitingList, Sent, Received, Accepted, Contacted, Booked, Assessed, UnderReview}
	afterwards = append(slices.Clone(opened), InTreatment, Discharged, Rejected, Withdrawn)
	atProvider = []State{Sent, Received, Accepted, Assessed}
)

// transitions is the table of spec lifecycle.md §3, in its order.
var transitions = []transition{
	{Prepare, "prepare the form", []State{None}, Prepared, []Role{Referrer}, nil, nil},
	{SaveDraft, "save a draft", []State{None}, Draft, []Role{Referrer}, nil, nil},
	{Submit, "submit", []State{None, Prepared, Draft}, Submitted, []Role{Referrer}, []need{needVersion}, guardSubmit},
	{Expire, "let it expire", []State{Prepared, Draft}, Expired, []Role{System}, nil, guardExpire},
	{DropDraft, "delete the draft", []State{Draft}, Withdrawn, []Role{Referrer}, nil, nil},
	{Queue, "put it before the triagers", []State{Submitted}, WithTriage, []Role{System}, nil, guardQueue},
	{AutoRoute, "send it by the area's rule", []State{Submitted, WithTriage}, Sent, []Role{System}, []need{needProvider}, nil},
	{RequestInfo, "ask for more information", []State{WithTriage, Pending}, InfoRequested, []Role{Triager, Approver}, []need{needReason, needText}, nil},
	{Answer, "answer", []State{InfoRequested}, WithTriage, []Role{Referrer}, []need{needVersion}, guardAnswer},
	{Propose, "propose where it goes", []State{WithTriage}, Pending, []Role{Triager}, []need{needTier, needTarget}, guardApprovalOn},
	{Allocate, "send it to a provider", []State{WithTriage, Pending}, Sent, []Role{Triager, Approver}, []need{needProvider}, guardApproval},
	{PutOnList, "put it on a waiting list", []State{WithTriage, Pending}, WaitingList, []Role{Triager, Approver}, []need{needList}, guardApproval},
	{TakeOffList, "send it from the waiting list", []State{WaitingList}, Sent, []Role{Administrator, System}, []need{needProvider}, nil},
	{RejectAtTriage, "reject", []State{WithTriage, Pending}, Rejected, []Role{Triager, Approver}, []need{needReason}, nil},
	{RejectUnanswered, "reject what was not answered", []State{InfoRequested}, Rejected, []Role{System, Administrator}, nil, guardUnanswered},
	{Receive, "acknowledge receipt", []State{Sent}, Received, []Role{Provider, System}, nil, nil},
	{Accept, "accept", []State{Sent, Received}, Accepted, []Role{Provider}, nil, nil},
	{Return, "return to the referral centre", atProvider, WithTriage, []Role{Provider}, []need{needReason}, nil},
	{Redirect, "send on to another provider", atProvider, Sent, []Role{Provider}, []need{needText, needProvider}, guardRedirect},
	{Decline, "decline", []State{Sent, Received, Accepted, Contacted}, Rejected, []Role{Provider}, []need{needReason}, guardDecline},
	{Contact, "note a contact with the patient", []State{Accepted}, Contacted, []Role{Provider}, nil, nil},
	{Book, "book", []State{Accepted, Contacted}, Booked, []Role{Provider}, []need{needWhen}, nil},
	{Rebook, "book another date", []State{Booked}, Booked, []Role{Provider}, []need{needWhen, needReason}, nil},
	{Unbook, "cancel the appointment", []State{Booked}, Contacted, []Role{Provider}, nil, nil},
	{RejectNoContact, "return a patient who cannot be reached", []State{Accepted, Contacted}, Rejected, []Role{Provider}, nil, guardNoContact},
	{NotAttended, "note that the patient did not attend", []State{Booked}, Discharged, []Role{Provider}, nil, guardOutcome(DidNotAttend)},
	{Assess, "note the assessment", []State{Booked}, Assessed, []Role{Provider}, nil, guardAssess},
	{Treat, "begin treatment", []State{Assessed, UnderReview}, InTreatment, []Role{Provider}, nil, nil},
	{Review, "set a review", []State{Assessed, InTreatment}, UnderReview, []Role{Provider}, []need{needReviewBy}, nil},
	{BookReview, "book the review", []State{UnderReview}, Booked, []Role{Provider}, []need{needWhen}, nil},
	{Discharge, "discharge", []State{Assessed, InTreatment, UnderReview}, Discharged, []Role{Provider}, []need{needSummary}, guardOutcome(Outcomes()...)},
	{EndEarly, "discharge before treatment", []State{Accepted, Contacted, Booked}, Discharged, []Role{Provider}, nil, guardOutcome(PatientDeclined, NotSuitable, AdviceGiven)},
	{Withdraw, "withdraw", opened, Withdrawn, []Role{Referrer, Administrator}, []need{needReason}, nil},
	{EnterInError, "mark as entered in error", afterwards, EnteredInError, []Role{Administrator}, []need{needReason, needConfirmed}, nil},
	{Resubmit, "resubmit", []State{Rejected}, "", []Role{Referrer}, []need{needReplacedBy}, guardResubmit},
	{Reopen, "reopen", []State{Discharged}, Assessed, []Role{Provider}, []need{needReason}, guardReopen},

	{Attempt, "note another attempt to reach the patient", []State{Contacted}, "", []Role{Provider}, nil, nil},
	{AskWithdrawal, "ask for withdrawal", append(slices.Clone(opened), InTreatment), "", []Role{Referrer}, nil, guardAsked},
	{Mismatch, "note what another system says", afterwards, "", []Role{System}, []need{needText}, nil},
	{Message, "write a message", append(slices.Clone(afterwards), Prepared, Draft), "", []Role{Referrer, Administrator, Triager, Approver, Provider, System}, nil, guardMessage},
}

func find(move Move) *transition {
	for i := range transitions {
		if transitions[i].move == move {
			return &transitions[i]
		}
	}
	return nil
}

// Moves lists all moves in the order of the document.
func Moves() []Move {
	var all []Move
	for _, t := range transitions {
		all = append(all, t.move)
	}
	return all
}

// Verb is the move as a button says it: "send it to a provider".
func (m Move) Verb() string {
	if t := find(m); t != nil {
		return t.verb
	}
	return string(m)
}
