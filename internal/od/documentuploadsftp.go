package od

import (
	"context"
	"io"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DocumentUploadSftp is what POST /documents/UploadSftp takes.
type DocumentUploadSftp struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// DocCategory is a definition of category 18. Default the practice's, else the first.
	DocCategory dental.DefNum `od:"in fk=definition def=18"`
	// CategoryName is the name of the definition, where DocCategory is not sent.
	CategoryName string `od:"in max=255 name=docCategory"`
	// ImgType is "Document", "Radiograph", "Photo", "File" or "Attachment". Default "Document".
	ImgType dental.ImgType `od:"in"`
	// SftpAddress is the file's full path: host, folders and name, with forward slashes. Folders begin where the user's
	// session does; after two slashes, at the root.
	SftpAddress string `od:"in! max=2000"`
	// SftpUsername is the user's name there.
	SftpUsername string `od:"in! max=255"`
	// SftpPassword is the user's password, or a private key in PEM.
	SftpPassword string `od:"in! max=20000"`
	// DateCreated is when the document was made. Default now.
	DateCreated dental.DateTime `od:"in since=21.4"`
	// ToothNumbers are the teeth that are shown, "1,2,5-8".
	ToothNumbers string `od:"in max=255 since=23.1.35"`
	// Description is what the office sees. Default the file's name.
	Description string `od:"in max=255 since=24.2.32"`
	// ProvNum is the provider. Default 0, none.
	ProvNum dental.ProvNum `od:"in fk=provider since=24.2.32"`
	// PrintHeading tells that the office's heading is printed above the document. Default "false".
	PrintHeading bool `od:"in since=24.2.32"`
}

var uploadSftp = Reaching(resource.Action{
	Method: "POST", Name: "UploadSftp", Access: resource.Access{Group: resource.AllOthers, Since: "21.2"},
	Answers: "DocNum, filePath, Description, ToothNumbers, Note, DateCreated, DateTStamp, DocCategory, docCategory, serverDateTime",
}, checkUploadSftp, postUploadSftp)

func checkUploadSftp(call *Call[DocumentUploadSftp]) []fault.Field {
	faults := documentFaults(call.In.ToothNumbers, call.In.DateCreated)
	if !call.Has("SftpAddress") || call.In.SftpAddress == "" {
		return faults
	}
	address, err := document.ParseAddress("SftpAddress", call.In.SftpAddress)
	if err == nil && address.IsFolder {
		err = fault.InvalidFields([]fault.Field{{Name: "SftpAddress", Text: "SftpAddress must be the full path of a file, with its extension"}})
	}
	if err == nil {
		err = document.CheckFileName("SftpAddress", address.FileName())
	}
	if err == nil {
		err = document.CheckExtension("SftpAddress", address.FileName())
	}
	if err != nil {
		faults = append(faults, fault.From(err).Fields...)
	}
	return faults
}

// postUploadSftp gets a file from the caller's SFTP server (seed 002, Documents POST UploadSftp).
func postUploadSftp(ctx context.Context, call *Call[DocumentUploadSftp], dst []byte) ([]byte, error) {
	egress, err := call.Egress(ctx)
	if err != nil {
		return dst, err
	}
	address, err := document.ParseAddress("SftpAddress", call.In.SftpAddress)
	if err != nil {
		return dst, err
	}
	desk, in, hasDate, hasDescription := call.Desk, call.In, call.Has("DateCreated"), call.Has("Description")
	what := &document.Transfer{Action: "UploadSftp", Address: address.String(), PatNum: in.PatNum}
	made := newDocument{category: in.CategoryName, hasDate: hasDate, Document: Document{
		PatNum: in.PatNum, DocCategory: in.DocCategory, Description: in.Description, ImgType: in.ImgType, DateCreated: in.DateCreated,
		ToothNumbers: in.ToothNumbers, ProvNum: in.ProvNum, PrintHeading: in.PrintHeading, FileName: address.FileName(),
	}}
	if !hasDescription {
		made.Description = address.FileName()
	}
	if err := made.check(ctx, desk); err != nil {
		return dst, err
	}
	answer, err := document.Outlive(ctx, desk.Files, what, func(ctx context.Context) ([]byte, error) {
		received, err := getSftp(ctx, desk.Files, egress, address, document.Login{User: in.SftpUsername, Password: in.SftpPassword})
		if err != nil {
			return nil, err
		}
		defer received.Close()
		if err := received.Settle("SftpAddress", address.FileName()); err != nil {
			return nil, err
		}
		if err := received.CheckPicture(ctx, "SftpAddress"); err != nil {
			return nil, err
		}
		settled, err := desk.Book.Settled(ctx)
		if err != nil {
			return nil, err
		}
		var answer []byte
		err = made.keep(ctx, desk, received, func(tx *record.Tx, row *Document) (err error) {
			what.Made(row.DocNum)
			answer, err = appendUploaded(nil, tx, row, settled, desk.Format)
			return err
		})
		return answer, err
	})
	return append(dst, answer...), err
}

// getSftp receives one file.
func getSftp(ctx context.Context, files *document.Shelf, egress document.Egress, address document.Address, login document.Login) (received *document.Received, err error) {
	site, err := files.DialSite(ctx, egress, address, login)
	if err != nil {
		return nil, err
	}
	defer site.Close()
	err = site.GetFile(address.Path, document.MaxBody, func(r io.Reader) (err error) {
		if received != nil {
			received.Close()
		}
		received, err = files.Receive(ctx, r, document.MaxBody)
		return err
	})
	if err != nil && received != nil {
		received.Close()
	}
	if fault.Is(err, fault.Invalid) && len(fault.From(err).Fields) == 0 {
		text := "SftpAddress: " + fault.From(err).Text
		err = fault.InvalidFields([]fault.Field{{Name: "SftpAddress", Text: text}})
	}
	return received, err
}

func appendUploaded(dst []byte, tx *record.Tx, row *Document, settled dental.DateTime, format *resource.Format) ([]byte, error) {
	patient, err := patients.Get(tx, int64(row.PatNum))
	if err != nil {
		return dst, err
	}
	folder, err := imagePath(tx, patient)
	if err != nil {
		return dst, err
	}
	category, err := definitions.Find(tx, "WHERE `DefNum` = ?", store.Int(row.DocCategory))
	if err != nil {
		return dst, err
	}
	name := ""
	if len(category) > 0 {
		name = category[0].ItemName
	}
	dst = strconv.AppendInt(append(dst, `{"DocNum":`...), int64(row.DocNum), 10)
	dst = appendText(append(dst, `,"filePath":`...), []byte(filePath(folder, row.FileName)), format)
	dst = appendText(append(dst, `,"Description":`...), []byte(row.Description), format)
	dst = appendText(append(dst, `,"ToothNumbers":`...), []byte(row.ToothNumbers), format)
	dst = appendText(append(dst, `,"Note":`...), []byte(row.Note), format)
	dst = appendMoment(append(dst, `,"DateCreated":`...), row.DateCreated, format)
	dst = appendMoment(append(dst, `,"DateTStamp":`...), row.DateTStamp, format)
	dst = strconv.AppendInt(append(dst, `,"DocCategory":`...), int64(row.DocCategory), 10)
	dst = appendText(append(dst, `,"docCategory":`...), []byte(name), format)
	dst = appendMoment(append(dst, `,"serverDateTime":`...), settled.AddSeconds(-1), format)
	return append(dst, '}'), nil
}
