package rewrite

import "strings"

// younger are words that later versions reserve and that queries in the field, written for older ones,
// use as names of their own.
var younger = map[string]bool{
	"array": true, "cube": true, "cume_dist": true, "dense_rank": true, "empty": true, "except": true, "first_value": true, "function": true, "grouping": true,
	"groups": true, "intersect": true, "json_table": true, "lag": true, "last_value": true, "lateral": true, "lead": true, "member": true, "nth_value": true,
	"ntile": true, "of": true, "over": true, "percent_rank": true, "rank": true, "recursive": true, "row": true, "row_number": true, "rows": true, "system": true,
	"window": true, "fetch": true, "ilike": true, "stored": true, "virtual": true, "generated": true, "cost": true, "tidb": true, "until": true,
}

// quoteYounger puts those words into backticks wherever they stand as names: behind AS or a point, or
// where neither a ( nor anything that the word would begin follows.
func quoteYounger(text string) string {
	var b strings.Builder
	previous := ""
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\'' || c == '"' || c == '`':
			end := skipQuoted(text, i)
			b.WriteString(text[i:end])
			previous, i = "quoted", end
		case isWord(c):
			end := i
			for end < len(text) && isWord(text[end]) {
				end++
			}
			word := strings.ToLower(text[i:end])
			rest := strings.TrimLeft(text[end:], " \t\r\n")
			if younger[word] && (previous == "as" || previous == "." || !strings.HasPrefix(rest, "(") && word != "recursive" && word != "over" && word != "except" && word != "intersect") {
				b.WriteString("`" + text[i:end] + "`")
			} else {
				b.WriteString(text[i:end])
			}
			previous, i = word, end
		default:
			b.WriteByte(c)
			if c > ' ' {
				previous = string(c)
			}
			i++
		}
	}
	return b.String()
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
