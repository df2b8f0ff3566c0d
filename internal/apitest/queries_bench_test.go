package apitest

import (
	"bytes"
	"net/http"
	"os"
	"testing"
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
