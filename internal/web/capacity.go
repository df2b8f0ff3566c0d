package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
)

// capacityBody is what every service has, and how many more it takes.
type capacityBody struct {
	List         listBody
	Rows         []capacityRow
	Empty, Learn string
}

type capacityRow struct {
	Name, Href, Service, Forms, Wait string
	Open, Capacity                   int
	Free                             string // how many more it takes
	IsFull, IsClosed                 bool
	free, days                       int
	num                              int64
	forms                            []string
}

// capacityTable is how the list can be ordered and narrowed.
func (s *Site) capacityTable() table[capacityRow] {
	number := [2]string{"most first", "fewest first"}
	forms := []actOption{{Text: "Any"}}
	for _, form := range s.formOptions(nil) {
		forms = append(forms, actOption{Value: form.ID, Text: form.Text})
	}
	return table[capacityRow]{listing: listing{path: "/work/capacity", begin: order{column: "places"}, columns: []column{
		{name: "provider", head: "Provider", words: alphabetical, hasHead: true}, {name: "service", head: "Service", words: alphabetical, hasHead: true}, {head: "Takes", hasHead: true},
		{name: "open", head: "Open", words: number, descends: true, hasHead: true}, {name: "places", head: "Places", words: number, descends: true, hasHead: true},
		{name: "wait", head: "Wait", words: [2]string{"shortest first", "longest first"}, hasHead: true}}},
		label: "Provider or service", text: func(c capacityRow) string { return c.Name + " " + c.Service }, num: func(c capacityRow) int64 { return c.num }, by: capacityOrders,
		narrows: []narrowing[capacityRow]{{"form", "Takes the form", forms, func(c capacityRow, form string) bool { return slices.Contains(c.forms, form) }},
			{"state", "State", []actOption{{Text: "Any"}, {Value: "places", Text: "Has places"}, {Value: "full", Text: "Full"}, {Value: "closed", Text: "Closed"}}, func(c capacityRow, state string) bool { return state == c.state() }}},
		csvHeads: []string{"Provider", "Service", "Takes", "State", "Open", "Capacity", "Places", "Wait in days"},
		csvLine: func(c capacityRow) []string {
			state, limit := c.state(), ""
			if state == "places" {
				state = "open"
			}
			if c.Capacity > 0 {
				limit = strconv.Itoa(c.Capacity)
			}
			return []string{c.Name, c.Service, c.Forms, state, strconv.Itoa(c.Open), limit, c.Free, strconv.Itoa(c.days)}
		}}
}

// state is whether a service takes referrals, as it is chosen.
func (c capacityRow) state() string {
	switch {
	case c.IsClosed:
		return "closed"
	case c.IsFull:
		return "full"
	}
	return "places"
}

var capacityOrders = map[string]func(a, b capacityRow) int{
	"provider": func(a, b capacityRow) int { return cmp.Compare(dental.Fold(a.Name), dental.Fold(b.Name)) },
	"service":  func(a, b capacityRow) int { return cmp.Compare(dental.Fold(a.Service), dental.Fold(b.Service)) },
	"open":     func(a, b capacityRow) int { return cmp.Compare(b.Open, a.Open) },
	"places":   func(a, b capacityRow) int { return cmp.Compare(b.free, a.free) },
	"wait":     func(a, b capacityRow) int { return cmp.Compare(a.days, b.days) },
}

// capacities are what whoever plans sees of how full each service is.
func (s *Site) capacities(r *http.Request) (v Visitor, rows []capacityRow, err error) {
	if v, err = s.planner(r); err != nil {
		return v, nil, err
	}
	all, err := s.options.Directory.Candidates(r.Context(), directory.Need{Age: directory.UnknownAge})
	for _, c := range all {
		row := capacityRow{Name: c.Organisation.Name, Href: organisationPath(c.Organisation.Num), Service: c.Service.Name, Forms: s.titles(c.Service.FormTypes), Open: c.Open, Capacity: c.Service.Capacity,
			Wait: waitWords(c.Service.WaitDays), IsFull: c.IsFull, IsClosed: !c.Service.IsOpen, Free: "no limit", free: 1 << 30, days: c.Service.WaitDays, num: c.Service.Num, forms: c.Service.FormTypes}
		if c.Service.Capacity > 0 {
			row.free = max(0, c.Service.Capacity-c.Open)
			row.Free = strconv.Itoa(row.free)
		}
		if row.IsClosed {
			row.free = -1 // behind those that take referrals
		}
		rows = append(rows, row)
	}
	return v, rows, err
}

// showCapacity shows who plans how full each service is.
func (s *Site) showCapacity(w http.ResponseWriter, r *http.Request) error {
	v, all, err := s.capacities(r)
	if err != nil {
		return err
	}
	body := capacityBody{Empty: "No organisation of the directory treats yet.", Learn: "Administrators add services in the directory; from then on one sees here how full they are."}
	if body.List, body.Rows, err = partOf(s, r, s.capacityTable(), all); err != nil {
		return err
	}
	if body.List.IsFiltered {
		body.Empty, body.Learn = nothingFits, nothingFitsLearn
	}
	return render(w, r, http.StatusOK, "capacity", v.page("Capacity", body))
}

// exportCapacity gives the same out as CSV.
func (s *Site) exportCapacity(w http.ResponseWriter, r *http.Request) error {
	_, all, err := s.capacities(r)
	if err != nil {
		return err
	}
	return giveTable(s, w, r, s.capacityTable(), all, "capacity")
}
