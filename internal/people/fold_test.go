package people

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestANameThatFoldingMakesLongerThanItsColumnIsKept(t *testing.T) {
	name := strings.Repeat("값", 100) // of three letters each, which folding takes apart
	if got := utf8.RuneCountInString(foldName(name)); got != 255 {
		t.Errorf("the name folds to %d letters", got)
	}
	if got := foldName("  "); got == "" {
		t.Error("a blank name looks as if it were not folded")
	}
}
