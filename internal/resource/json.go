package resource

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendText appends a JSON string. Bytes that need no escape, nearly all, are copied in runs.
// Characters that only HTML minds are left as they are.
func AppendText(dst, text []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(text); {
		b := text[i]
		if b < utf8.RuneSelf {
			if b >= 0x20 && b != '"' && b != '\\' {
				i++
				continue
			}
			dst = append(dst, text[from:i]...)
			dst = appendEscape(dst, b)
			i++
			from = i
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, text[from:i]...)
			dst = append(dst, "\ufffd"...)
			from = i + 1
		}
		i += size
	}
	dst = append(dst, text[from:]...)
	return append(dst, '"')
}

const hexDigits = "0123456789abcdef"

func appendEscape(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&15])
	}
}

// AppendBool appends "true" or "false": booleans are text in this API.
func AppendBool(dst []byte, value bool) []byte {
	if value {
		return append(dst, `"true"`...)
	}
	return append(dst, `"false"`...)
}

// appendFloat appends a number that always shows a decimal, 0.0 and 111.9, as the documents do.
func appendFloat(dst []byte, value float64) []byte {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return append(dst, "0.0"...)
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, value, 'f', -1, 64)
	for _, b := range dst[from:] {
		if b == '.' {
			return dst
		}
	}
	return append(dst, ".0"...)
}
