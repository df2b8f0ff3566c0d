package mysql

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// DB is one schema; it implements store.DB. It holds no connection while nothing runs.
type DB struct {
	server  *Server
	schema  string
	version int
	commits *store.GroupCommit

	ending  sync.Mutex
	endings []func() // what BeforeClose was given
}

var _ store.DB = (*DB)(nil)

// Open opens a schema and brings it to the last of the migrations. A schema that is not there is
// made when create is true, and else refused: an empty practice would look like a healthy one.
func (s *Server) Open(ctx context.Context, schema string, steps []store.Migration, create bool) (*DB, error) {
	if err := s.prepareSchema(ctx, schema, create); err != nil {
		return nil, s.explain(err)
	}
	d := &DB{server: s, schema: schema}
	var err error
	if d.version, err = s.migrate(ctx, schema, steps); err != nil {
		return nil, fmt.Errorf("schema %s: %w", schema, s.explain(err))
	}
	d.commits = store.NewGroupCommit(newSession(d), s.options.Clock)
	return d, nil
}

// prepareSchema makes the schema, or looks whether it is one that can be used.
func (s *Server) prepareSchema(ctx context.Context, schema string, create bool) error {
	return s.with(ctx, "", func(c *conn) error {
		if create {
			if err := c.execText("CREATE DATABASE IF NOT EXISTS `" + schema + "` CHARACTER SET utf8mb4 COLLATE " + collation); err != nil {
				return err
			}
		}
		rows := c.Query("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?", store.Text(schema))
		var found string
		if rows.Next() {
			found = string(rows.Text(0))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		switch found {
		case collation:
			return nil
		case "":
			return fmt.Errorf("the schema %s is missing from the database server; restore it from a backup", schema)
		}
		return fmt.Errorf("the schema %s has the collation %s, with which names would compare differently; restore it with CHARACTER SET utf8mb4 COLLATE %s", schema, found, collation)
	})
}

// Version is the number of the last migration that was applied.
func (d *DB) Version() int { return d.version }

// Write implements store.DB.
func (d *DB) Write(ctx context.Context, fn func(store.Tx) error) error {
	return d.commits.Write(ctx, fn)
}

// Read implements store.DB.
func (d *DB) Read(ctx context.Context, fn func(store.Conn) error) error {
	return d.reading(ctx, func(c *conn) error { return fn(c) })
}

// Snapshot implements store.DB.
func (d *DB) Snapshot(ctx context.Context, fn func(store.Conn) error) error {
	return d.reading(ctx, func(c *conn) error {
		if err := c.execText(d.server.kind.snapshot()); err != nil {
			return err
		}
		c.spoiled = true // until the transaction is seen to be over
		err := fn(c)
		c.reset()
		ended := c.execText("COMMIT")
		c.spoiled = ended != nil
		return errors.Join(err, ended)
	})
}

// reading lends fn a connection.
func (d *DB) reading(ctx context.Context, fn func(*conn) error) error {
	c, err := d.server.pool.take(ctx, d.schema)
	if err != nil {
		return err
	}
	defer d.server.pool.give(c)
	c.ctx = ctx
	return fn(c)
}

// Generation implements store.DB: the fence counts the batches of every process.
func (d *DB) Generation() (generation int64, err error) {
	err = d.Read(context.Background(), func(c store.Conn) error {
		rows := c.Query("SELECT `Fence` FROM `bridgework_fence` WHERE `FenceNum` = 1")
		if rows.Next() {
			generation = rows.Int(0)
		}
		return rows.Close()
	})
	return generation, err
}

// Settled implements store.DB. Whoever holds the fence is the only one who writes: if that is a batch
// of ours, it is known when it began; if it is nobody, the fence can be shared for a moment. If it is
// another process, the latest batch that was committed is known to have begun before the one that
// runs, on this server and on every node of a cluster. The clocks of the processes must agree to
// within a second.
func (d *DB) Settled(ctx context.Context, now time.Time) (time.Time, error) {
	own := d.commits.Settled(now)
	alone := d.server.locksReach
	if alone && own.Before(now) {
		return own, nil
	}
	settled := own
	err := d.Read(ctx, func(c store.Conn) error {
		if alone {
			rows := c.Query("SELECT `BeganAt` FROM `bridgework_fence` WHERE `FenceNum` = 1" + d.server.kind.shareNoWait())
			rows.Next()
			if err := rows.Close(); err == nil || !isLostRace(err) {
				return err
			}
		}
		rows := c.Query("SELECT `BeganAt` FROM `bridgework_fence` WHERE `FenceNum` = 1")
		if rows.Next() {
			if began := time.Unix(0, rows.Int(0)).In(now.Location()); began.Before(settled) {
				settled = began
			}
		}
		return rows.Close()
	})
	return settled, err
}

// LastKey implements store.DB.
func (d *DB) LastKey(table string) (last int64, err error) {
	err = d.Read(context.Background(), func(c store.Conn) error {
		// Without the hint MySQL tells what it was a day ago; the others read a comment.
		rows := c.Query("SELECT /*+ SET_VAR(information_schema_stats_expiry = 0) */ COALESCE(AUTO_INCREMENT, 1) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
			store.Text(d.schema), store.Text(table))
		if rows.Next() {
			last = rows.Int(0) - 1
		}
		return rows.Close()
	})
	return last, err
}

// Close implements store.DB. It must not be called while a Read runs.
func (d *DB) Close() error {
	d.ending.Lock()
	endings := d.endings
	d.endings = nil
	d.ending.Unlock()
	for _, end := range endings {
		end()
	}
	d.commits.Close()
	return nil
}
