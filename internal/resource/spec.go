// Package resource is the engine: a declaration becomes checks, statements, JSON and a plan that
// can be read. It derives, and does nothing by itself: it opens no transaction and knows no HTTP.
//
// A declaration is a row struct and a Spec. The struct says what a field is and, by tag, who may
// write it; field order is the order of the answer. The Spec says where the resource is served, by
// which methods, with which filters and computed fields. A word that the engine does not know stops
// the program at start.
package resource

import (
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Spec declares a resource.
type Spec struct {
	Name  string // as the documents print it: "RefAttaches"
	Path  string // the URL's segment: "refattaches"
	Thing string // one of it, in messages: "RefAttach not found"
	Table string // "refattach"
	// Alias is a second spelling of Path, where the documents print two; "" is none.
	Alias string

	Get    Access // by key, at /path/{key}
	Create Access
	Update Access
	Delete Access
	Lists  []List
	// ServerDateTime ends the answer of Get as it ends the rows of a list that has it.
	ServerDateTime bool

	Computed []Computed
}

// Access says who may use a method, and since which version of Open Dental it exists. The zero
// value means that there is no such method.
type Access struct {
	Group Group
	// Or is the group that the method belonged to before; a key that has either may use it.
	Or    Group
	Since string
}

// Group is a permission that a key has or has not.
type Group string

// The permission groups of the 2021 specification and the later pages.
const (
	ReadAll         Group = "ReadAll"
	AllOthers       Group = "AllOthers"
	Comm            Group = "Comm"
	Documents       Group = "Documents"
	Queries         Group = "Queries"
	Appointments    Group = "Appointments"
	Insurance       Group = "Insurance"
	Patients        Group = "Patients"
	Payments        Group = "Payments"
	PayPlans        Group = "PayPlans"
	ProcedureLogs   Group = "ProcedureLogs"
	Setup           Group = "Setup"
	InsuranceSimple Group = "InsuranceSimple"
	TextingASAP     Group = "TextingASAP"
	Enterprise      Group = "Enterprise"
)

// Groups lists every permission group, in the documents' order.
func Groups() []Group {
	return []Group{
		ReadAll, AllOthers, Comm, Documents, Queries, Appointments, Insurance, Patients, Payments,
		PayPlans, ProcedureLogs, Setup, InsuranceSimple, TextingASAP, Enterprise,
	}
}

// List declares a method that answers rows.
type List struct {
	Access
	Action  string // the second segment of the URL, "Simple"; "" for the plain list
	Filters []Filter
	// Where is a condition that always holds; "" is none.
	Where string
	// Shape lists the fields of a row where they are not all of the struct's, in order. "Gender=null"
	// and "Guarantor=0" answer a constant, as the documents print it.
	Shape string
	// ServerDateTime ends each row with the moment up to which the list is complete.
	ServerDateTime bool
	// Undated names a filter with which serverDateTime is "", as the documents print it.
	Undated string
	// Order is the ORDER BY; "" is by key. Columns are those of `r`, the table. The key is always
	// added, so that pages do not overlap.
	Order string
	// OrderBy is Order where it depends on what was asked for. It returns "" to leave Order as it is.
	OrderBy func(asked Asked) (order string, args []store.Value)
	// OneOf names filters that cannot be used together.
	OneOf []string
	// Check is a pure rule over several filters, whose values may be wrong; its faults are told with theirs.
	Check func(asked Asked) []fault.Field
	// Admit is a rule that depends on the practice's settings.
	Admit func(c store.Conn, asked Asked) error
}

// Computed declares a field that is read from elsewhere and stored nowhere. It is read in the same
// statement as the rows, never by one query per row.
type Computed struct {
	Name string
	// Join is added to FROM; "" when the table's own columns are enough. The table is `r`.
	Join string
	// Columns are the SQL expressions that Append needs.
	Columns []string
	// Append writes the JSON value from the cells that start at column at; nil writes the first as text.
	Append func(dst []byte, row store.Row, at int) []byte
	// Apart leaves the field out where no Shape names it.
	Apart bool
}

// Lookup is the text column of the row that a foreign key points to, "" for none.
func Lookup(name, foreignKey, table, key, column string) Computed {
	alias := "`" + foreignKey + " of " + table + "`"
	return Computed{
		Name:    name,
		Join:    "LEFT JOIN `" + table + "` AS " + alias + " ON " + alias + ".`" + key + "` = r.`" + foreignKey + "`",
		Columns: []string{alias + ".`" + column + "`"},
	}
}

// NotZero is "true" when a column is not 0.
func NotZero(name, column string) Computed {
	return Computed{
		Name:    name,
		Columns: []string{"r.`" + column + "`"},
		Append:  func(dst []byte, row store.Row, at int) []byte { return AppendBool(dst, row.Int(at) != 0) },
	}
}
