package query

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/bridgework-dental/bridgework/internal/query/catalogue"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

func (r *referenceServer) config(schema string) (*mysql.Config, error) {
	return configOf(r.server, schema)
}

// rootOf is the server's own administrator.
func (*referenceServer) rootOf(t testing.TB, server *storetest.MariaDB) *sql.DB {
	t.Helper()
	config, err := configOf(server, "")
	if err != nil {
		t.Fatal(err)
	}
	config.User, config.Passwd = "root", ""
	connector, err := mysql.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { db.Close() })
	return db
}

func configOf(server *storetest.MariaDB, schema string) (*mysql.Config, error) {
	// mysql://user:password@localhost/prefix?socket=path, as the store takes it.
	url := server.Location("")
	_, socket, found := strings.Cut(url, "socket=")
	if !found {
		return nil, fmt.Errorf("no socket in %s", url)
	}
	config := mysql.NewConfig()
	config.User, config.Passwd, config.Net = "bridgework", "bridgework", "unix"
	config.Addr = strings.NewReplacer("%2F", "/").Replace(socket)
	config.DBName, config.MultiStatements, config.Collation = schema, true, "utf8mb4_general_ci"
	config.MaxAllowedPacket = 0
	return config, nil
}

func (r *referenceServer) dial(t testing.TB, schema string) *sql.DB {
	t.Helper()
	db, err := r.connect(schema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func (r *referenceServer) connect(schema string) (*sql.DB, error) {
	config, err := r.config(schema)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// load makes every table of the catalogue and copies the office's rows.
func (r *referenceServer) load() error {
	path, err := office()
	if err != nil {
		return err
	}
	from, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := r.connect("")
	if err != nil {
		return err
	}
	defer to.Close()
	ctx := context.Background()
	c, err := to.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, s := range []string{"CREATE DATABASE " + referenceSchema + " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "USE " + referenceSchema, "SET autocommit=0"} {
		if _, err := c.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return from.Read(ctx, func(source store.Conn) error {
		for _, t := range catalogue.Tables() {
			if err := copyTable(ctx, source, c, t); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
		}
		_, err := c.ExecContext(ctx, "COMMIT")
		return err
	})
}

// quoted is a text between the quotes of a statement.
var quoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func copyTable(ctx context.Context, source store.Conn, c *sql.Conn, t *catalogue.Table) error {
	var lines, names []string
	for _, column := range t.Columns {
		line := "`" + column.Name + "` " + strings.Replace(column.Type, "timestamp", "datetime", 1)
		if column.Name == t.Key {
			line += " PRIMARY KEY"
		}
		lines, names = append(lines, line), append(names, "`"+column.Name+"`")
	}
	if _, err := c.ExecContext(ctx, "CREATE TABLE `"+t.Name+"` ("+strings.Join(lines, ", ")+")"); err != nil {
		return err
	}
	if t.Origin == catalogue.Empty {
		return nil
	}
	statement := "SELECT " + strings.Join(names, ", ") + " FROM `" + t.Name + "`"
	if t.Origin == catalogue.Derived {
		statement = t.Statement()
	}
	rows := source.Query(statement)
	var batch strings.Builder
	for rows.Next() {
		if batch.Len() == 0 {
			batch.WriteString("INSERT INTO `" + t.Name + "` VALUES ")
		} else {
			batch.WriteByte(',')
		}
		batch.WriteByte('(')
		for i := range names {
			if i > 0 {
				batch.WriteByte(',')
			}
			switch {
			case rows.Null(i):
				batch.WriteString("NULL")
			case t.Columns[i].Kind == catalogue.Double:
				fmt.Fprintf(&batch, "%v", rows.Float(i))
			default:
				batch.WriteString("'" + quoted.Replace(string(rows.Text(i))) + "'")
			}
		}
		batch.WriteByte(')')
		if batch.Len() > 1<<20 {
			if _, err := c.ExecContext(ctx, batch.String()); err != nil {
				rows.Close()
				return err
			}
			batch.Reset()
		}
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if batch.Len() > 0 {
		_, err := c.ExecContext(ctx, batch.String())
		return err
	}
	return nil
}
