package rewrite

import (
	"strings"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// scan looks at the text before it is parsed: for comments that a server would run, which a parser takes
// for comments or the other way round, and for texts that are made to be hard to parse.
func scan(text string) error {
	if !utf8.ValidString(text) {
		return fault.New(fault.Invalid, "The command is not UTF-8")
	}
	if strings.ContainsRune(text, 0) {
		return fault.New(fault.Invalid, "The command holds a NUL byte")
	}
	depth := 0
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\'' || c == '"' || c == '`':
			i = skipQuoted(text, i)
			continue
		case c == '#', c == '-' && strings.HasPrefix(text[i:], "--") && (i+2 == len(text) || text[i+2] <= ' '):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return nil
			}
			i += end
		case c == '/' && strings.HasPrefix(text[i:], "/*"):
			rest := text[i+2:]
			if strings.HasPrefix(rest, "!") || strings.HasPrefix(rest, "M!") || strings.HasPrefix(rest, "T!") || strings.HasPrefix(rest, "m!") {
				return forbidden("comments that are executed")
			}
			end := strings.Index(rest, "*/")
			if end < 0 {
				return fault.New(fault.Invalid, "You have an error in your SQL syntax: a comment does not end")
			}
			i += 2 + end + 2
			continue
		case c == '(':
			if depth++; depth > deepest {
				return fault.New(fault.Invalid, "The statement is nested more than %d deep", deepest)
			}
		case c == ')':
			depth--
		}
		i++
	}
	return nil
}

// skipQuoted is the place behind a quoted text or name.
func skipQuoted(text string, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			if quote != '`' {
				i++
			}
		case quote:
			if i+1 < len(text) && text[i+1] == quote {
				i++
				continue
			}
			return i + 1
		}
	}
	return len(text)
}
