package query

import (
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// FuzzCommand looks for a text that makes the rewrite panic, that SQLite cannot read once it is
// rewritten, or that changes the file.
func FuzzCommand(f *testing.F) {
	for _, q := range readCorpus(f) {
		f.Add(q.command)
	}
	for _, a := range readHostile(f) {
		f.Add(a.command)
	}
	path := copyOffice(f)
	before := fileHash(f, path)
	db, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := db.Close(); err != nil {
			f.Error(err)
		}
		if fileHash(f, path) != before {
			f.Error("the file has changed")
		}
	})
	room := New(Options{Limits: Limits{Time: 200 * time.Millisecond, Temporary: 1 << 20, Scanned: 1_000_000, Length: 4 << 10, PerKey: 100}})
	f.Fuzz(func(t *testing.T, command string) {
		if _, err := rewrite.Compile(command, rewrite.Options{Schema: Schema, Longest: 4 << 10}); err != nil {
			// The parser itself panics at a number of more than 81 digits.
			if fault.Is(err, fault.Internal) || strings.Contains(err.Error(), "panic:") && !strings.Contains(err.Error(), "MyDecimal") {
				t.Errorf("%v: %s", err, command)
			}
			return
		}
		err := room.Run(t.Context(), db, 1, command, &gather{})
		if f := fault.From(err); err != nil && (f.Kind == fault.Internal || f.Text == notInThisForm) {
			t.Errorf("%v: %s", err, command)
		}
	})
}
