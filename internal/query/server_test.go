package query

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// serverOffice is the office as a practice on a server of ours, made once per run: the migrations' tables,
// on a system whose names tell upper from lower case.
var serverOffice struct {
	once   sync.Once
	db     *mysql.DB
	schema string
	err    error
}

func openServerOffice(t testing.TB) (*mysql.DB, string) {
	t.Helper()
	shared := storetest.Shared(t)
	o := &serverOffice
	o.once.Do(func() { o.db, o.schema, o.err = makeServerOffice(shared.URL()) })
	if o.err != nil {
		t.Fatal(o.err)
	}
	return o.db, o.schema
}

func makeServerOffice(url string) (*mysql.DB, string, error) {
	server, err := mysql.Connect(context.Background(), url, mysql.Options{})
	if err != nil {
		return nil, "", err
	}
	schema := storetest.NewSchema()
	db, err := server.Open(context.Background(), schema, store.PracticeMigrations(), true)
	if err != nil {
		return nil, "", err
	}
	path, err := office()
	if err != nil {
		return nil, "", err
	}
	from, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		return nil, "", err
	}
	defer from.Close()
	err = from.Read(context.Background(), func(source store.Conn) error {
		return db.Write(context.Background(), func(tx store.Tx) error {
			tables := []string{"auditevent"}
			for _, t := range catalogue.Tables() {
				if t.Origin == catalogue.Stored {
					tables = append(tables, t.Name)
				}
			}
			for _, name := range tables {
				if err := copyRows(source, tx, name); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return db, schema, err
}

// copyRows copies a stored table with all of its columns, also those that callers do not see.
func copyRows(source store.Conn, tx store.Tx, table string) error {
	var names []string
	columns := source.Query("SELECT name FROM pragma_table_info('" + table + "')")
	for columns.Next() {
		names = append(names, "`"+string(columns.Text(0))+"`")
	}
	if err := columns.Close(); err != nil {
		return err
	}
	if err := tx.Send("DELETE FROM `" + table + "`"); err != nil {
		return err
	}
	insert := "INSERT INTO `" + table + "` (" + strings.Join(names, ", ") + ") VALUES (" + strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
	rows := source.Query("SELECT " + strings.Join(names, ", ") + " FROM `" + table + "`")
	for rows.Next() {
		values := make([]store.Value, len(names))
		for i := range names {
			if rows.Null(i) {
				values[i] = store.Null
			} else {
				values[i] = store.Text(string(rows.Text(i)))
			}
		}
		if err := tx.Send(insert, values...); err != nil {
			rows.Close()
			return err
		}
	}
	return rows.Close()
}

func TestTheCorpusAnswersAlikeOnAPracticesServer(t *testing.T) {
	embedded, file := openOffice(t, Options{})
	onServer, schema := openServerOffice(t)
	_ = schema
	for _, q := range readCorpus(t) {
		t.Run(q.title, func(t *testing.T) {
			want, err := ask(t, embedded, file, q.command)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ask(t, embedded, onServer, q.command)
			if err != nil {
				plan, _ := embedded.plan(q.command)
				for _, s := range plan.Steps {
					t.Log(s.Native)
				}
				t.Fatal(err)
			}
			if d := difference(q, got, want); d != "" {
				t.Errorf("%s\n%s", d, q.command)
			}
		})
	}
}

// everyRow is what a schema holds, as a checksum of each of its tables.
func everyRow(t testing.TB, db *mysql.DB) string {
	t.Helper()
	var all strings.Builder
	err := db.Read(t.Context(), func(c store.Conn) error {
		var names []string
		rows := c.Query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME")
		for rows.Next() {
			names = append(names, string(rows.Text(0)))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, name := range names {
			rows := c.Query("CHECKSUM TABLE `" + name + "`")
			for rows.Next() {
				all.WriteString(name + " " + string(rows.Text(1)) + "\n")
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestHostileCommandsAreRefusedOnAServerToo(t *testing.T) {
	db, _ := openServerOffice(t)
	before := everyRow(t, db)
	room := New(Options{Limits: Limits{Time: 300 * time.Millisecond}})
	for _, a := range readHostile(t) {
		if strings.Contains(a.command, "REPEAT('x',1000000)") || strings.Contains(a.command, "CONCAT(a.Address,b.Address") || strings.Contains(a.command, "2000000000") || strings.Contains(a.command, "100000000") || strings.Contains(a.command, "REPEAT('b'") || strings.Contains(a.command, `\\1`) || strings.Contains(a.command, "SELECT * FROM n WHERE") || strings.Contains(a.command, "SELECT COUNT(*) FROM n") {
			continue // bounds of the embedded engine; the server has its own, and none of these changes anything
		}
		if got := statusOf(room.Run(t.Context(), db, 1, a.command, &gather{})); got != a.status {
			t.Errorf("status %s, want %s: %s", got, a.status, a.command)
		}
	}
	if after := everyRow(t, db); after != before {
		t.Errorf("the schema has changed:\n%s\n%s", before, after)
	}
}

func TestAUserWithFewRightsRunsTheQueriesOfAServer(t *testing.T) {
	db, schema := openServerOffice(t)
	root := reference.rootOf(t, storetest.Shared(t))
	for _, s := range []string{
		"CREATE OR REPLACE USER low@localhost IDENTIFIED BY 'lowly'", "GRANT SELECT, CREATE TEMPORARY TABLES ON `" + schema + "`.* TO low@localhost",
	} {
		if _, err := root.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	room := New(Options{User: "low", Password: "lowly"})
	got, err := ask(t, room, db, "CREATE TEMPORARY TABLE t SELECT PatNum FROM patient WHERE PatNum<5; SELECT COUNT(*) AS n, USER() LIKE 'low@%' AS low FROM t")
	if err != nil || got.rows[0][0] != "4" || got.rows[0][1] != "1" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := ask(t, New(Options{User: "low", Password: "wrong"}), db, "SELECT 1"); err == nil {
		t.Error("a wrong password is taken")
	}
}
