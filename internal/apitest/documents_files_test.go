package apitest

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// zipped is a ZIP file with parts of these names, as Office's files are.
func zipped(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("<?xml version=\"1.0\"?><x/>")); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exec runs a statement that no request would.
func (s *Server) exec(t *testing.T, sql string) {
	t.Helper()
	err := s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error { return tx.Send(sql) })
	if err != nil {
		t.Fatal(err)
	}
}

// slowReader pauses after the first part, as a narrow line does.
type slowReader struct {
	io.Reader
	paused bool
}

func (r *slowReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if !r.paused {
		r.paused = true
		time.Sleep(600 * time.Millisecond)
	}
	return n, err
}

func TestAReaderThatTakesLongerThanTheServersLimitsGetsTheWholeFile(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	defer s3.Close()
	bucket, err := document.OpenBucket(t.Context(), "s3://"+strings.TrimPrefix(s3.URL, "http://")+"/files?tls=off", document.BucketKey{ID: "id", Secret: "secret"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	folder, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, bodies := range map[string]document.Bodies{"bucket": bucket, "folder": folder} {
		s := newClinic(t)
		s.ServeFiles(t, document.NewRoom(bodies, document.Options{}))
		content := bytes.Repeat([]byte("a line of text\n"), 2<<20)
		received, err := s.Shelf().Receive(t.Context(), bytes.NewReader(content), document.MaxBody)
		if err != nil {
			t.Fatal(err)
		}
		if err := received.Settle("name", "a.txt"); err != nil {
			t.Fatal(err)
		}
		s.Import(t, od.Documents, `{"DocNum": 1, "PatNum": 15, "FileName": "a.txt"}`)
		err = s.Shelf().Keep(t.Context(), []*document.Received{received}, func() error {
			return s.Book.DB.Write(t.Context(), func(tx store.Tx) error {
				return received.Use(tx, document.Owner{Table: "document", Num: 1}, document.File)
			})
		})
		received.Close()
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(s.Handler)
		server.Config.ReadTimeout, server.Config.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
		server.Start()
		request, err := http.NewRequest(http.MethodGet, server.URL+"/api/v1/documents/1/content", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", Authorization)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		got, err := io.ReadAll(&slowReader{Reader: response.Body})
		response.Body.Close()
		server.Close()
		if err != nil || !bytes.Equal(got, content) || time.Since(began) < 400*time.Millisecond {
			t.Errorf("%s: %d of %d bytes come in %s: %v", name, len(got), len(content), time.Since(began), err)
		}
	}
}
