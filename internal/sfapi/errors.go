package sfapi

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/intake"
)

// problem is one fault as the platform words it.
type problem struct {
	Message   string   `json:"message"`
	ErrorCode string   `json:"errorCode"`
	Fields    []string `json:"fields,omitempty"`
}

// refusal is an answer that is no success: all faults at once, each with its code.
type refusal struct {
	status   int
	problems []problem
	allow    string // the methods of a path, for 405
	internal error  // for the log
}

// Error is for the log; it names codes only.
func (r *refusal) Error() string {
	if r.internal != nil {
		return r.internal.Error()
	}
	return r.problems[0].ErrorCode
}

func refuse(status int, code, message string, fields ...string) *refusal {
	return &refusal{status: status, problems: []problem{{Message: message, ErrorCode: code, Fields: fields}}}
}

// The codes of the platform that are used here (spec salesforce.yaml, errors).
const (
	codeSession    = "INVALID_SESSION_ID"
	codeNotFound   = "NOT_FOUND"
	codeMethod     = "METHOD_NOT_ALLOWED"
	codeParser     = "JSON_PARSER_ERROR"
	codeMalformed  = "MALFORMED_ID"
	codeMissing    = "REQUIRED_FIELD_MISSING"
	codeField      = "INVALID_FIELD"
	codePicklist   = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
	codeInput      = "INVALID_API_INPUT"
	codeTooLong    = "STRING_TOO_LONG"
	codeType       = "INVALID_TYPE_ON_FIELD_IN_RECORD"
	codeReference  = "INVALID_CROSS_REFERENCE_KEY"
	codeDuplicates = "DUPLICATES_DETECTED"
	codeMedia      = "UNSUPPORTED_MEDIA_TYPE"
	codeTooLarge   = "REQUEST_LIMIT_EXCEEDED"
	codeQuery      = "MALFORMED_QUERY"
	codeReadOnly   = "INVALID_FIELD_FOR_INSERT_UPDATE"
	codeUnknown    = "UNKNOWN_EXCEPTION"
	codeBusy       = "SERVER_UNAVAILABLE"
)

// refusalOf is how a fault is answered.
func refusalOf(err error) *refusal {
	if r, ok := err.(*refusal); ok {
		return r
	}
	f := fault.From(err)
	switch f.Kind {
	case fault.Unauthenticated:
		return refuse(http.StatusUnauthorized, codeSession, "Session expired or invalid")
	case fault.NotFound:
		if len(f.Fields) == 0 {
			return refuse(http.StatusNotFound, codeNotFound, "The requested resource does not exist")
		}
		r := &refusal{status: http.StatusBadRequest}
		for _, field := range f.Fields {
			r.problems = append(r.problems, problem{field.Text, codeReference, []string{field.Name}})
		}
		return r
	case fault.Conflict:
		if errors.Is(err, intake.Several) {
			return refuse(http.StatusBadRequest, codeDuplicates, f.Text)
		}
		return refuse(http.StatusConflict, codeInput, f.Text)
	case fault.Invalid:
		return refuse(http.StatusBadRequest, codeInput, f.Text)
	case fault.TooLarge:
		return refuse(http.StatusRequestEntityTooLarge, codeTooLarge, f.Text)
	case fault.Busy:
		return refuse(http.StatusServiceUnavailable, codeBusy, "The server is busy; try again")
	}
	r := refuse(http.StatusInternalServerError, codeUnknown, "An unexpected error occurred. Please include the request id if you contact support")
	r.internal = err
	return r
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) // a client that has gone cannot be told
}
