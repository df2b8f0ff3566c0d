package web_test

import (
	"bufio"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// listen opens the stream of a list, and gives its lines; closed when it ends.
func (n *network) listen(server *httptest.Server, who *referral.Caller, since int64) <-chan string {
	n.t.Helper()
	v := n.as(who)
	v.base = server.URL
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodGet, server.URL+"/work/changes?since="+strconv.FormatInt(since, 10), nil)
	if err != nil {
		n.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "bridgework-person", Value: strings.ReplaceAll(who.PersonName, " ", "+")})
	response, err := v.client.Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		n.t.Fatalf("listening is answered %d", response.StatusCode)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(response.Body); in.Scan(); {
			if text, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				lines <- text
			}
		}
	}()
	return lines
}

func hears(t *testing.T, lines <-chan string, within time.Duration) (string, bool) {
	t.Helper()
	select {
	case text, open := <-lines:
		return text, open
	case <-time.After(within):
		return "", true
	}
}

func TestAListHearsThatItHasChangedAndOthersDoNot(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	since, err := n.Desk.LastStep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	triager, provider, other, outsider, referrer := n.listen(n.server, n.Triager, since), n.listen(n.server, n.Clinician, since), n.listen(n.server, n.Other, since), n.listen(n.server, n.Outsider, since), n.listen(n.server, n.Referrer, since)
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: n.Provider, Name: "St Clements Dental Suite"}})
	for name, lines := range map[string]<-chan string{"the triager": triager, "the provider": provider, "the referrer": referrer} {
		if text, _ := hears(t, lines, 20*time.Second); text == "" || strings.Trim(text, "0123456789") != "" {
			t.Errorf("%s hears %q", name, text)
		}
	}
	for name, lines := range map[string]<-chan string{"another provider": other, "another area": outsider} {
		if text, _ := hears(t, lines, 10*time.Millisecond); text != "" {
			t.Errorf("%s hears %q", name, text)
		}
	}
	n.does(urn, n.Clinician, lifecycle.Event{Move: lifecycle.Accept})
	if text, _ := hears(t, provider, 20*time.Second); text == "" {
		t.Error("the provider hears nothing of the second step")
	}
	if text, _ := hears(t, triager, 10*time.Millisecond); text != "" {
		t.Errorf("the triager hears of what is not in their list: %q", text)
	}
	if text, _ := hears(t, n.listen(n.server, n.Triager, since), 20*time.Second); text == "" {
		t.Error("who comes back is not told of what was missed")
	}
}

func TestListeningOutlastsTheServersDeadlinesAndEndsWithTheServer(t *testing.T) {
	n := newNetwork(t)
	server := httptest.NewUnstartedServer(n.Site)
	server.Config.ReadTimeout, server.Config.WriteTimeout = time.Second, time.Second
	server.Start()
	t.Cleanup(server.Close)
	lines := n.listen(server, n.Triager, 0)
	time.Sleep(1500 * time.Millisecond)
	n.submitted()
	if text, open := hears(t, lines, 20*time.Second); text == "" || !open {
		t.Fatalf("after the deadlines it hears %q", text)
	}
	n.Site.Stop()
	for {
		text, open := hears(t, lines, 20*time.Second)
		if !open {
			break
		}
		if text == "" {
			t.Fatal("it did not end with the server")
		}
	}
	n.as(n.Triager).get("/work/changes?since=0").wants(t, http.StatusServiceUnavailable)
}

func TestListeningEndsWithTheSession(t *testing.T) {
	n := newNetwork(t)
	since, err := n.Desk.LastStep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lines, others := n.listen(n.server, n.Triager, since), n.listen(n.server, n.Clinician, since)
	n.Part(n.Triager.PersonName)
	if text, open := hears(t, lines, 20*time.Second); open || text != "" {
		t.Errorf("who is signed out hears %q", text)
	}
	if text, open := hears(t, others, 300*time.Millisecond); !open || text != "" {
		t.Errorf("somebody else hears %q, %v", text, open)
	}
}

func TestOnlySoManyListsOfAPersonListenAndOnlyOfPeople(t *testing.T) {
	n := newNetwork(t)
	n.as(n.Triager).get("/work/changes").wants(t, http.StatusUnprocessableEntity)
	n.as(n.Triager).get("/work/changes?since=-1").wants(t, http.StatusUnprocessableEntity)
	newVisitor(t, n.server).get("/work/changes?since=0").wants(t, http.StatusUnauthorized)
	for range 8 {
		n.listen(n.server, n.Triager, 0)
	}
	n.as(n.Triager).get("/work/changes?since=0").wants(t, http.StatusServiceUnavailable, "Too many lists are open")
	n.listen(n.server, n.Clinician, 0)
}

// Such a number is of before the hub was restored from a backup, or invented; it concerns nobody else either.
func TestANumberThatLiesAheadKeepsNobodyFromHearing(t *testing.T) {
	n := newNetwork(t)
	urn := n.submitted()
	ahead := n.listen(n.server, n.Triager, math.MaxInt64)
	since, err := n.Desk.LastStep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := n.listen(n.server, n.Triager, since)
	n.does(urn, n.Triager, lifecycle.Event{Move: lifecycle.Message, Public: "Hello"})
	for who, lines := range map[string]<-chan string{"who says a number that lies ahead": ahead, "somebody else": other} {
		if text, _ := hears(t, lines, 20*time.Second); text == "" {
			t.Errorf("%s hears nothing", who)
		}
	}
}
