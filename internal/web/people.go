package web

import (
	"cmp"
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
	People        []colleague
	Waiting       []waiting
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
	Seen                        string
	HasSecondFactor, IsDisabled bool
	IsSelf                      bool
}

type waiting struct {
	Num                                 int64
	Name, Email, Role, Invited, Expires string
}

// peopleNotices confirm what was done.
var peopleNotices = map[string]string{
	"revoked": "The invitation is ended. Its link opens nothing any more.", "ended": "The role is ended.", "disabled": "They are signed out, and cannot sign in any more.", "enabled": "They can sign in again.",
}

// showPeople shows the people of an organisation.
func (s *Site) showPeople(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	organisation := v.Acting.Organisation
	if text := r.URL.Query().Get("organisation"); text != "" {
		if organisation, err = strconv.ParseInt(text, 10, 64); err != nil {
			return notFound
		}
	}
	return s.peoplePage(w, r, http.StatusOK, v, organisation, peopleBody{Notice: peopleNotices[r.URL.Query().Get("done")]}, people.NewInvitation{}, nil)
}

func (s *Site) peoplePage(w http.ResponseWriter, r *http.Request, status int, v *people.Visitor, organisation int64, body peopleBody, given people.NewInvitation, wrongs error) error {
	all, err := s.people.Organisations(r.Context(), v)
	if err != nil {
		return err
	}
	found, waits, err := s.people.Colleagues(r.Context(), v, organisation)
	if err != nil {
		return err
	}
	var wrong map[string]string
	body.Faults, wrong, _ = faultsOf(wrongs)
	body.Organisation, body.IsOpen = organisation, wrongs != nil || len(found) < 2 && body.Link == ""
	var kinds people.Kinds
	areas := make(map[int64]string)
	for _, one := range all {
		if one.Num != organisation {
			body.Organisations = append(body.Organisations, option{Value: strconv.FormatInt(one.Num, 10), Text: one.Name})
			continue
		}
		body.Name, kinds = one.Name, one.Kinds
		body.Organisations = append(body.Organisations, option{strconv.FormatInt(one.Num, 10), one.Name, true})
		for _, area := range one.Areas {
			areas[area.Num] = area.Name
			body.Areas = append(body.Areas, option{strconv.FormatInt(area.Num, 10), area.Name, area.Num == given.Area})
		}
		if len(one.Areas) > 0 && v.Acting.Area == 0 {
			body.Areas = slices.Insert(body.Areas, 0, option{"0", "All areas", given.Area == 0})
		}
	}
	areaWords := func(num int64) string {
		if num == 0 {
			return ""
		}
		return cmp.Or(areas[num], "Area "+strconv.FormatInt(num, 10))
	}
	for _, p := range found {
		line := colleague{Person: p.Person, Membership: p.Membership.Num, Name: p.Name, Email: p.Email, Role: roleWords[p.Membership.Role], Area: areaWords(p.Membership.Area),
			HasSecondFactor: p.HasSecondFactor, IsDisabled: p.IsDisabled, IsSelf: p.Person == v.Person}
		if !p.SeenAt.IsNone() {
			line.Seen = atWords(p.SeenAt)
		}
		body.People = append(body.People, line)
	}
	for _, i := range waits {
		body.Waiting = append(body.Waiting, waiting{i.Num, i.Name, i.Email, roleWords[i.Role], atWords(i.CreatedAt), atWords(i.ExpiresAt)})
	}
	body.Inputs = []input{
		{ID: "name", Label: "Name", Type: "text", Value: given.Name, Complete: "off", Max: 100, Fault: wrong["name"]},
		{ID: "email", Label: "E-mail address", Type: "email", Value: given.Email, Complete: "off", Max: 254, Fault: wrong["email"]},
	}
	for _, role := range kinds.Roles() {
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
		return s.peoplePage(w, r, http.StatusUnprocessableEntity, v, given.Organisation, peopleBody{}, given, err)
	}
	if err != nil {
		return err
	}
	body := peopleBody{Link: s.people.URL(people.InvitationPath, token), LinkFor: given.Name, LinkLasts: "It works once, within seven days."}
	return s.peoplePage(w, r, http.StatusOK, v, given.Organisation, body, people.NewInvitation{}, nil)
}

// onPerson does something with what a number in the path names, and leads back to the list that it was pressed on.
func (s *Site) onPerson(w http.ResponseWriter, r *http.Request, name, done string, do func(*people.Visitor, int64) error) error {
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
	back := url.Values{"done": {done}}
	if organisation := r.PostForm.Get("organisation"); organisation != "" {
		back.Set("organisation", organisation)
	}
	http.Redirect(w, r, "/people?"+back.Encode(), http.StatusSeeOther)
	return nil
}

// revokeInvitation ends an invitation that waits. One that has ended already was pressed twice.
func (s *Site) revokeInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, "invitation", "revoked", func(v *people.Visitor, num int64) error {
		err := s.people.Revoke(r.Context(), v, num)
		if fault.Is(err, fault.Gone) {
			return nil
		}
		return err
	})
}

// endMembership ends a role.
func (s *Site) endMembership(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, "membership", "ended", func(v *people.Visitor, num int64) error { return s.people.EndMembership(r.Context(), v, num) })
}

// disablePerson keeps somebody from signing in.
func (s *Site) disablePerson(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, "person", "disabled", func(v *people.Visitor, num int64) error { return s.people.Disable(r.Context(), v, num, true) })
}

// enablePerson lets them sign in again.
func (s *Site) enablePerson(w http.ResponseWriter, r *http.Request) error {
	return s.onPerson(w, r, "person", "enabled", func(v *people.Visitor, num int64) error { return s.people.Disable(r.Context(), v, num, false) })
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
	found, _, err := s.people.Colleagues(r.Context(), v, organisation)
	if err != nil {
		return err
	}
	body := peopleBody{Link: s.people.URL(people.InvitationPath, token), LinkLasts: "It works once, within a day, and turns their authenticator app off."}
	if at := slices.IndexFunc(found, func(p people.Colleague) bool { return p.Person == num }); at >= 0 {
		body.LinkFor = found[at].Name
	}
	return s.peoplePage(w, r, http.StatusOK, v, organisation, body, people.NewInvitation{}, nil)
}
