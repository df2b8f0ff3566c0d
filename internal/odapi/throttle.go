package odapi

import (
	"errors"
	"math"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// throttle emulates the published rates, per customer key: one request in five seconds for a key
// that may only read, in one second for any other, in half a second for an enterprise
// (conventions §13).
type throttle struct {
	mu       sync.Mutex
	limiters map[int64]*rate.Limiter // by key; there are no more of them than keys
}

func newThrottle() *throttle { return &throttle{limiters: make(map[int64]*rate.Limiter)} }

func interval(key *practice.Key) time.Duration {
	switch {
	case key.May(string(resource.Enterprise)):
		return 500 * time.Millisecond
	case len(key.Permissions) == 1 && key.May(string(resource.ReadAll)):
		return 5 * time.Second
	default:
		return time.Second
	}
}

// tooSoon is the cause of a throttled request's fault.
type tooSoon struct{ wait time.Duration }

// Error implements error.
func (e tooSoon) Error() string { return "throttled for " + e.wait.String() }

// admit is Busy when the key's last request was too short a time ago.
func (t *throttle) admit(key *practice.Key) error {
	t.mu.Lock()
	limiter, ok := t.limiters[key.Num]
	if !ok {
		limiter = rate.NewLimiter(rate.Every(interval(key)), 1)
		t.limiters[key.Num] = limiter
	}
	t.mu.Unlock()
	reservation := limiter.Reserve()
	wait := reservation.Delay()
	if wait == 0 {
		return nil
	}
	reservation.Cancel()
	return fault.Wrap(fault.Busy, tooSoon{wait}, "Too many requests; this key may send one every "+interval(key).String())
}

// retryAfter is the value of the header in whole seconds, at least one.
func retryAfter(err error) string {
	var soon tooSoon
	if errors.As(err, &soon) {
		return strconv.Itoa(int(math.Ceil(soon.wait.Seconds())))
	}
	return "1"
}
