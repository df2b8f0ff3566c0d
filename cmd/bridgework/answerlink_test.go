package main

import (
	"strings"
	"testing"
)

func TestAnAnswerLinkNeedsAReferralAndOneThingAtATime(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside")
	for want, args := range map[string][]string{
		"is no referral's reference":      {"referral", "answer-link", "--data", dir, "nonsense"},
		"There is no referral TST0000001": {"referral", "answer-link", "--data", dir, "tst0000001"},
		"are two things":                  {"referral", "answer-link", "--data", dir, "--list", "--revoke", "TST0000001"},
		"--days must be 1 or more":        {"referral", "answer-link", "--data", dir, "--days", "0", "TST0000001"},
		"--public-url must be an address": {"referral", "answer-link", "--data", dir, "--public-url", "x", "TST0000001"},
		"There is no referral TST0000002": {"referral", "answer-link", "--data", dir, "--list", "TST0000002"},
		"There is no referral TST0000003": {"referral", "answer-link", "--data", dir, "--revoke", "TST0000003"},
	} {
		if code, _, errors := bridgework(t, args...); code != exitFailure || !strings.Contains(errors, want) {
			t.Errorf("%v exits with %d: %s", args, code, errors)
		}
	}
}
