package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// rule is a routing rule with its place: rules are asked in the order of their ranks.
type rule struct {
	directory.Tried
	rank int
}

func rankedRules(steps []directory.Tried) []rule {
	all := make([]rule, len(steps))
	for i, step := range steps {
		all[i] = rule{step, i + 1}
	}
	return all
}

// routeTable is how an area's rules can be narrowed and ordered. Their own order is their meaning: the list begins in it, and a rule
// shows its rank in every other one. What the address asks to be tried out goes on being asked.
func (s *Site) routeTable() table[rule] {
	forms := []actOption{{Text: "Any"}}
	for _, form := range s.formOptions(nil) {
		forms = append(forms, actOption{Value: form.ID, Text: form.Text})
	}
	return table[rule]{listing: listing{path: "/routes", begin: order{column: "rank"}, columns: []column{{name: "rank", head: "Rank", words: [2]string{"as they are asked", "last asked first"}, hasHead: true},
		{name: "name", head: "Rule", words: alphabetical, hasHead: true}, {name: "target", head: "Goes to", words: alphabetical, hasHead: true}}},
		label: "Name of the rule, or where it sends to", text: func(r rule) string { return r.Route.Name + " " + r.Target }, num: func(r rule) int64 { return r.Route.Num }, kept: []string{"area"},
		narrows: []narrowing[rule]{
			{"for", "About the form", forms, func(r rule, form string) bool {
				return len(r.Route.FormTypes) == 0 || slices.Contains(r.Route.FormTypes, form)
			}},
			{"does", "What it does", []actOption{{Text: "Any"}, {Value: "sends", Text: "Sends without triage"}, {Value: "suggests", Text: "Suggests"}, {Value: "off", Text: "Switched off"}}, func(r rule, does string) bool {
				return does == doesOf(r.Route)
			}}},
		by:       map[string]func(a, b rule) int{"rank": func(a, b rule) int { return cmp.Compare(a.rank, b.rank) }, "name": byName(func(r rule) string { return r.Route.Name }), "target": byName(func(r rule) string { return r.Target })},
		csvHeads: []string{"Rank", "Rule", "When", "Goes to", "What it does"},
		csvLine: func(r rule) []string {
			row := s.routeRow(r.Tried)
			return []string{strconv.Itoa(r.rank), row.Name, strings.Join(row.When, ", and "), row.Target, map[string]string{"sends": "sends without triage", "suggests": "suggests", "off": "switched off"}[doesOf(r.Route)]}
		}}
}

// doesOf is what a rule does, as it is chosen.
func doesOf(route directory.Route) string {
	switch {
	case !route.IsActive:
		return "off"
	case route.IsAuto:
		return "sends"
	}
	return "suggests"
}

// exportRoutes gives an area's rules out as CSV.
func (s *Site) exportRoutes(w http.ResponseWriter, r *http.Request) error {
	v, err := s.planner(r)
	if err != nil {
		return err
	}
	area, _, err := s.areaAsked(r, v)
	if err != nil {
		return err
	}
	steps, _, err := s.options.Directory.Try(r.Context(), directory.Need{Area: area.Num, Age: directory.UnknownAge})
	if err != nil {
		return err
	}
	return giveTable(s, w, r, s.routeTable(), rankedRules(steps), "rules")
}
