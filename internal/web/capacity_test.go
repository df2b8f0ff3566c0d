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

func TestCapacityIsOrderedByItsHeadsAndGivenOutInThatOrder(t *testing.T) {
	n := newNetwork(t)
	v := n.as(n.Triager)
	first := func(path string) string {
		page := v.get(path)
		page.wants(t, http.StatusOK)
		_, after, _ := strings.Cut(page.body, `<th scope="row"`)
		_, after, _ = strings.Cut(after, `">`)
		_, after, _ = strings.Cut(after, `">`)
		name, _, _ := strings.Cut(after, "<")
		return name
	}
	for path, want := range map[string]string{"/work/capacity": "Northgate Oral Surgery", "/work/capacity?order=provider": "Harbour Orthodontics", "/work/capacity?order=-provider": "St Clements Dental Suite", "/work/capacity?order=-places": "Harbour Orthodontics"} {
		if got := first(path); got != want {
			t.Errorf("%s begins with %q, want %q", path, got, want)
		}
	}
	v.get("/work/capacity?order=provider").wants(t, http.StatusOK, `aria-sort="ascending"><a class="by" href="/work/capacity?order=-provider"`, `<option value="provider" selected>Provider, A to Z</option>`, "/work/capacity/csv?order=provider")
	copied := v.get("/work/capacity/csv?order=provider")
	copied.wants(t, http.StatusOK)
	if lines := strings.Split(copied.body, "\r\n"); lines[0] != "\ufeffProvider,Service,Takes,State,Open,Capacity,Places,Wait in days" || !strings.HasPrefix(lines[1], "Harbour Orthodontics,") || copied.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("the copy is %q", copied.body)
	}
	v.get("/work/capacity?order=size").wants(t, http.StatusUnprocessableEntity, "“size”", "provider, service")
	v.get("/work/capacity/csv?order=size").wants(t, http.StatusUnprocessableEntity, "“size”")
	n.as(n.Clinician).get("/work/capacity/csv").wants(t, http.StatusForbidden)
}
