package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// The names of the Standard Webhooks, which receivers that know nothing of them ignore.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
	secretPrefix    = "whsec_"
)

func encode(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

// sign is the signature of a call at a time: version 1, HMAC-SHA256 over id, time and body.
func sign(key []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return "v1," + encode(mac.Sum(nil))
}

// post sends a call once. The status is 0 where there was no answer; the error says why in words that may be logged.
func (s *Sender) post(ctx context.Context, call referral.Call, at time.Time) (status int, err error) {
	sealer, err := s.options.Sealer()
	if err != nil {
		return 0, errors.New("the installation has no secret to sign with")
	}
	egress, err := s.options.Egress(ctx, call.Practice)
	if err != nil {
		return 0, errors.New("the practice's setting of hosts cannot be read")
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return 0, errors.New("the address is not usable")
	}
	timestamp := strconv.FormatInt(at.Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Bridgework")
	request.Header.Set(headerID, call.ID)
	request.Header.Set(headerTimestamp, timestamp)
	request.Header.Set(headerSignature, sign(key(sealer, call.Practice), call.ID, timestamp, call.Body))
	client := egress.Client()
	// Where else to go is not for a receiver to say: an answer that leads elsewhere is one that is not 200.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return 0, reason(err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		// Read to its end, as the receiver expects it; not without end. What it says is of no matter.
		_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	}
	return response.StatusCode, nil
}

// errLate is what a receiver comes to that does not answer in time.
var errLate = errors.New("the receiver did not answer in time")

func isLate(err error) bool { return errors.Is(err, errLate) }

// reason is an error of a call without the address in it: an address may hold a secret.
func reason(err error) error {
	if document.IsNotAllowed(err) {
		return errors.New("the practice's settings do not allow the receiver's host; `bridgework practice egress` shows and sets them")
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return errLate
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return errors.New("the receiver's host is not known")
	}
	var operation *net.OpError
	if errors.As(err, &operation) {
		return errors.New("the receiver cannot be reached")
	}
	return errors.New("the call failed")
}
