package web

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// sideWords are who reads what somebody writes for their own side.
var sideWords = map[referral.Role]string{lifecycle.Referrer: "your practice", lifecycle.Provider: "your own house", lifecycle.Triager: "the referral centre",
	lifecycle.Approver: "the referral centre", lifecycle.Administrator: "the referral centre"}

func withWords(name, clinician string) string {
	if clinician == "" {
		return name
	}
	return name + ", " + clinician
}

// standing says where a referral is, to a role, and the one thing that belongs to it.
func standing(life *lifecycle.Referral, role referral.Role) (state, detail string) {
	since := "since " + life.Since.Words()
	switch life.State {
	case lifecycle.Submitted:
		return "Sent", "on " + life.SubmittedAt.Words() + "; its documents are being made"
	case lifecycle.WithTriage:
		return "With triage", "since " + life.TriageSince.Words()
	case lifecycle.Pending:
		return "Waiting for a second person", since
	case lifecycle.InfoRequested:
		return "Waiting for the referrer's answer", "asked on " + life.AskedAt.Words()
	case lifecycle.WaitingList:
		return "On a waiting list", life.List + ", " + since
	case lifecycle.Discharged:
		return "Finished", strings.ToLower(string(life.Outcome)) + ", on " + life.Since.Words()
	case lifecycle.Rejected:
		return "Returned to the referrer", strings.TrimSuffix(life.Reason.Text(), ".") + ", on " + life.Since.Words()
	case lifecycle.Withdrawn:
		return "Withdrawn", "on " + life.Since.Words()
	case lifecycle.EnteredInError:
		return "Entered in error", "on " + life.Since.Words()
	case lifecycle.Sent:
		if role != lifecycle.Provider {
			return "Sent to " + life.Allocation().Name, "on " + life.SentAt.Words()
		}
	case lifecycle.Received:
		if role != lifecycle.Provider {
			return "Received by " + life.Allocation().Name, "sent on " + life.SentAt.Words()
		}
	}
	return stateOf(life)
}

// partyWords say whose turn it is, to a role.
func partyWords(c *referral.Case, role referral.Role) string {
	you := ""
	if c.Turn.Party == role {
		you = " (you)"
	}
	switch c.Turn.Party {
	case lifecycle.Referrer:
		return c.From.Name + you
	case lifecycle.Triager:
		return "The referral centre, triage" + you
	case lifecycle.Approver:
		return "The referral centre, a second person" + you
	case lifecycle.Administrator:
		return "The referral centre, administration" + you
	case lifecycle.Provider:
		if open := c.Life.Allocation(); open != nil {
			return open.Name + you
		}
	case lifecycle.System:
		return "This server, by itself"
	}
	return "Nobody"
}

// listOf is the list that a role works from.
func listOf(role referral.Role) string {
	if at := slices.IndexFunc(workLists(), func(l workList) bool { return l.role == role }); at >= 0 {
		return "/work/" + workLists()[at].name
	}
	return "/referrals"
}

// listWords is its name.
func listWords(role referral.Role) string {
	if at := slices.IndexFunc(workLists(), func(l workList) bool { return l.role == role }); at >= 0 {
		return workLists()[at].title
	}
	return "All referrals"
}
