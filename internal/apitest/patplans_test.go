package apitest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store"
)

func TestAPatientsInsurancesAreNumberedWithoutGapsWhateverComesAndGoes(t *testing.T) {
	s := newWorld(t)
	var subs []map[string]any
	for n := 1; n <= 8; n++ {
		subs = append(subs, map[string]any{"InsSubNum": n, "PlanNum": n%2 + 1, "Subscriber": 1, "SubscriberID": "A"})
	}
	s.Give(t, map[string]json.RawMessage{"inssub": json.RawMessage(marshal(t, subs))})
	random := rand.New(rand.NewPCG(1, 2))
	want := map[int][]int{1: nil, 2: nil} // the subscriptions of each patient, in order
	for round := range 150 {
		patient := 1 + random.IntN(2)
		covered := want[patient]
		if random.IntN(5) < 2 && len(covered) > 0 {
			at := random.IntN(len(covered))
			key := coverage(t, s, patient)[at].key
			if w := s.Do(http.MethodDelete, fmt.Sprintf("/patplans/%d", key), ""); w.Code != http.StatusOK {
				t.Fatalf("round %d: DELETE answers %d %s", round, w.Code, w.Body)
			}
			want[patient] = slices.Delete(covered, at, at+1)
		} else {
			sub, ordinal := 1+random.IntN(8), random.IntN(12)
			w := s.Do(http.MethodPost, "/patplans", fmt.Sprintf(`{"PatNum": %d, "InsSubNum": %d, "Ordinal": %d}`, patient, sub, ordinal))
			if slices.Contains(covered, sub) {
				if w.Code != http.StatusBadRequest {
					t.Fatalf("round %d: a second coverage by %d answers %d %s", round, sub, w.Code, w.Body)
				}
			} else {
				if w.Code != http.StatusCreated {
					t.Fatalf("round %d: POST answers %d %s", round, w.Code, w.Body)
				}
				want[patient] = slices.Insert(covered, min(max(ordinal, 1), len(covered)+1)-1, sub)
			}
		}
		for patient, subs := range want {
			got := coverage(t, s, patient)
			if len(got) != len(subs) {
				t.Fatalf("round %d: patient %d has %d insurances, want %d", round, patient, len(got), len(subs))
			}
			for i, row := range got {
				if row.ordinal != i+1 || row.sub != subs[i] {
					t.Fatalf("round %d: patient %d has %v, want %v in the order 1 to n", round, patient, got, subs)
				}
			}
		}
	}
}

type covered struct {
	key     int64
	ordinal int
	sub     int
}

// coverage reads a patient's insurances in their order.
func coverage(t *testing.T, s *Server, patient int) []covered {
	t.Helper()
	var found []covered
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `PatPlanNum`, `Ordinal`, `InsSubNum` FROM `patplan` WHERE `PatNum` = ? ORDER BY `Ordinal`, `PatPlanNum`", store.Int(patient))
		for rows.Next() {
			found = append(found, covered{rows.Int(0), int(rows.Int(1)), int(rows.Int(2))})
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
