// Package apitest drives the whole server in tests: the vectors, the conformance suite that is
// derived from the declarations, and scenarios. It is not part of the program.
package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Vector is one request, the answer to it, and what it changed; spec/vectors/README.md has the keys.
type Vector struct {
	Name     string                     `json:"name"`
	Source   string                     `json:"source"`
	Clock    string                     `json:"clock"`
	Given    map[string]json.RawMessage `json:"given"`
	Request  Request                    `json:"request"`
	Response Response                   `json:"response"`
	Changes  *[]Change                  `json:"changes"`
	Deviates string                     `json:"deviates"`
	Demo     Demo                       `json:"demo"`
}

// Request is what is sent.
type Request struct {
	Method  string          `json:"method"`
	Path    string          `json:"path"`
	Body    json.RawMessage `json:"body"`
	RawBody *string         `json:"raw_body"`
}

// Text is the body as it is sent.
func (r *Request) Text() string {
	if r.RawBody != nil {
		return *r.RawBody
	}
	return string(r.Body)
}

// Response is what must come back.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
	Empty   bool              `json:"empty"`
}

// Change is one changed row.
type Change struct {
	Table   string   `json:"table"`
	Key     int64    `json:"key"`
	Kind    string   `json:"kind"`
	Columns []string `json:"columns,omitempty"`
}

// Demo says how the vector is read when it is sent to the demo.
type Demo struct {
	Skip      string                     `json:"skip"`
	Assigned  []string                   `json:"assigned"`
	Overrides map[string]json.RawMessage `json:"overrides"`
	Prefix    bool                       `json:"prefix"`
	// Given puts the vector's rows into the demo first; Stock puts what a new practice has and the demo has changed
	// back before that, and Without takes all rows out of tables.
	Given   bool     `json:"given"`
	Stock   bool     `json:"stock"`
	Without []string `json:"without"`
}

// LoadVectors reads the vectors of one API by file. A key that is not known is an error: a vector
// never promises what nobody checks.
func LoadVectors(t testing.TB, api string) map[string][]Vector {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "spec", "vectors", api, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors of %s: %v", api, err)
	}
	vectors := make(map[string][]Vector)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var list []Vector
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&list); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for i := range list {
			if list[i].Changes == nil || list[i].Source == "" {
				t.Fatalf("%s: %q lacks changes or source", path, list[i].Name)
			}
		}
		vectors[filepath.Base(path)] = list
	}
	return vectors
}

// Tokens reads a JSON text into what matters of it: its order, its keys, its values, and the text of
// its numbers, but not its blanks and escapes.
func Tokens(text []byte) ([]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tokens []string
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return tokens, nil
		}
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, fmt.Sprintf("%T %v", token, token))
	}
}
