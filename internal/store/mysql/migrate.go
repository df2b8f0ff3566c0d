package mysql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// The engine's own tables: the schema's version, the fence, and each writer's latest batch.
var ownTables = []string{
	"CREATE TABLE IF NOT EXISTS `bridgework_schema` (`SchemaNum` INT NOT NULL PRIMARY KEY, `Version` INT NOT NULL)",
	"CREATE TABLE IF NOT EXISTS `bridgework_fence` (`FenceNum` INT NOT NULL PRIMARY KEY, `Fence` BIGINT NOT NULL, `BeganAt` BIGINT NOT NULL)",
	"CREATE TABLE IF NOT EXISTS `bridgework_writer` (`WriterKey` CHAR(26) NOT NULL PRIMARY KEY, `Batch` BIGINT NOT NULL, `UsedAt` BIGINT NOT NULL)",
	"INSERT IGNORE INTO `bridgework_schema` (`SchemaNum`, `Version`) VALUES (1, 0)",
	"INSERT IGNORE INTO `bridgework_fence` (`FenceNum`, `Fence`, `BeganAt`) VALUES (1, 0, 0)",
}

// writersKept is for how long the row of a writer that writes no more is kept. A batch whose answer
// was lost is looked up within seconds.
const writersKept = 24 * time.Hour

// migrate applies the steps that the schema lacks. Of several processes that open it at once, one
// does so and the others wait.
func (s *Server) migrate(ctx context.Context, schema string, steps []store.Migration) (int, error) {
	needed := false
	err := s.with(ctx, schema, func(c *conn) error {
		version, whole, err := c.schemaVersion()
		if err == nil && version > len(steps) {
			err = store.Newer(version, len(steps))
		}
		needed = !whole || version < len(steps)
		return err
	})
	if err == nil && needed {
		err = s.withPatience(ctx, schema, func(c *conn) error { return c.migrateAlone(steps) })
	}
	if err != nil {
		return 0, err
	}
	return len(steps), s.with(ctx, schema, func(c *conn) error { return c.forgetWriters(s.options.Clock()) })
}

// withPatience calls fn with a connection that waits for as long as a statement takes: a new index on
// a large table takes minutes.
func (s *Server) withPatience(ctx context.Context, schema string, fn func(*conn) error) error {
	patient := s.settings
	patient.patient = true
	c, err := newPool(patient).open(ctx, schema)
	if err != nil {
		return translateError(err)
	}
	defer c.close()
	return fn(c)
}

// forgetWriters clears away the rows of writers that have ended.
func (c *conn) forgetWriters(now time.Time) error {
	return c.execText("DELETE FROM `bridgework_writer` WHERE `UsedAt` < ?", store.Int(now.Add(-writersKept).Unix()))
}

// migrationWait is how long another process's migration is waited for, in seconds.
const migrationWait = 600

// migrateAlone migrates under a lock of the server's, which ends with the connection at the latest.
// On a cluster the lock is each node's own; there the steps themselves bear to be run twice.
func (c *conn) migrateAlone(steps []store.Migration) error {
	lock := store.Text(c.schema)
	got, err := c.number("SELECT COALESCE(GET_LOCK(?, ?), 0)", lock, store.Int(migrationWait))
	if err != nil {
		return err
	}
	if got != 1 {
		return errors.New("another process has been migrating it for minutes; look what that one is doing")
	}
	defer c.number("SELECT RELEASE_LOCK(?)", lock)
	for _, statement := range ownTables {
		if err := c.execText(statement); err != nil {
			return err
		}
	}
	version, _, err := c.schemaVersion()
	if err != nil {
		return err
	}
	if version > len(steps) {
		return store.Newer(version, len(steps))
	}
	for _, step := range steps[version:] {
		if err := c.apply(step); err != nil {
			return fmt.Errorf("step %d, %s: %w", step.Number, step.Name, err)
		}
	}
	return nil
}

// number is the first cell of a SELECT.
func (c *conn) number(text string, args ...store.Value) (number int64, err error) {
	rows := c.Query(text, args...)
	if rows.Next() {
		number = rows.Int(0)
	}
	return number, rows.Close()
}

// schemaVersion reads the version, and tells whether the engine's own tables are all there.
func (c *conn) schemaVersion() (version int, whole bool, err error) {
	rows := c.Query("SELECT s.`Version` FROM `bridgework_schema` AS s, `bridgework_fence` AS f, (SELECT COUNT(*) FROM `bridgework_writer`) AS w")
	if whole = rows.Next(); whole {
		version = int(rows.Int(0))
	}
	if err := rows.Close(); err != nil && !hasCode(err, codeNoTable) {
		return 0, false, err
	}
	return version, whole, nil
}

// apply runs one step. A change of a table commits by itself, so a step is not a transaction here: it
// is made to be run again where it was broken off, and its number is written last.
func (c *conn) apply(step store.Migration) error {
	if err := c.execText("START TRANSACTION"); err != nil {
		return err
	}
	for _, statement := range step.Statements {
		err := c.execText(statement)
		if err != nil && !hasCode(err, codeTableExists, codeIndexExists, codeColumnExists, codeDuplicate) {
			c.spoiled = true
			return err
		}
	}
	if err := c.execText(fmt.Sprintf("UPDATE `bridgework_schema` SET `Version` = %d WHERE `SchemaNum` = 1", step.Number)); err != nil {
		return err
	}
	return c.execText("COMMIT")
}
