// Package sqlite keeps a database in one SQLite file: the embedded default engine.
//
// Per file there is one writer that commits what waits together (store.GroupCommit), and
// readers that are opened on demand, each seeing a snapshot. The driver is the low-level API of
// zombiezen.com/go/sqlite; decision 0001 says what that was measured against.
package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Options say how a file is opened. The zero value is right for production.
type Options struct {
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// NoMmap reads through the page cache only. Set it on network file systems: there a read
	// error of a mapped page would end the process.
	NoMmap bool
	// Throwaway is for a file that is removed when the process ends: nothing waits until the disk has it.
	Throwaway bool
}

// settings of every connection, with the reason beside each.
func (o Options) pragmas() []string {
	pragmas := []string{
		"PRAGMA cache_size = -2000",  // 2 MiB; with mmap more buys nothing and costs memory per connection
		"PRAGMA temp_store = MEMORY", // sorting never leaves health data in temporary files
		"PRAGMA trusted_schema = OFF",
	}
	if !o.NoMmap {
		pragmas = append(pragmas, "PRAGMA mmap_size = 1073741824") // random reads get twice as fast
	}
	return pragmas
}

func (o Options) writerPragmas() []string {
	synchronous := "PRAGMA synchronous = FULL" // an acknowledged write survives the loss of power
	if o.Throwaway {
		synchronous = "PRAGMA synchronous = OFF"
	}
	return append(o.pragmas(),
		"PRAGMA journal_mode = WAL", // readers never wait for the writer
		synchronous,
		"PRAGMA wal_autocheckpoint = 1000",    // 4 MB: bounds the log, and with it the longest pause
		"PRAGMA journal_size_limit = 4194304", // give the space back after a burst
	)
}

func (o Options) readerPragmas() []string {
	return append(o.pragmas(), "PRAGMA query_only = ON") // a second lock: readers cannot write
}

// DB is one open file; it implements store.DB.
type DB struct {
	path    string
	options Options
	version int

	writer  *conn
	commits *store.GroupCommit

	idle   chan *conn
	opened atomic.Int32

	watching sync.Mutex
	watcher  *conn // asks for the generation; opened when first asked

	endings []func() // what BeforeClose was given
}

var _ store.DB = (*DB)(nil)

// Open opens the file, creates it if need be, and brings it to the last of the migrations.
// A file that a newer program has migrated further is refused.
func Open(path string, steps []store.Migration, options Options) (*DB, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	version, err := Version(path)
	if err == nil && version > len(steps) {
		return nil, explain(path, store.Newer(version, len(steps)))
	}
	if errors.Is(err, errNotDatabase) {
		return nil, explain(path, err)
	}
	// Health data: the file is made for its owner alone, and the log takes over its mode.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	file.Close()
	writer, err := open(path, sqlite.OpenReadWrite, options.writerPragmas())
	if err != nil {
		return nil, explain(path, err)
	}
	d := &DB{
		path:    path,
		options: options,
		writer:  writer,
		idle:    make(chan *conn, max(2, runtime.GOMAXPROCS(0))),
	}
	if d.version, err = writer.migrate(steps); err != nil {
		writer.close()
		return nil, explain(path, err)
	}
	d.commits = store.NewGroupCommit(writer, options.Clock)
	return d, nil
}

// Version reads the number of the last migration from the file's header, without opening it as a
// database. The header is right whenever the file was closed in order: the log is empty then.
func Version(path string) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var header [64]byte
	if _, err := io.ReadFull(file, header[:]); err != nil {
		return 0, err
	}
	if header == [64]byte{} {
		// SQLite makes a new file as long as it is to be before it writes the first page: somebody is at it.
		return 0, errUnwritten
	}
	if !bytes.HasPrefix(header[:], []byte("SQLite format 3\x00")) {
		return 0, errNotDatabase
	}
	// Bytes 60 to 63 hold PRAGMA user_version, https://www.sqlite.org/fileformat.html §1.3.
	return int(header[60])<<24 | int(header[61])<<16 | int(header[62])<<8 | int(header[63]), nil
}

var (
	errNotDatabase = errors.New("it is not a SQLite database")
	errUnwritten   = errors.New("its first page is not written yet")
)

// explain says what is wrong with a file, and what the operator can do.
func explain(path string, err error) error {
	what := "cannot be opened"
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		what = "is damaged; restore it from a backup"
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultPerm:
		what = "cannot be written; look at the rights of the file and its folder"
	}
	return fmt.Errorf("%s %s: %w", path, what, err)
}

// migrate applies the steps that the file lacks, each in a transaction with its number.
func (c *conn) migrate(steps []store.Migration) (int, error) {
	version, err := c.userVersion()
	if err != nil {
		return 0, err
	}
	if version > len(steps) {
		return 0, store.Newer(version, len(steps))
	}
	if err := c.claim(version); err != nil {
		return 0, err
	}
	if version == len(steps) {
		return version, nil
	}
	for _, step := range steps[version:] {
		if err := c.apply(step); err != nil {
			return 0, fmt.Errorf("step %d, %s: %w", step.Number, step.Name, err)
		}
	}
	// The header carries the version only once it has left the log.
	_, err = c.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return len(steps), err
}

func (c *conn) userVersion() (version int, err error) {
	rows := c.Query("PRAGMA user_version")
	if rows.Next() {
		version = int(rows.Int(0))
	}
	return version, rows.Close()
}

// applicationID marks a file as Bridgework's, "BrWk" (https://www.sqlite.org/fileformat.html §1.3).
const applicationID = 0x4272576b

// claim marks a new file as ours, and refuses one that is somebody else's.
func (c *conn) claim(version int) error {
	rows := c.Query("SELECT (SELECT application_id FROM pragma_application_id), (SELECT COUNT(*) FROM sqlite_master)")
	var id, tables int64
	if rows.Next() {
		id, tables = rows.Int(0), rows.Int(1)
	}
	if err := rows.Close(); err != nil || id == applicationID {
		return err
	}
	if version > 0 || tables > 0 || id != 0 {
		return errors.New("it belongs to another program")
	}
	_, err := c.Exec(fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}

func (c *conn) apply(step store.Migration) error {
	if _, err := c.Begin(); err != nil {
		return err
	}
	// Another process may have applied it while this one waited for the lock.
	if version, err := c.userVersion(); err != nil || version >= step.Number {
		c.Rollback()
		return err
	}
	statements := make([]string, 0, len(step.Statements)+2)
	for _, statement := range step.Statements {
		statements = append(statements, store.SQLite.Print(statement))
	}
	statements = append(statements, fmt.Sprintf("PRAGMA user_version = %d", step.Number), "COMMIT")
	for _, statement := range statements {
		if _, err := c.Exec(statement); err != nil {
			c.Rollback()
			return err
		}
	}
	return nil
}

// Version is the number of the last migration that was applied.
func (d *DB) Version() int { return d.version }

// Path is where the file is, for who opens it beside this package; Mapped tells whether it may be mapped.
func (d *DB) Path() string { return d.path }

// Mapped tells whether connections may map the file into memory.
func (d *DB) Mapped() bool { return !d.options.NoMmap }

// BeforeClose has fn called when the database is closed, before its own connections are: who has opened
// connections beside them closes them there.
func (d *DB) BeforeClose(fn func()) {
	d.watching.Lock()
	defer d.watching.Unlock()
	d.endings = append(d.endings, fn)
}

// Generation implements store.DB. The number that SQLite gives is comparable on one connection only,
// so there is one for this purpose.
func (d *DB) Generation() (int64, error) {
	d.watching.Lock()
	defer d.watching.Unlock()
	if d.watcher == nil {
		c, err := open(d.path, sqlite.OpenReadWrite, d.options.readerPragmas())
		if err != nil {
			return 0, err
		}
		d.watcher = c
	}
	rows := d.watcher.Query("PRAGMA data_version")
	var generation int64
	if rows.Next() {
		generation = rows.Int(0)
	}
	return generation, rows.Close()
}

// LastKey implements store.DB: SQLite keeps it for AUTOINCREMENT.
func (d *DB) LastKey(table string) (last int64, err error) {
	err = d.Read(context.Background(), func(c store.Conn) error {
		rows := c.Query("SELECT seq FROM sqlite_sequence WHERE name = ?", store.Text(table))
		if rows.Next() {
			last = rows.Int(0)
		}
		return rows.Close()
	})
	return last, err
}

// Write implements store.DB.
func (d *DB) Write(ctx context.Context, fn func(store.Tx) error) error {
	return d.commits.Write(ctx, fn)
}

// Settled implements store.DB.
func (d *DB) Settled(_ context.Context, now time.Time) (time.Time, error) {
	return d.commits.Settled(now), nil
}

// Read implements store.DB.
func (d *DB) Read(ctx context.Context, fn func(store.Conn) error) error {
	c, err := d.reader(ctx)
	if err != nil {
		return err
	}
	defer d.giveBack(c)
	return c.within(ctx, func() error { return fn(c) })
}

// Snapshot implements store.DB.
func (d *DB) Snapshot(ctx context.Context, fn func(store.Conn) error) error {
	c, err := d.reader(ctx)
	if err != nil {
		return err
	}
	defer d.giveBack(c)
	if err := c.Send("BEGIN"); err != nil {
		return err
	}
	defer func() {
		c.reset()
		c.Send("COMMIT")
	}()
	return c.within(ctx, func() error { return fn(c) })
}

// giveBack makes a reader free again.
func (d *DB) giveBack(c *conn) {
	c.reset() // what an error or a panic of fn has left open
	d.idle <- c
}

// reader takes an idle reader, opens one more if there may be one more, or waits for one.
func (d *DB) reader(ctx context.Context) (*conn, error) {
	select {
	case c := <-d.idle:
		return c, nil
	default:
	}
	if int(d.opened.Add(1)) <= cap(d.idle) {
		c, err := open(d.path, sqlite.OpenReadWrite, d.options.readerPragmas())
		if err != nil {
			d.opened.Add(-1)
		}
		return c, err
	}
	d.opened.Add(-1)
	select {
	case c := <-d.idle:
		return c, nil
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Busy, ctx.Err(), "The database is busy; try again")
	}
}

// Close implements store.DB. It must not be called while a Read runs.
func (d *DB) Close() error {
	if !d.commits.Close() {
		return nil
	}
	d.watching.Lock()
	endings := d.endings
	d.endings = nil
	d.watching.Unlock()
	for _, end := range endings {
		end()
	}
	for range d.opened.Load() {
		c := <-d.idle
		c.close()
	}
	if d.watcher != nil {
		d.watcher.close()
	}
	if _, err := d.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		d.writer.close()
		return err
	}
	return d.writer.close()
}
