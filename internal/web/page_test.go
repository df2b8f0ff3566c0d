package web

import "testing"

// A page is read when it is first shown; what is wrong with it shows here first.
func TestEveryPageCanBeRead(t *testing.T) {
	for name, read := range templates {
		if page := read(); page.Lookup("layout") == nil {
			t.Errorf("%s has no layout", name)
		}
	}
}
