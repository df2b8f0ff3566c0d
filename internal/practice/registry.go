// Package practice is the registry: which practices there are, where each one's database lives, and
// which API keys open it. It opens the databases and closes those that nobody uses. It knows no
// dialect and nothing of what is inside a practice.
package practice

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// Num is the key of a practice in the hub.
type Num int64

// Practice is one legal practice; its data is in a database of its own.
type Practice struct {
	Num       Num
	Name      string
	Database  string // the file's name in the data folder
	CreatedAt dental.DateTime
}

// Options say how the registry opens databases. The zero value is right for production.
type Options struct {
	Clock  func() time.Time // nil is time.Now
	NoMmap bool             // see sqlite.Options
}

// Registry is an open data folder.
type Registry struct {
	// Hub is the hub's own database with its trail.
	Hub *record.Book

	dir     string
	options Options
	open    *cache
	keys    keyCache
	lock    *flock.Flock
	closing sync.Once
}

// Open opens the data folder, creates it if need be, and brings the hub to this program's schema.
func Open(dir string, options Options) (*Registry, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	// Health data: nobody but the server's own account may look.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	hub, err := sqlite.Open(filepath.Join(dir, "hub.db"), store.HubMigrations(), sqlite.Options{Clock: options.Clock, NoMmap: options.NoMmap})
	if err != nil {
		return nil, err
	}
	r := &Registry{
		Hub:     &record.Book{DB: hub, Clock: options.Clock},
		dir:     dir,
		options: options,
		lock:    flock.New(filepath.Join(dir, "serve.lock")),
	}
	r.open = newCache(r.openBook)
	return r, nil
}

// LockServing makes this process the folder's only server: two would not know of each other's
// running writes. The lock ends with the process.
func (r *Registry) LockServing() error {
	locked, err := r.lock.TryLock()
	if err != nil {
		return err
	}
	if !locked {
		return fmt.Errorf("another bridgework is serving %s; stop it first, or use another --data folder", r.dir)
	}
	return nil
}

// Close closes every database; a second call does nothing. No lease may be held.
func (r *Registry) Close() (err error) {
	r.closing.Do(func() { err = errors.Join(r.open.close(), r.Hub.DB.Close(), r.lock.Unlock()) })
	return err
}

func (r *Registry) openBook(p Practice) (*record.Book, error) {
	path := filepath.Join(r.dir, p.Database)
	// Open would create a file that is missing, and an empty practice would look like a healthy one.
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("the database of practice %d is missing: %w", p.Num, err)
	}
	db, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{Clock: r.options.Clock, NoMmap: r.options.NoMmap})
	if err != nil {
		return nil, err
	}
	return &record.Book{DB: db, Clock: r.options.Clock}, nil
}

// Create makes a practice with a database of its own, a copy of the migrated template.
func (r *Registry) Create(ctx context.Context, caller audit.Caller, name string) (Practice, error) {
	if name == "" || len(name) > 255 {
		return Practice{}, fault.New(fault.Invalid, "A practice needs a name of at most 255 characters")
	}
	p := Practice{Name: name, Database: "practice-" + randomText(12, lowerAlphabet) + ".db"}
	if err := r.copyTemplate(p.Database); err != nil {
		return Practice{}, err
	}
	err := r.Hub.Write(ctx, caller, func(tx *record.Tx) error {
		p.CreatedAt = tx.At
		num, err := tx.Exec("INSERT INTO `practice` (`Name`, `NameFold`, `DatabaseName`, `CreatedAt`) VALUES (?, ?, ?, ?)",
			store.Text(name), store.Text(dental.Fold(name)), store.Text(p.Database), store.Text(tx.At.String()))
		if fault.Is(err, fault.Conflict) {
			return fault.New(fault.Conflict, "There is a practice of this name already")
		}
		if err != nil {
			return err
		}
		p.Num = Num(num)
		return tx.Note(audit.Create, "practice", num, "")
	})
	if err != nil {
		os.Remove(filepath.Join(r.dir, p.Database))
		return Practice{}, err
	}
	return p, nil
}

const practiceColumns = "SELECT `PracticeNum`, `Name`, `DatabaseName`, `CreatedAt` FROM `practice` "

// List reads all practices.
func (r *Registry) List(ctx context.Context) ([]Practice, error) {
	return r.find(ctx, practiceColumns+"ORDER BY `PracticeNum`")
}

// Find reads a practice by its name, without regard to case.
func (r *Registry) Find(ctx context.Context, name string) (Practice, error) {
	found, err := r.find(ctx, practiceColumns+"WHERE `NameFold` = ?", store.Text(dental.Fold(name)))
	if err == nil && len(found) == 0 {
		return Practice{}, fault.New(fault.NotFound, "There is no practice named %q; `bridgework practice list` shows them", name)
	}
	if err != nil {
		return Practice{}, err
	}
	return found[0], nil
}

func (r *Registry) find(ctx context.Context, sql string, args ...store.Value) ([]Practice, error) {
	var found []Practice
	err := r.Hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query(sql, args...)
		for rows.Next() {
			at, _ := dental.ParseDateTime(string(rows.Text(3)))
			found = append(found, Practice{
				Num: Num(rows.Int(0)), Name: string(rows.Text(1)), Database: string(rows.Text(2)), CreatedAt: at,
			})
		}
		return rows.Close()
	})
	return found, err
}

// Lease opens a practice's database, or finds it open, and keeps it open until release is called.
func (r *Registry) Lease(ctx context.Context, num Num) (book *record.Book, release func(), err error) {
	return r.open.lease(num, func() (Practice, error) {
		found, err := r.find(ctx, practiceColumns+"WHERE `PracticeNum` = ?", store.Int(num))
		if err == nil && len(found) == 0 {
			err = fault.New(fault.NotFound, "Practice not found")
		}
		if err != nil {
			return Practice{}, err
		}
		return found[0], nil
	})
}

// Migrate brings every practice to this program's schema. Which ones lack steps is read from the
// files' headers; report is called for each that was migrated.
func (r *Registry) Migrate(ctx context.Context, report func(Practice)) error {
	practices, err := r.List(ctx)
	if err != nil {
		return err
	}
	known := len(store.PracticeMigrations())
	for _, p := range practices {
		if err := ctx.Err(); err != nil {
			return err
		}
		version, err := sqlite.Version(filepath.Join(r.dir, p.Database))
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the database of practice %q, %s, is missing from %s", p.Name, p.Database, r.dir)
		}
		if err == nil && version == known {
			continue
		}
		_, release, err := r.Lease(ctx, p.Num)
		if err != nil {
			return fmt.Errorf("practice %q: %w", p.Name, err)
		}
		release()
		report(p)
	}
	return nil
}
