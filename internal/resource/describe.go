package resource

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Describe prints what was derived from a declaration: routes, fields, checks and statements. docs gives
// the comments of a struct's fields, by the struct's name. The text is kept as a golden file, so that a
// change of the engine shows what it does to every resource.
func (p *Plan) Describe(actions []*Action, docs func(structName string) map[string]string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (table %s, key %s)\n\nRoutes\n", p.Name, p.Table, p.key.Column)
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, r := range p.AllRoutes(actions) {
		fmt.Fprintf(table, "  %s\t%s\t%s\tsince %s\n", r.Method, r.Path, r.Access.Text(), r.Access.Since)
	}
	table.Flush()
	if p.Alias != "" {
		fmt.Fprintf(&text, "  also at /%s\n", p.Alias)
	}

	text.WriteString("\nFields, in the order of the answer\n")
	p.describeFields(&text, docs(p.RowName()))

	for _, list := range p.lists {
		fmt.Fprintf(&text, "\nList /%s\n", strings.Trim(p.Path+"/"+list.Action, "/"))
		if list.Shape != "" {
			fmt.Fprintf(&text, "  row: %s\n", list.Shape)
		}
		if list.ServerDateTime {
			text.WriteString("  row ends with serverDateTime\n")
		}
		for i := range list.Filters {
			filter := &list.Filters[i]
			fmt.Fprintf(&text, "  ?%s=  %s\n", filter.Param, filter.describe())
		}
		question := &Question{list: list, order: list.Order}
		if list.Where != "" {
			question.where = []string{list.Where}
		}
		fmt.Fprintf(&text, "  %s\n", p.listStatement(question))
	}

	for _, action := range actions {
		action.describe(&text, p, docs(action.form.RowName()))
	}

	text.WriteString("\nStatements, the same on every engine\n")
	if p.Get.Group != "" {
		fmt.Fprintf(&text, "  get     %s WHERE r.`%s` = ?\n", p.one.from, p.key.Column)
	}
	if p.ServerDateTime {
		text.WriteString("          the answer ends with serverDateTime\n")
	}
	if p.Create.Group != "" {
		fmt.Fprintf(&text, "  create  %s\n", p.statement.insert)
	}
	if p.Update.Group != "" {
		fmt.Fprintf(&text, "  update  %s WHERE `%s` = ?, then only the columns that differ\n", p.statement.selectRow, p.key.Column)
	}
	if p.Delete.Group != "" {
		fmt.Fprintf(&text, "  delete  %s\n", p.statement.remove)
	}
	return text.String()
}

// Comment is a field's comment, which begins with the name that Go gives it, in the API's words.
func (p *Form) Comment(field *Field, docs map[string]string) string {
	inGo := p.rowType.Field(field.index).Name
	if rest, ok := strings.CutPrefix(docs[inGo], inGo+" "); ok {
		return field.Name + " " + rest
	}
	return docs[inGo]
}

// describeFields prints one line a field.
func (p *Form) describeFields(text *strings.Builder, docs map[string]string) {
	table := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	for i := range p.Fields {
		field := &p.Fields[i]
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", field.Name, field.typeText(), field.accessText(), p.Comment(field, docs))
	}
	table.Flush()
}

// describe prints an action: what it takes, and what comes back.
func (a *Action) describe(text *strings.Builder, p *Plan, docs map[string]string) {
	takes := "the body takes"
	if a.Method == "GET" {
		takes = "the query takes"
	}
	if a.Paged {
		takes += " Limit, Offset and"
	}
	fmt.Fprintf(text, "\nAction %s %s, %s\n", a.Method, a.Path(p), takes)
	a.form.describeFields(text, docs)
	if a.Exact {
		text.WriteString("  refuses all other fields\n")
	}
	if a.Answers != "" {
		fmt.Fprintf(text, "  answers %s\n", a.Answers)
	} else {
		text.WriteString("  answers no body\n")
	}
}

// Text is the permission, and the one that it was before.
func (a Access) Text() string {
	if a.Or == "" {
		return string(a.Group)
	}
	return string(a.Group + " or " + a.Or)
}

// AllRoutes lists the methods that the resource has, and its actions.
func (p *Plan) AllRoutes(actions []*Action) []Route {
	routes := p.Routes()
	for _, action := range actions {
		routes = append(routes, Route{action.Method, action.Path(p), action.Access})
	}
	return routes
}

// Route is one method of a resource.
type Route struct {
	Method string
	Path   string // below the API's prefix, "/referrals/{ReferralNum}"
	Access Access
}

// Routes lists the methods that the resource has.
func (p *Plan) Routes() []Route {
	row := "/" + p.Path + "/{" + p.key.Name + "}"
	var routes []Route
	for _, r := range []Route{
		{"GET", row, p.Get},
		{"POST", "/" + p.Path, p.Create},
		{"PUT", row, p.Update},
		{"DELETE", row, p.Delete},
	} {
		if r.Access.Group != "" {
			routes = append(routes, r)
		}
	}
	for _, list := range p.lists {
		path := "/" + p.Path
		if list.Action != "" {
			path += "/" + list.Action
		}
		routes = append(routes, Route{"GET", path, list.Access})
	}
	return routes
}

func (f *Field) typeText() string {
	text := f.Kind.String()
	if f.Kind == KindText && f.Max > 0 {
		text += fmt.Sprintf("(%d)", f.Max)
	}
	if f.Kind == KindEnum {
		text += " " + strings.Join(f.Names, "|")
	}
	if f.Quoted {
		text += " (quoted)"
	}
	if f.Day {
		text += " (the day)"
	}
	if f.But != "" {
		text += " (not to be sent: " + f.But + ")"
	}
	if f.Parent != nil {
		text += " -> " + f.Parent.Table
		if f.Parent.Also != "" {
			text += " where " + strings.ReplaceAll(f.Parent.Also, "`", "")
		}
	}
	if f.Fold != "" {
		text += ", folded in " + f.Fold
	}
	if f.Digits != "" {
		text += ", digits in " + f.Digits
	}
	return text
}

func (f *Field) accessText() string {
	var words []string
	for _, word := range []struct {
		is   bool
		text string
	}{
		{f.Key, "key"}, {f.Calc, "computed"}, {f.Stamp, "stamp"}, {f.Hidden, "hidden"},
		{f.Required && f.Create, "POST (required)"}, {f.Create && !f.Required, "POST"}, {f.Update, "PUT"},
		{f.Required && !f.Create, "required"}, {f.isArgument(), "optional"},
	} {
		if word.is {
			words = append(words, word.text)
		}
	}
	if len(words) == 0 {
		words = append(words, "read-only")
	}
	if f.Since != "" {
		words = append(words, "since "+f.Since)
	}
	return strings.Join(words, " ")
}

// isArgument tells whether the field is one that an action takes, and may be left out.
func (f *Field) isArgument() bool {
	return f.In && !f.Required && !f.Create && !f.Update && !f.Calc
}

func (f *Filter) describe() string {
	text := f.Where
	if f.Expand != nil {
		text = "(depends on the value)"
		if sample, _, err := f.Expand("true"); err == nil && sample != "" {
			text = "true: " + sample
		}
	}
	if f.Default != "" {
		text += ", default " + f.Default
	}
	if f.Parent != nil {
		text += ", which must exist"
	}
	if f.Required {
		text += ", required"
	}
	return text
}
