package od

import (
	"bytes"
	"context"
	"errors"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DocumentThumbnails is what POST /documents/Thumbnails takes.
type DocumentThumbnails struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// SftpAddress is the folder where to: host and folders, with forward slashes. Folders begin where the user's session
	// does; after two slashes, at the root.
	SftpAddress string `od:"in! max=2000"`
	// SftpUsername is the user's name there.
	SftpUsername string `od:"in! max=255"`
	// SftpPassword is the user's password, or a private key in PEM.
	SftpPassword string `od:"in! max=20000"`
}

var makeThumbnails = Reaching(resource.Action{
	Method: "POST", Name: "Thumbnails", Access: resource.Access{Group: resource.AllOthers, Since: "21.2"},
	Answers: "an array of DocNum, FileName; the text \"No documents could be made into thumbnails.\" where there are none",
}, func(call *Call[DocumentThumbnails]) []fault.Field { return checkFolder(call.In.SftpAddress) }, postThumbnails)

// postThumbnails puts small pictures of a patient's images on the caller's SFTP server, under the images' names,
// and makes those that there are not yet (seed 002, Documents POST Thumbnails).
func postThumbnails(ctx context.Context, call *Call[DocumentThumbnails], dst []byte) ([]byte, error) {
	var rows []*Document
	var mounts int64
	err := call.Book.DB.Read(ctx, func(c store.Conn) (err error) {
		rows, err = documents.Find(c, "WHERE `PatNum` = ? AND `MountItemNum` = 0 ORDER BY `DateCreated`, `DocNum`", store.Int(call.In.PatNum))
		if err != nil {
			return err
		}
		counted := c.Query("SELECT COUNT(*) FROM `mount` WHERE `PatNum` = ?", store.Int(call.In.PatNum))
		if counted.Next() {
			mounts = counted.Int(0)
		}
		return counted.Close()
	})
	if err != nil {
		return dst, err
	}
	if len(rows) == 0 && mounts == 0 {
		return dst, fault.New(fault.NotFound, "No documents exist for this patient")
	}
	out, err := call.outgoing(ctx, call.In.SftpAddress, call.In.SftpUsername, call.In.SftpPassword)
	if err != nil {
		return dst, err
	}
	what := &document.Transfer{Action: "Thumbnails", Address: out.address.String(), PatNum: call.In.PatNum}
	sent, err := document.Outlive(ctx, call.Files, what, func(ctx context.Context) ([]sentFile, error) {
		var files []outgoingFile
		for _, row := range rows {
			file, err := thumbnailOf(ctx, out.desk, row)
			if err != nil {
				return nil, err
			}
			if file != nil {
				files = append(files, *file)
			}
		}
		return out.sendAll(ctx, files)
	})
	return call.answerFiles(dst, sent, err, "No documents could be made into thumbnails.")
}

// thumbnailOf finds or makes the small picture of a document. It is nil for one that is no standard image, or of which
// none can be made: the others are sent all the same.
func thumbnailOf(ctx context.Context, desk Desk, row *Document) (*outgoingFile, error) {
	row, body, err := fileOf(ctx, desk, row)
	if errors.Is(err, errNoFile) || fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return nil, nil // its file is not to be had, which GET /documents/{DocNum}/content explains
	}
	if err != nil {
		return nil, err
	}
	if body.Kind == nil || !body.Kind.IsPicture {
		return nil, nil
	}
	small, found, err := bodyOf(ctx, desk, row, document.Thumbnail)
	if err != nil || found {
		return &outgoingFile{row, small}, err
	}
	picture, err := desk.Files.Picture(ctx, body)
	if document.IsNoPreview(err) || fault.Is(err, fault.Invalid) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var made bytes.Buffer
	if err := document.Encode(&made, document.MakeThumbnail(picture, row.view()), body.Kind); err != nil {
		return nil, err
	}
	received, err := desk.Files.Receive(ctx, &made, document.MaxBody)
	if err != nil {
		return nil, err
	}
	defer received.Close()
	received.Kind = body.Kind
	err = desk.Files.Keep(ctx, []*document.Received{received}, func() error {
		return desk.Book.Write(ctx, desk.Caller, func(tx *record.Tx) error {
			return received.Use(tx, row.owner(), document.Thumbnail)
		})
	})
	return &outgoingFile{row, received.Body}, err
}
