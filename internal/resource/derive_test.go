package resource

import (
	"fmt"
	"strings"
	"testing"
)

func mustPanic(t *testing.T, want string, derive func()) {
	t.Helper()
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, want) {
			t.Errorf("the program goes on, or stops with %q instead of %q", said, want)
		}
	}()
	derive()
}

func TestABrokenDeclarationStopsTheProgramAtStart(t *testing.T) {
	spec := Spec{Name: "Things", Path: "things", Thing: "Thing", Table: "thing"}
	mustPanic(t, `the unknown word "updat"`, func() {
		Derive[struct {
			Num  int64  `od:"key"`
			Name string `od:"create updat"`
		}](spec, nil)
	})
	mustPanic(t, "has no key", func() {
		Derive[struct {
			Name string `od:"create"`
		}](spec, nil)
	})
	mustPanic(t, "two fields named Name", func() {
		Derive[struct {
			Num   int64  `od:"key"`
			Name  string `od:"create"`
			Other string `od:"create name=Name"`
		}](spec, nil)
	})
	mustPanic(t, "cannot be of type []string", func() {
		Derive[struct {
			Num   int64    `od:"key"`
			Names []string `od:"create"`
		}](spec, nil)
	})
	mustPanic(t, "where a number belongs", func() {
		Derive[struct {
			Num  int64  `od:"key"`
			Name string `od:"create max=ten"`
		}](spec, nil)
	})
	mustPanic(t, "unknown table in fk=thng", func() {
		Derive[struct {
			Num   int64 `od:"key"`
			Other int64 `od:"create fk=thng"`
		}](spec, nil)
	})
	mustPanic(t, "nothing computes the field Name", func() {
		Derive[struct {
			Num   int64  `od:"key"`
			Name  string `od:"calc"`
			Other string `od:"create"`
		}](spec, nil)
	})
	mustPanic(t, `the unknown field "Nmae"`, func() {
		listed := spec
		listed.Lists = []List{{Shape: "Num Nmae"}}
		Derive[struct {
			Num  int64  `od:"key"`
			Name string `od:"create"`
		}](listed, nil)
	})
}
