package sandbox

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/bridgework-dental/bridgework/internal/document"
)

// SampleFile is a made-up file of a kind that is allowed, by its extension: a drawing of teeth that says that it is a
// sample, or a letter. The same words give the same bytes. It is nil for a kind of which there are no samples.
func SampleFile(extension, words string) []byte {
	switch extension {
	case ".pdf":
		return samplePDF(words)
	case ".txt":
		return []byte("Sample: " + words + "\n")
	case ".dcm":
		return document.MakeDicom(document.DicomSample{
			Name: "Sample^Picture", Birth: "19790623", Study: "20210511", Modality: "PX", Picture: drawTeeth(words, 240, 120), Center: "2048", Width: "4096",
		})
	}
	kind := document.KindOf(extension)
	if kind == nil || !kind.IsPicture {
		return nil
	}
	var b bytes.Buffer
	if err := document.Encode(&b, drawTeeth(words, 160, 120), kind); err != nil {
		panic(err) // a drawing of ours, into memory
	}
	return b.Bytes()
}

// drawTeeth draws two rows of teeth as a radiograph shows them, bright on dark, and words below them.
func drawTeeth(words string, width, height int) image.Image {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	shift := 0
	for _, r := range words {
		shift += int(r) // so that no two look alike
	}
	teeth := 3 + shift%3
	across := float64(width) / float64(teeth)
	for x := range width {
		column := math.Floor(float64(x) / across)
		middle := (column+0.5)*across + 4*math.Sin(column+float64(shift))
		dx := (float64(x) - middle) / (across * 0.42)
		for y := range height {
			shade := 18 + 14*y/height
			for row, centre := range []float64{0.28, 0.66} {
				dy := (float64(y) - centre*float64(height)) / (float64(height) * 0.2)
				if row == 0 {
					dy = -dy
				}
				if inside := dx*dx*(1+0.6*dy) + dy*dy; inside < 1 && inside >= 0 {
					shade = 120 + int(90*(1-inside)) - 60*boolean(dx*dx+dy*dy < 0.06)
				}
			}
			picture.SetGray(x, y, color.Gray{uint8(min(shade, 255))})
		}
	}
	writer := font.Drawer{Dst: picture, Src: image.White, Face: basicfont.Face7x13, Dot: fixed.P(6, height-6)}
	writer.DrawString("SAMPLE " + words)
	return picture
}

func boolean(is bool) int {
	if is {
		return 1
	}
	return 0
}

// samplePDF is a page with one line.
func samplePDF(words string) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(text string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), text)
	}
	b.WriteString("%PDF-1.4\n")
	line := "BT /F 18 Tf 72 760 Td (SAMPLE " + words + ") Tj ET"
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>")
	object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(line), line))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, table)
	return b.Bytes()
}
