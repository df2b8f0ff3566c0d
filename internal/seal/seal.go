// Package seal keeps what must be given out again, and may therefore not be a hash: it is stored
// encrypted by the installation's own secret, which is not in the database.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// Sealer seals and opens by one secret (AES-256-GCM).
type Sealer struct {
	aead     cipher.AEAD
	nonceKey [sha256.Size]byte
	keyKey   [sha256.Size]byte // what Key is made from
}

// Shortest is the least length of a secret, in bytes.
const Shortest = 32

// New makes a sealer of a secret of random text.
func New(secret string) (*Sealer, error) {
	if len(secret) < Shortest {
		return nil, errors.New("the secret must be at least 32 random characters")
	}
	key := sha256.Sum256([]byte(secret))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead, sha256.Sum256([]byte("nonce of " + secret)), sha256.Sum256([]byte("keys of " + secret))}, nil
}

// NewSecret makes a secret.
func NewSecret() string { return rand.Text() + rand.Text() }

// Seal encrypts a text. The same text is sealed alike, and nothing else can be told of it: the nonce is
// made of the text, so that no two texts share one.
func (s *Sealer) Seal(text string) string {
	mac := hmac.New(sha256.New, s.nonceKey[:])
	mac.Write([]byte(text))
	nonce := mac.Sum(nil)[:s.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, []byte(text), nil))
}

// Open returns the text that was sealed. What was sealed by another secret, or changed since, is an
// error.
func (s *Sealer) Open(sealed string) (string, error) {
	data, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(data) < s.aead.NonceSize() {
		return "", errNotSealed
	}
	nonce, sealedText := data[:s.aead.NonceSize()], data[s.aead.NonceSize():]
	text, err := s.aead.Open(nil, nonce, sealedText, nil)
	if err != nil {
		return "", errNotSealed
	}
	return string(text), nil
}

var errNotSealed = errors.New("it was sealed by another secret")

// Key makes a key of the secret for another purpose than sealing: the same one for the same purpose, and nothing
// of the secret or of another purpose's key can be told from it.
func (s *Sealer) Key(purpose string) []byte {
	mac := hmac.New(sha256.New, s.keyKey[:])
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}
