package form

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Catalog holds form types: the current version of each, which new referrals are made on, and older ones that
// stored referrals were made on. It may be used by any number of goroutines.
type Catalog struct {
	current map[string]*Type
	shared  map[string]*Section
	files   map[string]*Type // as they stand in their files, with the shared sections not yet in place

	mu   sync.RWMutex
	kept map[string]*Type // by name and version
}

//go:embed types/*.yaml
var shipped embed.FS

// Builtin is the catalog of the types that are shipped. The error, of type Flaws, is one of the program.
func Builtin() (*Catalog, error) { return Open("") }

// Open is the catalog of the shipped types and of those in a folder, which win over shipped ones of the same
// name; so do shared sections, in every form that uses them. The folder "" is none. Files of a folder end in
// .yaml or .yml; others are left alone. An error of type Flaws names every line that is wrong.
func Open(dir string) (*Catalog, error) {
	sources, err := readFolder(shipped, "types")
	if err != nil {
		return nil, err
	}
	if dir != "" {
		own, err := readFolder(os.DirFS(dir), ".")
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "The folder of forms cannot be read")
		}
		for i := range own {
			own[i].name = filepath.Join(dir, own[i].name)
		}
		return catalog(sources, own)
	}
	return catalog(sources, nil)
}

// file is one file's name and text.
type file struct {
	name string
	text []byte
}

func readFolder(folder fs.FS, at string) ([]file, error) {
	entries, err := fs.ReadDir(folder, at)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name)) || strings.HasPrefix(name, ".") {
			continue
		}
		path := name
		if at != "." {
			path = at + "/" + name
		}
		text, err := fs.ReadFile(folder, path)
		if err != nil {
			return nil, err
		}
		files = append(files, file{name, text})
	}
	return files, nil
}

// catalog makes one of layers of files, of which a later one wins.
func catalog(layers ...[]file) (*Catalog, error) {
	c := &Catalog{current: make(map[string]*Type), shared: make(map[string]*Section), kept: make(map[string]*Type), files: make(map[string]*Type)}
	forms := c.files
	var flaws Flaws
	for _, layer := range layers {
		where := make(map[string]position) // within one layer a name is given once
		for _, f := range layer {
			src := readSource(f.name, f.text)
			flaws = append(flaws, src.flaws...)
			name, at := "", position{}
			switch {
			case src.form != nil:
				name, at = src.form.Name, src.form.at
				forms[name] = src.form
			case src.section != nil:
				name, at = "section "+src.section.ID, src.section.at
				c.shared[src.section.ID] = src.section
				v := new(verifier)
				if v.alone(src.section); len(src.flaws) == 0 {
					flaws = append(flaws, v.flaws...)
				}
			default:
				continue
			}
			if first, twice := where[name]; twice {
				flaws = append(flaws, Flaw{at.file, at.line, fmt.Sprintf("%s is in %s already", name, first.file)})
			}
			where[name] = at
		}
	}
	if len(flaws) > 0 {
		return nil, flaws.inOrder()
	}
	for _, name := range sortedKeys(forms) {
		t, wrong := forms[name].resolve(c.shared)
		flaws = append(flaws, wrong...)
		if t != nil {
			c.current[name] = t
		}
	}
	for _, name := range sortedKeys(c.current) {
		flaws = append(flaws, c.checkOffers(c.current[name])...)
	}
	return c, flaws.inOrder().err()
}

// inOrder sorts flaws by file and line. One in a shared section shows in each form that uses it, and is named once.
func (f Flaws) inOrder() Flaws {
	slices.SortFunc(f, func(a, b Flaw) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text))
	})
	return slices.Compact(f)
}

// checkOffers checks that the forms which rules offer are there.
func (c *Catalog) checkOffers(t *Type) Flaws {
	var flaws Flaws
	check := func(rules []Rule) {
		for i := range rules {
			offer := rules[i].Offer
			if _, ok := c.current[offer]; offer != "" && !ok {
				at := rules[i].at.of("offer")
				flaws = append(flaws, Flaw{at.file, at.line, fmt.Sprintf("the rule offers the form %q, which there is not%s", offer, orList(suggestion(offer, c.Names()), c.Names()))})
			}
		}
	}
	check(t.Rules)
	for i := range t.Sections {
		check(t.Sections[i].Rules)
	}
	return flaws
}

// Names are the current form types, sorted.
func (c *Catalog) Names() []string { return sortedKeys(c.current) }

// Titles are what people call the form types, by name.
func (c *Catalog) Titles() map[string]string {
	titles := make(map[string]string, len(c.current))
	for name, kind := range c.current {
		titles[name] = kind.Title
	}
	return titles
}

// Current is the version of a form type that new referrals are made on; NotFound with a suggestion when there is none.
func (c *Catalog) Current(name string) (*Type, error) {
	if t, ok := c.current[name]; ok {
		return t, nil
	}
	return nil, fault.New(fault.NotFound, "There is no form type %q%s", name, orList(suggestion(name, c.Names()), c.Names()))
}

// Version is a form type as a referral was filled in with it; NotFound when it was neither shipped nor kept.
func (c *Catalog) Version(name, version string) (*Type, error) {
	if t, ok := c.current[name]; ok && t.version == version {
		return t, nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if t, ok := c.kept[name+" "+version]; ok {
		return t, nil
	}
	return nil, fault.New(fault.NotFound, "There is no version %q of the form type %q", version, name)
}

// Keep adds a version that was stored by its Canonical form, and returns it. It has the version that it was stored
// with, also where this program would write the same content in other bytes. Keeping one again does nothing.
func (c *Catalog) Keep(canonical []byte) (*Type, error) {
	t, err := Parse("stored form type", canonical)
	if err != nil {
		return nil, err
	}
	t.canon = slices.Clone(canonical)
	t.version = versionOf(t.Number, canonical)
	c.mu.Lock()
	defer c.mu.Unlock()
	key := t.Name + " " + t.version
	if known, ok := c.kept[key]; ok {
		return known, nil
	}
	c.kept[key] = t
	return t, nil
}

// CheckFiles reads files as they would be in the folder, beside the shipped types and those of dir, and returns
// what is wrong with them, and with the forms that use their sections; and the form types among them that are in order. An error is one of reading.
func CheckFiles(dir string, paths []string) (good []*Type, flaws Flaws, err error) {
	base, err := Open(dir)
	if err != nil {
		return nil, nil, err
	}
	shared := make(map[string]*Section, len(base.shared))
	for id, section := range base.shared {
		shared[id] = section
	}
	var forms []*Type
	var changed []string // shared sections
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, fault.Wrap(fault.Invalid, err, "The file cannot be read")
		}
		src := readSource(path, text)
		flaws = append(flaws, src.flaws...)
		switch {
		case len(src.flaws) > 0:
		case src.section != nil:
			v := new(verifier)
			if v.alone(src.section); len(v.flaws) == 0 {
				shared[src.section.ID] = src.section
				changed = append(changed, src.section.ID)
			}
			flaws = append(flaws, v.flaws...)
		default:
			forms = append(forms, src.form)
		}
	}
	offered := &Catalog{current: make(map[string]*Type)}
	for name, t := range base.current {
		offered.current[name] = t
	}
	for _, f := range forms {
		offered.current[f.Name] = f
	}
	for _, f := range forms {
		t, wrong := f.resolve(shared)
		if t != nil {
			wrong = offered.checkOffers(t)
		}
		flaws = append(flaws, wrong...)
		if t != nil && len(wrong) == 0 {
			good = append(good, t)
		}
	}
	for _, name := range sortedKeys(base.files) {
		f := base.files[name]
		replaced := slices.ContainsFunc(forms, func(f *Type) bool { return f.Name == name })
		if !replaced && slices.ContainsFunc(f.Sections, func(s Section) bool { return slices.Contains(changed, s.Use) }) {
			_, wrong := f.resolve(shared)
			flaws = append(flaws, wrong...)
		}
	}
	return good, flaws.inOrder(), nil
}
