package builtin

import (
	"math"
	"strconv"
)

// moment is a date, a date with a time, or a span of time.
type moment struct {
	year, month, day           int
	hour, minute, second, usec int
	negative                   bool // of a span
	dated                      bool // it has a date
	timed                      bool // it has a time
	places                     int  // decimals of the second that were written
}

// dayNumber is MySQL's TO_DAYS.
func dayNumber(y, m, d int) int {
	if m <= 2 {
		y--
		m += 12
	}
	// Days from 0000-03-01 by the era of 400 years; MySQL counts 0001-01-01 as 366.
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe + 60
}

// dateOf is the date of a day number.
func dateOf(n int) (y, m, d int) {
	n -= 60
	era := n / 146097
	if n < 0 {
		era = (n - 146096) / 146097
	}
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	y = yoe + era*400
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func daysInMonth(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if isLeap(y) {
			return 29
		}
		return 28
	}
	return 31
}

func (m *moment) days() int { return dayNumber(m.year, m.month, m.day) }

// weekday is 0 for Monday.
func (m *moment) weekday() int { return (m.days() + 5) % 7 }

func (m *moment) dayOfYear() int { return m.days() - dayNumber(m.year, 1, 1) + 1 }

// micros is the time of the day, or the length of a span.
func (m *moment) micros() int64 {
	v := ((int64(m.hour)*60+int64(m.minute))*60+int64(m.second))*1e6 + int64(m.usec)
	if m.negative {
		return -v
	}
	return v
}

const dayMicros = 24 * 3600 * 1e6

// setMicros sets the time from microseconds; a span may be longer than a day.
func (m *moment) setMicros(v int64) {
	m.negative = v < 0
	if v < 0 {
		v = -v
	}
	m.usec = int(v % 1e6)
	v /= 1e6
	m.second = int(v % 60)
	v /= 60
	m.minute = int(v % 60)
	m.hour = int(v / 60)
}

// valid tells whether a date is one of the calendar; 0000-00-00 and days or months of 0 are, as they
// are to a server whose sql_mode is empty.
func (m *moment) valid() bool {
	if m.month > 12 || m.hour > 23 || m.minute > 59 || m.second > 59 || m.year > 9999 {
		return false
	}
	if m.day > 31 || m.month > 0 && m.day > daysInMonth(m.year, m.month) {
		return false
	}
	return true
}

// whole tells whether a date has a year, a month and a day.
func (m *moment) whole() bool { return m.month > 0 && m.day > 0 }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
func isPunct(c byte) bool {
	return '!' <= c && c <= '/' || ':' <= c && c <= '@' || '[' <= c && c <= '`' || '{' <= c && c <= '~'
}

func atoi(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

// canonical reads the forms that dates are stored in, quickly.
func canonical(t []byte) (m moment, ok bool) {
	if len(t) != 10 && len(t) != 19 || t[4] != '-' || t[7] != '-' {
		return m, false
	}
	for _, i := range [...]int{0, 1, 2, 3, 5, 6, 8, 9} {
		if !isDigit(t[i]) {
			return m, false
		}
	}
	m = moment{year: atoi(t[:4]), month: atoi(t[5:7]), day: atoi(t[8:10]), dated: true}
	if len(t) == 19 {
		if t[10] != ' ' || t[13] != ':' || t[16] != ':' {
			return m, false
		}
		for _, i := range [...]int{11, 12, 14, 15, 17, 18} {
			if !isDigit(t[i]) {
				return m, false
			}
		}
		m.hour, m.minute, m.second, m.timed = atoi(t[11:13]), atoi(t[14:16]), atoi(t[17:19]), true
	}
	return m, m.valid()
}

// parseDate reads a text or the digits of a number as a date or a date with a time, as leniently as
// MySQL: any punctuation parts, years of two digits, missing separators.
func parseDate(t []byte) (m moment, ok bool) {
	if m, ok = canonical(t); ok {
		return m, true
	}
	for len(t) > 0 && isSpace(t[0]) {
		t = t[1:]
	}
	if len(t) == 0 || !isDigit(t[0]) {
		return m, false
	}
	m = moment{dated: true}
	digits := skipDigits(t, 0)
	if digits == len(t) || t[digits] == '.' && digits >= 12 || t[digits] == 'T' && digits == 8 {
		return parseDigits(t, digits)
	}
	var parts [6]int
	var lengths [6]int
	i, n := 0, 0
	for n < 6 && i < len(t) && isDigit(t[i]) {
		end := skipDigits(t, i)
		if limit := i + 2; n > 0 && end > limit {
			end = limit
		} else if n == 0 && end > i+4 {
			end = i + 4
		}
		parts[n], lengths[n] = atoi(t[i:end]), end-i
		n++
		i = end
		if n == 6 {
			break
		}
		before := i
		switch {
		case n == 3 && i < len(t) && t[i] == 'T':
			i++
		default:
			for i < len(t) && (isPunct(t[i]) || n == 3 && isSpace(t[i])) {
				i++
			}
		}
		if i == before {
			break
		}
	}
	if n < 3 {
		return m, false
	}
	m.year, m.month, m.day, m.hour, m.minute, m.second = parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]
	if lengths[0] <= 2 {
		m.year = century(m.year)
	}
	m.timed = n > 3
	if n == 6 && i < len(t) && t[i] == '.' {
		m.usec, m.places = fraction(t[i+1:])
	}
	return m, m.valid()
}

func century(y int) int {
	if y < 70 {
		return y + 2000
	}
	return y + 1900
}

// fraction reads decimals of a second.
func fraction(t []byte) (usec, places int) {
	end := min(skipDigits(t, 0), 6)
	usec = atoi(t[:end])
	for i := end; i < 6; i++ {
		usec *= 10
	}
	return usec, end
}

func parseDigits(t []byte, n int) (m moment, ok bool) {
	m.dated = true
	d := t[:n]
	switch n {
	case 5, 6, 11, 12:
		if n%2 == 1 {
			d = append([]byte{'0'}, d...)
		}
		m.year, d = century(atoi(d[:2])), d[2:]
	case 7, 8, 13, 14:
		if n%2 == 1 {
			d = append([]byte{'0'}, d...)
		}
		m.year, d = atoi(d[:4]), d[4:]
	case 1:
		if t[0] == '0' {
			return m, true
		}
		return m, false
	default:
		if n < 3 || n > 14 {
			return m, false
		}
		padded := make([]byte, 0, 8)
		for range 6 - n {
			padded = append(padded, '0')
		}
		d = append(padded, d...)
		if len(d) < 6 {
			return m, false
		}
		m.year, d = century(atoi(d[:2])), d[2:]
	}
	m.month, m.day, d = atoi(d[:2]), atoi(d[2:4]), d[4:]
	if len(d) >= 6 {
		m.hour, m.minute, m.second, m.timed = atoi(d[:2]), atoi(d[2:4]), atoi(d[4:6]), true
	}
	rest := t[n:]
	if len(rest) > 0 && rest[0] == '.' && m.timed {
		m.usec, m.places = fraction(rest[1:])
	}
	if len(rest) > 0 && rest[0] == 'T' {
		if span, ok := parseTime(rest[1:]); ok {
			m.hour, m.minute, m.second, m.usec, m.timed = span.hour, span.minute, span.second, span.usec, true
		}
	}
	return m, m.valid()
}

// longestSpan is the greatest TIME.
const longestSpan = ((838*60+59)*60 + 59) * 1e6

// parseTime reads a span of time: -D HH:MM:SS.ffffff, HH:MM, SS, or HHMMSS without separators. A date
// with a time gives its time.
func parseTime(t []byte) (m moment, ok bool) {
	for len(t) > 0 && isSpace(t[0]) {
		t = t[1:]
	}
	if len(t) >= 8 && isDigit(t[0]) && !(t[1] == ':' || t[2] == ':') {
		if date, ok := parseDate(t); ok && (date.timed || skipDigits(t, 0) < len(t) && t[skipDigits(t, 0)] == '-') {
			return date, true
		}
	}
	negative := false
	if len(t) > 0 && (t[0] == '-' || t[0] == '+') {
		negative = t[0] == '-'
		t = t[1:]
	}
	if len(t) == 0 || !isDigit(t[0]) && t[0] != '.' {
		return m, false
	}
	end := skipDigits(t, 0)
	if end > 9 {
		return m, false
	}
	first := atoi(t[:end])
	rest := t[end:]
	days := 0
	var parts []int
	if len(rest) > 1 && rest[0] == ' ' && isDigit(rest[1]) {
		days = first
		rest = rest[1:]
		end = skipDigits(rest, 0)
		first, rest = atoi(rest[:min(end, 4)]), rest[end:]
		parts = []int{first}
	} else if len(rest) > 0 && rest[0] == ':' {
		parts = []int{first}
	} else {
		parts = []int{first / 10000, first / 100 % 100, first % 100}
	}
	for len(parts) < 3 && len(rest) > 1 && rest[0] == ':' && isDigit(rest[1]) {
		end = 1 + skipDigits(rest[1:], 0)
		parts = append(parts, atoi(rest[1:min(end, 5)]))
		rest = rest[end:]
	}
	for len(parts) < 3 {
		parts = append(parts, 0)
	}
	m.hour, m.minute, m.second, m.timed, m.negative = days*24+parts[0], parts[1], parts[2], true, negative
	if len(rest) > 0 && rest[0] == '.' {
		m.usec, m.places = fraction(rest[1:])
	}
	if m.minute > 59 || m.second > 59 {
		return m, false
	}
	if v := m.micros(); v > longestSpan || v < -longestSpan {
		m.setMicros(int64(math.Copysign(longestSpan, float64(v))))
	}
	return m, true
}

// appendInt appends a number with leading zeros.
func appendInt(b []byte, n, width int) []byte {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], int64(n), 10)
	for i := len(text); i < width; i++ {
		b = append(b, '0')
	}
	return append(b, text...)
}

func (m *moment) appendDate(b []byte) []byte {
	b = appendInt(b, m.year, 4)
	b = append(b, '-')
	b = appendInt(b, m.month, 2)
	b = append(b, '-')
	return appendInt(b, m.day, 2)
}

// appendTime appends a time with as many decimals of the second.
func (m *moment) appendTime(b []byte, places int) []byte {
	if m.negative {
		b = append(b, '-')
	}
	b = appendInt(b, m.hour, 2)
	b = append(b, ':')
	b = appendInt(b, m.minute, 2)
	b = append(b, ':')
	b = appendInt(b, m.second, 2)
	if places > 0 {
		b = append(b, '.')
		all := appendInt(nil, m.usec, 6)
		b = append(b, all[:min(places, 6)]...)
	}
	return b
}

func (m *moment) appendDateTime(b []byte, places int) []byte {
	b = m.appendDate(b)
	b = append(b, ' ')
	return m.appendTime(b, places)
}

// addMicros moves a date with a time; it tells whether it is still within the calendar.
func (m *moment) addMicros(v int64) bool {
	m.negative = false
	total := m.micros() + v
	days := total / dayMicros
	rest := total % dayMicros
	if rest < 0 {
		rest += dayMicros
		days--
	}
	m.setMicros(rest)
	return m.addDays(int(days))
}

func (m *moment) addDays(n int) bool {
	if n == 0 {
		return true
	}
	day := m.days() + n
	if day < 366 || day > 3652424 { // from 0001-01-01 to 9999-12-31
		return false
	}
	m.year, m.month, m.day = dateOf(day)
	return true
}

// addMonths moves the month and keeps the day within it.
func (m *moment) addMonths(n int) bool {
	total := m.year*12 + m.month - 1 + n
	if total < 0 || total >= 10000*12 {
		return false
	}
	m.year, m.month = total/12, total%12+1
	m.day = min(m.day, daysInMonth(m.year, m.month))
	return true
}

// week is the number of the week by a mode of WEEK(), and the year that it belongs to. The first bit of
// the mode begins weeks on Monday, the second counts from 1 and lets the first days belong to the year
// before, the third takes the first whole week for the first; with Monday that is turned round.
func (m *moment) week(mode int) (week, year int) {
	monday, withYear, firstWeekday := mode&1 != 0, mode&2 != 0, mode&4 != 0
	if !monday {
		firstWeekday = !firstWeekday
	}
	return calcWeek(m, monday, withYear, firstWeekday)
}

func calcWeek(m *moment, mondayFirst, weekYear, firstWeekday bool) (int, int) {
	dayNr := m.days()
	first := dayNumber(m.year, 1, 1)
	weekday := (first + 5) % 7 // Monday is 0
	if !mondayFirst {
		weekday = (weekday + 1) % 7
	}
	year := m.year
	if m.month == 1 && m.day <= 7-weekday {
		if !weekYear && (firstWeekday && weekday != 0 || !firstWeekday && weekday >= 4) {
			return 0, year
		}
		weekYear = true
		year--
		days := 365
		if isLeap(year) {
			days = 366
		}
		first -= days
		weekday = (weekday + 53*7 - days) % 7
	}
	var days int
	if firstWeekday && weekday != 0 || !firstWeekday && weekday >= 4 {
		days = dayNr - (first + 7 - weekday)
	} else {
		days = dayNr - (first - weekday)
	}
	if weekYear && days >= 52*7 {
		length := 365
		if isLeap(year) {
			length = 366
		}
		weekday = (weekday + length) % 7
		if !firstWeekday && weekday < 4 || firstWeekday && weekday == 0 {
			return 1, year + 1
		}
	}
	return days/7 + 1, year
}
