package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

func TestWhoPlansSeesHowFullEachServiceIs(t *testing.T) {
	n := newNetwork(t)
	n.does(n.submitted(), n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: n.Provider, Service: n.First.Num}})
	for _, who := range []*referral.Caller{n.Triager, n.Approver, n.Administrator} {
		page := n.as(who).get("/work/capacity")
		page.wants(t, http.StatusOK, "St Clements Dental Suite", "1 of 40", `data-label="Places">39<`, "Harbour Orthodontics", "Closed", "no limit")
	}
	for _, who := range []*referral.Caller{n.Referrer, n.Clinician} {
		if page := n.as(who).get("/work/capacity"); page.status != http.StatusForbidden || strings.Contains(page.body, "of 40") {
			t.Errorf("for a %s it is %d", who.Role, page.status)
		}
	}
}
