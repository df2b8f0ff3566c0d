package web

import (
	"net/http"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// cookieName holds a browser's session. The session itself is the desk's: the cookie is only its key.
const cookieName = "bridgework"

// sessionLasts is how long a browser keeps the cookie; the desk decides how long it is good for.
const sessionLasts = 24 * time.Hour

// keySession finds whom a session stands for that was begun with a practice's key. It is Unauthenticated where there is none.
func (s *Site) keySession(r *http.Request) (*referral.Caller, error) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil, fault.New(fault.Unauthenticated, "You are not signed in")
	}
	caller, err := s.desk.Session(r.Context(), cookie.Value)
	if err != nil {
		return nil, err
	}
	return caller.At(requestID(r)), nil
}

// SignInPath is where a browser is led that asks for what needs a session, and has none.
const SignInPath = "/sign-in"

// Caller finds who a browser's session belongs to, for an edge that gives out what pages link to. It is
// Unauthenticated where nobody is signed in.
func (s *Site) Caller(r *http.Request) (*referral.Caller, error) {
	return s.atPractice(r.WithContext(s.visiting(r.Context())))
}

// showSignedOut says how one signs in.
func (s *Site) showSignedOut(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.Unauthenticated, "You are not signed in")
}

// beginSession gives the browser its session. Lax, because a practice's system leads here from another site.
func beginSession(w http.ResponseWriter, r *http.Request, session string) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: proxy.IsHTTPS(r), MaxAge: int(sessionLasts / time.Second)})
}

// signOut ends the session, here and at the desk.
func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if cookie, err := r.Cookie(cookieName); err == nil {
		if err := s.desk.Leave(r.Context(), cookie.Value); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: proxy.IsHTTPS(r), MaxAge: -1})
	if wasPerson, err := s.leavePerson(w, r); err != nil || wasPerson {
		if err == nil {
			http.Redirect(w, r, SignInPath+"?out=1", http.StatusSeeOther)
		}
		return err
	}
	return render(w, r, http.StatusOK, "message", page{Title: "You are signed out", Narrow: true, Body: message{
		Heading: "You are signed out",
		Lines:   []string{"What you saved is kept. To go on, open the form from your practice's system again."},
	}})
}
