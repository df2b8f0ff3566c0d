package resource

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Action declares a method that is neither a list nor one of the four on a row: PUT /recalls/Status,
// PUT /appointments/123/Break, GET /appointments/Slots, PUT /apptfields. What it takes is declared as a
// row is, by a struct with tags; what it does is a function of package od.
type Action struct {
	Access
	Method string // "GET", "POST" or "PUT"
	Name   string // the URL's last segment, "Status"; "" for none
	OnRow  bool   // the segment before it is a key
	// Of is the table whose row the key names, where it is not the resource's own.
	Of string
	// Paged takes Limit and Offset, too.
	Paged bool
	// ServerDateTime ends each row with the moment up to which the answer is complete.
	ServerDateTime bool
	// Exact refuses a body with a field that the action does not know, which others ignore.
	Exact bool
	// Answers says in a few words what comes back, for the plan; "" is no byte.
	Answers string

	form Form
}

// DeriveAction makes an action of its declaration and of the struct that holds what it takes: each
// field has the tag `in`, or `in!` when it must be sent and not be blank. It panics when the
// declaration is broken.
func DeriveAction[In any](action Action) *Action {
	action.form = deriveForm(action.Method+" "+action.Name, reflect.TypeFor[In]())
	for i := range action.form.Fields {
		if field := &action.form.Fields[i]; !field.In || field.Create || field.Update || field.Key {
			panic(fmt.Sprintf("resource: %s of the action %s must have the tag in or in!", field.Name, action.form.title))
		}
	}
	if !slices.Contains([]string{"GET", "POST", "PUT"}, action.Method) || action.Group == "" {
		panic("resource: the action " + action.form.title + " lacks its method or its permission")
	}
	return &action
}

// Form is what the action takes.
func (a *Action) Form() *Form { return &a.form }

// Row is the row that must exist before anything else is looked at; nil for an action on the collection.
func (a *Action) Row(p *Plan) *Parent {
	switch {
	case !a.OnRow:
		return nil
	case a.Of != "":
		return ParentIn(a.Of, p.key.Name)
	default:
		return &Parent{Table: p.Table, Key: p.key.Column, Thing: p.Thing}
	}
}

// Path is where the action is served, below the API's prefix.
func (a *Action) Path(p *Plan) string {
	path := "/" + p.Path
	if a.OnRow {
		path += "/{" + p.key.Name + "}"
	}
	if a.Name != "" {
		path += "/" + a.Name
	}
	return path
}

// DecodeBody reads the body of a POST or PUT.
func (a *Action) DecodeBody(body []byte) (*Input, error) {
	in, err := a.form.Decode(body, Acting)
	if err != nil || !a.Exact {
		return in, err
	}
	members, err := DecodeObject(body)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range a.form.Fields {
		names = append(names, a.form.Fields[i].Name)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if matchName(name, names) == "" {
			in.Faults = append(in.Faults, fault.Field{Name: name, Text: fmt.Sprintf(
				"%s is not a field of this method; use %s", quoteName(name), strings.Join(names, ", "))})
		}
	}
	return in, nil
}

// DecodeQuery reads the parameters of a GET. Those that the action does not know, or that are given
// twice, are refused as those of a list are; one that is sent blank is as one that is not sent.
func (a *Action) DecodeQuery(query url.Values, enterprise bool) (*Input, Page) {
	var names []string
	for i := range a.form.Fields {
		names = append(names, a.form.Fields[i].Name)
	}
	if a.Paged {
		names = append(names, "Limit", "Offset")
	}
	asked, faults := readAsked(query, names)
	in := a.form.decode(func(field *Field) (json.RawMessage, bool) {
		text := asked[field.Name]
		return AppendText(nil, []byte(text)), text != ""
	}, Acting)
	page := Page{Limit: pageLimit(enterprise)}
	faults = page.read(asked, faults)
	in.Faults = append(faults, in.Faults...)
	return in, page
}

// Cut is the part of n rows that the page holds, from and to.
func (p Page) Cut(n int) (from, to int) {
	from = min(p.Offset, n)
	return from, min(from+p.Limit, n)
}
