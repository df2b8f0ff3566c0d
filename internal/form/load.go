package form

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// sharedSection is a file that holds a section for several forms.
type sharedSection struct {
	Name      string     `json:"section"`
	Title     string     `json:"title"`
	Help      string     `json:"help,omitempty"`
	Document  string     `json:"document,omitempty"`
	ShownWhen *Condition `json:"shown_when,omitempty"`
	Borrows   []string   `json:"borrows,omitempty"`
	Fields    []Field    `json:"fields"`
	Derived   []Derived  `json:"derived,omitempty"`
	Rules     []Rule     `json:"rules,omitempty"`
	at        position
}

// source is one file, read: a form type or a shared section, or nothing where the flaws are too great.
type source struct {
	form    *Type
	section *Section
	flaws   Flaws
}

// readSource reads a file without regard to others.
func readSource(file string, text []byte) source {
	r := &reader{file: file}
	root := r.root(text)
	if root == nil {
		return source{flaws: r.flaws}
	}
	var named []string
	for i := 0; i+1 < len(root.Content); i += 2 {
		named = append(named, root.Content[i].Value)
	}
	switch {
	case slices.Contains(named, "section") && !slices.Contains(named, "form"):
		var shared sharedSection
		r.read(root, reflect.ValueOf(&shared).Elem())
		shared.at.props["id"] = shared.at.of("section").line
		return source{flaws: r.flaws, section: &Section{ID: shared.Name, Title: shared.Title, Help: shared.Help, Document: shared.Document,
			ShownWhen: shared.ShownWhen, Borrows: shared.Borrows, Fields: shared.Fields, Derived: shared.Derived, Rules: shared.Rules, at: shared.at}}
	case slices.Contains(named, "form"):
		t := new(Type)
		r.read(root, reflect.ValueOf(t).Elem())
		return source{flaws: r.flaws, form: t}
	default:
		// Read as a form all the same: a misspelt word is named with the right one.
		t := new(Type)
		r.read(root, reflect.ValueOf(t).Elem())
		r.flaw(root.Line, "a file begins with `form:` and the form's name, or with `section:` and the section's")
		return source{flaws: r.flaws}
	}
}

// Parse reads one form type that uses no shared section, such as Canonical writes it. The error is of type Flaws.
func Parse(file string, text []byte) (*Type, error) {
	src := readSource(file, text)
	if src.form == nil && len(src.flaws) == 0 {
		src.flaws = Flaws{{file, 0, "this is a shared section, and a form is wanted"}}
	}
	if len(src.flaws) > 0 {
		return nil, src.flaws
	}
	t, flaws := src.form.resolve(nil)
	return t, flaws.err()
}

// resolve puts the shared sections in their places, checks the whole and prepares it for use.
func (t *Type) resolve(shared map[string]*Section) (*Type, Flaws) {
	whole := *t
	whole.Sections = nil
	var flaws Flaws
	for i := range t.Sections {
		section := t.Sections[i]
		if section.Use != "" {
			used, ok := shared[section.Use]
			if !ok {
				at := section.at.of("use")
				flaws = append(flaws, Flaw{at.file, at.line, fmt.Sprintf("there is no shared section %q%s", section.Use, orList(suggestion(section.Use, sortedKeys(shared)), sortedKeys(shared)))})
				continue
			}
			if len(section.at.props) > 1 {
				flaws = append(flaws, Flaw{section.at.file, section.at.line, "a section that uses a shared one has nothing else beside it"})
				continue
			}
			section = *used
		}
		// Each form has fields of its own: they know their section.
		section.Fields = slices.Clone(section.Fields)
		section.Derived = slices.Clone(section.Derived)
		whole.Sections = append(whole.Sections, section)
	}
	if len(flaws) > 0 {
		return nil, flaws
	}
	v := &verifier{t: &whole}
	v.whole()
	if len(v.flaws) > 0 {
		return nil, v.flaws
	}
	var err error
	if whole.canon, err = canonical(&whole); err != nil {
		return nil, Flaws{{whole.at.file, 0, err.Error()}}
	}
	whole.version = versionOf(whole.Number, whole.canon)
	return &whole, nil
}

func versionOf(number int, canon []byte) string {
	sum := sha256.Sum256(canon)
	return fmt.Sprintf("%d-%s", number, hex.EncodeToString(sum[:6]))
}

func canonical(t *Type) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Canonical is the type with its shared sections in place, as JSON: the same bytes for the same content,
// whatever the layout of the file. Parse reads it. Read it only.
func (t *Type) Canonical() []byte { return t.canon }

// Version names this content: the declared number and the beginning of the content's SHA-256, "1-5f0a33c1d2e4".
func (t *Type) Version() string { return t.version }
