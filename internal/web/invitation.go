package web

import (
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
)

type invitationBody struct {
	Faults             []link
	Check              string
	Organisation, Role string
	Email              string
	IsReset            bool
	IsKnown            bool   // there is an account with the e-mail address
	SignedInAs         string // the e-mail address of whoever is signed in, where it is another one
	MayJoin            bool
	Inputs             []input
}

// showInvitation shows what a link leads to. It never uses the link up.
func (s *Site) showInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.invitationPage(w, r, http.StatusOK, "", nil)
}

func (s *Site) invitationPage(w http.ResponseWriter, r *http.Request, status int, name string, wrongs error) error {
	i, err := s.people.Invitation(r.Context(), fromOf(r), r.PathValue("token"))
	if err != nil {
		return s.linkEnds(w, r, err)
	}
	faults, wrong, _ := faultsOf(wrongs)
	body := invitationBody{Faults: faults, Check: checkOf(w, r), Organisation: i.OrganisationName, Role: roleWords[i.Role], Email: i.Email, IsReset: i.IsReset, IsKnown: i.IsKnown}
	title := "You are invited"
	switch {
	case i.IsReset:
		title = "Choose a new password"
		body.Inputs = []input{newPassword(wrong["password"])}
	case i.IsKnown:
		if v, err := s.visitor(r); err == nil {
			body.MayJoin = people.SameEmail(v.Email, i.Email)
			body.SignedInAs = v.Email
		}
	default:
		if wrongs == nil {
			name = i.Name
		}
		body.Inputs = []input{{ID: "name", Label: "Your name", Type: "text", Value: name, Complete: "name", Max: 100, Fault: wrong["name"]}, newPassword(wrong["password"])}
	}
	return render(w, r, status, "invitation", page{Title: title, Narrow: true, Faulty: wrongs != nil, Body: body})
}

// acceptInvitation uses the link up.
func (s *Site) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	token := r.PathValue("token")
	if r.PostForm.Get("do") == "join" {
		v, err := s.visitor(r)
		if err != nil {
			return err
		}
		if err := s.people.Join(r.Context(), v, token); err != nil {
			return s.linkEnds(w, r, err)
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	session, err := s.people.Accept(r.Context(), fromOf(r), token, r.PostForm.Get("name"), r.PostForm.Get("password"))
	if _, _, ok := faultsOf(err); ok {
		return s.invitationPage(w, r, http.StatusUnprocessableEntity, r.PostForm.Get("name"), err)
	}
	if fault.Is(err, fault.Conflict) {
		return s.invitationPage(w, r, http.StatusConflict, "", nil)
	}
	if err != nil {
		return s.linkEnds(w, r, err)
	}
	if session == "" {
		http.Redirect(w, r, SignInPath+"?reset=1", http.StatusSeeOther)
		return nil
	}
	if err := s.beginPersonSession(w, r, session); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?welcome=1", http.StatusSeeOther)
	return nil
}
