package web_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// furnished is a house with a directory, and browsers of its people by their names.
func furnished(t *testing.T) (house *webtest.House, n webtest.Network, as func(name string) *visitor) {
	t.Helper()
	house, server := newHouse(t)
	n, err := house.Furnish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return house, n, func(name string) *visitor {
		v := newVisitor(t, server)
		at, err := url.Parse(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		v.client.Jar.SetCookies(at, []*http.Cookie{{Name: webtest.PersonCookie, Value: name}})
		return v
	}
}

// form is what an edit page would send as it stands.
func (a answer) form() url.Values {
	values := make(url.Values)
	for _, input := range regexp.MustCompile(`<input [^>]*>`).FindAllString(a.body, -1) {
		kind, name, value := attribute(input, "type"), attribute(input, "name"), attribute(input, "value")
		if kind == "search" || kind == "file" || name == "" || kind == "checkbox" && !strings.Contains(input, " checked") {
			continue
		}
		values.Add(name, value)
	}
	for _, area := range regexp.MustCompile(`(?s)<textarea ([^>]*)>\n(.*?)</textarea>`).FindAllStringSubmatch(a.body, -1) {
		values.Set(attribute(" "+area[1], "name"), unescape(area[2]))
	}
	for _, choice := range regexp.MustCompile(`(?s)<select ([^>]*)>(.*?)</select>`).FindAllStringSubmatch(a.body, -1) {
		if picked := regexp.MustCompile(`<option value="([^"]*)" selected`).FindStringSubmatch(choice[2]); picked != nil {
			values.Set(attribute(" "+choice[1], "name"), picked[1])
		} else {
			values.Set(attribute(" "+choice[1], "name"), attribute(choice[2], "value"))
		}
	}
	return values
}

func attribute(tag, name string) string {
	found := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return unescape(found[1])
}

func unescape(text string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(text)
}

func TestEverybodyWhoIsSignedInSeesTheDirectoryAndNobodyElse(t *testing.T) {
	_, n, as := furnished(t)
	as("stranger").get("/directory").wants(t, http.StatusUnauthorized)
	as("stranger").get(fmt.Sprintf("/directory/%d", n.Hospital.Num)).wants(t, http.StatusUnauthorized)
	v := as("referrer")
	v.get("/directory").wants(t, http.StatusOK, "County Hospital", "Northside Dental", "Riverside Referral Centre", "4 organisations", "about 4 weeks")
	page := v.get(fmt.Sprintf("/directory/%d", n.Hospital.Num))
	page.wants(t, http.StatusOK, "1 Hill Road", "Endodontics", "Patients from 18 years", "Mr E Example", "https://county.example.org/dental", "Tuesdays and Thursdays")
	for _, hidden := range []string{"/edit", "Add a service", "0 of 40 open", "/areas"} {
		if strings.Contains(page.body, hidden) {
			t.Errorf("the page of who may not change it has %q", hidden)
		}
	}
	v.get("/areas").wants(t, http.StatusForbidden)
	v.get("/routes").wants(t, http.StatusForbidden)
	v.get("/directory/import").wants(t, http.StatusForbidden)
}

func TestAPracticesOwnSessionSeesTheDirectory(t *testing.T) {
	house, _, _ := furnished(t)
	site, stop, err := house.Another("http://pages.example.org", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	server := httptest.NewServer(site)
	defer server.Close()
	v := newVisitor(t, server)
	v.get("/directory").wants(t, http.StatusUnauthorized)
	token, err := house.AccountLink()
	if err != nil {
		t.Fatal(err)
	}
	v.post("/sign-in/"+token, nil).leadsTo(t, "/referrals")
	v.get("/directory").wants(t, http.StatusOK, "County Hospital")
	v.get("/directory/new").wants(t, http.StatusForbidden)
}

func TestTheDirectoryIsSearchedFilteredSortedAndPaged(t *testing.T) {
	house, _, as := furnished(t)
	for i := range 30 {
		if _, err := house.Directory.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, directory.Organisation{Name: fmt.Sprintf("Practice Élan %02d", i), Address: "York", IsReferring: true, Area: directory.Everywhere, IsActive: true}); err != nil {
			t.Fatal(err)
		}
	}
	v := as("referrer")
	v.get("/directory").wants(t, http.StatusOK, "34 organisations, 1 to 25", "Next page", "All on one page")
	next := regexp.MustCompile(`href="(/directory\?after=[0-9]+)">Next page`).FindStringSubmatch(v.get("/directory").body)
	if next == nil {
		t.Fatal("there is no next page")
	}
	v.get(next[1]).wants(t, http.StatusOK, "26 to 34", "First page")
	v.get("/directory?after=77").wants(t, http.StatusUnprocessableEntity, "begin with its first page")
	v.get("/directory?all=1").wants(t, http.StatusOK, "34 organisations<")
	v.get("/directory?q=elan+york+07").wants(t, http.StatusOK, "1 organisation<", "Élan 07")
	v.get("/directory?q=nowhere").wants(t, http.StatusOK, "No organisation is like this")
	v.get("/directory?does=treats").wants(t, http.StatusOK, "2 organisations")
	v.get("/directory?form=EndodonticForm").wants(t, http.StatusOK, "1 organisation<", "County Hospital")
	v.get("/directory?does=nothing&order=size&area=9&form=None").wants(t, http.StatusUnprocessableEntity, "“nothing”; it can be refers, treats, centre", "“size”; it can by name, area, wait", "The area cannot be “9”", "The form cannot be “None”")
	for path, sort := range map[string]string{"/directory?order=wait": `aria-sort="ascending"><a class="by" href="/directory?order=-wait"`, "/directory?order=-wait": `aria-sort="descending"><a class="by" href="/directory?order=wait"`} {
		body := v.get(path).body
		if at := strings.Index(body, "County Hospital"); at < 0 || strings.Contains(body, "Moor Clinic") && at > strings.Index(body, "Moor Clinic") || !strings.Contains(body, sort) {
			t.Errorf("at %s the hospital, which has a wait, does not come first", path)
		}
	}
	if body := v.get("/directory?order=-name&all=1").body; strings.Index(body, "Riverside") > strings.Index(body, "Moor Clinic") {
		t.Error("the other way round M comes before R")
	}
	if export := v.get("/directory/export?order=-name").body; strings.Index(export, "Riverside") > strings.Index(export, "Moor Clinic") {
		t.Error("the copy has another order")
	}
	export := v.get("/directory/export?q=county")
	export.wants(t, http.StatusOK, "Kind,Number,Organisation", "County Hospital", "Mr E Example")
	if export.header.Get("Content-Type") != "text/csv; charset=utf-8" || strings.Contains(export.body, "Élan") {
		t.Errorf("the export is %q", export.body)
	}
}

func TestAnAdministratorChangesTheirOwnEntryAndNoOther(t *testing.T) {
	house, n, as := furnished(t)
	v := as("hospital")
	path := fmt.Sprintf("/directory/%d", n.Hospital.Num)
	page := v.get(path + "/edit")
	page.wants(t, http.StatusOK, "Change County Hospital")
	if strings.Contains(page.body, "AreaNum") {
		t.Error("their page asks for the area")
	}
	typed := page.form()
	typed.Set("Phone", "0113 496 0999")
	v.post(path+"/edit", typed).leadsTo(t, path+"?saved=1")
	v.get(path+"?saved=1").wants(t, http.StatusOK, "The change is saved", "0113 496 0999", "Closed on bank holidays")

	other := fmt.Sprintf("/directory/%d", n.Clinic.Num)
	v.get(other+"/edit").wants(t, http.StatusForbidden)
	v.post(other+"/edit", typed).wants(t, http.StatusForbidden)
	v.get(fmt.Sprintf("%s/services/%d", other, n.Endo.Num)).wants(t, http.StatusForbidden)
	v.get("/directory/new").wants(t, http.StatusForbidden)
	forged := v.get(path + "/edit").form()
	forged.Set("AreaNum", "1")
	forged.Set("IsCentre", "yes")
	v.post(path+"/edit", forged).wants(t, http.StatusForbidden)
	if o, err := house.Directory.Organisation(t.Context(), n.Hospital.Num); err != nil || o.IsCentre || !o.IsTreating {
		t.Errorf("the hospital is %+v, %v", o, err)
	}
	as("referrer").post(path+"/edit", typed).wants(t, http.StatusForbidden)
}

func TestAFaultyEntryIsShownAgainWithAllThatIsWrongAndWhatWasTyped(t *testing.T) {
	_, n, as := furnished(t)
	v := as("hospital")
	path := fmt.Sprintf("/directory/%d/services/%d", n.Hospital.Num, n.Endo.Num)
	typed := v.get(path).form()
	typed.Set("Name", "")
	typed.Set("Capacity", "plenty")
	typed.Set("MaxAge", "3")
	typed.Del("FormTypes")
	page := v.post(path, typed)
	page.wants(t, http.StatusUnprocessableEntity, "There are 4 things to put right", `href="#Name"`, `value="plenty"`, "is below the youngest", "which forms the service takes", `<title>Error: `)
	v.get(fmt.Sprintf("/directory/%d", n.Hospital.Num)).wants(t, http.StatusOK, "Patients from 18 years")
}

func TestWhoIsOvertakenSeesWhatIsStoredAndKeepsWhatTheyTyped(t *testing.T) {
	_, n, as := furnished(t)
	first, second := as("hospital"), as("chief")
	path := fmt.Sprintf("/directory/%d/services/%d", n.Hospital.Num, n.Endo.Num)
	one, two := first.get(path).form(), second.get(path).form()
	one.Set("Capacity", "55")
	first.post(path, one).leadsTo(t, fmt.Sprintf("/directory/%d?saved=1", n.Hospital.Num))
	two.Set("WaitDays", "77")
	page := second.post(path, two)
	page.wants(t, http.StatusConflict, "Somebody else has changed this", "Open referrals at once is now: 55", "in days is now: 30", `value="77"`)
	again := page.form()
	again.Set("Capacity", "55")
	second.post(path, again).leadsTo(t, fmt.Sprintf("/directory/%d?saved=1", n.Hospital.Num))
	second.get(path).wants(t, http.StatusOK, `value="55"`, `value="77"`)
}

func TestServicesAndCliniciansAreAddedAndRemoved(t *testing.T) {
	_, n, as := furnished(t)
	v := as("hospital")
	base := fmt.Sprintf("/directory/%d", n.Hospital.Num)
	service := v.get(base + "/services/new").form()
	service.Set("Name", "Sedation <clinic>")
	service["FormTypes"] = []string{"SpecialCareSedationForm", "MinorOralSurgeryForm"}
	service["Anaesthesia"] = []string{"sedation"}
	v.post(base+"/services/new", service).leadsTo(t, base+"?saved=1")
	page := v.get(base)
	page.wants(t, http.StatusOK, "Sedation &lt;clinic&gt;", "Minor oral surgery, Special care dentistry and sedation", "0 open, no limit")
	where := regexp.MustCompile(base+`/services/(\d+)`).FindAllString(page.body, -1)
	clinician := v.get(base + "/clinicians/new").form()
	clinician.Set("Name", "Dr B Sample")
	clinician.Set("GdcNumber", "12")
	clinician["Services"] = []string{strings.TrimPrefix(where[2], base+"/services/")}
	v.post(base+"/clinicians/new", clinician).wants(t, http.StatusUnprocessableEntity, "4 to 7 digits")
	clinician.Set("GdcNumber", "7654321")
	v.post(base+"/clinicians/new", clinician).leadsTo(t, base+"?saved=1")
	v.get(base).wants(t, http.StatusOK, "Dr B Sample", "7654321")
	rev := v.get(where[2]).form()
	v.post(where[2]+"/remove", url.Values{"rev": rev["rev"]}).leadsTo(t, base+"?saved=1")
	if body := v.get(base).body; strings.Contains(body, "Sedation &lt;clinic&gt;") || !strings.Contains(body, "Dr B Sample") {
		t.Error("the service is still there, or the clinician is gone")
	}
	who := regexp.MustCompile(base+`/clinicians/(\d+)`).FindAllString(v.get(base).body, -1)
	v.post(who[0]+"/remove", url.Values{"rev": {"7"}}).wants(t, http.StatusConflict)
	v.post(who[0]+"/remove", url.Values{"rev": v.get(who[0]).form()["rev"]}).leadsTo(t, base+"?saved=1")
	v.get(base+"/services/new/../../../x").wants(t, http.StatusTemporaryRedirect)
	v.get(base+"/services/x").wants(t, http.StatusNotFound)
}

func TestTheCentreAddsOrganisationsAndAreasAndSetsTheClocks(t *testing.T) {
	_, n, as := furnished(t)
	v := as("chief")
	organisation := v.get("/directory/new").form()
	organisation.Set("Name", "Dale Clinic")
	made := v.post("/directory/new", organisation)
	if made.status != http.StatusSeeOther {
		t.Fatalf("adding answers %d\n%s", made.status, made.body)
	}
	v.get(made.header.Get("Location")).wants(t, http.StatusOK, "Dale Clinic", "No service is described yet", "Nobody is named yet")
	v.get("/areas").wants(t, http.StatusOK, "Everywhere", "Riverside Referral Centre")
	area := v.get("/areas/1/edit").form()
	area.Set("usc.FirstVisit", "10")
	area.Set("IsApproval", "yes")
	area.Set("Holidays", "2026-12-25 Christmas Day\r\nBoxing Day")
	area.Set("Attempts", "0")
	v.post("/areas/1/edit", area).wants(t, http.StatusUnprocessableEntity, "must begin with its date", "from 1 to 20", "Boxing Day")
	area.Set("Holidays", "2026-12-25 Christmas Day")
	area.Set("Attempts", "3")
	v.post("/areas/1/edit", area).leadsTo(t, "/areas/1?saved=1")
	v.get("/areas/1").wants(t, http.StatusOK, "25 December 2026, Christmas Day", "A second person confirms", ">10<", "Orthodontics", "the same day")
	list := v.get("/areas/1/lists/new").form()
	list.Set("Name", "orthodontics")
	v.post("/areas/1/lists/new", list).wants(t, http.StatusUnprocessableEntity, "has a waiting list of this name")
	list.Set("Name", "Sedation")
	list["FormTypes"] = []string{"NoForm"}
	v.post("/areas/1/lists/new", list).wants(t, http.StatusUnprocessableEntity, "There is no form", "NoForm")
	list["FormTypes"] = []string{"EndodonticForm", "AdultRestorativeForm"}
	v.post("/areas/1/lists/new", list).leadsTo(t, "/areas/1?saved=1")
	v.get("/areas/1").wants(t, http.StatusOK, "Sedation", "Adult restorative dentistry, Endodontics")
	v.get("/areas/1/lists").wants(t, http.StatusOK, "Adult restorative dentistry, Endodontics", ">any<")
	changed := v.get(fmt.Sprintf("/areas/1/lists/%d", n.List.Num+1)).form()
	if got := changed["FormTypes"]; !slices.Equal(slices.Sorted(slices.Values(got)), []string{"AdultRestorativeForm", "EndodonticForm"}) {
		t.Errorf("the list takes %v", got)
	}
	changed.Del("FormTypes")
	v.post(fmt.Sprintf("/areas/1/lists/%d", n.List.Num+1), changed).leadsTo(t, "/areas/1?saved=1")
	if page := v.get("/areas/1"); strings.Contains(page.body, "Endodontics") {
		t.Error("the forms are not taken away")
	}
	second := v.get("/areas/new").form()
	second.Set("Name", "North")
	added := v.post("/areas/new", second)
	if added.status != http.StatusSeeOther {
		t.Fatalf("adding answers %d\n%s", added.status, added.body)
	}
	v.get("/areas").wants(t, http.StatusOK, "North")
	as("triager").get("/areas/1").wants(t, http.StatusOK, "Waiting lists")
	as("triager").get("/areas/1/edit").wants(t, http.StatusForbidden)
	as("hospital").post("/areas/1/edit", area).wants(t, http.StatusForbidden)
	as("hospital").post(fmt.Sprintf("/areas/1/lists/%d", n.List.Num), list).wants(t, http.StatusForbidden)
}

func TestRulesAreWrittenOrderedAndTriedOut(t *testing.T) {
	_, n, as := furnished(t)
	v := as("chief")
	v.get("/routes").wants(t, http.StatusOK, "There is no rule yet", "Try it out")
	rule := func(name, target string, auto bool) {
		t.Helper()
		typed := v.get("/routes/new").form()
		typed.Set("Name", name)
		typed["FormTypes"] = []string{"EndodonticForm"}
		typed.Set("Target", target)
		if auto {
			typed.Set("IsAuto", "yes")
		}
		v.post("/routes/new?area=1", typed).leadsTo(t, "/routes?area=1&saved=1")
	}
	rule("Root canals", fmt.Sprintf("service:%d", n.Endo.Num), true)
	rule("Wait", fmt.Sprintf("list:%d", n.List.Num), false)
	typed := v.get("/routes/new").form()
	typed.Set("IsAuto", "yes")
	v.post("/routes/new?area=1", typed).wants(t, http.StatusUnprocessableEntity, "name of the rule is missing", "Say where the rule sends to", "would send everything")
	tried := "/routes?try=1&area=1&form=EndodonticForm&age=40"
	v.get(tried).wants(t, http.StatusOK, "would go to County Hospital, Endodontics without triage", "Decides", "Holds, and comes too late", "0 of 40 open")
	v.get(strings.Replace(tried, "40", "9", 1)).wants(t, http.StatusOK, "with Orthodontics suggested first", "takes patients from 18 years")
	v.get(strings.Replace(tried, "40", "old", 1)).wants(t, http.StatusUnprocessableEntity, "The age must be a number of years")
	rows := regexp.MustCompile(`/routes/(\d+)/move`).FindAllString(v.get("/routes").body, -1)
	v.post(rows[1], url.Values{"rev": {"1"}, "to": {"up"}}).leadsTo(t, "/routes?area=1&saved=1")
	v.post(rows[1], url.Values{"rev": {"1"}, "to": {"up"}}).wants(t, http.StatusConflict)
	v.get(tried).wants(t, http.StatusOK, "go to triage, with Orthodontics suggested first")
	as("triager").get("/routes").wants(t, http.StatusOK, "Root canals")
	as("hospital").post(rows[0], url.Values{"rev": {"2"}, "to": {"up"}}).wants(t, http.StatusForbidden)
	path := strings.TrimSuffix(rows[1], "/move")
	v.post(path+"/remove", url.Values{"rev": v.get(path).form()["rev"]}).leadsTo(t, "/routes?area=1&saved=1")
	if strings.Contains(v.get("/routes").body, "Wait</a>") {
		t.Error("the rule is still there")
	}
}

// upload sends a file as a browser does.
func (v *visitor) upload(path, name, file string) answer {
	v.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	if name != "" {
		part, err := parts.CreateFormFile("file", name)
		if err != nil {
			v.t.Fatal(err)
		}
		io.WriteString(part, file)
	}
	parts.Close()
	return v.do(http.MethodPost, path, &body, map[string]string{"Content-Type": parts.FormDataContentType()})
}

func TestAFileIsPreviewedAndThenImported(t *testing.T) {
	house, n, as := furnished(t)
	v := as("chief")
	v.get("/directory/import").wants(t, http.StatusOK, "You see first what it changes")
	v.upload("/directory/import", "", "").wants(t, http.StatusUnprocessableEntity, "Choose a file first")
	v.upload("/directory/import", "a.csv", "Kind,Name,Treats\norganisation,<b>,maybe\n").wants(t, http.StatusUnprocessableEntity, "Line 2, Treats: &#34;maybe&#34; is neither yes nor no")
	file := "\ufeffKind,Organisation,Name,Address,Treats,Capacity\r\norganisation,,Dale Clinic,\"1 Dale\r\n\"\"York\"\"\",yes,\r\nservice,County Hospital,Endodontics,,,41\r\norganisation,,County Hospital,,,\r\n"
	v.upload("/directory/import", "a.csv", file).wants(t, http.StatusUnprocessableEntity, "Say what the organisation does") // an empty cell clears
	file = strings.Replace(file, "organisation,,County Hospital,,,\r\n", "organisation,,Moor Clinic,\"27 Moor Lane, Leeds\",yes,\r\n", 1)
	page := v.upload("/directory/import", "a.csv", file)
	page.wants(t, http.StatusOK, "1 new, 1 changed, 1 unchanged", "Import 2 changes", "<del>40</del>", "<ins>41</ins>", "Dale Clinic")
	if o, err := house.Directory.Service(t.Context(), n.Endo.Num); err != nil || o.Capacity != 40 {
		t.Errorf("the preview has written: %+v, %v", o, err)
	}
	sent := page.form()
	sent.Set("csv", strings.ReplaceAll(strings.ReplaceAll(sent.Get("csv"), "\r", ""), "\n", "\r\n")) // as browsers send it
	v.post("/directory/import/apply", sent).leadsTo(t, "/directory?imported=1")
	v.get("/directory?imported=1").wants(t, http.StatusOK, "The file is imported", "Dale Clinic")
	v.post("/directory/import/apply", sent).wants(t, http.StatusConflict, "Nothing was imported", "There is nothing to import")
	v.upload("/directory/import", "a.csv", strings.Repeat("x", directory.MaxCSV+1)).wants(t, http.StatusUnprocessableEntity, "more than 1 MB")
	v.upload("/directory/import", "a.csv", strings.Repeat("x", 4*directory.MaxCSV)).wants(t, http.StatusRequestEntityTooLarge)
	as("hospital").upload("/directory/import", "a.csv", "Kind,Name,Phone\norganisation,Moor Clinic,12345\n").wants(t, http.StatusUnprocessableEntity, "Only an administrator of this organisation")
}

func TestWhatWasExportedIsImportedWithoutAChange(t *testing.T) {
	_, _, as := furnished(t)
	v := as("chief")
	v.upload("/directory/import", "directory.csv", v.get("/directory/export").body).wants(t, http.StatusOK, "There is nothing to import", "0 new, 0 changed")
}

func TestAnotherSitesPageChangesNothingOfTheDirectory(t *testing.T) {
	_, n, as := furnished(t)
	v := as("hospital")
	path := fmt.Sprintf("/directory/%d", n.Hospital.Num)
	typed := v.get(path + "/edit").form()
	typed.Set("Phone", "666 666")
	v.do(http.MethodPost, path+"/edit", strings.NewReader(typed.Encode()), map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}).wants(t, http.StatusForbidden)
	if strings.Contains(v.get(path).body, "666 666") {
		t.Error("it was changed")
	}
}
