package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// query is an emitted SELECT or set operation. Its columns are put in their final shape when it is
// rendered: who uses it may need them as other types.
type query struct {
	items    []item
	with     string
	head     string // SELECT or SELECT DISTINCT
	tail     string // from FROM on
	distinct bool
	parts    []*query // of a set operation
	links    []string // between them
}

// render writes the statement. types are the types of the columns, nil for their own; bare columns
// have no collation of their own.
func (q *query) render(types []Type, bare bool) string {
	if types == nil {
		types = make([]Type, len(q.items))
		for i, it := range q.items {
			types[i] = it.value.t
		}
	}
	var b strings.Builder
	b.WriteString(q.with)
	if q.parts != nil {
		for i, p := range q.parts {
			if i > 0 {
				b.WriteString(q.links[i-1])
			}
			b.WriteString(p.member(types))
		}
		b.WriteString(q.tail)
		return b.String()
	}
	b.WriteString(q.head)
	for i, it := range q.items {
		if i > 0 {
			b.WriteByte(',')
		}
		v := value{sql: it.value.as(types[i]), t: types[i]}
		if q.distinct {
			v.sql = v.key()
		}
		fmt.Fprintf(&b, "%s AS c%d", v.sql, i)
	}
	b.WriteString(q.tail)
	return b.String()
}

// member writes the statement as a part of a set operation, whose rows are told apart by keys.
func (q *query) member(types []Type) string {
	inner := *q
	if q.parts == nil && q.with == "" && !strings.Contains(q.tail, orderMark) {
		inner.distinct = true
		return inner.render(types, false)
	}
	columns := make([]string, len(types))
	for i, t := range types {
		columns[i] = fmt.Sprintf("%s AS c%d", value{sql: fmt.Sprintf("c%d", i), t: t}.key(), i)
	}
	return "SELECT " + strings.Join(columns, ",") + " FROM (" + inner.render(types, false) + ")"
}

// orderMark is a comment that begins what no member of a set operation may end with.
const orderMark = "/**/"

func (q *query) types() []Type {
	types := make([]Type, len(q.items))
	for i, it := range q.items {
		types[i] = it.value.t
	}
	return types
}

// resultSet emits whatever gives rows.
func (e *emitter) resultSet(parent *scope, node ast.ResultSetNode) (*query, error) {
	if err := e.deeper(); err != nil {
		return nil, err
	}
	defer func() { e.depth-- }()
	switch n := node.(type) {
	case *ast.SelectStmt:
		return e.selectStmt(parent, n)
	case *ast.SetOprStmt:
		return e.setOperation(parent, n.With, n.SelectList, n.OrderBy, n.Limit)
	case *ast.SubqueryExpr:
		return e.resultSet(parent, n.Query)
	}
	return nil, unknown("A query of the form %T", node)
}

func (e *emitter) with(parent *scope, w *ast.WithClause) (text string, end func(), err error) {
	end = func() {}
	if w == nil {
		return "", end, nil
	}
	before := len(e.ctes)
	end = func() { e.ctes = e.ctes[:before] }
	var parts []string
	for _, c := range w.CTEs {
		part, err := e.commonTable(parent, c, w.IsRecursive)
		if err != nil {
			end()
			return "", func() {}, err
		}
		parts = append(parts, part)
	}
	recursive := ""
	if w.IsRecursive {
		recursive = "RECURSIVE "
	}
	return "WITH " + recursive + strings.Join(parts, ",") + " ", end, nil
}

func (e *emitter) commonTable(parent *scope, c *ast.CommonTableExpression, recursive bool) (string, error) {
	made := &cte{name: c.Name.O}
	for _, column := range c.ColNameList {
		made.names = append(made.names, column.O)
	}
	set, isSet := c.Query.Query.(*ast.SetOprStmt)
	if recursive && isSet && e.mentions(set, c.Name.L) {
		return e.recursiveTable(parent, c, made, set)
	}
	q, err := e.resultSet(parent, c.Query.Query)
	if err != nil {
		return "", err
	}
	if err := made.describe(q.items, q.types()); err != nil {
		return "", err
	}
	e.ctes = append(e.ctes, made)
	return name(made.name) + "(" + made.columnList() + ") AS (" + q.render(nil, false) + ")", nil
}

// mentions tells whether a statement names a table.
func (e *emitter) mentions(n ast.Node, table string) bool {
	finder := &tableFinder{name: table}
	n.Accept(finder)
	return finder.found
}

type tableFinder struct {
	name  string
	found bool
}

// Enter implements ast.Visitor.
func (f *tableFinder) Enter(n ast.Node) (ast.Node, bool) {
	if t, ok := n.(*ast.TableName); ok && t.Name.L == f.name && t.Schema.L == "" {
		f.found = true
	}
	return n, f.found
}

// Leave implements ast.Visitor.
func (f *tableFinder) Leave(n ast.Node) (ast.Node, bool) { return n, true }

// recursiveTable emits a table that refers to itself: the parts before the first reference give the
// types.
func (e *emitter) recursiveTable(parent *scope, c *ast.CommonTableExpression, made *cte, set *ast.SetOprStmt) (string, error) {
	var parts []*query
	var links []string
	for i, n := range set.SelectList.Selects {
		if made.types == nil && e.mentions(n, c.Name.L) {
			if i == 0 {
				return "", unknown("A recursive table without a part that begins it")
			}
			types, err := unifyParts(parts)
			if err != nil {
				return "", err
			}
			for at, t := range types {
				if t.Kind == Text {
					types[at].Length = 0
				}
			}
			if err := made.describe(parts[0].items, types); err != nil {
				return "", err
			}
			e.ctes = append(e.ctes, made)
		}
		q, err := e.part(parent, n)
		if err != nil {
			return "", err
		}
		if made.types != nil && len(q.items) != len(made.types) || len(parts) > 0 && len(q.items) != len(parts[0].items) {
			return "", errColumns
		}
		if i > 0 {
			link, err := linkOf(n)
			if err != nil {
				return "", err
			}
			links = append(links, link)
		}
		parts = append(parts, q)
	}
	if set.OrderBy != nil || set.Limit != nil {
		return "", unknown("ORDER BY or LIMIT in a recursive table")
	}
	whole := &query{parts: parts, links: links, items: parts[0].items}
	return name(made.name) + "(" + made.columnList() + ") AS (" + whole.render(made.types, false) + ")", nil
}

var errColumns = fault.New(fault.Invalid, "The used SELECT statements have a different number of columns")

func (c *cte) describe(items []item, types []Type) error {
	if c.names != nil && len(c.names) != len(items) {
		return fault.New(fault.Invalid, "WITH column list and SELECT field list have different column counts")
	}
	c.types = types
	for i, it := range items {
		text := it.name
		if c.names != nil {
			text = c.names[i]
		}
		c.columns = append(c.columns, sourceColumn{name: text, value: value{sql: fmt.Sprintf("c%d", i), t: types[i], column: true}})
	}
	return nil
}

func (c *cte) columnList() string {
	parts := make([]string, len(c.columns))
	for i := range c.columns {
		parts[i] = fmt.Sprintf("c%d", i)
	}
	return strings.Join(parts, ",")
}

// part emits one SELECT of a set operation.
func (e *emitter) part(parent *scope, n ast.Node) (*query, error) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		return e.selectStmt(parent, n)
	case *ast.SetOprSelectList:
		return e.setOperation(parent, n.With, n, n.OrderBy, n.Limit)
	}
	return nil, unknown("A part of a set operation of the form %T", n)
}

func linkOf(n ast.Node) (string, error) {
	var after *ast.SetOprType
	switch n := n.(type) {
	case *ast.SelectStmt:
		after = n.AfterSetOperator
	case *ast.SetOprSelectList:
		after = n.AfterSetOperator
	}
	if after == nil {
		return "", unknown("A set operation without its word")
	}
	switch *after {
	case ast.Union:
		return " UNION ", nil
	case ast.UnionAll:
		return " UNION ALL ", nil
	case ast.Except:
		return " EXCEPT ", nil
	case ast.Intersect:
		return " INTERSECT ", nil
	}
	return "", unknown("%s", after.String())
}

func unifyParts(parts []*query) ([]Type, error) {
	types := parts[0].types()
	for _, p := range parts[1:] {
		if len(p.items) != len(types) {
			return nil, errColumns
		}
		for i, it := range p.items {
			types[i] = unify(types[i], it.value.t)
		}
	}
	return types, nil
}

func (e *emitter) setOperation(parent *scope, w *ast.WithClause, list *ast.SetOprSelectList, order *ast.OrderByClause, limit *ast.Limit) (*query, error) {
	with, end, err := e.with(parent, w)
	if err != nil {
		return nil, err
	}
	defer end()
	q := &query{with: with}
	kinds := make(map[string]bool)
	for i, n := range list.Selects {
		p, err := e.part(parent, n)
		if err != nil {
			return nil, err
		}
		q.parts = append(q.parts, p)
		if i == 0 {
			continue
		}
		link, err := linkOf(n)
		if err != nil {
			return nil, err
		}
		kinds[link] = true
		q.links = append(q.links, link)
	}
	if kinds[" INTERSECT "] && len(kinds) > 1 {
		return nil, unknown("INTERSECT beside other set operations without parentheses")
	}
	types, err := unifyParts(q.parts)
	if err != nil {
		return nil, err
	}
	for i, it := range q.parts[0].items {
		q.items = append(q.items, item{name: it.name, alias: true, value: value{sql: fmt.Sprintf("c%d", i), t: types[i]}})
	}
	if len(q.parts) == 1 && order == nil && limit == nil {
		only := q.parts[0]
		only.with = with + only.with
		return only, nil
	}
	tail, err := e.setOrder(parent, q, order)
	if err != nil {
		return nil, err
	}
	text, err := e.limit(limit)
	if err != nil {
		return nil, err
	}
	if text != "" || tail != "" {
		q.tail = tail + text + orderMark
	}
	return q, nil
}

// setOrder orders the rows of a set operation, by their names and places.
func (e *emitter) setOrder(parent *scope, q *query, order *ast.OrderByClause) (string, error) {
	if order == nil {
		return "", nil
	}
	s := &scope{parent: parent, items: q.items}
	var keys []string
	for _, by := range order.Items {
		at, err := e.place(s, by.Expr)
		if err != nil {
			return "", err
		}
		if at == 0 {
			return "", unknown("ORDER BY an expression behind a set operation")
		}
		keys = append(keys, placeKey(q.items[at-1].value.t, at)+direction(by.Desc))
	}
	return " ORDER BY " + strings.Join(keys, ","), nil
}

// placeKey orders by a column of the result.
func placeKey(t Type, at int) string {
	if t.texty() && !t.Plain {
		return value{sql: fmt.Sprint(at), t: t}.collated()
	}
	return fmt.Sprint(at)
}

// place is the column of the result that an ordering names, by its number or name; 0 is none.
func (e *emitter) place(s *scope, n ast.ExprNode) (int, error) {
	switch n := unwrap(n).(type) {
	case *ast.PositionExpr:
		if n.N < 1 || n.N > len(s.items) {
			return 0, fault.New(fault.Invalid, "Unknown column '%d' in order clause", n.N)
		}
		return n.N, nil
	case *ast.ColumnNameExpr:
		if n.Name.Table.O != "" {
			return 0, nil
		}
		for _, given := range [...]bool{true, false} {
			for i, it := range s.items {
				if it.alias == given && strings.EqualFold(it.name, n.Name.Name.O) {
					return i + 1, nil
				}
			}
		}
	}
	return 0, nil
}

func (e *emitter) limit(l *ast.Limit) (string, error) {
	if l == nil {
		return "", nil
	}
	count, err := e.expr(nil, l.Count)
	if err != nil {
		return "", err
	}
	text := " LIMIT " + limitNumber(count)
	if l.Offset != nil {
		offset, err := e.expr(nil, l.Offset)
		if err != nil {
			return "", err
		}
		text += " OFFSET " + limitNumber(offset)
	}
	return text, nil
}

// limitNumber keeps 18446744073709551615, which is MySQL's way to say all, a number of SQLite's.
func limitNumber(v value) string {
	if v.t.Unsigned {
		return "-1"
	}
	return v.integer()
}
