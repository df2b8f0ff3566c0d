package mysql

import (
	"context"
	"database/sql"
	"errors"
)

// Copy makes a schema that holds what another one holds. It is made whole or not at all.
func (s *Server) Copy(ctx context.Context, from, to string) error {
	if _, err := s.pool.ExecContext(ctx, "CREATE DATABASE `"+to+"` CHARACTER SET utf8mb4 COLLATE "+collation); err != nil {
		return explain(err)
	}
	if err := s.copyTables(ctx, from, to); err != nil {
		return errors.Join(err, s.Drop(context.WithoutCancel(ctx), to))
	}
	return nil
}

func (s *Server) copyTables(ctx context.Context, from, to string) error {
	tables, err := s.tables(ctx, from)
	if err != nil {
		return err
	}
	for _, table := range tables {
		for _, statement := range []string{
			"CREATE TABLE `" + to + "`.`" + table + "` LIKE `" + from + "`.`" + table + "`",
			"INSERT INTO `" + to + "`.`" + table + "` SELECT * FROM `" + from + "`.`" + table + "`",
		} {
			if _, err := s.pool.ExecContext(ctx, statement); err != nil {
				return translateError(err)
			}
		}
	}
	return nil
}

func (s *Server) tables(ctx context.Context, schema string) ([]string, error) {
	rows, err := s.pool.QueryContext(ctx, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME", schema)
	if err != nil {
		return nil, translateError(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return nil, translateError(err)
		}
		tables = append(tables, table)
	}
	return tables, translateError(rows.Err())
}

// Drop removes a schema and all that is in it.
func (s *Server) Drop(ctx context.Context, schema string) error {
	_, err := s.pool.ExecContext(ctx, "DROP DATABASE IF EXISTS `"+schema+"`")
	return translateError(err)
}

// Version is the number of a schema's last migration, and whether there is such a schema.
func (s *Server) Version(ctx context.Context, schema string) (version int, found bool, err error) {
	err = s.pool.QueryRowContext(ctx, "SELECT `Version` FROM `"+schema+"`.`bridgework_schema` WHERE `SchemaNum` = 1").Scan(&version)
	switch {
	case err == nil:
		return version, true, nil
	case hasCode(err, codeNoSchema, codeNoTable) || errors.Is(err, sql.ErrNoRows):
		return 0, false, nil
	default:
		return 0, false, translateError(err)
	}
}
