package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// Lists that are open in browsers hear when they have changed. What a browser is told is that and nothing else: a number, with
// which it may ask again later. One goroutine looks whether anything was done in the hub, as long as somebody listens.

// changesPath is where a browser listens.
const changesPath = "/work/changes"

const (
	mostListeners = 1000
	mostOfPerson  = 8
	lookEvery     = time.Second
	writeWithin   = 10 * time.Second
	// mostBehind is how far back it is looked what somebody has missed; who was away for longer is told that something has changed.
	mostBehind = 20_000
)

// changes are those who listen.
type changes struct {
	mu        sync.Mutex
	listeners map[*listener]bool
	runs      bool
	ended     chan struct{} // closed when nobody may listen any more
	isEnded   bool
}

type listener struct {
	caller *referral.Caller
	told   chan int64 // holds the last number that is not sent yet
}

// tell leaves a number for the listener, in place of one that it has not taken.
func (l *listener) tell(num int64) {
	for {
		select {
		case l.told <- num:
			return
		default:
		}
		select {
		case old := <-l.told:
			num = max(num, old)
		default:
		}
	}
}

// join adds a listener. It is Busy where there are too many, or the server ends.
func (c *changes) join(s *Site, caller *referral.Caller, since int64) (*listener, <-chan struct{}, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended == nil {
		c.ended, c.listeners = make(chan struct{}), make(map[*listener]bool)
	}
	own := 0
	for l := range c.listeners {
		if l.caller.Person == caller.Person {
			own++
		}
	}
	if c.isEnded || len(c.listeners) >= mostListeners || own >= mostOfPerson {
		return nil, nil, fault.New(fault.Busy, "Too many lists are open; reload this one to see what has changed")
	}
	l := &listener{caller, make(chan int64, 1)}
	c.listeners[l] = true
	if !c.runs {
		c.runs = true
		go s.watch(since)
	}
	return l, c.ended, nil
}

func (c *changes) leave(l *listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.listeners, l)
}

// Stop ends what browsers listen to, when the server ends: those would keep it from ending.
func (s *Site) Stop() {
	c := &s.changes
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isEnded {
		return
	}
	c.isEnded = true
	if c.ended == nil {
		c.ended = make(chan struct{})
	}
	close(c.ended)
}

// watch looks for steps as long as somebody listens, from those on that the first of them has not seen.
func (s *Site) watch(since int64) {
	c := &s.changes
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var generation, last int64
	begun := false
	for range tick.C {
		c.mu.Lock()
		if c.isEnded || len(c.listeners) == 0 {
			c.runs = false
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		now, err := s.desk.Generation()
		if err == nil && begun && now == generation {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), s.options.Timeout)
		var end int64
		if err == nil {
			end, err = s.desk.LastStep(ctx)
		}
		var steps []referral.Touched
		if err == nil {
			if !begun {
				last = max(since, end-mostBehind)
			}
			begun = true
			steps, err = s.desk.StepsSince(ctx, last)
		}
		cancel()
		if err != nil {
			s.options.Log.Warn("it is not known whether lists have changed", "error", err)
			continue
		}
		c.mu.Lock()
		for _, step := range steps {
			last = step.Num
			for l := range c.listeners {
				if step.Concerns(l.caller) {
					l.tell(step.Num)
				}
			}
		}
		c.mu.Unlock()
		if generation = now; len(steps) == referral.MostSteps {
			generation-- // there may be more
		} else {
			last = max(last, end) // what else the trail has, such as who has looked at what, is not read again
		}
	}
}

// tellChanges tells a browser each time when a list of its person's has changed since a step, until it goes away, the session
// ends or the server does.
func (s *Site) tellChanges(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.person(r)
	if err != nil {
		return err
	}
	since, err := strconv.ParseInt(first(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("since")), 10, 64)
	if err != nil || since < 0 {
		return fault.New(fault.Invalid, "since must be the number of a step")
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.options.Timeout)
	defer cancel()
	last, err := s.desk.LastStep(ctx)
	if err != nil {
		return err
	}
	// A number that lies ahead of the trail is of a hub that was restored since, or invented: all who listen would hear nothing.
	since = min(since, last)
	l, ended, err := s.changes.join(s, caller, since)
	if err != nil {
		return err
	}
	defer s.changes.leave(l)
	var missed []referral.Touched
	if last-since > mostBehind {
		l.tell(last)
	} else if missed, err = s.desk.StepsSince(ctx, since); err != nil {
		return err
	}
	cancel()
	for _, step := range missed {
		if step.Concerns(caller) || len(missed) == referral.MostSteps {
			l.tell(step.Num)
		}
	}
	line := http.NewResponseController(w)
	_ = line.SetReadDeadline(time.Time{}) // a server without deadlines has none to take away
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // of a proxy that would keep it until it ends
	send := func(text string) error {
		_ = line.SetWriteDeadline(time.Now().Add(writeWithin))
		if _, err := w.Write([]byte(text)); err != nil {
			return err
		}
		return line.Flush()
	}
	if err := send("retry: 5000\n\n"); err != nil {
		return ignoreGone(err)
	}
	beat := time.NewTicker(s.options.Heartbeat)
	defer beat.Stop()
	told := since
	for {
		text := ":\n\n"
		select {
		case <-r.Context().Done():
			return nil
		case <-ended:
			return nil
		case num := <-l.told:
			if num <= told {
				continue
			}
			told = num
			text = fmt.Sprintf("id: %d\nevent: changed\ndata: %d\n\n", num, num)
		case <-beat.C:
			if !s.isStill(r, caller) {
				return nil
			}
		}
		if err := send(text); err != nil {
			return ignoreGone(err)
		}
	}
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
