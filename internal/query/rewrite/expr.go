package rewrite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/opcode"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/builtin"
)

// expr emits an expression.
func (e *emitter) expr(s *scope, node ast.ExprNode) (value, error) {
	if err := e.deeper(); err != nil {
		return value{}, err
	}
	defer func() { e.depth-- }()
	if e.nulls != nil && !e.inAgg && e.nulls[restore(node)] {
		return nullValue, nil
	}
	switch n := node.(type) {
	case *driver.ValueExpr:
		return literal(n)
	case *ast.ParenthesesExpr:
		v, err := e.expr(s, n.Expr)
		if err == nil && !v.written {
			v.sql = "(" + v.sql + ")"
		}
		return v, err
	case *ast.ColumnNameExpr:
		return e.column(s, n.Name)
	case *ast.BinaryOperationExpr:
		return e.binary(s, n)
	case *ast.UnaryOperationExpr:
		return e.unary(s, n)
	case *ast.BetweenExpr:
		return e.between(s, n)
	case *ast.CaseExpr:
		return e.caseExpr(s, n)
	case *ast.PatternInExpr:
		return e.in(s, n)
	case *ast.PatternLikeOrIlikeExpr:
		return e.like(s, n)
	case *ast.PatternRegexpExpr:
		return e.regexp(s, n)
	case *ast.IsNullExpr:
		v, err := e.expr(s, n.Expr)
		return of(boolType, v.fixed, "(%s IS %sNULL)", v.sql, not(n.Not)), err
	case *ast.IsTruthExpr:
		v, err := e.expr(s, n.Expr)
		is := "TRUE"
		if n.True == 0 {
			is = "FALSE"
		}
		return of(boolType, v.fixed, "((%s) IS %s%s)", v.truth(), not(n.Not), is), err
	case *ast.FuncCallExpr:
		return e.call(s, n)
	case *ast.FuncCastExpr:
		return e.cast(s, n)
	case *ast.AggregateFuncExpr:
		return e.aggregate(s, n)
	case *ast.WindowFuncExpr:
		return e.window(s, n)
	case *ast.SubqueryExpr:
		return e.scalar(s, n)
	case *ast.ExistsSubqueryExpr:
		return e.exists(s, n)
	case *ast.CompareSubqueryExpr:
		return e.compareAll(s, n)
	case *ast.VariableExpr:
		return e.variable(s, n)
	case *ast.RowExpr:
		return value{}, unknown("A row of values here")
	case *ast.SetCollationExpr:
		v, err := e.expr(s, n.Expr)
		v.t.Binary = strings.HasSuffix(strings.ToLower(n.Collate), "_bin") || strings.EqualFold(n.Collate, "binary")
		v.written, v.lead = false, false
		return v, err
	case *ast.ValuesExpr:
		if e.inserted != nil {
			if c, found := e.inserted.find(n.Column.Name.Name.O); found {
				return value{sql: "excluded." + name(c.Name), t: c.Type, column: true}, nil
			}
		}
		return value{}, unknown("VALUES() here")
	case *ast.DefaultExpr:
		return value{}, unknown("DEFAULT here")
	default:
		return value{}, unknown("%s", strings.TrimPrefix(fmt.Sprintf("%T", node), "*ast."))
	}
}

func not(is bool) string {
	if is {
		return "NOT "
	}
	return ""
}

// literal emits what was written.
func literal(n *driver.ValueExpr) (value, error) {
	switch n.Kind() {
	case driver.KindNull:
		return nullValue, nil
	case driver.KindInt64:
		return number(n.GetInt64()), nil
	case driver.KindUint64:
		text := fmt.Sprint(n.GetUint64())
		if n.GetUint64() > 1<<63-1 {
			return value{sql: fmt.Sprint(int64(n.GetUint64())), t: Type{Kind: Int, Unsigned: true}, fixed: true}, nil
		}
		return value{sql: text, t: intType, literal: text, written: true, fixed: true}, nil
	case driver.KindFloat32, driver.KindFloat64:
		text := realLiteral(n.GetFloat64()) // never negative: a minus is an operator
		return value{sql: text, t: dblType, literal: text, written: true, fixed: true}, nil
	case driver.KindMysqlDecimal:
		return decimalLiteral(n.GetMysqlDecimal().String()), nil
	case driver.KindString, driver.KindBytes:
		text := n.GetString()
		return value{sql: quote(text), t: textType, literal: text, written: true, fixed: true}, nil
	case driver.KindBinaryLiteral, driver.KindMysqlBit:
		text := string(n.GetBytes())
		return value{sql: quote(text), t: Type{Kind: Text, Binary: true}, literal: text, written: true, fixed: true}, nil
	}
	return value{}, unknown("A literal of this kind")
}

func decimalLiteral(text string) value {
	_, decimals, _ := strings.Cut(text, ".")
	if len(decimals) <= longestScale {
		if units, ok := scaleLiteral(text, len(decimals)); ok {
			return value{sql: units, t: exact(len(decimals)), literal: realDigits(text), written: true, fixed: true}
		}
	}
	return value{sql: realDigits(text), t: inexact(len(decimals)), literal: realDigits(text), written: true, fixed: true}
}

// realDigits is a decimal's text as SQLite reads it as a floating-point number.
func realDigits(text string) string {
	if !strings.Contains(text, ".") {
		return text + ".0"
	}
	return text
}

func (e *emitter) column(s *scope, n *ast.ColumnName) (value, error) {
	if n.Schema.L != "" && n.Schema.L != e.session.schema && n.Schema.L != "information_schema" {
		return value{}, forbidden("the database %s is not this practice's", bounded(n.Schema.O))
	}
	v, from, err := s.column(n, e.clause)
	if err != nil {
		return v, err
	}
	if from != nil {
		// The names as the tables have them: on MariaDB those of tables tell upper from lower case.
		if n.Table.O != "" {
			n.Table = ast.NewCIStr(from.alias)
			n.Schema = ast.NewCIStr("")
		}
	}
	return v, nil
}

func (e *emitter) binary(s *scope, n *ast.BinaryOperationExpr) (value, error) {
	if l, isRow := unwrap(n.L).(*ast.RowExpr); isRow {
		if r, isRow := unwrap(n.R).(*ast.RowExpr); isRow && len(l.Values) == len(r.Values) {
			return e.compareRows(s, n.Op, l, r)
		}
	}
	if n.Op == opcode.LogicAnd || n.Op == opcode.LogicOr {
		return e.chain(s, n)
	}
	l, err := e.expr(s, n.L)
	if err != nil {
		return l, err
	}
	r, err := e.expr(s, n.R)
	if err != nil {
		return r, err
	}
	fixed := l.fixed && r.fixed
	switch n.Op {
	case opcode.LogicXor:
		return of(boolType, fixed, "(((%s)<>0)<>((%s)<>0))", l.truth(), r.truth()), nil
	case opcode.EQ, opcode.NE, opcode.LT, opcode.LE, opcode.GT, opcode.GE, opcode.NullEQ:
		return compare(n.Op, l, r), nil
	case opcode.Plus, opcode.Minus, opcode.Mul, opcode.Div, opcode.IntDiv, opcode.Mod:
		return arithmetic(n.Op, l, r)
	case opcode.And, opcode.Or:
		return of(Type{Kind: Int, Unsigned: true}, fixed, "(%s %s %s)", l.integer(), map[opcode.Op]string{opcode.And: "&", opcode.Or: "|"}[n.Op], r.integer()), nil
	case opcode.Xor:
		a, b := l.integer(), r.integer()
		return of(Type{Kind: Int, Unsigned: true}, fixed, "((%s | %s) & ~(%s & %s))", a, b, a, b), nil
	case opcode.LeftShift:
		return of(Type{Kind: Int, Unsigned: true}, fixed, "my_shift(%s,%s)", l.integer(), r.integer()), nil
	case opcode.RightShift:
		return of(Type{Kind: Int, Unsigned: true}, fixed, "my_shift(%s,-(%s))", l.integer(), r.integer()), nil
	}
	return value{}, unknown("The operator %s", n.Op)
}

// chain emits conditions that are joined by the same word. A long list of them is not deep.
func (e *emitter) chain(s *scope, n *ast.BinaryOperationExpr) (value, error) {
	var terms []ast.ExprNode
	var node ast.ExprNode = n
	for {
		b, ok := node.(*ast.BinaryOperationExpr)
		if !ok || b.Op != n.Op {
			terms = append(terms, node)
			break
		}
		terms = append(terms, b.R)
		node = b.L
	}
	slices.Reverse(terms)
	values, err := e.exprs(s, terms)
	if err != nil {
		return value{}, err
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = v.truth()
	}
	word := " AND "
	if n.Op == opcode.LogicOr {
		word = " OR "
	}
	return of(boolType, allFixed(values), "%s", balanced(parts, word)), nil
}

// balanced joins conditions so that SQLite's tree of them is no deeper than it must be.
func balanced(parts []string, word string) string {
	if len(parts) <= 8 {
		return "(" + strings.Join(parts, word) + ")"
	}
	half := len(parts) / 2
	return "(" + balanced(parts[:half], word) + word + balanced(parts[half:], word) + ")"
}

func unwrap(n ast.ExprNode) ast.ExprNode {
	for {
		p, ok := n.(*ast.ParenthesesExpr)
		if !ok {
			return n
		}
		n = p.Expr
	}
}

func (e *emitter) unary(s *scope, n *ast.UnaryOperationExpr) (value, error) {
	v, err := e.expr(s, n.V)
	if err != nil {
		return v, err
	}
	switch n.Op {
	case opcode.Not, opcode.Not2:
		return of(boolType, v.fixed, "(NOT %s)", v.truth()), nil
	case opcode.Minus:
		return negative(v), nil
	case opcode.Plus:
		return v, nil
	case opcode.BitNeg:
		return of(Type{Kind: Int, Unsigned: true}, v.fixed, "(~%s)", v.integer()), nil
	}
	return value{}, unknown("The operator %s", n.Op)
}

func negative(v value) value {
	switch {
	case v.written && v.t.Kind == Int && v.literal == "0":
		return v
	case v.written && v.t.numeric() && !strings.HasPrefix(v.literal, "-"):
		v.literal, v.sql = "-"+v.literal, "(-"+v.sql+")"
		return v
	case v.t.numeric():
		return of(v.t, v.fixed, "(-(%s))", v.sql)
	case v.t.Kind == Null:
		return value{sql: "NULL", t: Type{Kind: Double}, fixed: true}
	case v.t.timed():
		return of(intType, v.fixed, "(-(%s))", v.num())
	}
	return of(dblType, v.fixed, "(-(%s))", v.num())
}

var operators = map[opcode.Op]string{
	opcode.EQ: "=", opcode.NE: "<>", opcode.LT: "<", opcode.LE: "<=", opcode.GT: ">", opcode.GE: ">=", opcode.NullEQ: "IS",
	opcode.Plus: "+", opcode.Minus: "-", opcode.Mul: "*", opcode.Div: "/", opcode.Mod: "%",
}

// arithmetic emits a calculation.
func arithmetic(op opcode.Op, l, r value) (value, error) {
	v, err := calculation(op, l, r)
	v.t.Wide = (l.t.Wide || r.t.Wide) && v.t.Kind != Double
	return v, err
}

// calculation chooses the type of a calculation as MySQL does: floating point if either side is, else
// decimal if either is, else integer.
func calculation(op opcode.Op, l, r value) (value, error) {
	fixed := l.fixed && r.fixed
	if l.t.Kind == Null || r.t.Kind == Null {
		t := Type{Kind: Double, Scale: min(free, max(l.t.decimals(), r.t.decimals()))}
		if op == opcode.IntDiv {
			t = intType
		}
		return value{sql: "NULL", t: t, fixed: true}, nil
	}
	l, r = asNumber(l), asNumber(r)
	double := l.t.Kind == Double || r.t.Kind == Double
	decimal := l.t.Kind == Decimal || r.t.Kind == Decimal
	switch op {
	case opcode.Div:
		if double {
			return of(Type{Kind: Double, Scale: min(free, max(l.t.decimals(), r.t.decimals())+4)}, fixed, "(%s/%s)", l.real(), r.real()), nil
		}
		return of(inexact(l.t.decimals()+4), fixed, "(%s/%s)", l.real(), r.real()), nil
	case opcode.IntDiv:
		if !double && !decimal {
			return of(intType, fixed, "(%s/%s)", l.sql, r.sql), nil
		}
		return of(intType, fixed, "my_intdiv(%s,%s)", l.num(), r.num()), nil
	case opcode.Mod:
		switch {
		case double:
			return of(Type{Kind: Double, Scale: min(free, max(l.t.decimals(), r.t.decimals()))}, fixed, "my_fmod(%s,%s)", l.num(), r.num()), nil
		case decimal:
			scale := max(l.t.decimals(), r.t.decimals())
			if scale > longestScale {
				return of(inexact(scale), fixed, "my_fmod(%s,%s)", l.num(), r.num()), nil
			}
			return of(exact(scale), fixed, "(%s%%%s)", l.scaled(scale), r.scaled(scale)), nil
		}
		return of(intType, fixed, "(%s%%%s)", l.sql, r.sql), nil
	}
	sign := operators[op]
	if double {
		return of(Type{Kind: Double, Scale: min(free, max(l.t.decimals(), r.t.decimals()))}, fixed, "(%s%s%s)", l.real(), sign, r.real()), nil
	}
	if !decimal {
		return of(intType, fixed, "(%s%s%s)", l.sql, sign, r.sql), nil
	}
	keeps := (l.t.Kind != Decimal || l.t.Exact) && (r.t.Kind != Decimal || r.t.Exact)
	scale := max(l.t.decimals(), r.t.decimals())
	if op == opcode.Mul {
		scale = l.t.decimals() + r.t.decimals()
		if keeps && scale <= longestScale {
			return of(exact(scale), fixed, "(%s*%s)", l.sql, r.sql), nil
		}
	}
	if keeps && scale <= longestScale {
		return of(exact(scale), fixed, "(%s%s%s)", l.scaled(scale), sign, r.scaled(scale)), nil
	}
	return of(inexact(scale), fixed, "(%s%s%s)", l.real(), sign, r.real()), nil
}

// asNumber is a value as arithmetic sees it.
func asNumber(v value) value {
	switch {
	case v.t.numeric():
		return v
	case v.t.Kind == Date, v.t.timed() && v.t.Scale == 0:
		return of(intType, v.fixed, "%s", v.num())
	case v.t.timed():
		return of(inexact(v.t.Scale), v.fixed, "%s", v.num())
	case v.t.Binary && v.written && len(v.literal) <= 8:
		n := int64(0)
		for _, b := range []byte(v.literal) {
			n = n<<8 | int64(b)
		}
		return number(n)
	}
	return of(dblType, v.fixed, "%s", v.num())
}

// compare emits a comparison of two values by the types of both.
func compare(op opcode.Op, l, r value) value {
	if r.lead && !l.lead || r.column && !l.column {
		return compare(turned(op), r, l)
	}
	a, b := comparable(l, r, op)
	return of(boolType, l.fixed && r.fixed, "(%s %s %s)", a, operators[op], b)
}

func turned(op opcode.Op) opcode.Op {
	switch op {
	case opcode.LT:
		return opcode.GT
	case opcode.LE:
		return opcode.GE
	case opcode.GT:
		return opcode.LT
	case opcode.GE:
		return opcode.LE
	}
	return op
}

// comparable is both sides of a comparison in one shape. A column stays as it is wherever it can, so
// that its index is used.
func comparable(l, r value, op opcode.Op) (string, string) {
	switch {
	case l.t.Kind == Null || r.t.Kind == Null:
		return l.sql, r.sql
	case l.t.texty() && r.t.texty():
		return collatedPair(l, r)
	case l.t.Kind == Date && r.t.Kind == Date:
		return l.sql, r.sql
	case l.t.timed() || r.t.timed():
		return comparableMoments(l, r, op)
	}
	return comparableNumbers(l, r)
}

func collatedPair(l, r value) (string, string) {
	if l.t.Binary || r.t.Binary {
		return l.sql + " COLLATE BINARY", r.sql
	}
	// The index of a column compares without regard to ASCII case.
	if l.lead && r.fixed {
		return l.sql, r.sql
	}
	return l.sql + " COLLATE " + builtin.Collation, r.sql
}

func comparableNumbers(l, r value) (string, string) {
	exactly := func(v value) bool { return v.t.Kind == Int || v.t.Kind == Decimal && v.t.Exact }
	if exactly(l) && exactly(r) {
		scale := max(l.t.decimals(), r.t.decimals())
		if l.t.Kind == Int && r.written {
			// A column of integers against 5.0 is one against 5.
			if whole, ok := strings.CutSuffix(strings.TrimRight(r.literal, "0"), "."); ok && r.t.Kind == Decimal {
				return l.sql, signed(whole)
			}
		}
		return l.scaled(scale), r.scaled(scale)
	}
	return l.num(), r.num()
}

// comparableMoments compares dates and times, and what is compared with them. A date and a date with a
// time compare as if the date had midnight.
func comparableMoments(l, r value, op opcode.Op) (string, string) {
	switch {
	case l.t.Kind == Date && (r.t.Kind == DateTime || r.t.texty() || r.t.numeric()):
		if r.fixed && l.column {
			return l.sql, dayFor(op, r)
		}
		return l.dateTime(0), momentOf(r)
	case r.t.Kind == Date && (l.t.texty() || l.t.numeric()):
		return momentOf(l), r.dateTime(0)
	case l.t.Kind == DateTime && (r.t.Kind == Date || r.t.Kind == DateTime && r.t.Scale == l.t.Scale):
		return l.sql, r.dateTime(l.t.Scale)
	case l.t.Kind == DateTime || r.t.Kind == DateTime || l.t.Kind == Date || r.t.Kind == Date:
		if l.t.Kind == DateTime && l.t.Scale == 0 && l.column {
			return l.sql, momentOf(r)
		}
		return momentOf(l), momentOf(r)
	}
	// Spans of time, and what is compared with them.
	return "my_timeus(" + l.moment() + ")", "my_timeus(" + r.moment() + ")"
}

// momentOf is any value as a date with a time, with decimals only where there are some.
func momentOf(v value) string {
	if v.t.Kind == Date {
		return v.dateTime(0)
	}
	if v.t.Kind == DateTime && v.t.Scale == 0 {
		return v.sql
	}
	if v.t.Kind == Time {
		return "my_cmpdatetime(" + v.sql + ")"
	}
	return "my_cmpdatetime(" + v.moment() + ")"
}

// dayFor is the day that a column of dates is compared with, so that the answer is as if with the moment.
func dayFor(op opcode.Op, v value) string {
	var f string
	switch op {
	case opcode.LT, opcode.GE:
		f = "my_ceil_day"
	case opcode.LE, opcode.GT:
		f = "my_floor_day"
	default:
		f = "my_exact_day"
	}
	return f + "(" + v.moment() + ")"
}

func (e *emitter) compareRows(s *scope, op opcode.Op, l, r *ast.RowExpr) (value, error) {
	if op != opcode.EQ && op != opcode.NE {
		return value{}, unknown("The comparison %s of rows", op)
	}
	parts := make([]string, len(l.Values))
	for i := range l.Values {
		pair, err := e.exprs(s, []ast.ExprNode{l.Values[i], r.Values[i]})
		if err != nil {
			return value{}, err
		}
		parts[i] = compare(opcode.EQ, pair[0], pair[1]).sql
	}
	return of(boolType, false, "(%s(%s))", not(op == opcode.NE), strings.Join(parts, " AND ")), nil
}

func (e *emitter) between(s *scope, n *ast.BetweenExpr) (value, error) {
	v, err := e.exprs(s, []ast.ExprNode{n.Expr, n.Left, n.Right})
	if err != nil {
		return value{}, err
	}
	low, high := compare(opcode.GE, v[0], v[1]), compare(opcode.LE, v[0], v[2])
	return of(boolType, allFixed(v), "(%s(%s AND %s))", not(n.Not), low.sql, high.sql), nil
}

func (e *emitter) caseExpr(s *scope, n *ast.CaseExpr) (value, error) {
	var subject *value
	if n.Value != nil {
		v, err := e.expr(s, n.Value)
		if err != nil {
			return v, err
		}
		subject = &v
	}
	var conditions []string
	var results []value
	fixed := subject == nil || subject.fixed
	for _, w := range n.WhenClauses {
		c, err := e.expr(s, w.Expr)
		if err != nil {
			return c, err
		}
		fixed = fixed && c.fixed
		if subject != nil {
			c = compare(opcode.EQ, *subject, c)
		}
		conditions = append(conditions, c.truth())
		r, err := e.expr(s, w.Result)
		if err != nil {
			return r, err
		}
		results = append(results, r)
	}
	if n.ElseClause != nil {
		r, err := e.expr(s, n.ElseClause)
		if err != nil {
			return r, err
		}
		results = append(results, r)
	}
	t := unifyAll(results)
	var b strings.Builder
	b.WriteString("CASE")
	for i, c := range conditions {
		b.WriteString(" WHEN " + c + " THEN " + results[i].as(t))
	}
	if n.ElseClause != nil {
		b.WriteString(" ELSE " + results[len(results)-1].as(t))
	}
	b.WriteString(" END")
	return of(t, fixed && allFixed(results), "(%s)", b.String()), nil
}

func (e *emitter) in(s *scope, n *ast.PatternInExpr) (value, error) {
	if row, isRow := unwrap(n.Expr).(*ast.RowExpr); isRow {
		return e.inRows(s, n, row)
	}
	v, err := e.expr(s, n.Expr)
	if err != nil {
		return v, err
	}
	if n.Sel != nil {
		q, err := e.subquery(s, n.Sel)
		if err != nil {
			return v, err
		}
		if len(q.items) != 1 {
			return v, fault.New(fault.Invalid, "Operand should contain 1 column(s)")
		}
		left, t := inShape(v, q.items[0].value.t)
		return of(boolType, false, "(%s %sIN (%s))", left, not(n.Not), q.render([]Type{t}, true)), nil
	}
	list, err := e.exprs(s, n.List)
	if err != nil {
		return v, err
	}
	fixed := v.fixed && allFixed(list)
	alike := true
	for _, x := range list {
		alike = alike && (x.t.Kind == Null || x.t.texty() == v.t.texty() && x.t.numeric() == v.t.numeric())
	}
	if alike && (v.t.texty() && !v.t.Binary || v.t.Kind == Int || v.t.Kind == Double) {
		parts := make([]string, len(list))
		for i, x := range list {
			parts[i] = x.sql
			if v.t.numeric() {
				parts[i] = x.num()
			}
		}
		left := v.sql
		if v.t.texty() && !(v.lead && allFixed(list)) {
			left = v.collated()
		}
		return of(boolType, fixed, "(%s %sIN (%s))", left, not(n.Not), strings.Join(parts, ",")), nil
	}
	if v.t.Kind == Date && v.column && allFixed(list) {
		return of(boolType, fixed, "(%s %sIN (%s))", v.sql, not(n.Not), joinSQL(list, func(x value) string {
			if x.t.Kind == Null {
				return "NULL"
			}
			return dayFor(opcode.EQ, x)
		})), nil
	}
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = compare(opcode.EQ, v, x).sql
	}
	return of(boolType, fixed, "(%s%s)", not(n.Not), balanced(parts, " OR ")), nil
}

// inShape is the left side of an IN, and the type that the sub-query's column takes for it.
func inShape(v value, t Type) (string, Type) {
	switch {
	case v.t.texty() && t.texty():
		if v.lead {
			return v.sql, t
		}
		return v.collated(), t
	case v.t.Kind == t.Kind && v.t.Kind != Decimal, v.t.Kind == Null, t.Kind == Null:
		return v.sql, t
	case v.t.dated() && (t.dated() || t.texty()), t.dated() && v.t.texty():
		return v.dateTime(0), Type{Kind: DateTime}
	case v.t.Kind == Int && t.Kind == Decimal && t.Exact && t.Scale == 0, t.Kind == Int && v.t.Kind == Decimal && v.t.Exact && v.t.Scale == 0:
		return v.sql, t
	}
	return v.num(), dblType
}

func (e *emitter) inRows(s *scope, n *ast.PatternInExpr, row *ast.RowExpr) (value, error) {
	left, err := e.exprs(s, row.Values)
	if err != nil {
		return value{}, err
	}
	if n.Sel != nil {
		q, err := e.subquery(s, n.Sel)
		if err != nil {
			return value{}, err
		}
		if len(q.items) != len(left) {
			return value{}, fault.New(fault.Invalid, "Operand should contain %d column(s)", len(left))
		}
		parts, types := make([]string, len(left)), make([]Type, len(left))
		for i := range left {
			parts[i], types[i] = inShape(left[i], q.items[i].value.t)
		}
		return of(boolType, false, "((%s) %sIN (%s))", strings.Join(parts, ","), not(n.Not), q.render(types, true)), nil
	}
	var any []string
	for _, x := range n.List {
		r, isRow := unwrap(x).(*ast.RowExpr)
		if !isRow || len(r.Values) != len(left) {
			return value{}, fault.New(fault.Invalid, "Operand should contain %d column(s)", len(left))
		}
		right, err := e.exprs(s, r.Values)
		if err != nil {
			return value{}, err
		}
		all := make([]string, len(left))
		for i := range left {
			all[i] = compare(opcode.EQ, left[i], right[i]).sql
		}
		any = append(any, "("+strings.Join(all, " AND ")+")")
	}
	return of(boolType, false, "(%s%s)", not(n.Not), balanced(any, " OR ")), nil
}

func (e *emitter) like(s *scope, n *ast.PatternLikeOrIlikeExpr) (value, error) {
	v, err := e.exprs(s, []ast.ExprNode{n.Expr, n.Pattern})
	if err != nil {
		return value{}, err
	}
	f := "my_like"
	if v[0].t.Binary || v[1].t.Binary {
		f = "my_likebin"
	}
	escape := string(rune(n.Escape))
	text, pattern := v[0].text(), v[1].text()
	sql := fmt.Sprintf("%s(%s,%s,%s)", f, text, pattern, quote(escape))
	// A beginning can be looked for in the column's index, before all of the pattern is looked at.
	if prefix := likePrefix(v[1], n.Escape); prefix != "" && v[0].lead && f == "my_like" {
		sql = fmt.Sprintf("(%s LIKE %s ESCAPE '\\' AND %s)", text, quote(prefix), sql)
	}
	return of(boolType, allFixed(v), "(%s%s)", not(n.Not), sql), nil
}

// likePrefix is a pattern's beginning of plain ASCII letters and digits with a % behind it, "" where it
// has none.
func likePrefix(pattern value, escape byte) string {
	if !pattern.written {
		return ""
	}
	end := 0
	for end < len(pattern.literal) {
		c := pattern.literal[end]
		if c >= 0x80 || c == '%' || c == '_' || c == escape || c == '\\' {
			break
		}
		end++
	}
	// Where a letter of another alphabet could stand for one of these, the index does not have it there.
	if end < 2 {
		return ""
	}
	return pattern.literal[:end] + "%"
}

func (e *emitter) regexp(s *scope, n *ast.PatternRegexpExpr) (value, error) {
	v, err := e.exprs(s, []ast.ExprNode{n.Expr, n.Pattern})
	if err != nil {
		return value{}, err
	}
	exactly := 0
	if v[0].t.Binary || v[1].t.Binary {
		exactly = 1
	}
	return of(boolType, allFixed(v), "(%smy_regexp(%s,%s,%d))", not(n.Not), v[0].text(), v[1].text(), exactly), nil
}

// variable emits a user variable's value or assignment.
func (e *emitter) variable(s *scope, n *ast.VariableExpr) (value, error) {
	key := strings.ToLower(n.Name)
	if n.IsSystem {
		return e.systemVariable(n, key)
	}
	if n.Value == nil {
		if t, assigned := e.assigns[key]; assigned {
			return of(t, false, "my_getvar(%s)", quote(key)), nil
		}
		return value{sql: e.param(Source{Variable: key}), t: variableType(e.session.variables[key]), fixed: true}, nil
	}
	v, err := e.expr(s, n.Value)
	if err != nil {
		return v, err
	}
	e.assigned[key] = unify(e.assigned[key], v.t)
	t := variableType(unify(e.assigns[key], v.t))
	return of(t, false, "my_setvar(%s,%s)", quote(key), v.as(t)), nil
}

// variableType is what a user variable holds of a value: dates become texts, as does what is not known.
func variableType(t Type) Type {
	switch t.Kind {
	case Int, Decimal, Double, Text:
		return t
	}
	return textType
}

func (e *emitter) systemVariable(n *ast.VariableExpr, key string) (value, error) {
	if n.IsGlobal || n.Value != nil {
		return value{}, forbidden("the server's variables are not the caller's")
	}
	switch key {
	case "version":
		return of(textType, true, "%s", quote(serverVersion)), nil
	case "version_comment":
		return of(textType, true, "'Bridgework'"), nil
	case "sql_mode", "init_connect":
		return of(textType, true, "''"), nil
	case "time_zone":
		return of(textType, true, "'SYSTEM'"), nil
	case "autocommit":
		return number(1), nil
	case "lower_case_table_names":
		return number(1), nil
	case "character_set_client", "character_set_connection", "character_set_results", "character_set_database", "character_set_server":
		return of(textType, true, "'utf8mb4'"), nil
	case "collation_connection", "collation_database", "collation_server":
		return of(textType, true, "'utf8mb4_general_ci'"), nil
	case "div_precision_increment":
		return number(4), nil
	case "max_allowed_packet":
		return number(16 << 20), nil
	case "group_concat_max_len":
		return number(1 << 20), nil
	}
	return value{}, forbidden("the server's variable %s is not the caller's", bounded(n.Name))
}

const serverVersion = "10.11.0-MariaDB-Bridgework"

// bounded shortens what the caller made up before it is said back.
func bounded(text string) string {
	const longest = 60
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

func isUnsigned(flag uint) bool { return mysql.HasUnsignedFlag(flag) }
