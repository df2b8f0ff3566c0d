package document_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// arrivals are those of a shelf in a folder of the test's own, and another process's view of the same.
func arrivals(t *testing.T) (mine, others *document.Arrivals, dir string) {
	t.Helper()
	dir = t.TempDir()
	var found []*document.Arrivals
	for range 2 {
		folder, err := document.OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		room := document.NewRoom(folder, document.Options{})
		t.Cleanup(room.Close)
		found = append(found, room.Shelf("hub", nil, time.Now, nil).Arrivals())
	}
	return found[0], found[1], dir
}

func begin(t *testing.T, a *document.Arrivals) string {
	t.Helper()
	id, err := a.Begin("mine")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func hold(t *testing.T, a *document.Arrivals, id string) *document.Arrival {
	t.Helper()
	held, err := a.Hold(t.Context(), id, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func closed(t *testing.T, held *document.Arrival) {
	t.Helper()
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatCameBeforeABreakIsKeptForAnyProcess(t *testing.T) {
	mine, others, _ := arrivals(t)
	id := begin(t, mine)
	held := hold(t, mine, id)
	cut := errors.New("cut")
	if err := held.Append(io.MultiReader(strings.NewReader("12345"), iotest.ErrReader(cut)), 10); !errors.Is(err, cut) {
		t.Fatalf("a break is told as %v", err)
	}
	closed(t, held)
	again := hold(t, others, id)
	defer closed(t, again)
	if again.Size != 5 {
		t.Fatalf("%d bytes are kept", again.Size)
	}
	if err := again.Append(strings.NewReader("678901"), 5); !fault.Is(err, fault.TooLarge) || again.Size != 5 {
		t.Fatalf("more than there is room for is told as %v, with %d bytes", err, again.Size)
	}
	if err := again.Append(strings.NewReader("67890"), 5); err != nil {
		t.Fatal(err)
	}
	body, err := again.Body()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(body); string(got) != "1234567890" || err != nil {
		t.Fatalf("the body is %q, %v", got, err)
	}
}

func TestAnArrivalIsHeldByOneAtATimeInAllProcesses(t *testing.T) {
	mine, others, _ := arrivals(t)
	id := begin(t, mine)
	var all sync.WaitGroup
	const writers, each = 8, 20
	for i := range writers {
		from := []*document.Arrivals{mine, others}[i%2]
		all.Go(func() {
			for range each {
				held, err := from.Hold(t.Context(), id, func() {})
				if err != nil {
					t.Error(err)
					return
				}
				err = held.Append(bytes.NewReader([]byte{byte(held.Size)}), 1)
				if err := errors.Join(err, held.Close()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	held := hold(t, mine, id)
	defer closed(t, held)
	body, err := held.Body()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if err != nil || len(got) != writers*each {
		t.Fatalf("there are %d bytes, %v", len(got), err)
	}
	for i, b := range got {
		if b != byte(i) {
			t.Fatalf("the byte %d was written by who saw %d", i, b)
		}
	}
}

func TestWhoHoldsAnArrivalIsInterruptedByTheNext(t *testing.T) {
	mine, _, _ := arrivals(t)
	id := begin(t, mine)
	reader, writer := io.Pipe()
	held, err := mine.Hold(t.Context(), id, func() { writer.CloseWithError(os.ErrDeadlineExceeded) })
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		err := held.Append(reader, 10)
		ended <- errors.Join(err, held.Close())
	}()
	if _, err := writer.Write([]byte("123")); err != nil {
		t.Fatal(err)
	}
	next := hold(t, mine, id)
	defer closed(t, next)
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) || next.Size != 3 {
		t.Errorf("the first ends with %v, and the next sees %d bytes", err, next.Size)
	}
}

func TestAnArrivalThatWasRemovedIsNotFound(t *testing.T) {
	mine, others, _ := arrivals(t)
	id := begin(t, mine)
	held := hold(t, mine, id)
	if err := held.Remove(); err != nil {
		t.Fatal(err)
	}
	closed(t, held)
	var about string
	for _, name := range []string{id, "", "../hub", strings.Repeat("A", 26), strings.Repeat(".", 26)} {
		if err := others.Look(name, &about); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q is told as %v", name, err)
		}
	}
	if _, err := others.Hold(t.Context(), id, func() {}); !fault.Is(err, fault.NotFound) {
		t.Errorf("holding it is told as %v", err)
	}
}

func TestForgettingSpoolsLeavesArrivals(t *testing.T) {
	mine, others, dir := arrivals(t)
	id := begin(t, mine)
	folder, err := document.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	spool, err := folder.Spool()
	if err != nil {
		t.Fatal(err)
	}
	spool.Close()
	old := time.Now().Add(-48 * time.Hour)
	for _, path := range []string{filepath.Join(dir, "tmp", "arrivals"), spool.Name()} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := folder.Forget(time.Now().Add(-24 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(spool.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the spool is left: %v", err)
	}
	var about string
	if err := others.Look(id, &about); err != nil || about != "mine" {
		t.Errorf("the arrival says %q, %v", about, err)
	}
}
