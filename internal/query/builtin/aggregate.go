package builtin

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"slices"

	"zombiezen.com/go/sqlite"
)

// longestGroup bounds GROUP_CONCAT, as MariaDB's group_concat_max_len does; what is longer is cut.
const longestGroup = 1 << 20

// aggregate is a function over the rows of a group; gone takes a row out of a window again.
type aggregate interface {
	step(args []sqlite.Value) error
	gone(args []sqlite.Value) error
	value() sqlite.Value
}

// running fits an aggregate to the driver.
type running struct{ aggregate }

func (r running) Step(_ sqlite.Context, args []sqlite.Value) error          { return r.step(args) }
func (r running) WindowInverse(_ sqlite.Context, args []sqlite.Value) error { return r.gone(args) }
func (r running) WindowValue(sqlite.Context) (sqlite.Value, error)          { return r.value(), nil }
func (r running) Finalize(sqlite.Context)                                   {}

func defineAggregates(conn *sqlite.Conn, session *Session) error {
	for name, made := range map[string]struct {
		args int
		make func() aggregate
	}{
		// my_groupconcat(text, separator, distinct, keys and directions …)
		"my_groupconcat":   {-1, func() aggregate { return &groupConcat{session: session} }},
		"my_sumdec":        {1, func() aggregate { return &sumDecimal{} }},
		"my_bitand":        {1, func() aggregate { return &bits{all: math.MaxUint64, fold: func(a, b uint64) uint64 { return a & b }} }},
		"my_bitor":         {1, func() aggregate { return &bits{fold: func(a, b uint64) uint64 { return a | b }} }},
		"my_bitxor":        {1, func() aggregate { return &bits{fold: func(a, b uint64) uint64 { return a ^ b }} }},
		"my_varpop":        {1, func() aggregate { return &variance{} }},
		"my_varsamp":       {1, func() aggregate { return &variance{sample: true} }},
		"my_stdpop":        {1, func() aggregate { return &variance{root: true} }},
		"my_stdsamp":       {1, func() aggregate { return &variance{root: true, sample: true} }},
		"my_jsonarrayagg":  {1, func() aggregate { return &jsonArray{} }},
		"my_jsonobjectagg": {2, func() aggregate { return &jsonObject{} }},
		"my_any":           {1, func() aggregate { return &anyValue{} }},
	} {
		err := conn.CreateFunction(name, &sqlite.FunctionImpl{
			NArgs: made.args, Deterministic: true,
			MakeAggregate: func(sqlite.Context) (sqlite.AggregateFunction, error) { return running{made.make()}, nil },
		})
		if err != nil {
			return fmt.Errorf("builtin: %s: %w", name, err)
		}
	}
	return nil
}

// sumDecimal adds scaled integers of any size.
type sumDecimal struct {
	small int64
	large *big.Int
	real  float64
	mixed bool
	n     int
}

func (s *sumDecimal) add(v sqlite.Value, sign int64) error {
	switch v.Type() {
	case sqlite.TypeNull:
		return nil
	case sqlite.TypeFloat:
		s.real += float64(sign) * v.Float()
		s.mixed = true
	default:
		n := v.Int64() * sign
		sum := s.small + n
		if (sum > s.small) == (n > 0) || n == 0 {
			s.small = sum
			break
		}
		if s.large == nil {
			s.large = new(big.Int)
		}
		s.large.Add(s.large, big.NewInt(s.small))
		s.small = n
	}
	s.n += int(sign)
	return nil
}

func (s *sumDecimal) step(args []sqlite.Value) error { return s.add(args[0], 1) }
func (s *sumDecimal) gone(args []sqlite.Value) error { return s.add(args[0], -1) }

func (s *sumDecimal) value() sqlite.Value {
	if s.n == 0 {
		return sqlite.Value{}
	}
	if s.large == nil && !s.mixed {
		return sqlite.IntegerValue(s.small)
	}
	total := s.real + float64(s.small)
	if s.large != nil {
		large, _ := new(big.Float).SetInt(s.large).Float64()
		total += large
	}
	return sqlite.FloatValue(total)
}

type bits struct {
	all  uint64
	fold func(a, b uint64) uint64
}

func (b *bits) step(args []sqlite.Value) error {
	if args[0].Type() != sqlite.TypeNull {
		b.all = b.fold(b.all, uint64(args[0].Int64()))
	}
	return nil
}
func (b *bits) gone([]sqlite.Value) error { return errNoWindow }
func (b *bits) value() sqlite.Value       { return sqlite.IntegerValue(int64(b.all)) }

var errNoWindow = fmt.Errorf(Said + "This aggregate cannot be used over a window that moves")

// variance counts as Welford does.
type variance struct {
	n            int
	mean, m2     float64
	root, sample bool
}

func (v *variance) step(args []sqlite.Value) error {
	if args[0].Type() == sqlite.TypeNull {
		return nil
	}
	x := args[0].Float()
	v.n++
	d := x - v.mean
	v.mean += d / float64(v.n)
	v.m2 += d * (x - v.mean)
	return nil
}

func (v *variance) gone(args []sqlite.Value) error {
	if args[0].Type() == sqlite.TypeNull {
		return nil
	}
	x := args[0].Float()
	v.n--
	if v.n == 0 {
		v.mean, v.m2 = 0, 0
		return nil
	}
	d := x - v.mean
	v.mean -= d / float64(v.n)
	v.m2 -= d * (x - v.mean)
	return nil
}

func (v *variance) value() sqlite.Value {
	n := v.n
	if v.sample {
		n--
	}
	if n <= 0 {
		return sqlite.Value{}
	}
	x := max(v.m2/float64(n), 0)
	if v.root {
		x = math.Sqrt(x)
	}
	return sqlite.FloatValue(x)
}

type anyValue struct {
	kept sqlite.Value
	set  bool
}

func (a *anyValue) step(args []sqlite.Value) error {
	if !a.set {
		a.kept, a.set = copyOf(args[0]), true
	}
	return nil
}
func (a *anyValue) gone([]sqlite.Value) error { return errNoWindow }
func (a *anyValue) value() sqlite.Value       { return a.kept }

// copyOf keeps a value beyond the call.
func copyOf(v sqlite.Value) sqlite.Value {
	switch v.Type() {
	case sqlite.TypeInteger:
		return sqlite.IntegerValue(v.Int64())
	case sqlite.TypeFloat:
		return sqlite.FloatValue(v.Float())
	case sqlite.TypeText:
		return sqlite.TextValue(v.Text())
	}
	return sqlite.Value{}
}

type jsonArray struct{ out []byte }

func (j *jsonArray) step(args []sqlite.Value) error {
	if len(j.out) > 0 {
		j.out = append(j.out, ',')
	}
	j.out = append(j.out, args[0].Text()...)
	return within(len(j.out))
}
func (j *jsonArray) gone([]sqlite.Value) error { return errNoWindow }
func (j *jsonArray) value() sqlite.Value {
	if j.out == nil {
		return sqlite.Value{}
	}
	return sqlite.TextValue("[" + string(j.out) + "]")
}

type jsonObject struct{ out []byte }

func (j *jsonObject) step(args []sqlite.Value) error {
	if len(j.out) > 0 {
		j.out = append(j.out, ", "...)
	}
	j.out = append(j.out, jsonQuote([]byte(args[0].Text()))...)
	j.out = append(j.out, ':')
	j.out = append(j.out, args[1].Text()...)
	return within(len(j.out))
}
func (j *jsonObject) gone([]sqlite.Value) error { return errNoWindow }
func (j *jsonObject) value() sqlite.Value {
	if j.out == nil {
		return sqlite.Value{}
	}
	return sqlite.TextValue("{" + string(j.out) + "}")
}

func within(n int) error {
	if n > longestGroup {
		return fmt.Errorf(Said + "The text that an aggregate makes is longer than 1 MB")
	}
	return nil
}

// groupConcat is GROUP_CONCAT with DISTINCT, ORDER BY and SEPARATOR.
type groupConcat struct {
	session   *Session
	failed    bool
	rows      []groupRow
	separator string
	distinct  bool
	size      int
}

type groupRow struct {
	text []byte
	keys []groupKey
}

// groupKey is a value that a group's rows are ordered by.
type groupKey struct {
	kind  sqlite.ColumnType
	int   int64
	float float64
	text  []byte
	down  bool
}

func keyOf(v sqlite.Value, down bool) groupKey {
	k := groupKey{kind: v.Type(), down: down}
	switch k.kind {
	case sqlite.TypeInteger:
		k.int = v.Int64()
		k.float = float64(k.int)
	case sqlite.TypeFloat:
		k.float = v.Float()
	case sqlite.TypeText:
		k.text = []byte(v.Text())
	}
	return k
}

func (g *groupConcat) step(args []sqlite.Value) error {
	if args[0].Type() == sqlite.TypeNull {
		return nil
	}
	g.separator, g.distinct = args[1].Text(), args[2].Int64() != 0
	row := groupRow{text: []byte(args[0].Text())}
	for i := 3; i+1 < len(args); i += 2 {
		row.keys = append(row.keys, keyOf(args[i], args[i+1].Int64() != 0))
	}
	// A list without order that is full already need not grow.
	if g.size > longestGroup && row.keys == nil && !g.distinct {
		return nil
	}
	// What is gathered is sorted in one go, which nothing interrupts.
	if g.size > 4*longestGroup {
		g.failed = true
		return fmt.Errorf(Said + "GROUP_CONCAT gathers more than 4 MB for one group")
	}
	g.size += 32 + len(row.text) + len(g.separator)
	for _, k := range row.keys {
		g.size += 16 + len(k.text)
	}
	g.rows = append(g.rows, row)
	return nil
}

func (g *groupConcat) gone([]sqlite.Value) error { return errNoWindow }

func (g *groupConcat) value() sqlite.Value {
	// SQLite asks for the value also when it gives up.
	if len(g.rows) == 0 || g.failed || g.session.Stopped != nil && g.session.Stopped() {
		return sqlite.Value{}
	}
	rows := g.rows
	if g.distinct {
		rows = distinctRows(rows)
	}
	slices.SortStableFunc(rows, func(a, b groupRow) int {
		for i := range a.keys {
			order := compareKeys(&a.keys[i], &b.keys[i])
			if a.keys[i].down {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
	var out []byte
	for i, row := range rows {
		if i > 0 {
			out = append(out, g.separator...)
		}
		out = append(out, row.text...)
		if len(out) > longestGroup {
			out = out[:longestGroup]
			break
		}
	}
	return sqlite.TextValue(string(bytes.ToValidUTF8(out, nil)))
}

// distinctRows keeps the first of those that compare as equal, in the order of the texts: MariaDB gathers
// them in a tree.
func distinctRows(rows []groupRow) []groupRow {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b groupRow) int { return Compare(a.text, b.text) })
	return slices.CompactFunc(sorted, func(a, b groupRow) bool { return equal(a.text, b.text) })
}

// compareKeys orders as ORDER BY does: NULL first, numbers, texts by the collation.
func compareKeys(a, b *groupKey) int {
	aNull, bNull := a.kind == sqlite.TypeNull, b.kind == sqlite.TypeNull
	switch {
	case aNull || bNull:
		return boolInt(bNull) - boolInt(aNull)
	case a.kind == sqlite.TypeText && b.kind == sqlite.TypeText:
		return Compare(a.text, b.text)
	case a.kind == sqlite.TypeInteger && b.kind == sqlite.TypeInteger:
		return boolInt(a.int > b.int) - boolInt(a.int < b.int)
	}
	return boolInt(a.float > b.float) - boolInt(a.float < b.float)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
