package document

import (
	"bufio"
	"encoding/binary"
	"image"
	"image/draw"
	"io"
)

// readOrientation reads from a JPEG file how the camera was held: 1 to 8, as EXIF counts. What says nothing, or
// nothing that can be read, is 1: upright.
func readOrientation(file io.Reader) int {
	r := bufio.NewReader(file)
	var marker [4]byte
	if _, err := io.ReadFull(r, marker[:2]); err != nil {
		return 1
	}
	for range 32 { // its segment is among the first
		if _, err := io.ReadFull(r, marker[:]); err != nil || marker[0] != 0xff || marker[1] == 0xda {
			return 1
		}
		length := int(binary.BigEndian.Uint16(marker[2:])) - 2
		if length < 0 {
			return 1
		}
		segment := make([]byte, length)
		if _, err := io.ReadFull(r, segment); err != nil {
			return 1
		}
		if marker[1] == 0xe1 && length > 14 && string(segment[:6]) == "Exif\x00\x00" {
			return orientationOf(segment[6:])
		}
	}
	return 1
}

// orientationOf looks for tag 0x0112 in the first directory of the TIFF that EXIF is.
func orientationOf(data []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if string(data[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int(order.Uint32(data[4:]))
	if at < 8 || at+2 > len(data) {
		return 1
	}
	entries := int(order.Uint16(data[at:]))
	for entry := at + 2; entries > 0 && entry+12 <= len(data); entry, entries = entry+12, entries-1 {
		if order.Uint16(data[entry:]) == 0x0112 {
			if value := int(order.Uint16(data[entry+8:])); value >= 1 && value <= 8 {
				return value
			}
			return 1
		}
	}
	return 1
}

// upright turns a picture as its orientation says.
func upright(picture image.Image, orientation int) image.Image {
	isMirrored := orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7
	quarters := map[int]int{3: 2, 4: 2, 5: 3, 6: 1, 7: 1, 8: 3}[orientation] // clockwise, after the mirror
	return turned(picture, isMirrored, quarters)
}

// turned mirrors a picture left to right, and then turns it clockwise by quarters.
func turned(picture image.Image, isMirrored bool, quarters int) image.Image {
	if !isMirrored && quarters == 0 {
		return picture
	}
	from := picture.Bounds()
	width, height := from.Dx(), from.Dy()
	source := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(source, source.Bounds(), picture, from.Min, draw.Src)
	target := image.NewRGBA(image.Rect(0, 0, width, height))
	if quarters%2 == 1 {
		target = image.NewRGBA(image.Rect(0, 0, height, width))
	}
	for y := range height {
		for x := range width {
			at := x
			if isMirrored {
				at = width - 1 - x
			}
			toX, toY := at, y
			switch quarters {
			case 1:
				toX, toY = height-1-y, at
			case 2:
				toX, toY = width-1-at, height-1-y
			case 3:
				toX, toY = y, width-1-at
			}
			copy(target.Pix[target.PixOffset(toX, toY):][:4], source.Pix[source.PixOffset(x, y):][:4])
		}
	}
	return target
}

// Orientation is how the camera was held that made a JPEG file, 1 to 8 as EXIF counts: 1 is upright, and said of
// what says nothing that can be read.
func Orientation(file io.Reader) int { return readOrientation(file) }
