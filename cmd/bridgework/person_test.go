package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestPeopleAreInvitedListedAndDisabledByTheOperator(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside Dental")
	link := mustRun(t, "person", "set-up-link", "--data", dir)
	if !regexp.MustCompile(`^http://127\.0\.0\.1:30222/set-up/[A-Z2-7]{26}\n$`).MatchString(link) {
		t.Errorf("the link is %q", link)
	}
	link = mustRun(t, "person", "invite", "--data", dir, "--public-url", "https://refer.example.org", "--organisation", "northside dental", "--role", "referrer", "--name", "Bo Lund", "bo@northside.example")
	if !regexp.MustCompile(`^https://refer\.example\.org/invitation/[A-Z2-7]{26}\n$`).MatchString(link) {
		t.Errorf("the link is %q", link)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"invite", "--organisation", "Nowhere", "--role", "referrer", "--name", "Bo", "bo@northside.example"}, "no organisation named"},
		{[]string{"invite", "--organisation", "Northside Dental", "--role", "dentist", "--name", "Bo", "bo@northside.example"}, "must be one of"},
		{[]string{"invite", "--organisation", "Northside Dental", "--role", "referrer", "--name", "Bo", "bo"}, "e-mail address"},
		{[]string{"invite", "--organisation", "Northside Dental", "--role", "referrer", "--area", "1", "--name", "Bo", "bo@northside.example"}, "areas"},
		{[]string{"invite", "--organisation", "Northside Dental", "--role", "triager", "--name", "Bo", "bo@northside.example"}, "Northside Dental refers, and has no triager. Choose referrer or administrator"},
		{[]string{"disable", "nobody@northside.example"}, "nobody with the e-mail address"},
		{[]string{"password", "nobody@northside.example"}, "nobody with the e-mail address"},
	} {
		code, _, errors := bridgework(t, append([]string{"person", c.args[0], "--data", dir}, c.args[1:]...)...)
		if code == exitDone || !strings.Contains(errors, c.want) {
			t.Errorf("person %v exits with %d: %s", c.args, code, errors)
		}
	}
	if code, _, errors := bridgework(t, "person", "list", "--data", dir); code != exitDone || !strings.Contains(errors, "nobody yet") {
		t.Errorf("the list exits with %d: %s", code, errors)
	}
}

// TestTheFirstAdministratorComesByTheLinkThatServePrints starts a server, sets it up as a browser does, and starts it again.
func TestTheFirstAdministratorComesByTheLinkThatServePrints(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside Dental")
	server, stop := begin(t, "serve", "--data", dir)
	link := server.finds(t, `(http://127\.0\.0\.1:\d+/set-up/[A-Z2-7]{26})`)
	values := url.Values{"organisation": {"Wessex Referral Centre"}, "name": {"Ada Quill"}, "email": {"ada@wessex.example"}, "password": {"violet kettle under eleven clouds"}}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/account?welcome=1" {
		t.Fatalf("setting up answers %d", answer.StatusCode)
	}
	list := mustRun(t, "person", "list", "--data", dir)
	if !regexp.MustCompile(`1 +Ada Quill +ada@wessex\.example +administrator +Wessex Referral Centre +all`).MatchString(list) {
		t.Errorf("the list is\n%s", list)
	}
	mustRun(t, "person", "disable", "--data", dir, "ada@wessex.example")
	if list = mustRun(t, "person", "list", "--data", dir); !strings.Contains(list, "disabled") {
		t.Errorf("the list is\n%s", list)
	}
	mustRun(t, "person", "disable", "--enable", "--data", dir, "ada@wessex.example")
	if link := mustRun(t, "person", "password", "--data", dir, "ada@wessex.example"); !strings.Contains(link, "/invitation/") {
		t.Errorf("the link is %q", link)
	}
	if code, _, errors := bridgework(t, "person", "set-up-link", "--data", dir); code != exitFailure || !strings.Contains(errors, "people already") {
		t.Errorf("a second link exits with %d: %s", code, errors)
	}
	stop()
	server, stop = begin(t, "serve", "--data", dir)
	if before := server.finds(t, `(?s)^(.*?)msg=serving`); strings.Contains(before, "/set-up/") {
		t.Errorf("with people there it prints\n%s", before)
	}
	stop()
	if !strings.Contains(mustRun(t, "verify", "--data", dir), "hub") {
		t.Error("the trail is not verified")
	}
}
