package document_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// letterF is a picture that looks different however it is mirrored or turned: an F, brighter to the right.
func letterF(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			shade := uint8(60 + 120*x/width)
			m.SetRGBA(x, y, color.RGBA{shade, shade, shade + 30, 255})
		}
	}
	bar := func(x0, y0, x1, y1 int) {
		draw.Draw(m, image.Rect(x0*width/10, y0*height/10, x1*width/10, y1*height/10), image.White, image.Point{}, draw.Src)
	}
	bar(2, 1, 4, 9)
	bar(4, 1, 8, 3)
	bar(4, 4, 7, 6)
	return m
}

func encode(t *testing.T, m image.Image, kind string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := document.Encode(&b, m, document.KindOf("x."+kind)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// receive receives a file under a name, and looks at it as an upload does.
func receive(t *testing.T, shelf *document.Shelf, name string, content []byte) error {
	t.Helper()
	received, err := shelf.Receive(t.Context(), bytes.NewReader(content), document.MaxBody)
	if err != nil {
		return err
	}
	defer received.Close()
	if err := received.Settle("extension", name); err != nil {
		return err
	}
	return received.CheckPicture(t.Context(), "rawBase64")
}

// pngOfSize is a PNG of zeros of any size, which compresses to next to nothing.
func pngOfSize(t *testing.T, width, height uint32) []byte {
	t.Helper()
	b := bytes.NewBuffer([]byte("\x89PNG\r\n\x1a\n"))
	chunk := func(kind string, data []byte) {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
		named := append([]byte(kind), data...)
		b.Write(named)
		b.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(named)))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(head, 1, 0, 0, 0, 0)) // one bit a pixel, grey
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]byte, 1+(width+7)/8)
	for range height {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return b.Bytes()
}

func TestAPictureThatCannotBeTakenIsRefusedAndSaysWhy(t *testing.T) {
	shelf, _ := newShelf(t, newFolder(t))
	bomb := pngOfSize(t, 16_000, 16_000)
	if len(bomb) > 40<<10 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	var tiffFile bytes.Buffer
	if err := tiff.Encode(&tiffFile, letterF(200, 200), nil); err != nil {
		t.Fatal(err)
	}
	// The directory stands at the end; with it kept and pixels cut out, only decoding tells.
	hollow := bytes.Clone(tiffFile.Bytes())
	binary.LittleEndian.PutUint32(hollow[4:], uint32(len(hollow)+1000))
	jpegFile := encode(t, letterF(200, 200), "jpg")
	dicom := document.MakeDicom(document.DicomSample{Picture: letterF(50, 40)})
	for name, step := range map[string]struct {
		file    string
		content []byte
		want    string
	}{
		"a bomb":               {"a.png", bomb, "rawBase64: The picture has 16000 × 16000 pixels; at most 50 million are taken"},
		"a TIFF cut off":       {"a.tif", tiffFile.Bytes()[:len(tiffFile.Bytes())/2], "rawBase64: The picture cannot be read: the .tif file is cut off or damaged"},
		"a TIFF that lies":     {"a.tiff", hollow, "rawBase64: The picture cannot be read: the .tif file is cut off or damaged"},
		"a JPEG cut off":       {"a.jpg", jpegFile[:len(jpegFile)/2], "rawBase64: The picture cannot be read: the .jpg file is cut off or damaged"},
		"a DICOM file cut off": {"a.dcm", dicom[:len(dicom)-100], "rawBase64: The picture cannot be read: the .dcm file is cut off or damaged"},
		"a PNG named JPEG":     {"a.jpg", encode(t, letterF(9, 9), "png"), "extension says that the file is .jpg, and its content is .png"},
		"HTML named JPEG":      {"a.jpg", []byte("<!DOCTYPE html><html><script>alert(1)</script></html>"), "extension says that the file is .jpg, and its content is a web page"},
		"HTML named text":      {"a.txt", []byte("<html><body>hello</body></html>"), "extension says that the file is .txt, and its content is a web page"},
		"a program named PDF":  {"a.pdf", []byte("\x7fELF\x02\x01\x01 and so on"), "extension says that the file is .pdf, and its content is no kind of file that is allowed"},
		"HTML as it is":        {"a.html", []byte("<html></html>"), "extension must end with an extension that is allowed: .jpg, .jpeg, .png,"},
		"SVG":                  {"a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "extension must end with an extension that is allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			err := receive(t, shelf, step.file, step.content)
			if f := fault.From(err); err == nil || f.Kind != fault.Invalid || !strings.HasPrefix(f.Text, step.want) {
				t.Errorf("it comes to %v, want %q", err, step.want)
			}
		})
	}
	for name, content := range map[string][]byte{
		"a.jpg": append(bytes.Clone(jpegFile), "<html><script>alert(1)</script></html>"...), // both, and served as a picture
		"a.png": pngOfSize(t, 4_000, 1_000),
		"b.jpg": jpegFile,
	} {
		if err := receive(t, shelf, name, content); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
}

// shown decodes and shows a stored file.
func decodePicture(t *testing.T, shelf *document.Shelf, name string, content []byte) image.Image {
	t.Helper()
	received, err := shelf.Receive(t.Context(), bytes.NewReader(content), document.MaxBody)
	if err != nil {
		t.Fatal(err)
	}
	defer received.Close()
	if err := received.Settle("name", name); err != nil {
		t.Fatal(err)
	}
	if err := shelf.Room.Bodies().Keep(t.Context(), "practice-1", received.Hash, received.Spool()); err != nil {
		t.Fatal(err)
	}
	picture, err := shelf.Picture(t.Context(), received.Body)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return picture
}

func near(a, b color.Color, within int) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	far := func(x, y uint32) bool { d := int(x>>8) - int(y>>8); return d > within || d < -within }
	return !far(ar, br) && !far(ag, bg) && !far(ab, bb)
}

func TestAPictureOfEachKindIsSeenAlike(t *testing.T) {
	shelf, _ := newShelf(t, newFolder(t))
	original := letterF(120, 80)
	files := map[string][]byte{"a.dcm": document.MakeDicom(document.DicomSample{Picture: original, Center: "2048", Width: "4096"})}
	for _, kind := range []string{"jpg", "png", "gif", "bmp", "tif"} {
		files["a."+kind] = encode(t, original, kind)
	}
	for name, content := range files {
		got := decodePicture(t, shelf, name, content)
		if got.Bounds().Dx() != 120 || got.Bounds().Dy() != 80 {
			t.Errorf("%s is %v", name, got.Bounds())
		}
		within := 30
		if name == "a.dcm" {
			within = 40 // grey
		}
		for _, at := range []image.Point{{30, 40}, {100, 70}, {5, 5}, {70, 16}} {
			if !near(got.At(got.Bounds().Min.X+at.X, got.Bounds().Min.Y+at.Y), original.At(at.X, at.Y), within) {
				t.Errorf("%s at %v is %v, want about %v", name, at, got.At(at.X, at.Y), original.At(at.X, at.Y))
			}
		}
	}
}

func TestAThumbnailIsAHundredPixelsSquareAndShowsTheWhole(t *testing.T) {
	for _, size := range []image.Point{{3000, 1000}, {50, 400}, {100, 100}, {1, 1}, {5000, 3}} {
		small := document.MakeThumbnail(letterF(size.X, size.Y), document.View{})
		if small.Bounds() != image.Rect(0, 0, 100, 100) {
			t.Errorf("of %v it is %v", size, small.Bounds())
		}
	}
	wide := document.MakeThumbnail(letterF(3000, 1000), document.View{})
	if !near(wide.At(50, 5), color.White, 0) || near(wide.At(90, 60), color.White, 20) {
		t.Errorf("of a wide picture it shows %v above and %v in the middle", wide.At(50, 5), wide.At(90, 60))
	}
}

// atlas is where a test leaves pictures to look at, "" for nowhere.
var atlas = os.Getenv("DOCUMENT_TEST_ATLAS")

func lookAt(t *testing.T, name string, m image.Image) {
	t.Helper()
	if atlas == "" {
		return
	}
	file, err := os.Create(filepath.Join(atlas, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, m); err != nil {
		t.Fatal(err)
	}
}

// The colours of a picture's four corners, from the upper left one clockwise, tell how it was mirrored and turned.
func TestAMountHonoursPlacesFlipsAndRotation(t *testing.T) {
	red, green, blue, white := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 200, 0, 255}, color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 255, 255}
	source := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for i, c := range []color.RGBA{red, green, blue, white} {
		corner := []image.Rectangle{image.Rect(0, 0, 100, 100), image.Rect(100, 0, 200, 100), image.Rect(100, 100, 200, 200), image.Rect(0, 100, 100, 200)}[i]
		draw.Draw(source, corner, image.NewUniform(c), image.Point{}, draw.Src)
	}
	for name, step := range map[string]struct {
		view document.View
		want [4]color.RGBA
	}{
		"as it is":                {document.View{}, [4]color.RGBA{red, green, blue, white}},
		"mirrored":                {document.View{IsFlipped: true}, [4]color.RGBA{green, red, white, blue}},
		"turned once":             {document.View{DegreesRotated: 90}, [4]color.RGBA{white, red, green, blue}},
		"turned twice":            {document.View{DegreesRotated: 180}, [4]color.RGBA{blue, white, red, green}},
		"turned back":             {document.View{DegreesRotated: 270}, [4]color.RGBA{green, blue, white, red}},
		"mirrored, then turned":   {document.View{IsFlipped: true, DegreesRotated: 90}, [4]color.RGBA{blue, green, red, white}},
		"cut to its lower right":  {document.View{Crop: image.Rect(100, 100, 200, 200)}, [4]color.RGBA{blue, blue, blue, blue}},
		"a full turn and a half":  {document.View{DegreesRotated: 540}, [4]color.RGBA{blue, white, red, green}},
		"windowed beyond the eye": {document.View{WindowingMin: 250, WindowingMax: 255}, [4]color.RGBA{red, {0, 0, 0, 255}, blue, white}},
	} {
		grey := color.RGBA{40, 40, 40, 255}
		mount, err := document.Compose(300, 200, grey, func(draw func(document.Placed)) error {
			draw(document.Placed{At: image.Rect(150, 50, 250, 150), Picture: source, View: step.view})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range []image.Point{{175, 75}, {225, 75}, {225, 125}, {175, 125}} {
			if !near(mount.At(at.X, at.Y), step.want[i], 6) {
				t.Errorf("%s: corner %d is %v, want %v", name, i, mount.At(at.X, at.Y), step.want[i])
			}
		}
		for _, at := range []image.Point{{145, 100}, {255, 100}, {200, 45}, {200, 155}, {5, 5}} {
			if !near(mount.At(at.X, at.Y), grey, 0) {
				t.Errorf("%s: outside of its place, at %v, is %v", name, at, mount.At(at.X, at.Y))
			}
		}
	}
}

func TestAMountAndASheetOfThumbnailsToLookAt(t *testing.T) {
	views := []document.View{{}, {IsFlipped: true}, {DegreesRotated: 90}, {DegreesRotated: 180}, {DegreesRotated: 270},
		{IsFlipped: true, DegreesRotated: 90}, {DegreesRotated: 30}, {Crop: image.Rect(60, 0, 300, 200)}}
	draws := func(draw func(document.Placed), size, gap int) {
		for i, view := range views {
			x, y := gap+(i%4)*(size+gap), gap+(i/4)*(size*3/4+gap)
			draw(document.Placed{At: image.Rect(x, y, x+size, y+size*3/4), Picture: letterF(400, 300), View: view})
		}
	}
	mount, err := document.Compose(4*220+20, 2*170+20, color.RGBA{0, 0, 0, 255}, func(draw func(document.Placed)) error {
		draws(draw, 200, 20)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lookAt(t, "mount", mount)
	sheet := image.NewRGBA(image.Rect(0, 0, 8*110+10, 120))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.RGBA{90, 130, 160, 255}), image.Point{}, draw.Src)
	for i, view := range views {
		small := document.MakeThumbnail(letterF(1600, 1200), view)
		draw.Draw(sheet, image.Rect(10+110*i, 10, 110+110*i, 110), small, image.Point{}, draw.Src)
	}
	lookAt(t, "thumbnails", sheet)
}

func TestACameraThatWasHeldSidewaysIsSeenUpright(t *testing.T) {
	shelf, _ := newShelf(t, newFolder(t))
	original := letterF(160, 120)
	for orientation, stored := range map[byte]image.Image{
		1: original, 3: document.Show(original, document.View{DegreesRotated: 180}, 1000),
		6: document.Show(original, document.View{DegreesRotated: 270}, 1000), 8: document.Show(original, document.View{DegreesRotated: 90}, 1000),
		2: document.Show(original, document.View{IsFlipped: true}, 1000),
	} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, stored, &jpeg.Options{Quality: 95}); err != nil {
			t.Fatal(err)
		}
		exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00"
		content := append([]byte("\xff\xd8\xff\xe1"), binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
		content = append(append(content, exif...), b.Bytes()[2:]...)
		got := decodePicture(t, shelf, "a.jpg", content)
		if got.Bounds().Dx() != 160 || got.Bounds().Dy() != 120 {
			t.Errorf("orientation %d is %v", orientation, got.Bounds())
			continue
		}
		for _, at := range []image.Point{{45, 60}, {100, 25}, {150, 100}, {10, 10}} {
			if !near(got.At(at.X, at.Y), original.At(at.X, at.Y), 25) {
				t.Errorf("orientation %d at %v is %v, want %v", orientation, at, got.At(at.X, at.Y), original.At(at.X, at.Y))
			}
		}
	}
}
