package apidoc

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/od"
)

var update = flag.Bool("update", false, "write the pages anew")

// examples reads the vectors of a resource.
func examples(t *testing.T, path string) []Example {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "spec", "vectors", "opendental", path+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name    string
		Request struct {
			Method, Path string
			Body         json.RawMessage
		}
		Response struct {
			Status int
			Body   json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	var found []Example
	for _, v := range vectors {
		found = append(found, Example{Name: v.Name, Method: v.Request.Method, Path: v.Request.Path, Body: v.Request.Body, Status: v.Response.Status, Response: v.Response.Body})
	}
	return found
}

func TestTheReferencePagesAreAsTheDeclarationsAre(t *testing.T) {
	pages := map[string]string{"README.md": Index()}
	for _, r := range od.All() {
		page, err := Page(r, examples(t, r.Plan().Path))
		if err != nil {
			t.Fatal(err)
		}
		pages[r.Plan().Path+".md"] = page
	}
	dir := filepath.Join("..", "..", "docs", "api")
	for name, want := range pages {
		path := filepath.Join(dir, name)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v; `make docs` writes it", err)
			continue
		}
		if diff := cmp.Diff(string(got), want); diff != "" {
			t.Errorf("%s is not as it is declared; `make docs` writes it anew (-is, +wanted):\n%s", name, diff)
		}
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range found {
		if _, known := pages[entry.Name()]; !known {
			t.Errorf("docs/api/%s is the page of no resource", entry.Name())
		}
	}
}

func TestEveryFieldThatIsAnsweredIsExplained(t *testing.T) {
	for _, r := range od.All() {
		page, err := Page(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(page) {
			if strings.HasPrefix(line, "| ") && strings.HasSuffix(line, "|  |\n") && !strings.HasPrefix(line, "| Field") {
				t.Errorf("%s explains nothing in: %s", r.Plan().Name, line)
			}
		}
	}
}
