package apitest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/audit"
)

// A vector says what is right in what it looks at; the pair says that the engines do not differ in
// anything else, either: in a header, in a column that was changed along, in the trail.
func TestVectorsHold(t *testing.T) {
	for file, vectors := range LoadVectors(t, "opendental") {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			for _, v := range vectors {
				t.Run(v.Name, func(t *testing.T) { checkVector(t, v) })
			}
		})
	}
}

func checkVector(t *testing.T, v Vector) {
	s := NewPair(t)
	s.Give(t, v.Given)
	before := len(s.Trail(t))
	if v.Clock == "" {
		v.Clock = "2026-01-02 03:04:05"
	}
	s.SetClock(t, v.Clock)
	w := s.Do(v.Request.Method, v.Request.Path, v.Request.Text())

	if w.Code != v.Response.Status {
		t.Errorf("status %d, want %d", w.Code, v.Response.Status)
	}
	if v.Response.Empty {
		if w.Body.Len() > 0 {
			t.Errorf("body %q, want none", w.Body)
		}
	} else {
		compareJSON(t, w.Body.Bytes(), v.Response.Body)
	}
	for name, want := range v.Response.Headers {
		got := w.Header().Get(name)
		if u, err := url.Parse(got); name == "Location" && err == nil {
			got = u.Path
		}
		if got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	if _, ok := v.Response.Headers["Location"]; !ok && w.Header().Get("Location") != "" {
		t.Errorf("there is a Location %q, want none", w.Header().Get("Location"))
	}
	want := *v.Changes
	if got := s.Changes(t); !cmp.Equal(got, want) {
		t.Errorf("changes (-want, +got):\n%s", cmp.Diff(want, got))
	}
	checkTrail(t, s.Trail(t)[:len(s.Trail(t))-before], v)
}

// checkTrail: one entry for each change, or one for the refusal of a write.
func checkTrail(t *testing.T, added []audit.Entry, v Vector) {
	t.Helper()
	slices.Reverse(added)
	if v.Response.Status >= 400 && v.Request.Method != http.MethodGet {
		if len(added) != 1 || added[0].Action != audit.Refuse {
			t.Errorf("trail has %v, want one refusal", added)
		}
		return
	}
	if strings.HasPrefix(strings.ToLower(v.Request.Path), "/queries") {
		if len(added) != 1 || added[0].Action != audit.Query {
			t.Errorf("trail has %v, want the command", added)
		}
		return
	}
	if len(added) != len(*v.Changes) {
		t.Errorf("trail has %d new entries, want one for each of %d changes", len(added), len(*v.Changes))
		return
	}
	for i, change := range *v.Changes {
		if added[i].Target != change.Table || added[i].TargetNum != change.Key || string(added[i].Action) != change.Kind {
			t.Errorf("trail's entry is %+v, want %+v", added[i], change)
		}
	}
}

func compareJSON(t *testing.T, got []byte, want json.RawMessage) {
	t.Helper()
	gotTokens, err := Tokens(got)
	if err != nil {
		t.Errorf("the answer is not JSON: %v\n%s", err, got)
		return
	}
	wantTokens, err := Tokens(want)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(gotTokens, wantTokens) {
		t.Errorf("body (-want, +got):\n%s", cmp.Diff(wantTokens, gotTokens))
	}
}
