package web

import (
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
)

// secret serves a page whose address is a secret: it is told to no other page.
func secret(serve handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Referrer-Policy", "no-referrer")
		return serve(w, r)
	}
}

type setUpBody struct {
	Faults []link
	Check  string
	Inputs []input
}

// linkEnds says why a link opens nothing; anything else that went wrong is returned.
func (s *Site) linkEnds(w http.ResponseWriter, r *http.Request, err error) error {
	f := fault.From(err)
	if f.Kind != fault.NotFound && f.Kind != fault.Gone {
		return err
	}
	s.note(r, f)
	m := message{Heading: "This link opens nothing any more", Lines: []string{f.Text + "."}, Links: []link{{SignInPath, "Sign in"}}}
	if f.Kind == fault.NotFound {
		m.Heading = "There is no such link"
		m.Lines = []string{"Check that the whole address was copied, or ask for a new link."}
	}
	return render(w, r, statuses[f.Kind], "message", page{Title: m.Heading, Narrow: true, Body: m})
}

// showSetUp asks for the first administrator.
func (s *Site) showSetUp(w http.ResponseWriter, r *http.Request) error {
	if err := s.people.LooksAtSetUp(r.Context(), fromOf(r), r.PathValue("token")); err != nil {
		return s.linkEnds(w, r, err)
	}
	return s.setUpPage(w, r, http.StatusOK, people.FirstAdministrator{}, nil)
}

func (s *Site) setUpPage(w http.ResponseWriter, r *http.Request, status int, given people.FirstAdministrator, err error) error {
	faults, wrong, _ := faultsOf(err)
	return render(w, r, status, "setup", page{Title: "Set up Bridgework", Narrow: true, Faulty: err != nil, Body: setUpBody{Faults: faults, Check: checkOf(w, r), Inputs: []input{
		{ID: "organisation", Label: "Your referral centre, or your practice", Hint: "The name by which others know it. It becomes a referral centre, which looks after the directory, the areas and everybody's people; a practice of this server stays a practice too", Type: "text", Value: given.Organisation, Complete: "organization", Max: 255, Fault: wrong["organisation"]},
		{ID: "name", Label: "Your name", Type: "text", Value: given.Name, Complete: "name", Max: 100, Fault: wrong["name"]},
		{ID: "email", Label: "Your e-mail address", Hint: "You sign in with it", Type: "email", Value: given.Email, Complete: "username", Max: 254, Fault: wrong["email"]},
		newPassword(wrong["password"]),
	}}})
}

func newPassword(wrong string) input {
	return input{ID: "password", Label: "Choose a password", Hint: "At least 12 characters. A few words that do not belong together are easy to keep and hard to guess", Type: "password", Complete: "new-password", Max: 1000, Fault: wrong}
}

// setUp makes the first administrator, and signs them in.
func (s *Site) setUp(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	given := people.FirstAdministrator{Organisation: r.PostForm.Get("organisation"), Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Password: r.PostForm.Get("password")}
	session, err := s.people.SetUp(r.Context(), fromOf(r), r.PathValue("token"), given)
	if _, _, ok := faultsOf(err); ok {
		return s.setUpPage(w, r, http.StatusUnprocessableEntity, given, err)
	}
	if err != nil {
		return s.linkEnds(w, r, err)
	}
	if err := s.beginPersonSession(w, r, session); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?welcome=1", http.StatusSeeOther)
	return nil
}
