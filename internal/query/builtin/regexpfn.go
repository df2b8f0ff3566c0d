package builtin

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// patterns keeps the compiled patterns of late; a query uses one for many rows.
var patterns = struct {
	sync.Mutex
	of map[string]*regexp.Regexp
}{of: make(map[string]*regexp.Regexp)}

const keptPatterns = 256

// compile reads a pattern in RE2's syntax, which takes no longer for any text than the text is long.
// What only MariaDB's own expressions know, such as references back, is refused.
func compile(c *call, pattern []byte, exact bool) *regexp.Regexp {
	key := string(pattern)
	if !exact {
		key = "(?i)" + key
	}
	patterns.Lock()
	defer patterns.Unlock()
	if found := patterns.of[key]; found != nil {
		return found
	}
	made, err := regexp.Compile(wordBounds.Replace(key))
	if err != nil {
		c.fail("The regular expression is not one that can be used: groups that look ahead or back, and references, are not known")
		return nil
	}
	if len(patterns.of) >= keptPatterns {
		clear(patterns.of)
	}
	patterns.of[key] = made
	return made
}

// wordBounds are the spellings of a word's begin and end that MySQL had before version 8.
var wordBounds = strings.NewReplacer("[[:<:]]", `\b`, "[[:>:]]", `\b`)

func matchRegexp(c *call) {
	if re := compile(c, c.text(1), c.int(2) != 0); re != nil {
		c.setBool(re.Match(c.text(0)))
	}
}

func replaceRegexp(c *call) {
	re := compile(c, c.text(1), false)
	if re == nil {
		return
	}
	// \1 is what RE2 writes as ${1}.
	var with strings.Builder
	t := string(c.text(2))
	for i := 0; i < len(t); i++ {
		switch {
		case t[i] == '\\' && i+1 < len(t) && isDigit(t[i+1]):
			with.WriteString("${" + t[i+1:i+2] + "}")
			i++
		case t[i] == '$':
			with.WriteString("$$")
		default:
			with.WriteByte(t[i])
		}
	}
	replaced := re.ReplaceAll(c.text(0), []byte(with.String()))
	if len(replaced) > longestText {
		c.fail(tooLong)
		return
	}
	c.setText(replaced)
}

func substrRegexp(c *call) {
	if re := compile(c, c.text(1), false); re != nil {
		c.setText(re.Find(c.text(0)))
	}
}

func instrRegexp(c *call) {
	re := compile(c, c.text(1), false)
	if re == nil {
		return
	}
	at := re.FindIndex(c.text(0))
	if at == nil {
		c.setInt(0)
		return
	}
	c.setInt(int64(utf8.RuneCount(c.text(0)[:at[0]])) + 1)
}
