package paper_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/paper"
)

// letter is a PDF as somebody might upload it, of some pages that say their number.
func letter(t testing.TB, pages int, change func(*fpdf.Fpdf)) []byte {
	t.Helper()
	pdf := fpdf.New("P", "mm", "A4", "")
	for n := 1; n <= pages; n++ {
		pdf.AddPage()
		pdf.SetFont("Helvetica", "", 24)
		pdf.Text(20, 40, fmt.Sprintf("Letter page %d", n))
	}
	if change != nil {
		change(pdf)
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func everything(t testing.TB) paper.Sheet {
	s := showpiece(t, nil)
	picture := radiograph(320, 240, 4)
	var asPNG, asBMP, asTIFF bytes.Buffer
	for _, err := range []error{png.Encode(&asPNG, picture), bmp.Encode(&asBMP, picture), tiff.Encode(&asTIFF, picture, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	s.Files = []paper.File{
		stored("radiographs-1", "film.jpg", form.Radiograph, "image/jpeg", asJPEG(t, picture, 80)),
		stored("b", "chart.png", form.OtherFile, "image/png", asPNG.Bytes()),
		stored("c", "old.bmp", form.OtherFile, "image/bmp", asBMP.Bytes()),
		stored("d", "scan.tif", form.OtherFile, "image/tiff", asTIFF.Bytes()),
		stored("e", "letter.pdf", form.OtherFile, "application/pdf", letter(t, 3, nil)),
		stored("f", "notes.docx", form.OtherFile, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", []byte("PK")),
	}
	return s
}

func TestUploadsOfAllKindsArePrintedOrListed(t *testing.T) {
	path, _ := made(t, paper.Merged, everything(t))
	got := words(t, path)
	want(t, got, "Letter page 1", "Letter page 3", "File 5, letter.pdf, page 3 of 3", "notes.docx Not printed: a file of this kind is not printed")
	if n := strings.Count(run(t, "pdfimages", "-list", path), " jpeg "); n != 4 {
		t.Errorf("%d pictures instead of four", n)
	}
}

func TestTheSameVersionMakesTheSameBytes(t *testing.T) {
	_, first := made(t, paper.Merged, everything(t))
	for range 5 {
		time.Sleep(time.Millisecond)
		if _, again := made(t, paper.Merged, everything(t)); !bytes.Equal(first, again) {
			t.Fatal("the documents differ")
		}
	}
}

func TestADocumentHasItsTitleLanguageBookmarksAndStructure(t *testing.T) {
	path, body := made(t, paper.Merged, everything(t))
	want(t, blanks.ReplaceAllString(run(t, "pdfinfo", path), " "), "Title: TST0000042 Minor oral surgery", "Tagged: yes", "Author: Bridge Street Dental Practice",
		"CreationDate: Sat Nov 21 13:40:05 2026")
	want(t, string(body), "/Lang (en-GB)", "/Outlines ")
	structure := blanks.ReplaceAllString(run(t, "pdfinfo", "-struct-text", path), " ")
	want(t, structure, "H1 (block)", `"Minor oral surgery"`, "Figure", "H2 (block)")
	// What a screen reader reads comes in the order of the document.
	if who, teeth := strings.Index(structure, "LLEWELYN-ŴYN"), strings.Index(structure, "lower left third molar"); who < 0 || teeth < who {
		t.Errorf("who stands at %d and which tooth at %d", who, teeth)
	}
}

// withOrientation puts EXIF's word for how the camera was held into a JPEG file.
func withOrientation(body []byte, orientation byte) []byte {
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00")
	exif = append(exif, orientation, 0, 0, 0, 0, 0, 0, 0)
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(append([]byte{0xff, 0xd8}, segment...), body[2:]...)
}

func TestAPictureStandsUprightWithItsBytesAsTheyCame(t *testing.T) {
	// Red above blue, as it is to be seen; the pixels are stored as a camera would that was held otherwise.
	seen := func(x, y int) color.Color {
		switch {
		case y >= 60:
			return color.RGBA{0, 0, 255, 255}
		case x < 60:
			return color.RGBA{255, 0, 0, 255}
		default:
			return color.RGBA{0, 255, 0, 255}
		}
	}
	const size = 120
	for orientation := 1; orientation <= 8; orientation++ {
		t.Run(strconv.Itoa(orientation), func(t *testing.T) {
			t.Parallel()
			pixels := image.NewRGBA(image.Rect(0, 0, size, size))
			for y := range size {
				for x := range size {
					// Where the pixel that is stored at x, y is seen, by EXIF's table.
					toX, toY := x, y
					switch orientation {
					case 2:
						toX = size - 1 - x
					case 3:
						toX, toY = size-1-x, size-1-y
					case 4:
						toY = size - 1 - y
					case 5:
						toX, toY = y, x
					case 6:
						toX, toY = size-1-y, x
					case 7:
						toX, toY = size-1-y, size-1-x
					case 8:
						toX, toY = y, size-1-x
					}
					pixels.Set(x, y, seen(toX, toY))
				}
			}
			body := withOrientation(asJPEG(t, pixels, 95), byte(orientation))
			s := showpiece(t, nil)
			s.Files = []paper.File{stored("a", "photo.jpg", form.OtherFile, "image/jpeg", body)}
			path, document := made(t, paper.Referral, s)
			if !bytes.Contains(document, body) {
				t.Error("the file is not in the document as it came")
			}
			last := strconv.Itoa(pages(t, path))
			run(t, "pdftoppm", "-r", "100", "-f", last, "-l", last, "-singlefile", "-png", path, strings.TrimSuffix(path, ".pdf"))
			page := readPNG(t, strings.TrimSuffix(path, ".pdf")+".png")
			red, green, blue := middleOf(page, 200, 0, 0), middleOf(page, 0, 200, 0), middleOf(page, 0, 0, 200)
			if red.X >= green.X || red.Y >= blue.Y || green.Y >= blue.Y || red.X == 0 {
				t.Errorf("red at %v, green at %v, blue at %v", red, green, blue)
			}
		})
	}
}

func readPNG(t testing.TB, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// middleOf is the middle of the pixels that are about of a pure colour.
func middleOf(picture image.Image, r, g, b int) image.Point {
	var sum image.Point
	n := 0
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)
			if (int(c.R) > 200) == (r > 0) && (int(c.G) > 200) == (g > 0) && (int(c.B) > 200) == (b > 0) && int(c.R)+int(c.G)+int(c.B) < 330 && int(c.R)+int(c.G)+int(c.B) > 230 {
				sum, n = sum.Add(image.Pt(x, y)), n+1
			}
		}
	}
	if n == 0 {
		return image.Point{}
	}
	return image.Pt(sum.X/n, sum.Y/n)
}

func TestATurnedPageIsPrintedAsItIsSeen(t *testing.T) {
	body := bytes.Replace(letter(t, 1, nil), []byte("/Type /Page\n"), []byte("/Type /Page\n/Rotate 90\n"), 1)
	s := showpiece(t, nil)
	s.Files = []paper.File{stored("a", "turned.pdf", form.OtherFile, "application/pdf", body)}
	path, _ := made(t, paper.Referral, s)
	want(t, words(t, path), "Letter page 1")
	last := strconv.Itoa(pages(t, path))
	box := regexp.MustCompile(`xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">Letter<`).FindStringSubmatch(
		run(t, "pdftotext", "-f", last, "-l", last, "-bbox", path, "-"))
	if box == nil {
		t.Fatal("the page is not there")
	}
	var at [4]float64
	for i := range at {
		at[i], _ = strconv.ParseFloat(box[i+1], 64)
	}
	if width, height := at[2]-at[0], at[3]-at[1]; width >= height || at[0] < 300 {
		t.Errorf("the word stands at %v: not turned, or to the wrong side", at)
	}
}

// filledForm is a PDF of a form with a field that somebody has filled in.
func filledForm() []byte {
	var out bytes.Buffer
	offsets := []int{}
	add := func(body string) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	stream := func(dict, body string) string {
		return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(body), body)
	}
	out.WriteString("%PDF-1.7\n")
	add("<</Type /Catalog /Pages 2 0 R>>")
	add("<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 200] /Resources <</Font <</F1 5 0 R>>>>>>")
	add("<</Type /Page /Parent 2 0 R /Contents [4 0 R 4 0 R] /Annots [6 0 R 8 0 R]>>")
	add(stream("", "BT /F1 12 Tf 20 150 Td (Allergic to:) Tj ET"))
	add("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>")
	add("<</Type /Annot /Subtype /Widget /Rect [100 140 250 160] /F 4 /AP <</N 7 0 R>>>>")
	add(stream("/Type /XObject /Subtype /Form /BBox [0 0 150 20] /Resources <</Font <</F1 5 0 R>>>>", "BT /F1 12 Tf 2 5 Td (penicillin) Tj ET"))
	add("<</Type /Annot /Subtype /Widget /Rect [100 100 250 120] /F 2 /AP <</N 9 0 R>>>>")
	add(stream("/Type /XObject /Subtype /Form /BBox [0 0 150 20] /Resources <</Font <</F1 5 0 R>>>>", "BT /F1 12 Tf 2 5 Td (hidden) Tj ET"))
	at := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, at)
	return out.Bytes()
}

func TestWhatWasTypedIntoAFormsFieldsIsPrinted(t *testing.T) {
	s := showpiece(t, nil)
	s.Files = []paper.File{stored("a", "form.pdf", form.OtherFile, "application/pdf", filledForm())}
	path, _ := made(t, paper.Referral, s)
	got := words(t, path)
	want(t, got, "Allergic to:", "penicillin")
	if strings.Contains(got, "hidden") {
		t.Error("a hidden field is printed")
	}
}

// bombPNG says that it has 30,000 by 30,000 pixels.
func bombPNG() []byte {
	var out bytes.Buffer
	out.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		_ = binary.Write(&out, binary.BigEndian, uint32(len(data)))
		out.WriteString(kind)
		out.Write(data)
		_ = binary.Write(&out, binary.BigEndian, crc32.ChecksumIEEE(append([]byte(kind), data...)))
	}
	header := make([]byte, 13)
	binary.BigEndian.PutUint32(header, 30_000)
	binary.BigEndian.PutUint32(header[4:], 30_000)
	header[8] = 8
	chunk("IHDR", header)
	return out.Bytes()
}

// deflated compresses a head, a block that is repeated and an end for zlib's readers. The block is compressed once: gigabytes that
// are made so cost no time.
func deflated(head, block string, times int, end string) []byte {
	alone := func(text string) []byte {
		var out bytes.Buffer
		writer, _ := flate.NewWriter(&out, flate.BestCompression) // of which only the level can be wrong
		_, _ = io.WriteString(writer, text)                       // into memory
		_ = writer.Flush()
		return out.Bytes()
	}
	sum := adler32.New()
	_, _ = io.WriteString(sum, head)
	for range times {
		_, _ = io.WriteString(sum, block)
	}
	_, _ = io.WriteString(sum, end)
	out := append([]byte{0x78, 0xda}, alone(head)...)
	out = append(out, bytes.Repeat(alone(block), times)...)
	out = append(out, alone(end)...)
	out = append(out, 0x01, 0x00, 0x00, 0xff, 0xff) // an empty block, the last one
	return sum.Sum(out)
}

// bombPDF has a page whose content unfolds to half a gigabyte.
func bombPDF() []byte {
	packed := deflated("", strings.Repeat("q Q\n", 1<<18), 512, "")
	return bytes.Replace(filledForm(), []byte("4 0 obj\n<< "), []byte(fmt.Sprintf("4 0 obj\n<</Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\n10 0 obj\n<< ", len(packed), packed)), 1)
}

func TestAHostileFileIsListedWithTheReason(t *testing.T) {
	jpegFile := asJPEG(t, radiograph(300, 200, 2), 80)
	sealed := letter(t, 1, func(pdf *fpdf.Fpdf) { pdf.SetProtection(0, "secret", "owner") })
	for name, hostile := range map[string]struct {
		contentType string
		body        []byte
		reason      string
	}{
		"a picture that is cut off":      {"image/jpeg", jpegFile[:len(jpegFile)/2], "the picture is cut off or damaged"},
		"a picture of nothing":           {"image/jpeg", nil, "the picture is cut off or damaged"},
		"a picture that is text":         {"image/png", []byte("<html>"), "The picture cannot be read"},
		"a picture of too many pixels":   {"image/png", bombPNG(), "The picture has 30000 × 30000 pixels"},
		"a PDF that is HTML":             {"application/pdf", []byte("<html><body>"), "the PDF file cannot be read"},
		"a PDF that is cut off":          {"application/pdf", letter(t, 2, nil)[:400], "the PDF file cannot be read"},
		"a PDF with a password":          {"application/pdf", sealed, "the PDF file is protected by a password"},
		"a PDF of too many pages":        {"application/pdf", letter(t, 101, nil), "it has 101 pages, and 100 are printed at most"},
		"a PDF that unfolds to too much": {"application/pdf", bombPDF(), "the PDF file cannot be read"},
		"a file of no kind":              {"", []byte("x"), "a file of this kind is not printed"},
		"a picture of an unknown kind":   {"image/webp", []byte("x"), "a picture of this kind is not printed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := showpiece(t, nil)
			s.Files = []paper.File{stored("a", "hostile", form.OtherFile, hostile.contentType, hostile.body),
				stored("b", "sound.jpg", form.OtherFile, "image/jpeg", jpegFile)}
			path, _ := made(t, paper.Referral, s)
			want(t, words(t, path), "Not printed: "+hostile.reason)
			if !strings.Contains(run(t, "pdfimages", "-list", path), " jpeg ") {
				t.Error("the sound picture beside it is missing")
			}
		})
	}
}

func TestAFileThatCannotBeReadFailsTheDocument(t *testing.T) {
	lost := errors.New("the disk is gone")
	for _, contentType := range []string{"image/jpeg", "image/png", "application/pdf"} {
		s := showpiece(t, nil)
		s.Files = []paper.File{{ID: "a", Name: "x", Kind: form.OtherFile, ContentType: contentType, Open: func(context.Context) (io.ReadSeekCloser, error) { return nil, lost }}}
		if err := paper.Referral(t.Context(), io.Discard, s); !errors.Is(err, lost) {
			t.Errorf("%s: %v", contentType, err)
		}
	}
}

func TestADocumentThatIsNoLongerWantedIsNotMade(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := paper.Merged(ctx, io.Discard, everything(t)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzUpload looks for an uploaded PDF that is neither read nor refused.
func FuzzUpload(f *testing.F) {
	f.Add(filledForm())
	f.Add(letter(f, 2, nil))
	f.Add([]byte("%PDF-1.7\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if pages, reason := paper.ReadUpload(t.Context(), body); (pages == 0) == (reason == "") {
			t.Errorf("%d pages, and the reason %q", pages, reason)
		}
	})
}

// A referral with a radiograph of two megabytes, as most have.
func BenchmarkReferralWithARadiograph(b *testing.B) {
	picture := radiograph(2200, 1700, 46)
	body := asJPEG(b, picture, 90)
	s := showpiece(b, nil)
	s.Files = []paper.File{stored("radiographs-1", "film.jpg", form.Radiograph, "image/jpeg", body)}
	if len(body) < 2e6 || len(body) > 3e6 {
		b.Fatalf("the picture has %d bytes", len(body))
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := paper.Referral(b.Context(), io.Discard, s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "documents/s")
}

// padded is a JPEG file of a size: its comments are as long as it takes.
func padded(t testing.TB, size int) []byte {
	t.Helper()
	body := asJPEG(t, radiograph(300, 200, 2), 80)
	out := append([]byte{}, body[:2]...)
	for len(out)+len(body) < size {
		out = append(out, 0xff, 0xfe, 0xff, 0xff)
		out = append(out, make([]byte, 0xffff-2)...)
	}
	return append(out, body[2:]...)
}

func TestPicturesGoThroughAndAreNotKeptInMemory(t *testing.T) {
	body := padded(t, 5<<20)
	s := showpiece(t, nil)
	for n := range 20 {
		s.Files = append(s.Files, stored(strconv.Itoa(n), "film.jpg", form.OtherFile, "image/jpeg", body))
	}
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // what is counted is little more than what is kept
	runtime.GC()
	metrics.Read(sample)
	before, most := sample[0].Value.Uint64(), uint64(0)
	var written counting
	written.each = func() {
		metrics.Read(sample)
		most = max(most, sample[0].Value.Uint64())
	}
	if err := paper.Referral(t.Context(), &written, s); err != nil {
		t.Fatal(err)
	}
	if written.n < 100<<20 {
		t.Fatalf("the document has %d bytes", written.n)
	}
	if grown := int64(most) - int64(before); grown > 60<<20 {
		t.Errorf("memory has grown by %d MB for a document of %d MB", grown>>20, written.n>>20)
	}
}

// counting counts what is written.
type counting struct {
	n    int64
	each func()
}

func (c *counting) Write(data []byte) (int, error) {
	c.n += int64(len(data))
	c.each()
	return len(data), nil
}

// foldedPDF has many object streams, each of which unfolds to fifteen megabytes that a reader keeps.
func foldedPDF(streams int) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	entries := [][3]int{{0, 0, 65535}}
	add := func(body string) {
		entries = append(entries, [3]int{1, out.Len(), 0})
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(entries)-1, body)
	}
	add("<</Type /Catalog /Pages 2 0 R>>")
	add("<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 200]>>")
	var needed strings.Builder
	for n := range streams {
		fmt.Fprintf(&needed, "%d 0 R ", 4+streams+n)
	}
	add("<</Type /Page /Parent 2 0 R /Resources <</Needed [" + needed.String() + "]>>>>")
	long := strings.Repeat("x", 1<<20)
	for n := range streams {
		head := fmt.Sprintf("%d 0 ", 4+streams+n)
		packed := deflated(head+"<</A (", long, 15, ")>>")
		add(fmt.Sprintf("<</Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", len(head), len(packed), packed))
	}

	for n := range streams {
		entries = append(entries, [3]int{2, 4 + n, 0})
	}
	at := out.Len()
	entries = append(entries, [3]int{1, at, 0})
	var table bytes.Buffer
	for _, e := range entries {
		table.WriteByte(byte(e[0]))
		_ = binary.Write(&table, binary.BigEndian, uint32(e[1]))
		_ = binary.Write(&table, binary.BigEndian, uint16(e[2]))
	}
	fmt.Fprintf(&out, "%d 0 obj\n<</Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", len(entries)-1, len(entries), table.Len(), table.Bytes(), at)
	return out.Bytes()
}

func TestAPDFThatTakesTooMuchMemoryIsGivenUp(t *testing.T) {
	if pages, reason := paper.ReadUpload(t.Context(), foldedPDF(2)); pages != 1 || reason != "" {
		t.Fatalf("a small one of its kind: %d pages, %q", pages, reason)
	}
	if testing.Short() {
		t.Skip("takes some hundred megabytes")
	}
	body := foldedPDF(50)
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // what is counted is little more than what is kept
	runtime.GC()
	done := make(chan struct{})
	most := make(chan uint64, 1)
	go func() {
		var peak uint64
		for {
			select {
			case <-done:
				most <- peak
				return
			case <-time.After(5 * time.Millisecond):
				metrics.Read(sample)
				peak = max(peak, sample[0].Value.Uint64())
			}
		}
	}()
	began := time.Now()
	pages, reason := paper.ReadUpload(t.Context(), body)
	close(done)
	peak := <-most
	t.Logf("%d bytes, %q after %v, at most %d MB", len(body), reason, time.Since(began), peak>>20)
	if pages != 0 || reason == "" || peak > 600<<20 {
		t.Errorf("%d pages, %q, %d MB", pages, reason, peak>>20)
	}
}
