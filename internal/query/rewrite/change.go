package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// onlyTable is the one table of a statement's table list, nil when there are several.
func onlyTable(refs *ast.TableRefsClause) *ast.TableSource {
	if refs == nil || refs.TableRefs == nil || refs.TableRefs.Right != nil {
		return nil
	}
	t, _ := refs.TableRefs.Left.(*ast.TableSource)
	return t
}

func (s *session) insert(n *ast.InsertStmt) ([]Step, error) {
	source := onlyTable(n.Table)
	if source == nil {
		return nil, forbidden("INSERT into this")
	}
	named, ok := source.Source.(*ast.TableName)
	if !ok {
		return nil, forbidden("INSERT into this")
	}
	t, err := s.target(named)
	if err != nil {
		return nil, err
	}
	n.TableHints, n.PartitionNames = nil, nil
	columns, err := t.named(n.Columns)
	if err != nil {
		return nil, err
	}
	e, err := s.begin(n)
	if err != nil {
		return nil, err
	}
	var sql string
	e, err = s.settle(e, func(e *emitter) (err error) {
		sql, err = e.insert(t, columns, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	text, err := native(n)
	return []Step{{SQL: sql, Params: e.params, Writes: true, Native: text}}, err
}

// named are the columns that an INSERT gives values for; all where it names none.
func (t *TempTable) named(list []*ast.ColumnName) ([]*TempColumn, error) {
	var columns []*TempColumn
	if len(list) == 0 {
		for i := range t.Columns {
			columns = append(columns, &t.Columns[i])
		}
		return columns, nil
	}
	for _, n := range list {
		c, found := t.find(n.Name.O)
		if !found {
			return nil, fault.New(fault.Invalid, "Unknown column '%s' in field list", bounded(n.Name.O))
		}
		columns = append(columns, c)
	}
	return columns, nil
}

var errCount = fault.New(fault.Invalid, "Column count doesn't match value count")

func (e *emitter) insert(t *TempTable, columns []*TempColumn, n *ast.InsertStmt) (string, error) {
	names := make([]string, len(columns))
	types := make([]Type, len(columns))
	for i, c := range columns {
		names[i], types[i] = name(c.Name), c.Type
	}
	word := "INSERT"
	switch {
	case n.IsReplace:
		word = "INSERT OR REPLACE"
	case n.IgnoreErr:
		word = "INSERT OR IGNORE"
	}
	body := ""
	if n.Select != nil {
		q, err := e.resultSet(nil, n.Select)
		if err != nil {
			return "", err
		}
		if len(q.items) != len(columns) {
			return "", errCount
		}
		body = q.render(types, false)
		if len(n.OnDuplicate) > 0 {
			body = "SELECT * FROM (" + body + ") WHERE true" // else SQLite reads ON as the join's
		}
	} else {
		var rows []string
		for _, list := range n.Lists {
			row, err := e.insertRow(columns, list)
			if err != nil {
				return "", err
			}
			rows = append(rows, row)
		}
		body = "VALUES " + strings.Join(rows, ",")
	}
	update, err := e.onDuplicate(t, n.OnDuplicate)
	return fmt.Sprintf("%s INTO temp.%s(%s) %s%s", word, name(t.Name), strings.Join(names, ","), body, update), err
}

func (e *emitter) insertRow(columns []*TempColumn, list []ast.ExprNode) (string, error) {
	if len(list) != len(columns) {
		return "", errCount
	}
	parts := make([]string, len(list))
	for i, x := range list {
		c := columns[i]
		if d, ok := x.(*ast.DefaultExpr); ok && d.Name == nil {
			switch {
			case c.Auto:
				parts[i] = "NULL"
			case c.Default.sql != "":
				parts[i] = c.Default.as(c.Type)
			case c.NotNull:
				parts[i] = c.zero()
			default:
				parts[i] = "NULL"
			}
			continue
		}
		v, err := e.expr(&scope{}, x)
		if err != nil {
			return "", err
		}
		parts[i] = v.as(c.Type)
		if c.Auto {
			parts[i] = "nullif(" + parts[i] + ",0)"
		}
	}
	return "(" + strings.Join(parts, ",") + ")", nil
}

// onDuplicate is ON DUPLICATE KEY UPDATE, in which VALUES(column) is what was to be inserted.
func (e *emitter) onDuplicate(t *TempTable, list []*ast.Assignment) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	s := &scope{}
	if err := e.add(s, t.Name, t.columns(t.Name)); err != nil {
		return "", err
	}
	e.inserted = t
	defer func() { e.inserted = nil }()
	sets, err := e.assignments(s, t, list)
	return " ON CONFLICT DO UPDATE SET " + sets, err
}

// assignments emit a SET list. As in MySQL an assignment sees what those before it have assigned.
func (e *emitter) assignments(s *scope, t *TempTable, list []*ast.Assignment) (string, error) {
	var parts []string
	for _, a := range list {
		c, found := t.find(a.Column.Name.O)
		if !found {
			return "", fault.New(fault.Invalid, "Unknown column '%s' in field list", bounded(a.Column.Name.O))
		}
		v, err := e.expr(s, a.Expr)
		if err != nil {
			return "", err
		}
		sql := v.as(c.Type)
		parts = append(parts, name(c.Name)+"="+sql)
		for _, src := range s.sources {
			if column, there := src.find(c.Name); there && src.target {
				column.value.sql = "(" + sql + ")"
			}
		}
	}
	return strings.Join(parts, ","), nil
}

func (s *session) update(n *ast.UpdateStmt) ([]Step, error) {
	if n.With != nil || n.Order != nil || n.Limit != nil {
		return nil, s.refuseChange(n.TableRefs, "UPDATE with WITH, ORDER BY or LIMIT")
	}
	n.TableHints = nil
	return s.write(n, func(e *emitter) (string, error) { return e.update(n) })
}

// write is the one step of a statement that changes a temporary table.
func (s *session) write(n ast.Node, emit func(*emitter) (string, error)) ([]Step, error) {
	e, err := s.begin(n)
	if err != nil {
		return nil, err
	}
	var sql string
	e, err = s.settle(e, func(e *emitter) (err error) {
		sql, err = emit(e)
		return err
	})
	if err != nil {
		return nil, err
	}
	text, err := native(n)
	return []Step{{SQL: sql, Params: e.params, Writes: true, Native: text}}, err
}

// refuseChange refuses a form that is not known: as a change of a real table, if it is one.
func (s *session) refuseChange(refs *ast.TableRefsClause, what string) error {
	if source := onlyTable(refs); source != nil {
		if t, ok := source.Source.(*ast.TableName); ok {
			if _, err := s.target(t); err != nil {
				return err
			}
			return unknown("%s", what)
		}
	}
	return forbidden("%s", what)
}

// update finds the one temporary table whose columns are set. All others are only read.
func (e *emitter) update(n *ast.UpdateStmt) (string, error) {
	s := &scope{}
	targets, err := e.targets(n.TableRefs.TableRefs)
	if err != nil {
		return "", err
	}
	from, err := e.from(s, n.TableRefs.TableRefs)
	if err != nil {
		return "", err
	}
	var target *source
	var table *TempTable
	for _, a := range n.List {
		_, src, err := s.column(a.Column, tablesOnly)
		if err != nil {
			return "", err
		}
		if src == nil || target != nil && src != target {
			return "", unknown("UPDATE of several tables at once")
		}
		target = src
		if table = targets[strings.ToLower(src.alias)]; table == nil {
			return "", notTemporary(src.alias)
		}
	}
	where := ""
	if n.Where != nil {
		v, err := e.expr(s, n.Where)
		if err != nil {
			return "", err
		}
		where = v.truth()
	}
	target.target = true
	sets, err := e.assignments(s, table, n.List)
	if err != nil {
		return "", err
	}
	sql := fmt.Sprintf(`UPDATE temp.%s AS "target of update" SET %s FROM %s WHERE "target of update".rowid=%s.rowid`, name(table.Name), sets, from, name(target.alias))
	if where != "" {
		sql += " AND (" + where + ")"
	}
	return sql, nil
}

// targets are the temporary tables in a list of tables, by their aliases.
func (e *emitter) targets(node ast.ResultSetNode) (map[string]*TempTable, error) {
	found := make(map[string]*TempTable)
	var walk func(n ast.ResultSetNode)
	walk = func(n ast.ResultSetNode) {
		switch n := n.(type) {
		case *ast.Join:
			walk(n.Left)
			if n.Right != nil {
				walk(n.Right)
			}
		case *ast.TableSource:
			switch t := n.Source.(type) {
			case *ast.TableName:
				if temp := e.session.temp(t.Name.L); temp != nil && (t.Schema.L == "" || t.Schema.L == e.session.schema) {
					alias := n.AsName.L
					if alias == "" {
						alias = t.Name.L
					}
					found[alias] = temp
				}
			case *ast.Join:
				walk(t)
			}
		}
	}
	walk(node)
	if len(found) == 0 {
		return nil, forbidden("none of the tables is a temporary table of this command")
	}
	return found, nil
}

func (s *session) deleteRows(n *ast.DeleteStmt) ([]Step, error) {
	if n.With != nil {
		return nil, s.refuseChange(n.TableRefs, "DELETE with WITH")
	}
	n.TableHints = nil
	return s.write(n, func(e *emitter) (string, error) { return e.delete(n) })
}

func (e *emitter) delete(n *ast.DeleteStmt) (string, error) {
	targets, err := e.targets(n.TableRefs.TableRefs)
	if err != nil {
		return "", err
	}
	s := &scope{}
	from, err := e.from(s, n.TableRefs.TableRefs)
	if err != nil {
		return "", err
	}
	alias := ""
	if n.IsMultiTable {
		if len(n.Tables.Tables) != 1 {
			return "", unknown("DELETE from several tables at once")
		}
		alias = n.Tables.Tables[0].Name.L
	} else if len(s.sources) == 1 {
		alias = strings.ToLower(s.sources[0].alias)
	}
	table := targets[alias]
	if table == nil {
		return "", notTemporary(alias)
	}
	for _, src := range s.sources {
		if strings.EqualFold(src.alias, alias) {
			alias = src.alias
		}
	}
	sql := fmt.Sprintf("SELECT %s.rowid FROM %s", name(alias), from)
	if n.Where != nil {
		v, err := e.expr(s, n.Where)
		if err != nil {
			return "", err
		}
		sql += " WHERE " + v.truth()
	}
	order, err := e.orderBy(s, n.Order)
	if err != nil {
		return "", err
	}
	limit, err := e.limit(n.Limit)
	return fmt.Sprintf("DELETE FROM temp.%s WHERE rowid IN (%s%s%s)", name(table.Name), sql, order, limit), err
}
