package query

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
)

// JSON gathers a page of a result as an array of objects, as ShortQuery answers: native numbers, dates
// with a T, names and order as selected, and the same name twice where it was selected twice.
type JSON struct {
	Limit, Offset int
	Out           []byte
	// Flush, when it is set, is given what Out has gathered from time to time, and Out begins anew.
	Flush func([]byte) error

	keys  [][]byte
	types []rewrite.Type
	seen  int
	rows  int
}

// Columns implements Sink.
func (j *JSON) Columns(columns []rewrite.Column) error {
	j.Out = append(j.Out, '[')
	for _, c := range columns {
		key := appendJSON(nil, []byte(c.Name))
		j.keys = append(j.keys, append(key, ':'))
		j.types = append(j.types, c.Type)
	}
	return nil
}

// Row implements Sink.
func (j *JSON) Row(cells []Cell) error {
	if j.seen++; j.seen <= j.Offset {
		return nil
	}
	if j.rows == j.Limit {
		return ErrEnough
	}
	if j.rows++; j.rows > 1 {
		j.Out = append(j.Out, ',')
	}
	j.Out = append(j.Out, '{')
	for i, cell := range cells {
		if i > 0 {
			j.Out = append(j.Out, ',')
		}
		j.Out = append(j.Out, j.keys[i]...)
		j.Out = appendValue(j.Out, cell, j.types[i])
	}
	j.Out = append(j.Out, '}')
	const full = 64 << 10
	if j.Flush == nil || len(j.Out) < full {
		return nil
	}
	err := j.Flush(j.Out)
	j.Out = j.Out[:0]
	return err
}

// Finish ends the array and returns it.
func (j *JSON) Finish() []byte {
	if len(j.Out) == 0 && j.rows == 0 {
		j.Out = append(j.Out, '[')
	}
	j.Out = append(j.Out, ']')
	return j.Out
}

func appendValue(b []byte, cell Cell, t rewrite.Type) []byte {
	if cell.Null {
		return append(b, "null"...)
	}
	switch t.Kind {
	case rewrite.Int, rewrite.Decimal:
		return append(b, cell.Text...)
	case rewrite.Double:
		return appendDouble(b, cell.Text)
	case rewrite.Date:
		b = append(append(b, '"'), cell.Text...)
		return append(b, `T00:00:00"`...)
	case rewrite.DateTime:
		at := len(b) + 1
		b = append(append(b, '"'), cell.Text...)
		if len(cell.Text) > 10 {
			b[at+10] = 'T'
		}
		return append(b, '"')
	}
	if t.Binary && !utf8.Valid(cell.Text) {
		return append(base64.StdEncoding.AppendEncode(append(b, '"'), cell.Text), '"')
	}
	return appendJSON(b, cell.Text)
}

// appendDouble prints a floating-point number with a point, so that every client reads one.
func appendDouble(b, text []byte) []byte {
	b = append(b, text...)
	if !bytes.ContainsAny(text, ".e") {
		b = append(b, ".0"...)
	}
	return b
}

// appendJSON prints a text. What is not UTF-8 is replaced.
func appendJSON(b, text []byte) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for len(text) > 0 {
		c := text[0]
		if c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, `\n`...)
			case c == '\r':
				b = append(b, `\r`...)
			case c == '\t':
				b = append(b, `\t`...)
			case c < ' ':
				b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
			default:
				b = append(b, c)
			}
			text = text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		b = utf8.AppendRune(b, r)
		text = text[size:]
	}
	return append(b, '"')
}

// CSV writes a result as RFC 4180 has it, row by row: a line of names, then the rows, with the two
// letters OK and nothing else where there are none.
type CSV struct {
	out     *bufio.Writer
	columns []rewrite.Column
	rows    int64
	line    []byte
}

// NewCSV makes a sink that writes to w.
func NewCSV(w io.Writer) *CSV { return &CSV{out: bufio.NewWriterSize(w, 64<<10)} }

// Columns implements Sink.
func (c *CSV) Columns(columns []rewrite.Column) error {
	c.columns = columns
	return nil
}

// Row implements Sink.
func (c *CSV) Row(cells []Cell) error {
	if c.rows++; c.rows == 1 {
		c.line = c.line[:0]
		for i, column := range c.columns {
			c.field(i, []byte(column.Name))
		}
		if err := c.end(); err != nil {
			return err
		}
	}
	c.line = c.line[:0]
	for i, cell := range cells {
		c.field(i, cell.Text)
	}
	return c.end()
}

func (c *CSV) field(i int, text []byte) {
	if i > 0 {
		c.line = append(c.line, ',')
	}
	if !bytes.ContainsAny(text, ",\"\r\n") && !(len(text) > 0 && (text[0] == ' ' || text[len(text)-1] == ' ')) {
		c.line = append(c.line, text...)
		return
	}
	c.line = append(c.line, '"')
	for _, b := range text {
		if b == '"' {
			c.line = append(c.line, '"')
		}
		c.line = append(c.line, b)
	}
	c.line = append(c.line, '"')
}

func (c *CSV) end() error {
	c.line = append(c.line, '\r', '\n')
	_, err := c.out.Write(c.line)
	return err
}

// Finish writes what is left, and returns the number of rows.
func (c *CSV) Finish() (int64, error) {
	if c.rows == 0 {
		if _, err := c.out.WriteString("OK"); err != nil {
			return 0, err
		}
	}
	return c.rows, c.out.Flush()
}
