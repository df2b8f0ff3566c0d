package paper

import (
	"context"
	"io"
)

// ReadUpload reads an uploaded PDF as Referral does, and writes everything that would come into the document.
func ReadUpload(ctx context.Context, body []byte) (pages int, reason string) {
	u := readUpload(ctx, body)
	for _, o := range u.appendix.objects {
		_, _ = io.WriteString(io.Discard, o.dict(1))
	}
	return len(u.pages), u.reason
}
