package document_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

var sample = document.DicomSample{Name: "Smith^John", Birth: "19790623", Study: "20210511", Modality: "IO", Picture: letterF(60, 40), Center: "2048", Width: "4096"}

// dicomFile writes a file element by element, in a transfer syntax of the test's choice.
type dicomFile struct {
	bytes.Buffer
	order      binary.AppendByteOrder
	isExplicit bool
}

func newDicomFile(transfer string) *dicomFile {
	f := &dicomFile{order: binary.LittleEndian, isExplicit: true}
	f.Write(make([]byte, 128))
	f.WriteString("DICM")
	f.element(0x0002, 0x0010, "UI", []byte(transfer+"\x00"[:len(transfer)%2]))
	f.isExplicit = transfer != "1.2.840.10008.1.2"
	if transfer == "1.2.840.10008.1.2.2" {
		f.order = binary.BigEndian
	}
	return f
}

func (f *dicomFile) head(group, element uint16, kind string, length uint32) {
	head := f.order.AppendUint16(f.order.AppendUint16(nil, group), element)
	switch {
	case !f.isExplicit || group == 0xfffe:
		head = f.order.AppendUint32(head, length)
	case kind == "OW" || kind == "OB" || kind == "SQ":
		head = f.order.AppendUint32(append(append(head, kind...), 0, 0), length)
	default:
		head = f.order.AppendUint16(append(head, kind...), uint16(length))
	}
	f.Write(head)
}

func (f *dicomFile) element(group, element uint16, kind string, value []byte) {
	f.head(group, element, kind, uint32(len(value)))
	f.Write(value)
}

func (f *dicomFile) number(element uint16, value int) {
	f.element(0x0028, element, "US", f.order.AppendUint16(nil, uint16(value)))
}

func (f *dicomFile) shape(rows, columns, samples, bits int, photometric string) {
	f.number(0x0002, samples)
	f.element(0x0028, 0x0004, "CS", []byte(photometric))
	f.number(0x0010, rows)
	f.number(0x0011, columns)
	f.number(0x0100, bits)
	f.number(0x0101, bits)
}

func TestTheHeaderOfADicomFileIsRead(t *testing.T) {
	got, err := document.ReadDicom(bytes.NewReader(document.MakeDicom(sample)))
	if err != nil {
		t.Fatal(err)
	}
	want := &document.Dicom{PatientName: "Smith^John", PatientBirthDate: "19790623", StudyDate: "20210511", Modality: "IO",
		Rows: 40, Columns: 60, WindowCenter: 2048, WindowWidth: 4096}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(document.Dicom{})); diff != "" {
		t.Errorf("header (-want, +got):\n%s", diff)
	}
}

func TestWhatIsInASequenceIsNotTakenForTheHeader(t *testing.T) {
	f := newDicomFile("1.2.840.10008.1.2.1")
	f.element(0x0010, 0x0010, "PN", []byte("Right^Name"))
	f.head(0x0088, 0x0200, "SQ", 0xffffffff) // an icon
	f.head(0xfffe, 0xe000, "", 0xffffffff)
	f.element(0x0010, 0x0010, "PN", []byte("Wrong^Name"))
	f.number(0x0010, 7)
	f.head(0xfffe, 0xe00d, "", 0)
	f.head(0xfffe, 0xe0dd, "", 0)
	f.number(0x0011, 9)
	got, err := document.ReadDicom(&f.Buffer)
	if err != nil || got.PatientName != "Right^Name" || got.Rows != 0 || got.Columns != 9 {
		t.Errorf("it reads %+v: %v", got, err)
	}
}

func TestTheTransferSyntaxesThatAreCommonHaveAPreview(t *testing.T) {
	shelf, _ := newShelf(t, newFolder(t))
	grey := image.NewGray(image.Rect(0, 0, 4, 2))
	copy(grey.Pix, []byte{0, 50, 100, 150, 200, 250, 255, 10})
	plain := func(transfer string) []byte {
		f := newDicomFile(transfer)
		f.shape(2, 4, 1, 16, "MONOCHROME2 ")
		f.element(0x0028, 0x1050, "DS", []byte("32768 "))
		f.element(0x0028, 0x1051, "DS", []byte("65536 "))
		var pixels []byte
		for _, v := range grey.Pix {
			pixels = f.order.AppendUint16(pixels, uint16(v)*257)
		}
		f.element(0x7fe0, 0x0010, "OW", pixels)
		return f.Bytes()
	}
	encapsulated := func(transfer string, bits int, photometric string, samples int, frame []byte) []byte {
		f := newDicomFile(transfer)
		f.shape(2, 4, samples, bits, photometric)
		f.head(0x7fe0, 0x0010, "OB", 0xffffffff)
		f.element(0xfffe, 0xe000, "", nil)
		f.element(0xfffe, 0xe000, "", frame)
		f.head(0xfffe, 0xe0dd, "", 0)
		return f.Bytes()
	}
	var packed bytes.Buffer
	if err := jpeg.Encode(&packed, grey, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	run := binary.LittleEndian.AppendUint32(nil, 1)
	run = append(binary.LittleEndian.AppendUint32(run, 64), make([]byte, 56)...)
	run = append(append(run, 7), grey.Pix...) // eight as they are
	inverted := newDicomFile("1.2.840.10008.1.2.1")
	inverted.shape(2, 4, 1, 8, "MONOCHROME1 ")
	inverted.element(0x0028, 0x1050, "DS", []byte("127.5 "))
	inverted.element(0x0028, 0x1051, "DS", []byte("255 "))
	var pixels []byte
	for _, v := range grey.Pix {
		pixels = append(pixels, 255-v)
	}
	inverted.element(0x7fe0, 0x0010, "OW", pixels)
	for name, content := range map[string][]byte{
		"implicit":      plain("1.2.840.10008.1.2"),
		"explicit":      plain("1.2.840.10008.1.2.1"),
		"big endian":    plain("1.2.840.10008.1.2.2"),
		"JPEG baseline": encapsulated("1.2.840.10008.1.2.4.50", 8, "MONOCHROME2 ", 1, packed.Bytes()),
		"run length":    encapsulated("1.2.840.10008.1.2.5", 8, "MONOCHROME2 ", 1, run),
		"inverted":      inverted.Bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			got := decodePicture(t, shelf, "a.dcm", content)
			within := 3
			if name == "run length" || name == "JPEG baseline" {
				within = 6
			}
			for i, v := range grey.Pix {
				if !near(got.At(i%4, i/4), color.Gray{v}, within) {
					t.Errorf("pixel %d is %v, want %d", i, got.At(i%4, i/4), v)
				}
			}
		})
	}
	lossless := encapsulated("1.2.840.10008.1.2.4.70", 8, "MONOCHROME2 ", 1, []byte{1, 2})
	if err := receive(t, shelf, "a.dcm", lossless); err != nil {
		t.Errorf("a file of another transfer syntax is not taken: %v", err)
	}
}

func TestADicomFileThatClaimsTooMuchIsRefused(t *testing.T) {
	shelf, _ := newShelf(t, newFolder(t))
	for _, transfer := range []string{"1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"} {
		f := newDicomFile(transfer)
		f.shape(65535, 65535, 1, 16, "MONOCHROME2 ")
		f.element(0x7fe0, 0x0010, "OW", make([]byte, 100))
		if err := receive(t, shelf, "a.dcm", f.Bytes()); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s comes to %v", transfer, err)
		}
	}
}

func FuzzReadDicom(f *testing.F) {
	f.Add(document.MakeDicom(sample))
	big := newDicomFile("1.2.840.10008.1.2.2")
	big.shape(2, 2, 3, 8, "RGB ")
	big.element(0x7fe0, 0x0010, "OW", make([]byte, 12))
	f.Add(big.Bytes())
	run := newDicomFile("1.2.840.10008.1.2.5")
	run.shape(2, 4, 1, 8, "MONOCHROME2 ")
	run.head(0x7fe0, 0x0010, "OB", 0xffffffff)
	run.element(0xfffe, 0xe000, "", nil)
	run.element(0xfffe, 0xe000, "", append(append([]byte{1, 0, 0, 0, 64, 0, 0, 0}, make([]byte, 56)...), 0xf9, 5))
	f.Add(run.Bytes())
	f.Fuzz(func(t *testing.T, content []byte) {
		if header, err := document.ReadDicom(bytes.NewReader(content)); err == nil && int64(header.Rows)*int64(header.Columns) > 1<<20 {
			return // a picture of that size takes its time, and no other way
		}
		picture, err := document.DicomPicture(bytes.NewReader(content))
		if err != nil && !document.IsNoPreview(err) && !fault.Is(err, fault.Invalid) {
			t.Errorf("it comes to %v", err)
		}
		if err == nil && picture.Bounds().Empty() {
			t.Error("it comes to a picture without pixels")
		}
	})
}
