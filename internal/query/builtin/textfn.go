package builtin

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestText bounds what a function may make of short arguments.
const longestText = 1 << 20

var tooLong = "The text that a function makes is longer than 1 MB"

func textFunctions() []function {
	text := func(name string, f func([]byte) []byte) function {
		return function{name: name, args: 1, do: func(c *call) { c.setText(f(c.text(0))) }}
	}
	return []function{
		// my_like(text, pattern, escape) and its exact twin, which a binary comparison uses.
		{name: "my_like", args: 3, do: func(c *call) {
			escape, _ := utf8.DecodeRune(c.text(2))
			c.setBool(like(c.text(0), c.text(1), escape, false))
		}},
		{name: "my_likebin", args: 3, do: func(c *call) {
			escape, _ := utf8.DecodeRune(c.text(2))
			c.setBool(like(c.text(0), c.text(1), escape, true))
		}},
		{name: "my_strcmp", args: 2, do: func(c *call) { c.setInt(int64(sign(Compare(c.text(0), c.text(1))))) }},
		text("my_upper", bytes.ToUpper), text("my_lower", bytes.ToLower),
		{name: "my_left", args: 2, do: func(c *call) { c.setText(firstRunes(c.text(0), c.int(1))) }},
		{name: "my_right", args: 2, do: func(c *call) {
			t := c.text(0)
			n := int64(utf8.RuneCount(t)) - max(c.int(1), 0)
			c.setText(t[len(firstRunes(t, n)):])
		}},
		{name: "my_substr", args: 2, do: func(c *call) { c.setText(substring(c.text(0), c.int(1), math.MaxInt64)) }},
		{name: "my_substr", args: 3, do: func(c *call) { c.setText(substring(c.text(0), c.int(1), c.int(2))) }},
		{name: "my_substrindex", args: 3, do: func(c *call) { c.setText(substringIndex(c.text(0), c.text(1), c.int(2))) }},
		{name: "my_bytes", args: 1, do: func(c *call) { c.setInt(int64(len(c.text(0)))) }},
		// my_trim(text, part, where): 1 is the beginning, 2 the end, 3 both.
		{name: "my_trim", args: 3, do: func(c *call) {
			t, part, where := c.text(0), c.text(1), c.int(2)
			for where&1 != 0 && len(part) > 0 && bytes.HasPrefix(t, part) {
				t = t[len(part):]
			}
			for where&2 != 0 && len(part) > 0 && bytes.HasSuffix(t, part) {
				t = t[:len(t)-len(part)]
			}
			c.setText(t)
		}},
		{name: "my_replace", args: 3, do: func(c *call) {
			t, from, to := c.text(0), c.text(1), c.text(2)
			if len(from) == 0 {
				c.setText(t)
				return
			}
			if n := bytes.Count(t, from); len(t)+n*(len(to)-len(from)) > longestText && n > 0 {
				c.fail(tooLong)
				return
			}
			c.setText(bytes.ReplaceAll(t, from, to))
		}},
		text("my_reverse", func(t []byte) []byte {
			r := make([]byte, 0, len(t))
			for len(t) > 0 {
				_, n := utf8.DecodeLastRune(t)
				r = append(r, t[len(t)-n:]...)
				t = t[:len(t)-n]
			}
			return r
		}),
		{name: "my_repeat", args: 2, do: func(c *call) {
			t, n := c.text(0), max(c.int(1), 0)
			if len(t) > 0 && n > int64(longestText/len(t)) {
				c.fail(tooLong)
				return
			}
			if len(t) == 0 {
				n = 0
			}
			c.setText(bytes.Repeat(t, int(n)))
		}},
		{name: "my_pad", args: 4, do: pad},
		// my_locate(part, text, from)
		{name: "my_locate", args: 3, do: func(c *call) {
			part, t, from := c.text(0), c.text(1), c.int(2)
			if from < 1 || from > int64(utf8.RuneCount(t))+1 {
				c.setInt(0)
				return
			}
			before := firstRunes(t, from-1)
			at := find(t[len(before):], part)
			if at < 0 {
				c.setInt(0)
				return
			}
			c.setInt(from + int64(utf8.RuneCount(t[len(before):len(before)+at])))
		}},
		{name: "my_field", args: -1, null: true, do: func(c *call) {
			if c.null(0) {
				c.setInt(0)
				return
			}
			for i := 1; i < c.n; i++ {
				if !c.null(i) && equal(c.text(0), c.text(i)) {
					c.setInt(int64(i))
					return
				}
			}
			c.setInt(0)
		}},
		{name: "my_fieldnum", args: -1, null: true, do: func(c *call) {
			for i := 1; i < c.n && !c.null(0); i++ {
				if !c.null(i) && c.float(0) == c.float(i) {
					c.setInt(int64(i))
					return
				}
			}
			c.setInt(0)
		}},
		{name: "my_findinset", args: 2, do: func(c *call) {
			t, set := c.text(0), c.text(1)
			if len(set) == 0 {
				c.setInt(0)
				return
			}
			for i, part := range bytes.Split(set, []byte{','}) {
				if equal(t, part) {
					c.setInt(int64(i + 1))
					return
				}
			}
			c.setInt(0)
		}},
		{name: "my_concatws", args: -1, null: true, do: func(c *call) {
			if c.null(0) {
				c.setNull()
				return
			}
			var all []byte
			first := true
			for i := 1; i < c.n; i++ {
				if c.null(i) {
					continue
				}
				if !first {
					all = append(all, c.text(0)...)
				}
				all, first = append(all, c.text(i)...), false
			}
			c.setText(all)
		}},
		{name: "my_makeset", args: -1, null: true, do: func(c *call) {
			if c.null(0) {
				c.setNull()
				return
			}
			var parts [][]byte
			for i := 1; i < c.n && i < 64; i++ {
				if c.int(0)>>(i-1)&1 == 1 && !c.null(i) {
					parts = append(parts, bytes.Clone(c.text(i)))
				}
			}
			c.setText(bytes.Join(parts, []byte{','}))
		}},
		{name: "my_ascii", args: 1, do: func(c *call) {
			t := c.text(0)
			if len(t) == 0 {
				c.setInt(0)
				return
			}
			c.setInt(int64(t[0]))
		}},
		{name: "my_ord", args: 1, do: func(c *call) {
			t := c.text(0)
			v := int64(0)
			if len(t) > 0 {
				_, n := utf8.DecodeRune(t)
				for _, b := range t[:n] {
					v = v<<8 | int64(b)
				}
			}
			c.setInt(v)
		}},
		{name: "my_char", args: -1, null: true, do: func(c *call) {
			var all []byte
			for i := range c.n {
				if c.null(i) {
					continue
				}
				v := uint32(c.int(i))
				started := false
				for shift := 24; shift >= 0; shift -= 8 {
					if b := byte(v >> shift); b != 0 || started || shift == 0 {
						all, started = append(all, b), true
					}
				}
			}
			c.setText(all)
		}},
		{name: "my_hex", args: 1, do: func(c *call) {
			if c.kind(0) == textType {
				c.setString(strings.ToUpper(hex.EncodeToString(c.text(0))))
				return
			}
			c.setString(strings.ToUpper(strconv.FormatUint(uint64(c.int(0)), 16)))
		}},
		{name: "my_unhex", args: 1, do: func(c *call) {
			t := string(c.text(0))
			if len(t)%2 == 1 {
				t = "0" + t
			}
			b, err := hex.DecodeString(t)
			if err != nil {
				c.setNull()
				return
			}
			c.setText(b)
		}},
		// my_format(number as text, decimals)
		{name: "my_format", args: 2, do: func(c *call) { c.setText(grouped(c.text(0))) }},
		{name: "my_fixed", args: 2, do: func(c *call) {
			c.setString(strconv.FormatFloat(c.float(0), 'f', int(max(0, min(c.int(1), 38))), 64))
		}},
		{name: "my_insert", args: 4, do: func(c *call) {
			t, at, n, with := c.text(0), c.int(1), c.int(2), c.text(3)
			length := int64(utf8.RuneCount(t))
			if at < 1 || at > length {
				c.setText(t)
				return
			}
			if n < 0 || at+n > length {
				n = length - at + 1
			}
			before := firstRunes(t, at-1)
			gone := firstRunes(t[len(before):], n)
			all := append([]byte(nil), before...)
			all = append(all, with...)
			c.setText(append(all, t[len(before)+len(gone):]...))
		}},
		text("my_soundex", soundex),
		{name: "my_quote", args: 1, null: true, do: func(c *call) {
			if c.null(0) {
				c.setString("NULL")
				return
			}
			r := strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\x00", `\0`, "\x1a", `\Z`)
			c.setString("'" + r.Replace(string(c.text(0))) + "'")
		}},
		{name: "my_conv", args: 3, do: conv},
		text("my_md5", func(t []byte) []byte { s := md5.Sum(t); return []byte(hex.EncodeToString(s[:])) }),
		text("my_sha1", func(t []byte) []byte { s := sha1.Sum(t); return []byte(hex.EncodeToString(s[:])) }),
		{name: "my_sha2", args: 2, do: func(c *call) {
			t := c.text(0)
			switch c.int(1) {
			case 224:
				s := sha256.Sum224(t)
				c.setString(hex.EncodeToString(s[:]))
			case 0, 256:
				s := sha256.Sum256(t)
				c.setString(hex.EncodeToString(s[:]))
			case 384:
				s := sha512.Sum384(t)
				c.setString(hex.EncodeToString(s[:]))
			case 512:
				s := sha512.Sum512(t)
				c.setString(hex.EncodeToString(s[:]))
			default:
				c.setNull()
			}
		}},
		{name: "my_crc32", args: 1, do: func(c *call) { c.setInt(int64(crc32.ChecksumIEEE(c.text(0)))) }},
		text("my_tobase64", toBase64),
		{name: "my_frombase64", args: 1, do: func(c *call) {
			b, err := base64.StdEncoding.DecodeString(strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, string(c.text(0))))
			if err != nil {
				c.setNull()
				return
			}
			c.setText(b)
		}},
		// my_clip(text, letters) cuts a text to the length of a column.
		{name: "my_clip", args: 2, do: func(c *call) { c.setText(firstRunes(c.text(0), c.int(1))) }},
		// my_interval(value, bounds …) is INTERVAL().
		{name: "my_interval", args: -1, null: true, do: func(c *call) {
			if c.null(0) {
				c.setInt(-1)
				return
			}
			n := int64(0)
			for i := 1; i < c.n && (c.null(i) || c.float(i) <= c.float(0)); i++ {
				n = int64(i)
			}
			c.setInt(n)
		}},
		{name: "my_regexp", args: 3, do: matchRegexp},
		{name: "my_regexpreplace", args: 3, do: replaceRegexp},
		{name: "my_regexpsubstr", args: 2, do: substrRegexp},
		{name: "my_regexpinstr", args: 2, do: instrRegexp},
		// my_extreme(sign, …) is GREATEST (1) and LEAST (-1) of texts.
		{name: "my_extreme", args: -1, do: func(c *call) {
			best := 1
			for i := 2; i < c.n; i++ {
				if Compare(c.text(i), c.text(best))*int(c.int(0)) > 0 {
					best = i
				}
			}
			c.setArgument(best)
		}},
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func firstRunes(t []byte, n int64) []byte {
	i := 0
	for ; n > 0 && i < len(t); n-- {
		if t[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(t[i:])
		i += size
	}
	return t[:i]
}

func substring(t []byte, at, n int64) []byte {
	if at == 0 || n <= 0 {
		return nil
	}
	if at < 0 {
		at += int64(utf8.RuneCount(t)) + 1
		if at < 1 {
			return nil
		}
	}
	return firstRunes(t[len(firstRunes(t, at-1)):], n)
}

func substringIndex(t, part []byte, n int64) []byte {
	if len(part) == 0 || n == 0 {
		return nil
	}
	if n > 0 {
		from := 0
		for ; n > 0; n-- {
			at := bytes.Index(t[from:], part)
			if at < 0 {
				return t
			}
			from += at + len(part)
		}
		return t[:from-len(part)]
	}
	end := len(t)
	for ; n < 0; n++ {
		at := bytes.LastIndex(t[:end], part)
		if at < 0 {
			return t
		}
		end = at
	}
	return t[end+len(part):]
}

// pad is my_pad(text, length, with, left): LPAD and RPAD.
func pad(c *call) {
	t, n, with := c.text(0), c.int(1), c.text(2)
	length := int64(utf8.RuneCount(t))
	switch {
	case n < 0:
		c.setNull()
		return
	case length >= n:
		c.setText(firstRunes(t, n))
		return
	case len(with) == 0:
		c.setText(nil)
		return
	case n > longestText:
		c.fail(tooLong)
		return
	}
	missing := n - length
	width := int64(utf8.RuneCount(with))
	filler := bytes.Repeat(with, int(missing/width+1))
	filler = firstRunes(filler, missing)
	if c.int(3) != 0 {
		c.setText(append(filler[:len(filler):len(filler)], t...))
		return
	}
	c.setText(append(bytes.Clone(t), filler...))
}

// grouped puts commas between the thousands of a number's text.
func grouped(t []byte) []byte {
	sign := ""
	if len(t) > 0 && t[0] == '-' {
		sign, t = "-", t[1:]
	}
	whole, rest := t, []byte(nil)
	if at := bytes.IndexByte(t, '.'); at >= 0 {
		whole, rest = t[:at], t[at:]
	}
	out := []byte(sign)
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, d)
	}
	return append(out, rest...)
}

func soundex(t []byte) []byte {
	const codes = "01230120022455012623010202"
	var out []byte
	last := byte(0)
	for _, r := range string(t) {
		r = unicode.ToUpper(r)
		if !unicode.IsLetter(r) {
			continue
		}
		code := byte('0')
		if 'A' <= r && r <= 'Z' {
			code = codes[r-'A']
		}
		if len(out) == 0 {
			out = append(out, string(r)...)
			last = code
			continue
		}
		if code != '0' && code != last {
			out, last = append(out, code), code
		}
	}
	for len(out) > 0 && len(out) < 4 {
		out = append(out, '0')
	}
	return out
}

func conv(c *call) {
	from, to := c.int(1), c.int(2)
	base, signed := from, to < 0
	if base < 0 {
		base = -base
	}
	if to < 0 {
		to = -to
	}
	if base < 2 || base > 36 || to < 2 || to > 36 {
		c.setNull()
		return
	}
	t := strings.TrimSpace(string(c.text(0)))
	negative := strings.HasPrefix(t, "-")
	t = strings.TrimLeft(t, "+-")
	var v uint64
	for _, r := range strings.ToLower(t) {
		digit := int64(99)
		switch {
		case '0' <= r && r <= '9':
			digit = int64(r - '0')
		case 'a' <= r && r <= 'z':
			digit = int64(r-'a') + 10
		}
		if digit >= base {
			break
		}
		v = v*uint64(base) + uint64(digit)
	}
	if negative {
		v = -v
	}
	if signed {
		c.setString(strings.ToUpper(strconv.FormatInt(int64(v), int(to))))
		return
	}
	c.setString(strings.ToUpper(strconv.FormatUint(v, int(to))))
}

func toBase64(t []byte) []byte {
	all := base64.StdEncoding.EncodeToString(t)
	var out []byte
	for len(all) > 76 {
		out = append(append(out, all[:76]...), '\n')
		all = all[76:]
	}
	return append(out, all...)
}
