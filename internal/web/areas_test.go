package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

func TestOtherClocksOfAnAreaHoldForWhatIsUnderWay(t *testing.T) {
	n := newNetwork(t)
	v := n.as(n.Administrator)
	if page := v.get("/areas/1/edit"); page.status != http.StatusOK {
		t.Fatalf("the form answers %d", page.status)
	}
	var urns []string
	for range 3 {
		urns = append(urns, n.submitted())
	}
	page := v.get("/areas/1/edit")
	page.wants(t, http.StatusOK, "3 open referrals get new due dates")
	n.as(n.Triager).get("/referrals/"+urns[0]).wants(t, http.StatusOK, "9 November 2026 at 17:30")
	form := page.form()
	form.Set("routine.Triage", "1")
	form.Set("Holidays", "2026-11-03 A day off")
	v.post("/areas/1/edit", form).leadsTo(t, "/areas/1?saved=1")
	v.get("/areas/1?saved=1").wants(t, http.StatusOK, "The change is saved", "3 open referrals get new due dates")
	if _, _, err := n.Desk.Reckon(t.Context()); err != nil {
		t.Fatal(err)
	}
	if page := v.get("/areas/1"); page.status != http.StatusOK || strings.Contains(page.body, "new due dates") {
		t.Errorf("afterwards the page says:\n%s", page.body)
	}
	for _, urn := range urns {
		n.as(n.Triager).get("/referrals/"+urn).wants(t, http.StatusOK, "4 November 2026 at 17:30")
	}
	// Another name moves no due date.
	form = v.get("/areas/1/edit").form()
	form.Set("Name", "The whole county")
	v.post("/areas/1/edit", form).leadsTo(t, "/areas/1?saved=1")
	if _, left, err := n.Directory.UnderWay(t.Context(), directory.Everywhere); left != 0 || err != nil {
		t.Errorf("for another name %d are looked at, %v", left, err)
	}
}
