package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestADentalReferralsKeyIsMadeListedAndRevoked(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside", "--urn-prefix", "NOR", "--address", "1 Mill Lane", "--phone", "01632 960001", "--email", "desk@northside.example")
	out := mustRun(t, "key", "create", "--data", dir, "--practice", "Northside", "--dental-referrals", "--form-types", "ChildOralCareForm,AdultRestorativeForm")
	shown := regexp.MustCompile(`Key dr1 for "Northside".*\n\n  Authorization: Token token=([0-9a-f]{20})\n`).FindStringSubmatch(out)
	if shown == nil {
		t.Fatalf("no key is shown: %s", out)
	}
	kept := mustRun(t, "key", "create", "--data", dir, "--practice", "Northside", "--dental-referrals", "--key", "42a42a42a42a424a2aa4")
	if !strings.Contains(kept, "Token token=42a42a42a42a424a2aa4") {
		t.Errorf("a client's own key is answered with %s", kept)
	}
	list := mustRun(t, "key", "list", "--data", dir)
	if !regexp.MustCompile(`(?m)^dr1 .*`+shown[1][:6]+`….* -  +ChildOralCareForm,AdultRestorativeForm$`).MatchString(list) || !strings.Contains(list, "all forms") || strings.Contains(list, shown[1]) {
		t.Errorf("the list is %s", list)
	}
	mustRun(t, "key", "revoke", "--data", dir, "dr1")
	if list := mustRun(t, "key", "list", "--data", dir); !regexp.MustCompile(`(?m)^dr1 .* \d\d:\d\d:\d\d  +ChildOralCareForm`).MatchString(list) {
		t.Errorf("after its revocation the list is %s", list)
	}
	for want, args := range map[string][]string{
		"Key 1 was revoked":                    {"key", "revoke", "--data", dir, "dr1"},
		"There is no key 1":                    {"key", "revoke", "--data", dir, "1"},
		"is no key's number":                   {"key", "revoke", "--data", dir, "drx"},
		"This key is in use already":           {"key", "create", "--data", dir, "--practice", "Northside", "--dental-referrals", "--key", "42a42a42a42a424a2aa4"},
		`There is no form type "ChildForm"`:    {"key", "create", "--data", dir, "--practice", "Northside", "--dental-referrals", "--form-types", "ChildForm"},
		"--developer is missing":               {"key", "create", "--data", dir, "--practice", "Northside"},
		"belong to --dental-referrals":         {"key", "create", "--data", dir, "--practice", "Northside", "--developer", "x", "--form-types", "ChildOralCareForm"},
		"belongs to another practice":          {"practice", "create", "--data", dir, "Southside", "--urn-prefix", "NOR"},
		"must be three letters from A to Z":    {"practice", "create", "--data", dir, "Southside", "--urn-prefix", "N0R"},
		"belong to keys of the Open Dental AP": {"key", "create", "--data", dir, "--practice", "Northside", "--dental-referrals", "--permissions", "ReadAll"},
	} {
		if code, _, errors := bridgework(t, args...); code != exitFailure || !strings.Contains(errors, want) {
			t.Errorf("%v exits with %d: %s", args, code, errors)
		}
	}
	if out := mustRun(t, "practice", "list", "--data", dir); strings.Contains(out, "Southside") {
		t.Errorf("a practice that was refused is in the list: %s", out)
	}
}

func TestALinkToAPracticesReferralsIsPrinted(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside")
	out := mustRun(t, "practice", "session-link", "--data", dir, "--public-url", "https://refer.example.org/", "Northside")
	if !regexp.MustCompile(`^https://refer\.example\.org/sign-in/[A-Z2-7]{26}\n$`).MatchString(out) {
		t.Errorf("it prints %q", out)
	}
	if code, _, errors := bridgework(t, "practice", "session-link", "--data", dir, "--public-url", "refer.example.org", "Northside"); code != exitFailure || !strings.Contains(errors, "--public-url must be an address") {
		t.Errorf("without a scheme it exits with %d: %s", code, errors)
	}
}
