package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// question is one field of a form as a page shows it. Its inputs are named as form.Field.Read reads them.
type question struct {
	*form.Field
	Shown    bool
	Required bool
	Text     string          // what stands in a single input
	Ticked   map[string]bool // of choices and teeth
	Parts    []part          // of a grid or a scale
	Groups   []group         // of a history
	Picker   *picker         // of teeth
	Grades   []gradeColumn   // of the IOTN
	Files    []attached
	New      attached // what was typed for files that are still to be added
	NewFault string   // why they were not taken
	Faults   []string
	Advice   []string
	faultsOf map[string][]string // by part
}

// part is one piece of an answer of several parts.
type part struct {
	ID, Label string
	Value     string
	Values    []form.Option // to choose from
	Faults    []string
}

// group is a panel of conditions.
type group struct {
	Title      string
	Conditions []condition
}

// condition is one line of a panel.
type condition struct {
	form.Option
	Ticked bool
	Text   string // the detail
	Faults []string
}

// gradeColumn are the IOTN's grades of one number.
type gradeColumn struct {
	Grade  int
	Need   string
	Grades []form.Option
}

// selectFrom is the number of options from which on a list is shown as a drop-down.
const selectFrom = 8

// questionOf lays a field out, with the faults and the advice that are shown at it.
func questionOf(sheet *form.Sheet, field *form.Field, faults, advice []form.Fault) question {
	q := question{Field: field, Shown: sheet.Shown(field.ID), Required: sheet.Required(field.ID), faultsOf: make(map[string][]string)}
	for _, f := range faults {
		if f.Field != field.ID {
			continue
		}
		switch {
		case f.Part == "":
			q.Faults = append(q.Faults, f.Text)
		case f.Rule == form.RuleMissing && field.Kind != form.History && field.Kind != form.Files:
			// The part stands beside it; the error summary has the whole sentence.
			q.faultsOf[f.Part] = append(q.faultsOf[f.Part], "Missing")
		default:
			q.faultsOf[f.Part] = append(q.faultsOf[f.Part], f.Text)
		}
	}
	for _, a := range advice {
		if a.Field == field.ID {
			q.Advice = append(q.Advice, a.Text)
		}
	}
	typed := sheet.Typed(field.ID)
	q.Text = typed.Text
	q.Ticked = make(map[string]bool, len(typed.List))
	for _, item := range typed.List {
		q.Ticked[item] = true
	}
	switch field.Kind {
	case form.BPE, form.SBPE, form.MDAS, form.CaseMix:
		for _, p := range field.Parts() {
			q.Parts = append(q.Parts, part{p.ID, p.Label, typed.Parts[p.ID], valuesOf(field.Kind, typed.Parts[p.ID]), q.faultsOf[p.ID]})
		}
	case form.History:
		q.Groups = q.panels(typed)
	case form.Teeth:
		q.Picker = pickerOf(field, typed.List, sheet)
	case form.IOTN:
		q.Grades = gradeColumns()
	}
	return q
}

// valuesOf are the answers to a part. One that is stored and is none of them stands among them too: a page
// never drops what it cannot show.
func valuesOf(kind form.Kind, stored string) []form.Option {
	var values []form.Option
	add := func(id, label string) { values = append(values, form.Option{ID: id, Label: label}) }
	switch kind {
	case form.MDAS:
		for i, words := range []string{"Not anxious", "Slightly anxious", "Fairly anxious", "Very anxious", "Extremely anxious"} {
			add(strconv.Itoa(i+1), words)
		}
	case form.CaseMix:
		for _, letter := range []string{"0", "A", "B", "C"} {
			add(letter, "")
		}
	default:
		codes := []string{"0", "1", "2", "3", "4", "-"}
		if kind == form.BPE {
			codes = []string{"0", "1", "2", "3", "4", "0*", "1*", "2*", "3*", "4*", "-"}
		}
		for _, code := range codes {
			add(code, dental.BPECode(code).Words())
		}
	}
	if stored != "" && !slices.ContainsFunc(values, func(o form.Option) bool { return o.ID == stored }) {
		add(stored, "")
	}
	return values
}

func (q *question) panels(typed form.Value) []group {
	var groups []group
	for _, option := range q.Options {
		if len(groups) == 0 || groups[len(groups)-1].Title != option.Group {
			groups = append(groups, group{Title: option.Group})
		}
		text, ticked := typed.Parts[option.ID]
		last := &groups[len(groups)-1]
		last.Conditions = append(last.Conditions, condition{option, ticked, text, q.faultsOf[option.ID]})
	}
	return groups
}

func gradeColumns() []gradeColumn {
	needs := map[int]string{5: "Very great need", 4: "Great need", 3: "Borderline need", 2: "Little need", 1: "No need"}
	var columns []gradeColumn
	for _, grade := range dental.IOTNGrades() {
		n := grade.Grade()
		if len(columns) == 0 || columns[len(columns)-1].Grade != n {
			columns = append(columns, gradeColumn{Grade: n, Need: needs[n]})
		}
		last := &columns[len(columns)-1]
		last.Grades = append(last.Grades, form.Option{ID: string(grade), Label: grade.Words()})
	}
	return columns
}

// Day, Month and Year are what stands in the three inputs of a date, whatever was typed there.
func (q question) Day() string   { return datePart(q.Text, 0) }
func (q question) Month() string { return datePart(q.Text, 1) }
func (q question) Year() string  { return datePart(q.Text, 2) }

func datePart(text string, i int) string {
	if day, err := dental.ParseDate(text); err == nil {
		y, m, d := day.Calendar()
		return strconv.Itoa([]int{d, m, y}[i])
	}
	parts := strings.SplitN(text, "/", 3)
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

// IsDropDown tells whether the options stand in a drop-down.
func (q question) IsDropDown() bool { return q.Kind == form.Choice && len(q.Options) >= selectFrom }

// IsGroup tells whether it has several inputs, under one legend.
func (q question) IsGroup() bool {
	switch q.Kind {
	case form.Choice:
		return !q.IsDropDown()
	case form.Date, form.Choices, form.YesNo, form.Teeth, form.BPE, form.SBPE, form.IOTN, form.MDAS, form.CaseMix, form.History, form.Files:
		return true
	default:
		return false
	}
}

// IsWide tells whether it takes a row by itself.
func (q question) IsWide() bool {
	switch q.Kind {
	case form.LongText, form.Choices, form.Teeth, form.IOTN, form.MDAS, form.CaseMix, form.History, form.Files, form.Info, form.Confirm, form.BPE, form.SBPE:
		return true
	case form.Choice:
		return q.IsGroup() && len(q.Options) > 3
	default:
		return false
	}
}

// IsBrief tells whether the options are so short that many stand in a row.
func (q question) IsBrief() bool {
	return !slices.ContainsFunc(q.Options, func(o form.Option) bool { return len(o.Label) > 12 || o.Help != "" })
}

// First is the id of the first input, where an error summary leads.
func (q question) First() string {
	switch q.Kind {
	case form.Date:
		return q.ID + ".day"
	case form.BPE, form.SBPE:
		return q.ID + "." + q.Parts[0].ID
	case form.MDAS, form.CaseMix:
		return q.ID + "." + q.Parts[0].ID + "." + q.Parts[0].Values[0].ID
	case form.Choices:
		return q.ID + "." + q.Options[0].ID
	case form.Choice:
		if !q.IsDropDown() {
			return q.ID + "." + q.Options[0].ID
		}
	case form.History:
		return q.ID + "." + q.Groups[0].Conditions[0].ID + ".tick"
	case form.YesNo:
		return q.ID + ".yes"
	case form.IOTN:
		return q.ID + "." + q.Grades[0].Grades[0].ID
	case form.Teeth:
		return q.Picker.first(q.ID)
	}
	return q.ID
}

// anchor is the id of the input to which a fault belongs.
func (q question) anchor(f form.Fault) string {
	if f.Part == "" {
		return q.First()
	}
	switch q.Kind {
	case form.BPE, form.SBPE, form.History:
		return q.ID + "." + f.Part
	case form.MDAS, form.CaseMix:
		for _, p := range q.Parts {
			if p.ID == f.Part {
				return q.ID + "." + p.ID + "." + p.Values[0].ID
			}
		}
	case form.Files:
		return q.ID + "." + f.Part + ".day"
	}
	return q.First()
}

// Described are the ids of the hint, the advice and the fault, for aria-describedby.
func (q question) Described() string {
	var ids []string
	if q.Hint() != "" {
		ids = append(ids, q.ID+".hint")
	}
	if len(q.Advice) > 0 {
		ids = append(ids, q.ID+".advice")
	}
	if len(q.Faults) > 0 {
		ids = append(ids, q.ID+".fault")
	}
	return strings.Join(ids, " ")
}

// Hint is the help, and what else must be known before one types.
func (q question) Hint() string {
	hints := make([]string, 0, 2)
	if q.Help != "" {
		hints = append(hints, strings.TrimSuffix(q.Help, "."))
	}
	switch {
	case q.Kind == form.Choices && q.Help == "":
		hints = append(hints, "Tick all that apply")
	case q.Kind == form.Date && q.Help == "":
		hints = append(hints, "Day, month, year")
	case (q.Kind == form.Integer || q.Kind == form.Decimal) && q.Min != nil && q.Max != nil && q.Help == "":
		hints = append(hints, fmt.Sprintf("%s to %s", number(*q.Min), number(*q.Max)))
	}
	return strings.Join(hints, ". ")
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// Rows is the height of a text of several lines.
func (q question) Rows() int {
	switch limit := q.Limit(); {
	case limit <= 300:
		return 2
	case limit <= 1000:
		return 3
	default:
		return 5
	}
}

// Size says how wide a single input is: what fits, and no wider.
func (q question) Size() string {
	switch q.Kind {
	case form.Integer, form.Decimal, form.GDCNumber:
		return "short"
	case form.Postcode, form.NHSNumber, form.Phone:
		return "middle"
	default:
		return "full"
	}
}

// InputMode is the keyboard that a touch screen shows.
func (q question) InputMode() string {
	switch q.Kind {
	case form.Integer, form.NHSNumber, form.GDCNumber:
		if q.Min != nil && *q.Min < 0 {
			return "text" // the numeric keyboard of some telephones has no minus
		}
		return "numeric"
	case form.Decimal:
		if q.Min != nil && *q.Min < 0 {
			return "text"
		}
		return "decimal"
	case form.Phone:
		return "tel"
	case form.Email:
		return "email"
	default:
		return "text"
	}
}

// ownDetails are what a browser may fill in about whoever sits before it, by the parameter that fills the field.
var ownDetails = map[string]string{
	"referrer_name": "name", "practice_name": "organization", "practice_address": "street-address",
	"practice_phone": "work tel", "practice_email": "work email",
}

// Autocomplete lets a browser know the user's own details, and none of the patient's: a practice's computers are shared.
func (q question) Autocomplete() string {
	if q.Prefill != nil {
		if token, ok := ownDetails[q.Prefill.From[0]]; ok {
			return token
		}
	}
	return "off"
}
