package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// newHouse is the pages over storage of the test's own, and a server of them.
func newHouse(t *testing.T) (*webtest.House, *httptest.Server) {
	t.Helper()
	house, err := webtest.Open(t.Context(), testdb.Chosen().Location(t), t.TempDir(), "http://pages.example.org", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(house.Site)
	t.Cleanup(func() {
		server.Close()
		if err := house.Close(); err != nil {
			t.Error(err)
		}
	})
	return house, server
}

// behindProxy is the same house behind a proxy that it trusts: the test itself.
func behindProxy(t *testing.T, house *webtest.House) *httptest.Server {
	t.Helper()
	var near proxy.Network
	if err := near.UnmarshalText([]byte("127.0.0.0/8")); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer((&proxy.Trust{Proxies: []proxy.Network{near}}).Handler(house.Site))
	t.Cleanup(server.Close)
	return server
}

// visitor is a browser with cookies that follows no redirect by itself.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
}

func newVisitor(t *testing.T, server *httptest.Server) *visitor {
	return &visitor{t, server.URL, newBrowser(t)}
}

func newBrowser(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (v *visitor) do(method, path string, body io.Reader, header map[string]string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		if value == "" {
			r.Header.Del(name)
		} else {
			r.Header.Set(name, value)
		}
	}
	response, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	return v.do(http.MethodGet, path, nil, nil)
}

func (v *visitor) post(path string, values url.Values) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, strings.NewReader(values.Encode()), nil)
}

// prepare prepares a form as a practice's system does.
func prepare(t *testing.T, house *webtest.House, formType string) referral.Prepared {
	t.Helper()
	given := webtest.Patient("03/03/1985")
	given["form_type"] = formType
	if formType == "" {
		given["system_type"] = "SE"
	}
	made, err := house.Desk.Prepare(t.Context(), house.Caller, referral.Prefill{Given: given})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// opened is a visitor who has opened a form of a type.
func opened(t *testing.T, formType string) (house *webtest.House, v *visitor, urn string) {
	t.Helper()
	house, server := newHouse(t)
	made := prepare(t, house, formType)
	v = newVisitor(t, server)
	v.open(made)
	return house, v, made.URN
}

func (v *visitor) open(made referral.Prepared) {
	v.t.Helper()
	if got := v.post("/prepared_forms/show/"+made.UUID, nil); got.status != http.StatusSeeOther || got.header.Get("Location") != "/referrals/"+made.URN {
		v.t.Fatalf("opening answers %d to %s", got.status, got.header.Get("Location"))
	}
}

func (a answer) wants(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("the answer is %d, want %d", a.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
	if t.Failed() {
		t.Logf("the page:\n%s", a.body)
	}
}

func (a answer) leadsTo(t *testing.T, location string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != location {
		t.Fatalf("the answer is %d to %q, want 303 to %q\n%s", a.status, a.header.Get("Location"), location, a.body)
	}
}
