package lifecycle

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// Event is one step of a referral's life, as it is appended and never changed. State is the fold of them.
type Event struct {
	Seq        int64 // from 1, without a gap; what two who act at once are told apart by
	Move       Move
	From, To   State
	Role       Role
	Actor      int64  // the user's or the key's number; 0 is the system
	ActorName  string // as it was when they acted
	At         dental.DateTime
	Reason     Reason
	Public     string // for the other side; what a letter says
	Internal   string // for one's own side only; no other system's answer ever holds it
	Allocation int    // which of the referral's allocations the event is about, from 1; 0 is none
	Data       Data
}

// Data is what a move carries beside its reason and texts. Each move names what it needs of it.
type Data struct {
	Priority   Priority        `json:"priority,omitzero"`   // T03, T09: of the form
	Version    int             `json:"version,omitzero"`    // T03, T09: of the answers
	Provider   int64           `json:"provider,omitzero"`   // T07, T10, T11, T13, T19: the provider's number
	Service    int64           `json:"service,omitzero"`    // beside Provider: which of its services; 0 where none is named
	List       int64           `json:"list,omitzero"`       // T10, T12: the waiting list's number
	Name       string          `json:"name,omitzero"`       // the provider's name, or the waiting list's
	Clinician  string          `json:"clinician,omitzero"`  // who at the provider's, where it is known
	Tier       string          `json:"tier,omitzero"`       // T10, T11, T12, T14: "1", "2", "3a", "3b"
	When       dental.DateTime `json:"when,omitzero"`       // T22, T23, T30: the appointment
	ReviewBy   dental.Date     `json:"reviewBy,omitzero"`   // T29: the last day of the month of the review
	Outcome    Outcome         `json:"outcome,omitzero"`    // T26, T31, T32
	Summary    string          `json:"summary,omitzero"`    // T31: what was found and done
	Actions    string          `json:"actions,omitzero"`    // T26, T31, T32: what the referrer has to do, one on a line
	Attempts   int             `json:"attempts,omitzero"`   // T21, Attempt: how many were made to reach the patient
	FilesReady bool            `json:"filesReady,omitzero"` // T06: the documents are there
	Confirmed  bool            `json:"confirmed,omitzero"`  // T34: asked for twice
	Replaces   string          `json:"replaces,omitzero"`   // T03 after T35: the URN that this one is in place of
	ReplacedBy string          `json:"replacedBy,omitzero"` // T35: the URN that is in place of this one
}

// Allocation is a provider's turn with a referral.
type Allocation struct {
	Provider        int64
	Service         int64 // which of its services; 0 where none was named
	Name, Clinician string
	From, To        dental.DateTime // To is none while it is open
	ClosedAs        string          // "" while it is open; else redirected, returned, rejected, discharged, withdrawn, entered_in_error
}

// Open tells that the provider has the referral still.
func (a Allocation) Open() bool { return a.ClosedAs == "" }

// Proposal is what a triager wants a second person to confirm.
type Proposal struct {
	By        int64
	Tier      string
	Provider  int64
	Service   int64
	List      int64 // 0 where it is a provider that is proposed
	Name      string
	Clinician string
}

// Referral is what the events say. The zero value is one of which there are none.
type Referral struct {
	State       State
	Since       dental.DateTime // the state has been what it is
	Last        dental.DateTime // of the last event
	Seq         int64
	Priority    Priority
	Version     int
	Made        dental.DateTime
	SubmittedAt dental.DateTime
	DecidedAt   dental.DateTime // the clock's start of a suspected cancer: when it was decided to refer
	TriageSince dental.DateTime // it came to triage, or came back
	SentAt      dental.DateTime // to the present provider
	AcceptedAt  dental.DateTime // by the present provider
	Was         bool            // it was accepted by a provider at some time
	AskedAt     dental.DateTime // more information was asked for
	Proposal    *Proposal
	Tier        string
	List        string // the waiting list it is on
	Allocations []Allocation
	Attempts    int // to reach the patient, since the present provider accepted
	Appointment dental.DateTime
	Unbooked    bool // the last appointment was cancelled
	ReviewBy    dental.Date
	Reason      Reason
	Outcome     Outcome
	Asked       bool // withdrawal was asked for and is not answered
	ReplacedBy  string
}

// Allocation is the open one, nil while no provider has the referral.
func (r *Referral) Allocation() *Allocation {
	for i := range r.Allocations {
		if r.Allocations[i].Open() {
			return &r.Allocations[i]
		}
	}
	return nil
}

// Fold is what a referral's events make of it. It trusts them: they were checked when they were appended.
func Fold(events []Event) Referral {
	var r Referral
	for _, e := range events {
		r = r.With(e)
	}
	return r
}

// With is the referral after one more event. r is left as it is.
func (r Referral) With(e Event) Referral {
	r.Allocations = slices.Clone(r.Allocations)
	if r.Seq = e.Seq; e.To != e.From || r.Since.IsNone() {
		r.Since = e.At
	}
	if r.Last = e.At; r.Made.IsNone() {
		r.Made = e.At
	}
	from := r.State
	r.State = e.To
	switch e.Move {
	case Submit:
		r.SubmittedAt, r.Version, r.Priority = e.At, e.Data.Version, e.Data.Priority
		r.DecidedAt = e.At
	case Answer:
		if r.Version = e.Data.Version; e.Data.Priority != "" {
			r.Priority = e.Data.Priority // the form says now how urgent it is
		}
	case Propose:
		r.Proposal = &Proposal{By: e.Actor, Tier: e.Data.Tier, Provider: e.Data.Provider, Service: e.Data.Service, List: e.Data.List, Name: e.Data.Name, Clinician: e.Data.Clinician}
	case Attempt:
		r.Attempts += max(e.Data.Attempts, 1)
	case AskWithdrawal:
		r.Asked = true
	case Resubmit:
		r.ReplacedBy = e.Data.ReplacedBy
	}
	if e.Move.isNote() {
		return r
	}
	if e.Data.Tier != "" {
		r.Tier = e.Data.Tier
	}
	if e.To != Pending {
		r.Proposal = nil
	}
	r.enter(from, e)
	return r
}

// enter is what follows from the state that is entered.
func (r *Referral) enter(from State, e Event) {
	if open := r.Allocation(); open != nil && (!e.To.Allocated() || e.Move == Redirect) {
		open.To, open.ClosedAs = e.At, closing(e)
	}
	r.Reason = e.Reason
	switch e.To {
	case WithTriage:
		if from != Pending {
			r.TriageSince = e.At
		}
		r.List = ""
	case InfoRequested:
		r.AskedAt, r.Tier = e.At, ""
	case WaitingList:
		r.List = e.Data.Name
	case Sent:
		r.Allocations = append(r.Allocations, Allocation{Provider: e.Data.Provider, Service: e.Data.Service, Name: e.Data.Name, Clinician: e.Data.Clinician, From: e.At})
		r.SentAt, r.AcceptedAt, r.Attempts, r.Appointment, r.List = e.At, dental.DateTime{}, 0, dental.DateTime{}, ""
	case Accepted:
		r.AcceptedAt, r.Was = e.At, true
	case Contacted:
		r.Appointment, r.Unbooked = dental.DateTime{}, e.Move == Unbook
		if e.Move == Contact {
			r.Attempts += max(e.Data.Attempts, 1)
		}
	case Booked:
		r.Appointment, r.Unbooked = e.Data.When, false
	case UnderReview:
		r.ReviewBy = e.Data.ReviewBy
	case Discharged:
		r.Outcome = e.Data.Outcome
	case Withdrawn:
		r.Asked = false
	case Assessed:
		if e.Move == Reopen {
			last := &r.Allocations[len(r.Allocations)-1]
			last.To, last.ClosedAs, r.Outcome = dental.DateTime{}, "", ""
		}
	}
}

func closing(e Event) string {
	switch {
	case e.Move == Redirect:
		return "redirected"
	case e.To == WithTriage:
		return "returned"
	}
	return string(e.To)
}
