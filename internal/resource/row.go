package resource

import (
	"reflect"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// statements are the derived texts that do not depend on a request. A change of some columns is
// printed when it is made.
type statements struct {
	insert     string // all stored columns but the key, which the database gives
	insertWith string // the same with the key first
	selectRow  string // the row struct's columns, in field order, without a condition
	remove     string
}

func (p *Plan) prepareStatements() {
	var stored, written []string
	for i := range p.Fields {
		field := &p.Fields[i]
		if field.Column == "" {
			continue
		}
		stored = append(stored, "`"+field.Column+"`")
		if !field.Key {
			written = append(written, p.columnsOf(field)...)
		}
	}
	key := "`" + p.key.Column + "`"
	table := "`" + p.Table + "`"
	marks := strings.Repeat("?, ", len(written)-1) + "?"
	names := strings.Join(written, ", ")
	p.statement = statements{
		insert:     "INSERT INTO " + table + " (" + names + ") VALUES (" + marks + ")",
		insertWith: "INSERT INTO " + table + " (" + key + ", " + names + ") VALUES (?, " + marks + ")",
		selectRow:  "SELECT " + strings.Join(stored, ", ") + " FROM " + table,
		remove:     "DELETE FROM " + table + " WHERE " + key + " = ?",
	}
}

// columnsOf are the columns that a field fills: its own and the folded copy.
func (p *Plan) columnsOf(field *Field) []string {
	columns := []string{"`" + field.Column + "`"}
	if field.Fold != "" {
		columns = append(columns, "`"+field.Fold+"`")
	}
	if field.Digits != "" {
		columns = append(columns, "`"+field.Digits+"`")
	}
	return columns
}

// appendValues appends what a field of a row puts into columnsOf.
func (f *Field) appendValues(values []store.Value, row reflect.Value) []store.Value {
	v := row.Field(f.index)
	switch f.Kind {
	case KindBool:
		return append(values, store.Bool(v.Bool()))
	case KindFloat:
		return append(values, store.Float(v.Float()))
	case KindDate:
		return append(values, store.Text(v.Interface().(dental.Date).String()))
	case KindDateTime:
		return append(values, store.Text(v.Interface().(dental.DateTime).String()))
	case KindMoney:
		return append(values, store.Float(dental.Money(v.Int()).Float()))
	case KindTime:
		return append(values, store.Text(dental.TimeOfDay(v.Int()).String()))
	case KindText:
		text := v.String()
		values = append(values, store.Text(text))
		if f.Fold != "" {
			values = append(values, store.Text(dental.Fold(text)))
		}
		if f.Digits != "" {
			values = append(values, store.Text(dental.Digits(text)))
		}
		return values
	default:
		return append(values, store.Int(v.Int()))
	}
}

// Insert writes a new row and returns its key: the row's own when it has one, else the database's.
func (p *Plan) Insert(tx store.Tx, row any) (int64, error) {
	source := reflect.ValueOf(row).Elem()
	values := make([]store.Value, 0, len(p.Fields)+8)
	sql := p.statement.insert
	key := p.KeyOf(row)
	if key != 0 {
		sql = p.statement.insertWith
		values = append(values, store.Int(key))
	}
	for i := range p.Fields {
		if field := &p.Fields[i]; field.Column != "" && !field.Key {
			values = field.appendValues(values, source)
		}
	}
	given, err := tx.Exec(sql, values...)
	if err != nil || key != 0 {
		return key, err
	}
	p.setKey(row, given)
	return given, nil
}

// Changed lists the columns in which two rows differ, apart from the stamp.
func (p *Plan) Changed(old, new any) []string {
	from, to := reflect.ValueOf(old).Elem(), reflect.ValueOf(new).Elem()
	var columns []string
	for i := range p.Fields {
		field := &p.Fields[i]
		if field.Column == "" || field.Stamp || field.Key {
			continue
		}
		if !from.Field(field.index).Equal(to.Field(field.index)) {
			columns = append(columns, field.Column)
		}
	}
	return columns
}

// Change writes the named columns of a row, and its stamp.
func (p *Plan) Change(tx store.Tx, row any, columns []string) error {
	source := reflect.ValueOf(row).Elem()
	var assignments []string
	var values []store.Value
	next := 0
	for i := range p.Fields {
		field := &p.Fields[i]
		switch {
		case field.Stamp:
		case next < len(columns) && field.Column == columns[next]:
			next++
		default:
			continue
		}
		for _, column := range p.columnsOf(field) {
			assignments = append(assignments, column+" = ?")
		}
		values = field.appendValues(values, source)
	}
	sql := "UPDATE `" + p.Table + "` SET " + strings.Join(assignments, ", ") + " WHERE `" + p.key.Column + "` = ?"
	return tx.Send(sql, append(values, store.Int(p.KeyOf(row)))...)
}

// Remove deletes a row.
func (p *Plan) Remove(tx store.Tx, key int64) error {
	return tx.Send(p.statement.remove, store.Int(key))
}

// SetStamp notes when a row changes, where it has a column for that.
func (p *Plan) SetStamp(row any, at dental.DateTime) {
	if p.stamp != nil {
		reflect.ValueOf(row).Elem().Field(p.stamp.index).Set(reflect.ValueOf(at))
	}
}

// KeyOf is the key of a row.
func (p *Plan) KeyOf(row any) int64 { return reflect.ValueOf(row).Elem().Field(p.key.index).Int() }

func (p *Plan) setKey(row any, key int64) {
	reflect.ValueOf(row).Elem().Field(p.key.index).SetInt(key)
}

// NotFound is what the absence of a row of this resource is called.
func (p *Plan) NotFound() error { return fault.New(fault.NotFound, "%s not found", p.Thing) }

// Get reads one row by its key.
func (t *Table[T]) Get(c store.Conn, key int64) (*T, error) {
	found, err := t.Find(c, "WHERE `"+t.key.Column+"` = ?", store.Int(key))
	if err == nil && len(found) == 0 {
		return nil, t.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// Find reads the rows that a condition, with its ORDER BY and LIMIT, selects.
func (t *Table[T]) Find(c store.Conn, condition string, args ...store.Value) ([]*T, error) {
	var found []*T
	rows := c.Query(t.statement.selectRow+" "+condition, args...)
	for rows.Next() {
		row := new(T)
		t.scan(rows, reflect.ValueOf(row).Elem())
		found = append(found, row)
	}
	return found, rows.Close()
}

// scan reads the cells of selectRow.
func (p *Plan) scan(row store.Row, target reflect.Value) {
	cell := 0
	for i := range p.Fields {
		field := &p.Fields[i]
		if field.Column == "" {
			continue
		}
		v := target.Field(field.index)
		switch field.Kind {
		case KindBool:
			v.SetBool(row.Int(cell) != 0)
		case KindFloat:
			v.SetFloat(row.Float(cell))
		case KindMoney:
			v.SetInt(int64(dental.MoneyOf(row.Float(cell))))
		case KindTime:
			at, _ := dental.ParseTimeOfDay(string(row.Text(cell)))
			v.SetInt(int64(at))
		case KindText:
			v.SetString(string(row.Text(cell)))
		case KindDate:
			// Only our own text is stored; a cell that is none reads as no date.
			date, _ := dental.ParseDate(string(row.Text(cell)))
			v.Set(reflect.ValueOf(date))
		case KindDateTime:
			at, _ := dental.ParseDateTime(string(row.Text(cell)))
			v.Set(reflect.ValueOf(at))
		default:
			v.SetInt(row.Int(cell))
		}
		cell++
	}
}

// CheckParents is NotFound for a foreign key that points to no row. Of an existing row only the
// keys that change are looked up; old is nil for a new row.
func (p *Form) CheckParents(c store.Conn, old, new any) error {
	row := reflect.ValueOf(new).Elem()
	var pointers []pointer
	for i := range p.Fields {
		field := &p.Fields[i]
		if field.Parent == nil || row.Field(field.index).Int() == 0 {
			continue
		}
		if old != nil && reflect.ValueOf(old).Elem().Field(field.index).Equal(row.Field(field.index)) {
			continue
		}
		pointers = append(pointers, pointer{field.Parent, store.Int(row.Field(field.index).Int())})
	}
	return mustExist(c, pointers)
}

// AppendOne appends the row with the key as a JSON object.
func (p *Plan) AppendOne(dst []byte, c store.Conn, key int64, format *Format) ([]byte, error) {
	return p.appendOne(dst, c, key, format, p.one.end)
}

// AppendRows appends the rows that a clause finds, WHERE and ORDER BY over `r`, as a JSON array.
func (p *Plan) AppendRows(dst []byte, c store.Conn, clause string, format *Format, args ...store.Value) ([]byte, error) {
	return p.one.appendRows(dst, c.Query(p.one.from+" "+clause, args...), format, p.one.end)
}

// StampColumn is the column that tells when a row was changed; "" is none.
func (p *Plan) StampColumn() string {
	if p.stamp == nil {
		return ""
	}
	return p.stamp.Column
}

// KeyColumn is the column of the key.
func (p *Plan) KeyColumn() string { return p.key.Column }

// AppendGet is AppendOne for the method Get, which may tell up to when the answer is complete.
func (p *Plan) AppendGet(dst []byte, c store.Conn, key int64, settled dental.DateTime, format *Format) ([]byte, error) {
	end := p.one.end
	if p.ServerDateTime {
		end = serverDateTimeEnd(settled, format)
	}
	return p.appendOne(dst, c, key, format, end)
}

func (p *Plan) appendOne(dst []byte, c store.Conn, key int64, format *Format, end []byte) ([]byte, error) {
	rows := c.Query(p.one.from+" WHERE r.`"+p.key.Column+"` = ?", store.Int(key))
	found := rows.Next()
	if found {
		dst = p.one.appendRow(dst, rows, format, end)
	}
	if err := rows.Close(); err != nil {
		return dst, err
	}
	if !found {
		return dst, p.NotFound()
	}
	return dst, nil
}
