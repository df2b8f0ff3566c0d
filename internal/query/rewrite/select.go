package rewrite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// selectStmt emits a SELECT.
func (e *emitter) selectStmt(parent *scope, n *ast.SelectStmt) (*query, error) {
	if n.SelectIntoOpt != nil {
		return nil, forbidden("SELECT … INTO writes a file")
	}
	if n.Kind != ast.SelectStmtKindSelect {
		return nil, unknown("TABLE or VALUES as a statement")
	}
	n.LockInfo, n.TableHints = nil, nil // a reader locks nothing
	with, end, err := e.with(parent, n.With)
	if err != nil {
		return nil, err
	}
	defer end()
	outer := *e
	e.aggs, e.windows, e.clause, e.groups = false, false, tablesOnly, n.GroupBy != nil
	defer func() {
		e.aggs, e.windows, e.clause, e.nulls, e.groups = outer.aggs, outer.windows, outer.clause, outer.nulls, outer.groups
	}()

	s := &scope{parent: parent, windows: make(map[string]*ast.WindowSpec)}
	for i := range n.WindowSpecs {
		s.windows[n.WindowSpecs[i].Name.L] = &n.WindowSpecs[i]
	}
	from := ""
	if n.From != nil {
		if from, err = e.from(s, n.From.TableRefs); err != nil {
			return nil, err
		}
		from = " FROM " + from
	}
	where := ""
	if n.Where != nil {
		s.inWhere = true
		v, err := e.expr(s, n.Where)
		if err != nil {
			return nil, err
		}
		s.inWhere = false
		where = v.truth()
	}
	if err := e.expandStars(s, n); err != nil {
		return nil, err
	}
	if n.GroupBy != nil && n.GroupBy.Rollup {
		return e.rollup(s, n, with, from, where)
	}
	q, err := e.body(s, n, from, where)
	if err != nil {
		return nil, err
	}
	q.with = with
	return q, nil
}

// body emits what stands between SELECT and the end, over a scope whose FROM and WHERE are emitted.
func (e *emitter) body(s *scope, n *ast.SelectStmt, from, where string) (*query, error) {
	items, err := e.items(s, n)
	if err != nil {
		return nil, err
	}
	s.items = items
	s.grouped = n.GroupBy != nil || e.aggs
	groups, err := e.groupBy(s, n)
	if err != nil {
		return nil, err
	}
	having := ""
	if n.Having != nil {
		e.clause, s.inHaving = itemsFirst, true
		v, err := e.expr(s, n.Having.Expr)
		if err != nil {
			return nil, err
		}
		s.inHaving = false
		having = v.truth()
		s.grouped = s.grouped || e.aggs || s.aggregated
	}
	if having != "" && !s.grouped {
		// Without groups it is a condition on rows like any other.
		if where, having = and(where, having), ""; from == "" {
			from = " FROM (SELECT 1)"
		}
	}
	if having != "" && groups == "" && !slices.ContainsFunc(items, func(it item) bool { return it.aggs }) {
		return nil, unknown("HAVING where nothing is grouped, and no aggregate is selected,")
	}
	order, err := e.orderBy(s, n.OrderBy)
	if err != nil {
		return nil, err
	}
	if !s.grouped && (e.aggs || s.aggregated) {
		return nil, unknown("An aggregate in the ORDER BY of a SELECT without groups")
	}
	if order != "" && !s.grouped && e.assigning(n.Fields) {
		return e.numbered(s, n, from, where, order)
	}
	q := &query{items: items, head: "SELECT ", distinct: n.Distinct}
	if n.Distinct {
		q.head = "SELECT DISTINCT "
	}
	var tail strings.Builder
	tail.WriteString(from)
	if where != "" {
		tail.WriteString(" WHERE " + where)
	}
	if groups != "" {
		tail.WriteString(" GROUP BY " + groups)
	}
	if having != "" {
		tail.WriteString(" HAVING " + having)
	}
	text, err := e.limit(n.Limit)
	if err != nil {
		return nil, err
	}
	if order+text != "" {
		tail.WriteString(order + text + orderMark)
	}
	q.tail = tail.String()
	return q, nil
}

func and(a, b string) string {
	if a == "" {
		return b
	}
	return "(" + a + ") AND (" + b + ")"
}

// assigning tells whether a list assigns a user variable.
func (e *emitter) assigning(fields *ast.FieldList) bool {
	if len(e.assigns) == 0 {
		return false
	}
	finder := &assignmentFinder{}
	fields.Accept(finder)
	return finder.found != nil
}

// assignmentFinder gathers the assignments of user variables in a tree.
type assignmentFinder struct {
	found []*ast.VariableExpr
}

// Enter implements ast.Visitor.
func (f *assignmentFinder) Enter(n ast.Node) (ast.Node, bool) {
	if v, ok := n.(*ast.VariableExpr); ok && v.Value != nil && !v.IsSystem {
		f.found = append(f.found, v)
	}
	return n, false
}

// Leave implements ast.Visitor.
func (f *assignmentFinder) Leave(n ast.Node) (ast.Node, bool) { return n, true }

// numbered emits a SELECT that counts its rows in a user variable: the rows are put in order first and
// counted then, where SQLite would count them as it meets them.
func (e *emitter) numbered(s *scope, n *ast.SelectStmt, from, where, order string) (*query, error) {
	var columns []string
	for _, src := range s.sources {
		for _, column := range src.all() {
			c := &column.value
			columns = append(columns, fmt.Sprintf("%s AS k%d", c.sql, len(columns)))
			c.sql = fmt.Sprintf(`"sorted"."k%d"`, len(columns)-1)
			c.lead = false
		}
	}
	for i := range s.merged {
		c := &s.merged[i].value
		columns = append(columns, fmt.Sprintf("%s AS k%d", c.sql, len(columns)))
		c.sql = fmt.Sprintf(`"sorted"."k%d"`, len(columns)-1)
	}
	if strings.Contains(order, "my_setvar") || placeOnly.MatchString(order) {
		// It is ordered by a column that is not there yet.
		order = ""
		var keys []string
		for _, by := range n.OrderBy.Items {
			at, err := e.place(s, by.Expr)
			if err != nil {
				return nil, err
			}
			v := value{}
			if at > 0 {
				v = s.items[at-1].value
			} else {
				e.clause = itemsFirst
				if v, err = e.expr(s, by.Expr); err != nil {
					return nil, err
				}
			}
			keys = append(keys, v.key()+direction(by.Desc))
		}
		if !strings.Contains(strings.Join(keys, ""), "my_setvar") {
			order = " ORDER BY " + strings.Join(keys, ",")
		}
	}
	inner := "SELECT " + strings.Join(columns, ",") + from
	if len(columns) == 0 {
		inner = "SELECT 1" + from
	}
	if where != "" {
		inner += " WHERE " + where
	}
	text, err := e.limit(n.Limit)
	if err != nil {
		return nil, err
	}
	if text == "" {
		text = " LIMIT -1"
	}
	items, err := e.items(s, n)
	if err != nil {
		return nil, err
	}
	return &query{items: items, head: "SELECT ", tail: ` FROM (WITH "m" AS MATERIALIZED (` + inner + order + text + `) SELECT * FROM "m") AS "sorted"`}, nil
}

// items emits the list of columns.
func (e *emitter) items(s *scope, n *ast.SelectStmt) ([]item, error) {
	items := make([]item, 0, len(n.Fields.Fields))
	e.clause = tablesOnly
	aggs, windows := e.aggs, e.windows
	for _, f := range n.Fields.Fields {
		e.aggs, e.windows, s.aggregated = false, false, false
		v, err := e.expr(s, f.Expr)
		if err != nil {
			return nil, err
		}
		items = append(items, item{name: nameOf(f), value: v, aggs: e.aggs || s.aggregated, windows: e.windows, expr: f.Expr, alias: f.AsName.O != "" && !f.Auxiliary})
		aggs, windows = aggs || e.aggs || s.aggregated, windows || e.windows
	}
	e.aggs, e.windows, s.aggregated = aggs, windows, false
	// On MariaDB the columns have the names that they have here.
	for i, f := range n.Fields.Fields {
		if f.AsName.O == "" {
			f.AsName, f.Auxiliary = ast.NewCIStr(items[i].name), true
		}
	}
	return items, nil
}

// nameOf is the name of a column of the result, as MySQL gives it: the alias, the column's name as it
// was written, or the text of the expression.
func nameOf(f *ast.SelectField) string {
	if f.AsName.O != "" {
		return f.AsName.O
	}
	switch n := unwrap(f.Expr).(type) {
	case *ast.ColumnNameExpr:
		return n.Name.Name.O
	case *driver.ValueExpr:
		if n.Kind() == driver.KindString {
			return n.GetString()
		}
		return strings.Trim(strings.TrimSpace(f.Text()), "() ")
	}
	return strings.TrimSpace(f.Text())
}

// expandStars writes out the columns that * stands for, in the tree, so that what callers do not see is
// not in it on either engine.
func (e *emitter) expandStars(s *scope, n *ast.SelectStmt) error {
	if !slices.ContainsFunc(n.Fields.Fields, func(f *ast.SelectField) bool { return f.WildCard != nil }) {
		return nil
	}
	var fields []*ast.SelectField
	for _, f := range n.Fields.Fields {
		if f.WildCard == nil {
			fields = append(fields, f)
			continue
		}
		if len(s.sources) == 0 {
			return fault.New(fault.Invalid, "No tables used")
		}
		found := false
		if f.WildCard.Table.O == "" {
			for _, m := range s.merged {
				fields = append(fields, starField("", m.name))
			}
			found = true
		}
		for _, src := range s.sources {
			if f.WildCard.Table.O != "" && !strings.EqualFold(src.alias, f.WildCard.Table.O) {
				continue
			}
			found = true
			for _, column := range src.all() {
				if f.WildCard.Table.O == "" && s.isMerged(column) {
					continue
				}
				fields = append(fields, starField(src.alias, column.name))
			}
		}
		if !found {
			return fault.New(fault.Invalid, "Unknown table '%s'", bounded(f.WildCard.Table.O))
		}
	}
	n.Fields.Fields = fields
	return nil
}

func starField(table, column string) *ast.SelectField {
	return &ast.SelectField{Expr: &ast.ColumnNameExpr{Name: &ast.ColumnName{Table: ast.NewCIStr(table), Name: ast.NewCIStr(column)}}}
}

// groupBy emits the keys of the groups.
func (e *emitter) groupBy(s *scope, n *ast.SelectStmt) (string, error) {
	if n.GroupBy == nil {
		return "", nil
	}
	e.clause, s.inWhere = tablesFirst, true
	defer func() { s.inWhere = false }()
	var keys []string
	for _, by := range n.GroupBy.Items {
		v, err := e.groupKey(s, by.Expr)
		if err != nil {
			return "", err
		}
		if v.fixed && !v.column {
			// SQLite would take a number for a place.
			keys = append(keys, "NULL")
			continue
		}
		keys = append(keys, v.key())
	}
	return strings.Join(keys, ","), nil
}

func (e *emitter) groupKey(s *scope, n ast.ExprNode) (value, error) {
	if p, ok := unwrap(n).(*ast.PositionExpr); ok {
		if p.N < 1 || p.N > len(s.items) {
			return value{}, fault.New(fault.Invalid, "Unknown column '%d' in group statement", p.N)
		}
		return s.use(s.items[p.N-1])
	}
	return e.expr(s, n)
}

// orderBy emits the order of the rows: columns of the result by their place, others as they are.
func (e *emitter) orderBy(s *scope, order *ast.OrderByClause) (string, error) {
	if order == nil {
		return "", nil
	}
	var keys []string
	for _, by := range order.Items {
		at, err := e.place(s, by.Expr)
		if err != nil {
			return "", err
		}
		if at > 0 && !(s.items[at-1].value.t.Kind == Decimal && !s.items[at-1].value.t.Exact) && s.items[at-1].value.t.Kind != Time {
			keys = append(keys, placeKey(s.items[at-1].value.t, at)+direction(by.Desc))
			continue
		}
		e.clause = itemsFirst
		v, err := e.expr(s, by.Expr)
		if at > 0 {
			v, err = s.items[at-1].value, nil
		}
		if err != nil {
			return "", err
		}
		if v.fixed && !v.column {
			continue
		}
		keys = append(keys, v.key()+direction(by.Desc))
	}
	if keys == nil {
		return "", nil
	}
	return " ORDER BY " + strings.Join(keys, ","), nil
}
