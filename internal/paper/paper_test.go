package paper_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
	"github.com/bridgework-dental/bridgework/internal/paper"
)

var submitted = time.Date(2026, 11, 21, 13, 40, 5, 0, time.UTC)

// sheet is a submitted referral of a form type with every question answered that can be, and what a test changes.
func sheet(t testing.TB, formType string, change func(form.Answers)) paper.Sheet {
	t.Helper()
	catalog, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	kind, err := catalog.Current(formType)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := formtest.Complete(kind, dental.DateOf(submitted), true)
	if err != nil {
		t.Fatal(err)
	}
	answers[form.FirstName], answers[form.LastName] = text("Siân"), text("Llewelyn-Ŵyn")
	answers[form.Referrer] = text("Anna Example")
	if change != nil {
		change(answers)
	}
	return paper.Sheet{
		Type: kind, Answers: answers, URN: "TST0000042", Version: 1, SubmittedAt: submitted,
		Practice: paper.Practice{Name: "Bridge Street Dental Practice", Address: "12 Bridge Street\nLeeds\nLS1 4AP", Phone: "01632 960 001", Email: "bridge.street@example.com"},
	}
}

func text(text string) form.Value { return form.Value{Text: text} }

func list(ids ...string) form.Value { return form.Value{List: ids} }

// stored is a file of some bytes.
func stored(id, name, kind, contentType string, body []byte) paper.File {
	f := paper.File{ID: id, Name: name, Kind: kind, ContentType: contentType,
		Open: func(context.Context) (io.ReadSeekCloser, error) { return closable{bytes.NewReader(body)}, nil }}
	if kind == form.Radiograph {
		f.TakenOn = dental.DateOf(submitted).AddDays(-7)
	}
	return f
}

type closable struct{ *bytes.Reader }

func (closable) Close() error { return nil }

// radiograph is a picture with something to see: crowns, roots and bone in greys.
func radiograph(width, height int, grain int) image.Image {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	seed := uint32(7)
	for y := range height {
		for x := range width {
			u, v := float64(x)/float64(width), float64(y)/float64(height)
			tooth := math.Abs(math.Mod(u*5, 1)-0.5) * 2
			level := 40.0 + 50*v
			if reach := 0.75 - 0.45*math.Abs(v-0.45); tooth < reach {
				level = 150 + 60*(reach-tooth)
			}
			if tooth < 0.08 && v > 0.35 && v < 0.9 {
				level = 90
			}
			seed = seed*1664525 + 1013904223
			level += float64(int(seed>>24)-128) * float64(grain) / 128
			picture.SetGray(x, y, color.Gray{uint8(max(0, min(255, level)))})
		}
	}
	return picture
}

func asJPEG(t testing.TB, picture image.Image, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type maker func(context.Context, io.Writer, paper.Sheet) error

// made makes a document and puts it into a file.
func made(t testing.TB, make maker, s paper.Sheet) (path string, body []byte) {
	t.Helper()
	var out bytes.Buffer
	if err := make(t.Context(), &out, s); err != nil {
		t.Fatal(err)
	}
	folder := os.Getenv("PAPER_OUT")
	if folder == "" {
		folder = t.TempDir()
	}
	path = filepath.Join(folder, strings.ReplaceAll(t.Name(), "/", "_")+".pdf")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path, out.Bytes()
}

// run runs one of poppler's programs, which must have nothing to complain of.
func run(t testing.TB, program string, arguments ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	command := exec.Command(program, arguments...)
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(arguments, " "), err, complaints.String())
	}
	return out.String()
}

var blanks = regexp.MustCompile(`\s+`)

// words are what is written on the pages, with single blanks between.
func words(t testing.TB, path string) string {
	t.Helper()
	return blanks.ReplaceAllString(run(t, "pdftotext", path, "-"), " ")
}

func pages(t testing.TB, path string) int {
	t.Helper()
	match := regexp.MustCompile(`Pages:\s+(\d+)`).FindStringSubmatch(run(t, "pdfinfo", path))
	if match == nil {
		t.Fatal("pdfinfo tells no number of pages")
	}
	n, _ := strconv.Atoi(match[1])
	return n
}

func want(t testing.TB, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in the document:\n%.3000s", w, text)
		}
	}
}

func TestEachFormTypeBecomesADocument(t *testing.T) {
	catalog, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range catalog.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sheet(t, name, nil)
			s.Files = []paper.File{stored("radiographs-1", "bitewing.jpg", form.Radiograph, "image/jpeg", asJPEG(t, radiograph(600, 450, 8), 85))}
			path, _ := made(t, paper.Merged, s)
			got := words(t, path)
			filled := s.Type.Fill(s.Answers, dental.DateOf(submitted))
			want(t, got, "LLEWELYN-ŴYN, Siân", "TST0000042", "Bridge Street Dental Practice", s.Type.Title, "Medical history", "Radiograph 1", "taken 14 November 2026")
			for _, field := range s.Type.Fields() {
				if field.Kind == form.LongText && field.ID != "patient_address" && !filled.Answer(field.ID).IsEmpty() {
					want(t, got, field.Label)
				}
			}
			if images := run(t, "pdfimages", "-list", path); !strings.Contains(images, "jpeg") {
				t.Errorf("the radiograph is not there as a JPEG:\n%s", images)
			}
		})
	}
}

// showpiece is the minor oral surgery of somebody with a long history, as it would be written.
func showpiece(t testing.TB, change func(form.Answers)) paper.Sheet {
	return sheet(t, "MinorOralSurgeryForm", func(a form.Answers) {
		a["patient_title"] = text("ms")
		a["care_type"] = text("urgent")
		a["urgent_reason"] = text("Second course of antibiotics within six weeks; mouth opening has gone down from 40 to 22 mm since Monday.")
		a["patient_address"], a["patient_town"], a["patient_postcode"] = text("Flat 3, 27 Heol y Bont"), text("Caerdydd"), text("CF10 1AA")
		a["procedures"] = list("third_molar_removal", "coronectomy")
		a["teeth"] = list("38", "48")
		a["request_type"] = text("opinion_and_treatment")
		a["difficulty"] = list("close_to_inferior_dental_nerve", "limited_opening", "medical_history")
		a["extraoral_signs"] = text("Slight swelling over the left angle of the mandible, not fluctuant.\nNo altered sensation of the lip. Two mobile submandibular nodes on the left, each about 8 mm.")
		if change != nil {
			change(a)
		}
	})
}

func TestTheHeadTellsWhoWhichToothWhatAndHowUrgent(t *testing.T) {
	s := showpiece(t, nil)
	s.Files = []paper.File{stored("radiographs-1", "opt.jpg", form.Radiograph, "image/jpeg", asJPEG(t, radiograph(1200, 600, 8), 85))}
	path, _ := made(t, paper.Referral, s)
	first := blanks.ReplaceAllString(run(t, "pdftotext", "-l", "1", path, "-"), " ")
	want(t, first, "URGENT", "LLEWELYN-ŴYN, Siân (Ms)", "Born 12 October 1990, 36 years", "NHS number 999 000 0050", "38", "LL8", "lower left third molar", "Second course of antibiotics",
		"48", "LR8", "lower right third molar", "Opinion and treatment", "Third molar removal; Coronectomy", "Submitted 21 November 2026, 13:40", "01632 960 001")
	if strings.Contains(words(t, path), "Allergies") {
		t.Error("the medical history is in the referral although it has a document of its own")
	}
	want(t, words(t, path), "TST0000042_MH.pdf")
	history, _ := made(t, paper.MedicalHistory, s)
	want(t, words(t, history), "Medical history", "Allergies", "LLEWELYN-ŴYN, Siân (Ms)", "TST0000042")
}

func TestNamesOfManyScriptsAreWritten(t *testing.T) {
	names := []string{"Łucja Święcka-Żółć", "Ελένη Παπαδοπούλου", "Юлія Ґалаґан", "Nguyễn Thị Hồng", "李小龍", "山田 花子", "김민수", "प्रिया शर्मा", "ਹਰਪ੍ਰੀਤ ਕੌਰ", "আনিকা", "પટેલ", "அருண்", "สมชาย"}
	s := showpiece(t, func(a form.Answers) {
		a["notes"] = text(strings.Join(names, "\n"))
		a["preferred_provider"] = text("دنیا علي و דוד כהן")
	})
	path, _ := made(t, paper.Referral, s)
	got := words(t, path)
	want(t, got, names...)
	for _, name := range []string{"כהן", "דוד"} {
		want(t, got, name)
	}
	// Arabic letters stand in the forms of their places, which compatibility equals to the letters.
	want(t, norm.NFKC.String(got), "علي", "دنیا")
	if strings.Contains(got, "[U+") {
		t.Error("a character has no font")
	}
}

func TestACharacterOfNoFontIsNamed(t *testing.T) {
	s := showpiece(t, func(a form.Answers) { a["notes"] = text("Smiles \U0001F600, and \u1780 too") })
	path, _ := made(t, paper.Referral, s)
	want(t, words(t, path), "Smiles [U+1F600], and [U+1780] too")
}

func TestLongTextsGoOnOverPagesWithNothingLost(t *testing.T) {
	var long strings.Builder
	for i := 0; long.Len() < 19900; i++ {
		long.WriteString("word" + strconv.Itoa(i) + " ")
	}
	s := showpiece(t, func(a form.Answers) {
		a["mh_text"] = text(long.String())
		a["mh_drugs"] = text(strings.Repeat("x", 4000))
	})
	path, _ := made(t, paper.Merged, s)
	got := words(t, path)
	for word := range strings.FieldsSeq(long.String()) {
		if !strings.Contains(got, word) {
			t.Fatalf("%s is lost", word)
		}
	}
	if n := strings.Count(got, "x"); n < 4000 {
		t.Errorf("%d of 4000 letters are there", n)
	}
	last := pages(t, path)
	for n := 1; n <= last; n++ {
		page := run(t, "pdftotext", "-f", strconv.Itoa(n), "-l", strconv.Itoa(n), path, "-")
		want(t, page, "TST0000042", "Page "+strconv.Itoa(n)+" of "+strconv.Itoa(last))
	}
}

func TestAChildHasPrimaryTeethOnTheChart(t *testing.T) {
	s := sheet(t, "ChildOralCareForm", func(a form.Answers) {
		a[form.BirthDate] = text("2020-02-03")
		a["teeth_treat"] = list("54", "55", "64", "74", "75", "84", "85", "36")
	})
	path, _ := made(t, paper.Referral, s)
	want(t, words(t, path), "Born 3 February 2020, 6 years", "54 (URD) upper right primary first molar", "85 (LRE) lower right primary second molar", "36 (LL6)")
}

func TestTheOrthodonticNeedIsSeen(t *testing.T) {
	s := sheet(t, "OrthodonticForm", func(a form.Answers) {
		a[form.BirthDate] = text("2013-02-03")
		a["iotn_dhc"] = text("5i")
		delete(a, "poor_teeth")
	})
	path, _ := made(t, paper.Referral, s)
	want(t, words(t, path), "5i: impeded eruption", "1 none, 2 little, 3 borderline, 4 great, 5 very great need", "Eligible for NHS treatment by index and age Yes")
}

func TestTenRadiographsArePrintedWithKindAndDay(t *testing.T) {
	s := showpiece(t, func(a form.Answers) {
		var files []form.File
		for i := range 10 {
			files = append(files, form.File{ID: "r" + strconv.Itoa(i), Name: "film" + strconv.Itoa(i) + ".jpg", View: "periapical", TakenOn: "2026-11-1" + strconv.Itoa(i%10), Quality: "acceptable"})
		}
		a["radiographs"] = form.Value{Files: files}
	})
	for i := range 10 {
		s.Files = append(s.Files, stored("r"+strconv.Itoa(i), "film"+strconv.Itoa(i)+".jpg", form.Radiograph, "image/jpeg", asJPEG(t, radiograph(450+i, 600, 6), 85)))
	}
	path, _ := made(t, paper.Referral, s)
	want(t, words(t, path), "Radiograph 10", "Periapical, taken 14 November 2026, quality acceptable, film9.jpg")
	if n := strings.Count(run(t, "pdfimages", "-list", path), " jpeg "); n != 10 {
		t.Errorf("%d pictures instead of ten", n)
	}
}

func TestTheExaminationOfTheGumsIsAGridOnTheFirstPage(t *testing.T) {
	s := sheet(t, "PeriodontalForm", func(a form.Answers) {
		a["bpe"] = form.Value{Parts: map[string]string{"UR": "4*", "UA": "3", "UL": "4", "LR": "-", "LA": "2", "LL": "4*"}}
	})
	path, _ := made(t, paper.Referral, s)
	first := blanks.ReplaceAllString(run(t, "pdftotext", "-l", "1", path, "-"), " ")
	want(t, first, "4*", "pocket over 5.5 mm, furcation involved", "fewer than two teeth", "calculus or an overhang")
	if strings.Count(words(t, path), "furcation involved") != 1 {
		t.Error("the grid is there twice")
	}
	want(t, blanks.ReplaceAllString(run(t, "pdfinfo", "-struct", path), " "), "Figure")
}
