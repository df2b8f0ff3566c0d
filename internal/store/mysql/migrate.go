package mysql

import (
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// The engine's own tables: the schema's version with the fence, and the keys of the latest commits.
var ownTables = []string{
	"CREATE TABLE IF NOT EXISTS `bridgework_schema` (`SchemaNum` INT NOT NULL PRIMARY KEY, `Version` INT NOT NULL, `Fence` BIGINT NOT NULL)",
	"INSERT IGNORE INTO `bridgework_schema` (`SchemaNum`, `Version`, `Fence`) VALUES (1, 0, 0)",
	"CREATE TABLE IF NOT EXISTS `bridgework_commit` (`CommitKey` CHAR(26) NOT NULL PRIMARY KEY, `CommittedAt` DATETIME NOT NULL)",
}

// migrate applies the steps that the schema lacks. A change of a table commits by itself, so a step
// is not a transaction here: it is made to be run again where it was broken off, and its number is
// written last.
func (s *session) migrate(steps []store.Migration) (int, error) {
	for _, statement := range ownTables {
		if err := s.execText(statement); err != nil {
			return 0, err
		}
	}
	version, err := s.schemaVersion()
	if err != nil {
		return 0, err
	}
	if version > len(steps) {
		return 0, store.Newer(version, len(steps))
	}
	for _, step := range steps[version:] {
		if err := s.apply(step); err != nil {
			return 0, fmt.Errorf("step %d, %s: %w", step.Number, step.Name, err)
		}
	}
	return len(steps), nil
}

func (s *session) schemaVersion() (int, error) {
	rows := s.Query("SELECT `Version` FROM `bridgework_schema` WHERE `SchemaNum` = 1")
	version := 0
	if rows.Next() {
		version = int(rows.Int(0))
	}
	return version, rows.Close()
}

func (s *session) apply(step store.Migration) error {
	if err := s.execText("START TRANSACTION"); err != nil {
		return err
	}
	for _, statement := range step.Statements {
		err := s.execText(statement)
		if err != nil && !hasCode(err, codeTableExists, codeIndexExists, codeColumnExists, codeDuplicate) {
			s.Rollback()
			return err
		}
	}
	if err := s.execText(fmt.Sprintf("UPDATE `bridgework_schema` SET `Version` = %d WHERE `SchemaNum` = 1", step.Number)); err != nil {
		return err
	}
	return s.execText("COMMIT")
}

// execText runs a statement that is used once, without preparing it.
func (s *session) execText(statement string) error {
	_, err := s.raw.ExecContext(s.ctx, statement)
	return translateError(err)
}
