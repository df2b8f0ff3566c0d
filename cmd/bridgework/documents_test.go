package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func TestTheHostsOfAPracticeAreShownAndSet(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside")
	if out := mustRun(t, "practice", "egress", "--data", dir, "Northside"); out != "Northside: *\n" {
		t.Errorf("at first it is %q", out)
	}
	if out := mustRun(t, "practice", "egress", "--data", dir, "northside", "sftp.lab.example", "10.20.0.0/16"); out != "Northside: sftp.lab.example, 10.20.0.0/16\n" {
		t.Errorf("then it is %q", out)
	}
	code, _, errors := bridgework(t, "practice", "egress", "--data", dir, "Northside", "http://lab")
	if code != exitFailure || !strings.Contains(errors, `"http://lab" is neither a host name`) {
		t.Errorf("a word that is none exits with %d: %s", code, errors)
	}
	if out := mustRun(t, "practice", "egress", "--data", dir, "Northside"); !strings.Contains(out, "10.20.0.0/16") {
		t.Errorf("in the end it is %q", out)
	}
	if out := mustRun(t, "practice", "hostkeys", "--data", dir, "Northside"); !strings.HasPrefix(out, "HOST") {
		t.Errorf("the known servers are %q", out)
	}
	code, _, errors = bridgework(t, "practice", "hostkeys", "--data", dir, "Northside", "--forget", "lab:22")
	if code != exitFailure || !strings.Contains(errors, "The practice knows no SFTP server lab:22") {
		t.Errorf("an unknown server exits with %d: %s", code, errors)
	}
}

func TestFilesThatNoRowNeedsAreFoundAndRemoved(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside")
	files := filepath.Join(dir, "elsewhere")
	strays := []string{filepath.Join(files, "practice-1", "ab", strings.Repeat("ab", 32)), filepath.Join(files, "hub", "ab", strings.Repeat("ab", 32))}
	for _, stray := range strays {
		if err := os.MkdirAll(filepath.Dir(stray), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(stray, []byte("stray"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out := mustRun(t, "documents", "check", "--data", dir, "--documents", files); out != "Northside: 0 files, 0 bytes, 1 without a row\nReferrals: 0 files, 0 bytes, 1 without a row\n" {
		t.Errorf("check prints %q", out)
	}
	if out := mustRun(t, "documents", "sweep", "--data", dir, "--documents", files); !strings.HasPrefix(out, "0 files") {
		t.Errorf("within the grace, sweep prints %q", out)
	}
	if out := mustRun(t, "documents", "sweep", "--data", dir, "--documents", files, "--grace", "0s"); !strings.HasPrefix(out, "2 files") {
		t.Errorf("sweep prints %q", out)
	}
	for _, stray := range strays {
		if _, err := os.Stat(stray); !os.IsNotExist(err) {
			t.Errorf("it is there still: %v", err)
		}
	}
}

func TestABucketIsOpenedWithAKeyFromAFile(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside")
	place := "s3://" + strings.TrimPrefix(server.URL, "http://") + "/files?tls=off"
	args := []string{"documents", "check", "--data", dir, "--documents", place, "--documents-spools", t.TempDir()}
	if code, _, errors := bridgework(t, args...); code != exitFailure || !strings.Contains(errors, "a bucket needs --documents-key, as ID:SECRET") {
		t.Errorf("without a key it exits with %d: %s", code, errors)
	}
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("id:a-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BRIDGEWORK_DOCUMENTS_KEY_FILE", key)
	if out := mustRun(t, args...); !strings.Contains(out, "0 files") {
		t.Errorf("it prints %q", out)
	}
	for place, want := range map[string]string{
		"s3://host":                                "the address names no bucket",
		"s3://id:secret@host/files":                "a bucket's address is",
		"s3://host/files?tls=of":                   "knows region=NAME and tls=off",
		strings.Replace(place, "files", "none", 1): "cannot be opened",
	} {
		args[5] = place
		if code, _, errors := bridgework(t, args...); code != exitFailure || !strings.Contains(errors, want) || strings.Contains(errors, "a-secret") {
			t.Errorf("%s exits with %d: %s", place, code, errors)
		}
	}
}
