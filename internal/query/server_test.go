package query

import (
	"context"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// openServerOffice is the office as a practice on a server of ours: the migrations' tables, on a system
// whose names tell upper from lower case.
func openServerOffice(t testing.TB) (*mysql.DB, string) {
	t.Helper()
	server, err := mysql.Connect(t.Context(), storetest.Shared(t).URL(), mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	schema := storetest.NewSchema()
	db, err := server.Open(t.Context(), schema, store.PracticeMigrations(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	path, err := office()
	if err != nil {
		t.Fatal(err)
	}
	from, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
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
	if err != nil {
		t.Fatal(err)
	}
	return db, schema
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
