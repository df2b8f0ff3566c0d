package query

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// statusOf is what the Open Dental edge makes of a fault.
func statusOf(err error) string {
	switch {
	case err == nil:
		return "200"
	case fault.Is(err, fault.Forbidden):
		return "401"
	case fault.Is(err, fault.Invalid):
		return "400"
	case fault.Is(err, fault.Busy):
		return "504"
	}
	return "500"
}

// copyOffice is a file of the test's own.
func copyOffice(t testing.TB) string {
	t.Helper()
	from, err := office()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func fileHash(t testing.TB, path string) [32]byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(text)
}

type attempt struct{ status, command string }

func readHostile(t testing.TB) []attempt {
	t.Helper()
	text, err := os.ReadFile("testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []attempt
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		all = append(all, attempt{line[:3], line[4:]})
	}
	return all
}

func TestHostileCommandsAreRefusedAndChangeNoByte(t *testing.T) {
	path := copyOffice(t)
	before := fileHash(t, path)
	folder := filepath.Dir(path)
	db, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// What is to fill its room has the time for it on any machine; only what never ends has little.
	ending := New(Options{Limits: Limits{Time: time.Minute, Temporary: 4 << 20}})
	endless := New(Options{Limits: Limits{Time: 300 * time.Millisecond, Temporary: 4 << 20}})
	attempts := readHostile(t)
	if len(attempts) < 120 {
		t.Errorf("there are only %d attempts", len(attempts))
	}
	for _, a := range attempts {
		room := ending
		if a.status == "504" {
			room = endless
		}
		err := room.Run(t.Context(), db, 1, a.command, &gather{})
		if got := statusOf(err); got != a.status {
			t.Errorf("status %s, want %s: %s\n\t%v", got, a.status, a.command, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if fileHash(t, path) != before {
		t.Error("the file has changed")
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("beside the file there are %v %v", left, err)
	}
	if _, err := os.Stat("/tmp/x"); err == nil {
		t.Error("a file was written")
	}
}

// What SQLite itself is asked past the screen and the rewrite: the second lock.
var pastTheScreen = []string{
	"DELETE FROM patient", "DELETE FROM main.patient", "UPDATE patient SET LName='x'", "INSERT INTO patient(LName) VALUES('x')", "REPLACE INTO patient(PatNum) VALUES(1)",
	"DROP TABLE patient", "ALTER TABLE patient ADD COLUMN x", "CREATE TABLE x(a)", "CREATE TABLE main.x(a)", "CREATE INDEX i ON patient(LName)", "CREATE VIEW v AS SELECT 1", "CREATE TEMP VIEW v AS SELECT 1",
	"CREATE TRIGGER t AFTER INSERT ON patient BEGIN SELECT 1; END", "CREATE TEMP TRIGGER t AFTER INSERT ON patient BEGIN SELECT 1; END", "ATTACH '/etc/passwd' AS x", "ATTACH ':memory:' AS x", "DETACH main",
	"PRAGMA journal_mode=DELETE", "PRAGMA writable_schema=1", "PRAGMA user_version=9", "PRAGMA temp_store=MEMORY", "PRAGMA temp.max_page_count=1000000", "VACUUM", "VACUUM INTO '/tmp/x'", "REINDEX", "ANALYZE",
	"SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "SELECT writefile('/tmp/x','y')", "SELECT randomblob(1000000000)", "SELECT zeroblob(1000000000)", "SELECT hex('a')", "SELECT sqlite_version()",
	"CREATE VIRTUAL TABLE x USING fts5(a)", "SELECT * FROM sqlite_master", "SELECT * FROM pragma_table_list", "SELECT * FROM rowchange", "SAVEPOINT x", "BEGIN EXCLUSIVE", "COMMIT",
}

func TestTheConnectionItselfRefusesWhatTheScreenWould(t *testing.T) {
	path := copyOffice(t)
	before := fileHash(t, path)
	db, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := openConnection(path, true, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	c.watch.start(t.Context(), make(chan struct{}, 1), 1e9, 1<<30)
	for _, command := range pastTheScreen {
		if err := c.exec(command); err == nil {
			t.Errorf("SQLite runs %s", command)
		}
	}
	if err := c.exec("CREATE TEMP TABLE x(a)"); err != nil {
		t.Errorf("a temporary table is refused: %v", err)
	}
	c.watch.end()
	c.close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if fileHash(t, path) != before {
		t.Error("the file has changed")
	}
}

func TestTemporaryTablesAreSeenByNoOtherCommand(t *testing.T) {
	room, db := openOffice(t, Options{})
	if err := room.Run(t.Context(), db, 1, "CREATE TEMPORARY TABLE secret SELECT 1 AS a; SET @secret='x'", &gather{}); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := ask(t, room, db, "SELECT * FROM secret"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("another command sees the table: %v", err)
		}
		got, err := ask(t, room, db, "SELECT @secret")
		if err != nil || got.rows[0][0] != null {
			t.Fatalf("another command sees the variable: %v %v", got, err)
		}
	}
}

func TestACancelledCommandEndsAtOnce(t *testing.T) {
	room, db := openOffice(t, Options{})
	for _, command := range []string{
		"SELECT COUNT(*) FROM patient a, patient b, patient c",
		"SELECT a.LName FROM patient a, patient b ORDER BY CONCAT(a.Address,b.Address)",
		"WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i+1 FROM n) SELECT MAX(MD5(i)) FROM n",
		"SELECT GROUP_CONCAT(a.LName ORDER BY b.Address) FROM patient a, patient b",
		"SELECT a.PatNum, COUNT(DISTINCT b.LName) FROM patient a, patient b GROUP BY a.Address ORDER BY 2",
		"CREATE TEMPORARY TABLE t SELECT a.PatNum AS x FROM patient a, patient b; SELECT COUNT(*) FROM t a, t b",
	} {
		cancelled(t, room, db, command)
	}
}

// cancelled cancels a command that would run for hours, and has it end.
func cancelled(t *testing.T, room *Room, db store.DB, command string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- room.Run(ctx, db, 1, command, &gather{}) }()
	select {
	case err := <-ended:
		t.Errorf("it ended by itself: %v: %s", err, command)
		return
	case <-time.After(150 * time.Millisecond):
	}
	cancel()
	select {
	case err := <-ended:
		if err == nil {
			t.Errorf("it went on to its end: %s", command)
		}
	case <-time.After(time.Minute):
		t.Errorf("it does not end: %s", command)
	}
}

func TestTheBoundsAnswerClearErrors(t *testing.T) {
	_, db := openOffice(t, Options{})
	for _, c := range []struct {
		limits  Limits
		command string
		kind    fault.Kind
		says    string
	}{
		{Limits{Scanned: 10_000}, "SELECT COUNT(*) FROM patient a, patient b", fault.Invalid, "10000 rows"},
		{Limits{Rows: 5}, "SELECT PatNum FROM patient", fault.Invalid, "more than 5 rows"},
		{Limits{Length: 100}, "SELECT '" + strings.Repeat("x", 100) + "'", fault.Invalid, "longer than 100 bytes"},
		{Limits{Temporary: 1 << 18}, "CREATE TEMPORARY TABLE t SELECT * FROM patient", fault.Invalid, "temporary tables"},
		{Limits{Spill: 4 << 20}, "SELECT COUNT(DISTINCT CONCAT(a.Address,b.Address,a.LName)) FROM patient a, patient b", fault.Invalid, "more than 4 MB"},
		{Limits{Time: 50 * time.Millisecond}, "SELECT COUNT(*) FROM patient a, patient b, patient c", fault.Busy, "longer than 50ms"},
	} {
		err := New(Options{Limits: c.limits}).Run(t.Context(), db, 1, c.command, &gather{})
		if !fault.Is(err, c.kind) || !strings.Contains(fault.From(err).Text, c.says) {
			t.Errorf("%.60s: %v, want %q", c.command, err, c.says)
		}
	}
}

// holding is a sink that keeps its command running, from its first row, until it is released.
type holding struct {
	gather
	begun   chan<- struct{}
	release <-chan struct{}
}

func (h *holding) Row(cells []Cell) error {
	h.begun <- struct{}{}
	<-h.release
	return ErrEnough
}

func TestAKeyRunsOnlySoManyCommandsAtATime(t *testing.T) {
	_, db := openOffice(t, Options{})
	room := New(Options{Limits: Limits{PerKey: 2}})
	begun, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 2)
	for range 2 {
		go func() {
			ended <- room.Run(t.Context(), db, 1, "SELECT PatNum FROM patient", &holding{begun: begun, release: release})
		}()
		<-begun
	}
	if err := room.Run(t.Context(), db, 1, "SELECT 1", &gather{}); !fault.Is(err, fault.Busy) {
		t.Errorf("a third command is not refused: %v", err)
	}
	if err := room.Run(t.Context(), db, 2, "SELECT 1", &gather{}); err != nil {
		t.Errorf("another key's command waits for the first's: %v", err)
	}
	close(release)
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if err := room.Run(t.Context(), db, 1, "SELECT 1", &gather{}); err != nil {
		t.Errorf("after they have ended: %v", err)
	}
}

func TestALargeResultIsStreamed(t *testing.T) {
	room, db := openOffice(t, Options{})
	var out bytes.Buffer
	sink := NewCSV(&out)
	if err := room.Run(t.Context(), db, 1, `SELECT a.PatNum, 'x,"y"' AS q, NULL AS n FROM patient a, patient b WHERE b.PatNum<=30`, sink); err != nil {
		t.Fatal(err)
	}
	n, err := sink.Finish()
	if err != nil || n < 50000 {
		t.Errorf("%d rows, %v", n, err)
	}
	if !strings.HasPrefix(out.String(), "PatNum,q,n\r\n1,\"x,\"\"y\"\"\",\r\n") {
		t.Errorf("it begins with %q", out.String()[:40])
	}
	out.Reset()
	sink = NewCSV(&out)
	if err := room.Run(t.Context(), db, 1, "SELECT PatNum FROM patient WHERE 1=0", sink); err != nil {
		t.Fatal(err)
	}
	if _, err := sink.Finish(); err != nil || out.String() != "OK" {
		t.Errorf("no rows are %q %v", out.String(), err)
	}
}
