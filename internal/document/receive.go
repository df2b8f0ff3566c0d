package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gabriel-vasile/mimetype"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// MaxBody is the longest body that a caller may send, in bytes: 4 GiB, which one PUT of S3 takes.
const MaxBody = 4 << 30

// Body says what a body is.
type Body struct {
	Hash Hash
	Size int64
	Kind *Kind
}

// Received is a body that has arrived and belongs to no row yet. Close must be called.
type Received struct {
	Body

	shelf  *Shelf
	spool  *os.File
	found  *mimetype.MIME
	sweeps int64 // how often a body of this hash had been removed when it was kept
	kept   bool
}

const (
	bufferSize = 256 << 10
	buffers    = 4
	// flushSize is how much is received before the disk is asked to begin with it.
	flushSize = 8 << 20
)

// Receive reads a body of at most limit bytes into a spool, in constant memory, and looks at what it is.
// An error of r is returned as it is; a body that is empty or too long is a fault.
func (s *Shelf) Receive(ctx context.Context, r io.Reader, limit int64) (_ *Received, err error) {
	spool, err := s.Room.bodies.Spool()
	if err != nil {
		return nil, err
	}
	received := &Received{shelf: s, spool: spool}
	defer func() {
		if err != nil {
			received.Close()
		}
	}()
	if err := received.fill(ctx, r, min(limit, MaxBody)); err != nil {
		return nil, err
	}
	if received.Size == 0 {
		return nil, fault.New(fault.Invalid, "The file is empty")
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	received.found, err = mimetype.DetectReader(spool)
	return received, err
}

// fill copies r to the spool. The hash is computed beside the writing, on another core where there is one.
func (r *Received) fill(ctx context.Context, source io.Reader, limit int64) error {
	full, free, hashed := make(chan []byte, buffers), make(chan []byte, buffers), make(chan struct{})
	for range buffers {
		free <- make([]byte, bufferSize)
	}
	sum := sha256.New()
	go func() {
		defer close(hashed)
		for chunk := range full {
			sum.Write(chunk)
			free <- chunk[:cap(chunk)]
		}
	}()
	err := func() error {
		defer close(full)
		for flushed := int64(0); ; {
			if err := ctx.Err(); err != nil {
				return err
			}
			buffer := <-free
			n, err := readFull(source, buffer)
			if r.Size += int64(n); r.Size > limit {
				return fault.New(fault.TooLarge, "The file is longer than %d bytes", limit)
			}
			full <- buffer[:n]
			if _, err := r.spool.Write(buffer[:n]); err != nil {
				return fmt.Errorf("the file cannot be received: %w", err)
			}
			if r.Size-flushed >= flushSize {
				beginFlush(r.spool, flushed, r.Size-flushed)
				flushed = r.Size
			}
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
		}
	}()
	<-hashed
	r.Hash = Hash(hex.EncodeToString(sum.Sum(nil)))
	return err
}

// readFull fills the buffer. Unlike io.ReadFull it tells the end of a source, io.EOF, from a source that
// was cut and says so.
func readFull(source io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var read int
		read, err = source.Read(buffer[n:])
		n += read
	}
	return n, err
}

// File is the received body, at its beginning.
func (r *Received) File() (io.ReadSeeker, error) {
	_, err := r.spool.Seek(0, io.SeekStart)
	return r.spool, err
}

// Close removes the spool, unless its body was kept.
func (r *Received) Close() error {
	err := r.spool.Close()
	if !r.kept {
		err = errors.Join(err, os.Remove(r.spool.Name()))
	}
	return err
}
