package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Flaw is one thing that is wrong with a file.
type Flaw struct {
	File string
	Line int // from 1; 0 when the file as a whole is meant
	Text string
}

// String is "file:line: text".
func (f Flaw) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Flaws are all things that are wrong with some files, in order.
type Flaws []Flaw

// Error has one flaw a line.
func (f Flaws) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

func (f Flaws) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// position is where in a file something stands, and its properties.
type position struct {
	file  string
	line  int
	props map[string]int // line by property
}

// of is the line of a property, or of the whole where it is not given.
func (p position) of(property string) position {
	if line, ok := p.props[property]; ok {
		return position{file: p.file, line: line}
	}
	return p
}

// maxFile is the size beyond which a file is no form.
const maxFile = 1 << 20

// reader reads a file into the types of this package, by their json names, and collects what is wrong.
type reader struct {
	file  string
	flaws Flaws
}

func (r *reader) flaw(line int, format string, args ...any) {
	r.flaws = append(r.flaws, Flaw{r.file, line, fmt.Sprintf(format, args...)})
}

// yamlLine finds the line in an error of the parser, which has it only in words.
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// root parses the one document of a file; nil when there is none.
func (r *reader) root(text []byte) (root *yaml.Node) {
	if len(text) > maxFile {
		r.flaw(0, "a file has at most %d bytes", maxFile)
		return nil
	}
	parser := yaml.NewDecoder(bytes.NewReader(text))
	var document, more yaml.Node
	if err := parser.Decode(&document); errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0 {
		r.flaw(0, "the file is empty")
		return nil
	} else if err != nil {
		r.unreadable(err)
		return nil
	}
	if err := parser.Decode(&more); err == nil {
		r.flaw(more.Line, "a file holds one form or one section; a second document begins here")
		return nil
	} else if !errors.Is(err, io.EOF) {
		r.unreadable(err)
		return nil
	}
	return document.Content[0]
}

func (r *reader) unreadable(err error) {
	line, text := 0, err.Error()
	if match := yamlLine.FindStringSubmatch(text); match != nil {
		line, _ = strconv.Atoi(match[1]) // "" is line 0: unknown
		text = match[2]
	}
	r.flaw(line, "this is not YAML: %s", text)
}

// read fills a value from a node. Everything that does not fit is a flaw; what fits is read all the same.
func (r *reader) read(node *yaml.Node, into reflect.Value) {
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		r.flaw(node.Line, "anchors and aliases are not understood; write it out, or make it a shared section")
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		r.read(node, into.Elem())
	case reflect.Struct:
		r.object(node, into)
	case reflect.Slice:
		r.list(node, into)
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		for key, value := range r.pairs(node) {
			var text string
			r.read(value, reflect.ValueOf(&text).Elem())
			into.SetMapIndex(reflect.ValueOf(key.Value), reflect.ValueOf(text))
		}
	default:
		r.scalar(node, into)
	}
}

// pairs walks a mapping; a key that stands twice is a flaw.
func (r *reader) pairs(node *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if node.Kind != yaml.MappingNode {
			r.flaw(node.Line, "names with values belong here, not %s", describe(node))
			return
		}
		seen := make(map[string]int)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if key.Kind != yaml.ScalarNode || key.Anchor != "" {
				r.flaw(key.Line, "a name is one word, not %s", describe(key))
				continue
			}
			if first, twice := seen[key.Value]; twice {
				r.flaw(key.Line, "%q is given twice, first in line %d", key.Value, first)
				continue
			}
			seen[key.Value] = key.Line
			if !yield(key, value) {
				return
			}
		}
	}
}

// names has the json names of a struct's fields, by index.
func names(of reflect.Type) (known []string, index map[string]int) {
	index = make(map[string]int)
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if name != "" {
			known = append(known, name)
			index[name] = i
		}
	}
	return known, index
}

func (r *reader) object(node *yaml.Node, into reflect.Value) {
	// The short forms: `prefill: patient_town` and `prefill: [a, b]`.
	if prefill, ok := into.Addr().Interface().(*Prefill); ok && node.Kind != yaml.MappingNode {
		prefill.at = position{file: r.file, line: node.Line}
		if node.Kind == yaml.ScalarNode {
			prefill.From = make([]string, 1)
			r.scalar(node, reflect.ValueOf(&prefill.From[0]).Elem())
		} else {
			r.list(node, reflect.ValueOf(&prefill.From).Elem())
		}
		return
	}
	known, index := names(into.Type())
	at := position{file: r.file, line: node.Line, props: make(map[string]int)}
	for key, value := range r.pairs(node) {
		i, ok := index[key.Value]
		if !ok {
			r.flaw(key.Line, "%q is not known here%s", key.Value, orList(suggestion(key.Value, known), known))
			continue
		}
		at.props[key.Value] = key.Line
		r.read(value, into.Field(i))
	}
	setPosition(into, at)
}

func orList(suggested string, known []string) string {
	if suggested != "" {
		return suggested
	}
	return "; known are " + strings.Join(known, ", ")
}

// setPosition writes a struct's field at.
func setPosition(into reflect.Value, at position) {
	switch v := into.Addr().Interface().(type) {
	case *Type:
		v.at = at
	case *AgeRule:
		v.at = at
	case *Fixed:
		v.at = at
	case *Section:
		v.at = at
	case *Field:
		v.at = at
	case *Option:
		v.at = at
	case *Prefill:
		v.at = at
	case *Rule:
		v.at = at
	case *Derived:
		v.at = at
	case *Condition:
		v.at = at
	case *sharedSection:
		v.at = at
	}
}

func (r *reader) list(node *yaml.Node, into reflect.Value) {
	// The short form of options: a label by id.
	if into.Type() == reflect.TypeFor[[]Option]() && node.Kind == yaml.MappingNode {
		var options []Option
		for key, value := range r.pairs(node) {
			option := Option{ID: key.Value, at: position{file: r.file, line: key.Line}}
			r.read(value, reflect.ValueOf(&option.Label).Elem())
			options = append(options, option)
		}
		into.Set(reflect.ValueOf(options))
		return
	}
	if node.Kind != yaml.SequenceNode {
		r.flaw(node.Line, "a list belongs here, not %s", describe(node))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content)))
	for i, item := range node.Content {
		r.read(item, into.Index(i))
	}
}

func (r *reader) scalar(node *yaml.Node, into reflect.Value) {
	if node.Kind != yaml.ScalarNode {
		r.flaw(node.Line, "one value belongs here, not %s", describe(node))
		return
	}
	// A word is taken as it is written: yes and no, 1.10 and 2026-01-01 stay texts where a text belongs.
	text := node.Value
	isNull := node.Tag == "!!null"
	switch into.Kind() {
	case reflect.String:
		if isNull || strings.TrimSpace(text) == "" {
			r.flaw(node.Line, "a text is missing here")
			return
		}
		if strings.ContainsFunc(text, isUnprintable) {
			r.flaw(node.Line, "the text has a sign that cannot be printed")
			return
		}
		into.SetString(strings.TrimSpace(text))
	case reflect.Bool:
		switch text {
		case "true", "yes":
			into.SetBool(true)
		case "false", "no":
			into.SetBool(false)
		default:
			r.flaw(node.Line, "%q is neither true nor false", text)
		}
	case reflect.Int:
		number, err := strconv.Atoi(text)
		if err != nil || number < 0 || number > 1_000_000 {
			r.flaw(node.Line, "%q is not a whole number from 0 to 1000000", text)
			return
		}
		into.SetInt(int64(number))
	case reflect.Float64:
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || !slices.Contains([]string{"!!int", "!!float"}, node.Tag) || number < -1e9 || number > 1e9 || number != number {
			r.flaw(node.Line, "%q is not a number", text)
			return
		}
		into.SetFloat(number)
	}
}

// describe names what a node is, for people.
func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "names with values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	default:
		if node.Tag == "!!null" {
			return "nothing"
		}
		return "one value"
	}
}
