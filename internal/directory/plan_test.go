package directory_test

import (
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestOpenReferralsAreCountedFromOneIndexAlone(t *testing.T) {
	if testdb.Chosen() != testdb.SQLite {
		t.Skip("the plan is asked for in SQLite's words")
	}
	h := newHouse(t)
	for sql, args := range map[string][]store.Value{directory.HeldByAll: nil, directory.HeldByOne: {store.Int(1)}} {
		if got := h.plan(t, sql, args...); strings.Contains(got, ";") || !strings.Contains(got, "USING COVERING INDEX referral_Served") {
			t.Errorf("the plan is %s", got)
		}
	}
}

// An area's page asks for them each time.
func TestAnAreasOpenReferralsAreReadFromOneIndexAlone(t *testing.T) {
	if testdb.Chosen() != testdb.SQLite {
		t.Skip("the plan is asked for in SQLite's words")
	}
	h := newHouse(t)
	for _, what := range []string{"SELECT COUNT(*)", "SELECT `ReferralNum`"} {
		if got := h.plan(t, what+directory.OpenInArea, store.Int(1), store.Int(0)); got != "SEARCH referral USING COVERING INDEX referral_Queue (PartyRole>?)" {
			t.Errorf("the plan is %s", got)
		}
	}
}

func (h *house) plan(t *testing.T, sql string, args ...store.Value) string {
	t.Helper()
	var plan []string
	must(t, h.hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("EXPLAIN QUERY PLAN "+sql, args...)
		for rows.Next() {
			plan = append(plan, string(rows.Text(3)))
		}
		return rows.Close()
	}))
	return strings.Join(plan, "; ")
}
