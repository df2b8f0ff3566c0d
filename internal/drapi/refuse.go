package drapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// statuses is this API's table from kind to status.
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusBadRequest,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusUnauthorized,
	fault.Gone:            http.StatusNotFound,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Busy:            http.StatusTooManyRequests,
}

// notAuthorized is the documents' own text, for every failure to authenticate.
const notAuthorized = "Not Authorized. Check that you are providing a valid API key and that you have access to requested resource."

// wrongMethod is a known path that was asked in a way that it does not know.
type wrongMethod struct{ to *endpoint }

// Error is for the log.
func (w *wrongMethod) Error() string { return "wrong method for " + w.to.name }

// refuse turns an error into an answer. Who was turned away, and from what, is noted in the trail.
func (s *Server) refuse(ctx context.Context, c *call, to *endpoint, err error) (status int) {
	f := fault.From(err)
	status, text := statuses[f.Kind], f.Text
	var method *wrongMethod
	switch {
	case errors.As(err, &method):
		status, text = http.StatusMethodNotAllowed, "This address is asked by "+strings.Join(method.to.methods, " or ")
		f = &fault.Fault{Kind: fault.Invalid}
		c.Header().Set("Allow", method.to.allow())
	case status == http.StatusUnauthorized:
		if s.goesToSignIn(c, to) {
			c.Header().Set("Location", s.options.SignIn)
			status = http.StatusFound
		}
		text = notAuthorized
		c.Header().Set("WWW-Authenticate", `Token realm="Application"`)
	case f.Kind == fault.Invalid && len(f.Fields) == 1 && f.Fields[0].Name == referral.BirthDateParameter:
		status = http.StatusUnprocessableEntity
	case f.Kind == fault.Busy:
		c.Header().Set("Retry-After", "1")
	case f.Kind == fault.Internal:
		s.options.Log.Error("request failed", "id", c.id, "route", nameOf(to), "error", f.Error())
		text = "The server failed to answer; its log has the reason under request " + c.id
	}
	if audited(f.Kind, c.request.Method) {
		s.note(ctx, c, to, f)
	}
	c.body = append(c.body[:0], `{"status":"error","message":`...)
	c.body = append(resource.AppendText(c.body, []byte(text)), '}')
	return status
}

// goesToSignIn tells a browser, which wants a page, from a program.
func (s *Server) goesToSignIn(c *call, to *endpoint) bool {
	return s.options.SignIn != "" && (to == documentBy || to == attachmentBy) && len(c.request.Header["Authorization"]) == 0 &&
		strings.Contains(c.request.Header.Get("Accept"), "text/html")
}

func (e *endpoint) allow() string {
	methods := e.methods
	if e.may(http.MethodHead) {
		methods = append([]string{http.MethodHead}, methods...)
	}
	return strings.Join(methods, ", ")
}

// audited tells a refusal from a mishap: a write that was turned down and a caller without the right are for the
// trail, a read of what is not there is not.
func audited(kind fault.Kind, method string) bool {
	switch kind {
	case fault.Unauthenticated, fault.Forbidden:
		return true
	case fault.Internal, fault.Busy:
		return false
	default:
		return method == http.MethodPost
	}
}

// note writes the refusal into the trail. The request's own time may be over; the note is owed all the same.
func (s *Server) note(ctx context.Context, c *call, to *endpoint, f *fault.Fault) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if c.caller == nil {
		// A flood of them must not fill the disk: beyond a burst they are counted, and the count is noted.
		if !s.strangers.Allow() {
			s.unnoted.Add(1)
			return
		}
		if more := s.unnoted.Swap(0); more > 0 {
			f = &fault.Fault{Kind: f.Kind, Fields: []fault.Field{{Name: fmt.Sprintf("after %d more that are not noted", more)}}}
		}
	}
	if err := s.desk.Refuse(ctx, c.caller, c.id, methodName(c.request.Method)+" "+nameOf(to), f); err != nil {
		s.options.Log.Error("refusal was not noted in the audit trail", "id", c.id, "error", err.Error())
	}
}

// methodName is a method that there is; a made-up one is not repeated in the trail.
func methodName(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// ShuttingDown answers a request that comes too late, in this API's shape.
func ShuttingDown(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Retry-After", "1")
	header.Set("Connection", "close")
	header["Content-Type"] = jsonType
	w.WriteHeader(statuses[fault.Busy])
	w.Write([]byte(`{"status":"error","message":"The server is shutting down; try again"}`))
}
