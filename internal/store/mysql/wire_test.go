package mysql

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// withLink calls fn with a connection of its own, which has a schema: MariaDB's tables of numbers belong to one.
func withLink(t *testing.T, ctx context.Context, parameters string, fn func(c *conn) error) error {
	t.Helper()
	server := connect(t, storetest.Shared(t).URL()+parameters, nil)
	schema := storetest.NewSchema()
	openSchema(t, server, schema, nil)
	return server.with(ctx, schema, fn)
}

// asText has the next statement sent as text, whose rows are text, too.
func asText(c *conn) { c.hold("DO 0") }

type reading struct {
	null    bool
	text    string
	integer int64
	float   float64
}

func readCell(t *testing.T, c *conn, sql string) reading {
	t.Helper()
	rows := c.Query(sql)
	if !rows.Next() {
		t.Fatalf("%s: no row: %v", sql, rows.Close())
	}
	// A cell in front and one behind: a wrong length would be seen there.
	found := reading{rows.Null(1), string(rows.Text(1)), rows.Int(1), rows.Float(1)}
	if front, behind := rows.Int(0), string(rows.Text(2)); front != 7 || behind != "behind" {
		t.Errorf("%s: around it stand %d and %q", sql, front, behind)
	}
	if rows.Next() {
		t.Errorf("%s: there is a second row", sql)
	}
	if err := rows.Close(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return found
}

func TestAValueReadsTheSameFromAPreparedStatementAsFromText(t *testing.T) {
	err := withLink(t, t.Context(), "", func(c *conn) error {
		for value, want := range map[string]reading{
			"NULL":                                 {null: true},
			"1":                                    {false, "1", 1, 1},
			"-1":                                   {false, "-1", -1, -1},
			"CAST(-9223372036854775808 AS SIGNED)": {false, "-9223372036854775808", -9223372036854775808, -9223372036854775808},
			"CAST(200 AS UNSIGNED)":                {false, "200", 200, 200},
			"CAST(1.50 AS DECIMAL(8, 2))":          {false, "1.50", 1, 1.5},
			"-0.75":                                {false, "-0.75", 0, -0.75},
			"CAST(2.5 AS DOUBLE)":                  {false, "2.5", 2, 2.5},
			"CAST(0.25 AS FLOAT)":                  {false, "0.25", 0, 0.25},
			"''":                                   {false, "", 0, 0},
			"'Wójcik'":                             {false, "Wójcik", 0, 0},
			"REPEAT('x', 251)":                     {false, strings.Repeat("x", 251), 0, 0},
			"REPEAT('x', 70000)":                   {false, strings.Repeat("x", 70000), 0, 0},
			"CAST('2026-02-03' AS DATE)":           {false, "2026-02-03", 2026, 0},
			"CAST('0001-01-01' AS DATE)":           {false, "0001-01-01", 1, 0},
			"CAST('2026-02-03 04:05:06' AS DATETIME)":       {false, "2026-02-03 04:05:06", 2026, 0},
			"CAST('2026-02-03 00:00:00' AS DATETIME)":       {false, "2026-02-03 00:00:00", 2026, 0},
			"CAST('2026-02-03 04:05:06.25' AS DATETIME(6))": {false, "2026-02-03 04:05:06.250000", 2026, 0},
			"CAST('04:05:06' AS TIME)":                      {false, "04:05:06", 4, 0},
			"CAST('-100:05:06' AS TIME)":                    {false, "-100:05:06", -100, 0},
			"CAST('00:00:00' AS TIME)":                      {false, "00:00:00", 0, 0},
		} {
			sql := "SELECT 7, " + value + ", 'behind'"
			prepared := readCell(t, c, sql)
			again := readCell(t, c, sql) // its columns are not described a second time
			asText(c)
			text := readCell(t, c, sql)
			// Of a date as a number only text has an answer, and nobody asks.
			if prepared.text != want.text || prepared.null != want.null || strings.Count(want.text, "-") < 2 && !strings.Contains(want.text, ":") && prepared != want {
				t.Errorf("%s prepared is %+v, want %+v", value, prepared, want)
			}
			if again != prepared {
				t.Errorf("%s the second time is %+v, was %+v", value, again, prepared)
			}
			if text.text != want.text || text.null != want.null || prepared.integer != 0 && text.integer != prepared.integer {
				t.Errorf("%s as text is %+v, want %+v", value, text, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRowsThatNobodyReadsDoNotReachTheNextStatement(t *testing.T) {
	for _, parameters := range []string{"", "&tls=preferred"} {
		err := withLink(t, t.Context(), parameters, func(c *conn) error {
			for _, read := range []int{0, 1, 50, 999, 1000, 1001} {
				for _, text := range []bool{false, true} {
					if text {
						asText(c)
					}
					rows := c.Query("SELECT seq, REPEAT('y', seq) FROM seq_1_to_1000")
					for n := 1; n <= read; n++ {
						if next := rows.Next(); next != (n <= 1000) {
							t.Fatalf("row %d is there: %v", n, next)
						} else if next && (rows.Int(0) != int64(n) || len(rows.Text(1)) != n) {
							t.Fatalf("row %d is %d with %d characters", n, rows.Int(0), len(rows.Text(1)))
						}
					}
					if err := rows.Close(); err != nil {
						t.Fatal(err)
					}
					if found := readCell(t, c, "SELECT 7, 'next', 'behind'"); found.text != "next" {
						t.Errorf("after %d rows the next statement answers %q", read, found.text)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnErrorAmongTheRowsIsTold(t *testing.T) {
	err := withLink(t, t.Context(), "", func(c *conn) error {
		const sql = "SELECT seq, (SELECT s.seq FROM seq_1_to_2 AS s WHERE s.seq <= IF(t.seq > 500, 2, 1)) FROM seq_1_to_1000 AS t"
		for _, text := range []bool{false, true} {
			if text {
				asText(c)
			}
			rows := c.Query(sql)
			for rows.Next() {
			}
			if err := rows.Close(); !hasCode(err, 1242) {
				t.Errorf("a sub-query of two rows among the rows: %v", err)
			}
			if found := readCell(t, c, "SELECT 7, 'next', 'behind'"); found.text != "next" {
				t.Errorf("the next statement answers %q", found.text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAConnectionThatBreaksAmongTheRowsIsALostOne(t *testing.T) {
	err := withLink(t, t.Context(), "", func(c *conn) error {
		rows := c.Query("SELECT seq, REPEAT('y', 1000) FROM seq_1_to_100000")
		for range 10 {
			rows.Next()
		}
		c.wire.Close()
		for rows.Next() {
		}
		return rows.Close()
	})
	if !isLostConnection(err) {
		t.Errorf("the error is %v, want a lost connection", err)
	}
}

func TestAnEndedContextEndsTheRows(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := withLink(t, ctx, "", func(c *conn) error {
		rows := c.Query("SELECT seq, REPEAT('y', 1000) FROM seq_1_to_1000000")
		rows.Next()
		cancel()
		for rows.Next() {
		}
		return rows.Close()
	})
	if !errors.Is(err, context.Canceled) && !isLostConnection(err) {
		t.Errorf("the error is %v, want that of the context", err)
	}
	if kind := fault.From(err).Kind; kind == fault.Internal && !errors.Is(err, context.Canceled) {
		t.Errorf("it is of kind %v", kind)
	}
}

func TestReadingARowDoesNotAllocate(t *testing.T) {
	err := withLink(t, t.Context(), "", func(c *conn) error {
		columns := strings.Repeat(", seq, 'text', CAST('2026-02-03 04:05:06' AS DATETIME), 1.5", 7)
		allocations := func(rows int) float64 {
			sql := fmt.Sprintf("SELECT 0%s FROM seq_1_to_%d", columns, rows)
			return testing.AllocsPerRun(20, func() {
				found, seen := c.Query(sql), 0
				for found.Next() {
					seen++
					for col := range 29 {
						_, _ = found.Text(col), found.Int(col)
					}
				}
				if err := found.Close(); err != nil || seen != rows {
					t.Fatalf("%d rows, %v", seen, err)
				}
			})
		}
		if few, many := allocations(10), allocations(1000); many > few+5 {
			t.Errorf("10 rows allocate %.0f times, 1,000 rows %.0f times", few, many)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTLSIsRefusedWhereTheServerHasNone(t *testing.T) {
	maria, err := storetest.StartMariaDB("--skip-ssl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(maria.Remove)
	if _, err := Connect(t.Context(), maria.URL()+"&tls=skip-verify", Options{}); err == nil || !strings.Contains(err.Error(), "TLS") {
		t.Errorf("the error is %v", err)
	}
	connect(t, maria.URL()+"&tls=preferred", nil)
}

func FuzzRow(f *testing.F) {
	f.Add([]byte("\x01a\xfb\xfc\x01\x00b"), 3, false)
	f.Add([]byte("\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08"), 1, true)
	f.Add([]byte("\x00\x00\x0b\xea\x07\x02\x03\x04\x05\x06\x90\xd0\x03\x00"), 5, true)
	f.Add([]byte("\xfe\xff\xff\xff\xff\xff\xff\xff\xff"), 2, false)
	f.Add([]byte("\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"), 64, false)
	f.Add([]byte("\x00\x00\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"), 2, true)
	all := []cellType{{signedCell, 8}, {textCell, 0}, {dateTimeCell, 0}, {floatCell, 8}, {timeCell, 0}, {unsignedCell, 1}, {dateCell, 0}}
	f.Fuzz(func(t *testing.T, body []byte, columns int, isBinary bool) {
		columns = max(0, columns%40)
		var types []cellType
		for i := 0; isBinary && i < columns; i++ {
			types = append(types, all[(i+len(body))%len(all)])
		}
		var r row
		if r.read(body, columns, types) != nil {
			return
		}
		for col := range columns { // whatever the server sends, nothing outside of it is read
			r.text(col)
			r.integer(col)
			r.float(col)
			r.appendText(nil, col)
		}
	})
}
