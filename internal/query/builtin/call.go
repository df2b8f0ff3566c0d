// Package builtin is MySQL's built-in functions, operators and collation for SQLite: what callers' SQL
// calls and SQLite does not know, or knows with another meaning. The meaning is MariaDB 10.11's. It
// knows no tables and no statements.
package builtin

import (
	"fmt"
	"reflect"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"
)

// Handle is a connection as SQLite's own functions take it.
type Handle struct {
	tls  *libc.TLS
	conn uintptr
}

// HandleOf finds the handle within a connection of the driver's, which keeps it to itself. The driver's
// way to define a function allocates several times per call; a function that is called for every row
// of a million is defined here without it.
func HandleOf(conn *sqlite.Conn) (Handle, error) {
	v := reflect.ValueOf(conn).Elem()
	tls, raw := v.FieldByName("tls"), v.FieldByName("conn")
	if !tls.IsValid() || tls.Type() != reflect.TypeFor[*libc.TLS]() || !raw.IsValid() || raw.Kind() != reflect.Uintptr {
		return Handle{}, fmt.Errorf("builtin: the driver's connection has no handle where it is looked for")
	}
	return Handle{tls: (*libc.TLS)(tls.UnsafePointer()), conn: uintptr(raw.Uint())}, nil
}

// pointerTo is a Go function as SQLite's code, which is Go as well, calls it. Only functions of the package
// level may be pointed to: nothing else keeps them alive.
func pointerTo[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// function is a scalar function.
type function struct {
	name string
	args int // -1 is any number
	do   func(*call)
	// null functions are called although an argument is NULL; of the others the value is NULL then.
	null bool
	// varying functions may answer differently for the same arguments, so that none of their calls is
	// left out or done ahead.
	varying bool
}

// call is one call of a scalar function.
type call struct {
	tls  *libc.TLS
	ctx  uintptr
	n    int
	argv uintptr
}

func (c *call) value(i int) uintptr {
	raw := libc.GoBytes(c.argv+uintptr(i)*unsafe.Sizeof(uintptr(0)), int(unsafe.Sizeof(uintptr(0))))
	return *(*uintptr)(unsafe.Pointer(&raw[0]))
}

func (c *call) kind(i int) int32 { return lib.Xsqlite3_value_type(c.tls, c.value(i)) }
func (c *call) null(i int) bool  { return c.kind(i) == lib.SQLITE_NULL }
func (c *call) int(i int) int64  { return lib.Xsqlite3_value_int64(c.tls, c.value(i)) }
func (c *call) float(i int) float64 {
	return lib.Xsqlite3_value_double(c.tls, c.value(i))
}

// text is a view of an argument; it is valid until the function returns.
func (c *call) text(i int) []byte {
	v := c.value(i)
	p := lib.Xsqlite3_value_text(c.tls, v)
	n := int(lib.Xsqlite3_value_bytes(c.tls, v))
	if p == 0 || n == 0 {
		return nil
	}
	return libc.GoBytes(p, n)
}

func (c *call) setNull()           { lib.Xsqlite3_result_null(c.tls, c.ctx) }
func (c *call) setInt(v int64)     { lib.Xsqlite3_result_int64(c.tls, c.ctx, v) }
func (c *call) setFloat(v float64) { lib.Xsqlite3_result_double(c.tls, c.ctx, v) }

func (c *call) setBool(v bool) {
	if v {
		c.setInt(1)
	} else {
		c.setInt(0)
	}
}

var freePointer = pointerTo(lib.Xsqlite3_free)

func (c *call) setText(text []byte) {
	p := lib.Xsqlite3_malloc64(c.tls, uint64(len(text))+1)
	if p == 0 {
		lib.Xsqlite3_result_error_nomem(c.tls, c.ctx)
		return
	}
	copy(libc.GoBytes(p, len(text)+1), text)
	lib.Xsqlite3_result_text64(c.tls, c.ctx, p, uint64(len(text)), freePointer, lib.SQLITE_UTF8)
}

func (c *call) setString(text string) { c.setText([]byte(text)) }

// setArgument answers an argument as it is.
func (c *call) setArgument(i int) { lib.Xsqlite3_result_value(c.tls, c.ctx, c.value(i)) }

// fail ends the statement with a text for the caller.
func (c *call) fail(text string) {
	p, err := libc.CString(Said + text)
	if err != nil {
		lib.Xsqlite3_result_error_nomem(c.tls, c.ctx)
		return
	}
	lib.Xsqlite3_result_error(c.tls, c.ctx, p, -1)
	libc.Xfree(c.tls, p)
}

// Said begins the text of an error that a function of this package has raised, which is safe to show.
const Said = "bridgework: "

// trampoline is what SQLite calls; the function's place in the list is its user data.
func trampoline(tls *libc.TLS, ctx uintptr, n int32, argv uintptr) {
	f := &functions[lib.Xsqlite3_user_data(tls, ctx)-1]
	c := call{tls: tls, ctx: ctx, n: int(n), argv: argv}
	if !f.null {
		for i := range c.n {
			if c.null(i) {
				c.setNull()
				return
			}
		}
	}
	f.do(&c)
}

// functions are all scalar functions; the names are those that package rewrite calls them by.
var functions = concat(textFunctions(), numberFunctions(), dateFunctions(), jsonFunctions(), variableFunctions())

func concat(lists ...[]function) []function {
	var all []function
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// Define makes the functions, aggregates and the collation known to a connection.
func Define(conn *sqlite.Conn, session *Session) (Handle, error) {
	h, err := HandleOf(conn)
	if err != nil {
		return h, err
	}
	for i, f := range functions {
		name, err := libc.CString(f.name)
		if err != nil {
			return h, err
		}
		flags := int32(lib.SQLITE_UTF8 | lib.SQLITE_DIRECTONLY)
		if !f.varying {
			flags |= lib.SQLITE_DETERMINISTIC
		}
		code := lib.Xsqlite3_create_function_v2(h.tls, h.conn, name, int32(f.args), flags, uintptr(i+1), pointerTo(trampoline), 0, 0, 0)
		libc.Xfree(h.tls, name)
		if err := sqlite.ResultCode(code).ToError(); err != nil {
			return h, fmt.Errorf("builtin: %s: %w", f.name, err)
		}
	}
	name, err := libc.CString(Collation)
	if err != nil {
		return h, err
	}
	defer libc.Xfree(h.tls, name)
	code := lib.Xsqlite3_create_collation_v2(h.tls, h.conn, name, lib.SQLITE_UTF8, 0, pointerTo(collate), 0)
	if err := sqlite.ResultCode(code).ToError(); err != nil {
		return h, fmt.Errorf("builtin: %s: %w", Collation, err)
	}
	sessions.put(h.conn, session)
	return h, defineAggregates(conn, session)
}

// Forget takes back what Define keeps outside of the connection. The connection is closed next.
func Forget(h Handle) { sessions.drop(h.conn) }

// Collation is the name of MySQL's utf8mb4_general_ci: case, accents and blanks at the end do not count.
const Collation = "GENERAL_CI"

func collate(_ *libc.TLS, _ uintptr, n1 int32, p1 uintptr, n2 int32, p2 uintptr) int32 {
	var a, b []byte
	if n1 > 0 {
		a = libc.GoBytes(p1, int(n1))
	}
	if n2 > 0 {
		b = libc.GoBytes(p2, int(n2))
	}
	return int32(Compare(a, b))
}
