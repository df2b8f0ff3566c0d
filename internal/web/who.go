package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// personCookie holds the session of a person. Where the browser speaks TLS its name says that it came from this host alone.
const personCookie = "bridgework-person"

func personCookieOf(r *http.Request) string {
	if proxy.IsHTTPS(r) {
		return "__Host-" + personCookie
	}
	return personCookie
}

// visit is who a request comes from, found when it is first asked for and once.
type visit struct {
	site    *Site
	once    sync.Once
	visitor *people.Visitor
	err     error
}

type visitKey struct{}

// visiting is a request whose visitor can be asked for.
func (s *Site) visiting(ctx context.Context) context.Context {
	return context.WithValue(ctx, visitKey{}, &visit{site: s})
}

var errNobody = fault.New(fault.Unauthenticated, "You are not signed in")

// visitor finds the person who is signed in. It is Unauthenticated where nobody is.
func (s *Site) visitor(r *http.Request) (*people.Visitor, error) {
	one, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok || s.people == nil {
		return nil, errNobody
	}
	one.once.Do(func() {
		cookie, err := r.Cookie(personCookieOf(r))
		if err != nil {
			one.err = errNobody
			return
		}
		if one.visitor, one.err = s.people.Session(r.Context(), cookie.Value); one.err == nil {
			one.visitor = one.visitor.At(requestID(r))
		}
	})
	return one.visitor, one.err
}

// member is the person who is signed in as the desk knows them, in the role in which they act. It is Unauthenticated where nobody is.
func (s *Site) member(r *http.Request) (*referral.Caller, error) {
	v, err := s.visitor(r)
	if err != nil {
		return nil, err
	}
	caller, err := s.desk.Member(r.Context(), referral.Member{Person: v.Person, Name: v.Name, Organisation: v.Acting.Organisation, Role: v.Acting.Role, Area: v.Acting.Area})
	if err != nil {
		return nil, err
	}
	return caller.At(requestID(r)), nil
}

// who is who is signed in, as the head of each page has it.
type who struct {
	Name, Role, Organisation string
	Others                   []otherRole
}

type otherRole struct {
	Num                int64
	Role, Organisation string
}

// roleWords are the roles as people say them.
var roleWords = map[lifecycle.Role]string{
	lifecycle.Referrer: "Referrer", lifecycle.Provider: "Provider", lifecycle.Triager: "Triager", lifecycle.Approver: "Approver", lifecycle.Administrator: "Administrator",
}

// headOf is who is signed in, and what leads to their pages; nothing where nobody is.
func headOf(r *http.Request) (*who, []link) {
	one, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok {
		return nil, nil
	}
	v, err := one.site.visitor(r)
	if err != nil {
		caller, err := one.site.person(r)
		if err != nil {
			return nil, nil
		}
		return &who{Name: caller.PersonName, Role: roleWords[caller.Role], Organisation: caller.Account.Name}, one.site.served(navOf(caller.Role, len(caller.Areas) > 0))
	}
	head := &who{Name: v.Name, Role: roleWords[v.Acting.Role], Organisation: v.Acting.OrganisationName}
	for _, m := range v.Memberships {
		if m.Num != v.Acting.Num {
			head.Others = append(head.Others, otherRole{m.Num, roleWords[m.Role], m.OrganisationName})
		}
	}
	return head, one.site.served(navOf(v.Acting.Role, len(v.Areas) > 0))
}

// beginPersonSession gives the browser a person's session, and ends the one that it had: whoever signs in is the one who is signed in.
func (s *Site) beginPersonSession(w http.ResponseWriter, r *http.Request, session string) error {
	if old, err := r.Cookie(personCookieOf(r)); err == nil {
		if err := s.people.Leave(r.Context(), old.Value, requestID(r)); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{Name: personCookieOf(r), Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: proxy.IsHTTPS(r)})
	endStepCookie(w, r)
	return nil
}

// leavePerson ends the session of the person who is signed in, if one is.
func (s *Site) leavePerson(w http.ResponseWriter, r *http.Request) (wasPerson bool, err error) {
	cookie, err := r.Cookie(personCookieOf(r))
	if err != nil || s.people == nil {
		return false, nil
	}
	if err := s.people.Leave(r.Context(), cookie.Value, requestID(r)); err != nil {
		return false, err
	}
	http.SetCookie(w, &http.Cookie{Name: personCookieOf(r), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: proxy.IsHTTPS(r), MaxAge: -1})
	return true, nil
}

// changeActing changes the role in which the person acts.
func (s *Site) changeActing(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	num, err := strconv.ParseInt(r.PostForm.Get("membership"), 10, 64)
	if err != nil {
		return notFound
	}
	if err := s.people.Act(r.Context(), v, num); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// mostTyped bounds what is typed on the pages of people.
const mostTyped = 16 << 10

// posted finds who sent a form, and reads it.
func (s *Site) posted(w http.ResponseWriter, r *http.Request) (*people.Visitor, error) {
	v, err := s.visitor(r)
	if err != nil {
		return nil, err
	}
	return v, readForm(w, r)
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, mostTyped)
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	return nil
}

// fromOf is where a request comes from of whom nobody is known yet.
func fromOf(r *http.Request) people.From {
	return people.From{Address: proxy.From(r), Browser: browserOf(r.UserAgent()), RequestID: requestID(r)}
}

// browserOf says in words which browser and system an agent names, for people to know their sessions by. Each browser names also those
// that it is like, so that the order counts.
func browserOf(agent string) string {
	find := func(names [][2]string, otherwise string) string {
		for _, name := range names {
			if strings.Contains(agent, name[0]) {
				return name[1]
			}
		}
		return otherwise
	}
	browser := find([][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS", "Chrome"}, {"Safari/", "Safari"}}, "A browser")
	system := find([][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}, "")
	if system == "" {
		return browser
	}
	return browser + " on " + system
}

// input is one question of a page of people.
type input struct {
	ID, Label, Hint, Type, Value, Complete, Fault, Class string
	Max                                                  int
}

// faultsOf are the faults of a form, for the head of its page and for each input by its name; anything else is not a form's fault.
func faultsOf(err error) (links []link, wrong map[string]string, ok bool) {
	f := fault.From(err)
	if len(f.Fields) == 0 {
		return nil, nil, false
	}
	wrong = make(map[string]string)
	for _, field := range f.Fields {
		links = append(links, link{"#" + field.Name, field.Text})
		wrong[field.Name] = field.Text
	}
	return links, wrong, true
}
