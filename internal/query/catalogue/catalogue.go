// Package catalogue knows the tables and columns that callers' SQL may name: Open Dental's, by their
// names, types and order. Which of them have rows of their own in a practice's database it reads
// from the migrations; the others are there all the same, and empty. What Bridgework keeps for itself,
// tables and folded columns alike, is not in it, so that no query can name it.
package catalogue

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Kind is what a column holds, as far as comparisons and answers differ.
type Kind uint8

// The kinds of column.
const (
	Int Kind = iota
	Double
	Text
	Date
	DateTime
	Time
)

// Column is one column as callers see it.
type Column struct {
	Name    string
	Type    string // as MySQL spells it: varchar(255), bigint, date
	Kind    Kind
	Null    bool
	Default string // as SHOW COLUMNS prints it; "" where the type begins with none
	Key     string // PRI, MUL or ""
	Leads   bool   // an index of the stored table begins with it
}

// Origin is where the rows of a table come from.
type Origin uint8

// The origins.
const (
	Empty   Origin = iota // there are none
	Stored                // a table of the practice's database
	Derived               // a statement over tables that callers do not see
)

// Table is one table as callers see it.
type Table struct {
	Name    string
	Tier    int // 1 is a table behind a resource of the API, 2 is one that supports them
	Key     string
	Indexes [][]string
	Columns []Column
	Origin  Origin

	derivation
	byName map[string]int
}

// Column finds a column by its name, without regard to case.
func (t *Table) Column(name string) (*Column, bool) {
	i, found := t.byName[strings.ToLower(name)]
	if !found {
		return nil, false
	}
	return &t.Columns[i], true
}

// Place is a column's place among the columns, by its name without regard to case.
func (t *Table) Place(name string) (int, bool) {
	i, found := t.byName[strings.ToLower(name)]
	return i, found
}

// Find finds a table by its name, without regard to case: Open Dental runs on Windows.
func Find(name string) (*Table, bool) {
	t, found := all()[strings.ToLower(name)]
	return t, found
}

// Tables lists all tables by name.
func Tables() []*Table {
	tables := all()
	sorted := make([]*Table, 0, len(tables))
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		sorted = append(sorted, tables[name])
	}
	return sorted
}

//go:embed schema.txt
var schema string

var all = sync.OnceValue(func() map[string]*Table {
	tables := make(map[string]*Table)
	var current *Table
	for line := range strings.Lines(schema) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "#"), len(words) == 0:
		case strings.HasPrefix(line, " "):
			current.byName[strings.ToLower(words[0])] = len(current.Columns)
			current.Columns = append(current.Columns, parseColumn(words))
		default:
			current = parseTable(words)
			tables[current.Name] = current
		}
	}
	for _, t := range tables {
		for i := range t.Columns {
			t.Columns[i].Key = t.keyOf(t.Columns[i].Name)
		}
	}
	findStored(tables)
	derive(tables)
	return tables
})

func parseTable(words []string) *Table {
	t := &Table{Name: words[0], Tier: int(words[1][0] - '0'), Key: words[2], byName: make(map[string]int)}
	for _, index := range words[3:] {
		t.Indexes = append(t.Indexes, strings.Split(index, ","))
	}
	return t
}

func parseColumn(words []string) Column {
	c := Column{Name: words[0], Type: words[1], Kind: kindOf(words[1])}
	switch c.Kind {
	case Int, Double:
		c.Default = "0"
	case Date:
		c.Default = "0001-01-01"
	case DateTime:
		c.Default = "0001-01-01 00:00:00"
	case Time:
		c.Default = "00:00:00"
	}
	for _, word := range words[2:] {
		if word == "null" {
			c.Null, c.Default = true, ""
		}
		if value, found := strings.CutPrefix(word, "default="); found {
			c.Default = strings.Replace(value, "T", " ", 1)
		}
	}
	return c
}

func kindOf(mysqlType string) Kind {
	base, _, _ := strings.Cut(mysqlType, "(")
	switch base {
	case "bigint", "int", "smallint", "tinyint", "mediumint":
		return Int
	case "double", "float":
		return Double
	case "date":
		return Date
	case "datetime", "timestamp":
		return DateTime
	case "time":
		return Time
	default:
		return Text
	}
}

func (t *Table) keyOf(column string) string {
	if column == t.Key {
		return "PRI"
	}
	for _, index := range t.Indexes {
		if index[0] == column {
			return "MUL"
		}
	}
	return ""
}

var (
	created = regexp.MustCompile("^CREATE TABLE `([^`]+)`")
	indexed = regexp.MustCompile("^CREATE (?:UNIQUE )?INDEX `[^`]+` ON `([^`]+)` \\(`([^`]+)`")
)

// findStored marks the tables that the migrations make, and the columns that their indexes begin with.
func findStored(tables map[string]*Table) {
	for _, step := range store.PracticeMigrations() {
		for _, statement := range step.Statements {
			statement = strings.TrimSpace(statement)
			if found := created.FindStringSubmatch(statement); found != nil {
				if t := tables[found[1]]; t != nil {
					t.Origin = Stored
					t.lead(t.Key)
				}
			}
			if found := indexed.FindStringSubmatch(statement); found != nil {
				if t := tables[found[1]]; t != nil {
					t.lead(found[2])
				}
			}
		}
	}
}

func (t *Table) lead(column string) {
	if c, found := t.Column(column); found {
		c.Leads = true
	}
}
