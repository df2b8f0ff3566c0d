package form_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
)

// FuzzParse: whatever a file holds, it is a form with a canonical form of its own, or has faults with lines that are in it.
func FuzzParse(f *testing.F) {
	// One whole form: longer ones slow the search down and have nothing else in them.
	f.Add(shipped(f)[0].Canonical())
	paths, err := filepath.Glob("types/section-*.yaml")
	if err != nil || len(paths) == 0 {
		f.Fatal("no files are shipped", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(head + "      - {id: a, kind: choice, label: A, options: {x: X, y: Y}, shown_when: {not: {any: [{field: age, below: 3}]}}}\n"))
	f.Add([]byte("form: &a X\nx: *a\n"))
	f.Add([]byte("form: !!binary aGk=\n? [a]\n: b\n<<: {a: b}\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		typ, err := form.Parse("fuzz.yaml", file)
		if err != nil {
			var flaws form.Flaws
			if !errors.As(err, &flaws) || len(flaws) == 0 {
				t.Fatalf("the error is %T: %v", err, err)
			}
			for _, flaw := range flaws {
				if flaw.Text == "" || flaw.Line < 0 || flaw.Line > len(file)+1 {
					t.Fatalf("a fault in no line: %+v", flaw)
				}
			}
			return
		}
		again, err := form.Parse("fuzz.yaml", typ.Canonical())
		if err != nil || again.Version() != typ.Version() {
			t.Fatalf("%s\nis read back: %v", typ.Canonical(), err)
		}
		_ = typ.Describe()
		// What can be loaded can be filled in.
		sheet := typ.Fill(typ.Start(map[string]string{"patient_dob": "01/02/2003", "urgent": "1"}, nil), day)
		sheet.States()
		sheet.Faults()
	})
}

// FuzzDecode: whatever was stored, what is decoded is encoded and decoded to the same, and can be checked.
func FuzzDecode(f *testing.F) {
	types := shipped(f)
	for i, typ := range types {
		answers, err := formtest.Complete(typ, day, true)
		if err != nil {
			f.Fatal(err)
		}
		stored, err := answers.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, stored)
	}
	f.Add(0, []byte(`{"bpe":{"":"","UR":"*"},"teeth_present":["é","UR6","UR6"],"mh_conditions":["asthma"],"patient_dob":"-0"}`))
	f.Add(1, []byte(`{"radiographs":[{"id":""},{"ID":"x"}],"weight_kg":"-0,0","care_type":["urgent"],"x":null}`))
	f.Fuzz(func(t *testing.T, which int, stored []byte) {
		typ := types[uint(which)%uint(len(types))]
		answers, _, err := typ.Decode(stored)
		if err != nil {
			return
		}
		once, err := answers.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, lost, err := typ.Decode(once)
		if err != nil || len(lost) > 0 || !reflect.DeepEqual(again, answers) {
			t.Fatalf("%s\nis decoded as %v\nand was        %v\nlost %v, %v", once, again, answers, lost, err)
		}
		sheet := typ.Fill(answers, day)
		sheet.Faults()
		sheet.Advice()
		sheet.States()
		form.CheckDraft(typ, answers)
		for id, value := range sheet.Settled() {
			if !reflect.DeepEqual(value, answers[id]) {
				t.Fatalf("%s is %v decoded and %v settled", id, answers[id], value)
			}
		}
	})
}
