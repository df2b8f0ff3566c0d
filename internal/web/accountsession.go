package web

import (
	"net/http"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// endSession ends one of the person's sessions. One that is over already was pressed twice.
func (s *Site) endSession(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	num, err := strconv.ParseInt(r.PathValue("session"), 10, 64)
	if err != nil {
		return notFound
	}
	if err := s.people.EndSession(r.Context(), v, num); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return accountDone(w, r, "session")
}

// endOtherSessions ends all of the person's sessions but this one.
func (s *Site) endOtherSessions(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	if err := s.people.EndOthers(r.Context(), v); err != nil {
		return err
	}
	return accountDone(w, r, "sessions")
}
