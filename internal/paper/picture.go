package paper

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/draw"
	"io"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// printSide is the longer side of a picture that has to be made anew, in pixels: 300 to the inch over a page's width.
const printSide = 2400

// picture is one that can be printed: a JPEG file, as it came or made anew.
type picture struct {
	width, height int // of the pixels, before they are turned
	isGrey        bool
	orientation   int
	length        int64
	stream        func(ctx context.Context) (io.ReadCloser, error)
}

// shown is the size of the turned picture.
func (p *picture) shown() (width, height float64) {
	if p.orientation >= 5 {
		return float64(p.height), float64(p.width)
	}
	return float64(p.width), float64(p.height)
}

func (p *picture) ratio() float64 {
	width, height := p.shown()
	return width / height
}

// within is how large it is in a place, in millimetres. A small one is not drawn larger than 100 pixels to the inch.
func (p *picture) within(width, height float64) (w, h float64) {
	w, h = p.shown()
	scale := min(width/w, height/h, 25.4/100)
	return w * scale, h * scale
}

// add puts a picture among a document's objects.
func (a *attachments) add(p *picture) (name string) {
	space := "/DeviceRGB"
	if p.isGrey {
		space = "/DeviceGray"
	}
	a.objects = append(a.objects, object{
		dict: func(int) string {
			return fmt.Sprintf("<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 /Filter /DCTDecode /Length %d>>",
				p.width, p.height, space, p.length)
		},
		length: p.length, stream: p.stream,
	})
	return a.name(len(a.objects) - 1)
}

// look makes a picture of a file, or notes why there is none.
func (l *listed) look(ctx context.Context, _ *attachments, mediaType string) error {
	names := map[string]string{"jpeg": "jpg", "jpg": "jpg", "png": "png", "bmp": "bmp", "tiff": "tif", "gif": "gif"}
	kind := document.KindOf("." + names[mediaType])
	if kind == nil {
		l.reason = "a picture of this kind is not printed; open the file itself"
		return nil
	}
	body, ok, err := l.body(ctx)
	if err != nil || !ok {
		return err
	}
	if kind.Name == "jpg" {
		p, problem := readJPEG(body)
		if problem != "" {
			l.reason = problem
			return nil
		}
		if p != nil && len(body) <= maxAsIs {
			open := l.Open
			p.length = int64(len(body))
			p.stream = func(ctx context.Context) (io.ReadCloser, error) { return open(ctx) }
			l.picture = p
			return nil
		}
	}
	return l.makeAnew(body, kind)
}

// makeAnew decodes a picture within bounds, and writes it as a JPEG of a size that a printer can show.
func (l *listed) makeAnew(body []byte, kind *document.Kind) error {
	decoded, err := document.Decode(bytes.NewReader(body), kind)
	if err != nil {
		l.reason = "the picture cannot be read"
		if f := fault.From(err); f.Kind == fault.Invalid && f.Text != "" {
			l.reason = f.Text
		}
		return nil
	}
	small := document.Show(decoded, document.View{}, printSide)
	p := &picture{width: small.Bounds().Dx(), height: small.Bounds().Dy(), orientation: 1}
	if grey := asGrey(small); grey != nil {
		small, p.isGrey = grey, true
	}
	var data bytes.Buffer
	if err := document.Encode(&data, small, document.KindOf(".jpg")); err != nil {
		return err
	}
	p.length, p.stream = int64(data.Len()), inMemory(data.Bytes())
	l.picture = p
	return nil
}

// asGrey is a picture without colours as one; nil for another one. A radiograph takes half the room so.
func asGrey(picture image.Image) image.Image {
	rgba, ok := picture.(*image.RGBA)
	if !ok {
		return nil
	}
	for i := 0; i+3 < len(rgba.Pix); i += 4 {
		if rgba.Pix[i] != rgba.Pix[i+1] || rgba.Pix[i] != rgba.Pix[i+2] {
			return nil
		}
	}
	grey := image.NewGray(rgba.Bounds())
	draw.Draw(grey, grey.Bounds(), rgba, rgba.Bounds().Min, draw.Src)
	return grey
}

// readJPEG reads what a document has to know of a JPEG file that it takes as it is: baseline or progressive, eight
// bits, grey or three colours. It is nil for one that has to be made anew. The pixels are not decoded.
func readJPEG(data []byte) (p *picture, problem string) {
	const broken = "the picture is cut off or damaged"
	if len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return nil, broken
	}
	// A file that was cut off has no end. Some cameras write a preview behind it.
	if !bytes.Contains(data[len(data)/2:], []byte{0xff, 0xd9}) {
		return nil, broken
	}
	for at := 2; at+4 <= len(data); {
		if data[at] != 0xff {
			return nil, broken
		}
		marker := data[at+1]
		if marker == 0xff {
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if length < 2 || at+2+length > len(data) {
			return nil, broken
		}
		segment := data[at+4 : at+2+length]
		switch marker {
		case 0xc0, 0xc1, 0xc2:
			if len(segment) < 6 {
				return nil, broken
			}
			height, width, components := int(binary.BigEndian.Uint16(segment[1:])), int(binary.BigEndian.Uint16(segment[3:])), segment[5]
			if width == 0 || height == 0 {
				return nil, broken
			}
			if segment[0] != 8 || components != 1 && components != 3 {
				return nil, ""
			}
			return &picture{width: width, height: height, isGrey: components == 1, orientation: document.Orientation(bytes.NewReader(data))}, ""
		case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf:
			return nil, ""
		case 0xda, 0xd9:
			return nil, broken
		}
		at += 2 + length
	}
	return nil, broken
}
