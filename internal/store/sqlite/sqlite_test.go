package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

var steps = []store.Migration{{Number: 1, Name: "tables", Statements: []string{
	"CREATE TABLE `item` (\n  `ItemNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,\n  `Name` VARCHAR(100) NOT NULL DEFAULT ''\n)",
}}}

func openTest(t *testing.T, options Options) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "test.db"), steps, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func insert(name string) func(store.Tx) error {
	return func(tx store.Tx) error {
		_, err := tx.Exec("INSERT INTO `item` (`Name`) VALUES (?)", store.Text(name))
		return err
	}
}

func names(t *testing.T, db *DB) string {
	t.Helper()
	var found []string
	err := db.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Name` FROM `item` ORDER BY `ItemNum`")
		for rows.Next() {
			found = append(found, string(rows.Text(0)))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, " ")
}

func TestAWriteThatFailsUndoesOnlyItself(t *testing.T) {
	db := openTest(t, Options{})
	refusal := errors.New("refused")
	// Held back by a first write, the others share one commit.
	began, hold := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		db.Write(t.Context(), func(tx store.Tx) error { close(began); <-hold; return insert("first")(tx) })
	})
	<-began
	errs := make([]error, 6)
	for i := range errs {
		all.Go(func() {
			errs[i] = db.Write(t.Context(), func(tx store.Tx) error {
				if err := insert(fmt.Sprint("w", i))(tx); err != nil {
					return err
				}
				switch {
				case i == 5:
					panic("a bug")
				case i%2 == 1:
					return refusal
				}
				return nil
			})
		})
	}
	time.Sleep(50 * time.Millisecond) // for all of them to be queued
	close(hold)
	all.Wait()
	for i, err := range errs {
		switch {
		case i == 5 && !fault.Is(err, fault.Internal):
			t.Errorf("a write that panicked returns %v", err)
		case i%2 == 0 && err != nil, i%2 == 1 && i != 5 && !errors.Is(err, refusal):
			t.Errorf("write %d returns %v", i, err)
		}
	}
	got := names(t, db)
	for i, name := range []string{"w0", "w1", "w2", "w3", "w4", "w5"} {
		if strings.Contains(got, name) != (i%2 == 0) {
			t.Errorf("stored are %q; %s was expected to be there: %v", got, name, i%2 == 0)
		}
	}
}

func TestAWriteWhoseCallerHasGoneIsNotBegun(t *testing.T) {
	db := openTest(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Write(ctx, insert("late")); err == nil {
		t.Error("the write of an ended context succeeded")
	}
	if got := names(t, db); got != "" {
		t.Errorf("stored is %q, want nothing", got)
	}
}

func TestAFullDiskFailsTheWholeBatchAndNothingAfterIt(t *testing.T) {
	db := openTest(t, Options{})
	if _, err := db.writer.Exec("PRAGMA max_page_count = 10"); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), insert(strings.Repeat("x", 1<<20))); err == nil {
		t.Fatal("a write beyond the limit succeeded")
	}
	if err := db.Write(t.Context(), insert("small")); err != nil {
		t.Errorf("a write that fits fails after one that did not: %v", err)
	}
	if got := names(t, db); got != "small" {
		t.Errorf("stored is %.40q, want only what fits", got)
	}
}

func TestAReadEndsWithItsContext(t *testing.T) {
	db := openTest(t, Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	endless := func(c store.Conn) error {
		rows := c.Query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n")
		rows.Next()
		return rows.Close()
	}
	if err := db.Read(ctx, endless); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an endless read returns %v, want the deadline", err)
	}
	if got := names(t, db); got != "" {
		t.Errorf("the reader is not usable afterwards: %q", got)
	}
}

func TestAReadSeesOneState(t *testing.T) {
	db := openTest(t, Options{})
	err := db.Read(t.Context(), func(c store.Conn) error {
		count := func() (n int64) {
			rows := c.Query("SELECT COUNT(*) FROM `item`")
			rows.Next()
			n = rows.Int(0)
			rows.Close()
			return n
		}
		before := count()
		if err := db.Write(t.Context(), insert("meanwhile")); err != nil {
			return err
		}
		if after := count(); after != before {
			t.Errorf("a read saw %d rows and then %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSettledLiesBeforeAWriteThatRuns(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local)
	db := openTest(t, Options{Clock: func() time.Time { return now }})
	later := now.Add(time.Minute)
	if got := db.Settled(later); !got.Equal(later) {
		t.Errorf("with no write running, Settled is %v, want %v", got, later)
	}
	began, hold := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		db.Write(context.Background(), func(store.Tx) error { close(began); <-hold; return nil })
	})
	<-began
	if got := db.Settled(later); !got.Equal(now) {
		t.Errorf("with a write running since %v, Settled is %v", now, got)
	}
	close(hold)
	done.Wait()
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := Open(path, append(steps, store.Migration{Number: 2, Name: "newer", Statements: []string{"CREATE TABLE `b` (`x` TEXT)"}}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if version, err := Version(path); version != 2 || err != nil {
		t.Errorf("the header says version %d, %v", version, err)
	}
	if _, err := Open(path, steps, Options{}); err == nil || !strings.Contains(err.Error(), "newer Bridgework") {
		t.Errorf("an older program opens it: %v", err)
	}
}

func TestAMigrationThatFailsLeavesNothingBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	broken := store.Migration{Number: 2, Name: "broken", Statements: []string{"CREATE TABLE `half` (`x` TEXT)", "NOT SQL"}}
	if _, err := Open(path, append(steps, broken), Options{}); err == nil || !strings.Contains(err.Error(), "step 2, broken") {
		t.Fatalf("the fault is %v", err)
	}
	db, err := Open(path, steps, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if db.Version() != 1 {
		t.Errorf("version is %d, want 1", db.Version())
	}
	err = db.Read(t.Context(), func(c store.Conn) error { return c.Query("SELECT 1 FROM `half`").Close() })
	if err == nil {
		t.Error("half of a failed step is there")
	}
}

func TestStatementsAreBounded(t *testing.T) {
	db := openTest(t, Options{})
	for i := range 3 * maxStatements {
		err := db.Read(t.Context(), func(c store.Conn) error {
			rows := c.Query(fmt.Sprintf("SELECT %d", i))
			rows.Next()
			return rows.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range db.opened.Load() {
		c := <-db.idle
		if len(c.statements) > maxStatements {
			t.Errorf("a connection keeps %d statements", len(c.statements))
		}
		db.idle <- c
	}
}

func TestCellsOfARowStayWhileTheRowStays(t *testing.T) {
	db := openTest(t, Options{})
	err := db.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT ?, ?, NULL, 1.5", store.Text("short"), store.Text(strings.Repeat("long", 1000)))
		rows.Next()
		first, second := rows.Text(0), rows.Text(1)
		if string(first) != "short" || len(second) != 4000 || !rows.Null(2) || rows.Float(3) != 1.5 || rows.Text(2) != nil {
			t.Errorf("cells are %q, %d bytes, %v, %v", first, len(second), rows.Null(2), rows.Float(3))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAResultThatIsLeftOpenIsFoundOut(t *testing.T) {
	db := openTest(t, Options{})
	err := db.Read(t.Context(), func(c store.Conn) error {
		c.Query("SELECT 1")
		return c.Query("SELECT 2").Close()
	})
	if err == nil || !strings.Contains(err.Error(), "a result is still open: SELECT 1") {
		t.Errorf("two results at a time: %v", err)
	}
	if got := names(t, db); got != "" {
		t.Errorf("the connection is not usable afterwards: %q", got)
	}
}
