package document_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) {
	if os.Getenv(dieAt) != "" {
		uploadAndDie()
	}
	testdb.Main(m)
}

// eachPlace runs a test in a folder and in a bucket.
func eachPlace(t *testing.T, test func(t *testing.T, bodies document.Bodies)) {
	t.Run("in a folder", func(t *testing.T) { test(t, newFolder(t)) })
	t.Run("in a bucket", func(t *testing.T) { test(t, newBucket(t)) })
}

func newFolder(t *testing.T) document.Bodies {
	t.Helper()
	folder, err := document.OpenFolder(filepath.Join(t.TempDir(), "documents"))
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// newBucket is a bucket of a server in this process that speaks S3's protocol over HTTP.
func newBucket(t *testing.T) document.Bodies {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	place := "s3://" + strings.TrimPrefix(server.URL, "http://") + "/files/some/prefix?tls=off"
	bucket, err := document.OpenBucket(t.Context(), place, document.BucketKey{ID: "id", Secret: "secret"}, filepath.Join(t.TempDir(), "spools"))
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}

func newShelf(t *testing.T, bodies document.Bodies) (*document.Shelf, store.DB) {
	t.Helper()
	db := testdb.Open(t, nil, store.PracticeMigrations())
	room := document.NewRoom(bodies, document.Options{})
	t.Cleanup(room.Close)
	return room.Shelf("practice-1", db, time.Now, func() (func(), error) { return func() {}, nil }), db
}

// keep stores a text for an owner.
func keep(t *testing.T, shelf *document.Shelf, db store.DB, text string, owner document.Owner) document.Body {
	t.Helper()
	body, err := tryKeep(t.Context(), shelf, db, strings.NewReader(text), owner)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func tryKeep(ctx context.Context, shelf *document.Shelf, db store.DB, r io.Reader, owner document.Owner) (document.Body, error) {
	received, err := shelf.Receive(ctx, r, document.MaxBody)
	if err != nil {
		return document.Body{}, err
	}
	defer received.Close()
	if err := received.Settle("name", "a.txt"); err != nil {
		return document.Body{}, err
	}
	err = shelf.Keep(ctx, []*document.Received{received}, func() error {
		return db.Write(ctx, func(tx store.Tx) error { return received.Use(tx, owner, document.File) })
	})
	return received.Body, err
}

func readAll(t *testing.T, shelf *document.Shelf, hash document.Hash) string {
	t.Helper()
	body, err := shelf.Open(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func names(t *testing.T, bodies document.Bodies) (all []string) {
	t.Helper()
	err := bodies.Each(t.Context(), "practice-1", func(hash document.Hash, _ time.Time) error {
		all = append(all, string(hash))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestABodyIsReadFromAnyPlaceInIt(t *testing.T) {
	eachPlace(t, func(t *testing.T, bodies document.Bodies) {
		shelf, db := newShelf(t, bodies)
		text := strings.Repeat("0123456789", 100_000)
		body := keep(t, shelf, db, text, document.Owner{Table: "document", Num: 1})
		if body.Size != int64(len(text)) || readAll(t, shelf, body.Hash) != text {
			t.Errorf("%d bytes come back as others", body.Size)
		}
		file, err := shelf.Open(t.Context(), body.Hash)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if err := iotest.TestReader(io.LimitReader(file, 20), []byte(text[:20])); err != nil {
			t.Error(err)
		}
		for _, at := range []int64{999_990, 5, 0, 123_456} {
			if _, err := file.Seek(at, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			part := make([]byte, 10)
			if _, err := io.ReadFull(file, part); err != nil || string(part) != text[at:at+10] {
				t.Errorf("at %d stands %q: %v", at, part, err)
			}
		}
		if end, err := file.Seek(0, io.SeekEnd); err != nil || end != body.Size {
			t.Errorf("the end is at %d: %v", end, err)
		}
	})
}

func TestTheSameBytesAreStoredOnce(t *testing.T) {
	eachPlace(t, func(t *testing.T, bodies document.Bodies) {
		shelf, db := newShelf(t, bodies)
		one := keep(t, shelf, db, "the same", document.Owner{Table: "document", Num: 1})
		two := keep(t, shelf, db, "the same", document.Owner{Table: "document", Num: 2})
		if one.Hash != two.Hash || len(names(t, bodies)) != 1 {
			t.Errorf("there are %v", names(t, bodies))
		}
	})
}

func TestABodyIsKeptAsLongAsARowNeedsIt(t *testing.T) {
	eachPlace(t, func(t *testing.T, bodies document.Bodies) {
		shelf, db := newShelf(t, bodies)
		first, second := document.Owner{Table: "document", Num: 1}, document.Owner{Table: "document", Num: 2}
		body := keep(t, shelf, db, "text", first)
		keep(t, shelf, db, "text", second)
		for _, step := range []struct {
			drop        document.Owner
			wantRemoved int
		}{{first, 0}, {second, 1}, {second, 0}} {
			if err := db.Write(t.Context(), func(tx store.Tx) error { return document.Drop(tx, step.drop) }); err != nil {
				t.Fatal(err)
			}
			if removed, err := shelf.Sweep(t.Context(), document.Grace); removed != 0 || err != nil {
				t.Errorf("%d bodies are removed within the grace: %v", removed, err)
			}
			removed, err := shelf.Sweep(t.Context(), -time.Second)
			if removed != step.wantRemoved || err != nil {
				t.Errorf("without %v, %d bodies are removed: %v", step.drop, removed, err)
			}
		}
		if _, err := shelf.Open(t.Context(), body.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("a body that was removed opens: %v", err)
		}
		// And comes back when it is sent again.
		keep(t, shelf, db, "text", first)
		if readAll(t, shelf, body.Hash) != "text" {
			t.Error("a body that was sent again is not there")
		}
	})
}

func TestASweepAndUploadsOfTheSameBytesLoseNothing(t *testing.T) {
	eachPlace(t, func(t *testing.T, bodies document.Bodies) {
		shelf, db := newShelf(t, bodies)
		ctx, stop := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer stop()
		var uploads sync.WaitGroup
		swept := make(chan int)
		go func() {
			all := 0
			for ctx.Err() == nil {
				removed, err := shelf.Sweep(ctx, -time.Minute)
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				all += removed
			}
			swept <- all
		}()
		for worker := range 4 {
			uploads.Go(func() {
				owner := document.Owner{Table: "document", Num: int64(worker + 1)}
				for ctx.Err() == nil {
					text := fmt.Sprint("text ", rand.IntN(2))
					body, err := tryKeep(ctx, shelf, db, strings.NewReader(text), owner)
					if fault.Is(err, fault.Busy) || ctx.Err() != nil {
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					file, err := shelf.Open(ctx, body.Hash)
					if err != nil {
						if ctx.Err() == nil {
							t.Errorf("a row was committed whose body is not there: %v", err)
						}
						return
					}
					file.Close()
					if err := db.Write(ctx, func(tx store.Tx) error { return document.Drop(tx, owner) }); err != nil && ctx.Err() == nil {
						t.Error(err)
					}
				}
			})
		}
		uploads.Wait()
		if all := <-swept; all < 3 {
			t.Errorf("only %d bodies were removed, which proves little", all)
		}
	})
}

func TestASweepThatWasBrokenOffIsFinished(t *testing.T) {
	bodies := newFolder(t)
	shelf, db := newShelf(t, bodies)
	owner := document.Owner{Table: "document", Num: 1}
	body := keep(t, shelf, db, "text", owner)
	err := db.Write(t.Context(), func(tx store.Tx) error {
		if err := document.Drop(tx, owner); err != nil {
			return err
		}
		return tx.Send("INSERT INTO `bodysweep` (`Sha256`, `Sweeps`, `IsRunning`) VALUES (?, 1, 1)", store.Text(body.Hash))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tryKeep(t.Context(), shelf, db, strings.NewReader("text"), owner); !fault.Is(err, fault.Busy) {
		t.Errorf("an upload of what is being removed comes to %v", err)
	}
	if _, err := shelf.Sweep(t.Context(), document.Grace); err != nil {
		t.Fatal(err)
	}
	if all := names(t, bodies); len(all) != 0 {
		t.Errorf("there are %v still", all)
	}
	keep(t, shelf, db, "text", owner)
}

func TestWhatIsReceivedIsBounded(t *testing.T) {
	shelf, _ := newShelf(t, newFolder(t))
	for name, step := range map[string]struct {
		source io.Reader
		kind   fault.Kind
	}{
		"an empty file":     {strings.NewReader(""), fault.Invalid},
		"one byte too many": {strings.NewReader(strings.Repeat("x", 1001)), fault.TooLarge},
	} {
		if _, err := shelf.Receive(t.Context(), step.source, 1000); !fault.Is(err, step.kind) {
			t.Errorf("%s comes to %v", name, err)
		}
	}
	for _, size := range []int{1, 1000, 256 << 10, 256<<10 + 1, 1 << 20} {
		received, err := shelf.Receive(t.Context(), iotest.HalfReader(bytes.NewReader(make([]byte, size))), 1<<20)
		if err != nil || received.Size != int64(size) {
			t.Errorf("%d bytes: %v", size, err)
			continue
		}
		received.Close()
	}
	cut := io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := shelf.Receive(t.Context(), cut, 1000); err != io.ErrUnexpectedEOF {
		t.Errorf("a source that is cut comes to %v", err)
	}
	if err := shelf.Room.Forget(-time.Minute); err != nil {
		t.Error(err)
	}
}

func TestACheckFindsWhatIsMissingAndWhatIsDamaged(t *testing.T) {
	dir := t.TempDir()
	folder, err := document.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	shelf, db := newShelf(t, folder)
	var bodies []document.Body
	for i, text := range []string{"whole", "missing", "damaged"} {
		bodies = append(bodies, keep(t, shelf, db, text, document.Owner{Table: "document", Num: int64(i + 1)}))
	}
	path := func(b document.Body) string {
		return filepath.Join(dir, "practice-1", string(b.Hash[:2]), string(b.Hash))
	}
	if err := os.Remove(path(bodies[1])); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path(bodies[2]), []byte("damagex"), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := shelf.Check(t.Context())
	if err != nil || report.Files != 3 || len(report.Problems) != 2 {
		t.Errorf("the report is %+v: %v", report, err)
	}
	all := strings.Join(report.Problems, "\n")
	if !strings.Contains(all, string(bodies[1].Hash)+" is missing") || !strings.Contains(all, string(bodies[2].Hash)+" is damaged") {
		t.Errorf("the report says %s", all)
	}
}
