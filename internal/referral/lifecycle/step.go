package lifecycle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Next checks a move and makes the event of it: From, To, Seq and Allocation are filled in. A move that is not
// allowed is a Conflict that says why and what is allowed instead; one that lacks something is Invalid and
// names all that it lacks.
func (r *Referral) Next(e Event, rules *Rules) (Event, error) {
	if e.At.Before(r.Last) {
		e.At = r.Last // a clock that was put back takes no time away
	}
	t := find(e.Move)
	if t == nil {
		return Event{}, fault.New(fault.Invalid, "There is no move %q", e.Move)
	}
	if why := r.refusal(t, e.Role); why != "" {
		return Event{}, fault.New(fault.Conflict, "It is not possible to %s: %s. %s", t.verb, why, r.instead(e.Role, rules))
	}
	if missing := t.missing(e); len(missing) > 0 {
		return Event{}, fault.InvalidFields(missing)
	}
	if t.guard != nil {
		if why := t.guard(r, e, rules); why != "" {
			return Event{}, fault.New(fault.Conflict, "It is not possible to %s: %s. %s", t.verb, why, r.instead(e.Role, rules))
		}
	}
	e.Seq, e.From, e.To = r.Seq+1, r.State, t.to
	if t.to == "" {
		e.To = r.State
	}
	e.Allocation = r.allocationOf(e)
	return e, nil
}

// allocationOf is the number of the allocation that an event is about: the one that it opens, the open one, or the
// one that it reopens.
func (r *Referral) allocationOf(e Event) int {
	if e.To == Sent && !e.Move.isNote() {
		return len(r.Allocations) + 1
	}
	for i := range r.Allocations {
		if r.Allocations[i].Open() {
			return i + 1
		}
	}
	if e.Move == Reopen {
		return len(r.Allocations)
	}
	return 0
}

// refusal is why a move cannot be made now by this role, whatever it comes with; "" when it can.
func (r *Referral) refusal(t *transition, role Role) string {
	switch {
	case !slices.Contains(t.from, r.State):
		return fmt.Sprintf("the referral is %s", r.State.plain())
	case !slices.Contains(t.by, role):
		return fmt.Sprintf("that is for the %s", roleNames(t.by))
	}
	return ""
}

// missing lists what a move lacks.
func (t *transition) missing(e Event) []fault.Field {
	var faults []fault.Field
	lacks := func(name, text string) { faults = append(faults, fault.Field{Name: name, Text: name + " " + text}) }
	for _, n := range t.needs {
		switch n {
		case needReason:
			if !e.Reason.known() {
				lacks("reason", "must be one of "+reasonCodes())
			} else if e.Reason == Other && strings.TrimSpace(e.Public) == "" {
				lacks("text", "is required where the reason is other")
			}
		case needText:
			if strings.TrimSpace(e.Public) == "" {
				lacks("text", "is required: say what the other side has to know")
			}
		case needVersion:
			if e.Data.Version < 1 {
				lacks("version", "of the answers is required")
			}
		case needProvider:
			if e.Data.Provider == 0 || e.Data.Name == "" {
				lacks("provider", "is required")
			}
		case needTarget:
			if e.Data.Name == "" {
				lacks("provider", "or a waiting list is required")
			}
		case needList:
			if e.Data.Name == "" {
				lacks("list", "is required")
			}
		case needTier:
			if !slices.Contains([]string{"1", "2", "3", "3a", "3b"}, e.Data.Tier) {
				lacks("tier", "must be one of 1, 2, 3, 3a, 3b")
			}
		case needWhen:
			if !e.At.Before(e.Data.When) {
				lacks("when", "must be a date in the future")
			}
		case needReviewBy:
			if !e.At.Date().Before(e.Data.ReviewBy) {
				lacks("reviewBy", "must be a month in the future")
			}
		case needSummary:
			if strings.TrimSpace(e.Data.Summary) == "" {
				lacks("summary", "is required: what was found, what was done, and how it goes on")
			}
		case needConfirmed:
			if !e.Data.Confirmed {
				lacks("confirmed", "is required: this hides the referral from all but the referral centre")
			}
		case needReplacedBy:
			if e.Data.ReplacedBy == "" {
				lacks("replacedBy", "must be the URN of the new referral")
			}
		}
	}
	return faults
}

// Choice is a move as somebody's page offers it.
type Choice struct {
	Move   Move
	Verb   string
	WhyNot string   // "" when it can be made
	Needs  []string // what it has to come with
}

// Choices are the moves of this state, for one who acts as role, and the moves of the role in other states with the
// reason why not now. actor is who it is, because a proposal is confirmed by another person.
func (r *Referral) Choices(e Event, rules *Rules) []Choice {
	var all []Choice
	for i := range transitions {
		t := &transitions[i]
		e.Move = t.move
		if !slices.Contains(t.by, e.Role) || t.move.isNote() && t.move != Resubmit && t.move != Attempt {
			continue
		}
		c := Choice{Move: t.move, Verb: t.verb, WhyNot: r.refusal(t, e.Role), Needs: t.needNames()}
		if c.WhyNot == "" && t.guard != nil && !t.guardedByInput() {
			c.WhyNot = t.guard(r, e, rules)
		}
		all = append(all, c)
	}
	return all
}

// guardedByInput tells that the guard looks at what the move comes with, so that nothing can be said before.
func (t *transition) guardedByInput() bool {
	switch t.move {
	case Submit, Answer, NotAttended, Discharge, EndEarly, Decline, Redirect, Message:
		return true
	}
	return false
}

var needWords = map[need]string{
	needReason: "reason", needText: "text", needVersion: "version", needProvider: "provider", needList: "list", needTier: "tier", needWhen: "when",
	needReviewBy: "reviewBy", needSummary: "summary", needConfirmed: "confirmed", needReplacedBy: "replacedBy", needTarget: "provider or list",
}

func (t *transition) needNames() []string {
	var names []string
	for _, n := range t.needs {
		names = append(names, needWords[n])
	}
	switch t.move {
	case NotAttended, Discharge, EndEarly:
		names = append(names, "outcome")
	}
	return names
}

// instead says what the role can do now.
func (r *Referral) instead(role Role, rules *Rules) string {
	var verbs []string
	for i := range transitions {
		t := &transitions[i]
		if !t.move.isNote() && slices.Contains(t.from, r.State) && slices.Contains(t.by, role) &&
			(t.guard == nil || t.guardedByInput() || t.guard(r, Event{Move: t.move, Role: role, At: r.Last}, rules) == "") {
			verbs = append(verbs, t.verb)
		}
	}
	if len(verbs) == 0 {
		return fmt.Sprintf("The %s cannot do anything now", roleNames([]Role{role}))
	}
	return "Possible now: " + strings.Join(verbs, "; ")
}

var roleWords = map[Role]string{
	Referrer: "referring practice", Administrator: "referral centre", Triager: "triager", Approver: "second person", Provider: "provider",
	Patient: "patient", System: "server",
}

func roleNames(roles []Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, roleWords[r])
	}
	return strings.Join(names, " or the ")
}
