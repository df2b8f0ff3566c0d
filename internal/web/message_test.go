package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

// says sends a message with files, each named and of the kind of its name.
func (v *visitor) says(path string, fields map[string]string, files ...string) answer {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			v.t.Fatal(err)
		}
	}
	for _, name := range files {
		part, err := w.CreateFormFile("files.new", name)
		if err != nil {
			v.t.Fatal(err)
		}
		part.Write(referraltest.Sample(name[strings.LastIndex(name, "."):]))
	}
	w.Close()
	return v.do(http.MethodPost, path, &b, map[string]string{"Content-Type": w.FormDataContentType()})
}

var messageFileLink = regexp.MustCompile(`href="([^"]*/message-files/\d+)"`)

func TestAMessageWithFilesIsReadByAllSidesAndANoteByOnesOwn(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	at := "/referrals/" + urn
	triager, referrer := n.as(n.Triager), n.as(n.Referrer)
	triager.says(at+"/messages", map[string]string{"move": "N04", "text": "See the <plan>"}, "plan.pdf", "photo.jpg").leadsTo(t, at+"?done=N04")
	triager.says(at+"/messages", map[string]string{"move": "N04-own", "internal": "Between us"}, "secret.pdf").leadsTo(t, at+"?done=N04-own")
	page := referrer.get(at)
	page.wants(t, http.StatusOK, "See the &lt;plan&gt;", "plan.pdf", "photo.jpg")
	if strings.Contains(page.body, "secret.pdf") || strings.Contains(page.body, "Between us") {
		t.Error("the referrer reads the referral centre's own")
	}
	links := messageFileLink.FindAllStringSubmatch(page.body, -1)
	if len(links) != 2 {
		t.Fatalf("the page leads to %v", links)
	}
	file := referrer.get(links[0][1])
	if file.body != string(referraltest.Sample(".pdf")) || file.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the file comes as %d bytes with %v", len(file.body), file.header)
	}
	own := triager.get(at)
	own.wants(t, http.StatusOK, "Between us", "secret.pdf")
	for _, link := range messageFileLink.FindAllStringSubmatch(own.body, -1) {
		n.as(n.Clinician).get(link[1]).wants(t, http.StatusNotFound)
		if strings.Contains(page.body, link[1]) {
			continue
		}
		referrer.get(link[1]).wants(t, http.StatusNotFound)
	}
}

func TestAMessageThatIsRefusedKeepsWhatWasTyped(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	at := "/referrals/" + urn
	v := n.as(n.Triager)
	v.says(at+"/messages", map[string]string{"move": "N04", "text": ""}, "plan.pdf").wants(t, http.StatusUnprocessableEntity, "Write the message")
	v.says(at+"/messages", map[string]string{"move": "N04", "text": "kept text"}, "a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf", "f.pdf").wants(t, http.StatusUnprocessableEntity, "at most 5 files", "kept text</textarea>", `href="#N04.files"`)
	body, kind := multipartOf(t, map[string]string{}, "files.new", "run.exe", []byte("MZ"))
	body = bytes.Replace(body, []byte(`name="text"`+"\r\n\r\n"), []byte(`name="text"`+"\r\n\r\nkept text"), 1)
	body = bytes.Replace(body, []byte(`name="no_radiograph_reason"`+"\r\n\r\n"), []byte(`name="move"`+"\r\n\r\nN04"), 1)
	v.do(http.MethodPost, at+"/messages", bytes.NewReader(body), map[string]string{"Content-Type": kind}).wants(t, http.StatusUnprocessableEntity, "run.exe was not taken", "kept text")
	v.says(at+"/messages", map[string]string{"move": "T11", "text": "x"}).wants(t, http.StatusUnprocessableEntity)
	if page := v.get(at); strings.Contains(page.body, "message-files") {
		t.Error("a file of a refused message is stored")
	}
}

func TestWhoHasALinkSendsAMessageWithFiles(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: n.Provider, Service: n.First.Num}})
	token, err := n.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 0)
	if err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, n.server)
	at := referral.AnswerPath + token
	v.get(at).wants(t, http.StatusOK, "Write a message", `enctype="multipart/form-data"`)
	v.says(at+"/messages", map[string]string{"move": "N04", "text": "The plan"}, "plan.pdf").leadsTo(t, at+"?done=N04")
	page := v.get(at)
	page.wants(t, http.StatusOK, "The plan", "plan.pdf")
	link := messageFileLink.FindStringSubmatch(page.body)
	if link == nil || v.get(link[1]).body != string(referraltest.Sample(".pdf")) {
		t.Errorf("the file is not there: %v", link)
	}
	n.as(n.Referrer).get("/referrals/"+urn).wants(t, http.StatusOK, "The plan", "plan.pdf")
	v.says(at+"/messages", map[string]string{"move": "N04-own", "internal": "Mine"}).wants(t, http.StatusUnprocessableEntity)
}

// charts are a provider's chart of a test.
type charts struct {
	matching referral.Matching
	linked   int64
	patients []referral.PatientMatch
	prefill  map[string]string
}

func (c *charts) Matching(_ context.Context, caller *referral.Caller, _ string) (referral.Matching, error) {
	if caller.Role != lifecycle.Provider {
		return c.matching, fault.New(fault.Forbidden, "no")
	}
	return c.matching, nil
}

func (c *charts) Relink(_ context.Context, _ *referral.Caller, _ string, patient int64) error {
	c.linked = patient
	return nil
}

func (c *charts) Patients(context.Context, *referral.Caller, string) ([]referral.PatientMatch, error) {
	return c.patients, nil
}

func (c *charts) Prefill(_ context.Context, _ *referral.Caller, patient int64) (map[string]string, error) {
	if patient != 4 {
		return nil, fault.New(fault.NotFound, "There is no such patient")
	}
	return c.prefill, nil
}

func TestAProviderSeesWhoMayBeMeantAndLinksByHand(t *testing.T) {
	n := newNetwork(t)
	chart := &charts{matching: referral.Matching{Linked: referral.PatientMatch{Num: 9, First: "Joe", Last: "Clark"}, IsMade: true,
		Candidates: []referral.PatientMatch{{Num: 4, First: "Joseph", Last: "Clark", Score: 75, Evidence: []string{"same last name", "same date of birth"}}}}}
	site := n.WithCharts(chart)
	urn := n.submitted()
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: n.Provider, Service: n.First.Num}})
	n.server.Config.Handler = site
	v := n.as(n.Clinician)
	at := "/referrals/" + urn
	v.get(at).wants(t, http.StatusOK, "In your own chart", "Linked to <strong>Joe Clark</strong>", "who was added for this referral", "Joseph Clark", "75 of 100: same last name, same date of birth")
	v.post(at+"/patient", map[string][]string{"patient": {"5"}}).wants(t, http.StatusUnprocessableEntity, "Choose one of the patients")
	v.post(at+"/patient", map[string][]string{"patient": {"4"}}).leadsTo(t, at+"?done=patient")
	if chart.linked != 4 {
		t.Errorf("it is linked to %d", chart.linked)
	}
	if page := n.as(n.Triager).get(at); strings.Contains(page.body, "In your own chart") {
		t.Error("a triager looks into a provider's chart")
	}
}
