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
func (b *bench) report(w io.Writer, results []*result, under conditions) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %s/%s, %d cores", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if b.database != nil {
		fmt.Fprintf(&out, ", MariaDB %s", b.database.version)
	}
	fmt.Fprintf(&out, "; medians of %d interleaved rounds.\n\n", rounds)
	b.table(&out, results)
	b.goals(&out, results, under)
	fmt.Fprintf(&out, "\nAnonymous memory after the load: %.1f MB.\n", megabytes(under.after))
	for _, m := range results {
		if m.route.refusal != 0 {
			refusals(&out, m.product())
		}
	}
	fmt.Fprintf(&out, "The client took, per request of the %s twin:", b.engine.base)
	for i, m := range results {
		if i > 0 {
			out.WriteString(",")
		}
		fmt.Fprintf(&out, " %.0f µs of CPU (%s)", m.base().median(func(s slot) float64 { return s.client }), m.route.name)
	}
	fmt.Fprintf(&out, ".\nOther programs took %.0f %% of the machine meanwhile.\n", 100*under.others)
	_, err := io.WriteString(w, out.String())
	return err
}

// table has a row for each twin. A database server's CPU has a column where there is one, and counts
// in the ratio: it shares the cores.
func (b *bench) table(out *strings.Builder, results []*result) {
	heads := []string{"route", "req/s", "of " + b.engine.base + " (min..max)", "p50 ms", "p99 ms", "CPU µs/req"}
	if b.database != nil {
		heads = append(heads, "mariadbd µs/req")
	}
	heads = append(heads, "CPU × "+b.engine.base, "allocs/req", "KB/req")
	fmt.Fprintf(out, "| %s |\n|---%s|\n", strings.Join(heads, " | "), strings.Repeat("|---:", len(heads)-1))
	for _, m := range results {
		for _, t := range m.twins {
			fmt.Fprintf(out, "| %s |\n", strings.Join(b.row(m, t), " | "))
		}
	}
}

func (b *bench) row(m *result, t *twin) []string {
	least, ratio, most := m.ofBase(t, rateOf)
	_, cpu, _ := m.ofBase(t, func(s slot) float64 { return s.cpu + s.database })
	share := "1"
	if t != m.base() {
		share = fmt.Sprintf("**%.2f** (%.2f..%.2f)", ratio, least, most)
	}
	cells := []string{
		t.title,
		fmt.Sprintf("%.0f", t.median(rateOf)),
		share,
		fmt.Sprintf("%.2f", t.median(func(s slot) float64 { return s.p50.Seconds() * 1000 })),
		fmt.Sprintf("%.2f", t.median(func(s slot) float64 { return s.p99.Seconds() * 1000 })),
		fmt.Sprintf("%.0f", t.median(func(s slot) float64 { return s.cpu })),
	}
	if b.database != nil {
		cells = append(cells, fmt.Sprintf("%.0f", t.median(func(s slot) float64 { return s.database })))
	}
	return append(cells, fmt.Sprintf("%.1f", cpu), fmt.Sprintf("%.1f", t.median(allocsOf)),
		fmt.Sprintf("%.1f", t.median(func(s slot) float64 { return s.bytes / 1024 })))
}

func (b *bench) goals(out *strings.Builder, results []*result, under conditions) {
	out.WriteString("\n| goal | floor or limit | measured | |\n|---|---:|---:|---|\n")
	for _, m := range results {
		_, ratio, _ := m.ofBase(m.product(), rateOf)
		title := m.route.title + ", "
		if m.target.floor > 0 {
			goal(out, title+"of "+b.engine.base, fmt.Sprintf(">= %.2f", m.target.floor), fmt.Sprintf("%.2f", ratio), ratio >= m.target.floor)
		} else if m.target.maxTime > 0 {
			goal(out, title+b.engine.base+"'s time ×", fmt.Sprintf("<= %.2f", m.target.maxTime), fmt.Sprintf("%.2f", 1/ratio), 1/ratio <= m.target.maxTime)
		} else {
			fmt.Fprintf(out, "| %s's time × | none | %.2f | |\n", title+b.engine.base, 1/ratio)
		}
		if m.target.maxAllocs > 0 {
			allocs := m.product().median(allocsOf)
			goal(out, title+"allocations", fmt.Sprintf("<= %.0f", m.target.maxAllocs), fmt.Sprintf("%.1f", allocs), allocs <= m.target.maxAllocs)
		}
		if m.target.maxCPU > 0 {
			cpu := m.product().median(func(s slot) float64 { return s.cpu }) / 1000
			goal(out, title+"CPU", fmt.Sprintf("<= %.0f ms", m.target.maxCPU), fmt.Sprintf("%.1f ms", cpu), cpu <= m.target.maxCPU)
		}
	}
	goal(out, "idle anonymous memory", fmt.Sprintf("< %d MB", maxIdleMemory>>20), fmt.Sprintf("%.1f MB", megabytes(under.idle)), under.idle < maxIdleMemory)
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
	fmt.Fprintf(out, "%s: %d of %d were refused as duplicates (%.2f %%); each of the others has left its row, its entry in the trail and its change row.\n",
		api.title, api.refused, api.refused+api.created, 100*share)
	if share > maxRefused {
		fmt.Fprintf(out, "**More than %.0f %% were refused: the POST's numbers do not count.**\n", 100*maxRefused)
	}
}

func rateOf(s slot) float64 { return s.rate }

func allocsOf(s slot) float64 { return s.allocs }

func megabytes(bytes int) float64 { return float64(bytes) / (1 << 20) }
