package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// ofOrganisation is what the address of a list of people keeps, and is no filter: whose people they are.
var ofOrganisation = []string{"organisation"}

// peopleList is how the people of an organisation can be ordered and narrowed.
func peopleList() listing {
	return listing{path: "/people", begin: order{column: people.ByName}, asked: []string{"organisation", "q", "role", "area", "signin", "state"}, columns: []column{
		{name: people.ByName, head: "Name", words: alphabetical, hasHead: true}, {name: people.ByRole, head: "Role", words: alphabetical, hasHead: true},
		{name: people.BySeen, head: "Last seen", words: [2]string{"latest first", "longest ago first"}, descends: true, hasHead: true}, {head: "Sign-in", hasHead: true}, {head: "What can be done", hasHead: true}}}
}

// invitationList is the same of invitations that wait.
func invitationList() listing {
	return listing{path: "/people/invitations", begin: order{column: people.ByInvited}, asked: []string{"organisation", "q", "role", "area"}, columns: []column{
		{name: people.ByName, head: "Name", words: alphabetical, hasHead: true}, {name: people.ByRole, head: "Role", words: alphabetical, hasHead: true},
		{name: people.ByInvited, head: "Invited", words: [2]string{"latest first", "longest ago first"}, descends: true, hasHead: true},
		{name: people.ByUntil, head: "Until", words: [2]string{"soonest first", "latest first"}, hasHead: true}, {head: "What can be done", hasHead: true}}}
}

// The ways to sign in, and whether somebody may, as they are chosen.
var (
	signInOptions = []actOption{{Text: "Any"}, {Value: people.WithPassword, Text: "Password alone"}, {Value: people.WithSecondFactor, Text: "Two factors"}}
	stateOptions  = []actOption{{Text: "Any"}, {Value: "active", Text: "Active"}, {Value: "disabled", Text: "Disabled"}}
)

// peopleAsked is what somebody wants to see of the people of an organisation, or of its invitations.
type peopleAsked struct {
	visitor *people.Visitor
	all     []people.Organisation // whose people they look after
	one     people.Organisation   // the one that is shown
	filter  people.Filter
	order   order
	query   url.Values
}

// askPeople reads it. query is what the address asks; organisation is whose people they are, 0 for what the query says, or else the
// visitor's own.
func (s *Site) askPeople(r *http.Request, l listing, query url.Values, organisation int64) (a peopleAsked, err error) {
	if a.visitor, err = s.visitor(r); err != nil {
		return a, err
	}
	if text := query.Get("organisation"); organisation == 0 && text != "" {
		if organisation, err = strconv.ParseInt(text, 10, 64); err != nil || organisation < 1 {
			return a, notFound
		}
	}
	if organisation == 0 {
		organisation = a.visitor.Acting.Organisation
	}
	if a.all, err = s.people.Organisations(r.Context(), a.visitor); err != nil {
		return a, err
	}
	at := slices.IndexFunc(a.all, func(o people.Organisation) bool { return o.Num == organisation })
	if at < 0 {
		return a, notFound
	}
	a.one, a.query = a.all[at], query
	q := listQuery{Values: query}
	a.order = q.order(l)
	a.filter = people.Filter{Search: q.search("parts of a name or of an e-mail address"), Order: a.order.column, IsReversed: a.order.isReversed}
	roles := make([]string, 0, len(people.Roles()))
	for _, role := range people.Roles() {
		roles = append(roles, string(role))
	}
	a.filter.Role = lifecycle.Role(q.one("role", "The role", roles...))
	if area := q.one("area", "The area", choicesOf(areaOptions(a.one))...); area != "" {
		a.filter.InArea = true
		if area != "all" {
			a.filter.Area, _ = strconv.ParseInt(area, 10, 64) // it is one of the areas' numbers
		}
	}
	if slices.Contains(l.asked, "signin") {
		a.filter.SignIn = q.one("signin", "The sign-in", people.WithPassword, people.WithSecondFactor)
		if state := q.one("state", "The state", "active", "disabled"); state != "" {
			isDisabled := state == "disabled"
			a.filter.IsDisabled = &isDisabled
		}
	}
	if after := query.Get("after"); after != "" {
		if a.filter.After, err = strconv.ParseInt(after, 10, 64); err != nil || a.filter.After < 1 {
			return a, errPlace
		}
	}
	return a, q.err()
}

// areaOptions are the areas that roles in an organisation can be for, as they are chosen.
func areaOptions(o people.Organisation) []actOption {
	options := []actOption{{Text: "Any"}, {Value: "all", Text: "All areas"}}
	for _, area := range o.Areas {
		options = append(options, actOption{Value: strconv.FormatInt(area.Num, 10), Text: area.Name})
	}
	return options
}

// selects are what narrows the list.
func (a peopleAsked) selects(l listing) []choice {
	roles := []actOption{{Text: "Any"}}
	for _, role := range people.Roles() {
		roles = append(roles, actOption{Value: string(role), Text: roleWords[role]})
	}
	all := []choice{{"role", "Role", choose(a.query.Get("role"), roles...)}}
	if len(a.one.Areas) > 0 {
		all = append(all, choice{"area", "Area", choose(a.query.Get("area"), areaOptions(a.one)...)})
	}
	if slices.Contains(l.asked, "signin") {
		all = append(all, choice{"signin", "Sign-in", choose(a.query.Get("signin"), signInOptions...)}, choice{"state", "State", choose(a.query.Get("state"), stateOptions...)})
	}
	return all
}

// areaWords name the area of a role; "" for all of them.
func (a peopleAsked) areaWords(num int64) string {
	if num == 0 {
		return ""
	}
	for _, area := range a.one.Areas {
		if area.Num == num {
			return area.Name
		}
	}
	return "Area " + strconv.FormatInt(num, 10)
}

// list is what the page has around the rows.
func (a peopleAsked) list(s *Site, l listing, size int, next int64) listBody {
	body := s.around(l, a.query, a.order, ofOrganisation, size, next)
	body.Label, body.Filters = "Name or e-mail address", a.selects(l)
	return body
}

// called names the list in the trail.
func (a peopleAsked) called(list string) string {
	return list + " of organisation " + strconv.FormatInt(a.one.Num, 10)
}

// exportPeople gives the people of an organisation out as CSV.
func (s *Site) exportPeople(w http.ResponseWriter, r *http.Request) error {
	a, err := s.askPeople(r, peopleList(), r.URL.Query(), 0)
	if err != nil {
		return err
	}
	return s.giveCSV(w, r, csvList{name: "people", heads: []string{"Name", "E-mail address", "Role", "Area", "Last seen", "Sign-in", "Disabled", "Locked until"},
		page: func(ctx context.Context, after string) (lines [][]string, next string, err error) {
			a.filter.After, a.filter.Count = numOfPlace(after), 500
			page, err := s.people.Colleagues(ctx, a.visitor, a.one.Num, a.filter)
			for _, p := range page.Lines {
				seen, locked, signIn := "", "", "password alone"
				if !p.SeenAt.IsNone() {
					seen = p.SeenAt.String()
				}
				if !p.LockedUntil.IsNone() {
					locked = p.LockedUntil.String()
				}
				if p.HasSecondFactor {
					signIn = "two factors"
				}
				lines = append(lines, []string{p.Name, p.Email, roleWords[p.Membership.Role], a.areaWords(p.Membership.Area), seen, signIn, tickWords(p.IsDisabled), locked})
			}
			return lines, placeOf(page.Next), err
		},
		note: func(context.Context) error { return s.noteList(r, a.called("people")+", as CSV") }})
}

// invitationsBody is the page of the invitations that wait.
type invitationsBody struct {
	Notice       string
	Organisation int64
	Name         string
	People       string // the path of the people
	List         listBody
	Waiting      []waiting
	Empty, Learn string
}

type waiting struct {
	Num                                       int64
	Name, Email, Role, Area, Invited, Expires string
}

// showInvitations shows the invitations of an organisation that wait.
func (s *Site) showInvitations(w http.ResponseWriter, r *http.Request) error {
	l := invitationList()
	a, err := s.askPeople(r, l, r.URL.Query(), 0)
	if err != nil {
		return err
	}
	found, err := s.people.Invitations(r.Context(), a.visitor, a.one.Num, a.filter)
	if err != nil {
		return err
	}
	if err := s.noteList(r, a.called("invitations")); err != nil {
		return err
	}
	body := invitationsBody{Notice: peopleNotices[a.query.Get("done")], Organisation: a.one.Num, Name: a.one.Name, People: peoplePath(a.one.Num), List: a.list(s, l, len(found.Lines), found.Next),
		Empty: "No invitation waits.", Learn: "Whom you invite on the page of people stands here until they have used their link, at most for seven days. An invitation can be ended before."}
	if body.List.IsFiltered {
		body.Empty, body.Learn = nothingFits, nothingFitsLearn
	}
	for _, i := range found.Lines {
		body.Waiting = append(body.Waiting, waiting{i.Num, i.Name, i.Email, roleWords[i.Role], a.areaWords(i.Area), i.CreatedAt.Words(), i.ExpiresAt.Words()})
	}
	return render(w, r, http.StatusOK, "invitations", page{Title: "Invitations of " + a.one.Name, Body: body})
}

// exportInvitations gives them out as CSV.
func (s *Site) exportInvitations(w http.ResponseWriter, r *http.Request) error {
	a, err := s.askPeople(r, invitationList(), r.URL.Query(), 0)
	if err != nil {
		return err
	}
	return s.giveCSV(w, r, csvList{name: "invitations", heads: []string{"Name", "E-mail address", "Role", "Area", "Invited", "Until"},
		page: func(ctx context.Context, after string) (lines [][]string, next string, err error) {
			a.filter.After, a.filter.Count = numOfPlace(after), 500
			page, err := s.people.Invitations(ctx, a.visitor, a.one.Num, a.filter)
			for _, i := range page.Lines {
				lines = append(lines, []string{i.Name, i.Email, roleWords[i.Role], a.areaWords(i.Area), i.CreatedAt.String(), i.ExpiresAt.String()})
			}
			return lines, placeOf(page.Next), err
		},
		note: func(context.Context) error { return s.noteList(r, a.called("invitations")+", as CSV") }})
}

// peoplePath is the list of an organisation's people.
func peoplePath(organisation int64) string {
	return "/people?organisation=" + strconv.FormatInt(organisation, 10)
}

// placeOf is a place in a list as an export keeps it: "" is its end.
func placeOf(next int64) string {
	if next == 0 {
		return ""
	}
	return strconv.FormatInt(next, 10)
}

func numOfPlace(after string) int64 {
	num, _ := strconv.ParseInt(after, 10, 64) // what placeOf has written; "" is the beginning
	return num
}
