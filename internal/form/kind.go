package form

import (
	"reflect"
	"slices"
)

// Kind is what a question asks for.
type Kind string

// The kinds of question.
const (
	Text      Kind = "text"       // one line
	LongText  Kind = "longtext"   // several lines
	Date      Kind = "date"       // a day; stored yyyy-MM-dd
	Choice    Kind = "choice"     // one option
	Choices   Kind = "choices"    // any number of options, in the options' order
	YesNo     Kind = "yesno"      // "yes" or "no"
	Confirm   Kind = "confirm"    // a declaration: "yes" when it is ticked
	Integer   Kind = "integer"    // a whole number
	Decimal   Kind = "decimal"    // a number with a point
	Phone     Kind = "phone"      // ten to fifteen digits
	Email     Kind = "email"      // an e-mail address
	Postcode  Kind = "postcode"   // of the United Kingdom
	NHSNumber Kind = "nhs_number" // modulus 11; stored as ten digits
	GDCNumber Kind = "gdc_number" // three to six digits
	Teeth     Kind = "teeth"      // stored in FDI's notation, in the order of a chart
	BPE       Kind = "bpe"        // six sextants
	SBPE      Kind = "sbpe"       // six index teeth, for the young
	IOTN      Kind = "iotn"       // dental health component
	MDAS      Kind = "mdas"       // five questions, 1 to 5
	CaseMix   Kind = "casemix"    // six criteria: 0, A, B or C
	History   Kind = "history"    // panels of conditions, each with its detail
	Files     Kind = "files"      // uploads with kind, view and day of exposure
	Info      Kind = "info"       // a text to read; it has no answer
)

// shape is which part of a Value holds the answer.
type shape uint8

const (
	shapeText  shape = iota
	shapeList        // of Value.List
	shapeParts       // of Value.Parts
	shapeFiles       // of Value.Files
	shapeNone        // there is no answer
)

// kinds has what each kind is made of: its shape, and the properties beyond those that every field may have.
var kinds = map[Kind]struct {
	shape shape
	may   []string
}{
	Text:      {shapeText, []string{"default", "prefill", "min_length", "max_length", "pattern", "pattern_text"}},
	LongText:  {shapeText, []string{"default", "prefill", "min_length", "max_length"}},
	Date:      {shapeText, []string{"prefill", "not_future", "not_past", "not_before"}},
	Choice:    {shapeText, []string{"default", "prefill", "options"}},
	Choices:   {shapeList, []string{"options", "min_items", "max_items"}},
	YesNo:     {shapeText, []string{"default", "prefill"}},
	Confirm:   {shapeText, []string{"prefill"}},
	Integer:   {shapeText, []string{"prefill", "min", "max", "unit"}},
	Decimal:   {shapeText, []string{"prefill", "min", "max", "unit"}},
	Phone:     {shapeText, []string{"prefill"}},
	Email:     {shapeText, []string{"prefill"}},
	Postcode:  {shapeText, []string{"prefill"}},
	NHSNumber: {shapeText, []string{"prefill"}},
	GDCNumber: {shapeText, []string{"prefill"}},
	Teeth:     {shapeList, []string{"dentition", "min_items", "max_items"}},
	BPE:       {shapeParts, nil},
	SBPE:      {shapeParts, nil},
	IOTN:      {shapeText, nil},
	MDAS:      {shapeParts, nil},
	CaseMix:   {shapeParts, nil},
	History:   {shapeParts, []string{"options", "max_length"}},
	Files:     {shapeFiles, []string{"file_kind", "need_view", "newest_within_months", "min_items", "max_items"}},
	Info:      {shapeNone, nil},
}

// Kinds are the kinds of question, sorted by name.
func Kinds() []Kind { return sortedKeys(kinds) }

func (k Kind) shape() shape { return kinds[k].shape }

func (k Kind) hasOptions() bool { return k == Choice || k == Choices || k == History }

// everyField are the properties that a field of any kind may have.
var everyField = []string{"id", "kind", "label", "help", "missing", "required", "required_when", "shown_when"}

func (k Kind) may(property string) bool {
	if k == Info {
		return slices.Contains([]string{"id", "kind", "label", "help", "shown_when"}, property)
	}
	return slices.Contains(everyField, property) || slices.Contains(kinds[k].may, property)
}

// Views are what a radiograph may show, by id, with their labels.
func Views() []Option {
	return []Option{{ID: "bitewing", Label: "Bitewing"}, {ID: "periapical", Label: "Periapical"}, {ID: "panoramic", Label: "Panoramic (OPT, DPT)"},
		{ID: "occlusal", Label: "Occlusal"}, {ID: "cephalometric", Label: "Cephalometric"}, {ID: "cbct", Label: "CBCT"}, {ID: "other", Label: "Other"}}
}

// The kinds of file, as the API's header Upload-Kind names them.
const (
	Radiograph = "radiograph"
	OtherFile  = "other"
)

// The limits of what is stored, in characters and pieces, where a field sets no smaller ones.
const (
	maxLine  = 200
	maxText  = 20000
	maxItems = 100
)

// Limit is how many characters an answer, or the detail of a condition, may have.
func (f *Field) Limit() int { return f.maxLength() }

func (f *Field) maxLength() int {
	switch {
	case f.MaxLength > 0:
		return f.MaxLength
	case f.Kind == LongText, f.Kind == History:
		return 4000
	default:
		return maxLine
	}
}

func (f *Field) maxItems() int {
	if f.MaxItems > 0 {
		return f.MaxItems
	}
	return maxItems
}

// Properties are the words that a field, a section or a condition may have, sorted.
func Properties() []string {
	words := slices.Concat(everyField, sortedKeys(operators))
	for _, kind := range kinds {
		words = append(words, kind.may...)
	}
	sections, _ := names(reflect.TypeFor[Section]())
	types, _ := names(reflect.TypeFor[Type]())
	words = slices.Concat(words, sections, types)
	slices.Sort(words)
	return slices.Compact(words)
}
