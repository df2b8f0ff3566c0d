package notify

import (
	"context"
	"errors"
	"net"
	"net/url"
	"unicode"

	"github.com/bridgework-dental/bridgework/internal/document"
)

var errAddress = errors.New("the address of the endpoint is not usable")

// reason is an error of a call without the address in it: an address may hold a developer's secret.
func reason(err error) error {
	if document.IsNotAllowed(err) {
		return errors.New("the practice's settings do not allow the endpoint's host; `bridgework practice egress` shows and sets them")
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return errors.New("the endpoint did not answer in time")
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var operation *net.OpError
	if errors.As(err, &operation) {
		return errors.New("the endpoint cannot be reached")
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return errors.New("the endpoint's host is not known")
	}
	return errors.New("the call failed")
}

// printable keeps what may stand in a header.
func printable(r rune) rune {
	if r > unicode.MaxASCII || !unicode.IsPrint(r) {
		return '?'
	}
	return r
}
