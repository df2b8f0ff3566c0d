package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/builtin"
	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
)

// TempTable is a temporary table of a command.
type TempTable struct {
	Name    string
	Columns []TempColumn
	indexes int
	unique  bool // it has keys that no two rows share
}

// TempColumn is a column of one.
type TempColumn struct {
	Name    string
	Type    Type
	MySQL   string // its type as MySQL spells it
	NotNull bool
	Auto    bool  // counts up by itself
	Default value // "" in sql for none
	Key     bool  // the primary key
}

func (t *TempTable) columns(alias string) []sourceColumn {
	all := make([]sourceColumn, len(t.Columns))
	for i, c := range t.Columns {
		all[i] = sourceColumn{name: c.Name, value: value{sql: name(alias) + "." + name(c.Name), t: c.Type, column: true}}
	}
	return all
}

func (t *TempTable) find(column string) (*TempColumn, bool) {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, column) {
			return &t.Columns[i], true
		}
	}
	return nil, false
}

// declare is the column in CREATE TABLE.
func (c *TempColumn) declare() string {
	text := name(c.Name) + " "
	switch {
	case c.Auto:
		return text + "INTEGER PRIMARY KEY"
	case c.Type.Kind == Int, c.Type.Kind == Decimal && c.Type.Exact:
		text += "INTEGER"
	case c.Type.Kind == Decimal, c.Type.Kind == Double:
		text += "REAL"
	case c.Type.Kind == Text && c.Type.Binary:
		text += "TEXT"
	case c.Type.texty():
		text += "TEXT COLLATE " + builtin.Collation
	default:
		text += "TEXT"
	}
	fallback := c.Default.sql
	if fallback != "" {
		fallback = c.Default.as(c.Type)
	} else if c.NotNull {
		fallback = c.zero()
	}
	if c.NotNull {
		text += " NOT NULL ON CONFLICT REPLACE"
	}
	if fallback != "" {
		text += " DEFAULT (" + fallback + ")"
	}
	return text
}

// zero is what a server whose sql_mode is empty stores where nothing is given.
func (c *TempColumn) zero() string {
	switch {
	case c.Type.numeric():
		return "0"
	case c.Type.Kind == Date:
		return "'0000-00-00'"
	case c.Type.Kind == DateTime:
		return "'0000-00-00 00:00:00'"
	case c.Type.Kind == Time:
		return "'00:00:00'"
	}
	return "''"
}

func notTemporary(table string) error {
	return forbidden("%s is not a temporary table of this command", bounded(table))
}

// target finds the temporary table that a statement works on.
func (s *session) target(t *ast.TableName) (*TempTable, error) {
	if t.Schema.L != "" && t.Schema.L != s.schema {
		return nil, forbidden("the database %s is not this practice's", bounded(t.Schema.O))
	}
	found := s.temp(t.Name.L)
	if found == nil {
		return nil, notTemporary(t.Name.O)
	}
	t.Schema, t.Name = ast.NewCIStr(""), ast.NewCIStr(found.Name)
	return found, nil
}

func (s *session) createTable(n *ast.CreateTableStmt) ([]Step, error) {
	if n.TemporaryKeyword != ast.TemporaryLocal {
		return nil, forbidden("CREATE TABLE without TEMPORARY")
	}
	if n.Table.Schema.L != "" && n.Table.Schema.L != s.schema {
		return nil, forbidden("the database %s is not this practice's", bounded(n.Table.Schema.O))
	}
	if n.Partition != nil || n.OnCommitDelete {
		return nil, unknown("Partitions, and ON COMMIT, of a temporary table")
	}
	key := n.Table.Name.L
	if s.temps[key] != nil {
		if n.IfNotExists && n.Select == nil {
			return nil, nil
		}
		return nil, fault.New(fault.Invalid, "Table '%s' already exists", bounded(n.Table.Name.O))
	}
	if len(s.temps) >= mostTables {
		return nil, fault.New(fault.Invalid, "A command may make %d temporary tables at most", mostTables)
	}
	n.Options, n.Table.Schema = nil, ast.NewCIStr("")
	table := &TempTable{Name: n.Table.Name.O}
	if n.ReferTable != nil {
		if err := s.copyColumns(table, n.ReferTable); err != nil {
			return nil, err
		}
	}
	for _, d := range n.Cols {
		c, err := s.defineColumn(d)
		if err != nil {
			return nil, err
		}
		table.Columns = append(table.Columns, c)
	}
	var e *emitter
	var q *query
	var into []string
	if n.Select != nil {
		var err error
		if e, q, err = s.selectInto(n.Select); err != nil {
			return nil, err
		}
		if into, err = table.takeColumns(q); err != nil {
			return nil, err
		}
	}
	if len(table.Columns) == 0 {
		return nil, errNoColumn
	}
	uniques, indexes, err := constraints(table, n.Constraints)
	if err != nil {
		return nil, err
	}
	steps, err := s.createSteps(table, n, uniques, indexes)
	if err != nil || q == nil {
		return steps, err
	}
	steps = append(steps, Step{SQL: fmt.Sprintf("INSERT INTO temp.%s(%s) %s", name(table.Name), strings.Join(into, ","), q.render(table.typesOf(into), false)), Params: e.params, Writes: true})
	return steps, nil
}

// mostTables bounds the temporary tables of a command.
const mostTables = 64

func (s *session) createSteps(table *TempTable, n *ast.CreateTableStmt, uniques, indexes []string) ([]Step, error) {
	lines := make([]string, 0, len(table.Columns)+len(uniques))
	for i := range table.Columns {
		for _, c := range table.Columns[:i] {
			if strings.EqualFold(c.Name, table.Columns[i].Name) {
				return nil, fault.New(fault.Invalid, "Duplicate column name '%s'", bounded(c.Name))
			}
		}
		lines = append(lines, table.Columns[i].declare())
	}
	text, err := native(n)
	if err != nil {
		return nil, err
	}
	s.temps[strings.ToLower(table.Name)] = table
	table.unique = len(uniques) > 0
	for _, c := range table.Columns {
		table.unique = table.unique || c.Auto
	}
	steps := []Step{{SQL: fmt.Sprintf("CREATE TABLE temp.%s(%s)", name(table.Name), strings.Join(append(lines, uniques...), ",")), Writes: true, Native: text}}
	for _, columns := range indexes {
		steps = append(steps, Step{SQL: table.index(columns), Writes: true})
	}
	return steps, nil
}

func (t *TempTable) index(columns string) string {
	t.indexes++
	return fmt.Sprintf("CREATE INDEX temp.%s ON %s(%s)", name(fmt.Sprintf("%s index %d", t.Name, t.indexes)), name(t.Name), columns)
}

// selectInto emits the SELECT whose rows are stored.
func (s *session) selectInto(n ast.ResultSetNode) (*emitter, *query, error) {
	e, err := s.begin(n)
	if err != nil {
		return nil, nil, err
	}
	var q *query
	e, err = s.settle(e, func(e *emitter) (err error) {
		q, err = e.resultSet(nil, n)
		return err
	})
	return e, q, err
}

// takeColumns adds a SELECT's columns behind those that are defined and not among them, as MySQL does,
// and names where its values go.
func (t *TempTable) takeColumns(q *query) ([]string, error) {
	var defined, selected []TempColumn
	var into []string
	for _, it := range q.items {
		c, found := t.find(it.name)
		if !found {
			c = &TempColumn{Name: it.name, Type: stored(it.value.t)}
		}
		for _, other := range selected {
			if strings.EqualFold(other.Name, it.name) {
				return nil, fault.New(fault.Invalid, "Duplicate column name '%s'", bounded(it.name))
			}
		}
		selected = append(selected, *c)
		into = append(into, name(c.Name))
	}
	for _, c := range t.Columns {
		isSelected := false
		for _, other := range selected {
			isSelected = isSelected || strings.EqualFold(other.Name, c.Name)
		}
		if !isSelected {
			defined = append(defined, c)
		}
	}
	t.Columns = append(defined, selected...)
	return into, nil
}

// stored is the type of a column that a value's type makes.
func stored(t Type) Type {
	if t.Kind == Null {
		return textType
	}
	return t
}

func (t *TempTable) typesOf(quoted []string) []Type {
	all := make([]Type, len(quoted))
	for i, q := range quoted {
		for _, c := range t.Columns {
			if name(c.Name) == q {
				all[i] = c.Type
			}
		}
	}
	return all
}

// copyColumns is CREATE … LIKE.
func (s *session) copyColumns(table *TempTable, from *ast.TableName) error {
	if from.Schema.L != "" && from.Schema.L != s.schema {
		return forbidden("the database %s is not this practice's", bounded(from.Schema.O))
	}
	from.Schema = ast.NewCIStr("")
	if temp := s.temp(from.Name.L); temp != nil {
		from.Name = ast.NewCIStr(temp.Name)
		table.Columns = append(table.Columns, temp.Columns...)
		return nil
	}
	found, there := catalogue.Find(from.Name.L)
	if !there {
		return fault.New(fault.Invalid, "Table '%s.%s' doesn't exist", s.schema, bounded(from.Name.O))
	}
	return unknown("CREATE TEMPORARY TABLE … LIKE %s; use CREATE TEMPORARY TABLE … SELECT * FROM %s WHERE FALSE", found.Name, found.Name)
}

func (s *session) defineColumn(d *ast.ColumnDef) (TempColumn, error) {
	t, err := columnType(d.Tp)
	if err != nil {
		return TempColumn{}, err
	}
	c := TempColumn{Name: d.Name.Name.O, Type: t, MySQL: d.Tp.CompactStr()}
	for _, o := range d.Options {
		switch o.Tp {
		case ast.ColumnOptionNotNull:
			c.NotNull = true
		case ast.ColumnOptionNull, ast.ColumnOptionComment, ast.ColumnOptionUniqKey:
		case ast.ColumnOptionAutoIncrement:
			c.Auto = true
		case ast.ColumnOptionPrimaryKey:
			c.Key, c.NotNull = true, true
		case ast.ColumnOptionCollate:
			c.Type.Binary = strings.HasSuffix(strings.ToLower(o.StrValue), "_bin")
		case ast.ColumnOptionDefaultValue:
			e := newEmitter(s)
			v, err := e.expr(&scope{}, o.Expr)
			if err != nil {
				return c, err
			}
			if !v.written && v.t.Kind != Null {
				return c, unknown("A default that is not written as a value")
			}
			c.Default = v
		default:
			return c, unknown("This option of the column %s", bounded(c.Name))
		}
	}
	return c, nil
}

func columnType(tp *types.FieldType) (Type, error) {
	switch tp.GetType() {
	case mysql.TypeTiny, mysql.TypeShort, mysql.TypeInt24, mysql.TypeLong, mysql.TypeLonglong, mysql.TypeYear, mysql.TypeBit:
		return Type{Kind: Int, Unsigned: isUnsigned(tp.GetFlag())}, nil
	case mysql.TypeNewDecimal:
		return decimalType(tp.GetFlen(), tp.GetDecimal()), nil
	case mysql.TypeDouble, mysql.TypeFloat:
		t := dblType
		if tp.GetDecimal() >= 0 {
			t.Scale = tp.GetDecimal()
		}
		t.Float = tp.GetType() == mysql.TypeFloat && t.Scale == free
		return t, nil
	case mysql.TypeDate, mysql.TypeNewDate:
		return Type{Kind: Date}, nil
	case mysql.TypeDatetime, mysql.TypeTimestamp:
		return Type{Kind: DateTime, Scale: max(tp.GetDecimal(), 0)}, nil
	case mysql.TypeDuration:
		return Type{Kind: Time, Scale: max(tp.GetDecimal(), 0)}, nil
	case mysql.TypeVarchar, mysql.TypeVarString, mysql.TypeString:
		return Type{Kind: Text, Length: max(tp.GetFlen(), 0), Binary: strings.HasSuffix(tp.GetCollate(), "_bin") && tp.GetCollate() != "utf8mb4_bin" || tp.GetCharset() == "binary"}, nil
	case mysql.TypeTinyBlob, mysql.TypeBlob, mysql.TypeMediumBlob, mysql.TypeLongBlob:
		return Type{Kind: Text, Binary: tp.GetCharset() == "binary"}, nil
	case mysql.TypeEnum, mysql.TypeSet:
		return textType, nil
	case mysql.TypeJSON:
		return Type{Kind: JSON}, nil
	}
	return Type{}, unknown("A column of the type %s", tp.CompactStr())
}

// constraints are the keys of a table: the unique ones as SQLite declares them, the others as the
// columns of an index.
func constraints(t *TempTable, list []*ast.Constraint) (uniques, indexes []string, err error) {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Key && !c.Auto {
			uniques = append(uniques, "UNIQUE("+name(c.Name)+")")
		}
	}
	for _, c := range list {
		columns, err := t.keyColumns(c.Keys)
		if err != nil {
			return nil, nil, err
		}
		switch c.Tp {
		case ast.ConstraintPrimaryKey, ast.ConstraintUniq, ast.ConstraintUniqKey, ast.ConstraintUniqIndex:
			if len(c.Keys) == 1 {
				if only, _ := t.find(c.Keys[0].Column.Name.O); only.Auto {
					continue
				}
			}
			uniques = append(uniques, "UNIQUE("+columns+")")
		case ast.ConstraintKey, ast.ConstraintIndex:
			indexes = append(indexes, columns)
		default:
			return nil, nil, unknown("This kind of key")
		}
	}
	return uniques, indexes, nil
}

func (t *TempTable) keyColumns(keys []*ast.IndexPartSpecification) (string, error) {
	parts := make([]string, len(keys))
	for i, k := range keys {
		if k.Column == nil {
			return "", unknown("A key of expressions")
		}
		c, found := t.find(k.Column.Name.O)
		if !found {
			return "", fault.New(fault.Invalid, "Key column '%s' doesn't exist in table", bounded(k.Column.Name.O))
		}
		parts[i] = name(c.Name)
	}
	return strings.Join(parts, ","), nil
}

func (s *session) dropTable(n *ast.DropTableStmt) ([]Step, error) {
	if n.IsView {
		return nil, forbidden("DROP VIEW")
	}
	var steps []Step
	for _, t := range n.Tables {
		if t.Schema.L != "" && t.Schema.L != s.schema {
			return nil, forbidden("the database %s is not this practice's", bounded(t.Schema.O))
		}
		t.Schema = ast.NewCIStr("")
		found := s.temp(t.Name.L)
		if found == nil {
			// Many commands begin by dropping what an earlier one might have left; nothing is ever left.
			if _, real := catalogue.Find(t.Name.L); !real && n.IfExists {
				continue
			}
			return nil, notTemporary(t.Name.O)
		}
		t.Name = ast.NewCIStr(found.Name)
		delete(s.temps, t.Name.L)
		one := &ast.DropTableStmt{Tables: []*ast.TableName{t}, TemporaryKeyword: ast.TemporaryLocal}
		text, err := native(one)
		if err != nil {
			return nil, err
		}
		steps = append(steps, Step{SQL: "DROP TABLE temp." + name(found.Name), Writes: true, Native: text})
	}
	return steps, nil
}

func (s *session) truncate(n *ast.TruncateTableStmt) ([]Step, error) {
	t, err := s.target(n.Table)
	if err != nil {
		return nil, err
	}
	return []Step{{SQL: "DELETE FROM temp." + name(t.Name), Writes: true, Native: "DELETE FROM `" + strings.ReplaceAll(t.Name, "`", "``") + "`"}}, nil
}

func (s *session) createIndex(n *ast.CreateIndexStmt) ([]Step, error) {
	t, err := s.target(n.Table)
	if err != nil {
		return nil, err
	}
	if n.KeyType != ast.IndexKeyTypeNone {
		return nil, unknown("CREATE UNIQUE INDEX; put the key into CREATE TEMPORARY TABLE")
	}
	columns, err := t.keyColumns(n.IndexPartSpecifications)
	if err != nil {
		return nil, err
	}
	n.IndexOption, n.LockAlg = nil, nil
	text, err := native(n)
	return []Step{{SQL: t.index(columns), Writes: true, Native: text}}, err
}
