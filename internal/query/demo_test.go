package query

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// A query may join whatever the documentation shows: behind each resource there are rows.
func TestEachTableBehindAResourceHasRowsInTheDemo(t *testing.T) {
	clock := func() time.Time { return testNow }
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "demo.db"), store.PracticeMigrations(), sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	book := &record.Book{DB: db, Clock: clock}
	if err := sandbox.Seed(t.Context(), book, 1); err != nil {
		t.Fatal(err)
	}
	if err := od.ListKey(t.Context(), od.Desk{Book: book, Caller: audit.Operator}, 1, "Demo developer"); err != nil { // as the demo lists its key
		t.Fatal(err)
	}
	room := New(Options{Clock: clock})
	tables := 0
	for _, table := range catalogue.Tables() {
		if table.Tier != 1 {
			continue
		}
		tables++
		answer := &gather{}
		if err := room.Run(t.Context(), db, 1, "SELECT COUNT(*) FROM `"+table.Name+"`", answer); err != nil {
			t.Errorf("%s: %v", table.Name, err)
		} else if len(answer.rows) != 1 || answer.rows[0][0] == "0" {
			t.Errorf("%s has no rows", table.Name)
		}
	}
	if tables < 66 {
		t.Errorf("there are %d tables behind resources", tables)
	}
}
