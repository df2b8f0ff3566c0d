package mysql

import (
	"database/sql/driver"
	"io"
	"strconv"
)

// rows is the result that a connection is reading. The driver has read what stands before the rows, and
// reads what ends them; the rows themselves come off the wire.
type rows struct {
	conn  *conn
	sql   string
	found driver.Rows
	err   error
	row   row
	types []cellType     // of the columns of a prepared statement's result, whose rows are binary
	none  []driver.Value // room that the driver wants to have for a row that does not come
	// digits are those cells of the current row that are no text and were asked for as text.
	digits []byte
}

// start begins a result, in the room of the one before.
func (r *rows) start(c *conn, sql string, found driver.Rows, binary bool) {
	r.conn, r.sql, r.found, r.err = c, sql, found, nil
	r.types = r.types[:0]
	if binary {
		r.types = appendTypes(r.types, found, c.wire.columns)
	}
}

// Next implements store.Rows.
func (r *rows) Next() bool {
	if r.err != nil || r.found == nil {
		return false
	}
	r.digits = r.digits[:0]
	body, err := r.conn.wire.takeRow()
	if err == nil {
		err = r.row.read(body, r.conn.wire.columns, r.types)
	}
	if err == nil {
		return true
	}
	if err == errTooLong || err == errBadRow {
		r.err = err
		r.conn.spoiled = true
		return false
	}
	// The driver reads how the rows end, or meets the error that broke the connection, and gives it the
	// words of its own that translateError knows.
	if cap(r.none) < r.conn.wire.columns {
		r.none = make([]driver.Value, r.conn.wire.columns)
	}
	if err = r.found.Next(r.none[:r.conn.wire.columns]); err != io.EOF { // what driver.Rows promises at the end, and no wrapping of it
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
func (r *rows) Int(col int) int64 { return r.row.integer(col) }

// Float implements store.Row.
func (r *rows) Float(col int) float64 { return r.row.float(col) }

// Null implements store.Row.
func (r *rows) Null(col int) bool { return r.row.cells[col].null }

// Text implements store.Row.
func (r *rows) Text(col int) []byte {
	if text, ok := r.row.text(col); ok {
		return text
	}
	from := len(r.digits)
	r.digits = r.row.appendText(r.digits, col)
	return r.digits[from:]
}

// decimal reads the digits of a decimal number up to its point.
func decimal(text []byte) int64 {
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

func parseFloat(text []byte) float64 {
	number, _ := strconv.ParseFloat(string(text), 64)
	return number
}
