package odapi

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// files is the shelf of the caller's practice.
func (c *call) files() *document.Shelf {
	if c.room == nil {
		return nil
	}
	return ShelfOf(c.room, c.practices, c.key.Practice, c.book.DB, c.book.Clock)
}

// openContent opens the file before anything is answered. It is read for as long as the caller takes: the
// request's time limit is for the answer's beginning.
func openContent(ctx context.Context, content *od.Content) (*od.Content, error) {
	body, err := content.Open(ctx)
	if err != nil {
		return nil, err
	}
	ready := *content
	ready.Open = func(context.Context) (io.ReadSeekCloser, error) { return body, nil }
	return &ready, nil
}

// sendContent answers a file, whole or a range of it. It is never shown in the place of a page of ours: what looks like
// HTML in it is not taken for HTML, and is saved rather than opened.
func (s *Server) sendContent(w http.ResponseWriter, c *call, content *od.Content) {
	body, err := content.Open(c.request.Context())
	if err != nil {
		return // openContent has opened it already
	}
	defer body.Close()
	header := w.Header()
	header["X-Request-Id"] = []string{c.id}
	header.Set("Content-Type", content.MediaType)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": content.FileName}))
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Cache-Control", "private, no-cache")
	header.Set("ETag", strconv.Quote(content.Tag))
	http.ServeContent(document.SlowWriter(w), c.request, "", time.Time{}, body)
}

// ShelfOf is where a practice's files are in a room.
func ShelfOf(room *document.Room, practices *practice.Registry, num practice.Num, db store.DB, clock func() time.Time) *document.Shelf {
	return room.Shelf(fmt.Sprintf("practice-%d", num), db, clock, func() (func(), error) {
		_, release, err := practices.Lease(context.Background(), num)
		return release, err
	})
}
