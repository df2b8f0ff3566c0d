package builtin

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Number reads a text as MySQL does where a number is needed: as much of its beginning as is one, 0 if
// that is nothing.
func Number(text []byte) float64 {
	from, to := numberPrefix(text, true)
	v, _ := strconv.ParseFloat(string(text[from:to]), 64)
	return v
}

// numberPrefix finds the number that a text begins with.
func numberPrefix(text []byte, fraction bool) (from, to int) {
	i := 0
	for i < len(text) && (text[i] == ' ' || '\t' <= text[i] && text[i] <= '\r') {
		i++
	}
	from = i
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		i++
	}
	digits := i
	i = skipDigits(text, i)
	count := i - digits
	if fraction && i < len(text) && text[i] == '.' {
		end := skipDigits(text, i+1)
		count += end - i - 1
		i = end
	}
	if count == 0 {
		return from, from
	}
	if fraction && i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		e := i + 1
		if e < len(text) && (text[e] == '+' || text[e] == '-') {
			e++
		}
		if end := skipDigits(text, e); end > e {
			i = end
		}
	}
	return from, i
}

func skipDigits(text []byte, i int) int {
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i
}

// Integer reads a text as CAST(… AS SIGNED) does.
func Integer(text []byte) int64 {
	from, to := numberPrefix(text, false)
	v, err := strconv.ParseInt(string(text[from:to]), 10, 64)
	if err != nil && to > from {
		if u, err := strconv.ParseUint(string(text[from:to]), 10, 64); err == nil {
			return int64(u)
		}
	}
	return v
}

// FormatDouble prints a DOUBLE: the fewest digits that read back as the same number, with an exponent
// only where it would be long without.
func FormatDouble(v float64) string {
	if v == 0 {
		if math.Signbit(v) {
			return "-0"
		}
		return "0"
	}
	exponent := math.Abs(v)
	if exponent >= 1e15 || exponent < 1e-15 {
		text := strconv.FormatFloat(v, 'e', -1, 64)
		mantissa, power, _ := strings.Cut(text, "e")
		sign := ""
		if power[0] == '-' {
			sign = "-"
		}
		return mantissa + "e" + sign + strings.TrimLeft(power[1:], "0")
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// FormatScaled prints a DECIMAL that is kept as an integer of its smallest units.
func FormatScaled(v int64, scale int) string {
	if scale == 0 {
		return strconv.FormatInt(v, 10)
	}
	sign := ""
	u := uint64(v)
	if v < 0 {
		sign, u = "-", -u
	}
	digits := strconv.FormatUint(u, 10)
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// FormatReal prints a DECIMAL that is kept as a floating-point number, such as a quotient, rounded half up
// to the scale. What lies behind the fifteenth digit is the dirt of binary fractions, where the scale leaves
// room for it: MySQL computes 569 / 2000 * 100 in decimals, and 28.45 is rounded to 28.5.
func FormatReal(v float64, scale int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	if v != 0 && math.Log10(math.Abs(v))+float64(scale) < trueDigits-1 {
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'e', trueDigits-1, 64), 64)
	}
	digits, negative := roundShortest(v, scale)
	text := FormatBig(digits, scale)
	if negative && strings.Trim(text, "0.") != "" {
		return "-" + text
	}
	return text
}

// trueDigits are those of a double that a calculation or two does not change.
const trueDigits = 15

// FormatBig prints digits with a decimal point before the last scale of them.
func FormatBig(digits string, scale int) string {
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	if scale == 0 {
		return digits
	}
	return digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// roundShortest is a number times 10 to the scale, rounded half up from its shortest decimal form, as
// digits.
func roundShortest(v float64, scale int) (digits string, negative bool) {
	text := strconv.FormatFloat(math.Abs(v), 'e', -1, 64)
	mantissa, power, _ := strings.Cut(text, "e")
	exponent, _ := strconv.Atoi(power)
	all := strings.Replace(mantissa, ".", "", 1)
	// The number is 0.all times 10 to the point.
	keep := exponent + 1 + scale
	switch {
	case keep < 0:
		return "0", v < 0
	case keep >= len(all):
		return all + strings.Repeat("0", keep-len(all)), v < 0
	}
	up := all[keep] >= '5'
	kept := all[:keep]
	if up {
		n := new(big.Int)
		n.SetString("0"+kept, 10)
		kept = n.Add(n, big.NewInt(1)).String()
	}
	if kept == "" {
		kept = "0"
	}
	return strings.TrimLeft(kept[:len(kept)-1], "0") + kept[len(kept)-1:], v < 0
}

// power10 holds the powers that an int64 holds.
var power10 = func() (p [19]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

// scaled is a number times 10 to the scale, rounded half up, and whether it fits.
func scaled(v float64, scale int) (int64, bool) {
	digits, negative := roundShortest(v, scale)
	n, err := strconv.ParseInt(digits, 10, 64)
	if negative {
		n = -n
	}
	return n, err == nil
}

// scaledText is scaled for a text, exact for all of its digits.
func scaledText(text []byte, scale int) (int64, bool) {
	from, to := numberPrefix(text, true)
	r, ok := new(big.Rat).SetString(string(text[from:to]))
	if !ok {
		return 0, true
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
	return roundRat(r)
}

func roundRat(r *big.Rat) (int64, bool) {
	n := new(big.Int).Abs(r.Num())
	n.Lsh(n, 1).Add(n, r.Denom())
	n.Quo(n, new(big.Int).Lsh(r.Denom(), 1))
	if r.Sign() < 0 {
		n.Neg(n)
	}
	return n.Int64(), n.IsInt64()
}

// rescale brings a scaled integer to another scale, rounding half up.
func rescale(v int64, from, to int) (int64, bool) {
	if to >= from {
		if to-from >= len(power10) {
			return 0, v == 0
		}
		p := power10[to-from]
		product := v * p
		return product, v == 0 || product/p == v && !(v == -1 && product == math.MinInt64)
	}
	if from-to >= len(power10) {
		return 0, true
	}
	p := power10[from-to]
	quotient, rest := v/p, v%p
	if rest >= p-rest && rest > 0 {
		quotient++
	}
	if rest < 0 && -rest >= p+rest {
		quotient--
	}
	return quotient, true
}

// roundDouble rounds a DOUBLE to a number of decimals as MySQL does, halves to the even neighbour of
// the product.
func roundDouble(v float64, decimals int, truncate bool) float64 {
	p := math.Pow(10, math.Abs(float64(decimals)))
	var up float64
	if decimals < 0 {
		if math.IsInf(p, 0) {
			return 0
		}
		up = v / p
	} else {
		up = v * p
		if math.IsInf(up, 0) {
			return v
		}
	}
	if truncate {
		up = math.Trunc(up)
	} else {
		up = math.RoundToEven(up)
	}
	if decimals < 0 {
		return up * p
	}
	return up / p
}

func numberFunctions() []function {
	one := func(name string, f func(float64) float64) function {
		return function{name: name, args: 1, do: func(c *call) {
			v := f(c.float(0))
			if math.IsNaN(v) || math.IsInf(v, 0) {
				c.setNull()
				return
			}
			c.setFloat(v)
		}}
	}
	return []function{
		// my_num is any value as a number.
		{name: "my_num", args: 1, do: func(c *call) {
			if c.kind(0) == textType {
				c.setFloat(Number(c.text(0)))
				return
			}
			c.setArgument(0)
		}},
		// my_int is any value as an integer; numbers are rounded half up, texts are cut.
		{name: "my_int", args: 1, do: func(c *call) {
			switch c.kind(0) {
			case textType:
				c.setInt(Integer(c.text(0)))
			case realType:
				v, ok := scaled(c.float(0), 0)
				if !ok {
					v = int64(math.MaxInt64)
					if c.float(0) < 0 {
						v = math.MinInt64
					}
				}
				c.setInt(v)
			default:
				c.setArgument(0)
			}
		}},
		// my_dec(value, scale, longest) is a number or text as a scaled integer, clipped to the longest.
		{name: "my_dec", args: 3, do: decimal},
		// my_rescale(scaled, from, to) changes the scale.
		{name: "my_rescale", args: 3, do: func(c *call) {
			if c.kind(0) == realType {
				c.setFloat(math.Round(c.float(0) * math.Pow(10, float64(c.int(2)-c.int(1)))))
				return
			}
			v, ok := rescale(c.int(0), int(c.int(1)), int(c.int(2)))
			if !ok {
				c.setFloat(c.float(0) * math.Pow(10, float64(c.int(2)-c.int(1))))
				return
			}
			c.setInt(v)
		}},
		// my_truncscaled(scaled, from, decimals) cuts a scaled integer, and keeps its scale.
		{name: "my_truncscaled", args: 3, do: func(c *call) {
			cut := int(c.int(1) - c.int(2))
			switch {
			case cut <= 0:
				c.setArgument(0)
			case cut >= len(power10):
				c.setInt(0)
			default:
				v := c.int(0)
				c.setInt(v - v%power10[cut])
			}
		}},
		// my_roundscaled is my_truncscaled that rounds.
		{name: "my_roundscaled", args: 3, do: func(c *call) {
			cut := int(c.int(1) - c.int(2))
			switch {
			case cut <= 0:
				c.setArgument(0)
			case cut >= len(power10):
				c.setInt(0)
			default:
				v, _ := rescale(c.int(0), cut, 0)
				c.setInt(v * power10[cut])
			}
		}},
		{name: "my_floorscaled", args: 2, do: func(c *call) { c.setInt(floorDiv(c.int(0), power10[min(c.int(1), 18)])) }},
		{name: "my_ceilscaled", args: 2, do: func(c *call) { c.setInt(-floorDiv(-c.int(0), power10[min(c.int(1), 18)])) }},
		{name: "my_decstr", args: 2, do: func(c *call) {
			if c.kind(0) == realType {
				c.setString(FormatReal(c.float(0)/math.Pow(10, c.float(1)), int(c.int(1))))
				return
			}
			c.setString(FormatScaled(c.int(0), int(c.int(1))))
		}},
		{name: "my_realstr", args: 2, do: func(c *call) { c.setString(FormatReal(c.float(0), int(c.int(1)))) }},
		{name: "my_dblstr", args: 1, do: func(c *call) { c.setString(FormatDouble(c.float(0))) }},
		{name: "my_floatstr", args: 1, do: func(c *call) { c.setString(FormatFloat(c.float(0))) }},
		{name: "my_round", args: 2, do: func(c *call) { c.setFloat(roundDouble(c.float(0), decimals(c.int(1)), false)) }},
		{name: "my_trunc", args: 2, do: func(c *call) { c.setFloat(roundDouble(c.float(0), decimals(c.int(1)), true)) }},
		{name: "my_roundreal", args: 2, do: func(c *call) { c.setFloat(roundReal(c.float(0), decimals(c.int(1)))) }},
		{name: "my_intdiv", args: 2, do: func(c *call) {
			if c.float(1) == 0 {
				c.setNull()
				return
			}
			c.setInt(int64(math.Trunc(c.float(0) / c.float(1))))
		}},
		{name: "my_fmod", args: 2, do: func(c *call) {
			if c.float(1) == 0 {
				c.setNull()
				return
			}
			c.setFloat(math.Mod(c.float(0), c.float(1)))
		}},
		one("my_ceil", math.Ceil), one("my_floor", math.Floor),
		one("my_sqrt", math.Sqrt), one("my_exp", math.Exp), one("my_ln", positive(math.Log)), one("my_log2", positive(math.Log2)), one("my_log10", positive(math.Log10)),
		one("my_sin", math.Sin), one("my_cos", math.Cos), one("my_tan", math.Tan), one("my_asin", math.Asin), one("my_acos", math.Acos), one("my_atan", math.Atan),
		one("my_cot", func(v float64) float64 { return 1 / math.Tan(v) }),
		one("my_degrees", func(v float64) float64 { return v * 180 / math.Pi }), one("my_radians", func(v float64) float64 { return v * math.Pi / 180 }),
		{name: "my_pow", args: 2, do: func(c *call) { c.setFloat(math.Pow(c.float(0), c.float(1))) }},
		{name: "my_atan2", args: 2, do: func(c *call) { c.setFloat(math.Atan2(c.float(0), c.float(1))) }},
		{name: "my_log", args: 2, do: func(c *call) {
			base, v := c.float(0), c.float(1)
			if base <= 0 || base == 1 || v <= 0 {
				c.setNull()
				return
			}
			c.setFloat(math.Log(v) / math.Log(base))
		}},
		{name: "my_rand", args: 0, varying: true, do: random},
		{name: "my_rand", args: 1, null: true, varying: true, do: random},
		// my_shift(value, by) shifts left, or right where by is negative; the value is unsigned.
		{name: "my_shift", args: 2, do: func(c *call) {
			v, by := uint64(c.int(0)), c.int(1)
			switch {
			case by >= 64 || by <= -64:
				v = 0
			case by >= 0:
				v <<= by
			default:
				v >>= -by
			}
			c.setInt(int64(v))
		}},
		{name: "my_bitcount", args: 1, do: func(c *call) {
			n := int64(0)
			for v := uint64(c.int(0)); v != 0; v &= v - 1 {
				n++
			}
			c.setInt(n)
		}},
	}
}

func positive(f func(float64) float64) func(float64) float64 {
	return func(v float64) float64 {
		if v <= 0 {
			return math.NaN()
		}
		return f(v)
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func decimals(n int64) int { return int(max(-400, min(n, 400))) }

// roundReal rounds a DECIMAL that is kept as a floating-point number, halves up.
func roundReal(v float64, decimals int) float64 {
	if decimals < 0 {
		n, ok := scaled(v, 0)
		if !ok || -decimals >= len(power10) {
			return 0
		}
		n, _ = rescale(n, -decimals, 0)
		return float64(n * power10[-decimals])
	}
	f, _ := strconv.ParseFloat(FormatReal(v, decimals), 64)
	return f
}

func decimal(c *call) {
	scale := int(c.int(1))
	var v int64
	var ok bool
	switch c.kind(0) {
	case textType:
		v, ok = scaledText(c.text(0), scale)
	case realType:
		v, ok = scaled(c.float(0), scale)
	default:
		v, ok = rescale(c.int(0), 0, scale)
	}
	longest := c.int(2)
	if !ok {
		if longest > 0 && longest < 19 {
			v = power10[longest] - 1
			if strings.HasPrefix(strings.TrimSpace(string(c.text(0))), "-") {
				v = -v
			}
			c.setInt(v)
			return
		}
		c.setFloat(math.Round(c.float(0) * math.Pow(10, float64(scale))))
		return
	}
	if longest > 0 && longest < 19 {
		v = max(-(power10[longest] - 1), min(v, power10[longest]-1))
	}
	c.setInt(v)
}

// FormatFloat prints a FLOAT: six digits, as MySQL does.
func FormatFloat(v float64) string {
	f, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return FormatDouble(f)
}
