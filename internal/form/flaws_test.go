package form_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// head is the beginning of a form that is in order; its last line is the 12th.
const head = `form: TestForm
version: 1
title: Test
reason: Test
pathway: test
headline: [patient_last_name]
sections:
  - id: people
    title: People
    fields:
      - {id: patient_first_name, kind: text, label: First name, required: true}
      - {id: patient_last_name, kind: text, label: Last name, required: true}
      - {id: patient_dob, kind: date, label: Date of birth, required: true}
      - {id: referrer_name, kind: text, label: Your name, required: true}
  - id: own
    title: Own
    fields:
`

// headLines is how many lines head has: what follows begins on the next.
var headLines = strings.Count(head, "\n")

func parse(t testing.TB, rest string) *form.Type {
	t.Helper()
	typ, err := form.Parse("test.yaml", []byte(head+rest))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

func TestAFaultInAFormNamesItsLine(t *testing.T) {
	for name, c := range map[string]struct {
		rest string // after head
		line int    // counted in rest, from 1
		want string
	}{
		"an unknown property":           {"      - id: a\n        kind: text\n        lable: A\n        label: A\n", 3, `"lable" is not known here; did you mean "label"?`},
		"an unknown kind":               {"      - {id: a, label: A, kind: txet}\n", 1, `"txet" is no kind of field; did you mean "text"?`},
		"an unknown kind far from all":  {"      - {id: a, label: A, kind: zzzzzzzz}\n", 1, "known are bpe, casemix"},
		"a duplicate id":                {"      - {id: a, label: A, kind: text}\n      - {id: a, label: B, kind: text}\n", 2, `the id "a" is given twice`},
		"an id of another section":      {"      - {id: patient_dob, label: A, kind: text}\n", 1, `the id "patient_dob" is given twice, first in test.yaml, line 13`},
		"a duplicate property":          {"      - id: a\n        kind: text\n        label: A\n        label: B\n", 4, `"label" is given twice, first in line`},
		"a missing label":               {"      - {id: a, kind: text}\n", 1, `the field "a" has no label`},
		"an empty label":                {"      - id: a\n        kind: text\n        label:\n", 3, "a text is missing here"},
		"a missing id":                  {"      - {kind: text, label: A}\n", 1, "an id is missing here"},
		"a wrong id":                    {"      - {id: A-1, kind: text, label: A}\n", 1, "an id is small letters"},
		"the id of the age":             {"      - {id: age, kind: integer, label: A}\n", 1, "the patient's age, which is known already"},
		"a bad pattern":                 {"      - id: a\n        kind: text\n        label: A\n        pattern: \"[\"\n        pattern_text: Write so\n", 4, "the pattern is no regular expression: missing closing ]"},
		"a pattern that closes another": {"      - {id: a, kind: text, label: A, pattern: \"a)(b\", pattern_text: A}\n", 1, "no regular expression"},
		"a pattern without its text":    {"      - id: a\n        kind: text\n        label: A\n        pattern: \"[0-9]+\"\n", 4, "no pattern_text"},
		"a property of another kind":    {"      - id: a\n        kind: date\n        label: A\n        max_length: 3\n", 4, "max_length does not fit a field of kind date; it fits history, longtext or text"},
		"a list in place of a text":     {"      - id: a\n        kind: text\n        label: [A]\n", 3, "one value belongs here, not a list"},
		"a word in place of a number":   {"      - id: a\n        kind: text\n        label: A\n        max_length: many\n", 4, `"many" is not a whole number`},
		"a word in place of a bound":    {"      - id: a\n        kind: integer\n        label: A\n        min: .inf\n", 4, "is not a number"},
		"neither true nor false":        {"      - id: a\n        kind: text\n        label: A\n        required: maybe\n", 4, "neither true nor false"},
		"no options":                    {"      - {id: a, kind: choice, label: A}\n", 1, "fewer than two options"},
		"an option twice":               {"      - id: a\n        kind: choice\n        label: A\n        options:\n          - {id: x, label: X}\n          - {id: x, label: Y}\n", 6, `the option "x" is given twice`},
		"an option without a label":     {"      - id: a\n        kind: choice\n        label: A\n        options:\n          - {id: x, label: X}\n          - {id: y}\n", 6, `the option "y" has no label`},
		"a default that is no option":   {"      - id: a\n        kind: choice\n        label: A\n        default: rutine\n        options: {routine: R, urgent: U}\n", 4, `did you mean "routine"?`},
		"an unknown field in a condition": {"      - {id: a, kind: yesno, label: A}\n      - id: b\n        kind: text\n        label: B\n        shown_when:\n          field: aa\n          is: x\n", 6,
			`the condition names "aa", which is no field; did you mean "a"?`},
		"an answer that there is not": {"      - {id: a, kind: choice, label: A, options: {one: 1, two: 2}}\n      - id: b\n        kind: text\n        label: B\n        shown_when:\n          field: a\n          is: oen\n", 7,
			`"oen" is no answer of "a"; did you mean "one"?`},
		"a comparison that does not fit": {"      - {id: a, kind: yesno, label: A}\n      - id: b\n        kind: text\n        label: B\n        shown_when:\n          field: a\n          above: 3\n", 7,
			`above does not fit "a", which is of kind yesno`},
		"an unknown comparison":   {"      - {id: a, kind: yesno, label: A}\n      - id: b\n        kind: text\n        label: B\n        shown_when:\n          field: a\n          equals: x\n", 7, `"equals" is not known here`},
		"two comparisons":         {"      - {id: a, kind: yesno, label: A}\n      - {id: b, kind: text, label: B, shown_when: {field: a, is: yes, is_not: no}}\n", 2, "has one comparison"},
		"an empty condition":      {"      - {id: b, kind: text, label: B, shown_when: {}}\n", 1, "one of field, all, any and not"},
		"an empty list":           {"      - {id: b, kind: text, label: B, shown_when: {any: []}}\n", 1, "the list of conditions is empty"},
		"shown by itself":         {"      - id: a\n        kind: yesno\n        label: A\n        shown_when: {field: a, is: yes}\n", 4, `"a" depends on itself: a, which depends on a`},
		"shown by each other":     {"      - id: a\n        kind: yesno\n        label: A\n        shown_when: {field: b, is: yes}\n      - {id: b, kind: yesno, label: B, shown_when: {not: {field: a, is: yes}}}\n", 4, "a, which depends on b, which depends on a"},
		"required by itself":      {"      - {id: a, kind: yesno, label: A, required_when: {field: a, answered: false}}\n", 1, `"a" depends on itself`},
		"required twice":          {"      - {id: c, kind: yesno, label: A}\n      - {id: a, kind: yesno, label: A, required: true, required_when: {field: c, is: yes}}\n", 2, "not both"},
		"an unknown parameter":    {"      - {id: a, kind: text, label: A, prefill: patient_twon}\n", 1, `"patient_twon" is no parameter that fills a field; did you mean "patient_town"?`},
		"a map to no option":      {"      - id: a\n        kind: choice\n        label: A\n        options: {one: 1, two: 2}\n        prefill: {from: [urgent], map: {x: three}}\n", 5, `the map leads to "three"`},
		"bounds the wrong way":    {"      - id: a\n        kind: integer\n        label: A\n        max: 1\n        min: 2\n", 5, "min is above max"},
		"an anchor":               {"      - &x {id: a, kind: text, label: A}\n", 1, "anchors and aliases"},
		"a file field of no kind": {"      - {id: a, kind: files, label: A}\n", 1, "has no file_kind"},
		"an unknown function":     {"      - {id: a, kind: mdas, label: A}\n    derived:\n      - {id: b, label: B, by: mdas_totl, from: [a]}\n", 3, `did you mean "mdas_total"?`},
		"a function of the wrong": {"      - {id: a, kind: text, label: A}\n    derived:\n      - {id: b, label: B, by: mdas_total, from: [a]}\n", 3, "is not made from"},
		"a rule without a text":   {"      - {id: a, kind: yesno, label: A}\n    rules:\n      - {field: a, level: stop, when: {field: a, is: yes}}\n", 3, "the rule has no text"},
		"a rule of no level":      {"      - {id: a, kind: yesno, label: A}\n    rules:\n      - {field: a, level: stopp, text: A, when: {field: a, is: yes}}\n", 3, `did you mean "stop"?`},
		"a rule at no field":      {"      - {id: a, kind: yesno, label: A}\n    rules:\n      - {field: b, level: stop, text: A, when: {field: a, is: yes}}\n", 3, `which is no field`},
		"an unknown section":      {"      - {id: a, kind: yesno, label: A}\n  - use: patients\n", 2, `there is no shared section "patients"`},
		"a borrowed name unused":  {"      - {id: a, kind: yesno, label: A}\n    borrows: [x]\n", 2, "no condition here names it"},
		"a broken line":           {"      - {id: a, kind: yesno, label: A\n", 1, "this is not YAML"},
		"a second document":       {"      - {id: a, kind: yesno, label: A}\n---\nform: X\n", 2, "a second document begins here"},
	} {
		_, err := form.Parse("test.yaml", []byte(head+c.rest))
		var flaws form.Flaws
		if !errors.As(err, &flaws) {
			t.Errorf("%s is not seen: %v", name, err)
			continue
		}
		found := false
		for _, flaw := range flaws {
			// A parser finds an unclosed bracket where the next thing begins.
			near := flaw.Line == headLines+c.line || strings.HasPrefix(flaw.Text, "this is not YAML") && flaw.Line > 0
			found = found || near && flaw.File == "test.yaml" && strings.Contains(flaw.Text, c.want)
		}
		if !found {
			t.Errorf("%s, wanted in line %d: %s\ngot %v", name, headLines+c.line, c.want, err)
		}
	}
}

func TestWhatAFormMustHaveIsNamed(t *testing.T) {
	whole := head + "      - {id: a, kind: yesno, label: A}\n"
	for name, c := range map[string]struct {
		old, new string
		line     int
		want     string
	}{
		"no version":        {"version: 1\n", "", 1, "the form has a version"},
		"no title":          {"title: Test\n", "", 1, "the form has no title"},
		"a misspelt name":   {"form: TestForm", "frm: TestForm", 1, `did you mean "form"?`},
		"a small name":      {"form: TestForm", "form: test form", 1, "begins with a capital"},
		"a head line of no": {"headline: [patient_last_name]", "headline: [patient_lastname]", 6, `did you mean "patient_last_name"?`},
		"no birth date":     {"      - {id: patient_dob, kind: date, label: Date of birth, required: true}\n", "", 7, `has no field "patient_dob"`},
		"an optional name":  {"label: Last name, required: true", "label: Last name", 12, "of kind text and required"},
		"an age of nobody":  {"pathway: test", "pathway: test\nage: {min: 18, below: 16, text: A}", 6, "no age is from 18 and below 16"},
		"an empty age rule": {"pathway: test", "pathway: test\nage: {text: A}", 6, "neither min nor below"},
		"a section twice":   {"- id: own", "- id: people", 15, "is given twice"},
		"a wrong document":  {"    title: Own\n", "    title: Own\n    document: sedatoin\n", 17, `did you mean "sedation"?`},
	} {
		_, err := form.Parse("test.yaml", []byte(strings.Replace(whole, c.old, c.new, 1)))
		var flaws form.Flaws
		if !errors.As(err, &flaws) || !strings.Contains(err.Error(), fmt.Sprintf("test.yaml:%d: ", c.line)) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, wanted in line %d: %s\ngot %v", name, c.line, c.want, err)
		}
	}
}

func TestAllFaultsOfAFileAreNamedAtOnce(t *testing.T) {
	_, err := form.Parse("test.yaml", []byte(head+"      - {id: a, kind: txt, lable: A}\n      - {id: b, kind: date, label: B, pattern: x}\n      - {id: c, kind: choice, label: C}\n"))
	var flaws form.Flaws
	if !errors.As(err, &flaws) {
		t.Fatal(err)
	}
	lines := map[int]bool{}
	for _, flaw := range flaws {
		lines[flaw.Line] = true
	}
	// A word that is not known is found in reading, and stops what would only repeat it.
	if !lines[headLines+1] {
		t.Errorf("got %v", err)
	}
	_, err = form.Parse("test.yaml", []byte(head+"      - {id: a, kind: txt, label: A}\n      - {id: b, kind: date, label: B, pattern: x}\n      - {id: c, kind: choice, label: C}\n"))
	for i := 1; i <= 3; i++ {
		if !strings.Contains(err.Error(), fmt.Sprintf("test.yaml:%d: ", headLines+i)) {
			t.Errorf("line %d is not named: %v", headLines+i, err)
		}
	}
}

func TestYamlsBareWordsStayAsTheyAreWritten(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: choice, label: Yes, options: {yes: Yes, no: No, 0123: 2026-01-01}}\n      - {id: b, kind: text, label: 1.10, shown_when: {field: a, is: no}}\n")
	a, _ := typ.Field("a")
	b, _ := typ.Field("b")
	if option, ok := a.Option("0123"); a.Label != "Yes" || b.Label != "1.10" || b.ShownWhen.Is != "no" || !ok || option.Label != "2026-01-01" {
		t.Errorf("read are %+v and %+v", a, b)
	}
}

func TestTheVersionFollowsTheContentAndNotTheLayout(t *testing.T) {
	one := parse(t, "      - {id: a, kind: yesno, label: A}\n")
	laidOut := parse(t, "      # a comment\n      - id: a\n        label: \"A\"\n        kind: yesno\n")
	other := parse(t, "      - {id: a, kind: yesno, label: B}\n")
	if one.Version() != laidOut.Version() || string(one.Canonical()) != string(laidOut.Canonical()) {
		t.Errorf("%s and %s", one.Version(), laidOut.Version())
	}
	second, err := form.Parse("test.yaml", []byte(strings.Replace(head, "version: 1", "version: 2", 1)+"      - {id: a, kind: yesno, label: A}\n"))
	if err != nil || !strings.HasPrefix(second.Version(), "2-") {
		t.Errorf("%v, %v", second, err)
	}
	if one.Version() == other.Version() || !strings.HasPrefix(one.Version(), "1-") {
		t.Errorf("%s and %s", one.Version(), other.Version())
	}
}

func TestACatalogHoldsSeveralVersionsOfAForm(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "test.yml", head+"      - {id: a, kind: yesno, label: A}\n")
	write(t, dir, "notes.txt", "not a form")
	catalog, err := form.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	now, err := catalog.Current("TestForm")
	if err != nil || len(catalog.Names()) != 9 {
		t.Fatalf("%v, %v", err, catalog.Names())
	}
	old := parse(t, "      - {id: a, kind: yesno, label: Old}\n")
	if _, err := catalog.Version("TestForm", old.Version()); !fault.Is(err, fault.NotFound) {
		t.Errorf("a version that was not kept: %v", err)
	}
	kept, err := catalog.Keep(old.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := catalog.Version("TestForm", old.Version()); err != nil || again != kept {
		t.Errorf("the kept version: %v, %v", again, err)
	}
	if again, err := catalog.Version("TestForm", now.Version()); err != nil || again != now {
		t.Errorf("the current version: %v, %v", again, err)
	}
	// Another release may write the same content in another order: what was stored keeps its version.
	moved := strings.Replace(string(old.Canonical()), `"title":"Test","reason":"Test"`, `"reason":"Test","title":"Test"`, 1)
	early, err := catalog.Keep([]byte(moved))
	if err != nil || early.Version() == old.Version() || string(early.Canonical()) != moved {
		t.Errorf("an early release's version: %v, %v", early, err)
	}
	if again, err := catalog.Version("TestForm", early.Version()); err != nil || again != early {
		t.Errorf("an early release's version is found as %v, %v", again, err)
	}
	if _, err := catalog.Current("TestFrom"); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), `did you mean "TestForm"?`) {
		t.Errorf("an unknown form: %v", err)
	}
	if _, err := catalog.Keep([]byte("{}")); err == nil {
		t.Error("nothing is kept as a form")
	}
}

func TestAFolderWinsOverWhatIsShipped(t *testing.T) {
	before, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, "gp.yaml", "section: gp\ntitle: Doctor\nfields:\n  - {id: gp_practice, kind: text, label: Surgery, required: true}\n")
	write(t, dir, "endo.yaml", strings.Replace(head, "TestForm", "EndodonticForm", 1)+"      - {id: a, kind: yesno, label: A}\n  - use: gp\n")
	after, err := form.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range before.Names() {
		old, _ := before.Current(name)
		now, err := after.Current(name)
		if err != nil {
			t.Fatal(err)
		}
		if field, ok := now.Field("gp_practice"); !ok || field.Label != "Surgery" || old.Version() == now.Version() {
			t.Errorf("%s is as it was", name)
		}
	}
	if endo, _ := after.Current("EndodonticForm"); endo.Title != "Test" {
		t.Errorf("the shipped form stands: %s", endo.Title)
	}
}

func TestAFolderWithFaultsIsRefusedByFileAndLine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", head+"      - {id: a, kind: yesno, label: A}\n    rules:\n      - {field: a, level: stop, text: A, offer: EndodonticFrom, when: {field: a, is: no}}\n")
	write(t, dir, "b.yaml", strings.Replace(head, "TestForm", "OtherForm", 1)+"      - {id: a, kind: yesno, label: A}\n  - use: patient\n")
	_, err := form.Open(dir)
	for _, want := range []string{"a.yaml:20: the rule offers the form \"EndodonticFrom\", which there is not; did you mean \"EndodonticForm\"?", `the id "patient_first_name" is given twice, first in ` + filepath.Join(dir, "b.yaml") + ", line 11"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wanted %s\ngot %v", want, err)
		}
	}
	dir = t.TempDir()
	write(t, dir, "a.yaml", head+"      - {id: a, kind: yesno, label: A}\n")
	write(t, dir, "b.yaml", head+"      - {id: a, kind: yesno, label: A}\n")
	if _, err := form.Open(dir); err == nil || !strings.Contains(err.Error(), "b.yaml:1: TestForm is in "+filepath.Join(dir, "a.yaml")+" already") {
		t.Errorf("the same form in two files: %v", err)
	}
	if _, err := form.Open(filepath.Join(dir, "none")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a folder that there is not: %v", err)
	}
}

func TestASectionIsCheckedWithTheFormsThatUseIt(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "patient.yaml", "section: patient\ntitle: Patient\nfields:\n  - {id: patient_first_name, kind: text, label: First name, required: true}\n  - {id: patient_last_name, kind: text, label: Last name, required: true}\n")
	write(t, dir, "gp.yaml", "section: gp\ntitle: Doctor\nfields:\n  - {id: gp_practice, kind: text, label: Surgery, required: true}\n")
	_, flaws, err := form.CheckFiles("", []string{filepath.Join(dir, "patient.yaml")})
	if err != nil || !strings.Contains(flaws.Error(), `adult-restorative.yaml:13: the form has no field "patient_dob"`) {
		t.Errorf("a section that lacks the date of birth: %v, %v", flaws, err)
	}
	if _, flaws, err := form.CheckFiles("", []string{filepath.Join(dir, "gp.yaml")}); err != nil || len(flaws) > 0 {
		t.Errorf("a section that is in order: %v, %v", flaws, err)
	}
}

func TestAFaultInASharedSectionIsNamedOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "gp.yaml", "section: gp\ntitle: Doctor\nborrows: [fundin, mh_drug]\nfields:\n  - {id: gp_practice, kind: text, label: Surgery, required: true}\n  - {id: patient_dob, kind: date, label: Birth, shown_when: {any: [{field: fundin, is: x}, {field: mh_drug, answered: true}]}}\n")
	_, err := form.Open(dir)
	if err == nil || strings.Count(err.Error(), `the id "patient_dob" is given twice`) != 1 {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
