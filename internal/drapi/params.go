package drapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// maxBody is the longest body of parameters: two texts of 20,000 characters, each written in twelve signs, and more.
const maxBody = 1 << 20

// readPrefill reads the parameters of a call that opens a form, in whichever of three ways they are written.
func readPrefill(c *call) (referral.Prefill, error) {
	p := referral.Prefill{Given: make(map[string]string), IdempotencyKey: c.request.Header.Get("Idempotency-Key")}
	kind, options, err := mediaType(c.request.Header.Get("Content-Type"))
	if err != nil {
		return p, err
	}
	body, err := readBody(c)
	if err != nil {
		return p, err
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		err = readForm(&p, body)
	case "multipart/form-data":
		err = readMultipart(&p, body, options["boundary"])
	case "application/json":
		err = readJSON(&p, body)
	default:
		err = fault.New(fault.Invalid, "Content-Type must be application/x-www-form-urlencoded, multipart/form-data or application/json")
	}
	return p, err
}

// mediaType reads a Content-Type. Without one the parameters are taken to be written as a form's.
func mediaType(header string) (kind string, options map[string]string, err error) {
	if header == "" {
		return "application/x-www-form-urlencoded", nil, nil
	}
	kind, options, err = mime.ParseMediaType(header)
	if err != nil {
		return "", nil, fault.New(fault.Invalid, "Content-Type is not a media type")
	}
	return kind, options, nil
}

func readBody(c *call) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.ResponseWriter, c.request.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, fault.New(fault.TooLarge, "The parameters are longer than %d bytes; send files with prepare_fileupload and add_file", maxBody)
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, err, "The body was cut off on its way; send it again")
	}
	return body, nil
}

// given notes one parameter. One that is given twice is not guessed at.
func given(p *referral.Prefill, name, value string) {
	if before, twice := p.Given[name]; twice && before != value {
		wrong(p, name, "is given twice, with two values; send it once")
		return
	}
	p.Given[name] = value
}

// wrong notes a fault once for each parameter; the parameter's name is put before it.
func wrong(p *referral.Prefill, name, text string) {
	for _, f := range p.Wrong {
		if f.Name == name {
			return
		}
	}
	p.Wrong = append(p.Wrong, fault.Field{Name: name, Text: text})
}

func readForm(p *referral.Prefill, body []byte) error {
	for pair := range strings.SplitSeq(string(body), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return fault.New(fault.Invalid, "The body is not written as a form's: a parameter's name has a %% that is followed by no two hexadecimal digits")
		}
		value, err = url.QueryUnescape(value)
		if err != nil {
			wrong(p, name, "has a % that is followed by no two hexadecimal digits; write a % itself as %25")
			continue
		}
		given(p, name, value)
	}
	return nil
}

// readMultipart reads the parts that have no file name; files are sent by add_file.
func readMultipart(p *referral.Prefill, body []byte, boundary string) error {
	if boundary == "" {
		return fault.New(fault.Invalid, "Content-Type multipart/form-data must name its boundary")
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "The body is not a whole multipart/form-data; send it again")
		}
		if part.FormName() == "" || part.FileName() != "" {
			continue
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "The body is not a whole multipart/form-data; send it again")
		}
		given(p, part.FormName(), string(value))
	}
}

// readJSON reads one object of texts and numbers. A number is taken as it is written: an NHS number may have a zero
// in front only in a text.
func readJSON(p *referral.Prefill, body []byte) error {
	notAnObject := fault.New(fault.Invalid, "The body must be one JSON object with the parameters' names, in UTF-8")
	if !utf8.Valid(body) {
		return notAnObject
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return notAnObject
	}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return notAnObject
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return notAnObject
		}
		jsonParameter(p, name, raw)
	}
	if _, err := decoder.Token(); err != nil {
		return notAnObject
	}
	if _, err := decoder.Token(); err != io.EOF {
		return notAnObject
	}
	return nil
}

func jsonParameter(p *referral.Prefill, name string, raw json.RawMessage) {
	switch raw[0] {
	case 'n': // null is no value
	case '"':
		var text string
		if json.Unmarshal(raw, &text) == nil {
			given(p, name, text)
		}
	case '{', '[':
		wrong(p, name, "must be a text or a number, and is a list or an object")
	case 't', 'f':
		wrong(p, name, "must be a text or a number, and is true or false")
	default:
		given(p, name, string(raw))
	}
}

// query finds a parameter of the address. "" is one that is not there.
func query(r *http.Request, name string) (string, error) {
	found, count := "", 0
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key != name {
			if !strings.ContainsAny(key, "%+") {
				continue
			}
			if unescaped, err := url.QueryUnescape(key); err != nil || unescaped != name {
				continue
			}
		}
		if strings.ContainsAny(value, "%+") {
			unescaped, err := url.QueryUnescape(value)
			if err != nil {
				return "", parameterFault(name, "has a %% that is followed by no two hexadecimal digits")
			}
			value = unescaped
		}
		if count > 0 && value != found {
			return "", parameterFault(name, "is given twice, with two values; send it once")
		}
		found, count = value, count+1
	}
	return found, nil
}

func parameterFault(name, format string, args ...any) error {
	return fault.InvalidFields([]fault.Field{{Name: name, Text: name + " " + fmt.Sprintf(format, args...)}})
}
