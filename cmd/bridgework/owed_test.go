package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
	"github.com/bridgework-dental/bridgework/internal/practice"
)

// get asks a server that runs.
func get(t *testing.T, address, key string) (status int, body []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token token="+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}

func TestASubmissionsFilesAreAnnouncedAndFetched(t *testing.T) {
	type call struct {
		id, timestamp, signature string
		body                     []byte
	}
	calls := make(chan call, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- call{r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), r.Header.Get("webhook-signature"), body}
	}))
	defer receiver.Close()
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Bridge Street")
	made := mustRun(t, "key", "create", "--data", dir, "--practice", "Bridge Street", "--dental-referrals")
	_, key, _ := strings.Cut(made, "token=")
	key = strings.TrimSpace(key)

	server, stop := begin(t, "serve", "--data", dir, "--plain-webhooks", "--webhook-hosts", "*,127.0.0.1")
	defer stop()
	base := server.base(t)
	if status, body := get(t, base+"/react4r/v2/available_forms", key); status != http.StatusOK {
		t.Fatalf("%d: %s", status, body)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/react4r/v2/prepare_form", strings.NewReader(url.Values{
		"form_type": {"PeriodontalForm"}, "patient_first_name": {"Siân"}, "patient_last_name": {"Ŵyn"}, "patient_dob": {"10/10/1980"}, "files_ready_webhook_url": {receiver.URL + "/ready"},
	}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Token token="+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	var prepared struct{ URN string }
	err = json.NewDecoder(response.Body).Decode(&prepared)
	response.Body.Close()
	if err != nil || prepared.URN == "" {
		t.Fatal(response.Status, err)
	}
	submitBeside(t, dir, key, prepared.URN)

	var got call
	select {
	case got = <-calls:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody was told")
	}
	var payload struct {
		URN   string
		Files []string
	}
	if err := json.Unmarshal(got.body, &payload); err != nil || payload.URN != prepared.URN || len(payload.Files) != 2 {
		t.Fatalf("%s: %v", got.body, err)
	}
	for _, file := range payload.Files {
		if status, body := get(t, file, key); status != http.StatusOK || !bytes.HasPrefix(body, []byte("%PDF-")) {
			t.Errorf("%s: %d, %d bytes", file, status, len(body))
		}
	}
	secret := strings.TrimSpace(mustRun(t, "practice", "webhook-secret", "--data", dir, "Bridge Street"))
	signing, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, signing)
	fmt.Fprintf(mac, "%s.%s.%s", got.id, got.timestamp, got.body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); got.signature != want {
		t.Errorf("the printed secret makes %s, and the call has %s", want, got.signature)
	}
	if out := mustRun(t, "jobs", "--data", dir); out != "Nothing is stuck.\n" {
		t.Error(out)
	}
}

// submitBeside fills a form in and submits it, as the page does, in the folder that a server serves.
func submitBeside(t *testing.T, dir, key, urn string) {
	t.Helper()
	practices, err := practice.Open(t.Context(), dir, practice.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer practices.Close()
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		t.Fatal(err)
	}
	caller, err := desk.Authenticate(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	filled, err := desk.Form(t.Context(), caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := formtest.Complete(filled.Type, desk.Today(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range filled.Type.Fields() {
		if field.Kind == form.Files {
			delete(answers, field.ID)
		}
	}
	answers["no_radiograph_reason"] = form.Value{Text: "Kept in the hospital's archive"}
	if _, err := desk.Keep(t.Context(), caller, urn, filled.Rev, answers); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Submit(t.Context(), caller, urn, true); err != nil {
		t.Fatal(err)
	}
}
