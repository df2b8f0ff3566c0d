package document

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// DicomSample is what a made-up DICOM file says. Samples are for tests and the demo.
type DicomSample struct {
	Name, Birth, Study, Modality string
	Picture                      image.Image
	Center, Width                string // of the window, "" for none
}

// MakeDicom makes a file of twelve grey bits a pixel, as a sensor does, in explicit little endian.
func MakeDicom(sample DicomSample) []byte {
	var b bytes.Buffer
	b.Write(make([]byte, 128))
	b.WriteString("DICM")
	dicomElement(&b, tagTransfer, "UI", []byte(explicitLittle+"\x00"))
	dicomElement(&b, tagStudyDate, "DA", []byte(sample.Study))
	dicomElement(&b, tagModality, "CS", []byte(sample.Modality))
	dicomElement(&b, tagPatientName, "PN", []byte(sample.Name))
	dicomElement(&b, tagBirthDate, "DA", []byte(sample.Birth))
	size := sample.Picture.Bounds()
	for _, number := range []struct {
		tag   uint32
		value int
	}{
		{tagSamples, 1}, {tagRows, size.Dy()}, {tagColumns, size.Dx()}, {tagAllocated, 16}, {tagStored, 12}, {tagSigned, 0},
	} {
		if number.tag == tagRows {
			dicomElement(&b, tagPhotometric, "CS", []byte("MONOCHROME2 "))
		}
		dicomElement(&b, number.tag, "US", binary.LittleEndian.AppendUint16(nil, uint16(number.value)))
	}
	if sample.Width != "" {
		dicomElement(&b, tagCenter, "DS", []byte(sample.Center))
		dicomElement(&b, tagWidth, "DS", []byte(sample.Width))
	}
	var pixels []byte
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			grey := color.Gray16Model.Convert(sample.Picture.At(x, y)).(color.Gray16)
			pixels = binary.LittleEndian.AppendUint16(pixels, grey.Y>>4)
		}
	}
	dicomElement(&b, tagPixels, "OW", pixels)
	return b.Bytes()
}

func dicomElement(b *bytes.Buffer, tag uint32, kind string, value []byte) {
	if len(value)%2 == 1 {
		value = append(value, ' ')
	}
	head := binary.LittleEndian.AppendUint16(nil, uint16(tag>>16))
	head = append(binary.LittleEndian.AppendUint16(head, uint16(tag)), kind...)
	if kind == "OW" {
		head = binary.LittleEndian.AppendUint32(append(head, 0, 0), uint32(len(value)))
	} else {
		head = binary.LittleEndian.AppendUint16(head, uint16(len(value)))
	}
	b.Write(head)
	b.Write(value)
}
