package directory_test

import (
	"path/filepath"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestThePracticesThatWereThereBeforeTheDirectoryStandInIt(t *testing.T) {
	open := opener(t)
	old, err := open(store.HubMigrations()[:8])
	must(t, err)
	must(t, old.Write(t.Context(), func(tx store.Tx) error {
		for _, sql := range []string{
			"INSERT INTO `practice` (`Name`, `NameFold`, `DatabaseName`, `CreatedAt`, `Address`, `Phone`) VALUES ('Northside', 'northside', 'a', '2026-01-01 00:00:00', '1 Mill Lane', '01632')",
			"INSERT INTO `practice` (`Name`, `NameFold`, `DatabaseName`, `CreatedAt`) VALUES ('Specialist', 'specialist', 'b', '2026-01-01 00:00:00')",
			"INSERT INTO `allocation` (`ReferralNum`, `Ordinal`, `ProviderNum`, `ProviderName`, `OpenedAt`) VALUES (1, 1, 2, 'Specialist', '2026-01-01 00:00:00')",
		} {
			if err := tx.Send(sql); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, old.Close())
	db, err := open(store.HubMigrations())
	must(t, err)
	defer db.Close()
	room := directory.New(&record.Book{DB: db, Clock: nowIs}, nil)
	found, err := room.Find(t.Context(), directory.Filter{})
	must(t, err)
	want := []directory.Organisation{{Num: 1, Name: "Northside", Address: "1 Mill Lane", Phone: "01632", IsReferring: true, Area: directory.Everywhere, IsActive: true, Rev: 1},
		{Num: 2, Name: "Specialist", IsReferring: true, IsTreating: true, Area: directory.Everywhere, IsActive: true, Rev: 1}}
	if len(found) != 2 || found[0].Organisation != want[0] || found[1].Organisation != want[1] || found[0].AreaName != "Everywhere" {
		t.Errorf("in the directory stand %+v, want %+v", found, want)
	}
}

// opener opens one database of the test's own, each time with the steps that it is given.
func opener(t *testing.T) func([]store.Migration) (store.DB, error) {
	if testdb.Chosen() == testdb.SQLite {
		path := filepath.Join(t.TempDir(), "hub.db")
		return func(steps []store.Migration) (store.DB, error) { return sqlite.Open(path, steps, sqlite.Options{}) }
	}
	server, err := mysql.Connect(t.Context(), storetest.Shared(t).URL(), mysql.Options{})
	must(t, err)
	t.Cleanup(func() { server.Close() })
	schema := storetest.NewSchema()
	create := true
	return func(steps []store.Migration) (store.DB, error) {
		db, err := server.Open(t.Context(), schema, steps, create)
		create = false
		return db, err
	}
}
