package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

const (
	adasAddress = "ada.quill@northside.example"
	bosAddress  = "bo.lund@northside.example"
	phrase      = "violet kettle under eleven clouds"
	otherPhrase = "seven damp lanterns hum quietly"
)

// staffed is a house with Ada, who administers its practice, and Bo, who refers.
func staffed(t *testing.T) (*webtest.House, *httptest.Server) {
	t.Helper()
	house, server := newHouse(t)
	for _, one := range []struct {
		name, email string
		role        lifecycle.Role
	}{{"Ada Quill", adasAddress, lifecycle.Administrator}, {"Bo Lund", bosAddress, lifecycle.Referrer}} {
		_, err := house.People.Create(t.Context(), audit.Operator, people.NewPerson{Name: one.name, Email: one.email, Password: phrase,
			Memberships: []people.Membership{{Organisation: int64(house.Practice.Num), Role: one.role}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return house, server
}

func (v *visitor) signsIn(email string) *visitor {
	v.t.Helper()
	v.post("/sign-in", url.Values{"email": {email}, "password": {phrase}}).leadsTo(v.t, "/")
	return v
}

func (v *visitor) cookie(name string) string {
	at, err := url.Parse(v.base)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func entriesOf(t *testing.T, house *webtest.House) (entries []audit.Entry) {
	t.Helper()
	err := house.Practices.Hub.DB.Read(t.Context(), func(c store.Conn) (err error) {
		if _, err := audit.Verify(c); err != nil {
			return err
		}
		entries, err = audit.List(c, 500)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

var checkInput = regexp.MustCompile(`name="check" value="([^"]+)"`)

// answers sends the form of a page whose address is a secret, as a browser does that tells nobody where it was.
func (v *visitor) answers(path string, values url.Values) answer {
	v.t.Helper()
	found := checkInput.FindStringSubmatch(v.get(path).body)
	if found == nil {
		v.t.Fatalf("%s has no form", path)
	}
	values.Set("check", found[1])
	return v.do(http.MethodPost, path, strings.NewReader(values.Encode()), map[string]string{"Sec-Fetch-Site": "", "Origin": "null"})
}

// rolesOffered are the roles that the form of an invitation offers.
func rolesOffered(body string) string {
	_, form, _ := strings.Cut(body, `<select id="role"`)
	form, _, _ = strings.Cut(form, "</select>")
	var roles []string
	for _, found := range regexp.MustCompile(`<option value="([a-z]+)"`).FindAllStringSubmatch(form, -1) {
		roles = append(roles, found[1])
	}
	return strings.Join(roles, " ")
}

func TestTheFirstAdministratorSetsTheServerUpAndInvitesAColleague(t *testing.T) {
	house, server := newHouse(t)
	token, err := house.People.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	ada := newVisitor(t, server)
	ada.get("/").leadsTo(t, "/sign-in")
	given := url.Values{"organisation": {"Northside Dental"}, "name": {"Ada Quill"}, "email": {adasAddress}, "password": {"password1234"}}
	ada.answers("/set-up/"+token, given).wants(t, http.StatusUnprocessableEntity, "There is one thing to put right", "attackers try first", `value="`+adasAddress+`"`)
	given.Set("password", phrase)
	ada.answers("/set-up/"+token, given).leadsTo(t, "/account?welcome=1")
	ada.get("/set-up/"+token).wants(t, http.StatusGone, "This server is set up already")
	ada.get("/").leadsTo(t, "/work/area")
	people := ada.get("/people")
	people.wants(t, http.StatusOK, "People of Northside Dental", "Ada Quill (you)", "Administrator, Northside Dental", `<option value="triager">`, `<option value="1">Everywhere</option>`)
	if got := rolesOffered(people.body); got != "referrer triager approver administrator" {
		t.Errorf("a practice that does not treat is offered %s", got)
	}
	ada.get("/directory/1").wants(t, http.StatusOK, "Refers, referral centre")
	organisation := url.Values{"organisation": {"1"}}
	ada.post("/people/invite", organisation).wants(t, http.StatusUnprocessableEntity, "There are 3 things to put right")
	made := ada.post("/people/invite", url.Values{"organisation": {"1"}, "name": {"Bo Lund"}, "email": {bosAddress}, "role": {"referrer"}})
	made.wants(t, http.StatusOK, "Send this link to Bo Lund", "Invitations that wait")
	link := regexp.MustCompile(`http://pages\.example\.org(/invitation/[A-Z0-9]+)`).FindStringSubmatch(made.body)
	if link == nil {
		t.Fatal("there is no link")
	}
	if strings.Contains(ada.get("/people").body, link[1]) {
		t.Error("the link is shown again")
	}
	bo := newVisitor(t, server)
	bo.get(link[1]).wants(t, http.StatusOK, "Northside Dental", "Referrer", bosAddress)
	bo.answers(link[1], url.Values{"name": {"Bo Lund"}, "password": {phrase}}).leadsTo(t, "/account?welcome=1")
	bo.get(link[1]).wants(t, http.StatusGone, "used already")
	bo.get("/referrals").wants(t, http.StatusOK, "Bo Lund", "Referrer, Northside Dental")
	bo.get("/people").wants(t, http.StatusForbidden, "Only an administrator")
}

func TestALinkIsNotOpenedByAPageOfAnotherSite(t *testing.T) {
	house, server := newHouse(t)
	token, err := house.People.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	values := url.Values{"organisation": {"Northside Dental"}, "name": {"Ada Quill"}, "email": {adasAddress}, "password": {phrase}, "check": {"guessed"}}
	v := newVisitor(t, server)
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "null"}, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}} {
		v.do(http.MethodPost, "/set-up/"+token, strings.NewReader(values.Encode()), header).wants(t, http.StatusForbidden)
	}
	if has, err := house.People.HasPeople(t.Context()); err != nil || has {
		t.Errorf("there are people: %v, %v", has, err)
	}
}

func TestASignInSaysNothingOfWhichPartIsWrong(t *testing.T) {
	_, server := staffed(t)
	v := newVisitor(t, server)
	wrong := v.post("/sign-in", url.Values{"email": {adasAddress}, "password": {otherPhrase}})
	wrong.wants(t, http.StatusUnauthorized, "The e-mail address or the password is not right", `value="`+adasAddress+`"`)
	if strings.Contains(wrong.body, otherPhrase) {
		t.Error("the page gives the password back")
	}
	unknown := v.post("/sign-in", url.Values{"email": {"ida.quill@northside.example"}, "password": {otherPhrase}})
	if got := strings.ReplaceAll(unknown.body, "ida.quill", "ada.quill"); got != wrong.body || unknown.status != wrong.status {
		t.Error("the page tells an unknown address from a wrong password")
	}
}

func TestWhoGuessesIsToldToWait(t *testing.T) {
	_, server := staffed(t)
	v := newVisitor(t, server)
	for range 30 {
		v.post("/sign-in", url.Values{"email": {"nobody@northside.example"}, "password": {"x"}}).wants(t, http.StatusUnauthorized)
	}
	got := v.post("/sign-in", url.Values{"email": {adasAddress}, "password": {phrase}})
	got.wants(t, http.StatusTooManyRequests, "too many tries from here")
	if got.header.Get("Retry-After") == "" {
		t.Error("it does not say for how long")
	}
	v.get("/invitation/guess").wants(t, http.StatusTooManyRequests, "Too many tries")
}

func TestASessionIsItsBrowsersAloneAndNeverOneThatWasBroughtAlong(t *testing.T) {
	_, server := staffed(t)
	v := newVisitor(t, server)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	const planted = "PLANTEDBYSOMEBODYELSE22222"
	v.client.Jar.SetCookies(at, []*http.Cookie{{Name: "bridgework-person", Value: planted, Path: "/"}, {Name: "bridgework-step", Value: planted, Path: "/"}})
	got := v.post("/sign-in", url.Values{"email": {adasAddress}, "password": {phrase}})
	got.leadsTo(t, "/")
	cookies := strings.Join(got.header.Values("Set-Cookie"), "\n")
	if !regexp.MustCompile(`(?m)^bridgework-person=[A-Z2-7]{26}; Path=/; HttpOnly; SameSite=Lax$`).MatchString(cookies) {
		t.Errorf("the cookies are %s", cookies)
	}
	first := v.cookie("bridgework-person")
	if first == planted {
		t.Fatal("the planted session is taken over")
	}
	v.post("/sign-in", url.Values{"email": {adasAddress}, "password": {phrase}}).leadsTo(t, "/")
	second := v.cookie("bridgework-person")
	other := newVisitor(t, server)
	for session, want := range map[string]int{planted: http.StatusUnauthorized, first: http.StatusUnauthorized, second: http.StatusOK} {
		if got := other.do(http.MethodGet, "/account", nil, map[string]string{"Cookie": "bridgework-person=" + session}); got.status != want {
			t.Errorf("a session answers %d, want %d", got.status, want)
		}
	}
}

func TestTheCookieIsBoundToTheHostWhereTheBrowserSpeaksTLS(t *testing.T) {
	house, direct := staffed(t)
	if got := newVisitor(t, direct).do(http.MethodPost, "/sign-in", strings.NewReader(url.Values{"email": {adasAddress}, "password": {phrase}}.Encode()), map[string]string{"X-Forwarded-Proto": "https"}); strings.Contains(strings.Join(got.header.Values("Set-Cookie"), "\n"), "Secure") {
		t.Error("a browser is believed that it speaks TLS")
	}
	server := behindProxy(t, house)
	v := newVisitor(t, server)
	values := url.Values{"email": {adasAddress}, "password": {phrase}}
	got := v.do(http.MethodPost, "/sign-in", strings.NewReader(values.Encode()), map[string]string{"X-Forwarded-Proto": "https"})
	cookies := strings.Join(got.header.Values("Set-Cookie"), "\n")
	found := regexp.MustCompile(`(?m)^__Host-bridgework-person=([A-Z2-7]{26}); Path=/; HttpOnly; Secure; SameSite=Lax$`).FindStringSubmatch(cookies)
	if found == nil {
		t.Fatalf("the cookies are %s", cookies)
	}
	with := func(name string) int {
		return newVisitor(t, server).do(http.MethodGet, "/account", nil, map[string]string{"X-Forwarded-Proto": "https", "Cookie": name + "=" + found[1]}).status
	}
	if got := with("__Host-bridgework-person"); got != http.StatusOK {
		t.Errorf("the cookie answers %d", got)
	}
	if got := with("bridgework-person"); got != http.StatusUnauthorized {
		t.Errorf("over TLS a cookie without the prefix answers %d", got)
	}
}

func TestWhoGuessesBehindAProxyIsHeldAndNobodyElse(t *testing.T) {
	house, _ := staffed(t)
	server := behindProxy(t, house)
	guess := func(forwarded string) answer {
		return newVisitor(t, server).do(http.MethodGet, "/invitation/guess", nil, map[string]string{"X-Forwarded-For": forwarded})
	}
	for i := range 30 {
		guess(fmt.Sprintf("198.51.100.%d, 192.0.2.7", i)).wants(t, http.StatusNotFound) // each time they say that they are another one
	}
	guess("203.0.113.5, 192.0.2.7").wants(t, http.StatusTooManyRequests, "Too many tries")
	guess("203.0.113.5").wants(t, http.StatusNotFound)
}

func TestWhoNamesAnotherAddressIsHeldByTheirOwn(t *testing.T) {
	house, _ := staffed(t)
	server := httptest.NewServer((&proxy.Trust{}).Handler(house.Site))
	defer server.Close()
	for i := range 31 {
		got := newVisitor(t, server).do(http.MethodGet, "/invitation/guess", nil, map[string]string{"X-Forwarded-For": fmt.Sprintf("198.51.100.%d", i)})
		if want := map[bool]int{true: http.StatusNotFound, false: http.StatusTooManyRequests}[i < 30]; got.status != want {
			t.Fatalf("guess %d answers %d, want %d", i+1, got.status, want)
		}
	}
}

func TestNothingIsDoneThatAnotherSitesPageAsksFor(t *testing.T) {
	house, server := staffed(t)
	v := newVisitor(t, server).signsIn(adasAddress)
	for path, values := range map[string]url.Values{
		"/account/password": {"password.current": {phrase}, "password.password": {otherPhrase}}, "/account/sessions/end-others": {}, "/people/2/disable": {"organisation": {"1"}},
		"/people/invite": {"organisation": {"1"}, "name": {"Eve"}, "email": {"eve@evil.example"}, "role": {"administrator"}}, "/sign-out": {},
		"/sign-in": {"email": {bosAddress}, "password": {phrase}}, "/account/acting": {"membership": {"1"}}, "/sign-in/passkey/begin": {},
	} {
		for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}} {
			if got := v.do(http.MethodPost, path, strings.NewReader(values.Encode()), header); got.status != http.StatusForbidden {
				t.Errorf("%s with %v answers %d", path, header, got.status)
			}
		}
	}
	v.get("/people").wants(t, http.StatusOK, "Ada Quill (you)")
	if found, err := house.People.Colleagues(t.Context(), mustVisit(t, house, v), 1, people.Filter{}); err != nil || found.Waiting > 0 || slices.ContainsFunc(found.Lines, func(p people.Colleague) bool { return p.IsDisabled }) {
		t.Errorf("something was done: %+v, %v", found, err)
	}
}

func mustVisit(t *testing.T, house *webtest.House, v *visitor) *people.Visitor {
	t.Helper()
	found, err := house.People.Session(t.Context(), v.cookie("bridgework-person"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAfterTheSignInOneIsWhereOneWantedToGoAndNowhereElse(t *testing.T) {
	_, server := staffed(t)
	v := newVisitor(t, server)
	v.get("/referrals?show=drafts").wants(t, http.StatusUnauthorized, `href="/sign-in?to=%2Freferrals%3Fshow%3Ddrafts"`)
	for to, want := range map[string]string{
		"/referrals?show=drafts": "/referrals?show=drafts", "/account": "/account", "": "/", "//evil.example": "/", "https://evil.example/account": "/", `/\evil.example`: "/", "javascript:alert(1)": "/",
		"/account\r\nX: y": "/", "/\t/evil.example": "/", "/nothing-of-ours": "/", "account": "/", "/sign-in": "/", "///evil.example/account": "/",
	} {
		got := v.post("/sign-in", url.Values{"email": {bosAddress}, "password": {phrase}, "to": {to}})
		if got.header.Get("Location") != want {
			t.Errorf("%q leads to %q, want %q", to, got.header.Get("Location"), want)
		}
	}
	if got := v.get("/sign-in?to=//evil.example"); got.header.Get("Location") != "/" {
		t.Errorf("who is signed in is led to %q", got.header.Get("Location"))
	}
}

func TestASessionEndsWithItsAccountAndTheNextPageSaysSo(t *testing.T) {
	house, server := staffed(t)
	ada, bo := newVisitor(t, server).signsIn(adasAddress), newVisitor(t, server).signsIn(bosAddress)
	bo.get("/referrals").wants(t, http.StatusOK)
	ada.post("/people/2/disable", url.Values{"organisation": {"1"}}).leadsTo(t, "/people?done=disabled&organisation=1")
	bo.get("/referrals").wants(t, http.StatusUnauthorized, "Sign in")
	bo.post("/sign-in", url.Values{"email": {bosAddress}, "password": {phrase}}).wants(t, http.StatusUnauthorized)
	ada.post("/people/2/enable", url.Values{"organisation": {"1"}}).leadsTo(t, "/people?done=enabled&organisation=1")
	bo.signsIn(bosAddress)
	ada.post("/people/roles/2/end", url.Values{"organisation": {"1"}}).leadsTo(t, "/people?done=ended&organisation=1")
	bo.get("/account").wants(t, http.StatusUnauthorized)
	ada.post("/people/roles/1/end", url.Values{"organisation": {"1"}}).wants(t, http.StatusConflict, "last administrator")
	house.Pass(31 * time.Minute)
	ada.get("/account").wants(t, http.StatusUnauthorized)
}

func TestARevokedInvitationOpensNothingAndAResetLinkGivesANewPassword(t *testing.T) {
	_, server := staffed(t)
	ada := newVisitor(t, server).signsIn(adasAddress)
	linkOf := regexp.MustCompile(`http://pages\.example\.org(/invitation/[A-Z0-9]+)`)
	made := ada.post("/people/invite", url.Values{"organisation": {"1"}, "name": {"Cy Reed"}, "email": {"cy@northside.example"}, "role": {"referrer"}})
	link := linkOf.FindStringSubmatch(made.body)[1]
	ada.post("/people/invitations/1/revoke", url.Values{"organisation": {"1"}}).leadsTo(t, "/people/invitations?done=revoked&organisation=1")
	ada.post("/people/invitations/1/revoke", url.Values{"organisation": {"1"}}).leadsTo(t, "/people/invitations?done=revoked&organisation=1")
	cy := newVisitor(t, server)
	cy.get(link).wants(t, http.StatusGone, "ended by an administrator")
	cy.post(link, url.Values{"name": {"Cy Reed"}, "password": {phrase}}).wants(t, http.StatusGone)
	reset := ada.post("/people/2/reset", url.Values{"organisation": {"1"}})
	reset.wants(t, http.StatusOK, "Send this link to Bo Lund")
	link = linkOf.FindStringSubmatch(reset.body)[1]
	bo := newVisitor(t, server)
	bo.answers(link, url.Values{"password": {otherPhrase}}).leadsTo(t, "/sign-in?reset=1")
	bo.post("/sign-in", url.Values{"email": {bosAddress}, "password": {phrase}}).wants(t, http.StatusUnauthorized)
	bo.post("/sign-in", url.Values{"email": {bosAddress}, "password": {otherPhrase}}).leadsTo(t, "/")
}

func TestWhoHasAnAccountTakesAFurtherRoleAndChangesBetweenThem(t *testing.T) {
	house, server := staffed(t)
	token, err := house.People.InviteAs(t.Context(), audit.Operator, people.NewInvitation{Name: "Bo Lund", Email: bosAddress, Organisation: 1, Role: lifecycle.Administrator})
	if err != nil {
		t.Fatal(err)
	}
	path := people.InvitationPath + token
	bo, ada := newVisitor(t, server), newVisitor(t, server).signsIn(adasAddress)
	bo.get(path).wants(t, http.StatusOK, "Sign in with it, and then open this link again")
	ada.get(path).wants(t, http.StatusOK, "for another account than "+adasAddress)
	bo.signsIn(bosAddress)
	bo.get("/").leadsTo(t, "/work/outbound")
	bo.get("/work").leadsTo(t, "/work/outbound")
	bo.answers(path, url.Values{"do": {"join"}}).leadsTo(t, "/")
	bo.get("/account").wants(t, http.StatusOK, "Administrator, Northside Dental", "Change role", "Referrer, Northside Dental")
	bo.get("/people").wants(t, http.StatusOK)
	bo.post("/account/acting", url.Values{"membership": {"2"}}).leadsTo(t, "/")
	bo.get("/people").wants(t, http.StatusForbidden)
	bo.post("/account/acting", url.Values{"membership": {"1"}}).wants(t, http.StatusNotFound)
}

// TestTheSecondFactorOnThePages turns codes on, signs in with one, tries it again, and uses a recovery code.
func TestTheSecondFactorOnThePages(t *testing.T) {
	house, server := staffed(t)
	v := newVisitor(t, server).signsIn(adasAddress)
	v.post("/account/second-factor", url.Values{"factor.current": {otherPhrase}}).wants(t, http.StatusUnprocessableEntity, "not your password", `href="#factor.current"`)
	v.post("/account/second-factor", url.Values{"factor.current": {phrase}}).leadsTo(t, "/account/second-factor")
	shown := v.get("/account/second-factor")
	found := regexp.MustCompile(`<code class="secret">([A-Z2-7 ]+)</code>`).FindStringSubmatch(shown.body)
	if found == nil || !regexp.MustCompile(`<path d="(M\d+ \d+h\d+v1h-\d+z)+" fill`).MatchString(shown.body) {
		t.Fatalf("the page has no key or no picture:\n%s", shown.body)
	}
	secret := strings.ReplaceAll(found[1], " ", "")
	code := func() string {
		text, err := totp.GenerateCode(secret, house.Now())
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	v.post("/account/second-factor/confirm", url.Values{"code": {"000000"}}).wants(t, http.StatusUnprocessableEntity, "not the code")
	kept := v.post("/account/second-factor/confirm", url.Values{"code": {code()}})
	codes := regexp.MustCompile(`<code>([A-Z2-7-]{19})</code>`).FindAllStringSubmatch(kept.body, -1)
	if kept.wants(t, http.StatusOK, "Keep your recovery codes"); len(codes) != 10 {
		t.Fatalf("there are %d codes", len(codes))
	}
	house.Pass(time.Minute)
	other := newVisitor(t, server)
	other.get("/sign-in/code").leadsTo(t, "/sign-in?over=1")
	step := func() {
		t.Helper()
		other.post("/sign-in", url.Values{"email": {adasAddress}, "password": {phrase}, "to": {"/people"}}).leadsTo(t, "/sign-in/code?to=%2Fpeople")
		other.get("/account").wants(t, http.StatusUnauthorized)
	}
	step()
	used := code()
	other.post("/sign-in/code", url.Values{"code": {used}, "to": {"/people"}}).leadsTo(t, "/people")
	other.get("/account").wants(t, http.StatusOK, "10 of your recovery codes are left")
	other.post("/sign-out", nil).leadsTo(t, "/sign-in?out=1")
	other.get("/account").wants(t, http.StatusUnauthorized)
	step()
	other.post("/sign-in/code", url.Values{"code": {used}}).wants(t, http.StatusUnauthorized, "used before")
	other.post("/sign-in/code", url.Values{"code": {codes[2][1]}}).leadsTo(t, "/")
	other.post("/sign-in/code", url.Values{"code": {codes[3][1]}}).leadsTo(t, "/sign-in?over=1")
	other.get("/account").wants(t, http.StatusOK, "9 of your recovery codes are left")
	other.post("/account/codes", url.Values{"codes.current": {phrase}}).wants(t, http.StatusOK, "The old ones have ended")
	other.post("/account/second-factor/end", url.Values{"factor.current": {phrase}}).leadsTo(t, "/account?done=factor-off")
	newVisitor(t, server).signsIn(adasAddress)
}

func TestAPasswordIsChangedOnThePageAndOtherBrowsersAreSignedOut(t *testing.T) {
	_, server := staffed(t)
	here, there := newVisitor(t, server).signsIn(bosAddress), newVisitor(t, server).signsIn(bosAddress)
	here.post("/account/password", url.Values{"password.current": {phrase}, "password.password": {"bo lund is the best"}}).wants(t, http.StatusUnprocessableEntity, "without your name", `href="#password.password"`)
	here.post("/account/password", url.Values{"password.current": {phrase}, "password.password": {otherPhrase}}).leadsTo(t, "/account?done=password")
	here.get("/account?done=password").wants(t, http.StatusOK, "signed out everywhere else")
	there.get("/account").wants(t, http.StatusUnauthorized)
}

func TestSessionsAreEndedOnThePage(t *testing.T) {
	house, server := staffed(t)
	here, there, third := newVisitor(t, server).signsIn(bosAddress), newVisitor(t, server).signsIn(bosAddress), newVisitor(t, server).signsIn(bosAddress)
	here.get("/account").wants(t, http.StatusOK, "This one", "Sign out everywhere else")
	num := mustVisit(t, house, there).Session
	stranger := newVisitor(t, server).signsIn(adasAddress)
	path := "/account/sessions/" + string(rune('0'+num)) + "/end"
	stranger.post(path, nil).leadsTo(t, "/account?done=session")
	there.get("/account").wants(t, http.StatusOK)
	here.post(path, nil).leadsTo(t, "/account?done=session")
	there.get("/account").wants(t, http.StatusUnauthorized)
	here.post("/account/sessions/end-others", nil).leadsTo(t, "/account?done=sessions")
	third.get("/account").wants(t, http.StatusUnauthorized)
	here.get("/account").wants(t, http.StatusOK)
}

func TestAPersonAndAPracticesLinkLiveInOneBrowser(t *testing.T) {
	house, server := staffed(t)
	other, err := house.Practices.Create(t.Context(), audit.Operator, "Eastside Dental")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := house.People.Create(t.Context(), audit.Operator, people.NewPerson{Name: "Dee Marsh", Email: "dee@eastside.example", Password: phrase,
		Memberships: []people.Membership{{Organisation: int64(other.Num), Role: lifecycle.Referrer}}}); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, server).signsIn("dee@eastside.example")
	made := prepare(t, house, "AdultRestorativeForm")
	v.get("/referrals/"+made.URN).wants(t, http.StatusNotFound)
	v.open(made)
	v.get("/referrals/"+made.URN).wants(t, http.StatusOK, "Dee Marsh")
	list := v.get("/referrals?show=drafts")
	if list.wants(t, http.StatusOK, "Eastside Dental"); strings.Contains(list.body, made.URN) {
		t.Error("the person's own list has another practice's referral")
	}
	v.post("/sign-out", nil).leadsTo(t, "/sign-in?out=1")
	v.get("/referrals/"+made.URN).wants(t, http.StatusUnauthorized)
}

func TestRefusalsOfPeopleAreInTheTrailByNumber(t *testing.T) {
	house, server := staffed(t)
	bo := newVisitor(t, server).signsIn(bosAddress)
	bo.get("/people").wants(t, http.StatusForbidden)
	if last := entriesOf(t, house)[0]; last.Caller.Name != "person 2" || last.Action != audit.Refuse || last.Target != "GET /people" || last.Detail != "forbidden" {
		t.Errorf("the trail ends with %+v", last)
	}
	bo.post("/people/1/disable", url.Values{"organisation": {"1"}}).wants(t, http.StatusForbidden)
	if last := entriesOf(t, house)[0]; last.Caller.Name != "person 2" || last.Target != "POST /people/{person}/disable" {
		t.Errorf("the trail ends with %+v", last)
	}
}

func TestTheHeadLeadsOnlyToPagesThatThereAre(t *testing.T) {
	_, server := staffed(t)
	for _, email := range []string{adasAddress, bosAddress} {
		v := newVisitor(t, server).signsIn(email)
		body := v.get("/account").body
		nav := body[strings.Index(body, `<nav class="lists"`):strings.Index(body, "<main")]
		links := regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(nav, -1)
		if len(links) == 0 {
			t.Errorf("%s is led nowhere", email)
		}
		for _, link := range links {
			v.get(link[1]).wants(t, http.StatusOK)
		}
	}
}

func TestPasskeysAreOfferedAtTheirAddressAlone(t *testing.T) {
	_, server := staffed(t)
	v := newVisitor(t, server).signsIn(adasAddress)
	v.get("/account").wants(t, http.StatusOK, "need a server that is reached by its name over HTTPS")
	got := v.do(http.MethodPost, "/sign-in/passkey/begin", nil, map[string]string{"Accept": "application/json"})
	if got.status != http.StatusConflict || !strings.Contains(got.body, "over HTTPS") {
		t.Errorf("the answer is %d %s", got.status, got.body)
	}
}

func TestNoPageOfPeopleHasScriptOrStyleInIt(t *testing.T) {
	house, server := staffed(t)
	token, err := house.People.InviteAs(t.Context(), audit.Operator, people.NewInvitation{Name: "Cy Reed", Email: "cy@northside.example", Organisation: 1, Role: lifecycle.Referrer})
	if err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, server)
	pages := []string{v.get("/sign-in").body, v.get(people.InvitationPath + token).body}
	v.signsIn(adasAddress).post("/account/second-factor", url.Values{"factor.current": {phrase}}).leadsTo(t, "/account/second-factor")
	for _, path := range []string{"/account", "/account/second-factor", "/people"} {
		got := v.get(path)
		if policy := got.header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s has the policy %q", path, policy)
		}
		pages = append(pages, got.body)
	}
	for _, body := range pages {
		if found := regexp.MustCompile(`(?i)<style|\sstyle=|\son\w+=|<script(>| [^s])|javascript:`).FindString(body); found != "" {
			t.Errorf("a page has %q", found)
		}
	}
}

func TestTheFirstAdministratorOfAReferralCentreLooksAfterItsArea(t *testing.T) {
	house, server := newHouse(t)
	token, err := house.People.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, server)
	v.answers("/set-up/"+token, url.Values{"organisation": {"Wessex Referral Centre"}, "name": {"Ada Quill"}, "email": {"ada@wessex.example"}, "password": {phrase}}).leadsTo(t, "/account?welcome=1")
	v.get("/people").wants(t, http.StatusOK, "People of Wessex Referral Centre", `<option value="1">Northside Dental</option>`, `<option value="1">Everywhere</option>`)
	practice := v.get("/people?organisation=1")
	practice.wants(t, http.StatusOK, "People of Northside Dental")
	if got := rolesOffered(practice.body); got != "referrer administrator" {
		t.Errorf("a practice that refers alone is offered %s", got)
	}
	v.post("/people/invite", url.Values{"organisation": {"1"}, "name": {"Bo Lund"}, "email": {bosAddress}, "role": {"triager"}}).wants(t, http.StatusUnprocessableEntity,
		`<a href="#role">Northside Dental refers, and has no triager. Choose referrer or administrator;`, "say first that it is a referral centre", `value="Bo Lund"`)
	v.get("/people?organisation=77").wants(t, http.StatusNotFound)
	made := v.post("/people/invite", url.Values{"organisation": {"1"}, "name": {"Bo Lund"}, "email": {bosAddress}, "role": {"administrator"}})
	made.wants(t, http.StatusOK, "People of Northside Dental", "Send this link to Bo Lund")
	triager := v.post("/people/invite", url.Values{"organisation": {"1000001"}, "name": {"Cy Reed"}, "email": {"cy@wessex.example"}, "role": {"triager"}, "area": {"1"}})
	triager.wants(t, http.StatusOK, "Send this link to Cy Reed")
	cy := newVisitor(t, server)
	cy.answers(regexp.MustCompile(`/invitation/[A-Z0-9]+`).FindString(triager.body), url.Values{"name": {"Cy Reed"}, "password": {phrase}}).leadsTo(t, "/account?welcome=1")
	if got := mustVisit(t, house, cy); !slices.Equal(got.Areas, []int64{1}) || got.Acting.OrganisationName != "Wessex Referral Centre" {
		t.Errorf("the triager is %+v", got)
	}
	cy.get("/areas").wants(t, http.StatusOK, "Cy Reed", "Everywhere")
	v.get("/areas/1").wants(t, http.StatusOK)
}

func TestWhoHasNoRoleLeftIsToldSoAndItIsNoted(t *testing.T) {
	house, server := staffed(t)
	ada := newVisitor(t, server).signsIn(adasAddress)
	ada.post("/people/roles/2/end", url.Values{"organisation": {"1"}}).leadsTo(t, "/people?done=ended&organisation=1")
	newVisitor(t, server).post("/sign-in", url.Values{"email": {bosAddress}, "password": {phrase}}).wants(t, http.StatusForbidden, "no role in any organisation")
	if last := entriesOf(t, house)[0]; last.Action != audit.Refuse || last.Target != "POST /sign-in" || last.Detail != "forbidden" {
		t.Errorf("the trail ends with %+v", last)
	}
}

func TestAnEdgeThatGivesOutDocumentsKnowsThePersonToo(t *testing.T) {
	house, server := staffed(t)
	v := newVisitor(t, server).signsIn(bosAddress)
	r := httptest.NewRequest(http.MethodGet, "/documents/x.pdf", nil)
	r.AddCookie(&http.Cookie{Name: "bridgework-person", Value: v.cookie("bridgework-person")})
	caller, err := house.Site.Caller(r)
	if err != nil || caller.Person != 2 || caller.Role != lifecycle.Referrer {
		t.Errorf("the caller is %+v, %v", caller, err)
	}
}
