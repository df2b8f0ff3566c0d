package directory_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// FuzzCSV: no file ends the program, each is read or has a fault, and what was read is written and read back the same.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"", "\ufeff", "Kind,Name\norganisation,a\n", "Kind;Name\r\"x\"\"y\";'=1\r", "kind\tNAME\n\n,\nservice\tb", "Kind,Name\n\"a", "Kind,Name\n\xff", "Kind,Name\na,''+1\nb,'\n", "Kind,Name\na\n,,x\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, faults := directory.ParseCSV(file)
		if len(rows) == 0 && len(faults) == 0 {
			t.Fatal("there is neither an entry nor a fault")
		}
		for _, one := range faults {
			if one.Text == "" || strings.Contains(one.Text, "%!") {
				t.Fatalf("a fault says %q", one.Text)
			}
		}
		// A line whose text stands beyond the columns has a fault, and no cell that could be written.
		rows = slices.DeleteFunc(rows, func(row map[string]string) bool {
			return !slices.ContainsFunc(slices.Collect(maps.Values(row)), func(cell string) bool { return cell != "" })
		})
		if len(rows) == 0 {
			return
		}
		var written bytes.Buffer
		must(t, directory.WriteCSV(&written, rows))
		again, faults := directory.ParseCSV(written.Bytes())
		if written.Len() > directory.MaxCSV {
			return
		}
		if len(faults) > 0 {
			t.Fatalf("what was written cannot be read: %v", faults)
		}
		if len(again) != len(rows) {
			t.Fatalf("%d entries were written, and %d read", len(rows), len(again))
		}
		for i, row := range rows {
			got := again[i]
			maps.DeleteFunc(got, func(_, cell string) bool { return cell == "" })
			maps.DeleteFunc(row, func(_, cell string) bool { return cell == "" })
			if !maps.Equal(got, row) {
				t.Fatalf("%v was written, and %v read", row, got)
			}
		}
	})
}

func FuzzACellComesBackAsItWas(f *testing.F) {
	f.Add("=1")
	f.Add("'=1")
	f.Add("''")
	f.Fuzz(func(t *testing.T, cell string) {
		safe := directory.Disarm(cell)
		if directory.Rearm(safe) != cell {
			t.Errorf("%q is written as %q and read as %q", cell, safe, directory.Rearm(safe))
		}
		if safe != "" && strings.ContainsRune("=+-@\t\r", rune(safe[0])) {
			t.Errorf("%q is written as %q", cell, safe)
		}
	})
}
