package resource

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Format says how an answer spells dates and line breaks. The zero value is the API's own spelling.
type Format struct {
	Date           *DateFormat // DateFormatString, nil for yyyy-MM-dd
	DateTime       *DateFormat // DateTimeFormatString, nil for yyyy-MM-dd HH:mm:ss
	BreaksAsSpaces bool        // the 2021 serializer's habit, for clients that rely on it
}

// shape is a row of an answer: which fields, in which order, and where their cells are.
type shape struct {
	items []item
	names []string // for the plan
	from  string   // "SELECT … FROM …", to which conditions are added
	end   []byte   // closes a row
}

// item is one member of a JSON object.
type item struct {
	prefix []byte // {"Name": or ,"Name":
	at     int    // its first cell
	write  func(dst []byte, row store.Row, at int, format *Format) []byte
}

// shape derives a shape from a list of fields; "" is every field that is not hidden.
func (p *Plan) shape(fields string) *shape {
	if fields == "" {
		var names []string
		for i := range p.Fields {
			if field := &p.Fields[i]; !field.Hidden && (!field.In || field.Calc) && !(field.Calc && p.computed(field.Name).Apart) {
				names = append(names, field.Name)
			}
		}
		fields = strings.Join(names, " ")
	}
	s := &shape{end: []byte("}")}
	var columns, joins []string
	for word := range strings.FieldsSeq(fields) {
		name, constant, isConstant := strings.Cut(word, "=")
		field := p.byName[name]
		if field == nil {
			panic(fmt.Sprintf("resource: a shape of %s has the unknown field %q", p.Name, name))
		}
		opening := ","
		if len(s.items) == 0 {
			opening = "{"
		}
		it := item{prefix: []byte(opening + strconv.Quote(name) + ":"), at: len(columns)}
		switch {
		case isConstant:
			it.write = writeConstant(constant)
		case field.Calc:
			computed := p.computed(name)
			it.write = computed.writer()
			columns = append(columns, computed.Columns...)
			// Two names that are looked up by the same key share the row.
			if computed.Join != "" && !slices.Contains(joins, computed.Join) {
				joins = append(joins, computed.Join)
			}
		default:
			it.write = field.writer()
			columns = append(columns, "r.`"+field.Column+"`")
		}
		s.items = append(s.items, it)
		s.names = append(s.names, word)
	}
	s.from = "SELECT " + strings.Join(columns, ", ") + " FROM `" + p.Table + "` AS r"
	for _, join := range joins {
		s.from += " " + join
	}
	return s
}

func (p *Plan) computed(name string) *Computed {
	for i := range p.Computed {
		if p.Computed[i].Name == name {
			return &p.Computed[i]
		}
	}
	panic(fmt.Sprintf("resource: nothing computes the field %s of %s", name, p.Name))
}

func writeConstant(json string) func([]byte, store.Row, int, *Format) []byte {
	return func(dst []byte, _ store.Row, _ int, _ *Format) []byte { return append(dst, json...) }
}

func (c *Computed) writer() func([]byte, store.Row, int, *Format) []byte {
	if c.Append == nil {
		return writeText
	}
	return func(dst []byte, row store.Row, at int, _ *Format) []byte { return c.Append(dst, row, at) }
}

func (f *Field) writer() func([]byte, store.Row, int, *Format) []byte {
	switch f.Kind {
	case KindText:
		return writeText
	case KindBool:
		return func(dst []byte, row store.Row, at int, _ *Format) []byte { return AppendBool(dst, row.Int(at) != 0) }
	case KindFloat:
		return func(dst []byte, row store.Row, at int, _ *Format) []byte { return appendFloat(dst, row.Float(at)) }
	case KindDate:
		return func(dst []byte, row store.Row, at int, format *Format) []byte {
			return appendDate(dst, row.Text(at), format.Date)
		}
	case KindDateTime:
		if f.Day {
			return func(dst []byte, row store.Row, at int, format *Format) []byte {
				day := row.Text(at)
				return appendDate(dst, day[:min(len(day), len(dental.DateLayout))], format.Date)
			}
		}
		return func(dst []byte, row store.Row, at int, format *Format) []byte {
			return appendDate(dst, row.Text(at), format.DateTime)
		}
	case KindEnum:
		return writeEnum(f.Names)
	case KindMoney:
		if f.Quoted {
			return quoted(func(dst []byte, row store.Row, at int) []byte { return dental.MoneyOf(row.Float(at)).Append(dst) })
		}
		return func(dst []byte, row store.Row, at int, _ *Format) []byte {
			return dental.MoneyOf(row.Float(at)).AppendNumber(dst)
		}
	case KindTime:
		return quoted(func(dst []byte, row store.Row, at int) []byte { return append(dst, row.Text(at)...) })
	default:
		if f.Quoted {
			return quoted(func(dst []byte, row store.Row, at int) []byte { return strconv.AppendInt(dst, row.Int(at), 10) })
		}
		return func(dst []byte, row store.Row, at int, _ *Format) []byte {
			return strconv.AppendInt(dst, row.Int(at), 10)
		}
	}
}

// quoted puts what needs no escape between quotes.
func quoted(write func([]byte, store.Row, int) []byte) func([]byte, store.Row, int, *Format) []byte {
	return func(dst []byte, row store.Row, at int, _ *Format) []byte {
		return append(write(append(dst, '"'), row, at), '"')
	}
}

func writeText(dst []byte, row store.Row, at int, format *Format) []byte {
	text := row.Text(at)
	if format.BreaksAsSpaces {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte(" ")), []byte("\n"), []byte(" "))
	}
	return AppendText(dst, text)
}

// writeEnum answers the member's name; a number that has none, which only foreign SQL can have
// written, is answered as it is.
func writeEnum(names []string) func([]byte, store.Row, int, *Format) []byte {
	quoted := make([][]byte, len(names))
	for i, name := range names {
		quoted[i] = AppendText(nil, []byte(name))
	}
	return func(dst []byte, row store.Row, at int, _ *Format) []byte {
		number := row.Int(at)
		if number < 0 || number >= int64(len(quoted)) {
			dst = append(dst, '"')
			dst = strconv.AppendInt(dst, number, 10)
			return append(dst, '"')
		}
		return append(dst, quoted[number]...)
	}
}

func appendDate(dst, text []byte, format *DateFormat) []byte {
	if format == nil {
		dst = append(dst, '"')
		dst = append(dst, text...)
		return append(dst, '"')
	}
	return AppendText(dst, format.Append(nil, text))
}

// serverDateTimeEnd closes the rows of a list that says up to when it is complete.
func serverDateTimeEnd(settled dental.DateTime, format *Format) []byte {
	end := []byte(`,"serverDateTime":`)
	// One second before: a row that changes later in the same second has the same stamp, and the
	// filter is strictly after (decision: conventions §8).
	end = appendDate(end, []byte(settled.AddSeconds(-1).String()), format.DateTime)
	return append(end, '}')
}

// appendRows appends the rows as a JSON array.
func (s *shape) appendRows(dst []byte, rows store.Rows, format *Format, end []byte) ([]byte, error) {
	dst = append(dst, '[')
	for first := true; rows.Next(); first = false {
		if !first {
			dst = append(dst, ',')
		}
		dst = s.appendRow(dst, rows, format, end)
	}
	return append(dst, ']'), rows.Close()
}

func (s *shape) appendRow(dst []byte, row store.Row, format *Format, end []byte) []byte {
	for i := range s.items {
		it := &s.items[i]
		dst = append(dst, it.prefix...)
		dst = it.write(dst, row, it.at, format)
	}
	return append(dst, end...)
}
