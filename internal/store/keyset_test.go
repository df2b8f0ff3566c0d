package store_test

import (
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store"
)

func TestAListGoesOnAfterTheLastRowThatWasRead(t *testing.T) {
	keys := []store.Key{{Column: "a", Descends: true, Last: store.Text("x")}, {Column: "b", Last: store.Text("y")}, {Column: "n", Last: store.Int(7)}}
	if got := store.OrderBy(keys); got != " ORDER BY a DESC, b, n" {
		t.Errorf("the order is %q", got)
	}
	condition, args := store.Past(keys)
	if condition != "(a < ? OR a = ? AND (b > ? OR b = ? AND n > ?))" || len(args) != 5 || args[0].AsText() != "x" || args[1].AsText() != "x" || args[2].AsText() != "y" || args[4].AsInt() != 7 {
		t.Errorf("the condition is %q with %v", condition, args)
	}
	if condition, args = store.Past(keys[2:]); condition != "n > ?" || len(args) != 1 {
		t.Errorf("of one key it is %q with %v", condition, args)
	}
}
