package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// The two faults that the kinds do not tell apart.
var (
	notFound         = fault.New(fault.NotFound, "")
	methodNotAllowed = fault.New(fault.Invalid, "")
)

// message is a page that only says something.
type message struct {
	Heading string
	Lines   []string
	Links   []link
	Beside  []link // what is opened in another tab, because this page is not to be closed
	Again   *again
}

// again is what was typed and could not be taken, to be sent once more.
type again struct {
	Action, Do, Words string
	Typed             []typed
}

type typed struct {
	Name   string
	Values []string
}

// statuses are what each kind of fault is answered with.
var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
	fault.Gone: http.StatusGone, fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Busy: http.StatusServiceUnavailable,
}

// headings are what pages about each kind of fault say first, and what to do then.
var headings = map[fault.Kind]message{
	fault.Internal:        {Heading: "Something went wrong here", Lines: []string{"It is not your fault, and was noted. What you saved before is kept.", "Go back and try again; if it happens again, tell whoever runs this server."}},
	fault.Invalid:         {Heading: "This cannot be taken"},
	fault.NotFound:        {Heading: "There is nothing here", Lines: []string{"Check the address. A form is opened again from your practice's system, or from your list."}},
	fault.Conflict:        {Heading: "This was changed in the meantime"},
	fault.Unauthenticated: {Heading: "You are signed out", Lines: []string{"Each time lasts a day at most. What you saved is kept.", "To go on, open the form from your practice's system again, or use a new link to your practice's list."}},
	fault.Forbidden:       {Heading: "This was not done"},
	fault.Gone:            {Heading: "This link opens nothing any more"},
	fault.TooLarge:        {Heading: "This is too large", Lines: []string{"Go back, and send less at once."}},
	fault.Busy:            {Heading: "The server is busy", Lines: []string{"Wait a moment, and try again. What you saved before is kept."}},
}

// signedOutPerson is what those read who sign in by name, and whose session is over.
var signedOutPerson = []string{"That happens after half an hour in which you open no page, and after twelve hours in any case. What you saved is kept.",
	"Sign in to go on. If your practice's system led you here, open the form there again."}

// wasPerson tells that who is not signed in any more has signed in by name, as far as one can see: a practice's system, which signs in by
// its key, leaves a cookie.
func (s *Site) wasPerson(r *http.Request) bool {
	_, err := r.Cookie(cookieName)
	return s.people != nil && err != nil
}

// fail answers with a page that says in plain words what is wrong and what to do; a script is told in a line.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		f = &fault.Fault{Kind: fault.TooLarge, Text: "What was sent is larger than this page takes"}
	}
	status, m := statuses[f.Kind], headings[f.Kind]
	if err == methodNotAllowed {
		status, m = http.StatusMethodNotAllowed, message{Heading: "This cannot be done here", Lines: []string{"Go back, and use the buttons of the page."}}
	}
	switch {
	case f.Kind == fault.Internal:
		s.options.Log.Error("a page failed", "request", requestID(r), "error", err)
	case f.Text != "" && f.Kind != fault.Unauthenticated:
		m.Lines = append([]string{f.Text + "."}, m.Lines...)
	}
	s.note(r, f)
	if many, ok := people.IsTooMany(err); ok {
		status, m = http.StatusTooManyRequests, message{Heading: "Too many tries", Lines: []string{f.Text + "."}}
		w.Header().Set("Retry-After", strconv.Itoa(int(many.Wait.Seconds())+1))
	} else if f.Kind == fault.Busy {
		w.Header().Set("Retry-After", "5")
	}
	if f.Kind == fault.Unauthenticated && s.wasPerson(r) {
		m.Lines = signedOutPerson
	}
	if f.Kind == fault.Forbidden && r.Method == http.MethodGet {
		m.Heading = "This is not open to you"
	}
	if f.Kind == fault.Unauthenticated && s.people != nil {
		m.Links = append(m.Links, link{signInPath(r), "Sign in"})
	}
	if wantsJSON(r) {
		text := f.Text
		if text == "" {
			text = m.Heading
		}
		writeJSON(w, status, map[string]string{"text": text})
		return
	}
	if err := render(w, r, status, "message", page{Title: m.Heading, Narrow: true, Body: m}); err != nil {
		s.options.Log.Error("a page failed", "request", requestID(r), "error", err)
		http.Error(w, "Something went wrong here", http.StatusInternalServerError)
	}
}

// noted tells whether a refusal stands in the trail: a write that was turned down, and a caller without the right. A
// read of what is not there does not, nor a mishap of ours, nor what was only typed wrongly, which its page names.
func noted(kind fault.Kind, method string) bool {
	switch kind {
	case fault.Unauthenticated, fault.Forbidden:
		return true
	case fault.Internal, fault.Busy:
		return false
	default:
		return method != http.MethodGet && method != http.MethodHead
	}
}

// note notes a refusal in the trail, by the page's pattern and never by its address, which may be a secret.
func (s *Site) note(r *http.Request, f *fault.Fault) {
	if noted(f.Kind, r.Method) {
		s.noteRefusal(r, f)
	}
}

func (s *Site) noteRefusal(r *http.Request, f *fault.Fault) {
	// The refusal is noted also when the browser has gone away meanwhile.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 5*time.Second)
	defer cancel()
	caller, err := s.signedIn(r.WithContext(ctx))
	if v, found := s.visitor(r.WithContext(ctx)); err != nil && found == nil {
		// Somebody whose organisation has no referrals is known all the same.
		caller, err = &referral.Caller{Name: fmt.Sprintf("person %d", v.Person)}, nil
	}
	if err != nil {
		caller = nil
		// A flood of strangers must not fill the disk: beyond a burst they are counted, and the count is noted.
		if !s.strangers.Allow() {
			s.unnoted.Add(1)
			return
		}
		if more := s.unnoted.Swap(0); more > 0 {
			f = &fault.Fault{Kind: f.Kind, Fields: []fault.Field{{Name: fmt.Sprintf("after %d more that are not noted", more)}}}
		}
	}
	_, pattern := s.mux.Handler(r)
	if err := s.desk.Refuse(ctx, caller, requestID(r), pattern, f); err != nil {
		s.options.Log.Error("refusal was not noted in the audit trail", "request", requestID(r), "error", err)
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // a browser that went away has no answer to be given
}

// ShuttingDown answers while the server drains.
func ShuttingDown(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "5")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`<!doctype html><html lang="en-GB"><head><title>The server is being restarted</title></head><body><h1>The server is being restarted</h1><p>Wait a moment and try again. What you saved is kept; go back to the page for what you have typed since.</p></body></html>`))
}
