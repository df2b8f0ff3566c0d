package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// settings are the values behind the flags: a secret's _FILE twin, and the file that --config names.
// A variable wins over both; kong has applied it already.
type settings struct {
	path   string
	values map[string]any
}

// readSettings looks for --config before the other flags are parsed, because they depend on it.
func readSettings(args []string) (*settings, error) {
	s := &settings{path: os.Getenv("BRIDGEWORK_CONFIG"), values: make(map[string]any)}
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--config="); ok {
			s.path = value
		} else if arg == "--config" && i+1 < len(args) {
			s.path = args[i+1]
		}
	}
	if s.path == "" {
		return s, nil
	}
	text, err := os.ReadFile(s.path)
	if err != nil {
		return nil, fmt.Errorf("the settings cannot be read: %w", err)
	}
	if err := toml.Unmarshal(text, &s.values); err != nil {
		return nil, fmt.Errorf("%s is not valid TOML: %w", s.path, err)
	}
	return s, nil
}

// Validate implements kong.Resolver: a name that no flag has is a mistake, not a wish.
func (s *settings) Validate(app *kong.Application) error {
	var known []string
	for _, node := range append(app.Leaves(true), app.Node) {
		for _, flags := range node.AllFlags(true) {
			for _, flag := range flags {
				known = append(known, flag.Name)
			}
		}
	}
	for name := range s.values {
		if slices.Contains(known, name) {
			continue
		}
		return fmt.Errorf("%s sets %q, which is not a setting%s", s.path, name, suggestion(name, known))
	}
	return nil
}

// suggestion offers the known name that a mistyped one begins like.
func suggestion(name string, known []string) string {
	name = strings.ReplaceAll(name, "_", "-")
	for _, candidate := range known {
		if candidate == name || len(name) > 2 && strings.HasPrefix(candidate, name[:3]) {
			return fmt.Sprintf("; did you mean %q?", candidate)
		}
	}
	return ""
}

// Resolve implements kong.Resolver.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return nil, nil
		}
		if path, ok := os.LookupEnv(name + "_FILE"); ok && flag.Tag.Has("secret") {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("%s_FILE cannot be read: %w", name, err)
			}
			secret := strings.TrimSpace(string(text))
			if secret == "" {
				return nil, fmt.Errorf("the file that %s_FILE names is empty", name)
			}
			return secret, nil
		}
	}
	value, ok := s.values[flag.Name]
	if !ok {
		return nil, nil
	}
	switch value := value.(type) {
	case []any:
		if !flag.IsSlice() {
			return nil, fmt.Errorf("%s in %s takes one value, not a list", flag.Name, s.path)
		}
		words := make([]string, len(value))
		for i := range value {
			words[i] = fmt.Sprint(value[i])
		}
		return strings.Join(words, ","), nil
	case map[string]any:
		return nil, fmt.Errorf("%s in %s takes a value, not a table", flag.Name, s.path)
	default:
		return fmt.Sprint(value), nil
	}
}
