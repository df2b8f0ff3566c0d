package drapi_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// The documents' own key.
const key = "42a42a42a42a424a2aa4"

// server is the API over a desk, on a port.
type server struct {
	*referraltest.Fixture
	caller *referral.Caller
	log    *bytes.Buffer
	base   string
}

// serve begins one whose account has the documents' key; a prefix "" is made of its name.
func serve(t testing.TB, options referral.Options, prefix string, forms ...string) *server {
	t.Helper()
	s := &server{Fixture: referraltest.New(t, options), log: new(bytes.Buffer)}
	s.caller = s.Caller(t, s.Practice(t, "Own Surgery", prefix), key, forms...)
	web := httptest.NewServer(drapi.New(s.Desk, drapi.Options{Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}))
	t.Cleanup(web.Close)
	s.base = web.URL
	return s
}

// answer is what a request came to.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request with the documents' key; headers are name, value, name, value. An empty value takes it away.
func (s *server) send(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token token="+key)
	if method == http.MethodPost && body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if request.Header.Del(headers[i]); headers[i+1] != "" {
			request.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request) // a redirect is an answer
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// multipartOf is a body with the part file, and its Content-Type.
func multipartOf(t testing.TB, name string, content []byte) (body, contentType string) {
	t.Helper()
	var out bytes.Buffer
	writer := multipart.NewWriter(&out)
	part, err := writer.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"text/html"}})
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), writer.FormDataContentType()
}

var (
	discard      = slog.New(slog.DiscardHandler)
	errSignedOut = fault.New(fault.Unauthenticated, "signed out")
)

// ask sends a browser's request to an edge.
func ask(t testing.TB, edge http.Handler, path, accept, cookie string) (status int) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	request.Header.Set("Accept", accept)
	if cookie != "" {
		request.AddCookie(&http.Cookie{Name: "bridgework", Value: cookie})
	}
	recorder := httptest.NewRecorder()
	edge.ServeHTTP(recorder, request)
	return recorder.Code
}
