package mysql

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
)

// row is a row as the server sent it, with the places of its cells. It is valid as long as the bytes are.
type row struct {
	body  []byte
	cells []cell
}

// cell is where a value stands in the row, and how it is written there.
type cell struct {
	at, end int
	kind    cellKind
	null    bool
}

// cellKind says how a value is written.
type cellKind uint8

const (
	textCell cellKind = iota
	signedCell
	unsignedCell
	floatCell
	dateCell
	dateTimeCell
	timeCell
)

// cellType is the kind of a column's cells in a binary row, and their width; 0 is one that stands before each.
type cellType struct {
	kind  cellKind
	width int
}

// cellTypes are those of the types that are no text, by the driver's names. (MySQL's manual, "Binary
// Protocol Resultset Row".)
var cellTypes = map[string]cellType{
	"TINYINT": {signedCell, 1}, "SMALLINT": {signedCell, 2}, "YEAR": {unsignedCell, 2}, "MEDIUMINT": {signedCell, 4},
	"INT": {signedCell, 4}, "BIGINT": {signedCell, 8},
	"UNSIGNED TINYINT": {unsignedCell, 1}, "UNSIGNED SMALLINT": {unsignedCell, 2}, "UNSIGNED MEDIUMINT": {unsignedCell, 4},
	"UNSIGNED INT": {unsignedCell, 4}, "UNSIGNED BIGINT": {unsignedCell, 8},
	"FLOAT": {floatCell, 4}, "DOUBLE": {floatCell, 8},
	"DATE": {dateCell, 0}, "DATETIME": {dateTimeCell, 0}, "TIMESTAMP": {dateTimeCell, 0}, "TIME": {timeCell, 0},
}

// typed is what tells the types of a result's columns, "database/sql/driver".RowsColumnTypeDatabaseTypeName.
type typed interface {
	ColumnTypeDatabaseTypeName(column int) string
}

func appendTypes(dst []cellType, found any, columns int) []cellType {
	of, _ := found.(typed)
	for column := range columns {
		dst = append(dst, cellTypes[of.ColumnTypeDatabaseTypeName(column)])
	}
	return dst
}

// errBadRow says that a row is not as the protocol has it.
var errBadRow = errors.New("mysql: a row that the server sent is not understood")

// read finds the cells. types are nil, or empty, for a row of text.
func (r *row) read(body []byte, columns int, types []cellType) error {
	r.body = body
	if cap(r.cells) < columns {
		r.cells = make([]cell, columns)
	}
	r.cells = r.cells[:columns]
	if len(types) > 0 {
		return r.readBinary(types)
	}
	at := 0
	for i := range r.cells {
		if at >= len(body) {
			return errBadRow
		}
		length, size := lengthOf(body[at:])
		if length < 0 || length > len(body)-at-size { // a sum with it might go round
			return errBadRow
		}
		r.cells[i] = cell{at: at + size, end: at + size + length, null: body[at] == nullByte}
		at += size + length
	}
	return nil
}

// nullByte stands for NULL in a row of text.
const nullByte = 0xfb

// readBinary reads a row that begins with a byte of 0 and a bit for each column that is NULL; the bits begin
// with the third.
func (r *row) readBinary(types []cellType) error {
	at := 1 + (len(types)+7+2)/8
	if at > len(r.body) {
		return errBadRow
	}
	nulls := r.body[1:at]
	for i, t := range types {
		if bit := i + 2; nulls[bit/8]>>(bit%8)&1 == 1 {
			r.cells[i] = cell{null: true}
			continue
		}
		length, size := t.width, 0
		if t.width == 0 {
			length, size = lengthOf(r.body[min(at, len(r.body)):])
			if size == 0 {
				return errBadRow
			}
		}
		if length < 0 || length > len(r.body)-at-size {
			return errBadRow
		}
		r.cells[i] = cell{at: at + size, end: at + size + length, kind: t.kind}
		at += size + length
	}
	return nil
}

func (r *row) bytes(c cell) []byte { return r.body[c.at:c.end] }

// text is a cell that is written as text; ok tells whether it is.
func (r *row) text(col int) (text []byte, ok bool) {
	c := r.cells[col]
	return r.bytes(c), c.kind == textCell
}

func (r *row) integer(col int) int64 {
	switch c := r.cells[col]; c.kind {
	case signedCell:
		bits := 64 - 8*(c.end-c.at)
		return int64(little(r.bytes(c))) << bits >> bits
	case unsignedCell:
		return int64(little(r.bytes(c)))
	case floatCell:
		return int64(r.float(col))
	case textCell:
		return decimal(r.bytes(c))
	}
	return 0
}

func (r *row) float(col int) float64 {
	switch c := r.cells[col]; c.kind {
	case floatCell:
		if c.end-c.at == 4 {
			return float64(math.Float32frombits(uint32(little(r.bytes(c)))))
		}
		return math.Float64frombits(little(r.bytes(c)))
	case textCell:
		return parseFloat(r.bytes(c))
	default:
		return float64(r.integer(col))
	}
}

// appendText writes a cell that is no text as the server would have written it.
func (r *row) appendText(dst []byte, col int) []byte {
	c := r.cells[col]
	data := r.bytes(c)
	switch c.kind {
	case signedCell:
		return strconv.AppendInt(dst, r.integer(col), 10)
	case unsignedCell:
		return strconv.AppendUint(dst, little(data), 10)
	case floatCell:
		return strconv.AppendFloat(dst, r.float(col), 'g', -1, 8*len(data))
	case dateCell:
		return appendDay(dst, data)
	case dateTimeCell:
		return appendMoment(dst, data)
	case timeCell:
		return appendSpan(dst, data)
	default:
		return append(dst, data...)
	}
}

// little reads a number whose lowest byte comes first.
func little(data []byte) uint64 {
	var all [8]byte
	copy(all[:], data)
	return binary.LittleEndian.Uint64(all[:])
}

// appendDay writes year, month and day, of which the last zeros are not sent.
func appendDay(dst, data []byte) []byte {
	var day [4]byte
	copy(day[:], data)
	dst = appendDigits(dst, uint32(binary.LittleEndian.Uint16(day[:])), 4)
	dst = appendDigits(append(dst, '-'), uint32(day[2]), 2)
	return appendDigits(append(dst, '-'), uint32(day[3]), 2)
}

// appendMoment adds the time of day, and of a second what is more than the whole.
func appendMoment(dst, data []byte) []byte {
	var moment [11]byte
	copy(moment[:], data)
	dst = appendDay(dst, moment[:4])
	dst = appendClock(append(dst, ' '), uint32(moment[4]), moment[5], moment[6])
	return appendMicroseconds(dst, binary.LittleEndian.Uint32(moment[7:]))
}

// appendSpan writes a time, which may be negative and longer than a day.
func appendSpan(dst, data []byte) []byte {
	var span [12]byte
	copy(span[:], data)
	if span[0] == 1 {
		dst = append(dst, '-')
	}
	hours := binary.LittleEndian.Uint32(span[1:])*24 + uint32(span[5])
	dst = appendClock(dst, hours, span[6], span[7])
	return appendMicroseconds(dst, binary.LittleEndian.Uint32(span[8:]))
}

func appendMicroseconds(dst []byte, microseconds uint32) []byte {
	if microseconds == 0 {
		return dst
	}
	return appendDigits(append(dst, '.'), microseconds, 6)
}

func appendClock(dst []byte, hours uint32, minutes, seconds byte) []byte {
	dst = appendDigits(dst, hours, 2)
	dst = appendDigits(append(dst, ':'), uint32(minutes), 2)
	return appendDigits(append(dst, ':'), uint32(seconds), 2)
}

// appendDigits writes a number with zeros before it up to a width.
func appendDigits(dst []byte, number uint32, width int) []byte {
	for least := uint32(10); width > 1; width, least = width-1, least*10 {
		if number < least {
			dst = append(dst, '0')
		}
	}
	return strconv.AppendUint(dst, uint64(number), 10)
}
