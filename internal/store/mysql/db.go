package mysql

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DB is one schema; it implements store.DB.
type DB struct {
	server  *Server
	schema  string
	version int
	commits *store.GroupCommit
	writer  *session
	readers chan *conn // as many as may read at once; each connects when it is first used
}

var _ store.DB = (*DB)(nil)

// Open opens a schema and brings it to the last of the migrations. A schema that is not there is
// made when create is true, and else refused: an empty practice would look like a healthy one.
func (s *Server) Open(ctx context.Context, schema string, steps []store.Migration, create bool) (*DB, error) {
	d := &DB{server: s, schema: schema, readers: make(chan *conn, max(4, 2*runtime.GOMAXPROCS(0)))}
	if create {
		if _, err := s.pool.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS `"+schema+"` CHARACTER SET utf8mb4 COLLATE "+collation); err != nil {
			return nil, explain(err)
		}
	}
	writer := &session{conn: conn{server: s, schema: schema, ctx: context.Background()}}
	if err := writer.connect(ctx); err != nil {
		if hasCode(err, codeNoSchema) {
			return nil, fmt.Errorf("the schema %s is missing from the database server; restore it from a backup", schema)
		}
		return nil, err
	}
	version, err := writer.migrate(steps)
	if err != nil {
		writer.drop()
		return nil, fmt.Errorf("schema %s: %w", schema, err)
	}
	d.version, d.writer = version, writer
	d.commits = store.NewGroupCommit(writer, s.options.Clock)
	for range cap(d.readers) {
		d.readers <- &conn{server: s, schema: schema}
	}
	return d, nil
}

// Version is the number of the last migration that was applied.
func (d *DB) Version() int { return d.version }

// Write implements store.DB.
func (d *DB) Write(ctx context.Context, fn func(store.Tx) error) error {
	return d.commits.Write(ctx, fn)
}

// Settled implements store.DB, for the writes of this process.
func (d *DB) Settled(now time.Time) time.Time { return d.commits.Settled(now) }

// Read implements store.DB.
func (d *DB) Read(ctx context.Context, fn func(store.Conn) error) error {
	var c *conn
	select {
	case c = <-d.readers:
	case <-ctx.Done():
		return fault.Wrap(fault.Busy, ctx.Err(), "The database is busy; try again")
	}
	defer func() { d.readers <- c }()
	if err := c.snapshot(ctx); err != nil {
		return err
	}
	returned := false
	defer func() {
		c.reset()
		c.ctx = context.Background()
		if _, err := c.raw.ExecContext(c.ctx, "COMMIT"); err != nil || !returned {
			c.drop()
		}
	}()
	err := fn(c)
	returned = true
	return err
}

// snapshot begins a read. A connection that was lost while it lay idle is replaced once.
func (c *conn) snapshot(ctx context.Context) error {
	c.ctx = ctx
	for try := 1; ; try++ {
		if err := c.connect(ctx); err != nil {
			return err
		}
		_, err := c.raw.ExecContext(ctx, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
		if err == nil {
			return nil
		}
		c.drop()
		if err = translateError(err); try == 2 || !isLostConnection(err) {
			return err
		}
	}
}

// Generation implements store.DB: the fence counts the batches of every process.
func (d *DB) Generation() (int64, error) {
	// Without arguments and by its full name: one message there and one back.
	var generation int64
	err := d.server.pool.QueryRow("SELECT `Fence` FROM `" + d.schema + "`.`bridgework_schema` WHERE `SchemaNum` = 1").Scan(&generation)
	return generation, translateError(err)
}

// LastKey implements store.DB.
func (d *DB) LastKey(table string) (int64, error) {
	var next int64
	err := d.server.pool.QueryRow("SELECT COALESCE(AUTO_INCREMENT, 1) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
		d.schema, table).Scan(&next)
	return next - 1, translateError(err)
}

// Close implements store.DB. It must not be called while a Read runs.
func (d *DB) Close() error {
	if !d.commits.Close() {
		return nil
	}
	for range cap(d.readers) {
		(<-d.readers).drop()
	}
	d.writer.drop()
	return nil
}

// session is the writer's connection.
type session struct {
	conn
	key string // of the batch, left in its commit
}

var _ store.Session = (*session)(nil)

// Begin implements store.Session. The fence is counted up first of all: who holds its row is alone,
// and reads what was committed last.
func (s *session) Begin() error {
	if err := s.connect(s.ctx); err != nil {
		return err
	}
	s.key = rand.Text()
	if _, err := s.raw.ExecContext(s.ctx, "START TRANSACTION"); err != nil {
		return translateError(err)
	}
	if _, err := s.Exec("UPDATE `bridgework_schema` SET `Fence` = `Fence` + 1 WHERE `SchemaNum` = 1"); err != nil {
		return err
	}
	_, err := s.Exec("INSERT INTO `bridgework_commit` (`CommitKey`, `CommittedAt`) VALUES (?, ?)",
		store.Text(s.key), store.Text(dental.DateTimeOf(s.server.options.Clock()).String()))
	return err
}

// How often and how long a server that was lost during a commit is asked what became of it.
const (
	maxAsks = 40
	askWait = 250 * time.Millisecond
)

// Commit implements store.Session. Where the answer was lost, the key tells whether it happened.
func (s *session) Commit() error {
	_, err := s.raw.ExecContext(s.ctx, "COMMIT")
	if err = translateError(err); err == nil || !isLostConnection(err) {
		return err
	}
	for range maxAsks {
		s.drop()
		committed, asked := s.committed()
		switch {
		case asked != nil:
			time.Sleep(askWait)
		case committed:
			return nil
		default:
			return err // it did not happen, and may be done again
		}
	}
	return fault.Wrap(fault.Internal, err, "The database was lost while it committed; look whether the change is there before you send it again")
}

// committed looks for the batch's key.
func (s *session) committed() (bool, error) {
	if err := s.connect(s.ctx); err != nil {
		return false, err
	}
	rows := s.Query("SELECT 1 FROM `bridgework_commit` WHERE `CommitKey` = ?", store.Text(s.key))
	found := rows.Next()
	return found, rows.Close()
}

// Rollback implements store.Session.
func (s *session) Rollback() {
	if s.raw == nil {
		return
	}
	s.reset()
	if _, err := s.raw.ExecContext(s.ctx, "ROLLBACK"); err != nil {
		s.drop()
	}
}

// Lost implements store.Session: a deadlock undoes the whole transaction, and with the connection
// everything is gone. A lock wait undoes the statement only, and the rest is then undone by us.
func (s *session) Lost(err error) bool {
	s.reset() // what a panic has left open
	return isLostRace(err) || isLostConnection(err)
}

// Retryable implements store.Session.
func (s *session) Retryable(err error) bool { return isLostRace(err) || isLostConnection(err) }
