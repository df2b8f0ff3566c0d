package rewrite

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// statement screens a tree by its kind, and rewrites it. What is not listed here is not read-only.
func (s *session) statement(node ast.StmtNode) ([]Step, error) {
	switch n := node.(type) {
	case *ast.SelectStmt:
		return s.read(n)
	case *ast.SetOprStmt:
		return s.read(n)
	case *ast.SetStmt:
		return s.set(n)
	case *ast.ShowStmt:
		return s.show(n)
	case *ast.ExplainStmt:
		return s.explain(n)
	case *ast.CreateTableStmt:
		return s.createTable(n)
	case *ast.DropTableStmt:
		return s.dropTable(n)
	case *ast.TruncateTableStmt:
		return s.truncate(n)
	case *ast.AlterTableStmt:
		return s.alterTable(n)
	case *ast.CreateIndexStmt:
		return s.createIndex(n)
	case *ast.InsertStmt:
		return s.insert(n)
	case *ast.UpdateStmt:
		return s.update(n)
	case *ast.DeleteStmt:
		return s.deleteRows(n)
	case *ast.UseStmt:
		if strings.EqualFold(n.DBName, s.schema) {
			return nil, nil
		}
		return nil, forbidden("the database %s is not this practice's", bounded(n.DBName))
	}
	kind := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", node), "*ast."), "Stmt")
	return nil, forbidden("%s statements", kind)
}

// begin makes the emitter of a statement. It finds out the types of the user variables that the
// statement assigns first: a variable has one type in all of a statement.
func (s *session) begin(node ast.Node) (*emitter, error) {
	finder := &assignmentFinder{}
	node.Accept(finder)
	e := newEmitter(s)
	if len(finder.found) == 0 {
		return e, nil
	}
	e.assigns = make(map[string]Type)
	for _, v := range finder.found {
		key := strings.ToLower(v.Name)
		e.assigns[key] = s.variables[key]
		if e.assigns[key].Kind == Null {
			e.assigns[key] = intType // most of them count; any other type that is assigned wins
		}
	}
	return e, nil
}

// settle makes an emission anew until the types of the assigned variables are those that it assigns.
func (s *session) settle(e *emitter, emit func(*emitter) error) (*emitter, error) {
	if len(e.assigns) == 0 {
		return e, emit(e)
	}
	for range 4 {
		next := newEmitter(s)
		next.assigns = e.assigns
		next.assigned = make(map[string]Type)
		if err := emit(next); err != nil {
			return nil, err
		}
		changed := false
		for key, t := range next.assigned {
			if whole := variableType(unify(e.assigns[key], t)); whole != e.assigns[key] {
				e.assigns[key], changed = whole, true
			}
		}
		e = next
		if !changed {
			break
		}
	}
	for key, t := range e.assigns {
		s.variables[key] = variableType(t)
	}
	return e, nil
}

// read rewrites a statement that gives rows.
func (s *session) read(n ast.StmtNode) ([]Step, error) {
	e, err := s.begin(n)
	if err != nil {
		return nil, err
	}
	var q *query
	e, err = s.settle(e, func(e *emitter) (err error) {
		q, err = e.resultSet(nil, n.(ast.ResultSetNode))
		return err
	})
	if err != nil {
		return nil, err
	}
	step := Step{SQL: q.render(nil, false), Params: e.params, Quiet: len(e.assigns) == 0}
	for _, it := range q.items {
		step.Columns = append(step.Columns, Column{Name: it.name, Type: it.value.t})
	}
	step.Native, err = native(n)
	return []Step{step}, err
}

// quietSettings are what a client's library sets for itself; they change nothing here.
var quietSettings = map[string]bool{
	"names": true, "setnames": true, "sql_mode": true, "sql_big_selects": true, "sql_safe_updates": true, "group_concat_max_len": true, "time_zone": true, "character_set_results": true,
	"character_set_client": true, "character_set_connection": true, "collation_connection": true, "autocommit": true, "net_read_timeout": true,
	"net_write_timeout": true, "wait_timeout": true, "interactive_timeout": true, "sql_notes": true, "max_join_size": true, "sql_quote_show_create": true, "lc_time_names": true,
}

// set assigns user variables, one after the other.
func (s *session) set(n *ast.SetStmt) ([]Step, error) {
	var steps []Step
	for _, v := range n.Variables {
		if v.IsSystem || v.Name == ast.SetNames || v.Name == ast.SetCharset {
			key := strings.ToLower(v.Name)
			if v.IsGlobal || v.IsInstance || !quietSettings[key] {
				return nil, forbidden("SET of the server's variable %s", bounded(v.Name))
			}
			if key == "lc_time_names" {
				if text, ok := v.Value.(ast.ValueExpr); !ok || !strings.HasPrefix(strings.ToLower(text.GetString()), "en_") {
					return nil, unknown("Names of days and months in another language")
				}
			}
			continue
		}
		step, err := s.assign(v)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func (s *session) assign(v *ast.VariableAssignment) (Step, error) {
	e, err := s.begin(v.Value)
	if err != nil {
		return Step{}, err
	}
	// A word that is no name of anything is a text in SET.
	var result value
	e, err = s.settle(e, func(e *emitter) (err error) {
		result, err = e.expr(&scope{}, v.Value)
		return err
	})
	if err != nil {
		return Step{}, err
	}
	key := strings.ToLower(v.Name)
	s.variables[key] = variableType(result.t)
	assignment := &ast.SetStmt{Variables: []*ast.VariableAssignment{v}}
	text, err := native(assignment)
	return Step{
		SQL: "SELECT " + result.sql + " AS c0", Params: e.params, Columns: []Column{{Name: v.Name, Type: result.t}},
		Assign: key, Type: result.t, Native: text,
	}, err
}

// explain is DESCRIBE of a table; plans are the server's own affair.
func (s *session) explain(n *ast.ExplainStmt) ([]Step, error) {
	show, ok := n.Stmt.(*ast.ShowStmt)
	if !ok {
		return nil, unknown("EXPLAIN")
	}
	return s.show(show)
}

// wordsOf reads a written text of the tree, "" for what is none.
func wordsOf(n ast.ExprNode) (string, bool) {
	v, ok := n.(*driver.ValueExpr)
	if !ok || v.Kind() != driver.KindString {
		return "", false
	}
	return v.GetString(), true
}

var errNoColumn = fault.New(fault.Invalid, "A table must have at least 1 column")
