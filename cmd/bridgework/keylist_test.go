package main

import (
	"strings"
	"testing"
)

func TestThePracticesOwnListHasItsKeysAndNoSecrets(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	mustRun(t, "key", "create", "--data", dir, "--practice", "A", "--developer", "My client")
	mustRun(t, "key", "create", "--data", dir, "--practice", "A", "--developer", "Another")
	listed := func() string {
		return mustRun(t, "query", "--data", dir, "--csv", "SELECT APIKeyNum, CustApiKey, DevName FROM apikey ORDER BY APIKeyNum")
	}
	if out := strings.ReplaceAll(listed(), "\r\n", "\n"); !strings.HasSuffix(out, "\n1,,My client\n2,,Another\n") {
		t.Errorf("the list is %q", out)
	}
	mustRun(t, "key", "revoke", "--data", dir, "1")
	if out := listed(); strings.Contains(out, "My client") || !strings.Contains(out, "Another") {
		t.Errorf("after the first is revoked the list is %q", out)
	}
}
