package odapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// statuses is this API's table from kind to status. It knows no 403, 405, 409, 413 or 422
// (conventions §2).
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusBadRequest,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusUnauthorized,
	fault.Gone:            http.StatusGone,
	fault.TooLarge:        http.StatusBadRequest,
	fault.Busy:            http.StatusTooManyRequests,
}

// refuse turns an error into an answer: a bare JSON string, as this API's clients expect. Who was
// turned away, and from what, is noted in the trail.
func (s *Server) refuse(ctx context.Context, c *call, header http.Header, err error) answer {
	f := fault.From(err)
	status, text := statuses[f.Kind], f.Text
	switch f.Kind {
	case fault.Internal:
		s.options.Log.Error("request failed", "id", c.id, "route", c.route.String(), "error", f.Error())
		text = "The server failed to answer; its log has the reason under request " + c.id
	case fault.Busy:
		var running *document.StillRunning
		if errors.As(err, &running) {
			status, text = http.StatusGatewayTimeout, running.Error()
			break
		}
		if errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
			status = http.StatusGatewayTimeout
			if !errors.Is(err, query.ErrTime) {
				text = "The request took longer than " + s.options.Timeout.String()
			}
			break
		}
		header.Set("Retry-After", retryAfter(err))
	}
	if audited(f.Kind, c.route.method) {
		s.note(c, f)
	}
	c.buffer.bytes = resource.AppendText(c.buffer.bytes[:0], []byte(text))
	return answer{status: status, body: c.buffer.bytes}
}

// ShuttingDown answers a request that comes too late, in this API's shape.
func ShuttingDown(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Retry-After", "1")
	header.Set("Connection", "close")
	header["Content-Type"] = jsonType
	w.WriteHeader(statuses[fault.Busy])
	w.Write(resource.AppendText(nil, []byte("The server is shutting down; try again")))
}

// audited tells a refusal from a mishap. A read of what is not there changes nothing and tells
// nothing; a write that was turned down, and a caller without the right, are for the trail.
func audited(kind fault.Kind, method string) bool {
	switch kind {
	case fault.Unauthenticated, fault.Forbidden:
		return true
	case fault.Internal, fault.Busy:
		return false
	default:
		return method != http.MethodGet
	}
}

// note writes the refusal into the practice's trail, or the hub's when nobody knows whose it is.
// The request's own context may have ended; the note is owed all the same.
func (s *Server) note(c *call, f *fault.Fault) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	book := c.book
	if book == nil {
		book, c.caller.RequestID = s.practices.Hub, c.id
		// A flood of them must not fill the disk: beyond a burst they are counted, and the count is noted.
		if !s.strangers.Allow() {
			s.unnoted.Add(1)
			return
		}
		if more := s.unnoted.Swap(0); more > 0 {
			f = &fault.Fault{Kind: f.Kind, Fields: []fault.Field{{Name: fmt.Sprintf("after %d more that are not noted", more)}}}
		}
	}
	if err := s.noteIn(ctx, book, c, f); err != nil {
		s.options.Log.Error("refusal was not noted in the audit trail", "id", c.id, "error", err.Error())
	}
}

func (s *Server) noteIn(ctx context.Context, book *record.Book, c *call, f *fault.Fault) error {
	if c.command != "" {
		return book.NoteCommand(ctx, c.caller, c.route.String(), c.command, f)
	}
	return book.Refuse(ctx, c.caller, c.route.String(), c.route.key, f)
}
