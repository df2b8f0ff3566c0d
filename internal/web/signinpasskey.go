package web

import (
	"io"
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// mostCredential bounds what an authenticator answers with.
const mostCredential = 64 << 10

// beginPasskeySignIn asks the browser for a passkey. Its script passes the answer on.
func (s *Site) beginPasskeySignIn(w http.ResponseWriter, r *http.Request) error {
	options, token, err := s.people.BeginPasskeySignIn(r.Context(), fromOf(r))
	if err != nil {
		return err
	}
	beginStepCookie(w, r, token)
	writeJSON(w, http.StatusOK, options)
	return nil
}

// passkeySignIn takes the passkey's answer.
func (s *Site) passkeySignIn(w http.ResponseWriter, r *http.Request) error {
	answer, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostCredential))
	if err != nil {
		return unreadable(err)
	}
	session, err := s.people.PasskeySignIn(r.Context(), fromOf(r), stepOf(r), answer)
	if f := fault.From(err); err != nil && f.Kind == fault.Unauthenticated {
		writeJSON(w, statuses[f.Kind], map[string]string{"text": f.Text}) // it was noted already
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.beginPersonSession(w, r, session); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, map[string]string{"to": homeOr(r.URL.Query().Get("to"))})
	return nil
}
