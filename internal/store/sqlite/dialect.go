package sqlite

import "regexp"

// The migrations are written in MySQL's words. These are the words that SQLite needs instead:
//   - keys are AUTOINCREMENT, so that the number of a deleted row is never given again;
//   - text compares without regard to ASCII case, as Open Dental's own database does;
//   - dates are text, because a DATE column would get numeric affinity.
var dialect = []struct {
	mysql  *regexp.Regexp
	sqlite string
}{
	{regexp.MustCompile("BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY"), "INTEGER PRIMARY KEY AUTOINCREMENT"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )(?:VARCHAR\\(\\d+\\)|CHAR\\(\\d+\\)|TEXT|MEDIUMTEXT)"), "${1}TEXT COLLATE NOCASE"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )(?:DATETIME|DATE|TIME)\\b"), "${1}TEXT"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )(?:BIGINT|INT|SMALLINT|TINYINT)\\b(?: UNSIGNED)?"), "${1}INTEGER"},
	{regexp.MustCompile("(?m)^(  (?:ADD COLUMN )?`[^`]+` )DOUBLE\\b"), "${1}REAL"},
}

func translate(statement string) string {
	for _, word := range dialect {
		statement = word.mysql.ReplaceAllString(statement, word.sqlite)
	}
	return statement
}
