package document

import (
	"context"
	"encoding/hex"
	"io"
	"os"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Hash is the SHA-256 of a body in lower-case hexadecimal digits. It is the body's name.
type Hash string

// hashLength is that of a Hash in characters.
const hashLength = 64

// IsHash tells whether a name is a body's.
func IsHash(name string) bool {
	_, err := hex.DecodeString(name)
	return err == nil && len(name) == hashLength
}

// Bodies keeps bodies by shelf and hash. A folder and a bucket implement it.
type Bodies interface {
	// Spool makes an empty file that a body is received in. Its owner closes and removes it, unless Keep
	// has taken it.
	Spool() (*os.File, error)
	// Spools is the local folder of the spools.
	Spools() string
	// Keep makes a spooled body durable under its hash, and as young as if it were written now, also when
	// it is there already. The spool is of no use afterwards.
	Keep(ctx context.Context, shelf string, hash Hash, spool *os.File) error
	// Open reads a body. It is fault.NotFound when there is none.
	Open(ctx context.Context, shelf string, hash Hash) (io.ReadSeekCloser, error)
	// Remove removes a body; one that is not there is no error.
	Remove(ctx context.Context, shelf string, hash Hash) error
	// Each calls fn with every body of a shelf and the time it was last kept, in no order.
	Each(ctx context.Context, shelf string, fn func(hash Hash, keptAt time.Time) error) error
	// Forget removes spools that were left by a process that was ended, if they are older than before.
	Forget(before time.Time) error
}

// errMissing is what a row's body that is not there comes to: the operator has lost it.
func errMissing(shelf string, hash Hash) error {
	return fault.New(fault.NotFound, "The file's content is missing from this server; its operator can restore it from a backup (%s/%s)", shelf, hash[:12])
}
