package web

import (
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// navOf are the lists of a role, the one that it begins with first.
func navOf(role referral.Role) []link {
	switch role {
	case lifecycle.Referrer:
		return []link{{"/work/outbound", "Sent referrals"}, {"/referrals", "All referrals"}, {"/referrals?show=" + showDrafts, "Drafts"}}
	case lifecycle.Triager:
		return []link{{"/work/triage", "Triage"}}
	case lifecycle.Approver:
		return []link{{"/work/approvals", "To confirm"}}
	case lifecycle.Provider:
		return []link{{"/work/inbound", "Referrals to you"}}
	case lifecycle.Administrator:
		return []link{{"/work/area", "The area"}}
	}
	return nil
}

// listOf is the list that a role works from.
func listOf(role referral.Role) string {
	if lists := navOf(role); len(lists) > 0 {
		return lists[0].Href
	}
	return "/referrals"
}

func listWords(role referral.Role) string {
	if lists := navOf(role); len(lists) > 0 {
		return lists[0].Text
	}
	return "All referrals"
}
