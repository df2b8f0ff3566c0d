package form_test

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
)

func text(text string) form.Value       { return form.Value{Text: text} }
func list(items ...string) form.Value   { return form.Value{List: items} }
func files(all ...form.File) form.Value { return form.Value{Files: all} }

func parts(pairs ...string) form.Value {
	v := form.Value{Parts: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		v.Parts[pairs[i]] = pairs[i+1]
	}
	return v
}

// people answers the section that every test form has.
func people(more form.Answers) form.Answers {
	answers := form.Answers{"patient_first_name": text("Anna"), "patient_last_name": text("Berg"), "patient_dob": text("1980-05-05"), "referrer_name": text("Dr Carr")}
	for id, value := range more {
		answers[id] = value
	}
	return answers
}

// said is what is wrong with the field a, as "rule" or "part rule", in order.
func said(faults []form.Fault) string {
	var words []string
	for _, f := range faults {
		words = append(words, strings.TrimSpace(f.Part+" "+string(f.Rule)))
	}
	return strings.Join(words, ", ")
}

func TestEachKindOfAnswerIsChecked(t *testing.T) {
	grid := parts("UR", "0", "UA", "1", "UL", "2", "LR", "3*", "LA", "-", "LL", "4")
	young := parts("16", "0", "11", "1", "26", "2", "46", "0", "31", "-", "36", "0")
	xray := form.File{ID: "7", Name: "a.jpg", View: "periapical", TakenOn: "2026-10-01"}
	for _, c := range []struct {
		field string
		value form.Value
		want  string
	}{
		{"kind: text", text("x"), ""},
		{"kind: text", text(strings.Repeat("ŵ", 200)), ""},
		{"kind: text", text(strings.Repeat("x", 201)), "length"},
		{"kind: text", text("two\nlines"), "sign"},
		{"kind: text", text("a\x00b"), "sign"},
		{"kind: text, max_length: 3", text("abcd"), "length"},
		{"kind: text, max_length: 3", text("ŵŵŵ"), ""},
		{"kind: text, min_length: 3", text("ab"), "length"},
		{"kind: text, pattern: '[0-9]{3}', pattern_text: Three digits", text("123"), ""},
		{"kind: text, pattern: '[0-9]{3}', pattern_text: Three digits", text("1234"), "format"},
		{"kind: text, pattern: 'a|b', pattern_text: One letter", text("ab"), "format"},
		{"kind: longtext", text("two\n\tlines"), ""},
		{"kind: longtext", text("a\x1bb"), "sign"},
		{"kind: longtext", text(strings.Repeat("x", 4001)), "length"},
		{"kind: longtext, max_length: 20000", text(strings.Repeat("x", 20000)), ""},
		{"kind: longtext, max_length: 20000", text(strings.Repeat("x", 20001)), "length"},
		{"kind: date", text("31/01/2026"), ""},
		{"kind: date", text("31/02/2026"), "format"},
		{"kind: date", text("10/1O/2010"), "format"},
		{"kind: date", text("02/11/1896"), ""},
		{"kind: date", text("01/11/1896"), "range"},
		{"kind: date, not_future: true", text("2026-11-02"), ""},
		{"kind: date, not_future: true", text("2026-11-03"), "range"},
		{"kind: date, not_past: true", text("2026-11-02"), ""},
		{"kind: date, not_past: true", text("2026-11-01"), "range"},
		{"kind: date, not_before: patient_dob", text("1980-05-05"), ""},
		{"kind: date, not_before: patient_dob", text("1980-05-04"), "range"},
		{"kind: choice, options: {x: X, y: Y}", text("y"), ""},
		{"kind: choice, options: {x: X, y: Y}", text("z"), "option"},
		{"kind: choices, options: {x: X, y: Y}", list("y", "x", "y"), ""},
		{"kind: choices, options: {x: X, y: Y}", list("x", "z"), "option"},
		{"kind: choices, options: {x: X, y: Y}, min_items: 2", list("x"), "count"},
		{"kind: choices, options: {x: X, y: Y}, max_items: 1", list("x", "y"), "count"},
		{"kind: choices, options: [{id: x, label: X}, {id: none, label: None, exclusive: true}]", list("none"), ""},
		{"kind: choices, options: [{id: x, label: X}, {id: none, label: None, exclusive: true}]", list("none", "x"), "option"},
		{"kind: yesno", text("no"), ""},
		{"kind: yesno", text("maybe"), "option"},
		{"kind: confirm", text("yes"), ""},
		{"kind: confirm", text("no"), "option"},
		{"kind: integer, min: 0, max: 20", text("007"), ""},
		{"kind: integer, min: 0, max: 20", text("20"), ""},
		{"kind: integer, min: 0, max: 20", text("21"), "range"},
		{"kind: integer, min: 0, max: 20", text("-1"), "range"},
		{"kind: integer, min: 1", text("0"), "range"},
		{"kind: integer, max: 1", text("2"), "range"},
		{"kind: integer", text("1.5"), "format"},
		{"kind: integer", text("NaN"), "format"},
		{"kind: integer", text("1e3"), "format"},
		{"kind: decimal, max: 12", text("2,5"), ""},
		{"kind: decimal, max: 12", text("12.01"), "range"},
		{"kind: phone", text("01632 960001"), ""},
		{"kind: phone", text("960001"), "format"},
		{"kind: email", text("a@example.com"), ""},
		{"kind: email", text("A <a@example.com>"), "format"},
		{"kind: email", text("a@example"), "format"},
		{"kind: email", text("@example.com"), "format"},
		{"kind: email", text("a@b@example.com"), "format"},
		{"kind: postcode", text("ls14ap"), ""},
		{"kind: postcode", text("LS1"), "format"},
		{"kind: nhs_number", text("943 476 5919"), ""},
		{"kind: nhs_number", text("943 476 5918"), "format"},
		{"kind: gdc_number", text("GDC 12345"), ""},
		{"kind: gdc_number", text("12"), "format"},
		{"kind: teeth", list("UR6", "75", "1S"), ""},
		{"kind: teeth", list("16", "99"), "option"},
		{"kind: teeth, max_items: 1", list("16", "17"), "count"},
		{"kind: teeth, dentition: permanent", list("16"), ""},
		{"kind: teeth, dentition: permanent", list("75"), "option"},
		{"kind: teeth, dentition: primary", list("16"), "option"},
		{"kind: bpe", grid, ""},
		{"kind: bpe", parts("UR", "0", "UA", "5", "UL", "2", "LR", "3*", "LA", "-"), "UA option, LL missing"},
		{"kind: bpe", parts("UR", "0", "UA", "1", "UL", "2", "LR", "3*", "LA", "-", "LL", "4", "XX", "1"), "option"},
		{"kind: sbpe", young, ""},
		{"kind: sbpe", parts("16", "4", "11", "3", "26", "2", "46", "0", "31", "-", "36", "0"), ""},
		{"kind: iotn", text("5H"), ""},
		{"kind: iotn", text("5b"), "option"},
		{"kind: mdas", parts("tomorrow", "1", "waiting", "5", "drilling", "2", "scaling", "2", "injection", "3"), ""},
		{"kind: mdas", parts("tomorrow", "0", "waiting", "6", "drilling", "2", "scaling", "2"), "tomorrow option, waiting option, injection missing"},
		{"kind: casemix", parts("communication", "a", "cooperation", "0", "medical", "B", "oral_risk", "C", "access", "0", "legal", "0"), ""},
		{"kind: casemix", parts("communication", "D", "cooperation", "0", "medical", "B", "oral_risk", "C", "access", "0", "legal", "0"), "communication option"},
		{"kind: history, options: [{id: x, label: X, detail: Which}, {id: y, label: Y}]", parts("x", "such", "y", ""), ""},
		{"kind: history, options: [{id: x, label: X, detail: Which}, {id: y, label: Y}]", parts("x", "", "y", ""), "x missing"},
		{"kind: history, options: [{id: x, label: X, detail: Which}, {id: y, label: Y}]", parts("z", ""), "option"},
		{"kind: history, max_length: 3, options: [{id: x, label: X}, {id: y, label: Y}]", parts("x", "long", "y", "\x00"), "x length, y sign"},
		{"kind: history, options: [{id: x, label: X}, {id: y, label: Y, exclusive: true}]", parts("x", "", "y", ""), "option"},
		{"kind: files, file_kind: radiograph", files(xray), ""},
		{"kind: files, file_kind: radiograph", files(form.File{ID: "7"}), "7 missing"},
		{"kind: files, file_kind: radiograph", files(form.File{ID: "7", TakenOn: "31/02/2026"}), "7 format"},
		{"kind: files, file_kind: radiograph", files(form.File{ID: "7", TakenOn: "03/11/2026"}), "7 range"},
		{"kind: files, file_kind: radiograph", files(form.File{ID: "7", TakenOn: "2026-10-01", View: "knee", Quality: "nice"}), "7 option, 7 option"},
		{"kind: files, file_kind: radiograph", files(xray, xray), "7 format"},
		{"kind: files, file_kind: other", files(form.File{ID: "7", Name: "a\x00"}), "7 sign"},
		{"kind: files, file_kind: other", files(form.File{Name: "a"}), "format"},
		{"kind: files, file_kind: other, max_items: 1", files(form.File{ID: "7"}, form.File{ID: "8"}), "count"},
		{"kind: files, file_kind: radiograph, need_view: bitewing", files(xray), "missing"},
		{"kind: files, file_kind: radiograph, newest_within_months: 3", files(xray, form.File{ID: "8", TakenOn: "2020-01-01"}), ""},
		{"kind: files, file_kind: radiograph, newest_within_months: 1", files(xray), "range"},
		{"kind: files, file_kind: radiograph, need_view: periapical, newest_within_months: 3", files(form.File{ID: "8", View: "bitewing", TakenOn: "2026-11-01"}, form.File{ID: "9", View: "periapical", TakenOn: "2020-11-01"}), "range"},
	} {
		typ := parse(t, "      - {id: a, label: Answer, required: true, "+c.field+"}\n")
		faults := form.Check(typ, people(form.Answers{"a": c.value}), day)
		if got := said(faults); got != c.want {
			t.Errorf("{%s} with %.60v: %q, want %q", c.field, c.value, got, c.want)
		}
		for _, f := range faults {
			if f.Field != "a" || f.Text == "" || strings.HasSuffix(f.Text, ".") {
				t.Errorf("{%s}: %+v", c.field, f)
			}
		}
		if missing := said(form.Check(typ, people(nil), day)); missing != "missing" {
			t.Errorf("{%s} without an answer: %q", c.field, missing)
		}
	}
}

func TestTheSimplifiedExaminationTakesNoPocketsUnderTwelve(t *testing.T) {
	typ := parse(t, "      - {id: a, label: Codes, kind: sbpe}\n")
	codes := parts("16", "3", "11", "1", "26", "2", "46", "0", "31", "-", "36", "0")
	for born, want := range map[string]string{"2014-11-02": "", "2014-11-03": "16 option"} {
		if got := said(form.Check(typ, people(form.Answers{"a": codes, "patient_dob": text(born)}), day)); got != want {
			t.Errorf("born on %s: %q, want %q", born, got, want)
		}
	}
}

func TestConditionsAreTrueOfWhatIsAnswered(t *testing.T) {
	const fields = `      - {id: c, kind: choice, label: C, options: {x: X, y: Y}}
      - {id: m, kind: choices, label: M, options: {x: X, y: Y, z: Z}}
      - {id: h, kind: history, label: H, options: {x: X, y: Y}}
      - {id: n, kind: integer, label: N}
      - {id: e, kind: bpe, label: E}
      - {id: w, kind: teeth, label: W}
      - {id: d, kind: date, label: D}
      - {id: hidden, kind: yesno, label: Hidden, shown_when: {field: c, is: y}}
`
	bpe := parts("UR", "0", "UA", "1", "UL", "2", "LR", "3*", "LA", "-", "LL", "0")
	for _, c := range []struct {
		condition string
		answers   form.Answers
		want      bool
	}{
		{"field: c, is: x", form.Answers{"c": text("x")}, true},
		{"field: c, is: x", form.Answers{"c": text("y")}, false},
		{"field: c, is: x", nil, false},
		{"field: c, is_not: x", form.Answers{"c": text("y")}, true},
		{"field: c, is_not: x", nil, false},
		{"not: {field: c, is: x}", nil, true},
		{"field: c, in: [x, y]", form.Answers{"c": text("y")}, true},
		{"field: m, contains: y", form.Answers{"m": list("x", "y")}, true},
		{"field: m, contains: y", form.Answers{"m": list("x")}, false},
		{"field: m, contains_any: [y, z]", form.Answers{"m": list("z")}, true},
		{"field: m, contains_any: [y, z]", form.Answers{"m": list("x")}, false},
		{"field: h, contains: x", form.Answers{"h": parts("x", "")}, true},
		{"field: h, contains: y", form.Answers{"h": parts("x", "")}, false},
		{"field: w, contains: '16'", form.Answers{"w": list("UR6")}, true},
		{"field: e, contains: '3'", form.Answers{"e": bpe}, true},
		{"field: e, contains: '4'", form.Answers{"e": bpe}, false},
		{"field: e, at_least: 3", form.Answers{"e": bpe}, true},
		{"field: e, above: 3", form.Answers{"e": bpe}, false},
		{"field: n, at_least: 3", form.Answers{"n": text("3")}, true},
		{"field: n, above: 3", form.Answers{"n": text("3")}, false},
		{"field: n, at_most: 3", form.Answers{"n": text("3")}, true},
		{"field: n, below: 3", form.Answers{"n": text("3")}, false},
		{"field: n, below: 3", form.Answers{"n": text("two")}, false},
		{"field: n, below: 3", nil, false},
		{"field: n, answered: true", form.Answers{"n": text("0")}, true},
		{"field: n, answered: true", form.Answers{"n": text(" ")}, false},
		{"field: n, answered: false", nil, true},
		{"field: d, months_ago_over: 3", form.Answers{"d": text("01/08/2026")}, true},
		{"field: d, months_ago_over: 3", form.Answers{"d": text("02/08/2026")}, false},
		{"field: age, at_least: 46", nil, true},
		{"field: age, at_least: 47", nil, false},
		{"field: age, below: 16", form.Answers{"patient_dob": text("")}, false},
		{"all: [{field: c, is: x}, {field: n, answered: true}]", form.Answers{"c": text("x")}, false},
		{"all: [{field: c, is: x}, {field: n, answered: true}]", form.Answers{"c": text("x"), "n": text("1")}, true},
		{"any: [{field: c, is: x}, {field: n, answered: true}]", form.Answers{"n": text("1")}, true},
		{"any: [{field: c, is: x}, {field: n, answered: true}]", nil, false},
		{"field: hidden, is: yes", form.Answers{"hidden": text("yes"), "c": text("y")}, true},
		{"field: hidden, is: yes", form.Answers{"hidden": text("yes"), "c": text("x")}, false},
	} {
		typ := parse(t, fields+"      - {id: shown, kind: text, label: A, shown_when: {"+c.condition+"}}\n      - {id: needed, kind: text, label: A, required_when: {"+c.condition+"}}\n")
		sheet := typ.Fill(people(c.answers), day)
		if sheet.Shown("shown") != c.want || sheet.Required("needed") != c.want {
			t.Errorf("{%s} of %v: shown %t, required %t, want %t", c.condition, c.answers, sheet.Shown("shown"), sheet.Required("needed"), c.want)
		}
	}
}

func TestAHiddenAnswerIsKeptAndCountsForNothing(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: yesno, label: A}\n      - {id: b, kind: integer, label: B, required: true, shown_when: {field: a, is: yes}}\n")
	answers := people(form.Answers{"a": text("no"), "b": text("many")})
	sheet := typ.Fill(answers, day)
	if faults := sheet.Faults(); len(faults) > 0 || sheet.Shown("b") || !sheet.Answer("b").IsEmpty() || sheet.Typed("b").Text != "many" {
		t.Errorf("hidden: %v", faults)
	}
	if settled := sheet.Settled(); !settled["b"].IsEmpty() || settled["a"].Text != "no" {
		t.Errorf("settled are %v", settled)
	}
	answers["a"] = text("yes")
	if got := said(form.Check(typ, answers, day)); got != "format" {
		t.Errorf("shown again: %q", got)
	}
	delete(answers, "b")
	if got := said(form.Check(typ, answers, day)); got != "missing" {
		t.Errorf("shown and not answered: %q", got)
	}
}

func TestAHiddenSectionAsksNothing(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: yesno, label: A}\n  - id: more\n    title: More\n    shown_when: {field: a, is: yes}\n    fields:\n      - {id: b, kind: text, label: B, required: true}\n")
	states := func(answers form.Answers) string {
		var words []string
		for _, s := range typ.Fill(answers, day).States() {
			words = append(words, s.Section.ID+" "+string(s.State))
		}
		return strings.Join(words, ", ")
	}
	for _, c := range []struct {
		answers form.Answers
		want    string
	}{
		{nil, "people not started, own not started, more not needed"},
		{form.Answers{"patient_first_name": text("Anna"), "a": text("no")}, "people in progress, own complete, more not needed"},
		{people(form.Answers{"a": text("yes")}), "people complete, own complete, more not started"},
		{people(form.Answers{"a": text("yes"), "b": text("x")}), "people complete, own complete, more complete"},
		{people(form.Answers{"a": text("perhaps"), "b": text("x")}), "people complete, own in progress, more not needed"},
	} {
		if got := states(c.answers); got != c.want {
			t.Errorf("with %v: %s, want %s", c.answers, got, c.want)
		}
	}
}

func TestADefaultDoesNotStartASection(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: choice, label: A, options: {x: X, y: Y}, default: x}\n")
	for answer, want := range map[string]form.State{"x": form.NotStarted, "y": form.Complete} {
		answers := typ.Start(nil, nil)
		if answers["a"].Text != "x" {
			t.Fatalf("the form opens with %v", answers)
		}
		answers["a"] = text(answer)
		if got := typ.Fill(answers, day).States()[1].State; got != want {
			t.Errorf("with %s: %s, want %s", answer, got, want)
		}
	}
}

func TestAnswersThatAreNoTextStartASection(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: choices, label: A, options: {x: X, y: Y}}\n      - {id: b, kind: teeth, label: B}\n      - {id: c, kind: bpe, label: C}\n      - {id: d, kind: files, label: D, file_kind: other}\n      - {id: e, kind: history, label: E, options: {x: X, y: Y}}\n      - {id: last, kind: text, label: Last, required: true}\n")
	for id, value := range map[string]form.Value{"a": list("x"), "b": list("16"), "c": parts("UR", "3"), "d": {Files: []form.File{{ID: "1"}}}, "e": parts("x", "")} {
		if got := typ.Fill(form.Answers{id: value}, day).States()[1].State; got != form.InProgress {
			t.Errorf("with %s alone: %s", id, got)
		}
	}
}

func TestADraftMayBeUnfinishedAndNotWithoutBounds(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: date, label: A, required: true}\n      - {id: b, kind: longtext, label: B, max_length: 10}\n      - {id: c, kind: teeth, label: C}\n")
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	for _, c := range []struct {
		answers form.Answers
		want    string
	}{
		{nil, ""},
		{form.Answers{"a": text("31/02/"), "b": text(strings.Repeat("x", 20000)), "c": list("99"), "unknown": text("x")}, ""},
		{form.Answers{"b": text(strings.Repeat("x", 20001))}, "length"},
		{form.Answers{"a": text("a\x00b")}, "sign"},
		{form.Answers{"c": list(many...)}, "count"},
	} {
		if got := said(form.CheckDraft(typ, c.answers)); got != c.want {
			t.Errorf("%.40v: %q, want %q", c.answers, got, c.want)
		}
	}
}

func TestASectionIsCheckedByItselfAndTheWholeWithTheAge(t *testing.T) {
	typ, err := form.Parse("test.yaml", []byte(strings.Replace(head, "pathway: test", "pathway: test\nage: {min: 16, below: 18, text: Choose another form}", 1)+
		"      - {id: a, kind: yesno, label: A, required: true}\n    rules:\n      - {field: a, level: stop, text: Not so, offer: Other, when: {field: a, is: no}}\n      - {field: a, level: advise, text: Look again, when: {field: a, is: no}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for born, want := range map[string]string{"2010-11-03": "age", "2010-11-02": "", "2008-11-03": "", "2008-11-02": "age"} {
		if got := said(form.Check(typ, people(form.Answers{"a": text("yes"), "patient_dob": text(born)}), day)); got != want {
			t.Errorf("born on %s: %q, want %q", born, got, want)
		}
	}
	young := typ.Fill(people(form.Answers{"patient_dob": text("2020-01-01")}), day)
	if _, outside := young.AgeFault(); !outside || len(young.SectionFaults("people")) > 0 || young.States()[0].State != form.Complete {
		t.Errorf("the section of somebody too young: %v", young.SectionFaults("people"))
	}
	sheet := typ.Fill(form.Answers{"a": text("no")}, day)
	if _, outside := sheet.AgeFault(); outside {
		t.Error("somebody of no age is outside")
	}
	if faults := sheet.SectionFaults("own"); len(faults) != 1 || faults[0].Rule != form.RuleBetween || faults[0].Offer != "Other" {
		t.Errorf("the section: %v", faults)
	}
	if advice := sheet.Advice(); len(advice) != 1 || advice[0].Text != "Look again" {
		t.Errorf("the advice: %v", advice)
	}
	if got := said(sheet.Faults()); got != "missing, missing, missing, missing, between" {
		t.Errorf("the whole: %q", got)
	}
	invalid := fault.From(form.Invalid(sheet.Faults()))
	if invalid.Kind != fault.Invalid || len(invalid.Fields) != 5 || form.Invalid(nil) != nil {
		t.Errorf("as an error: %v", invalid)
	}
}

func TestTheTextOfAFaultSaysWhatToDo(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: text, label: BPE now, required: true}\n      - {id: b, kind: choice, label: Kind of care, required: true, options: {x: X, y: Y}}\n      - {id: c, kind: confirm, label: I agree, required: true, missing: Agree first}\n      - {id: d, kind: integer, label: Size, min: 1, max: 9, unit: mm}\n      - {id: e, kind: integer, label: HbA1c, required: true}\n      - {id: f, kind: confirm, label: I agree, required: true}\n")
	var texts []string
	for _, f := range form.Check(typ, people(form.Answers{"d": text("10")}), day) {
		texts = append(texts, f.Text)
	}
	want := []string{"Enter BPE now", "Choose: kind of care", "Agree first", "Enter size from 1 to 9 mm", "Enter HbA1c", "Tick to confirm: I agree"}
	if !reflect.DeepEqual(texts, want) {
		t.Errorf("got %q", texts)
	}
}

func TestDerivedValuesFollowTheAnswers(t *testing.T) {
	var special, ortho *form.Type
	for _, typ := range shipped(t) {
		switch typ.Name {
		case "SpecialCareSedationForm":
			special = typ
		case "OrthodonticForm":
			ortho = typ
		}
	}
	answers := form.Answers{
		"patient_dob": text("2010-01-01"), "anaesthesia": text("iv_sedation"), "height_cm": text("180"), "weight_kg_mh": text("81"),
		"mdas":         parts("tomorrow", "3", "waiting", "3", "drilling", "4", "scaling", "2", "injection", "5"),
		"casemix":      parts("communication", "A", "cooperation", "B", "medical", "0", "oral_risk", "0", "access", "C", "legal", "0"),
		"iosn_medical": text("2"), "iosn_complexity": text("3"),
	}
	for id, want := range map[string]string{"age": "16", "bmi": "25.0", "mdas_total": "17", "mdas_rank": "3", "iosn_total": "8", "iosn_band": "high", "casemix_score": "16", "casemix_band": "moderate complexity"} {
		if got, ok := special.Fill(answers, day).Derived(id); !ok || got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	answers["anaesthesia"] = text("local_anaesthetic")
	if got, ok := special.Fill(answers, day).Derived("iosn_total"); ok {
		t.Errorf("without sedation there is a need of %s", got)
	}
	for _, c := range []struct {
		grade, aesthetic, want string
		known                  bool
	}{{"4a", "", "yes", true}, {"3a", "6", "yes", true}, {"3a", "5", "no", true}, {"3a", "", "", false}, {"2a", "10", "no", true}} {
		got, known := ortho.Fill(form.Answers{"patient_dob": text("2012-01-01"), "iotn_known": text("yes"), "iotn_dhc": text(c.grade), "iotn_ac": text(c.aesthetic)}, day).Derived("nhs_eligible")
		if got != c.want || known != c.known {
			t.Errorf("%v: %q, %t", c, got, known)
		}
	}
	if need, known := ortho.Fill(form.Answers{"iotn_known": text("yes"), "iotn_dhc": text("4a")}, day).Derived("nhs_eligible"); known {
		t.Errorf("without a date of birth the need is %s", need)
	}
}

func TestARuleRestsWhereItsFieldIsHidden(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: yesno, label: A}\n      - {id: b, kind: text, label: B, shown_when: {field: a, is: yes}}\n    rules:\n      - {field: b, level: stop, text: Look, when: {field: patient_first_name, answered: true}}\n")
	for answer, want := range map[string]string{"yes": "between", "no": ""} {
		if got := said(form.Check(typ, people(form.Answers{"a": text(answer)}), day)); got != want {
			t.Errorf("with %s: %q, want %q", answer, got, want)
		}
	}
}

func TestAnEmptyAnswerIsNotStored(t *testing.T) {
	stored, err := form.Answers{"b": text(""), "a": list(), "d": text("<&>"), "c": parts("y", "", "x", "1")}.Encode()
	if err != nil || string(stored) != `{"c":{"x":"1","y":""},"d":"<&>"}` {
		t.Errorf("stored is %s, %v", stored, err)
	}
}

func TestAFormOpensWithWhatTheCallBrings(t *testing.T) {
	child := shipped(t)[1]
	answers := child.Start(map[string]string{
		"patient_title": "Miss", "patient_first_name": " Ania ", "patient_last_name": "Żak", "patient_dob": "10/10/2018", "patient_postcode": "ls14ap",
		"patient_address_line_1": "1 High Street", "patient_address_line_3": "Northtown", "gender": "f", "urgent": "1", "permission_sms": "1",
		"nhs_number": "943 476 5919", "patient_mobile_tel": "not a number", "medical_history_drugs": "Salbutamol", "practice_name": "Northside", "referrer_gdc": "GDC123456",
	}, []form.Upload{{Kind: form.Radiograph, File: form.File{ID: "1", TakenOn: "29/01/2026"}}, {Kind: form.OtherFile, File: form.File{ID: "2"}}})
	for id, want := range map[string]string{
		"patient_title": "miss", "patient_first_name": "Ania", "patient_last_name": "Żak", "patient_dob": "2018-10-10", "patient_postcode": "LS1 4AP",
		"patient_address": "1 High Street, Northtown", "gender": "female", "care_type": "urgent", "permission_sms": "yes", "nhs_number": "9434765919",
		"phone_mobile": "not a number", "mh_drugs": "Salbutamol", "practice_name": "Northside", "referrer_gdc": "123456", "funding": "nhs", "patient_email": "",
	} {
		if got := answers[id].Text; got != want {
			t.Errorf("%s opens with %q, want %q", id, got, want)
		}
	}
	if got := answers["radiographs"].Files; len(got) != 1 || got[0].ID != "1" || got[0].TakenOn != "2026-01-29" {
		t.Errorf("radiographs are %v", got)
	}
	if got := answers["other_files"].Files; len(got) != 1 || got[0].ID != "2" {
		t.Errorf("other files are %v", got)
	}
	for given, want := range map[string]string{"": "routine", "0": "routine", "true": "routine"} {
		if got := child.Start(map[string]string{"urgent": given}, nil)["care_type"].Text; got != want {
			t.Errorf("urgent=%s opens with %q", given, got)
		}
	}
	if got := child.Start(map[string]string{"gender": "X", "patient_title": "Prof", "permission_sms": "0"}, nil); !got["permission_sms"].IsEmpty() || !got["gender"].IsEmpty() || !got["patient_title"].IsEmpty() {
		t.Errorf("what is no option opens with %v", got)
	}
}

func TestStoredAnswersOfAnOlderVersionFindTheirPlace(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: choices, label: A, options: {x: X, y: Y}}\n      - {id: b, kind: text, label: B}\n      - {id: h, kind: history, label: H, options: {x: X, y: Y}}\n      - {id: g, kind: bpe, label: G}\n")
	answers, lost, err := typ.Decode([]byte(`{"a":"y","b":["one"],"h":["x"],"gone":"x","g":["2"],"patient_dob":null,"patient_first_name":{"x":"y"}}`))
	want := form.Answers{"a": list("y"), "b": text("one"), "h": parts("x", "")}
	if err != nil || !reflect.DeepEqual(answers, want) || !reflect.DeepEqual(lost, []string{"g", "gone", "patient_first_name"}) {
		t.Errorf("decoded are %v, lost %v, %v", answers, lost, err)
	}
	for _, bad := range []string{"", "[]", "1", `{"a":`, "\x00"} {
		if _, _, err := typ.Decode([]byte(bad)); err == nil {
			t.Errorf("%q is decoded", bad)
		}
	}
}

func TestAnswersAreReadFromAPage(t *testing.T) {
	typ := parse(t, "      - {id: a, kind: choices, label: A, options: {x: X, y: Y}}\n      - {id: d, kind: date, label: D}\n      - {id: w, kind: teeth, label: W}\n      - {id: g, kind: bpe, label: G}\n      - {id: h, kind: history, label: H, options: {x: X, y: Y}}\n")
	posted := url.Values{"a": {"y", "x"}, "d.day": {"1"}, "d.month": {"2"}, "d.year": {"2026"}, "w": {"LLE, ur6 17"}, "g.UR": {"3"}, "g.LL": {" 4* "}, "h": {"y"}, "h.x": {"typed and not ticked"}, "h.y": {"such"}}
	for id, want := range map[string]form.Value{"a": list("x", "y"), "d": text("2026-02-01"), "w": list("16", "17", "75"), "g": parts("UR", "3", "LL", "4*"), "h": parts("y", "such"), "patient_last_name": {}} {
		field, _ := typ.Field(id)
		if got := field.Read(posted); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", id, got, want)
		}
	}
	d, _ := typ.Field("d")
	if got := d.Read(url.Values{"d.day": {"31"}, "d.month": {"2"}, "d.year": {"2026"}}); got.Text != "31/2/2026" {
		t.Errorf("a day that there is not becomes %v", got)
	}
	if got := d.Read(url.Values{}); !got.IsEmpty() {
		t.Errorf("no date becomes %v", got)
	}
}

func TestTheAgeTrapIsSprungAtSubmissionOnly(t *testing.T) {
	adult := shipped(t)[0]
	answers := adult.Start(map[string]string{"patient_dob": "10/10/2010"}, nil)
	if faults := form.CheckDraft(adult, answers); len(faults) > 0 {
		t.Errorf("a draft: %v", faults)
	}
	for at, want := range map[dental.Date]bool{dental.DateAt(2026, 10, 9): true, dental.DateAt(2026, 10, 10): false} {
		found := false
		for _, f := range form.Check(adult, answers, at) {
			found = found || f.Field == form.BirthDate && f.Rule == form.RuleAge
		}
		if found != want {
			t.Errorf("on %s the age is at fault: %t", at, found)
		}
	}
}
