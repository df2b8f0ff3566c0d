package referral

import (
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The words of the lifecycle, for those who work with the desk alone.
type (
	State = lifecycle.State
	Role  = lifecycle.Role
	Move  = lifecycle.Move
)

// The states that decide what can be done with a form.
const (
	StatePrepared       = lifecycle.Prepared
	StateDraft          = lifecycle.Draft
	StateExpired        = lifecycle.Expired
	StateSubmitted      = lifecycle.Submitted
	StateEnteredInError = lifecycle.EnteredInError
)

// rules are how long what may take where no area has its own. They are never changed.
var rules = lifecycle.DefaultRules()

// rulesOf are those of a referral's area; before it is submitted it has none.
func rulesOf(c store.Conn, r *row) (*lifecycle.Rules, error) {
	return rulesIn(c, r.Area, r.State)
}

// rulesIn are those of an area for a referral in a state.
func rulesIn(c store.Conn, area int64, state State) (*lifecycle.Rules, error) {
	if state.BeforeSubmission() {
		return rules, nil
	}
	return directory.RulesOf(c, area)
}

// canBeFilled tells whether the form is still the referrer's.
func canBeFilled(s State) bool { return s == StatePrepared || s == StateDraft }
