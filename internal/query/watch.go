package query

import (
	"context"
	"runtime"
	"sync"
	"time"

	"modernc.org/libc"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// watch looks after a command while SQLite runs it: every few thousand steps SQLite asks whether to go
// on.
type watch struct {
	ctx     context.Context
	heavy   chan struct{} // a place for each command that may run long
	began   time.Time
	yielded time.Time
	took    time.Time // when the place was taken
	holding bool
	steps   int64
	most    int64
	spill   int64     // bytes of files without a name that may be there
	looked  time.Time // when they were last looked for
	stopped error     // why it was stopped, nil when it was not
}

const (
	// stepsPerTick is how often SQLite asks, in steps of its machine: well under a millisecond.
	stepsPerTick = 4000
	// stepsPerRow is the least that looking at a row takes.
	stepsPerRow = 4
	// quick is how long a command runs before it needs a place among the heavy ones.
	quick = 30 * time.Millisecond
	// slice is how long a heavy command keeps its place while others wait.
	slice = 200 * time.Millisecond
	// yield is how long a command keeps its processor while other requests want it.
	yield = 200 * time.Microsecond
	// look is how often the files that it sorts in are looked for.
	look = 100 * time.Millisecond
	// busy is how long the processor must have been away for others to be thought to want it, and polite
	// how long it is left to them then.
	busy   = 20 * time.Microsecond
	polite = 500 * time.Microsecond
)

func (w *watch) start(ctx context.Context, heavy chan struct{}, scanned, spill int64) {
	now := time.Now()
	*w = watch{ctx: ctx, heavy: heavy, began: now, yielded: now, looked: now, most: scanned * stepsPerRow, spill: spill}
}

// end gives the place back.
func (w *watch) end() {
	if w.holding {
		<-w.heavy
		w.holding = false
	}
	w.ctx = nil
}

// tick is false when the command must end.
func (w *watch) tick() bool {
	if w.ctx == nil || w.stopped != nil {
		return w.stopped == nil
	}
	if w.steps += stepsPerTick; w.steps > w.most {
		w.stopped = fault.New(fault.Invalid, "The query looks at more than %d rows; narrow it down", w.most/stepsPerRow)
		return false
	}
	if w.stopped = w.ctx.Err(); w.stopped != nil {
		return false
	}
	now := time.Now()
	if now.Sub(w.yielded) < yield {
		return true
	}
	if w.holding && now.Sub(w.looked) > look {
		w.looked = now
		if spilled() > w.spill {
			w.stopped = fault.New(fault.Invalid, "The query sorts or groups more than %d MB; narrow it down", w.spill>>20)
			return false
		}
	}
	switch {
	case w.holding && now.Sub(w.took) > slice:
		<-w.heavy
		w.holding = false
		fallthrough
	case !w.holding && now.Sub(w.began) > quick:
		select {
		case w.heavy <- struct{}{}:
			w.holding, w.took = true, time.Now()
		case <-w.ctx.Done():
			w.stopped = w.ctx.Err()
			return false
		}
	}
	// Whoever else is ready to run goes first: a request of another's takes a fraction of a millisecond.
	// Where somebody was, more will be.
	runtime.Gosched()
	if w.yielded = time.Now(); w.holding && w.yielded.Sub(now) > busy {
		time.Sleep(polite)
		w.yielded = time.Now()
	}
	return true
}

// watches finds the watch of a connection within SQLite's call, which knows its number only.
var watches sync.Map

// progress is what SQLite calls; any other answer than 0 interrupts.
func progress(_ *libc.TLS, id uintptr) int32 {
	if w, found := watches.Load(id); found && !w.(*watch).tick() {
		return 1
	}
	return 0
}
