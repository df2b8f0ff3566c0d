package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// asked is a visitor of a practice whose referral a triager has asked about.
func asked(t *testing.T) (house *webtest.House, v *visitor, urn string) {
	t.Helper()
	house, v, urn = opened(t, "AdultRestorativeForm")
	fill(t, house, urn)
	v.post("/referrals/"+urn+"/send", declared).leadsTo(t, "/referrals/"+urn+"?sent=1")
	ask(t, house, urn)
	return house, v, urn
}

func ask(t *testing.T, house *webtest.House, urn string) {
	t.Helper()
	step(t, house, urn, lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	step(t, house, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoRadiograph, Public: "A bitewing of the left, please", Internal: "Careless again"})
}

func TestARequestIsAnsweredOnTheFormOnWhichItWasSent(t *testing.T) {
	house, v, urn := asked(t)
	base := "/referrals/" + urn
	v.get(base+"/answer").wants(t, http.StatusOK, "A bitewing of the left, please", "Answer by 30 November 2026", base+"/sections/attachments", base+"/check")
	if strings.Contains(v.get(base+"/answer").body, "Careless") {
		t.Error("the referrer reads what is internal")
	}
	v.post(base+"/send", declared).wants(t, http.StatusUnprocessableEntity, "nothing is new yet", `href="#reply"`)
	values := patient()
	values.Set("do", "return")
	values.Set("patient_town", "Otley")
	v.post(base+"/sections/patient", values).leadsTo(t, base+"/answer")
	taken := map[string]string{"radiographs.new.day": "20", "radiographs.new.month": "10", "radiographs.new.year": "2026", "radiographs.new.view": "bitewing"}
	upload(t, v, urn, taken, "radiographs.new", "left.jpg", picture(t)).leadsTo(t, base+"/sections/attachments#radiographs")
	id := files(t, house, urn)[0].ID
	v.post(base+"/sections/attachments", url.Values{"file." + id + ".day": {"20"}, "file." + id + ".month": {"10"}, "file." + id + ".year": {"2026"}, "file." + id + ".view": {"bitewing"},
		"file." + id + ".quality": {"acceptable"}, "correct_patient": {"yes"}, "do": {"continue"}}).leadsTo(t, base+"/check")
	v.get(base+"/answer").wants(t, http.StatusOK, "left.jpg", "sent along with the answer")
	v.get(base+"/send").wants(t, http.StatusOK, "Send the answer", `name="reply"`)
	undeclared := url.Values{"do": {"send"}, "reply": {"Here is the <bitewing>"}}
	v.post(base+"/send", undeclared).wants(t, http.StatusUnprocessableEntity, "Here is the &lt;bitewing&gt;")
	answer := url.Values{"reply": {"Here is the bitewing"}}
	for name, value := range declared {
		answer[name] = value
	}
	v.post(base+"/send", answer).leadsTo(t, base+"?sent=1")
	life, err := house.Desk.Life(t.Context(), urn)
	if err != nil || life.State != lifecycle.WithTriage || life.Version != 2 {
		t.Errorf("the referral is %+v, %v", life, err)
	}
	v.get(base+"/answer").leadsTo(t, base)
	v.get(base+"/sections/patient").leadsTo(t, base)
	v.post(base+"/send", answer).leadsTo(t, base)
	v.get(base).wants(t, http.StatusOK, "Otley", "left.jpg")

	ask2 := lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.PoorRadiograph, Public: "A better one"}
	step(t, house, urn, lifecycle.Triager, ask2)
	if page := v.get(base + "/sections/attachments"); strings.Contains(page.body, `value="remove:`) {
		t.Error("a file that was sent is offered to be taken away")
	}
}

func TestARequestAboutAReferralWithoutAFormIsAnsweredWithATextAndFiles(t *testing.T) {
	house, server := newHouse(t)
	v := newVisitor(t, server)
	v.signIn(house)
	urn := takeIn(t, house.Practices.Hub, house.Desk, house.Caller, lifecycle.Submitted)
	ask(t, house, urn)
	base := "/referrals/" + urn
	v.get(base+"/answer").wants(t, http.StatusOK, "A bitewing of the left, please", `type="file"`)
	v.get(base+"/sections/patient").leadsTo(t, base+"/answer")
	v.post(base+"/answer", url.Values{"text": {""}}).wants(t, http.StatusUnprocessableEntity, "nothing is new yet", `href="#text"`)
	body, kind := multipartOf(t, map[string]string{"text": "See the <letter>"}, "files.new", "letter.exe", []byte("MZ"))
	v.do(http.MethodPost, base+"/answer", bytes.NewReader(body), map[string]string{"Content-Type": kind}).wants(t, http.StatusUnprocessableEntity, "letter.exe was not taken", "See the &lt;letter&gt;")
	body, kind = multipartOf(t, map[string]string{"text": "See the letter"}, "files.new", "left.jpg", picture(t))
	v.do(http.MethodPost, base+"/answer", bytes.NewReader(body), map[string]string{"Content-Type": kind}).leadsTo(t, base+"?sent=1")
	life, err := house.Desk.Life(t.Context(), urn)
	if err != nil || life.State != lifecycle.WithTriage || life.Version != 2 {
		t.Errorf("the referral is %+v, %v", life, err)
	}
	v.get(base).wants(t, http.StatusOK)
}

func TestARejectedReferralIsResubmittedFromItsPage(t *testing.T) {
	house, v, urn := opened(t, "AdultRestorativeForm")
	fill(t, house, urn)
	base := "/referrals/" + urn
	v.post(base+"/resubmit", nil).wants(t, http.StatusConflict, "Only a rejected referral")
	v.post(base+"/send", declared).leadsTo(t, base+"?sent=1")
	step(t, house, urn, lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	step(t, house, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.RejectAtTriage, Reason: lifecycle.IncompleteForm})
	got := v.post(base+"/resubmit", nil)
	next := got.header.Get("Location")
	if got.status != http.StatusSeeOther || next == base || !strings.HasPrefix(next, "/referrals/") {
		t.Fatalf("resubmitting answers %d to %q", got.status, next)
	}
	v.get(next).wants(t, http.StatusOK, "sections completed")
	v.post(next+"/send", declared).leadsTo(t, next+"?sent=1")
	v.post(base+"/resubmit", nil).wants(t, http.StatusConflict, strings.TrimPrefix(next, "/referrals/"))
}
