package rewrite

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/format"
)

var placeOnly = regexp.MustCompile(`(?:BY|,) ?\d+`)

// restore is a tree as text, by which two expressions are known to be the same.
func restore(n ast.Node) string {
	var b strings.Builder
	if n.Restore(format.NewRestoreCtx(format.DefaultRestoreFlags, &b)) != nil {
		return ""
	}
	return strings.ToLower(b.String())
}

// rollup emits GROUP BY … WITH ROLLUP: the groups, and behind each run of them the same with the last
// key left out, down to all rows. Each level is a SELECT of its own in which the keys that it leaves out
// are NULL.
func (e *emitter) rollup(s *scope, n *ast.SelectStmt, with, from, where string) (*query, error) {
	keys := n.GroupBy.Items
	resolved := make([]map[string]bool, len(keys))
	for i, by := range keys {
		resolved[i] = e.spellings(s, n, by.Expr)
	}
	var levels []*query
	for level := len(keys); level >= 0; level-- {
		copied := *n
		copied.OrderBy, copied.Limit = nil, nil
		group := *n.GroupBy
		group.Rollup, group.Items = false, keys[:level]
		copied.GroupBy = &group
		if level == 0 {
			copied.GroupBy = nil
		}
		e.nulls = make(map[string]bool)
		for _, more := range resolved[level:] {
			for spelling := range more {
				e.nulls[spelling] = true
			}
		}
		e.aggs = false
		inner := *s
		inner.items, inner.grouped = nil, true
		q, err := e.rollupLevel(&inner, &copied, from, where, keys, level)
		if err != nil {
			return nil, err
		}
		levels = append(levels, q)
	}
	e.nulls = nil
	types, err := unifyParts(levels)
	if err != nil {
		return nil, err
	}
	count := len(n.Fields.Fields)
	all := &query{parts: levels, items: levels[0].items}
	for range levels[1:] {
		all.links = append(all.links, " UNION ALL ")
	}
	order, err := e.rollupOrder(s, n, levels[0].items[:count], types, len(keys))
	if err != nil {
		return nil, err
	}
	limit, err := e.limit(n.Limit)
	if err != nil {
		return nil, err
	}
	q := &query{with: with, head: "SELECT ", tail: fmt.Sprintf(` FROM (%s) AS "levels"%s%s%s`, all.render(types, false), order, limit, orderMark)}
	for i, it := range levels[0].items[:count] {
		it.value = value{sql: fmt.Sprintf(`"levels"."c%d"`, i), t: types[i], column: true}
		q.items = append(q.items, it)
	}
	return q, nil
}

// rollupLevel emits one level, with two columns for each key behind its own: whether it is left out, and
// the key.
func (e *emitter) rollupLevel(s *scope, n *ast.SelectStmt, from, where string, keys []*ast.ByItem, level int) (*query, error) {
	if level == 0 {
		// All rows are one group, none when there are no rows.
		n.GroupBy = &ast.GroupByClause{Items: nil}
	}
	q, err := e.body(s, n, from, where)
	if err != nil {
		return nil, err
	}
	if level == 0 {
		q.tail = strings.TrimSuffix(q.tail, orderMark)
		if !strings.Contains(q.tail, " HAVING ") {
			q.tail += " HAVING COUNT(*)>0"
		} else {
			q.tail += " AND COUNT(*)>0"
		}
	}
	for i, by := range keys {
		q.items = append(q.items, item{value: number(int64(boolInt(i >= level)))})
		v := nullValue
		if i < level {
			e.clause = tablesFirst
			if v, err = e.groupKey(s, by.Expr); err != nil {
				return nil, err
			}
		}
		q.items = append(q.items, item{value: v})
	}
	return q, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// spellings are the ways in which the list of columns may write a key: as GROUP BY does, with its table,
// or as the expression that an alias or a place stands for.
func (e *emitter) spellings(s *scope, n *ast.SelectStmt, key ast.ExprNode) map[string]bool {
	all := map[string]bool{restore(key): true}
	switch k := unwrap(key).(type) {
	case *ast.PositionExpr:
		if k.N >= 1 && k.N <= len(n.Fields.Fields) {
			all[restore(n.Fields.Fields[k.N-1].Expr)] = true
		}
	case *ast.ColumnNameExpr:
		all[restore(k)] = true
		for _, f := range n.Fields.Fields {
			if f.AsName.L == k.Name.Name.L {
				all[restore(f.Expr)] = true
			}
		}
		if _, from, count := s.inTables(k.Name); count == 1 && from != nil {
			c := k.Name.Name.O
			all[restore(&ast.ColumnNameExpr{Name: &ast.ColumnName{Name: ast.NewCIStr(c)}})] = true
			all[restore(&ast.ColumnNameExpr{Name: &ast.ColumnName{Table: ast.NewCIStr(from.alias), Name: ast.NewCIStr(c)}})] = true
		}
	}
	delete(all, "")
	return all
}

func (e *emitter) rollupOrder(s *scope, n *ast.SelectStmt, items []item, types []Type, keys int) (string, error) {
	var order []string
	if n.OrderBy != nil {
		named := &scope{parent: s.parent, items: items}
		for _, by := range n.OrderBy.Items {
			at, err := e.place(named, by.Expr)
			if err != nil {
				return "", err
			}
			if at == 0 {
				return "", unknown("ORDER BY an expression with ROLLUP")
			}
			order = append(order, value{sql: fmt.Sprintf(`"levels"."c%d"`, at-1), t: types[at-1]}.key()+direction(by.Desc))
		}
	} else {
		for i := range keys {
			at := len(items) + 2*i
			order = append(order, fmt.Sprintf(`"levels"."c%d"`, at),
				value{sql: fmt.Sprintf(`"levels"."c%d"`, at+1), t: types[at+1]}.key()+direction(n.GroupBy.Items[i].Desc))
		}
	}
	return " ORDER BY " + strings.Join(order, ","), nil
}
