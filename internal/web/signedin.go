package web

import (
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// A browser may hold two sessions: a person's, who works in a role, and one that a practice's system has begun with its key, for
// the practice's own forms. The person's is asked first.

// person finds who is signed in by name. It is Unauthenticated where nobody is.
func (s *Site) person(r *http.Request) (*referral.Caller, error) {
	if s.options.Member != nil {
		caller, err := s.options.Member(r)
		if err == nil {
			return caller.At(requestID(r)), nil
		}
		if !fault.Is(err, fault.Unauthenticated) {
			return nil, err
		}
	}
	return s.member(r)
}

// isStill tells, while a request goes on, whether who asked is signed in as they were: the same person in the same role. That it is
// asked keeps no session from becoming idle.
func (s *Site) isStill(r *http.Request, caller *referral.Caller) bool {
	if s.options.Member != nil {
		if now, err := s.options.Member(r); err == nil {
			return now.Person == caller.Person && now.Role == caller.Role && now.Account.Practice == caller.Account.Practice
		}
	}
	cookie, err := r.Cookie(personCookieOf(r))
	if err != nil || s.people == nil {
		return false
	}
	now, err := s.people.Still(r.Context(), cookie.Value)
	return err == nil && now.Person == caller.Person && now.Acting.Role == caller.Role && now.Acting.Organisation == caller.Account.Practice
}

// signedIn finds who asks: a person, or else whom a key's session stands for. It is Unauthenticated where nobody is signed in
// any more.
func (s *Site) signedIn(r *http.Request) (*referral.Caller, error) {
	caller, err := s.person(r)
	if fault.Is(err, fault.Unauthenticated) {
		return s.keySession(r)
	}
	return caller, err
}

// atPractice finds who asks for what is a practice's own, its forms and their files: a person who refers, or else whom a key's
// session stands for; the session also where a form is another practice's than the person's, and was opened by a link in this browser.
func (s *Site) atPractice(r *http.Request) (*referral.Caller, error) {
	caller, err := s.person(r)
	if err != nil {
		if fault.Is(err, fault.Unauthenticated) {
			return s.keySession(r)
		}
		return nil, err
	}
	session, none := s.keySession(r)
	switch {
	case caller.Role == lifecycle.Referrer && (none != nil || s.isOwn(r, caller)):
		return caller, nil
	case none == nil:
		return session, nil
	}
	return nil, fault.New(fault.Forbidden, "This is for referring practices, and not for the role in which you are signed in, %s", caller.Role)
}

// personPosting is who has sent a short form, which is read.
func (s *Site) personPosting(w http.ResponseWriter, r *http.Request) (*referral.Caller, error) {
	caller, err := s.person(r)
	if err != nil {
		return nil, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostAnswer)
	if err := r.ParseForm(); err != nil {
		return nil, unreadable(err)
	}
	return caller, nil
}

// isOwn tells that what is asked for is no form of another practice's.
func (s *Site) isOwn(r *http.Request, caller *referral.Caller) bool {
	urn := r.PathValue("urn")
	if urn == "" {
		return true
	}
	_, err := s.desk.Form(r.Context(), caller, urn)
	return !fault.Is(err, fault.NotFound)
}

// reading reads something of a referral for who asks: for the person, and where it does not exist for them for the key's session.
// That a person has asked for what does not exist for them is noted in the trail.
func (s *Site) reading(r *http.Request, read func(*referral.Caller) error) error {
	person, err := s.person(r)
	if err != nil {
		if !fault.Is(err, fault.Unauthenticated) {
			return err
		}
		session, err := s.keySession(r)
		if err != nil {
			return err
		}
		return read(session)
	}
	err = read(person)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	if session, none := s.keySession(r); none == nil {
		if second := read(session); !fault.Is(second, fault.NotFound) {
			return second
		}
	}
	if !noted(fault.NotFound, r.Method) {
		s.noteRefusal(r, fault.From(err))
	}
	return err
}
