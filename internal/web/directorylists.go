package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// The lists of one organisation: its services and its clinicians, for those of which there are more than its page shows.

// mostShown is how many services, and how many clinicians, stand on an organisation's own page.
const mostShown = 25

// offered is a service with what its row shows beside it.
type offered struct {
	directory.Service
	load string // "" for who does not see how full it is
	open int
}

var openOptions = []actOption{{Text: "Any"}, {Value: "open", Text: "Open"}, {Value: "closed", Text: "Closed"}}

// organisationServices are the services of the organisation that the path names, as a list.
func (s *Site) organisationServices(r *http.Request) (t table[offered], all []offered, body tableBody, v Visitor, err error) {
	if v, err = s.visitorOf(r); err != nil {
		return t, nil, body, v, err
	}
	o, err := s.organisationAt(r)
	if err != nil {
		return t, nil, body, v, err
	}
	services, err := s.options.Directory.Services(r.Context(), o.Num)
	if err != nil {
		return t, nil, body, v, err
	}
	open, err := s.options.Directory.OpenOf(r.Context(), o.Num)
	if err != nil {
		return t, nil, body, v, err
	}
	mayEdit, seesLoad := v.editor().MayChange(o), v.plans() || v.Organisation == o.Num
	path := organisationPath(o.Num) + "/services"
	forms := []actOption{{Text: "Any"}}
	for _, one := range services {
		row := offered{Service: one}
		if seesLoad {
			row.load, row.open = loadWords(open[one.Num], one.Capacity), open[one.Num]
		}
		all = append(all, row)
		for _, form := range one.FormTypes {
			if !slices.ContainsFunc(forms, func(o actOption) bool { return o.Value == form }) {
				forms = append(forms, actOption{Value: form, Text: s.options.Directory.Title(form)})
			}
		}
	}
	slices.SortFunc(forms[1:], func(a, b actOption) int { return cmp.Compare(a.Text, b.Text) })
	t = table[offered]{listing: listing{path: path, begin: order{column: "name"}, columns: []column{{name: "name", head: "Service", words: alphabetical, hasHead: true}, {head: "Forms", hasHead: true}, {head: "Ages", hasHead: true},
		{name: "wait", head: "Expected wait", words: [2]string{"shortest first", "longest first"}, hasHead: true}}},
		label: "Name of the service", text: func(o offered) string { return o.Name }, num: func(o offered) int64 { return o.Num },
		narrows: []narrowing[offered]{{"form", "Form", forms, func(o offered, form string) bool { return slices.Contains(o.FormTypes, form) }},
			{"state", "State", openOptions, func(o offered, state string) bool { return o.IsOpen == (state == "open") }}},
		by:       map[string]func(a, b offered) int{"name": byName(func(o offered) string { return o.Name }), "wait": func(a, b offered) int { return cmp.Compare(a.WaitDays, b.WaitDays) }},
		csvHeads: []string{"Service", "Forms", "Youngest", "Oldest", "Levels", "Anaesthesia", "Facilities", "Wait in days", "State", "Capacity"},
		csvLine: func(o offered) []string {
			state := "closed"
			if o.IsOpen {
				state = "open"
			}
			return []string{o.Name, s.titles(o.FormTypes), strconv.Itoa(o.MinAge), strconv.Itoa(o.MaxAge), strings.Join(o.Tiers, "; "), strings.Join(o.Anaesthesia, "; "), strings.Join(o.Facilities, "; "), strconv.Itoa(o.WaitDays), state, strconv.Itoa(o.Capacity)}
		},
		cells: func(o offered) []cell {
			name := cell{Text: o.Name}
			if name.Tag = "Closed"; o.IsOpen {
				name.Tag, name.TagClass = "Open", "accepted"
			}
			if mayEdit {
				name.Href = path + "/" + strconv.FormatInt(o.Num, 10)
			}
			row := []cell{name, {Text: s.titles(o.FormTypes)}, {Text: "Patients " + directory.AgesText(o.MinAge, o.MaxAge)}, {Text: waitWords(o.WaitDays)}}
			if seesLoad {
				row = append(row, cell{Text: o.load})
			}
			return row
		}}
	if seesLoad {
		t.columns = append(t.columns, column{name: "open", head: "Referrals", words: [2]string{"most first", "fewest first"}, descends: true, hasHead: true})
		t.by["open"] = func(a, b offered) int { return cmp.Compare(b.open, a.open) }
		line := t.csvLine
		t.csvHeads, t.csvLine = append(t.csvHeads, "Open referrals"), func(o offered) []string { return append(line(o), strconv.Itoa(o.open)) }
	}
	body = tableBody{Title: "Services of " + o.Name, Caption: "Services", Back: &link{organisationPath(o.Num), "Back to " + o.Name}, Empty: "No service is described yet.",
		Learn: "A service says which forms are taken, for which ages, and how many referrals at once; triage offers the organisation only with one."}
	if mayEdit {
		body.Add = &link{path + "/new", "Add a service"}
	}
	return t, all, body, v, nil
}

// titles are what people call form types.
func (s *Site) titles(forms []string) string {
	var all []string
	for _, form := range forms {
		all = append(all, s.options.Directory.Title(form))
	}
	return strings.Join(all, ", ")
}

// organisationClinicians are the clinicians of the organisation that the path names, as a list.
func (s *Site) organisationClinicians(r *http.Request) (t table[directory.Clinician], all []directory.Clinician, body tableBody, v Visitor, err error) {
	if v, err = s.visitorOf(r); err != nil {
		return t, nil, body, v, err
	}
	o, err := s.organisationAt(r)
	if err != nil {
		return t, nil, body, v, err
	}
	if all, err = s.options.Directory.Clinicians(r.Context(), o.Num); err != nil {
		return t, nil, body, v, err
	}
	services, err := s.options.Directory.Services(r.Context(), o.Num)
	if err != nil {
		return t, nil, body, v, err
	}
	mayEdit, path := v.editor().MayChange(o), organisationPath(o.Num)+"/clinicians"
	options := []actOption{{Text: "Any"}}
	for _, one := range services {
		options = append(options, actOption{Value: strconv.FormatInt(one.Num, 10), Text: one.Name})
	}
	t = table[directory.Clinician]{listing: listing{path: path, begin: order{column: "name"}, columns: []column{{name: "name", head: "Name", words: alphabetical, hasHead: true},
		{name: "gdc", head: "GDC number", words: [2]string{"lowest first", "highest first"}, hasHead: true}, {head: "Services", hasHead: true}}},
		label: "Name or GDC number", text: func(c directory.Clinician) string { return c.Name + " " + c.GDC }, num: func(c directory.Clinician) int64 { return c.Num },
		narrows: []narrowing[directory.Clinician]{
			{"service", "Service", options, func(c directory.Clinician, service string) bool {
				return slices.ContainsFunc(c.Services, func(num int64) bool { return strconv.FormatInt(num, 10) == service })
			}},
			{"active", "Active", yesNoOptions, func(c directory.Clinician, active string) bool { return c.IsActive == (active == "yes") }}},
		by: map[string]func(a, b directory.Clinician) int{"name": byName(func(c directory.Clinician) string { return c.Name }), "gdc": func(a, b directory.Clinician) int {
			return cmp.Or(cmp.Compare(len(a.GDC), len(b.GDC)), cmp.Compare(a.GDC, b.GDC))
		}},
		csvHeads: []string{"Name", "GDC number", "Services", "Active"},
		csvLine: func(c directory.Clinician) []string {
			return []string{c.Name, c.GDC, strings.Join(namesOf(services, c.Services), "; "), tickWords(c.IsActive)}
		},
		cells: func(c directory.Clinician) []cell {
			name := cell{Text: c.Name}
			if !c.IsActive {
				name.Tag = "Not active"
			}
			if mayEdit {
				name.Href = path + "/" + strconv.FormatInt(c.Num, 10)
			}
			return []cell{name, {Text: c.GDC}, {Text: strings.Join(namesOf(services, c.Services), ", ")}}
		}}
	body = tableBody{Title: "Clinicians of " + o.Name, Caption: "Clinicians", Back: &link{organisationPath(o.Num), "Back to " + o.Name}, Empty: "Nobody is named yet.",
		Learn: "Who triages can name a clinician when a referral is sent; without names it goes to the organisation."}
	if mayEdit {
		body.Add = &link{path + "/new", "Add a clinician"}
	}
	return t, all, body, v, nil
}

// showTable is the page of a list that find reads.
func showTable[T any](s *Site, find func(*http.Request) (table[T], []T, tableBody, Visitor, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		t, all, body, v, err := find(r)
		if err != nil {
			return err
		}
		if body, err = fill(s, r, t, all, body); err != nil {
			return err
		}
		return render(w, r, http.StatusOK, "table", v.page(body.Title, body))
	}
}

// exportTable gives such a list out as CSV. name is the file's, before the day.
func exportTable[T any](s *Site, name string, find func(*http.Request) (table[T], []T, tableBody, Visitor, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		t, all, _, _, err := find(r)
		if err != nil {
			return err
		}
		return giveTable(s, w, r, t, all, name)
	}
}
