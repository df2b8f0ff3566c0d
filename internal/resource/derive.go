package resource

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Kind is how a field's value is kept and spoken.
type Kind uint8

// The kinds.
const (
	KindInt      Kind = iota // JSON number
	KindText                 // JSON string
	KindBool                 // "true" or "false", stored as 1 or 0
	KindFloat                // JSON number with decimals
	KindDate                 // "yyyy-MM-dd"
	KindDateTime             // "yyyy-MM-dd HH:mm:ss"
	KindEnum                 // the member's name, stored as its number
	KindMoney                // an exact amount: JSON number with decimals, or "255.00" where it is quoted
	KindTime                 // "HH:mm:ss"
	KindInts                 // JSON array of whole numbers; never stored
)

var kindNames = [...]string{"int", "text", "bool", "float", "date", "datetime", "enum", "money", "time", "ints"}

// String is the kind's name in a plan.
func (k Kind) String() string { return kindNames[k] }

// Field is one field of a row struct.
type Field struct {
	Name   string // as the API spells it
	Column string // "" when it is stored nowhere
	Kind   Kind
	Names  []string          // the members of an enum, by number
	Wrong  map[string]string // members by a name that the documents misspell
	But    string            // the member that a caller may not send
	Max    int               // longest text, in characters; 0 is unbounded
	Since  string

	Key      bool // the row's key
	Create   bool // may be sent in a POST
	Required bool // must be sent in a POST
	Update   bool // may be sent in a PUT
	In       bool // may be sent, and is an argument of a seam: it is stored nowhere
	Calc     bool // computed when read
	Stamp    bool // set to the time of each change
	Hidden   bool // stored, and never answered
	Quoted   bool // a number that is answered as text, "239"
	Day      bool // a datetime that is answered as its day

	Parent *Parent // the row that must exist when the value is not 0
	Fold   string  // column that holds the folded text
	Digits string  // column that holds the digits

	index int
}

// Parent says which table a foreign key points into.
type Parent struct {
	Table string
	Key   string
	Thing string // for "Patient not found"
	Also  string // a further condition on the row
}

// Form is a struct of fields that a caller may send: a row, or what an action takes.
type Form struct {
	Fields []Field

	title   string // of the resource, for panics
	byName  map[string]*Field
	rowType reflect.Type
}

// Plan is what the engine has derived from a declaration.
type Plan struct {
	Spec
	Form

	key       *Field
	stamp     *Field
	one       *shape
	lists     []*listPlan
	statement statements
}

// Table is a plan together with its row struct and its pure rule.
type Table[T any] struct {
	*Plan
	// Check is a pure rule over the row as it would be stored; old is nil for a new row. It is called
	// before and after the seams fill in defaults, so a field that is none breaks no rule.
	Check func(old, new *T) []fault.Field
}

// Derive makes a table of a declaration. It panics when the declaration is broken: that is seen at
// start, before anything is served.
func Derive[T any](spec Spec, check func(old, new *T) []fault.Field) *Table[T] {
	plan := &Plan{Spec: spec, Form: deriveForm(spec.Name, reflect.TypeFor[T]())}
	for i := range plan.Fields {
		field := &plan.Fields[i]
		if field.Key {
			plan.key = field
		}
		if field.Stamp {
			plan.stamp = field
		}
	}
	if plan.key == nil {
		panic("resource: " + spec.Name + " has no key")
	}
	plan.prepareStatements()
	plan.one = plan.shape("")
	for i := range spec.Lists {
		plan.lists = append(plan.lists, plan.deriveList(&spec.Lists[i]))
	}
	return &Table[T]{Plan: plan, Check: check}
}

// deriveForm reads the fields of a struct.
func deriveForm(title string, source reflect.Type) Form {
	form := Form{title: title, rowType: source, byName: make(map[string]*Field)}
	for i := range source.NumField() {
		form.Fields = append(form.Fields, deriveField(source.Field(i), i))
	}
	for i := range form.Fields {
		field := &form.Fields[i]
		if field.Hidden {
			continue
		}
		if form.byName[field.Name] != nil {
			panic(fmt.Sprintf("resource: %s has two fields named %s", title, field.Name))
		}
		form.byName[field.Name] = field
	}
	return form
}

// deriveField reads one struct field and its tag.
func deriveField(source reflect.StructField, index int) Field {
	field := Field{Name: source.Name, Column: source.Name, index: index}
	field.Kind, field.Names = kindOf(source.Type)
	if enum, ok := reflect.Zero(source.Type).Interface().(dental.Misspelt); ok {
		field.Wrong = enum.Misspelt()
	}
	var foreign, category string
	for word := range strings.FieldsSeq(source.Tag.Get("od")) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "key":
			field.Key = true
		case "create":
			field.Create = true
		case "create!":
			field.Create, field.Required = true, true
		case "update":
			field.Update = true
		case "in":
			field.In, field.Column = true, ""
		case "in!":
			field.In, field.Required, field.Column = true, true, ""
		case "calc":
			field.Calc, field.Column = true, ""
		case "server":
			// The server's own: nobody may send it.
		case "stamp":
			field.Stamp = true
		case "hidden":
			field.Hidden = true
		case "quoted":
			field.Quoted = true
		case "day":
			field.Day = true
		case "max":
			field.Max = mustNumber(source, value)
		case "but":
			field.But = value
		case "since":
			field.Since = value
		case "name":
			field.Name = value
		case "column":
			field.Column = value
		case "fk":
			foreign = value
		case "def":
			category = value
		case "fold":
			field.Fold = value
		case "digits":
			field.Digits = value
		default:
			panic(fmt.Sprintf("resource: %s has a tag with the unknown word %q", source.Name, word))
		}
	}
	if foreign != "" {
		field.Parent = parentOf(foreign, field.Name, source.Type.Name(), category)
	}
	return field
}

// maxText bounds a text that has no bound of its own, in bytes: what MySQL's TEXT holds.
const maxText = 65535

func mustNumber(source reflect.StructField, text string) int {
	number, err := strconv.Atoi(text)
	if err != nil {
		panic(fmt.Sprintf("resource: the tag of %s has %q where a number belongs", source.Name, text))
	}
	return number
}

func kindOf(t reflect.Type) (Kind, []string) {
	if enum, ok := reflect.Zero(t).Interface().(dental.Enum); ok {
		return KindEnum, enum.Names()
	}
	switch t {
	case reflect.TypeFor[dental.Date]():
		return KindDate, nil
	case reflect.TypeFor[dental.DateTime]():
		return KindDateTime, nil
	case reflect.TypeFor[dental.Money]():
		return KindMoney, nil
	case reflect.TypeFor[dental.TimeOfDay]():
		return KindTime, nil
	case reflect.TypeFor[[]int64]():
		return KindInts, nil
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return KindInt, nil
	case reflect.String:
		return KindText, nil
	case reflect.Bool:
		return KindBool, nil
	case reflect.Float64:
		return KindFloat, nil
	default:
		panic(fmt.Sprintf("resource: a field cannot be of type %s", t))
	}
}

// parents are the tables that foreign keys may point into.
var parents = map[string]Parent{
	"allergydef":      {Thing: "AllergyDef"},
	"appointment":     {Thing: "Appointment"},
	"appointmenttype": {Thing: "AppointmentType"},
	"claim":           {Thing: "Claim"},
	"clearinghouse":   {Thing: "Clearinghouse"},
	"clinic":          {Thing: "Clinic"},
	"discountplan":    {Thing: "DiscountPlan"},
	"diseasedef":      {Thing: "DiseaseDef"},
	"definition":      {Thing: "Definition"},
	"employer":        {Thing: "Employer"},
	"employee":        {Thing: "Employee"},
	"feesched":        {Thing: "FeeSched"},
	"inssub":          {Thing: "InsSub"},
	"insplan":         {Thing: "InsPlan"},
	"document":        {Thing: "Document"},
	"medication":      {Thing: "Medication"},
	"operatory":       {Thing: "Operatory"},
	"patplan":         {Thing: "PatPlan"},
	"payplan":         {Thing: "PayPlan"},
	"procedurecode":   {Thing: "ProcedureCode"},
	"patient":         {Thing: "Patient", Also: "`PatStatus` <> 4"}, // a deleted patient is not there
	"procedurelog":    {Thing: "Procedure"},
	"provider":        {Thing: "Provider"},
	"recalltype":      {Thing: "RecallType"},
	"referral":        {Thing: "Referral"},
	"site":            {Thing: "Site"},
	"userod":          {Thing: "User"},
}

// ParentIn is a table that foreign keys point into, by its key's name.
func ParentIn(table, key string) *Parent { return parentOf(table, key, key, "") }

// parentOf resolves fk= and def=. The id's type is named as the key that it points to. A field of
// another name than its type speaks for itself: "Guarantor not found", not "Patient not found".
func parentOf(table, field, idType, category string) *Parent {
	parent, ok := parents[table]
	if !ok {
		panic("resource: unknown table in fk=" + table)
	}
	parent.Table, parent.Key = table, idType
	if field != idType {
		parent.Thing = field
	}
	if category != "" {
		parent.Also = "`Category` = " + category
	}
	return &parent
}

// Field finds a field by the name that the API gives it; nil when there is none.
func (p *Form) Field(name string) *Field { return p.byName[name] }

// RowName is the name of the row struct.
func (p *Form) RowName() string { return p.rowType.Name() }

// KeyName is the name of the key field.
func (p *Plan) KeyName() string { return p.key.Name }
