package query

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) {
	testdb.ForgetSettings()
	code := m.Run()
	reference.stop()
	if serverOffice.db != nil {
		serverOffice.db.Close()
	}
	storetest.StopShared()
	if path, err := office(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// testNow is when the tests' commands run.
var testNow = time.Date(2026, 6, 15, 14, 30, 45, 0, time.Local)

// office is a practice's file with the demo's rows, and drawn ones in every table that the demo leaves
// empty, made once per run.
var office = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "bridgework-query-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "office.db")
	return path, makeOffice(path)
})

func makeOffice(path string) error {
	ctx := context.Background()
	clock := func() time.Time { return testNow }
	db, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{Clock: clock})
	if err != nil {
		return err
	}
	if err := sandbox.Seed(ctx, &record.Book{DB: db, Clock: clock}, 1); err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(7, 7))
	err = db.Write(ctx, func(tx store.Tx) error {
		for _, t := range catalogue.Tables() {
			if t.Origin != catalogue.Stored {
				continue
			}
			rows := tx.Query("SELECT COUNT(*) FROM `" + t.Name + "`")
			rows.Next()
			n := rows.Int(0)
			if err := rows.Close(); err != nil || n > 0 {
				continue
			}
			for key := range 200 {
				if err := drawRow(tx, t, int64(key+1), dice); err != nil {
					return fmt.Errorf("%s: %w", t.Name, err)
				}
			}
		}
		// Letters beyond ASCII, blanks at the end, and amounts with cents.
		for _, change := range []string{
			"UPDATE `patient` SET `LName` = 'Müller', `FName` = 'Zoë' WHERE `PatNum` = 11", "UPDATE `patient` SET `LName` = 'Muller', `FName` = 'Zoe' WHERE `PatNum` = 12",
			"UPDATE `patient` SET `Preferred` = 'Åse ' WHERE `PatNum` = 13", "UPDATE `patient` SET `Preferred` = 'ase' WHERE `PatNum` = 14",
			"UPDATE `patient` SET `AddrNote` = 'says \"hi\", twice' WHERE `PatNum` = 15", "UPDATE `patient` SET `AddrNote` = NULL WHERE `PatNum` = 16",
			"UPDATE `patient` SET `EstBalance` = 123.45 + `PatNum` * 0.37, `BalTotal` = `PatNum` * 1.25 - 20 WHERE `PatNum` < 400",
			"UPDATE `procedurelog` SET `ProcFee` = `ProcFee` + 0.35 WHERE `ProcNum` % 3 = 0",
		} {
			if err := tx.Send(change); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return db.Close()
}

var (
	drawnWords = []string{"", "North", "south side", "Ärztin", "Delta Dental", "crown", "recall ", "RECALL", "O'Brien", "50% off", "a_b", "7", "1e3", "12abc", "Šimek", "left message"}
	drawnCents = []int64{0, 1, 999, 12345, -2550, 100000, 8675, 33, 5000}
)

// drawRow writes a row whose keys point to the demo's first ones.
func drawRow(tx store.Tx, t *catalogue.Table, key int64, dice *rand.Rand) error {
	var names, marks []string
	var values []store.Value
	for _, c := range t.Columns {
		var v store.Value
		switch c.Kind {
		case catalogue.Int:
			switch {
			case c.Name == t.Key:
				v = store.Int(key)
			case c.Name == "PatNum" || c.Name == "Guarantor" || c.Name == "Subscriber":
				v = store.Int(dice.Int64N(120) + 1)
			case strings.HasSuffix(c.Name, "Num"):
				v = store.Int(dice.Int64N(12))
			case strings.HasPrefix(c.Name, "Is"):
				v = store.Int(dice.Int64N(2))
			default:
				v = store.Int(dice.Int64N(7))
			}
		case catalogue.Double:
			v = store.Float(float64(drawnCents[dice.IntN(len(drawnCents))]) / 100)
		case catalogue.Date:
			v = store.Text("0001-01-01")
			if dice.IntN(5) > 0 {
				v = store.Text(testNow.AddDate(0, 0, -dice.IntN(900)).Format("2006-01-02"))
			}
		case catalogue.DateTime:
			v = store.Text(testNow.Add(-time.Duration(dice.IntN(900*24*60)) * time.Minute).Format("2006-01-02 15:04:05"))
		case catalogue.Time:
			v = store.Text(fmt.Sprintf("%02d:%02d:00", 7+dice.IntN(12), dice.IntN(4)*15))
		default:
			v = store.Text(drawnWords[dice.IntN(len(drawnWords))])
			longest := 255
			if _, err := fmt.Sscanf(c.Type[strings.IndexByte(c.Type, '(')+1:], "%d", &longest); err == nil && longest < 16 {
				v = store.Text([]string{"", "P", "S"}[dice.IntN(3)])
			}
		}
		if c.Null && c.Type == "text" && dice.IntN(6) == 0 {
			v = store.Null
		}
		names, marks, values = append(names, "`"+c.Name+"`"), append(marks, "?"), append(values, v)
	}
	_, err := tx.Exec("INSERT INTO `"+t.Name+"` ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", values...)
	return err
}

// openOffice is a room and the office, for reading.
func openOffice(t testing.TB, options Options) (*Room, store.DB) {
	t.Helper()
	path, err := office()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if options.Clock == nil {
		options.Clock = func() time.Time { return testNow }
	}
	return New(options), db
}

// referenceServer is a MariaDB with the office's rows, as a practice's own server is set up: names in any
// case, and an empty sql_mode.
type referenceServer struct {
	once   sync.Once
	server *storetest.MariaDB
	err    error
}

var reference referenceServer

func (r *referenceServer) stop() {
	if r.server != nil {
		r.server.Remove()
	}
}

const referenceSchema = "bridgework_office"

func (r *referenceServer) open(t testing.TB) *sql.DB {
	t.Helper()
	r.once.Do(func() {
		if r.server, r.err = storetest.StartMariaDB("--lower-case-table-names=1", "--sql-mode=", "--innodb-flush-log-at-trx-commit=0", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci"); r.err == nil {
			r.err = r.load()
		}
	})
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r.dial(t, referenceSchema)
}
