package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Value is one answer, as it was typed or in its stored form. Which part of it is used depends on the kind:
// List for choices and teeth, Parts for what consists of named parts (of a history, the detail by ticked
// option), Files for files, Text for all others.
type Value struct {
	Text  string
	List  []string
	Parts map[string]string
	Files []File
}

// File is one upload that is attached. The room that keeps the bodies gives it its id and knows its type and size.
type File struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`     // as it was called where it came from
	View    string `json:"view,omitempty"`     // of a radiograph, one of Views
	TakenOn string `json:"taken_on,omitempty"` // of a radiograph, the day of exposure, yyyy-MM-dd
	Quality string `json:"quality,omitempty"`  // of a radiograph: acceptable or not_acceptable
}

// IsEmpty tells whether there is no answer.
func (v Value) IsEmpty() bool {
	return v.Text == "" && len(v.List) == 0 && len(v.Parts) == 0 && len(v.Files) == 0
}

// Answers are what was answered so far, by field id. An empty value is no answer.
type Answers map[string]Value

// Clone is a copy that can be changed.
func (a Answers) Clone() Answers {
	clone := make(Answers, len(a))
	for id, value := range a {
		clone[id] = value.clone()
	}
	return clone
}

func (v Value) clone() Value {
	return Value{v.Text, slices.Clone(v.List), maps.Clone(v.Parts), slices.Clone(v.Files)}
}

// Encode writes the answers for storage: a JSON object by field id, sorted, without those that are empty. Equal
// answers have equal bytes.
func (a Answers) Encode() ([]byte, error) {
	object := make(map[string]any, len(a))
	for id, value := range a {
		switch {
		case value.IsEmpty():
		case len(value.Files) > 0:
			object[id] = value.Files
		case len(value.Parts) > 0:
			object[id] = value.Parts
		case len(value.List) > 0:
			object[id] = value.List
		default:
			object[id] = value.Text
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(object); err != nil {
		return nil, fmt.Errorf("form: the answers cannot be encoded: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Decode reads stored answers into a version of the form, which need not be the one that they were given to:
// what this version does not ask is left out, one answer where there may be several becomes a list of one, a
// list of one where there can be only one becomes that. lost names, sorted, the fields whose answers did not
// find a place. It fails only for what is no JSON object.
func (t *Type) Decode(stored []byte) (answers Answers, lost []string, err error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(stored, &object); err != nil {
		return nil, nil, fmt.Errorf("form: the answers cannot be decoded: %w", err)
	}
	answers = make(Answers, len(object))
	for _, id := range sortedKeys(object) {
		if string(object[id]) == "null" {
			continue
		}
		field, ok := t.Field(id)
		if !ok {
			lost = append(lost, id)
			continue
		}
		value, ok := field.decode(object[id])
		if !ok {
			lost = append(lost, id)
			continue
		}
		if value = field.Normalise(value); !value.IsEmpty() {
			answers[id] = value
		}
	}
	return answers, lost, nil
}

func (f *Field) decode(raw json.RawMessage) (value Value, ok bool) {
	var text string
	var list []string
	switch f.Kind.shape() {
	case shapeText:
		if json.Unmarshal(raw, &text) == nil {
			return Value{Text: text}, true
		}
		if json.Unmarshal(raw, &list) == nil && len(list) == 1 {
			return Value{Text: list[0]}, true
		}
	case shapeList:
		if json.Unmarshal(raw, &text) == nil {
			return Value{List: []string{text}}, true
		}
		if json.Unmarshal(raw, &list) == nil {
			return Value{List: list}, true
		}
	case shapeParts:
		var parts map[string]string
		if json.Unmarshal(raw, &parts) == nil {
			return Value{Parts: parts}, true
		}
		// A history was a plain list of conditions once.
		if f.Kind == History && json.Unmarshal(raw, &list) == nil {
			parts = make(map[string]string, len(list))
			for _, id := range list {
				parts[id] = ""
			}
			return Value{Parts: parts}, true
		}
	case shapeFiles:
		var files []File
		if json.Unmarshal(raw, &files) == nil {
			return Value{Files: files}, true
		}
	}
	return Value{}, false
}

// tidy makes line ends and blanks one way, and the text valid.
func tidy(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if strings.ContainsRune(text, '\r') {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	return strings.TrimSpace(text)
}
