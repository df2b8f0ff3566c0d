//go:build linux

package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rounds is odd, so that a median is a round that was measured.
const rounds = 5

// twin answers a route in one way.
type twin struct {
	title   string
	server  *child
	load    *load
	leaves  counts // of rows, for each request that was accepted
	slots   []slot // one per round
	refused int
	created int
}

// slot is what one twin came to in one round.
type slot struct {
	rate     float64 // requests per second
	p50, p99 time.Duration
	cpu      float64 // of the server, in microseconds per request
	database float64 // CPU of the database server, likewise
	allocs   float64 // per request
	bytes    float64 // allocated per request
	client   float64 // CPU of the client, in microseconds per request
}

// result is all that was measured of a route.
type result struct {
	target target
	route  route
	twins  []*twin // in the order of the target's ways
}

func (m *result) product() *twin { return m.twins[0] }

// base is the twin that the ratios are to.
func (m *result) base() *twin { return m.twins[len(m.twins)-1] }

// twin makes the twin that answers a route in a way.
func (b *bench) twin(r route, w way) *twin {
	t := &twin{server: b.server, title: r.title}
	path := productPath
	switch w {
	case byProduct, bySQLite:
		t.leaves = r.leaves
		if w == bySQLite {
			t.server, t.title = b.sqlite, "the same on SQLite"
		}
	case byPeer:
		path, t.title, t.leaves = peerPath, "database/sql and encoding/json", r.peerLeaves
	case byStatic:
		path, t.title = staticPath, "the same bytes from memory"
	}
	requests := newSource(r, t.server.address, func(i int) string { return path(r, i) })
	t.load = &load{address: t.server.address, connections: r.connections, next: requests.next, status: r.status, refusal: r.refusal}
	return t
}

// measure prints the report of the chosen targets.
func (b *bench) measure(chosen []target, length time.Duration) error {
	idle, err := b.idleMemory()
	if err != nil {
		return err
	}
	var results []*result
	others, err := b.watch()
	if err != nil {
		return err
	}
	for _, t := range chosen {
		measured, err := b.measureTarget(t, length)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		results = append(results, measured)
	}
	after, err := b.server.anonymousMemory()
	if err != nil {
		return err
	}
	share, err := others()
	if err != nil {
		return err
	}
	return b.report(os.Stdout, results, conditions{idle: idle, after: after, others: share})
}

// conditions are what belongs to no route.
type conditions struct {
	idle, after int     // anonymous memory of the server, in bytes
	others      float64 // the part of the machine's processor time that neither servers nor client took
}

// watch tells, when what it returns is called, how much of the machine others have used meanwhile: a
// run on a busy machine is worth less.
func (b *bench) watch() (others func() (float64, error), err error) {
	type moment struct{ busy, all, ours time.Duration }
	look := func() (m moment, err error) {
		for _, c := range b.children() {
			used, err := b.usage(c)
			if err != nil {
				return m, err
			}
			m.ours += used.CPU + used.database
		}
		m.busy, m.all, err = machineCPU()
		m.ours += ownCPU()
		return m, err
	}
	before, err := look()
	return func() (float64, error) {
		after, err := look()
		busy, ours := after.busy-before.busy, after.ours-before.ours
		// The kernel counts the machine's time in ticks and ours exactly: the difference may be below 0.
		return max(0, float64(busy-ours)/float64(after.all-before.all)), err
	}, err
}

// usage is what a server has used so far, with its database server.
func (b *bench) usage(c *child) (u usage, err error) {
	if b.database != nil && c == b.server {
		if u.database, err = b.database.cpu(); err != nil {
			return u, err
		}
	}
	return u, c.getJSON(usagePath, &u)
}

// tick is the kernel's unit of a process's time: USER_HZ, the same on every architecture that Go
// knows.
const tick = time.Second / 100

// machineCPU is the time that all processors have spent on programs, and in all, since the machine
// began. What the host gave to other machines counts as spent.
func machineCPU() (busy, all time.Duration, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	for i, word := range strings.Fields(line)[1:9] { // proc_stat(5); guests are in user already
		ticks, err := strconv.Atoi(word)
		if err != nil {
			return 0, 0, err
		}
		spent := time.Duration(ticks) * tick
		all += spent
		switch [...]string{"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"}[i] {
		case "user", "nice", "system", "steal":
			busy += spent
		}
	}
	return busy, all, nil
}

// idleMemory is what the server holds after its data is loaded and a moment of rest.
func (b *bench) idleMemory() (int, error) {
	const rest = 5 * time.Second
	progress("leaving the server idle for %s", rest)
	time.Sleep(rest)
	return b.server.anonymousMemory()
}

// measureTarget checks what can be checked before and after it measures.
func (b *bench) measureTarget(t target, length time.Duration) (*result, error) {
	m := &result{target: t, route: t.route()}
	if slices.Contains(t.ways, byPeer) {
		if err := b.checkPeer(m.route); err != nil {
			return nil, err
		}
	}
	for _, w := range t.ways {
		m.twins = append(m.twins, b.twin(m.route, w))
	}
	before, err := b.countAll()
	if err != nil {
		return nil, err
	}
	if err := b.measureTwins(m, length); err != nil {
		return nil, err
	}
	return m, b.checkCounts(before, m.twins)
}

// measureTwins interleaves the twins: what else the machine does meets all of them alike.
func (b *bench) measureTwins(m *result, length time.Duration) error {
	for _, t := range m.twins {
		// Statements are prepared and pools are filled.
		if _, err := b.measureSlot(t, length/4); err != nil {
			return err
		}
	}
	for round := range rounds {
		for i := range m.twins {
			// Nobody is always first.
			t := m.twins[(i+round)%len(m.twins)]
			s, err := b.measureSlot(t, length)
			if err != nil {
				return err
			}
			t.slots = append(t.slots, s)
		}
		progress("%s, round %d of %d: %.0f requests/s, %.2f of %s", m.route.title, round+1, rounds,
			m.product().slots[round].rate, m.product().slots[round].rate/m.base().slots[round].rate, b.engine.base)
	}
	return nil
}

func (b *bench) measureSlot(t *twin, length time.Duration) (slot, error) {
	before, err := b.usage(t.server)
	if err != nil {
		return slot{}, err
	}
	did, err := t.load.run(length)
	if err != nil {
		return slot{}, err
	}
	after, err := b.usage(t.server)
	if err != nil {
		return slot{}, err
	}
	t.created += len(did.latencies)
	t.refused += did.refused
	n := float64(did.requests())
	return slot{
		rate:     n / did.took.Seconds(),
		p50:      did.quantile(0.50),
		p99:      did.quantile(0.99),
		cpu:      microseconds(after.CPU-before.CPU) / n,
		database: microseconds(after.database-before.database) / n,
		allocs:   float64(after.Allocs-before.Allocs) / n,
		bytes:    float64(after.Bytes-before.Bytes) / n,
		client:   microseconds(did.client) / n,
	}, nil
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// median of a value over the rounds.
func (t *twin) median(value func(slot) float64) float64 {
	_, middle, _ := spread(t.slots, value)
	return middle
}

// spread is the smallest, the median and the largest of a value over the rounds.
func spread[S any](all []S, value func(S) float64) (least, middle, most float64) {
	values := make([]float64, len(all))
	for i := range all {
		values[i] = value(all[i])
	}
	slices.Sort(values)
	return values[0], values[len(values)/2], values[len(values)-1]
}

// ofBase compares a twin with the base, round by round.
func (m *result) ofBase(t *twin, value func(slot) float64) (least, middle, most float64) {
	ratios := make([]float64, rounds)
	for i := range ratios {
		ratios[i] = value(t.slots[i]) / value(m.base().slots[i])
	}
	return spread(ratios, func(ratio float64) float64 { return ratio })
}
