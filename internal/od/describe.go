package od

import (
	"embed"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The field comments are the resources' public documentation, so the program carries them.
//
//go:embed *.go
var sources embed.FS

// Describe prints the plan of a resource with the comments of its fields.
func Describe(path string) (string, error) {
	var known []string
	for _, r := range All() {
		if strings.EqualFold(r.Plan().Path, path) {
			var failed error
			text := r.Plan().Describe(Declared(r), func(structName string) map[string]string {
				docs, err := FieldComments(structName)
				failed = errors.Join(failed, err)
				return docs
			})
			return text + tables(r.Plan().Table), failed
		}
		known = append(known, r.Plan().Path)
	}
	return "", fault.New(fault.NotFound, "There is no resource %q; there are %s", path, strings.Join(known, ", "))
}

// tables prints the statements that made a table, for each kind of engine.
func tables(table string) string {
	var text strings.Builder
	for _, dialect := range []store.Dialect{store.SQLite, store.MySQL} {
		fmt.Fprintf(&text, "\nTable on %s\n", dialect.Name)
		for _, statement := range store.TableStatements(table) {
			fmt.Fprintf(&text, "  %s\n", strings.ReplaceAll(dialect.Print(statement), "\n", "\n  "))
		}
	}
	return text.String()
}

// Declared lists what the actions of a resource declare.
func Declared(r Resource) []*resource.Action {
	var declared []*resource.Action
	for _, action := range r.Acts() {
		declared = append(declared, action.Action)
	}
	return declared
}

// Routes lists all methods of a resource.
func Routes(r Resource) []resource.Route { return r.Plan().AllRoutes(Declared(r)) }

// FieldComments reads the comments of the fields of a struct of this package, by their names in Go.
func FieldComments(row string) (map[string]string, error) {
	comments := make(map[string]string)
	entries, err := sources.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		text, err := sources.ReadFile(entry.Name())
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			declared, ok := node.(*ast.TypeSpec)
			if !ok || declared.Name.Name != row {
				return true
			}
			for _, field := range declared.Type.(*ast.StructType).Fields.List {
				for _, name := range field.Names {
					comments[name.Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
				}
			}
			return false
		})
	}
	return comments, nil
}
