package builtin

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// dateFunctions are called with dates and times as texts; numbers are read by their digits.
func dateFunctions() []function {
	// part is a number of a date's, NULL where there is no date.
	part := func(name string, f func(*moment) int) function {
		return function{name: name, args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok {
				c.setNull()
				return
			}
			c.setInt(int64(f(&m)))
		}}
	}
	wholePart := func(name string, f func(*moment) int) function {
		return function{name: name, args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || !m.whole() {
				c.setNull()
				return
			}
			c.setInt(int64(f(&m)))
		}}
	}
	timePart := func(name string, f func(*moment) int) function {
		return function{name: name, args: 1, do: func(c *call) {
			m, ok := parseTime(c.text(0))
			if !ok {
				if m, ok = parseDate(c.text(0)); !ok {
					c.setNull()
					return
				}
			}
			c.setInt(int64(f(&m)))
		}}
	}
	weekPart := func(name string, f func(m *moment, mode int) int) function {
		return function{name: name, args: 2, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || !m.whole() {
				c.setNull()
				return
			}
			c.setInt(int64(f(&m, int(c.int(1)&7))))
		}}
	}
	return []function{
		part("my_year", func(m *moment) int { return m.year }), part("my_month", func(m *moment) int { return m.month }), part("my_day", func(m *moment) int { return m.day }),
		part("my_quarter", func(m *moment) int { return (m.month + 2) / 3 }),
		wholePart("my_dayofweek", func(m *moment) int { return (m.weekday()+1)%7 + 1 }), wholePart("my_weekday", (*moment).weekday), wholePart("my_dayofyear", (*moment).dayOfYear),
		wholePart("my_todays", (*moment).days),
		timePart("my_hour", func(m *moment) int { return m.hour }), timePart("my_minute", func(m *moment) int { return m.minute }), timePart("my_second", func(m *moment) int { return m.second }),
		timePart("my_microsecond", func(m *moment) int { return m.usec }),
		weekPart("my_week", func(m *moment, mode int) int { w, _ := m.week(mode); return w }),
		weekPart("my_yearweek", func(m *moment, mode int) int { w, y := m.week(mode | 2); return y*100 + w }),
		{name: "my_dayname", args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || !m.whole() {
				c.setNull()
				return
			}
			c.setString(dayNames[m.weekday()])
		}},
		{name: "my_monthname", args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || m.month == 0 {
				c.setNull()
				return
			}
			c.setString(monthNames[m.month])
		}},
		// my_date, my_datetime and my_time read a value as one; the second argument is the decimals of
		// the second that are kept.
		{name: "my_date", args: 1, do: func(c *call) {
			text := c.text(0)
			m, ok := parseDate(text)
			if !ok {
				c.setNull()
				return
			}
			if len(text) == 10 && c.kind(0) == textType {
				if _, plain := canonical(text); plain {
					c.setArgument(0)
					return
				}
			}
			c.setText(m.appendDate(nil))
		}},
		{name: "my_datetime", args: 2, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok {
				c.setNull()
				return
			}
			c.setText(m.appendDateTime(nil, int(c.int(1))))
		}},
		{name: "my_time", args: 2, do: func(c *call) {
			m, ok := parseTime(c.text(0))
			if !ok {
				if m, ok = parseDate(c.text(0)); !ok || !m.timed {
					c.setNull()
					return
				}
			}
			c.setText(m.appendTime(nil, int(c.int(1))))
		}},
		// my_floor_day and my_ceil_day are the last day that begins not after, and the first that begins
		// not before, a moment; my_exact_day is the day that begins at it.
		{name: "my_floor_day", args: 1, do: func(c *call) { toDay(c, func(m *moment) bool { return true }) }},
		{name: "my_ceil_day", args: 1, do: func(c *call) {
			toDay(c, func(m *moment) bool { return m.micros() == 0 || m.addDays(1) })
		}},
		{name: "my_exact_day", args: 1, do: func(c *call) { toDay(c, func(m *moment) bool { return m.micros() == 0 }) }},
		// my_cmpdatetime is a value as what a date with a time is compared with; what is no date compares
		// as 0000-00-00.
		{name: "my_cmpdatetime", args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok {
				m = moment{}
			}
			places := 0
			if m.usec != 0 {
				places = 6
			}
			c.setText(m.appendDateTime(nil, places))
		}},
		// my_datenum is a date or time as a number: 20211130, 20211130235959, 235959.
		{name: "my_datenum", args: 1, do: func(c *call) {
			text := c.text(0)
			if m, ok := parseDate(text); ok && len(text) >= 10 && text[4] == '-' {
				n := int64(m.year*10000 + m.month*100 + m.day)
				if len(text) > 10 {
					n = n*1000000 + int64(m.hour*10000+m.minute*100+m.second)
				}
				if m.usec != 0 {
					c.setFloat(float64(n) + float64(m.usec)/1e6)
					return
				}
				c.setInt(n)
				return
			}
			m, ok := parseTime(text)
			if !ok {
				c.setInt(0)
				return
			}
			n := int64(m.hour*10000 + m.minute*100 + m.second)
			if m.negative {
				n = -n
			}
			if m.usec != 0 {
				c.setFloat(float64(n) + math.Copysign(float64(m.usec)/1e6, float64(n)))
				return
			}
			c.setInt(n)
		}},
		{name: "my_timeus", args: 1, do: func(c *call) {
			m, ok := parseTime(c.text(0))
			if !ok {
				c.setNull()
				return
			}
			c.setInt(m.micros())
		}},
		{name: "my_dateformat", args: 2, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || len(c.text(1)) == 0 {
				c.setNull()
				return
			}
			m.dated = true
			var space [64]byte
			text, ok := appendFormat(space[:0], &m, c.text(1))
			if !ok {
				c.setNull()
				return
			}
			c.setText(text)
		}},
		{name: "my_timeformat", args: 2, do: func(c *call) {
			m, ok := parseTime(c.text(0))
			if !ok {
				c.setNull()
				return
			}
			m.year, m.month, m.day, m.dated = 0, 0, 0, false
			text, ok := appendFormat(nil, &m, c.text(1))
			if !ok {
				c.setNull()
				return
			}
			if m.negative {
				text = append([]byte{'-'}, text...)
			}
			c.setText(text)
		}},
		// my_strtodate(text, format, kind, places): the kind is date, datetime or time.
		{name: "my_strtodate", args: 3, do: func(c *call) {
			m, ok := readFormat(c.text(0), c.text(1))
			if !ok {
				c.setNull()
				return
			}
			switch string(c.text(2)) {
			case "date":
				c.setText(m.appendDate(nil))
			case "time":
				c.setText(m.appendTime(nil, 0))
			case "timeus":
				c.setText(m.appendTime(nil, 6))
			case "datetimeus":
				c.setText(m.appendDateTime(nil, 6))
			default:
				c.setText(m.appendDateTime(nil, 0))
			}
		}},
		// my_dateadd(value, interval, unit, sign)
		{name: "my_dateadd", args: 4, do: dateAdd},
		{name: "my_datediff", args: 2, do: func(c *call) {
			a, ok := parseDate(c.text(0))
			b, fine := parseDate(c.text(1))
			if !ok || !fine || !a.whole() || !b.whole() {
				c.setNull()
				return
			}
			c.setInt(int64(a.days() - b.days()))
		}},
		{name: "my_timestampdiff", args: 3, do: timestampDiff},
		{name: "my_timediff", args: 3, do: func(c *call) {
			a, b := c.text(0), c.text(1)
			if len(a) >= 10 != (len(b) >= 10) {
				c.setNull()
				return
			}
			var v int64
			x, ok := parseDate(a)
			y, fine := parseDate(b)
			if ok && fine && len(a) >= 10 {
				v = int64(x.days()-y.days())*dayMicros + x.micros() - y.micros()
			} else {
				x, ok = parseTime(a)
				y, fine = parseTime(b)
				if !ok || !fine {
					c.setNull()
					return
				}
				v = x.micros() - y.micros()
			}
			c.setSpan(v, int(c.int(2)))
		}},
		// my_addtime(value, span, sign, places)
		{name: "my_addtime", args: 4, do: func(c *call) {
			span, ok := parseTime(c.text(1))
			if !ok {
				c.setNull()
				return
			}
			v := span.micros() * c.int(2)
			places := int(c.int(3))
			text := c.text(0)
			if m, ok := parseDate(text); ok && len(text) >= 10 && !isSpan(text) {
				if !m.addMicros(v) {
					c.setNull()
					return
				}
				if places < 0 && m.usec != 0 {
					places = 6
				}
				c.setText(m.appendDateTime(nil, max(places, 0)))
				return
			}
			m, ok := parseTime(text)
			if !ok {
				c.setNull()
				return
			}
			v += m.micros()
			if places < 0 && v%1e6 != 0 {
				places = 6
			}
			c.setSpan(v, max(places, 0))
		}},
		{name: "my_lastday", args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || m.month == 0 {
				c.setNull()
				return
			}
			m.day = daysInMonth(m.year, m.month)
			c.setText(m.appendDate(nil))
		}},
		{name: "my_makedate", args: 2, do: func(c *call) {
			year, day := int(c.int(0)), int(c.int(1))
			if year < 0 || year > 9999 || day <= 0 || day > 4000000 {
				c.setNull()
				return
			}
			if year < 100 {
				year = century(year)
			}
			n := dayNumber(year, 1, 1) + day - 1
			if n > 3652424 {
				c.setNull()
				return
			}
			var m moment
			m.year, m.month, m.day = dateOf(n)
			c.setText(m.appendDate(nil))
		}},
		{name: "my_maketime", args: 4, do: func(c *call) {
			hour, minute, second := c.int(0), c.int(1), c.float(2)
			if minute < 0 || minute > 59 || second < 0 || second >= 60 {
				c.setNull()
				return
			}
			v := (math.Abs(float64(hour))*3600+float64(minute)*60)*1e6 + math.Round(second*1e6)
			c.setSpan(int64(math.Copysign(math.Min(v, longestSpan), float64(hour))), int(c.int(3)))
		}},
		{name: "my_fromdays", args: 1, do: func(c *call) {
			n := c.int(0)
			var m moment
			if n > 3652424 {
				c.setNull()
				return
			}
			if n >= 366 {
				m.year, m.month, m.day = dateOf(int(n))
			}
			c.setText(m.appendDate(nil))
		}},
		{name: "my_toseconds", args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || !m.whole() {
				c.setNull()
				return
			}
			c.setInt(int64(m.days())*86400 + m.micros()/1e6)
		}},
		{name: "my_sectotime", args: 2, do: func(c *call) {
			v := c.float(0) * 1e6
			c.setSpan(int64(math.Max(-longestSpan, math.Min(v, longestSpan))), int(c.int(1)))
		}},
		{name: "my_timetosec", args: 1, do: func(c *call) {
			m, ok := parseTime(c.text(0))
			if !ok {
				c.setNull()
				return
			}
			c.setInt(m.micros() / 1e6)
		}},
		// my_unixtime and my_fromunixtime are in the server's time zone.
		{name: "my_unixtime", args: 1, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			if !ok || !m.whole() {
				c.setInt(0)
				return
			}
			at := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, 0, time.Local).Unix()
			c.setInt(max(at, 0))
		}},
		{name: "my_fromunixtime", args: 2, do: func(c *call) {
			v := c.float(0)
			if v < 0 || v > math.MaxInt32 {
				c.setNull()
				return
			}
			m := momentOf(time.Unix(0, int64(math.Round(v*1e6))*1000))
			c.setText(m.appendDateTime(nil, int(c.int(1))))
		}},
		{name: "my_converttz", args: 3, do: func(c *call) {
			m, ok := parseDate(c.text(0))
			from, good := zone(string(c.text(1)))
			to, fine := zone(string(c.text(2)))
			if !ok || !good || !fine || !m.whole() {
				c.setNull()
				return
			}
			at := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, m.usec*1000, from)
			m = momentOf(at.In(to))
			c.setText(m.appendDateTime(nil, 0))
		}},
		{name: "my_periodadd", args: 2, do: func(c *call) {
			p := c.int(0)
			if p == 0 {
				c.setInt(0)
				return
			}
			c.setInt(periodOf(monthsOf(p) + c.int(1)))
		}},
		{name: "my_perioddiff", args: 2, do: func(c *call) { c.setInt(monthsOf(c.int(0)) - monthsOf(c.int(1))) }},
		{name: "my_extract", args: 2, do: extract},
	}
}

// toDay answers a day; what is no date compares as 0000-00-00, and where no day is meant, as one that
// none is.
func toDay(c *call, move func(*moment) bool) {
	m, ok := parseDate(c.text(0))
	switch {
	case !ok:
		c.setString("0000-00-00")
	case !move(&m):
		c.setText(nil)
	default:
		c.setText(m.appendDate(nil))
	}
}

func momentOf(at time.Time) moment {
	return moment{year: at.Year(), month: int(at.Month()), day: at.Day(), hour: at.Hour(), minute: at.Minute(), second: at.Second(), usec: at.Nanosecond() / 1000, dated: true, timed: true}
}

func isSpan(text []byte) bool {
	return len(text) > 2 && (text[2] == ':' || text[0] == '-' || text[3] == ':')
}

func (c *call) setSpan(v int64, places int) {
	v = max(-longestSpan, min(v, longestSpan))
	var m moment
	m.setMicros(v)
	c.setText(m.appendTime(nil, places))
}

func monthsOf(period int64) int64 {
	year := period / 100
	if year < 70 {
		year += 2000
	} else if year < 100 {
		year += 1900
	}
	return year*12 + period%100 - 1
}

func periodOf(months int64) int64 { return months/12*100 + months%12 + 1 }

// zone reads SYSTEM, an offset such as +05:30, or a name of the zone database.
func zone(name string) (*time.Location, bool) {
	if strings.EqualFold(name, "SYSTEM") {
		return time.Local, true
	}
	if len(name) > 1 && (name[0] == '+' || name[0] == '-') {
		hours, minutes, found := strings.Cut(name[1:], ":")
		h, err := strconv.Atoi(hours)
		m, err2 := strconv.Atoi(minutes)
		if !found || err != nil || err2 != nil || h > 14 || m > 59 {
			return nil, false
		}
		offset := h*3600 + m*60
		if name[0] == '-' {
			offset = -offset
		}
		return time.FixedZone("", offset), true
	}
	found, err := time.LoadLocation(name)
	return found, err == nil && name != ""
}

// interval is a length of time by one of MySQL's units.
type interval struct {
	months int64
	days   int64
	micros int64
	timed  bool // it gives a date a time
	places int
}

// units are the compound units: how many microseconds each of their parts is, the greatest first. A
// part of -1 is a month, of -12 a year.
var units = map[string][]int64{
	"YEAR_MONTH":         {-12, -1},
	"DAY_HOUR":           {dayMicros, 3600e6},
	"DAY_MINUTE":         {dayMicros, 3600e6, 60e6},
	"DAY_SECOND":         {dayMicros, 3600e6, 60e6, 1e6},
	"DAY_MICROSECOND":    {dayMicros, 3600e6, 60e6, 1e6, 1},
	"HOUR_MINUTE":        {3600e6, 60e6},
	"HOUR_SECOND":        {3600e6, 60e6, 1e6},
	"HOUR_MICROSECOND":   {3600e6, 60e6, 1e6, 1},
	"MINUTE_SECOND":      {60e6, 1e6},
	"MINUTE_MICROSECOND": {60e6, 1e6, 1},
	"SECOND_MICROSECOND": {1e6, 1},
}

// readInterval reads an interval; false is NULL.
func readInterval(c *call, at int, unit string) (iv interval, ok bool) {
	if parts, compound := units[unit]; compound {
		return readCompound(string(c.text(at)), unit, parts)
	}
	if unit == "SECOND" {
		v := c.float(at)
		if c.kind(at) == textType {
			v = Number(c.text(at))
		}
		if math.Abs(v) > 1e12 {
			return iv, false
		}
		iv.micros, iv.timed = int64(math.Round(v*1e6)), true
		if iv.micros%1e6 != 0 {
			iv.places = 6
		}
		return iv, true
	}
	var n int64
	switch c.kind(at) {
	case textType:
		n = Integer(c.text(at))
	case realType:
		n, _ = scaled(c.float(at), 0)
	default:
		n = c.int(at)
	}
	if n > 1e12 || n < -1e12 {
		return iv, false
	}
	switch unit {
	case "YEAR":
		iv.months = n * 12
	case "QUARTER":
		iv.months = n * 3
	case "MONTH":
		iv.months = n
	case "WEEK":
		iv.days = n * 7
	case "DAY":
		iv.days = n
	case "HOUR":
		if n > 1e8 || n < -1e8 {
			return iv, false
		}
		iv.micros, iv.timed = n*3600e6, true
	case "MINUTE":
		if n > 1e10 || n < -1e10 {
			return iv, false
		}
		iv.micros, iv.timed = n*60e6, true
	case "MICROSECOND":
		iv.micros, iv.timed, iv.places = n, true, 6
	default:
		return iv, false
	}
	return iv, true
}

// readCompound reads '1 12:30:00' by a compound unit. Where there are fewer numbers than parts the
// last parts are meant.
func readCompound(text, unit string, parts []int64) (iv interval, ok bool) {
	negative := strings.HasPrefix(strings.TrimSpace(text), "-")
	numbers := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if len(numbers) > len(parts) || len(numbers) == 0 {
		return iv, false
	}
	if strings.HasSuffix(unit, "MICROSECOND") {
		iv.places = 6
		last := numbers[len(numbers)-1]
		for len(last) < 6 {
			last += "0"
		}
		numbers[len(numbers)-1] = last[:6]
	}
	parts = parts[len(parts)-len(numbers):]
	for i, digits := range numbers {
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n > 1e9 {
			return iv, false
		}
		if negative {
			n = -n
		}
		if parts[i] < 0 {
			iv.months += n * -parts[i]
		} else {
			iv.micros += n * parts[i]
		}
	}
	iv.timed = unit != "YEAR_MONTH"
	return iv, true
}

func dateAdd(c *call) {
	unit := string(c.text(2))
	iv, ok := readInterval(c, 1, unit)
	if !ok {
		c.setNull()
		return
	}
	if c.int(3) < 0 {
		iv.months, iv.days, iv.micros = -iv.months, -iv.days, -iv.micros
	}
	text := c.text(0)
	if isSpan(text) && c.kind(0) == textType {
		m, ok := parseTime(text)
		if !ok || iv.months != 0 {
			c.setNull()
			return
		}
		v := m.micros() + iv.days*dayMicros + iv.micros
		if v > longestSpan || v < -longestSpan {
			c.setNull()
			return
		}
		c.setSpan(v, max(m.places, iv.places))
		return
	}
	m, ok := parseDate(text)
	if !ok || !m.whole() {
		c.setNull()
		return
	}
	if iv.months != 0 && !m.addMonths(int(iv.months)) || iv.days != 0 && (iv.days > 4e6 || iv.days < -4e6 || !m.addDays(int(iv.days))) ||
		iv.micros != 0 && !m.addMicros(iv.micros) {
		c.setNull()
		return
	}
	places := max(m.places, iv.places)
	if m.timed || iv.timed {
		c.setText(m.appendDateTime(nil, places))
		return
	}
	c.setText(m.appendDate(nil))
}

// timestampDiff is TIMESTAMPDIFF(unit, from, to).
func timestampDiff(c *call) {
	a, ok := parseDate(c.text(1))
	b, fine := parseDate(c.text(2))
	if !ok || !fine || !a.whole() || !b.whole() {
		c.setNull()
		return
	}
	micros := int64(b.days()-a.days())*dayMicros + b.micros() - a.micros()
	switch string(c.text(0)) {
	case "MICROSECOND":
		c.setInt(micros)
	case "SECOND":
		c.setInt(micros / 1e6)
	case "MINUTE":
		c.setInt(micros / 60e6)
	case "HOUR":
		c.setInt(micros / 3600e6)
	case "DAY":
		c.setInt(micros / dayMicros)
	case "WEEK":
		c.setInt(micros / (7 * dayMicros))
	case "MONTH":
		c.setInt(monthsBetween(&a, &b))
	case "QUARTER":
		c.setInt(monthsBetween(&a, &b) / 3)
	case "YEAR":
		c.setInt(monthsBetween(&a, &b) / 12)
	default:
		c.setNull()
	}
}

// monthsBetween counts whole months.
func monthsBetween(a, b *moment) int64 {
	sign := int64(1)
	if a.days() > b.days() || a.days() == b.days() && a.micros() > b.micros() {
		a, b, sign = b, a, -1
	}
	months := int64((b.year-a.year)*12 + b.month - a.month)
	if b.day < a.day || b.day == a.day && b.micros() < a.micros() {
		months--
	}
	return sign * months
}

func extract(c *call) {
	unit := string(c.text(0))
	text := c.text(1)
	m, ok := parseDate(text)
	if !ok || isSpan(text) {
		if m, ok = parseTime(text); !ok {
			c.setNull()
			return
		}
	}
	h, i, s, u := int64(m.hour), int64(m.minute), int64(m.second), int64(m.usec)
	var v int64
	switch unit {
	case "YEAR":
		v = int64(m.year)
	case "QUARTER":
		v = int64(m.month+2) / 3
	case "MONTH":
		v = int64(m.month)
	case "WEEK":
		w, _ := m.week(0)
		v = int64(w)
	case "DAY":
		v = int64(m.day)
	case "HOUR":
		v = h
	case "MINUTE":
		v = i
	case "SECOND":
		v = s
	case "MICROSECOND":
		v = u
	case "YEAR_MONTH":
		v = int64(m.year*100 + m.month)
	case "DAY_HOUR":
		v = int64(m.day)*100 + h
	case "DAY_MINUTE":
		v = int64(m.day)*10000 + h*100 + i
	case "DAY_SECOND":
		v = int64(m.day)*1e6 + h*10000 + i*100 + s
	case "DAY_MICROSECOND":
		v = (int64(m.day)*1e6+h*10000+i*100+s)*1e6 + u
	case "HOUR_MINUTE":
		v = h*100 + i
	case "HOUR_SECOND":
		v = h*10000 + i*100 + s
	case "HOUR_MICROSECOND":
		v = (h*10000+i*100+s)*1e6 + u
	case "MINUTE_SECOND":
		v = i*100 + s
	case "MINUTE_MICROSECOND":
		v = (i*100+s)*1e6 + u
	case "SECOND_MICROSECOND":
		v = s*1e6 + u
	default:
		c.setNull()
		return
	}
	if m.negative {
		v = -v
	}
	c.setInt(v)
}
