package web

import (
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
)

var day = dental.DateAt(2026, 11, 2)

// submitted are the values that a browser without scripts sends of a page.
func submitted(t *testing.T, page string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	values := make(url.Values)
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		name := attribute(n, "name")
		_, checked := has(n, "checked")
		switch {
		case name == "":
		case n.Data == "input" && (attribute(n, "type") == "checkbox" || attribute(n, "type") == "radio"):
			if checked {
				values.Add(name, attribute(n, "value"))
			}
		case n.Data == "input" && attribute(n, "type") != "file":
			// An input of one line has none, whatever stands in its value.
			values.Add(name, strings.ReplaceAll(attribute(n, "value"), "\n", ""))
		case n.Data == "textarea":
			text := ""
			for child := range n.Descendants() {
				text += child.Data
			}
			values.Add(name, text)
		case n.Data == "select":
			chosen := ""
			for option := range n.Descendants() {
				if _, ok := has(option, "selected"); ok && option.Type == html.ElementNode {
					chosen = attribute(option, "value")
				}
			}
			values.Add(name, chosen)
		}
	}
	return values
}

func has(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func attribute(n *html.Node, key string) string {
	value, _ := has(n, key)
	return value
}

func shipped(t *testing.T) []*form.Type {
	t.Helper()
	catalog, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var types []*form.Type
	for _, name := range catalog.Names() {
		kind, err := catalog.Current(name)
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, kind)
	}
	return types
}

func renderedSection(t *testing.T, sheet *form.Sheet, section *form.Section, faults []form.Fault) string {
	t.Helper()
	w := httptest.NewRecorder()
	if err := render(w, httptest.NewRequest("GET", "/", nil), 200, "section", page{Title: section.Title, Body: sectionPage(sheet, section, "/referrals/TST0000001", faults, nil)}); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}

// What a page shows is what it sends again, right or wrong, shown or hidden: nothing that was typed is lost by saving.
// What a page cannot say is an option that the form does not have, and text to a condition that is not ticked.
func TestAPageSendsAgainWhatItShows(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for _, kind := range shipped(t) {
		for range 6 {
			answers := formtest.Random(kind, day, random)
			for _, fault := range form.CheckDraft(kind, answers) {
				delete(answers, fault.Field) // what cannot be stored is never shown from there
			}
			sheet := kind.Fill(answers, day)
			for i := range kind.Sections {
				section := &kind.Sections[i]
				sent := submitted(t, renderedSection(t, sheet, section, sheet.SectionFaults(section.ID)))
				for j := range section.Fields {
					f := &section.Fields[j]
					want, got := said(f, sheet.Typed(f.ID)), f.Read(sent)
					if f.Kind != form.Files && !reflect.DeepEqual(want, got) {
						t.Fatalf("%s, %s (%s): %#v is sent as %#v", kind.Name, f.ID, f.Kind, want, got)
					}
				}
			}
		}
	}
}

// said is what a page can say of an answer.
func said(f *form.Field, value form.Value) form.Value {
	known := func(id string) bool { _, ok := f.Option(id); return ok }
	switch f.Kind {
	case form.Choice:
		if !known(value.Text) {
			return form.Value{}
		}
	case form.YesNo, form.Confirm, form.IOTN:
		if fine := formFine(f, value); !fine {
			return form.Value{}
		}
	case form.Choices:
		var list []string
		for _, id := range value.List {
			if known(id) {
				list = append(list, id)
			}
		}
		return f.Normalise(form.Value{List: list})
	case form.History:
		parts := make(map[string]string)
		for id, text := range value.Parts {
			if option, ok := f.Option(id); ok {
				if option.Exclusive {
					text = ""
				}
				parts[id] = text
			}
		}
		return f.Normalise(form.Value{Parts: parts})
	case form.BPE, form.SBPE, form.MDAS, form.CaseMix:
		parts := make(map[string]string)
		for _, part := range f.Parts() {
			parts[part.ID] = value.Parts[part.ID]
		}
		return f.Normalise(form.Value{Parts: parts})
	case form.Date:
		// Three inputs: what has no two slashes was never typed there.
		if _, err := dental.ParseDate(value.Text); err != nil && value.Text != "" {
			value.Text = strings.ReplaceAll(value.Text, "\n", "")
			return f.Normalise(form.Value{Text: value.Text + strings.Repeat("/", max(0, 2-strings.Count(value.Text, "/")))})
		}
	case form.Text, form.Phone, form.Email, form.Postcode, form.NHSNumber, form.GDCNumber, form.Integer, form.Decimal:
		return f.Normalise(form.Value{Text: strings.ReplaceAll(value.Text, "\n", "")}) // an input of one line has none
	}
	return value
}

func formFine(f *form.Field, value form.Value) bool {
	switch f.Kind {
	case form.YesNo:
		return value.Text == "yes" || value.Text == "no"
	case form.Confirm:
		return value.Text == "yes"
	default:
		_, err := dental.ParseIOTN(value.Text)
		return err == nil
	}
}

// Each link of the error summary leads to an input of the page, and each id is there once.
func TestEveryFaultLeadsToItsInput(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for _, kind := range shipped(t) {
		for round := range 4 {
			answers := form.Answers{}
			if round > 0 {
				answers = formtest.Random(kind, day, random)
			}
			sheet := kind.Fill(answers, day)
			for i := range kind.Sections {
				section := &kind.Sections[i]
				faults := sheet.SectionFaults(section.ID)
				checkAnchors(t, renderedSection(t, sheet, section, faults), len(faults))
			}
		}
	}
}

func checkAnchors(t *testing.T, page string, faults int) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]*html.Node)
	var leads, described []string
	for n := range root.Descendants() {
		if id, ok := has(n, "id"); ok {
			if ids[id] != nil {
				t.Fatalf("the id %s is there twice", id)
			}
			ids[id] = n
		}
		if href := attribute(n, "href"); n.Data == "a" && strings.HasPrefix(href, "#") && href != "#main" {
			leads = append(leads, href[1:])
		}
		described = append(described, strings.Fields(attribute(n, "aria-describedby"))...)
		if _, styled := has(n, "style"); styled || n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
			t.Fatalf("the page has a style or a script in itself, which its policy forbids: %s", n.Data)
		}
	}
	if len(leads) != faults {
		t.Fatalf("%d faults have %d links", faults, len(leads))
	}
	for _, id := range leads {
		if n := ids[id]; n == nil || n.Data != "input" && n.Data != "select" && n.Data != "textarea" {
			t.Fatalf("the summary leads to #%s, which is no input", id)
		}
	}
	for _, id := range described {
		if ids[id] == nil {
			t.Fatalf("an input is described by %s, which there is not", id)
		}
	}
}

// Every kind of field is shown with an input of its own.
func TestEveryKindOfFieldHasAnInput(t *testing.T) {
	seen := make(map[form.Kind]bool)
	for _, kind := range shipped(t) {
		sheet := kind.Fill(nil, day)
		for i := range kind.Sections {
			section := &kind.Sections[i]
			root, err := html.Parse(strings.NewReader(renderedSection(t, sheet, section, nil)))
			if err != nil {
				t.Fatal(err)
			}
			for j := range section.Fields {
				f := &section.Fields[j]
				found := f.Kind == form.Info
				for n := range root.Descendants() {
					id, _, _ := strings.Cut(attribute(n, "name"), ".")
					found = found || id == f.ID
				}
				if !found {
					t.Errorf("%s has no input for %s of the kind %s", kind.Name, f.ID, f.Kind)
				}
				seen[f.Kind] = true
			}
		}
	}
	for _, kind := range form.Kinds() {
		if !seen[kind] && kind != form.Info {
			t.Errorf("no shipped form has a field of the kind %s: the test proves nothing of it", kind)
		}
	}
}
