// Package testdb gives the tests their databases, on the engine that a run of the tests is for: SQLite,
// or MariaDB with BRIDGEWORK_TEST_ENGINE=mariadb. It is not part of the program.
package testdb

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// Engine is what keeps the rows.
type Engine string

// The engines.
const (
	SQLite  Engine = "sqlite"
	MariaDB Engine = "mariadb"
)

// Chosen is the engine of this run; `make unit` and `make unit-mariadb` choose one each. It is asked for
// inside a test, and not at the start: go test answers from its cache what was not asked for in a test.
var Chosen = sync.OnceValue(func() Engine { return choose(os.Getenv(engineVariable)) })

const engineVariable = "BRIDGEWORK_TEST_ENGINE"

// choose stops the run at a name that it does not know: it would prove less than it is believed to.
func choose(name string) Engine {
	switch engine := Engine(name); engine {
	case "":
		return SQLite
	case SQLite, MariaDB:
		return engine
	default:
		panic("BRIDGEWORK_TEST_ENGINE is sqlite or mariadb, and not " + name)
	}
}

// Location is a place of the test's own as practice.Open takes it: an empty folder, or a prefix on the
// run's server that no schema has.
func (e Engine) Location(t testing.TB) string {
	t.Helper()
	if e == MariaDB {
		server, prefix := storetest.Shared(t), storetest.NewSchema()
		t.Cleanup(func() { dropAll(t, server, prefix) })
		return server.Location(prefix)
	}
	return t.TempDir()
}

// dropAll gives back the memory that a test's schemas take: a run has thousands of tests.
func dropAll(t testing.TB, server *storetest.MariaDB, prefix string) {
	to, err := mysql.Connect(context.Background(), server.URL(), mysql.Options{})
	if err != nil {
		t.Error(err)
		return
	}
	defer to.Close()
	for _, schema := range server.Schemas(prefix + "_") {
		if err := to.Drop(context.Background(), schema); err != nil {
			t.Error(err)
		}
	}
}

// EngineOf is the engine that a location is on.
func EngineOf(location string) Engine {
	if strings.HasPrefix(location, "mysql://") {
		return MariaDB
	}
	return SQLite
}

// Open makes an empty database of the test's own with the steps, on the chosen engine. A nil clock is
// time.Now.
func Open(t testing.TB, clock func() time.Time, steps []store.Migration) store.DB {
	t.Helper()
	db, err := open(t, clock, steps)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func open(t testing.TB, clock func() time.Time, steps []store.Migration) (store.DB, error) {
	if Chosen() == SQLite {
		return sqlite.Open(filepath.Join(t.TempDir(), "test.db"), steps, sqlite.Options{Clock: clock})
	}
	server, err := mysql.Connect(t.Context(), storetest.Shared(t).URL(), mysql.Options{Clock: clock})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { server.Close() })
	return server.Open(t.Context(), storetest.NewSchema(), steps, true)
}

// Main runs the tests of a package that uses this one, and ends the server behind them.
func Main(m *testing.M) {
	ForgetSettings()
	code := m.Run()
	storetest.StopShared()
	os.Exit(code)
}

// ForgetSettings takes the settings of a Bridgework that whoever runs the tests may have out of the
// environment.
func ForgetSettings() {
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		if strings.HasPrefix(name, "BRIDGEWORK_") && name != engineVariable {
			os.Unsetenv(name)
		}
	}
}
