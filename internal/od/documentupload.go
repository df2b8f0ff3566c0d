package od

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// DocumentUpload is what POST /documents/Upload takes.
type DocumentUpload struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// RawBase64 is the file in base64.
	RawBase64 string `od:"in! max=16800000 name=rawBase64"`
	// Extension is the file's, with the point, ".jpg". The content must be what it says.
	Extension string `od:"in! max=10 name=extension"`
	// DocCategory is a definition of category 18. Default the practice's, else the first.
	DocCategory dental.DefNum `od:"in fk=definition def=18"`
	// CategoryName is the name of the definition, where DocCategory is not sent.
	CategoryName string `od:"in max=255 name=docCategory"`
	// Description is what the office sees.
	Description string `od:"in max=255"`
	// ImgType is "Document", "Radiograph", "Photo", "File" or "Attachment". Default "Document".
	ImgType dental.ImgType `od:"in"`
	// DateCreated is when the document was made. Default now.
	DateCreated dental.DateTime `od:"in since=22.1"`
	// ToothNumbers are the teeth that are shown, "1,2,5-8".
	ToothNumbers string `od:"in max=255 since=23.1.35"`
	// ProvNum is the provider. Default 0, none.
	ProvNum dental.ProvNum `od:"in fk=provider since=24.2.32"`
	// PrintHeading tells that the office's heading is printed above the document. Default "false".
	PrintHeading bool `od:"in since=24.2.32"`
}

var uploadDocument = Reaching(resource.Action{
	Method: "POST", Name: "Upload", Access: resource.Access{Group: resource.Documents, Since: "21.1"},
	Answers: "the document",
}, checkUpload, postUpload)

func checkUpload(call *Call[DocumentUpload]) []fault.Field {
	faults := documentFaults(call.In.ToothNumbers, call.In.DateCreated)
	if call.Has("extension") && document.KindOf("x"+extensionOf(call.In.Extension)) == nil {
		faults = append(faults, fault.From(document.CheckExtension("extension", call.In.Extension)).Fields...)
	}
	return faults
}

// extensionOf adds a point that was forgotten.
func extensionOf(text string) string {
	return "." + strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), ".")
}

// postUpload stores a file that was sent along. The text of 2021 keeps it in the row's note until somebody looks at it;
// here it becomes a file at once.
func postUpload(ctx context.Context, call *Call[DocumentUpload], dst []byte) (answer []byte, err error) {
	extension := extensionOf(call.In.Extension)
	made := newDocument{category: call.In.CategoryName, hasDate: call.Has("DateCreated"), Document: Document{
		PatNum: call.In.PatNum, DocCategory: call.In.DocCategory, Description: call.In.Description, ImgType: call.In.ImgType,
		DateCreated: call.In.DateCreated, ToothNumbers: call.In.ToothNumbers, ProvNum: call.In.ProvNum,
		PrintHeading: call.In.PrintHeading, FileName: extension,
	}}
	if err := made.check(ctx, call.Desk); err != nil {
		return dst, err
	}
	received, err := receiveBase64(ctx, call.Files, "rawBase64", call.In.RawBase64)
	if err != nil {
		return dst, err
	}
	defer received.Close()
	if err := received.Settle("extension", "x"+extension); err != nil {
		return dst, err
	}
	if err := received.CheckPicture(ctx, "rawBase64"); err != nil {
		return dst, err
	}
	err = made.keep(ctx, call.Desk, received, func(tx *record.Tx, row *Document) (err error) {
		answer, err = appendDocument(dst, tx, row, call.Format)
		return err
	})
	return answer, err
}

// receiveBase64 decodes as it receives. Line breaks and a missing padding are forgiven.
func receiveBase64(ctx context.Context, files *document.Shelf, field, text string) (*document.Received, error) {
	encoding := base64.StdEncoding
	if !strings.HasSuffix(strings.TrimRight(text, " \r\n\t"), "=") {
		encoding = base64.RawStdEncoding
	}
	plain := io.Reader(strings.NewReader(text))
	if strings.ContainsAny(text, " \t") {
		plain = strings.NewReader(strings.NewReplacer(" ", "", "\t", "").Replace(text))
	}
	received, err := files.Receive(ctx, base64.NewDecoder(encoding, plain), document.MaxBody)
	var corrupt base64.CorruptInputError
	switch {
	case errors.As(err, &corrupt), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fault.InvalidFields([]fault.Field{{Name: field, Text: field + " is not valid base64"}})
	case fault.Is(err, fault.Invalid):
		return nil, fault.InvalidFields([]fault.Field{{Name: field, Text: field + " holds an empty file"}})
	default:
		return received, err
	}
}
