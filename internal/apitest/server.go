package apitest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// The key of the test practice: the documents' own, with every permission but Enterprise.
const Authorization = "ODFHIR NFF6i0KrXrxDkZHt/VzkmZEaUWOjnQX2z"

// Server is a whole server over a data folder of its own, with a clock that the test sets.
type Server struct {
	Practices *practice.Registry
	Practice  practice.Practice
	Book      *record.Book
	Handler   http.Handler

	// Files is where the practice's files are, in a folder of the test's own.
	Files *document.Room

	bodies document.Bodies
	site   *sandbox.Site // the documents' SFTP site, once a vector gives it files
	clock  atomic.Pointer[time.Time]
	engine testdb.Engine
	pair   *pair // nil for a server that stands alone
}

// testSecret seals what the tests' servers keep.
const testSecret = "0123456789abcdef0123456789abcdef"

// longAgo is when what the test is given was written.
var longAgo = time.Date(2000, 1, 1, 0, 0, 0, 0, time.Local)

// Scratch is a folder for what is made once per test run.
var Scratch = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "bridgework-apitest-") })

// Main runs the tests of a package that uses this one, and cleans up behind them.
func Main(m *testing.M) {
	testdb.ForgetSettings()
	code := m.Run()
	storetest.StopShared()
	if dir, err := Scratch(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// template is a data folder with one empty practice and one key, made once and copied per test.
var template = sync.OnceValues(func() (string, error) {
	top, err := Scratch()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(top, "data")
	return dir, makeTemplate(dir)
})

// makeTemplate makes the practice and its key at a location.
func makeTemplate(location string) error {
	ctx := context.Background()
	practices, err := practice.Open(ctx, location, practice.Options{Clock: func() time.Time { return longAgo }})
	if err != nil {
		return err
	}
	p, err := practices.Create(ctx, audit.Operator, "Test practice")
	if err != nil {
		return err
	}
	developer, customer, _ := strings.Cut(strings.TrimPrefix(Authorization, "ODFHIR "), "/")
	_, _, err = practices.CreateKey(ctx, audit.Operator, p, "Test developer", Groups(), practice.Secrets{DeveloperKey: developer, CustomerKey: customer})
	if err != nil {
		return err
	}
	return practices.Close()
}

// Groups are the permissions of the test key.
func Groups() []string {
	var groups []string
	for _, group := range resource.Groups() {
		if group != resource.Enterprise {
			groups = append(groups, string(group))
		}
	}
	return groups
}

// NewServer makes a server whose practice holds nothing but the stock rows.
func NewServer(t testing.TB) *Server {
	t.Helper()
	return newServerOn(t, testdb.Chosen())
}

func newServerOn(t testing.TB, engine testdb.Engine) *Server {
	t.Helper()
	if engine == testdb.SQLite {
		return OpenServer(t, dataFolder(t))
	}
	location := engine.Location(t)
	if err := makeTemplate(location); err != nil {
		t.Fatal(err)
	}
	return OpenServer(t, location)
}

// dataFolder is a copy of the template, with one practice and the documents' key.
func dataFolder(t testing.TB) string {
	t.Helper()
	from, err := template()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// OpenServer makes a server over a location that exists.
func OpenServer(t testing.TB, location string) *Server {
	t.Helper()
	s := &Server{engine: testdb.EngineOf(location)}
	s.clock.Store(&longAgo)
	practices, err := practice.Open(context.Background(), location, practice.Options{Clock: func() time.Time { return *s.clock.Load() }, Secret: testSecret})
	if err != nil {
		t.Fatal(err)
	}
	found, err := practices.List(t.Context())
	if err != nil || len(found) == 0 {
		t.Fatalf("no practice in %s: %v", location, err)
	}
	book, release, err := practices.Lease(t.Context(), found[0].Num)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		release()
		if err := practices.Close(); err != nil {
			t.Error(err)
		}
	})
	s.Practices, s.Practice, s.Book = practices, found[0], book
	bodies, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.bodies = bodies
	s.ServeFiles(t, document.NewRoom(bodies, document.Options{}))
	return s
}

// ServeFiles makes a room the place of the server's files.
func (s *Server) ServeFiles(t testing.TB, room *document.Room) {
	t.Cleanup(room.Close)
	s.Files = room
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Files: room})
	if s.pair != nil {
		s.pair.one.Handler = s.Handler
	}
}

// Shelf is where the test practice's files are.
func (s *Server) Shelf() *document.Shelf {
	return odapi.ShelfOf(s.Files, s.Practices, s.Practice.Num, s.Book.DB, s.Book.Clock)
}

// SetClock freezes the clock at a local time.
func (s *Server) SetClock(t testing.TB, text string) {
	t.Helper()
	at, err := time.ParseInLocation(dental.DateTimeLayout, text, time.Local)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.Store(&at)
	if s.pair != nil {
		s.pair.other.SetClock(t, text)
	}
}

// Do sends a request with the test key; path is below /api/v1.
func (s *Server) Do(method, path, body string) *httptest.ResponseRecorder {
	return s.DoAs(Authorization, method, path, body)
}

// DoAs sends a request with an Authorization header of the test's own, "" for none.
func (s *Server) DoAs(authorization, method, path, body string) *httptest.ResponseRecorder {
	if s.pair != nil {
		return s.pair.do(authorization, method, path, body)
	}
	return s.serve(newRequest(authorization, method, path, body))
}

func newRequest(authorization, method, path, body string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:30222/api/v1"+path, strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (s *Server) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w
}

// CreateKey makes a key of the practice with random secrets and returns its Authorization header.
func (s *Server) CreateKey(t testing.TB, name string, groups []string, secrets practice.Secrets) string {
	t.Helper()
	_, secrets, err := s.Practices.CreateKey(t.Context(), audit.Operator, s.Practice, name, groups, secrets)
	if err != nil {
		t.Fatal(err)
	}
	if s.pair != nil {
		s.pair.other.CreateKey(t, name, groups, secrets)
	}
	return "ODFHIR " + secrets.DeveloperKey + "/" + secrets.CustomerKey
}

// Import writes rows of a resource as the API spells them.
func (s *Server) Import(t testing.TB, r od.Resource, rows ...string) {
	t.Helper()
	err := s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		for _, row := range rows {
			if err := r.Import(tx, []byte(row)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.pair != nil {
		s.pair.other.Import(t, r, rows...)
	}
}

// Empty removes all rows of a table.
func (s *Server) Empty(t testing.TB, table string) {
	t.Helper()
	err := s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error { return tx.Send("DELETE FROM `" + table + "`") })
	if err != nil {
		t.Fatal(err)
	}
	if s.pair != nil {
		s.pair.other.Empty(t, table)
	}
}

// Give writes the rows that a vector is given.
func (s *Server) Give(t testing.TB, given map[string]json.RawMessage) {
	t.Helper()
	if s.pair != nil {
		s.pair.other.Give(t, given)
	}
	resources := make(map[string]od.Resource)
	for _, r := range od.All() {
		resources[r.Plan().Spec.Table] = r
	}
	err := s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		for _, table := range slices.Sorted(maps.Keys(given)) {
			if table == "fill" || table == "sftpfile" || table == "documentfile" {
				continue
			}
			var rows []json.RawMessage
			if err := json.Unmarshal(given[table], &rows); err != nil {
				return err
			}
			for _, row := range rows {
				var err error
				if r, ok := resources[table]; ok {
					err = giveRow(tx, r, row)
				} else {
					err = giveColumns(tx, table, row)
				}
				if err != nil {
					return fmt.Errorf("%s %s: %w", table, row, err)
				}
			}
		}
		return fill(tx, resources, given["fill"])
	})
	if err == nil {
		err = s.giveFiles(t, given)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// giveRow writes a row of a resource, in place of the one that has its key.
func giveRow(tx *record.Tx, r od.Resource, row json.RawMessage) error {
	var members map[string]any
	if err := json.Unmarshal(row, &members); err != nil {
		return err
	}
	plan := r.Plan()
	key, _ := members[plan.KeyName()].(float64)
	if err := plan.Remove(tx, int64(key)); err != nil {
		return err
	}
	if err := r.Import(tx, row); err != nil {
		return err
	}
	billing, ok := members["BillingType"].(string)
	if plan.Spec.Table != "patient" || !ok {
		return nil
	}
	_, err := tx.Exec("UPDATE `patient` SET `BillingType` = (SELECT MIN(`DefNum`) FROM `definition` WHERE `Category` = 4 AND `ItemName` = ?) WHERE `PatNum` = ?",
		store.Text(billing), store.Int(int64(key)))
	return err
}

// giveColumns writes a row of a table that no resource serves yet.
func giveColumns(tx *record.Tx, table string, row json.RawMessage) error {
	var members map[string]any
	if err := json.Unmarshal(row, &members); err != nil {
		return err
	}
	for _, column := range foldedColumns(table) {
		if text, ok := members[column].(string); ok {
			members[column+"Fold"] = dental.Fold(text)
		}
	}
	if key, ok := members[keyColumn(table)].(float64); ok {
		if _, err := tx.Exec("DELETE FROM `"+table+"` WHERE `"+keyColumn(table)+"` = ?", store.Int(int64(key))); err != nil {
			return err
		}
	}
	var columns, marks []string
	var values []store.Value
	for _, column := range slices.Sorted(maps.Keys(members)) {
		columns, marks = append(columns, "`"+column+"`"), append(marks, "?")
		switch value := members[column].(type) {
		case float64:
			if value == math.Trunc(value) {
				values = append(values, store.Int(int64(value)))
			} else {
				values = append(values, store.Float(value))
			}
		default:
			values = append(values, store.Text(fmt.Sprint(value)))
		}
	}
	_, err := tx.Exec("INSERT INTO `"+table+"` ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", values...)
	return err
}

// The migrations say which columns of a table have a folded copy, and which one is the key.
var (
	folded = regexp.MustCompile("(?m)^  `(\\w+)Fold` ")
	keyed  = regexp.MustCompile("(?m)^  `(\\w+)` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY")
)

func foldedColumns(table string) []string {
	var columns []string
	for _, match := range folded.FindAllStringSubmatch(declaration(table), -1) {
		columns = append(columns, match[1])
	}
	return columns
}

func keyColumn(table string) string {
	if match := keyed.FindStringSubmatch(declaration(table)); match != nil {
		return match[1]
	}
	return ""
}

// declaration is the statement that makes a table.
func declaration(table string) string {
	for _, step := range store.PracticeMigrations() {
		for _, statement := range step.Statements {
			if strings.HasPrefix(statement, "CREATE TABLE `"+table+"` ") {
				return statement
			}
		}
	}
	return ""
}

// fill adds plain patients with the lowest free keys.
func fill(tx *record.Tx, resources map[string]od.Resource, wanted json.RawMessage) error {
	if wanted == nil {
		return nil
	}
	var counts map[string]int
	if err := json.Unmarshal(wanted, &counts); err != nil {
		return err
	}
	for key, left := 1, counts["patient"]; left > 0; key++ {
		rows := tx.Query("SELECT 1 FROM `patient` WHERE `PatNum` = ?", store.Int(key))
		taken := rows.Next()
		if err := rows.Close(); err != nil {
			return err
		}
		if taken {
			continue
		}
		row := fmt.Sprintf(`{"PatNum":%d,"LName":"Filler","FName":"F%d","Guarantor":%d,"PriProv":1,"BillingType":"Standard Account"}`, key, key, key)
		if err := giveRow(tx, resources["patient"], json.RawMessage(row)); err != nil {
			return err
		}
		left--
	}
	return nil
}

// Changes reads the change rows, oldest first.
func (s *Server) Changes(t testing.TB) []Change {
	t.Helper()
	changes := []Change{}
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `TableName`, `RowNum`, `Kind`, `ColumnNames` FROM `rowchange` ORDER BY `ChangeNum`")
		for rows.Next() {
			change := Change{Table: string(rows.Text(0)), Key: rows.Int(1), Kind: string(rows.Text(2))}
			if columns := string(rows.Text(3)); columns != "" {
				change.Columns = strings.Split(columns, ",")
			}
			changes = append(changes, change)
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// Trail reads the entries of the practice's trail, newest first, and proves it unbroken.
func (s *Server) Trail(t testing.TB) []audit.Entry {
	t.Helper()
	var entries []audit.Entry
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) (err error) {
		if _, err := audit.Verify(c); err != nil {
			return err
		}
		entries, err = audit.List(c, 1<<20)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// Bridgework builds the program once per test run and returns its path.
var Bridgework = sync.OnceValues(func() (string, error) {
	top, err := Scratch()
	if err != nil {
		return "", err
	}
	path := filepath.Join(top, "bridgework")
	return path, goBuild(path)
})
