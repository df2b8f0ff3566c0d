package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// editBody is a page on which an entry of the directory is changed.
type editBody struct {
	Heading string
	Lead    string
	Back    link
	Action  string
	Rev     int64
	Groups  []editGroup
	Save    string
	Remove  string // where it is taken away; "" is nowhere
	Removes string // what the button says
	Errors  []link
	Clash   []string // what somebody else has stored meanwhile
	IsClash bool
}

// editGroup is some inputs that belong together.
type editGroup struct {
	Title  string
	Hint   string
	Fields []editField
}

// editField is one input.
type editField struct {
	ID, Label, Hint string
	Kind            string // text, lines, number, tick, ticks or select
	Value           string
	Chosen          []string // of ticks
	Options         []editOption
	Size            string // short, middle or ""
	Fault           string
	Optional        bool
}

type editOption struct{ ID, Text, Group string }

// Described are the ids of what is read with the input.
func (f editField) Described() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+".hint")
	}
	if f.Fault != "" {
		ids = append(ids, f.ID+".fault")
	}
	return strings.Join(ids, " ")
}

// Has tells whether an answer is ticked.
func (f editField) Has(id string) bool { return slices.Contains(f.Chosen, id) }

// IsWide tells whether the input has a row of its own.
func (f editField) IsWide() bool { return f.Kind == "lines" || f.Kind == "ticks" || f.Kind == "tick" }

func textInput(id, label, value string) editField {
	return editField{ID: id, Label: label, Kind: "text", Value: value}
}

func linesInput(id, label, value string) editField {
	return editField{ID: id, Label: label, Kind: "lines", Value: value}
}

func numberInput(id, label string, n int) editField {
	return editField{ID: id, Label: label, Kind: "number", Value: strconv.Itoa(n), Size: "short"}
}

func tickInput(id, label string, on bool) editField {
	f := editField{ID: id, Label: label, Kind: "tick"}
	if on {
		f.Chosen = []string{"yes"}
	}
	return f
}

func ticksInput(id, label string, chosen []string, options []editOption) editField {
	return editField{ID: id, Label: label, Kind: "ticks", Chosen: chosen, Options: options}
}

func selectInput(id, label, value string, options []editOption) editField {
	return editField{ID: id, Label: label, Kind: "select", Value: value, Options: options}
}

func (f editField) hint(text string) editField { f.Hint = text; return f }
func (f editField) optional() editField        { f.Optional = true; return f }
func (f editField) sized(size string) editField {
	f.Size = size
	return f
}

// wordOptions are a closed list of the directory's as answers.
func wordOptions(words []directory.Word) []editOption {
	options := make([]editOption, len(words))
	for i, w := range words {
		options[i] = editOption{ID: w.ID, Text: strings.ToUpper(w.Text[:1]) + w.Text[1:]}
	}
	return options
}

// formOptions are the form types as answers; those that were chosen and are gone stay to be seen.
func (s *Site) formOptions(chosen []string) []editOption {
	var options []editOption
	for name, title := range s.options.Directory.Titles() {
		options = append(options, editOption{ID: name, Text: title})
	}
	for _, name := range chosen {
		if _, known := s.options.Directory.Titles()[name]; !known {
			options = append(options, editOption{ID: name, Text: name + " (no longer there)"})
		}
	}
	slices.SortFunc(options, func(a, b editOption) int { return strings.Compare(a.Text, b.Text) })
	return options
}

// typedForm reads what was typed on an edit page.
func typedForm(w http.ResponseWriter, r *http.Request) (rev int64, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostAnswer)
	if err := r.ParseForm(); err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "What was sent cannot be read")
	}
	if rev, err = strconv.ParseInt(r.PostForm.Get("rev"), 10, 64); err != nil {
		return 0, fault.New(fault.Invalid, "The page was sent without its revision; open it again")
	}
	return rev, nil
}

// typedNumber is a number as typed: empty is 0, and what is none is -1, which no field takes.
func typedNumber(r *http.Request, id string) int {
	text := strings.TrimSpace(r.PostForm.Get(id))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func isTicked(r *http.Request, id string) bool { return r.PostForm.Get(id) == "yes" }

// showAgain answers with an edit page that was refused: with what was typed, and what is wrong with it. now is the entry as it is
// stored, for who was overtaken by somebody else. Another refusal goes on to whoever answers for it.
func showAgain(w http.ResponseWriter, r *http.Request, v Visitor, body editBody, refusal error, now func() (editBody, error)) error {
	body.retype(r)
	f := fault.From(refusal)
	switch {
	case f.Kind == fault.Invalid && len(f.Fields) > 0:
		body.blame(f.Fields)
		p := v.page(body.Heading, body)
		p.Faulty = true
		return render(w, r, http.StatusUnprocessableEntity, "edit", p)
	case f.Kind == fault.Conflict && now != nil:
		stored, err := now()
		if err != nil {
			return err
		}
		if stored.Rev == body.Rev {
			return refusal
		}
		body.IsClash, body.Rev, body.Clash = true, stored.Rev, body.differences(stored)
		return render(w, r, http.StatusConflict, "edit", v.page(body.Heading, body))
	}
	return refusal
}

// retype puts what was typed into the inputs, as it was typed.
func (b *editBody) retype(r *http.Request) {
	b.each(func(f *editField) {
		if f.Kind != "ticks" && f.Kind != "tick" {
			f.Value = r.PostForm.Get(f.ID)
		} else {
			f.Chosen = r.PostForm[f.ID]
		}
	})
}

func (b *editBody) each(do func(*editField)) {
	for i := range b.Groups {
		for j := range b.Groups[i].Fields {
			do(&b.Groups[i].Fields[j])
		}
	}
}

// blame puts faults beside their inputs, and all of them above.
func (b *editBody) blame(faults []fault.Field) {
	for _, one := range faults {
		b.Errors = append(b.Errors, link{"#" + one.Name, one.Text})
		b.each(func(f *editField) {
			if f.ID == one.Name && f.Fault == "" {
				f.Fault = one.Text
			}
		})
	}
}

// differences are what is stored otherwise than it was typed.
func (b *editBody) differences(stored editBody) (lines []string) {
	now := make(map[string]editField)
	stored.each(func(f *editField) { now[f.ID] = *f })
	b.each(func(f *editField) {
		there := now[f.ID]
		if text := there.text(); text != f.text() {
			if text == "" {
				text = "empty"
			}
			lines = append(lines, f.Label+" is now: "+text)
		}
	})
	return lines
}

// text is what an input has, for a sentence.
func (f editField) text() string {
	switch f.Kind {
	case "tick":
		if f.Has("yes") {
			return "yes"
		}
		return "no"
	case "ticks":
		var all []string
		for _, o := range f.Options {
			if f.Has(o.ID) {
				all = append(all, o.Text)
			}
		}
		return strings.Join(all, ", ")
	case "select":
		for _, o := range f.Options {
			if o.ID == f.Value {
				return strings.TrimPrefix(o.Group+", "+o.Text, ", ")
			}
		}
		return ""
	}
	return strings.TrimSpace(strings.Join(strings.Fields(strings.ReplaceAll(f.Value, "\n", " / ")), " "))
}

// numOf reads a number from the path.
func numOf(r *http.Request, name string) (int64, error) {
	num, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || num < 1 {
		return 0, notFound
	}
	return num, nil
}
