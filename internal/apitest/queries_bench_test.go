package apitest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	room "github.com/bridgework-dental/bridgework/internal/query"
)

// Two million rows as a file on the SFTP server: `make bench-queries`.
func TestTwoMillionRowsAreNotHeldInMemory(t *testing.T) {
	if os.Getenv("QUERY_SPEED") == "" {
		t.Skip("it takes half a minute; `make bench-queries` runs it")
	}
	o := newOffice(t)
	const digits = "(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)"
	command := "SELECT a.d AS a, b.d AS b, c.d AS c, e.d AS e, f.d AS f, g.d AS g, h.d AS h, 'Crown, porcelain' AS Descript, 1250.5 AS ProcFee FROM " +
		digits + " a, " + digits + " b, " + digits + " c, " + digits + " e, " + digits + " f, " + digits + " g, (SELECT 0 AS d UNION SELECT 1) h"
	took, growth := measure(t, func() error {
		if status, body := o.query(t, command, "long.csv", nil); status != http.StatusCreated {
			t.Fatalf("%d %s\n%s", status, body, o.sftp.Log())
		}
		return nil
	})
	content := o.sftp.Read(t, "long.csv")
	if lines := bytes.Count(content, []byte("\n")); lines != 2_000_001 {
		t.Errorf("the file has %d lines, want 2,000,001", lines)
	}
	t.Logf("2,000,000 rows, %d MB, in %.1f s; the process grew by %d MB", len(content)>>20, took.Seconds(), growth>>20)
	if growth > maxGrowth {
		t.Errorf("the process grew by %d MB", growth>>20)
	}
}

// reads counts how often the API answers in a while, with several clients at once.
func reads(handler http.Handler, clients int, during time.Duration) int64 {
	var n atomic.Int64
	var all sync.WaitGroup
	until := time.Now().Add(during)
	for range clients {
		all.Go(func() {
			for time.Now().Before(until) {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, newRequest(Authorization, http.MethodGet, "/definitions?Category=1", ""))
				if w.Code == http.StatusOK {
					n.Add(1)
				}
			}
		})
	}
	all.Wait()
	return n.Load()
}

// The goal is that four heavy queries leave the others 0.7 of their throughput: on SQLite, where they run in this process.
func BenchmarkReadsBesideFourHeavyQueries(b *testing.B) {
	s := NewServer(b)
	handler := withQueries(s, room.New(room.Options{}), nil)
	const while = 400 * time.Millisecond
	var alone, beside int64
	for b.Loop() {
		alone += reads(handler, 4, while)
		stop := fourHeavy(b, handler)
		time.Sleep(while / 2) // until all four are at it
		beside += reads(handler, 4, while)
		stop()
	}
	b.ReportMetric(float64(beside)/float64(alone), "of-the-reads-alone")
	b.ReportMetric(0, "ns/op")
}
