package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Folder keeps bodies as files: SHELF/ab/abcdef…, and what is being received in tmp.
type Folder struct {
	dir         string
	isThrowaway bool
	made        sync.Map // folders that are known to be durable
}

// OpenFolder opens a folder of bodies and makes it when it is not there. Health data: nobody but the
// server's own account may look.
func OpenFolder(dir string) (*Folder, error) { return openFolder(&Folder{dir: dir}) }

// OpenThrowaway opens a folder that is removed when the process ends: nothing waits until the disk has it.
func OpenThrowaway(dir string) (*Folder, error) {
	return openFolder(&Folder{dir: dir, isThrowaway: true})
}

func openFolder(f *Folder) (*Folder, error) {
	if err := f.makeDir(f.Spools()); err != nil {
		return nil, err
	}
	return f, nil
}

// Spools implements Bodies. It is in the same file system as the bodies, so that a rename is enough.
func (f *Folder) Spools() string { return filepath.Join(f.dir, "tmp") }

func (f *Folder) shelfDir(shelf string) string { return filepath.Join(f.dir, shelf) }

func (f *Folder) path(shelf string, hash Hash) string {
	return filepath.Join(f.shelfDir(shelf), string(hash[:2]), string(hash))
}

// Spool implements Bodies.
func (f *Folder) Spool() (*os.File, error) { return os.CreateTemp(f.Spools(), "spool-") }

// Keep implements Bodies.
func (f *Folder) Keep(_ context.Context, shelf string, hash Hash, spool *os.File) error {
	path := f.path(shelf, hash)
	dir := filepath.Dir(path)
	if err := f.makeDir(dir); err != nil {
		return err
	}
	now := time.Now()
	if err := os.Chtimes(path, now, now); err == nil {
		return os.Remove(spool.Name()) // the same bytes are stored once
	}
	if !f.isThrowaway {
		if err := spool.Sync(); err != nil {
			return err
		}
	}
	if err := os.Rename(spool.Name(), path); err != nil {
		return err
	}
	return f.syncDir(dir)
}

// makeDir makes a folder and all above it durable.
func (f *Folder) makeDir(dir string) error {
	if _, known := f.made.Load(dir); known {
		return nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		parent := filepath.Dir(dir)
		if err := f.makeDir(parent); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := f.syncDir(parent); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	f.made.Store(dir, true)
	return nil
}

func (f *Folder) syncDir(path string) error {
	if f.isThrowaway {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Open implements Bodies.
func (f *Folder) Open(_ context.Context, shelf string, hash Hash) (io.ReadSeekCloser, error) {
	file, err := os.Open(f.path(shelf, hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errMissing(shelf, hash)
	}
	return file, err
}

// Remove implements Bodies.
func (f *Folder) Remove(_ context.Context, shelf string, hash Hash) error {
	err := os.Remove(f.path(shelf, hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Each implements Bodies. What is not named as a body is left alone.
func (f *Folder) Each(ctx context.Context, shelf string, fn func(Hash, time.Time) error) error {
	err := filepath.WalkDir(f.shelfDir(shelf), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !IsHash(entry.Name()) {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return fn(Hash(entry.Name()), info.ModTime())
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was ever kept
	}
	return err
}

// Forget implements Bodies.
func (f *Folder) Forget(before time.Time) error { return forgetSpools(f.Spools(), before) }

func forgetSpools(dir string, before time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, entry := range entries {
		if entry.IsDir() {
			continue // arrivals, whose owners know how long each is waited for
		}
		info, err := entry.Info()
		if err != nil || info.ModTime().After(before) {
			continue // it is gone, or in use
		}
		if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("a left spool cannot be removed: %w", err))
		}
	}
	return errors.Join(errs...)
}
