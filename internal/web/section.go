package web

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/form"
)

// declaration is the section with which a referral is sent, where a form has it: it comes last, after the answers
// were read through.
const declaration = "declaration"

// The words of the states of a section, as people read them.
var stateWords = map[form.State]string{form.NotStarted: "Not started", form.InProgress: "In progress", form.Complete: "Completed"}

// sectionBody is the page of one section.
type sectionBody struct {
	Side         []sideLink
	Faults       []link
	Offers       []offer // forms that fit better
	Notice       string
	Opened       []link // the questions that the answers opened
	Back, Action string // the page before, and where the form goes
	Base         string // of the referral's addresses
	Title, Help  string
	Rev          int64
	Questions    []question
	Derived      []derivedValue
	HasFiles     bool
	Main         string // what the first button does
	MainWords    string
	Declares     bool // the form has no declaration of its own
	DeclareFault string
	Amends       bool // it is an answer to a request for information, with a reply
	Reply        string
	ReplyFault   string
}

type sideLink struct {
	Href, Title, State string
	Current            bool
}

type derivedValue struct{ ID, Label, Text string }

// unknownValue stands where what a value is computed from is not answered.
const unknownValue = "not yet"

// sectionPage lays a section out: judged with what is wrong in it, or as it is.
func sectionPage(sheet *form.Sheet, section *form.Section, base string, faults []form.Fault, files map[string]attached) sectionBody {
	body := sectionBody{Back: base, Base: base, Action: base + "/sections/" + section.ID, Title: section.Title, Help: section.Help, Main: "continue", MainWords: "Save and continue"}
	advice := append(sheet.Advice(), ageAdvice(sheet)...)
	for i := range section.Fields {
		q := questionOf(sheet, &section.Fields[i], faults, advice)
		if q.Kind == form.Files {
			body.HasFiles = true
			q.layFiles(sheet, files)
		}
		body.Questions = append(body.Questions, q)
	}
	for _, f := range faults {
		body.Faults = append(body.Faults, link{"#" + body.anchor(f), f.Text})
	}
	for _, d := range section.Derived {
		text, known := sheet.Derived(d.ID)
		if !known {
			text = unknownValue
		}
		body.Derived = append(body.Derived, derivedValue{d.ID, d.Label, derivedWords(text)})
	}
	for _, s := range sheet.States() {
		if s.State != form.NotNeeded && s.Section.ID != declaration {
			body.Side = append(body.Side, sideLink{base + "/sections/" + s.Section.ID, s.Section.Title, stateWords[s.State], s.Section.ID == section.ID})
		}
	}
	return body
}

// ageAdvice is the rule of age as advice: it counts on the day of submission, and is good to know before.
func ageAdvice(sheet *form.Sheet) []form.Fault {
	if f, outside := sheet.AgeFault(); outside {
		return []form.Fault{f}
	}
	return nil
}

// anchor is the id of the input at which a fault is put right.
func (b *sectionBody) anchor(f form.Fault) string {
	i := slices.IndexFunc(b.Questions, func(q question) bool { return q.ID == f.Field })
	if i < 0 {
		return "main"
	}
	return b.Questions[i].anchor(f)
}

// layFiles joins the files of the answer with what is known of each.
func (q *question) layFiles(sheet *form.Sheet, known map[string]attached) {
	for _, f := range sheet.Typed(q.ID).Files {
		a := fileOf(f, known)
		a.Faults = q.faultsOf[f.ID]
		q.Files = append(q.Files, a)
	}
}

// next is the section after one that is asked; "" after the last.
func nextSection(sheet *form.Sheet, id string) string {
	past := false
	for _, s := range sheet.States() {
		if past && s.State != form.NotNeeded && s.Section.ID != declaration {
			return s.Section.ID
		}
		past = past || s.Section.ID == id
	}
	return ""
}

// opened are the questions of a section that are asked now, were not before, and are not answered.
func opened(before, now *form.Sheet, section *form.Section) []*form.Field {
	var fields []*form.Field
	for i := range section.Fields {
		f := &section.Fields[i]
		if f.Kind != form.Info && now.Shown(f.ID) && !before.Shown(f.ID) && now.Typed(f.ID).IsEmpty() {
			fields = append(fields, f)
		}
	}
	return fields
}

// missingWords says in a line what a section still needs.
func missingWords(state form.SectionState) string {
	if state.State == form.NotStarted || len(state.Faults) == 0 {
		return ""
	}
	texts := make([]string, 0, 3)
	for i, f := range state.Faults {
		if i == 2 && len(state.Faults) > 3 {
			return strings.Join(texts, "; ") + "; and " + thousands(len(state.Faults)-2) + " more"
		}
		texts = append(texts, f.Text)
	}
	return strings.Join(texts, "; ")
}
