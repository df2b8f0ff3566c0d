// Package drapi is the HTTP edge of the Dental Referrals API V2: prepared forms, drafts, uploads, states and PDFs. It
// turns requests into calls of package referral, and their faults into the statuses and bodies of that API. It knows
// no tables, no SQL and no page.
package drapi

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// Where the API is served; the documents hang off the root.
const (
	Prefix    = "/react4r/v2"
	Documents = "/documents/"
)

// Options are the choices of an operator, and what other edges know.
type Options struct {
	Log *slog.Logger
	// Session finds whose a browser is; nil knows of none. PDFs are shown to signed-in browsers.
	Session func(*http.Request) (*referral.Caller, error)
	// SignIn is where a browser without a session is sent for a PDF; "" sends it nowhere, and answers as to a program.
	SignIn string
	// Timeout ends what a request does, but for files on their way; 0 is 60 seconds.
	Timeout time.Duration
}

// Server is the edge; it implements http.Handler.
type Server struct {
	desk      *referral.Desk
	options   Options
	strangers *rate.Limiter // of what is noted about them
	unnoted   atomic.Int64
	buffers   sync.Pool
}

// New makes the edge of a desk.
func New(desk *referral.Desk, options Options) *Server {
	if options.Timeout == 0 {
		options.Timeout = time.Minute
	}
	return &Server{desk: desk, options: options, strangers: rate.NewLimiter(10, 1000),
		buffers: sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}}
}

// Serves tells whether a path is this edge's.
func Serves(path string) bool {
	return path == Prefix || strings.HasPrefix(path, Prefix+"/") || strings.HasPrefix(path, Documents)
}

// call is one request on its way.
type call struct {
	http.ResponseWriter
	request *http.Request
	id      string // of the request, for the log and the trail
	caller  *referral.Caller
	server  *Server
	path    []string // what the route leaves open: numbers and names
	body    []byte   // JSON, to be answered
	sent    bool     // whether the answer is a file that is on its way already
}

// endpoint is one of the contract's.
type endpoint struct {
	name    string // for logs and the trail
	methods []string
	handle  func(context.Context, *call) error
}

// may tells whether a method is one of the endpoint's. HEAD is GET without a body, but where GET makes something.
func (e *endpoint) may(method string) bool {
	return slices.Contains(e.methods, method) || method == http.MethodHead && e.name != "prepare_fileupload" && slices.Contains(e.methods, http.MethodGet)
}

var (
	onlyGet  = []string{http.MethodGet}
	onlyPost = []string{http.MethodPost}
)

// endpoints are the contract's, by the path after the prefix.
var endpoints = map[string]*endpoint{
	"":                      {"root", onlyGet, root},
	"available_forms":       {"available_forms", onlyGet, availableForms},
	"prepare_form":          {"prepare_form", onlyPost, prepareForm},
	"save_draft":            {"save_draft", onlyPost, saveDraft},
	"referral_status":       {"referral_status", onlyGet, referralStatus},
	"batch_referral_status": {"batch_referral_status", onlyGet, batchReferralStatus},
	"patient_referrals":     {"patient_referrals", onlyGet, patientReferrals},
	"prepare_fileupload":    {"prepare_fileupload", []string{http.MethodGet, http.MethodPost}, prepareFileupload},
}

var (
	addFileTo    = &endpoint{"add_file", onlyPost, addFile}
	documentBy   = &endpoint{"document", onlyGet, documentByURN}
	attachmentBy = &endpoint{"attachment", onlyGet, attachmentByNum}
)

// match finds the endpoint of a path, and what the path leaves open; nil where nothing is served.
func match(path string) (*endpoint, []string) {
	if name, ok := strings.CutPrefix(path, Documents); ok {
		if rest, ok := strings.CutPrefix(name, "show/attachments/"); ok {
			num, file, ok := strings.Cut(rest, "/pdfs/original/")
			if !ok || strings.Contains(num+file, "/") {
				return nil, nil
			}
			return attachmentBy, []string{num, file}
		}
		if strings.Contains(name, "/") {
			return nil, nil
		}
		return documentBy, []string{name}
	}
	name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(path, Prefix), "/"), "/")
	if rest, ok := strings.CutPrefix(name, "fileupload/"); ok {
		num, action, _ := strings.Cut(rest, "/")
		if action != "add_file" {
			return nil, nil
		}
		return addFileTo, []string{num}
	}
	return endpoints[name], nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(r.Context(), s.options.Timeout)
	defer cancel()
	buffer := s.buffers.Get().(*[]byte)
	defer func() { *buffer = (*buffer)[:0]; s.buffers.Put(buffer) }()
	c := &call{ResponseWriter: w, request: r, id: requestID(r), server: s, body: *buffer}
	to, path := match(r.URL.Path)
	c.path = path
	status := http.StatusOK
	if err := s.serve(ctx, c, to); err != nil && !c.sent {
		status = s.refuse(ctx, c, to, err)
	}
	if !c.sent {
		c.answer(status)
		*buffer = c.body
	}
	if s.options.Log.Enabled(ctx, slog.LevelDebug) {
		s.options.Log.Debug("request", "id", c.id, "route", nameOf(to), "status", status, "took", time.Since(began))
	}
}

// serve reads as the contract orders its checks: who, the method, what, and then the endpoint's own. A bug ends the
// request, and nothing that other requests need.
func (s *Server) serve(ctx context.Context, c *call, to *endpoint) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "")
		}
	}()
	if c.caller, err = s.authenticate(ctx, c.request, to); err != nil {
		return err
	}
	if to == nil {
		return fault.New(fault.NotFound, "Nothing is served at this address; the API's own are below %s/", Prefix)
	}
	if !to.may(c.request.Method) {
		return &wrongMethod{to}
	}
	if c.request.Method == http.MethodPost {
		c.caller = c.caller.At(c.id) // what is written names the request
	}
	return to.handle(ctx, c)
}

// answer writes the JSON.
func (c *call) answer(status int) {
	header := c.Header()
	header["Content-Type"] = jsonType
	header["Cache-Control"] = noStore
	header["X-Request-Id"] = []string{c.id}
	header["Content-Length"] = []string{strconv.Itoa(len(c.body))}
	c.WriteHeader(status)
	c.ResponseWriter.Write(c.body)
}

var (
	jsonType = []string{"application/json; charset=utf-8"}
	noStore  = []string{"no-store"}
)

func nameOf(to *endpoint) string {
	if to == nil {
		return "none"
	}
	return to.name
}

// requestID takes over the id that a proxy or client has given, when it is a plain word, and makes one otherwise.
func requestID(r *http.Request) string {
	given := r.Header["X-Request-Id"]
	if len(given) != 1 || given[0] == "" || len(given[0]) > 64 || strings.ContainsFunc(given[0], func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) {
		return rand.Text()[:16]
	}
	return given[0]
}

// authenticate reads "Authorization: Token token=KEY", where the key may stand in quotes. A PDF is also shown to
// a browser that is signed in.
func (s *Server) authenticate(ctx context.Context, r *http.Request, to *endpoint) (*referral.Caller, error) {
	given := r.Header["Authorization"]
	if len(given) == 0 && s.options.Session != nil && (to == documentBy || to == attachmentBy) {
		return s.options.Session(r)
	}
	if len(given) != 1 {
		return nil, errNoKey
	}
	key, ok := tokenIn(given[0])
	if !ok {
		return nil, errNoKey
	}
	return s.desk.Authenticate(ctx, key)
}

var errNoKey = fault.New(fault.Unauthenticated, "The Authorization header must be: Token token=KEY")

func tokenIn(header string) (key string, ok bool) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	name, key, ok := strings.Cut(rest, "=")
	if !strings.EqualFold(scheme, "Token") || !ok || strings.TrimSpace(name) != "token" {
		return "", false
	}
	key = strings.TrimSpace(key)
	if len(key) >= 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = key[1 : len(key)-1]
	}
	return key, key != ""
}
