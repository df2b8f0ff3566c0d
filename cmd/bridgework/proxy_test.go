package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestWhatIsNoNetworkOfAProxyEndsTheStartWithItsFlagNamed(t *testing.T) {
	dir := t.TempDir()
	for given, want := range map[string]string{"proxy.example.org": "is no network; write it like 10.0.0.0/8", "10.1.2.3/8": "did you mean 10.0.0.0/8?", "10.0.0.0/8,0.0.0.0/0": "0.0.0.0/0 is everybody"} {
		for _, verb := range []string{"serve", "demo"} {
			code, _, errors := bridgework(t, verb, "--data", dir, "--addr", "127.0.0.1:0", "--trusted-proxies", given)
			if code != exitUsage || !strings.Contains(errors, "--trusted-proxies: ") || !strings.Contains(errors, want) {
				t.Errorf("%s with %s exits with %d: %s", verb, given, code, errors)
			}
		}
	}
	t.Setenv("BRIDGEWORK_TRUSTED_PROXIES", "everybody")
	if code, _, errors := bridgework(t, "serve", "--data", dir); code != exitUsage || !strings.Contains(errors, "BRIDGEWORK_TRUSTED_PROXIES") {
		t.Errorf("with the variable it exits with %d: %s", code, errors)
	}
}

// TestServeBelievesTheProxiesThatItsFlagNamesAndNobodyElse guesses at links as many people behind one proxy.
func TestServeBelievesTheProxiesThatItsFlagNamesAndNobodyElse(t *testing.T) {
	for _, c := range []struct {
		trusted string
		last    int
	}{{"127.0.0.0/8", http.StatusNotFound}, {"10.0.0.0/8", http.StatusTooManyRequests}, {"", http.StatusTooManyRequests}} {
		t.Run("trusting "+c.trusted, func(t *testing.T) {
			server, stop := begin(t, "serve", "--data", t.TempDir(), "--trusted-proxies", c.trusted)
			base := server.base(t)
			for accept, want := range map[string]string{"text/html,*/*;q=0.8": "<h1>There is nothing here</h1>", "application/json": "The Open Dental API is at /api/v1/"} {
				strayed(t, base+"/drafts", accept, want)
			}
			for i := range 31 {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/invitation/guess", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("X-Forwarded-For", fmt.Sprintf("192.0.2.%d", i))
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				if i == 30 && answer.StatusCode != c.last {
					t.Errorf("the last one is answered %d, want %d", answer.StatusCode, c.last)
				}
			}
			stop()
			if told := strings.Contains(server.String(), "--trusted-proxies names whom to trust"); told != (c.last != http.StatusNotFound) {
				t.Errorf("the operator is told of a proxy: %v\n%s", told, server)
			}
		})
	}
}

// strayed asks for what nobody serves: a browser is answered with a page, a program with a line about where the APIs are.
func strayed(t *testing.T, url, accept, want string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusNotFound || !strings.Contains(string(body), want) {
		t.Errorf("to %s it answers %d: %s", accept, answer.StatusCode, body)
	}
}
