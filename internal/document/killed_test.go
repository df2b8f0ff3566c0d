package document_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// An upload in a process of its own, which is killed at a step: this test's program, started anew.
const (
	dieAt    = "DOCUMENT_TEST_DIES_AT"
	diesWith = "DOCUMENT_TEST_FOLDER"
)

// steps are those of an upload, in order. After the last one the caller was told that it is stored.
var steps = []string{"receiving", "received", "kept", "within the transaction", "committed"}

// die ends the process as a crash does, with nothing in order.
func die(step string) {
	if os.Getenv(dieAt) == step {
		process, _ := os.FindProcess(os.Getpid())
		process.Kill()
		select {}
	}
}

// dyingReader dies in the middle of what is received.
type dyingReader struct{ read int }

func (r *dyingReader) Read(p []byte) (int, error) {
	const size = 1 << 20
	if r.read >= size/2 {
		die("receiving")
	}
	if r.read >= size {
		return 0, io.EOF
	}
	n := copy(p, strings.Repeat("a body that is uploaded ", 1000))
	r.read += n
	return n, nil
}

func openKilled(dir string) (*document.Shelf, store.DB, *document.Folder, error) {
	folder, err := document.OpenFolder(filepath.Join(dir, "documents"))
	if err != nil {
		return nil, nil, nil, err
	}
	db, err := sqlite.Open(filepath.Join(dir, "practice.db"), store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		return nil, nil, nil, err
	}
	room := document.NewRoom(folder, document.Options{})
	return room.Shelf("practice-1", db, time.Now, func() (func(), error) { return func() {}, nil }), db, folder, nil
}

// uploadAndDie is the process that is killed.
func uploadAndDie() {
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	ctx := context.Background()
	shelf, db, _, err := openKilled(os.Getenv(diesWith))
	if err != nil {
		fail(err)
	}
	received, err := shelf.Receive(ctx, &dyingReader{}, document.MaxBody)
	if err != nil {
		fail(err)
	}
	if err := received.Settle("name", "a.txt"); err != nil {
		fail(err)
	}
	die("received")
	err = shelf.Keep(ctx, []*document.Received{received}, func() error {
		die("kept")
		return db.Write(ctx, func(tx store.Tx) error {
			key, err := tx.Exec("INSERT INTO `document` (`FileName`) VALUES ('a.txt')")
			if err != nil {
				return err
			}
			if err := received.Use(tx, document.Owner{Table: "document", Num: key}, document.File); err != nil {
				return err
			}
			die("within the transaction")
			return nil
		})
	})
	if err != nil {
		fail(err)
	}
	die("committed")
	fail(errors.New("it was not to live so long"))
}

func TestAProcessThatIsKilledAtAnyStepOfAnUploadLosesNothingAndLeavesNothing(t *testing.T) {
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			command := exec.Command(os.Args[0])
			command.Env = append(os.Environ(), dieAt+"="+step, diesWith+"="+dir)
			said, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != -1 {
				t.Fatalf("the process was not killed: %v: %s", err, said)
			}
			shelf, db, folder, err := openKilled(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			rows := 0
			err = db.Read(t.Context(), func(c store.Conn) error {
				found := c.Query("SELECT `DocNum` FROM `document`")
				var nums []int64
				for found.Next() {
					nums = append(nums, found.Int(0))
				}
				if err := found.Close(); err != nil {
					return err
				}
				for _, num := range nums {
					rows++
					if _, has, err := document.Of(c, document.Owner{Table: "document", Num: num}, document.File); err != nil || !has {
						t.Errorf("document %d needs no body: %v", num, err)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if isThere := rows == 1; isThere != (step == "committed") {
				t.Errorf("killed at %q, there are %d rows", step, rows)
			}
			if _, err := shelf.Sweep(t.Context(), -time.Minute); err != nil {
				t.Fatal(err)
			}
			if err := folder.Forget(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			report, err := shelf.Check(t.Context())
			if err != nil || len(report.Problems) > 0 || report.Unneeded > 0 || report.Files != rows {
				t.Errorf("killed at %q, the report is %+v: %v", step, report, err)
			}
			left, err := filepath.Glob(filepath.Join(dir, "documents", "tmp", "*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left are %v: %v", left, err)
			}
		})
	}
}
