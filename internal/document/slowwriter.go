package document

import (
	"io"
	"math"
	"net/http"
	"time"
)

// readerPatience is how long a reader may take for a part of a file.
const readerPatience = time.Minute

// SlowWriter gives a slow reader of a file time as long as the reader goes on: the server's own limit is for a whole answer.
func SlowWriter(w http.ResponseWriter) http.ResponseWriter {
	return &slowWriter{ResponseWriter: w, deadlines: http.NewResponseController(w)}
}

type slowWriter struct {
	http.ResponseWriter
	deadlines *http.ResponseController
	until     time.Time
}

// Write implements io.Writer.
func (w *slowWriter) Write(p []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(p)
}

// ReadFrom implements io.ReaderFrom: a part at a time, which the system copies by itself where it can.
func (w *slowWriter) ReadFrom(source io.Reader) (total int64, err error) {
	const part = 4 << 20
	left, file := int64(math.MaxInt64), source
	if limited, ok := source.(*io.LimitedReader); ok {
		left, file = limited.N, limited.R // the system looks through one limit, and not through two
	}
	for left > 0 {
		w.extend()
		n, err := io.CopyN(w.ResponseWriter, file, min(left, part))
		total, left = total+n, left-n
		if err == io.EOF {
			break
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (w *slowWriter) extend() {
	if now := time.Now(); w.until.Sub(now) < readerPatience/2 {
		w.until = now.Add(readerPatience)
		_ = w.deadlines.SetWriteDeadline(w.until) // what is no network connection has no deadline
	}
}
