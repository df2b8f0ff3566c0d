package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

func (s *session) alterTable(n *ast.AlterTableStmt) ([]Step, error) {
	t, err := s.target(n.Table)
	if err != nil {
		return nil, err
	}
	var steps []Step
	for _, spec := range n.Specs {
		switch spec.Tp {
		case ast.AlterTableAddColumns:
			for _, d := range spec.NewColumns {
				c, err := s.defineColumn(d)
				if err != nil {
					return nil, err
				}
				if _, found := t.find(c.Name); found {
					return nil, fault.New(fault.Invalid, "Duplicate column name '%s'", bounded(c.Name))
				}
				if c.Auto || c.Key || spec.Position != nil && spec.Position.Tp != ast.ColumnPositionNone {
					return nil, unknown("A key, or a place, for a column that is added")
				}
				// SQLite takes no expression for the rows that are there already.
				declared := strings.NewReplacer(" DEFAULT (", " DEFAULT ").Replace(c.declare())
				declared = strings.TrimSuffix(declared, ")")
				t.Columns = append(t.Columns, c)
				steps = append(steps, Step{SQL: fmt.Sprintf("ALTER TABLE temp.%s ADD COLUMN %s", name(t.Name), declared), Writes: true})
			}
		case ast.AlterTableAddConstraint:
			_, indexes, err := constraints(&TempTable{Columns: t.Columns}, []*ast.Constraint{spec.Constraint})
			if err != nil {
				return nil, err
			}
			if indexes == nil {
				return nil, unknown("A unique key that is added; put it into CREATE TEMPORARY TABLE")
			}
			steps = append(steps, Step{SQL: t.index(indexes[0]), Writes: true})
		case ast.AlterTableModifyColumn, ast.AlterTableChangeColumn, ast.AlterTableDropColumn:
			more, err := s.rebuild(t, spec)
			if err != nil {
				return nil, err
			}
			steps = append(steps, more...)
		default:
			return nil, unknown("This form of ALTER TABLE")
		}
	}
	text, err := native(n)
	if len(steps) > 0 {
		steps[0].Native = text
	}
	return steps, err
}

// rebuild makes a table anew with a column changed or left out, and its rows put back.
func (s *session) rebuild(t *TempTable, spec *ast.AlterTableSpec) ([]Step, error) {
	if t.unique || spec.Position != nil && spec.Position.Tp != ast.ColumnPositionNone {
		return nil, unknown("ALTER TABLE of a column in a table with unique keys, or to another place")
	}
	old := spec.OldColumnName
	if spec.Tp == ast.AlterTableModifyColumn {
		old = spec.NewColumns[0].Name
	}
	if _, found := t.find(old.Name.O); !found {
		return nil, fault.New(fault.Invalid, "Unknown column '%s' in '%s'", bounded(old.Name.O), bounded(t.Name))
	}
	var columns []TempColumn
	var values []string
	for _, c := range t.Columns {
		v := value{sql: name(c.Name), t: c.Type}
		if strings.EqualFold(c.Name, old.Name.O) {
			if spec.Tp == ast.AlterTableDropColumn {
				continue
			}
			changed, err := s.defineColumn(spec.NewColumns[0])
			if err != nil {
				return nil, err
			}
			if changed.Auto || changed.Key {
				return nil, unknown("A key for a column that is changed")
			}
			c = changed
		}
		columns, values = append(columns, c), append(values, v.as(c.Type))
	}
	if len(columns) == 0 {
		return nil, errNoColumn
	}
	lines := make([]string, len(columns))
	for i := range columns {
		lines[i] = columns[i].declare()
	}
	t.Columns = columns
	kept := name(t.Name + " before")
	return []Step{
		{SQL: "CREATE TABLE temp." + kept + " AS SELECT * FROM temp." + name(t.Name), Writes: true},
		{SQL: "DROP TABLE temp." + name(t.Name), Writes: true},
		{SQL: "CREATE TABLE temp." + name(t.Name) + "(" + strings.Join(lines, ",") + ")", Writes: true},
		{SQL: "INSERT INTO temp." + name(t.Name) + " SELECT " + strings.Join(values, ",") + " FROM temp." + kept, Writes: true},
		{SQL: "DROP TABLE temp." + kept, Writes: true},
	}, nil
}
