package store

import (
	"regexp"
	"strings"
)

// Dialect prints the statements of the migrations for a kind of engine. All other statements keep to
// the words that the engines share (decision 0002) and are the same text on each.
type Dialect struct {
	Name  string // for a person
	words []word
}

type word struct {
	mysql *regexp.Regexp
	own   string
}

// MySQL is what the migrations are written in; MariaDB and TiDB share its words.
var MySQL = Dialect{Name: "MariaDB, MySQL and TiDB"}

// SQLite needs other words:
//   - keys are AUTOINCREMENT, so that the number of a deleted row is never given again;
//   - text compares without regard to ASCII case, as Open Dental's own database does;
//   - a folded text compares as it is: on every engine the folding alone decides;
//   - dates are text, because a DATE column would get numeric affinity.
var SQLite = Dialect{Name: "SQLite", words: []word{
	{regexp.MustCompile("BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY"), "INTEGER PRIMARY KEY AUTOINCREMENT"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )VARCHAR\\(\\d+\\) COLLATE utf8mb4_bin"), "${1}TEXT"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )(?:VARCHAR\\(\\d+\\)|CHAR\\(\\d+\\)|TEXT|MEDIUMTEXT)"), "${1}TEXT COLLATE NOCASE"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )(?:DATETIME|DATE|TIME)\\b"), "${1}TEXT"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )(?:BIGINT|INT|SMALLINT|TINYINT)\\b(?: UNSIGNED)?"), "${1}INTEGER"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )DOUBLE\\b"), "${1}REAL"},
}}

// Print writes a statement in the dialect's words.
func (d Dialect) Print(statement string) string {
	for _, w := range d.words {
		statement = w.mysql.ReplaceAllString(statement, w.own)
	}
	return statement
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
