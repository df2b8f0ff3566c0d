package web_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
)

// unpacked are the files of a bundle.
func (a answer) unpacked(t *testing.T) map[string]string {
	t.Helper()
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/zip" {
		t.Fatalf("the bundle is answered %d with %s: %.200s", a.status, a.header.Get("Content-Type"), a.body)
	}
	archive, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, f := range archive.File {
		body, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if _, twice := files[f.Name]; twice {
			t.Errorf("%s is there twice", f.Name)
		}
		files[f.Name] = string(content)
	}
	return files
}

// filed is a referral that was sent on a form with a picture, and waits for triage.
func (n *network) filed() (urn string) {
	n.t.Helper()
	urn = prepare(n.t, n.House, "AdultRestorativeForm").URN
	if _, err := n.Desk.AddFormFile(n.t.Context(), n.Caller, urn, referral.NewFile{Name: "bitewing.jpg", Kind: "radiograph", TakenOn: n.Desk.Today().String()}, strings.NewReader(string(referraltest.Sample(".jpg")))); err != nil {
		n.t.Fatal(err)
	}
	hands := referraltest.Fixture{Desk: n.Desk, Hub: n.Practices.Hub}
	hands.Ready(n.t, hands.Submit(n.t, n.Caller, urn), "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory)
	n.does(urn, nil, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	return urn
}

func TestAllThatOneMayReadOfAReferralComesAsOneFileAndEachPartIsNoted(t *testing.T) {
	n := newNetwork(t)
	urn := n.filed()
	at := "/referrals/" + urn
	triager := n.as(n.Triager)
	triager.says(at+"/messages", map[string]string{"move": "N04", "text": "See the plan"}, "plan.pdf", "plan.pdf").leadsTo(t, at+"?done=N04")
	triager.says(at+"/messages", map[string]string{"move": "N04-own", "internal": "Between us"}, "secret.pdf").leadsTo(t, at+"?done=N04-own")
	triager.get(at).wants(t, http.StatusOK, at+"/bundle")

	files := n.as(n.Referrer).get(at + "/bundle").unpacked(t)
	names := slices.Sorted(maps.Keys(files))
	want := []string{urn + "/documents/" + urn + "_AdultRestorativeForm.pdf", urn + "/documents/" + urn + "_MH.pdf", urn + "/files/bitewing.jpg", urn + "/messages/plan.pdf", urn + "/messages/xplan.pdf", urn + "/referral.json"}
	if !slices.Equal(names, want) {
		t.Errorf("the bundle has %v, not %v", names, want)
	}
	if files[urn+"/files/bitewing.jpg"] != string(referraltest.Sample(".jpg")) {
		t.Error("the picture is another one")
	}
	var data struct {
		URN     string `json:"urn"`
		Form    string `json:"form_type"`
		State   string `json:"state"`
		Answers map[string]any
		Events  []struct{ Move, Text string }
	}
	if err := json.Unmarshal([]byte(files[urn+"/referral.json"]), &data); err != nil {
		t.Fatal(err)
	}
	if data.URN != urn || data.Form != "AdultRestorativeForm" || data.State != "with_triage" || len(data.Answers) < 10 || len(data.Events) < 3 {
		t.Errorf("the data says %+v", data)
	}
	for name, content := range files {
		if strings.Contains(content, "Between us") {
			t.Errorf("%s has what is internal to the referral centre", name)
		}
	}
	noted := make(map[string]int)
	for _, entry := range n.noted(n.Referrer) {
		noted[entry]++
	}
	if noted["view attachment"] != 2 || noted["view referralfile"] != 1 || noted["view messagefile"] != 2 {
		t.Errorf("the trail has %v", noted)
	}
	if own := n.as(n.Approver).get(at + "/bundle").unpacked(t); own[urn+"/messages/secret.pdf"] == "" {
		t.Errorf("the referral centre lacks its own file: %v", slices.Sorted(maps.Keys(own)))
	}
}

func TestABundleIsForThoseAloneWhoMayReadTheReferral(t *testing.T) {
	n := newNetwork(t)
	urn := n.filed()
	at := "/referrals/" + urn + "/bundle"
	for _, who := range []*referral.Caller{n.Other, n.Outsider, n.Clinician} {
		n.as(who).get(at).wants(t, http.StatusNotFound, "There is nothing here")
	}
	administrator := n.as(n.Administrator)
	administrator.get(at).wants(t, http.StatusForbidden, "why you have to read what is clinical")
	administrator.post("/referrals/"+urn+"/reason", map[string][]string{"reason": {"The patient complains"}})
	administrator.get(at).unpacked(t)
	newVisitor(t, n.server).get(at).wants(t, http.StatusUnauthorized)
}

func TestWhoHasALinkGetsAllOfTheReferralAsOneFileUntilTheLinkIsRevoked(t *testing.T) {
	house, v, urn := sentForm(t)
	token, err := house.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 0)
	if err != nil {
		t.Fatal(err)
	}
	at := referral.AnswerPath + token
	v.get(at).wants(t, http.StatusOK, at+"/bundle")
	if files := v.get(at + "/bundle").unpacked(t); len(files) != 4 {
		t.Errorf("the bundle has %v", slices.Sorted(maps.Keys(files)))
	}
	if _, err := house.Desk.RevokeAnswerLinks(t.Context(), audit.Operator, urn); err != nil {
		t.Fatal(err)
	}
	v.get(at+"/bundle").wants(t, http.StatusGone)
}

func TestABundleThatCannotBeReadWholeIsBrokenOff(t *testing.T) {
	n := newNetwork(t)
	urn := n.filed()
	found, err := n.Desk.Case(t.Context(), n.Triager, urn)
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	if err := filepath.WalkDir(n.Files, func(path string, file fs.DirEntry, err error) error {
		if err == nil && strings.Contains(filepath.ToSlash(path), string(found.Documents[1].Hash)) {
			lost++
			return os.Remove(path)
		}
		return err
	}); err != nil || lost != 1 {
		t.Fatal(lost, err)
	}
	response, err := n.as(n.Triager).client.Get(n.server.URL + "/referrals/" + urn + "/bundle")
	if err != nil {
		return // nothing at all came
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err == nil {
		t.Errorf("%d bytes are taken for the whole", len(body))
	}
}
