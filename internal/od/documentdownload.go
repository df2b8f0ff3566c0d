package od

import (
	"bytes"
	"context"
	"errors"
	"image/color"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DocumentDownload is what POST /documents/DownloadSftp takes.
type DocumentDownload struct {
	// DocNum is a document; it or MountNum must be sent.
	DocNum dental.DocNum `od:"in"`
	// MountNum is a mount, which is sent as one picture.
	MountNum dental.MountNum `od:"in"`
	// SftpAddress is where to: host, folders and, if it shall not be the document's own, the file's name, with forward
	// slashes. Folders begin where the user's session does; after two slashes, at the root.
	SftpAddress string `od:"in! max=2000"`
	// SftpUsername is the user's name there.
	SftpUsername string `od:"in! max=255"`
	// SftpPassword is the user's password, or a private key in PEM.
	SftpPassword string `od:"in! max=20000"`
}

var downloadSftp = Reaching(resource.Action{
	Method: "POST", Name: "DownloadSftp", Access: resource.Access{Group: resource.AllOthers, Since: "21.2"},
	Answers: "no body; Location is the full path of the saved file",
}, checkDownload, postDownload)

func checkDownload(call *Call[DocumentDownload]) []fault.Field {
	var faults []fault.Field
	switch {
	case call.lacks("DocNum") && call.lacks("MountNum"):
		faults = append(faults, fault.Field{Name: "DocNum", Text: "DocNum or MountNum is required"})
	case call.Has("DocNum") && call.Has("MountNum"):
		faults = append(faults, fault.Field{Name: "MountNum", Text: "MountNum and DocNum cannot be sent together"})
	}
	address, err := document.ParseAddress("SftpAddress", call.In.SftpAddress)
	if err == nil && !address.IsFolder {
		if err = document.CheckFileName("SftpAddress", address.FileName()); err == nil {
			err = document.CheckExtension("SftpAddress", address.FileName())
		}
	}
	return append(faults, addressFaults(call.In.SftpAddress, err)...)
}

// addressFaults leaves out what is wrong with an address that was not sent at all.
func addressFaults(sent string, err error) []fault.Field {
	if sent == "" || err == nil {
		return nil
	}
	return fault.From(err).Fields
}

// checkFolder is the rule of the actions that write several files.
func checkFolder(sent string) []fault.Field {
	address, err := document.ParseAddress("SftpAddress", sent)
	if err == nil && !address.IsFolder {
		err = fault.InvalidFields([]fault.Field{{Name: "SftpAddress", Text: "SftpAddress must be a folder, and end with a slash"}})
	}
	return addressFaults(sent, err)
}

// outgoing is what an action sends to an SFTP server.
type outgoing struct {
	desk    Desk
	egress  document.Egress
	address document.Address
	login   document.Login
}

func (d Desk) outgoing(ctx context.Context, address, user, password string) (outgoing, error) {
	egress, err := d.Egress(ctx)
	if err != nil {
		return outgoing{}, err
	}
	parsed, err := document.ParseAddress("SftpAddress", address)
	return outgoing{d, egress, parsed, document.Login{User: user, Password: password}}, err
}

func (o outgoing) dial(ctx context.Context) (*document.Site, error) {
	return o.desk.Files.DialSite(ctx, o.egress, o.address, o.login)
}

// postDownload puts a document, or a mount as one picture, on the caller's SFTP server (seed 002, Documents POST
// DownloadSftp).
func postDownload(ctx context.Context, call *Call[DocumentDownload], _ []byte) ([]byte, error) {
	out, err := call.outgoing(ctx, call.In.SftpAddress, call.In.SftpUsername, call.In.SftpPassword)
	if err != nil {
		return nil, err
	}
	what := &document.Transfer{Action: "DownloadSftp", Address: out.address.String(), DocNum: call.In.DocNum, MountNum: call.In.MountNum}
	var send func(context.Context) (document.Address, error)
	if call.Has("MountNum") {
		mount, err := readMount(ctx, call.Desk, call.In.MountNum)
		if fault.Is(err, fault.NotFound) {
			return nil, fault.New(fault.NotFound, "Mount not found")
		}
		if err != nil {
			return nil, err
		}
		what.PatNum = mount.row.PatNum
		send = func(ctx context.Context) (document.Address, error) { return out.sendMount(ctx, mount) }
	} else {
		row, err := readDocument(ctx, call.Desk, call.In.DocNum)
		if err != nil {
			return nil, err
		}
		what.PatNum = row.PatNum
		send = func(ctx context.Context) (document.Address, error) { return out.sendDocument(ctx, row) }
	}
	saved, err := document.Outlive(ctx, call.Files, what, send)
	if err != nil {
		return nil, err
	}
	call.Location = (&url.URL{Path: saved.String()}).EscapedPath() // a header has no other characters
	return nil, nil
}

func readDocument(ctx context.Context, desk Desk, num dental.DocNum) (row *Document, err error) {
	err = desk.Book.DB.Read(ctx, func(c store.Conn) (err error) {
		row, err = documents.Get(c, int64(num))
		return err
	})
	return row, err
}

func (o outgoing) sendDocument(ctx context.Context, row *Document) (document.Address, error) {
	row, body, err := fileOf(ctx, o.desk, row)
	if err != nil {
		return o.address, err
	}
	to := o.address
	if to.IsFolder {
		if err := checkOutgoingName(row); err != nil {
			return to, err
		}
		to = to.In(row.FileName)
	} else if named := document.KindOf(to.FileName()); body.Kind != nil && named != body.Kind {
		text := "SftpAddress ends with " + path.Ext(to.FileName()) + ", and the document is a " + body.Kind.Extension() + " file"
		return to, fault.InvalidFields([]fault.Field{{Name: "SftpAddress", Text: text}})
	}
	content, err := o.desk.Files.Open(ctx, body.Hash)
	if err != nil {
		return to, err
	}
	defer content.Close()
	site, err := o.dial(ctx)
	if err != nil {
		return to, err
	}
	defer site.Close()
	return to, site.PutFile(to.Path, content)
}

// checkOutgoingName refuses a name that leads elsewhere: rows may come from other programs.
func checkOutgoingName(row *Document) error {
	if document.CheckFileName("FileName", row.FileName) == nil {
		return nil
	}
	return fault.New(fault.Invalid, "Document %d has a file name under which it cannot be sent; name the file in SftpAddress", row.DocNum)
}

func (o outgoing) sendMount(ctx context.Context, mount *fullMount) (document.Address, error) {
	to := o.address
	if to.IsFolder {
		to = to.In(mount.fileName())
	}
	kind := document.KindOf(to.FileName())
	if !kind.IsPicture {
		text := "SftpAddress ends with " + path.Ext(to.FileName()) + ", and a mount is sent as a picture"
		return to, fault.InvalidFields([]fault.Field{{Name: "SftpAddress", Text: text}})
	}
	var picture bytes.Buffer
	if err := mount.compose(ctx, o.desk, kind, &picture); err != nil {
		return to, err
	}
	site, err := o.dial(ctx)
	if err != nil {
		return to, err
	}
	defer site.Close()
	return to, site.PutFile(to.Path, bytes.NewReader(picture.Bytes()))
}

// fullMount is a mount with its places and what is in them.
type fullMount struct {
	row     *Mount
	patient *Patient
	items   []*MountItem
	images  []*Document // by DocNum
}

func readMount(ctx context.Context, desk Desk, num dental.MountNum) (*fullMount, error) {
	m := &fullMount{}
	err := desk.Book.DB.Read(ctx, func(c store.Conn) (err error) {
		if m.row, err = Mounts.Table.Get(c, int64(num)); err != nil {
			return err
		}
		if m.patient, err = patients.Get(c, int64(m.row.PatNum)); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if m.items, err = MountItems.Table.Find(c, "WHERE `MountNum` = ? ORDER BY `ItemOrder`, `MountItemNum`", store.Int(num)); err != nil {
			return err
		}
		m.images, err = documents.Find(c, "WHERE `MountItemNum` IN (SELECT `MountItemNum` FROM `mountitem` WHERE `MountNum` = ?)"+
			" AND `MountItemNum` <> 0 ORDER BY `DocNum`", store.Int(num))
		return err
	})
	return m, err
}

// fileName is the name of a mount that is sent into a folder; a mount has none of its own.
func (m *fullMount) fileName() string {
	name := "Mount"
	if m.patient != nil {
		name = lettersOf(m.patient) + name
	}
	return name + strconv.FormatInt(int64(m.row.MountNum), 10) + ".jpg"
}

// compose makes one picture of the mount. An image that cannot be shown leaves its place empty; that a file is missing
// is told.
func (m *fullMount) compose(ctx context.Context, desk Desk, kind *document.Kind, w io.Writer) error {
	background := color.RGBA{uint8(m.row.ColorBack >> 16), uint8(m.row.ColorBack >> 8), uint8(m.row.ColorBack), 255}
	picture, err := document.Compose(m.row.Width, m.row.Height, background, func(draw func(document.Placed)) error {
		for _, row := range m.images {
			at := slices.IndexFunc(m.items, func(item *MountItem) bool { return item.MountItemNum == row.MountItemNum })
			if at < 0 || m.items[at].ItemOrder < 1 {
				continue // it is kept with the mount, and not shown in it
			}
			placed := document.Placed{View: row.view()}
			item := m.items[at]
			placed.At.Min.X, placed.At.Min.Y = item.Xpos, item.Ypos
			placed.At.Max.X, placed.At.Max.Y = item.Xpos+item.Width, item.Ypos+item.Height
			_, body, err := fileOf(ctx, desk, row)
			if errors.Is(err, errNoFile) {
				continue
			}
			if err == nil {
				placed.Picture, err = desk.Files.Picture(ctx, body)
			}
			if document.IsNoPreview(err) {
				continue
			}
			if err != nil {
				return err
			}
			draw(placed)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return document.Encode(w, picture, kind)
}
