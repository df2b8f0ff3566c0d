package resource

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Input is a decoded body: the fields that the resource knows and the caller may send, each checked
// for its type. What is wrong with them is in Faults; a fault never hides another.
type Input struct {
	form   *Form
	values []any // by field index; nil is not sent
	Faults []fault.Field
}

// Mode says what a body is for.
type Mode uint8

// The modes.
const (
	Creating  Mode = iota // a POST
	Updating              // a PUT
	Importing             // a row as it is, with every stored field
	Acting                // what an action takes
)

// requires tells whether required fields must be there.
func (m Mode) requires() bool { return m == Creating || m == Acting }

// Decode reads a body. Fields that may not be sent, and keys that
// the resource does not know, are dropped silently, as the documents say. An error is returned only
// where there is no object to speak of.
func (p *Form) Decode(body []byte, mode Mode) (*Input, error) {
	members, err := DecodeObject(body)
	if err != nil {
		return nil, err
	}
	return p.decode(func(field *Field) (json.RawMessage, bool) { return p.member(members, field) }, mode), nil
}

// decode reads the fields that member finds.
func (p *Form) decode(member func(*Field) (raw json.RawMessage, sent bool), mode Mode) *Input {
	in := &Input{form: p, values: make([]any, len(p.Fields))}
	var err error
	for i := range p.Fields {
		field := &p.Fields[i]
		if !field.settable(mode) || p.isShadowed(field) {
			continue
		}
		raw, sent := member(field)
		// "Leave blank" is as not sent (seed 002, Recalls PUT Status).
		if mode == Acting && field.Kind != KindText && string(raw) == `""` {
			sent = false
		}
		if !sent {
			if mode.requires() && field.Required {
				in.refuse(field.Name, errRequired)
			}
			continue
		}
		if in.values[i], err = field.decode(raw, mode); err != nil {
			in.refuse(field.Name, err)
		}
		if mode.requires() && field.Required && isBlank(in.values[i]) && err == nil {
			in.refuse(field.Name, errRequired)
		}
	}
	return in
}

var errRequired = errors.New("is required")

func isBlank(value any) bool {
	if text, ok := value.(string); ok {
		return strings.TrimSpace(text) == ""
	}
	v := reflect.ValueOf(value)
	return !v.IsValid() || v.IsZero()
}

func (in *Input) refuse(name string, err error) {
	in.Faults = append(in.Faults, fault.Field{Name: name, Text: name + " " + err.Error()})
}

// settable tells whether a caller may send the field.
func (f *Field) settable(mode Mode) bool {
	switch mode {
	case Importing:
		return f.Column != "" || f.In
	case Creating:
		return f.Create && !f.Hidden
	case Acting:
		return f.In
	default:
		return f.Update && !f.Hidden
	}
}

// isShadowed tells whether the API gives a hidden field's name to another: a patient's BillingType
// is stored as a number and spoken as a name.
func (p *Form) isShadowed(field *Field) bool { return field.Hidden && p.byName[field.Name] != nil }

// DecodeObject reads a body as one JSON object with its keys as they were sent: encoding/json alone
// would fold CommType and commType into one. Of a key that is sent twice the last one counts.
func DecodeObject(body []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(body) {
		return nil, fault.New(fault.Invalid, "The body is not valid UTF-8")
	}
	if !json.Valid(body) {
		return nil, fault.New(fault.Invalid, "The body is not valid JSON")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return nil, fault.New(fault.Invalid, "The body must be a JSON object")
	}
	return members, nil
}

// member finds the field's value: by its exact name, else by a name that differs only in case and
// is not the exact name of another field. null is as not sent.
func (p *Form) member(members map[string]json.RawMessage, field *Field) (json.RawMessage, bool) {
	raw, sent := members[field.Name]
	if !sent {
		var names []string
		for name := range members {
			if strings.EqualFold(name, field.Name) && p.byName[name] == nil {
				names = append(names, name)
			}
		}
		if len(names) == 0 || p.hasTwin(field) {
			return nil, false
		}
		slices.Sort(names)
		raw = members[names[0]]
	}
	return raw, !bytes.Equal(raw, []byte("null"))
}

// hasTwin tells whether another field's name differs only in case: a misspelt key is then neither.
func (p *Form) hasTwin(field *Field) bool {
	for i := range p.Fields {
		other := &p.Fields[i]
		if other != field && !other.Hidden && strings.EqualFold(other.Name, field.Name) {
			return true
		}
	}
	return false
}

// decode reads one value with the leniency that the documents show: numbers may come as text, and
// booleans as text in any case or as JSON's own.
func (f *Field) decode(raw json.RawMessage, mode Mode) (any, error) {
	text, isText, err := unquote(raw)
	if err != nil {
		return nil, err
	}
	switch f.Kind {
	case KindText:
		if !isText {
			return nil, errNotText
		}
		return f.bounded(text)
	case KindBool:
		value, ok := parseBool(strings.TrimSpace(text))
		if !ok {
			return nil, errNotBool
		}
		return value, nil
	case KindInt:
		number, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return nil, errNotWhole
		}
		return number, nil
	case KindFloat:
		number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return nil, errNotNumber
		}
		return number, nil
	case KindMoney:
		amount, err := dental.ParseMoney(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		return amount, nil
	case KindInts:
		return decodeInts(raw)
	case KindTime:
		return decodeTime(text, isText)
	case KindEnum:
		if right, ok := f.Wrong[text]; ok {
			text = right
		}
		number := memberOf(f.Names, text)
		if !isText || number < 0 || f.Names[number] == f.But && mode != Importing {
			return nil, errors.New(mustBeOneOf(f.accepted()))
		}
		return int64(number), nil
	case KindDate:
		date, err := decodeDate(text, isText)
		if err != nil {
			return nil, err
		}
		return date, mode.checkDay(date)
	default:
		at, err := decodeDateTime(text, isText)
		if err != nil {
			return nil, err
		}
		return at, mode.checkDay(at.Date())
	}
}

// checkDay refuses a day that is too early to be meant. Rows that are imported are taken as they are.
func (m Mode) checkDay(day dental.Date) error {
	if m == Importing || !day.IsTooEarly() {
		return nil
	}
	return errTooEarly
}

// accepted are the members that a caller may send.
func (f *Field) accepted() []string {
	return slices.DeleteFunc(slices.Clone(f.Names), func(name string) bool { return name == f.But })
}

// A date that is sent as "" is cleared, as any other text field.
func decodeDate(text string, isText bool) (dental.Date, error) {
	if isText && text == "" {
		return dental.Date{}, nil
	}
	date, err := dental.ParseDate(text)
	if err != nil || !isText {
		return dental.Date{}, errNotDate
	}
	return date, nil
}

func decodeDateTime(text string, isText bool) (dental.DateTime, error) {
	if isText && text == "" {
		return dental.DateTime{}, nil
	}
	at, err := dental.ParseDateTime(text)
	if err != nil || !isText {
		return dental.DateTime{}, errNotDateTime
	}
	return at, nil
}

func decodeTime(text string, isText bool) (any, error) {
	if isText && text == "" {
		return dental.TimeOfDay(0), nil
	}
	at, err := dental.ParseTimeOfDay(text)
	if err != nil || !isText {
		return nil, errNotTime
	}
	return at, nil
}

// decodeInts reads an array, whose numbers may come as text, too.
func decodeInts(raw json.RawMessage) (any, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, errNotInts
	}
	numbers := make([]int64, 0, len(items))
	for _, item := range items {
		text, _, err := unquote(item)
		if err != nil {
			return nil, errNotInts
		}
		number, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return nil, errNotInts
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// unquote returns a JSON string's text, or any other scalar as it is written. Objects and arrays
// are never a field's value, and come back as text that no kind accepts.
func unquote(raw json.RawMessage) (text string, isText bool, err error) {
	if len(raw) == 0 || raw[0] != '"' {
		return string(raw), false, nil
	}
	if err := json.Unmarshal(raw, &text); err != nil {
		return "", false, errNotText
	}
	if strings.ContainsRune(text, 0) {
		return "", false, errors.New("contains a NUL character")
	}
	return text, true, nil
}

// bounded checks the length in characters, not in bytes.
func (f *Field) bounded(text string) (any, error) {
	if most := max(maxText, f.Max); len(text) > most {
		return nil, errors.New("is longer than " + strconv.Itoa(most) + " bytes")
	}
	if f.Max > 0 && len(text) > f.Max && utf8.RuneCountInString(text) > f.Max {
		return nil, errors.New("is longer than " + strconv.Itoa(f.Max) + " characters")
	}
	return text, nil
}

// Has tells whether the caller sent the field, with a value of its type.
func (in *Input) Has(name string) bool { return in.values[in.form.mustField(name).index] != nil }

// Text is a sent text field, "" when it was not sent.
func (in *Input) Text(name string) string {
	text, _ := in.values[in.form.mustField(name).index].(string)
	return text
}

// Apply writes what was sent into a row struct.
func (in *Input) Apply(row any) {
	target := reflect.ValueOf(row).Elem()
	for i, value := range in.values {
		if value == nil {
			continue
		}
		field := target.Field(in.form.Fields[i].index)
		field.Set(reflect.ValueOf(value).Convert(field.Type()))
	}
}

func (p *Form) mustField(name string) *Field {
	field := p.byName[name]
	if field == nil {
		panic("resource: " + p.title + " has no field " + name)
	}
	return field
}
