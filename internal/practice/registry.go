// Package practice is the registry: which practices there are, where each one's database lives, and
// which API keys open it. It opens the databases and closes those that nobody uses. It knows no
// dialect and nothing of what is inside a practice.
package practice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Num is the key of a practice in the hub.
type Num int64

// Practice is one legal practice; its data is in a database of its own.
type Practice struct {
	Num       Num
	Name      string
	Server    string // the name of a further server; "" is where the hub is
	Database  string // the file's name in the data folder, or the schema's on the server
	CreatedAt dental.DateTime
}

// Options say how the registry opens databases. The zero value is right for production.
type Options struct {
	Clock  func() time.Time // nil is time.Now
	NoMmap bool             // see sqlite.Options
	// Throwaway is for a data folder that is removed when the process ends: nothing waits until the disk has it.
	Throwaway bool
	// MustExist refuses a data folder without a hub: a mistyped path is not made into an installation.
	MustExist bool
	// Servers are further database servers by name, with their addresses. Practices are made there by
	// CreateOn, or brought there by Place.
	Servers map[string]string
	// Secret is what stored secrets are sealed with; "" is the data folder's own, which is made there.
	// A database server has none of its own.
	Secret string
}

// Registry is an open data folder, or an open database server.
type Registry struct {
	// Hub is the hub's own database with its trail.
	Hub *record.Book

	shelves *shelves
	options Options
	open    *cache
	keys    keyCache
	closing sync.Once
	sealer  func() (*seal.Sealer, error)
}

// Open opens a location and brings the hub to this program's schema. A location is the path of a data
// folder, which is made if need be, or a database server's address that begins with mysql://.
func Open(ctx context.Context, location string, options Options) (*Registry, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	var s shelf
	var err error
	if isServer(location) {
		s, err = openServer(ctx, location, options)
	} else {
		s, err = openFolder(location, options)
	}
	if err != nil {
		return nil, err
	}
	hub, err := s.hub(ctx)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	r := &Registry{Hub: &record.Book{DB: hub, Clock: options.Clock}, shelves: newShelves(s, options), options: options}
	r.open = newCache(r.openBook)
	r.sealer = sync.OnceValues(r.openSealer)
	return r, nil
}

// Sealer seals what the databases must keep and give out again.
func (r *Registry) Sealer() (*seal.Sealer, error) { return r.sealer() }

func (r *Registry) openSealer() (*seal.Sealer, error) {
	secret, err := r.options.Secret, error(nil)
	if secret == "" {
		secret, err = r.shelves.home.secret()
	}
	if err != nil {
		return nil, err
	}
	if secret == "" {
		return nil, fault.New(fault.Invalid, "This server has no secret to seal keys with; its operator can set one with --secret")
	}
	sealer, err := seal.New(secret)
	if err != nil {
		return nil, fmt.Errorf("--secret: %w", err)
	}
	return sealer, nil
}

// LockServing makes this process the only server of a data folder: two would not know of each other's
// running writes. The lock ends with the process.
func (r *Registry) LockServing() error { return r.shelves.home.lock() }

// Close closes every database; a second call does nothing. No lease may be held.
func (r *Registry) Close() (err error) {
	r.closing.Do(func() { err = errors.Join(r.open.close(), r.Hub.DB.Close(), r.shelves.close()) })
	return err
}

func (r *Registry) openBook(p Practice) (*record.Book, error) {
	// Not the request's context: the database stays open for those that follow.
	ctx := context.Background()
	s, err := r.shelves.of(ctx, p.Server)
	if fault.Is(err, fault.Invalid) {
		err = fault.Wrap(fault.Internal, err, "") // the operator's to put right, not the caller's
	}
	var db store.DB
	if err == nil {
		db, err = s.open(ctx, p.Database)
	}
	if err != nil {
		return nil, fmt.Errorf("practice %d: %w", p.Num, err)
	}
	return &record.Book{DB: db, Clock: r.options.Clock}, nil
}

// Create makes a practice with a database of its own where the hub is, a copy of the migrated template.
func (r *Registry) Create(ctx context.Context, caller audit.Caller, name string) (Practice, error) {
	return r.CreateOn(ctx, caller, "", name)
}

// CreateOn is Create on one of the further servers.
func (r *Registry) CreateOn(ctx context.Context, caller audit.Caller, server, name string) (Practice, error) {
	return r.CreateWith(ctx, caller, server, name, Details{})
}

// CreateWith is CreateOn with what stands on the practice's referrals. The practice is an organisation of the directory
// from the same commit on: one that refers, in the area that a new installation has.
func (r *Registry) CreateWith(ctx context.Context, caller audit.Caller, server, name string, details Details) (Practice, error) {
	if err := checkName("A practice", name); err != nil {
		return Practice{}, err
	}
	if err := details.check(); err != nil {
		return Practice{}, err
	}
	s, err := r.shelves.of(ctx, server)
	if err != nil {
		return Practice{}, err
	}
	p := Practice{Name: name, Server: server, Database: s.newName()}
	if err := s.create(ctx, p.Database); err != nil {
		return Practice{}, err
	}
	err = r.Hub.Write(ctx, caller, func(tx *record.Tx) error {
		p.CreatedAt = tx.At
		num, err := tx.Exec("INSERT INTO `practice` (`Name`, `NameFold`, `ServerName`, `DatabaseName`, `CreatedAt`, `UrnPrefix`, `Address`, `Phone`, `Email`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			store.Text(name), store.Text(dental.Fold(name)), store.Text(server), store.Text(p.Database), store.Text(tx.At.String()),
			store.Text(details.URNPrefix), store.Text(details.Address), store.Text(details.Phone), store.Text(details.Email))
		if fault.Is(err, fault.Conflict) {
			return fault.New(fault.Conflict, "There is a practice of this name already")
		}
		if err != nil {
			return err
		}
		p.Num = Num(num)
		if err := details.reserve(tx, num); err != nil {
			return err
		}
		// Its entry in the directory, which an administrator fills in further: package directory.
		if err := tx.Send("INSERT INTO `organisation` (`OrganisationNum`, `Name`, `NameFold`, `Address`, `Phone`, `Email`, `IsReferring`) VALUES (?, ?, ?, ?, ?, ?, 1)",
			store.Int(num), store.Text(name), store.Text(dental.Fold(name)), store.Text(details.Address), store.Text(details.Phone), store.Text(details.Email)); err != nil {
			return err
		}
		return tx.Note(audit.Create, "practice", num, "")
	})
	if err != nil {
		s.remove(p.Database)
		return Practice{}, err
	}
	return p, nil
}

// checkName refuses a name that is none, or that would not print as one.
func checkName(whose, name string) error {
	unprintable := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	if strings.TrimSpace(name) == "" || unprintable || utf8.RuneCountInString(name) > 255 {
		return fault.New(fault.Invalid, "%s needs a name of 1 to 255 printable characters", whose)
	}
	return nil
}

const practiceColumns = "SELECT `PracticeNum`, `Name`, `ServerName`, `DatabaseName`, `CreatedAt` FROM `practice` "

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
			at, _ := dental.ParseDateTime(string(rows.Text(4)))
			found = append(found, Practice{
				Num: Num(rows.Int(0)), Name: string(rows.Text(1)), Server: string(rows.Text(2)), Database: string(rows.Text(3)), CreatedAt: at,
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

// OpenNums lists the practices whose databases are open in this process.
func (r *Registry) OpenNums() []Num { return r.open.nums() }

// LeaseOpen is Lease for a practice whose database is open already, nil when it is not. It does not
// count as use, after which a database stays open for a while.
func (r *Registry) LeaseOpen(num Num) (book *record.Book, release func()) {
	return r.open.leaseOpen(num)
}

// Migrate brings every practice to this program's schema. report is called for each that was migrated,
// and with the reason for each that could not be: a practice that is out of reach does not keep the
// others from being served. It is an error when that is all of them.
func (r *Registry) Migrate(ctx context.Context, report func(Practice, error)) error {
	practices, err := r.List(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range practices {
		if err := ctx.Err(); err != nil {
			return err
		}
		migrated, err := r.migrate(ctx, p)
		if err != nil {
			err = fmt.Errorf("practice %q: %w", p.Name, err)
			errs = append(errs, err)
		}
		if migrated || err != nil {
			report(p, err)
		}
	}
	if len(errs) == len(practices) {
		return errors.Join(errs...)
	}
	return nil
}

// migrate opens a practice that lacks a migration, which applies it.
func (r *Registry) migrate(ctx context.Context, p Practice) (migrated bool, err error) {
	s, err := r.shelves.of(ctx, p.Server)
	if err != nil {
		return false, err
	}
	if done, err := s.migrated(ctx, p.Database); err != nil || done {
		return false, err
	}
	_, release, err := r.Lease(ctx, p.Num)
	if err != nil {
		return false, err
	}
	release()
	return true, nil
}
