package apitest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

func TestPlannedAppointmentsHaveTheirPlacesAlsoInTheOlderTable(t *testing.T) {
	t.Parallel()
	s := newWorld(t)
	place := func(method, path, body string) (aptNum, order int) {
		t.Helper()
		w := s.Do(method, path, body)
		var answer struct{ AptNum, ItemOrderPlanned int }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code >= 300 {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		return answer.AptNum, answer.ItemOrderPlanned
	}
	const planned = `{"PatNum": 1, "Op": 1, "AptDateTime": "2030-01-07 08:00:00", "AptStatus": "Planned"}`
	first, order := place(http.MethodPost, "/appointments", planned)
	if order != 1 {
		t.Errorf("the first has place %d", order)
	}
	second, order := place(http.MethodPost, "/appointments", planned)
	if order != 2 {
		t.Errorf("the second has place %d", order)
	}
	if _, order = place(http.MethodPost, "/appointments", strings.Replace(planned, "Planned", "UnschedList", 1)); order != 0 {
		t.Errorf("one that is not planned has place %d", order)
	}
	if _, order = place(http.MethodPut, "/appointments/"+strconv.Itoa(first), `{"AptStatus": "UnschedList"}`); order != 0 {
		t.Errorf("one that is no longer planned has place %d", order)
	}
	w := s.Do(http.MethodPut, "/queries/ShortQuery", `{"SqlCommand": "SELECT AptNum, PatNum, ItemOrder FROM plannedappt WHERE PatNum=1"}`)
	if want := `[{"AptNum":` + strconv.Itoa(second) + `,"PatNum":1,"ItemOrder":2}]`; strings.ReplaceAll(w.Body.String(), " ", "") != want {
		t.Errorf("the older table holds %s, want %s", w.Body, want)
	}
}
