package web

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// landing is what a link shows before it is opened. Whoever asks with GET may be a program that looks at links in
// advance, and learns nothing of the patient.
type landing struct {
	Practice, Form, URN, Prepared string
	Account                       bool // it leads to the practice's list
	Check                         string
}

// checkName is a cookie and an input with the same secret: who sends the landing page's form has seen the page. It
// stands in for the Origin header, which Referrer-Policy: no-referrer takes away where there is no TLS.
const checkName = "bridgework_check"

// landingOf answers with the landing page, whose address is a secret for as long as nobody has opened it.
func landingOf(w http.ResponseWriter, r *http.Request, body landing) error {
	body.Check = rand.Text()
	http.SetCookie(w, &http.Cookie{Name: checkName, Value: body.Check, Path: r.URL.Path, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: proxy.IsHTTPS(r)})
	w.Header().Set("Referrer-Policy", "no-referrer")
	return render(w, r, http.StatusOK, "landing", page{Title: "A referral is prepared for you", Narrow: true, Body: body})
}

// mayOpen tells whether a request that has no Origin was sent by our landing page all the same.
func (s *Site) mayOpen(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if r.Header.Get("Sec-Fetch-Site") != "" || origin != "null" && origin != "" {
		return false
	}
	cookie, err := r.Cookie(checkName)
	r.Body = http.MaxBytesReader(nil, r.Body, mostAnswer)
	return err == nil && cookie.Value != "" && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(r.PostFormValue("check"))) == 1
}

// showLink shows what a prepared form's link leads to. It never uses the link up.
func (s *Site) showLink(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	link, err := s.desk.Link(r.Context(), r.PathValue("uuid"))
	if err != nil {
		return err
	}
	if link.Used || link.Expired || !referral.CanBeFilled(link.State) {
		// Whoever opened it in this browser goes on there: to the form, or to what was sent.
		if caller, err := s.atPractice(r); err == nil {
			if _, err := s.desk.Form(r.Context(), caller, link.URN); err == nil {
				http.Redirect(w, r, referralPath(link.URN), http.StatusSeeOther)
				return nil
			}
		}
		return s.closedLink(w, r, link)
	}
	invitation, err := s.desk.Invitation(r.Context(), r.PathValue("uuid"))
	if err != nil {
		return err
	}
	body := landing{Practice: invitation.Practice, URN: link.URN, Prepared: invitation.CreatedAt.Words()}
	if kind, err := s.desk.Forms().Current(invitation.FormType); err == nil {
		body.Form = kind.Title
	}
	return landingOf(w, r, body)
}

// closedLink says why a link opens nothing any more, and what to do.
func (s *Site) closedLink(w http.ResponseWriter, r *http.Request, link referral.Link) error {
	m := message{}
	switch {
	case !referral.CanBeFilled(link.State) && link.State != referral.StateExpired:
		m.Heading = "This referral was sent"
		m.Lines = []string{"Its reference is " + link.URN + ".", "To see it, open your practice's list of referrals, or ask your practice's system for its status."}
	case link.Used && !link.Expired:
		m.Heading = "This link was opened already"
		m.Lines = []string{"Each link opens a form once. What was saved there is kept, under the reference " + link.URN + ".",
			"Go on in the browser in which it was opened; you are signed in there for 24 hours. From another one, open it in your practice's list of referrals."}
	default:
		m.Heading = "This link has expired"
		m.Lines = []string{"A link waits 24 hours to be opened, and a form 30 days to be sent.", "Go back to your practice's system and prepare the form again."}
	}
	return render(w, r, http.StatusGone, "message", page{Title: m.Heading, Narrow: true, Body: m})
}

// openLink uses the link up and signs the browser in.
func (s *Site) openLink(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	session, urn, err := s.desk.Enter(r.Context(), r.PathValue("uuid"))
	if fault.Is(err, fault.Gone) {
		// Pressed twice, or in a second tab: who is signed in goes on, and who is not is told.
		return s.showLink(w, r)
	}
	if err != nil {
		return err
	}
	beginSession(w, r, session)
	http.Redirect(w, r, referralPath(urn), http.StatusSeeOther)
	return nil
}

// showSignIn shows what a link to the practice's list leads to.
func (s *Site) showSignIn(w http.ResponseWriter, r *http.Request) error {
	return landingOf(w, r, landing{Account: true})
}

// signIn uses a link to the practice's list up.
func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	session, err := s.desk.EnterAccount(r.Context(), r.PathValue("token"))
	if fault.Is(err, fault.Gone) || fault.Is(err, fault.NotFound) {
		return render(w, r, http.StatusGone, "message", page{Title: "This link opens nothing any more", Narrow: true, Body: message{
			Heading: "This link opens nothing any more",
			Lines:   []string{"A link to a practice's list works once, within a quarter of an hour.", "Ask whoever runs this server for a new one."},
		}})
	}
	if err != nil {
		return err
	}
	beginSession(w, r, session)
	http.Redirect(w, r, "/referrals", http.StatusSeeOther)
	return nil
}

// referralPath is where a referral is.
func referralPath(urn string) string { return "/referrals/" + urn }
