package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/loop"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// filesFlag is where the documents' files are.
type filesFlag struct {
	Documents       string `help:"Where the documents' files are: a folder, or s3://HOST/BUCKET/PREFIX. Default the folder documents in the data folder." placeholder:"DIR"`
	DocumentsKey    string `help:"What opens the bucket, as ID:SECRET. BRIDGEWORK_DOCUMENTS_KEY_FILE names a file with it." secret:"" placeholder:"ID:SECRET"`
	DocumentsSpools string `help:"A local folder for files that are on their way to a bucket. Default in the system's folder for temporary files." placeholder:"DIR" type:"path"`

	isThrowaway bool // the data folder is removed when the program ends
}

// room opens the place of the files. data is the data folder.
func (f filesFlag) room(ctx context.Context, data string, options document.Options) (*document.Room, error) {
	bodies, err := f.bodies(ctx, data)
	if err != nil {
		return nil, fmt.Errorf("--documents: %w", err)
	}
	return document.NewRoom(bodies, options), nil
}

func (f filesFlag) bodies(ctx context.Context, data string) (document.Bodies, error) {
	switch {
	case document.IsBucket(f.Documents):
		id, secret, ok := strings.Cut(f.DocumentsKey, ":")
		if !ok || id == "" || secret == "" {
			return nil, errors.New("a bucket needs --documents-key, as ID:SECRET")
		}
		spools := f.DocumentsSpools
		if spools == "" {
			spools = document.DefaultSpools()
		}
		return document.OpenBucket(ctx, f.Documents, document.BucketKey{ID: id, Secret: secret}, spools)
	case f.Documents != "":
		return openFolder(f.Documents)
	case f.isThrowaway:
		return document.OpenThrowaway(filepath.Join(data, "documents"))
	default:
		return openFolder(filepath.Join(data, "documents"))
	}
}

func openFolder(dir string) (document.Bodies, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	return document.OpenFolder(path)
}

// sweepEvery is how often files that no row needs any more are looked for.
const sweepEvery = time.Hour

// keepTidy sweeps until ctx ends.
func keepTidy(con *console, practices *practice.Registry, room *document.Room) func(context.Context) {
	return func(ctx context.Context) {
		for ticker := time.NewTicker(sweepEvery); ; {
			select {
			case <-ctx.Done():
				ticker.Stop()
				return
			case <-ticker.C:
			}
			removed, err := sweepAll(ctx, practices, room, document.Grace)
			if removed > 0 {
				con.log.Info("files that no row needs were removed", "count", removed)
			}
			if err != nil && ctx.Err() == nil {
				con.log.Error("documents are not swept", "error", err)
			}
		}
	}
}

// sweepAll sweeps the shelves of all practices, also when one of them fails.
func sweepAll(ctx context.Context, practices *practice.Registry, room *document.Room, grace time.Duration) (removed int, err error) {
	errs := []error{room.Forget(grace)}
	errs = append(errs, eachShelf(ctx, practices, room, func(p practice.Practice, shelf *document.Shelf) error {
		count, err := shelf.Sweep(ctx, grace)
		removed += count
		if p.Num != 0 { // the hub transfers nothing
			err = errors.Join(err, shelf.FindInterrupted(ctx))
		}
		return err
	}))
	return removed, errors.Join(errs...)
}

// eachShelf calls fn with the shelf of each practice, and with that of the hub, whose practice has no number.
func eachShelf(ctx context.Context, practices *practice.Registry, room *document.Room, fn func(practice.Practice, *document.Shelf) error) error {
	found, err := practices.List(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range found {
		if err := ctx.Err(); err != nil {
			return err
		}
		book, release, err := practices.Lease(ctx, p.Num)
		if err == nil {
			err = fn(p, odapi.ShelfOf(room, practices, p.Num, book.DB, book.Clock))
			release()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("practice %d: %w", p.Num, err))
		}
	}
	if err := fn(practice.Practice{Name: "Referrals"}, hubShelf(room, practices)); err != nil {
		errs = append(errs, fmt.Errorf("referrals: %w", err))
	}
	return errors.Join(errs...)
}

type documentsCmd struct {
	Check documentsCheckCmd `cmd:"" help:"Prove that every document's file is there, and is what it was when it came."`
	Sweep documentsSweepCmd `cmd:"" help:"Remove files that no row needs any more. A running server does so every hour."`
}

type documentsCheckCmd struct {
	dataFlag
	filesFlag
}

// Run reads every file.
func (cmd *documentsCheckCmd) Run(ctx context.Context, con *console) error {
	practices, room, err := openFiles(ctx, cmd.dataFlag, cmd.filesFlag)
	if err != nil {
		return err
	}
	defer practices.Close()
	lost := 0
	err = eachShelf(ctx, practices, room, func(p practice.Practice, shelf *document.Shelf) error {
		report, err := shelf.Check(ctx)
		for _, problem := range report.Problems {
			fmt.Fprintf(con.out, "%s: %s\n", p.Name, problem)
		}
		lost += len(report.Problems)
		fmt.Fprintf(con.out, "%s: %d files, %d bytes, %d without a row\n", p.Name, report.Files, report.Bytes, report.Unneeded)
		return err
	})
	if err == nil && lost > 0 {
		err = fmt.Errorf("%d files are missing or damaged; restore them from a backup", lost)
	}
	return err
}

func openFiles(ctx context.Context, where dataFlag, files filesFlag) (*practice.Registry, *document.Room, error) {
	practices, err := where.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	room, err := files.room(ctx, where.Data, document.Options{})
	if err != nil {
		return nil, nil, errors.Join(err, practices.Close())
	}
	return practices, room, nil
}

type documentsSweepCmd struct {
	dataFlag
	filesFlag
	Grace time.Duration `help:"Leave files alone that came less than so long ago; an upload that is under way has no row yet." default:"24h"`
}

// Run sweeps once.
func (cmd *documentsSweepCmd) Run(ctx context.Context, con *console) error {
	practices, room, err := openFiles(ctx, cmd.dataFlag, cmd.filesFlag)
	if err != nil {
		return err
	}
	defer practices.Close()
	removed, err := sweepAll(ctx, practices, room, cmd.Grace)
	fmt.Fprintf(con.out, "%d files that no row needs were removed.\n", removed)
	return err
}

// shelves tell where practices' files are.
func shelves(practices *practice.Registry, room *document.Room) loop.Shelves {
	return func(num practice.Num, book *record.Book) *document.Shelf {
		return odapi.ShelfOf(room, practices, num, book.DB, practices.Hub.Clock)
	}
}
