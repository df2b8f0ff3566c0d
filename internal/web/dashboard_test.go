package web_test

import (
	"encoding/csv"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// patients are the names that a list shows, and those of its copy.
func (v *visitor) patients(t *testing.T, query string) (shown, copied []string) {
	t.Helper()
	page := v.get("/referrals?" + query)
	page.wants(t, http.StatusOK)
	for _, part := range strings.Split(page.body, `<th scope="row" data-label="Patient">`)[1:] {
		_, name, _ := strings.Cut(part, `">`)
		name, _, _ = strings.Cut(name, "<")
		shown = append(shown, html.UnescapeString(name))
	}
	file := v.get("/referrals/csv?" + query)
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.body, "\ufeff"))).ReadAll()
	if err != nil || file.status != http.StatusOK || len(lines) == 0 {
		t.Fatalf("the copy is %d, %q, %v", file.status, file.body, err)
	}
	for _, line := range lines[1:] {
		copied = append(copied, line[1])
	}
	return shown, copied
}

func TestAPracticesListIsFilteredAndOrderedAndSoIsItsCopy(t *testing.T) {
	n := newNetwork(t)
	var urns []string
	for i, last := range []string{"Moss", "Ädams", "Zimmer", "Byrne"} {
		urns = append(urns, n.submitted(func(in *referral.Intake) {
			in.First, in.Last = "", last
			if i == 1 {
				in.Priority = lifecycle.Urgent
			}
		}))
		n.Pass(48 * time.Hour) // from 2 November 2026 on
	}
	n.does(urns[2], n.Referrer, lifecycle.Event{Move: lifecycle.AskWithdrawal})
	n.does(urns[2], n.Administrator, lifecycle.Event{Move: lifecycle.Withdraw, Reason: lifecycle.NoRadiograph, Public: "A text"})
	v := n.as(n.Referrer)
	for query, want := range map[string]string{
		"": "Byrne|Zimmer|Ädams|Moss", "order=-sent": "Moss|Ädams|Zimmer|Byrne", "order=patient": "Ädams|Byrne|Moss|Zimmer", "order=-patient": "Zimmer|Moss|Byrne|Ädams",
		"order=-status": "Zimmer|Byrne|Ädams|Moss", "priority=urgent": "Ädams", "state=closed": "Zimmer", "state=open": "Byrne|Ädams|Moss", "from=2026-11-04&to=2026-11-06": "Zimmer|Ädams",
		"from=2026-11-08": "Byrne", "to=2026-11-02": "Moss", "q=adams&order=patient": "Ädams", "show=drafts": "", "form=AdultRestorativeForm": "",
	} {
		shown, copied := v.patients(t, query)
		if strings.Join(shown, "|") != want || strings.Join(copied, "|") != want {
			t.Errorf("%q shows %v, its copy %v, want %s", query, shown, copied, want)
		}
	}
	v.get("/referrals?order=patient&state=open&from=2026-11-01").wants(t, http.StatusOK, `aria-sort="ascending"><a class="by" href="/referrals?from=2026-11-01&amp;order=-patient&amp;state=open"`, `value="2026-11-01"`,
		`<option value="open" selected>`, `<option value="patient" selected>Patient, A to Z</option>`, "Printed on", "/referrals/csv?from=2026-11-01&amp;order=patient&amp;state=open")
	v.get("/referrals?order=patient&state=open&from=2026-11-01&q=o").wants(t, http.StatusOK, `<p class="printed">Sent; sent from 1 November 2026; “o”; state: Open. Printed on`)
	v.get("/referrals?show=drafts").wants(t, http.StatusOK, `<p class="printed">Being filled in. Printed on`)
	v.get("/referrals?q=nobody").wants(t, http.StatusOK, "Nothing fits what you asked for.")
	entries := n.noted(n.Referrer)
	for _, entry := range []string{"view worklist referrals", "view worklist referrals, as CSV", "view worklist drafts", "view worklist drafts, as CSV"} {
		if !slices.Contains(entries, entry) {
			t.Errorf("%q is not in the trail, which has %q", entry, entries)
		}
	}
	n.as(n.Clinician).get("/referrals/csv").wants(t, http.StatusForbidden)
}

func TestTheFormOfAPracticesListAsksForWhatItShows(t *testing.T) {
	n := newNetwork(t)
	n.submitted()
	form := n.as(n.Referrer).get("/referrals?state=open&order=-sent&from=2026-11-01").form()
	if form.Get("state") != "open" || form.Get("order") != "-sent" || form.Get("from") != "2026-11-01" || form.Get("to") != "" || form.Get("priority") != "" {
		t.Errorf("it would send %v", form)
	}
}

func TestAPracticesListSaysWhatOfAnAddressCannotBe(t *testing.T) {
	n := newNetwork(t)
	n.submitted()
	v := n.as(n.Referrer)
	for query, words := range map[string]string{
		"order=due": "“due”", "order=status&show=drafts": "“status”", "show=x": "“x”", "form=x": "“x”", "priority=x": "“x”", "state=x": "“x”", "from=x": "The first day cannot be “x”", "to=2026-02-30": "The last day cannot be “2026-02-30”",
		"from=2026-11-09&to=2026-11-08": "The first day, 9 November 2026, is after the last day, 8 November 2026", "after=x": "no such page", "after=patient/0/1/x": "in another order",
		"order=x&state=y": "“y”", "order=patient&after=patient/0/1/%2500": "no such page", "order=patient&after=patient/0/1/zo%C3%AB": "no such page", "q=" + strings.Repeat("x", 201): "Search for less", "order=%ff%3Cb%3E": "cannot be ordered by",
	} {
		v.get("/referrals?"+query).wants(t, http.StatusUnprocessableEntity, words)
		v.get("/referrals/csv?"+query+"&").wants(t, map[bool]int{true: http.StatusOK, false: http.StatusUnprocessableEntity}[strings.Contains(query, "after=")])
	}
	for _, query := range []string{"q=%ff", "q=%00", "q=%F0%9D%92%9C", "from=0001-01-02", "to=9999-12-31", "from=9999-12-31&order=patient", "from=0001-01-02&to=9999-12-31&order=patient"} {
		v.get("/referrals?"+query).wants(t, http.StatusOK)
	}
}
