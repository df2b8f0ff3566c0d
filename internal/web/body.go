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
	caller, err := s.signedIn(r)
	if err != nil {
		return err
	}
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	file, body, err := s.desk.OpenFile(r.Context(), caller, r.PathValue("urn"), num)
	if err != nil {
		return err
	}
	defer body.Close()
	serveBody(w, r, file.Name, file.ContentType, file.CreatedAt, body)
	return nil
}

// openThumbnail gives a small picture of a file out. What a file's number stands for never changes.
func (s *Site) openThumbnail(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.signedIn(r)
	if err != nil {
		return err
	}
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	var picture bytes.Buffer
	if err := s.desk.Thumbnail(r.Context(), caller, r.PathValue("urn"), num, &picture); document.IsNoPreview(err) {
		return notFound
	} else if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, max-age=3600")
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Length", strconv.Itoa(picture.Len()))
	if r.Method == http.MethodGet {
		_, err = w.Write(picture.Bytes())
		return ignoreGone(err)
	}
	return nil
}

// openDocument gives a PDF of a sent referral out.
func (s *Site) openDocument(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.signedIn(r)
	if err != nil {
		return err
	}
	attachment, err := s.desk.Document(r.Context(), caller, r.PathValue("urn"), r.PathValue("kind"))
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
	http.ServeContent(w, r, "", time.Time{}, body)
}
