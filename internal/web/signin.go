package web

import (
	"net"
	"net/http"
	"net/url"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
)

// signInBody is the page on which people sign in.
type signInBody struct {
	Faults      []link
	Notice      string
	To          string // where to go then
	Email       input
	Password    input
	HasPasskeys bool
	IsNew       bool // nobody can sign in yet
}

// showPasswordSignIn asks for an e-mail address and a password, or a passkey.
func (s *Site) showPasswordSignIn(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	if _, err := s.visitor(r); err == nil {
		http.Redirect(w, r, homeOr(asked.Get("to")), http.StatusSeeOther)
		return nil
	}
	body := signInBody{To: asked.Get("to")}
	switch {
	case asked.Get("out") == "1":
		body.Notice = "You are signed out."
	case asked.Get("over") == "1":
		body.Notice = "That took too long, or was done already. Please sign in again."
	case asked.Get("reset") == "1":
		body.Notice = "Your password is changed. Sign in with it."
	}
	return s.signInPage(w, r, http.StatusOK, body, "")
}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request, status int, body signInBody, email string) error {
	if !isOwnPath(body.To) {
		body.To = ""
	}
	fault := ""
	if len(body.Faults) > 0 {
		fault = body.Faults[0].Text
	}
	body.Email = input{ID: "email", Label: "E-mail address", Type: "email", Value: email, Complete: "username webauthn", Max: 254, Fault: fault}
	body.Password = input{ID: "password", Label: "Password", Type: "password", Complete: "current-password", Max: 1000}
	body.HasPasskeys = s.hasPasskeys(r)
	has, err := s.people.HasPeople(r.Context())
	if err != nil {
		return err
	}
	body.IsNew = !has
	p := page{Title: "Sign in", Narrow: true, Faulty: len(body.Faults) > 0, Body: body}
	if body.HasPasskeys {
		p.Script = "passkeys.js"
	}
	return render(w, r, status, "signin", p)
}

// hasPasskeys tells whether passkeys work at the address by which the browser came.
func (s *Site) hasPasskeys(r *http.Request) bool {
	at := url.URL{Host: r.Host}
	return s.people.PasskeyHost() != "" && at.Hostname() == s.people.PasskeyHost()
}

// passkeysAt is the address of the account's page at which passkeys work; "" where they work at none.
func (s *Site) passkeysAt(r *http.Request) string {
	host := s.people.PasskeyHost()
	if host == "" {
		return ""
	}
	at, here := url.URL{Scheme: "https", Host: host, Path: "/account"}, url.URL{Host: r.Host}
	if host == "localhost" {
		// The same machine, by its name and not by its number.
		at.Scheme = "http"
	}
	if port := here.Port(); port != "" && host == "localhost" {
		at.Host = net.JoinHostPort(host, port)
	}
	if base, err := url.Parse(s.people.URL("/account", "")); err == nil && base.Hostname() == host {
		return base.String()
	}
	return at.String()
}

// homeOr is where to go after the sign-in.
func homeOr(to string) string {
	if isOwnPath(to) {
		return to
	}
	return "/"
}

// passwordSignIn takes an e-mail address and a password.
func (s *Site) passwordSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	email, to := r.PostForm.Get("email"), r.PostForm.Get("to")
	result, err := s.people.SignIn(r.Context(), fromOf(r), email, r.PostForm.Get("password"))
	if err != nil {
		return s.signInFails(w, r, err, signInBody{To: to}, email)
	}
	if result.Step != "" {
		beginStepCookie(w, r, result.Step)
		http.Redirect(w, r, withTo("/sign-in/code", to), http.StatusSeeOther)
		return nil
	}
	if err := s.beginPersonSession(w, r, result.Session); err != nil {
		return err
	}
	http.Redirect(w, r, homeOr(to), http.StatusSeeOther)
	return nil
}

// signInFails says on the page of the sign-in why nobody was let in. A wrong try was noted already.
func (s *Site) signInFails(w http.ResponseWriter, r *http.Request, err error, body signInBody, email string) error {
	f, status := fault.From(err), 0
	if many, ok := people.IsTooMany(err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(many.Wait.Seconds())+1))
		status = http.StatusTooManyRequests
	} else if f.Kind == fault.Unauthenticated || f.Kind == fault.Forbidden {
		status = statuses[f.Kind]
		if f.Kind == fault.Forbidden {
			s.note(r, f)
		}
	} else {
		return err
	}
	body.Faults = []link{{"#email", f.Text}}
	return s.signInPage(w, r, status, body, email)
}

func withTo(path, to string) string {
	if isOwnPath(to) {
		return path + "?to=" + url.QueryEscape(to)
	}
	return path
}
