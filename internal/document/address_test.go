package document_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

func TestAnAddressIsHostFoldersAndFile(t *testing.T) {
	for text, want := range map[string]struct {
		host, port, path, string string
		isFolder                 bool
	}{
		"MySftpSite/myUsername/Documents/SmithJohn389.png": {"mysftpsite", "22", "myUsername/Documents/SmithJohn389.png", "MySftpSite/myUsername/Documents/SmithJohn389.png", false},
		"MySftpSite/myUsername/Thumbnails/":                {"mysftpsite", "22", "myUsername/Thumbnails", "MySftpSite/myUsername/Thumbnails", true},
		"MySftpSite/myUsername/Thumbnails":                 {"mysftpsite", "22", "myUsername/Thumbnails", "MySftpSite/myUsername/Thumbnails", true},
		"sftp://sftp.example.com:2222//srv/a.pdf":          {"sftp.example.com", "2222", "/srv/a.pdf", "sftp.example.com:2222//srv/a.pdf", false},
		"[2001:db8::1]:2222/a.pdf":                         {"2001:db8::1", "2222", "a.pdf", "[2001:db8::1]:2222/a.pdf", false},
		"[2001:db8::1]/a.pdf":                              {"2001:db8::1", "22", "a.pdf", "[2001:db8::1]/a.pdf", false},
		"10.0.0.1/./a/./b.pdf":                             {"10.0.0.1", "22", "a/b.pdf", "10.0.0.1/a/b.pdf", false},
		"host":                                             {"host", "22", "", "host/", true},
		"host/":                                            {"host", "22", "", "host/", true},
		"host/Zähne und Ä.jpg":                             {"host", "22", "Zähne und Ä.jpg", "host/Zähne und Ä.jpg", false},
	} {
		a, err := document.ParseAddress("SftpAddress", text)
		if err != nil || a.Host != want.host || a.Port != want.port || a.Path != want.path || a.IsFolder != want.isFolder || a.String() != want.string {
			t.Errorf("%q is %+v, %q: %v", text, a, a.String(), err)
		}
	}
	for text, want := range map[string]string{
		"":                                 "must begin with the name of a host",
		"/a.pdf":                           "must begin with the name of a host",
		"a b/c.pdf":                        "must begin with the name of a host",
		"-oProxyCommand=x/a":               "must begin with the name of a host",
		"user@host/a.pdf":                  "must not contain a user name",
		"host:0/a.pdf":                     "must have a port between 1 and 65535",
		"host:99999/a.pdf":                 "must have a port between 1 and 65535",
		"host/../a.pdf":                    "must not lead upwards",
		"host/a/..":                        "must not lead upwards",
		`host/..\a.pdf`:                    "must have forward slashes",
		"host/a\x00.pdf":                   "contains characters that no file name may have",
		"host/a\n.pdf":                     "contains characters that no file name may have",
		"host/\u202egpj.exe":               "contains characters that no file name may have",
		"host/\u200b.pdf":                  "contains characters that no file name may have",
		"host/\xff.pdf":                    "contains characters that no file name may have",
		"host/" + strings.Repeat("é", 128): "has a part that is longer than 255 bytes",
	} {
		if _, err := document.ParseAddress("SftpAddress", text); !strings.HasPrefix(fault.From(err).Text, "SftpAddress "+want) {
			t.Errorf("%q comes to %v, want %q", text, err, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("MySftpSite/myUsername/Documents/SmithJohn389.png")
	f.Add("sftp://[::1]:22//a/../b")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := document.ParseAddress("SftpAddress", text)
		if err != nil {
			return
		}
		for part := range strings.SplitSeq(a.Path, "/") {
			if part == ".." || strings.ContainsAny(part, "\x00\n\\") {
				t.Errorf("%q leads to %q", text, a.Path)
			}
		}
		if again, err := document.ParseAddress("SftpAddress", a.String()); err != nil || again.Path != a.Path || again.Host != a.Host {
			t.Errorf("%q is %+v, and its text, %q, %+v: %v", text, a, a.String(), again, err)
		}
	})
}

func TestANameThatIsTakenGetsAnX(t *testing.T) {
	taken := map[string]bool{"a.jpg": true, "xa.jpg": true, strings.Repeat("b", 251) + ".jpg": true}
	isTaken := func(name string) bool { return taken[strings.ToLower(name)] }
	for name, want := range map[string]string{"A.jpg": "xxA.jpg", "c.jpg": "c.jpg", strings.Repeat("b", 251) + ".jpg": "x" + strings.Repeat("b", 250) + ".jpg"} {
		if got := document.FreeName(name, isTaken); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestAPracticeReachesWhatItsSettingAllows(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}))
	defer server.Close()
	port := server.URL[strings.LastIndexByte(server.URL, ':'):]
	for _, step := range []struct {
		setting, url string
		isAllowed    bool
	}{
		{"*", "http://127.0.0.1", false}, // a loopback address is no public host
		{"*", "http://localhost", false}, // nor a name that resolves to one
		{"localhost", "http://localhost", false},
		{"*", "http://[::ffff:127.0.0.1]", false},
		{"*", "http://0.0.0.0", false},
		{"127.0.0.0/8", "http://127.0.0.1", true},
		{"127.0.0.1", "http://localhost", true},
		{"example.com", "http://127.0.0.1", false},
		{"10.0.0.0/8", "http://127.0.0.1", false},
		{"*, 127.0.0.1", "http://127.0.0.1", true},
		{"", "http://127.0.0.1", false},
	} {
		egress, err := document.ParseEgress(step.setting)
		if err != nil {
			t.Fatal(err)
		}
		response, err := egress.Client().Get(step.url + port)
		if err == nil {
			response.Body.Close()
		}
		if isAllowed := err == nil; isAllowed != step.isAllowed || !isAllowed && !document.IsNotAllowed(err) {
			t.Errorf("with %q, %s comes to %v", step.setting, step.url, err)
		}
	}
	// A redirect is asked, too.
	egress, err := document.ParseEgress("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for to, isAllowed := range map[string]bool{
		server.URL: true, "http://127.0.0.2" + port: false, "http://169.254.169.254/latest": false, "file:///etc/passwd": false,
	} {
		response, err := egress.Client().Get(server.URL + "/?to=" + to)
		if err == nil {
			response.Body.Close()
		}
		if (err == nil) != isAllowed {
			t.Errorf("a redirect to %s comes to %v", to, err)
		}
	}
}

// A name that resolved to a public address when it was looked at may resolve to another one when it is connected
// to: what counts is the address that is connected to.
func TestANameThatResolvesToAPrivateAddressInTheEndIsRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	egress, err := document.ParseEgress("*, localhost, *.localdomain, 192.0.2.0/24")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := egress.Dial(context.Background(), "tcp", net.JoinHostPort("localhost", port))
	if err == nil {
		conn.Close()
	}
	if !document.IsNotAllowed(err) {
		t.Errorf("it comes to %v", err)
	}
}

func TestASettingThatMeansNothingIsRefused(t *testing.T) {
	for _, setting := range []string{"http://example.com", "exa mple!", "10.0.0.0/33", "a..b", "-a"} {
		if _, err := document.ParseEgress(setting); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q comes to %v", setting, err)
		}
	}
}
