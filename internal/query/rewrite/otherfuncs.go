package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/opcode"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

func otherDefinitions() map[string]definition {
	text := func(answer string) definition {
		return define(0, 1, func(*emitter, []value) (value, error) { return of(textType, true, "%s", quote(answer)), nil })
	}
	schema := define(0, 0, func(e *emitter, _ []value) (value, error) {
		return of(textType, true, "%s", quote(e.session.schema)), nil
	})
	jsonOf := func(v value) string {
		switch {
		case v.t.Kind == JSON:
			return "my_tojson(" + v.sql + ",'j')"
		case v.t.numeric():
			return "my_tojson(" + v.text() + ",'n')"
		}
		return "my_tojson(" + v.text() + ",'s')"
	}
	json := Type{Kind: JSON}
	return map[string]definition{
		"if": define(3, 3, func(_ *emitter, v []value) (value, error) {
			t := unify(v[1].t, v[2].t)
			return of(t, allFixed(v), "iif(%s,%s,%s)", v[0].truth(), v[1].as(t), v[2].as(t)), nil
		}),
		"ifnull":   define(2, 2, coalesce),
		"nvl":      define(2, 2, coalesce),
		"coalesce": define(1, -1, coalesce),
		"nullif": define(2, 2, func(_ *emitter, v []value) (value, error) {
			return of(v[0].t, allFixed(v), "(CASE WHEN %s THEN NULL ELSE %s END)", compare(opcode.EQ, v[0], v[1]).sql, v[0].sql), nil
		}),
		"isnull": define(1, 1, func(_ *emitter, v []value) (value, error) {
			return of(boolType, v[0].fixed, "(%s IS NULL)", v[0].sql), nil
		}),
		"database": schema, "schema": schema,
		"user": text("query@localhost"), "current_user": text("query@localhost"), "session_user": text("query@localhost"), "system_user": text("query@localhost"),
		"version": text(serverVersion), "current_role": define(0, 0, func(*emitter, []value) (value, error) { return nullValue, nil }),
		"connection_id":  define(0, 0, func(*emitter, []value) (value, error) { return number(1), nil }),
		"last_insert_id": define(0, 0, func(*emitter, []value) (value, error) { return number(0), nil }),
		"charset":        text("utf8mb4"), "collation": text("utf8mb4_general_ci"),
		"any_value": define(1, 1, func(_ *emitter, v []value) (value, error) { return v[0], nil }),

		"json_valid": define(1, 1, simple("my_jsonvalid", "s", boolType)), "json_extract": define(2, -1, simple("my_jsonextract", "s", json)),
		"json_value": define(2, 2, simple("my_jsonvalue", "s", textType)), "json_query": define(2, 2, simple("my_jsonquery", "s", json)),
		"json_exists": define(2, 2, simple("my_jsonexists", "s", boolType)), "json_unquote": define(1, 1, simple("my_jsonunquote", "s", textType)),
		"json_quote": define(1, 1, simple("my_jsonquote", "s", textType)), "json_length": define(1, 2, simple("my_jsonlength", "s", intType)),
		"json_keys": define(1, 2, simple("my_jsonkeys", "s", json)), "json_type": define(1, 1, simple("my_jsontype", "s", textType)),
		"json_contains": define(2, 2, simple("my_jsoncontains", "s", boolType)),
		"json_array": define(0, -1, func(_ *emitter, v []value) (value, error) {
			return of(json, allFixed(v), "my_jsonarray(%s)", joinSQL(v, jsonOf)), nil
		}),
		"json_object": define(0, -1, func(_ *emitter, v []value) (value, error) {
			if len(v)%2 != 0 {
				return value{}, fault.New(fault.Invalid, "Incorrect parameter count in the call to native function 'json_object'")
			}
			parts := make([]string, len(v))
			for i, x := range v {
				parts[i] = jsonOf(x)
				if i%2 == 0 {
					parts[i] = x.text()
				}
			}
			return of(json, allFixed(v), "my_jsonobject(%s)", strings.Join(parts, ",")), nil
		}),
	}
}

func coalesce(_ *emitter, v []value) (value, error) {
	t := unifyAll(v)
	if len(v) == 1 {
		return v[0], nil
	}
	return of(t, allFixed(v), "coalesce(%s)", joinSQL(v, func(x value) string { return x.as(t) })), nil
}

func specialCalls() map[string]specialCall {
	return map[string]specialCall{
		"date_add": interval(1), "adddate": interval(1), "date_sub": interval(-1), "subdate": interval(-1),
		"timestampadd": timestampAdd, "timestampdiff": unitCall("my_timestampdiff", 3), "extract": unitCall("my_extract", 2),
		ast.DateLiteral: dateLiteral(Type{Kind: Date}, "my_date(%s)"), ast.TimestampLiteral: dateLiteral(Type{Kind: DateTime}, "my_datetime(%s,0)"),
		ast.TimeLiteral: dateLiteral(Type{Kind: Time}, "my_time(%s,0)"), "get_format": getFormat,
		"trim": func(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error) {
			where, part := 3, "' '"
			v, err := e.expr(s, n.Args[0])
			if err != nil {
				return v, err
			}
			if len(n.Args) > 1 && n.Args[1] != nil {
				p, err := e.expr(s, n.Args[1])
				if err != nil {
					return p, err
				}
				if p.t.Kind != Null {
					part = p.text()
				}
			}
			if len(n.Args) > 2 {
				if d, ok := n.Args[2].(*ast.TrimDirectionExpr); ok {
					switch d.Direction {
					case ast.TrimLeading:
						where = 1
					case ast.TrimTrailing:
						where = 2
					}
				}
			}
			return of(textType, v.fixed, "my_trim(%s,%s,%d)", v.text(), part, where), nil
		},
		// CONVERT(x USING …): texts are UTF-8 throughout.
		"convert": func(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error) {
			v, err := e.expr(s, n.Args[0])
			return of(textType, v.fixed, "%s", v.text()), err
		},
	}
}

// cast emits CAST, CONVERT and BINARY.
func (e *emitter) cast(s *scope, n *ast.FuncCastExpr) (value, error) {
	v, err := e.expr(s, n.Expr)
	if err != nil {
		return v, err
	}
	t, err := castType(n)
	if err != nil {
		return v, err
	}
	if t.Kind == Text && t.Binary && n.FunctionType == ast.CastBinaryOperator {
		return of(t, v.fixed, "%s", v.text()), nil
	}
	return of(t, v.fixed, "%s", v.as(t)), nil
}

func castType(n *ast.FuncCastExpr) (Type, error) {
	tp := n.Tp
	switch tp.GetType() {
	case mysql.TypeLonglong, mysql.TypeLong, mysql.TypeInt24, mysql.TypeShort, mysql.TypeTiny:
		return Type{Kind: Int, Unsigned: isUnsigned(tp.GetFlag())}, nil
	case mysql.TypeNewDecimal:
		return decimalType(tp.GetFlen(), tp.GetDecimal()), nil
	case mysql.TypeDouble, mysql.TypeFloat:
		return dblType, nil
	case mysql.TypeDate:
		return Type{Kind: Date}, nil
	case mysql.TypeDatetime, mysql.TypeTimestamp:
		return Type{Kind: DateTime, Scale: max(tp.GetDecimal(), 0)}, nil
	case mysql.TypeDuration:
		return Type{Kind: Time, Scale: max(tp.GetDecimal(), 0)}, nil
	case mysql.TypeYear:
		return intType, nil
	case mysql.TypeVarString, mysql.TypeVarchar, mysql.TypeString:
		return Type{Kind: Text, Binary: tp.GetCharset() == "binary", Length: max(tp.GetFlen(), 0)}, nil
	case mysql.TypeJSON:
		return Type{Kind: JSON}, nil
	}
	return Type{}, unknown("A cast to this type")
}

func decimalType(whole, scale int) Type {
	if scale < 0 {
		scale = 0
	}
	if whole <= 0 {
		whole = 10
	}
	if scale > longestScale || whole > 18 {
		return inexact(scale)
	}
	t := exact(scale)
	t.Whole = whole
	return t
}

// subquery emits a sub-query within a scope.
func (e *emitter) subquery(s *scope, node ast.ExprNode) (*query, error) {
	sub, ok := unwrap(node).(*ast.SubqueryExpr)
	if !ok {
		return nil, unknown("A sub-query of this form")
	}
	kept := *e
	e.clause, e.inAgg, e.nulls = tablesOnly, false, nil
	q, err := e.resultSet(s, sub.Query)
	e.clause, e.inAgg, e.nulls, e.aggs, e.windows = kept.clause, kept.inAgg, kept.nulls, kept.aggs, kept.windows
	return q, err
}

func (e *emitter) scalar(s *scope, n *ast.SubqueryExpr) (value, error) {
	q, err := e.subquery(s, n)
	if err != nil {
		return value{}, err
	}
	if len(q.items) != 1 {
		return value{}, fault.New(fault.Invalid, "Operand should contain 1 column(s)")
	}
	t := q.items[0].value.t
	// One that looks at nothing outside is the same for all rows; SQLite asks it once.
	return of(t, false, "(%s)", q.render(nil, false)), nil
}

func (e *emitter) exists(s *scope, n *ast.ExistsSubqueryExpr) (value, error) {
	q, err := e.subquery(s, n.Sel)
	if err != nil {
		return value{}, err
	}
	return of(boolType, false, "(%sEXISTS (%s))", not(n.Not), q.render(nil, false)), nil
}

// compareAll is a comparison with ALL or ANY of a sub-query's rows, NULL where that is not known.
func (e *emitter) compareAll(s *scope, n *ast.CompareSubqueryExpr) (value, error) {
	v, err := e.expr(s, n.L)
	if err != nil {
		return v, err
	}
	q, err := e.subquery(s, n.R)
	if err != nil {
		return v, err
	}
	if len(q.items) != 1 {
		return v, fault.New(fault.Invalid, "Operand should contain 1 column(s)")
	}
	c := compare(n.Op, v, value{sql: `"q"."c0"`, t: q.items[0].value.t})
	decided, otherwise, empty := 1, 0, 0
	condition := c.sql
	if n.All {
		decided, otherwise, empty = 0, 1, 1
		condition = "NOT " + condition
	}
	return of(boolType, false, `(SELECT CASE WHEN COUNT(*)=0 THEN %d WHEN SUM(%s)>0 THEN %d WHEN COUNT(%s)<COUNT(*) THEN NULL ELSE %d END FROM (%s) AS "q")`,
		empty, condition, decided, c.sql, otherwise, q.render(nil, false)), nil
}

// aggregate emits an aggregate that is not over a window.
func (e *emitter) aggregate(s *scope, n *ast.AggregateFuncExpr) (value, error) {
	at := s.home(n.Args)
	if e.inAgg || s.inWhere || at.inWhere || at.aggregating {
		return value{}, errAggregate
	}
	e.aggs = true
	at.aggregated = at.aggregated || at != s
	e.inAgg, at.aggregating = true, true
	defer func() { e.inAgg, at.aggregating = false, false }()
	clause := e.clause
	e.clause = tablesOnly
	defer func() { e.clause = clause }()
	return e.aggregateOf(s, strings.ToLower(n.F), n.Args, n.Distinct, n.Order)
}

func (e *emitter) aggregateOf(s *scope, f string, args []ast.ExprNode, distinct bool, order *ast.OrderByClause) (value, error) {
	if f == "group_concat" {
		return e.groupConcat(s, args, distinct, order)
	}
	if len(args) == 0 {
		return value{}, fault.New(fault.Invalid, "Incorrect parameter count in the call to native function '%s'", f)
	}
	v, err := e.exprs(s, args)
	if err != nil {
		return value{}, err
	}
	only := ""
	if distinct {
		only = "DISTINCT "
	}
	x := v[0]
	switch f {
	case "count":
		if !distinct {
			if x.written && x.t.Kind != Null {
				return of(intType, false, "COUNT(*)"), nil
			}
			return of(intType, false, "COUNT(%s)", x.sql), nil
		}
		if len(v) == 1 {
			return of(intType, false, "COUNT(DISTINCT %s)", x.key()), nil
		}
		return of(intType, false, "COUNT(DISTINCT (%s) COLLATE GENERAL_CI)", strings.Join(texts(v), "||char(1)||")), nil
	case "sum", "avg":
		// A server gathers groups in a table, whose columns hold a quotient with the decimals that it shows.
		if n := asNumber(x); e.groups && n.t.Kind == Decimal && !n.t.Exact {
			x = of(n.t, n.fixed, "my_roundreal(%s,%d)", n.sql, n.t.Scale)
		}
		if f == "avg" {
			return wide(average(x, only)), nil
		}
		return wide(sum(x, only)), nil
	case "min", "max":
		key := x.sql
		if x.t.texty() {
			key = x.collated()
		}
		return of(stored(x.t), false, "%s(%s)", strings.ToUpper(f), key), nil
	case "bit_and", "bit_or", "bit_xor":
		return of(Type{Kind: Int, Unsigned: true}, false, "my_%s(%s)", strings.Replace(f, "_", "", 1), x.integer()), nil
	case "std", "stddev", "stddev_pop":
		return of(spread(x), false, "my_stdpop(%s)", x.real()), nil
	case "stddev_samp":
		return of(spread(x), false, "my_stdsamp(%s)", x.real()), nil
	case "variance", "var_pop":
		return of(spread(x), false, "my_varpop(%s)", x.real()), nil
	case "var_samp":
		return of(spread(x), false, "my_varsamp(%s)", x.real()), nil
	case "any_value":
		return of(x.t, false, "my_any(%s)", x.sql), nil
	case "json_arrayagg":
		d, err := otherDefinitions()["json_array"].emit(e, v[:1])
		return of(Type{Kind: JSON}, false, "my_jsonarrayagg(substr(%s,2,length(%s)-2))", d.sql, d.sql), err
	case "json_objectagg":
		if len(v) != 2 {
			break
		}
		d, err := otherDefinitions()["json_array"].emit(e, v[1:])
		return of(Type{Kind: JSON}, false, "my_jsonobjectagg(%s,substr(%s,2,length(%s)-2))", x.text(), d.sql, d.sql), err
	}
	return value{}, unknown("The aggregate %s", strings.ToUpper(f))
}

// spread is the type of a deviation or variance: four more decimals than what it is of.
func spread(x value) Type {
	return Type{Kind: Double, Scale: min(free, x.t.decimals()+4)}
}

func texts(v []value) []string {
	parts := make([]string, len(v))
	for i, x := range v {
		parts[i] = x.text()
	}
	return parts
}

// wide marks what is added up of a group: a DECIMAL of many digits.
func wide(v value) value {
	v.t.Wide = v.t.Kind != Double
	return v
}

// sum is of a whole number a decimal, of a floating-point number one, and of what is neither one.
func sum(x value, only string) value {
	x = asNumber(x)
	switch {
	case x.t.Kind == Null:
		return of(dblType, false, "SUM(NULL)")
	case x.t.Kind == Double:
		return of(Type{Kind: Double, Scale: x.t.Scale}, false, "SUM(%s%s)", only, x.real())
	case x.t.Kind == Int:
		return of(exact(0), false, "SUM(%s%s)", only, x.sql)
	case x.t.Exact && x.t.Scale <= 2:
		return of(exact(x.t.Scale), false, "SUM(%s%s)", only, x.sql)
	case x.t.Exact:
		return of(exact(x.t.Scale), false, "my_sumdec(%s%s)", only, x.sql)
	}
	return of(inexact(x.t.Scale), false, "SUM(%s%s)", only, x.real())
}

func average(x value, only string) value {
	x = asNumber(x)
	switch {
	case x.t.Kind == Null:
		return of(dblType, false, "AVG(NULL)")
	case x.t.Kind == Double:
		return of(Type{Kind: Double, Scale: min(free, x.t.Scale+4)}, false, "AVG(%s%s)", only, x.real())
	case x.t.Exact && x.t.Scale > 0:
		return of(inexact(x.t.Scale+4), false, "(AVG(%s%s)/1%s.0)", only, x.sql, strings.Repeat("0", x.t.Scale))
	}
	return of(inexact(x.t.decimals()+4), false, "AVG(%s%s)", only, x.sql)
}

// groupConcat's last argument is the separator.
func (e *emitter) groupConcat(s *scope, args []ast.ExprNode, distinct bool, order *ast.OrderByClause) (value, error) {
	v, err := e.exprs(s, args)
	if err != nil {
		return value{}, err
	}
	separator := v[len(v)-1].text()
	joined := "(" + strings.Join(texts(v[:len(v)-1]), "||") + ")"
	parts := []string{joined, separator, map[bool]string{true: "1", false: "0"}[distinct]}
	if order != nil {
		for _, by := range order.Items {
			key, err := e.byPosition(s, by.Expr, v[:len(v)-1])
			if err != nil {
				return key, err
			}
			sql := key.sql
			if key.t.Kind == Time {
				sql = key.key()
			}
			parts = append(parts, sql, map[bool]string{true: "1", false: "0"}[by.Desc])
		}
	}
	return of(textType, false, "my_groupconcat(%s)", strings.Join(parts, ",")), nil
}

// byPosition is an ordering by the place of a column, or by an expression.
func (e *emitter) byPosition(s *scope, n ast.ExprNode, columns []value) (value, error) {
	if p, ok := n.(*ast.PositionExpr); ok {
		if p.N < 1 || p.N > len(columns) {
			return value{}, fault.New(fault.Invalid, "Unknown column '%d' in order clause", p.N)
		}
		return columns[p.N-1], nil
	}
	return e.expr(s, n)
}

// window emits a function over a window.
func (e *emitter) window(s *scope, n *ast.WindowFuncExpr) (value, error) {
	if n.IgnoreNull || n.FromLast {
		return value{}, unknown("IGNORE NULLS and FROM LAST")
	}
	if e.inAgg || s.inWhere || s.inHaving {
		return value{}, errWindow
	}
	f := strings.ToLower(n.Name)
	e.windows = true
	v, err := e.windowCall(s, f, n)
	if err != nil {
		return v, err
	}
	over, err := e.windowSpec(s, &n.Spec)
	if err != nil {
		return v, err
	}
	// A quotient of a window's value is taken after the window.
	if strings.Contains(v.sql, windowMark) {
		v.sql = strings.Replace(v.sql, windowMark, " OVER "+over, 1)
	} else {
		v.sql += " OVER " + over
	}
	v.sql = "(" + v.sql + ")"
	return v, nil
}

const windowMark = "\x00over\x00"

func (e *emitter) windowCall(s *scope, f string, n *ast.WindowFuncExpr) (value, error) {
	switch f {
	case "row_number", "rank", "dense_rank", "percent_rank", "cume_dist":
		t := intType
		if f == "percent_rank" || f == "cume_dist" {
			t = Type{Kind: Double, Scale: 10}
		}
		return of(t, false, "%s()", f), nil
	case "ntile", "lag", "lead", "first_value", "last_value", "nth_value":
		v, err := e.exprs(s, n.Args)
		if err != nil {
			return value{}, err
		}
		if f == "ntile" {
			return of(intType, false, "ntile(%s)", v[0].integer()), nil
		}
		t, parts := v[0].t, []string{v[0].sql}
		if len(v) > 1 {
			parts = append(parts, v[1].integer())
		}
		if len(v) > 2 {
			t = unify(v[0].t, v[2].t)
			parts[0] = v[0].as(t)
			parts = append(parts, v[2].as(t))
		}
		return of(t, false, "%s(%s)", f, strings.Join(parts, ",")), nil
	}
	if n.Distinct {
		return value{}, unknown("DISTINCT over a window")
	}
	v, err := e.aggregateOf(s, f, n.Args, false, nil)
	if err != nil {
		return v, err
	}
	if inner, found := strings.CutPrefix(v.sql, "(AVG("); found {
		at := strings.LastIndex(inner, ")/")
		v.sql = "(AVG(" + inner[:at+1] + windowMark + inner[at+1:]
	}
	return v, nil
}

func (e *emitter) windowSpec(s *scope, w *ast.WindowSpec) (string, error) {
	base := w
	if w.OnlyAlias || w.Ref.L != "" {
		key := w.Name.L
		if w.Ref.L != "" {
			key = w.Ref.L
		}
		named, found := s.windows[key]
		if !found {
			return "", fault.New(fault.Invalid, "Window name '%s' is not defined", bounded(key))
		}
		base = named
	}
	var parts []string
	if base.PartitionBy != nil {
		var keys []string
		for _, by := range base.PartitionBy.Items {
			v, err := e.expr(s, by.Expr)
			if err != nil {
				return "", err
			}
			keys = append(keys, v.key())
		}
		parts = append(parts, "PARTITION BY "+strings.Join(keys, ","))
	}
	order := base.OrderBy
	if w.OrderBy != nil {
		order = w.OrderBy
	}
	if order != nil {
		var keys []string
		for _, by := range order.Items {
			v, err := e.expr(s, by.Expr)
			if err != nil {
				return "", err
			}
			keys = append(keys, v.key()+direction(by.Desc))
		}
		parts = append(parts, "ORDER BY "+strings.Join(keys, ","))
	}
	frame := base.Frame
	if w.Frame != nil {
		frame = w.Frame
	}
	if frame != nil {
		text, err := e.frame(s, frame)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return "(" + strings.Join(parts, " ") + ")", nil
}

func direction(down bool) string {
	if down {
		return " DESC"
	}
	return ""
}

func (e *emitter) frame(s *scope, f *ast.FrameClause) (string, error) {
	kind := "ROWS"
	switch f.Type {
	case ast.Rows:
	case ast.Ranges:
		kind = "RANGE"
	default:
		return "", unknown("GROUPS in a window's frame")
	}
	bound := func(b ast.FrameBound) (string, error) {
		which := map[ast.BoundType]string{ast.Following: "FOLLOWING", ast.Preceding: "PRECEDING", ast.CurrentRow: "CURRENT ROW"}[b.Type]
		switch {
		case b.Type == ast.CurrentRow:
			return which, nil
		case b.UnBounded:
			return "UNBOUNDED " + which, nil
		}
		if kind == "RANGE" {
			return "", unknown("A range of values in a window's frame")
		}
		v, err := e.expr(s, b.Expr)
		return fmt.Sprintf("%s %s", v.integer(), which), err
	}
	from, err := bound(f.Extent.Start)
	if err != nil {
		return "", err
	}
	to, err := bound(f.Extent.End)
	return kind + " BETWEEN " + from + " AND " + to, err
}
