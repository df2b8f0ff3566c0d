package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

var timelineTime = regexp.MustCompile(`<p class="facts">(\d+ [A-Z][a-z]+ \d{4} at \d\d:\d\d)`)

// staysSane looks at one referral and at every list: steps in their order with times that never go back, a timeline in the same order,
// a due moment that lies after what it is counted from, exactly one party whose list has it, and no page that cannot be opened.
func (n *network) staysSane(urn, when string) {
	n.t.Helper()
	events, err := n.Desk.Events(n.t.Context(), n.Caller, urn)
	if err != nil {
		n.t.Fatalf("%s: %v", when, err)
	}
	for i := range events {
		if events[i].Seq != int64(i+1) || i > 0 && events[i].At.Before(events[i-1].At) {
			n.t.Errorf("%s: step %d of %s comes after step %d", when, events[i].Seq, events[i].At, i)
		}
	}
	life := n.life(urn)
	page := n.as(n.Referrer).get("/referrals/" + urn)
	page.wants(n.t, http.StatusOK)
	_, timeline, _ := strings.Cut(page.body, `id="timeline"`)
	var last time.Time
	shown := timelineTime.FindAllStringSubmatch(timeline, -1)
	if slices.Reverse(shown); len(shown) < 3 {
		n.t.Errorf("%s: the timeline shows %d things", when, len(shown))
	}
	for _, found := range shown {
		at, err := time.Parse("2 January 2006 at 15:04", found[1])
		if err != nil || at.Before(last) {
			n.t.Errorf("%s: the timeline shows %s after %s, %v", when, found[1], last, err)
		}
		last = at
	}
	lists := 0
	for _, one := range []struct {
		who  *referral.Caller
		path string
	}{{n.Triager, "/work/triage"}, {n.Clinician, "/work/inbound"}, {n.Other, "/work/inbound"}, {n.Administrator, "/work/area"}, {n.Administrator, "/work/area?show=waiting"}, {n.Referrer, "/work/outbound"}} {
		list := n.as(one.who).get(one.path)
		if list.wants(n.t, http.StatusOK); strings.Contains(list.body, urn) && one.path != "/work/outbound" && one.path != "/work/area" {
			lists++
		}
		path, query, _ := strings.Cut(one.path, "?")
		n.as(one.who).get(path+"/csv?"+query).wants(n.t, http.StatusOK)
	}
	if want := map[bool]int{true: 0, false: 1}[life.State.Closed()]; lists != want {
		n.t.Errorf("%s: while it is %s it is in %d parties' lists", when, life.State, lists)
	}
	seen, err := n.Desk.Case(n.t.Context(), n.Triager, urn)
	if err != nil {
		n.t.Fatalf("%s: %v", when, err)
	}
	if seen.Turn.Due != seen.DueAt || !life.State.Closed() && seen.DueAt.Before(life.Since) || seen.LastAt.Before(seen.SubmittedAt) {
		n.t.Errorf("%s: %s since %s is due %s, by the lifecycle %s; sent %s, last %s", when, life.State, life.Since, seen.DueAt, seen.Turn.Due, seen.SubmittedAt, seen.LastAt)
	}
}

// The clock is put back between two acts on the pages: by an hour, over midnight, by a day as over the date line, and put right after it
// was ahead.
func TestAClockThatIsPutBackBetweenTwoActsBreaksNothing(t *testing.T) {
	for name, one := range map[string]struct{ begin, ahead, back time.Duration }{
		"an hour":                    {4 * time.Hour, 0, time.Hour},
		"an hour, to the day before": {15 * time.Hour, 0, time.Hour},
		"a day":                      {24 * time.Hour, 0, 24 * time.Hour},
		"it was a day ahead":         {time.Hour, 24 * time.Hour, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of it is waiting for a list to hear
			n := newNetwork(t)
			n.Pass(one.begin)
			triager, provider, referrer := n.as(n.Triager), n.as(n.Clinician), n.as(n.Referrer)
			urn := n.submitted()
			since, err := n.Desk.LastStep(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			hearing := n.listen(n.server, n.Clinician, since)
			n.Pass(one.ahead)
			triager.moves(urn, lifecycle.Allocate, "target", webtest.Target(n.First), "tier", "2", "text", "Please see soon").leadsTo(t, "/referrals/"+urn+"?done=T11")
			if text, _ := hears(t, hearing, 20*time.Second); text == "" {
				t.Fatal("the provider's list hears nothing before the clock is put back")
			}
			token, err := n.Desk.MakeAnswerLink(t.Context(), audit.Operator, urn, 1)
			if err != nil {
				t.Fatal(err)
			}
			n.Pass(-one.back)
			n.staysSane(urn, "after the clock is put back")
			guest := specialist{newVisitor(t, n.server), referral.AnswerPath + token}
			guest.get(guest.path).wants(t, http.StatusOK, "Accept the referral")
			provider.get("/referrals/"+urn).wants(t, http.StatusOK, "Accept the referral")
			guest.act(lifecycle.Accept, "text", "We will see her").leadsTo(t, guest.path+"?done=T17")
			if text, _ := hears(t, hearing, 20*time.Second); text == "" {
				t.Error("the provider's list hears nothing after the clock is put back")
			}
			n.staysSane(urn, "accepted")
			n.Pass(time.Minute)
			n.Pass(-2 * time.Minute)
			provider.moves(urn, lifecycle.Contact).leadsTo(t, "/referrals/"+urn+"?done=T21")
			referrer.says("/referrals/"+urn+"/messages", map[string]string{"move": "N04", "text": "Any news?"}).leadsTo(t, "/referrals/"+urn+"?done=N04")
			n.staysSane(urn, "contacted")
			day := n.Desk.Today().AddDays(3)
			year, month, dayOfMonth := day.Calendar()
			provider.moves(urn, lifecycle.Book, "day", fmt.Sprint(dayOfMonth), "month", fmt.Sprint(int(month)), "year", fmt.Sprint(year), "time", "09:30").leadsTo(t, "/referrals/"+urn+"?done=T22")
			n.staysSane(urn, "booked")
			n.Pass(4 * 24 * time.Hour)
			n.Pass(-one.back / 2)
			for _, move := range []lifecycle.Move{lifecycle.Assess, lifecycle.Treat} {
				provider.moves(urn, move).leadsTo(t, "/referrals/"+urn+"?done="+string(move))
				n.staysSane(urn, string(move))
			}
			n.Pass(-one.back)
			provider.moves(urn, lifecycle.Discharge, "outcome", "Treatment complete", "actions", "None", "summary", "Done").leadsTo(t, "/referrals/"+urn+"?done=T31")
			n.staysSane(urn, "discharged")
			n.noted(n.Clinician) // the trail is whole
		})
	}
}

// What ends stays ended when the clock is put back behind the moment at which it did, and what is open does not close.
func TestWhatWasRevokedStaysRevokedWhenTheClockIsPutBack(t *testing.T) {
	n := newNetwork(t)
	urn := n.sent()
	guest := newSpecialist(t, n.House, n.server, urn, 2)
	guest.get(guest.path).wants(t, http.StatusOK)
	n.Pass(time.Hour)
	if _, err := n.Desk.RevokeAnswerLinks(t.Context(), audit.Operator, urn); err != nil {
		t.Fatal(err)
	}
	n.Pass(-2 * time.Hour)
	guest.get(guest.path).wants(t, http.StatusGone, "was ended by the referral centre")
	guest.actAfter("3", lifecycle.Accept).wants(t, http.StatusGone)
	made := prepare(t, n.House, "EndodonticForm")
	user := newVisitor(t, n.server)
	user.open(made)
	n.Pass(-24 * time.Hour)
	user.get("/referrals/"+made.URN).wants(t, http.StatusOK, "Zofia")
	newVisitor(t, n.server).post("/prepared_forms/show/"+made.UUID, nil).wants(t, http.StatusGone, "opened already")
}

// Who is signed in stays so, for as long as a session lasts by the clock as it is now; and signs in anew also by a code, and after wrong
// tries no later than the wait.
func TestNobodyIsLockedOutByAClockThatWasPutBack(t *testing.T) {
	for name, back := range map[string]time.Duration{"an hour": time.Hour, "a month": 30 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			house, server := staffed(t)
			v := newVisitor(t, server).signsIn(adasAddress)
			house.Pass(-back)
			v.get("/account").wants(t, http.StatusOK)
			house.Pass(20 * time.Minute)
			v.get("/account").wants(t, http.StatusOK)
			fresh := newVisitor(t, server).signsIn(bosAddress)
			house.Pass(31 * time.Minute)
			v.get("/account").wants(t, http.StatusUnauthorized)
			fresh.get("/account").wants(t, http.StatusUnauthorized)
			guesser := newVisitor(t, server)
			for range 5 {
				guesser.post("/sign-in", url.Values{"email": {adasAddress}, "password": {otherPhrase}}).wants(t, http.StatusUnauthorized)
			}
			guesser.post("/sign-in", url.Values{"email": {adasAddress}, "password": {phrase}}).wants(t, http.StatusUnauthorized)
			house.Pass(-back)
			newVisitor(t, server).signsIn(adasAddress)
			for range 5 {
				guesser.post("/sign-in", url.Values{"email": {bosAddress}, "password": {otherPhrase}}).wants(t, http.StatusUnauthorized)
			}
			guesser.post("/sign-in", url.Values{"email": {bosAddress}, "password": {phrase}}).wants(t, http.StatusUnauthorized)
			house.Pass(61 * time.Second)
			newVisitor(t, server).signsIn(bosAddress)
		})
	}
}

// A page is opened before midnight and its button pressed after it.
func TestMidnightBetweenOpeningAPageAndPressingItsButton(t *testing.T) {
	n := newNetwork(t)
	toTriage, toAccept, toBook, toAssess, toAsk := n.submitted(), n.sent(), n.sent(), n.sent(), n.submitted()
	for _, urn := range []string{toBook, toAssess} {
		n.does(urn, n.Clinician, lifecycle.Event{Move: lifecycle.Accept})
	}
	tomorrow := n.Desk.Today().AddDays(1)
	n.does(toAssess, n.Clinician, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: tomorrow.At(9 * 3600)}})
	n.Pass(14*time.Hour + 28*time.Minute) // 23:58
	triager, provider := n.as(n.Triager), n.as(n.Clinician)
	seqs := make(map[string]string)
	for urn, who := range map[string]*visitor{toTriage: triager, toAsk: triager, toAccept: provider, toBook: provider} {
		page := who.get("/referrals/" + urn)
		page.wants(t, http.StatusOK)
		seqs[urn] = page.seq(t)
	}
	provider.moves(toAssess, lifecycle.Assess).wants(t, http.StatusConflict, "the appointment is on")
	seqs[toAssess] = provider.get("/referrals/" + toAssess).seq(t)
	list := provider.get("/work/inbound?show=book")
	list.wants(t, http.StatusOK)
	n.Pass(4 * time.Minute) // 00:02
	triager.movesAfter(seqs[toTriage], toTriage, lifecycle.Allocate, "target", webtest.Target(n.First), "tier", "2").leadsTo(t, "/referrals/"+toTriage+"?done=T11")
	triager.movesAfter(seqs[toAsk], toAsk, lifecycle.RequestInfo, "reason", "no_radiograph", "text", "Please send one").leadsTo(t, "/referrals/"+toAsk+"?done=T08")
	provider.movesAfter(seqs[toAccept], toAccept, lifecycle.Accept).leadsTo(t, "/referrals/"+toAccept+"?done=T17")
	provider.movesAfter(seqs[toAssess], toAssess, lifecycle.Assess).leadsTo(t, "/referrals/"+toAssess+"?done=T27")
	// What was in the future when the page was opened is not any more, and says so with what was typed.
	year, month, day := tomorrow.Calendar()
	passed := []string{"day", fmt.Sprint(day), "month", fmt.Sprint(int(month)), "year", fmt.Sprint(year), "time", "00:01"}
	provider.movesAfter(seqs[toBook], toBook, lifecycle.Book, passed...).wants(t, http.StatusUnprocessableEntity, "must be a date in the future", `value="00:01"`)
	passed[len(passed)-1] = "08:00"
	provider.movesAfter(seqs[toBook], toBook, lifecycle.Book, passed...).leadsTo(t, "/referrals/"+toBook+"?done=T22")
	// What is due counts from the day on which the button was pressed.
	for urn, want := range map[string]dental.DateTime{toTriage: tomorrow.AddDays(7).At(17*3600 + 30*60), toAsk: tomorrow.AddDays(28).At(2 * 60), toAccept: tomorrow.AddDays(14).At(17*3600 + 30*60)} {
		seen, err := n.Desk.Case(t.Context(), n.Triager, urn)
		if err != nil || seen.DueAt != want {
			t.Errorf("%s is due %s, want %s, %v", urn, seen.DueAt, want, err)
		}
	}
	for _, urn := range []string{toTriage, toAccept, toBook, toAssess, toAsk} {
		if life := n.life(urn); life.Last.Date() != tomorrow {
			t.Errorf("the last step of %s is of %s", urn, life.Last)
		}
	}
}
