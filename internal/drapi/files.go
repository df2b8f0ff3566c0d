package drapi

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

func prepareFileupload(ctx context.Context, c *call) error {
	num, err := c.server.desk.OpenUpload(ctx, c.caller.At(c.id))
	if err != nil {
		return err
	}
	c.body = append(strconv.AppendInt(append(c.body, `{"status":"success","fileupload_id":`...), num, 10), '}')
	return nil
}

// uploadPatience is how long a file may be on its way: 20 MiB over a line of 300 kbit/s.
const uploadPatience = 10 * time.Minute

func addFile(_ context.Context, c *call) error {
	num, err := strconv.ParseInt(c.path[0], 10, 64)
	if err != nil || num <= 0 {
		return fault.New(fault.NotFound, "There is no such fileupload; prepare_fileupload makes one, and answers its number")
	}
	// Not the request's usual time: a file takes as long as its line does. What is no network connection has no deadline.
	deadlines := http.NewResponseController(c.ResponseWriter)
	_ = deadlines.SetReadDeadline(time.Now().Add(uploadPatience))
	_ = deadlines.SetWriteDeadline(time.Now().Add(uploadPatience + time.Minute))
	ctx, cancel := context.WithTimeout(c.request.Context(), uploadPatience)
	defer cancel()
	header := c.request.Header
	file := referral.NewFile{Name: header.Get("Upload-Filename"), ContentType: header.Get("Upload-Content-Type"), Kind: header.Get("Upload-Kind"), TakenOn: header.Get("Upload-Date")}
	if err := c.server.desk.AddFile(ctx, c.caller, num, file, &filePart{request: c.request}); err != nil {
		return err
	}
	c.body = append(c.body, `{"status":"success"}`...)
	return nil
}

// maxParts bounds what may stand beside the file.
const maxParts = 20

// filePart reads the part named file out of a multipart body, without ever holding it whole. The body is not touched
// before the first byte is wanted. Its end is told only when the whole body has come.
type filePart struct {
	request *http.Request
	parts   *multipart.Reader
	part    *multipart.Part
	seen    int
}

// Read implements io.Reader.
func (f *filePart) Read(p []byte) (int, error) {
	if f.parts == nil {
		if err := f.open(); err != nil {
			return 0, err
		}
	}
	n, err := f.part.Read(p)
	if err == io.EOF {
		err = f.end()
	}
	return n, f.cut(err)
}

func (f *filePart) open() error {
	kind, options, err := mime.ParseMediaType(f.request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || options["boundary"] == "" {
		return parameterFault("file", "must be sent as multipart/form-data, in a part of that name")
	}
	f.parts = multipart.NewReader(f.request.Body, options["boundary"])
	f.part, err = f.next()
	if err == io.EOF {
		return parameterFault("file", "is required: a part of multipart/form-data with the file's content")
	}
	return f.cut(err)
}

// next finds a part named file.
func (f *filePart) next() (*multipart.Part, error) {
	for {
		part, err := f.parts.NextRawPart()
		if err != nil {
			return nil, err
		}
		if part.FormName() == "file" {
			return part, nil
		}
		if f.seen++; f.seen > maxParts {
			return nil, parameterFault("file", "has more than %d parts beside it; send it alone", maxParts)
		}
	}
}

// end reads what is behind the file.
func (f *filePart) end() error {
	_, err := f.next()
	if err == nil {
		return parameterFault("file", "is sent twice; send one file at a time")
	}
	return err
}

// cut tells a body that ended early from one that is all there.
func (f *filePart) cut(err error) error {
	if err == nil || err == io.EOF || fault.Is(err, fault.Invalid) {
		return err
	}
	return io.ErrUnexpectedEOF
}

// documentByURN answers /documents/{URN}.pdf and /documents/{URN}_MH.pdf: the latest PDF of the referral.
func documentByURN(ctx context.Context, c *call) error {
	name, isPDF := strings.CutSuffix(c.path[0], ".pdf")
	kind := referral.AttachmentForm
	if before, ok := strings.CutSuffix(name, "_MH"); ok {
		name, kind = before, referral.AttachmentHistory
	}
	urn, ok := referral.ParseURN(name)
	if !isPDF || !ok {
		return fault.New(fault.NotFound, "There is no such document")
	}
	found, err := c.server.desk.Document(ctx, c.caller, urn, kind)
	if err != nil {
		return err
	}
	return c.send(found, c.path[0])
}

// attachmentByNum answers the addresses that webhooks name.
func attachmentByNum(ctx context.Context, c *call) error {
	num, err := strconv.ParseInt(c.path[0], 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "There is no such document")
	}
	found, err := c.server.desk.AttachmentNamed(ctx, c.caller, num, c.path[1])
	if err != nil {
		return err
	}
	return c.send(found, found.FileName)
}

// send answers a PDF, whole or a range of it.
func (c *call) send(found referral.Attachment, name string) error {
	body, err := c.server.desk.OpenBody(c.request.Context(), found)
	if err != nil {
		return err
	}
	defer body.Close()
	header := c.Header()
	header["X-Request-Id"] = []string{c.id}
	header.Set("Content-Type", "application/pdf")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
	header.Set("Cache-Control", "private, no-store")
	header.Set("ETag", strconv.Quote(string(found.Hash)))
	c.sent = true
	http.ServeContent(document.SlowWriter(c.ResponseWriter), c.request, "", time.Time{}, body)
	return nil
}
