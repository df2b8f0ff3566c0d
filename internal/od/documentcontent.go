package od

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DocumentContent is what GET /documents/{DocNum}/content takes.
type DocumentContent struct{}

var getContent = Reaching(resource.Action{
	Method: "GET", Name: "content", OnRow: true, Access: resource.Access{Group: resource.ReadAll, Since: "-"},
	Answers: "the file itself, or a range of it",
}, nil, func(ctx context.Context, call *Call[DocumentContent], _ []byte) ([]byte, error) {
	file, err := askedFile(ctx, call.Desk, call.Key)
	if err != nil {
		return nil, err
	}
	mediaType := "application/octet-stream"
	if file.body.Kind != nil {
		mediaType = file.body.Kind.MediaType
	}
	files, hash := call.Files, file.body.Hash
	call.Content = &Content{
		Open:      func(ctx context.Context) (io.ReadSeekCloser, error) { return files.Open(ctx, hash) },
		MediaType: mediaType, FileName: file.row.FileName, Tag: string(hash),
	}
	return nil, nil
})

// rowFile is a document with its file.
type rowFile struct {
	row  *Document
	body document.Body
}

// askedFile is the file of a document that somebody asks for. Where it must be fetched first, and that takes longer
// than a request, the fetching goes on.
func askedFile(ctx context.Context, desk Desk, key int64) (rowFile, error) {
	var row *Document
	err := desk.Book.DB.Read(ctx, func(c store.Conn) (err error) {
		row, err = documents.Get(c, key)
		return err
	})
	if err != nil {
		return rowFile{}, err
	}
	what := &document.Transfer{Action: "Fetch", PatNum: row.PatNum, DocNum: row.DocNum}
	return document.Outlive(ctx, desk.Files, what, func(ctx context.Context) (rowFile, error) {
		row, body, err := fileOf(ctx, desk, row)
		return rowFile{row, body}, err
	})
}

// DocumentPreview is what GET /documents/{DocNum}/Preview takes.
type DocumentPreview struct {
	// Size is the longer side of the picture in pixels, at most 2000. Default 1000.
	Size int32 `od:"in name=size"`
}

// A preview's longer side.
const (
	previewSize    = 1000
	maxPreviewSize = 2000
)

var getPreview = Reaching(resource.Action{
	Method: "GET", Name: "Preview", OnRow: true, Access: resource.Access{Group: resource.ReadAll, Since: "-"},
	Answers: "a PNG that shows the document, mirrored and turned as it is to be seen",
}, func(call *Call[DocumentPreview]) []fault.Field {
	if call.In.Size < 0 || call.In.Size > maxPreviewSize {
		return []fault.Field{{Name: "size", Text: "size must be between 1 and 2000"}}
	}
	return nil
}, func(ctx context.Context, call *Call[DocumentPreview], _ []byte) ([]byte, error) {
	file, err := askedFile(ctx, call.Desk, call.Key)
	if err != nil {
		return nil, err
	}
	picture, err := call.Files.Picture(ctx, file.body)
	if document.IsNoPreview(err) {
		return nil, fault.New(fault.NotFound, "Document has no preview")
	}
	if err != nil {
		return nil, err
	}
	size := int(call.In.Size)
	if size == 0 {
		size = previewSize
	}
	var made bytes.Buffer
	if err := document.Encode(&made, document.Show(picture, file.row.view(), size), document.KindOf("x.png")); err != nil {
		return nil, err
	}
	call.Content = &Content{
		Open: func(context.Context) (io.ReadSeekCloser, error) {
			return nopCloser{bytes.NewReader(made.Bytes())}, nil
		},
		MediaType: "image/png", FileName: "preview.png", Tag: previewTag(file, size),
	}
	return nil, nil
})

// previewTag differs whenever the picture does.
func previewTag(file rowFile, size int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %d", file.body.Hash, file.row.view(), size))
	return hex.EncodeToString(sum[:])
}

type nopCloser struct{ io.ReadSeeker }

// Close implements io.Closer.
func (nopCloser) Close() error { return nil }

// DocumentDicom is what GET /documents/{DocNum}/Dicom takes.
type DocumentDicom struct{}

var getDicom = Reaching(resource.Action{
	Method: "GET", Name: "Dicom", OnRow: true, Access: resource.Access{Group: resource.ReadAll, Since: "-"},
	Answers: "what the header of a DICOM file says: PatientName, PatientBirthDate, StudyDate, Modality, Rows, Columns, WindowCenter, WindowWidth",
}, nil, func(ctx context.Context, call *Call[DocumentDicom], dst []byte) ([]byte, error) {
	file, err := askedFile(ctx, call.Desk, call.Key)
	if err != nil {
		return dst, err
	}
	if file.body.Kind == nil || file.body.Kind.Name != "dcm" {
		return dst, fault.New(fault.NotFound, "Document is no DICOM file")
	}
	content, err := call.Files.Open(ctx, file.body.Hash)
	if err != nil {
		return dst, err
	}
	defer content.Close()
	header, err := document.ReadDicom(content)
	if err != nil {
		return dst, err
	}
	return appendDicom(dst, header, call.Format), nil
})

func appendDicom(dst []byte, header *document.Dicom, format *resource.Format) []byte {
	dst = appendText(append(dst, `{"PatientName":`...), []byte(header.PatientName), format)
	dst = appendDay(append(dst, `,"PatientBirthDate":`...), header.PatientBirthDate, format)
	dst = appendDay(append(dst, `,"StudyDate":`...), header.StudyDate, format)
	dst = appendText(append(dst, `,"Modality":`...), []byte(header.Modality), format)
	dst = strconv.AppendInt(append(dst, `,"Rows":`...), int64(header.Rows), 10)
	dst = strconv.AppendInt(append(dst, `,"Columns":`...), int64(header.Columns), 10)
	dst = strconv.AppendFloat(append(dst, `,"WindowCenter":`...), header.WindowCenter, 'f', -1, 64)
	dst = strconv.AppendFloat(append(dst, `,"WindowWidth":`...), header.WindowWidth, 'f', -1, 64)
	return append(dst, '}')
}

// appendDay answers a day of DICOM, yyyymmdd, as this API spells days.
func appendDay(dst []byte, text string, format *resource.Format) []byte {
	day := dental.Date{}
	if len(text) == 8 {
		if parsed, err := dental.ParseDate(text[:4] + "-" + text[4:6] + "-" + text[6:]); err == nil {
			day = parsed
		}
	}
	spelled := []byte(day.String())
	if format.Date != nil {
		spelled = format.Date.Append(nil, spelled)
	}
	return resource.AppendText(dst, spelled)
}
