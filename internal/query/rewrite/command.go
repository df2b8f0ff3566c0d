// Package rewrite turns callers' MySQL into SQLite's SQL: it parses a command, lets through what only
// reads or works on the command's own temporary tables, finds the tables and columns that are named,
// infers types as MySQL does, and writes each statement anew for SQLite. What it does not know is
// refused by name; nothing of the caller's text is ever passed on. It knows no connection and runs
// nothing.
package rewrite

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/format"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's own literals, without all of TiDB

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Column is a column of a result.
type Column struct {
	Name string // as MySQL names it; several may have the same
	Type Type
}

// Step is one statement of a command, ready to run.
type Step struct {
	// SQL is for SQLite; "" where there is nothing to run. Params are what its ?1, ?2 … are bound to.
	SQL    string
	Params []Source
	// Columns are those of a result, nil for a statement without one.
	Columns []Column
	// Assign is the user variable that the only value of the result is for; Type is its type.
	Assign string
	Type   Type
	// Writes tells that it works on the command's temporary tables.
	Writes bool
	// Rows are a result that needs no database; Columns describe it.
	Rows [][]any
	// Native is the statement for a server that speaks MySQL's language: the tree as it was understood,
	// written out anew.
	Native string
	// Quiet tells that it assigns no user variable and may be left out when its result is not asked for.
	Quiet bool
}

// Command is a list of statements, ready to run.
type Command struct {
	Steps []Step
	// Answer is the step whose result is the command's, -1 for none: the last one that has a result.
	Answer int
	// Temporary tells that the command makes tables of its own.
	Temporary bool
}

// Options bound what is understood.
type Options struct {
	// Schema is the name that callers know their database by.
	Schema string
	// Longest is the greatest length of a command in bytes.
	Longest int
}

// session is what is known while the statements of a command are rewritten one after the other.
type session struct {
	schema    string
	variables map[string]Type
	temps     map[string]*TempTable
	options   Options
}

func (s *session) temp(key string) *TempTable { return s.temps[strings.ToLower(key)] }

// parsers are kept: each has tables of its own, which take longer to make than a statement to parse.
var parsers = sync.Pool{New: func() any { return parser.New() }}

// keep puts a parser back for others. It is emptied first: what it read would be written on by the next statement.
func keep(p *parser.Parser) {
	p.Reset()
	parsers.Put(p)
}

// Compile reads a command. Its error is a fault: Invalid for what is not understood, Forbidden for what
// is not read-only.
func Compile(text string, options Options) (c *Command, err error) {
	// A panic is a mistake of ours or the parser's; the caller's statement is refused and nothing else.
	defer func() {
		if p := recover(); p != nil {
			c, err = nil, fault.Wrap(fault.Invalid, fmt.Errorf("panic: %v", p), "The statement could not be understood")
		}
	}()
	nodes, err := parse(text, options)
	if err != nil {
		return nil, err
	}
	s := &session{schema: strings.ToLower(options.Schema), variables: make(map[string]Type), temps: make(map[string]*TempTable), options: options}
	c = &Command{Answer: -1}
	for _, node := range nodes {
		steps, err := s.statement(node)
		if err != nil {
			return nil, err
		}
		for _, step := range steps {
			if step.Columns != nil && step.Assign == "" {
				c.Answer = len(c.Steps)
			}
			c.Temporary = c.Temporary || step.Writes
			c.Steps = append(c.Steps, step)
		}
	}
	return c, nil
}

// parse turns the text into trees.
func parse(text string, options Options) ([]ast.StmtNode, error) {
	if options.Longest > 0 && len(text) > options.Longest {
		return nil, fault.New(fault.Invalid, "The command is longer than %d bytes", options.Longest)
	}
	if err := scan(text); err != nil {
		return nil, err
	}
	p := parsers.Get().(*parser.Parser) // one that panics is not put back
	nodes, _, err := p.ParseSQL(text)
	if err != nil {
		if quoted := quoteYounger(text); quoted != text {
			if again, _, failed := p.ParseSQL(quoted); failed == nil {
				nodes, err = again, nil
			}
		}
	}
	nodes = slices.Clone(nodes) // the list is the parser's own, and its next caller's
	keep(p)
	if err != nil {
		if refused := neverRead(text); refused != nil {
			return nil, refused
		}
		return nil, syntaxError(text, err)
	}
	if len(nodes) == 0 {
		return nil, fault.New(fault.Invalid, "The command is empty")
	}
	return nodes, nil
}

// parseOwn parses a statement of ours.
func parseOwn(text string) (ast.ResultSetNode, error) {
	p := parsers.Get().(*parser.Parser)
	defer keep(p)
	node, err := p.ParseOneStmt(text, "", "")
	if err != nil {
		return nil, err
	}
	return node.(ast.ResultSetNode), nil
}

var errorPlace = regexp.MustCompile(`line (\d+) column (\d+) near "`)

// syntaxError says where the text stops to be understood, in MySQL's words.
func syntaxError(text string, err error) error {
	found := errorPlace.FindStringSubmatchIndex(err.Error())
	if found == nil {
		return fault.Wrap(fault.Invalid, err, "You have an error in your SQL syntax")
	}
	said := err.Error()
	line, _ := strconv.Atoi(said[found[2]:found[3]])
	column, _ := strconv.Atoi(said[found[4]:found[5]])
	near := said[found[1]:]
	if end := strings.LastIndex(near, `"`); end >= 0 {
		near = near[:end]
	}
	// The parser says where the word ends that it did not expect; people look for where it begins.
	lines := strings.Split(text, "\n")
	if line >= 1 && line <= len(lines) {
		if at := strings.LastIndex(lines[line-1][:min(column, len(lines[line-1]))], firstWord(near)); at >= 0 && firstWord(near) != "" {
			column = at + 1
		}
	}
	return fault.New(fault.Invalid, "You have an error in your SQL syntax near '%s' at line %d column %d", bounded(strings.TrimSpace(near)), line, column)
}

func firstWord(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// native writes a tree out for MariaDB: names in backticks, texts in single quotes, no comments.
func native(n ast.Node) (string, error) {
	var b strings.Builder
	flags := format.RestoreStringSingleQuotes | format.RestoreStringEscapeBackslash | format.RestoreKeyWordUppercase | format.RestoreNameBackQuotes |
		format.RestoreSpacesAroundBinaryOperation | format.RestoreStringWithoutCharset
	err := n.Restore(format.NewRestoreCtx(flags, &b))
	return b.String(), err
}
