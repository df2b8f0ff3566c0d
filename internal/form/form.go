// Package form knows form types as data: sections, fields, conditions and rules read from files, the answers
// that are given to them, and what is wrong with those. It knows nothing of HTTP, pages, PDFs or storage.
package form

import (
	"regexp"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// The fields that every form type has: they say who is referred, and by whom. The loader demands them.
const (
	FirstName = "patient_first_name"
	LastName  = "patient_last_name"
	BirthDate = "patient_dob"
	Referrer  = "referrer_name"
)

// Age is the name by which conditions and pages know the patient's age in years, which is derived from BirthDate.
const Age = "age"

// Type is one version of a form type: what is asked, when, and what an answer must be. It is never changed
// after it was loaded, and may be used by any number of goroutines.
type Type struct {
	Name     string    `json:"form"`              // as the API names it, "AdultRestorativeForm"
	Number   int       `json:"version"`           // counted up by whoever changes the file; Version has the content too
	Title    string    `json:"title"`             // for people
	Summary  string    `json:"summary,omitempty"` // when this form is the right one
	Reason   string    `json:"reason"`            // what the status calls answer as referral_reason
	Pathway  string    `json:"pathway"`           // the worklist that receives it
	Triage   string    `json:"triage,omitempty"`  // a note for those who triage
	Age      *AgeRule  `json:"age,omitempty"`     // whom the form is for, checked at submission
	Fixed    []Fixed   `json:"fixed,omitempty"`   // what other forms ask and this one settles
	Headline []string  `json:"headline"`          // the fields that the head line of the PDF is made of
	Sections []Section `json:"sections"`          // in the order of the task list
	Rules    []Rule    `json:"rules,omitempty"`   // what holds between answers of several sections
	at       position  // where the file says so
	canon    []byte    // Canonical
	version  string    // Version
	fields   []*Field  // of all sections, in order
	places   map[string]place
	order    []string // of everything that a condition may name, each after what it depends on
}

// place says what a name in a condition stands for; one of the three is set.
type place struct {
	field   *Field
	derived *Derived
	fixed   *Fixed
}

// AgeRule bounds the patient's age in whole years on the day of submission.
type AgeRule struct {
	Min   *int     `json:"min,omitempty"`   // this age and older
	Below *int     `json:"below,omitempty"` // younger than this
	Text  string   `json:"text"`            // shown at the date of birth to those outside
	at    position // where the file says so
}

// Fixed is an answer that the form gives itself, "care_type: urgent"; conditions see it like a field.
type Fixed struct {
	ID    string   `json:"id"`
	Label string   `json:"label"`
	Value string   `json:"value"` // what conditions compare
	Text  string   `json:"text"`  // what people read
	at    position // where the file says so
}

// Section is one page of a form.
type Section struct {
	Use       string     `json:"use,omitempty"` // in a file: the shared section that stands here; empty once loaded
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Help      string     `json:"help,omitempty"`
	Document  string     `json:"document,omitempty"` // which PDF prints it; "" is the referral itself
	ShownWhen *Condition `json:"shown_when,omitempty"`
	Borrows   []string   `json:"borrows,omitempty"` // what conditions here name although a form may lack it: they are false then
	Fields    []Field    `json:"fields"`
	Derived   []Derived  `json:"derived,omitempty"` // computed, and shown read-only
	Rules     []Rule     `json:"rules,omitempty"`
	at        position   // where the file says so
}

// The values of Section.Document.
const (
	DocumentReferral = ""                // URN.pdf
	DocumentHistory  = "medical_history" // URN_MH.pdf
	DocumentSedation = "sedation"        // within the referral, at its place
)

// Field is one question.
type Field struct {
	ID           string     `json:"id"`
	Kind         Kind       `json:"kind"`
	Label        string     `json:"label"`
	Help         string     `json:"help,omitempty"`
	Missing      string     `json:"missing,omitempty"` // said when the answer is missing; made of the label where it is not given
	Required     bool       `json:"required,omitempty"`
	RequiredWhen *Condition `json:"required_when,omitempty"`
	ShownWhen    *Condition `json:"shown_when,omitempty"`
	Default      string     `json:"default,omitempty"`
	Prefill      *Prefill   `json:"prefill,omitempty"`
	Options      []Option   `json:"options,omitempty"`
	MinLength    int        `json:"min_length,omitempty"` // in characters
	MaxLength    int        `json:"max_length,omitempty"` // in characters; 0 is the kind's own limit
	Pattern      string     `json:"pattern,omitempty"`    // a regular expression that the whole text matches
	PatternText  string     `json:"pattern_text,omitempty"`
	Min          *float64   `json:"min,omitempty"`
	Max          *float64   `json:"max,omitempty"`
	Unit         string     `json:"unit,omitempty"` // printed after the number
	NotFuture    bool       `json:"not_future,omitempty"`
	NotPast      bool       `json:"not_past,omitempty"`
	NotBefore    string     `json:"not_before,omitempty"` // a date field of which the day must have come
	MinItems     int        `json:"min_items,omitempty"`
	MaxItems     int        `json:"max_items,omitempty"`
	Dentition    string     `json:"dentition,omitempty"` // which teeth: permanent, primary; "" is any
	FileKind     string     `json:"file_kind,omitempty"` // which files: radiograph or other
	NeedView     string     `json:"need_view,omitempty"` // one of the files shows this view
	NewestWithin int        `json:"newest_within_months,omitempty"`
	at           position   // where the file says so
	pattern      *regexp.Regexp
	section      *Section
}

// Option is one of the answers to choose from.
type Option struct {
	ID        string   `json:"id"`
	Label     string   `json:"label"`
	Help      string   `json:"help,omitempty"`
	Exclusive bool     `json:"exclusive,omitempty"` // "None of these": no other one beside it
	Group     string   `json:"group,omitempty"`     // of a history: the heading above it
	Detail    string   `json:"detail,omitempty"`    // of a history: what to tell when it is ticked
	at        position // where the file says so
}

// Prefill says which values of the call that prepares a form fill a field: the first that is there and is
// understood, or all of them in one.
type Prefill struct {
	From []string          `json:"from"`
	Join string            `json:"join,omitempty"` // what stands between the values: comma, space or line; "" takes the first alone
	Map  map[string]string `json:"map,omitempty"`  // answer by value, without regard to case
	at   position          // where the file says so
}

// Rule is what must or should hold between answers.
type Rule struct {
	When  Condition `json:"when"`
	Field string    `json:"field"`           // where it is shown
	Text  string    `json:"text"`            // what is wrong and what to do
	Level string    `json:"level"`           // stop: it cannot be submitted so; advise: it can
	Offer string    `json:"offer,omitempty"` // the form type that fits better, for the answers to be carried over to
	at    position  // where the file says so
}

// The values of Rule.Level.
const (
	Stop   = "stop"
	Advise = "advise"
)

// Derived is a value that is computed from answers, and never typed.
type Derived struct {
	ID    string   `json:"id"`
	Label string   `json:"label"`
	By    string   `json:"by"`   // the function, one of Functions
	From  []string `json:"from"` // its arguments: fields, or derived values
	at    position // where the file says so
}

// Fields are the questions of all sections, in order. Read them only.
func (t *Type) Fields() []*Field { return t.fields }

// Field finds a question by its id.
func (t *Type) Field(id string) (*Field, bool) {
	f := t.places[id].field
	return f, f != nil
}

// Section finds a section by its id.
func (t *Type) Section(id string) (*Section, bool) {
	for i := range t.Sections {
		if t.Sections[i].ID == id {
			return &t.Sections[i], true
		}
	}
	return nil, false
}

// Option finds an answer to choose from by its id.
func (f *Field) Option(id string) (Option, bool) {
	for _, option := range f.Options {
		if option.ID == id {
			return option, true
		}
	}
	return Option{}, false
}

// Parts are the ids and labels of the parts of which an answer consists: sextants, index teeth, questions of a
// scale. None for an answer of one piece.
func (f *Field) Parts() []Option {
	switch f.Kind {
	case BPE:
		return partsOf(dental.Sextants(), sextantLabels)
	case SBPE:
		return partsOf(dental.IndexTeeth(), nil)
	case MDAS:
		return partsOf(dental.MDASItems(), mdasLabels)
	case CaseMix:
		return partsOf(dental.CaseMixCriteria(), caseMixLabels)
	}
	return nil
}

func partsOf(ids []string, labels map[string]string) []Option {
	parts := make([]Option, len(ids))
	for i, id := range ids {
		parts[i] = Option{ID: id, Label: labels[id]}
		if parts[i].Label == "" {
			parts[i].Label = id
		}
		if tooth, err := dental.ToothFDI(id); err == nil {
			parts[i].Label = tooth.Palmer() + " (" + id + ")"
		}
	}
	return parts
}

var (
	sextantLabels = map[string]string{"UR": "Upper right (17-14)", "UA": "Upper front (13-23)", "UL": "Upper left (24-27)",
		"LR": "Lower right (47-44)", "LA": "Lower front (43-33)", "LL": "Lower left (34-37)"}
	mdasLabels = map[string]string{"tomorrow": "Going for treatment tomorrow", "waiting": "Sitting in the waiting room",
		"drilling": "About to have a tooth drilled", "scaling": "About to have teeth scaled and polished", "injection": "About to have an injection in the gum"}
	caseMixLabels = map[string]string{"communication": "Ability to communicate", "cooperation": "Ability to cooperate", "medical": "Medical status",
		"oral_risk": "Oral risk factors", "access": "Access to oral care", "legal": "Legal and ethical barriers"}
)
