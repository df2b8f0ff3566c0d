package directory_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

func (h *house) export(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	must(t, h.ExportAll(t.Context(), &b))
	return b.String()
}

func (h *house) preview(t testing.TB, e directory.Editor, file string) directory.Preview {
	t.Helper()
	p, err := h.Preview(t.Context(), e, []byte(file))
	must(t, err)
	return p
}

func TestTheImportOfAnExportChangesNothing(t *testing.T) {
	h := newHouse(t)
	file := h.export(t)
	p := h.preview(t, h.chief, file)
	if len(p.Faults) > 0 || p.Count(directory.Unchanged) != 6 || len(p.Lines) != 6 {
		t.Fatalf("the preview is %+v", p)
	}
	_, err := h.Import(t.Context(), audit.Operator, h.chief, []byte(file), p.Digest)
	must(t, err)
	if after := h.export(t); after != file {
		t.Errorf("before\n%s\nafter\n%s", file, after)
	}
}

// TestWhateverIsInTheDirectoryComesBackByAFile writes random entries, with all that a cell can hold, and reads them into an empty
// directory.
func TestWhateverIsInTheDirectoryComesBackByAFile(t *testing.T) {
	from, into := newHouse(t), newHouse(t)
	dice := rand.New(rand.NewPCG(1, 2))
	texts := []string{"=1+1", "-5", "@x", "'=quoted", "''+44", "+44 113 496 0000", `say "ah"`, "a, b", "a; b", "Ångström", "two\nlines", "＝wide", "'", "日本"}
	for i := range 20 {
		o := from.organisation(t, directory.Organisation{Name: fmt.Sprintf("%s %d", strings.ReplaceAll(pick(dice, texts...), "\n", " "), i), Address: pick(dice, texts...), Hours: pick(dice, texts...), IsTreating: true, IsReferring: dice.IntN(2) == 0, Area: directory.Everywhere, IsActive: dice.IntN(4) > 0})
		s := from.service(t, directory.Service{Organisation: o.Num, Name: "=" + fmt.Sprint(i), FormTypes: []string{"EndodonticForm", "OralSurgeryForm"}, MinAge: dice.IntN(18), MaxAge: pick(dice, 0, 40), Tiers: some(dice, "1", "3a"),
			Anaesthesia: append(some(dice, "sedation"), "local"), Facilities: some(dice, "hoist", "cbct"), Hours: pick(dice, texts...), Capacity: dice.IntN(50), WaitDays: dice.IntN(50), IsOpen: dice.IntN(2) == 0})
		_, err := from.SaveClinician(t.Context(), audit.Operator, directory.Operator, directory.Clinician{Organisation: o.Num, Name: "Dr " + strings.ReplaceAll(pick(dice, texts...), "\n", " "), GDC: pick(dice, "", "12345"), IsActive: true, Services: []int64{s.Num}})
		must(t, err)
	}
	file := from.export(t)
	for line := range strings.Lines(strings.TrimPrefix(file, "\ufeff")) {
		for cell := range strings.SplitSeq(line, ",") {
			if cell = strings.Trim(strings.TrimPrefix(cell, `"`), "\r\n"); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("the cell %q is a formula to a spreadsheet", cell)
			}
		}
	}
	bare := withoutNumbers(file)
	p := into.preview(t, directory.Operator, bare)
	if len(p.Faults) > 0 || p.Count(directory.Added) != 60 {
		t.Fatalf("%d added, %v", p.Count(directory.Added), p.Faults)
	}
	if _, err := into.Import(t.Context(), audit.Operator, directory.Operator, []byte(bare), p.Digest); err != nil {
		t.Fatal(err)
	}
	if got := withoutNumbers(into.export(t)); got != bare {
		t.Errorf("it came back as\n%s\nand was\n%s", got, bare)
	}
}

// withoutNumbers empties the column Number.
func withoutNumbers(file string) string {
	for _, kind := range []string{"organisation", "service", "clinician"} {
		parts := strings.Split(file, "\r\n"+kind+",")
		for i := range parts[1:] {
			_, parts[i+1], _ = strings.Cut(parts[i+1], ",")
		}
		file = strings.Join(parts, "\r\n"+kind+",,")
	}
	return file
}

const newEntries = "Kind;Number;Organisation;Name;Treats;Forms;Youngest;Capacity;GDC;Services\r" +
	"clinician;;Moor Clinic;Dr A Sample;;;;;7654321;Endodontics\r" +
	"organisation;;;Moor Clinic;yes;;;;;\r" +
	"service;;Moor Clinic;Endodontics;;EndodonticForm;16;25;;\r" +
	"service;%d;County Hospital;Root canals;;EndodonticForm;16;40;;\r"

func TestAPreviewSaysExactlyWhatTheImportDoes(t *testing.T) {
	h := newHouse(t)
	file := fmt.Sprintf(newEntries, h.endo.Num)
	before := h.export(t)
	p := h.preview(t, h.chief, file)
	if len(p.Faults) > 0 || p.Count(directory.Added) != 3 || p.Count(directory.Changed) != 1 {
		t.Fatalf("the preview is %+v", p)
	}
	want := []directory.Change{{Column: "Name", Before: "Endodontics", After: "Root canals"}, {Column: "Youngest", Before: "18", After: "16"}, {Column: "Capacity", Before: "2", After: "40"}}
	if got := p.Lines[3]; !slices.Equal(got.Changes, want) || got.Line != 5 || got.What != directory.Changed {
		t.Errorf("line 5 is %+v", got)
	}
	if after := h.export(t); after != before {
		t.Errorf("the preview has written:\n%s", after)
	}
	trail := h.trail(t)
	done, err := h.Import(t.Context(), audit.Operator, h.chief, []byte(file), p.Digest)
	must(t, err)
	for i := range done.Lines {
		if fmt.Sprint(done.Lines[i].Line, done.Lines[i].What, done.Lines[i].Changes) != fmt.Sprint(p.Lines[i].Line, p.Lines[i].What, p.Lines[i].Changes) {
			t.Errorf("done was %+v, and said %+v", done.Lines[i], p.Lines[i])
		}
	}
	if h.trail(t) != trail+5 {
		t.Errorf("%d entries in the trail, want one for each line and one for all", h.trail(t)-trail)
	}
	if s, err := h.Service(t.Context(), h.endo.Num); err != nil || s.Name != "Root canals" || s.Capacity != 40 || s.WaitDays != 30 {
		t.Errorf("the service is %+v, %v", s, err)
	}
	// The same file once more finds what it has made: the new names, and no line twice.
	again := h.preview(t, h.chief, strings.Replace(file, fmt.Sprintf("service;%d;", h.endo.Num), "service;;", 1))
	if len(again.Faults) > 0 || again.Count(directory.Unchanged) != 4 {
		t.Errorf("once more it is %+v", again)
	}
}

func TestAStalePreviewImportsNothing(t *testing.T) {
	h := newHouse(t)
	file := fmt.Sprintf(newEntries, h.endo.Num)
	p := h.preview(t, h.chief, file)
	s := h.endo
	s.WaitDays = 31
	_, err := h.SaveService(t.Context(), audit.Operator, h.theirs, s)
	must(t, err)
	before := h.export(t)
	_, err = h.Import(t.Context(), audit.Operator, h.chief, []byte(file), p.Digest)
	refused(t, err, fault.Conflict, "changed since the preview")
	if h.export(t) != before {
		t.Error("something was imported")
	}
	if _, err = h.Import(t.Context(), audit.Operator, h.chief, []byte(strings.Replace(file, "25", "26", 1)), h.preview(t, h.chief, file).Digest); !fault.Is(err, fault.Conflict) {
		t.Errorf("another file: %v", err)
	}
}

func TestAnAdministratorImportsTheirOwnEntriesOnly(t *testing.T) {
	h := newHouse(t)
	file := "Kind,Number,Organisation,Name,Capacity\nservice,,County Hospital,Endodontics,7\n"
	if p := h.preview(t, h.theirs, file); len(p.Faults) > 0 || p.Count(directory.Changed) != 1 {
		t.Errorf("their own: %+v", p)
	}
	other := directory.Editor{Organisation: h.practice.Num}
	p := h.preview(t, other, file)
	if len(p.Faults) != 1 || p.Faults[0].Line != 2 || !strings.Contains(p.Faults[0].Text, "Only an administrator") {
		t.Errorf("another's: %+v", p)
	}
	_, err := h.Import(t.Context(), audit.Operator, other, []byte(file), p.Digest)
	refused(t, err, fault.Invalid, "line 2")
	if s, err := h.Service(t.Context(), h.endo.Num); err != nil || s.Capacity != 2 {
		t.Errorf("the service is %+v, %v", s, err)
	}
	if p := h.preview(t, other, h.export(t)); len(p.Faults) > 0 {
		t.Errorf("what changes nothing of another's is refused: %v", p.Faults)
	}
}

func TestEachFaultOfAFileIsNamedWithItsLineAndColumn(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct{ file, want string }{
		"empty":             {"", "The file is empty"},
		"no entries":        {"Kind,Name\n", "no entries"},
		"another column":    {"Kind,Name,Colour\nservice,a,red\n", "line 1, Colour: There is no such column"},
		"a column twice":    {"Kind,Name,name\n", "line 1, Name: The column stands there twice"},
		"a column missing":  {"Name\nx\n", "line 1, Kind: The column is missing"},
		"not UTF-8":         {"Kind,Name\norganisation,Caf\xe9\n", "line 2: This is not UTF-8"},
		"a quote":           {"Kind,Name\norganisation,\"open\n", "line 2: A quotation mark is not closed"},
		"too few cells":     {"Kind,Number,Name\norganisation,1\n", "line 2: The line has 2 cells, and there are 3 columns"},
		"too many":          {"Kind,Name\norganisation,a,b\n", "line 2: The line has 3 cells"},
		"another kind":      {"Kind,Name\nhospital,a\n", `line 2, Kind: "hospital" is none of the kinds`},
		"no number":         {"Kind,Name,Number\norganisation,a,x\n", `line 2, Number: "x" is no number`},
		"an unknown number": {"Kind,Name,Number\norganisation,a,999\n", "line 2, Number: There is no organisation 999"},
		"no such area":      {"Kind,Name,Treats,Area\norganisation,a,yes,Mars\n", `line 2, Area: There is no area "Mars"`},
		"not yes or no":     {"Kind,Name,Treats\norganisation,a,perhaps\n", `line 2, Treats: "perhaps" is neither yes nor no`},
		"another's column":  {"Kind,Name,Treats,GDC\norganisation,a,yes,12345\n", "line 2, GDC: The column is not for organisations"},
		"nobody's service":  {"Kind,Name,Organisation\nservice,a,Mars\n", `line 2, Organisation: There is no organisation "Mars"`},
		"no whole number":   {"Kind,Name,Organisation,Capacity\nservice,Endodontics,County Hospital,many\n", `line 2, Capacity: "many" is no whole number`},
		"no such form":      {"Kind,Name,Organisation,Forms\nservice,Endodontics,County Hospital,Mars\n", `line 2, Forms: There is no form "Mars"`},
		"no such service":   {"Kind,Name,Organisation,Services\nclinician,Dr B,County Hospital,Mars\n", `line 2, Services: The organisation has no service "Mars"`},
		"the same twice":    {"Kind,Name,Phone\norganisation,County Hospital,1234\norganisation,county hospital,5678\n", "line 3: This is about the same organisation as line 2"},
		"a new name twice":  {"Kind,Name,Treats\norganisation,New,yes\norganisation,NEW,yes\n", "line 3: This is about the same organisation as line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			p := h.preview(t, h.chief, c.file)
			if len(p.Faults) == 0 || !strings.Contains(p.Faults[0].String(), c.want) {
				t.Errorf("the faults are %v, want %q", p.Faults, c.want)
			}
		})
	}
}

func TestAFaultOfAnOrganisationIsNotSaidAgainAsIfItWereMissing(t *testing.T) {
	h := newHouse(t)
	p := h.preview(t, h.chief, "Kind,Name,Treats,Organisation\nservice,Surgery,,NEW CLINIC\norganisation,New Clinic,perhaps,\nservice,Surgery,,Mars\n")
	var said []string
	for _, f := range p.Faults {
		said = append(said, f.String())
	}
	all := strings.Join(said, "\n")
	if len(said) != 3 || !strings.Contains(all, `line 2, Organisation: The organisation "NEW CLINIC" is added by line 3, which is wrong; put that right first`) || !strings.Contains(all, `There is no organisation "Mars"`) {
		t.Errorf("the faults are\n%s", all)
	}
}

func TestAFileIsBounded(t *testing.T) {
	h := newHouse(t)
	if p := h.preview(t, h.chief, strings.Repeat("x", directory.MaxCSV+1)); len(p.Faults) != 1 || !strings.Contains(p.Faults[0].Text, "more than 1 MB") {
		t.Errorf("the faults are %v", p.Faults)
	}
	if p := h.preview(t, h.chief, "Kind,Name\n"+strings.Repeat("organisation,a\n", directory.MaxCSVRows+1)); len(p.Faults) != 1 || !strings.Contains(p.Faults[0].Text, "more than 2000 entries") {
		t.Errorf("the faults are %v", p.Faults)
	}
}

func TestAFileWithOrWithoutAMarkAndWithAnyLineEndsIsTheSame(t *testing.T) {
	h := newHouse(t)
	lines := []string{"kind, NAME ,Organisation,Hours", `Service,Endodontics,County Hospital,"Monday`, `Tuesday"`}
	digests := make(map[string]bool)
	for _, end := range []string{"\n", "\r\n", "\r"} {
		for _, mark := range []string{"", "\ufeff"} {
			p := h.preview(t, h.chief, mark+strings.Join(lines, end)+end)
			if len(p.Faults) > 0 || len(p.Lines) != 1 || p.Lines[0].Changes[0].After != "Monday\nTuesday" {
				t.Errorf("with %q and %q it is %+v", mark, end, p)
			}
			digests[p.Digest] = true
		}
	}
	if len(digests) != 1 {
		t.Errorf("the digests are %v", slices.Collect(maps.Keys(digests)))
	}
}
