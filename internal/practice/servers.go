package practice

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// ParseServers reads the further servers that an operator lists: NAME=URL, one after the other with
// blanks or line ends between them.
func ParseServers(text string) (map[string]string, error) {
	servers := make(map[string]string)
	for _, word := range strings.Fields(text) {
		name, address, found := strings.Cut(word, "=")
		switch {
		case !found || !plainName.MatchString(name) || !isServer(address):
			// The address holds a password, so it is not said back.
			return nil, errors.New("each further server must be NAME=mysql://…, the name of at most 30 lower-case letters, digits and hyphens")
		case servers[name] != "":
			return nil, fmt.Errorf("the server %q is listed twice", name)
		}
		servers[name] = address
	}
	return servers, nil
}

var plainName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,29}$`)

// farServer is a further server. It is connected when a practice on it is first asked for, and again
// when that failed: one that is down keeps only its own practices waiting.
type farServer struct {
	address string
	mu      sync.Mutex
	shelf   shelf
}

func (f *farServer) connect(ctx context.Context, options Options) (shelf, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shelf == nil {
		s, err := openServer(ctx, f.address, options)
		if err != nil {
			return nil, err
		}
		f.shelf = s
	}
	return f.shelf, nil
}

func (f *farServer) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shelf == nil {
		return nil
	}
	return f.shelf.close()
}

// shelves are the places of databases, by the name of their server.
type shelves struct {
	home    shelf // the hub's own, ""
	far     map[string]*farServer
	options Options
}

func newShelves(home shelf, options Options) *shelves {
	s := &shelves{home: home, far: make(map[string]*farServer), options: options}
	for name, address := range options.Servers {
		s.far[name] = &farServer{address: address}
	}
	return s
}

// of finds the shelf of a server.
func (s *shelves) of(ctx context.Context, server string) (shelf, error) {
	if server == "" {
		return s.home, nil
	}
	far, found := s.far[server]
	if !found {
		return nil, fault.New(fault.Invalid, "There is no server named %q; %s", server, s.listed())
	}
	connected, err := far.connect(ctx, s.options)
	if err != nil {
		return nil, fmt.Errorf("server %s: %w", server, err)
	}
	return connected, nil
}

func (s *shelves) listed() string {
	if len(s.far) == 0 {
		return "list it with --servers"
	}
	return "--servers lists " + strings.Join(slices.Sorted(maps.Keys(s.far)), ", ")
}

func (s *shelves) close() error {
	errs := []error{s.home.close()}
	for _, far := range s.far {
		errs = append(errs, far.close())
	}
	return errors.Join(errs...)
}
