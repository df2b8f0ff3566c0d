package rewrite

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
)

// source is a table, a derived table or a common table expression in a FROM.
type source struct {
	alias   string // as it was given, or the table's own name
	columns []*sourceColumn
	target  bool // the table that an UPDATE changes

	// stored is the table of the catalogue whose columns are made when they are asked for: a query names
	// a few of many.
	stored *catalogue.Table
	made   map[int]*sourceColumn
}

type sourceColumn struct {
	name  string
	value value
}

func (s *source) find(column string) (*sourceColumn, bool) {
	if s.stored != nil {
		if i, found := s.stored.Place(column); found {
			return s.make(i), true
		}
		return nil, false
	}
	for _, c := range s.columns {
		if strings.EqualFold(c.name, column) {
			return c, true
		}
	}
	return nil, false
}

// make makes a column of a stored table, once.
func (s *source) make(i int) *sourceColumn {
	if c := s.made[i]; c != nil {
		return c
	}
	if s.made == nil {
		s.made = make(map[int]*sourceColumn)
	}
	c := &s.stored.Columns[i]
	made := &sourceColumn{name: c.Name, value: value{
		sql: name(s.alias) + "." + name(c.Name), t: typeOf(c), column: true, lead: c.Leads && s.stored.Origin == catalogue.Stored,
	}}
	s.made[i] = made
	return made
}

// all are the source's columns.
func (s *source) all() []*sourceColumn {
	if s.stored == nil {
		return s.columns
	}
	columns := make([]*sourceColumn, len(s.stored.Columns))
	for i := range columns {
		columns[i] = s.make(i)
	}
	return columns
}

// merged is a column that USING or NATURAL has made one of two.
type merged struct {
	name  string
	value value
	hides []*sourceColumn
}

// scope is what the names of a SELECT may mean.
type scope struct {
	parent  *scope
	sources []*source
	merged  []merged
	// items are the SELECT's own columns, by which GROUP BY, HAVING and ORDER BY may name them.
	items []item
	// windows are the named windows.
	windows map[string]*ast.WindowSpec
	// grouped tells that the SELECT groups or aggregates.
	grouped bool
	// aggregated tells that a sub-query aggregates over this SELECT's rows.
	aggregated bool
	// aggregating is set while an aggregate over this SELECT's rows is emitted.
	aggregating bool
	// inWhere is set while a WHERE, ON or GROUP BY is emitted, where nothing is aggregated and no window is; inHaving while
	// a HAVING is, where no window is.
	inWhere, inHaving bool
}

// item is a column of a result.
type item struct {
	name  string
	value value
	// aggs and windows tell that it aggregates, or has a function over a window.
	aggs, windows bool
	expr          ast.ExprNode
	alias         bool // the name was given
}

// order says where a name is looked for first.
type order uint8

const (
	tablesOnly order = iota
	tablesFirst
	itemsFirst
)

// column finds what a name means.
func (s *scope) column(n *ast.ColumnName, how order) (value, *source, error) {
	text := n.Name.O
	if n.Table.O != "" {
		text = n.Table.O + "." + text
	}
	for at := s; at != nil; at = at.parent {
		if n.Table.O == "" && how == itemsFirst && at == s {
			if it, found := at.item(n.Name.O); found {
				v, err := at.use(it)
				return v, nil, err
			}
		}
		v, from, count := at.inTables(n)
		if count == 1 {
			return v, from, nil
		}
		// A name that several tables have means the one that was selected.
		if n.Table.O == "" && how == tablesFirst && at == s {
			if it, found := at.item(n.Name.O); found {
				v, err := at.use(it)
				return v, nil, err
			}
		}
		if count > 1 {
			return value{}, nil, fault.New(fault.Invalid, "Column '%s' is ambiguous", text)
		}
	}
	return value{}, nil, fault.New(fault.Invalid, "Unknown column '%s'", text)
}

// home is the SELECT whose rows an aggregate of these arguments is over: the innermost one that has a column of theirs, and the one that
// the aggregate stands in where they name none.
func (s *scope) home(args []ast.ExprNode) *scope {
	finder := &columnFinder{}
	for _, arg := range args {
		arg.Accept(finder)
	}
	for at := s; at != nil; at = at.parent {
		for _, name := range finder.names {
			if _, _, count := at.inTables(name); count > 0 {
				return at
			}
		}
	}
	return s
}

// columnFinder collects the columns that an expression names, without those of its sub-queries.
type columnFinder struct{ names []*ast.ColumnName }

// Enter implements ast.Visitor.
func (f *columnFinder) Enter(n ast.Node) (ast.Node, bool) {
	if column, ok := n.(*ast.ColumnNameExpr); ok {
		f.names = append(f.names, column.Name)
	}
	_, isSubquery := n.(*ast.SubqueryExpr)
	return n, isSubquery
}

// Leave implements ast.Visitor.
func (f *columnFinder) Leave(n ast.Node) (ast.Node, bool) { return n, true }

func (s *scope) item(text string) (item, bool) {
	// An alias that was given wins over a column's own name.
	for _, given := range [...]bool{true, false} {
		for _, it := range s.items {
			if it.alias == given && strings.EqualFold(it.name, text) {
				return it, true
			}
		}
	}
	return item{}, false
}

// use is the value of an item that is named again, where its kind may stand.
func (s *scope) use(it item) (value, error) {
	switch {
	case it.windows && (s.inWhere || s.inHaving):
		return value{}, errWindow
	case it.aggs && s.inWhere:
		return value{}, fault.New(fault.Invalid, "Can't group on '%s'", bounded(it.name))
	}
	return it.value, nil
}

// What is said as MySQL and MariaDB say it.
var (
	errAggregate = fault.New(fault.Invalid, "Invalid use of group function")
	errWindow    = fault.New(fault.Invalid, "Window function is allowed only in SELECT list and ORDER BY clause")
)

func (s *scope) inTables(n *ast.ColumnName) (found value, from *source, count int) {
	if n.Table.O == "" {
		for _, m := range s.merged {
			if strings.EqualFold(m.name, n.Name.O) {
				found, count = m.value, count+1
			}
		}
	}
	for _, src := range s.sources {
		if n.Table.O != "" && !strings.EqualFold(src.alias, n.Table.O) {
			continue
		}
		c, there := src.find(n.Name.O)
		if !there || n.Table.O == "" && s.isMerged(c) {
			continue
		}
		found, from, count = c.value, src, count+1
	}
	return found, from, count
}

func (s *scope) isMerged(c *sourceColumn) bool {
	for _, m := range s.merged {
		for _, hidden := range m.hides {
			if hidden == c {
				return true
			}
		}
	}
	return false
}
