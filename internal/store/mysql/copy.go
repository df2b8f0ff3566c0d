package mysql

import (
	"context"
	"errors"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Copy makes a schema that holds what another one holds. It is made whole or not at all.
func (s *Server) Copy(ctx context.Context, from, to string) error {
	err := s.with(ctx, "", func(c *conn) error {
		if err := c.execText("CREATE DATABASE `" + to + "` CHARACTER SET utf8mb4 COLLATE " + collation); err != nil {
			return err
		}
		err := c.copyTables(from, to)
		if err != nil {
			err = errors.Join(err, s.Drop(context.WithoutCancel(ctx), to))
		}
		return err
	})
	return s.explain(err)
}

func (c *conn) copyTables(from, to string) error {
	tables, err := c.tables(from)
	if err != nil {
		return err
	}
	for _, table := range tables {
		c.hold("CREATE TABLE `" + to + "`.`" + table + "` LIKE `" + from + "`.`" + table + "`")
		c.hold("INSERT INTO `" + to + "`.`" + table + "` SELECT * FROM `" + from + "`.`" + table + "`")
	}
	return c.flush()
}

func (c *conn) tables(schema string) ([]string, error) {
	rows := c.Query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME", store.Text(schema))
	var tables []string
	for rows.Next() {
		tables = append(tables, string(rows.Text(0)))
	}
	return tables, rows.Close()
}

// Drop removes a schema and all that is in it.
func (s *Server) Drop(ctx context.Context, schema string) error {
	return s.with(ctx, "", func(c *conn) error { return c.execText("DROP DATABASE IF EXISTS `" + schema + "`") })
}

// Version is the number of a schema's last migration, and whether there is such a schema.
func (s *Server) Version(ctx context.Context, schema string) (version int, found bool, err error) {
	err = s.with(ctx, "", func(c *conn) error {
		rows := c.Query("SELECT `Version` FROM `" + schema + "`.`bridgework_schema` WHERE `SchemaNum` = 1")
		if found = rows.Next(); found {
			version = int(rows.Int(0))
		}
		return rows.Close()
	})
	if hasCode(err, codeNoSchema, codeNoTable) {
		return 0, false, nil
	}
	return version, found, err
}
