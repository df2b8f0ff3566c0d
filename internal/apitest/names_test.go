package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// A name that is new is found or made within the write that needs it, so clients that send it at once
// cannot make it twice.
func TestClientsThatNameSomethingNewAtOnceMakeItOnce(t *testing.T) {
	s := newWorld(t)
	const rounds, clients = 20, 8
	for round := range rounds {
		name := fmt.Sprintf("New %d", round)
		var wait sync.WaitGroup
		for range clients {
			wait.Go(func() {
				for path, body := range map[string]string{
					"/allergies":      `{"PatNum": 1, "defDescription": %q}`,
					"/diseases":       `{"PatNum": 1, "diseaseDefName": %q}`,
					"/medicationpats": `[{"PatNum": 1, "medName": %[1]q}, {"PatNum": 2, "medName": %[1]q}]`,
				} {
					if w := s.Do(http.MethodPost, path, fmt.Sprintf(body, name)); w.Code != http.StatusCreated {
						t.Errorf("POST %s answers %d %s", path, w.Code, w.Body)
					}
				}
			})
		}
		wait.Wait()
	}
	for path, want := range map[string]int{
		"/allergydefs": rounds + 1, "/diseasedefs": rounds + 1, "/medications": rounds + 1, // and the world's one
		"/diseases?PatNum=1&Limit=100&Offset=100": rounds*clients - 100,
	} {
		var rows []any
		if w := s.Do(http.MethodGet, path, ""); json.Unmarshal(w.Body.Bytes(), &rows) != nil || len(rows) != want {
			t.Errorf("GET %s answers %d rows, want %d", path, len(rows), want)
		}
	}
}
