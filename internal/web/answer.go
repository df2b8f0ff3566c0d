package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// summary is a section as it was answered, to be read and not to be changed.
type summary struct {
	Section *form.Section
	Answers []answered
}

// Given are the answers, and what is still to be answered.
func (s summary) Given() []answered {
	return slices.DeleteFunc(slices.Clone(s.Answers), func(a answered) bool { return a.IsEmpty() && !a.Required })
}

// Blank names the questions that were left without an answer, and may be.
func (s summary) Blank() string {
	var labels []string
	for _, a := range s.Answers {
		if a.IsEmpty() && !a.Required {
			labels = append(labels, a.Label)
		}
	}
	return strings.Join(labels, "; ")
}

// answered is a question with what was answered to it.
type answered struct {
	ID, Label string
	Lines     []string // one answer a line; none where there is no answer
	Typed     string   // a text of several lines, as it was typed
	Files     []attached
	Required  bool
}

// summaryOf tells what was answered in a section; ok is false where nothing of it is asked.
func summaryOf(sheet *form.Sheet, section *form.Section, files map[string]attached) (s summary, ok bool) {
	s = summary{Section: section}
	for i := range section.Fields {
		field := &section.Fields[i]
		if !sheet.Shown(field.ID) || field.Kind == form.Info {
			continue
		}
		value := sheet.Answer(field.ID)
		a := answered{ID: field.ID, Label: field.Label, Required: sheet.Required(field.ID)}
		switch field.Kind {
		case form.LongText:
			a.Typed = value.Text
		case form.Files:
			for _, f := range value.Files {
				a.Files = append(a.Files, fileOf(f, files))
			}
		default:
			a.Lines = linesOf(field, value)
		}
		s.Answers = append(s.Answers, a)
	}
	for _, d := range section.Derived {
		if text, known := sheet.Derived(d.ID); known {
			s.Answers = append(s.Answers, answered{ID: d.ID, Label: d.Label, Lines: []string{derivedWords(text)}})
		}
	}
	return s, len(s.Answers) > 0
}

// IsEmpty tells whether there is no answer.
func (a answered) IsEmpty() bool { return len(a.Lines) == 0 && a.Typed == "" && len(a.Files) == 0 }

// linesOf says an answer in words. What is not understood stands as it was typed.
func linesOf(field *form.Field, value form.Value) []string {
	if value.IsEmpty() {
		return nil
	}
	switch field.Kind {
	case form.Choice:
		return []string{optionLabel(field, value.Text)}
	case form.Choices:
		lines := make([]string, len(value.List))
		for i, id := range value.List {
			lines[i] = optionLabel(field, id)
		}
		return lines
	case form.YesNo:
		return []string{yesNo(value.Text)}
	case form.Confirm:
		return []string{"Confirmed"}
	case form.Date:
		return []string{dental.DayInWords(value.Text)}
	case form.NHSNumber:
		return []string{nhsWords(value.Text)}
	case form.Integer, form.Decimal:
		if field.Unit != "" {
			return []string{value.Text + " " + field.Unit}
		}
		return []string{value.Text}
	case form.Teeth:
		return toothLines(value.List)
	case form.IOTN:
		if grade, err := dental.ParseIOTN(value.Text); err == nil {
			return []string{value.Text + ": " + grade.Words()}
		}
		return []string{value.Text}
	case form.BPE, form.SBPE, form.MDAS, form.CaseMix:
		var lines []string
		for _, part := range field.Parts() {
			if text, ok := value.Parts[part.ID]; ok {
				lines = append(lines, part.Label+": "+text)
			}
		}
		return lines
	case form.History:
		return historyLines(field, value)
	default:
		return []string{value.Text}
	}
}

func historyLines(field *form.Field, value form.Value) []string {
	var lines []string
	for _, option := range field.Options {
		detail, ticked := value.Parts[option.ID]
		switch {
		case ticked && detail != "":
			lines = append(lines, option.Label+": "+detail)
		case ticked:
			lines = append(lines, option.Label)
		}
	}
	return lines
}

func toothLines(fdi []string) []string {
	lines := make([]string, len(fdi))
	for i, item := range fdi {
		lines[i] = teethWords([]string{item})
		if t, err := dental.ToothFDI(item); err == nil {
			lines[i] += " " + t.Words()
		}
	}
	return lines
}

func optionLabel(field *form.Field, id string) string {
	if option, ok := field.Option(id); ok {
		return option.Label
	}
	return id
}

func yesNo(text string) string {
	switch text {
	case "yes":
		return "Yes"
	case "no":
		return "No"
	}
	return text
}

// derivedWords is a computed value for people.
func derivedWords(text string) string { return yesNo(text) }

// nhsWords groups the ten digits as they are printed everywhere.
func nhsWords(text string) string {
	if _, err := dental.ParseNHSNumber(text); err != nil || len(text) != 10 {
		return text
	}
	return text[:3] + " " + text[3:6] + " " + text[6:]
}

// patient is the line that says whom a page is about.
type patient struct {
	Name, Born string
	Age        int
	HasAge     bool
}

func patientOf(sheet *form.Sheet) patient {
	p := patient{Name: strings.TrimSpace(sheet.Typed(form.FirstName).Text + " " + sheet.Typed(form.LastName).Text), Born: dental.DayInWords(sheet.Typed(form.BirthDate).Text)}
	p.Age, p.HasAge = sheet.Age()
	return p
}

// attached is a file as pages show it.
type attached struct {
	form.File
	Size      string
	Type      string // "JPEG picture"
	Mark      string // what stands for it where there is no picture, "PDF"
	IsPicture bool
	Open      string // where it is
	Thumb     string // where its picture is
	Faults    []string
	IsSent    bool // it went along with the referral, and stays with it
}

// Day, Month and Year are what stands in the inputs for the day of exposure.
func (a attached) Day() string   { return datePart(a.TakenOn, 0) }
func (a attached) Month() string { return datePart(a.TakenOn, 1) }
func (a attached) Year() string  { return datePart(a.TakenOn, 2) }

// Taken is the day of exposure in words.
func (a attached) Taken() string { return dental.DayInWords(a.TakenOn) }

// ViewWords is what a radiograph shows, in words.
func (a attached) ViewWords() string {
	views := form.Views()
	if i := slices.IndexFunc(views, func(o form.Option) bool { return o.ID == a.View }); i >= 0 {
		return views[i].Label
	}
	return a.View
}

// fileOf joins what an answer says of a file with what the upload room knows of it.
func fileOf(f form.File, known map[string]attached) attached {
	a := known[f.ID]
	name := a.Name
	a.File = f
	if a.Name == "" {
		a.Name = name
	}
	return a
}

// sizeWords is a number of bytes for people.
func sizeWords(bytes int64) string {
	switch {
	case bytes >= 10<<20:
		return strconv.FormatInt((bytes+1<<19)>>20, 10) + " MB"
	case bytes >= 1<<20:
		return strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64) + " MB"
	default:
		return strconv.FormatInt(max(1, (bytes+1<<9)>>10), 10) + " kB"
	}
}
