package conformance_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/conformance"
)

// sources are all Go and browser tests of the project.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("../..", func(path string, file fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case file.IsDir() && (file.Name() == "node_modules" || file.Name() == ".git" || file.Name() == "bin"):
			return filepath.SkipDir
		case strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".test.mjs"):
			content, err := os.ReadFile(path)
			all.Write(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestEachCriterionThatIsMetNamesATestThatThereIs(t *testing.T) {
	all, err := conformance.Criteria()
	if err != nil {
		t.Fatal(err)
	}
	written := sources(t)
	for _, c := range all {
		isOffered := c.Standing == conformance.Met || c.Standing == conformance.Partly
		switch {
		case isOffered != (c.Test != ""):
			t.Errorf("%s is %s, and its test is %q", c.ID, c.Standing, c.Test)
		case c.Standing == conformance.Partly && c.Where == "":
			t.Errorf("%s does not say what is missing", c.ID)
		case isOffered && !strings.Contains(written, "func "+c.Test+"(") && !strings.Contains(written, `test("`+c.Test+`"`):
			t.Errorf("%s names the test %s, which there is not", c.ID, c.Test)
		}
	}
}

func TestAllCriteriaOfTheProfilesFiveFunctionsAreListed(t *testing.T) {
	all, err := conformance.Criteria()
	if err != nil {
		t.Fatal(err)
	}
	functions, levels := make(map[string]int), make(map[string]int)
	seen := make(map[string]bool)
	for _, c := range all {
		if seen[c.ID] || c.Asks == "" {
			t.Errorf("%s stands twice, or says nothing", c.ID)
		}
		seen[c.ID] = true
		function, _, _ := strings.Cut(c.ID, "#")
		level, _, _ := strings.Cut(c.Level, " ")
		functions[function]++
		levels[level]++
		switch c.Standing {
		case conformance.Met, conformance.Partly, conformance.NotOffered, conformance.OutOfScope:
		default:
			t.Errorf("%s is %q", c.ID, c.Standing)
		}
	}
	for function, want := range map[string]int{"CP.4.6": 12, "CPS.1.4": 25, "CPS.4.6.1": 10, "CPS.4.6.2": 1, "CPS.4.6.3": 18} {
		if functions[function] != want {
			t.Errorf("%s has %d criteria, not %d", function, functions[function], want)
		}
	}
	if levels["SHALL"] != 36 || levels["SHOULD"] != 19 || levels["MAY"] != 11 {
		t.Errorf("the levels are %v", levels)
	}
}
