package web

import (
	"io"
	"net/http"
	"strconv"
)

// beginPasskey asks the browser for a new passkey. Its script passes the answer on.
func (s *Site) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	options, token, err := s.people.BeginPasskey(r.Context(), v, r.PostForm.Get("passkey.current"), r.PostForm.Get("passkey.name"))
	if links, _, ok := faultsOf(err); ok {
		for i := range links {
			links[i].Href = "passkey." + links[i].Href[1:]
		}
		writeJSON(w, http.StatusUnprocessableEntity, map[string]string{"text": links[0].Text, "input": links[0].Href})
		return nil
	}
	if err != nil {
		return err
	}
	beginStepCookie(w, r, token)
	writeJSON(w, http.StatusOK, options)
	return nil
}

// addPasskey takes the new passkey.
func (s *Site) addPasskey(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostCredential))
	if err != nil {
		return unreadable(err)
	}
	if err := s.people.AddPasskey(r.Context(), v, stepOf(r), answer); err != nil {
		return err
	}
	endStepCookie(w, r)
	writeJSON(w, http.StatusOK, map[string]string{"to": "/account?done=passkey"})
	return nil
}

// removePasskey ends a passkey.
func (s *Site) removePasskey(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	num, err := strconv.ParseInt(r.PathValue("passkey"), 10, 64)
	if err != nil {
		return notFound
	}
	if err := s.people.RemovePasskey(r.Context(), v, num); err != nil {
		return err
	}
	return accountDone(w, r, "passkey-removed")
}
