package drapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

const vectors = "../../spec/vectors/dental-referrals"

// vector is one of spec/vectors/dental-referrals; its README has the keys.
type vector struct {
	ID       string   `json:"id"`
	Source   string   `json:"source"`
	Given    state    `json:"given"`
	Request  request  `json:"request"`
	Response response `json:"response"`
	Deviates string   `json:"deviates"`
}

type state struct {
	Referrals   []givenReferral `json:"referrals"`
	Others      []string        `json:"others"`
	Fileupload  int64           `json:"fileupload"`
	IsSubmitted bool            `json:"is_submitted"`
	IsOthers    bool            `json:"is_others"`
}

type givenReferral struct {
	URN       string            `json:"urn"`
	FormType  string            `json:"form_type"`
	Given     map[string]string `json:"given"`
	Submitted bool              `json:"submitted"`
	Files     []string          `json:"files"`
	SentTo    []string          `json:"sent_to"`
}

type request struct {
	Outgoing bool              `json:"outgoing"`
	Method   string            `json:"method"`
	Path     string            `json:"path"`
	Headers  map[string]string `json:"headers"`
	Body     any               `json:"body"`
	Keys     []string          `json:"keys"`
	File     *struct {
		Name   string `json:"name"`
		Sample string `json:"sample"`
	} `json:"file"`
}

type response struct {
	Status      int      `json:"status"`
	Body        any      `json:"body"`
	Includes    any      `json:"includes"`
	Absent      []string `json:"absent"`
	AnyOrder    bool     `json:"any_order"`
	ContentType string   `json:"content_type"`
	Begins      string   `json:"begins"`
	Most        int      `json:"most"`
	SameAs      string   `json:"same_as"`
}

func TestEveryVector(t *testing.T) {
	files, err := filepath.Glob(vectors + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no vectors", err)
	}
	seen := make(map[string]bool)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.DisallowUnknownFields()
		var all []vector
		if err := decoder.Decode(&all); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, v := range all {
			if seen[v.ID] || v.Source != "seed 003" && v.Source != "decided" {
				t.Errorf("%s is there twice, or of the source %q", v.ID, v.Source)
			}
			seen[v.ID] = true
			t.Run(v.ID, func(t *testing.T) { v.run(t) })
		}
	}
	if len(seen) < 77 {
		t.Errorf("there are %d vectors", len(seen))
	}
}

func (v *vector) run(t *testing.T) {
	prefix := "TST"
	if len(v.Given.Others) > 0 {
		prefix = "" // it is the other's
	}
	s := serve(t, referral.Options{BaseURL: "https://staging.dental-referrals.org"}, prefix, "AdultRestorativeForm", "ChildOralCareForm")
	ptguid := v.Given.make(t, s)
	if v.Request.Outgoing {
		v.owed(t, s)
		return
	}
	body, headers := "", []string{"Authorization", ""}
	if v.Request.Body != nil {
		body = v.Request.Body.(string)
	}
	if v.Request.File != nil {
		var kind string
		body, kind = multipartOf(t, v.Request.File.Name, referraltest.Sample(v.Request.File.Sample))
		headers = append(headers, "Content-Type", kind)
	}
	for _, name := range slices.Sorted(maps.Keys(v.Request.Headers)) {
		headers = append(headers, name, v.Request.Headers[name])
	}
	got := s.send(t, v.Request.Method, strings.ReplaceAll(v.Request.Path, "{ptguid}", ptguid), body, headers...)
	v.check(t, got)
	if v.Response.SameAs != "" {
		if same := s.send(t, "GET", strings.ReplaceAll(v.Response.SameAs, "{ptguid}", ptguid), ""); same.body != got.body || !strings.Contains(same.body, "TST0000001") {
			t.Errorf("(-as, +got)\n-%s\n+%s", same.body, got.body)
		}
	}
}

// make makes the state by what the server itself does.
func (g *state) make(t *testing.T, s *server) (ptguid string) {
	t.Helper()
	all, err := s.Desk.AccountOf(t.Context(), s.caller.Account.Practice)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range g.Referrals {
		made := r.make(t, s, all)
		if i == 0 {
			ptguid = made
		}
	}
	if len(g.Others) > 0 {
		other := s.Caller(t, s.Practice(t, "Other Surgery", "TST"), "")
		for len(g.Others) > 0 {
			made := prepared(t, s, other, referraltest.Given())
			if made.URN == g.Others[0] {
				s.Ready(t, s.Submit(t, other, made.URN), "AdultRestorativeForm", referral.AttachmentForm)
				g.Others = g.Others[1:]
			}
		}
	}
	if g.Fileupload != 0 {
		g.upload(t, s)
	}
	return ptguid
}

func prepared(t *testing.T, s *server, caller *referral.Caller, given referral.Prefill) referral.Prepared {
	t.Helper()
	made, err := s.Desk.Prepare(t.Context(), caller, given)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (r *givenReferral) make(t *testing.T, s *server, caller *referral.Caller) (ptguid string) {
	t.Helper()
	given := map[string]string{"form_type": r.FormType, "patient_dob": "10/10/1980"}
	maps.Copy(given, r.Given)
	made := prepared(t, s, caller, referral.Prefill{Given: given})
	if made.URN != r.URN {
		t.Fatalf("the referral %s became %s", r.URN, made.URN)
	}
	if !r.Submitted {
		return made.PtGuid
	}
	submitted := s.Submit(t, caller, made.URN)
	if len(r.Files) > 0 {
		s.Ready(t, submitted, r.FormType, r.Files...)
	}
	if len(r.SentTo) > 0 {
		to := lifecycle.Event{Move: lifecycle.AutoRoute, Data: lifecycle.Data{Provider: 1, Name: r.SentTo[0]}}
		if len(r.SentTo) > 1 {
			to.Data.Clinician = r.SentTo[1]
		}
		if _, err := s.Desk.Append(t.Context(), &referral.Caller{Role: lifecycle.System, Name: "system"}, made.URN, 2, to); err != nil {
			t.Fatal(err)
		}
	}
	return made.PtGuid
}

// upload makes the upload; those before it are of nobody.
func (g *state) upload(t *testing.T, s *server) {
	t.Helper()
	if err := s.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		return tx.Send("INSERT INTO `fileupload` (`FileUploadNum`, `PracticeNum`, `CreatedAt`) VALUES (?, 0, '2026-01-01 00:00:00')", store.Int(g.Fileupload-1))
	}); err != nil {
		t.Fatal(err)
	}
	caller := s.caller
	if g.IsOthers {
		caller = s.Caller(t, s.Practice(t, "Other Surgery", "OTH"), "")
	}
	num, err := s.Desk.OpenUpload(t.Context(), caller)
	if err != nil || num != g.Fileupload {
		t.Fatalf("the upload is %d, %v", num, err)
	}
	if g.IsSubmitted {
		made := prepared(t, s, caller, referraltest.Given("fileupload_id", strconv.FormatInt(num, 10)))
		s.Submit(t, caller, made.URN)
	}
}

func (v *vector) check(t *testing.T, got answer) {
	t.Helper()
	want := v.Response
	if got.status != want.Status {
		t.Errorf("it is answered %d %s, want %d", got.status, got.body, want.Status)
	}
	if want.ContentType != "" && got.header.Get("Content-Type") != want.ContentType {
		t.Errorf("its type is %s, want %s", got.header.Get("Content-Type"), want.ContentType)
	}
	if !strings.HasPrefix(got.body, want.Begins) {
		t.Errorf("it begins with %.20q, want %q", got.body, want.Begins)
	}
	if strings.HasPrefix(got.header.Get("Content-Type"), "application/pdf") {
		return
	}
	var body any
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatalf("it is answered %q: %v", got.body, err)
	}
	if want.Body != nil {
		if why := match("", want.Body, body, true, want.AnyOrder); why != "" {
			t.Error(why)
		}
	}
	if want.Includes != nil {
		if why := match("", want.Includes, body, false, want.AnyOrder); why != "" {
			t.Error(why)
		}
	}
	members, _ := body.(map[string]any)
	for _, name := range want.Absent {
		if _, there := members[name]; there {
			t.Errorf("%s is there: %s", name, got.body)
		}
	}
	if list, _ := members["referral_data"].([]any); want.Most > 0 && (len(list) > want.Most || members["referral_data"] == nil) {
		t.Errorf("there are %d, want at most %d", len(list), want.Most)
	}
}

// match says why a value is not what is wanted.
func match(at string, want, got any, exact, anyOrder bool) (why string) {
	switch want := want.(type) {
	case map[string]any:
		if matcher, why := matches(want, got); matcher {
			return prefixed(at, why)
		}
		members, ok := got.(map[string]any)
		if !ok || exact && len(members) != len(want) {
			return fmt.Sprintf("%s is %v, want %v", at, got, want)
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if why := match(at+"."+name, want[name], members[name], exact, anyOrder); why != "" {
				return why
			}
		}
		return ""
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return fmt.Sprintf("%s is %v, want %v", at, got, want)
		}
		left := slices.Clone(list)
		for i, item := range want {
			fits := func(other any) bool { return match("", item, other, exact, anyOrder) == "" }
			if !anyOrder {
				if why := match(fmt.Sprintf("%s[%d]", at, i), item, list[i], exact, false); why != "" {
					return why
				}
				continue
			}
			found := slices.IndexFunc(left, fits)
			if found < 0 {
				return fmt.Sprintf("%s has no %v: %v", at, item, list)
			}
			left = slices.Delete(left, found, found+1)
		}
		return ""
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Sprintf("%s is %v, want %v", at, got, want)
	}
	return ""
}

func prefixed(at, why string) string {
	if why == "" {
		return ""
	}
	return at + " " + why
}

// matches applies a matcher; it is none where no key begins with $.
func matches(want map[string]any, got any) (matcher bool, why string) {
	for name, value := range want {
		if !strings.HasPrefix(name, "$") {
			return false, ""
		}
		text, isText := got.(string)
		number, isNumber := got.(float64)
		ok := false
		switch name + " " + value.(string) {
		case "$type positive_integer":
			ok = isNumber && number > 0 && number == float64(int64(number))
		case "$type non_empty_string":
			ok = isText && text != ""
		default:
			if name == "$base64_decodes_to" {
				decoded, err := base64.StdEncoding.DecodeString(text)
				text, isText = string(decoded), err == nil
			}
			ok = isText && (name == "$regex" || name == "$base64_decodes_to") && regexp.MustCompile(value.(string)).MatchString(text)
		}
		if !ok {
			why = fmt.Sprintf("is %v, want %s %v", got, name, value)
		}
	}
	return len(want) > 0, why
}

// owed is a vector of a request that this server owes.
func (v *vector) owed(t *testing.T, s *server) {
	t.Helper()
	var text string
	err := s.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Body` FROM `webhookdelivery` WHERE `State` = 'pending'")
		if rows.Next() {
			text = string(rows.Text(0))
		}
		return rows.Close()
	})
	var body map[string]any
	if err != nil || json.Unmarshal([]byte(text), &body) != nil {
		t.Fatalf("it is %q, %v", text, err)
	}
	if keys := slices.Sorted(maps.Keys(body)); !slices.Equal(keys, slices.Sorted(slices.Values(v.Request.Keys))) {
		t.Errorf("its keys are %v", keys)
	}
	// Of the list one member is described, and holds for each.
	want := v.Request.Body.(map[string]any)
	files, _ := body["files"].([]any)
	if len(files) == 0 {
		t.Errorf("it names no files: %s", text)
	}
	for _, file := range files {
		if why := match("files", want["files"].([]any)[0], file, true, false); why != "" {
			t.Error(why)
		}
	}
	if why := match("urn", want["urn"], body["urn"], true, false); why != "" {
		t.Error(why)
	}
}

func TestEveryPtguidVector(t *testing.T) {
	text, err := os.ReadFile(vectors + "/ptguid/ptguid.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Secret, Account, Ptguid string
		Identifier              string `json:"patient_identifier"`
	}
	if err := json.Unmarshal(text, &all); err != nil || len(all) < 6 {
		t.Fatalf("there are %d, %v", len(all), err)
	}
	for _, v := range all {
		if got := referral.PtGuid([]byte(v.Secret), v.Account, v.Identifier); got != v.Ptguid {
			t.Errorf("%q of %s is %s, want %s", v.Identifier, v.Account, got, v.Ptguid)
		}
	}
}
