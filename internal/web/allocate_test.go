package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hidden are the inputs that a page's form carries.
func (a answer) hidden() url.Values {
	values := make(url.Values)
	for _, found := range hiddenInput.FindAllStringSubmatch(a.body, -1) {
		values.Add(found[1], found[2])
	}
	return values
}

func TestSeveralReferralsAreSentAtOnceEachAsAStepOfItsOwn(t *testing.T) {
	n := newNetwork(t)
	a, b, gone, moved := n.submitted(), n.submitted(), n.sent(), n.submitted()
	v := n.as(n.Triager)
	asked := url.Values{"urn": {a, b, gone, moved, "NOR9999999"}}
	v.get("/work/allocate?"+asked.Encode()).wants(t, http.StatusOK, "Where do these 4 go?", "1 of those that you chose", "St Clements Dental Suite", "West Yorkshire oral surgery", "; 3 of the 4")
	asked.Set("check", "1")
	v.get("/work/allocate?"+asked.Encode()).wants(t, http.StatusOK, "Choose where they go")
	asked.Set("target", webtest.Target(n.First))
	asked.Set("tier", "2")
	asked.Set("text", "All on one day")
	confirm := v.get("/work/allocate?" + asked.Encode())
	confirm.wants(t, http.StatusOK, "Send 3 to St Clements Dental Suite?", "These stay where they are", "the referral is sent to a provider", "Send 3 now")
	n.does(moved, n.Triager, lifecycle.Event{Move: lifecycle.Message, Public: "Meanwhile"})
	done := v.post("/work/allocate", confirm.hidden())
	done.wants(t, http.StatusOK, "2 went to St Clements Dental Suite", "Not done", "was changed by somebody else meanwhile")
	for urn, want := range map[string]lifecycle.State{a: lifecycle.Sent, b: lifecycle.Sent, moved: lifecycle.WithTriage} {
		if life := n.life(urn); life.State != want {
			t.Errorf("%s is %s, want %s", urn, life.State, want)
		}
	}
	if life := n.life(a); life.Tier != "2" || life.Allocation().Provider != n.Provider {
		t.Errorf("it went to %+v", life.Allocation())
	}
	v.post("/work/allocate", confirm.hidden()).wants(t, http.StatusOK, "None was sent", "was changed by somebody else meanwhile", "the referral is sent to a provider")
}

func TestWhatIsChosenWronglyForSeveralIsSaid(t *testing.T) {
	n := newNetwork(t)
	n.as(n.Triager).get("/work/allocate?urn=ZZZ0000001").wants(t, http.StatusOK, "<h1>Nothing is left to send</h1>", "1 of those that you chose is not there any more.")
	urn := n.submitted()
	v := n.as(n.Triager)
	v.get("/work/allocate").wants(t, http.StatusUnprocessableEntity, "Choose at least one referral")
	many := make(url.Values)
	for i := range 51 {
		many.Add("urn", fmt.Sprintf("NOR%07d", i))
	}
	v.get("/work/allocate?"+many.Encode()).wants(t, http.StatusUnprocessableEntity, "At most 50 referrals")
	v.post("/work/allocate", url.Values{"urn": {urn}, "target": {"777/0"}, "tier": {"9"}, "text": {strings.Repeat("x", 2001)}}).wants(t, http.StatusUnprocessableEntity, "There are 3 things to put right")
	v.post("/work/allocate", url.Values{"urn": {urn}, "target": {webtest.Target(n.Harbour)}}).wants(t, http.StatusOK, "None was sent", "is closed for new referrals")
	for _, who := range []*referral.Caller{n.Clinician, n.Referrer, n.Administrator} {
		n.as(who).get("/work/allocate?urn="+urn).wants(t, http.StatusForbidden)
		n.as(who).post("/work/allocate", url.Values{"urn": {urn}, "target": {listed(n.List)}}).wants(t, http.StatusForbidden)
	}
	n.as(n.Outsider).post("/work/allocate", url.Values{"urn": {urn}, "target": {listed(n.List)}, "seq." + urn: {"2"}}).wants(t, http.StatusUnprocessableEntity)
	if n.life(urn).State != lifecycle.WithTriage {
		t.Error("it was moved")
	}
}

// proposed is a referral that waits for a second person, in an area that wants one: somebody has proposed a service, or where there
// is none the waiting list.
func (n *network) proposed(by *referral.Caller, service directory.Service) (urn string) {
	n.t.Helper()
	area, err := n.Directory.Area(n.t.Context(), directory.Everywhere)
	if err == nil && !area.IsApproval {
		area.IsApproval = true
		_, err = n.Directory.SaveArea(n.t.Context(), audit.Operator, directory.Operator, area)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	urn = n.submitted()
	triager := *by
	triager.Role = lifecycle.Triager
	step := lifecycle.Event{Move: lifecycle.Propose, Internal: "Why I think so", Data: lifecycle.Data{Provider: service.Organisation, Service: service.Num, Tier: "3a"}}
	if service.Num == 0 {
		step.Data.List = n.List.Num
	}
	n.does(urn, &triager, step)
	return urn
}

func TestASecondPersonSeesTheProposalAndConfirmsOrChangesIt(t *testing.T) {
	n := newNetwork(t)
	confirmed, changed, listed, own := n.proposed(n.Triager, n.First), n.proposed(n.Triager, n.First), n.proposed(n.Triager, directory.Service{}), n.proposed(n.Approver, n.First)
	v := n.as(n.Approver)
	v.get("/work/approvals").wants(t, http.StatusOK, confirmed, changed, listed, "To be confirmed")
	first := webtest.Target(n.First)
	v.get("/referrals/"+confirmed).wants(t, http.StatusOK, "Level 3a, proposed by Tomas Triager", "Why I think so", `value="`+first+`" checked`, `value="3a" selected`, `main-act" id="act.T11" open`)
	v.get("/referrals/"+listed).wants(t, http.StatusOK, `main-act" id="act.T12" open`, `value="`+strconv.FormatInt(n.List.Num, 10)+`" selected`)
	v.moves(confirmed, lifecycle.Allocate, "target", first, "tier", "3a").leadsTo(t, "/referrals/"+confirmed+"?done=T11")
	v.moves(changed, lifecycle.Allocate, "target", webtest.Target(n.Surgery), "tier", "3b").leadsTo(t, "/referrals/"+changed+"?done=T11")
	v.moves(listed, lifecycle.PutOnList, "list", strconv.FormatInt(n.List.Num, 10)).leadsTo(t, "/referrals/"+listed+"?done=T12")
	v.moves(own, lifecycle.Allocate, "target", first, "tier", "2").wants(t, http.StatusConflict, "not possible any more", "who has proposed it cannot confirm it")
	if life := n.life(changed); life.State != lifecycle.Sent || life.Allocation().Provider != n.Second || life.Tier != "3b" {
		t.Errorf("changed it is %s with %+v", life.State, life.Allocation())
	}
	if life := n.life(own); life.State != lifecycle.Pending {
		t.Errorf("the own one is %s", life.State)
	}
}

// listed is how a page names a waiting list among the places.
func listed(l directory.List) string { return "list:" + strconv.FormatInt(l.Num, 10) }

// A waiting list takes what its forms say, wherever somebody chooses it.
func TestAWaitingListIsOfferedForItsFormsAlone(t *testing.T) {
	n := newNetwork(t)
	urn := prepare(t, n.House, "AdultRestorativeForm").URN
	hands := referraltest.Fixture{Desk: n.Desk, Hub: n.Practices.Hub}
	hands.Ready(t, hands.Submit(t, n.Caller, urn), "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory)
	n.does(urn, nil, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
	formless := n.submitted()
	save := func(l directory.List) directory.List {
		t.Helper()
		saved, err := n.Directory.SaveList(t.Context(), audit.Operator, directory.Operator, l)
		if err != nil {
			t.Fatal(err)
		}
		return saved
	}
	n.List.FormTypes = []string{"MinorOralSurgeryForm"}
	n.List = save(n.List)
	v, at := n.as(n.Triager), "/referrals/"+urn
	v.get(at).wants(t, http.StatusOK, "no waiting list fits. West Yorkshire oral surgery: takes no referrals on the form Adult restorative dentistry")
	crowns := save(directory.List{Area: directory.Everywhere, Name: "Crowns", FormTypes: []string{"AdultRestorativeForm", "EndodonticForm"}, IsOpen: true})
	page := v.get(at)
	page.wants(t, http.StatusOK, "1 that does not fit</summary>", "<dt>West Yorkshire oral surgery</dt><dd>takes no referrals on the form Adult restorative dentistry</dd>", fmt.Sprintf(`<option value="%d">Crowns</option>`, crowns.Num))
	if strings.Contains(page.body, fmt.Sprintf(`<option value="%d">West Yorkshire`, n.List.Num)) {
		t.Error("a list that does not take it is offered")
	}
	v.moves(urn, lifecycle.PutOnList, "list", strconv.FormatInt(n.List.Num, 10)).wants(t, http.StatusUnprocessableEntity, "Choose the waiting list")
	// Several at once: what came without a form goes, what is on another one stays.
	asked := url.Values{"urn": {urn, formless}, "check": {"1"}, "target": {listed(n.List)}}
	confirm := v.get("/work/allocate?" + asked.Encode())
	confirm.wants(t, http.StatusOK, "Send 1 to West Yorkshire oral surgery?", "the waiting list takes no referrals on the form Adult restorative dentistry")
	// What came without a form goes on any list, also where its forms were changed meanwhile.
	n.List.FormTypes = []string{"OrthodonticForm"}
	n.List = save(n.List)
	v.post("/work/allocate", confirm.hidden()).wants(t, http.StatusOK, "1 went to West Yorkshire oral surgery")
	v.moves(urn, lifecycle.PutOnList, "list", strconv.FormatInt(crowns.Num, 10)).leadsTo(t, at+"?done=T12")
	if a, b := n.life(urn), n.life(formless); a.State != lifecycle.WaitingList || a.List != "Crowns" || b.State != lifecycle.WaitingList {
		t.Errorf("they are %s on %s and %s", a.State, a.List, b.State)
	}
}
