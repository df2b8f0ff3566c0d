package builtin

import (
	"math/rand/v2"
	"sync"

	lib "modernc.org/sqlite/lib"
)

const (
	textType = lib.SQLITE_TEXT
	realType = lib.SQLITE_FLOAT
	intType  = lib.SQLITE_INTEGER
	nullType = lib.SQLITE_NULL
)

// Session is what one caller's command keeps beside its tables.
type Session struct {
	// Variables are the user variables, by their names in lower case: nil, int64, float64 or string.
	Variables map[string]any
	// Stopped tells that the statement has been ended; nil is never.
	Stopped func() bool
	random  *rand.Rand
}

// Reset makes the session empty for the next command.
func (s *Session) Reset() {
	s.Variables = make(map[string]any)
	s.random = nil
}

// sessionTable finds the session of a connection within SQLite's calls, which know its number only.
type sessionTable struct {
	mu sync.RWMutex
	of map[uintptr]*Session
}

var sessions = sessionTable{of: make(map[uintptr]*Session)}

func (t *sessionTable) put(conn uintptr, s *Session) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of[conn] = s
}

func (t *sessionTable) drop(conn uintptr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, conn)
}

func (c *call) session() *Session {
	sessions.mu.RLock()
	defer sessions.mu.RUnlock()
	return sessions.of[lib.Xsqlite3_context_db_handle(c.tls, c.ctx)]
}

func variableFunctions() []function {
	return []function{
		{name: "my_getvar", args: 1, varying: true, do: func(c *call) {
			switch v := c.session().Variables[string(c.text(0))].(type) {
			case int64:
				c.setInt(v)
			case float64:
				c.setFloat(v)
			case string:
				c.setString(v)
			default:
				c.setNull()
			}
		}},
		{name: "my_setvar", args: 2, null: true, varying: true, do: func(c *call) {
			variables := c.session().Variables
			name := string(c.text(0))
			switch c.kind(1) {
			case intType:
				variables[name] = c.int(1)
			case realType:
				variables[name] = c.float(1)
			case nullType:
				variables[name] = nil
			default:
				variables[name] = string(c.text(1))
			}
			c.setArgument(1)
		}},
	}
}

// random draws a number, from a sequence of its own where a seed is given.
func random(c *call) {
	s := c.session()
	if c.n == 1 {
		if s.random == nil {
			s.random = rand.New(rand.NewPCG(uint64(c.int(0)), 0))
		}
		c.setFloat(s.random.Float64())
		return
	}
	c.setFloat(rand.Float64())
}
