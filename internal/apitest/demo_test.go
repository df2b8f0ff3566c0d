package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// demoArgs start a demo at a location.
func demoArgs(location string) []string {
	if testdb.EngineOf(location) == testdb.MariaDB {
		return []string{"demo", "--database", location}
	}
	return []string{"demo", "--data", location}
}

// beforeAll is when the clock of a demo may begin that is to be asked at the time of any vector: stamps never
// go back.
const beforeAll = "2015-01-01 00:00:00"

// freshDemo makes a demo's data and returns what gives the location of a copy of it, as it is just after the
// first start. used names tables that the test changes without a change row.
func freshDemo(t *testing.T) func(t *testing.T, used ...string) string {
	location := testdb.Chosen().Location(t)
	p := start(t, append(demoArgs(location), "--now", beforeAll)...)
	p.command.Process.Signal(syscall.SIGTERM)
	if code := p.wait(t, 20*time.Second); code != 0 {
		t.Fatalf("the demo exits with %d: %s", code, &p.errors)
	}
	if testdb.Chosen() == testdb.MariaDB {
		return scratchCopy(t, location)
	}
	return func(t *testing.T, _ ...string) string {
		to := testdb.Chosen().Location(t)
		if err := os.CopyFS(to, os.DirFS(location)); err != nil {
			t.Fatal(err)
		}
		return to
	}
}

// scratchCopy copies a demo on a server once, and puts back before each test what the one before it has changed:
// to make seventy tables takes longer than all that is done with them.
func scratchCopy(t *testing.T, location string) func(t *testing.T, used ...string) string {
	scratch := testdb.Chosen().Location(t)
	original := copySchemas(t, location, scratch)
	var before []string
	return func(t *testing.T, used ...string) string {
		err := OpenServer(t, scratch).Book.DB.Write(t.Context(), func(tx store.Tx) error { return putBack(tx, original, before) })
		if err != nil {
			t.Fatal(err)
		}
		before = used
		return scratch
	}
}

// putBack fills the tables that have changed from the schema that they were copied from: those that the change
// rows name, the trail, and others.
func putBack(tx store.Tx, original string, others []string) error {
	touched := append([]string{"auditevent", "rowchange"}, others...)
	rows := tx.Query("SELECT DISTINCT `TableName` FROM `rowchange` WHERE `ChangeNum` > (SELECT COALESCE(MAX(`ChangeNum`), 0) FROM `" + original + "`.`rowchange`)")
	for rows.Next() {
		touched = append(touched, string(rows.Text(0)))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, table := range touched {
		for _, statement := range []string{"DELETE FROM `" + table + "`", "INSERT INTO `" + table + "` SELECT * FROM `" + original + "`.`" + table + "`"} {
			if _, err := tx.Exec(statement); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
	}
	for _, table := range touched {
		// The next key follows the greatest one again.
		if _, err := tx.Exec("ALTER TABLE `" + table + "` AUTO_INCREMENT = 1"); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

// answer is what a demo says.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a vector to a demo that runs.
func ask(t *testing.T, p *process, v Vector) answer {
	t.Helper()
	status, header, body, err := p.do(v.Request.Method, v.Request.Path, v.Request.Text())
	if err != nil {
		t.Fatal(err)
	}
	return answer{status, header, body}
}

// askGiven sends a vector to a demo that is given the vector's rows on top of its own, at the vector's time.
func askGiven(t *testing.T, location string, v Vector) answer {
	t.Helper()
	s := OpenServer(t, location)
	err := s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		for _, table := range v.Demo.Without {
			if err := tx.Send("DELETE FROM `" + table + "`"); err != nil {
				return err
			}
		}
		if v.Demo.Stock {
			return restock(tx)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Give(t, v.Given)
	if v.Clock == "" {
		v.Clock = "2026-01-02 03:04:05"
	}
	s.SetClock(t, v.Clock)
	w := s.Do(v.Request.Method, v.Request.Path, v.Request.Text())
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// copySchemas copies an installation with one practice to another prefix of its server, and returns the name of
// the practice's schema.
func copySchemas(t *testing.T, from, to string) (original string) {
	t.Helper()
	source, target := connect(t, from), connect(t, to)
	hub, practice := target.Prefix()+"_hub", target.Prefix()+"_practice_copy"
	if err := target.Copy(t.Context(), source.Prefix()+"_hub", hub); err != nil {
		t.Fatal(err)
	}
	db, err := target.Open(t.Context(), hub, store.HubMigrations(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write(t.Context(), func(tx store.Tx) error {
		rows := tx.Query("SELECT `DatabaseName` FROM `practice`")
		rows.Next()
		original = string(rows.Text(0))
		if err := rows.Close(); err != nil {
			return err
		}
		if err := target.Copy(t.Context(), original, practice); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE `practice` SET `DatabaseName` = ?", store.Text(practice))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, schema := range []string{hub, practice} {
			if err := target.Drop(context.Background(), schema); err != nil {
				t.Error(err)
			}
		}
	})
	return original
}

func connect(t *testing.T, location string) *mysql.Server {
	t.Helper()
	server, err := mysql.Connect(t.Context(), location, mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// TestVectorsHoldOnTheRunningDemo sends the vectors to `bridgework demo` itself. One that changes rows
// gets a demo of its own.
func TestVectorsHoldOnTheRunningDemo(t *testing.T) {
	fresh := freshDemo(t)
	// A demo of an earlier day has no network to write while it is asked.
	startFresh := func(t *testing.T) *process { return start(t, append(demoArgs(fresh(t)), "--now", beforeAll)...) }
	shared := start(t, demoArgs(testdb.Chosen().Location(t))...)
	sent := 0
	for file, vectors := range LoadVectors(t, "opendental") {
		for _, v := range vectors {
			if v.Demo.Skip != "" {
				continue
			}
			sent++
			t.Run(file+"/"+v.Name, func(t *testing.T) {
				switch {
				case v.Demo.Given:
					checkOnDemo(t, askGiven(t, fresh(t, v.tables()...), v), v)
				case len(*v.Changes) > 0:
					checkOnDemo(t, ask(t, startFresh(t), v), v)
				default:
					checkOnDemo(t, ask(t, shared, v), v)
				}
			})
		}
	}
	if sent < 950 {
		t.Errorf("only %d vectors are sent to the demo", sent)
	}
}

// clockReadings differ between two demos that are asked one after the other.
var clockReadings = regexp.MustCompile(`"serverDateTime":"[^"]*"`)

// Every page of every list, and whatever the vectors read, must be the same bytes from a demo in files and
// from one on a server.
func TestTheDemoReadsTheSameOnBothEngines(t *testing.T) {
	files := start(t, demoArgs(testdb.SQLite.Location(t))...)
	server := start(t, demoArgs(testdb.MariaDB.Location(t))...)
	asked := 0
	// alike asks both, and returns how many bytes of rows came.
	alike := func(path string) int {
		asked++
		status, header, body, err := files.do(http.MethodGet, path, "")
		if err != nil {
			t.Fatal(err)
		}
		otherStatus, otherHeader, other, err := server.do(http.MethodGet, path, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, own := range []string{"Date", "X-Request-Id"} {
			header.Del(own)
			otherHeader.Del(own)
		}
		body, other = clockReadings.ReplaceAll(body, nil), clockReadings.ReplaceAll(other, nil)
		if status != otherStatus || !bytes.Equal(body, other) || !maps.EqualFunc(header, otherHeader, slices.Equal) {
			t.Errorf("GET %s is not alike\nin files: %d %v\n\t%s\non a server: %d %v\n\t%s", path, status, header, body, otherStatus, otherHeader, other)
		}
		if status != http.StatusOK {
			return 0
		}
		return len(body)
	}
	for _, list := range lists() {
		for offset := 0; alike(fmt.Sprintf("%s?Offset=%d", list.path, offset)) > len("[]"); offset += 100 {
		}
	}
	for _, r := range od.All() {
		if r.Plan().Get.Group != "" {
			for key := range 400 {
				alike(fmt.Sprintf("/%s/%d", r.Plan().Path, key))
			}
		}
	}
	for _, vectors := range LoadVectors(t, "opendental") {
		for _, v := range vectors {
			if v.Request.Method == http.MethodGet {
				alike(v.Request.Path)
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d requests were sent", asked)
	}
}

// tables are those that the demo is changed in before the vector is sent.
func (v *Vector) tables() []string {
	tables := slices.Concat(slices.Collect(maps.Keys(v.Given)), v.Demo.Without)
	if v.Demo.Stock {
		tables = append(tables, "preference", "provider")
	}
	for i, table := range tables {
		if table == "fill" {
			tables[i] = "patient"
		}
	}
	return tables
}

// restock puts the providers and preferences of a new practice in place of the demo's.
func restock(tx *record.Tx) error {
	for _, statement := range []string{"DELETE FROM `preference`", "DELETE FROM `provider` WHERE `ProvNum` IN (1, 2)"} {
		if err := tx.Send(statement); err != nil {
			return err
		}
	}
	for _, step := range store.PracticeMigrations() {
		for _, statement := range step.Statements {
			if !strings.HasPrefix(statement, "INSERT INTO `preference`") && !strings.HasPrefix(statement, "INSERT INTO `provider`") {
				continue
			}
			if err := tx.Send(statement); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkOnDemo(t *testing.T, got answer, v Vector) {
	status, header, body := got.status, got.header, got.body
	if status != v.Response.Status {
		t.Fatalf("status %d, want %d: %s", status, v.Response.Status, body)
	}
	if v.Response.Empty {
		if len(body) > 0 {
			t.Errorf("body %q, want none", body)
		}
		return
	}
	if want := v.Response.Headers["Location"]; want != "" {
		got, err := url.Parse(header.Get("Location"))
		if err != nil || got.Path[:strings.LastIndexByte(got.Path, '/')] != want[:strings.LastIndexByte(want, '/')] {
			t.Errorf("Location is %q, want %q", header.Get("Location"), want)
		}
	}
	is, want := decodeAny(t, body), decodeAny(t, v.Response.Body)
	gotRows, isList := is.([]any)
	wantRows, _ := want.([]any)
	switch {
	case !isList:
		if diff := v.Demo.diff(is, want); diff != "" {
			t.Errorf("body (-want, +got):\n%s", diff)
		}
	case v.Demo.Prefix:
		at := 0
		for _, row := range gotRows {
			if at < len(wantRows) && v.Demo.diff(row, wantRows[at]) == "" {
				at++
			}
		}
		if at < len(wantRows) {
			t.Errorf("row %d of the printed ones is not among the %d answered, in order: %v", at+1, len(gotRows), wantRows[at])
		}
	default:
		if len(gotRows) != len(wantRows) {
			t.Fatalf("%d rows, want %d", len(gotRows), len(wantRows))
		}
		for i := range wantRows {
			if diff := v.Demo.diff(gotRows[i], wantRows[i]); diff != "" {
				t.Errorf("row %d (-want, +got):\n%s", i+1, diff)
			}
		}
	}
}

// diff compares two rows as the demo is to be read.
func (d *Demo) diff(got, want any) string {
	wantRow, ok := want.(map[string]any)
	gotRow, isRow := got.(map[string]any)
	if !ok || !isRow {
		return cmp.Diff(want, got)
	}
	expected := make(map[string]any, len(wantRow))
	for name, value := range wantRow {
		switch override, overridden := d.Overrides[name]; {
		case overridden:
			if err := json.Unmarshal(override, &value); err != nil {
				return err.Error()
			}
			expected[name] = value
		case slices.Contains(d.Assigned, name):
			expected[name] = gotRow[name]
		default:
			expected[name] = value
		}
	}
	return cmp.Diff(expected, gotRow)
}

func decodeAny(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&value); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return value
}

func TestTheSameSeedGivesTheSameAnswers(t *testing.T) {
	answers := func(seed string) (all string) {
		p := start(t, "demo", "--seed", seed)
		defer func() {
			p.command.Process.Signal(syscall.SIGTERM)
			p.wait(t, 20*time.Second)
		}()
		for _, path := range []string{"/referrals?Offset=100", "/refattaches?Offset=2000", "/patients?Offset=500", "/patients/1000"} {
			status, _, body, err := p.do(http.MethodGet, path, "")
			if err != nil || status != http.StatusOK {
				t.Fatalf("%s: %d %v", path, status, err)
			}
			all += string(body)
		}
		return all
	}
	one := answers("1")
	if answers("1") != one {
		t.Error("the same seed gives other rows")
	}
	if answers("2") == one {
		t.Error("another seed gives the same rows")
	}
}
