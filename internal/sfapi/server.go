// Package sfapi is the HTTP edge of Salesforce Health Cloud's referral intake: tokens, the referral call, and reading
// back what became of it. Paths, names and error codes are the platform's; what a call makes is package intake's.
package sfapi

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/intake"
)

// Prefix is where all of it is served.
const Prefix = "/services"

// Serves tells whether a path is of this edge.
func Serves(path string) bool { return path == Prefix || strings.HasPrefix(path, Prefix+"/") }

// ShuttingDown is the answer while the server drains.
func ShuttingDown(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	w.Header().Set("Connection", "close")
	writeJSON(w, http.StatusServiceUnavailable, []problem{{Message: "The server is shutting down; try again", ErrorCode: codeBusy}})
}

// Options say how a server answers.
type Options struct {
	// BaseURL is where this server is reached from outside, without a slash at its end; clients are told it as instance_url.
	BaseURL string
	Log     *slog.Logger
}

// Server answers what begins with /services/.
type Server struct {
	desk    *intake.Desk
	options Options
}

// New makes a server.
func New(desk *intake.Desk, options Options) *Server {
	return &Server{desk: desk, options: options}
}

// call is a request that is being answered.
type call struct {
	*Server
	w      http.ResponseWriter
	r      *http.Request
	id     string
	caller *intake.Caller
	path   []string // after /services
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	c := &call{Server: s, w: w, r: r, id: rand.Text()}
	w.Header().Set("X-Request-Id", c.id)
	path := strings.TrimPrefix(r.URL.Path, Prefix)
	c.path = strings.Split(strings.Trim(path, "/"), "/")
	kind, err := c.serve()
	if err != nil {
		c.answerRefusal(err)
	}
	s.log(c, kind, err, time.Since(began))
}

func (c *call) answerRefusal(err error) {
	r := refusalOf(err)
	switch r.status {
	case http.StatusUnauthorized:
		c.w.Header().Set("WWW-Authenticate", "Token")
	case http.StatusMethodNotAllowed:
		c.w.Header().Set("Allow", r.allow)
	case http.StatusServiceUnavailable:
		c.w.Header().Set("Retry-After", "1")
	}
	writeJSON(c.w, r.status, r.problems)
}

func (s *Server) log(c *call, kind string, err error, took time.Duration) {
	if s.options.Log == nil {
		return
	}
	level, attrs := slog.LevelInfo, []any{"request", c.id, "method", c.r.Method, "call", kind, "ms", took.Milliseconds()}
	if err != nil {
		r := refusalOf(err)
		attrs = append(attrs, "status", r.status, "code", r.problems[0].ErrorCode)
		if r.internal != nil {
			level, attrs = slog.LevelError, append(attrs, "error", r.internal)
		}
	}
	s.options.Log.Log(c.r.Context(), level, "salesforce", attrs...)
}

// serve finds what is asked for. kind is its name, for the log: a path may hold ids.
func (c *call) serve() (kind string, err error) {
	ctx := c.r.Context()
	switch {
	case c.at("oauth2", "token"):
		return "token", c.token(ctx)
	case c.at("oauth2", "revoke"):
		return "revoke", c.revoke(ctx)
	case c.at("data"):
		return "versions", c.versions()
	case len(c.path) < 3 || c.path[0] != "data" || !isVersion(c.path[1]):
		return "unknown", errNotThere
	}
	if err := c.authenticate(ctx); err != nil {
		return "unauthenticated", err
	}
	switch rest := c.path[2:]; {
	case strings.Join(rest, "/") == "connect/health/referral-management/referrals":
		return "referrals", c.takeReferrals(ctx)
	case len(rest) == 1 && rest[0] == "query":
		return "query", c.query(ctx)
	case len(rest) == 3 && rest[0] == "sobjects":
		return "sobject", c.getRecord(ctx, rest[1], rest[2])
	}
	return "unknown", errNotThere
}

func (c *call) at(path ...string) bool {
	return strings.Join(c.path, "/") == strings.Join(path, "/")
}

var errNotThere = refuse(http.StatusNotFound, codeNotFound, "The requested resource does not exist")

// allow refuses other methods.
func (c *call) allow(methods ...string) error {
	for _, method := range methods {
		if c.r.Method == method {
			return nil
		}
	}
	r := refuse(http.StatusMethodNotAllowed, codeMethod, "HTTP Method '"+c.r.Method+"' not allowed. Allowed are "+strings.Join(methods, ","))
	r.allow = strings.Join(methods, ", ")
	return r
}

func (c *call) authenticate(ctx context.Context) error {
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "OAuth") || token == "" {
		return refuse(http.StatusUnauthorized, codeSession, "Session expired or invalid")
	}
	caller, err := c.desk.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	caller.RequestID = c.id
	c.caller = caller
	return nil
}

// The versions that are served, the oldest first (spec salesforce.yaml, other_endpoints).
var versions = []struct {
	Label   string `json:"label"`
	URL     string `json:"url"`
	Version string `json:"version"`
}{
	{"Winter '24", "/services/data/v59.0", "59.0"}, {"Spring '24", "/services/data/v60.0", "60.0"}, {"Summer '24", "/services/data/v61.0", "61.0"},
	{"Winter '25", "/services/data/v62.0", "62.0"}, {"Spring '25", "/services/data/v63.0", "63.0"}, {"Summer '25", "/services/data/v64.0", "64.0"},
	{"Winter '26", "/services/data/v65.0", "65.0"}, {"Spring '26", "/services/data/v66.0", "66.0"},
}

func isVersion(segment string) bool {
	if segment == "latest" {
		return true
	}
	for _, v := range versions {
		if segment == "v"+v.Version {
			return true
		}
	}
	return false
}

func (c *call) versions() error {
	if err := c.allow(http.MethodGet, http.MethodHead); err != nil {
		return err
	}
	writeJSON(c.w, http.StatusOK, versions)
	return nil
}
