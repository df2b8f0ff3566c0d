package web_test

import (
	"encoding/csv"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

var (
	rowHead  = regexp.MustCompile(`<th scope="row"[^>]*>(?:<span>)?(?:<a href="[^"]*">)?([^<]+)`)
	ruleHead = regexp.MustCompile(`<h2>(?:<a href="[^"]*">)?([^<]+?)(?:</a>)? <span class="tag`)
	nextPage = regexp.MustCompile(`href="([^"]+)">Next page`)
	copyLink = regexp.MustCompile(`class="copy" href="([^"]+)"`)
)

// heads are the first cells of a list's rows, over all of its pages.
func (v *visitor) heads(path string, of *regexp.Regexp) (all []string) {
	v.t.Helper()
	for {
		page := v.get(path)
		page.wants(v.t, http.StatusOK)
		for _, found := range of.FindAllStringSubmatch(page.body, -1) {
			all = append(all, strings.TrimSpace(strings.TrimSuffix(html.UnescapeString(found[1]), " (you)")))
		}
		next := nextPage.FindStringSubmatch(page.body)
		if next == nil {
			return all
		}
		path = html.UnescapeString(next[1])
	}
}

// copied are the lines of the copy that a list's page leads to, without its heads; column is the one that is the same as the page's heads.
func (v *visitor) copied(path string, column int) (heads string, all []string) {
	v.t.Helper()
	link := copyLink.FindStringSubmatch(v.get(path).body)
	if link == nil {
		v.t.Fatalf("%s has no copy", path)
	}
	answer := v.get(html.UnescapeString(link[1]))
	answer.wants(v.t, http.StatusOK)
	if answer.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(answer.body, "\ufeff") || strings.Count(answer.body, "\r\n") != strings.Count(answer.body, "\n") {
		v.t.Errorf("%s is no file for spreadsheets: %.80q", link[1], answer.body)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.body, "\ufeff"))).ReadAll()
	if err != nil {
		v.t.Fatal(err)
	}
	for _, line := range lines[1:] {
		all = append(all, line[column])
	}
	return strings.Join(lines[0], ","), all
}

// hospital fills an organisation, an area and its rules, and gives out their paths.
func hospital(t *testing.T, house *webtest.House, n webtest.Network) (organisation, area string) {
	t.Helper()
	ctx, room, operator := t.Context(), house.Directory, directory.Operator
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 60 {
		_, err := room.SaveClinician(ctx, audit.Operator, operator, directory.Clinician{Organisation: n.Hospital.Num, Name: fmt.Sprintf("Ms Ålund %02d", 59-i), GDC: fmt.Sprint(100_000 + i), IsActive: i%2 == 0, Services: []int64{n.Surgery.Num}})
		must(err)
	}
	for i := range 53 {
		_, err := room.SaveService(ctx, audit.Operator, operator, directory.Service{Organisation: n.Hospital.Num, Name: fmt.Sprintf("Clinic %02d", i), FormTypes: []string{"OrthodonticForm"}, Anaesthesia: []string{"local"}, WaitDays: 100 - i, IsOpen: i%2 == 0})
		must(err)
	}
	for i := range 52 {
		_, err := room.SaveList(ctx, audit.Operator, operator, directory.List{Area: directory.Everywhere, Name: fmt.Sprintf("List %02d", i), IsOpen: i%2 == 0})
		must(err)
		_, err = room.SaveArea(ctx, audit.Operator, operator, directory.Area{Name: fmt.Sprintf("Area %02d", i), Clocks: directory.DefaultClocks(), IsApproval: i%2 == 0})
		must(err)
		_, err = room.SaveRoute(ctx, audit.Operator, operator, directory.Route{Area: directory.Everywhere, Name: fmt.Sprintf("Rule %02d", (i*7)%52), FormTypes: []string{"EndodonticForm"}, Service: n.Endo.Num, IsActive: i%2 == 0})
		must(err)
	}
	_, err := room.SaveRoute(ctx, audit.Operator, operator, directory.Route{Area: directory.Everywhere, Name: "=2+2", Service: n.Surgery.Num, IsActive: true})
	must(err)
	return fmt.Sprintf("/directory/%d", n.Hospital.Num), "/areas/1"
}

func TestEachListOfAdministrationIsSearchedFilteredOrderedPagedAndCopied(t *testing.T) {
	house, n, as := furnished(t)
	organisation, area := hospital(t, house, n)
	v := as("chief")
	for _, c := range []struct {
		path          string
		all           int
		heads         *regexp.Regexp
		column        int
		copy          string
		narrow        string // and how many it leaves
		left          int
		order, begins string
		wrong         string
		says          string
	}{
		{organisation + "/services", 55, rowHead, 0, "Service,Forms,Youngest,Oldest,Levels,Anaesthesia,Facilities,Wait in days,State,Capacity,Open referrals", "?q=clinic+1&state=open", 5, "-wait", "Clinic 00", "?form=NoForm&state=ajar", "Form cannot be “NoForm”"},
		{organisation + "/clinicians", 61, rowHead, 0, "Name,GDC number,Services,Active", "?q=10005&active=yes", 5, "-gdc", "Mr E Example", "?service=9999", "Service cannot be “9999”"},
		{"/areas", 53, rowHead, 0, "Area,Referral centre,Organisations,Second person confirms", "?q=area+0&approval=yes", 10, "organisations", "Everywhere", "?approval=perhaps", "it can be yes, no"},
		{area + "/lists", 53, rowHead, 0, "Waiting list,State,Forms", "?q=list+0&state=closed", 5, "-state", "List 01", "?state=ajar", "State cannot be “ajar”"},
		{"/routes", 53, ruleHead, 1, "Rank,Rule,When,Goes to,What it does", "?does=off&q=endodontics", 26, "-name", "Rule 51", "?does=nothing&for=NoForm", "“nothing”; it can be sends, suggests, off"},
		{"/work/capacity", 55, rowHead, 0, "Provider,Service,Takes,State,Open,Capacity,Places,Wait in days", "?q=clinic&state=closed", 26, "service", "County Hospital", "?state=ajar", "State cannot be “ajar”"},
	} {
		t.Run(c.path, func(t *testing.T) {
			v := *v
			v.t = t
			all := v.heads(c.path, c.heads)
			heads, copied := v.copied(c.path, c.column)
			if heads != c.copy {
				t.Errorf("the copy's heads are %s", heads)
			}
			for i := range copied {
				copied[i] = strings.TrimPrefix(copied[i], "'")
			}
			if len(all) != c.all || strings.Join(all, "|") != strings.Join(copied, "|") {
				t.Errorf("there are %d, want %d; the copy has %d:\n%v\n%v", len(all), c.all, len(copied), all, copied)
			}
			if left := v.heads(c.path+c.narrow, c.heads); len(left) != c.left {
				t.Errorf("%s leaves %d, want %d: %v", c.narrow, len(left), c.left, left)
			}
			if _, copied := v.copied(c.path+c.narrow, c.column); len(copied) != c.left {
				t.Errorf("the copy of %s has %d", c.narrow, len(copied))
			}
			ordered := v.heads(c.path+"?order="+c.order, c.heads)
			if len(ordered) != c.all || ordered[0] != c.begins {
				t.Errorf("by %s there are %d, and they begin with %q", c.order, len(ordered), ordered[0])
			}
			if _, copied := v.copied(c.path+"?order="+c.order, c.column); copied[0] != c.begins || len(copied) != c.all {
				t.Errorf("the copy by %s begins with %q", c.order, copied[0])
			}
			v.get(c.path+"?order=height").wants(t, http.StatusUnprocessableEntity, "The list cannot be ordered by “height”")
			v.get(c.path+c.wrong).wants(t, http.StatusUnprocessableEntity, c.says)
			v.get(c.path+"/csv"+c.wrong).wants(t, http.StatusUnprocessableEntity, c.says)
			v.get(c.path+"?after=77777").wants(t, http.StatusUnprocessableEntity, "begin with its first page")
			v.get(c.path+"?after=x").wants(t, http.StatusUnprocessableEntity)
			v.get(c.path+"?q=nowhere").wants(t, http.StatusOK, "Nothing fits what you asked for", "Show all")
			v.get(c.path).wants(t, http.StatusOK, "Printed on", "Filter and order")
		})
	}
	_, rules := v.copied("/routes?q=2%2B2", 1)
	if len(rules) != 1 || rules[0] != "'=2+2" {
		t.Errorf("a spreadsheet takes %q for a formula", rules)
	}
	copies := 0
	for _, entry := range entriesOf(t, house) {
		if entry.Action == audit.View && entry.Target == "worklist" && strings.HasSuffix(entry.Detail, ", as CSV") {
			copies++
		}
	}
	if copies != 6*3+1 {
		t.Errorf("%d copies are in the trail", copies)
	}
}

func TestRulesAreMovedOnlyWhereTheListIsWholeAndInItsOrder(t *testing.T) {
	house, n, as := furnished(t)
	for i := range 3 {
		if _, err := house.Directory.SaveRoute(t.Context(), audit.Operator, directory.Operator, directory.Route{Area: directory.Everywhere, Name: fmt.Sprintf("Rule %d", i), Service: n.Endo.Num, IsActive: i > 0}); err != nil {
			t.Fatal(err)
		}
	}
	v := as("chief")
	v.get("/routes").wants(t, http.StatusOK, "Up<", "Down<", `data-rank="1"`)
	for _, path := range []string{"/routes?does=suggests", "/routes?order=name", "/routes?q=rule+2"} {
		page := v.get(path)
		page.wants(t, http.StatusOK, `data-rank="3"`)
		if strings.Contains(page.body, "/move") {
			t.Errorf("at %s a rule moves among others than its neighbours", path)
		}
	}
	if page := as("triager").get("/routes"); strings.Contains(page.body, "/move") {
		t.Error("a triager moves rules")
	}
}

func TestListsAreForThoseWhoMaySeeThem(t *testing.T) {
	_, n, as := furnished(t)
	organisation := fmt.Sprintf("/directory/%d", n.Hospital.Num)
	v := as("referrer")
	for _, path := range []string{"/areas", "/areas/csv", "/areas/1/lists", "/areas/1/lists/csv", "/routes/csv", "/work/capacity", "/work/capacity/csv"} {
		v.get(path).wants(t, http.StatusForbidden)
	}
	services := v.get(organisation + "/services")
	services.wants(t, http.StatusOK, "Endodontics")
	for _, hidden := range []string{"Referrals</", "no limit", organisation + "/services/new", organisation + "/services/1"} {
		if strings.Contains(services.body, hidden) {
			t.Errorf("a referrer sees %q", hidden)
		}
	}
	if heads, _ := v.copied(organisation+"/services", 0); strings.Contains(heads, "Open referrals") {
		t.Error("the copy tells a referrer how full a service is")
	}
	v.get(organisation+"/services?order=open").wants(t, http.StatusUnprocessableEntity, "“open”; it can by name, wait")
	v.get("/directory/77/services").wants(t, http.StatusNotFound)
	v.get("/directory/77/clinicians/csv").wants(t, http.StatusNotFound)
	chief := as("chief")
	chief.get("/areas/77/lists").wants(t, http.StatusNotFound)
	chief.get(organisation+"/services").wants(t, http.StatusOK, "Add a service", "of 40 open", organisation+"/services/1")
}

func TestAnOrganisationsPageShowsTheBeginningAndLeadsToTheList(t *testing.T) {
	house, n, as := furnished(t)
	organisation, _ := hospital(t, house, n)
	page := as("referrer").get(organisation)
	page.wants(t, http.StatusOK, "All 55 as a list", "All 61 as a list")
	if got := len(rowHead.FindAllString(page.body, -1)); got != 25 {
		t.Errorf("it shows %d clinicians", got)
	}
}

func TestPeopleAreFilteredOrderedPagedAndCopiedAndThatIsNoted(t *testing.T) {
	house, server := staffed(t)
	ctx := t.Context()
	for i := range 60 {
		if _, err := house.People.Create(ctx, audit.Operator, people.NewPerson{Name: fmt.Sprintf("Zoë Lund %02d", i), Email: fmt.Sprintf("zoe%02d@northside.example", i), Password: phrase,
			Memberships: []people.Membership{{Organisation: 1, Role: lifecycle.Referrer}}}); err != nil {
			t.Fatal(err)
		}
	}
	v := newVisitor(t, server).signsIn(adasAddress)
	if all := v.heads("/people", rowHead); len(all) != 62 || all[0] != "Ada Quill" || all[1] != "Bo Lund" || all[2] != "Zoë Lund 00" {
		t.Errorf("they are %v", all)
	}
	heads, copied := v.copied("/people?order=-name&role=referrer", 0)
	if heads != "Name,E-mail address,Role,Area,Last seen,Sign-in,Disabled,Locked until" || len(copied) != 61 || copied[0] != "Zoë Lund 59" {
		t.Errorf("the copy has %s and %v", heads, copied)
	}
	for path, want := range map[string]string{"/people?q=zoe+1&order=-name": "Zoë Lund 51", "/people?order=seen": "Ada Quill", "/people?role=administrator": "Ada Quill", "/people?signin=password&q=bo.lund": "Bo Lund"} {
		if got := v.heads(path, rowHead); len(got) == 0 || got[0] != want {
			t.Errorf("%s begins with %v, want %s", path, got, want)
		}
	}
	v.get("/people?signin=two-factors").wants(t, http.StatusOK, "Nothing fits what you asked for")
	v.get("/people?state=disabled").wants(t, http.StatusOK, "Nothing fits what you asked for")
	for _, path := range []string{"/people", "/people/csv", "/people/invitations", "/people/invitations/csv"} {
		v.get(path+"?order=height&role=dentist&area=99").wants(t, http.StatusUnprocessableEntity, "“height”", "The role cannot be “dentist”; it can be referrer", "The area cannot be “99”")
		v.get(path+"?after=x").wants(t, http.StatusUnprocessableEntity, "begin with its first page")
		v.get(path+"?organisation=77").wants(t, http.StatusNotFound)
	}
	v.get("/people?signin=fax&state=away").wants(t, http.StatusUnprocessableEntity, "The sign-in cannot be “fax”", "The state cannot be “away”")
	v.get("/people/invitations").wants(t, http.StatusOK, "No invitation waits", "until they have used their link")
	for _, name := range []string{"Örjan Vik", "=Cy Reed"} {
		v.post("/people/invite", url.Values{"organisation": {"1"}, "name": {name}, "email": {fmt.Sprintf("i%d@northside.example", len(name))}, "role": {"referrer"}}).wants(t, http.StatusOK, "Send this link to")
	}
	if got := v.heads("/people/invitations?order=name", rowHead); strings.Join(got, ",") != "=Cy Reed,Örjan Vik" {
		t.Errorf("the invitations are %v", got)
	}
	if heads, copied := v.copied("/people/invitations?order=name", 0); heads != "Name,E-mail address,Role,Area,Invited,Until" || strings.Join(copied, ",") != "'=Cy Reed,Örjan Vik" {
		t.Errorf("the copy has %s and %v", heads, copied)
	}
	v.get("/people").wants(t, http.StatusOK, `Invitations that wait <span class="number">2</span>`)
	// What is done to somebody leads back to the list as it was narrowed.
	v.post("/people/5/disable", url.Values{"organisation": {"1"}, "asked": {"q=zoe&order=-name&after=9&evil=1"}}).leadsTo(t, "/people?done=disabled&order=-name&organisation=1&q=zoe")
	v.get("/people?state=disabled").wants(t, http.StatusOK, "Zoë Lund 02", "Enable<")
	noted := make(map[string]int)
	for _, entry := range entriesOf(t, house) {
		if entry.Action == audit.View && entry.Target == "worklist" {
			noted[entry.Detail]++
		}
	}
	for _, want := range []string{"people of organisation 1", "people of organisation 1, as CSV", "invitations of organisation 1", "invitations of organisation 1, as CSV"} {
		if noted[want] == 0 {
			t.Errorf("the trail has no %q: %v", want, noted)
		}
	}
	bo := newVisitor(t, server).signsIn(bosAddress)
	for _, path := range []string{"/people/csv", "/people/invitations", "/people/invitations/csv"} {
		bo.get(path).wants(t, http.StatusForbidden, "Only an administrator")
	}
}
