package document

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// View says how a picture is shown: first cut, then its window of brightness stretched, mirrored left to right,
// and turned clockwise.
type View struct {
	Crop                       image.Rectangle // empty is the whole picture
	WindowingMin, WindowingMax int             // of 0 to 255; a WindowingMax of 0 or 255, with a WindowingMin of 0, is none
	IsFlipped                  bool
	DegreesRotated             float64
}

// ThumbnailSize is the length of a thumbnail's sides in pixels.
const ThumbnailSize = 100

// MakeThumbnail shows a whole picture within a white square.
func MakeThumbnail(picture image.Image, view View) image.Image {
	square := image.NewRGBA(image.Rect(0, 0, ThumbnailSize, ThumbnailSize))
	draw.Draw(square, square.Bounds(), image.White, image.Point{}, draw.Src)
	drawInto(square, square.Bounds(), picture, view)
	return square
}

// Show is a picture as it is to be seen, no larger than it is, and its longer side at most size.
func Show(picture image.Image, view View, size int) image.Image {
	width, height := view.extent(picture.Bounds())
	scale := min(1, float64(size)/max(width, height))
	shown := image.NewRGBA(image.Rect(0, 0, max(1, int(width*scale+0.5)), max(1, int(height*scale+0.5))))
	draw.Draw(shown, shown.Bounds(), image.White, image.Point{}, draw.Src)
	drawInto(shown, shown.Bounds(), picture, view)
	return shown
}

// part is what is left of a picture's bounds.
func (v View) part(bounds image.Rectangle) image.Rectangle {
	if crop := v.Crop.Add(bounds.Min).Intersect(bounds); !v.Crop.Empty() && !crop.Empty() {
		return crop
	}
	return bounds
}

// extent is the size of the turned picture.
func (v View) extent(bounds image.Rectangle) (width, height float64) {
	part := v.part(bounds)
	sin, cos := math.Sincos(v.DegreesRotated * math.Pi / 180)
	w, h := float64(part.Dx()), float64(part.Dy())
	return w*math.Abs(cos) + h*math.Abs(sin), w*math.Abs(sin) + h*math.Abs(cos)
}

// Placed is a picture in a mount.
type Placed struct {
	At      image.Rectangle
	Picture image.Image
	View    View
}

// Compose draws the pictures of a mount on its background, each within its place.
func Compose(width, height int, background color.Color, pictures func(draw func(Placed)) error) (image.Image, error) {
	if err := checkSize(width, height); err != nil {
		return nil, err
	}
	mount := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(mount, mount.Bounds(), image.NewUniform(background), image.Point{}, draw.Src)
	err := pictures(func(p Placed) { drawInto(mount, p.At, p.Picture, p.View) })
	return mount, err
}

// drawInto draws a picture as large as it fits into a place, in its middle.
func drawInto(target *image.RGBA, place image.Rectangle, picture image.Image, view View) {
	if place.Intersect(target.Bounds()).Empty() {
		return
	}
	from := view.part(picture.Bounds())
	picture = stretch(shrink(picture, &from, place), view.WindowingMin, view.WindowingMax)
	width, height := float64(from.Dx()), float64(from.Dy())
	sin, cos := math.Sincos(view.DegreesRotated * math.Pi / 180)
	turnedWidth, turnedHeight := width*math.Abs(cos)+height*math.Abs(sin), width*math.Abs(sin)+height*math.Abs(cos)
	scale := min(float64(place.Dx())/turnedWidth, float64(place.Dy())/turnedHeight)
	mirror := 1.0
	if view.IsFlipped {
		mirror = -1
	}
	// The picture's middle goes to the place's middle; y grows downwards, so a positive angle turns clockwise.
	a, b, c, d := scale*cos*mirror, -scale*sin, scale*sin*mirror, scale*cos
	middleX, middleY := float64(from.Min.X)+width/2, float64(from.Min.Y)+height/2
	placeX, placeY := float64(place.Min.X)+float64(place.Dx())/2, float64(place.Min.Y)+float64(place.Dy())/2
	matrix := f64.Aff3{a, b, placeX - a*middleX - b*middleY, c, d, placeY - c*middleX - d*middleY}
	window := target.SubImage(place).(*image.RGBA) // nothing is drawn beyond the place
	draw.CatmullRom.Transform(window, matrix, picture, from, draw.Over, nil)
}

// shrink brings a picture that is much larger than its place to twice the place's size by a quick method; the
// good one, which does the rest, takes time by the pixels of the picture.
func shrink(picture image.Image, from *image.Rectangle, place image.Rectangle) image.Image {
	side := 2 * max(place.Dx(), place.Dy(), 1)
	factor := min(from.Dx(), from.Dy()) / side
	if factor < 2 {
		return picture
	}
	small := image.NewRGBA(image.Rect(0, 0, from.Dx()/factor, from.Dy()/factor))
	average(small, picture, *from, factor)
	*from = small.Bounds()
	return small
}

// average makes each pixel of the middle of the factor × factor pixels that it stands for.
func average(small *image.RGBA, picture image.Image, from image.Rectangle, factor int) {
	read := reader(picture)
	count := uint32(factor * factor)
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			var r, g, b, a uint32
			for dy := range factor {
				for dx := range factor {
					pixel := read(from.Min.X+x*factor+dx, from.Min.Y+y*factor+dy)
					r, g, b, a = r+uint32(pixel.R), g+uint32(pixel.G), b+uint32(pixel.B), a+uint32(pixel.A)
				}
			}
			small.SetRGBA(x, y, color.RGBA{uint8(r / count), uint8(g / count), uint8(b / count), uint8(a / count)})
		}
	}
}

// reader reads pixels without an allocation each, for the kinds of picture that there are many of.
func reader(picture image.Image) func(x, y int) color.RGBA {
	switch p := picture.(type) {
	case *image.RGBA:
		return p.RGBAAt
	case *image.Gray:
		return func(x, y int) color.RGBA {
			v := p.GrayAt(x, y).Y
			return color.RGBA{v, v, v, 255}
		}
	case *image.YCbCr:
		return func(x, y int) color.RGBA {
			c := p.YCbCrAt(x, y)
			r, g, b := color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
			return color.RGBA{r, g, b, 255}
		}
	default:
		return func(x, y int) color.RGBA { return color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA) }
	}
}

// stretch makes what is as dark as low black, and what is as bright as high white.
func stretch(picture image.Image, low, high int) image.Image {
	if high == 0 {
		high = 255
	}
	if low <= 0 && high >= 255 || low >= high {
		return picture
	}
	var table [256]uint8
	for v := range table {
		table[v] = uint8(max(0, min(255, (v-low)*255/(high-low))))
	}
	bounds := picture.Bounds()
	stretched := image.NewRGBA(bounds)
	read := reader(picture)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			pixel := read(x, y)
			stretched.SetRGBA(x, y, color.RGBA{table[pixel.R], table[pixel.G], table[pixel.B], pixel.A})
		}
	}
	return stretched
}
