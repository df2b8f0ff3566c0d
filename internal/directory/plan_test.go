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
		must(t, h.hub.DB.Read(t.Context(), func(c store.Conn) error {
			var plan []string
			rows := c.Query("EXPLAIN QUERY PLAN "+sql, args...)
			for rows.Next() {
				plan = append(plan, string(rows.Text(3)))
			}
			if got := strings.Join(plan, "; "); len(plan) != 1 || !strings.Contains(got, "USING COVERING INDEX referral_Served") {
				t.Errorf("the plan is %s", got)
			}
			return rows.Close()
		}))
	}
}
