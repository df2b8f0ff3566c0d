package form_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
)

func manual(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/forms.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheExamplesOfTheManualAreInOrder(t *testing.T) {
	dir := t.TempDir()
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(manual(t), -1)
	var paths []string
	for i, block := range blocks {
		name := fmt.Sprintf("%d.yaml", i)
		write(t, dir, name, block[1])
		paths = append(paths, filepath.Join(dir, name))
	}
	good, flaws, err := form.CheckFiles("", paths)
	if err != nil || len(flaws) > 0 || len(good) != 1 || len(blocks) != 2 {
		t.Fatalf("%d in order of %d: %v %v", len(good), len(blocks), flaws, err)
	}
	if _, err := formtest.Complete(good[0], day, true); err != nil {
		t.Error(err)
	}
}

func TestTheManualNamesEveryWord(t *testing.T) {
	text := manual(t)
	words := form.Functions()
	for _, kind := range form.Kinds() {
		words = append(words, string(kind))
	}
	for _, word := range slices.Concat(words, form.Properties()) {
		if !strings.Contains(text, "`"+word+"`") {
			t.Errorf("docs/forms.md does not name %q", word)
		}
	}
}
