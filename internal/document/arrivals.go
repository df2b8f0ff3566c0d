package document

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Arrivals are the bodies of a shelf that come in pieces, over as many connections as it takes, and are not whole
// yet. Each is a folder of its own beside the spools: what came so far, what its owner says of it, and a lock. It
// survives the process; it is nobody's body until its owner receives it.
type Arrivals struct {
	dir string

	mu      sync.Mutex
	writing map[string]*writing
}

// writing is who holds an arrival in this process.
type writing struct {
	interrupt func()
	done      chan struct{}
}

// errNoArrival is what an arrival that never was comes to, and one that is gone.
var errNoArrival = fault.New(fault.NotFound, "There is no such upload, or it has expired; begin it again")

// The files of an arrival.
const (
	arrivalAbout = "about.json"
	arrivalBody  = "body"
	arrivalLock  = "lock"
)

// arrivalID is how long an arrival's name is: that of rand.Text, which nobody guesses.
const arrivalID = 26

// Arrivals are those of the shelf.
func (s *Shelf) Arrivals() *Arrivals {
	return s.Room.arrivals(s.name)
}

func (r *Room) arrivals(shelf string) *Arrivals {
	dir := filepath.Join(r.bodies.Spools(), "arrivals", shelf)
	kept, _ := r.arriving.LoadOrStore(dir, &Arrivals{dir: dir, writing: make(map[string]*writing)})
	return kept.(*Arrivals)
}

func (a *Arrivals) path(id, file string) string { return filepath.Join(a.dir, id, file) }

// Begin makes an empty arrival. about is what its owner wants to know of it again.
func (a *Arrivals) Begin(about any) (id string, err error) {
	if err := os.MkdirAll(a.dir, 0o700); err != nil {
		return "", err
	}
	id = rand.Text()
	if err := os.Mkdir(filepath.Join(a.dir, id), 0o700); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(filepath.Join(a.dir, id)))
		}
	}()
	for _, name := range []string{arrivalBody, arrivalLock} {
		if err := os.WriteFile(a.path(id, name), nil, 0o600); err != nil {
			return "", err
		}
	}
	return id, a.note(id, about)
}

// note writes what is said of an arrival, whole or not at all.
func (a *Arrivals) note(id string, about any) error {
	text, err := json.Marshal(about)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Join(a.dir, id), "about-")
	if err != nil {
		return gone(err)
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), a.path(id, arrivalAbout))
	}
	return err
}

// gone tells an arrival that was removed from a disk that fails.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errNoArrival
	}
	return err
}

// Look reads what its owner said of an arrival into about, which is NotFound where there is none.
func (a *Arrivals) Look(id string, about any) error {
	if len(id) != arrivalID || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return errNoArrival // before it becomes a path
	}
	text, err := os.ReadFile(a.path(id, arrivalAbout))
	if err != nil {
		return gone(err)
	}
	if err := json.Unmarshal(text, about); err != nil {
		return fmt.Errorf("document: an arrival is damaged: %w", err)
	}
	return nil
}

// Arrival is one that is held: nobody else reads or writes it before Close.
type Arrival struct {
	ID string
	// Size is how much of the body has come, in bytes.
	Size int64

	all  *Arrivals
	body *os.File
	end  func()
}

// Hold takes an arrival, which Look has found. Who holds it already is interrupted: the connection that its sender
// has lost may be alive here for minutes, and what came over it is kept. interrupt does that to whoever holds it
// now; it may be called more than once until Close, and must not wait.
func (a *Arrivals) Hold(ctx context.Context, id string, interrupt func()) (_ *Arrival, err error) {
	release, err := a.turn(ctx, id, interrupt)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			release()
		}
	}()
	// Other processes over the same folder, which cannot be interrupted, are waited for.
	lock := flock.New(a.path(id, arrivalLock), flock.SetFlag(os.O_RDONLY))
	if _, err := lock.TryLockContext(ctx, 50*time.Millisecond); err != nil {
		return nil, gone(err)
	}
	unlock := func() { _ = lock.Close() } // which a closed file is without
	body, err := os.OpenFile(a.path(id, arrivalBody), os.O_RDWR, 0)
	if err != nil {
		unlock()
		return nil, gone(err)
	}
	size, err := body.Seek(0, io.SeekEnd)
	if err != nil {
		unlock()
		return nil, errors.Join(err, body.Close())
	}
	return &Arrival{ID: id, Size: size, all: a, body: body, end: func() { unlock(); release() }}, nil
}

// turn waits until nobody in this process holds the arrival.
func (a *Arrivals) turn(ctx context.Context, id string, interrupt func()) (release func(), err error) {
	mine := &writing{interrupt, make(chan struct{})}
	for {
		a.mu.Lock()
		other := a.writing[id]
		if other == nil {
			a.writing[id] = mine
			a.mu.Unlock()
			return func() {
				a.mu.Lock()
				delete(a.writing, id)
				a.mu.Unlock()
				close(mine.done)
			}, nil
		}
		// While the lock is held it has not let go: what it reads from afterwards is not ours to interrupt.
		other.interrupt()
		a.mu.Unlock()
		select {
		case <-other.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Append adds what r has to the body, until it has room bytes more. What came before an error of r stays, and is
// durable; one that has more than there is room for is TooLarge, and nothing of it stays.
func (a *Arrival) Append(r io.Reader, room int64) error {
	before := a.Size
	n, err := io.CopyBuffer(struct{ io.Writer }{a.body}, io.LimitReader(r, room+1), make([]byte, bufferSize))
	if n > room {
		if err := errors.Join(a.body.Truncate(before), seekTo(a.body, before)); err != nil {
			return err
		}
		return fault.New(fault.TooLarge, "More was sent than the upload was said to have")
	}
	a.Size += n
	return errors.Join(err, a.body.Sync())
}

func seekTo(file *os.File, at int64) error {
	_, err := file.Seek(at, io.SeekStart)
	return err
}

// Body is what has come, from its beginning. Nothing is to be appended after it.
func (a *Arrival) Body() (io.Reader, error) { return a.body, seekTo(a.body, 0) }

// End gives the body up, and keeps what is said of the arrival now.
func (a *Arrival) End(about any) error {
	if err := a.all.note(a.ID, about); err != nil {
		return err
	}
	return errors.Join(a.body.Truncate(0), seekTo(a.body, 0))
}

// Remove removes the arrival, which must be closed all the same.
func (a *Arrival) Remove() error { return os.RemoveAll(filepath.Join(a.all.dir, a.ID)) }

// Close lets others have it.
func (a *Arrival) Close() error {
	err := a.body.Close()
	a.end()
	return err
}

// IDs are all arrivals, in no order.
func (a *Arrivals) IDs() (ids []string, err error) {
	entries, err := os.ReadDir(a.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // there never was one
	}
	for _, entry := range entries {
		ids = append(ids, entry.Name())
	}
	return ids, err
}

// RemoveBroken removes what a process left that was ended while it began an arrival, if it is older than Grace.
func (a *Arrivals) RemoveBroken(id string) error {
	info, err := os.Stat(filepath.Join(a.dir, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || time.Since(info.ModTime()) < Grace {
		return err
	}
	return os.RemoveAll(filepath.Join(a.dir, id))
}
