package practice

import (
	"errors"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/record"
)

// An open practice costs about 1.2 MB and five file descriptors; opening one costs a few
// milliseconds. So those in use stay open, and of the others the latest.
const (
	maxOpen = 256
	maxIdle = 5 * time.Minute
)

// cache holds the open databases.
type cache struct {
	openBook func(Practice) (*record.Book, error)

	mu      sync.Mutex
	entries map[Num]*entry
	stop    chan struct{}
	swept   chan struct{}
}

type entry struct {
	ready    chan struct{} // closed when book or err is set
	practice Practice      // as it was when it was opened
	book     *record.Book
	err      error
	leases   int
	touched  time.Time
	release  func()
	doubted  bool // the hub has changed since: the practice may be elsewhere
	retired  bool // it is elsewhere; closed when nobody uses it
}

func newCache(openBook func(Practice) (*record.Book, error)) *cache {
	c := &cache{
		openBook: openBook,
		entries:  make(map[Num]*entry),
		stop:     make(chan struct{}),
		swept:    make(chan struct{}),
	}
	go c.sweep()
	return c
}

// lease returns the open database of a practice. Of requests that come at once for a closed one,
// the first opens it and the others wait.
func (c *cache) lease(num Num, find func() (Practice, error)) (*record.Book, func(), error) {
	c.mu.Lock()
	e, found := c.entries[num]
	if found && e.doubted {
		c.mu.Unlock()
		if err := c.lookAgain(num, e, find); err != nil {
			return nil, nil, err
		}
		return c.lease(num, find)
	}
	if !found {
		e = &entry{ready: make(chan struct{})}
		e.release = func() { c.giveBack(e, true) }
		c.entries[num] = e
	}
	e.leases++
	c.mu.Unlock()
	if !found {
		c.fill(num, e, find)
	}
	<-e.ready
	if e.err != nil {
		return nil, nil, e.err
	}
	return e.book, e.release, nil
}

func (c *cache) fill(num Num, e *entry, find func() (Practice, error)) {
	p, err := find()
	if err == nil {
		e.practice = p
		e.book, err = c.openBook(p)
	}
	if err != nil {
		c.mu.Lock()
		delete(c.entries, num) // the next request tries again
		c.mu.Unlock()
	}
	e.err = err
	close(e.ready)
	c.shrink(maxOpen, 0)
}

func (c *cache) giveBack(e *entry, used bool) {
	c.mu.Lock()
	e.leases--
	if used {
		e.touched = time.Now()
	}
	last := e.retired && e.leases == 0
	c.mu.Unlock()
	if last {
		e.book.DB.Close()
	}
}

// nums lists the practices whose databases are open, and not those that somebody is about to open: there may be no such practice.
func (c *cache) nums() (nums []Num) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for num, e := range c.entries {
		if e.isOpen() {
			nums = append(nums, num)
		}
	}
	return nums
}

// isOpen tells whether the database was opened.
func (e *entry) isOpen() bool {
	select {
	case <-e.ready:
		return e.err == nil
	default:
		return false
	}
}

// leaseOpen is lease for a database that is open already, nil when it is not. It does not count as
// use: what nobody else asks for is closed all the same.
func (c *cache) leaseOpen(num Num) (*record.Book, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[num]
	if e == nil || e.doubted || !e.isOpen() {
		return nil, nil
	}
	e.leases++
	return e.book, func() { c.giveBack(e, false) }
}

// doubt makes the next lease of each practice look whether it is still where it was.
func (c *cache) doubt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.entries {
		e.doubted = true
	}
}

// lookAgain ends the doubt: an entry whose practice is elsewhere is taken out, and closed when the
// requests that use it have ended.
func (c *cache) lookAgain(num Num, e *entry, find func() (Practice, error)) error {
	<-e.ready
	p, err := find()
	if err != nil {
		return err
	}
	c.mu.Lock()
	if c.entries[num] != e || !e.doubted {
		c.mu.Unlock()
		return nil
	}
	e.doubted = false
	stays := p.Server == e.practice.Server && p.Database == e.practice.Database
	unused := false
	if !stays {
		delete(c.entries, num)
		e.retired, unused = true, e.unused()
	}
	c.mu.Unlock()
	if unused {
		return e.book.DB.Close()
	}
	return nil
}

// sweep closes what has been idle for long.
func (c *cache) sweep() {
	defer close(c.swept)
	ticker := time.NewTicker(maxIdle / 5)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.shrink(maxOpen, maxIdle)
		case <-c.stop:
			return
		}
	}
}

// shrink closes unused databases: all that are idle for longer than idle, where idle is not 0, and
// the longest unused until at most most are open.
func (c *cache) shrink(most int, idle time.Duration) error {
	var closing []*entry
	c.mu.Lock()
	if idle > 0 {
		for num, e := range c.entries {
			if e.unused() && time.Since(e.touched) > idle {
				delete(c.entries, num)
				closing = append(closing, e)
			}
		}
	}
	for len(c.entries) > most {
		num, e := c.longestUnused()
		if e == nil {
			break
		}
		delete(c.entries, num)
		closing = append(closing, e)
	}
	c.mu.Unlock()
	var errs []error
	for _, e := range closing {
		errs = append(errs, e.book.DB.Close())
	}
	return errors.Join(errs...)
}

func (e *entry) unused() bool { return e.leases == 0 && e.book != nil }

func (c *cache) longestUnused() (Num, *entry) {
	var num Num
	var longest *entry
	for n, e := range c.entries {
		if e.unused() && (longest == nil || e.touched.Before(longest.touched)) {
			num, longest = n, e
		}
	}
	return num, longest
}

func (c *cache) close() error {
	close(c.stop)
	<-c.swept
	return c.shrink(0, 0)
}
