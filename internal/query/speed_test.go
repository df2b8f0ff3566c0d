package query

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/bridgework-dental/bridgework/internal/store"
	practice "github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// largeOffice is a practice of 200,000 patients with a million procedures.
func largeOffice(t testing.TB) string {
	t.Helper()
	path := os.Getenv("QUERY_SPEED_FILE")
	if path == "" {
		path = filepath.Join(t.TempDir(), "large.db")
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	db, err := practice.Open(path, store.PracticeMigrations(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, s := range []string{
		"PRAGMA synchronous=OFF", "BEGIN",
		`INSERT INTO patient(PatNum,LName,FName,Birthdate,ClinicNum,Guarantor,EstBalance,City,State) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<200000)
			SELECT i, 'Name'||(i%5000), 'First'||(i%700), date('1940-01-01','+'||(i%29000)||' days'), i%4, i, (i%1000)/4.0, 'City'||(i%90), 'WA' FROM n`,
		`INSERT INTO procedurelog(ProcNum,PatNum,ProcDate,ProcFee,CodeNum,ProcStatus,ProvNum,ClinicNum,Surf,ToothNum) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1000000)
			SELECT i, (i*7919)%200000+1, date('2015-01-01','+'||((i*31)%4000)||' days'), (i%400)+(i%7)*0.25, i%300+1, CASE WHEN i%5=0 THEN 1 ELSE 2 END, i%9+1, i%4, CASE i%3 WHEN 0 THEN 'MO' ELSE '' END, i%32+1 FROM n`,
		"COMMIT", "ANALYZE",
	} {
		if err := (&connection{raw: raw}).exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// timing is a query in callers' words and in SQLite's own, which its shell is timed by.
type timing struct {
	name, mysql, sqlite string
	repeat              int
}

var timings = []timing{
	{"point", "SELECT PatNum, LName, FName, Birthdate FROM patient WHERE PatNum=777", "SELECT PatNum, LName, FName, Birthdate FROM patient WHERE PatNum=777;", 2000},
	{"indexed range", "SELECT COUNT(*), SUM(ProcFee) FROM procedurelog WHERE PatNum BETWEEN 5000 AND 5400", "SELECT COUNT(*), SUM(ProcFee) FROM procedurelog WHERE PatNum BETWEEN 5000 AND 5400;", 100},
	{"filtered scan", "SELECT COUNT(*), SUM(ProcFee) FROM procedurelog WHERE ProcStatus=2 AND ProcFee>100 AND ToothNum<>'5'", "SELECT COUNT(*), SUM(ProcFee) FROM procedurelog WHERE ProcStatus=2 AND ProcFee>100 AND ToothNum<>'5';", 1},
	{"scan of dates", "SELECT COUNT(*) FROM procedurelog WHERE ProcDate BETWEEN '2018-01-01' AND '2018-12-31' AND ProcFee*1.5>200", "SELECT COUNT(*) FROM procedurelog WHERE ProcDate BETWEEN '2018-01-01' AND '2018-12-31' AND ProcFee*1.5>200;", 1},
	{"join and group", "SELECT p.ClinicNum, p.State, COUNT(*), SUM(pl.ProcFee) FROM procedurelog pl INNER JOIN patient p ON p.PatNum=pl.PatNum WHERE pl.ProcStatus=2 GROUP BY p.ClinicNum, p.State", "SELECT p.ClinicNum, p.State, COUNT(*), SUM(pl.ProcFee) FROM procedurelog pl INNER JOIN patient p ON p.PatNum=pl.PatNum WHERE pl.ProcStatus=2 GROUP BY p.ClinicNum, p.State;", 1},
	{"group by a month", "SELECT DATE_FORMAT(ProcDate,'%Y-%m') AS m, COUNT(*), SUM(ProcFee) FROM procedurelog GROUP BY m", "SELECT strftime('%Y-%m',ProcDate) AS m, COUNT(*), SUM(ProcFee) FROM procedurelog GROUP BY m;", 1},
	{"texts that are like", "SELECT COUNT(*) FROM patient WHERE LName LIKE '%ame12%'", "SELECT COUNT(*) FROM patient WHERE LName LIKE '%ame12%';", 1},
}

// TestSpeed prints the ratios that bench/README.md keeps. It takes minutes and wants a quiet machine.
func TestSpeed(t *testing.T) {
	if os.Getenv("QUERY_SPEED") == "" {
		t.Skip("QUERY_SPEED=1 measures callers' SQL on a large practice")
	}
	path := largeOffice(t)
	db, err := practice.Open(path, store.PracticeMigrations(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	room := New(Options{})
	maria := largeReference(t, path)
	plain, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	engine := &connection{raw: plain}
	if err := engine.exec("PRAGMA mmap_size=1073741824"); err != nil {
		t.Fatal(err)
	}
	// The engine is SQLite as Go runs it, without the room around it: what the room adds is ours, the rest is not.
	fmt.Printf("%-22s %10s %10s %10s %10s %8s %8s %8s\n", "query", "ours ms", "engine ms", "shell ms", "MariaDB ms", "/engine", "/shell", "/MariaDB")
	for _, q := range timings {
		var ours, bare, shell, server []float64
		for range 5 {
			began := time.Now()
			for range q.repeat {
				if err := room.Run(t.Context(), db, 1, q.mysql, &gather{}); err != nil {
					t.Fatal(err)
				}
			}
			ours = append(ours, time.Since(began).Seconds()*1e3/float64(q.repeat))
			bare = append(bare, engineTime(t, engine, q))
			shell = append(shell, shellTime(t, path, q))
			if maria != nil {
				server = append(server, serverTime(t, maria, q))
			}
		}
		a, e, b, c := median(ours), median(bare), median(shell), median(server)
		fmt.Printf("%-22s %10.3f %10.3f %10.3f %10.3f %8.2f %8.2f %8.2f\n", q.name, a, e, b, c, a/e, a/b, a/max(c, 1e-9))
	}
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// engineTime is the time that a query in SQLite's words takes on SQLite as Go runs it.
func engineTime(t testing.TB, engine *connection, q timing) float64 {
	t.Helper()
	began := time.Now()
	for range q.repeat {
		if err := engine.exec(strings.TrimSuffix(q.sqlite, ";")); err != nil {
			t.Fatal(err)
		}
	}
	return time.Since(began).Seconds() * 1e3 / float64(q.repeat)
}

// shellTime is the time that SQLite's shell says a query took, its start left out.
func shellTime(t testing.TB, path string, q timing) float64 {
	t.Helper()
	var script strings.Builder
	script.WriteString("PRAGMA mmap_size=1073741824;\n" + q.sqlite + "\n.timer on\n")
	for range q.repeat {
		script.WriteString(q.sqlite + "\n")
	}
	command := exec.CommandContext(t.Context(), "sqlite3", "-readonly", path)
	command.Stdin = strings.NewReader(script.String())
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	for lines.Scan() {
		var real, user, sys float64
		if n, _ := fmt.Sscanf(lines.Text(), "Run Time: real %f user %f sys %f", &real, &user, &sys); n == 3 {
			total += real
		}
	}
	return total * 1e3 / float64(q.repeat)
}

func serverTime(t testing.TB, db *sql.DB, q timing) float64 {
	t.Helper()
	began := time.Now()
	for range q.repeat {
		rows, err := db.QueryContext(t.Context(), q.mysql)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
		}
		rows.Close()
	}
	return time.Since(began).Seconds() * 1e3 / float64(q.repeat)
}

// largeReference is a MariaDB with the two tables.
func largeReference(t testing.TB, path string) *sql.DB {
	t.Helper()
	small := reference.open(t)
	ctx := context.Background()
	if _, err := small.ExecContext(ctx, "CREATE DATABASE bridgework_large"); err != nil {
		t.Fatal(err)
	}
	db := reference.dial(t, "bridgework_large")
	for _, s := range []string{
		"CREATE TABLE patient LIKE bridgework_office.patient", "CREATE TABLE procedurelog LIKE bridgework_office.procedurelog", "ALTER TABLE procedurelog ADD KEY (PatNum), ADD KEY(ProcDate)", "ALTER TABLE patient ADD KEY(LName)",
	} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	from, err := practice.Open(path, store.PracticeMigrations(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	for table, columns := range map[string]string{
		"patient": "PatNum,LName,FName,Birthdate,ClinicNum,Guarantor,EstBalance,City,State", "procedurelog": "ProcNum,PatNum,ProcDate,ProcFee,CodeNum,ProcStatus,ProvNum,ClinicNum,Surf,ToothNum",
	} {
		err := from.Read(ctx, func(c store.Conn) error {
			rows := c.Query("SELECT " + columns + " FROM " + table)
			var batch strings.Builder
			for rows.Next() {
				if batch.Len() == 0 {
					batch.WriteString("INSERT INTO " + table + "(" + columns + ") VALUES ")
				} else {
					batch.WriteByte(',')
				}
				for i := range strings.Count(columns, ",") + 1 {
					batch.WriteString(map[bool]string{true: "('", false: "','"}[i == 0])
					batch.Write(rows.Text(i))
				}
				batch.WriteString("')")
				if batch.Len() > 4<<20 {
					if _, err := db.ExecContext(ctx, batch.String()); err != nil {
						return err
					}
					batch.Reset()
				}
			}
			if err := rows.Close(); err != nil || batch.Len() == 0 {
				return err
			}
			_, err := db.ExecContext(ctx, batch.String())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(ctx, "ANALYZE TABLE patient, procedurelog"); err != nil {
		t.Fatal(err)
	}
	return db
}
