package rewrite

import (
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/opcode"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// builtinCall emits the call of a function from its emitted arguments.
type builtinCall func(e *emitter, v []value) (value, error)

// definition is a function that callers may use.
type definition struct {
	least, most int // arguments; most is -1 for any number
	emit        builtinCall
}

// forbiddenFunctions reach beyond the caller's rows: files, locks, the clock of the server's threads.
var forbiddenFunctions = map[string]bool{
	"load_file": true, "sleep": true, "benchmark": true, "get_lock": true, "release_lock": true, "release_all_locks": true,
	"is_free_lock": true, "is_used_lock": true, "master_pos_wait": true, "master_gtid_wait": true, "wait_for_executed_gtid_set": true,
	"sys_exec": true, "sys_eval": true, "sys_get": true, "sys_set": true, "setval": true, "nextval": true, "lastval": true,
	"source_pos_wait": true, "wait_until_sql_thread_after_gtids": true, "load_extension": true, "readfile": true, "writefile": true, "edit": true,
	"fts3_tokenizer": true, "zeroblob": true, "randomblob": true, "sqlite_compileoption_get": true, "tidb_version": true,
}

// call emits a function call.
func (e *emitter) call(s *scope, n *ast.FuncCallExpr) (value, error) {
	key := n.FnName.L
	if n.Schema.L != "" {
		return value{}, forbidden("the stored function %s", bounded(n.Schema.O+"."+n.FnName.O))
	}
	if forbiddenFunctions[key] {
		return value{}, forbidden("the function %s", strings.ToUpper(key))
	}
	definitions, specials := functionTables()
	if special, found := specials[key]; found {
		return special(e, s, n)
	}
	d, found := definitions[key]
	if !found {
		return value{}, fault.New(fault.Invalid, "FUNCTION %s does not exist or is not supported", bounded(n.FnName.O))
	}
	if len(n.Args) < d.least || d.most >= 0 && len(n.Args) > d.most {
		return value{}, fault.New(fault.Invalid, "Incorrect parameter count in the call to native function '%s'", bounded(n.FnName.O))
	}
	if key == "insert_func" {
		n.FnName = ast.NewCIStr("INSERT") // the parser's own name is none of MariaDB's
	}
	v, err := e.exprs(s, n.Args)
	if err != nil {
		return value{}, err
	}
	return d.emit(e, v)
}

// shape prints an argument as a letter says: s a text, i an integer, n a number, r a floating-point
// number, m a moment, j JSON's text.
func shape(v value, letter byte) string {
	switch letter {
	case 's', 'j':
		return v.text()
	case 'i':
		return v.integer()
	case 'n':
		return v.num()
	case 'r':
		return v.real()
	default:
		return v.moment()
	}
}

// simple is a function whose arguments have the shapes of the letters, the last of which goes on.
func simple(sql, letters string, t Type) builtinCall {
	return func(_ *emitter, v []value) (value, error) {
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = shape(x, letters[min(i, len(letters)-1)])
		}
		return of(t, allFixed(v), "%s(%s)", sql, strings.Join(parts, ",")), nil
	}
}

func define(least, most int, emit builtinCall) definition { return definition{least, most, emit} }

// functions are the tables of all functions, made when they are first asked for: what is in them refers to
// what asks.
var functions struct {
	once     sync.Once
	plain    map[string]definition
	specials map[string]specialCall
}

// specialCall emits a function whose arguments are not all expressions.
type specialCall func(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error)

func functionTables() (plain map[string]definition, specials map[string]specialCall) {
	functions.once.Do(func() {
		functions.plain = make(map[string]definition)
		for _, group := range []map[string]definition{textDefinitions(), numberDefinitions(), dateDefinitions(), otherDefinitions()} {
			maps.Copy(functions.plain, group)
		}
		functions.specials = specialCalls()
	})
	return functions.plain, functions.specials
}

func textDefinitions() map[string]definition {
	concat := func(_ *emitter, v []value) (value, error) {
		if len(v) == 1 {
			return of(textType, v[0].fixed, "%s", v[0].text()), nil
		}
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = x.text()
		}
		return of(textType, allFixed(v), "(%s)", strings.Join(parts, "||")), nil
	}
	substr := func(_ *emitter, v []value) (value, error) {
		// SQLite's own does the same where the place is written and positive.
		if v[1].written && v[1].t.Kind == Int && v[1].literal[0] != '-' && v[1].literal != "0" && (len(v) == 2 || v[2].written && v[2].t.Kind == Int && v[2].literal[0] != '-') {
			return of(textType, allFixed(v), "substr(%s,%s)", v[0].text(), joinSQL(v[1:], value.integer)), nil
		}
		return of(textType, allFixed(v), "my_substr(%s,%s)", v[0].text(), joinSQL(v[1:], value.integer)), nil
	}
	trimmed := func(where int) builtinCall {
		return func(_ *emitter, v []value) (value, error) {
			return of(textType, v[0].fixed, "my_trim(%s,' ',%d)", v[0].text(), where), nil
		}
	}
	locate := func(part, in int) builtinCall {
		return func(_ *emitter, v []value) (value, error) {
			from := "1"
			if len(v) > 2 {
				from = v[2].integer()
			}
			return of(intType, allFixed(v), "my_locate(%s,%s,%s)", v[part].text(), v[in].text(), from), nil
		}
	}
	padded := func(left int) builtinCall {
		return func(_ *emitter, v []value) (value, error) {
			with := "' '"
			if len(v) > 2 {
				with = v[2].text()
			}
			return of(textType, allFixed(v), "my_pad(%s,%s,%s,%d)", v[0].text(), v[1].integer(), with, left), nil
		}
	}
	converted := func(from, to int) builtinCall {
		return func(_ *emitter, v []value) (value, error) {
			return of(textType, v[0].fixed, "my_conv(%s,%d,%d)", v[0].integer(), from, to), nil
		}
	}
	length := define(1, 1, func(_ *emitter, v []value) (value, error) {
		return of(intType, v[0].fixed, "my_bytes(%s)", v[0].text()), nil
	})
	chars := define(1, 1, simple("length", "s", intType))
	return map[string]definition{
		"concat":    define(1, -1, concat),
		"concat_ws": define(2, -1, simple("my_concatws", "s", textType)),
		"left":      define(2, 2, simple("my_left", "si", textType)), "right": define(2, 2, simple("my_right", "si", textType)),
		"substring": define(2, 3, substr), "substr": define(2, 3, substr), "mid": define(3, 3, substr),
		"substring_index": define(3, 3, simple("my_substrindex", "ssi", textType)),
		"length":          length, "octet_length": length,
		"bit_length": define(1, 1, func(_ *emitter, v []value) (value, error) {
			return of(intType, v[0].fixed, "(8*my_bytes(%s))", v[0].text()), nil
		}),
		"char_length": chars, "character_length": chars,
		"upper": define(1, 1, simple("my_upper", "s", textType)), "ucase": define(1, 1, simple("my_upper", "s", textType)),
		"lower": define(1, 1, simple("my_lower", "s", textType)), "lcase": define(1, 1, simple("my_lower", "s", textType)),
		"ltrim": define(1, 1, trimmed(1)), "rtrim": define(1, 1, trimmed(2)),
		"replace": define(3, 3, simple("my_replace", "s", textType)), "reverse": define(1, 1, simple("my_reverse", "s", textType)),
		"repeat": define(2, 2, simple("my_repeat", "si", textType)),
		"space": define(1, 1, func(_ *emitter, v []value) (value, error) {
			return of(textType, v[0].fixed, "my_repeat(' ',%s)", v[0].integer()), nil
		}),
		"lpad": define(2, 3, padded(1)), "rpad": define(2, 3, padded(0)),
		"instr": define(2, 2, locate(1, 0)), "locate": define(2, 3, locate(0, 1)), "position": define(2, 2, locate(0, 1)),
		"field": define(2, -1, func(_ *emitter, v []value) (value, error) {
			f, letter := "my_fieldnum", byte('n')
			for _, x := range v {
				if x.t.texty() {
					f, letter = "my_field", 's'
				}
			}
			if letter == 's' {
				for _, x := range v {
					if x.t.numeric() {
						f, letter = "my_fieldnum", 'n'
					}
				}
			}
			return of(intType, allFixed(v), "%s(%s)", f, joinSQL(v, func(x value) string { return shape(x, letter) })), nil
		}),
		"find_in_set": define(2, 2, simple("my_findinset", "s", intType)),
		"elt": define(2, -1, func(_ *emitter, v []value) (value, error) {
			var b strings.Builder
			for i, x := range v[1:] {
				fmt.Fprintf(&b, " WHEN %d THEN %s", i+1, x.text())
			}
			return of(textType, allFixed(v), "(CASE %s%s END)", v[0].integer(), b.String()), nil
		}),
		"make_set": define(2, -1, simple("my_makeset", "is", textType)),
		"ascii":    define(1, 1, simple("my_ascii", "s", intType)), "ord": define(1, 1, simple("my_ord", "s", intType)),
		"hex": define(1, 1, func(_ *emitter, v []value) (value, error) {
			if v[0].t.numeric() {
				return of(textType, v[0].fixed, "my_hex(%s)", v[0].integer()), nil
			}
			return of(textType, v[0].fixed, "my_hex(%s)", v[0].text()), nil
		}),
		"unhex": define(1, 1, simple("my_unhex", "s", Type{Kind: Text, Binary: true})),
		"format": define(2, 3, func(_ *emitter, v []value) (value, error) {
			places := 0
			if v[1].written {
				fmt.Sscan(v[1].literal, &places)
			} else {
				return value{}, unknown("FORMAT with decimals that are not written as a number")
			}
			places = max(0, min(places, 30))
			if v[0].t.Kind == Double || v[0].t.texty() {
				return of(textType, v[0].fixed, "my_format(my_fixed(my_round(%s,%d),%d),0)", v[0].num(), places, places), nil
			}
			rounded := rounding(v[0], places, false)
			return of(textType, v[0].fixed, "my_format(%s,0)", value{sql: rounded.as(decimalOf(v[0], places)), t: decimalOf(v[0], places)}.text()), nil
		}),
		"insert_func": define(4, 4, simple("my_insert", "siis", textType)), "insert": define(4, 4, simple("my_insert", "siis", textType)),
		"strcmp":  define(2, 2, simple("my_strcmp", "s", intType)),
		"soundex": define(1, 1, simple("my_soundex", "s", textType)), "quote": define(1, 1, simple("my_quote", "s", textType)),
		"bin": define(1, 1, converted(10, 2)), "oct": define(1, 1, converted(10, 8)), "conv": define(3, 3, simple("my_conv", "sii", textType)),
		"md5": define(1, 1, simple("my_md5", "s", textType)), "sha1": define(1, 1, simple("my_sha1", "s", textType)), "sha": define(1, 1, simple("my_sha1", "s", textType)),
		"sha2": define(2, 2, simple("my_sha2", "si", textType)), "crc32": define(1, 1, simple("my_crc32", "s", intType)),
		"to_base64": define(1, 1, simple("my_tobase64", "s", textType)), "from_base64": define(1, 1, simple("my_frombase64", "s", textType)),
		"regexp_replace": define(3, 3, simple("my_regexpreplace", "s", textType)), "regexp_substr": define(2, 2, simple("my_regexpsubstr", "s", textType)),
		"regexp_instr": define(2, 2, simple("my_regexpinstr", "s", intType)),
		"regexp_like": define(2, 2, func(_ *emitter, v []value) (value, error) {
			return of(boolType, allFixed(v), "my_regexp(%s,%s,0)", v[0].text(), v[1].text()), nil
		}),
		"char_func": define(1, -1, func(_ *emitter, v []value) (value, error) {
			codes := v
			if last := v[len(v)-1]; last.t.Kind == Null || last.t.texty() && last.written {
				codes = v[:len(v)-1]
			}
			return of(Type{Kind: Text, Binary: true}, allFixed(v), "my_char(%s)", joinSQL(codes, value.integer)), nil
		}),
	}
}

// decimalOf is the type of a number that is printed with so many decimals.
func decimalOf(v value, places int) Type {
	if v.t.Kind == Int || v.t.Exact {
		if places <= longestScale {
			return exact(places)
		}
	}
	return inexact(places)
}

func numberDefinitions() map[string]definition {
	real := func(sql string) definition { return define(1, 1, simple(sql, "r", dblType)) }
	return map[string]definition{
		"abs": define(1, 1, func(_ *emitter, v []value) (value, error) {
			x := asNumber(v[0])
			return of(x.t, x.fixed, "abs(%s)", x.sql), nil
		}),
		"ceil": define(1, 1, whole("ceil")), "ceiling": define(1, 1, whole("ceil")), "floor": define(1, 1, whole("floor")),
		"round":    define(1, 2, func(_ *emitter, v []value) (value, error) { return rounded(v, false), nil }),
		"truncate": define(2, 2, func(_ *emitter, v []value) (value, error) { return rounded(v, true), nil }),
		"mod":      define(2, 2, func(_ *emitter, v []value) (value, error) { return arithmetic(opcode.Mod, v[0], v[1]) }),
		"pow":      define(2, 2, simple("my_pow", "r", dblType)), "power": define(2, 2, simple("my_pow", "r", dblType)),
		"sqrt": real("my_sqrt"), "exp": real("my_exp"), "ln": real("my_ln"), "log2": real("my_log2"), "log10": real("my_log10"),
		"log": define(1, 2, func(_ *emitter, v []value) (value, error) {
			if len(v) == 1 {
				return of(dblType, v[0].fixed, "my_ln(%s)", v[0].real()), nil
			}
			return of(dblType, allFixed(v), "my_log(%s,%s)", v[0].real(), v[1].real()), nil
		}),
		"sin": real("my_sin"), "cos": real("my_cos"), "tan": real("my_tan"), "asin": real("my_asin"), "acos": real("my_acos"), "cot": real("my_cot"),
		"degrees": real("my_degrees"), "radians": real("my_radians"),
		"atan": define(1, 2, func(_ *emitter, v []value) (value, error) {
			if len(v) == 1 {
				return of(dblType, v[0].fixed, "my_atan(%s)", v[0].real()), nil
			}
			return of(dblType, allFixed(v), "my_atan2(%s,%s)", v[0].real(), v[1].real()), nil
		}),
		"atan2": define(2, 2, simple("my_atan2", "r", dblType)),
		"sign": define(1, 1, func(_ *emitter, v []value) (value, error) {
			return of(intType, v[0].fixed, "sign(%s)", v[0].num()), nil
		}),
		"pi": define(0, 0, func(*emitter, []value) (value, error) {
			return value{sql: "3.141592653589793", t: Type{Kind: Double, Scale: 6}, fixed: true}, nil
		}),
		"rand": define(0, 1, func(_ *emitter, v []value) (value, error) {
			return of(dblType, false, "my_rand(%s)", joinSQL(v, value.integer)), nil
		}),
		"greatest":  define(2, -1, func(_ *emitter, v []value) (value, error) { return extreme(v, "max", 1), nil }),
		"least":     define(2, -1, func(_ *emitter, v []value) (value, error) { return extreme(v, "min", -1), nil }),
		"bit_count": define(1, 1, simple("my_bitcount", "i", intType)),
		"interval":  define(2, -1, simple("my_interval", "n", intType)),
	}
}

// whole is CEIL or FLOOR.
func whole(which string) builtinCall {
	return func(_ *emitter, v []value) (value, error) {
		x := asNumber(v[0])
		switch {
		case x.t.Kind == Int || x.t.Kind == Null:
			return x, nil
		case x.t.Kind == Decimal && x.t.Exact:
			return of(wholeType(x), x.fixed, "my_%sscaled(%s,%d)", which, x.sql, x.t.Scale), nil
		case x.t.Kind == Decimal:
			return of(wholeType(x), x.fixed, "CAST(my_%s(%s) AS INTEGER)", which, x.sql), nil
		}
		return of(Type{Kind: Double, Scale: 0}, x.fixed, "my_%s(%s)", which, x.sql), nil
	}
}

// wholeType is the type of a number's whole part: an integer where its digits are few.
func wholeType(x value) Type {
	if !x.t.Wide {
		return intType
	}
	t := exact(0)
	t.Wide = true
	return t
}

// rounded is ROUND or TRUNCATE.
func rounded(v []value, truncate bool) value {
	places, written := 0, true
	if len(v) > 1 {
		written = v[1].written && v[1].t.Kind == Int
		if written {
			fmt.Sscan(v[1].literal, &places)
		}
	}
	if written {
		return rounding(v[0], places, truncate)
	}
	// The decimals differ from row to row, so the type keeps those of the number.
	x, by := asNumber(v[0]), v[1].integer()
	fixed := x.fixed && v[1].fixed
	f := "round"
	if truncate {
		f = "trunc"
	}
	switch {
	case x.t.Kind == Decimal && x.t.Exact || x.t.Kind == Int:
		return of(x.t, fixed, "my_%sscaled(%s,%d,%s)", f, x.sql, x.t.decimals(), by)
	case x.t.Kind == Decimal && !truncate:
		return of(x.t, fixed, "my_roundreal(%s,%s)", x.sql, by)
	}
	return of(Type{Kind: Double, Scale: free}, fixed, "my_%s(%s,%s)", f, x.num(), by)
}

func rounding(v value, places int, truncate bool) value {
	x := asNumber(v)
	f := "round"
	if truncate {
		f = "trunc"
	}
	switch {
	case x.t.Kind == Null:
		return x
	case x.t.Kind == Int:
		if places >= 0 {
			return x
		}
		if truncate {
			return of(x.t, x.fixed, "my_truncscaled(%s,0,%d)", x.sql, places)
		}
		return of(wholeType(x), x.fixed, "my_roundscaled(%s,0,%d)", x.sql, places)
	case x.t.Kind == Decimal && x.t.Exact:
		scale := max(places, 0)
		if places >= x.t.Scale {
			return of(decimalOf(x, scale), x.fixed, "%s", x.as(decimalOf(x, scale)))
		}
		return of(exact(scale), x.fixed, "my_rescale(my_%sscaled(%s,%d,%d),%d,%d)", f, x.sql, x.t.Scale, places, x.t.Scale, scale)
	case x.t.Kind == Decimal && !truncate:
		return of(inexact(max(places, 0)), x.fixed, "my_roundreal(%s,%d)", x.sql, places)
	case x.t.Kind == Decimal:
		return of(inexact(max(places, 0)), x.fixed, "my_trunc(my_roundreal(%s,15),%d)", x.sql, places)
	}
	return of(Type{Kind: Double, Scale: min(free, max(places, 0))}, x.fixed, "my_%s(%s,%d)", f, x.num(), places)
}

// extreme is GREATEST or LEAST.
func extreme(v []value, sql string, sign int) value {
	t := unifyAll(v)
	allText, anyText := true, false
	for _, x := range v {
		allText = allText && (x.t.texty() || x.t.Kind == Null)
		anyText = anyText || x.t.texty()
	}
	if anyText && !allText && t.Kind == Text {
		// A text among numbers is read as one; among dates it is read as a date.
		t = dblType
		for _, x := range v {
			if x.t.timed() {
				t = Type{Kind: DateTime}
			}
		}
		if t.Kind == DateTime {
			onlyDates := true
			for _, x := range v {
				onlyDates = onlyDates && (x.t.Kind == Date || x.t.texty())
			}
			if onlyDates {
				t = Type{Kind: Date}
			}
		}
	}
	for _, x := range v {
		if x.t.Kind == Null && t.numeric() {
			t = Type{Kind: Double, Scale: min(free, t.decimals())}
		}
	}
	parts := joinSQL(v, func(x value) string { return x.as(t) })
	if t.Kind == Text {
		return of(t, allFixed(v), "my_extreme(%d,%s)", sign, parts)
	}
	return of(t, allFixed(v), "%s(%s)", sql, parts)
}
