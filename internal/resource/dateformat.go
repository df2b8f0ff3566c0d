package resource

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The rules in this file are those of Microsoft's pages ".NET custom date and
// time format strings" and ".NET standard date and time format strings", for
// the culture en-US and a DateTime whose kind is unspecified: that is what an
// Open Dental server formats with. Where the pages name two outcomes (the era
// is "A.D." or "AD", the space before AM is plain or narrow) we give the
// one of .NET on Windows, because Open Dental is a Windows program.

const (
	// maxDateFormat is our own limit, in characters; .NET has none.
	maxDateFormat = 100
	// maxFraction is the most f or F in a row that .NET accepts.
	maxFraction = 7
	// dateSpecifiers are the letters that stand for a part of the date.
	dateSpecifiers = "dfFghHKmMstyz"
)

// standardDatePatterns says which custom pattern each one-letter standard
// format stands for in en-US. "r" and "u" promise UTC in their text but .NET
// does not convert for them; only "U" converts, see ParseDateFormat.
var standardDatePatterns = map[string]string{
	"d": "M/d/yyyy",
	"D": "dddd, MMMM d, yyyy",
	"f": "dddd, MMMM d, yyyy h:mm tt",
	"F": "dddd, MMMM d, yyyy h:mm:ss tt",
	"g": "M/d/yyyy h:mm tt",
	"G": "M/d/yyyy h:mm:ss tt",
	"m": "MMMM d",
	"M": "MMMM d",
	"o": "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK",
	"O": "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK",
	"r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
	"R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
	"s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
	"t": "h:mm tt",
	"T": "h:mm:ss tt",
	"u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
	"U": "dddd, MMMM d, yyyy h:mm:ss tt",
	"y": "MMMM yyyy",
	"Y": "MMMM yyyy",
}

// DateFormat is a compiled .NET date format string, as callers give it in
// DateFormatString and DateTimeFormatString. It does not change after
// ParseDateFormat, so one value may serve many goroutines.
type DateFormat struct {
	ops   []dateOp
	loc   *time.Location
	toUTC bool // the standard format "U": convert to UTC before formatting
}

// dateOp is one step of a format: a run of one specifier, or a literal when
// specifier is zero.
type dateOp struct {
	specifier byte
	count     int
	literal   []byte
}

// ParseDateFormat compiles pattern. Stored times are taken to be local times
// of loc, which matters to z and to the standard format "U" only; nil means
// UTC. The text of an error completes the sentence "DateFormatString …" and
// may be shown to the caller.
func ParseDateFormat(pattern string, loc *time.Location) (*DateFormat, error) {
	switch {
	case pattern == "":
		return nil, errors.New("is empty")
	case !utf8.ValidString(pattern):
		return nil, errors.New("is not valid UTF-8")
	case utf8.RuneCountInString(pattern) > maxDateFormat:
		return nil, fmt.Errorf("is longer than %d characters", maxDateFormat)
	case strings.ContainsFunc(pattern, unicode.IsControl):
		return nil, errors.New("contains a control character")
	}
	if loc == nil {
		loc = time.UTC
	}

	custom := pattern
	if isStandardDateFormat(pattern) {
		var ok bool
		custom, ok = standardDatePatterns[pattern]
		if !ok {
			return nil, fmt.Errorf("has an unknown standard format %q", pattern)
		}
	}
	ops, err := parseDateOps(custom)
	if err != nil {
		return nil, err
	}
	return &DateFormat{ops: ops, loc: loc, toUTC: pattern == "U"}, nil
}

// isStandardDateFormat says whether .NET reads pattern as a standard format:
// any pattern of one character, letter or not. .NET counts UTF-16 units, so
// a character outside the basic plane is two and a custom pattern.
func isStandardDateFormat(pattern string) bool {
	r, size := utf8.DecodeRuneInString(pattern)
	return size == len(pattern) && r <= 0xFFFF
}

// parseDateOps reads a custom pattern. It goes by bytes: everything with a
// meaning is ASCII, and the bytes of other characters are literals.
func parseDateOps(pattern string) ([]dateOp, error) {
	var ops []dateOp
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'' || c == '"':
			literal, size, err := parseQuoted(pattern[i:])
			if err != nil {
				return nil, err
			}
			ops = appendLiteral(ops, literal...)
			i += size

		case c == '\\':
			if i+1 == len(pattern) {
				return nil, errors.New("ends after a backslash")
			}
			ops = appendLiteral(ops, pattern[i+1])
			i += 2

		case c == '%':
			if i+1 == len(pattern) {
				return nil, errors.New("ends after a percent sign")
			}
			// The one character after % is a pattern of its own, so "%dd"
			// is the day twice and a quote there can never be closed.
			next := pattern[i+1]
			if strings.IndexByte(`%'"\`, next) >= 0 {
				return nil, fmt.Errorf("has %q right after a percent sign", string(next))
			}
			ops = appendSpecifier(ops, next, 1)
			i += 2

		default:
			count := 1
			for i+count < len(pattern) && pattern[i+count] == c {
				count++
			}
			if (c == 'f' || c == 'F') && count > maxFraction {
				return nil, fmt.Errorf("has %q more than %d times in a row", string(c), maxFraction)
			}
			ops = appendSpecifier(ops, c, count)
			i += count
		}
	}
	return ops, nil
}

// parseQuoted reads the quoted literal at the start of s and returns it with
// the number of bytes it took. A backslash escapes inside quotes as well.
func parseQuoted(s string) (literal []byte, size int, err error) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case s[0]:
			return literal, i + 1, nil
		case '\\':
			i++
			if i == len(s) {
				return nil, 0, errors.New("ends after a backslash")
			}
		}
		literal = append(literal, s[i])
	}
	return nil, 0, errors.New("ends inside a quoted literal")
}

// appendSpecifier adds a run of count times c, which is a literal unless c is
// a specifier. ':' and '/' are the separators of the culture, and those of
// en-US are the same characters, so they are literals too.
func appendSpecifier(ops []dateOp, c byte, count int) []dateOp {
	if strings.IndexByte(dateSpecifiers, c) >= 0 {
		return append(ops, dateOp{specifier: c, count: count})
	}
	for range count {
		ops = appendLiteral(ops, c)
	}
	return ops
}

// appendLiteral adds literal text, joining it to a literal before it.
func appendLiteral(ops []dateOp, literal ...byte) []dateOp {
	if n := len(ops); n > 0 && ops[n-1].specifier == 0 {
		ops[n-1].literal = append(ops[n-1].literal, literal...)
		return ops
	}
	return append(ops, dateOp{literal: literal})
}

// Append formats text, a stored "yyyy-MM-dd" or "yyyy-MM-dd HH:mm:ss", and
// appends it to dst. A date without a time is midnight. Text that is not of
// either shape, or names a day or time that does not exist, is appended
// unchanged. Append does not escape for JSON; that is the caller's work.
func (f *DateFormat) Append(dst, text []byte) []byte {
	w, ok := parseWall(text)
	if !ok {
		return append(dst, text...)
	}
	if f.toUTC {
		w = w.utc(f.loc)
	}
	start := len(dst)
	for i := range f.ops {
		op := &f.ops[i]
		switch op.specifier {
		case 0:
			dst = append(dst, op.literal...)
		case 'd':
			dst = appendNamed(dst, w.day, op.count, w.weekday)
		case 'M':
			dst = appendNamed(dst, int(w.month), op.count, w.month.String)
		case 'y':
			if op.count <= 2 {
				dst = appendPadded(dst, w.year%100, op.count)
			} else {
				dst = appendPadded(dst, w.year, op.count)
			}
		case 'h':
			dst = appendPadded(dst, (w.hour+11)%12+1, min(op.count, 2))
		case 'H':
			dst = appendPadded(dst, w.hour, min(op.count, 2))
		case 'm':
			dst = appendPadded(dst, w.minute, min(op.count, 2))
		case 's':
			dst = appendPadded(dst, w.second, min(op.count, 2))
		case 'f':
			dst = appendPadded(dst, 0, op.count)
		case 'F':
			// Stored values have whole seconds, so F gives nothing, and
			// .NET then takes back a point just written, even one that came
			// from quotes or from "A.D.". What stood in dst before is not ours.
			if n := len(dst); n > start && dst[n-1] == '.' {
				dst = dst[:n-1]
			}
		case 't':
			designator := "AM"
			if w.hour >= 12 {
				designator = "PM"
			}
			dst = append(dst, designator[:min(op.count, 2)]...)
		case 'g':
			dst = append(dst, "A.D."...)
		case 'z':
			dst = appendOffset(dst, w.offset(f.loc), op.count)
		case 'K':
			// Nothing: the kind is unspecified.
		}
	}
	return dst
}

// appendNamed appends a day or month: its number for one or two letters, its
// short name for three, its full name for more.
func appendNamed(dst []byte, number, count int, name func() string) []byte {
	switch {
	case count <= 2:
		return appendPadded(dst, number, count)
	case count == 3:
		return append(dst, name()[:3]...)
	}
	return append(dst, name()...)
}

// appendPadded appends n with zeros in front up to width digits.
func appendPadded(dst []byte, n, width int) []byte {
	digits := 1
	for rest := n; rest >= 10; rest /= 10 {
		digits++
	}
	for ; digits < width; digits++ {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// appendOffset appends an offset from UTC as "-7", "-07" or "-07:00".
func appendOffset(dst []byte, offset time.Duration, count int) []byte {
	sign, minutes := byte('+'), int(offset/time.Minute)
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	dst = append(dst, sign)
	dst = appendPadded(dst, minutes/60, min(count, 2))
	if count < 3 {
		return dst
	}
	dst = append(dst, ':')
	return appendPadded(dst, minutes%60, 2)
}

// wall is what a clock and a calendar on the wall show: a date and time of
// day, in no particular zone.
type wall struct {
	year                      int
	month                     time.Month
	day, hour, minute, second int
}

// parseWall reads stored text. It is not ok when the text has another shape
// or names a day or time that does not exist.
func parseWall(text []byte) (w wall, ok bool) {
	const shape = "dddd-dd-dd dd:dd:dd"
	if len(text) != len(shape) && len(text) != len("dddd-dd-dd") {
		return wall{}, false
	}
	for i, c := range text {
		isDigit := '0' <= c && c <= '9'
		if isDigit != (shape[i] == 'd') || !isDigit && c != shape[i] {
			return wall{}, false
		}
	}
	two := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }

	w = wall{year: two(0)*100 + two(2), month: time.Month(two(5)), day: two(8)}
	if len(text) == len(shape) {
		w.hour, w.minute, w.second = two(11), two(14), two(17)
	}
	// time.Date moves what does not exist (February 30, 24:00) elsewhere;
	// .NET has no year 0.
	return w, w.year > 0 && w == wallOf(w.in(time.UTC))
}

func wallOf(t time.Time) wall {
	var w wall
	w.year, w.month, w.day = t.Date()
	w.hour, w.minute, w.second = t.Clock()
	return w
}

func (w wall) in(loc *time.Location) time.Time {
	return time.Date(w.year, w.month, w.day, w.hour, w.minute, w.second, 0, loc)
}

func (w wall) weekday() string {
	return w.in(time.UTC).Weekday().String()
}

// offset is how far loc is ahead of UTC when its clocks show w. In the hour
// that is skipped or repeated when clocks change, .NET takes standard time,
// which is the lesser offset.
//
// .NET has one more rule, which we leave out: a pattern with no d, M or y
// before its z takes today's offset for a time on 0001-01-01. We keep the
// answer independent of the day it is asked on.
func (w wall) offset(loc *time.Location) time.Duration {
	// Open Dental stores "no date" as 0001-01-01, so years before the time
	// zones do occur. Go answers with the sun's time there (-07:52 for Los
	// Angeles); Windows knows nothing so old and extends its first rules back.
	// For those we look at 2000, a year that has every day a year can have.
	if w.year < 1900 {
		w.year = 2000
	}
	t, utc := w.in(loc), w.in(time.UTC)
	offsetAt := func(t time.Time) time.Duration {
		_, seconds := t.In(loc).Zone()
		return time.Duration(seconds) * time.Second
	}
	// Read w with the offsets in force before and after any change nearby. If
	// only one reading is true both land on its side of the change; in the
	// skipped or repeated hour they land on either side.
	before, after := offsetAt(t.AddDate(0, 0, -1)), offsetAt(t.AddDate(0, 0, 1))
	return min(offsetAt(utc.Add(-before)), offsetAt(utc.Add(-after)))
}

// utc is w of loc converted to UTC. Like .NET it stops at the first and last
// second of the years 1 to 9999.
func (w wall) utc(loc *time.Location) wall {
	u := wallOf(w.in(time.UTC).Add(-w.offset(loc)))
	switch {
	case u.year < 1:
		return wall{1, time.January, 1, 0, 0, 0}
	case u.year > 9999:
		return wall{9999, time.December, 31, 23, 59, 59}
	}
	return u
}
