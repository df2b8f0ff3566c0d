package store

import (
	"regexp"
	"strings"
)

// Dialect prints the statements of the migrations for a kind of engine. All other statements keep to
// the words that the engines share (decision 0002) and are the same text on each.
type Dialect struct {
	Name  string            // for a person
	kinds map[string]string // its own kinds of columns, by MySQL's; none: MySQL's are its own
}

// MySQL is what the migrations are written in; MariaDB and TiDB share its words.
var MySQL = Dialect{Name: "MariaDB, MySQL and TiDB"}

// SQLite needs other words:
//   - keys are AUTOINCREMENT, so that the number of a deleted row is never given again;
//   - text compares without regard to ASCII case, as Open Dental's own database does;
//   - a folded or exact text (COLLATE utf8mb4_bin) compares by its bytes, on every engine;
//   - dates are text, because a DATE column would get numeric affinity.
var SQLite = Dialect{Name: "SQLite", kinds: map[string]string{
	mysqlKey:                      "INTEGER PRIMARY KEY AUTOINCREMENT",
	"VARCHAR COLLATE utf8mb4_bin": "TEXT",
	"VARCHAR":                     "TEXT COLLATE NOCASE",
	"CHAR":                        "TEXT COLLATE NOCASE",
	"TEXT":                        "TEXT COLLATE NOCASE",
	"MEDIUMTEXT":                  "TEXT COLLATE NOCASE",
	"DATETIME":                    "TEXT",
	"DATE":                        "TEXT",
	"TIME":                        "TEXT",
	"BIGINT":                      "INTEGER",
	"INT":                         "INTEGER",
	"SMALLINT":                    "INTEGER",
	"TINYINT":                     "INTEGER",
	"DOUBLE":                      "REAL",
}}

const mysqlKey = "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY"

// column is a line that makes a column: what leads to its kind, the kind with its width and sign, and the rest.
var column = regexp.MustCompile("^(  (?:ADD COLUMN )?`[^`]+` )(" + mysqlKey + "|[A-Z]+)(?:\\(\\d+\\))?(?: UNSIGNED)?( COLLATE utf8mb4_bin)?((?s:.*))$")

// Print writes a statement in the dialect's words.
func (d Dialect) Print(statement string) string {
	if d.kinds == nil {
		return statement
	}
	var printed strings.Builder
	for line := range strings.Lines(statement) {
		if part := column.FindStringSubmatch(line); part != nil {
			if own, has := d.kinds[part[2]+part[3]]; has {
				line = part[1] + own + part[4]
			}
		}
		printed.WriteString(line)
	}
	return printed.String()
}

// TableStatements are those of the practices' migrations that make or change a table, in their order.
func TableStatements(table string) []string {
	about := regexp.MustCompile("^(?:CREATE TABLE|ALTER TABLE|CREATE (?:UNIQUE )?INDEX `[^`]+` ON) `" + regexp.QuoteMeta(table) + "`")
	var found []string
	for _, step := range PracticeMigrations() {
		for _, statement := range step.Statements {
			if about.MatchString(strings.TrimSpace(statement)) {
				found = append(found, statement)
			}
		}
	}
	return found
}
