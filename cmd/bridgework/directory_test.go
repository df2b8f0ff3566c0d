package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnOperatorImportsAndExportsTheDirectory(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside", "--address", "1 Mill Lane")
	file := filepath.Join(t.TempDir(), "directory.csv")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Kind,Organisation,Name,Treats,Forms,Capacity\norganisation,,County Hospital,yes,,\nservice,County Hospital,Endodontics,,EndodonticForm,40\n")
	preview := mustRun(t, "directory", "import", "--data", dir, file)
	if !strings.Contains(preview, `"County Hospital"`) || !strings.Contains(preview, "added") {
		t.Errorf("the preview is %s", preview)
	}
	if out := mustRun(t, "directory", "export", "--data", dir); strings.Contains(out, "County Hospital") {
		t.Errorf("without --apply it was imported: %s", out)
	}
	mustRun(t, "directory", "import", "--data", dir, "--apply", file)
	exported := mustRun(t, "directory", "export", "--data", dir)
	for _, want := range []string{"County Hospital", "Endodontics", "EndodonticForm", "1 Mill Lane"} {
		if !strings.Contains(exported, want) {
			t.Errorf("the export does not say %q:\n%s", want, exported)
		}
	}
	write(exported)
	if again := mustRun(t, "directory", "import", "--data", dir, "--apply", file); strings.Count(again, "\n") != 1 {
		t.Errorf("an export changes: %s", again)
	}
	write("Kind,Organisation,Name,Forms\nservice,Nowhere,Gums,\nservice,County Hospital,Gums,NoForm\n")
	var out, errors bytes.Buffer
	if code := run(context.Background(), []string{"directory", "import", "--data", dir, "--apply", file}, &out, &errors); code != exitFailure {
		t.Errorf("a faulty file ends with %d", code)
	}
	for _, want := range []string{`line 2, Organisation: There is no organisation "Nowhere"`, `line 3, Forms: There is no form "NoForm"`, "nothing was imported"} {
		if !strings.Contains(errors.String(), want) {
			t.Errorf("the errors do not say %q:\n%s", want, errors.String())
		}
	}
}
