package odapi

import (
	"crypto/rand"
	"net/http"
)

// requestID takes over the id that a proxy or client has given, when it is a plain word, and makes
// one otherwise. It ties together the answer, the log and the audit trail.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); isPlainWord(id) {
		return id
	}
	return rand.Text()[:16]
}

func isPlainWord(text string) bool {
	const longest = 64
	if text == "" || len(text) > longest {
		return false
	}
	for i := range len(text) {
		b := text[i]
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '_', b == '.':
		default:
			return false
		}
	}
	return true
}
