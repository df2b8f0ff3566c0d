package sandbox_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/apitest"
	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// folder is a data folder whose practice holds the sample data of seed 1. It is made once, and the
// tests copy it.
var folder = sync.OnceValues(func() (string, error) {
	top, err := apitest.Scratch()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(top, "sample")
	return dir, fill(context.Background(), dir)
})

func fill(ctx context.Context, dir string) error {
	practices, err := practice.Open(ctx, dir, practice.Options{})
	if err != nil {
		return err
	}
	p, err := practices.Create(ctx, audit.Operator, "Sample")
	if err != nil {
		return err
	}
	developer, customer, _ := strings.Cut(strings.TrimPrefix(apitest.Authorization, "ODFHIR "), "/")
	secrets := practice.Secrets{DeveloperKey: developer, CustomerKey: customer}
	if _, _, err := practices.CreateKey(ctx, audit.Operator, p, "Test developer", apitest.Groups(), secrets); err != nil {
		return err
	}
	book, release, err := practices.Lease(ctx, p.Num)
	if err != nil {
		return err
	}
	if err := sandbox.Seed(ctx, book, 1); err != nil {
		return err
	}
	release()
	return practices.Close()
}

func TestMain(m *testing.M) { apitest.Main(m) }

// sample is a server over the sample data of seed 1.
func sample(t *testing.T) *apitest.Server {
	t.Helper()
	from, err := folder()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return apitest.OpenServer(t, dir)
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

// dump reads all rows of all tables.
func dump(t *testing.T, s *apitest.Server) map[string][]string {
	t.Helper()
	tables := make(map[string][]string)
	read(t, s, func(c store.Conn) {
		for _, table := range query(t, c, 1, "SELECT name FROM sqlite_master WHERE type = 'table'") {
			columns := query(t, c, 1, "SELECT name FROM pragma_table_info(?)", store.Text(table))
			tables[table] = query(t, c, len(columns), "SELECT * FROM `"+table+"` ORDER BY 1")
		}
	})
	return tables
}

func TestTheSameSeedGivesTheSameRowsOnAnyDay(t *testing.T) {
	t.Parallel()
	one, again := dump(t, sample(t)), dump(t, seeded(t, 1, "2021-03-04"))
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
	one, other := dump(t, sample(t)), dump(t, seeded(t, 2, "2026-11-21"))
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
	want := map[string]int64{"clinic": 3, "provider": 13, "definition": 1, "patient": 2000, "referral": 340, "refattach": 3000}
	if diff := cmp.Diff(want, imported); diff != "" {
		t.Errorf("imported rows (-want, +got):\n%s", diff)
	}
}

// BenchmarkSeed measures what `bridgework demo` waits for before it serves: the data drawn, written
// and committed.
func BenchmarkSeed(b *testing.B) {
	practices, err := practice.Open(b.Context(), b.TempDir(), practice.Options{})
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
