package rewrite

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/builtin"
	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
)

// shown describes a result of texts.
func shown(rows [][]any, names ...string) []Step {
	step := Step{Rows: rows}
	for _, n := range names {
		step.Columns = append(step.Columns, Column{Name: n, Type: textType})
	}
	return []Step{step}
}

// show answers from the catalogue, the same on every engine.
func (s *session) show(n *ast.ShowStmt) ([]Step, error) {
	if n.DBName != "" && !strings.EqualFold(n.DBName, s.schema) {
		return nil, forbidden("the database %s is not this practice's", bounded(n.DBName))
	}
	if n.GlobalScope {
		return nil, forbidden("SHOW GLOBAL")
	}
	if n.Where != nil {
		return nil, unknown("SHOW … WHERE; use LIKE, or information_schema")
	}
	keep, err := s.showPattern(n)
	if err != nil {
		return nil, err
	}
	switch n.Tp {
	case ast.ShowTables:
		return s.showTables(n, keep), nil
	case ast.ShowColumns:
		return s.showColumns(n, keep)
	case ast.ShowCreateTable:
		return s.showCreate(n)
	case ast.ShowIndex:
		return s.showIndex(n)
	case ast.ShowDatabases:
		return shown([][]any{{"information_schema"}, {s.schema}}, "Database"), nil
	case ast.ShowVariables:
		return shown(showVariables(keep), "Variable_name", "Value"), nil
	case ast.ShowWarnings, ast.ShowErrors:
		return shown(nil, "Level", "Code", "Message"), nil
	}
	return nil, forbidden("this form of SHOW")
}

// showPattern is LIKE.
func (s *session) showPattern(n *ast.ShowStmt) (func(string) bool, error) {
	if n.Column != nil {
		return func(text string) bool { return strings.EqualFold(text, n.Column.Name.O) }, nil
	}
	if n.Pattern == nil {
		return func(string) bool { return true }, nil
	}
	pattern, ok := wordsOf(n.Pattern.Pattern)
	if !ok {
		return nil, unknown("SHOW … LIKE of what is not a text")
	}
	return func(text string) bool { return builtin.Like(text, pattern) }, nil
}

func (s *session) showTables(n *ast.ShowStmt, keep func(string) bool) []Step {
	var rows [][]any
	for _, t := range catalogue.Tables() {
		if !keep(t.Name) {
			continue
		}
		row := []any{t.Name}
		if n.Full {
			row = append(row, "BASE TABLE")
		}
		rows = append(rows, row)
	}
	names := []string{"Tables_in_" + s.schema}
	if n.Full {
		names = append(names, "Table_type")
	}
	return shown(rows, names...)
}

// shownType is a column's type as MariaDB prints it, with the width that it gives to integers.
func shownType(text string) string {
	unsigned := strings.HasSuffix(text, " unsigned")
	base := strings.TrimSuffix(text, " unsigned")
	widths := map[string][2]string{"bigint": {"20", "20"}, "int": {"11", "10"}, "smallint": {"6", "5"}, "tinyint": {"4", "3"}, "mediumint": {"9", "8"}}
	if w, found := widths[base]; found {
		base += "(" + w[boolInt(unsigned)] + ")"
	}
	if unsigned {
		base += " unsigned"
	}
	return base
}

func (s *session) showColumns(n *ast.ShowStmt, keep func(string) bool) ([]Step, error) {
	columns, err := s.describe(n.Table)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, c := range columns {
		if !keep(c.name) {
			continue
		}
		row := []any{c.name, c.mysql, yes(c.null), c.key, c.fallback, c.extra}
		if n.Full {
			var collation any
			if c.text {
				collation = "utf8mb4_general_ci"
			}
			row = []any{c.name, c.mysql, collation, yes(c.null), c.key, c.fallback, c.extra, "select", ""}
		}
		rows = append(rows, row)
	}
	if n.Full {
		return shown(rows, "Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges", "Comment"), nil
	}
	return shown(rows, "Field", "Type", "Null", "Key", "Default", "Extra"), nil
}

func yes(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}

// described is a column as SHOW prints it.
type described struct {
	name, mysql, key, extra string
	fallback                any
	null, text              bool
}

func (s *session) describe(t *ast.TableName) ([]described, error) {
	if t.Schema.L != "" && t.Schema.L != s.schema {
		return nil, forbidden("the database %s is not this practice's", bounded(t.Schema.O))
	}
	if temp := s.temp(t.Name.L); temp != nil {
		var all []described
		for _, c := range temp.Columns {
			d := described{name: c.Name, mysql: c.spelled(), null: !c.NotNull, text: c.Type.texty()}
			if c.Default.written {
				d.fallback = c.Default.literal
			}
			if c.Auto {
				d.extra, d.key, d.null = "auto_increment", "PRI", false
			} else if c.Key {
				d.key = "PRI"
			}
			all = append(all, d)
		}
		return all, nil
	}
	found, there := catalogue.Find(t.Name.L)
	if !there {
		return nil, fault.New(fault.Invalid, "Table '%s.%s' doesn't exist", s.schema, bounded(t.Name.O))
	}
	return describeTable(found), nil
}

func describeTable(t *catalogue.Table) []described {
	all := make([]described, len(t.Columns))
	for i, c := range t.Columns {
		d := described{name: c.Name, mysql: shownType(c.Type), key: c.Key, null: c.Null, text: c.Kind == catalogue.Text}
		if !c.Null && !(c.Kind == catalogue.Text && isLong(c.Type)) {
			d.fallback = c.Default
		}
		if c.Key == "PRI" {
			d.fallback, d.extra = nil, "auto_increment"
		}
		all[i] = d
	}
	return all
}

func isLong(mysqlType string) bool { return strings.HasSuffix(mysqlType, "text") }

// spelled is a temporary column's type as MySQL spells it.
func (c *TempColumn) spelled() string {
	if c.MySQL != "" {
		return shownType(strings.ToLower(c.MySQL))
	}
	switch c.Type.Kind {
	case Int:
		return "bigint(21)"
	case Decimal:
		return fmt.Sprintf("decimal(32,%d)", c.Type.Scale)
	case Double:
		return "double"
	case Date:
		return "date"
	case DateTime:
		return "datetime"
	case Time:
		return "time"
	}
	return "text"
}

func (s *session) showCreate(n *ast.ShowStmt) ([]Step, error) {
	columns, err := s.describe(n.Table)
	if err != nil {
		return nil, err
	}
	table := n.Table.Name.O
	var lines []string
	key := ""
	for _, c := range columns {
		line := "  `" + c.name + "` " + c.mysql
		if !c.null {
			line += " NOT NULL"
		}
		switch {
		case c.extra != "":
			line += " AUTO_INCREMENT"
		case c.fallback != nil:
			line += fmt.Sprintf(" DEFAULT '%v'", c.fallback)
		case c.null:
			line += " DEFAULT NULL"
		}
		if c.key == "PRI" {
			key = c.name
		}
		lines = append(lines, line)
	}
	if key != "" {
		lines = append(lines, "  PRIMARY KEY (`"+key+"`)")
	}
	word := "CREATE TABLE"
	if s.temp(n.Table.Name.L) != nil {
		word = "CREATE TEMPORARY TABLE"
	} else if found, there := catalogue.Find(table); there {
		table = found.Name
		for _, index := range found.Indexes {
			lines = append(lines, "  KEY `"+strings.Join(index, "_")+"` (`"+strings.Join(index, "`,`")+"`)")
		}
	}
	text := word + " `" + table + "` (\n" + strings.Join(lines, ",\n") + "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"
	return shown([][]any{{table, text}}, "Table", "Create Table"), nil
}

func (s *session) showIndex(n *ast.ShowStmt) ([]Step, error) {
	if _, err := s.describe(n.Table); err != nil {
		return nil, err
	}
	var rows [][]any
	if found, there := catalogue.Find(n.Table.Name.L); there && s.temp(n.Table.Name.L) == nil {
		rows = append(rows, []any{found.Name, "0", "PRIMARY", "1", found.Key})
		for _, index := range found.Indexes {
			for i, c := range index {
				rows = append(rows, []any{found.Name, "1", strings.Join(index, "_"), strconv.Itoa(i + 1), c})
			}
		}
	}
	return shown(rows, "Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name"), nil
}

func showVariables(keep func(string) bool) [][]any {
	var rows [][]any
	for _, v := range [][2]string{
		{"character_set_client", "utf8mb4"}, {"character_set_connection", "utf8mb4"}, {"character_set_database", "utf8mb4"}, {"character_set_results", "utf8mb4"},
		{"character_set_server", "utf8mb4"}, {"collation_connection", "utf8mb4_general_ci"}, {"collation_database", "utf8mb4_general_ci"}, {"collation_server", "utf8mb4_general_ci"},
		{"lower_case_table_names", "1"}, {"sql_mode", ""}, {"time_zone", "SYSTEM"}, {"version", serverVersion}, {"version_comment", "Bridgework"},
	} {
		if keep(v[0]) {
			rows = append(rows, []any{v[0], v[1]})
		}
	}
	return rows
}

// information are the tables of information_schema that can be asked, with their columns.
var information = map[string]struct {
	moment  Moment
	columns []Column
}{
	"tables": {TablesOf, []Column{
		{"TABLE_CATALOG", textType}, {"TABLE_SCHEMA", textType}, {"TABLE_NAME", textType}, {"TABLE_TYPE", textType}, {"ENGINE", textType}, {"TABLE_ROWS", intType},
		{"TABLE_COLLATION", textType}, {"TABLE_COMMENT", textType},
	}},
	"columns": {ColumnsOf, []Column{
		{"TABLE_CATALOG", textType}, {"TABLE_SCHEMA", textType}, {"TABLE_NAME", textType}, {"COLUMN_NAME", textType}, {"ORDINAL_POSITION", intType}, {"COLUMN_DEFAULT", textType},
		{"IS_NULLABLE", textType}, {"DATA_TYPE", textType}, {"CHARACTER_MAXIMUM_LENGTH", intType}, {"COLUMN_TYPE", textType}, {"COLUMN_KEY", textType}, {"EXTRA", textType},
		{"COLUMN_COMMENT", textType},
	}},
}

// informationTable puts the catalogue's own rows in the place of a table of information_schema: callers
// see their tables, and nothing of the server's.
func (e *emitter) informationTable(s *scope, n *ast.TableSource, t *ast.TableName, alias string) (string, error) {
	found, there := information[t.Name.L]
	if !there {
		return "", unknown("information_schema.%s; there are tables and columns", bounded(t.Name.O))
	}
	var parts []string
	var columns []sourceColumn
	for i, c := range found.columns {
		parts = append(parts, fmt.Sprintf("j.value->>%d AS %s", i, name(c.Name)))
		columns = append(columns, sourceColumn{name: c.Name, value: value{sql: name(alias) + "." + name(c.Name), t: c.Type, column: true}})
	}
	place := e.param(Source{Moment: found.moment})
	t.Schema, t.Name = ast.NewCIStr(""), ast.NewCIStr(InformationMark+t.Name.L)
	n.AsName = ast.NewCIStr(alias)
	return "(SELECT " + strings.Join(parts, ",") + " FROM json_each(" + place + ") AS j) AS " + name(alias), e.add(s, alias, columns)
}

// InformationMark begins the name that stands in a native statement for a table of information_schema.
const InformationMark = "bridgework information "

// InformationRows are the rows of information_schema's tables or columns, as a JSON array of arrays.
func InformationRows(m Moment, schema string) string {
	tables, columns := informationRows(strings.ToLower(schema))
	if m == TablesOf {
		return tables
	}
	return columns
}

var informationCache sync.Map

func informationRows(schema string) (tables, columns string) {
	if kept, found := informationCache.Load(schema); found {
		pair := kept.([2]string)
		return pair[0], pair[1]
	}
	var tableRows, columnRows [][]any
	for _, t := range catalogue.Tables() {
		tableRows = append(tableRows, []any{"def", schema, t.Name, "BASE TABLE", "InnoDB", nil, "utf8mb4_general_ci", ""})
		for i, c := range describeTable(t) {
			base, rest, _ := strings.Cut(strings.TrimSuffix(c.mysql, " unsigned"), "(")
			var longest any
			if n, err := strconv.Atoi(strings.TrimSuffix(rest, ")")); err == nil && c.text {
				longest = n
			}
			columnRows = append(columnRows, []any{"def", schema, t.Name, c.name, i + 1, c.fallback, yes(c.null), base, longest, c.mysql, c.key, c.extra, ""})
		}
	}
	first, _ := json.Marshal(tableRows)
	second, _ := json.Marshal(columnRows)
	informationCache.Store(schema, [2]string{string(first), string(second)})
	return string(first), string(second)
}

// InformationTable is the statement that reads the rows of a marked table on MariaDB.
func InformationTable(key, schema string) string {
	found := information[key]
	var parts []string
	for i, c := range found.columns {
		t := "TEXT"
		if c.Type.Kind == Int {
			t = "BIGINT"
		}
		parts = append(parts, fmt.Sprintf("`%s` %s PATH '$[%d]'", c.Name, t, i))
	}
	rows := InformationRows(found.moment, schema)
	return "(SELECT * FROM JSON_TABLE('" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(rows) + "', '$[*]' COLUMNS (" + strings.Join(parts, ", ") + ")) AS `rows`)"
}
