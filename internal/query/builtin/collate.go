package builtin

import (
	"sync"
	"unicode/utf8"
)

// asciiWeight is the weight of the letters that most texts are made of.
var asciiWeight = func() (w [128]uint16) {
	for c := range w {
		w[c] = uint16(c)
		if 'a' <= c && c <= 'z' {
			w[c] = uint16(c) - 'a' + 'A'
		}
	}
	return w
}()

// planes are the weights of the basic plane in pages of 256, nil where each letter weighs its code.
var planes = sync.OnceValue(func() *[256]*[256]uint16 {
	var pages [256]*[256]uint16
	for _, run := range weightRuns {
		weight := run[3]
		for letter := int(run[0]); letter <= int(run[1]); letter += int(run[2]) {
			page := pages[letter>>8]
			if page == nil {
				page = new([256]uint16)
				for i := range page {
					page[i] = uint16(letter&^0xff | i)
				}
				pages[letter>>8] = page
			}
			page[letter&0xff] = weight
			weight += run[4] * run[2]
		}
	}
	return &pages
})

// weightOf is the weight of a letter; all beyond the basic plane weigh alike.
func weightOf(r rune) uint16 {
	if r > 0xffff {
		return 0xfffd
	}
	if page := planes()[r>>8]; page != nil {
		return page[r&0xff]
	}
	return uint16(r)
}

// nextWeight is the weight of the first letter of a text that is not empty, and the letter's length.
func nextWeight(text []byte) (rune, int) {
	if c := text[0]; c < utf8.RuneSelf {
		return rune(asciiWeight[c]), 1
	}
	r, size := utf8.DecodeRune(text)
	return rune(weightOf(r)), size
}

// Compare is negative, 0 or positive as a comes before, with or after b in utf8mb4_general_ci. The
// shorter text is compared as if it went on in blanks.
func Compare(a, b []byte) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		var wa, wb rune
		if ca, cb := a[i], b[j]; ca < utf8.RuneSelf && cb < utf8.RuneSelf {
			wa, wb = rune(asciiWeight[ca]), rune(asciiWeight[cb])
			i, j = i+1, j+1
		} else {
			var na, nb int
			wa, na = nextWeight(a[i:])
			wb, nb = nextWeight(b[j:])
			i, j = i+na, j+nb
		}
		if wa != wb {
			return int(wa) - int(wb)
		}
	}
	if i < len(a) {
		return againstBlanks(a[i:])
	}
	return -againstBlanks(b[j:])
}

func againstBlanks(rest []byte) int {
	for len(rest) > 0 {
		w, n := nextWeight(rest)
		if w != ' ' {
			return int(w) - ' '
		}
		rest = rest[n:]
	}
	return 0
}

// like matches a text with a pattern of %, _ and an escape. It takes at most as many steps as the two
// lengths multiplied: after a % only the latest one is tried again.
func like(text, pattern []byte, escape rune, exact bool) bool {
	weigh := nextWeight
	if exact {
		weigh = nextRune
	}
	t, p := 0, 0
	backT, backP := -1, -1
	for t < len(text) {
		if p < len(pattern) {
			r, size := utf8.DecodeRune(pattern[p:])
			switch {
			case r == escape && p+size < len(pattern):
				pw, pn := weigh(pattern[p+size:])
				tw, tn := weigh(text[t:])
				if pw == tw {
					t, p = t+tn, p+size+pn
					continue
				}
			case r == '%':
				backT, backP = t, p+size
				p += size
				continue
			case r == '_':
				_, tn := utf8.DecodeRune(text[t:])
				t, p = t+tn, p+size
				continue
			default:
				pw, pn := weigh(pattern[p:])
				tw, tn := weigh(text[t:])
				if pw == tw {
					t, p = t+tn, p+pn
					continue
				}
			}
		}
		if backP < 0 {
			return false
		}
		_, tn := utf8.DecodeRune(text[backT:])
		backT += tn
		t, p = backT, backP
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}

// nextRune weighs a letter by its code: it is what a binary comparison sees.
func nextRune(text []byte) (rune, int) { return utf8.DecodeRune(text) }

// find is the place of a text within another, in bytes, -1 for none.
func find(text, part []byte) int {
	if len(part) == 0 {
		return 0
	}
	for i := 0; i < len(text); {
		if hasPrefix(text[i:], part) {
			return i
		}
		_, size := utf8.DecodeRune(text[i:])
		i += size
	}
	return -1
}

func hasPrefix(text, part []byte) bool {
	i, j := 0, 0
	for j < len(part) {
		if i >= len(text) {
			return false
		}
		wa, na := nextWeight(text[i:])
		wb, nb := nextWeight(part[j:])
		if wa != wb {
			return false
		}
		i, j = i+na, j+nb
	}
	return true
}

// equal tells whether two texts are the same in utf8mb4_general_ci.
func equal(a, b []byte) bool { return Compare(a, b) == 0 }

// Like is LIKE as callers write it, with a backslash for an escape.
func Like(text, pattern string) bool { return like([]byte(text), []byte(pattern), '\\', false) }
