package web_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"
)

// listens opens the stream of a list; the channel is closed when it ends.
func (v *visitor) listens() <-chan bool {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.base+"/work/changes?since=0", nil)
	if err != nil {
		v.t.Fatal(err)
	}
	response, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		v.t.Fatalf("listening is answered %d", response.StatusCode)
	}
	ended := make(chan bool)
	go func() {
		for in := bufio.NewScanner(response.Body); in.Scan(); {
		}
		close(ended)
	}()
	return ended
}

func TestWhoSignsOutIsToldOfNoMoreChanges(t *testing.T) {
	_, server := staffed(t)
	v := newVisitor(t, server).signsIn(bosAddress)
	ended := v.listens()
	if got := v.post("/sign-out", nil); got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/sign-in") {
		t.Fatalf("signing out answers %d", got.status)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("the list listens on")
	}
}

func TestAListThatListensKeepsNoSessionFromBecomingIdle(t *testing.T) {
	house, server := staffed(t)
	ended := newVisitor(t, server).signsIn(bosAddress).listens()
	for range 7 { // more than half an hour, with signs of life between
		house.Pass(5 * time.Minute)
		time.Sleep(250 * time.Millisecond)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("the list listens on")
	}
}
