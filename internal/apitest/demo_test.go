package apitest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/store/storetest"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// TestVectorsHoldOnTheRunningDemo sends the vectors to `bridgework demo` itself. One that changes rows
// gets a demo of its own, as it is just after its start.
func TestVectorsHoldOnTheRunningDemo(t *testing.T) {
	if testdb.Chosen == testdb.MariaDB {
		vectorsHoldOnMariaDBsDemo(t)
		return
	}
	fresh := t.TempDir()
	p := start(t, "demo", "--data", fresh)
	p.command.Process.Signal(syscall.SIGTERM)
	if code := p.wait(t, 10*time.Second); code != 0 {
		t.Fatalf("the demo exits with %d: %s", code, p.errors)
	}
	startFresh := func(t *testing.T) *process {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(fresh)); err != nil {
			t.Fatal(err)
		}
		return start(t, "demo", "--data", dir)
	}
	shared := startFresh(t)
	sent := 0
	for file, vectors := range LoadVectors(t, "opendental") {
		for _, v := range vectors {
			if v.Demo.Skip != "" {
				continue
			}
			sent++
			t.Run(file+"/"+v.Name, func(t *testing.T) {
				p := shared
				if len(*v.Changes) > 0 {
					p = startFresh(t)
				}
				checkOnDemo(t, p, v)
			})
		}
	}
	if sent < 200 {
		t.Errorf("only %d vectors are sent to the demo", sent)
	}
}

// vectorsHoldOnMariaDBsDemo sends those that change nothing. A fresh demo for each of the others would
// take seconds on a server; TestVectorsHold proves them there.
func vectorsHoldOnMariaDBsDemo(t *testing.T) {
	p := start(t, "demo", "--database", storetest.Shared(t).Location(storetest.NewSchema()))
	sent := 0
	for file, vectors := range LoadVectors(t, "opendental") {
		for _, v := range vectors {
			if v.Demo.Skip == "" && len(*v.Changes) == 0 {
				sent++
				t.Run(file+"/"+v.Name, func(t *testing.T) { checkOnDemo(t, p, v) })
			}
		}
	}
	if sent < 150 {
		t.Errorf("only %d vectors are sent to the demo", sent)
	}
}

func checkOnDemo(t *testing.T, p *process, v Vector) {
	status, header, body, err := p.do(v.Request.Method, v.Request.Path, v.Request.Text())
	if err != nil {
		t.Fatal(err)
	}
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
	got, want := decodeAny(t, body), decodeAny(t, v.Response.Body)
	gotRows, isList := got.([]any)
	wantRows, _ := want.([]any)
	switch {
	case !isList:
		if diff := v.Demo.diff(got, want); diff != "" {
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

func TestTheDemoIsReadyInUnderASecond(t *testing.T) {
	if _, err := Bridgework(); err != nil {
		t.Fatal(err)
	}
	// The least of three: a busy machine is not the demo's fault.
	best := time.Hour
	for range 3 {
		began := time.Now()
		p := start(t, "demo")
		best = min(best, time.Since(began))
		p.command.Process.Signal(syscall.SIGTERM)
		p.wait(t, 10*time.Second)
	}
	t.Logf("ready after %s", best)
	if best > time.Second {
		t.Errorf("the demo is ready after %s at best", best)
	}
}

func TestTheSameSeedGivesTheSameAnswers(t *testing.T) {
	answers := func(seed string) (all string) {
		p := start(t, "demo", "--seed", seed)
		defer func() {
			p.command.Process.Signal(syscall.SIGTERM)
			p.wait(t, 10*time.Second)
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
