package sandbox

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// sheet holds the rows of one table before they are written. The first column is the key, from 1.
type sheet struct {
	table   string
	columns []string
	rows    [][]store.Value
}

// sheet begins the rows of a table; sheets are written in the order in which they are begun.
func (p *practice) sheet(table, columns string) *sheet {
	s := &sheet{table: table, columns: strings.Fields(columns)}
	p.sheets = append(p.sheets, s)
	return s
}

// add adds a row, the cells in the order of the columns after the key, and returns its key.
func (s *sheet) add(cells ...any) int {
	key := len(s.rows) + 1
	s.put(key, cells...)
	return key
}

// put adds a row with a key of its own.
func (s *sheet) put(key int, cells ...any) {
	if len(cells) != len(s.columns)-1 {
		panic(fmt.Sprintf("sandbox: a row of %s has %d cells for %d columns", s.table, len(cells), len(s.columns)-1))
	}
	row := make([]store.Value, 1, len(s.columns))
	row[0] = store.Int(key)
	for _, cell := range cells {
		row = append(row, stored(cell))
	}
	s.rows = append(s.rows, row)
}

// stored is a cell as the database keeps it.
func stored(cell any) store.Value {
	switch v := cell.(type) {
	case string:
		return store.Text(v)
	case bool:
		return store.Bool(v)
	case dental.Money:
		return store.Float(v.Float())
	case float64:
		return store.Float(v)
	case dental.Date:
		return store.Text(v.String())
	case dental.DateTime:
		return store.Text(v.String())
	}
	if v := reflect.ValueOf(cell); v.CanInt() {
		return store.Int(v.Int())
	}
	panic(fmt.Sprintf("sandbox: no column takes a %T", cell))
}

// together is how many rows of a sheet go into one statement: what begins and ends one is most of its cost. That the engines
// number such rows differently does not matter, they have their keys.
const together = 32

func (p *practice) writeSheets(tx *record.Tx) error {
	var cells []store.Value
	for _, s := range p.sheets {
		insert := "INSERT INTO `" + s.table + "` (`" + strings.Join(s.columns, "`, `") + "`) VALUES "
		row := "(?" + strings.Repeat(", ?", len(s.columns)-1) + ")"
		for rows := range slices.Chunk(s.rows, together) {
			cells = cells[:0]
			for _, row := range rows {
				cells = append(cells, row...)
			}
			if err := tx.Send(insert+row+strings.Repeat(", "+row, len(rows)-1), cells...); err != nil {
				return fmt.Errorf("%s, rows from %d on: %w", s.table, rows[0][0].AsInt(), err)
			}
		}
		if err := tx.Note(audit.Import, s.table, int64(len(s.rows)), "rows"); err != nil {
			return err
		}
	}
	return nil
}
