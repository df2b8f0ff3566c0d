package builtin

import (
	"strings"
)

var (
	monthNames = [...]string{"", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

// appendFormat appends a moment by the words of DATE_FORMAT; false is NULL.
func appendFormat(b []byte, m *moment, format []byte) ([]byte, bool) {
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c != '%' || i+1 == len(format) {
			b = append(b, c)
			continue
		}
		i++
		switch format[i] {
		case 'a', 'W', 'w':
			if !m.dated || !m.whole() && m.year == 0 {
				return b, false
			}
			day := m.weekday()
			switch format[i] {
			case 'a':
				b = append(b, dayNames[day][:3]...)
			case 'W':
				b = append(b, dayNames[day]...)
			default:
				b = appendInt(b, (day+1)%7, 1)
			}
		case 'b', 'M':
			if m.month == 0 {
				return b, false
			}
			name := monthNames[m.month]
			if format[i] == 'b' {
				name = name[:3]
			}
			b = append(b, name...)
		case 'c':
			b = appendInt(b, m.month, 1)
		case 'm':
			b = appendInt(b, m.month, 2)
		case 'D':
			b = appendInt(b, m.day, 1)
			b = append(b, ordinal(m.day)...)
		case 'd':
			b = appendInt(b, m.day, 2)
		case 'e':
			b = appendInt(b, m.day, 1)
		case 'f':
			b = appendInt(b, m.usec, 6)
		case 'H':
			b = appendInt(b, m.hour, 2)
		case 'k':
			b = appendInt(b, m.hour, 1)
		case 'h', 'I':
			b = appendInt(b, hour12(m.hour), 2)
		case 'l':
			b = appendInt(b, hour12(m.hour), 1)
		case 'i':
			b = appendInt(b, m.minute, 2)
		case 'j':
			b = appendInt(b, m.dayOfYear(), 3)
		case 'p':
			b = append(b, noon(m.hour)...)
		case 'r':
			b = appendInt(b, hour12(m.hour), 2)
			b = append(b, ':')
			b = appendInt(b, m.minute, 2)
			b = append(b, ':')
			b = appendInt(b, m.second, 2)
			b = append(b, ' ')
			b = append(b, noon(m.hour)...)
		case 'S', 's':
			b = appendInt(b, m.second, 2)
		case 'T':
			b = m.appendTime(b, 0)
		case 'U', 'u', 'V', 'v':
			mode := map[byte]int{'U': 0, 'u': 1, 'V': 2, 'v': 3}[format[i]]
			week, _ := m.week(mode)
			b = appendInt(b, week, 2)
		case 'X', 'x':
			mode := 2
			if format[i] == 'x' {
				mode = 3
			}
			_, year := m.week(mode)
			b = appendInt(b, year, 4)
		case 'Y':
			b = appendInt(b, m.year, 4)
		case 'y':
			b = appendInt(b, m.year%100, 2)
		default:
			b = append(b, format[i])
		}
	}
	return b, true
}

func hour12(h int) int { return (h+11)%12 + 1 }

func noon(h int) string {
	if h%24 >= 12 {
		return "PM"
	}
	return "AM"
}

func ordinal(n int) string {
	if n >= 10 && n <= 19 {
		return "th"
	}
	switch n % 10 {
	case 1:
		return "st"
	case 2:
		return "nd"
	case 3:
		return "rd"
	}
	return "th"
}

// readFormat is STR_TO_DATE: it reads a text by the words of a format.
func readFormat(text, format []byte) (m moment, ok bool) {
	weekday, yearday := -1, 0
	half, clock12 := 0, false
	number := func(most int) (int, bool) {
		end := min(skipDigits(text, 0), most)
		if end == 0 {
			return 0, false
		}
		n := atoi(text[:end])
		text = text[end:]
		return n, true
	}
	for i := 0; i < len(format); i++ {
		for len(text) > 0 && isSpace(text[0]) && (format[i] == '%' || isSpace(format[i])) {
			text = text[1:]
		}
		if len(text) == 0 {
			// What the text does not reach is 0.
			if i < len(format) && isSpace(format[i]) {
				continue
			}
			break
		}
		c := format[i]
		if isSpace(c) {
			continue
		}
		if c != '%' || i+1 == len(format) {
			if text[0] != c {
				return m, false
			}
			text = text[1:]
			continue
		}
		i++
		found := true
		switch format[i] {
		case 'Y':
			digits := min(skipDigits(text, 0), 4)
			m.year, found = number(4)
			if digits <= 2 {
				m.year = century(m.year)
			}
			m.dated = true
		case 'y':
			m.year, found = number(2)
			m.year = century(m.year)
			m.dated = true
		case 'c', 'm':
			m.month, found = number(2)
			m.dated = true
		case 'M', 'b':
			m.month, text, found = readName(text, monthNames[1:], format[i] == 'b')
			m.month++
			m.dated = true
		case 'd', 'e':
			m.day, found = number(2)
			m.dated = true
		case 'D':
			m.day, found = number(2)
			if len(text) >= 2 {
				text = text[2:]
			}
			m.dated = true
		case 'H', 'k':
			m.hour, found = number(2)
			m.timed = true
		case 'h', 'I', 'l':
			m.hour, found = number(2)
			clock12, m.timed = true, true
			found = found && m.hour >= 1 && m.hour <= 12
		case 'i':
			m.minute, found = number(2)
			m.timed = true
		case 's', 'S':
			m.second, found = number(2)
			m.timed = true
		case 'f':
			end := min(skipDigits(text, 0), 6)
			m.usec, _ = fraction(text)
			text = text[end:]
			m.places, m.timed = 6, true
		case 'p':
			if len(text) < 2 {
				return m, false
			}
			switch strings.ToUpper(string(text[:2])) {
			case "PM":
				half = 12
			case "AM":
			default:
				return m, false
			}
			text = text[2:]
		case 'W', 'a':
			weekday, text, found = readName(text, dayNames[:], format[i] == 'a')
		case 'w':
			weekday, found = number(1)
		case 'j':
			yearday, found = number(3)
			m.dated = true
		case 'r', 'T':
			inner := "%H:%i:%s"
			if format[i] == 'r' {
				inner = "%h:%i:%s %p"
			}
			rest := append([]byte(inner), format[i+1:]...)
			format, i = append(format[:0:0], rest...), -1
			continue
		case '%':
			found = text[0] == '%'
			text = text[1:]
		default:
			return m, false
		}
		if !found {
			return m, false
		}
	}
	_ = weekday
	if clock12 {
		m.hour = m.hour%12 + half
	}
	if yearday > 0 {
		m.year, m.month, m.day = dateOf(dayNumber(m.year, 1, 1) + yearday - 1)
	}
	return m, m.valid()
}

func readName(text []byte, names []string, short bool) (int, []byte, bool) {
	for i, name := range names {
		if short {
			name = name[:3]
		}
		if len(text) >= len(name) && strings.EqualFold(string(text[:len(name)]), name) {
			return i, text[len(name):], true
		}
	}
	return 0, text, false
}
