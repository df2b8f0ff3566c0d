package apitest

import (
	"net/http"
	"strings"
	"testing"
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
