package web

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// fileNum reads a file's number from the path.
func fileNum(r *http.Request) (int64, error) {
	num, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	if err != nil || num < 1 {
		return 0, notFound
	}
	return num, nil
}

// openFile gives a file out as it was sent. A page's policy is no file's: it is shown in a sandbox, so that a file
// that pretends to be a page does nothing.
func (s *Site) openFile(w http.ResponseWriter, r *http.Request) error {
	file, body, err := s.fileOf(r)
	if err != nil {
		return err
	}
	defer body.Close()
	serveBody(w, r, file.Name, file.ContentType, file.CreatedAt, body)
	return nil
}

// fileOf opens the file that is asked for.
func (s *Site) fileOf(r *http.Request) (file referral.File, body io.ReadSeekCloser, err error) {
	num, err := fileNum(r)
	if err != nil {
		return file, nil, err
	}
	err = s.reading(r, func(caller *referral.Caller) (err error) {
		file, body, err = s.desk.CaseFile(r.Context(), caller, r.PathValue("urn"), num)
		return err
	})
	return file, body, err
}

// previewSize is the longer side of a preview, in pixels: more than a screen has, so that one can go nearer.
const previewSize = 2600

// openPreview gives a picture out as every browser shows it: those that browsers know as they were sent, others made anew.
func (s *Site) openPreview(w http.ResponseWriter, r *http.Request) error {
	file, body, err := s.fileOf(r)
	if err != nil {
		return err
	}
	defer body.Close()
	if file.ContentType == "image/jpeg" || file.ContentType == "image/png" {
		serveBody(w, r, file.Name, file.ContentType, file.CreatedAt, body)
		return nil
	}
	picture, err := s.desk.Shelf().Picture(r.Context(), document.Body{Hash: file.Hash, Size: file.Size, Kind: document.KindOf(file.Name)})
	if document.IsNoPreview(err) {
		return notFound
	} else if err != nil {
		return err
	}
	var shown bytes.Buffer
	if err := document.Encode(&shown, document.Show(picture, document.View{}, previewSize), document.KindOf("x.jpg")); err != nil {
		return err
	}
	return servePicture(w, r, shown.Bytes())
}

// servePicture answers with a JPEG picture.
func servePicture(w http.ResponseWriter, r *http.Request, picture []byte) error {
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Length", strconv.Itoa(len(picture)))
	if r.Method != http.MethodGet {
		return nil
	}
	_, err := document.SlowWriter(w).Write(picture)
	return ignoreGone(err)
}

// openThumbnail gives a small picture of a file out. What a file's number stands for never changes.
func (s *Site) openThumbnail(w http.ResponseWriter, r *http.Request) error {
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	var picture bytes.Buffer
	hasNone := false
	if err := s.reading(r, func(caller *referral.Caller) error {
		picture.Reset()
		err := s.desk.Thumbnail(r.Context(), caller, r.PathValue("urn"), num, &picture)
		if hasNone = document.IsNoPreview(err); hasNone {
			return nil
		}
		return err
	}); err != nil {
		return err
	}
	if hasNone {
		return notFound
	}
	w.Header().Set("Cache-Control", "private, max-age=3600")
	return servePicture(w, r, picture.Bytes())
}

// openDocument gives a PDF of a sent referral out: by its number, or the latest of its kind.
func (s *Site) openDocument(w http.ResponseWriter, r *http.Request) error {
	var attachment referral.Attachment
	err := s.reading(r, func(caller *referral.Caller) (err error) {
		kind := r.PathValue("kind")
		num, isNum := strconv.ParseInt(kind, 10, 64)
		switch {
		case isNum == nil && caller.Person != 0:
			attachment, err = s.desk.CaseDocument(r.Context(), caller, r.PathValue("urn"), num)
		case caller.Person != 0 && caller.Role != lifecycle.Referrer:
			err = notFound
		default:
			if attachment, err = s.desk.Document(r.Context(), caller, r.PathValue("urn"), kind); err == nil {
				err = s.desk.NoteRead(r.Context(), caller, attachment)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	body, err := s.desk.OpenBody(r.Context(), attachment)
	if err != nil {
		return err
	}
	defer body.Close()
	serveBody(w, r, attachment.FileName, "application/pdf", attachment.CreatedAt, body)
	return nil
}

// inline are the contents that a browser shows by itself; others are saved.
var inline = map[string]bool{"image/jpeg": true, "image/png": true, "image/bmp": true, "application/pdf": true}

func serveBody(w http.ResponseWriter, r *http.Request, name, contentType string, at dental.DateTime, body io.ReadSeeker) {
	disposition := "attachment"
	if inline[contentType] {
		disposition = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	if contentType == "application/pdf" {
		// A browser's own reader of PDFs does not run in a sandbox, and runs no page's script.
		h.Set("Content-Security-Policy", "frame-ancestors 'none'")
	}
	http.ServeContent(document.SlowWriter(w), r, "", time.Time{}, body)
}
