package practice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// folder is a shelf of SQLite files, the embedded default.
type folder struct {
	dir     string
	options sqlite.Options
	serving *flock.Flock
}

func openFolder(dir string, options Options) (*folder, error) {
	if options.MustExist {
		if _, err := os.Stat(filepath.Join(dir, "hub.db")); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no Bridgework data in %s; name the folder with --data, or make a practice there with `bridgework practice create`", dir)
		}
	}
	// Health data: nobody but the server's own account may look.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &folder{
		dir:     dir,
		options: sqlite.Options{Clock: options.Clock, NoMmap: options.NoMmap, Throwaway: options.Throwaway},
		serving: flock.New(filepath.Join(dir, "serve.lock")),
	}, nil
}

func (f *folder) hub(context.Context) (store.DB, error) {
	return sqlite.Open(filepath.Join(f.dir, "hub.db"), store.HubMigrations(), f.options)
}

func (f *folder) newName() string { return "practice-" + randomText(12, lowerAlphabet) + ".db" }

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

// create copies the template: four times as fast as running the migrations (performance study,
// section 4).
func (f *folder) create(_ context.Context, name string) error {
	template, err := f.template()
	if err != nil {
		return err
	}
	if err := f.copy(template, f.path(name)); err != nil {
		return err
	}
	// A damaged template would make damaged practices, and stop the server that finds them.
	db, err := sqlite.Open(f.path(name), store.PracticeMigrations(), f.options)
	if err != nil {
		f.remove(name)
		return fmt.Errorf("%w; remove %s, it is made anew", err, template)
	}
	return db.Close()
}

func (f *folder) remove(name string) { os.Remove(f.path(name)) }

func (f *folder) open(_ context.Context, name string) (store.DB, error) {
	if _, err := os.Stat(f.path(name)); errors.Is(err, fs.ErrNotExist) {
		return nil, missing(f, name)
	}
	return sqlite.Open(f.path(name), store.PracticeMigrations(), f.options)
}

func missing(f *folder, name string) error {
	return fmt.Errorf("its database, %s, is missing from %s; restore it from a backup", name, f.dir)
}

func (f *folder) migrated(_ context.Context, name string) (bool, error) {
	version, err := sqlite.Version(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, missing(f, name)
	}
	// A file without a header was never closed in order: it is opened to see.
	return err == nil && version == len(store.PracticeMigrations()), nil
}

// secret is made when it is first asked for. It is written whole or not at all, and the first of
// several processes wins.
func (f *folder) secret() (string, error) {
	path := f.path("secret")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		made := f.path("secret-" + randomText(12, lowerAlphabet))
		if err := os.WriteFile(made, []byte(seal.NewSecret()+"\n"), 0o600); err != nil {
			return "", err
		}
		defer os.Remove(made)
		if err := os.Link(made, path); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		text, err = os.ReadFile(path)
	}
	return strings.TrimSpace(string(text)), err
}

func (f *folder) lock() error {
	locked, err := f.serving.TryLock()
	if err != nil {
		return err
	}
	if !locked {
		return fmt.Errorf("another bridgework is serving %s; stop it first, or use another --data folder", f.dir)
	}
	return nil
}

func (f *folder) close() error { return f.serving.Unlock() }

// template finds or makes the template of this program's schema.
func (f *folder) template() (string, error) {
	steps := store.PracticeMigrations()
	path := f.path(fmt.Sprintf("template-%d.db", len(steps)))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	// Built under a name of its own: a template is whole or absent, also when two programs make it.
	building := f.path("template-" + randomText(12, lowerAlphabet) + ".db")
	db, err := sqlite.Open(building, steps, f.options)
	if err != nil {
		return "", err
	}
	if err := db.Close(); err != nil {
		return "", err
	}
	return path, os.Rename(building, path)
}

// copy writes to a temporary name, syncs and renames, so that the file is whole or absent.
func (f *folder) copy(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	temporary := to + ".new"
	target, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	_, err = io.Copy(target, source)
	if err == nil && !f.options.Throwaway {
		err = target.Sync()
	}
	if closed := target.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary, to)
	}
	if err != nil || f.options.Throwaway {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
