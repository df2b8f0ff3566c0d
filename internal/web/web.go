// Package web knows the pages: the form of the Dental Referrals API V2 as a browser fills it in, its files, its
// submission and its confirmation, and the list of a practice's referrals. Every page works without scripts, asks
// no other server for anything, and keeps at the desk what was typed, faulty or not. It knows no tables.
package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// Options are the choices of an operator.
type Options struct {
	Log *slog.Logger
	// Timeout ends a request that waits for storage; 0 is 60 seconds. An upload has as long as the server lets it read.
	Timeout time.Duration
	// Heartbeat is how often a list that hears of changes is sent a sign of life, and its session is looked at; 0 is 20 seconds.
	Heartbeat time.Duration
	// Member finds the person who is signed in, in the role in which they act; Unauthenticated is nobody. Without it there are
	// only the sessions of practices' keys.
	Member func(*http.Request) (*referral.Caller, error)
	// Targets are the providers to which a referral can be sent, those that fit first. Without it none can be.
	Targets func(context.Context, *referral.Case) ([]Target, error)
	// Lists are the names of the waiting lists of an area that are open.
	Lists func(ctx context.Context, area int64) ([]string, error)
}

// Site is the pages; it implements http.Handler.
type Site struct {
	desk    *referral.Desk
	options Options
	mux     *http.ServeMux

	tries     tries         // of patients who look for a referral
	guesses   guesses       // at answer links
	changes   changes       // told to lists that are open
	strangers *rate.Limiter // of what is noted about them
	unnoted   atomic.Int64
}

// New makes the pages over a desk.
func New(desk *referral.Desk, options Options) *Site {
	if options.Timeout == 0 {
		options.Timeout = time.Minute
	}
	if options.Heartbeat == 0 {
		options.Heartbeat = 20 * time.Second
	}
	s := &Site{desk: desk, options: options, mux: http.NewServeMux(), strangers: rate.NewLimiter(10, 1000)}
	for _, route := range s.routes() {
		s.mux.Handle(route.pattern, s.adapt(route.serve))
	}
	return s
}

type handler func(http.ResponseWriter, *http.Request) error

// routes are all pages.
func (s *Site) routes() []struct {
	pattern string
	serve   handler
} {
	return []struct {
		pattern string
		serve   handler
	}{
		{"GET /prepared_forms/show/{uuid}", s.showLink},
		{"POST /prepared_forms/show/{uuid}", s.openLink},
		{"GET " + SignInPath, s.showSignedOut},
		{"GET /sign-in/{token}", s.showSignIn},
		{"POST /sign-in/{token}", s.signIn},
		{"POST /sign-out", s.signOut},
		{"GET /referrals", s.listReferrals},
		{"POST /deliveries/{delivery}", s.resend},
		{"GET /referrals/{urn}", s.showReferral},
		{"POST /referrals/{urn}", s.makeMove},
		{"POST /referrals/{urn}/reason", s.giveReason},
		{"GET /referrals/{urn}/versions/{version}", s.showVersion},
		{"GET /referrals/{urn}/files/{file}/preview", s.openPreview},
		{"GET /referrals/{urn}/form", s.showChoice},
		{"POST /referrals/{urn}/form", s.choose},
		{"GET /referrals/{urn}/sections/{section}", s.showSection},
		{"POST /referrals/{urn}/sections/{section}", s.saveSection},
		{"GET /referrals/{urn}/check", s.showCheck},
		{"GET /referrals/{urn}/send", s.showDeclaration},
		{"POST /referrals/{urn}/send", s.send},
		{"OPTIONS /referrals/{urn}/uploads", s.describeUploads},
		{"POST /referrals/{urn}/uploads", tus(s.beginUpload)},
		{"HEAD /referrals/{urn}/uploads/{upload}", tus(s.showUpload)},
		{"PATCH /referrals/{urn}/uploads/{upload}", tus(s.continueUpload)},
		{"DELETE /referrals/{urn}/uploads/{upload}", tus(s.endUpload)},
		{"POST /referrals/{urn}/uploads/{upload}", tus(s.overrideUpload)},
		{"GET /referrals/{urn}/files/{file}", s.openFile},
		{"GET /referrals/{urn}/files/{file}/thumbnail", s.openThumbnail},
		{"GET /referrals/{urn}/documents/{kind}", s.openDocument},
		{"GET /track", s.showTrack},
		{"POST /track", s.track},
		{"GET " + referral.AnswerPath + "{token}", s.mayTry(s.showAnswer)},
		{"POST " + referral.AnswerPath + "{token}", s.mayTry(s.answer)},
		{"GET " + referral.AnswerPath + "{token}/files/{file}", s.mayTry(s.openAnswerFile)},
		{"GET " + referral.AnswerPath + "{token}/files/{file}/thumbnail", s.mayTry(s.openAnswerThumbnail)},
		{"GET " + referral.AnswerPath + "{token}/documents/{file}", s.mayTry(s.openAnswerDocument)},
		{"GET /work/{list}", s.showWork},
		{"GET /work/{list}/csv", s.exportWork},
		{"GET /work/next", s.showNext},
		{"GET /work/allocate", s.showAllocation},
		{"POST /work/allocate", s.allocate},
		{"GET " + changesPath, s.tellChanges},
		{"GET /assets/{hash}/{name}", s.serveAsset},
	}
}

// roots are the first segments of the pages' paths.
var roots = []string{"answer", "deliveries", "prepared_forms", "sign-in", "sign-out", "referrals", "assets", "track", "work"}

// Serves tells whether a path is one of the pages', there or not.
func Serves(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return slices.Contains(roots, first)
}

// policy is what the pages may load: what this server has, and no script or style that stands in a page.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// Our own pages may tell each other where one came from; without that a browser hides also from us whether a
	// form was sent by one of our pages.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	found, pattern := s.mux.Handler(r)
	if pattern == "" {
		s.adapt(func(http.ResponseWriter, *http.Request) error { return s.unrouted(w, r, found) }).ServeHTTP(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// unrouted says that a page does not exist, or takes no such method. found is what the mux would answer.
func (s *Site) unrouted(w http.ResponseWriter, r *http.Request, found http.Handler) error {
	probe := &probe{header: make(http.Header)}
	found.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		return methodNotAllowed
	}
	return notFound
}

// probe keeps the status and the header of an answer, and drops its body.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) WriteHeader(status int)      { p.status = status }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

// sameOrigin refuses what another site's page made a browser send (Sec-Fetch-Site, or Origin).
var sameOrigin = http.NewCrossOriginProtection()

type requestIDKey struct{}

// adapt runs a handler: it turns away what comes from other sites, and answers what went wrong with a page.
func (s *Site) adapt(serve handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()
		ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), requestIDKey{}, id), s.options.Timeout)
		defer cancel()
		if isUpload(r) || isPiece(r) || r.URL.Path == changesPath {
			ctx = context.WithValue(r.Context(), requestIDKey{}, id)
		}
		r = r.WithContext(ctx)
		defer func() {
			caught := recover()
			if caught == http.ErrAbortHandler {
				panic(caught)
			}
			if caught != nil {
				s.options.Log.Error("a page panicked", "request", id, "stack", string(debug.Stack()))
				s.fail(w, r, fault.New(fault.Internal, ""))
			}
		}()
		err := sameOrigin.Check(r)
		if err != nil && !s.mayOpen(r) {
			err = fault.Wrap(fault.Forbidden, err, "This came from a page of another site, and was not done")
		} else {
			err = serve(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// requestID names the request in the trail and in the log.
func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestIDKey{}).(string)
	return id
}

// wantsJSON tells whether a script of ours asks, and not a browser for a page.
func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// isUpload tells whether files may come with the request.
func isUpload(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}
