package builtin

import (
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// own are SQLite's functions that the rewrite uses.
var own = map[string]bool{
	"count": true, "sum": true, "avg": true, "min": true, "max": true, "coalesce": true, "iif": true, "if": true, "nullif": true, "substr": true, "length": true,
	"abs": true, "sign": true, "char": true, "printf": true, "like": true, "json_each": true, "->>": true, "ifnull": true,
	"row_number": true, "rank": true, "dense_rank": true, "percent_rank": true, "cume_dist": true, "ntile": true, "lag": true, "lead": true,
	"first_value": true, "last_value": true, "nth_value": true, "concat": true,
}

// Allowed tells whether a function may be called: one of this package's, or of the few of SQLite's that
// the rewrite uses. name is in lower case.
func Allowed(name string) bool { return own[name] || strings.HasPrefix(name, "my_") }

// OnProgress makes SQLite call a function of the package level every so many steps, with a number that
// tells the connections apart. Any answer but 0 ends the statement that runs.
func (h Handle) OnProgress(steps int32, call func(*libc.TLS, uintptr) int32, id uintptr) {
	lib.Xsqlite3_progress_handler(h.tls, h.conn, steps, pointerTo(call), id)
}

// OnAuthorize makes SQLite ask a function of the package level about everything that a statement would
// do, when the statement is prepared: the action's number, its two arguments and the database.
func (h Handle) OnAuthorize(call func(tls *libc.TLS, _ uintptr, action int32, first, second, database, inner uintptr) int32) {
	lib.Xsqlite3_set_authorizer(h.tls, h.conn, pointerTo(call), 0)
}
