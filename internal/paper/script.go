package paper

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// run is a piece of a line that one face writes, in the order in which it stands from left to right.
type run struct {
	face  *face
	text  string
	width float64 // of a size of 1
}

// clean makes a text printable: composed accents, no invisible signs but line ends, and a name in brackets for a
// character that no font has, so that nothing is left out silently.
func (t *tray) clean(text string) (string, error) {
	var out strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == '\n':
			out.WriteByte('\n')
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		default:
			g, err := t.glyph(r, false)
			if err != nil {
				return "", err
			}
			if g.face == nil {
				fmt.Fprintf(&out, "[U+%04X]", r)
			} else {
				out.WriteRune(r)
			}
		}
	}
	return out.String(), nil
}

// runs lays a cleaned line out from left to right. What is written from the right is turned, and Arabic letters
// take the form of their place in the word. The signs of Indian scripts stand one after the other as they are
// stored: legible, if not as a hand would join them.
func (t *tray) runs(line string, isBold bool) ([]run, error) {
	if strings.IndexFunc(line, isFromTheRight) >= 0 {
		line = visual(line)
	}
	var runs []run
	for _, r := range line {
		g, err := t.glyph(r, isBold)
		if err != nil {
			return nil, err
		}
		if g.face == nil {
			continue // a form that the font does not have: clean has left nothing else
		}
		if len(runs) == 0 || runs[len(runs)-1].face != g.face {
			runs = append(runs, run{face: g.face})
		}
		last := &runs[len(runs)-1]
		last.text += string(r)
		last.width += g.advance
	}
	return runs, nil
}

// width is that of a line in a size of 1.
func (t *tray) width(line string, isBold bool) float64 {
	width := 0.0
	for _, r := range line {
		if g, err := t.glyph(r, isBold); err == nil {
			width += g.advance
		}
	}
	return width
}

func isFromTheRight(r rune) bool {
	properties, _ := bidi.LookupRune(r)
	return properties.Class() == bidi.R || properties.Class() == bidi.AL
}

// visual is a line in the order in which it is seen from left to right.
func visual(line string) string {
	var paragraph bidi.Paragraph
	if _, err := paragraph.SetString(line); err != nil {
		return line
	}
	ordering, err := paragraph.Order()
	if err != nil {
		return line
	}
	seen := make([]string, ordering.NumRuns())
	for i := range seen {
		part := ordering.Run(i)
		text := part.String()
		if part.Direction() == bidi.RightToLeft {
			text = bidi.ReverseString(joined(text))
		}
		at := i
		if !paragraph.IsLeftToRight() {
			at = len(seen) - 1 - i
		}
		seen[at] = text
	}
	return strings.Join(seen, "")
}

// forms are those that an Arabic letter takes: alone, at the end, at the beginning, in the middle. One that does
// not join what follows has the first two.
type forms [4]rune

// arabic is made of Unicode's presentation forms, which stand in this order, letter by letter.
var arabic = func() map[rune]forms {
	letters := make(map[rune]forms)
	add := func(from, to rune) {
		var last rune
		place := 0
		for r := from; r <= to; r++ {
			base := []rune(norm.NFKC.String(string(r)))
			if len(base) != 1 || base[0] == r {
				last = 0
				continue
			}
			if base[0] != last {
				last, place = base[0], 0
			}
			if place < 4 {
				f := letters[last]
				f[place] = r
				letters[last] = f
				place++
			}
		}
	}
	add(0xfb50, 0xfbb1) // the letters of Urdu and Persian beyond Arabic's
	add(0xfbd3, 0xfbff)
	add(0xfe80, 0xfef4)
	return letters
}()

// joined gives the letters of an Arabic text, in the order of reading, the form of their place.
func joined(text string) string {
	letters := []rune(text)
	out := make([]rune, len(letters))
	for i, letter := range letters {
		out[i] = letter
		f, ok := arabic[letter]
		if !ok {
			continue
		}
		form := 0
		if before, ok := arabic[neighbour(letters, i, -1)]; ok && before[2] != 0 && f[1] != 0 {
			form = 1
		}
		if after, ok := arabic[neighbour(letters, i, 1)]; ok && after[1] != 0 && f[2] != 0 {
			form += 2
		}
		// Alone 0, end 1, beginning 2, middle 3: as the table has them.
		if f[form] != 0 {
			out[i] = f[form]
		}
	}
	return string(out)
}

// neighbour is the letter beside one, past the vowel signs between.
func neighbour(letters []rune, at, step int) rune {
	for at += step; at >= 0 && at < len(letters); at += step {
		if !unicode.Is(unicode.Mn, letters[at]) {
			return letters[at]
		}
	}
	return 0
}

// wrap breaks a cleaned text into lines of at most a width, in a size of 1. It breaks at blanks, between the
// characters of scripts that write no blanks, and within a word that is longer than a line.
func (t *tray) wrap(text string, isBold bool, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, t.wrapParagraph(strings.TrimRight(paragraph, " "), isBold, width)...)
	}
	return lines
}

func (t *tray) wrapParagraph(text string, isBold bool, width float64) []string {
	var lines []string
	letters := []rune(text)
	start, lastBreak, used := 0, 0, 0.0
	for i := 0; i < len(letters); i++ {
		g, err := t.glyph(letters[i], isBold)
		if err != nil {
			return append(lines, string(letters[start:]))
		}
		if i > start && (letters[i-1] == ' ' || isIdeograph(letters[i]) || letters[i-1] == '-' || letters[i-1] == '/') {
			lastBreak = i
		}
		used += g.advance
		if used <= width || letters[i] == ' ' || i == start {
			continue
		}
		if lastBreak <= start {
			lastBreak = i
		}
		lines = append(lines, strings.TrimRight(string(letters[start:lastBreak]), " "))
		start, used = lastBreak, 0
		i = start - 1 // measured again from the beginning of the line
	}
	return append(lines, string(letters[start:]))
}

func isIdeograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}
