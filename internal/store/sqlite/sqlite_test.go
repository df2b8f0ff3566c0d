package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

func openTest(t *testing.T, options Options) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "test.db"), storetest.Steps, options)
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

func TestTheContractHoldsOnSQLite(t *testing.T) {
	storetest.Contract(t, func(t *testing.T, clock func() time.Time) store.DB { return openTest(t, Options{Clock: clock}) })
}

func TestWhatAnotherProcessWritesIsNotRecalled(t *testing.T) {
	one := openTest(t, Options{})
	two, err := Open(one.path, storetest.Steps, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	storetest.Forgets(t, one, two)
}

func TestAFullDiskFailsTheWholeBatchAndNothingAfterIt(t *testing.T) {
	db := openTest(t, Options{})
	if _, err := db.writer.Exec("PRAGMA max_page_count = 20"); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), storetest.Insert(strings.Repeat("x", 1<<20))); err == nil {
		t.Fatal("a write beyond the limit succeeded")
	}
	if err := db.Write(t.Context(), storetest.Insert("small")); err != nil {
		t.Errorf("a write that fits fails after one that did not: %v", err)
	}
	if got := storetest.Names(t, db); got != "small" {
		t.Errorf("stored is %.40q, want only what fits", got)
	}
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := Open(path, append(storetest.Steps[:1:1], store.Migration{Number: 2, Name: "newer", Statements: []string{"CREATE TABLE `b` (`x` TEXT)"}}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if version, err := Version(path); version != 2 || err != nil {
		t.Errorf("the header says version %d, %v", version, err)
	}
	if _, err := Open(path, storetest.Steps, Options{}); err == nil || !strings.Contains(err.Error(), "newer Bridgework") {
		t.Errorf("an older program opens it: %v", err)
	}
}

func TestAMigrationThatFailsLeavesNothingBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	broken := store.Migration{Number: 2, Name: "broken", Statements: []string{"CREATE TABLE `half` (`x` TEXT)", "NOT SQL"}}
	if _, err := Open(path, append(storetest.Steps[:1:1], broken), Options{}); err == nil || !strings.Contains(err.Error(), "step 2, broken") {
		t.Fatalf("the fault is %v", err)
	}
	db, err := Open(path, storetest.Steps, Options{})
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

func TestProcessesThatOpenANewFileAtOnceMigrateItOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	errs := make(chan error)
	const processes = 4
	for range processes {
		go func() {
			db, err := Open(path, storetest.Steps, Options{})
			if err == nil {
				err = db.Close()
			}
			errs <- err
		}()
	}
	for range processes {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// SQLite makes a file longer before it writes the first page of it: who looks at the header between the two sees zeros.
func TestAFileWhoseFirstPageAnotherProcessIsAboutToWriteIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	other, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := sqlitex.ExecuteTransient(other, "BEGIN EXCLUSIVE", nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 4096); err != nil {
		t.Fatal(err)
	}
	if _, err := Version(path); err == nil || errors.Is(err, errNotDatabase) {
		t.Errorf("the header is read as %v", err)
	}
	opened := make(chan error)
	go func() {
		db, err := Open(path, storetest.Steps, Options{})
		if err == nil {
			err = db.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		t.Fatalf("it is not waited for: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	for _, sql := range []string{"CREATE TABLE `passing` (`x` TEXT)", "DROP TABLE `passing`", "COMMIT"} {
		if err := sqlitex.ExecuteTransient(other, sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestAFileOfZerosIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, make([]byte, 8192), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := Open(path, storetest.Steps, Options{}); err == nil {
		db.Close()
		t.Error("it is opened")
	}
	if content, err := os.ReadFile(path); err != nil || len(content) != 8192 || strings.Trim(string(content), "\x00") != "" {
		t.Errorf("it was written to: %d bytes, %v", len(content), err)
	}
}
