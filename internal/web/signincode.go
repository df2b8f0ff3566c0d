package web

import (
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/proxy"
)

// stepCookie holds what waits for a second step. Strict: no other site leads into the middle of a sign-in.
const stepCookie = "bridgework-step"

func stepCookieOf(r *http.Request) string {
	if proxy.IsHTTPS(r) {
		return "__Host-" + stepCookie
	}
	return stepCookie
}

func beginStepCookie(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, &http.Cookie{Name: stepCookieOf(r), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: proxy.IsHTTPS(r), MaxAge: 600})
}

func endStepCookie(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: stepCookieOf(r), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: proxy.IsHTTPS(r), MaxAge: -1})
}

func stepOf(r *http.Request) string {
	cookie, err := r.Cookie(stepCookieOf(r))
	if err != nil {
		return ""
	}
	return cookie.Value
}

type codeBody struct {
	Faults []link
	To     string
	Code   input
}

// showCode asks for a code of the authenticator.
func (s *Site) showCode(w http.ResponseWriter, r *http.Request) error {
	err := s.people.Awaits(r.Context(), stepOf(r))
	if fault.Is(err, fault.Gone) {
		http.Redirect(w, r, SignInPath+"?over=1", http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	return s.codePage(w, r, http.StatusOK, r.URL.Query().Get("to"), "")
}

func (s *Site) codePage(w http.ResponseWriter, r *http.Request, status int, to, wrong string) error {
	body := codeBody{To: to, Code: input{ID: "code", Label: "Code", Hint: "The six digits that your authenticator app shows now. Without it, one of your recovery codes", Type: "text", Complete: "one-time-code", Max: 40, Class: "middle", Fault: wrong}}
	if !isOwnPath(to) {
		body.To = ""
	}
	if wrong != "" {
		body.Faults = []link{{"#code", wrong}}
	}
	return render(w, r, status, "code", page{Title: "Enter a code", Narrow: true, Faulty: wrong != "", Body: body})
}

// takeCode takes the code.
func (s *Site) takeCode(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	to := r.PostForm.Get("to")
	session, err := s.people.Code(r.Context(), fromOf(r), stepOf(r), r.PostForm.Get("code"))
	f := fault.From(err)
	switch _, tooMany := people.IsTooMany(err); {
	case err == nil:
	case tooMany:
		return err
	case f.Kind == fault.Unauthenticated:
		return s.codePage(w, r, http.StatusUnauthorized, to, f.Text)
	case f.Kind == fault.Gone:
		http.Redirect(w, r, SignInPath+"?over=1", http.StatusSeeOther)
		return nil
	default:
		return err
	}
	if err := s.beginPersonSession(w, r, session); err != nil {
		return err
	}
	http.Redirect(w, r, homeOr(to), http.StatusSeeOther)
	return nil
}
