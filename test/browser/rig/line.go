package main

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// line is the connection of files that come in pieces, which a test cuts.
type line struct {
	left   atomic.Int64 // bytes until it is cut
	isDown atomic.Bool  // cut, until it is mended
	willBe atomic.Bool  // to be cut
}

// cut has the line cut when so many bytes more have come; without a number it is mended.
func (l *line) cut(r *http.Request) (any, error) {
	text := r.FormValue("after")
	if text == "" {
		l.willBe.Store(false)
		l.isDown.Store(false)
		return nil, nil
	}
	left, err := strconv.ParseInt(text, 10, 64)
	l.left.Store(left)
	l.willBe.Store(true)
	return nil, err
}

// over serves what a handler serves, as far as the line goes.
func (l *line) over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/uploads") {
			if l.isDown.Load() {
				panic(http.ErrAbortHandler)
			}
			r.Body = &cutBody{r.Body, l}
		}
		next.ServeHTTP(w, r)
	})
}

type cutBody struct {
	io.ReadCloser
	line *line
}

// Read implements io.Reader. The connection ends in the middle of it, without an answer.
func (b *cutBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.line.willBe.Load() && b.line.left.Add(-int64(n)) < 0 {
		b.line.willBe.Store(false)
		b.line.isDown.Store(true)
		panic(http.ErrAbortHandler)
	}
	return n, err
}
