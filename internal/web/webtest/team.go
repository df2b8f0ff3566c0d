package webtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web"
)

// PersonCookie names, in these tests, the person who is signed in: the one that a session of theirs is in, so that a browser is one of
// the two.
const PersonCookie = "bridgework-person"

// team is those who are signed in without having signed in, by name.
type team struct {
	mu      sync.Mutex
	members map[string]*referral.Caller
}

// Join makes somebody who is signed in: a name, whose organisation, and in which role. Their cookie's value is the name.
func (h *House) Join(ctx context.Context, name string, organisation int64, role referral.Role) (*referral.Caller, error) {
	caller, err := h.Desk.Member(ctx, referral.Member{Person: h.nextPerson(), Name: name, Organisation: organisation, Role: role})
	if err == nil {
		h.know(name, caller)
	}
	return caller, err
}

// Visit makes a visitor known by a name: a browser that has it in its cookie is them.
func (h *House) Visit(name string, v web.Visitor) {
	h.know(name, &referral.Caller{Account: &referral.Account{Practice: v.Organisation, Name: v.OrganisationName}, Role: v.Role, Person: v.Person, PersonName: v.Name, Areas: v.Areas,
		Name: "person of a test"})
}

func (h *House) nextPerson() int64 {
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	return 1000 + int64(len(h.team.members))
}

func (h *House) know(name string, caller *referral.Caller) {
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	if h.team.members == nil {
		h.team.members = make(map[string]*referral.Caller)
	}
	h.team.members[name] = caller
}

// Part signs somebody out, wherever they are.
func (h *House) Part(name string) {
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	delete(h.team.members, name)
}

// member is who a browser's cookie names.
func (h *House) member(r *http.Request) (*referral.Caller, error) {
	cookie, err := r.Cookie(PersonCookie)
	if err != nil {
		return nil, fault.New(fault.Unauthenticated, "You are not signed in")
	}
	h.team.mu.Lock()
	defer h.team.mu.Unlock()
	if caller := h.team.members[strings.ReplaceAll(cookie.Value, "+", " ")]; caller != nil {
		return caller, nil
	}
	return nil, fault.New(fault.Unauthenticated, "You are signed out")
}

func (h *House) options(options web.Options) web.Options {
	options.Member, options.Heartbeat = h.member, 200*time.Millisecond
	return options
}

// Team is two referral centres, three providers with a service each, a waiting list, and somebody of each role.
type Team struct {
	Centre, Elsewhere                                                      int64
	Provider, Second                                                       int64
	First, Surgery, Harbour                                                directory.Service // of Provider, of Second, and of one that is closed
	List                                                                   directory.List
	Referrer, Triager, Approver, Administrator, Clinician, Other, Outsider *referral.Caller
}

// Gather makes a network around the house's practice.
func (h *House) Gather(ctx context.Context) (*Team, error) {
	n := new(Team)
	room, operator := h.Directory, directory.Operator
	var all error
	organisation := func(o directory.Organisation) int64 {
		o.IsActive, o.Area = true, directory.Everywhere
		made, err := room.SaveOrganisation(ctx, audit.Operator, operator, o)
		all = errors.Join(all, err)
		return made.Num
	}
	service := func(s directory.Service) directory.Service {
		s.Anaesthesia, s.Facilities = []string{"local", "sedation", "general"}, []string{"hoist", "wheelchair", "bariatric", "wheelchair_tipper"}
		made, err := room.SaveService(ctx, audit.Operator, operator, s)
		all = errors.Join(all, err)
		return made
	}
	forms := h.Desk.Forms().Names()
	n.Centre = organisation(directory.Organisation{Name: "Yorkshire Referral Centre", IsCentre: true, Phone: "01632 960088"})
	n.Elsewhere = organisation(directory.Organisation{Name: "Lancashire Referral Centre", IsCentre: true})
	n.Provider = organisation(directory.Organisation{Name: "St Clements Dental Suite", IsTreating: true, Phone: "01632 960077"})
	n.Second = organisation(directory.Organisation{Name: "Northgate Oral Surgery", IsTreating: true})
	harbour := organisation(directory.Organisation{Name: "Harbour Orthodontics", IsTreating: true})
	area, err := room.Area(ctx, directory.Everywhere)
	if all = errors.Join(all, err); all == nil {
		area.Centre = n.Centre
		_, err = room.SaveArea(ctx, audit.Operator, operator, area)
		all = errors.Join(all, err)
		_, err = room.SaveArea(ctx, audit.Operator, operator, directory.Area{Name: "Lancashire", Centre: n.Elsewhere, Clocks: directory.DefaultClocks()})
		all = errors.Join(all, err)
	}
	n.First = service(directory.Service{Organisation: n.Provider, Name: "All dentistry", FormTypes: forms, Capacity: 40, IsOpen: true})
	n.Surgery = service(directory.Service{Organisation: n.Second, Name: "Oral surgery", FormTypes: forms, IsOpen: true})
	n.Harbour = service(directory.Service{Organisation: harbour, Name: "Orthodontics", FormTypes: []string{"OrthodonticForm"}})
	n.List, err = room.SaveList(ctx, audit.Operator, operator, directory.List{Area: directory.Everywhere, Name: "West Yorkshire oral surgery", IsOpen: true})
	all = errors.Join(all, err)
	join := func(who **referral.Caller, name string, organisation int64, role referral.Role) {
		var err error
		*who, err = h.Join(ctx, name, organisation, role)
		all = errors.Join(all, err)
	}
	join(&n.Referrer, "Rhona Referrer", int64(h.Practice.Num), lifecycle.Referrer)
	join(&n.Triager, "Tomas Triager", n.Centre, lifecycle.Triager)
	join(&n.Approver, "Asha Approver", n.Centre, lifecycle.Approver)
	join(&n.Administrator, "Ada Administrator", n.Centre, lifecycle.Administrator)
	join(&n.Clinician, "Petra Provider", n.Provider, lifecycle.Provider)
	join(&n.Other, "Sam Second", n.Second, lifecycle.Provider)
	join(&n.Outsider, "Elsa Elsewhere", n.Elsewhere, lifecycle.Triager)
	return n, all
}

// Target is how a page names a service as the place to which a referral is sent.
func Target(s directory.Service) string { return fmt.Sprintf("%d/%d", s.Organisation, s.Num) }
