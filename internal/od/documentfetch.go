package od

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// A note that begins with one of these says that the document's file is still elsewhere. SetByUrl of this server
// writes the first with a colon; the others stand in databases that were filled by Open Dental (seed 002,
// Documents POST SetByUrl and Upload, and their current pages).
const (
	noteDownload = "_download_"
	noteBase64   = "_rawBase64_"
)

// errNoFile is what a document comes to that has no file and does not say where it is.
var errNoFile = fault.New(fault.NotFound, "Document has no file")

// fileOf is the document's file. One that is elsewhere is fetched first, and is a file of this server from then
// on, which takes as long as it takes.
func fileOf(ctx context.Context, desk Desk, row *Document) (*Document, document.Body, error) {
	body, found, err := bodyOf(ctx, desk, row, document.File)
	switch {
	case err != nil || found:
		return row, body, err
	case strings.HasPrefix(row.Note, noteDownload):
		return fetchFile(ctx, desk, row)
	case strings.HasPrefix(row.Note, noteBase64):
		return unpackFile(ctx, desk, row)
	default:
		return row, body, errNoFile
	}
}

func bodyOf(ctx context.Context, desk Desk, row *Document, role document.Role) (body document.Body, found bool, err error) {
	err = desk.Book.DB.Read(ctx, func(c store.Conn) (err error) {
		body, found, err = document.Of(c, row.owner(), role)
		return err
	})
	return body, found, err
}

// fetchFile gets the file from the address in the note.
func fetchFile(ctx context.Context, desk Desk, row *Document) (*Document, document.Body, error) {
	address := strings.TrimPrefix(strings.TrimPrefix(row.Note, noteDownload), ":")
	if err := document.CheckURL("url", address); err != nil {
		return row, document.Body{}, err
	}
	egress, err := desk.Egress(ctx)
	if err != nil {
		return row, document.Body{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return row, document.Body{}, notFetched(err)
	}
	client := egress.Client()
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return row, document.Body{}, notFetched(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return row, document.Body{}, fault.New(fault.Invalid, "The document's file cannot be fetched: its server answers %d", response.StatusCode)
	}
	received, err := desk.Files.Receive(ctx, response.Body, document.MaxBody)
	if err != nil {
		var told *fault.Fault
		if errors.As(err, &told) {
			return row, document.Body{}, err
		}
		return row, document.Body{}, notFetched(err)
	}
	defer received.Close()
	return settleFile(ctx, desk, row, received, nameOf(address))
}

// notFetched keeps the reason, in which the address stands, from the caller.
func notFetched(err error) error {
	if document.IsNotAllowed(err) {
		return fault.New(fault.Invalid, "The document's file cannot be fetched: this practice's settings do not allow its host")
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.New(fault.Invalid, "The document's file cannot be fetched: its server cannot be reached, or broke off")
}

// nameOf is the extension that an address ends with, "" where it is none that a file may have.
func nameOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || document.KindOf(u.Path) == nil {
		return ""
	}
	return strings.ToLower(path.Ext(u.Path))
}

// unpackFile makes a file of a note that holds it, "_rawBase64_.jpg_errGEre…".
func unpackFile(ctx context.Context, desk Desk, row *Document) (*Document, document.Body, error) {
	extension, data, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(row.Note, noteBase64), ":"), "_")
	received, err := receiveBase64(ctx, desk.Files, "Note", data)
	if err != nil {
		return row, document.Body{}, err
	}
	defer received.Close()
	return settleFile(ctx, desk, row, received, extensionOf(extension))
}

// settleFile makes a received file the document's, gives it a name, and clears the note. Of two that fetch at once
// the first wins.
func settleFile(ctx context.Context, desk Desk, row *Document, received *document.Received, extension string) (*Document, document.Body, error) {
	if err := received.Settle("url", "x"+extension); err != nil {
		return row, document.Body{}, err
	}
	if err := received.CheckPicture(ctx, "url"); err != nil {
		return row, document.Body{}, err
	}
	settled, body := row, received.Body
	err := desk.Files.Keep(ctx, []*document.Received{received}, func() error {
		return desk.Book.Write(ctx, desk.Caller, func(tx *record.Tx) error {
			old, err := documents.Get(tx, int64(row.DocNum))
			if err != nil {
				return err
			}
			if old.Note != row.Note {
				settled = old
				var found bool
				if body, found, err = document.Of(tx, old.owner(), document.File); err == nil && !found {
					err = errNoFile
				}
				return err
			}
			patient, err := patients.Get(tx, int64(old.PatNum))
			if err != nil {
				return err
			}
			changed := *old
			changed.Note = ""
			if changed.FileName == "" {
				if changed.FileName, err = generatedName(tx, patient, old.DocNum, received.Kind.Extension()); err != nil {
					return err
				}
			}
			settled, body = &changed, received.Body
			if err := record.Update(tx, documents, old, &changed); err != nil {
				return err
			}
			return received.Use(tx, changed.owner(), document.File)
		})
	})
	return settled, body, err
}
