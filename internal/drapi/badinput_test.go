package drapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

const notAuthorized = `{"status":"error","message":"Not Authorized. Check that you are providing a valid API key and that you have access to requested resource."}`

// form is a body of the documents' example with other values: name, value, name, value.
func form(more ...string) string {
	values := make(url.Values)
	for name, value := range referraltest.Given(more...).Given {
		values.Set(name, value)
	}
	return values.Encode()
}

// count counts the rows of a table.
func (s *server) count(t testing.TB, table string) (count int64) {
	t.Helper()
	if err := s.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT COUNT(*) FROM `" + table + "`")
		if rows.Next() {
			count = rows.Int(0)
		}
		return rows.Close()
	}); err != nil {
		t.Fatal(err)
	}
	return count
}

// wantError checks an error's status and shape, and that its text has all the words.
func (a answer) wantError(t testing.TB, what string, status int, words ...string) {
	t.Helper()
	var body map[string]string
	if err := json.Unmarshal([]byte(a.body), &body); err != nil || len(body) != 2 || body["status"] != "error" || a.status != status ||
		a.header.Get("Content-Type") != "application/json; charset=utf-8" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s is answered %d %s, want %d", what, a.status, a.body, status)
		return
	}
	for _, word := range words {
		if !strings.Contains(body["message"], word) {
			t.Errorf("%s is answered %q without %q", what, body["message"], word)
		}
	}
}

func TestEveryFaultOfAParameterIsNamedWithItsFix(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	long := strings.Repeat("é", 256)
	for _, c := range []struct {
		name, value string
		status      int
		words       string
	}{
		{"patient_dob", "31/02/2010", 422, "DD/MM/YYYY"},
		{"patient_dob", "02/11/2026", 200, ""},
		{"patient_dob", "03/11/2026", 422, "future"},
		{"patient_dob", "01/01/1880", 422, "130 years"},
		{"patient_dob", " 10/10/2010", 422, "DD/MM/YYYY"},
		{"patient_dob", "١٠/10/2010", 422, "DD/MM/YYYY"},
		{"urgent", "true", 400, "one of 0, 1"},
		{"urgent", "01", 400, "one of 0, 1"},
		{"permission_sms", "2", 400, "one of 0, 1"},
		{"medical_forms_as_single_file", "yes", 400, "one of 0, 1"},
		{"nhs_number", "9434765919", 200, ""},
		{"nhs_number", "943-476-5919", 200, ""},
		{"nhs_number", "9434765918", 400, "check digit"},
		{"nhs_number", "943476591", 400, "ten digits"},
		{"nhs_number", "1111111111", 400, "NHS number"},
		{"nhs_number", "943476591９", 400, "ten digits"},
		{"gender", "female", 200, ""},
		{"gender", "male ", 400, "one of M, MALE, F, FEMALE"},
		{"patient_title", "mr", 400, "one of Mr, Mrs, Miss, Master, Dr"},
		{"system_type", "wd", 400, "one of WD, WT, PD, PC, DN, DT, SE"},
		{"form_type", "adultrestorativeform", 400, "AdultRestorativeForm"},
		{"patient_email", "no-at.example.org", 400, "one @"},
		{"patient_email", "a@b@example.org", 400, "one @"},
		{"patient_email", "@example.org", 400, "one @"},
		{"patient_first_name", long, 400, "256 characters; shorten it to 255"},
		{"patient_first_name", long[2:], 200, ""},
		{"patient_first_name", "Jo\x00hn", 400, "U+0000"},
		{"patient_first_name", "Jo\x1bhn", 400, "control character"},
		{"patient_first_name", "Jo\xffhn", 400, "UTF-8"},
		{"patient_last_name", "Ó Súilleabháin-Łoś 李", 200, ""},
		{"medical_history_text", strings.Repeat("x", 20001), 400, "20001 characters; shorten it to 20000"},
		{"medical_history_text", strings.Repeat("x\r\n", 10000), 200, ""},
		{"medical_history_drugs", strings.Repeat("é", 20000), 200, ""},
		{"patient_identifier", strings.Repeat("x", 129), 400, "shorten it to 128"},
		{"fileupload_id", "0", 400, "prepare_fileupload"},
		{"fileupload_id", "-1", 400, "prepare_fileupload"},
		{"fileupload_id", "1.0", 400, "prepare_fileupload"},
		{"fileupload_id", "99999999999999999999", 400, "prepare_fileupload"},
		{"fileupload_id", "424242", 404, "424242"},
		{"files_ready_webhook_url", "https://practice.example.org/ready?a=b", 200, ""},
		{"files_ready_webhook_url", "http://practice.example.org/", 400, "https://"},
		{"files_ready_webhook_url", "https://user:secret@practice.example.org/", 400, "without a user name"},
		{"files_ready_webhook_url", "https://10.0.0.1/", 400, "may call"},
		{"files_ready_webhook_url", "https://169.254.169.254/latest", 400, "may call"},
		{"files_ready_webhook_url", "https://[::1]/", 400, "may call"},
		{"files_ready_webhook_url", "https://[::ffff:127.0.0.1]/", 400, "may call"},
		{"files_ready_webhook_url", "https://localhost/", 400, "may call"},
		{"files_ready_webhook_url", "https://intern.localhost./", 400, "may call"},
		{"files_ready_webhook_url", "//surgery.example.net/", 400, "absolute"},
		{"files_ready_webhook_url", "javascript:alert(1)", 400, "absolute"},
		{"files_ready_webhook_url", "https://practice.example.org/" + strings.Repeat("x", 2000), 400, "shorten it to 2000"},
	} {
		for _, call := range []string{"prepare_form", "save_draft"} {
			before := s.count(t, "referral")
			got := s.send(t, "POST", "/react4r/v2/"+call, form(c.name, c.value))
			what := fmt.Sprintf("%s with %s=%.30q", call, c.name, c.value)
			if c.status == 200 {
				if got.status != 200 || s.count(t, "referral") != before+1 {
					t.Errorf("%s is answered %d %s", what, got.status, got.body)
				}
				continue
			}
			words := []string{c.words}
			if c.status != 404 {
				words = append(words, c.name+" ")
			}
			got.wantError(t, what, c.status, words...)
			if s.count(t, "referral") != before {
				t.Errorf("%s has left a referral", what)
			}
			if len(c.value) > 3 && c.status != 404 && strings.Contains(got.body, c.value) && c.name != "form_type" {
				t.Errorf("%s repeats what was sent: %s", what, got.body)
			}
		}
	}
}

func TestAllFaultsAreAnsweredAtOnceInTheContractsOrder(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	got := s.send(t, "POST", "/react4r/v2/prepare_form", "urgent=true&nhs_number=1&patient_title=Sir&patient_dob=tomorrow&system_type=XX")
	got.wantError(t, "it", 400)
	at := -1
	for _, name := range []string{"system_type", "form_type", "patient_title", "patient_dob", "nhs_number", "urgent"} {
		next := strings.Index(got.body, name+" ")
		if next <= at {
			t.Errorf("%s is not in its place: %s", name, got.body)
		}
		at = next
	}
}

func TestAnUnknownUploadIsAnsweredBeforeTheDateOfBirth(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	s.send(t, "POST", "/react4r/v2/prepare_form", form("fileupload_id", "424242", "patient_dob", "x")).wantError(t, "both", 404)
	upload, err := s.Desk.OpenUpload(t.Context(), s.caller)
	if err != nil {
		t.Fatal(err)
	}
	s.send(t, "POST", "/react4r/v2/prepare_form", form("fileupload_id", fmt.Sprint(upload), "patient_dob", "x")).wantError(t, "the date alone", 422, "patient_dob ")
}

func TestTheThreeEncodingsMeanTheSame(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	boundary := "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
	multipart := fmt.Sprintf(boundary, "form_type", "AdultRestorativeForm") + fmt.Sprintf(boundary, "patient_dob", "10/10/2010") + fmt.Sprintf(boundary, "patient_identifier", "é 7") + "--b--\r\n"
	var ptguids []string
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded":               "form_type=AdultRestorativeForm&patient_dob=10/10/2010&patient_identifier=%C3%A9+7",
		"multipart/form-data; boundary=b":                 multipart,
		"application/json":                                `{"form_type":"AdultRestorativeForm","patient_dob":"10\/10\/2010","patient_identifier":"\u00e9 7","permission_sms":1,"urgent":null,"other":{"a":[1]}}`,
		"APPLICATION/JSON;charset=utf-8":                  `{"form_type":"AdultRestorativeForm","patient_dob":"10/10/2010","patient_identifier":"é 7"}`,
		"application/x-www-form-urlencoded;charset=UTF-8": "patient_identifier=%c3%a9%207&patient_dob=10%2F10%2F2010&form_type=AdultRestorativeForm&patient_title=&&patient_gp_code=G1",
	} {
		got := s.send(t, "POST", "/react4r/v2/prepare_form", body, "Content-Type", kind)
		var made struct{ Ptguid string }
		if err := json.Unmarshal([]byte(got.body), &made); err != nil || got.status != 200 {
			t.Errorf("%s is answered %d %s", kind, got.status, got.body)
		}
		if ptguids = append(ptguids, made.Ptguid); ptguids[0] != made.Ptguid {
			t.Errorf("%s makes %s, and another %s", kind, made.Ptguid, ptguids[0])
		}
	}
}

func TestABodyThatIsNotWhatItSaysIsRefused(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	jsonOf := func(member string) string {
		return `{"form_type":"AdultRestorativeForm","patient_dob":"10/10/2010",` + member + `}`
	}
	for _, c := range []struct {
		what, kind, body string
		status           int
		words            []string
	}{
		{"a list in a text", "application/json", jsonOf(`"patient_last_name":["Doe"]`), 400, []string{"patient_last_name must be a text or a number"}},
		{"two wrong types", "application/json", jsonOf(`"urgent":true,"patient_last_name":{}`), 400, []string{"patient_last_name ", "urgent must be a text or a number, and is true or false"}},
		{"a member twice", "application/json", jsonOf(`"urgent":"0","urgent":"1"`), 400, []string{"urgent is given twice"}},
		{"a date as a number", "application/json", `{"form_type":"AdultRestorativeForm","patient_dob":10102010}`, 422, []string{"patient_dob"}},
		{"a date as a list", "application/json", `{"form_type":"AdultRestorativeForm","patient_dob":[]}`, 422, []string{"patient_dob"}},
		{"a list", "application/json", `[]`, 400, []string{"one JSON object"}},
		{"nothing", "application/json", ``, 400, []string{"one JSON object"}},
		{"half an object", "application/json", `{"form_type":"Adult`, 400, []string{"one JSON object"}},
		{"two objects", "application/json", `{}{}`, 400, []string{"one JSON object"}},
		{"JSON in Latin-1", "application/json", jsonOf("\"patient_last_name\":\"M\xfcller\""), 400, []string{"UTF-8"}},
		{"a form in Latin-1", "application/x-www-form-urlencoded", form() + "&patient_town=M%FCnster", 400, []string{"patient_town is not valid UTF-8"}},
		{"a broken escape", "application/x-www-form-urlencoded", form() + "&patient_town=100%", 400, []string{"patient_town has a %", "%25"}},
		{"a parameter twice", "application/x-www-form-urlencoded", form() + "&patient_title=Mrs", 400, []string{"patient_title is given twice"}},
		{"XML", "application/xml", "<a/>", 400, []string{"Content-Type must be"}},
		{"no media type", "nonsense;;", "", 400, []string{"Content-Type"}},
		{"multipart without a boundary", "multipart/form-data", "x", 400, []string{"boundary"}},
		{"half a multipart", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", 400, []string{"not a whole"}},
		{"a megabyte", "application/x-www-form-urlencoded", "x=" + strings.Repeat("x", 1<<20), 413, []string{"1048576 bytes"}},
	} {
		s.send(t, "POST", "/react4r/v2/prepare_form", c.body, "Content-Type", c.kind).wantError(t, c.what, c.status, c.words...)
	}
	if n := s.count(t, "referral"); n != 0 {
		t.Errorf("%d referrals are left", n)
	}
}

func TestTheKeyIsReadInTheWaysThatClientsWriteIt(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	for header, want := range map[string]int{
		"Token token=" + key: 200, `Token token="` + key + `"`: 200, "token token=" + key: 200, "TOKEN  token = " + key + " ": 200,
		"Bearer " + key: 401, "Token " + key: 401, "Token token=": 401, `Token token=""`: 401, "Token token=" + key + "x": 401, "Token token=" + strings.ToUpper(key): 401,
		"Token token=" + strings.Repeat("a", 200): 401, "Token token=é": 401, "ODFHIR a/b": 401, "": 401,
	} {
		got := s.send(t, "GET", "/react4r/v2/", "", "Authorization", header)
		if got.status != want || want == 401 && (got.body != notAuthorized || got.header.Get("WWW-Authenticate") != `Token realm="Application"`) {
			t.Errorf("%q is answered %d %s", header, got.status, got.body)
		}
	}
	for path, want := range map[string]int{"/react4r/v2": 200, "/react4r/v2/available_forms/": 200, "/react4r/v2/nothing": 404, "/react4r/v2/Available_Forms": 404, "/react4r/v2/fileupload/1": 404} {
		if got := s.send(t, "GET", path, ""); got.status != want {
			t.Errorf("%s is answered %d %s", path, got.status, got.body)
		}
		if got := s.send(t, "GET", path, "", "Authorization", ""); got.status != 401 || got.body != notAuthorized {
			t.Errorf("%s without a key is answered %d %s", path, got.status, got.body)
		}
	}
}

func TestEachAddressKnowsItsMethods(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	for path, allowed := range map[string]string{
		"/react4r/v2/": "HEAD, GET", "/react4r/v2/available_forms": "HEAD, GET", "/react4r/v2/prepare_form": "POST", "/react4r/v2/save_draft": "POST",
		"/react4r/v2/referral_status": "HEAD, GET", "/react4r/v2/batch_referral_status": "HEAD, GET", "/react4r/v2/patient_referrals": "HEAD, GET",
		"/react4r/v2/prepare_fileupload": "GET, POST", "/react4r/v2/fileupload/1/add_file": "POST", "/documents/TST0000001.pdf": "HEAD, GET",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"} {
			got := s.send(t, method, path, "")
			refused := got.status == http.StatusMethodNotAllowed
			if isAllowed := strings.Contains(", "+allowed+",", ", "+method+","); refused == isAllowed || refused && got.header.Get("Allow") != allowed {
				t.Errorf("%s %s is answered %d with Allow %q", method, path, got.status, got.header.Get("Allow"))
			}
			if unauthorized := s.send(t, method, path, "", "Authorization", ""); unauthorized.status != 401 {
				t.Errorf("%s %s without a key is answered %d", method, path, unauthorized.status)
			}
		}
	}
	if n := s.count(t, "fileupload"); n != 2 {
		t.Errorf("GET and POST have made %d uploads, and HEAD none", n)
	}
}

func TestQueriesAreCheckedAndForgiveWhatIsCommon(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	made := prepared(t, s, s.caller, referraltest.Given("patient_dob", "10/10/1980"))
	s.Submit(t, s.caller, made.URN)
	for path, status := range map[string]int{
		"referral_status?urn=tst0000001": 200, "referral_status?urn=%20TST0000001%20": 200, "referral_status?urn=TST0000001&x=%zz": 200, "referral_status?urn=TST0000001&urn=TST0000001": 200,
		"referral_status?urn=TST0000001&urn=TST0000002": 400, "referral_status?urn=TST000000": 400, "referral_status?urn=%zz": 400, "referral_status?urn=": 400, "referral_status?ptguid=x": 400,
		"batch_referral_status?count=99999999999999999999999": 200, "batch_referral_status?count=007": 200, "batch_referral_status?count=000": 400, "batch_referral_status?count=%2B1": 400, "batch_referral_status?count=1.5": 400,
		"patient_referrals?ptguid=x&count=0": 400,
	} {
		if got := s.send(t, "GET", "/react4r/v2/"+path, ""); got.status != status {
			t.Errorf("%s is answered %d %s", path, got.status, got.body)
		}
	}
	for _, ptguid := range []string{made.PtGuid, strings.TrimRight(made.PtGuid, "="), url.QueryEscape(made.PtGuid)} {
		if got := s.send(t, "GET", "/react4r/v2/patient_referrals?ptguid="+ptguid, ""); !strings.Contains(got.body, "TST0000001") {
			t.Errorf("%s is answered %s", ptguid, got.body)
		}
	}
}

func TestACallThatIsSentAgainIsAnsweredAsTheFirst(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	first := s.send(t, "POST", "/react4r/v2/prepare_form", form(), "Idempotency-Key", "a1")
	again := s.send(t, "POST", "/react4r/v2/prepare_form", form(), "Idempotency-Key", "a1")
	if first.status != 200 || again.body != first.body {
		t.Errorf("%s is followed by %s", first.body, again.body)
	}
	s.send(t, "POST", "/react4r/v2/prepare_form", form("patient_last_name", "Smith"), "Idempotency-Key", "a1").wantError(t, "another body", 400, "Idempotency-Key", "choose a new one")
	if draft := s.send(t, "POST", "/react4r/v2/save_draft", form(), "Idempotency-Key", "a1"); draft.status != 200 || !strings.Contains(draft.body, "TST0000002") {
		t.Errorf("the other call is answered %s", draft.body)
	}
	s.send(t, "POST", "/react4r/v2/prepare_form", form(), "Idempotency-Key", strings.Repeat("x", 256)).wantError(t, "a long one", 400, "Idempotency-Key")
	if n := s.count(t, "referral"); n != 2 {
		t.Errorf("there are %d referrals", n)
	}
	err := s.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Answer` FROM `idempotency`")
		for rows.Next() {
			if strings.Contains(string(rows.Text(0)), "TST") {
				t.Errorf("the answer is kept readable: %s", rows.Text(0))
			}
		}
		return rows.Close()
	})
	if err != nil {
		t.Error(err)
	}
	s.Pass(25 * 3600 * 1e9)
	if late := s.send(t, "POST", "/react4r/v2/prepare_form", form(), "Idempotency-Key", "a1"); late.status != 200 || late.body == first.body {
		t.Errorf("after a day it is answered %s", late.body)
	}
}

func TestFilesThatAreNotWhatTheySayAreRefusedAndLeaveNothing(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	upload, err := s.Desk.OpenUpload(t.Context(), s.caller)
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/react4r/v2/fileupload/%d/add_file", upload)
	jpg, png := referraltest.Sample(".jpg"), referraltest.Sample(".png")
	for _, c := range []struct {
		what    string
		content []byte
		status  int
		words   string
		headers []string
	}{
		{"a PDF that is HTML", []byte("<!doctype html><script>alert(1)</script>"), 400, "application/pdf", []string{"Upload-Content-Type", "application/pdf", "Upload-Filename", "a.pdf"}},
		{"a JPEG that is cut off", jpg[:len(jpg)/2], 400, "file", []string{"Upload-Content-Type", "image/jpeg", "Upload-Filename", "a.jpg"}},
		{"an empty file", nil, 400, "empty", []string{"Upload-Content-Type", "image/jpeg", "Upload-Filename", "a.jpg"}},
		{"a script", []byte("#!/bin/sh\n"), 400, "text/rtf", []string{"Upload-Content-Type", "text/rtf", "Upload-Filename", "a.rtf"}},
		{"no extension", png, 400, "Upload-Filename is required", []string{"Upload-Content-Type", "image/png", "Upload-Filename", "a"}},
		{"a name that is a path", png, 400, "Upload-Filename is required", []string{"Upload-Content-Type", "image/png", "Upload-Filename", "../../"}},
		{"a day in the future", png, 400, "future", []string{"Upload-Content-Type", "image/png", "Upload-Filename", "a.png", "Upload-Kind", "radiograph", "Upload-Date", "03/11/2026"}},
		{"a day that is none, of another file", png, 400, "Upload-Date", []string{"Upload-Content-Type", "image/png", "Upload-Filename", "a.png", "Upload-Date", "31/02/2016"}},
		{"21 MiB", append(bytes.Clone(png), make([]byte, 21<<20)...), 413, "20 MiB (20971520 bytes)", []string{"Upload-Content-Type", "image/png", "Upload-Filename", "a.png"}},
	} {
		body, kind := multipartOf(t, "a", c.content)
		s.send(t, "POST", path, body, append(c.headers, "Content-Type", kind)...).wantError(t, c.what, c.status, c.words)
	}
	right := []string{"Upload-Content-Type", "IMAGE/PNG; q=1", "Upload-Filename", `C:\x\bite\u202ewing.png`}
	body, kind := multipartOf(t, "a", png)
	s.send(t, "POST", path, body, append(right, "Content-Type", "text/plain")...).wantError(t, "no multipart", 400, "multipart/form-data")
	s.send(t, "POST", path, strings.ReplaceAll(body, `"file"`, `"photo"`), append(right, "Content-Type", kind)...).wantError(t, "another part", 400, "a part of multipart/form-data")
	twice := strings.Replace(body, "\r\n--", "\r\n--"+kind[strings.Index(kind, "=")+1:]+"\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--", 1)
	s.send(t, "POST", path, twice, append(right, "Content-Type", kind)...).wantError(t, "two files", 400, "sent twice")
	s.send(t, "POST", path, body[:len(body)-20], append(right, "Content-Type", kind)...).wantError(t, "half a body", 400, "cut off")
	for _, table := range []string{"referralfile", "bodyuse"} {
		if n := s.count(t, table); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	for i := range referral.MaxFiles {
		if got := s.send(t, "POST", path, body, append(right, "Content-Type", kind)...); got.status != 200 || got.body != `{"status":"success"}` {
			t.Fatalf("file %d is answered %d %s", i, got.status, got.body)
		}
	}
	s.send(t, "POST", path, body, append(right, "Content-Type", kind)...).wantError(t, "one too many", 400, "20 files")
	for _, other := range []string{"0", "-1", "abc", "1e3", "99999999999999999999"} {
		s.send(t, "POST", "/react4r/v2/fileupload/"+other+"/add_file", body, append(right, "Content-Type", kind)...).wantError(t, "upload "+other, 404)
	}
	report, err := s.Shelf.Check(t.Context())
	if err != nil || len(report.Problems) > 0 || report.Files != 1 {
		t.Errorf("the bodies are %+v, %v", report, err)
	}
}

func TestAnUploadWhoseLineIsCutLeavesNothing(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	upload, err := s.Desk.OpenUpload(t.Context(), s.caller)
	if err != nil {
		t.Fatal(err)
	}
	body, kind := multipartOf(t, "a", append(referraltest.Sample(".png"), make([]byte, 1<<20)...))
	line, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(line, "POST /react4r/v2/fileupload/%d/add_file HTTP/1.1\r\nHost: x\r\nAuthorization: Token token=%s\r\nUpload-Content-Type: image/png\r\nUpload-Filename: a.png\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		upload, key, kind, len(body))
	io.WriteString(line, body[:len(body)/2])
	line.(*net.TCPConn).CloseWrite()
	answered, _ := io.ReadAll(line)
	line.Close()
	if !bytes.HasPrefix(answered, []byte("HTTP/1.1 400 ")) || !bytes.Contains(answered, []byte("cut off")) {
		t.Errorf("it is answered %.200s", answered)
	}
	if n := s.count(t, "referralfile") + s.count(t, "bodyuse"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestPDFsAreSentWholeInPartsAndToTheirOwnerAlone(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	made := prepared(t, s, s.caller, referraltest.Given("patient_dob", "10/10/1980"))
	submitted := s.Submit(t, s.caller, made.URN)
	paths := []string{"/documents/TST0000001.pdf", "/documents/TST0000001_MH.pdf", "/documents/show/attachments/1/pdfs/original/TST0000001_AdultRestorativeForm.pdf"}
	for _, path := range paths {
		s.send(t, "GET", path, "").wantError(t, "too early, "+path, 404)
	}
	s.Ready(t, submitted, "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory)
	for _, path := range paths {
		got := s.send(t, "GET", path, "", "Accept", "application/json")
		if got.status != 200 || got.body != string(referraltest.Sample(".pdf")) || got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s is answered %d %v", path, got.status, got.header)
		}
		if part := s.send(t, "GET", path, "", "Range", "bytes=0-4"); part.status != 206 || part.body != "%PDF-" {
			t.Errorf("a part of %s is answered %d %q", path, part.status, part.body)
		}
		if head := s.send(t, "HEAD", path, ""); head.status != 200 || head.body != "" || head.header.Get("Content-Length") != fmt.Sprint(len(got.body)) {
			t.Errorf("the head of %s is answered %d %v", path, head.status, head.header)
		}
		if none := s.send(t, "GET", path, "", "Authorization", ""); none.status != 401 || none.body != notAuthorized {
			t.Errorf("%s without a key is answered %d %s", path, none.status, none.body)
		}
	}
	other := "aaaaaaaaaaaaaaaaaaaa"
	s.Caller(t, s.Practice(t, "Other Surgery", "OTH"), other)
	for _, path := range append(paths, "/documents/TST0000002.pdf", "/documents/TST0000001_XX.pdf", "/documents/TST0000001", "/documents/", "/documents/a/b",
		"/documents/show/attachments/9/pdfs/original/TST0000001_AdultRestorativeForm.pdf", "/documents/show/attachments/x/pdfs/original/a.pdf", "/documents/show/attachments/1/pdfs/original/TST0000001_MH.pdf") {
		got := s.send(t, "GET", path, "", "Authorization", "Token token="+other)
		got.wantError(t, "another's "+path, 404)
	}
}

func TestNothingOfAPatientOrASecretIsLoggedOrInTheTrail(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	var made struct {
		URL    string `json:"prepared_form_url"`
		Ptguid string
	}
	got := s.send(t, "POST", "/react4r/v2/prepare_form", form("patient_last_name", "Quixotewicz", "nhs_number", "9434765919"), "Idempotency-Key", "secret-key-77")
	if err := json.Unmarshal([]byte(got.body), &made); err != nil {
		t.Fatal(err)
	}
	s.send(t, "POST", "/react4r/v2/prepare_form", form("patient_last_name", "Quixotewicz", "urgent", "Quixotewicz"))
	s.send(t, "GET", "/react4r/v2/patient_referrals?ptguid="+made.Ptguid, "")
	s.send(t, "GET", "/react4r/v2/", "", "Authorization", "Token token=0123456789abcdef0123")
	said := s.log.String()
	err := s.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		entries, err := audit.List(c, 100)
		for _, e := range entries {
			said += fmt.Sprintf("%+v\n", e)
		}
		return err
	})
	if err != nil || !strings.Contains(said, "prepare_form") || !strings.Contains(said, "refuse") || !strings.Contains(said, "invalid: urgent") || !strings.Contains(said, "unauthenticated") {
		t.Errorf("what is said is %s, %v", said, err)
	}
	for _, secret := range []string{"Quixotewicz", "9434765919", made.Ptguid, made.URL[len(made.URL)-36:], key, "0123456789abcdef0123", "secret-key-77"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is said", secret)
		}
	}
}

func TestABrowserWithoutASessionIsLedToTheSignIn(t *testing.T) {
	s := serve(t, referral.Options{}, "TST")
	edge := drapi.New(s.Desk, drapi.Options{Log: discard, SignIn: "/sign-in", Session: func(r *http.Request) (*referral.Caller, error) {
		cookie, err := r.Cookie("bridgework")
		if err != nil {
			return nil, errSignedOut
		}
		return s.Desk.Session(r.Context(), cookie.Value)
	}})
	made := prepared(t, s, s.caller, referraltest.Given("patient_dob", "10/10/1980"))
	session, _, err := s.Desk.Enter(t.Context(), made.UUID)
	if err != nil {
		t.Fatal(err)
	}
	s.Ready(t, s.Submit(t, s.caller, made.URN), "AdultRestorativeForm", referral.AttachmentForm)
	for _, c := range []struct {
		accept, cookie, path string
		status               int
	}{
		{"text/html", "", "/documents/TST0000001.pdf", 302},
		{"application/json", "", "/documents/TST0000001.pdf", 401},
		{"text/html", session, "/documents/TST0000001.pdf", 200},
		{"text/html", session, "/react4r/v2/available_forms", 401}, // the API itself is for keys
		{"text/html", "nonsense", "/documents/TST0000001.pdf", 302},
	} {
		if got := ask(t, edge, c.path, c.accept, c.cookie); got != c.status {
			t.Errorf("%+v is answered %d", c, got)
		}
	}
}
