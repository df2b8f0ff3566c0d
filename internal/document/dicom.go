package document

import (
	"bufio"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Dicom is what the header of a DICOM file says, as far as an office needs it. What it does not say is "" or 0.
type Dicom struct {
	PatientName      string // "Smith^John"
	PatientBirthDate string // yyyymmdd
	StudyDate        string // yyyymmdd
	Modality         string // "IO" for intraoral, "PX" for panoramic, "CT", …
	Rows, Columns    int
	Frames           int
	WindowCenter     float64
	WindowWidth      float64 // 0 is no window

	transfer       string
	photometric    string
	samples        int
	bitsAllocated  int
	bitsStored     int
	isSigned       bool
	isPlanar       bool
	slope          float64
	intercept      float64
	pixels         *dicomReader // at the first byte of the pixel data
	pixelLength    uint32
	isEncapsulated bool
}

// The transfer syntaxes that a preview can be made of, by the ends of their names.
const (
	implicitLittle = "1.2.840.10008.1.2"
	explicitLittle = "1.2.840.10008.1.2.1"
	deflatedLittle = "1.2.840.10008.1.2.1.99"
	explicitBig    = "1.2.840.10008.1.2.2"
	jpegBaseline   = "1.2.840.10008.1.2.4.50"
	jpegExtended   = "1.2.840.10008.1.2.4.51"
	runLength      = "1.2.840.10008.1.2.5"
)

// The elements that are read, group and element.
const (
	tagTransfer     = 0x00020010
	tagStudyDate    = 0x00080020
	tagModality     = 0x00080060
	tagPatientName  = 0x00100010
	tagBirthDate    = 0x00100030
	tagSamples      = 0x00280002
	tagPhotometric  = 0x00280004
	tagPlanar       = 0x00280006
	tagFrames       = 0x00280008
	tagRows         = 0x00280010
	tagColumns      = 0x00280011
	tagAllocated    = 0x00280100
	tagStored       = 0x00280101
	tagSigned       = 0x00280103
	tagCenter       = 0x00281050
	tagWidth        = 0x00281051
	tagIntercept    = 0x00281052
	tagSlope        = 0x00281053
	tagPixels       = 0x7fe00010
	tagItem         = 0xfffee000
	tagItemEnd      = 0xfffee00d
	tagSequenceEnd  = 0xfffee0dd
	undefinedLength = 0xffffffff
)

// Bounds of what is read of a header that somebody made up.
const (
	maxDicomElements = 100_000
	maxDicomText     = 64 << 10
	maxDeflated      = 256 << 20
)

var errDicom = errors.New("dicom")

// damagedDicom is what a header that cannot be followed comes to.
func damagedDicom(err error) error {
	return fault.Wrap(fault.Invalid, err, "The picture cannot be read: the .dcm file is cut off or damaged")
}

// ReadDicom reads the header of a DICOM file, up to its pixels.
func ReadDicom(file io.Reader) (*Dicom, error) {
	r := &dicomReader{source: bufio.NewReaderSize(file, 64<<10), order: binary.LittleEndian, isExplicit: true}
	preamble, err := r.bytes(132)
	if err != nil || string(preamble[128:]) != "DICM" {
		return nil, damagedDicom(err)
	}
	d := &Dicom{slope: 1, samples: 1, transfer: implicitLittle}
	if err := d.read(r); err != nil {
		return nil, damagedDicom(err)
	}
	return d, nil
}

// read follows the elements. Those within sequences are passed over: an icon has rows and columns, too.
func (d *Dicom) read(r *dicomReader) error {
	depth, isMeta := 0, true
	for range maxDicomElements {
		if isMeta {
			group, err := r.peekGroup()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if group != 2 {
				isMeta = false
				if err := r.use(d.transfer); err != nil {
					return err
				}
			}
		}
		tag, kind, length, err := r.element()
		if errors.Is(err, io.EOF) {
			return nil // a file without pixels, such as a report
		}
		if err != nil {
			return err
		}
		switch {
		case tag == tagPixels && depth == 0:
			d.pixels, d.pixelLength, d.isEncapsulated = r, length, length == undefinedLength
			return nil
		case tag == tagSequenceEnd:
			depth--
		case tag == tagItem || tag == tagItemEnd:
			// What is in an item follows.
		case length == undefinedLength:
			depth++
		case depth == 0 && isWanted(tag) && length <= maxDicomText:
			value, err := r.bytes(int(length))
			if err != nil {
				return err
			}
			d.take(tag, kind, value, r.order)
		default:
			if err := r.skip(length); err != nil {
				return err
			}
		}
		if depth < 0 {
			return errDicom
		}
	}
	return errDicom
}

func isWanted(tag uint32) bool {
	switch tag {
	case tagTransfer, tagStudyDate, tagModality, tagPatientName, tagBirthDate, tagSamples, tagPhotometric, tagPlanar, tagFrames,
		tagRows, tagColumns, tagAllocated, tagStored, tagSigned, tagCenter, tagWidth, tagIntercept, tagSlope:
		return true
	default:
		return false
	}
}

func (d *Dicom) take(tag uint32, _ string, value []byte, order binary.ByteOrder) {
	short := func() int {
		if len(value) < 2 {
			return 0
		}
		return int(order.Uint16(value))
	}
	switch tag {
	case tagTransfer:
		d.transfer = dicomText(value)
	case tagStudyDate:
		d.StudyDate = dicomText(value)
	case tagModality:
		d.Modality = dicomText(value)
	case tagPatientName:
		d.PatientName = dicomText(value)
	case tagBirthDate:
		d.PatientBirthDate = dicomText(value)
	case tagPhotometric:
		d.photometric = dicomText(value)
	case tagSamples:
		d.samples = short()
	case tagPlanar:
		d.isPlanar = short() == 1
	case tagFrames:
		d.Frames = int(dicomNumber(value))
	case tagRows:
		d.Rows = short()
	case tagColumns:
		d.Columns = short()
	case tagAllocated:
		d.bitsAllocated = short()
	case tagStored:
		d.bitsStored = short()
	case tagSigned:
		d.isSigned = short() == 1
	case tagCenter:
		d.WindowCenter = dicomNumber(value)
	case tagWidth:
		d.WindowWidth = dicomNumber(value)
	case tagIntercept:
		d.intercept = dicomNumber(value)
	case tagSlope:
		if slope := dicomNumber(value); slope != 0 {
			d.slope = slope
		}
	}
}

// dicomText is a value without its padding. Most files are Latin-1 or UTF-8; bytes that are not the one are taken
// for the other.
func dicomText(value []byte) string {
	text := strings.Trim(string(value), " \x00")
	if utf8.ValidString(text) {
		return text
	}
	runes := make([]rune, 0, len(text))
	for i := range len(text) {
		runes = append(runes, rune(text[i]))
	}
	return string(runes)
}

// dicomNumber is the first of the decimal numbers of a value, 0 where there is none.
func dicomNumber(value []byte) float64 {
	first, _, _ := strings.Cut(dicomText(value), `\`)
	number, err := strconv.ParseFloat(strings.TrimSpace(first), 64)
	if err != nil || number != number || number > 1e9 || number < -1e9 {
		return 0
	}
	return number
}

// dicomReader reads elements in one of the encodings.
type dicomReader struct {
	source     *bufio.Reader
	order      binary.ByteOrder
	isExplicit bool
}

// use changes to the encoding of what follows the file's own header.
func (r *dicomReader) use(transfer string) error {
	switch transfer {
	case implicitLittle:
		r.isExplicit = false
	case explicitBig:
		r.order = binary.BigEndian
	case deflatedLittle:
		r.source = bufio.NewReaderSize(io.LimitReader(flate.NewReader(r.source), maxDeflated), 64<<10)
	}
	return nil
}

func (r *dicomReader) peekGroup() (uint16, error) {
	two, err := r.source.Peek(2)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint16(two), nil
}

// bytes reads what is bounded by the caller.
func (r *dicomReader) bytes(n int) ([]byte, error) {
	value := make([]byte, n)
	_, err := io.ReadFull(r.source, value)
	return value, err
}

func (r *dicomReader) skip(n uint32) error {
	_, err := io.CopyN(io.Discard, r.source, int64(n))
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// element reads a tag, its kind of value and its length. io.EOF is the end between two elements.
func (r *dicomReader) element() (tag uint32, kind string, length uint32, err error) {
	var head [12]byte
	if _, err := io.ReadFull(r.source, head[:8]); err != nil {
		return 0, "", 0, err
	}
	tag = uint32(r.order.Uint16(head[:]))<<16 | uint32(r.order.Uint16(head[2:]))
	if !r.isExplicit || tag>>16 == 0xfffe {
		return tag, "", r.order.Uint32(head[4:]), nil
	}
	kind = string(head[4:6])
	switch kind {
	case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV":
		if _, err := io.ReadFull(r.source, head[8:12]); err != nil {
			return 0, "", 0, io.ErrUnexpectedEOF
		}
		return tag, kind, r.order.Uint32(head[8:]), nil
	default:
		return tag, kind, uint32(r.order.Uint16(head[6:])), nil
	}
}
