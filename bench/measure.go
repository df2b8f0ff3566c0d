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

// twin is one way to answer a route: the API itself, the static handler or the peer.
type twin struct {
	title   string
	load    *load
	slots   []slot // one per round
	refused int
	created int
}

// slot is what one twin came to in one round.
type slot struct {
	rate     float64 // requests per second
	p50, p99 time.Duration
	cpu      float64 // of the server, in microseconds per request
	allocs   float64 // per request
	bytes    float64 // allocated per request
	client   float64 // CPU of the client, in microseconds per request
}

// result is all that was measured of a route.
type result struct {
	route             route
	api, static, peer *twin // peer may be nil
}

// measure prints the report of the chosen routes.
func (c *child) measure(chosen []route, length time.Duration) error {
	idle, err := c.idleMemory()
	if err != nil {
		return err
	}
	var results []*result
	others, err := c.watch()
	if err != nil {
		return err
	}
	for _, r := range chosen {
		if r.peer != nil {
			if err := c.checkPeer(r); err != nil {
				return err
			}
		}
		before, err := c.counts()
		if err != nil {
			return err
		}
		measured, err := c.measureRoute(r, length)
		if err != nil {
			return fmt.Errorf("%s: %w", r.title, err)
		}
		if err := c.checkCounts(before, measured.api); err != nil {
			return err
		}
		results = append(results, measured)
	}
	after, err := c.anonymousMemory()
	if err != nil {
		return err
	}
	share, err := others()
	if err != nil {
		return err
	}
	return report(os.Stdout, results, conditions{idle: idle, after: after, others: share})
}

// conditions are what belongs to no route.
type conditions struct {
	idle, after int     // anonymous memory of the server, in bytes
	others      float64 // the part of the machine's processor time that neither server nor client took
}

// watch tells, when what it returns is called, how much of the machine others have used meanwhile: a
// run on a busy machine is worth less.
func (c *child) watch() (others func() (float64, error), err error) {
	type moment struct{ busy, all, ours time.Duration }
	look := func() (m moment, err error) {
		var server usage
		if err := c.getJSON(usagePath, &server); err != nil {
			return m, err
		}
		m.busy, m.all, err = machineCPU()
		m.ours = server.CPU + ownCPU()
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

// machineCPU is the time that all processors have spent on programs, and in all, since the machine
// began. What the host gave to other machines counts as spent.
func machineCPU() (busy, all time.Duration, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, err
	}
	const tick = time.Second / 100 // USER_HZ, the same on every architecture that Go knows
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
func (c *child) idleMemory() (int, error) {
	const rest = 5 * time.Second
	progress("leaving the server idle for %s", rest)
	time.Sleep(rest)
	return c.anonymousMemory()
}

// measureRoute interleaves the twins: what else the machine does meets all of them alike.
func (c *child) measureRoute(r route, length time.Duration) (*result, error) {
	staticPath := func(int) string { return staticPath + r.name }
	m := &result{
		route:  r,
		api:    &twin{title: r.title, load: c.load(r, newSource(r, c.address, r.path))},
		static: &twin{title: "the same bytes from memory", load: c.load(r, newSource(r, c.address, staticPath))},
	}
	twins := []*twin{m.api, m.static}
	if r.peer != nil {
		m.peer = &twin{title: "database/sql and encoding/json", load: c.load(r, newSource(r, c.address, r.peer))}
		twins = append(twins, m.peer)
	}
	for _, t := range twins {
		// Statements are prepared and pools are filled.
		if _, err := c.measureSlot(t, length/4); err != nil {
			return nil, err
		}
	}
	for round := range rounds {
		for i := range twins {
			// Nobody is always first.
			t := twins[(i+round)%len(twins)]
			s, err := c.measureSlot(t, length)
			if err != nil {
				return nil, err
			}
			t.slots = append(t.slots, s)
		}
		progress("%s, round %d of %d: %.0f requests/s, %.2f of static",
			r.title, round+1, rounds, m.api.slots[round].rate, m.api.slots[round].rate/m.static.slots[round].rate)
	}
	return m, nil
}

func (c *child) measureSlot(t *twin, length time.Duration) (slot, error) {
	var before, after usage
	if err := c.getJSON(usagePath, &before); err != nil {
		return slot{}, err
	}
	did, err := t.load.run(length)
	if err != nil {
		return slot{}, err
	}
	if err := c.getJSON(usagePath, &after); err != nil {
		return slot{}, err
	}
	t.created += len(did.latencies)
	t.refused += did.refused
	n := float64(did.requests())
	return slot{
		rate:   n / did.took.Seconds(),
		p50:    did.quantile(0.50),
		p99:    did.quantile(0.99),
		cpu:    microseconds(after.CPU-before.CPU) / n,
		allocs: float64(after.Allocs-before.Allocs) / n,
		bytes:  float64(after.Bytes-before.Bytes) / n,
		client: microseconds(did.client) / n,
	}, nil
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func (c *child) counts() (counts, error) {
	var n counts
	return n, c.getJSON(countsPath, &n)
}

// checkCounts makes sure that every POST that was answered with success has left its row, its
// entry in the trail and its change row, and every refusal its entry.
func (c *child) checkCounts(before counts, api *twin) error {
	if api.load.refusal == 0 {
		return nil
	}
	after, err := c.counts()
	if err != nil {
		return err
	}
	created, refused := int64(api.created), int64(api.refused)
	want := counts{before.RefAttaches + created, before.AuditEvents + created + refused, before.RowChanges + created}
	if after != want {
		return fmt.Errorf("after %d POSTs and %d refusals the database has %+v, and should have %+v", created, refused, after, want)
	}
	return nil
}

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

// ofStatic compares a twin with the static one, round by round.
func (m *result) ofStatic(t *twin, value func(slot) float64) (least, middle, most float64) {
	ratios := make([]float64, rounds)
	for i := range ratios {
		ratios[i] = value(t.slots[i]) / value(m.static.slots[i])
	}
	return spread(ratios, func(ratio float64) float64 { return ratio })
}
