package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// directoryBody is the list of organisations.
type directoryBody struct {
	Notice       string
	List         listBody
	Rows         []directoryRow
	Count        string
	Empty, Learn string
	All          string // where all of it is on one page; "" where it is
	MayAdd       bool
	Imports      bool
	Plans        bool
}

type directoryRow struct {
	Href, Name, Address, Does, Area, Wait string
	Services                              []string
	IsPractice                            bool
}

// directoryPage is how many organisations are on a page.
const directoryPage = 25

// directoryList is how the directory can be ordered and narrowed.
func directoryList() listing {
	return listing{path: "/directory", begin: order{column: "name"}, asked: []string{"q", "does", "form", "area", "inactive", "all"}, columns: []column{
		{name: "name", head: "Organisation", words: alphabetical, hasHead: true}, {head: "What it does", hasHead: true}, {name: "area", head: "Area", words: alphabetical, hasHead: true},
		{head: "Services", hasHead: true}, {name: "wait", head: "Shortest wait", words: [2]string{"shortest first", "longest first"}, hasHead: true}}}
}

// directoryAsked is what somebody wants to see of the directory.
type directoryAsked struct {
	filter directory.Filter
	order  order
	query  url.Values
	does   []actOption
	forms  []actOption
	areas  []actOption
}

// askDirectory reads what of the directory is asked for.
func (s *Site) askDirectory(r *http.Request) (a directoryAsked, err error) {
	areas, err := s.options.Directory.Areas(r.Context())
	if err != nil {
		return a, err
	}
	none := actOption{Text: "Any"}
	a.query, a.forms, a.areas = r.URL.Query(), []actOption{none}, []actOption{none}
	a.does = []actOption{{Text: "Anything"}, {Value: "refers", Text: "Refers"}, {Value: "treats", Text: "Treats"}, {Value: "centre", Text: "Referral centre"}}
	for _, form := range s.formOptions(nil) {
		a.forms = append(a.forms, actOption{Value: form.ID, Text: form.Text})
	}
	for _, one := range areas {
		a.areas = append(a.areas, actOption{Value: strconv.FormatInt(one.Num, 10), Text: one.Name})
	}
	q := listQuery{Values: a.query}
	a.order = q.order(directoryList())
	a.filter = directory.Filter{Search: q.search("parts of a name, a town or a postcode"), Does: q.one("does", "What it does", choicesOf(a.does)...), FormType: q.one("form", "The form", choicesOf(a.forms)...),
		Inactive: q.one("inactive", "Whether they are not active", "1") == "1", Reversed: a.order.isReversed}
	if a.order.column != "name" {
		a.filter.Sort = a.order.column
	}
	a.filter.Area, _ = strconv.ParseInt(q.one("area", "The area", choicesOf(a.areas)...), 10, 64) // none is 0, which is any
	q.one("all", "Whether all are on one page", "1")
	return a, q.err()
}

// choicesOf are what can be chosen beside the first option, which is none.
func choicesOf(options []actOption) (values []string) {
	for _, option := range options[1:] {
		values = append(values, option.Value)
	}
	return values
}

// organisationPath is where an organisation's entry is.
func organisationPath(num int64) string { return "/directory/" + strconv.FormatInt(num, 10) }

// showDirectory lists the organisations.
func (s *Site) showDirectory(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitorOf(r)
	if err != nil {
		return err
	}
	a, err := s.askDirectory(r)
	if err != nil {
		return err
	}
	found, err := s.options.Directory.Find(r.Context(), a.filter)
	if err != nil {
		return err
	}
	body := directoryBody{MayAdd: v.editor().MayAdd(), Imports: v.Role == lifecycle.Administrator, Plans: v.plans()}
	if err := body.fill(s, a, found); err != nil {
		return err
	}
	if a.query.Get("imported") == "1" {
		body.Notice = "The file is imported."
	}
	return render(w, r, http.StatusOK, "directory", v.page("Directory", body))
}

// fill takes one page of what was found, or everything.
func (b *directoryBody) fill(s *Site, a directoryAsked, found []directory.Found) error {
	l, all, size := directoryList(), len(found), directoryPage
	isWhole := a.query.Get("all") == "1"
	if isWhole {
		size = max(all, 1)
	}
	num := func(f directory.Found) int64 { return f.Num }
	page, next, err := pageOf(found, num, size, a.query.Get("after"))
	if err != nil {
		return err
	}
	b.List = s.around(l, a.query, a.order, []string{"all"}, len(page), next)
	b.List.Label = "Name, town or postcode"
	b.List.Filters = []choice{{"does", "What it does", choose(a.filter.Does, a.does...)}, {"form", "Takes the form", choose(a.filter.FormType, a.forms...)}}
	if len(a.areas) > 2 {
		b.List.Filters = append(b.List.Filters, choice{"area", "Area", choose(a.query.Get("area"), a.areas...)})
	}
	if b.Imports {
		b.List.Filters = append(b.List.Filters, choice{"inactive", "Active", choose(a.query.Get("inactive"), actOption{Text: "Active"}, actOption{Value: "1", Text: "Not active"})})
	}
	if len(page) > 0 {
		b.List.Pager.CSV = l.at("/directory/export", a.query, "all", "")
	}
	if len(page) < all {
		b.All = l.address(a.query, "all", "1")
	}
	for _, f := range page {
		row := directoryRow{Href: organisationPath(f.Num), Name: f.Name, Address: strings.ReplaceAll(f.Address, "\n", ", "), Does: doesWords(f.Organisation), Area: f.AreaName, IsPractice: f.IsPractice()}
		if wait := f.WaitDays(); wait >= 0 {
			row.Wait = waitWords(wait)
		}
		for _, service := range f.Services {
			name := service.Name
			if !service.IsOpen {
				name += " (closed)"
			}
			row.Services = append(row.Services, name)
		}
		b.Rows = append(b.Rows, row)
	}
	switch {
	case all == 0 && b.List.IsFiltered:
		b.Empty, b.Learn = "No organisation is like this.", "Search for parts of a name, a town or a postcode, or choose less."
	case all == 0:
		b.Empty, b.Learn = "The directory is empty.", "Each practice of this server stands here from the moment on when it is made; hospitals and clinics are added by an administrator of the referral centre, one by one or from a file."
	case all == 1:
		b.Count = "1 organisation"
	default:
		b.Count = strconv.Itoa(all) + " organisations"
		if len(page) > 0 && len(page) < all {
			first := slices.IndexFunc(found, func(f directory.Found) bool { return f.Num == page[0].Num })
			b.Count += ", " + strconv.Itoa(first+1) + " to " + strconv.Itoa(first+len(page))
		}
	}
	return nil
}

// doesWords says what an organisation does.
func doesWords(o directory.Organisation) string {
	var all []string
	for _, one := range []struct {
		is   bool
		text string
	}{{o.IsReferring, "refers"}, {o.IsTreating, "treats"}, {o.IsCentre, "referral centre"}} {
		if one.is {
			all = append(all, one.text)
		}
	}
	if len(all) == 0 {
		return ""
	}
	text := strings.Join(all, ", ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// waitWords says how long a wait is: in days, and from some weeks on in weeks.
func waitWords(days int) string {
	switch {
	case days == 0:
		return "none"
	case days == 1:
		return "1 day"
	case days < 21:
		return strconv.Itoa(days) + " days"
	}
	return "about " + strconv.Itoa((days+3)/7) + " weeks"
}

// exportDirectory gives the list out as a file for a spreadsheet, which can be imported again.
func (s *Site) exportDirectory(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.visitorOf(r); err != nil {
		return err
	}
	a, err := s.askDirectory(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := s.options.Directory.Export(r.Context(), &file, a.filter); err != nil {
		return err
	}
	if err := s.noteList(r, "directory, as CSV"); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="directory.csv"`)
	w.Header().Set("Content-Length", strconv.Itoa(file.Len()))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = w.Write(file.Bytes())
	return ignoreGone(err)
}
