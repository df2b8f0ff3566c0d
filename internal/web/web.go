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

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// Options are the choices of an operator.
type Options struct {
	Log *slog.Logger
	// Timeout ends a request that waits for storage; 0 is 60 seconds. An upload has as long as the server lets it read.
	Timeout time.Duration
	// People are those who sign in by name; without them there are only the sessions of practices' keys.
	People *people.Room
	// Directory is who refers, triages and treats.
	Directory *directory.Room
	// Charts are looked into for those who have one here; nil is none.
	Charts Charts
	// Heartbeat is how often a list that hears of changes is sent a sign of life, and its session is looked at; 0 is 20 seconds.
	Heartbeat time.Duration
	// Member finds a person who is signed in by other means than the pages of People, and is asked first; Unauthenticated is nobody.
	// nil is no other means.
	Member func(*http.Request) (*referral.Caller, error)
}

// Site is the pages; it implements http.Handler.
type Site struct {
	desk    *referral.Desk
	people  *people.Room // nil where nobody signs in by name
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
	s := &Site{desk: desk, people: options.People, options: options, mux: http.NewServeMux(), strangers: rate.NewLimiter(10, 1000)}
	for _, route := range s.routes() {
		s.mux.Handle(route.pattern, s.adapt(route.serve))
	}
	if s.people != nil {
		for _, route := range s.peopleRoutes() {
			s.mux.Handle(route.pattern, s.adapt(route.serve))
		}
	} else {
		s.mux.Handle("GET "+SignInPath, s.adapt(s.showSignedOut))
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
		{"GET /sign-in/{token}", s.showSignIn},
		{"POST /sign-in/{token}", s.signIn},
		{"POST /sign-out", s.signOut},
		{"GET /referrals", s.listReferrals},
		{"GET /referrals/csv", s.exportReferrals},
		{"POST /deliveries/{delivery}", s.resend},
		{"GET /referrals/{urn}", s.showReferral},
		{"POST /referrals/{urn}", s.keeping(s.makeMove)},
		{"POST /referrals/{urn}/reason", s.keeping(s.giveReason)},
		{"GET /referrals/{urn}/versions/{version}", s.showVersion},
		{"GET /referrals/{urn}/files/{file}/preview", s.openPreview},
		{"GET /referrals/{urn}/form", s.showChoice},
		{"POST /referrals/{urn}/form", s.choose},
		{"GET /referrals/{urn}/sections/{section}", s.showSection},
		{"POST /referrals/{urn}/sections/{section}", s.saveSection},
		{"GET /referrals/{urn}/check", s.showCheck},
		{"GET /referrals/{urn}/send", s.showDeclaration},
		{"POST /referrals/{urn}/send", s.send},
		{"GET /referrals/{urn}/answer", s.showAmend},
		{"POST /referrals/{urn}/answer", s.keeping(s.amend)},
		{"POST /referrals/{urn}/resubmit", s.resubmit},
		{"OPTIONS /referrals/{urn}/uploads", s.describeUploads},
		{"POST /referrals/{urn}/uploads", tus(s.beginUpload)},
		{"HEAD /referrals/{urn}/uploads/{upload}", tus(s.showUpload)},
		{"PATCH /referrals/{urn}/uploads/{upload}", tus(s.continueUpload)},
		{"DELETE /referrals/{urn}/uploads/{upload}", tus(s.endUpload)},
		{"POST /referrals/{urn}/uploads/{upload}", tus(s.overrideUpload)},
		{"POST /referrals/{urn}/messages", s.keeping(s.say)},
		{"POST /referrals/{urn}/patient", s.relink},
		{"POST /referrals/{urn}/links", s.shareLink},
		{"POST /referrals/{urn}/links/{link}/end", s.endLink},
		{"GET /referrals/{urn}/message-files/{file}", s.openMessageFile},
		{"GET /referrals/{urn}/files/{file}", s.openFile},
		{"GET /referrals/{urn}/files/{file}/thumbnail", s.openThumbnail},
		{"GET /referrals/{urn}/documents/{kind}", s.openDocument},
		{"GET /referrals/{urn}/bundle", s.openBundle},
		{"GET /track", s.showTrack},
		{"GET /conformance", s.showConformance},
		{"GET /conformance/csv", s.exportConformance},
		{"POST /track", s.track},
		{"GET " + referral.AnswerPath + "{token}", s.mayTry(s.showAnswer)},
		{"POST " + referral.AnswerPath + "{token}", s.mayTry(s.answer)},
		{"POST " + referral.AnswerPath + "{token}/messages", s.mayTry(s.answerSay)},
		{"GET " + referral.AnswerPath + "{token}/message-files/{file}", s.mayTry(s.openAnswerMessageFile)},
		{"GET " + referral.AnswerPath + "{token}/files/{file}", s.mayTry(s.openAnswerFile)},
		{"GET " + referral.AnswerPath + "{token}/files/{file}/thumbnail", s.mayTry(s.openAnswerThumbnail)},
		{"GET " + referral.AnswerPath + "{token}/documents/{file}", s.mayTry(s.openAnswerDocument)},
		{"GET " + referral.AnswerPath + "{token}/bundle", s.mayTry(s.openAnswerBundle)},
		{"GET /directory", s.showDirectory},
		{"GET /directory/export", s.exportDirectory},
		{"GET /directory/import", s.showImport},
		{"POST /directory/import", s.previewImport},
		{"POST /directory/import/apply", s.importFile},
		{"GET /directory/new", s.showOrganisationForm},
		{"POST /directory/new", s.keeping(s.saveOrganisation)},
		{"GET /directory/{organisation}", s.showOrganisation},
		{"GET /directory/{organisation}/edit", s.showOrganisationForm},
		{"POST /directory/{organisation}/edit", s.keeping(s.saveOrganisation)},
		{"GET /directory/{organisation}/services/{service}", s.showServiceForm},
		{"POST /directory/{organisation}/services/{service}", s.keeping(s.saveService)},
		{"POST /directory/{organisation}/services/{service}/remove", s.removeService},
		{"GET /directory/{organisation}/clinicians/{clinician}", s.showClinicianForm},
		{"POST /directory/{organisation}/clinicians/{clinician}", s.keeping(s.saveClinician)},
		{"POST /directory/{organisation}/clinicians/{clinician}/remove", s.removeClinician},
		{"GET /directory/{organisation}/services", showTable(s, s.organisationServices)},
		{"GET /directory/{organisation}/services/csv", exportTable(s, "services", s.organisationServices)},
		{"GET /directory/{organisation}/clinicians", showTable(s, s.organisationClinicians)},
		{"GET /directory/{organisation}/clinicians/csv", exportTable(s, "clinicians", s.organisationClinicians)},
		{"GET /areas", showTable(s, s.areaList)},
		{"GET /areas/csv", exportTable(s, "areas", s.areaList)},
		{"GET /areas/{area}/lists", showTable(s, s.waitingLists)},
		{"GET /areas/{area}/lists/csv", exportTable(s, "waiting-lists", s.waitingLists)},
		{"GET /areas/new", s.showAreaForm},
		{"POST /areas/new", s.keeping(s.saveArea)},
		{"GET /areas/{area}", s.showArea},
		{"GET /areas/{area}/edit", s.showAreaForm},
		{"POST /areas/{area}/edit", s.keeping(s.saveArea)},
		{"GET /areas/{area}/lists/{list}", s.showListForm},
		{"POST /areas/{area}/lists/{list}", s.keeping(s.saveList)},
		{"GET /routes", s.showRoutes},
		{"GET /routes/csv", s.exportRoutes},
		{"GET /routes/new", s.showRouteForm},
		{"POST /routes/new", s.keeping(s.saveRoute)},
		{"GET /routes/{route}", s.showRouteForm},
		{"POST /routes/{route}", s.keeping(s.saveRoute)},
		{"POST /routes/{route}/move", s.moveRoute},
		{"POST /routes/{route}/remove", s.removeRoute},
		{"GET /work/capacity", s.showCapacity},
		{"GET /work/capacity/csv", s.exportCapacity},
		{"GET /work/new", s.showNew},
		{"POST /work/new", s.begin},
		{"GET /work", s.showHome},
		{"GET /work/{list}", s.showWork},
		{"GET /work/{list}/csv", s.exportWork},
		{"GET /work/next", s.showNext},
		{"GET /work/allocate", s.showAllocation},
		{"POST /work/allocate", s.keeping(s.allocate)},
		{"GET " + changesPath, s.tellChanges},
		{"GET /assets/{hash}/{name}", s.serveAsset},
	}
}

// peopleRoutes are the pages of those who sign in by name.
func (s *Site) peopleRoutes() []struct {
	pattern string
	serve   handler
} {
	return []struct {
		pattern string
		serve   handler
	}{
		{"GET /{$}", s.showHome},
		{"GET " + SignInPath, s.showPasswordSignIn},
		{"POST " + SignInPath, s.passwordSignIn},
		{"GET /sign-in/code", s.showCode},
		{"POST /sign-in/code", s.takeCode},
		{"POST /sign-in/passkey", s.passkeySignIn},
		{"POST /sign-in/passkey/begin", s.beginPasskeySignIn},
		{"GET " + people.SetUpPath + "{token}", secret(s.showSetUp)},
		{"POST " + people.SetUpPath + "{token}", secret(s.setUp)},
		{"GET " + people.InvitationPath + "{token}", secret(s.showInvitation)},
		{"POST " + people.InvitationPath + "{token}", secret(s.acceptInvitation)},
		{"GET /account", s.showAccount},
		{"POST /account/acting", s.changeActing},
		{"POST /account/password", s.changePassword},
		{"POST /account/second-factor", s.beginSecondFactor},
		{"GET /account/second-factor", s.showEnrolment},
		{"POST /account/second-factor/confirm", s.confirmSecondFactor},
		{"POST /account/second-factor/end", s.endSecondFactor},
		{"POST /account/codes", s.newRecoveryCodes},
		{"POST /account/passkeys/begin", s.beginPasskey},
		{"POST /account/passkeys", s.addPasskey},
		{"POST /account/passkeys/{passkey}/remove", s.removePasskey},
		{"POST /account/sessions/{session}/end", s.endSession},
		{"POST /account/sessions/end-others", s.endOtherSessions},
		{"GET /people", s.showPeople},
		{"GET /people/csv", s.exportPeople},
		{"GET /people/invitations", s.showInvitations},
		{"GET /people/invitations/csv", s.exportInvitations},
		{"POST /people/invite", s.invite},
		{"POST /people/invitations/{invitation}/revoke", s.revokeInvitation},
		{"POST /people/roles/{membership}/end", s.endMembership},
		{"POST /people/{person}/disable", s.disablePerson},
		{"POST /people/{person}/enable", s.enablePerson},
		{"POST /people/{person}/reset", s.resetPerson},
	}
}

// roots are the first segments of the pages' paths.
var roots = []string{"", "account", "invitation", "people", "set-up", "answer", "deliveries", "prepared_forms", "sign-in", "sign-out", "referrals", "assets", "track", "conformance", "directory", "areas", "routes", "work"}

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
		r = r.WithContext(s.visiting(ctx))
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
