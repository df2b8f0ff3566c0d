package document

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
)

// dicomPicture makes a preview of the first frame of a DICOM file.
func dicomPicture(file io.Reader) (image.Image, error) {
	d, err := ReadDicom(file)
	if err != nil {
		return nil, err
	}
	if d.pixels == nil || d.Rows == 0 || d.Columns == 0 {
		return nil, errNoPreview
	}
	if err := checkSize(d.Columns, d.Rows); err != nil {
		return nil, err
	}
	switch d.transfer {
	case implicitLittle, explicitLittle, deflatedLittle, explicitBig:
		frame, err := d.plainFrame()
		if err != nil {
			return nil, err
		}
		return d.show(frame, d.isPlanar)
	case jpegBaseline, jpegExtended:
		frame, err := d.firstFragment()
		if err != nil {
			return nil, err
		}
		size, err := jpeg.DecodeConfig(bytes.NewReader(frame))
		if err != nil {
			return nil, errNoPreview // twelve bits a pixel, which no decoder here knows
		}
		if err := checkSize(size.Width, size.Height); err != nil {
			return nil, err
		}
		picture, err := jpeg.Decode(bytes.NewReader(frame))
		if err != nil {
			return nil, errNoPreview
		}
		return picture, nil
	case runLength:
		frame, err := d.firstFragment()
		if err != nil {
			return nil, err
		}
		plain, err := d.unpack(frame)
		if err != nil {
			return nil, err
		}
		return d.show(plain, true)
	default:
		return nil, errNoPreview
	}
}

// frameLength is the length of one plain frame in bytes; 0 where it is of a kind that is not shown.
func (d *Dicom) frameLength() int {
	if d.bitsAllocated != 8 && d.bitsAllocated != 16 || d.samples != 1 && d.samples != 3 || d.samples == 3 && d.bitsAllocated != 8 {
		return 0
	}
	return d.Rows * d.Columns * d.samples * d.bitsAllocated / 8
}

// plainFrame reads the first frame. Memory is taken as it comes: the header may say more than there is.
func (d *Dicom) plainFrame() ([]byte, error) {
	length := d.frameLength()
	if length == 0 || d.isEncapsulated {
		return nil, errNoPreview
	}
	var frame bytes.Buffer
	if _, err := io.CopyN(&frame, d.pixels.source, int64(length)); err != nil {
		return nil, damagedDicom(err)
	}
	return frame.Bytes(), nil
}

// maxFragment bounds a compressed frame.
const maxFragment = 100 << 20

// firstFragment reads the first item after the table of offsets, which is the first frame where frames
// are one item each, as nearly all are.
func (d *Dicom) firstFragment() ([]byte, error) {
	if !d.isEncapsulated {
		return nil, errNoPreview
	}
	for item := range 2 {
		tag, _, length, err := d.pixels.element()
		if err != nil || tag != tagItem || length == undefinedLength || length > maxFragment {
			return nil, damagedDicom(err)
		}
		if item == 0 {
			if err := d.pixels.skip(length); err != nil {
				return nil, damagedDicom(err)
			}
			continue
		}
		var fragment bytes.Buffer
		if _, err := io.CopyN(&fragment, d.pixels.source, int64(length)); err != nil {
			return nil, damagedDicom(err)
		}
		return fragment.Bytes(), nil
	}
	return nil, errNoPreview
}

// unpack undoes the run-length encoding: a segment for each byte of each sample, the high byte first.
func (d *Dicom) unpack(frame []byte) ([]byte, error) {
	if d.frameLength() == 0 || len(frame) < 64 {
		return nil, errNoPreview
	}
	perPixel := d.bitsAllocated / 8
	segments := int(binary.LittleEndian.Uint32(frame))
	if segments != d.samples*perPixel {
		return nil, damagedDicom(errDicom)
	}
	pixels := d.Rows * d.Columns
	plain := make([]byte, pixels*segments)
	for segment := range segments {
		from := int(binary.LittleEndian.Uint32(frame[4+4*segment:]))
		if from < 64 || from > len(frame) {
			return nil, damagedDicom(errDicom)
		}
		// Samples lie one after another; of a sample's bytes the low one first.
		sample, high := segment/perPixel, segment%perPixel
		at, step := sample*pixels*perPixel+(perPixel-1-high), perPixel
		if !unpackSegment(frame[from:], plain, at, step, pixels) {
			return nil, damagedDicom(errDicom)
		}
	}
	return plain, nil
}

func unpackSegment(packed, plain []byte, at, step, count int) bool {
	for count > 0 {
		if len(packed) < 2 {
			return false
		}
		control := int(int8(packed[0]))
		packed = packed[1:]
		switch {
		case control >= 0: // so many bytes and one more, as they are
			n := min(control+1, count)
			if len(packed) < n {
				return false
			}
			for _, b := range packed[:n] {
				plain[at] = b
				at += step
			}
			packed, count = packed[n:], count-n
		case control != -128: // one byte, repeated
			n := min(1-control, count)
			for range n {
				plain[at] = packed[0]
				at += step
			}
			packed, count = packed[1:], count-n
		}
	}
	return true
}

// show makes a picture of a plain frame.
func (d *Dicom) show(frame []byte, isPlanar bool) (image.Image, error) {
	if d.samples == 3 {
		return d.showColors(frame, isPlanar)
	}
	if d.photometric != "MONOCHROME1" && d.photometric != "MONOCHROME2" && d.photometric != "" {
		return nil, errNoPreview
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if d.transfer == explicitBig {
		order = binary.BigEndian
	}
	stored := d.bitsStored
	if stored < 1 || stored > d.bitsAllocated {
		stored = d.bitsAllocated
	}
	value := func(i int) float64 {
		raw := 0
		if d.bitsAllocated == 8 {
			raw = int(frame[i])
		} else {
			raw = int(order.Uint16(frame[2*i:]))
		}
		raw &= 1<<stored - 1
		if d.isSigned && raw >= 1<<(stored-1) {
			raw -= 1 << stored
		}
		return float64(raw)*d.slope + d.intercept
	}
	pixels := d.Rows * d.Columns
	low, high := d.WindowCenter-d.WindowWidth/2, d.WindowCenter+d.WindowWidth/2
	if d.WindowWidth <= 0 {
		low, high = math.Inf(1), math.Inf(-1)
		for i := range pixels {
			low, high = min(low, value(i)), max(high, value(i))
		}
	}
	if high <= low {
		high = low + 1
	}
	picture := image.NewGray(image.Rect(0, 0, d.Columns, d.Rows))
	for i := range pixels {
		shade := uint8(max(0, min(255, (value(i)-low)*255/(high-low)+0.5)))
		if d.photometric == "MONOCHROME1" {
			shade = 255 - shade
		}
		picture.Pix[i] = shade
	}
	return picture, nil
}

func (d *Dicom) showColors(frame []byte, isPlanar bool) (image.Image, error) {
	pixels := d.Rows * d.Columns
	picture := image.NewRGBA(image.Rect(0, 0, d.Columns, d.Rows))
	for i := range pixels {
		at := [3]int{3 * i, 3*i + 1, 3*i + 2}
		if isPlanar {
			at = [3]int{i, pixels + i, 2*pixels + i}
		}
		one, two, three := frame[at[0]], frame[at[1]], frame[at[2]]
		switch d.photometric {
		case "RGB":
		case "YBR_FULL":
			one, two, three = color.YCbCrToRGB(one, two, three)
		default:
			return nil, errNoPreview
		}
		copy(picture.Pix[4*i:], []byte{one, two, three, 255})
	}
	return picture, nil
}
