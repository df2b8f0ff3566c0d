package paper_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/paper"
)

func outcome(t testing.TB) paper.Letter {
	t.Helper()
	born, err := dental.ParseDate("1980-05-01")
	if err != nil {
		t.Fatal(err)
	}
	return paper.Letter{
		URN: "TST0000042", WrittenAt: submitted, Signed: "Mr E Example", Referrer: "Anna Example", FirstName: "Siân", LastName: "Llewelyn-Ŵyn", Born: born, NHSNumber: "9434765919",
		From:  paper.Practice{Name: "St Clements Dental Suite", Address: "4 Quay Road\nLeeds\nLS2 7AB", Phone: "01632 960 077", Email: "desk@stclements.example"},
		To:    paper.Practice{Name: "Bridge Street Dental Practice", Address: "12 Bridge Street\nLeeds\nLS1 4AP"},
		Title: "Outcome of the referral", Verdict: "Treatment complete",
		Actions: []string{"Remove the sutures on or after 28 November.", "Take a periapical radiograph of 36 in six months."},
		Parts:   []paper.LetterPart{{"Findings and treatment", "The lower left wisdom tooth was removed surgically under local anaesthesia.\nBoth roots were recovered."}, {"Message", ""}},
		Facts:   []paper.Fact{{"Referred on", "2 November 2026"}, {"Appointment on", ""}},
	}
}

func written(l paper.Letter) maker {
	return func(ctx context.Context, w io.Writer, _ paper.Sheet) error { return paper.WriteLetter(ctx, w, l) }
}

func TestALetterTellsWhatThereIsToDoBeforeWhatWasDone(t *testing.T) {
	path, _ := made(t, written(outcome(t)), paper.Sheet{})
	got := words(t, path)
	want(t, got, "St Clements Dental Suite", "TST0000042", "LLEWELYN-ŴYN, Siân", "Born 1 May 1980", "NHS number 943 476 5919", "Bridge Street Dental Practice", "Treatment complete",
		"Take a periapical radiograph", "Both roots were recovered.", "Referred on", "2 November 2026", "Mr E Example", "Page 1 of 1")
	if do, done := strings.Index(got, "Remove the sutures"), strings.Index(got, "Findings and treatment"); do < 0 || do > done {
		t.Errorf("what there is to do stands at %d, what was done at %d", do, done)
	}
	for _, empty := range []string{"Message", "Appointment on"} {
		if strings.Contains(got, empty) {
			t.Errorf("%q has nothing to say and is there", empty)
		}
	}
}

func TestALongLetterGoesOnOverPages(t *testing.T) {
	l := outcome(t)
	l.Actions = nil
	for i := range 60 {
		l.Actions = append(l.Actions, fmt.Sprintf("Thing %d to do, with so many words that it does not fit into a single line of the panel at all, and goes on.", i))
	}
	l.Parts[0].Text = strings.Repeat("A sentence of the findings. ", 400)
	path, _ := made(t, written(l), paper.Sheet{})
	got := words(t, path)
	want(t, got, "Thing 0 to do", "60. Thing 59 to do", "Page 4 of")
	if found := strings.Count(got, "sentence"); found != 400 {
		t.Errorf("%d of 400 sentences are printed", found)
	}
}

func TestTheSameLetterIsTheSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []io.Writer{&a, &b} {
		if err := paper.WriteLetter(t.Context(), w, outcome(t)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("they differ")
	}
}
