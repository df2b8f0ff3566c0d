package od

import (
	"context"
	"errors"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// MountDownload is what POST /documents/DownloadMount takes.
type MountDownload struct {
	// MountNum is the mount.
	MountNum dental.MountNum `od:"in!"`
	// SftpAddress is the folder where to: host and folders, with forward slashes. Folders begin where the user's session
	// does; after two slashes, at the root.
	SftpAddress string `od:"in! max=2000"`
	// SftpUsername is the user's name there.
	SftpUsername string `od:"in! max=255"`
	// SftpPassword is the user's password, or a private key in PEM.
	SftpPassword string `od:"in! max=20000"`
}

var downloadMount = Reaching(resource.Action{
	Method: "POST", Name: "DownloadMount", Access: resource.Access{Group: resource.AllOthers, Since: "21.2"},
	Answers: "an array of DocNum, FileName; the text \"No mount images could be downloaded.\" where there are none",
}, func(call *Call[MountDownload]) []fault.Field { return checkFolder(call.In.SftpAddress) }, postDownloadMount)

// postDownloadMount puts the images of a mount on the caller's SFTP server, each as it is (seed 002, Documents
// POST DownloadMount).
func postDownloadMount(ctx context.Context, call *Call[MountDownload], dst []byte) ([]byte, error) {
	mount, err := readMount(ctx, call.Desk, call.In.MountNum)
	if fault.Is(err, fault.NotFound) {
		return dst, fault.New(fault.NotFound, "Mount not found.") // with a point here, and without one at DownloadSftp
	}
	if err != nil {
		return dst, err
	}
	out, err := call.outgoing(ctx, call.In.SftpAddress, call.In.SftpUsername, call.In.SftpPassword)
	if err != nil {
		return dst, err
	}
	what := &document.Transfer{Action: "DownloadMount", Address: out.address.String(), PatNum: mount.row.PatNum, MountNum: call.In.MountNum}
	sent, err := document.Outlive(ctx, call.Files, what, func(ctx context.Context) ([]sentFile, error) {
		var files []outgoingFile
		for _, row := range mount.images {
			row, body, err := fileOf(ctx, out.desk, row)
			if errors.Is(err, errNoFile) {
				continue
			}
			if err != nil {
				return nil, err
			}
			files = append(files, outgoingFile{row, body})
		}
		return out.sendAll(ctx, files)
	})
	return call.answerFiles(dst, sent, err, "No mount images could be downloaded.")
}

// outgoingFile is a document and the body to send for it, which may be a thumbnail.
type outgoingFile struct {
	row  *Document
	body document.Body
}

// sentFile is what is answered of it.
type sentFile struct {
	num  dental.DocNum
	name string
}

// sendAll sends files into a folder over one connection; none, where there are none.
func (o outgoing) sendAll(ctx context.Context, files []outgoingFile) ([]sentFile, error) {
	if len(files) == 0 {
		return nil, nil
	}
	for _, file := range files {
		if err := checkOutgoingName(file.row); err != nil {
			return nil, err
		}
	}
	site, err := o.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer site.Close()
	var sent []sentFile
	for _, file := range files {
		content, err := o.desk.Files.Open(ctx, file.body.Hash)
		if err != nil {
			return nil, err
		}
		err = site.PutFile(o.address.In(file.row.FileName).Path, content)
		content.Close()
		if err != nil {
			return nil, err
		}
		sent = append(sent, sentFile{file.row.DocNum, file.row.FileName})
	}
	return sent, nil
}

// answerFiles answers what was sent, or that there was nothing to send.
func (c *Call[In]) answerFiles(dst []byte, sent []sentFile, err error, nothing string) ([]byte, error) {
	if err != nil {
		return dst, err
	}
	if len(sent) == 0 {
		c.NothingDone = true
		return resource.AppendText(dst, []byte(nothing)), nil
	}
	dst = append(dst, '[')
	for i, file := range sent {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(append(dst, `{"DocNum":`...), int64(file.num), 10)
		dst = append(resource.AppendText(append(dst, `,"FileName":`...), []byte(file.name)), '}')
	}
	return append(dst, ']'), nil
}
