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

// neverReading are the words that begin statements which no command may hold, however they go on. The
// parser does not know all of them; who sends one is told that it is not read-only.
var neverReading = map[string]bool{
	"alter": true, "analyze": true, "backup": true, "begin": true, "binlog": true, "cache": true, "call": true, "change": true, "check": true, "checksum": true,
	"clone": true, "commit": true, "deallocate": true, "do": true, "execute": true, "flush": true, "get": true, "grant": true, "handler": true, "import": true,
	"install": true, "kill": true, "load": true, "lock": true, "optimize": true, "prepare": true, "purge": true, "release": true, "rename": true, "repair": true,
	"reset": true, "resignal": true, "restart": true, "revoke": true, "rollback": true, "savepoint": true, "shutdown": true, "signal": true, "start": true, "stop": true,
	"uninstall": true, "unlock": true, "xa": true,
}

// neverRead looks at the words of a text that the parser does not understand, for statements that are
// not read-only whatever they say: it is nil where there is none.
func neverRead(text string) error {
	var words []string
	flush := func() error {
		defer func() { words = words[:0] }()
		if len(words) == 0 {
			return nil
		}
		second := ""
		if len(words) > 1 {
			second = words[1]
		}
		switch first := words[0]; {
		case neverReading[first], first == "create" && second != "temporary", first == "drop" && second != "temporary" && second != "table",
			first == "set" && (second == "global" || second == "persist" || second == "persist_only" || second == "role" || second == "password" || second == "default"),
			first == "show" && (second == "engine" || second == "master" || second == "slave" || second == "replica" || second == "binary" || second == "processlist"):
			return forbidden("%s", strings.ToUpper(strings.TrimSpace(first+" "+second)))
		}
		for i, w := range words {
			if w == "into" && i+1 < len(words) && (words[i+1] == "outfile" || words[i+1] == "dumpfile") {
				return forbidden("SELECT … INTO writes a file")
			}
		}
		return nil
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\'' || c == '"' || c == '`':
			i = skipQuoted(text, i)
		case c == '#', c == '-' && strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return flush()
			}
			i += end + 1
		case c == '/' && strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				return flush()
			}
			i += end + 4
		case c == ';':
			if err := flush(); err != nil {
				return err
			}
			i++
		case isWord(c):
			end := i
			for end < len(text) && isWord(text[end]) {
				end++
			}
			words = append(words, strings.ToLower(text[i:end]))
			i = end
		default:
			i++
		}
	}
	return flush()
}
