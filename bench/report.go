//go:build linux

package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
)

// maxIdleMemory is the goal for an idle demo, in bytes.
const maxIdleMemory = 120 << 20

// maxRefused is the share of POSTs that may be refused before the numbers say little of a POST.
const maxRefused = 0.02

// report writes the table and the goals as markdown.
func report(w io.Writer, results []*result, under conditions) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %s/%s, %d cores; medians of %d interleaved rounds.\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), rounds)
	out.WriteString("| route | req/s | of static (min..max) | p50 ms | p99 ms | CPU µs/req | CPU × static | allocs/req | KB/req |\n")
	out.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, m := range results {
		m.row(&out, m.api)
		if m.peer != nil {
			m.row(&out, m.peer)
		}
		m.row(&out, m.static)
	}
	out.WriteString("\n| goal | floor or limit | measured | |\n|---|---:|---:|---|\n")
	for _, m := range results {
		_, ratio, _ := m.ofStatic(m.api, rateOf)
		goal(&out, m.route.title+", of static", fmt.Sprintf(">= %.2f", m.route.floor), fmt.Sprintf("%.2f", ratio), ratio >= m.route.floor)
		if m.route.maxAllocs > 0 {
			allocs := m.api.median(allocsOf)
			goal(&out, m.route.title+", allocations", fmt.Sprintf("<= %.0f", m.route.maxAllocs), fmt.Sprintf("%.1f", allocs), allocs <= m.route.maxAllocs)
		}
	}
	goal(&out, "idle anonymous memory", fmt.Sprintf("< %d MB", maxIdleMemory>>20), fmt.Sprintf("%.1f MB", megabytes(under.idle)), under.idle < maxIdleMemory)
	fmt.Fprintf(&out, "\nAnonymous memory after the load: %.1f MB.\n", megabytes(under.after))
	for _, m := range results {
		if m.route.refusal != 0 {
			refusals(&out, m.api)
		}
	}
	out.WriteString("The client took, per request from memory:")
	for i, m := range results {
		if i > 0 {
			out.WriteString(",")
		}
		fmt.Fprintf(&out, " %.0f µs of CPU (%s)", m.static.median(func(s slot) float64 { return s.client }), m.route.name)
	}
	fmt.Fprintf(&out, ".\nOther programs took %.0f %% of the machine meanwhile.\n", 100*under.others)
	_, err := io.WriteString(w, out.String())
	return err
}

func (m *result) row(out *strings.Builder, t *twin) {
	least, ratio, most := m.ofStatic(t, rateOf)
	_, cpu, _ := m.ofStatic(t, func(s slot) float64 { return s.cpu })
	share := "1"
	if t != m.static {
		share = fmt.Sprintf("**%.2f** (%.2f..%.2f)", ratio, least, most)
	}
	fmt.Fprintf(out, "| %s | %.0f | %s | %.2f | %.2f | %.0f | %.1f | %.1f | %.1f |\n", t.title, t.median(rateOf), share,
		t.median(func(s slot) float64 { return s.p50.Seconds() * 1000 }),
		t.median(func(s slot) float64 { return s.p99.Seconds() * 1000 }),
		t.median(func(s slot) float64 { return s.cpu }), cpu,
		t.median(allocsOf), t.median(func(s slot) float64 { return s.bytes / 1024 }))
}

func goal(out *strings.Builder, name, limit, measured string, passed bool) {
	verdict := "**miss**"
	if passed {
		verdict = "pass"
	}
	fmt.Fprintf(out, "| %s | %s | %s | %s |\n", name, limit, measured, verdict)
}

func refusals(out *strings.Builder, api *twin) {
	share := float64(api.refused) / float64(api.refused+api.created)
	fmt.Fprintf(out, "Of %d POSTs %d were refused as duplicates (%.2f %%); each of the others has left its row, its entry in the trail and its change row.\n",
		api.refused+api.created, api.refused, 100*share)
	if share > maxRefused {
		fmt.Fprintf(out, "**More than %.0f %% were refused: the POST's numbers do not count.**\n", 100*maxRefused)
	}
}

func rateOf(s slot) float64 { return s.rate }

func allocsOf(s slot) float64 { return s.allocs }

func megabytes(bytes int) float64 { return float64(bytes) / (1 << 20) }
