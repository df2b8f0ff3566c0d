package apitest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// catalogs list the columns of all tables: table, column, type. The engines' own tables are left out.
var catalogs = map[testdb.Engine]string{
	testdb.SQLite: "SELECT m.name, c.name, c.type FROM sqlite_master AS m, pragma_table_info(m.name) AS c" +
		" WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid",
	testdb.MariaDB: "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS" +
		" WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'bridgework%' ORDER BY TABLE_NAME, ORDINAL_POSITION",
}

// Rows reads all rows of all tables of the practice, a line a row, in one order on every engine.
func (s *Server) Rows(t testing.TB) map[string][]string {
	t.Helper()
	tables := make(map[string][]string)
	// Not the test's context: rows are also read when the test is over.
	err := s.Book.DB.Read(context.Background(), func(c store.Conn) error {
		columns, floats := make(map[string][]string), make(map[string]bool)
		rows := c.Query(catalogs[s.engine])
		for rows.Next() {
			table, column, kind := string(rows.Text(0)), string(rows.Text(1)), strings.ToLower(string(rows.Text(2)))
			columns[table] = append(columns[table], column)
			floats[table+"."+column] = kind == "double" || kind == "real"
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, table := range slices.Sorted(maps.Keys(columns)) {
			lines := []string{}
			rows := c.Query("SELECT `" + strings.Join(columns[table], "`, `") + "` FROM `" + table + "`")
			for rows.Next() {
				var line strings.Builder
				for i, column := range columns[table] {
					switch {
					case rows.Null(i):
						fmt.Fprintf(&line, "%s=NULL ", column)
					case floats[table+"."+column]:
						fmt.Fprintf(&line, "%s=%v ", column, rows.Float(i))
					default:
						fmt.Fprintf(&line, "%s=%q ", column, rows.Text(i))
					}
				}
				lines = append(lines, line.String())
			}
			if err := rows.Close(); err != nil {
				return err
			}
			slices.Sort(lines)
			tables[table] = lines
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tables
}
