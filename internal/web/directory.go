package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// directoryBody is the list of organisations.
type directoryBody struct {
	Notice  string
	Filter  directory.Filter
	Forms   []editOption
	Areas   []editOption
	Heads   []directoryHead
	Rows    []directoryRow
	Count   string
	Empty   string
	Export  string
	Pages   []link
	All     string // where all of it is on one page; "" where it is
	MayAdd  bool
	Imports bool
	Plans   bool
	Clear   string
}

type directoryHead struct {
	Text, Href, Sorted string // Sorted is for aria-sort
}

type directoryRow struct {
	Href, Name, Address, Does, Area, Wait string
	Services                              []string
	IsPractice                            bool
}

// directoryPage is how many organisations are on a page.
const directoryPage = 25

// filterOf reads what of the directory is asked for. What is none of the choices is no filter.
func filterOf(asked url.Values) (filter directory.Filter, err error) {
	filter = directory.Filter{Search: strings.TrimSpace(asked.Get("q")), Does: asked.Get("does"), FormType: asked.Get("form"), Sort: asked.Get("sort"), Inactive: asked.Get("inactive") == "1"}
	if len(filter.Search) > 200 {
		return filter, fault.New(fault.Invalid, "Search for less: parts of a name, a town or a postcode")
	}
	if !slices.Contains([]string{"", "refers", "treats", "centre"}, filter.Does) || !slices.Contains([]string{"", "name", "area", "wait"}, filter.Sort) {
		return filter, notFound
	}
	if area := asked.Get("area"); area != "" {
		if filter.Area, err = strconv.ParseInt(area, 10, 64); err != nil {
			return filter, notFound
		}
	}
	return filter, nil
}

// directoryPath is a page of the directory with a filter.
func directoryPath(path string, filter directory.Filter, page string) string {
	asked := make(url.Values)
	for name, value := range map[string]string{"q": filter.Search, "does": filter.Does, "form": filter.FormType, "sort": filter.Sort, "page": page} {
		if value != "" {
			asked.Set(name, value)
		}
	}
	if filter.Area != 0 {
		asked.Set("area", strconv.FormatInt(filter.Area, 10))
	}
	if filter.Inactive {
		asked.Set("inactive", "1")
	}
	if len(asked) == 0 {
		return path
	}
	return path + "?" + asked.Encode()
}

// organisationPath is where an organisation's entry is.
func organisationPath(num int64) string { return "/directory/" + strconv.FormatInt(num, 10) }

// showDirectory lists the organisations.
func (s *Site) showDirectory(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitorOf(r)
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	filter, err := filterOf(asked)
	if err != nil {
		return err
	}
	found, err := s.options.Directory.Find(r.Context(), filter)
	if err != nil {
		return err
	}
	areas, err := s.options.Directory.Areas(r.Context())
	if err != nil {
		return err
	}
	body := directoryBody{Filter: filter, Forms: s.formOptions(nil), Export: directoryPath("/directory/export", filter, ""), MayAdd: v.editor().MayAdd(),
		Imports: v.Role == lifecycle.Administrator, Plans: v.plans()}
	for _, a := range areas {
		body.Areas = append(body.Areas, editOption{ID: strconv.FormatInt(a.Num, 10), Text: a.Name})
	}
	body.heads()
	if err := body.fill(s, found, asked.Get("page")); err != nil {
		return err
	}
	if asked.Get("imported") == "1" {
		body.Notice = "The file is imported."
	}
	return render(w, r, http.StatusOK, "directory", v.page("Directory", body))
}

// heads are the columns by which the list can be sorted.
func (b *directoryBody) heads() {
	for _, c := range []struct{ text, sort string }{{"Organisation", "name"}, {"What it does", ""}, {"Area", "area"}, {"Services", ""}, {"Shortest wait", "wait"}} {
		head := directoryHead{Text: c.text}
		if c.sort != "" {
			sorted := b.Filter
			if sorted.Sort = c.sort; c.sort == "name" {
				sorted.Sort = ""
			}
			if head.Href = directoryPath("/directory", sorted, ""); b.Filter.Sort == c.sort || b.Filter.Sort == "" && c.sort == "name" {
				head.Sorted = "ascending"
			}
		}
		b.Heads = append(b.Heads, head)
	}
	if b.Filter != (directory.Filter{}) {
		b.Clear = "/directory"
	}
}

// fill takes one page of what was found, or with "all" everything.
func (b *directoryBody) fill(s *Site, found []directory.Found, page string) error {
	all := len(found)
	number := 1
	if page != "" && page != "all" {
		n, err := strconv.Atoi(page)
		if err != nil || n < 1 || n > 1 && (n-1)*directoryPage >= all {
			return notFound
		}
		number = n
	}
	if page != "all" && all > directoryPage {
		if number > 1 {
			b.Pages = append(b.Pages, link{directoryPath("/directory", b.Filter, strconv.Itoa(number-1)), "Previous page"})
		}
		if number*directoryPage < all {
			b.Pages = append(b.Pages, link{directoryPath("/directory", b.Filter, strconv.Itoa(number+1)), "Next page"})
		}
		b.All = directoryPath("/directory", b.Filter, "all")
		found = found[(number-1)*directoryPage : min(number*directoryPage, all)]
	}
	for _, f := range found {
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
	case all == 0 && b.Clear != "":
		b.Empty = "No organisation is like this. Search for parts of a name, a town or a postcode, or choose less."
	case all == 0:
		b.Empty = "The directory is empty. Each practice of this server stands here from the moment on when it is made; hospitals and clinics are added by an administrator of the referral centre, one by one or from a file."
	case all == 1:
		b.Count = "1 organisation"
	default:
		b.Count = strconv.Itoa(all) + " organisations"
		if len(found) < all {
			b.Count += ", " + strconv.Itoa((number-1)*directoryPage+1) + " to " + strconv.Itoa((number-1)*directoryPage+len(found))
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
	filter, err := filterOf(r.URL.Query())
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := s.options.Directory.Export(r.Context(), &file, filter); err != nil {
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
