//go:build linux

package main

import (
	"fmt"
	"os"
	"slices"
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
	return report(os.Stdout, results, idle, after)
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
