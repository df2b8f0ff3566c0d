package odapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// maxBody is the limit of a body in characters (conventions §9).
const maxBody = 16_800_000

// readBody reads the body of a POST or a PUT up to the limit. A Content-Type that says something
// other than JSON is refused; that it is missing is forgiven.
func readBody(r *http.Request) ([]byte, error) {
	if contentType := r.Header.Get("Content-Type"); contentType != "" {
		kind, _, err := mime.ParseMediaType(contentType)
		if err != nil || kind != "application/json" {
			return nil, fault.New(fault.Invalid, "Content-Type must be application/json")
		}
	}
	if r.ContentLength > maxBody*utf8.UTFMax {
		return nil, errBodyTooLarge
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
