package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is a verb that serves, on a port that the kernel chose, and what it has printed and logged so far.
type running struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *running) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// begin runs a verb that serves until stop, which waits for its end.
func begin(t *testing.T, verb string, args ...string) (r *running, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r = &running{}
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, append([]string{verb, "--addr", "127.0.0.1:0"}, args...), r, r) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != exitDone {
			t.Errorf("%s ends with %d: %s", verb, code, r)
		}
	})
	t.Cleanup(stop)
	return r, stop
}

// finds waits until what matches a pattern was printed, and returns the match, or its group where there is one.
func (r *running) finds(t *testing.T, pattern string) string {
	t.Helper()
	wanted := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if found := wanted.FindStringSubmatch(r.String()); found != nil {
			return found[len(found)-1]
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q is not printed: %s", pattern, r)
		}
	}
}

// awaits waits until a text was printed.
func (r *running) awaits(t *testing.T, text string) {
	t.Helper()
	r.finds(t, regexp.QuoteMeta(text))
}

// base is where it serves, as soon as it does.
func (r *running) base(t *testing.T) string {
	t.Helper()
	return "http://" + strings.TrimSpace(r.finds(t, `msg=serving address=(\S+\s)`))
}
