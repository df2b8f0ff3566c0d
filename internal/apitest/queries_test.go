package apitest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/practice"
	room "github.com/bridgework-dental/bridgework/internal/query"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// farEnd is an SFTP server that keeps what it is sent.
type farEnd struct {
	to   odapi.Destination
	file bytes.Buffer
	err  error
}

// Send implements odapi.Sender.
func (f *farEnd) Send(_ context.Context, to odapi.Destination, write func(io.Writer) error) error {
	if f.err != nil {
		return f.err
	}
	f.to = to
	f.file.Reset()
	return write(&f.file)
}

// withQueries is the server with another room and an SFTP server to send to.
func withQueries(s *Server, queries *room.Room, sender odapi.Sender) http.Handler {
	return odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Queries: queries, Sender: sender})
}

func post(handler http.Handler, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	method := http.MethodPost
	if strings.Contains(path, "ShortQuery") {
		method = http.MethodPut
	}
	handler.ServeHTTP(w, newRequest(Authorization, method, path, body))
	return w
}

func lastCommand(t *testing.T, s *Server) (entry audit.Entry, command string) {
	t.Helper()
	entry = s.Trail(t)[0]
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Command` FROM `auditcommand` WHERE `AuditNum` = ?", store.Int(entry.Num))
		if rows.Next() {
			command = string(rows.Text(0))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return entry, command
}

func TestAQueryIsWrittenToAnSFTPServer(t *testing.T) {
	s := NewServer(t)
	far := &farEnd{}
	handler := withQueries(s, nil, far)
	w := post(handler, "/queries", `{"SqlCommand":"SELECT PrefName, ValueString FROM preference WHERE PrefName='PracticeTitle'","SftpAddress":"MySftpSite/me/Patient Plans/P-35.csv","SftpPort":"25","SftpUsername":"me","SftpPassword":"secret"}`)
	if w.Code != http.StatusCreated || w.Body.Len() > 0 {
		t.Fatalf("%d %q", w.Code, w.Body)
	}
	if far.to != (odapi.Destination{Address: "MySftpSite/me/Patient Plans/P-35.csv", Port: 25, User: "me", Password: "secret"}) {
		t.Errorf("it is sent to %+v", far.to)
	}
	if !strings.HasPrefix(far.file.String(), "PrefName,ValueString\r\nPracticeTitle,") {
		t.Errorf("the file is %q", far.file.String())
	}
	entry, command := lastCommand(t, s)
	if entry.Action != audit.Query || !strings.HasPrefix(command, "SELECT PrefName") {
		t.Errorf("the trail ends with %+v and %q", entry, command)
	}
	w = post(handler, "/queries", `{"SqlCommand":"SELECT * FROM payperiod","SftpAddress":"h/f","SftpUsername":"u","SftpPassword":"p"}`)
	if w.Code != http.StatusCreated || far.file.String() != "OK" || far.to.Port != 0 {
		t.Errorf("without rows: %d, %q, port %d", w.Code, far.file.String(), far.to.Port)
	}
}

func TestAQueryThatIsRefusedIsNotSent(t *testing.T) {
	s := NewServer(t)
	far := &farEnd{}
	handler := withQueries(s, nil, far)
	const destination = `"SftpAddress":"h/f","SftpUsername":"u","SftpPassword":"p"}`
	for _, c := range []struct {
		body   string
		status int
		says   string
	}{
		{`{"SqlCommand":"DELETE FROM patient",` + destination, 401, "not read-only"},
		{`{"SqlCommand":"SELECT FROM",` + destination, 400, "syntax"},
		{`{"SqlCommand":"SELECT 1","SftpPort":70000,` + destination, 400, "SftpPort"},
		{`{"SqlCommand":"SELECT 1"}`, 400, "SftpAddress is required; SftpUsername is required; SftpPassword is required"},
	} {
		w := post(handler, "/queries", c.body)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
		if far.file.Len() > 0 {
			t.Errorf("%s: %q was sent", c.body, far.file.String())
		}
		if entry, _ := lastCommand(t, s); entry.Action != audit.Refuse {
			t.Errorf("%s: the trail ends with %+v", c.body, entry)
		}
	}
	far.err = fault.New(fault.Invalid, "The SFTP server refuses the user or the password")
	if w := post(handler, "/queries", `{"SqlCommand":"SELECT 1",`+destination); w.Code != 400 || !strings.Contains(w.Body.String(), "SFTP server") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	far.err = errors.New("something of ours")
	if w := post(handler, "/queries", `{"SqlCommand":"SELECT 1",`+destination); w.Code != 500 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestARefusedCommandIsInTheTrailAndTheTrailIsProved(t *testing.T) {
	s := NewServer(t)
	if w := s.Do(http.MethodPut, "/queries/ShortQuery", `{"SqlCommand":"DELETE FROM patient"}`); w.Code != http.StatusUnauthorized {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	entry, command := lastCommand(t, s)
	if entry.Action != audit.Refuse || command != "DELETE FROM patient" {
		t.Errorf("the trail ends with %+v and %q", entry, command)
	}
	verify := func() error {
		return s.Book.DB.Read(t.Context(), func(c store.Conn) error { _, err := audit.Verify(c); return err })
	}
	if err := verify(); err != nil {
		t.Error(err)
	}
	for _, change := range []string{"UPDATE `auditcommand` SET `Command` = 'SELECT 1'", "DELETE FROM `auditcommand`"} {
		if err := s.Book.DB.Write(t.Context(), func(tx store.Tx) error { return tx.Send(change) }); err != nil {
			t.Fatal(err)
		}
		if err := verify(); err == nil {
			t.Errorf("the trail is unbroken after %s", change)
		}
	}
}

func TestAQueryThatTakesTooLongIs504(t *testing.T) {
	s := NewServer(t)
	handler := withQueries(s, room.New(room.Options{Limits: room.Limits{Time: 100 * time.Millisecond}}), nil)
	w := post(handler, "/queries/ShortQuery", `{"SqlCommand":"SELECT COUNT(*) FROM preference a, preference b, preference c, preference d"}`)
	if w.Code != http.StatusGatewayTimeout || !strings.Contains(w.Body.String(), "100ms") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAQueryNeedsItsPermission(t *testing.T) {
	s := NewServer(t)
	other := s.CreateKey(t, "reads only", []string{"ReadAll"}, practice.Secrets{})
	if w := s.DoAs(other, http.MethodPut, "/queries/ShortQuery", `{"SqlCommand":"SELECT 1"}`); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "Queries") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// fourHeavy runs four queries that would take hours, until stop.
func fourHeavy(t testing.TB, handler http.Handler) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, newRequest(Authorization, http.MethodPut, "/queries/ShortQuery",
				`{"SqlCommand":"SELECT COUNT(*) FROM definition a, definition b, definition c, definition d WHERE a.ItemName<>b.ItemName"}`).WithContext(ctx))
			if ctx.Err() == nil {
				t.Errorf("a heavy query ends by itself: %d %s", w.Code, w.Body)
			}
		})
	}
	return func() { cancel(); running.Wait() }
}

func TestWhileFourHeavyQueriesRunTheOthersAreAnswered(t *testing.T) {
	s := NewServer(t)
	handler := withQueries(s, room.New(room.Options{}), nil)
	stop := fourHeavy(t, handler)
	defer stop()
	for range 200 {
		w := httptest.NewRecorder()
		if handler.ServeHTTP(w, newRequest(Authorization, http.MethodGet, "/definitions?Category=1", "")); w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}
