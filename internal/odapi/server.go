// Package odapi is the HTTP edge of the Open Dental API v1: it turns requests into calls of the
// resources that od lists, and their faults into the statuses and texts of that API. It knows no
// tables and no SQL.
package odapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/query"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Prefix is where the API is served. Segments are matched without regard to case.
const Prefix = "/api/v1/"

// Options are the choices of an operator.
type Options struct {
	Log *slog.Logger
	// BreaksAsSpaces answers line breaks in texts as spaces, as the 2021 serializer did.
	BreaksAsSpaces bool
	// Throttle delays nobody but refuses what comes faster than the published rates.
	Throttle bool
	// Rules are the switchable rules of the resources.
	Rules od.Rules
	// Files is where the practices' files are.
	Files *document.Room
	// Queries runs callers' own SQL; nil is a room with the default limits.
	Queries *query.Room
	// Sender writes the results of POST /queries; nil sends them as documents are sent, where there are files.
	Sender Sender
	// Timeout ends a request with 504; 0 is 60 seconds, as the documents say.
	Timeout time.Duration
}

// Server is the edge; it implements http.Handler.
type Server struct {
	practices *practice.Registry
	resources map[string]od.Resource // by path, in lower case
	options   Options
	throttle  *throttle
	strangers *rate.Limiter // of what is noted about them
	unnoted   atomic.Int64
	bigBodies chan struct{} // as many as are in memory
	buffers   sync.Pool
}

// New makes the edge for the resources that od lists.
func New(practices *practice.Registry, options Options) *Server {
	if options.Timeout == 0 {
		options.Timeout = 60 * time.Second
	}
	if options.Queries == nil {
		options.Queries = query.New(query.Options{})
	}
	s := &Server{
		practices: practices,
		resources: make(map[string]od.Resource),
		options:   options,
		bigBodies: make(chan struct{}, maxBigBodies),
		strangers: rate.NewLimiter(10, 1000),
		buffers:   sync.Pool{New: func() any { return new(buffer) }},
	}
	if options.Throttle {
		s.throttle = newThrottle()
	}
	for _, r := range od.All() {
		s.resources[r.Plan().Path] = r
		if alias := r.Plan().Alias; alias != "" {
			s.resources[alias] = r
		}
	}
	return s
}

// buffer is reused for answers; one that a large list has grown is left to the collector.
type buffer struct{ bytes []byte }

const keepBuffer = 1 << 20

// call is one request on its way.
type call struct {
	request  *http.Request
	buffer   *buffer
	id       string       // of the request, for the log and the trail
	caller   audit.Caller // known once authenticated
	key      *practice.Key
	customer string       // the customer key, as it was sent
	book     *record.Book // the practice's, once leased
	release  func()       // gives the book back
	route    route
	rules    od.Rules
	format   resource.Format

	bigBodies chan struct{} // the server's
	practices *practice.Registry
	room      *document.Room
	queries   *query.Room
	sender    Sender
	command   string // a caller's own SQL, once it is read
}

// answer is what a call comes to.
type answer struct {
	status   int
	body     []byte // JSON; none for a deletion
	location string
	content  *od.Content // a file in place of body
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if r.ContentLength != 0 {
		// The body must be here in time as well. What is not a network connection has no deadline.
		_ = http.NewResponseController(w).SetReadDeadline(began.Add(s.options.Timeout))
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.options.Timeout)
	defer cancel()
	c := &call{
		request: r, id: requestID(r), buffer: s.buffers.Get().(*buffer), rules: s.options.Rules, bigBodies: s.bigBodies, practices: s.practices,
		room: s.options.Files, queries: s.options.Queries, sender: s.options.Sender, release: func() {},
	}
	c.format.BreaksAsSpaces = s.options.BreaksAsSpaces
	defer s.recycle(c.buffer)
	defer func() { c.release() }()

	a, err := s.serve(ctx, c)
	if err == nil && a.content != nil {
		a.content, err = openContent(r.Context(), a.content)
	}
	if err != nil {
		a = s.refuse(ctx, c, w.Header(), err)
	}
	if a.content == nil {
		write(w, c.id, a)
	} else {
		s.sendContent(w, c, a.content)
	}
	s.log(c, a.status, time.Since(began))
}

// serve reads as a checklist: who, what, may they, do it, answer. A bug ends the request, and nothing
// that other requests need.
func (s *Server) serve(ctx context.Context, c *call) (a answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "")
		}
	}()
	// Before the key is checked, so that the trail can say what was tried; a stranger is not told.
	var unknown error
	c.route, unknown = s.match(c.request.Method, c.request.URL.Path)
	c.key, c.customer, err = s.authenticate(ctx, c.request)
	if c.key != nil {
		c.caller = audit.Caller{KeyNum: c.key.Num, Name: c.key.Developer, RequestID: c.id}
	}
	if err != nil {
		return a, err
	}
	book, release, err := s.practices.Lease(ctx, c.key.Practice)
	if err != nil {
		return a, err
	}
	c.book, c.release = book, release
	if unknown != nil {
		return a, unknown
	}
	if group := string(c.route.access.Group); !c.key.May(group) && !c.key.May(string(c.route.access.Or)) {
		return a, fault.New(fault.Forbidden, "The developer key does not have the %s permission", group)
	}
	if s.throttle != nil {
		if err := s.throttle.admit(c.key); err != nil {
			return a, err
		}
	}
	return c.route.do(ctx, c)
}

func (s *Server) recycle(b *buffer) {
	if cap(b.bytes) <= keepBuffer {
		s.buffers.Put(b)
	}
}

func write(w http.ResponseWriter, id string, a answer) {
	header := w.Header()
	header["X-Request-Id"] = []string{id}
	if a.location != "" {
		header["Location"] = []string{a.location}
	}
	if len(a.body) > 0 {
		header["Content-Type"] = jsonType
	}
	header["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

var jsonType = []string{"application/json; charset=utf-8"}

// log notes ids, kinds and durations; never a path as it was sent, a query or a body.
func (s *Server) log(c *call, status int, took time.Duration) {
	if !s.options.Log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	s.options.Log.Debug("request", "id", c.id, "key", c.caller.KeyNum, "route", c.route.String(), "status", status, "took", took)
}

// authenticate reads "Authorization: ODFHIR {DeveloperKey}/{CustomerKey}".
func (s *Server) authenticate(ctx context.Context, r *http.Request) (key *practice.Key, customer string, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return nil, "", fault.New(fault.Unauthenticated, "The Authorization header is required: ODFHIR {DeveloperKey}/{CustomerKey}")
	}
	scheme, keys, _ := strings.Cut(header, " ")
	developer, customer, ok := strings.Cut(strings.TrimSpace(keys), "/")
	if !strings.EqualFold(scheme, "ODFHIR") || !ok || developer == "" || customer == "" {
		return nil, "", fault.New(fault.Unauthenticated, "The Authorization header must be: ODFHIR {DeveloperKey}/{CustomerKey}")
	}
	key, err = s.practices.Authenticate(ctx, practice.Secrets{DeveloperKey: developer, CustomerKey: customer})
	return key, customer, err
}
