package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Source says what a parameter of a step is bound to when it runs.
type Source struct {
	Moment   Moment // for a moment of the run
	Variable string // for a user variable, in lower case
}

// Moment is one of the forms of the time at which a command runs.
type Moment uint8

// The forms.
const (
	NoMoment  Moment = iota
	Now              // 2021-11-30 23:59:59, in the server's time zone
	Today            // 2021-11-30
	TimeOfDay        // 23:59:59
	UTCNow
	UTCToday
	UTCTimeOfDay
	UnixNow   // seconds
	NowMicros // 2021-11-30 23:59:59.000000
	TablesOf  // the rows of information_schema.tables, as JSON
	ColumnsOf // of information_schema.columns
)

// emitter turns one statement's tree into SQLite's SQL.
type emitter struct {
	session  *session
	params   []Source
	byParam  map[Source]int
	ctes     []*cte
	inserted *TempTable // while ON DUPLICATE KEY UPDATE is emitted, the table
	depth    int
	nulls    map[string]bool // of the grouping expressions, those that this level of a ROLLUP has no value for
	inAgg    bool
	aggs     bool // an aggregate was met, outside of sub-queries
	windows  bool
	groups   bool            // the SELECT has a GROUP BY
	assigns  map[string]Type // user variables that the statement assigns, with the types that they are read as
	assigned map[string]Type // and those that they were assigned
	clause   order           // where names are looked for first
}

// cte is a common table expression in reach.
type cte struct {
	name    string
	columns []sourceColumn // values are named by column only; a source qualifies them
	types   []Type
	names   []string
}

func newEmitter(s *session) *emitter {
	return &emitter{session: s, byParam: make(map[Source]int)}
}

// param is the place of a bound value.
func (e *emitter) param(s Source) string {
	at, found := e.byParam[s]
	if !found {
		e.params = append(e.params, s)
		at = len(e.params)
		e.byParam[s] = at
	}
	return fmt.Sprintf("?%d", at)
}

func (e *emitter) moment(m Moment, t Type) value {
	return value{sql: e.param(Source{Moment: m}), t: t, fixed: true}
}

// unknown refuses what the rewrite does not know, by its name.
func unknown(format string, args ...any) error {
	return fault.New(fault.Invalid, "%s is not supported", fmt.Sprintf(format, args...))
}

// forbidden refuses what is not read-only.
func forbidden(format string, args ...any) error {
	return fault.New(fault.Forbidden, "Query is not read-only or is not executing on temporary tables: %s", fmt.Sprintf(format, args...))
}

// deepest bounds nesting: what is deeper was made to be hard to read.
const deepest = 100

func (e *emitter) deeper() error {
	if e.depth++; e.depth > deepest {
		return fault.New(fault.Invalid, "The statement is nested more than %d deep", deepest)
	}
	return nil
}

// exprs emits a list.
func (e *emitter) exprs(s *scope, nodes []ast.ExprNode) ([]value, error) {
	values := make([]value, len(nodes))
	for i, n := range nodes {
		v, err := e.expr(s, n)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func allFixed(values []value) bool {
	for _, v := range values {
		if !v.fixed {
			return false
		}
	}
	return true
}

func joinSQL(values []value, each func(value) string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = each(v)
	}
	return strings.Join(parts, ",")
}
