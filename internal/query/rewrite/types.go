package rewrite

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/query/builtin"
	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
)

// Kind is what a value is to MySQL.
type Kind uint8

// The kinds, in no order that means anything.
const (
	Null Kind = iota
	Int
	Decimal
	Double
	Text
	Date
	DateTime
	Time
	JSON
)

// Type is a value's type, and how SQLite keeps it: an Int as an integer; an exact Decimal as an integer
// of its smallest units, another, such as a quotient, as a floating-point number; dates and times as the
// texts that MySQL prints.
type Type struct {
	Kind     Kind
	Scale    int  // of a Decimal; the decimals of a Double that are printed, free for as many as needed; of a second
	Exact    bool // a Decimal kept as an integer
	Unsigned bool // an Int that is printed without a sign
	Moment   bool // a Text that is a date with as much of a time as it has
	Plain    bool // a Text of which two are equal only if they are the same byte by byte, such as a month's name
	Binary   bool // a Text that compares byte by byte
	Float    bool // a Double of six digits
	Wide     bool // a number of as many digits as a bigint: MySQL gives what is rounded of it as a DECIMAL
	Length   int  // of a Text column in a temporary table, 0 for any
	Whole    int  // digits of a Decimal column in all, 0 for any
}

// free is the scale of a Double that is printed with as many decimals as it needs.
const free = 31

// Class names the type as MySQL's result would: the tests compare by it.
func (t Type) Class() string {
	return [...]string{"null", "int", "decimal", "double", "text", "date", "datetime", "time", "text"}[t.Kind]
}

var (
	intType  = Type{Kind: Int}
	boolType = intType
	textType = Type{Kind: Text}
	dblType  = Type{Kind: Double, Scale: free}
)

// longestScale bounds decimals that are kept exact: beyond, an int64 would hold too few digits before
// the point.
const longestScale = 8

func exact(scale int) Type   { return Type{Kind: Decimal, Scale: scale, Exact: true} }
func inexact(scale int) Type { return Type{Kind: Decimal, Scale: min(scale, 30)} }

func (t Type) numeric() bool { return t.Kind == Int || t.Kind == Decimal || t.Kind == Double }
func (t Type) dated() bool   { return t.Kind == Date || t.Kind == DateTime }
func (t Type) timed() bool   { return t.Kind == Date || t.Kind == DateTime || t.Kind == Time }
func (t Type) texty() bool   { return t.Kind == Text || t.Kind == JSON }

// decimals are those of a value as a number.
func (t Type) decimals() int {
	switch t.Kind {
	case Decimal, Double, DateTime, Time:
		return t.Scale
	case Text, JSON:
		return free
	default:
		return 0
	}
}

// typeOf is the type of a table's column.
func typeOf(c *catalogue.Column) Type {
	switch c.Kind {
	case catalogue.Int:
		return Type{Kind: Int, Wide: strings.HasPrefix(c.Type, "bigint")}
	case catalogue.Double:
		return Type{Kind: Double, Scale: free, Float: c.Type == "float"}
	case catalogue.Date:
		return Type{Kind: Date}
	case catalogue.DateTime:
		return Type{Kind: DateTime}
	case catalogue.Time:
		return Type{Kind: Time}
	default:
		return textType
	}
}

// value is an expression in SQLite's SQL, with its type.
type value struct {
	sql     string
	t       Type
	literal string // of a number or text that was written, as it was written
	written bool
	fixed   bool // the same for all rows
	lead    bool // a column that an index begins with
	column  bool
}

func number(n int64) value {
	text := strconv.FormatInt(n, 10)
	return value{sql: signed(text), t: intType, literal: text, written: true, fixed: true}
}

var nullValue = value{sql: "NULL", fixed: true}

func of(t Type, fixed bool, format string, args ...any) value {
	return value{sql: fmt.Sprintf(format, args...), t: t, fixed: fixed}
}

// num is the value as a number that SQLite calculates with.
func (v value) num() string {
	switch v.t.Kind {
	case Null, Int, Double:
		return v.sql
	case Decimal:
		switch {
		case v.written:
			return signed(v.literal)
		case v.t.Exact && v.t.Scale > 0:
			return "(" + v.sql + "/1" + strings.Repeat("0", v.t.Scale) + ".0)"
		}
		return v.sql
	case Date, DateTime, Time:
		return "my_datenum(" + v.sql + ")"
	default:
		if v.t.Moment {
			return "my_datenum(" + v.sql + ")"
		}
		if v.written {
			return realLiteral(builtin.Number([]byte(v.literal)))
		}
		return "my_num(" + v.sql + ")"
	}
}

// real is num with floating point wherever a division would else be one of integers.
func (v value) real() string {
	if v.t.Kind == Int || v.t.Kind == Decimal && v.t.Scale == 0 || v.t.timed() {
		if v.written {
			return signed(realDigits(v.literal)) // a decimal may have its point, as in 1./4
		}
		return "CAST(" + v.num() + " AS REAL)"
	}
	return v.num()
}

func realLiteral(v float64) string {
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(text, ".eIN") {
		text += ".0"
	}
	return signed(text)
}

// signed keeps a minus apart from one before it: two would begin a comment.
func signed(text string) string {
	if strings.HasPrefix(text, "-") {
		return "(" + text + ")"
	}
	return text
}

// scaled is the value as an integer of units of 10 to the minus scale.
func (v value) scaled(scale int) string {
	switch {
	case v.t.Kind == Null:
		return "NULL"
	case v.t.Kind == Int || v.t.Kind == Decimal && v.t.Exact:
		if v.written {
			if text, ok := scaleLiteral(v.literal, scale); ok {
				return signed(text)
			}
		}
		from := 0
		if v.t.Kind == Decimal {
			from = v.t.Scale
		}
		switch {
		case from == scale:
			return v.sql
		case from < scale:
			return "(" + v.sql + "*1" + strings.Repeat("0", scale-from) + ")"
		}
		return fmt.Sprintf("my_rescale(%s,%d,%d)", v.sql, from, scale)
	default:
		return fmt.Sprintf("my_dec(%s,%d,0)", v.plain(), scale)
	}
}

// plain is num, but a text as it is: its digits may be more than a floating-point number holds.
func (v value) plain() string {
	if v.t.texty() && !v.t.Moment {
		return v.sql
	}
	return v.num()
}

// scaleLiteral prints a written number without its point.
func scaleLiteral(text string, scale int) (string, bool) {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, decimals, _ := strings.Cut(text, ".")
	if len(decimals) > scale || strings.ContainsAny(text, "eE") {
		return "", false
	}
	digits := strings.TrimLeft(whole+decimals+strings.Repeat("0", scale-len(decimals)), "0")
	if digits == "" {
		return "0", true
	}
	if len(digits) > 18 {
		return "", false
	}
	return sign + digits, true
}

// integer is the value as an integer, rounded as CAST(… AS SIGNED) does.
func (v value) integer() string {
	switch v.t.Kind {
	case Null, Int:
		return v.sql
	case Decimal:
		return v.scaled(0)
	case Double:
		return "my_int(my_round(" + v.sql + ",0))"
	case Date, DateTime, Time:
		return "my_int(my_datenum(" + v.sql + "))"
	default:
		return "my_int(" + v.sql + ")"
	}
}

// text is the value as a text.
func (v value) text() string {
	switch v.t.Kind {
	case Int:
		if v.t.Unsigned {
			return "printf('%llu'," + v.sql + ")"
		}
		if v.written {
			return quote(v.literal)
		}
		return "CAST(" + v.sql + " AS TEXT)"
	case Decimal:
		if v.t.Exact {
			return fmt.Sprintf("my_decstr(%s,%d)", v.sql, v.t.Scale)
		}
		return fmt.Sprintf("my_realstr(%s,%d)", v.sql, v.t.Scale)
	case Double:
		switch {
		case v.t.Float:
			return "my_floatstr(" + v.sql + ")"
		case v.t.Scale < free:
			return fmt.Sprintf("my_fixed(%s,%d)", v.sql, v.t.Scale)
		}
		return "my_dblstr(" + v.sql + ")"
	default:
		return v.sql
	}
}

// date, dateTime and time are the value as one of them.
func (v value) date() string {
	switch v.t.Kind {
	case Null, Date:
		return v.sql
	case DateTime:
		return "substr(" + v.sql + ",1,10)"
	default:
		return "my_date(" + v.moment() + ")"
	}
}

func (v value) dateTime(places int) string {
	switch {
	case v.t.Kind == Null, v.t.Kind == DateTime && v.t.Scale == places:
		return v.sql
	case v.t.Kind == Date && places == 0:
		return "(" + v.sql + "||' 00:00:00')"
	default:
		return fmt.Sprintf("my_datetime(%s,%d)", v.moment(), places)
	}
}

func (v value) time(places int) string {
	switch {
	case v.t.Kind == Null, v.t.Kind == Time && v.t.Scale == places:
		return v.sql
	case v.t.Kind == Date:
		return "'00:00:00'"
	default:
		return fmt.Sprintf("my_time(%s,%d)", v.moment(), places)
	}
}

// moment is the value as the functions of dates take it: a text, or a number whose digits are read.
func (v value) moment() string {
	if v.t.Kind == Decimal || v.t.Kind == Double {
		return v.text()
	}
	return v.sql
}

// truth is the value as a condition.
func (v value) truth() string {
	switch v.t.Kind {
	case Null, Int, Decimal, Double:
		return v.sql
	default:
		return v.num()
	}
}

// collated is a text that compares as MySQL compares it.
func (v value) collated() string {
	if v.t.Kind != Text && v.t.Kind != JSON {
		return v.sql
	}
	if v.t.Binary {
		return v.sql + " COLLATE BINARY"
	}
	return v.sql + " COLLATE " + builtin.Collation
}

// key is the value as rows are sorted, grouped and told apart by.
func (v value) key() string {
	switch {
	case v.t.Plain:
		return v.sql
	case v.t.texty():
		return v.collated()
	case v.t.Kind == Decimal && !v.t.Exact:
		return fmt.Sprintf("my_roundreal(%s,%d)", v.sql, v.t.Scale)
	case v.t.Kind == Time && !v.column:
		return "my_timeus(" + v.sql + ")"
	}
	return v.sql
}

// as is the value in the shape of a type, which it is stored or joined with others in.
func (v value) as(t Type) string {
	switch t.Kind {
	case Int:
		return v.integer()
	case Decimal:
		switch {
		case !t.Exact && v.t.Kind == Decimal && !v.t.Exact && v.t.Scale == t.Scale:
			return v.sql
		case !t.Exact:
			return v.real()
		case v.written && v.t.numeric() && len(v.literal) < t.Whole:
			return v.scaled(t.Scale)
		case t.Whole > 0:
			return fmt.Sprintf("my_dec(%s,%d,%d)", v.plain(), t.Scale, t.Whole)
		}
		return v.scaled(t.Scale)
	case Double:
		if v.t.Kind == Double {
			return v.sql
		}
		return v.real()
	case Date:
		return v.date()
	case DateTime:
		return v.dateTime(t.Scale)
	case Time:
		return v.time(t.Scale)
	case Text, JSON:
		if t.Length > 0 {
			return fmt.Sprintf("my_clip(%s,%d)", v.text(), t.Length)
		}
		return v.text()
	default:
		return v.sql
	}
}

// unify is the type that holds the values of both, as CASE, IF and UNION choose it.
func unify(a, b Type) Type {
	switch {
	case a.Kind == Null:
		return b
	case b.Kind == Null:
		return a
	case a.numeric() && b.numeric():
		return unifyNumbers(a, b)
	case a.dated() && b.dated():
		return Type{Kind: max(a.Kind, b.Kind), Scale: max(a.Scale, b.Scale)}
	case a.Kind == Time && b.Kind == Time:
		return Type{Kind: Time, Scale: max(a.Scale, b.Scale)}
	case a.timed() && b.timed():
		return Type{Kind: DateTime, Scale: max(a.Scale, b.Scale)}
	case a.Kind == JSON && b.Kind == JSON:
		return a
	}
	return Type{Kind: Text, Binary: a.Binary || b.Binary}
}

func unifyNumbers(a, b Type) Type {
	t := widest(a, b)
	t.Wide = (a.Wide || b.Wide) && t.Kind != Double
	return t
}

func widest(a, b Type) Type {
	switch {
	case a.Kind == Double || b.Kind == Double:
		return Type{Kind: Double, Scale: min(free, max(a.decimals(), b.decimals())), Float: a.Float && b.Float}
	case a.Kind == Decimal || b.Kind == Decimal:
		scale := max(a.decimals(), b.decimals())
		whole := (a.Kind != Decimal || a.Exact) && (b.Kind != Decimal || b.Exact)
		if whole && scale <= longestScale {
			return exact(scale)
		}
		return inexact(scale)
	}
	return Type{Kind: Int, Unsigned: a.Unsigned && b.Unsigned}
}

func unifyAll(values []value) Type {
	var t Type
	for _, v := range values {
		t = unify(t, v.t)
	}
	if t.Kind == Null {
		return t
	}
	return t
}

// quote writes a text as SQLite reads it.
func quote(text string) string {
	if strings.ContainsRune(text, 0) {
		return fmt.Sprintf("CAST(X'%X' AS TEXT)", text)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// name writes a name as SQLite reads it.
func name(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
