package resource

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func losAngeles(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestDateFormat(t *testing.T) {
	const afternoon = "2022-05-21 14:30:00"
	const early = "2009-06-05 01:04:09"
	cases := []struct {
		name, pattern, text, want string
	}{
		// The documents' examples and the two defaults.
		{"the manual's example with an offset", "dd/MM/yyyy HH:mm:ss zzz", afternoon, "21/05/2022 14:30:00 -07:00"},
		{"the manual's example of a date", "MM/dd/yyyy", "2022-05-21", "05/21/2022"},
		{"the default for dates changes nothing", "yyyy-MM-dd", "2022-05-21", "2022-05-21"},
		{"the default for datetimes changes nothing", "yyyy-MM-dd HH:mm:ss", afternoon, afternoon},

		// Custom specifiers.
		{"one letter gives no leading zero", "M/d/y h:m:s", early, "6/5/9 1:4:9"},
		{"two letters give a leading zero", "MM/dd/yy hh:mm:ss", early, "06/05/09 01:04:09"},
		{"three letters give short names", "ddd MMM", early, "Fri Jun"},
		{"four letters give full names", "dddd MMMM", early, "Friday June"},
		{"more letters than four give full names", "ddddddd MMMMMM", early, "Friday June"},
		{"September is shortened to three letters", "MMM", "2022-09-01", "Sep"},
		{"years take as many digits as letters from three on", "yyy yyyy yyyyy", early, "2009 2009 02009"},
		{"the year 1 is padded", "y yy yyy yyyy yyyyy", "0001-01-01", "1 01 001 0001 00001"},
		{"a year may have very many letters", strings.Repeat("y", 20), early, "00000000000000002009"},
		{"extra letters for the time change nothing", "HHH:mmm:sss hhhh", early, "01:04:09 01"},
		{"midnight is 12 on the 12-hour clock", "h hh H HH", "2022-05-21 00:00:00", "12 12 0 00"},
		{"noon is 12 on the 12-hour clock", "h hh H HH t tt", "2022-05-21 12:00:00", "12 12 12 12 P PM"},
		{"eleven at night is 11 PM", "h tt", "2022-05-21 23:59:59", "11 PM"},
		{"the morning is AM", "t tt tttt", early, "A AM AM"},
		{"a fraction with f is zeros", "s.f s.ff s.fffffff", early, "9.0 9.00 9.0000000"},
		{"a fraction with F is nothing and takes the point back", "s.F s.FFFFFFF|", early, "9 9|"},
		{"F takes back no other separator", "s,F", early, "9,"},
		{"F takes back a quoted point", "s'.'F", early, "9"},
		{"F takes back the point of the era", "gF", early, "A.D"},
		{"F sees a point through an empty K", "s.KF", early, "9"},
		{"two F take back two points", "s..%F%F", early, "9"},
		{"F at the start takes nothing from the text before", "FF", early, ""},
		{"the era is A.D. however long", "g|gg|ggg", early, "A.D.|A.D.|A.D."},
		{"K is nothing for an unspecified kind", "HHK", early, "01"},
		{"the offset has three lengths", "z zz zzz zzzzz", early, "-7 -07 -07:00 -07:00"},
		{"a date is midnight", "MM/dd/yyyy HH:mm:ss", "2022-05-21", "05/21/2022 00:00:00"},

		// Literals.
		{"letters without a meaning are themselves", "yyyy-MM-ddTHH:mm", afternoon, "2022-05-21T14:30"},
		{"quotes make letters literal", `'day' d "month" M`, afternoon, "day 21 month 5"},
		{"one kind of quote may hold the other", `"o'clock" 'say "hi"'`, afternoon, `o'clock say "hi"`},
		{"empty quotes give nothing", "HH''mm", afternoon, "1430"},
		{"empty quotes split a run", "d''d", afternoon, "2121"},
		{"a backslash makes a letter literal", `h\h m\m`, afternoon, "2h 30m"},
		{"a backslash escapes a quote", `\'HH\'`, afternoon, "'14'"},
		{"a backslash escapes inside quotes", `'it\'s' HH`, afternoon, "it's 14"},
		{"a backslash escapes a backslash", `HH\\mm`, afternoon, `14\30`},
		{"a percent sign makes one letter a custom format", "%d", afternoon, "21"},
		{"a percent sign takes one letter of a run only", "%dd", afternoon, "2121"},
		{"a percent sign before a literal vanishes", "%-HH", afternoon, "-14"},
		{"characters outside ASCII are literal", "yyyy年M月d日", afternoon, "2022年5月21日"},
		{"a backslash before a character outside ASCII vanishes", `d\é`, afternoon, "21é"},
		{"a character of two UTF-16 units is a custom format", "🦷", afternoon, "🦷"},

		// Standard formats.
		{"standard d", "d", early, "6/5/2009"},
		{"standard D", "D", early, "Friday, June 5, 2009"},
		{"standard f", "f", early, "Friday, June 5, 2009 1:04 AM"},
		{"standard F", "F", early, "Friday, June 5, 2009 1:04:09 AM"},
		{"standard g", "g", early, "6/5/2009 1:04 AM"},
		{"standard G", "G", early, "6/5/2009 1:04:09 AM"},
		{"standard m", "m", early, "June 5"},
		{"standard M", "M", early, "June 5"},
		{"standard o", "o", early, "2009-06-05T01:04:09.0000000"},
		{"standard O", "O", early, "2009-06-05T01:04:09.0000000"},
		{"standard r does not convert", "r", early, "Fri, 05 Jun 2009 01:04:09 GMT"},
		{"standard R does not convert", "R", early, "Fri, 05 Jun 2009 01:04:09 GMT"},
		{"standard s", "s", early, "2009-06-05T01:04:09"},
		{"standard t", "t", early, "1:04 AM"},
		{"standard T", "T", early, "1:04:09 AM"},
		{"standard u does not convert", "u", early, "2009-06-05 01:04:09Z"},
		{"standard U converts", "U", early, "Friday, June 5, 2009 8:04:09 AM"},
		{"standard U may reach the next day", "U", "2009-12-31 20:00:00", "Friday, January 1, 2010 4:00:00 AM"},
		{"standard y", "y", early, "June 2009"},
		{"standard Y", "Y", early, "June 2009"},

		// The ends of the calendar.
		{"the first day has its weekday", "R", "0001-01-01", "Mon, 01 Jan 0001 00:00:00 GMT"},
		{"the last day has its weekday", "R", "9999-12-31 23:59:59", "Fri, 31 Dec 9999 23:59:59 GMT"},
		{"the first day has the offset of the zone", "zzz", "0001-01-01 00:00:00", "-08:00"},
		{"the last day has the offset of the zone", "zzz", "9999-12-31 23:59:59", "-08:00"},
		{"U stops at the last second", "U", "9999-12-31 23:00:00", "Friday, December 31, 9999 11:59:59 PM"},
		{"a leap day is a day", "d MMMM yyyy", "2000-02-29", "29 February 2000"},
		{"a leap day before time zones has an offset", "zzz", "1896-02-29", "-08:00"},

		// Clock changes: the skipped and the repeated hour are standard time.
		{"the last second of winter", "zzz", "2022-03-13 01:59:59", "-08:00"},
		{"the skipped hour", "zzz", "2022-03-13 02:30:00", "-08:00"},
		{"the first second of summer", "zzz", "2022-03-13 03:00:00", "-07:00"},
		{"the last unrepeated second of summer", "zzz", "2022-11-06 00:59:59", "-07:00"},
		{"the repeated hour", "zzz", "2022-11-06 01:30:00", "-08:00"},
		{"the first unrepeated second of winter", "zzz", "2022-11-06 02:00:00", "-08:00"},

		// Text that is no date stays as it is.
		{"empty text", "MM/dd/yyyy", "", ""},
		{"a word", "MM/dd/yyyy", "yesterday", "yesterday"},
		{"a date with other separators", "MM/dd/yyyy", "2022/05/21", "2022/05/21"},
		{"a date with something behind", "MM/dd/yyyy", "2022-05-21Z", "2022-05-21Z"},
		{"a datetime with T", "MM/dd/yyyy", "2022-05-21T14:30:00", "2022-05-21T14:30:00"},
		{"a day that does not exist", "MM/dd/yyyy", "2022-02-29", "2022-02-29"},
		{"a month that does not exist", "MM/dd/yyyy", "2022-13-01", "2022-13-01"},
		{"a time that does not exist", "MM/dd/yyyy", "2022-05-21 24:00:00", "2022-05-21 24:00:00"},
		{"the year 0", "MM/dd/yyyy", "0000-01-01", "0000-01-01"},
	}
	loc := losAngeles(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, err := ParseDateFormat(c.pattern, loc)
			if err != nil {
				t.Fatalf("DateFormatString %q %v", c.pattern, err)
			}
			// The point in front is another value's: no format may touch it.
			if got := string(f.Append([]byte("."), []byte(c.text))); got != "."+c.want {
				t.Errorf("(-want, +got)\n- .%s\n+ %s", c.want, got)
			}
		})
	}
}

func TestDateFormatOffsets(t *testing.T) {
	cases := []struct {
		name  string
		loc   *time.Location
		texts string // the answer to "z zz zzz"
		utc   string // the answer to "U"
	}{
		{"no zone is UTC", nil, "+0 +00 +00:00", "Saturday, May 21, 2022 2:30:00 PM"},
		{"east of Greenwich with half an hour", time.FixedZone("", 5*3600+1800), "+5 +05 +05:30", "Saturday, May 21, 2022 9:00:00 AM"},
		{"west of Greenwich with half an hour", time.FixedZone("", -(3*3600 + 1800)), "-3 -03 -03:30", "Saturday, May 21, 2022 6:00:00 PM"},
		{"ten hours and more take two digits", time.FixedZone("", 13*3600), "+13 +13 +13:00", "Saturday, May 21, 2022 1:30:00 AM"},
		{"less than an hour west keeps its sign", time.FixedZone("", -1800), "-0 -00 -00:30", "Saturday, May 21, 2022 3:00:00 PM"},
		{"less than a minute has no sign of its own", time.FixedZone("", -30), "+0 +00 +00:00", "Saturday, May 21, 2022 2:30:30 PM"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for pattern, want := range map[string]string{"z zz zzz": c.texts, "U": c.utc} {
				f, err := ParseDateFormat(pattern, c.loc)
				if err != nil {
					t.Fatalf("DateFormatString %q %v", pattern, err)
				}
				if got := string(f.Append(nil, []byte("2022-05-21 14:30:00"))); got != want {
					t.Errorf("%q (-want, +got)\n- %s\n+ %s", pattern, want, got)
				}
			}
		})
	}

	t.Run("U stops at the first second", func(t *testing.T) {
		f, err := ParseDateFormat("U", time.FixedZone("", 2*3600))
		if err != nil {
			t.Fatal(err)
		}
		const want = "Monday, January 1, 0001 12:00:00 AM"
		if got := string(f.Append(nil, []byte("0001-01-01 01:00:00"))); got != want {
			t.Errorf("(-want, +got)\n- %s\n+ %s", want, got)
		}
	})
}

func TestParseDateFormatRefuses(t *testing.T) {
	cases := []struct {
		name, pattern, want string
	}{
		{"an empty pattern", "", `is empty`},
		{"invalid UTF-8", "yyyy\xff", `is not valid UTF-8`},
		{"101 characters", strings.Repeat("é", 101), `is longer than 100 characters`},
		{"a control character", "yyyy\nMM", `contains a control character`},
		{"a control character outside ASCII", "yyyy\u0085MM", `contains a control character`},
		{"a letter that is no standard format", "q", `has an unknown standard format "q"`},
		{"a specifier that is no standard format", "H", `has an unknown standard format "H"`},
		{"a single separator", "/", `has an unknown standard format "/"`},
		{"a single percent sign", "%", `has an unknown standard format "%"`},
		{"a single letter outside ASCII", "é", `has an unknown standard format "é"`},
		{"an open quote", "HH 'o", `ends inside a quoted literal`},
		{"an open double quote", `HH "o'clock'`, `ends inside a quoted literal`},
		{"a quote whose end is escaped", `HH 'o\'`, `ends inside a quoted literal`},
		{"a backslash at the end", `HH\`, `ends after a backslash`},
		{"a backslash at the end inside quotes", `HH'\`, `ends after a backslash`},
		{"a percent sign at the end", "HH%", `ends after a percent sign`},
		{"two percent signs", "%%d", `has "%" right after a percent sign`},
		{"a quote after a percent sign", "%'x'", `has "'" right after a percent sign`},
		{"a backslash after a percent sign", `%\d`, `has "\\" right after a percent sign`},
		{"eight f", "ffffffff", `has "f" more than 7 times in a row`},
		{"eight F", "s.FFFFFFFF", `has "F" more than 7 times in a row`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, err := ParseDateFormat(c.pattern, time.UTC)
			if err == nil {
				t.Fatalf("got a format, want the error %q", c.want)
			}
			if f != nil {
				t.Error("got a format beside the error")
			}
			if err.Error() != c.want {
				t.Errorf("(-want, +got)\n- %s\n+ %s", c.want, err)
			}
		})
	}
	if _, err := ParseDateFormat(strings.Repeat("é", 100), time.UTC); err != nil {
		t.Errorf("100 characters: DateFormatString %v", err)
	}
}

// TestDateFormatOffsetAtEveryQuarterHour compares the offset with a slow and
// obvious search: of all offsets a zone has near a time, the true one is the
// one that leads back to that time; with two or none it is the lesser.
func TestDateFormatOffsetAtEveryQuarterHour(t *testing.T) {
	for _, name := range []string{"America/Los_Angeles", "America/Phoenix", "Europe/Dublin", "Australia/Lord_Howe"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		first := time.Date(2022, 1, 1, 0, 15, 0, 0, time.UTC)
		for utc := first; utc.Year() == 2022; utc = utc.Add(15 * time.Minute) {
			var all, matching []time.Duration
			for hours := -24; hours <= 24; hours += 24 {
				_, seconds := utc.Add(time.Duration(hours) * time.Hour).In(loc).Zone()
				offset := time.Duration(seconds) * time.Second
				all = append(all, offset)
				if wallOf(utc.Add(-offset).In(loc)) == wallOf(utc) {
					matching = append(matching, offset)
				}
			}
			if len(matching) == 0 {
				matching = all
			}
			want := matching[0]
			for _, offset := range matching {
				want = min(want, offset)
			}
			if got := wallOf(utc).offset(loc); got != want {
				t.Fatalf("%s at %s: got %s, want %s", name, utc.Format(time.DateTime), got, want)
			}
		}
	}
}

func TestDateFormatAppendDoesNotAllocate(t *testing.T) {
	loc := losAngeles(t)
	text := []byte("2022-05-21 14:30:00")
	for _, pattern := range []string{"MM/dd/yyyy", "dd/MM/yyyy HH:mm:ss zzz", "D", "U"} {
		f, err := ParseDateFormat(pattern, loc)
		if err != nil {
			t.Fatalf("DateFormatString %q %v", pattern, err)
		}
		dst := make([]byte, 0, 100)
		if n := testing.AllocsPerRun(100, func() { dst = f.Append(dst[:0], text) }); n != 0 {
			t.Errorf("%q: %v allocations, want none", pattern, n)
		}
	}
}

func FuzzDateFormat(f *testing.F) {
	for _, pattern := range []string{
		"MM/dd/yyyy", "dd/MM/yyyy HH:mm:ss zzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "dddd, MMMM d, yyyyy g h:mm tt",
		`'it\'s' "x" \d %d%F..%F`, "U", "q", "%", "年", "ffffffff",
	} {
		f.Add(pattern, "2022-05-21")
		f.Add(pattern, "2022-11-06 01:30:00")
	}
	loc := losAngeles(f)
	f.Fuzz(func(t *testing.T, pattern, text string) {
		format, err := ParseDateFormat(pattern, loc)
		again, errAgain := ParseDateFormat(pattern, loc)
		if fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("%q: first %v, then %v", pattern, err, errAgain)
		}
		if err != nil {
			if !utf8.ValidString(err.Error()) {
				t.Fatalf("%q: error is not valid UTF-8: %q", pattern, err)
			}
			return
		}
		// The ends of the calendar and a leap day ride along with every input.
		for _, text := range []string{text, "0001-01-01", "9999-12-31 23:59:59", "2024-02-29 12:00:00"} {
			got := string(format.Append([]byte("."), []byte(text)))
			if same := string(again.Append([]byte("."), []byte(text))); same != got {
				t.Fatalf("%q of %q: first %q, then %q", pattern, text, got, same)
			}
			rest, kept := strings.CutPrefix(got, ".")
			if !kept {
				t.Fatalf("%q of %q: wrote over what was there: %q", pattern, text, got)
			}
			if !utf8.ValidString(got) && utf8.ValidString(text) {
				t.Fatalf("%q of %q: not valid UTF-8: %q", pattern, text, got)
			}
			// time.Parse takes a fraction after the seconds, we do not.
			_, errDate := time.Parse(time.DateOnly, text)
			_, errDateTime := time.Parse(time.DateTime, text)
			if errDate != nil && errDateTime != nil && rest != text {
				t.Fatalf("%q changed %q, which is no date, to %q", pattern, text, rest)
			}
		}
	})
}
