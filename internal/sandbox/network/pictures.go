package network

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// pictureCount is how many radiographs there are; referrals share them.
const pictureCount = 8

// picture draws a radiograph of nobody: crowns and roots, bright on dark, and the word that says that it is none. The
// same number gives the same bytes.
func picture(number int) []byte {
	const width, height = 320, 240
	drawn := image.NewGray(image.Rect(0, 0, width, height))
	teeth := 3 + number%3
	across := float64(width) / float64(teeth)
	decayed := number % teeth
	for y := range height {
		for x := range width {
			column := int(float64(x) / across)
			middle := (float64(column)+0.5)*across + 6*math.Sin(float64(column*3+number))
			dx, dy := (float64(x)-middle)/(across*0.42), float64(y)/height
			shade := 24 + 30*dy + 8*math.Sin(float64(x*7+y*3+number)) // bone
			width := 1 - 0.75*math.Max(0, dy-0.35)/0.5                // roots become narrow
			if edge := math.Abs(dx) / width; dy > 0.12 && dy < 0.85 && edge < 1 {
				shade = 110 + 70*(1-edge)
				if dy < 0.4 {
					shade += 45 // enamel
				}
				if math.Abs(dx) < 0.14*width && dy > 0.25 {
					shade -= 70 // pulp
				}
				if column == decayed && math.Hypot(dx-0.45, (dy-0.24)*4) < 0.35 {
					shade = 50 // a shadow in a crown
				}
			}
			drawn.SetGray(x, y, color.Gray{Y: uint8(min(max(shade, 0), 255))})
		}
	}
	writer := font.Drawer{Dst: drawn, Src: image.White, Face: basicfont.Face7x13, Dot: fixed.P(8, height-8)}
	writer.DrawString(fmt.Sprintf("SYNTHETIC %d - not a patient", number+1))
	writer.Dot = fixed.P(8, 16)
	writer.DrawString("SYNTHETIC")
	var b bytes.Buffer
	// Stored as it is: each referral that takes it in has it read once more.
	encoder := png.Encoder{CompressionLevel: png.NoCompression}
	if err := encoder.Encode(&b, drawn); err != nil {
		panic(err) // a drawing of ours, into memory
	}
	return b.Bytes()
}
