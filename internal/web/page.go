package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

//go:embed pages/*.html
var pageFiles embed.FS

// page is what every page has around its body.
type page struct {
	Title     string
	Faulty    bool   // the title says so first, which is what is read aloud first
	Practice  string // of who is signed in
	IsAccount bool   // who may see all referrals of the practice
	LeavePath string // where signing out is asked for
	About     *about
	Narrow    bool
	Wide      bool   // as wide as the window
	Who       *who   // who is signed in by name
	Nav       []link // what belongs to their role
	Script    string // of this page, beside that of all
	Body      any
}

// about says which referral a page is about, above everything else: several may be open beside each other.
type about struct {
	Form     string
	IsChosen bool // whether it has one
	URN      string
	Patient  patient
}

// link leads somewhere.
type link struct{ Href, Text string }

// templates are the pages, by name. Each is read when it is first shown: all of them take longer than a start may.
var templates = func() map[string]func() *template.Template {
	common := template.Must(template.New("common").Funcs(template.FuncMap{
		"asset": hrefOf, "thousands": thousands, "inputType": inputType, "spelled": isSpelled, "views": form.Views,
		"toothIn": func(field string, t tooth) struct {
			tooth
			Field string
		} {
			return struct {
				tooth
				Field string
			}{t, field}
		},
		"slug": func(text string) string { return strings.ReplaceAll(strings.ToLower(text), " ", "-") },
		"uploadHint": func() string {
			return fmt.Sprintf("JPEG, PNG, TIFF or BMP pictures, PDF, Word or RTF; up to %d MB each, and %d files in all", referral.MaxFile>>20, referral.MaxFiles)
		},
		"uploadAccept": func() string { return ".jpg,.jpeg,.png,.tif,.tiff,.bmp,.pdf,.doc,.docx,.rtf" },
	}).ParseFS(pageFiles, "pages/layout.html", "pages/question.html", "pages/files.html", "pages/input.html", "pages/editfield.html", "pages/acts.html", "pages/listing.html", "pages/listpage.html"))
	all := make(map[string]func() *template.Template)
	for _, name := range []string{"landing", "choose", "tasks", "section", "check", "sent", "message", "dashboard", "track", "conformance", "answer", "amend", "signin", "code", "setup", "invitation", "account", "enrolment", "codes", "people", "directory", "organisation", "edit", "import", "area", "routes", "case", "version", "work", "allocate", "allocated", "capacity", "new", "invitations", "table"} {
		all[name] = sync.OnceValue(func() *template.Template {
			return template.Must(template.Must(common.Clone()).ParseFS(pageFiles, "pages/"+name+".html"))
		})
	}
	return all
}()

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render answers with a page: wholly, or not at all.
func render(w http.ResponseWriter, r *http.Request, status int, name string, p page) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	p.Who, p.Nav = headOf(r)
	if err := templates[name]().ExecuteTemplate(b, "layout", p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(b.Bytes())
	return ignoreGone(err)
}

// ignoreGone is nil: a browser that went away has no answer to be given, and nothing to be told.
func ignoreGone(error) error { return nil }

// thousands writes 20000 as 20,000.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// inputType is what kind of input a field has. A number is text: an input for numbers drops what it does not
// understand, and turns with the mouse's wheel.
func inputType(kind form.Kind) string {
	switch kind {
	case form.Phone:
		return "tel"
	case form.Email:
		return "email"
	default:
		return "text"
	}
}

// isSpelled tells whether a browser's spelling check would only get in the way.
func isSpelled(kind form.Kind) bool {
	switch kind {
	case form.Email, form.Postcode, form.NHSNumber, form.GDCNumber, form.Phone:
		return true
	default:
		return false
	}
}
