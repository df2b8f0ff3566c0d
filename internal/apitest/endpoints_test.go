package apitest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/od"
)

func TestEveryEndpointOfTheSpecificationIsServed(t *testing.T) {
	program, err := Bridgework()
	if err != nil {
		t.Fatal(err)
	}
	printed, err := exec.CommandContext(t.Context(), filepath.Join("..", "..", "scripts", "endpoints"), program).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	lines := strings.Split(strings.TrimSpace(string(printed)), "\n")
	missing, told := lines[:len(lines)-1], lines[len(lines)-1]
	if told != "78 of 78 endpoints are served" {
		t.Errorf("the script ends with %q", told)
	}
	for _, endpoint := range missing {
		t.Errorf("%s is not served", endpoint)
	}
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

func TestAnEndpointSaysTheVersionThatTheSpecificationSays(t *testing.T) {
	since := make(map[string]string)
	for _, r := range od.All() {
		for _, route := range od.Routes(r) {
			since[route.Method+" "+parameter.ReplaceAllString(route.Path, "{}")] = route.Access.Since
		}
	}
	list, err := os.ReadFile(filepath.Join("..", "..", "spec", "endpoints", "opendental.txt"))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for line := range strings.Lines(string(list)) {
		words := strings.Fields(line)
		if len(words) != 3 {
			continue // a comment
		}
		got, isServed := since[words[0]+" "+parameter.ReplaceAllString(words[1], "{}")]
		if !isServed || words[2] == "-" {
			continue
		}
		compared++
		if got != words[2] {
			t.Errorf("%s %s says that it is there since %s, and the specification says %s", words[0], words[1], got, words[2])
		}
	}
	if compared < 30 {
		t.Errorf("only %d endpoints were compared", compared)
	}
}
