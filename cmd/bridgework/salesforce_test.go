package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/sfapi"
)

// The two calls of the document, with the demo's client and records.
func TestTheDocumentsReferralsWorkAgainstTheDemoAsTheyArePrinted(t *testing.T) {
	practices, err := practice.Open(t.Context(), t.TempDir(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer practices.Close()
	p, err := practices.Create(t.Context(), audit.Operator, demoPractice)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a demo that is started again has all of it
		if err := fillIntake(t.Context(), practices, p); err != nil {
			t.Fatal(err)
		}
	}
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		t.Fatal(err)
	}
	server := sfapi.New(intake.New(practices.Hub, desk), sfapi.Options{})
	do := func(path, contentType, token, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		return w
	}
	w := do("/services/oauth2/token", "application/x-www-form-urlencoded", "", url.Values{"grant_type": {"client_credentials"}, "client_id": {"demo"}, "client_secret": {"demo"}}.Encode())
	var grant struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &grant); err != nil || grant.Token == "" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	content, err := os.ReadFile("../../spec/vectors/salesforce/referrals.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name    string
		Request struct{ Body json.RawMessage }
	}
	if err := json.Unmarshal(content, &vectors); err != nil {
		t.Fatal(err)
	}
	printed := 0
	for _, v := range vectors {
		if !strings.HasSuffix(v.Name, "as the document prints it") {
			continue
		}
		printed++
		w := do("/services/data/v66.0/connect/health/referral-management/referrals", "application/json", grant.Token, string(v.Request.Body))
		if w.Code != http.StatusCreated || !regexp.MustCompile(`^\{"error":null,"referralIds":\["0lv[0-9A-Za-z]{15}"(,"0lv[0-9A-Za-z]{15}")?\]\}`).Match(w.Body.Bytes()) {
			t.Errorf("%s: %d %s", v.Name, w.Code, w.Body)
		}
	}
	if printed != 2 {
		t.Errorf("the document prints two, and %d were sent", printed)
	}
}

func TestASalesforceClientIsMadeListedAndRevokedAndAProviderMadeKnown(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "County Hospital")
	out := mustRun(t, "key", "create", "--data", dir, "--practice", "County Hospital", "--salesforce", "--strict-ids")
	secret := regexp.MustCompile(`client_secret  (\S+)`).FindStringSubmatch(out)
	if secret == nil || !strings.Contains(out, "client_id") {
		t.Fatalf("no client is shown: %s", out)
	}
	list := mustRun(t, "key", "list", "--data", dir)
	if !strings.Contains(list, "sf1") || !strings.Contains(list, "strict ids, strict picklists") || strings.Contains(list, secret[1]) {
		t.Errorf("the list is %s", list)
	}
	out = mustRun(t, "practice", "provider", "--data", dir, "County Hospital", "0cmRM0000004nAgYAI", "Harbour Oral Surgery")
	if !strings.Contains(out, "is known to County Hospital as 0cmRM0000004nAgYAI") {
		t.Errorf("it prints %s", out)
	}
	if code, _, errors := bridgework(t, "practice", "provider", "--data", dir, "County Hospital", "0cmRM0000004nAgDZc", "Harbour"); code != exitFailure || !strings.Contains(errors, "not the id of a provider") {
		t.Errorf("a misspelt id: %d %s", code, errors)
	}
	mustRun(t, "key", "revoke", "--data", dir, "sf1")
	if code, _, errors := bridgework(t, "key", "revoke", "--data", dir, "sf1"); code != exitFailure || !strings.Contains(errors, "was revoked") {
		t.Errorf("revoked twice: %d %s", code, errors)
	}
	if code, _, errors := bridgework(t, "key", "create", "--data", dir, "--practice", "County Hospital", "--salesforce", "--permissions", "ReadAll"); code != exitFailure || !strings.Contains(errors, "--salesforce") {
		t.Errorf("flags of two kinds: %d %s", code, errors)
	}
}

func TestASourceOfAPracticesChartIsMadeAnotherPractice(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	mustRun(t, "practice", "create", "--data", dir, "B")
	if code, _, errors := bridgework(t, "practice", "network", "--data", dir, "A", "7", "B"); code != exitFailure || !strings.Contains(errors, "Referral") {
		t.Errorf("a source that is none: %d %s", code, errors)
	}
	if code, _, errors := bridgework(t, "practice", "network", "--data", dir, "A", "7", "C"); code != exitFailure || !strings.Contains(errors, "There is no practice named") {
		t.Errorf("a practice that is none: %d %s", code, errors)
	}
}
