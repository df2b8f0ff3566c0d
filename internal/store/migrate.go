package store

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations
var migrationFiles embed.FS

// Migration is one numbered step of a schema. Steps are additive and run once, in order.
type Migration struct {
	Number     int
	Name       string
	Statements []string // in MySQL's dialect; an engine prints them for itself
}

// Newer refuses a database that a newer program has migrated further than this one knows.
func Newer(version, known int) error {
	return fmt.Errorf("it was last used by a newer Bridgework (schema %d, this program knows %d): "+
		"start the newer program, or restore a backup from before", version, known)
}

// HubMigrations are the steps of the hub's schema.
func HubMigrations() []Migration { return mustLoad("migrations/hub") }

// PracticeMigrations are the steps of a practice's schema.
func PracticeMigrations() []Migration { return mustLoad("migrations/practice") }

// mustLoad reads the embedded files; a wrong name or number is a broken build.
func mustLoad(dir string) []Migration {
	entries, err := fs.ReadDir(migrationFiles, dir)
	if err != nil {
		panic(err)
	}
	steps := make([]Migration, 0, len(entries))
	for _, entry := range entries {
		digits, name, _ := strings.Cut(strings.TrimSuffix(entry.Name(), ".sql"), "_")
		number, err := strconv.Atoi(digits)
		if err != nil || number != len(steps)+1 {
			panic(fmt.Sprintf("store: migration %s/%s is out of order", dir, entry.Name()))
		}
		text, err := fs.ReadFile(migrationFiles, dir+"/"+entry.Name())
		if err != nil {
			panic(err)
		}
		steps = append(steps, Migration{Number: number, Name: name, Statements: split(string(text))})
	}
	return steps
}

// split cuts a migration into statements: one ends with a semicolon at the end of a line.
func split(text string) []string {
	var statements []string
	var current strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "--") || strings.TrimSpace(line) == "" {
			continue
		}
		current.WriteString(line)
		if strings.HasSuffix(strings.TrimSpace(line), ";") {
			statements = append(statements, strings.TrimSuffix(strings.TrimSpace(current.String()), ";"))
			current.Reset()
		}
	}
	return statements
}
