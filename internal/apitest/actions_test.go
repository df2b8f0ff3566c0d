package apitest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

func TestTheStatusOfARecallIsNotedInTheCommunicationLog(t *testing.T) {
	for body, want := range map[string]string{
		`{"PatNum": 1, "recallType": "Prophy"}`:                                                   `"commType":"Recall","Note":"Recall reminder None","Mode_":"None","SentOrReceived":"Sent"`,
		`{"PatNum": 1, "recallType": "Prophy", "RecallStatus": 142}`:                              `"Note":"Recall reminder Mailed Postcard","Mode_":"None"`,
		`{"PatNum": 1, "recallType": "Prophy", "commlogMode": "InPerson", "commlogNote": "Came"}`: `"Note":"Came","Mode_":"In Person"`,
	} {
		s := newWorld(t)
		if w := s.Do(http.MethodPut, "/recalls/Status", body); w.Code != http.StatusOK || w.Body.Len() > 0 {
			t.Fatalf("PUT %s answers %d %s", body, w.Code, w.Body)
		}
		if got := s.Do(http.MethodGet, "/commlogs?PatNum=1", "").Body.String(); !strings.Contains(got, want) {
			t.Errorf("after PUT %s the log is %s, want %s in it", body, got, want)
		}
	}
}

func TestARefusedActionWritesNothing(t *testing.T) {
	s := newWorld(t)
	trail := len(s.Trail(t))
	for _, path := range []string{"/recalls/Status?Limit=1", "/recalls/Status/", "/recalls/1/Status"} {
		s.Do(http.MethodPut, path, `{"PatNum": 1, "recallType": "Perio", "RecallStatus": 142}`)
	}
	if changes := s.Changes(t); len(changes) != 0 {
		t.Errorf("changes are %v", changes)
	}
	if got := len(s.Trail(t)) - trail; got != 3 {
		t.Errorf("the trail has %d refusals, want 3", got)
	}
}

func TestAnArrayOfRowsIsMadeWholeOrNotAtAll(t *testing.T) {
	s := newWorld(t)
	popups := *od.Popups
	popups.Many = true
	desk := od.Desk{Book: s.Book, Caller: audit.Operator, Format: &resource.Format{}}
	_, answer, err := popups.Create(t.Context(), desk, []byte(` [{"PatNum": 1, "Description": "a"}, {"PatNum": 2, "Description": "b"}]`), nil)
	if err != nil || len(s.Changes(t)) != 2 {
		t.Fatalf("%d changes are made: %v", len(s.Changes(t)), err)
	}
	var rows []map[string]any
	if err := json.Unmarshal(answer, &rows); err != nil || len(rows) != 2 || rows[1]["Description"] != "b" {
		t.Errorf("it answers %s", answer)
	}
	for body, want := range map[string]string{
		`[]`:  "The body must be a JSON object, or an array of 1 to 100 of them",
		`[1]`: "The body must be a JSON object",
		`[{"PatNum": 1, "Description": "c"}, {"PatNum": 999999, "Description": "d"}]`: "Patient not found",
		`[{"PatNum": 1}, {"Description": "d"}]`:                                       "Description is required (row 1); PatNum is required (row 2)",
	} {
		_, _, err := popups.Create(t.Context(), desk, []byte(body), nil)
		if got := fault.From(err).Text; got != want {
			t.Errorf("%s is refused with %q, want %q", body, got, want)
		}
	}
	if changes := s.Changes(t); len(changes) != 2 {
		t.Errorf("changes are %v", changes)
	}
}

func TestAnAmountIsAnsweredToTheCentOnEveryEngine(t *testing.T) {
	s := NewServer(t)
	amounts := []dental.Money{0, 1, -1, 10, 1999, 26311, 51166, 100, 999_999_999_999, -999_999_999_999}
	for range 40 {
		amounts = append(amounts, dental.Money(rand.Int64N(1_000_000_000_000)))
	}
	var rows []string
	for i, amount := range amounts {
		rows = append(rows, fmt.Sprintf(`{"PatNum": %d, "LName": "Smith", "FName": "John", "Guarantor": %d, "EstBalance": "%s"}`, i+1, i+1, amount))
	}
	s.Give(t, map[string]json.RawMessage{"patient": json.RawMessage("[" + strings.Join(rows, ",") + "]")})
	for i, amount := range amounts {
		got := s.Do(http.MethodGet, fmt.Sprintf("/patients/%d", i+1), "").Body.String()
		if want := `"EstBalance":` + string(amount.AppendNumber(nil)) + ","; !strings.Contains(got, want) {
			t.Errorf("patient %d is answered as %s, want %s in it", i+1, got, want)
		}
	}
}
