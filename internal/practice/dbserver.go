package practice

import (
	"context"
	"fmt"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
)

// dbServer is a shelf of schemas on a server that speaks MySQL's protocol.
type dbServer struct {
	server *mysql.Server
	prefix string // of all schemas' names
}

// isServer tells a server's address from a folder's path.
func isServer(location string) bool { return strings.HasPrefix(location, "mysql://") }

func openServer(ctx context.Context, address string, options Options) (*dbServer, error) {
	server, err := mysql.Connect(ctx, address, mysql.Options{Clock: options.Clock})
	if err != nil {
		return nil, err
	}
	return &dbServer{server: server, prefix: server.Prefix()}, nil
}

func (s *dbServer) hub(ctx context.Context) (store.DB, error) {
	return s.server.Open(ctx, s.prefix+"_hub", store.HubMigrations(), true)
}

func (s *dbServer) newName() string { return s.prefix + "_practice_" + randomText(12, lowerAlphabet) }

// create copies the template's tables, which is faster than running the migrations.
func (s *dbServer) create(ctx context.Context, name string) error {
	steps := store.PracticeMigrations()
	template := fmt.Sprintf("bridgework_template_%d", len(steps))
	if version, found, err := s.server.Version(ctx, template); err != nil || !found || version < len(steps) {
		if err != nil {
			return err
		}
		db, err := s.server.Open(ctx, template, steps, true)
		if err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			return err
		}
	}
	return s.server.Copy(ctx, template, name)
}

func (s *dbServer) remove(name string) {
	// What cannot be removed is an orphan without a row in the hub; nobody is served from it.
	_ = s.server.Drop(context.Background(), name)
}

func (s *dbServer) open(ctx context.Context, name string) (store.DB, error) {
	return s.server.Open(ctx, name, store.PracticeMigrations(), false)
}

func (s *dbServer) migrated(ctx context.Context, name string) (bool, error) {
	version, found, err := s.server.Version(ctx, name)
	if err == nil && !found {
		err = fmt.Errorf("its schema, %s, is missing from the database server; restore it from a backup", name)
	}
	return version == len(store.PracticeMigrations()), err
}

// secret: a server that holds the databases is no place for what must be apart from them.
func (s *dbServer) secret() (string, error) { return "", nil }

// lock: the fence of each schema lets several processes write one after the other.
func (s *dbServer) lock() error { return nil }

func (s *dbServer) close() error { return s.server.Close() }
