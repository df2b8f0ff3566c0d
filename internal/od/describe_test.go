package od

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestThePlanOfEachResourceIsAsWritten(t *testing.T) {
	for _, r := range All() {
		path := r.Plan().Path
		t.Run(path, func(t *testing.T) {
			got, err := Describe(path)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "plans", path+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the plan has changed; `make plans` writes it anew (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestEveryFieldIsDocumented(t *testing.T) {
	for _, r := range All() {
		comments, err := FieldComments(r.Plan().RowName())
		if err != nil {
			t.Fatal(err)
		}
		for name, comment := range comments {
			if comment == "" {
				t.Errorf("%s.%s has no comment, and comments are the public documentation", r.Plan().RowName(), name)
			}
		}
		for _, action := range r.Acts() {
			takes := action.Form().RowName()
			comments, err := FieldComments(takes)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(slices.Collect(maps.Values(comments)), "") || len(comments) != len(action.Form().Fields) {
				t.Errorf("%s of %s %s has fields without a comment", takes, action.Method, action.Path(r.Plan()))
			}
		}
	}
}

func TestNoTwoMethodsHaveTheSamePath(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range All() {
		for _, route := range Routes(r) {
			method := strings.ToLower(route.Method + " " + route.Path)
			if seen[method] {
				t.Errorf("%s is declared twice", method)
			}
			seen[method] = true
		}
	}
}

func TestAnUnknownResourceIsAnsweredWithTheKnown(t *testing.T) {
	if _, err := Describe("nonsense"); err == nil {
		t.Error("nonsense was described")
	}
}
