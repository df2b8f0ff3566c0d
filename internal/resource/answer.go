package resource

import (
	"reflect"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// AppendRow appends a row that need not be stored, as AppendOne would append it if it were. It is for
// resources without computed fields, whose rows are made when they are first written, and read before.
func (t *Table[T]) AppendRow(dst []byte, row *T, format *Format) []byte {
	if len(t.Computed) > 0 {
		panic("resource: " + t.Name + " has fields that only a statement computes")
	}
	source := reflect.ValueOf(row).Elem()
	var cells cells
	for i := range t.Fields {
		if field := &t.Fields[i]; field.Column != "" && !field.Hidden {
			cells = append(cells, field.appendValues(nil, source)[0])
		}
	}
	return t.one.appendRow(dst, cells, format, t.one.end)
}

// cells is a row whose values never were in a database.
type cells []store.Value

// Int implements store.Row.
func (c cells) Int(at int) int64 { return c[at].AsInt() }

// Text implements store.Row.
func (c cells) Text(at int) []byte { return []byte(c[at].AsText()) }

// Float implements store.Row.
func (c cells) Float(at int) float64 { return c[at].AsFloat() }

// Null implements store.Row.
func (c cells) Null(int) bool { return false }
