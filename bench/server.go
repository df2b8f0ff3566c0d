//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web"
)

// The paths beside the API's.
const (
	staticPrefix = "/static/"          // + a route's name: the same answer from memory
	peerPrefix   = "/sql/"             // + a path of the API: the same answer by database/sql
	usagePath    = "/bench/usage"      // what the process has used so far
	countsPath   = "/bench/counts"     // how many rows the write path has made
	profilePath  = "/bench/cpuprofile" // ?seconds=: profiles that long
	allocsPath   = "/bench/allocs"     // where the process has allocated so far
)

// server is the measured process: the product's edge, its static twins and the peer.
type server struct {
	sample *sample
	api    http.Handler
	forms  http.Handler // the Dental Referrals API
	pages  http.Handler // of forms
	peer   *peer
	static map[string]http.Handler
}

// serve fills the location, prints the address that it listens on, and serves until its standard
// input ends, as it does when the parent ends.
func serve(location string) (err error) {
	ctx := context.Background()
	data, err := fill(ctx, location)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, data.registry.Close()) }()
	s, err := newServer(data)
	if err != nil {
		return err
	}
	defer s.peer.close()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := newHTTPServer(s)
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	fmt.Println(listener.Addr())
	io.Copy(io.Discard, os.Stdin)
	if err := web.Shutdown(ctx); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// newServer opens the peer and asks each route for its static twin.
func newServer(data *sample) (s *server, err error) {
	s = &server{
		sample: data,
		api:    odapi.New(data.registry, odapi.Options{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}),
		static: make(map[string]http.Handler),
	}
	if s.forms, s.pages, err = openForms(context.Background(), data); err != nil {
		return nil, err
	}
	if s.peer, err = openPeer(data); err != nil {
		return nil, err
	}
	for _, r := range routes() {
		if s.static[r.name], err = s.staticTwin(r); err != nil {
			return nil, errors.Join(err, s.peer.close())
		}
	}
	return s, nil
}

// newHTTPServer has the settings that `bridgework serve` has.
func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if strings.HasPrefix(path, odapi.Prefix) {
		s.api.ServeHTTP(w, r)
		return
	}
	if drapi.Serves(path) {
		s.forms.ServeHTTP(w, r)
		return
	}
	if web.Serves(path) {
		s.pages.ServeHTTP(w, r)
		return
	}
	if name, ok := strings.CutPrefix(path, staticPrefix); ok && s.static[name] != nil {
		s.static[name].ServeHTTP(w, r)
		return
	}
	if strings.HasPrefix(path, peerPrefix) {
		s.peer.handler.ServeHTTP(w, r)
		return
	}
	var err error
	switch path {
	case usagePath:
		err = writeUsage(w)
	case countsPath:
		err = s.writeCounts(w, r)
	case profilePath:
		err = writeProfile(w, r)
	case allocsPath:
		err = pprof.Lookup("allocs").WriteTo(w, 0)
	default:
		http.NotFound(w, r)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// staticTwin asks the API some of the route's requests, takes the answer of median length, and
// returns a handler that answers it from memory. It also leaves every route warm.
func (s *server) staticTwin(r route) (http.Handler, error) {
	var answers []*answer
	for i := range askedByStatic {
		path := productPath(r, i)
		request, err := http.NewRequest(r.method, path, bytes.NewReader(r.body(nil, r.first+i)))
		if err != nil {
			return nil, err
		}
		request.RequestURI = request.URL.RequestURI()
		name, value, _ := strings.Cut(r.credentials(), ": ")
		request.Header.Set(name, value)
		request.Header.Set("Content-Type", r.contentType())
		a := &answer{header: make(http.Header), status: http.StatusOK}
		s.ServeHTTP(a, request)
		if r.refusal != 0 && a.status == r.refusal {
			continue // the sample data has this one already
		}
		if a.status != r.status {
			return nil, fmt.Errorf("%s %s was answered %d: %s", r.method, path, a.status, a.body)
		}
		answers = append(answers, a)
	}
	slices.SortFunc(answers, func(a, b *answer) int { return len(a.body) - len(b.body) })
	return answers[len(answers)/2], nil
}

// answer keeps what a handler answers, as an http.ResponseWriter, and answers it again, as an
// http.Handler.
type answer struct {
	header http.Header
	status int
	body   []byte
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(body []byte) (int, error) {
	a.body = append(a.body, body...)
	return len(body), nil
}

// ServeHTTP implements http.Handler. The body of a POST is read first.
func (a *answer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
	}
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// usage is what the process has used since its start.
type usage struct {
	CPU    time.Duration // user and system
	Allocs uint64
	Bytes  uint64 // allocated, not held

	database time.Duration // CPU of the database server; the client adds it
}

func writeUsage(w http.ResponseWriter) error {
	var spent syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &spent); err != nil {
		return err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return json.NewEncoder(w).Encode(usage{
		CPU:    time.Duration(spent.Utime.Nano() + spent.Stime.Nano()),
		Allocs: memory.Mallocs,
		Bytes:  memory.TotalAlloc,
	})
}

func (s *server) writeCounts(w http.ResponseWriter, r *http.Request) error {
	book, release, err := s.sample.registry.Lease(r.Context(), s.sample.practice.Num)
	if err != nil {
		return err
	}
	defer release()
	var c counts
	err = book.DB.Read(r.Context(), func(conn store.Conn) error {
		rows := conn.Query("SELECT (SELECT COUNT(*) FROM `refattach`), (SELECT COUNT(*) FROM `auditevent`), (SELECT COUNT(*) FROM `rowchange`)")
		if rows.Next() {
			c = counts{RefAttaches: rows.Int(0), AuditEvents: rows.Int(1), RowChanges: rows.Int(2)}
		}
		return rows.Close()
	})
	if err != nil {
		return err
	}
	if c.Peers, err = s.peer.count(r.Context()); err != nil {
		return err
	}
	if err := s.countForms(r.Context(), &c); err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(c)
}

func writeProfile(w http.ResponseWriter, r *http.Request) error {
	seconds, err := strconv.Atoi(r.FormValue("seconds"))
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(w); err != nil {
		return err
	}
	time.Sleep(time.Duration(seconds) * time.Second)
	pprof.StopCPUProfile()
	return nil
}
