package web_test

import (
	"encoding/csv"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// inEveryState is one referral in each state that a list shows, by what the list calls it.
func (n *network) inEveryState() map[string]string {
	n.t.Helper()
	urns := map[string]string{"triage": n.submitted(), "urgent": n.submitted(func(in *referral.Intake) { in.Priority, in.Last = lifecycle.USC, "Zhang" }), "open": n.sent(), "accept": n.sent(), "contact": n.sent(), "book": n.sent(), "booked": n.sent(), "asked": n.submitted(), "listed": n.submitted()}
	n.does(urns["asked"], n.Triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoRadiograph, Public: "Please send one"})
	n.does(urns["listed"], n.Triager, lifecycle.Event{Move: lifecycle.PutOnList, Data: lifecycle.Data{List: n.List.Num}})
	n.does(urns["accept"], n.Clinician, lifecycle.Event{Move: lifecycle.Receive})
	for _, name := range []string{"contact", "book", "booked"} {
		n.does(urns[name], n.Clinician, lifecycle.Event{Move: lifecycle.Accept})
	}
	n.does(urns["book"], n.Clinician, lifecycle.Event{Move: lifecycle.Contact})
	n.does(urns["booked"], n.Clinician, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: n.Desk.Now().AddSeconds(3600)}})
	return urns
}

func TestEachRoleHasItsListsAndNoOthers(t *testing.T) {
	n := newNetwork(t)
	urns := n.inEveryState()
	for _, one := range []struct {
		who   *referral.Caller
		path  string
		shows string // the names of those that the list holds
	}{
		{n.Triager, "/work/triage", "triage urgent"}, {n.Triager, "/work/triage?show=usc", "urgent"}, {n.Triager, "/work/triage?show=routine", "triage"}, {n.Triager, "/work/triage?order=due", "triage urgent"},
		{n.Triager, "/work/triage?order=due&show=usc", "urgent"}, {n.Triager, "/work/triage?q=zha", "urgent"}, {n.Outsider, "/work/triage", ""}, {n.Approver, "/work/approvals", ""},
		{n.Clinician, "/work/inbound", "accept book booked contact open"}, {n.Clinician, "/work/inbound?show=open", "open"}, {n.Clinician, "/work/inbound?show=accept", "accept"}, {n.Clinician, "/work/inbound?show=contact", "contact"},
		{n.Clinician, "/work/inbound?show=book", "book"}, {n.Clinician, "/work/inbound?show=booked", "booked"}, {n.Clinician, "/work/inbound?show=review", ""}, {n.Other, "/work/inbound", ""},
		{n.Referrer, "/work/outbound", "accept asked book booked contact listed open triage urgent"}, {n.Referrer, "/work/outbound?show=you", "asked"}, {n.Referrer, "/work/outbound?show=centre", "listed triage urgent"},
		{n.Referrer, "/work/outbound?show=provider&priority=routine", "accept book booked contact open"}, {n.Referrer, "/work/outbound?stale=7", ""}, {n.Administrator, "/work/area", ""}, {n.Administrator, "/work/area?show=waiting", "listed"},
	} {
		page := n.as(one.who).get(one.path)
		page.wants(t, http.StatusOK)
		var got []string
		for name, urn := range urns {
			if strings.Contains(page.body, `href="/referrals/`+urn+`"`) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != one.shows {
			t.Errorf("%s shows %v, want %s", one.path, got, one.shows)
		}
		if one.shows == "" && !strings.Contains(page.body, `class="empty"`) {
			t.Errorf("%s does not say that it is empty", one.path)
		}
	}
	for list, role := range map[string]*referral.Caller{"triage": n.Triager, "approvals": n.Approver, "inbound": n.Clinician, "outbound": n.Referrer, "area": n.Administrator} {
		for _, who := range []*referral.Caller{n.Triager, n.Approver, n.Clinician, n.Referrer, n.Administrator} {
			for _, suffix := range []string{"", "/csv"} {
				want := http.StatusForbidden
				if who == role {
					want = http.StatusOK
				}
				if got := n.as(who).get("/work/" + list + suffix); got.status != want {
					t.Errorf("%s asks for %s%s and is answered %d, want %d", who.Role, list, suffix, got.status, want)
				}
			}
		}
	}
	n.as(n.Triager).get("/work/nothing").wants(t, http.StatusNotFound)
	for _, query := range []string{"show=x", "order=x", "priority=x", "after=x", "q=" + strings.Repeat("x", 201)} {
		n.as(n.Triager).get("/work/triage?"+query).wants(t, http.StatusUnprocessableEntity, "This cannot be taken")
	}
	n.as(n.Clinician).get("/work/inbound?stale=3").wants(t, http.StatusUnprocessableEntity)
}

func TestTabsCountWhatIsInThemAndWhatIsOverdue(t *testing.T) {
	n := newNetwork(t)
	n.inEveryState()
	n.Pass(15 * 24 * time.Hour)
	n.as(n.Triager).get("/work/triage").wants(t, http.StatusOK, `All <span class="number">2</span><span class="number late"><span class="visually-hidden">, of them </span>2`, `Suspected cancer <span class="number">1</span>`)
	n.as(n.Clinician).get("/work/inbound").wants(t, http.StatusOK, `To open <span class="number">1</span>`, `In treatment <span class="number">0</span>`, "Overdue</span>")
	n.as(n.Referrer).get("/work/outbound").wants(t, http.StatusOK, `With you <span class="number">1</span>`, `With the referral centre <span class="number">3</span>`, `With a provider <span class="number">5</span>`)
	n.as(n.Referrer).get("/work/outbound?stale=14").wants(t, http.StatusOK, `href="/referrals/`)
	n.as(n.Administrator).get("/work/area").wants(t, http.StatusOK, `Overdue <span class="number">7</span></a>`, "Long overdue <span", `Waiting lists <span class="number">1</span>`)
	n.as(n.Administrator).get("/work/area?show=escalated").wants(t, http.StatusOK, `href="/referrals/`)
}

func TestEachPartOfTheAreaSaysWhatComesThere(t *testing.T) {
	n := newNetwork(t)
	v := n.as(n.Administrator)
	for show, words := range map[string]string{"": "A turn that is not taken in time is overdue", "escalated": "A turn that is five days overdue", "waiting": "when triage puts them on a list", "disputed": "has set one to Declined in its chart"} {
		page := v.get("/work/area?show=" + show)
		page.wants(t, http.StatusOK, words)
		if show == "disputed" && strings.Contains(page.body, "overdue, and after") {
			t.Error("the withdrawals that are asked for teach about overdue turns")
		}
	}
	n.submitted()
	n.as(n.Triager).get("/work/triage?show=usc").wants(t, http.StatusOK, "No referral of this priority waits for triage.")
	n.as(n.Approver).get("/work/approvals?show=usc").wants(t, http.StatusOK, "No referral of this priority waits to be confirmed.")
}

func TestAListOnPaperSaysWhichPartOfItItIs(t *testing.T) {
	n := newNetwork(t)
	n.submitted()
	n.as(n.Triager).get("/work/triage?show=routine&q=clark&overdue=1").wants(t, http.StatusOK, `<p class="printed">Routine; “clark”; overdue only. Printed on`)
	n.as(n.Referrer).get("/work/outbound?show=centre&priority=routine&order=-due").wants(t, http.StatusOK, `<p class="printed">With the referral centre; priority: Routine. Printed on`)
	n.as(n.Administrator).get("/areas").wants(t, http.StatusOK, `<p class="printed">Printed on`)
}

func TestAPageOfAnErrorLeadsWhoIsSignedInBackToTheirList(t *testing.T) {
	n := newNetwork(t)
	const back = `<a href="/work/inbound">Referrals to you</a>`
	for path, status := range map[string]int{"/referrals/ZZZ9999999": http.StatusNotFound, "/work/nothing": http.StatusNotFound, "/drafts": http.StatusNotFound, "/work/triage": http.StatusForbidden, "/work/inbound?show=x": http.StatusUnprocessableEntity} {
		n.as(n.Clinician).get(path).wants(t, status, back)
	}
	if page := newVisitor(t, n.server).get("/nowhere"); strings.Contains(page.body, back) || page.status != http.StatusNotFound {
		t.Errorf("a stranger is sent to a list: %d", page.status)
	}
}

func TestAnAdministratorSeesWithdrawalsThatAreAskedForAndNothingClinicalInTheList(t *testing.T) {
	n := newNetwork(t)
	urn, other := n.sent(), n.sent()
	n.does(urn, n.Referrer, lifecycle.Event{Move: lifecycle.AskWithdrawal})
	n.does(other, nil, lifecycle.Event{Move: lifecycle.Mismatch, Public: "The referring practice's chart says Complete"})
	quiet := n.sent()
	page := n.as(n.Administrator).get("/work/area?show=disputed")
	page.wants(t, http.StatusOK, urn, other)
	if strings.Contains(page.body, quiet) || strings.Contains(page.body, "Impacted") {
		t.Error("the list shows more than it should")
	}
	n.as(n.Administrator).get("/referrals/"+urn).wants(t, http.StatusOK, "asks to withdraw this referral")
}

func TestAListIsPagedInItsOrderAndNothingComesTwice(t *testing.T) {
	n := newNetwork(t)
	for range 60 {
		n.submitted()
	}
	v := n.as(n.Triager)
	seen := make(map[string]bool)
	pages := 0
	for path := "/work/triage?show=routine"; path != ""; pages++ {
		page := v.get(path)
		page.wants(t, http.StatusOK)
		for _, part := range strings.Split(page.body, `<th scope="row" data-label="Patient"><a href="/referrals/`)[1:] {
			urn, _, _ := strings.Cut(part, `"`)
			if seen[urn] {
				t.Errorf("%s comes twice", urn)
			}
			seen[urn] = true
		}
		path = ""
		if before, _, ok := strings.Cut(page.body, `">Next page</a>`); ok {
			path = html.UnescapeString(before[strings.LastIndex(before, `href="`)+len(`href="`):])
		}
	}
	if len(seen) != 60 || pages != 3 {
		t.Errorf("%d pages hold %d", pages, len(seen))
	}
}

func TestAListAsCSVHoldsAllThatIsFilteredAndNoFormula(t *testing.T) {
	n := newNetwork(t)
	for i := range 130 {
		n.submitted(func(in *referral.Intake) { in.Last = fmt.Sprintf("Clark %d", i) })
	}
	n.submitted(func(in *referral.Intake) {
		in.First, in.Last, in.Reason, in.Priority = "Zed", `=HYPERLINK("http://evil.example")`, "-1+1", lifecycle.Urgent
	})
	v := n.as(n.Triager)
	a := v.get("/work/triage/csv")
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(a.header.Get("Content-Disposition"), `filename="triage-2026-11-02.csv"`) {
		t.Fatalf("the answer is %d, %v", a.status, a.header)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 132 || lines[0][0] != "Reference" {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	if lines[1][1] != `'=HYPERLINK("http://evil.example"), Zed` || lines[1][3] != "'-1+1" || lines[1][4] != "Urgent" {
		t.Errorf("the first line is %q", lines[1])
	}
	if a := v.get("/work/triage/csv?show=urgent"); strings.Count(a.body, "\r\n") != 2 {
		t.Errorf("filtered it is %q", a.body)
	}
	if got := n.noted(n.Triager); !slices.Contains(got, "view worklist triage, as CSV") {
		t.Errorf("the trail has %v", got[max(0, len(got)-5):])
	}
}

func TestEachLookAtAListIsNotedOnce(t *testing.T) {
	n := newNetwork(t)
	n.submitted()
	v := n.as(n.Triager)
	for range 3 {
		v.get("/work/triage").wants(t, http.StatusOK)
	}
	count := 0
	for _, entry := range n.noted(n.Triager) {
		if entry == "view worklist triage" {
			count++
		}
	}
	if count != 3 {
		t.Errorf("%d looks are noted", count)
	}
}

func TestTheNextInTheQueueIsTheOneThatComesAfter(t *testing.T) {
	n := newNetwork(t)
	var urns []string
	for range 3 {
		urns = append(urns, n.submitted())
		n.Pass(time.Minute)
	}
	urgent := n.submitted(func(in *referral.Intake) { in.Priority = lifecycle.USC })
	v := n.as(n.Triager)
	for after, want := range map[string]string{"": urgent, urgent: urns[0], urns[0]: urns[1], urns[1]: urns[2], urns[2]: urgent, "NOR9999999": urgent} {
		v.get("/work/next?after="+after).leadsTo(t, "/referrals/"+want)
	}
	n.as(n.Outsider).get("/work/next?after="+urgent).leadsTo(t, "/work/triage")
	n.as(n.Clinician).get("/work/next").wants(t, http.StatusForbidden)
	v.moves(urgent, lifecycle.RejectAtTriage, "reason", "duplicate", "text", "It is here already")
	v.get("/referrals/"+urgent+"?done=T14").wants(t, http.StatusOK, "Next in the queue: "+urns[0])
}

func TestAWorklistIsOrderedByItsHeadsAndItsCopyIsInTheSameOrder(t *testing.T) {
	n := newNetwork(t)
	for i, last := range []string{"Moss/Adair", "Zimmer", "Ädams", "Moss", "Byrne"} {
		n.submitted(func(in *referral.Intake) {
			in.First, in.Last = "", last
			if i == 3 {
				in.Priority = lifecycle.Urgent
			}
		})
		n.Pass(time.Minute)
	}
	v := n.as(n.Triager)
	for order, want := range map[string]string{"": "Moss|Moss/Adair|Zimmer|Ädams|Byrne", "patient": "Ädams|Byrne|Moss|Moss/Adair|Zimmer", "-patient": "Zimmer|Moss/Adair|Moss|Byrne|Ädams",
		"sent": "Byrne|Moss|Ädams|Zimmer|Moss/Adair", "-sent": "Moss/Adair|Zimmer|Ädams|Moss|Byrne", "due": "Moss|Moss/Adair|Zimmer|Ädams|Byrne"} {
		page := v.get("/work/triage?order=" + order)
		page.wants(t, http.StatusOK, `<option value="`+strings.TrimPrefix(order, "priority")+`" selected>`)
		var shown, copied []string
		for _, part := range strings.Split(page.body, `<th scope="row" data-label="Patient">`)[1:] {
			_, name, _ := strings.Cut(part, `">`)
			name, _, _ = strings.Cut(name, "<")
			shown = append(shown, html.UnescapeString(name))
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(v.get("/work/triage/csv?order="+order).body, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines[1:] {
			copied = append(copied, line[1])
		}
		if strings.Join(shown, "|") != want || strings.Join(copied, "|") != want {
			t.Errorf("by %q the page has %v and its copy %v, want %s", order, shown, copied, want)
		}
	}
	v.get("/work/triage?order=-patient&q=moss").wants(t, http.StatusOK, `<th scope="col" aria-sort="descending"><a class="by" href="/work/triage?order=patient&amp;q=moss" title="Order by patient, A to Z">Patient</a>`, "/work/triage/csv?order=-patient&amp;q=moss")
	for _, query := range []string{"order=turn", "order=status", "order=x&form=y"} {
		v.get("/work/triage?"+query).wants(t, http.StatusUnprocessableEntity, "The list cannot be ordered by")
	}
	v.get("/work/triage?order=x&form=y").wants(t, http.StatusUnprocessableEntity, "“x”", "“y”")
	v.get("/work/triage?order=patient&after=sent/0/1/2026-11-02+09:30:00").wants(t, http.StatusUnprocessableEntity, "in another order")
	n.as(n.Referrer).get("/work/outbound?order=turn").wants(t, http.StatusOK, "Whose turn, A to Z")
}

func TestAReferrersListNamesWhoHasTheTurn(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	n.does(urn, n.Clinician, lifecycle.Event{Move: lifecycle.Accept})
	n.as(n.Referrer).get("/work/outbound").wants(t, http.StatusOK, `data-label="Whose turn">St Clements Dental Suite`)
	n.as(n.Clinician).get("/work/inbound").wants(t, http.StatusOK, `data-label="Whose turn">You`)
}

// What a list is ordered by is what it shows: whose turn it is by name, patients by their family names, which come first.
func TestAListIsOrderedByWhatItShows(t *testing.T) {
	n := newNetwork(t)
	n.submitted(func(in *referral.Intake) { in.First, in.Last = "Aaron", "Zimmer" })
	asked := n.submitted(func(in *referral.Intake) { in.First, in.Last = "Zoë", "Adair" })
	n.does(asked, n.Triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoRadiograph, Public: "Please send one"})
	n.sent()
	v := n.as(n.Referrer)
	cells := func(path, label string) (all []string) {
		for _, part := range strings.Split(v.get(path).body, `data-label="`+label+`">`)[1:] {
			part = strings.TrimPrefix(part[:strings.Index(part, "</t")], "<a href=")
			if _, link, isLink := strings.Cut(part, `">`); isLink && label == "Patient" {
				part = link
			}
			text, _, _ := strings.Cut(part, "<")
			all = append(all, html.UnescapeString(text))
		}
		return all
	}
	for path, want := range map[string]string{"/work/outbound?order=turn": "St Clements Dental Suite|Triage|You", "/work/outbound?order=-turn": "You|Triage|St Clements Dental Suite"} {
		if got := strings.Join(cells(path, "Whose turn"), "|"); got != want {
			t.Errorf("%s has the turns %s, want %s", path, got, want)
		}
	}
	for _, path := range []string{"/work/outbound", "/referrals"} {
		got := cells(path+"?order=patient", "Patient")
		if len(got) != 3 || got[0] != "Adair, Zoë" || got[2] != "Zimmer, Aaron" || !slices.IsSorted(got) {
			t.Errorf("%s by patient has %v", path, got)
		}
	}
	number := strings.TrimLeft(asked[3:], "0")
	for _, search := range []string{number, asked[5:], asked[:3] + " " + asked[3:], strings.ToLower(asked), "adair " + number, "zoë"} {
		for _, path := range []string{"/work/outbound", "/referrals"} {
			if got := cells(path+"?q="+url.QueryEscape(search), "Patient"); len(got) != 1 || got[0] != "Adair, Zoë" {
				t.Errorf("%s finds %v for %q", path, got, search)
			}
		}
	}
}
