package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

func TestLookingAtALinkDoesNotUseItUp(t *testing.T) {
	house, server := newHouse(t)
	made := prepare(t, house, "EndodonticForm")
	path := "/prepared_forms/show/" + made.UUID
	prefetcher := newVisitor(t, server)
	for range 3 {
		page := prefetcher.get(path)
		page.wants(t, http.StatusOK, "Northside Dental", "Endodontics", made.URN, "Open form")
		if strings.Contains(page.body, "Zofia") || page.header.Get("Referrer-Policy") != "no-referrer" || page.header.Get("Cache-Control") != "no-store" {
			t.Error("the landing page tells of the patient, or may be stored or told of")
		}
		if head := prefetcher.do(http.MethodHead, path, nil, nil); head.status != http.StatusOK || head.body != "" {
			t.Errorf("HEAD answers %d", head.status)
		}
	}
	newVisitor(t, server).open(made)
}

func TestALinkOpensAFormOnce(t *testing.T) {
	house, server := newHouse(t)
	made := prepare(t, house, "EndodonticForm")
	path := "/prepared_forms/show/" + made.UUID
	user, other := newVisitor(t, server), newVisitor(t, server)
	user.open(made)
	for _, cookie := range user.client.Jar.Cookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(server.URL, "http://"), Path: "/"}) {
		if cookie.Name != "bridgework" {
			t.Errorf("there is a cookie %s", cookie.Name)
		}
	}
	other.post(path, nil).wants(t, http.StatusGone, "opened already", made.URN, "list of referrals")
	other.get(path).wants(t, http.StatusGone, "opened already")
	other.get("/referrals/"+made.URN).wants(t, http.StatusUnauthorized, "You are signed out")
	user.post(path, nil).leadsTo(t, "/referrals/"+made.URN)
	user.get(path).leadsTo(t, "/referrals/"+made.URN)
	user.get("/referrals/"+made.URN).wants(t, http.StatusOK, "Zofia Łęcka-Owen", "Not started", "Completed")
}

func TestTheCookieOfASessionIsNotForScriptsNorOtherSites(t *testing.T) {
	house, _ := newHouse(t)
	v := newVisitor(t, behindProxy(t, house))
	for proto, secure := range map[string]bool{"http": false, "https": true} {
		got := v.do(http.MethodPost, "/prepared_forms/show/"+prepare(t, house, "EndodonticForm").UUID, nil, map[string]string{"X-Forwarded-Proto": proto})
		cookie := got.header.Get("Set-Cookie")
		if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(cookie, "Secure") != secure {
			t.Errorf("by %s the cookie is %q", proto, cookie)
		}
	}
}

func TestAnExpiredLinkSaysWhatToDo(t *testing.T) {
	house, server := newHouse(t)
	unopened, unsent := prepare(t, house, "EndodonticForm"), prepare(t, house, "EndodonticForm")
	v := newVisitor(t, server)
	v.open(unsent)
	house.Pass(25 * time.Hour)
	for _, got := range []answer{v.get("/prepared_forms/show/" + unopened.UUID), v.post("/prepared_forms/show/"+unopened.UUID, nil)} {
		got.wants(t, http.StatusGone, "This link has expired", "prepare the form again")
	}
	v.get("/referrals/"+unsent.URN).wants(t, http.StatusUnauthorized, "You are signed out")
	house.Pass(30 * 24 * time.Hour)
	v.signIn(house)
	v.get("/referrals/"+unsent.URN).wants(t, http.StatusGone, "waits 30 days")
	v.get("/referrals/"+unsent.URN+"/sections/gp").leadsTo(t, "/referrals/"+unsent.URN)
	newVisitor(t, server).get("/prepared_forms/show/"+unsent.UUID).wants(t, http.StatusGone, "expired")
	newVisitor(t, server).get("/prepared_forms/show/d090e3dd-614f-47f3-8bc7-e403c1a2936e").wants(t, http.StatusNotFound, "There is nothing here")
}

func TestAnotherSitesPageOpensAndSendsNothing(t *testing.T) {
	house, server := newHouse(t)
	made := prepare(t, house, "EndodonticForm")
	v := newVisitor(t, server)
	path := "/prepared_forms/show/" + made.UUID
	for _, header := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
		{"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example.org"}, {"Sec-Fetch-Site": "", "Origin": "null"},
	} {
		v.do(http.MethodPost, path, nil, header).wants(t, http.StatusForbidden, "another site")
	}
	v.open(made)
	for _, path := range []string{"/sections/gp", "/send", "/form"} {
		v.do(http.MethodPost, "/referrals/"+made.URN+path, strings.NewReader("gp_practice=x"), map[string]string{"Sec-Fetch-Site": "cross-site"}).wants(t, http.StatusForbidden)
	}
}

// Where there is no TLS a browser sends no Sec-Fetch-Site, and for the sake of the page's secret address no Origin.
func TestTheLandingPageOpensWithoutTLSToo(t *testing.T) {
	house, server := newHouse(t)
	made := prepare(t, house, "EndodonticForm")
	v, other := newVisitor(t, server), newVisitor(t, server)
	path := "/prepared_forms/show/" + made.UUID
	check := regexp.MustCompile(`name="check" value="([^"]+)"`).FindStringSubmatch(v.get(path).body)[1]
	plain := map[string]string{"Sec-Fetch-Site": "", "Origin": "null"}
	other.get(path)
	other.do(http.MethodPost, path, strings.NewReader("check="+check), plain).wants(t, http.StatusForbidden)
	v.do(http.MethodPost, path, strings.NewReader("check="), plain).wants(t, http.StatusForbidden)
	v.do(http.MethodPost, path, strings.NewReader("check="+check), plain).leadsTo(t, "/referrals/"+made.URN)
}

func (v *visitor) signIn(house *webtest.House) {
	v.t.Helper()
	token, err := house.AccountLink()
	if err != nil {
		v.t.Fatal(err)
	}
	v.get("/sign-in/"+token).wants(v.t, http.StatusOK, "Open the list")
	v.post("/sign-in/"+token, nil).leadsTo(v.t, "/referrals")
}

func TestALinkToTheListWorksOnceForAQuarterOfAnHour(t *testing.T) {
	house, server := newHouse(t)
	v := newVisitor(t, server)
	v.signIn(house)
	v.get("/referrals").wants(t, http.StatusOK, "Nothing was sent yet")
	token, err := house.Desk.AccountLink(t.Context(), audit.Operator, int64(house.Practice.Num))
	if err != nil {
		t.Fatal(err)
	}
	house.Pass(16 * time.Minute)
	v.post("/sign-in/"+token, nil).wants(t, http.StatusGone, "a quarter of an hour")
	v.get("/sign-in").wants(t, http.StatusOK, "open the form there again")
	v.post("/sign-out", nil).wants(t, http.StatusOK, "You are signed out")
	v.get("/referrals").wants(t, http.StatusUnauthorized)
}

func TestEveryPageForbidsWhatItDoesNotNeed(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	for _, path := range []string{"/referrals", "/referrals/" + urn, "/referrals/" + urn + "/sections/gp", "/referrals/" + urn + "/check", "/nowhere"} {
		got := v.get(path)
		policy := got.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s is answered with %v", path, got.header)
		}
	}
	style := regexp.MustCompile(`/assets/[^"]+\.css`).FindString(v.get("/referrals").body)
	got := v.get(style)
	if got.status != http.StatusOK || !strings.Contains(got.header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(got.header.Get("Content-Type"), "text/css") {
		t.Errorf("%s answers %d, %v", style, got.status, got.header)
	}
	if old := v.get("/assets/000000000000/bridgework.css"); old.status != http.StatusOK || old.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("an older address answers %d, %v", old.status, old.header)
	}
	v.get("/assets/000000000000/secrets.txt").wants(t, http.StatusNotFound)
}

func TestRefusalsStandInTheTrailWithoutSecrets(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	v.get("/referrals/NOR0009999").wants(t, http.StatusNotFound)
	v.post("/referrals/NOR0009999/sections/gp", nil).wants(t, http.StatusNotFound)
	v.do(http.MethodPost, "/referrals/"+urn+"/send", nil, map[string]string{"Sec-Fetch-Site": "cross-site"}).wants(t, http.StatusForbidden)
	v.get("/nowhere").wants(t, http.StatusNotFound)
	var found []string
	err := house.Practices.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		entries, err := audit.List(c, 20)
		for _, e := range entries {
			if e.Action == audit.Refuse {
				found = append(found, e.Caller.Name+": "+e.Target+" "+e.Detail)
			}
		}
		return err
	})
	text := strings.Join(found, "\n")
	if err != nil || len(found) != 2 || !strings.Contains(text, "POST /referrals/{urn}/sections/{section}") || !strings.Contains(text, "POST /referrals/{urn}/send") || !strings.Contains(text, "session") || strings.Contains(text, "NOR000") {
		t.Errorf("the trail has %q, %v", found, err)
	}
}

func TestPagesSayWhatIsWrongInPlainWords(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	v.get("/nowhere").wants(t, http.StatusNotFound, "There is nothing here")
	v.get("/referrals/XXX0000001").wants(t, http.StatusNotFound)
	v.get("/referrals/"+urn+"/sections/nowhere").wants(t, http.StatusNotFound)
	v.get("/referrals/"+urn+"/files/1").wants(t, http.StatusNotFound)
	v.get("/referrals/"+urn+"/files/x/thumbnail").wants(t, http.StatusNotFound)
	v.get("/referrals/"+urn+"/documents/form").wants(t, http.StatusNotFound)
	got := v.do(http.MethodDelete, "/referrals/"+urn, nil, map[string]string{"Sec-Fetch-Site": "same-origin"})
	got.wants(t, http.StatusMethodNotAllowed, "This cannot be done here")
	if got.header.Get("Allow") == "" {
		t.Error("it does not say what is allowed")
	}
	v.post("/referrals/"+urn+"/sections/gp", url.Values{"gp_name": {strings.Repeat("x", 5<<20)}}).wants(t, http.StatusRequestEntityTooLarge, "This is too large")
}
