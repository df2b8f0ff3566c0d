package document

import (
	"bufio"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// A picture's size is read before it is decoded: 40 KB can say that they are 16,000 × 16,000 pixels.
// Decoding takes up to twelve bytes a pixel.
const (
	maxSide   = 30_000
	maxPixels = 50_000_000
)

// codec reads and writes a kind of picture.
type codec struct {
	size   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	encode func(io.Writer, image.Image) error
}

// codecs are found by the kind, which was settled by content. Nothing is registered with package image:
// no other decoder is ever tried.
var codecs = map[string]codec{
	"jpg": {jpeg.DecodeConfig, jpeg.Decode, func(w io.Writer, m image.Image) error {
		return jpeg.Encode(w, m, &jpeg.Options{Quality: 90})
	}},
	"png": {png.DecodeConfig, png.Decode, png.Encode},
	"gif": {gif.DecodeConfig, gif.Decode, encodeGIF},
	"bmp": {bmp.DecodeConfig, bmp.Decode, bmp.Encode},
	"tif": {tiff.DecodeConfig, tiff.Decode, func(w io.Writer, m image.Image) error {
		return tiff.Encode(w, m, &tiff.Options{Compression: tiff.Deflate})
	}},
}

// encodeGIF keeps every shade of a grey picture, as a radiograph is. The 256 colours that fit all pictures have few greys.
func encodeGIF(w io.Writer, picture image.Image) error {
	bounds := picture.Bounds()
	read := reader(picture)
	greys := image.NewPaletted(bounds, make(color.Palette, 256))
	for v := range 256 {
		greys.Palette[v] = color.Gray{uint8(v)}
	}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			pixel := read(x, y)
			if pixel.R != pixel.G || pixel.G != pixel.B || pixel.A != 255 {
				return gif.Encode(w, picture, nil)
			}
			greys.Pix[greys.PixOffset(x, y)] = pixel.R
		}
	}
	return gif.Encode(w, greys, nil)
}

// errNoPreview means that a file is sound as far as is known, and that no picture can be made of it.
var errNoPreview = errors.New("no picture can be made of this file")

// IsNoPreview tells an error that says so.
func IsNoPreview(err error) bool { return errors.Is(err, errNoPreview) }

// CheckPicture refuses a received picture that is too large, cut off or damaged: it is decoded once, within
// bounds. One that uses what the decoder does not know is let through, without a preview. Other kinds of
// file are not looked into, but for the header of a DICOM file.
func (r *Received) CheckPicture(ctx context.Context, field string) error {
	file, err := r.File()
	if err != nil {
		return err
	}
	_, err = r.shelf.Room.picture(ctx, file, r.Kind)
	f := fault.From(err)
	switch {
	case err == nil, IsNoPreview(err):
		return nil
	case f.Kind == fault.Invalid && f.Text != "":
		return &fault.Fault{Kind: fault.Invalid, Text: field + ": " + f.Text, Fields: []fault.Field{{Name: field, Text: f.Text}}, Err: f.Err}
	default:
		return err
	}
}

// Picture decodes a stored body. IsNoPreview tells that there is none to be had.
func (s *Shelf) Picture(ctx context.Context, body Body) (image.Image, error) {
	file, err := s.Open(ctx, body.Hash)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return s.Room.picture(ctx, file, body.Kind)
}

// picture decodes one file at a time and a few in all.
func (r *Room) picture(ctx context.Context, file io.ReadSeeker, kind *Kind) (image.Image, error) {
	if kind == nil {
		return nil, errNoPreview
	}
	done, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if kind.Name == "dcm" {
		return dicomPicture(file)
	}
	codec, isPicture := codecs[kind.Name]
	if !isPicture {
		return nil, errNoPreview
	}
	size, err := codec.size(bufio.NewReader(file))
	if err != nil {
		return nil, damaged(kind, err)
	}
	if err := checkSize(size.Width, size.Height); err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	var source io.Reader = bufio.NewReaderSize(file, 64<<10)
	if _, ok := file.(io.ReaderAt); ok && kind.Name == "tif" {
		source = file // read where its directory points, and not into memory as a whole
	}
	picture, err := codec.decode(source)
	if err != nil {
		return nil, damaged(kind, err)
	}
	if kind.Name == "jpg" {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		picture = upright(picture, readOrientation(file))
	}
	return picture, nil
}

func checkSize(width, height int) error {
	if width < 1 || height < 1 {
		return fault.New(fault.Invalid, "The picture has no pixels")
	}
	if width > maxSide || height > maxSide || int64(width)*int64(height) > maxPixels {
		return fault.New(fault.Invalid, "The picture has %d × %d pixels; at most %d million are taken", width, height, maxPixels/1_000_000)
	}
	return nil
}

// damaged tells what the decoder does not know from what is wrong.
func damaged(kind *Kind, err error) error {
	var inJPEG jpeg.UnsupportedError
	var inPNG png.UnsupportedError
	var inTIFF tiff.UnsupportedError
	if errors.As(err, &inJPEG) || errors.As(err, &inPNG) || errors.As(err, &inTIFF) || errors.Is(err, bmp.ErrUnsupported) {
		return errNoPreview
	}
	return fault.Wrap(fault.Invalid, err, "The picture cannot be read: the "+kind.Extension()+" file is cut off or damaged")
}

// Encode writes a picture as a kind, which must be one of pictures.
func Encode(w io.Writer, picture image.Image, kind *Kind) error {
	codec, isPicture := codecs[kind.Name]
	if !isPicture {
		return errNoPreview
	}
	return codec.encode(w, picture)
}

// Decode reads a picture of a kind, within bounds.
func Decode(file io.ReadSeeker, kind *Kind) (image.Image, error) {
	return NewRoom(nil, Options{}).picture(context.Background(), file, kind)
}
