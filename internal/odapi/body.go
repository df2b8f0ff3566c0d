package odapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"os"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// maxBody is the limit of a body in characters (conventions §9).
const maxBody = 16_800_000

// Bodies up to bigBody are read as they come. Of larger ones, which may take 67 MB and several times
// that while they are decoded, a few are in memory at a time, and the others wait.
const (
	bigBody      = 1 << 20
	maxBigBodies = 2
)

// readBody reads the body of a POST or a PUT up to the limit. A Content-Type that says something
// other than JSON is refused; that it is missing is forgiven.
func (c *call) readBody(ctx context.Context) ([]byte, error) {
	r := c.request
	if contentType := r.Header.Get("Content-Type"); contentType != "" {
		kind, _, err := mime.ParseMediaType(contentType)
		if err != nil || kind != "application/json" {
			return nil, fault.New(fault.Invalid, "Content-Type must be application/json")
		}
	}
	if r.ContentLength > maxBody*utf8.UTFMax {
		return nil, errBodyTooLarge
	}
	if r.ContentLength < 0 || r.ContentLength > bigBody {
		select {
		case c.bigBodies <- struct{}{}:
			before := c.release
			c.release = func() { <-c.bigBodies; before() }
		case <-ctx.Done():
			return nil, fault.Wrap(fault.Busy, ctx.Err(), "Too many large bodies at a time; try again")
		}
	}
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(min(r.ContentLength, 1<<20)) + bytes.MinRead)
	}
	_, err := body.ReadFrom(io.LimitReader(r.Body, maxBody*utf8.UTFMax+1))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, fault.Wrap(fault.Busy, err, "The body did not arrive in time")
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "The body ended early")
	}
	if body.Len() > maxBody && utf8.RuneCount(body.Bytes()) > maxBody {
		return nil, errBodyTooLarge
	}
	return body.Bytes(), nil
}

var errBodyTooLarge = fault.New(fault.TooLarge, "The body is longer than 16.8 million characters")
