// Package fault knows the nine kinds of error that Bridgework tells apart, and nothing of HTTP:
// each dialect's edge owns the table from kind to status and body.
package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Kind says what went wrong, from the caller's side. The list is closed.
type Kind uint8

// The nine kinds.
const (
	Internal        Kind = iota // our failure; the caller learns nothing of the cause
	Invalid                     // the input breaks a rule; Fields says which
	NotFound                    // a row or route that was asked for does not exist
	Conflict                    // the input is well-formed but clashes with what is stored
	Unauthenticated             // no key, or none that is valid
	Forbidden                   // a valid key without the permission
	Gone                        // the method existed once
	TooLarge                    // the body is over the limit
	Busy                        // try again later: overload, throttle, lost race, time-out
)

var kindNames = [...]string{"internal", "invalid", "not found", "conflict", "unauthenticated", "forbidden", "gone", "too large", "busy"}

// String is the kind's name in logs and in the audit trail.
func (k Kind) String() string { return kindNames[k] }

// Field is one fault of one input field.
type Field struct {
	Name string // as the caller spelled it in the contract, "RefDate"
	Text string // a whole sentence without full stop that names the field and what is allowed
}

// Fault is an error with a text that is safe to show to the caller.
type Fault struct {
	Kind   Kind
	Text   string  // for the caller: what is wrong and what to do; never health data, never internals
	Fields []Field // every field that is at fault, in the contract's field order
	Err    error   // for the log only
}

// Error is for logs: it includes the cause, which the caller never sees.
func (f *Fault) Error() string {
	text := f.Kind.String()
	if f.Text != "" {
		text += ": " + f.Text
	}
	if f.Err != nil {
		text += ": " + f.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// New makes a fault of a kind with a text for the caller.
func New(kind Kind, format string, args ...any) error {
	return &Fault{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault whose cause goes to the log and whose text goes to the caller.
func Wrap(kind Kind, err error, text string) error {
	return &Fault{Kind: kind, Text: text, Err: err}
}

// InvalidFields reports all faults of an input at once; it is nil when there are none.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = field.Text
	}
	return &Fault{Kind: Invalid, Text: strings.Join(texts, "; "), Fields: fields}
}

// From finds the fault in err. An error that is none, and was not foreseen, is Internal;
// a cancelled or expired context is Busy, because the work was not done and may be tried again.
func From(err error) *Fault {
	var f *Fault
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &Fault{Kind: Busy, Text: "The request was ended before it was answered", Err: err}
	default:
		return &Fault{Kind: Internal, Err: err}
	}
}

// Is tells whether err is a fault of the kind.
func Is(err error, kind Kind) bool {
	return err != nil && From(err).Kind == kind
}
