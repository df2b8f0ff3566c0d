package document_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
)

func TestAReaderWhoGoesOnGetsTheWholeFileHoweverLongItTakes(t *testing.T) {
	const size = 48 << 20 // more than the buffers between the two hold
	const limit = 300 * time.Millisecond
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			w = document.SlowWriter(w)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(make([]byte, size)))
	}))
	server.Config.WriteTimeout = limit
	server.Start()
	defer server.Close()
	read := func(path string) int64 {
		answer, err := server.Client().Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		first, err := io.CopyN(io.Discard, answer.Body, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * limit)
		rest, _ := io.Copy(io.Discard, answer.Body) // that it is cut off is seen by what came
		return first + rest
	}
	if got := read("/slow"); got != size {
		t.Errorf("the reader got %d bytes of %d", got, size)
	}
	if got := read("/bounded"); got == size {
		t.Error("the server's own limit was not reached; the test tests nothing")
	}
}
