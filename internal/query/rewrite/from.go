package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/opcode"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
)

// from emits a FROM and fills the scope with its tables.
func (e *emitter) from(s *scope, node ast.ResultSetNode) (string, error) {
	if err := e.deeper(); err != nil {
		return "", err
	}
	defer func() { e.depth-- }()
	switch n := node.(type) {
	case *ast.Join:
		return e.join(s, n)
	case *ast.TableSource:
		return e.table(s, n)
	}
	return "", unknown("A table of the form %T", node)
}

func (e *emitter) join(s *scope, n *ast.Join) (string, error) {
	if n.Right == nil {
		return e.from(s, n.Left)
	}
	left, err := e.from(s, n.Left)
	if err != nil {
		return "", err
	}
	before := len(s.sources)
	right, err := e.from(s, n.Right)
	if err != nil {
		return "", err
	}
	word := " JOIN "
	switch {
	case n.Tp == ast.LeftJoin:
		word = " LEFT JOIN "
	case n.Tp == ast.RightJoin:
		word = " RIGHT JOIN "
	case n.StraightJoin:
		word = " CROSS JOIN "
	}
	if inner, isJoin := n.Right.(*ast.Join); isJoin && inner.Right != nil && (n.On != nil || n.Tp != ast.CrossJoin) {
		right = "(" + right + ")"
	}
	on := ""
	switch {
	case n.NaturalJoin:
		on, err = e.mergeColumns(s, n, before, commonColumns(s.sources[:before], s.sources[before:]))
	case len(n.Using) > 0:
		var names []string
		for _, c := range n.Using {
			names = append(names, c.Name.O)
		}
		on, err = e.mergeColumns(s, n, before, names)
	case n.On != nil:
		var v value
		s.inWhere = true
		v, err = e.expr(s, n.On.Expr)
		s.inWhere = false
		on = v.truth()
	}
	if err != nil {
		return "", err
	}
	if on == "" {
		if word == " LEFT JOIN " || word == " RIGHT JOIN " {
			on = "1"
		} else {
			return left + word + right, nil
		}
	}
	return left + word + right + " ON " + on, nil
}

// commonColumns are what NATURAL joins by, in the order of the left side.
func commonColumns(left, right []*source) []string {
	var names []string
	for _, l := range left {
		for _, c := range l.all() {
			for _, r := range right {
				if _, found := r.find(c.name); found {
					names = append(names, c.name)
				}
			}
		}
	}
	return names
}

// mergeColumns makes pairs of columns one.
func (e *emitter) mergeColumns(s *scope, n *ast.Join, before int, names []string) (string, error) {
	var conditions []string
	for _, text := range names {
		left, err := e.side(s, 0, before, text)
		if err != nil {
			return "", err
		}
		right, err := e.side(s, before, len(s.sources), text)
		if err != nil {
			return "", err
		}
		conditions = append(conditions, compare(opcode.EQ, left.value, right.value).sql)
		m := merged{name: left.name, value: left.value, hides: []*sourceColumn{left, right}}
		if n.Tp == ast.RightJoin {
			m.value = right.value
		}
		kept := s.merged[:0]
		for _, old := range s.merged {
			if strings.EqualFold(old.name, text) {
				m.hides = append(m.hides, old.hides...)
				continue
			}
			kept = append(kept, old)
		}
		s.merged = append(kept, m)
	}
	return strings.Join(conditions, " AND "), nil
}

func (e *emitter) side(s *scope, from, to int, text string) (*sourceColumn, error) {
	for _, m := range s.merged {
		if strings.EqualFold(m.name, text) && from == 0 {
			return m.hides[0], nil
		}
	}
	var found *sourceColumn
	for _, src := range s.sources[from:to] {
		if c, there := src.find(text); there {
			if found != nil {
				return nil, fault.New(fault.Invalid, "Column '%s' in from clause is ambiguous", bounded(text))
			}
			found = c
		}
	}
	if found == nil {
		return nil, fault.New(fault.Invalid, "Unknown column '%s' in from clause", bounded(text))
	}
	return found, nil
}

// table emits one table of a FROM.
func (e *emitter) table(s *scope, n *ast.TableSource) (string, error) {
	if n.Lateral || len(n.ColumnNames) > 0 {
		return "", unknown("LATERAL, and names for the columns of a derived table")
	}
	switch t := n.Source.(type) {
	case *ast.TableName:
		return e.namedTable(s, n, t)
	case *ast.SelectStmt, *ast.SetOprStmt:
		return e.derivedTable(s, n, t)
	case *ast.Join:
		return e.parenthesised(s, t)
	}
	return "", unknown("A table of the form %T", n.Source)
}

func (e *emitter) parenthesised(s *scope, n *ast.Join) (string, error) {
	text, err := e.join(s, n)
	return "(" + text + ")", err
}

func (e *emitter) add(s *scope, alias string, columns []sourceColumn) error {
	pointers := make([]*sourceColumn, len(columns))
	for i := range columns {
		pointers[i] = &columns[i]
	}
	return e.addSource(s, &source{alias: alias, columns: pointers})
}

func (e *emitter) addSource(s *scope, added *source) error {
	for _, other := range s.sources {
		if strings.EqualFold(other.alias, added.alias) {
			return fault.New(fault.Invalid, "Not unique table/alias: '%s'", bounded(added.alias))
		}
	}
	s.sources = append(s.sources, added)
	return nil
}

func (e *emitter) derivedTable(s *scope, n *ast.TableSource, body ast.ResultSetNode) (string, error) {
	if n.AsName.O == "" {
		return "", fault.New(fault.Invalid, "Every derived table must have its own alias")
	}
	kept := *e
	e.clause, e.inAgg, e.nulls = tablesOnly, false, nil
	q, err := e.resultSet(s.parent, body)
	e.clause, e.inAgg, e.nulls, e.aggs, e.windows = kept.clause, kept.inAgg, kept.nulls, kept.aggs, kept.windows
	if err != nil {
		return "", err
	}
	alias := n.AsName.O
	columns := make([]sourceColumn, len(q.items))
	for i, it := range q.items {
		for _, other := range columns[:i] {
			if strings.EqualFold(other.name, it.name) {
				return "", fault.New(fault.Invalid, "Duplicate column name '%s'", bounded(it.name))
			}
		}
		columns[i] = sourceColumn{name: it.name, value: value{sql: fmt.Sprintf("%s.c%d", name(alias), i), t: it.value.t, column: true}}
	}
	text := q.render(nil, false)
	if len(e.assigns) > 0 {
		// Rows that are counted keep the order that the sub-query gives them, and it is run once.
		if strings.HasSuffix(text, orderMark) && !strings.Contains(q.tail, " LIMIT ") {
			text += " LIMIT -1"
		}
		text = `WITH "m" AS MATERIALIZED (` + text + `) SELECT * FROM "m"`
	}
	return "(" + text + ") AS " + name(alias), e.add(s, alias, columns)
}

func (e *emitter) namedTable(s *scope, n *ast.TableSource, t *ast.TableName) (string, error) {
	t.IndexHints = nil
	if t.TableSample != nil || t.AsOf != nil || len(t.PartitionNames) > 0 {
		return "", unknown("TABLESAMPLE, AS OF or PARTITION")
	}
	alias := n.AsName.O
	if alias == "" {
		alias = t.Name.O
	}
	if t.Schema.L == "information_schema" {
		return e.informationTable(s, n, t, alias)
	}
	if t.Schema.L != "" && t.Schema.L != e.session.schema {
		return "", forbidden("the database %s is not this practice's", bounded(t.Schema.O))
	}
	if t.Schema.L == "" {
		for i := len(e.ctes) - 1; i >= 0; i-- {
			if c := e.ctes[i]; strings.EqualFold(c.name, t.Name.O) {
				t.Name = ast.NewCIStr(c.name)
				return name(c.name) + " AS " + name(alias), e.add(s, alias, qualified(alias, c.columns))
			}
		}
	}
	t.Schema = ast.NewCIStr("")
	if temp := e.session.temp(t.Name.L); temp != nil {
		if n.AsName.O == "" {
			alias = temp.Name
		}
		t.Name = ast.NewCIStr(temp.Name)
		return "temp." + name(temp.Name) + " AS " + name(alias), e.add(s, alias, temp.columns(alias))
	}
	found, there := catalogue.Find(t.Name.L)
	if !there {
		return "", fault.New(fault.Invalid, "Table '%s.%s' doesn't exist", e.session.schema, bounded(t.Name.O))
	}
	if n.AsName.O == "" {
		alias = found.Name
	}
	t.Name = ast.NewCIStr(found.Name)
	text := ""
	switch {
	case found.Origin == catalogue.Stored && !found.Masked():
		text = "main." + name(found.Name)
	default:
		select_ := found.Statement()
		if err := e.replaceTable(n, select_, alias); err != nil {
			return "", err
		}
		text = "(" + select_ + ")"
	}
	return text + " AS " + name(alias), e.addSource(s, &source{alias: alias, stored: found})
}

// replaceTable puts a statement in a table's place in the tree, for MariaDB.
func (e *emitter) replaceTable(n *ast.TableSource, statement, alias string) error {
	parsed, err := parseOwn(statement)
	if err != nil {
		return err
	}
	n.Source, n.AsName = parsed, ast.NewCIStr(alias)
	return nil
}

func qualified(alias string, columns []sourceColumn) []sourceColumn {
	all := make([]sourceColumn, len(columns))
	for i, c := range columns {
		all[i] = c
		all[i].value.sql = name(alias) + "." + c.value.sql
	}
	return all
}
