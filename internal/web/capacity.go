package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// capacityBody is what every service has, and how many more it takes.
type capacityBody struct {
	Rows []capacityRow
}

type capacityRow struct {
	Name, Href, Service, Forms, Wait string
	Open, Capacity                   int
	Free                             string // how many more it takes
	IsFull, IsClosed                 bool
}

// showCapacity shows who plans how full each service is, the fullest first.
func (s *Site) showCapacity(w http.ResponseWriter, r *http.Request) error {
	v, err := s.planner(r)
	if err != nil {
		return err
	}
	all, err := s.options.Directory.Candidates(r.Context(), directory.Need{Age: directory.UnknownAge})
	if err != nil {
		return err
	}
	var body capacityBody
	for _, c := range all {
		var forms []string
		for _, form := range c.Service.FormTypes {
			forms = append(forms, s.formTitle(form))
		}
		row := capacityRow{Name: c.Organisation.Name, Href: organisationPath(c.Organisation.Num), Service: c.Service.Name, Forms: strings.Join(forms, ", "), Open: c.Open, Capacity: c.Service.Capacity,
			Wait: waitWords(c.Service.WaitDays), IsFull: c.IsFull, IsClosed: !c.Service.IsOpen, Free: "no limit"}
		if c.Service.Capacity > 0 {
			row.Free = strconv.Itoa(max(0, c.Service.Capacity-c.Open))
		}
		body.Rows = append(body.Rows, row)
	}
	return render(w, r, http.StatusOK, "capacity", v.page("Capacity", body))
}
