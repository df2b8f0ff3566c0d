package practice

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// shelf is where the databases stand: the files of a folder, or the schemas of a server.
type shelf interface {
	// hub opens the hub, and makes it when it is not there.
	hub(ctx context.Context) (store.DB, error)
	// newName is a name for a practice's database that none has.
	newName() string
	// create makes a practice's database, migrated and with the stock rows, whole or not at all.
	create(ctx context.Context, name string) error
	// remove takes back what create has made.
	remove(name string)
	// open opens a practice's database. One that is missing is an error: an empty practice would look
	// like a healthy one.
	open(ctx context.Context, name string) (store.DB, error)
	// migrated tells, without opening it, whether a database has this program's schema.
	migrated(ctx context.Context, name string) (bool, error)
	// secret is the installation's own, kept apart from the databases; "" where there is none.
	secret() (string, error)
	// lock makes this process the only server, where two would not know of each other.
	lock() error
	close() error
}
