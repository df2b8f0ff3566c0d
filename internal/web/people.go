package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// peopleBody is the page on which an administrator looks after people.
type peopleBody struct {
	Faults        []link
	Notice        string
	Link, LinkFor string // a link that was just made, for once
	LinkLasts     string
	Organisation  int64
	Name          string
	Organisations []option
	List          listBody
	People        []colleague
	Empty, Learn  string
	Waiting       int    // how many invitations do
	WaitingPath   string // where they are
	Asked         string // what the address asks, to lead back to
	Inputs        []input
	Roles         []option
	RoleFault     string
	Areas         []option
	AreaFault     string
	IsOpen        bool // the form of the invitation
}

type option struct {
	Value, Text string
	IsChosen    bool
}

type colleague struct {
	Person, Membership          int64
	Name, Email, Role, Area     string
	Seen, Locked                string // when; "" is never, and not
	HasSecondFactor, IsDisabled bool
	IsSelf                      bool
}

// peopleNotices confirm what was done.
var peopleNotices = map[string]string{
	"revoked": "The invitation is ended. Its link opens nothing any more.", "ended": "The role is ended.", "disabled": "They are signed out, and cannot sign in any more.", "enabled": "They can sign in again.",
}

// showPeople shows the people of an organisation.
func (s *Site) showPeople(w http.ResponseWriter, r *http.Request) error {
	a, err := s.askPeople(r, peopleList(), r.URL.Query(), 0)
	if err != nil {
		return err
	}
	return s.peoplePage(w, r, http.StatusOK, a, peopleBody{Notice: peopleNotices[a.query.Get("done")]}, people.NewInvitation{}, nil)
}

// peopleOf is the page of an organisation's people as it begins, after something was sent from it.
func (s *Site) peopleOf(w http.ResponseWriter, r *http.Request, status int, organisation int64, body peopleBody, given people.NewInvitation, wrongs error) error {
	a, err := s.askPeople(r, peopleList(), url.Values{"organisation": {strconv.FormatInt(organisation, 10)}}, organisation)
	if err != nil {
		return err
	}
	return s.peoplePage(w, r, status, a, body, given, wrongs)
}

func (s *Site) peoplePage(w http.ResponseWriter, r *http.Request, status int, a peopleAsked, body peopleBody, given people.NewInvitation, wrongs error) error {
	v, one, l := a.visitor, a.one, peopleList()
	found, err := s.people.Colleagues(r.Context(), v, one.Num, a.filter)
	if err != nil {
		return err
	}
	if err := s.noteList(r, a.called("people")); err != nil {
		return err
	}
	var wrong map[string]string
	body.Faults, wrong, _ = faultsOf(wrongs)
	body.List = a.list(s, l, len(found.Lines), found.Next)
	body.Organisation, body.Name, body.Waiting, body.WaitingPath, body.Asked = one.Num, one.Name, found.Waiting, invitationList().path+"?organisation="+strconv.FormatInt(one.Num, 10), a.query.Encode()
	body.IsOpen = wrongs != nil || len(found.Lines) < 2 && !body.List.IsFiltered && a.filter.After == 0 && body.Link == ""
	for _, o := range a.all {
		body.Organisations = append(body.Organisations, option{strconv.FormatInt(o.Num, 10), o.Name, o.Num == one.Num})
	}
	for _, area := range one.Areas {
		body.Areas = append(body.Areas, option{strconv.FormatInt(area.Num, 10), area.Name, area.Num == given.Area})
	}
	if len(one.Areas) > 0 && v.Acting.Area == 0 {
		body.Areas = slices.Insert(body.Areas, 0, option{"0", "All areas", given.Area == 0})
	}
	for _, p := range found.Lines {
		line := colleague{Person: p.Person, Membership: p.Membership.Num, Name: p.Name, Email: p.Email, Role: roleWords[p.Membership.Role], Area: a.areaWords(p.Membership.Area),
			HasSecondFactor: p.HasSecondFactor, IsDisabled: p.IsDisabled, IsSelf: p.Person == v.Person}
		line.Seen, line.Locked = p.SeenAt.Words(), p.LockedUntil.Words()
		body.People = append(body.People, line)
	}
	body.Empty, body.Learn = "Nobody has a role here yet.", "Invite the first one: a link is made that you pass on, and they choose their password with it."
	if body.List.IsFiltered {
		body.Empty, body.Learn = nothingFits, "Take something of it away, or search for parts of a name or of an e-mail address."
	}
	body.Inputs = []input{
		{ID: "name", Label: "Name", Type: "text", Value: given.Name, Complete: "off", Max: 100, Fault: wrong["name"]},
		{ID: "email", Label: "E-mail address", Type: "email", Value: given.Email, Complete: "off", Max: 254, Fault: wrong["email"]},
	}
	for _, role := range one.Kinds.Roles() {
		body.Roles = append(body.Roles, option{string(role), roleWords[role], role == given.Role})
	}
	body.RoleFault, body.AreaFault = wrong["role"], wrong["area"]
	return render(w, r, status, "people", page{Title: "People of " + body.Name, Faulty: len(body.Faults) > 0, Body: body})
}

// invite makes a link for a colleague, and shows it, for once.
func (s *Site) invite(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	given := people.NewInvitation{Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Role: lifecycle.Role(r.PostForm.Get("role"))}
	if given.Organisation, err = strconv.ParseInt(r.PostForm.Get("organisation"), 10, 64); err != nil {
		return notFound
	}
	if area := r.PostForm.Get("area"); area != "" {
		if given.Area, err = strconv.ParseInt(area, 10, 64); err != nil {
			return notFound
		}
	}
	token, err := s.people.Invite(r.Context(), v, given)
	if _, _, ok := faultsOf(err); ok {
		return s.peopleOf(w, r, http.StatusUnprocessableEntity, given.Organisation, peopleBody{}, given, err)
	}
	if err != nil {
		return err
	}
	body := peopleBody{Link: s.people.URL(people.InvitationPath, token), LinkFor: given.Name, LinkLasts: "It works once, within seven days."}
	return s.peopleOf(w, r, http.StatusOK, given.Organisation, body, people.NewInvitation{}, nil)
}

// onPerson does something with what a number in the path names, and leads back to the list that it was pressed on, as it was narrowed.
func (s *Site) onPerson(w http.ResponseWriter, r *http.Request, l listing, name, done string, do func(*people.Visitor, int64) error) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	num, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil {
		return notFound
	}
	if err := do(v, num); err != nil {
		return err
	}
	back, err := url.ParseQuery(r.PostForm.Get("asked"))
	if err != nil {
		back = make(url.Values) // whatever it was, it was not of this page
	}
	http.Redirect(w, r, l.address(back, "organisation", r.PostForm.Get("organisation"), "done", done), http.StatusSeeOther)
	return nil
}

// revokeInvitation ends an invitation that waits. One that has ended already was pressed twice.
func (s *Site) revokeInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, invitationList(), "invitation", "revoked", func(v *people.Visitor, num int64) error {
		err := s.people.Revoke(r.Context(), v, num)
		if fault.Is(err, fault.Gone) {
			return nil
		}
		return err
	})
}

// endMembership ends a role.
func (s *Site) endMembership(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, peopleList(), "membership", "ended", func(v *people.Visitor, num int64) error { return s.people.EndMembership(r.Context(), v, num) })
}

// disablePerson keeps somebody from signing in.
func (s *Site) disablePerson(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, peopleList(), "person", "disabled", func(v *people.Visitor, num int64) error { return s.people.Disable(r.Context(), v, num, true) })
}

// enablePerson lets them sign in again.
func (s *Site) enablePerson(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, peopleList(), "person", "enabled", func(v *people.Visitor, num int64) error { return s.people.Disable(r.Context(), v, num, false) })
}

// resetPerson makes a link by which somebody chooses a new password, and shows it, for once.
func (s *Site) resetPerson(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	num, err := strconv.ParseInt(r.PathValue("person"), 10, 64)
	if err != nil {
		return notFound
	}
	organisation, err := strconv.ParseInt(r.PostForm.Get("organisation"), 10, 64)
	if err != nil {
		return notFound
	}
	token, err := s.people.ResetLink(r.Context(), v, num)
	if err != nil {
		return err
	}
	found, err := s.people.Colleague(r.Context(), v, organisation, num)
	if err != nil {
		return err
	}
	body := peopleBody{Link: s.people.URL(people.InvitationPath, token), LinkFor: found.Name, LinkLasts: "It works once, within a day, and turns their authenticator app off."}
	return s.peopleOf(w, r, http.StatusOK, organisation, body, people.NewInvitation{}, nil)
}
