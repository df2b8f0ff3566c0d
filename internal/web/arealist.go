package web

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// ranked is an area with what its row shows beside it.
type ranked struct {
	directory.Area
	centre  string
	members int
}

// partsOfDirectory are the tabs of those who plan.
func partsOfDirectory(current string) (tabs []tableTab) {
	for _, part := range [][2]string{{"/directory", "Organisations"}, {"/areas", "Areas"}, {"/routes", "Routing rules"}} {
		tabs = append(tabs, tableTab{part[0], part[1], part[0] == current})
	}
	return tabs
}

// areaList are the areas, as a list.
func (s *Site) areaList(r *http.Request) (t table[ranked], all []ranked, body tableBody, v Visitor, err error) {
	if v, err = s.planner(r); err != nil {
		return t, nil, body, v, err
	}
	areas, err := s.options.Directory.Areas(r.Context())
	if err != nil {
		return t, nil, body, v, err
	}
	names, members := make(map[int64]string), make(map[int64]int)
	for _, inactive := range []bool{false, true} {
		found, err := s.options.Directory.Find(r.Context(), directory.Filter{Inactive: inactive})
		if err != nil {
			return t, nil, body, v, err
		}
		for _, o := range found {
			if names[o.Num] = o.Name; o.IsActive {
				members[o.Area]++
			}
		}
	}
	for _, a := range areas {
		all = append(all, ranked{a, names[a.Centre], members[a.Num]})
	}
	t = table[ranked]{listing: listing{path: "/areas", begin: order{column: "name"}, columns: []column{{name: "name", head: "Area", words: alphabetical, hasHead: true}, {name: "centre", head: "Referral centre", words: alphabetical, hasHead: true},
		{name: "organisations", head: "Organisations", words: [2]string{"most first", "fewest first"}, descends: true, hasHead: true}, {head: "Second person confirms", hasHead: true}}},
		label: "Name of the area or of its centre", text: func(a ranked) string { return a.Name + " " + a.centre }, num: func(a ranked) int64 { return a.Num },
		narrows: []narrowing[ranked]{{"approval", "Second person confirms", append([]actOption(nil), yesNoOptions...), func(a ranked, value string) bool { return a.IsApproval == (value == "yes") }},
			{"centre", "Has a referral centre", append([]actOption(nil), yesNoOptions...), func(a ranked, value string) bool { return (a.Centre != 0) == (value == "yes") }}},
		by: map[string]func(a, b ranked) int{"name": byName(func(a ranked) string { return a.Name }), "centre": byName(func(a ranked) string { return a.centre }),
			"organisations": func(a, b ranked) int { return cmp.Compare(b.members, a.members) }},
		csvHeads: []string{"Area", "Referral centre", "Organisations", "Second person confirms"},
		csvLine: func(a ranked) []string {
			return []string{a.Name, a.centre, strconv.Itoa(a.members), tickWords(a.IsApproval)}
		},
		cells: func(a ranked) []cell {
			centre := cell{Text: a.centre}
			if a.Centre == 0 {
				centre.Text = "none yet"
			}
			return []cell{{Text: a.Name, Href: areaPath(a.Num)}, centre, {Text: strconv.Itoa(a.members)}, {Text: tickWords(a.IsApproval)}}
		}}
	body = tableBody{Title: "Areas", Caption: "Areas", Tabs: partsOfDirectory("/areas"), Hint: "An area is what one referral centre is responsible for. It has clocks, holidays, waiting lists and routing rules of its own.",
		Empty: "There is no area yet.", Learn: "The administrator of a referral centre adds one."}
	if v.editor().MayAdd() {
		body.Add = &link{"/areas/new", "Add an area"}
	}
	return t, all, body, v, nil
}

// waitingLists are the waiting lists of the area that the path names, as a list.
func (s *Site) waitingLists(r *http.Request) (t table[directory.List], all []directory.List, body tableBody, v Visitor, err error) {
	if v, err = s.planner(r); err != nil {
		return t, nil, body, v, err
	}
	a, err := s.areaAt(r)
	if err != nil {
		return t, nil, body, v, err
	}
	if all, err = s.options.Directory.Lists(r.Context(), a.Num); err != nil {
		return t, nil, body, v, err
	}
	mayEdit, path := v.editor().MayChangeArea(a.Num), areaPath(a.Num)+"/lists"
	state := func(l directory.List) string {
		if l.IsOpen {
			return "Open"
		}
		return "Closed"
	}
	t = table[directory.List]{listing: listing{path: path, begin: order{column: "name"}, columns: []column{{name: "name", head: "Waiting list", words: alphabetical, hasHead: true}, {name: "state", head: "State", words: [2]string{"open first", "closed first"}, hasHead: true}, {head: "Forms", hasHead: true}}},
		label: "Name of the waiting list", text: func(l directory.List) string { return l.Name }, num: func(l directory.List) int64 { return l.Num },
		narrows:  []narrowing[directory.List]{{"state", "State", openOptions, func(l directory.List, value string) bool { return l.IsOpen == (value == "open") }}},
		by:       map[string]func(a, b directory.List) int{"name": byName(func(l directory.List) string { return l.Name }), "state": func(a, b directory.List) int { return cmp.Compare(state(b), state(a)) }},
		csvHeads: []string{"Waiting list", "State", "Forms"}, csvLine: func(l directory.List) []string { return []string{l.Name, state(l), s.titles(l.FormTypes)} },
		cells: func(l directory.List) []cell {
			name := cell{Text: l.Name}
			if mayEdit {
				name.Href = path + "/" + strconv.FormatInt(l.Num, 10)
			}
			forms := cell{Text: s.titles(l.FormTypes)}
			if len(l.FormTypes) == 0 {
				forms.Text = "any"
			}
			return []cell{name, {Text: state(l)}, forms}
		}}
	body = tableBody{Title: "Waiting lists of " + a.Name, Caption: "Waiting lists", Back: &link{areaPath(a.Num), "Back to " + a.Name}, Empty: "There is no waiting list yet.", Learn: "On one, accepted referrals wait until a provider has a place."}
	if mayEdit {
		body.Add = &link{path + "/new", "Add a waiting list"}
	}
	return t, all, body, v, nil
}
