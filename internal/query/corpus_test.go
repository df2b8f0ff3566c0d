package query

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// question is a command of the corpus.
type question struct {
	title   string
	ordered bool // the order of its rows is part of the answer
	count   bool // MySQL itself leaves open which rows: only their number is compared
	command string
}

// readCorpus reads testdata/corpus: each command begins with a line ### and a title. Behind the title may
// stand [ordered] or [count].
func readCorpus(t testing.TB) []question {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	var all []question
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(text), "\n### ")[1:] {
			title, command, _ := strings.Cut(part, "\n")
			all = append(all, question{
				title:   strings.TrimSuffix(filepath.Base(file), ".sql") + ": " + strings.TrimSpace(title),
				ordered: strings.Contains(title, "[ordered]"), count: strings.Contains(title, "[count]"), command: strings.TrimSpace(command),
			})
		}
	}
	return all
}

// table is a result: its columns' names and classes, and its rows as texts.
type table struct {
	names, classes []string
	rows           [][]string
}

const null = "\x00NULL"

// gather is a sink that keeps all.
type gather struct{ table }

func (g *gather) Columns(columns []rewrite.Column) error {
	for _, c := range columns {
		g.names, g.classes = append(g.names, c.Name), append(g.classes, c.Type.Class())
	}
	return nil
}

func (g *gather) Row(cells []Cell) error {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = string(c.Text)
		if c.Null {
			row[i] = null
		}
	}
	g.rows = append(g.rows, row)
	return nil
}

func ask(t testing.TB, room *Room, db store.DB, command string) (table, error) {
	t.Helper()
	var g gather
	err := room.Run(t.Context(), db, 1, command, &g)
	return g.table, err
}

// askReference runs the caller's own text on MariaDB and keeps its last result.
func askReference(ctx context.Context, db *sql.DB, command string) (result table, err error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return result, err
	}
	defer c.Close()
	defer c.Raw(func(any) error { return driver.ErrBadConn }) // temporary tables end with the connection
	_, offset := testNow.Zone()
	if _, err := c.ExecContext(ctx, fmt.Sprintf("SET timestamp=%d, time_zone='%+03d:%02d', group_concat_max_len=1048576", testNow.Unix(), offset/3600, offset/60%60)); err != nil {
		return result, err
	}
	rows, err := c.QueryContext(ctx, command)
	if err != nil {
		return result, err
	}
	defer rows.Close()
	for {
		types, err := rows.ColumnTypes()
		if err != nil {
			return result, err
		}
		if len(types) > 0 {
			result = table{}
			for _, ct := range types {
				result.names, result.classes = append(result.names, ct.Name()), append(result.classes, classOf(ct.DatabaseTypeName()))
			}
		}
		for rows.Next() {
			cells := make([]sql.RawBytes, len(types))
			targets := make([]any, len(types))
			for i := range cells {
				targets[i] = &cells[i]
			}
			if err := rows.Scan(targets...); err != nil {
				return result, err
			}
			row := make([]string, len(cells))
			for i, cell := range cells {
				row[i] = string(cell)
				if cell == nil {
					row[i] = null
				}
			}
			result.rows = append(result.rows, row)
		}
		if !rows.NextResultSet() {
			return result, rows.Err()
		}
	}
}

func classOf(databaseType string) string {
	switch strings.TrimPrefix(databaseType, "UNSIGNED ") {
	case "BIGINT", "INT", "MEDIUMINT", "SMALLINT", "TINYINT", "YEAR", "BIT":
		return "int"
	case "DECIMAL":
		return "decimal"
	case "DOUBLE", "FLOAT":
		return "double"
	case "DATE":
		return "date"
	case "DATETIME", "TIMESTAMP":
		return "datetime"
	case "TIME":
		return "time"
	case "NULL":
		return "null"
	}
	return "text"
}

// difference is the first one of two results, "" for none. Floating-point numbers may differ in the last
// of their digits: the order in which they are added does.
func difference(q question, got, want table) string {
	if !slices.Equal(got.names, want.names) {
		return fmt.Sprintf("the columns are %q, want %q", got.names, want.names)
	}
	if !slices.Equal(got.classes, want.classes) {
		return fmt.Sprintf("the types are %v, want %v (%v)", got.classes, want.classes, want.names)
	}
	if len(got.rows) != len(want.rows) {
		return fmt.Sprintf("there are %d rows, want %d; the first are %q and %q", len(got.rows), len(want.rows), first(got.rows), first(want.rows))
	}
	if q.count {
		return ""
	}
	a, b := got.rows, want.rows
	if !q.ordered {
		a, b = sorted(a, want.classes), sorted(b, want.classes)
	}
	for i := range a {
		for j := range a[i] {
			if !sameCell(a[i][j], b[i][j], want.classes[j]) {
				return fmt.Sprintf("row %d, %s is %q, want %q; the rows are %q and %q", i, want.names[j], a[i][j], b[i][j], a[i], b[i])
			}
		}
	}
	return ""
}

func first(rows [][]string) []string {
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func sorted(rows [][]string, classes []string) [][]string {
	copied := slices.Clone(rows)
	key := func(row []string) string {
		parts := make([]string, len(row))
		for i, cell := range row {
			parts[i] = cell
			if f, err := strconv.ParseFloat(cell, 64); err == nil && classes[i] == "double" {
				parts[i] = strconv.FormatFloat(f, 'e', 9, 64)
			}
		}
		return strings.Join(parts, "\x01")
	}
	slices.SortFunc(copied, func(a, b []string) int { return strings.Compare(key(a), key(b)) })
	return copied
}

func sameCell(a, b, class string) bool {
	if a == b {
		return true
	}
	if class != "double" || a == null || b == null {
		return false
	}
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && math.Abs(x-y) <= 1e-9*math.Max(1, math.Max(math.Abs(x), math.Abs(y)))
}

func TestTheCorpusAnswersAsMariaDBDoes(t *testing.T) {
	room, db := openOffice(t, Options{})
	mariadb := reference.open(t)
	for _, q := range readCorpus(t) {
		t.Run(q.title, func(t *testing.T) {
			got, err := ask(t, room, db, q.command)
			if err != nil {
				t.Fatalf("%v\n%s", err, q.command)
			}
			want, err := askReference(t.Context(), mariadb, q.command)
			if err != nil {
				t.Fatalf("MariaDB: %v\n%s", err, q.command)
			}
			if d := difference(q, got, want); d != "" {
				plan, _ := room.plan(q.command)
				t.Errorf("%s\n%s\n%s", d, q.command, plan.Steps[max(plan.Answer, 0)].SQL)
			}
		})
	}
}
