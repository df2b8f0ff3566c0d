package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const smallForm = `form: ImplantForm
version: 2
title: Implants
reason: Implants
pathway: implants
headline: [patient_last_name, site]
sections:
  - use: patient
  - use: referrer
  - use: implant
`

const smallSection = `section: implant
title: Implant
fields:
  - id: site
    kind: teeth
    label: Where
    required: true
`

func TestFormTypesAreListedAndShown(t *testing.T) {
	if out := mustRun(t, "form", "list"); strings.Count(out, "\n") != 8 || !strings.Contains(out, "AdultRestorativeForm") {
		t.Errorf("the list is %s", out)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "implant.yaml"), smallForm)
	writeFile(t, filepath.Join(dir, "section.yaml"), smallSection)
	if out := mustRun(t, "form", "list", "--forms", dir); !strings.Contains(out, "ImplantForm") || strings.Count(out, "\n") != 9 {
		t.Errorf("the list is %s", out)
	}
	out := mustRun(t, "form", "show", "--forms", dir, "ImplantForm")
	for _, want := range []string{"ImplantForm, version 2-", "3. Implant (implant)", "* site (teeth): Where", "* patient_dob (date): Date of birth"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not shown: %s", want, out)
		}
	}
	if code, _, errors := bridgework(t, "form", "show", "AdultRestorativForm"); code != exitFailure || !strings.Contains(errors, `did you mean "AdultRestorativeForm"?`) {
		t.Errorf("an unknown form: %d %s", code, errors)
	}
}

func TestFormFilesAreCheckedTogetherAndTheirFaultsNamedByLine(t *testing.T) {
	dir := t.TempDir()
	good, section, bad, worse := filepath.Join(dir, "implant.yaml"), filepath.Join(dir, "section.yaml"), filepath.Join(dir, "bad.yaml"), filepath.Join(dir, "worse.yaml")
	writeFile(t, good, smallForm)
	writeFile(t, section, smallSection)
	writeFile(t, bad, strings.Replace(smallSection, "kind: teeth", "kind: tooth", 1))
	writeFile(t, worse, strings.Replace(smallForm, "version: 2", "verison: 2", 1))
	if out := mustRun(t, "form", "check", good, section); !strings.Contains(out, "ImplantForm is in order") {
		t.Errorf("check prints %s", out)
	}
	if out := mustRun(t, "form", "check", section); !strings.Contains(out, "in order") {
		t.Errorf("check prints %s", out)
	}
	code, out, errors := bridgework(t, "form", "check", bad, worse, section)
	if code != exitFailure || out != "" {
		t.Errorf("exits with %d: %s", code, out)
	}
	for _, want := range []string{bad + `:5: "tooth" is no kind of field; did you mean "teeth"?`, worse + `:2: "verison" is not known here; did you mean "version"?`, "2 faults were found"} {
		if !strings.Contains(errors, want) {
			t.Errorf("%q is not said: %s", want, errors)
		}
	}
	if code, _, errors := bridgework(t, "form", "check", good); code != exitFailure || !strings.Contains(errors, good+`:10: there is no shared section "implant"`) {
		t.Errorf("without its section: %d %s", code, errors)
	}
	if code, _, errors := bridgework(t, "form", "check", filepath.Join(dir, "none.yaml")); code != exitFailure || !strings.Contains(errors, "cannot be read") {
		t.Errorf("a file that there is not: %d %s", code, errors)
	}
	if code, _, _ := bridgework(t, "form", "check"); code != exitUsage {
		t.Errorf("without a file: %d", code)
	}
}
