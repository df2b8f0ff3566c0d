// Package docs checks that docs/MAP.md is true.
package docs

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/bridgework-dental/bridgework/"

var quoted = regexp.MustCompile("`([^`]+)`")

// room is a row of the first table: what a package may import; any is everything.
type room struct {
	may []string
	any bool
}

func readMap(t *testing.T) map[string]room {
	t.Helper()
	file, err := os.Open("MAP.md")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rooms := make(map[string]room)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 5 || !strings.HasPrefix(strings.TrimSpace(cells[1]), "`") {
			continue
		}
		name := quoted.FindStringSubmatch(cells[1])[1]
		if _, twice := rooms[name]; twice {
			t.Errorf("%s stands on the map twice", name)
		}
		r := room{any: strings.TrimSpace(cells[3]) == "anything"}
		for _, match := range quoted.FindAllStringSubmatch(cells[3], -1) {
			r.may = append(r.may, match[1])
		}
		rooms[name] = r
	}
	return rooms
}

// packages finds the rooms that there are, with what their program files import of this module.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		name := path.Dir(filepath.ToSlash(strings.TrimPrefix(file, "../")))
		if _, ok := found[name]; !ok {
			found[name] = nil
		}
		if strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if own, ok := strings.CutPrefix(imported, module); ok && !slices.Contains(found[name], own) {
				found[name] = append(found[name], own)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheMapNamesEveryRoomAndNoOther(t *testing.T) {
	rooms, there := readMap(t), packages(t)
	for name := range there {
		if _, ok := rooms[name]; !ok {
			t.Errorf("%s is not on the map", name)
		}
	}
	for name := range rooms {
		if _, ok := there[name]; !ok {
			t.Errorf("%s is on the map and not in the house", name)
		}
	}
}

func TestARoomImportsOnlyWhatTheMapAllows(t *testing.T) {
	rooms := readMap(t)
	for name, imports := range packages(t) {
		for _, imported := range imports {
			if !rooms[name].any && !slices.Contains(rooms[name].may, imported) {
				t.Errorf("%s imports %s, which the map does not allow", name, imported)
			}
		}
		for _, allowed := range rooms[name].may {
			if !slices.Contains(imports, allowed) {
				t.Errorf("the map allows %s to import %s, which it does not", name, allowed)
			}
		}
	}
}

func TestArrowsPointDown(t *testing.T) {
	rooms := readMap(t)
	var visit func(name string, trail []string)
	visit = func(name string, trail []string) {
		if slices.Contains(trail, name) {
			t.Errorf("the map has a circle: %s", strings.Join(append(trail, name), " → "))
			return
		}
		for _, next := range rooms[name].may {
			visit(next, append(trail, name))
		}
	}
	for name := range rooms {
		visit(name, nil)
	}
}
