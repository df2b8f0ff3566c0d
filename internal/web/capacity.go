package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
)

// capacityBody is what every service has, and how many more it takes.
type capacityBody struct {
	Heads     []head
	Orders    choice
	Rows      []capacityRow
	Pager     pager
	PrintedAt string
}

type capacityRow struct {
	Name, Href, Service, Forms, Wait string
	Open, Capacity                   int
	Free                             string // how many more it takes
	IsFull, IsClosed                 bool
	free, days                       int
}

// capacityList is how the list can be ordered.
func capacityList() listing {
	number := [2]string{"most first", "fewest first"}
	return listing{path: "/work/capacity", begin: order{column: "places"}, columns: []column{
		{name: "provider", head: "Provider", words: alphabetical, hasHead: true}, {name: "service", head: "Service", words: alphabetical, hasHead: true}, {head: "Takes", hasHead: true},
		{name: "open", head: "Open", words: number, descends: true, hasHead: true}, {name: "places", head: "Places", words: number, descends: true, hasHead: true},
		{name: "wait", head: "Wait", words: [2]string{"shortest first", "longest first"}, hasHead: true}}}
}

var capacityOrders = map[string]func(a, b capacityRow) int{
	"provider": func(a, b capacityRow) int { return cmp.Compare(dental.Fold(a.Name), dental.Fold(b.Name)) },
	"service":  func(a, b capacityRow) int { return cmp.Compare(dental.Fold(a.Service), dental.Fold(b.Service)) },
	"open":     func(a, b capacityRow) int { return cmp.Compare(b.Open, a.Open) },
	"places":   func(a, b capacityRow) int { return cmp.Compare(b.free, a.free) },
	"wait":     func(a, b capacityRow) int { return cmp.Compare(a.days, b.days) },
}

// capacities are what whoever plans sees of how full each service is, in an order.
func (s *Site) capacities(r *http.Request) (v Visitor, o order, rows []capacityRow, err error) {
	if v, err = s.planner(r); err != nil {
		return v, o, nil, err
	}
	asked := listQuery{Values: r.URL.Query()}
	if o = asked.order(capacityList()); asked.err() != nil {
		return v, o, nil, asked.err()
	}
	all, err := s.options.Directory.Candidates(r.Context(), directory.Need{Age: directory.UnknownAge})
	for _, c := range all {
		var forms []string
		for _, form := range c.Service.FormTypes {
			forms = append(forms, s.formTitle(form))
		}
		row := capacityRow{Name: c.Organisation.Name, Href: organisationPath(c.Organisation.Num), Service: c.Service.Name, Forms: strings.Join(forms, ", "), Open: c.Open, Capacity: c.Service.Capacity,
			Wait: waitWords(c.Service.WaitDays), IsFull: c.IsFull, IsClosed: !c.Service.IsOpen, Free: "no limit", free: 1 << 30, days: c.Service.WaitDays}
		if c.Service.Capacity > 0 {
			row.free = max(0, c.Service.Capacity-c.Open)
			row.Free = strconv.Itoa(row.free)
		}
		if row.IsClosed {
			row.free = -1 // behind those that take referrals
		}
		rows = append(rows, row)
	}
	ordered(rows, o, capacityOrders)
	return v, o, rows, err
}

// showCapacity shows who plans how full each service is.
func (s *Site) showCapacity(w http.ResponseWriter, r *http.Request) error {
	v, o, rows, err := s.capacities(r)
	if err != nil {
		return err
	}
	list, query := capacityList(), r.URL.Query()
	return render(w, r, http.StatusOK, "capacity", v.page("Capacity", capacityBody{Heads: list.heads(query, o), Orders: list.orders(o), Rows: rows, Pager: pager{CSV: list.csv(query)}, PrintedAt: atWords(s.desk.Now())}))
}

// exportCapacity gives the same out as CSV.
func (s *Site) exportCapacity(w http.ResponseWriter, r *http.Request) error {
	_, _, rows, err := s.capacities(r)
	if err != nil {
		return err
	}
	var lines [][]string
	for _, row := range rows {
		state := "open"
		if row.IsClosed {
			state = "closed"
		} else if row.IsFull {
			state = "full"
		}
		limit := ""
		if row.Capacity > 0 {
			limit = strconv.Itoa(row.Capacity)
		}
		lines = append(lines, []string{row.Name, row.Service, row.Forms, state, strconv.Itoa(row.Open), limit, row.Free, strconv.Itoa(row.days)})
	}
	return s.giveCSV(w, r, csvList{name: "capacity", heads: []string{"Provider", "Service", "Takes", "State", "Open", "Capacity", "Places", "Wait in days"},
		page: func(context.Context, string) ([][]string, string, error) { return lines, "", nil }})
}
