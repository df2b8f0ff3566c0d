package od

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
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
			docs, err := fieldComments(r.Plan().RowName())
			return r.Plan().Describe(docs), err
		}
		known = append(known, r.Plan().Path)
	}
	return "", fault.New(fault.NotFound, "There is no resource %q; there are %s", path, strings.Join(known, ", "))
}

// fieldComments reads the comments of a row struct's fields.
func fieldComments(row string) (map[string]string, error) {
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
