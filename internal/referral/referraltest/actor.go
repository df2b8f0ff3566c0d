package referraltest

import (
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// Actor is somebody of a role who may act on a referral as it stands: of the referring practice, of the referral centre that has
// the area from which everything comes, or of the provider who has it or had it last.
func Actor(referrer *referral.Caller, role referral.Role, life *lifecycle.Referral) *referral.Caller {
	actor := *referrer
	actor.Role, actor.Name, actor.Areas = role, "somebody", []int64{1}
	if role == lifecycle.Provider {
		of := *referrer.Account
		of.Practice = 0
		if last := len(life.Allocations); last > 0 {
			of.Practice = life.Allocations[last-1].Provider
		}
		actor.Account = &of
	}
	return &actor
}
