package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/loop"
	"github.com/bridgework-dental/bridgework/internal/notify"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/sfapi"
	"github.com/bridgework-dental/bridgework/internal/web"
)

// listenFlags are what serve and demo have in common.
type listenFlags struct {
	Addr                    string          `help:"Address to listen on. 30222 is the port of Open Dental's own local API." default:"127.0.0.1:30222"`
	Throttle                string          `help:"Refuse what comes faster than the published rates: off or opendental." enum:"off,opendental" default:"off"`
	BreaksAsSpaces          bool            `help:"Answer line breaks in texts as spaces, as the 2021 serializer did."`
	RefuseDuplicatePatients bool            `help:"Refuse a new patient whose name, birthdate and e-mail address or telephone number another one has."`
	NoMmap                  bool            `help:"Do not map database files into memory. Set it on network file systems."`
	TrustedProxies          []proxy.Network `help:"Networks of the proxies before this server, such as 10.0.0.0/8: from them alone X-Forwarded-For and X-Forwarded-Proto are believed. Default nobody." placeholder:"CIDR,..."`
	queryFlags
	referralFlags
}

type serveCmd struct {
	listenFlags
	dataFlag
	filesFlag
	Secret string `help:"What keys that must be given out again are sealed with, at least 32 random characters. A data folder makes its own; on a database server subscriptions need one. BRIDGEWORK_SECRET_FILE names a file with it." secret:"" placeholder:"TEXT"`
}

// Run serves until it is told to stop.
func (cmd *serveCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.openWith(ctx, practice.Options{NoMmap: cmd.NoMmap, Secret: cmd.Secret})
	if err != nil {
		return err
	}
	defer practices.Close()
	if err := practices.LockServing(); err != nil {
		return err
	}
	room, err := cmd.room(ctx, cmd.Data, document.Options{})
	if err != nil {
		return err
	}
	return listen(ctx, con, cmd.listenFlags, practices, room, func(_ string, everyone *people.Room) {
		firstSteps(ctx, con, practices, cmd.dataFlag)
		firstPerson(ctx, con, everyone)
	})
}

// firstSteps tells the operator of an empty folder how to begin: there is no default key.
func firstSteps(ctx context.Context, con *console, practices *practice.Registry, where dataFlag) {
	found, err := practices.List(ctx)
	if err != nil || len(found) > 0 {
		return
	}
	fmt.Fprintf(con.out, `There is no practice in %s yet. To make one, and a key for a client:

  bridgework practice create %s "My practice"
  bridgework key create %s --practice "My practice" --developer "My client"

The key is shown once. This server picks both up at once; it need not be restarted.
`, where.place(), where.flags(), where.flags())
}

// state is what /readyz tells.
type state struct {
	ready   atomic.Bool
	running atomic.Int64 // requests of the API
	drains  atomic.Bool  // no more of them are taken
}

// wait returns when no request runs, or ctx ends.
func (s *state) wait(ctx context.Context) {
	for ticker := time.NewTicker(10 * time.Millisecond); s.running.Load() > 0; {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// edge is what serves a part of the paths.
type edge struct {
	serves       func(path string) bool
	handler      http.Handler
	shuttingDown func(http.ResponseWriter) // what is answered while the server drains
}

// isOpenDental tells whether a path is of the Open Dental API, in any case.
func isOpenDental(path string) bool {
	return len(path) >= len(odapi.Prefix) && strings.EqualFold(path[:len(odapi.Prefix)], odapi.Prefix)
}

// handler is the whole server: the edges and the two probes.
func (s *state) handler(edges ...edge) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		switch {
		case path == "/livez":
			fmt.Fprintln(w, "live")
		case path == "/readyz" && s.ready.Load():
			fmt.Fprintln(w, "ready")
		case path == "/readyz":
			http.Error(w, "starting, migrating or draining", http.StatusServiceUnavailable)
		default:
			at := slices.IndexFunc(edges, func(e edge) bool { return e.serves(path) })
			if at < 0 && strings.Contains(r.Header.Get("Accept"), "text/html") {
				// Somebody at a browser, with an address that is typed wrongly: the pages say so, and lead back.
				at = slices.IndexFunc(edges, func(e edge) bool { return e.serves("/") })
			}
			if at < 0 {
				http.Error(w, "Nothing is served here. The Open Dental API is at "+odapi.Prefix+", the Dental Referrals API at "+drapi.Prefix+"/, Salesforce's at "+sfapi.Prefix+"/", http.StatusNotFound)
				return
			}
			if s.drains.Load() {
				edges[at].shuttingDown(w)
				return
			}
			s.running.Add(1)
			defer s.running.Add(-1)
			edges[at].handler.ServeHTTP(w, r)
		}
	})
}

// newHTTPServer bounds what a slow or hostile client can hold on to.
func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // 16.8 million characters over a slow line
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// inBackground runs what ends with its context. stop ends it, and returns when it has.
func inBackground(ctx context.Context, run func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// drainTime is how long running requests may take to end after the first signal.
const drainTime = 9 * time.Second

// listen serves the practices on an address until ctx ends or a signal comes. It listens first, so
// that probes are answered while databases are migrated.
func listen(ctx context.Context, con *console, flags listenFlags, practices *practice.Registry, room *document.Room,
	begun func(address string, everyone *people.Room)) error {
	// Last of all: what transfers note of their end needs the databases, which the caller closes.
	defer room.Close()
	listener, err := net.Listen("tcp", flags.Addr)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("%s is in use by another program; choose another address with --addr", flags.Addr)
		}
		return fmt.Errorf("--addr %s: %w", flags.Addr, err)
	}
	var s state
	api := odapi.New(practices, odapi.Options{
		Log: con.log, BreaksAsSpaces: flags.BreaksAsSpaces, Throttle: flags.Throttle == "opendental",
		Rules: od.Rules{RefuseDuplicatePatients: flags.RefuseDuplicatePatients}, Files: room,
		Queries: flags.room(practices.Hub.Clock),
	})
	desk, err := flags.desk(practices, room, listener.Addr().String())
	if err != nil {
		listener.Close()
		return err
	}
	everyone, err := flags.people(practices, listener.Addr().String())
	if err != nil {
		listener.Close()
		return err
	}
	carrier := loop.New(practices, desk, shelves(practices, room), con.log, loop.Tick)
	site := web.New(desk, web.Options{Log: con.log, People: everyone, Directory: directory.New(practices.Hub, desk.Forms().Titles()), Charts: carrier})
	trust := &proxy.Trust{Proxies: flags.TrustedProxies, IsHTTPS: strings.HasPrefix(strings.ToLower(flags.PublicURL), "https://"), Log: con.log}
	server := newHTTPServer(trust.Handler(s.handler(
		edge{isOpenDental, api, odapi.ShuttingDown},
		edge{drapi.Serves, drapi.New(desk, drapi.Options{Log: con.log, SignIn: web.SignInPath, Session: site.Caller}), drapi.ShuttingDown},
		edge{web.Serves, site, web.ShuttingDown},
		edge{sfapi.Serves, sfapi.New(intake.New(practices.Hub, desk), sfapi.Options{BaseURL: flags.PublicURL, Log: con.log}), sfapi.ShuttingDown},
	)))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	stopNotifying := inBackground(ctx, notify.New(practices, con.log, notify.Tick).Run)
	defer stopNotifying()
	defer inBackground(ctx, keepTidy(con, practices, room))()
	defer inBackground(ctx, keepReferralsTidy(con, desk))()
	defer inBackground(ctx, keepReferralsDue(con, desk))()
	defer inBackground(ctx, keepPeopleTidy(con, everyone))()
	defer inBackground(ctx, carrier.Run)()
	defer inBackground(ctx, flags.doWhatIsOwed(con, practices, room, desk))()

	migrated := 0
	err = practices.Migrate(ctx, func(p practice.Practice, err error) {
		if err != nil {
			con.log.Error("practice cannot be served", "practice", p.Num, "error", err)
			return
		}
		migrated++
		con.log.Info("practice migrated", "practice", p.Num, "count", migrated)
	})
	if err != nil && ctx.Err() == nil {
		server.Close()
		return err
	}
	s.ready.Store(ctx.Err() == nil)
	begun(listener.Addr().String(), everyone)
	con.log.Info("serving", "address", listener.Addr().String())

	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.ready.Store(false)
	s.drains.Store(true)
	site.Stop()
	con.log.Info("draining", "at most", drainTime)
	drained, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	// The probes are answered, with 503 at /readyz, until the last running request is.
	s.wait(drained)
	if err := server.Shutdown(drained); err != nil {
		con.log.Warn("requests were cut off", "reason", err)
		server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
