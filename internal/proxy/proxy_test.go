package proxy_test

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/proxy"
)

func networks(t testing.TB, texts ...string) (all []proxy.Network) {
	t.Helper()
	for _, text := range texts {
		var n proxy.Network
		if err := n.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

// seen is what a handler behind the trust is told of a request.
func seen(trust *proxy.Trust, remote string, header http.Header, isTLS bool) (from string, isHTTPS bool) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr, r.TLS = remote, nil
	if isTLS {
		r.TLS = &tls.ConnectionState{}
	}
	for name, values := range header {
		r.Header[name] = values
	}
	trust.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { from, isHTTPS = proxy.From(r), proxy.IsHTTPS(r) })).ServeHTTP(httptest.NewRecorder(), r)
	return from, isHTTPS
}

func TestAnAddressIsTheLastOneThatATrustedProxyHasNotMadeUp(t *testing.T) {
	trusted := []string{"10.0.0.0/8", "127.0.0.1", "fd00::/8"}
	for name, c := range map[string]struct {
		trusted []string
		remote  string
		forward []string
		want    string
	}{
		"nobody is trusted, and one says so":       {nil, "10.0.0.1:9", []string{"192.0.2.7"}, "10.0.0.1"},
		"a stranger names another":                 {trusted, "192.0.2.1:9", []string{"198.51.100.9"}, "192.0.2.1"},
		"a stranger names a proxy":                 {trusted, "192.0.2.1:9", []string{"10.0.0.1"}, "192.0.2.1"},
		"a proxy names who asks":                   {trusted, "10.0.0.1:9", []string{"192.0.2.7"}, "192.0.2.7"},
		"who asks has named another":               {trusted, "10.0.0.1:9", []string{"198.51.100.9, 192.0.2.7"}, "192.0.2.7"},
		"who asks has named a proxy":               {trusted, "10.0.0.1:9", []string{"10.0.0.5,192.0.2.7"}, "192.0.2.7"},
		"who asks has sent a line of their own":    {trusted, "10.0.0.1:9", []string{"198.51.100.9", "192.0.2.7"}, "192.0.2.7"},
		"two proxies":                              {trusted, "127.0.0.1:9", []string{"198.51.100.9, 192.0.2.7, 10.1.2.3"}, "192.0.2.7"},
		"nobody but proxies":                       {trusted, "10.0.0.1:9", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"a proxy says nothing":                     {trusted, "10.0.0.1:9", nil, "10.0.0.1"},
		"a proxy says what is no address":          {trusted, "10.0.0.1:9", []string{"192.0.2.7, unknown"}, "10.0.0.1"},
		"who asks has written what is no address":  {trusted, "10.0.0.1:9", []string{"<script>, 192.0.2.7"}, "192.0.2.7"},
		"an empty entry":                           {trusted, "10.0.0.1:9", []string{"192.0.2.7,"}, "10.0.0.1"},
		"with its port":                            {trusted, "10.0.0.1:9", []string{"192.0.2.7:4711"}, "192.0.2.7"},
		"an address in the form of the other kind": {trusted, "[::ffff:10.0.0.1]:9", []string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		"of IPv6 the customer's network":           {trusted, "[fd00::1]:9", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		"of IPv6 with its port":                    {trusted, "[fd00::1]:9", []string{"[2001:db8:1:2::6]:80"}, "2001:db8:1:2::/64"},
		"of IPv6 in brackets":                      {trusted, "[fd00::1]:9", []string{"[2001:db8:1:2::6]"}, "2001:db8:1:2::/64"},
		"of IPv6 without a proxy":                  {nil, "[2001:db8:1:2::9]:9", nil, "2001:db8:1:2::/64"},
	} {
		t.Run(name, func(t *testing.T) {
			from, _ := seen(&proxy.Trust{Proxies: networks(t, c.trusted...)}, c.remote, http.Header{"X-Forwarded-For": c.forward}, false)
			if from != c.want {
				t.Errorf("it comes from %s, want %s", from, c.want)
			}
		})
	}
}

func TestWhoSaysThatTheySpeakTLSIsBelievedWhereTheyAreTrusted(t *testing.T) {
	for name, c := range map[string]struct {
		trusted []string
		public  bool
		remote  string
		proto   []string
		tls     bool
		want    bool
	}{
		"a stranger":                        {[]string{"10.0.0.0/8"}, false, "192.0.2.1:9", []string{"https"}, false, false},
		"where nobody is trusted":           {nil, false, "127.0.0.1:9", []string{"https"}, false, false},
		"a proxy":                           {[]string{"10.0.0.0/8"}, false, "10.0.0.1:9", []string{"https"}, false, true},
		"a proxy without TLS":               {[]string{"10.0.0.0/8"}, false, "10.0.0.1:9", []string{"http"}, false, false},
		"a proxy that adds to what it got":  {[]string{"10.0.0.0/8"}, false, "10.0.0.1:9", []string{"https, http"}, false, false},
		"a proxy that adds a line":          {[]string{"10.0.0.0/8"}, false, "10.0.0.1:9", []string{"http", "HTTPS"}, false, true},
		"this server itself":                {nil, false, "192.0.2.1:9", nil, true, true},
		"a public address with https":       {nil, true, "192.0.2.1:9", nil, false, true},
		"which a stranger does not unsay":   {nil, true, "192.0.2.1:9", []string{"http"}, false, true},
		"nor a proxy that was spoken to so": {[]string{"10.0.0.0/8"}, true, "10.0.0.1:9", []string{"http"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := seen(&proxy.Trust{Proxies: networks(t, c.trusted...), IsHTTPS: c.public}, c.remote, http.Header{"X-Forwarded-Proto": c.proto}, c.tls)
			if got != c.want {
				t.Errorf("it is %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhatIsNoNetworkIsRefusedWithWhatToWrite(t *testing.T) {
	for text, want := range map[string]string{
		"proxy.example.org": `"proxy.example.org" is no network; write it like 10.0.0.0/8`,
		"10.0.0.0/33":       "is no network; write it like",
		"":                  "is no network",
		"fe80::1%eth0":      "is no network",
		"10.1.2.3/8":        "10.1.2.3/8 is no network; did you mean 10.0.0.0/8?",
		"0.0.0.0/0":         "0.0.0.0/0 is everybody",
		"::/0":              "::/0 is everybody",
	} {
		var n proxy.Network
		if err := n.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is refused with %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]string{" 192.0.2.7 ": "192.0.2.7/32", "::1": "::1/128", "::ffff:10.0.0.1": "10.0.0.1/32", "10.0.0.0/8": "10.0.0.0/8"} {
		if got := networks(t, text)[0].String(); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestAProxyNearByThatIsNotTrustedIsToldOfOnce(t *testing.T) {
	var log bytes.Buffer
	trust := &proxy.Trust{Log: slog.New(slog.NewTextHandler(&log, nil))}
	forwarded := http.Header{"X-Forwarded-For": {"192.0.2.7"}}
	seen(trust, "192.0.2.1:9", forwarded, false)
	seen(trust, "127.0.0.1:9", nil, false)
	if log.Len() > 0 {
		t.Errorf("of strangers and of those who say nothing it is told: %s", log.String())
	}
	seen(trust, "127.0.0.1:9", forwarded, false)
	seen(trust, "127.0.0.1:9", forwarded, false)
	if strings.Count(log.String(), "--trusted-proxies") != 1 || !strings.Contains(log.String(), "proxy=127.0.0.1") || strings.Contains(log.String(), "192.0.2.7") {
		t.Errorf("it is told %s", log.String())
	}
}

func FuzzNobodyBehindAStrangerIsBelieved(f *testing.F) {
	f.Add("192.0.2.7", "https")
	f.Add("10.0.0.1, 10.0.0.2", "http,https")
	f.Add(",,[::1]:x", "")
	trust := &proxy.Trust{Proxies: networks(f, "10.0.0.0/8", "127.0.0.1")}
	f.Fuzz(func(t *testing.T, forwarded, proto string) {
		header := http.Header{"X-Forwarded-For": {forwarded}, "X-Forwarded-Proto": {proto}}
		if from, https := seen(trust, "192.0.2.1:9", header, false); from != "192.0.2.1" || https {
			t.Errorf("a stranger comes from %s, TLS %v", from, https)
		}
		// The trusted proxy adds who it has the request from; whatever stands before that changes nothing.
		header.Add("X-Forwarded-For", "198.51.100.4")
		if from, _ := seen(trust, "10.0.0.1:9", header, false); from != "198.51.100.4" {
			t.Errorf("who asks comes from %s", from)
		}
		header = http.Header{"X-Forwarded-For": {forwarded}}
		from, _ := seen(trust, "10.0.0.1:9", header, false)
		if _, err := netip.ParseAddr(from); err != nil {
			if _, err := netip.ParsePrefix(from); err != nil {
				t.Errorf("the address is %q", from)
			}
		}
	})
}
