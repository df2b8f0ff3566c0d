package paper

import (
	"context"
	"io"
)

// ReadUpload reads an uploaded PDF as Referral does, and writes everything that would come into the document.
func ReadUpload(ctx context.Context, body []byte) (pages int, reason string) {
	var appendix attachments
	read, reason := readPages(ctx, body, &appendix)
	for _, o := range appendix.objects {
		_, _ = io.WriteString(io.Discard, o.dict(1))
	}
	return len(read), reason
}
