package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/apitest"
	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { apitest.Main(m) }

// sample is a server over the sample data of seed 1.
func sample(t *testing.T) *apitest.Server {
	t.Helper()
	return seeded(t, 1, "2026-11-21")
}

// seeded is a server whose practice holds the sample data of a seed, written on a day.
func seeded(t *testing.T, seed uint64, day string) *apitest.Server {
	t.Helper()
	s := apitest.NewServer(t)
	s.SetClock(t, day+" 09:30:00")
	if err := sandbox.Seed(t.Context(), s.Book, seed); err != nil {
		t.Fatal(err)
	}
	return s
}

// query reads a result as text, a line a row.
func query(t *testing.T, c store.Conn, columns int, sql string, args ...store.Value) []string {
	t.Helper()
	var lines []string
	rows := c.Query(sql, args...)
	for rows.Next() {
		cells := make([]string, columns)
		for i := range cells {
			cells[i] = string(rows.Text(i))
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	if err := rows.Close(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return lines
}

// read calls fn with what the practice holds.
func read(t *testing.T, s *apitest.Server, fn func(store.Conn)) {
	t.Helper()
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		fn(c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheSameSeedGivesTheSameRowsOnAnyDay(t *testing.T) {
	t.Parallel()
	one, again := sample(t).Rows(t), seeded(t, 1, "2021-03-04").Rows(t)
	if len(one["patient"]) != 2000 || len(one) != len(again) {
		t.Fatalf("the dump has %d patients, and %d and %d tables", len(one["patient"]), len(one), len(again))
	}
	for table := range one {
		// The trail tells when it was done; nothing else does.
		if table == "auditevent" || table == "rowchange" {
			continue
		}
		if diff := cmp.Diff(one[table], again[table]); diff != "" {
			t.Errorf("%s (-one, +again):\n%.2000s", table, diff)
		}
	}
}

func TestAnotherSeedGivesOtherRows(t *testing.T) {
	t.Parallel()
	one, other := sample(t).Rows(t), seeded(t, 2, "2026-11-21").Rows(t)
	for _, table := range []string{"patient", "referral", "refattach", "procedurelog", "inssub", "patplan", "statement", "employer", "site", "provider"} {
		if slices.Equal(one[table], other[table]) {
			t.Errorf("%s is the same", table)
		}
	}
}

func TestTheTrailSaysThatRowsWereImported(t *testing.T) {
	t.Parallel()
	s := sample(t)
	imported := make(map[string]int64)
	for _, entry := range s.Trail(t) {
		if entry.Action == audit.Import {
			imported[entry.Target] += entry.TargetNum
		}
	}
	want := map[string]int64{"clinic": 3, "provider": 13, "definition": 1, "patient": 2000, "referral": 340, "refattach": 3000,
		"document": 29, "mount": 2, "mountitem": 22}
	if diff := cmp.Diff(want, imported); diff != "" {
		t.Errorf("imported rows (-want, +got):\n%s", diff)
	}
}

// BenchmarkSeed measures what `bridgework demo` waits for before it serves: the data drawn, written
// and committed.
func BenchmarkSeed(b *testing.B) {
	practices, err := practice.Open(b.Context(), testdb.Chosen().Location(b), practice.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer practices.Close()
	made := 0
	for b.Loop() {
		b.StopTimer()
		made++
		p, err := practices.Create(b.Context(), audit.Operator, fmt.Sprint("Practice ", made))
		if err != nil {
			b.Fatal(err)
		}
		book, release, err := practices.Lease(b.Context(), p.Num)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := sandbox.Seed(b.Context(), book, 1); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		release()
		b.StartTimer()
	}
}
