package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// patient is what the section Patient of a form sends.
func patient() url.Values {
	return url.Values{"patient_first_name": {"Zofia"}, "patient_last_name": {"Łęcka-Owen"}, "patient_dob.day": {"3"}, "patient_dob.month": {"3"}, "patient_dob.year": {"1985"},
		"gender": {"female"}, "patient_address": {"14 Mill Lane"}, "patient_postcode": {"LS1 4AP"}, "phone_mobile": {"07700900123"}, "do": {"continue"}}
}

func TestASectionIsSavedAndTheNextOneComes(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	base := "/referrals/" + urn
	v.post(base+"/sections/patient", patient()).leadsTo(t, base+"/sections/access")
	values := patient()
	values.Set("do", "return")
	values.Set("patient_town", "Leeds & Bradford <West>")
	v.post(base+"/sections/patient", values).leadsTo(t, base)
	v.get(base+"/sections/patient").wants(t, http.StatusOK, `value="Leeds &amp; Bradford &lt;West&gt;"`, `value="LS1 4AP"`)
}

func TestWhatIsWrongIsKeptAndNamed(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	path := "/referrals/" + urn + "/sections/patient"
	values := patient()
	values.Set("patient_dob.day", "31")
	values.Set("patient_dob.month", "02")
	values.Set("patient_postcode", "not a postcode")
	values.Set("patient_first_name", "")
	v.post(path, values).wants(t, http.StatusUnprocessableEntity, "<title>Error: Patient", "There are 3 things to put right", `href="#patient_dob.day"`, `href="#patient_postcode"`,
		`href="#patient_first_name"`, `value="31"`, `value="02"`, `value="not a postcode"`, `aria-describedby="patient_dob.hint patient_dob.fault"`)
	v.get(path).wants(t, http.StatusOK, `value="31"`, `value="02"`, `value="not a postcode"`)
	v.get(path+"?judge=1").wants(t, http.StatusOK, "There are 3 things to put right")
	v.get("/referrals/"+urn).wants(t, http.StatusOK, "In progress", "full UK postcode")
}

func TestWhatCannotBeStoredStandsOnThePageAgain(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	path := "/referrals/" + urn + "/sections/patient"
	for wrong, say := range map[string]string{strings.Repeat("x", 20001): "Shorten address to 20000 characters", "14\x00Mill": "a sign that cannot be printed"} {
		values := patient()
		values.Set("patient_address", wrong)
		values.Set("patient_town", "Otley")
		v.post(path, values).wants(t, http.StatusUnprocessableEntity, say, `href="#patient_address"`, `value="Otley"`, strings.ReplaceAll(wrong, "\x00", "\uFFFD"))
		filled, err := house.Desk.Form(t.Context(), house.Caller, urn)
		if err != nil || filled.Answers["patient_address"].Text != "14 Mill Lane" || filled.Answers["patient_town"].Text != "Leeds" {
			t.Errorf("stored are %q and %q, %v", filled.Answers["patient_address"].Text, filled.Answers["patient_town"].Text, err)
		}
	}
}

func TestAnAnswerOpensMoreQuestionsWithoutScripts(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	path := "/referrals/" + urn + "/sections/referral"
	v.get(path).wants(t, http.StatusOK, `data-question="urgent_reason" hidden`)
	values := url.Values{"care_type": {"urgent"}, "request_type": {"opinion_and_treatment"}, "funding": {"nhs"}, "do": {"continue"}}
	page := v.post(path, values)
	page.wants(t, http.StatusOK, "They lead to more questions", `href="#urgent_reason"`)
	if strings.Contains(page.body, "things to put right") || strings.Contains(page.body, `data-question="urgent_reason" hidden`) {
		t.Error("the question is hidden, or called wrong before it was asked")
	}
	v.post(path, values).wants(t, http.StatusUnprocessableEntity, "Say why it is urgent")
	values.Set("urgent_reason", "Swelling")
	v.post(path, values).leadsTo(t, "/referrals/"+urn+"/sections/patient")
	// Who changes the answer back has lost nothing.
	values.Set("care_type", "routine")
	v.post(path, values).leadsTo(t, "/referrals/"+urn+"/sections/patient")
	v.get(path).wants(t, http.StatusOK, "Swelling")
}

func TestAScriptIsToldWhatIsShownNow(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	path := "/referrals/" + urn + "/sections/referral"
	send := func(values url.Values) answer {
		return v.do(http.MethodPost, path, strings.NewReader(values.Encode()), map[string]string{"Accept": "application/json"})
	}
	got := send(url.Values{"care_type": {"urgent"}, "funding": {"nhs"}})
	var state struct {
		Rev             int64
		Shown, Required map[string]bool
	}
	if err := json.Unmarshal([]byte(got.body), &state); err != nil || got.status != http.StatusOK || !state.Shown["urgent_reason"] || !state.Required["urgent_reason"] || state.Required["preferred_provider"] || state.Rev < 2 {
		t.Errorf("the answer is %d %s, %v", got.status, got.body, err)
	}
	if got := send(url.Values{"preferred_provider": {"a\x00b"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "cannot be printed") {
		t.Errorf("what cannot be stored is answered %d %s", got.status, got.body)
	}
	v.get(path).wants(t, http.StatusOK, `id="care_type.urgent" name="care_type" value="urgent" checked`)
}

func TestAnExpiredSessionLosesNothingThatWasTyped(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	path := "/referrals/" + urn + "/sections/gp"
	house.Pass(25 * time.Hour)
	typed := url.Values{"gp_practice": {`The "Old" Surgery`}, "gp_address": {"1 <High> Street"}, "do": {"continue"}}
	page := v.post(path, typed)
	page.wants(t, http.StatusUnauthorized, "what you typed is still here", `action="`+path+`"`, `The &#34;Old&#34; Surgery`, "Save what I typed")
	v.signIn(house)
	v.post(path, typed).leadsTo(t, "/referrals/"+urn+"/sections/referrer")
	if got := v.do(http.MethodPost, path, strings.NewReader(typed.Encode()), map[string]string{"Accept": "application/json", "Cookie": ""}); got.status != http.StatusOK {
		t.Errorf("signed in, a script is answered %d", got.status)
	}
	house.Pass(25 * time.Hour)
	if got := v.do(http.MethodPost, path, strings.NewReader(typed.Encode()), map[string]string{"Accept": "application/json"}); got.status != http.StatusUnauthorized {
		t.Errorf("signed out, a script is answered %d %s", got.status, got.body)
	}
}

func TestAnotherPracticeLearnsNothing(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	file := upload(t, v, urn, map[string]string{"radiographs.new.day": "20", "radiographs.new.month": "10", "radiographs.new.year": "2026"}, "radiographs.new", "a.jpg", picture(t))
	file.leadsTo(t, "/referrals/"+urn+"/sections/attachments#radiographs")
	other, err := house.Stranger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.client.Jar.SetCookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(v.base, "http://")}, []*http.Cookie{{Name: "bridgework", Value: other, Path: "/"}})
	filled, err := house.Desk.Form(t.Context(), house.Caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "/sections/patient", "/check", "/send", "/form", "/documents/form", "/files/" + filled.Files[0].ID(), "/files/" + filled.Files[0].ID() + "/thumbnail"} {
		got := v.get("/referrals/" + urn + path)
		never := v.get("/referrals/NOR0009999" + path)
		if got.status != http.StatusNotFound || strings.ReplaceAll(got.body, urn, "") != strings.ReplaceAll(never.body, "NOR0009999", "") {
			t.Errorf("%q of another practice answers %d, otherwise than what was never there", path, got.status)
		}
	}
	v.post("/referrals/"+urn+"/sections/patient", patient()).wants(t, http.StatusNotFound)
	v.post("/referrals/"+urn+"/send", url.Values{"do": {"send"}}).wants(t, http.StatusNotFound)
	if page := v.get("/referrals?show=drafts"); strings.Contains(page.body, urn) {
		t.Error("another practice's list has the referral")
	}
}

// fill answers everything but what is confirmed at the end.
func fill(t *testing.T, house *webtest.House, urn string) {
	t.Helper()
	filled, err := house.Desk.Form(t.Context(), house.Caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := formtest.Complete(filled.Type, dental.DateOf(house.Now()), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"consent_referral", "nhs_charges", "correct"} {
		delete(answers, id)
	}
	if _, err := house.Desk.Keep(t.Context(), house.Caller, urn, filled.Rev, answers); err != nil {
		t.Fatal(err)
	}
}

var declared = url.Values{"consent_referral": {"yes"}, "nhs_charges": {"yes"}, "correct": {"yes"}, "do": {"send"}}

func TestAReferralIsReadThroughDeclaredAndSent(t *testing.T) {
	house, v, urn := opened(t, "AdultRestorativeForm")
	base := "/referrals/" + urn
	v.get(base+"/check").wants(t, http.StatusOK, "things to put right", base+"/sections/referral?judge=1#request_type.opinion_or_treatment_plan_only")
	v.get(base+"/send").leadsTo(t, base+"/check")
	v.post(base+"/send", declared).leadsTo(t, base+"/check")
	fill(t, house, urn)
	v.get(base+"/check").wants(t, http.StatusOK, "Nothing is missing", "Continue to the declaration")
	v.post(base+"/send", url.Values{"consent_referral": {""}, "do": {"send"}}).wants(t, http.StatusUnprocessableEntity, "Confirm that the patient agrees", `href="#consent_referral"`)
	v.post(base+"/send", declared).leadsTo(t, base+"?sent=1")
	v.get(base+"?sent=1").wants(t, http.StatusOK, "The referral is sent", urn, "Entered on System", "PDFs are being made")
	for _, path := range []string{"/sections/patient", "/check", "/send"} {
		v.get(base+path).leadsTo(t, base)
	}
	v.post(base+"/sections/patient", patient()).leadsTo(t, base)
	v.post(base+"/send", declared).leadsTo(t, base)
	stale := v.do(http.MethodPost, base+"/sections/patient", strings.NewReader(patient().Encode()), map[string]string{"Accept": "application/json"})
	stale.wants(t, http.StatusConflict, "was sent")
}

func TestTwoWindowsSendOneReferral(t *testing.T) {
	house, v, urn := opened(t, "AdultRestorativeForm")
	fill(t, house, urn)
	var windows sync.WaitGroup
	for range 6 {
		windows.Go(func() {
			got := v.post("/referrals/"+urn+"/send", declared)
			if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/referrals/"+urn) {
				t.Errorf("a window is answered %d to %q", got.status, got.header.Get("Location"))
			}
		})
	}
	windows.Wait()
	events, err := house.Desk.Events(t.Context(), house.Caller, urn)
	sent := 0
	for _, e := range events {
		if e.Move == lifecycle.Submit {
			sent++
		}
	}
	if err != nil || sent != 1 {
		t.Errorf("it was sent %d times, %v", sent, err)
	}
}

func TestTheAgeIsLookedAtWhenItIsSent(t *testing.T) {
	house, v, urn := opened(t, "AdultRestorativeForm")
	base := "/referrals/" + urn
	fill(t, house, urn)
	values := patient()
	values.Set("patient_dob.year", "2015")
	v.post(base+"/sections/patient", values).leadsTo(t, base+"/sections/access")
	v.get(base).wants(t, http.StatusOK, "This form is for patients of 16 and over")
	v.get(base+"/check").wants(t, http.StatusOK, "This form is for patients of 16 and over", "?judge=1#patient_dob.day")
	v.get(base+"/sections/patient?judge=1").wants(t, http.StatusOK, `href="#patient_dob.day"`)
	v.post(base+"/send", declared).leadsTo(t, base+"/check")
}

func TestTheUserChoosesTheFormWhereTheCallDidNot(t *testing.T) {
	_, v, urn := opened(t, "")
	base := "/referrals/" + urn
	v.get(base).leadsTo(t, base+"/form")
	v.get(base+"/sections/patient").leadsTo(t, base+"/form")
	v.get(base+"/form").wants(t, http.StatusOK, "Which form fits?", "Orthodontics", "Periodontics")
	for _, wrong := range []string{"", "NoSuchForm"} {
		v.post(base+"/form", url.Values{"form": {wrong}}).wants(t, http.StatusUnprocessableEntity, "Choose the form that fits", `href="#form"`)
	}
	v.post(base+"/form", url.Values{"form": {"OrthodonticForm"}}).leadsTo(t, base)
	v.get(base).wants(t, http.StatusOK, "Orthodontics", "Zofia")
	v.get(base+"/form").leadsTo(t, base)
}

func TestARuleOffersTheFormThatFitsBetter(t *testing.T) {
	house, v, urn := opened(t, "MinorOralSurgeryForm")
	base := "/referrals/" + urn
	v.post(base+"/sections/patient", patient()).leadsTo(t, base+"/sections/access")
	if _, err := house.Desk.Keep(t.Context(), house.Caller, urn, 0, form.Answers{"lesion_suspicious": {Text: "yes"}, "procedures": {List: []string{"lesion_in_mouth"}}}); err != nil {
		t.Fatal(err)
	}
	filled, err := house.Desk.Form(t.Context(), house.Caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	if !filled.Type.Fill(filled.Answers, dental.DateOf(house.Now())).Shown("lesion_suspicious") {
		t.Fatal("the question is not asked: the test proves nothing")
	}
	v.get(base+"/check").wants(t, http.StatusOK, "this one is too slow", "Change to: Urgent suspected oral or head and neck cancer", `action="`+base+`/form"`)
	v.post(base+"/form", url.Values{"form": {"UrgentSuspectedCancerForm"}}).leadsTo(t, base)
	v.get(base+"/sections/patient").wants(t, http.StatusOK, "Łęcka-Owen", "Urgent suspected")
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 300, 200)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// multipartOf is what a browser sends of the section of files.
func multipartOf(t *testing.T, typed map[string]string, input, name string, content []byte) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range []string{"text", "no_radiograph_reason", "radiographs.new.day", "radiographs.new.month", "radiographs.new.year", "radiographs.new.view"} {
		if err := w.WriteField(field, typed[field]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(input, name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	field, _, _ := strings.Cut(input, ".")
	w.WriteField("do", "upload:"+field)
	w.Close()
	return b.Bytes(), w.FormDataContentType()
}

func upload(t *testing.T, v *visitor, urn string, typed map[string]string, input, name string, content []byte) answer {
	t.Helper()
	body, contentType := multipartOf(t, typed, input, name, content)
	return v.do(http.MethodPost, "/referrals/"+urn+"/sections/attachments", bytes.NewReader(body), map[string]string{"Content-Type": contentType})
}

func files(t *testing.T, house *webtest.House, urn string) []form.File {
	t.Helper()
	filled, err := house.Desk.Working(t.Context(), house.Caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	return append(filled.Answers["radiographs"].Files, filled.Answers["other_files"].Files...)
}

func TestAFileIsUploadedSeenDescribedAndRemoved(t *testing.T) {
	house, v, urn := opened(t, "AdultRestorativeForm")
	path := "/referrals/" + urn + "/sections/attachments"
	content := picture(t)
	taken := map[string]string{"radiographs.new.day": "20", "radiographs.new.month": "10", "radiographs.new.year": "2026", "radiographs.new.view": "bitewing"}
	upload(t, v, urn, taken, "radiographs.new", `C:\scans\Łódź "left".jpg`, content).leadsTo(t, path+"#radiographs")
	got := files(t, house, urn)
	if len(got) != 1 || got[0].TakenOn != "2026-10-20" || got[0].View != "bitewing" {
		t.Fatalf("stored are %+v", got)
	}
	id := got[0].ID
	v.get(path).wants(t, http.StatusOK, "left", "/files/"+id+"/thumbnail", `name="file.`+id+`.day"`)
	whole := v.get("/referrals/" + urn + "/files/" + id)
	if whole.body != string(content) || whole.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(whole.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the file comes back as %d bytes with %v", len(whole.body), whole.header)
	}
	small := v.get("/referrals/" + urn + "/files/" + id + "/thumbnail")
	if seen, err := jpeg.Decode(strings.NewReader(small.body)); err != nil || seen.Bounds().Dx() != 100 {
		t.Errorf("the thumbnail is none: %v", err)
	}
	described := url.Values{"file." + id + ".day": {"31"}, "file." + id + ".month": {"2"}, "file." + id + ".year": {"2026"}, "file." + id + ".view": {"panoramic"}, "file." + id + ".quality": {"acceptable"}, "correct_patient": {"yes"}, "do": {"continue"}}
	v.post(path, described).wants(t, http.StatusUnprocessableEntity, "Enter the day on which the radiograph was taken", `href="#radiographs.`+id+`.day"`, `value="31"`)
	described.Set("file."+id+".day", "28")
	v.post(path, described).leadsTo(t, "/referrals/"+urn+"/check")
	if got := files(t, house, urn); got[0].TakenOn != "2026-02-28" || got[0].View != "panoramic" || got[0].Quality != "acceptable" {
		t.Errorf("described is %+v", got)
	}
	v.get("/referrals/"+urn+"/check").wants(t, http.StatusOK, "Panoramic", "28 February 2026", "/thumbnail")
	v.post(path, url.Values{"do": {"remove:" + id}}).leadsTo(t, path)
	v.post(path, url.Values{"do": {"remove:" + id}}).leadsTo(t, path)
	if got := files(t, house, urn); len(got) != 0 {
		t.Errorf("removed, and there are %+v", got)
	}
	v.get("/referrals/"+urn+"/files/"+id).wants(t, http.StatusNotFound)
}

func TestAFileThatIsRefusedLosesNothingElse(t *testing.T) {
	house, v, urn := opened(t, "AdultRestorativeForm")
	typed := map[string]string{"no_radiograph_reason": "The archive has them", "radiographs.new.day": "31", "radiographs.new.month": "2", "radiographs.new.year": "2026"}
	for name, c := range map[string]struct {
		input, file string
		content     []byte
		say         string
	}{
		"a radiograph without a day":   {"radiographs.new", "a.jpg", picture(t), "Enter the day on which the files were taken"},
		"a page that is called a PDF":  {"other_files.new", "letter.pdf", []byte("<html><script>alert(1)</script>"), "letter.pdf was not taken"},
		"a program":                    {"other_files.new", "run.exe", []byte("MZ"), "run.exe was not taken"},
		"one that is larger than most": {"other_files.new", "big.pdf", append([]byte("%PDF-1.4\n"), make([]byte, referral.MaxFile)...), "larger than 20 MiB"},
		"none":                         {"other_files.new", "", nil, "Choose a file first"},
	} {
		got := upload(t, v, urn, typed, c.input, c.file, c.content)
		got.wants(t, http.StatusUnprocessableEntity, c.say, "The archive has them", `value="31"`, `aria-invalid="true"`)
		if stored := files(t, house, urn); len(stored) != 0 {
			t.Errorf("%s: stored are %v", name, stored)
		}
	}
	v.get("/referrals/"+urn+"/sections/attachments").wants(t, http.StatusOK, "The archive has them")
}

func TestAnUploadThatIsCutOffStoresNothingOfIt(t *testing.T) {
	house, v, urn := opened(t, "AdultRestorativeForm")
	body, contentType := multipartOf(t, map[string]string{"radiographs.new.day": "1", "radiographs.new.month": "10", "radiographs.new.year": "2026"}, "radiographs.new", "a.jpg", append(picture(t), make([]byte, 1<<20)...))
	host := strings.TrimPrefix(v.base, "http://")
	line, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	cookie := v.client.Jar.Cookies(&url.URL{Scheme: "http", Host: host})[0]
	fmt.Fprintf(line, "POST /referrals/%s/sections/attachments HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\nCookie: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", urn, host, cookie, contentType, len(body))
	line.Write(body[:len(body)/2])
	line.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, line) // the server has done with it
	line.Close()
	if stored := files(t, house, urn); len(stored) != 0 {
		t.Errorf("stored are %v", stored)
	}
	v.get("/referrals/"+urn+"/sections/attachments").wants(t, http.StatusOK, "No file yet")
}
