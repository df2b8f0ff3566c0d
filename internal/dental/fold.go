package dental

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold gives the key by which names and other texts are compared: without regard to case, accents
// (of Latin, Greek and Cyrillic letters) and blanks at the end, the same on every storage engine. A
// control character counts as a blank: databases order those that sort before one each in their way.
func Fold(text string) string {
	if !isPlain(text) {
		text = strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, text)
	}
	text = strings.TrimRight(text, " ")
	if isPlain(text) {
		return strings.ToLower(text)
	}
	var folded strings.Builder
	folded.Grow(len(text))
	accented := false // whether marks on the last letter are accents, and not sounds of their own
	for _, r := range norm.NFD.String(text) {
		mark := unicode.Is(unicode.Mn, r)
		if !mark {
			accented = unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
		}
		switch {
		case mark && accented:
		case r == 'ß', r == 'ẞ':
			folded.WriteString("ss")
		default:
			// Twice, so that letters with one upper and two lower forms, such as the sigmas, meet.
			folded.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		}
	}
	return folded.String()
}

func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 || text[i] < ' ' {
			return false
		}
	}
	return true
}

// Digits keeps the digits of a telephone number; a leading 1 of eleven digits, the North American
// trunk prefix, is dropped. "(503) 363-5432" and "15033635432" are the same number.
func Digits(phone string) string {
	digits := make([]byte, 0, len(phone))
	for i := range len(phone) {
		if phone[i] >= '0' && phone[i] <= '9' {
			digits = append(digits, phone[i])
		}
	}
	if len(digits) == 11 && digits[0] == '1' {
		digits = digits[1:]
	}
	return string(digits)
}
