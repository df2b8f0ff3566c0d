package mysql

import (
	"database/sql/driver"
	"io"
	"strconv"
)

// rows is the result that a connection is reading.
type rows struct {
	conn  *conn
	sql   string
	found driver.Rows
	err   error
	cells []driver.Value
	// digits are numbers of the current row that were asked for as text.
	digits []byte
}

// start begins a result, in the room of the one before.
func (r *rows) start(c *conn, sql string, found driver.Rows) {
	columns := len(found.Columns())
	if cap(r.cells) < columns {
		r.cells = make([]driver.Value, columns)
	}
	r.conn, r.sql, r.found, r.err, r.cells = c, sql, found, nil, r.cells[:columns]
}

// Next implements store.Rows.
func (r *rows) Next() bool {
	if r.err != nil || r.found == nil {
		return false
	}
	r.digits = r.digits[:0]
	err := r.found.Next(r.cells)
	if err == nil {
		return true
	}
	if err != io.EOF { // what driver.Rows promises at the end, and no wrapping of it
		r.err = translateError(err)
	}
	return false
}

// Close implements store.Rows.
func (r *rows) Close() error {
	if r.found == nil {
		return r.err
	}
	r.conn.open = nil
	err := r.found.Close()
	r.found = nil
	if r.err == nil {
		r.err = translateError(err)
	}
	return r.err
}

// Int implements store.Row.
func (r *rows) Int(col int) int64 {
	switch v := r.cells[col].(type) {
	case int64:
		return v
	case []byte:
		return integer(v)
	case float64:
		return int64(v)
	}
	return 0
}

// integer reads the digits of a decimal number up to its point.
func integer(text []byte) int64 {
	var number int64
	negative := false
	for i, b := range text {
		switch {
		case b >= '0' && b <= '9':
			number = number*10 + int64(b-'0')
		case b == '-' && i == 0:
			negative = true
		default:
			return sign(number, negative)
		}
	}
	return sign(number, negative)
}

func sign(number int64, negative bool) int64 {
	if negative {
		return -number
	}
	return number
}

// Float implements store.Row.
func (r *rows) Float(col int) float64 {
	switch v := r.cells[col].(type) {
	case float64:
		return v
	case float32:
		return float64(v)
	case int64:
		return float64(v)
	case []byte:
		number, _ := strconv.ParseFloat(string(v), 64)
		return number
	}
	return 0
}

// Null implements store.Row.
func (r *rows) Null(col int) bool { return r.cells[col] == nil }

// Text implements store.Row.
func (r *rows) Text(col int) []byte {
	from := len(r.digits)
	switch v := r.cells[col].(type) {
	case []byte:
		return v
	case int64:
		r.digits = strconv.AppendInt(r.digits, v, 10)
	case float64:
		r.digits = strconv.AppendFloat(r.digits, v, 'g', -1, 64)
	}
	return r.digits[from:]
}
