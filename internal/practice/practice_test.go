package practice

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func openTest(t *testing.T) *Registry {
	t.Helper()
	return openAt(t, testdb.Chosen().Location(t))
}

func openAt(t *testing.T, location string) *Registry {
	t.Helper()
	r, err := Open(t.Context(), location, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func create(t *testing.T, r *Registry, name string) Practice {
	t.Helper()
	p, err := r.Create(t.Context(), audit.Operator, name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPracticeIsMadeOnceAndFoundByItsName(t *testing.T) {
	r := openTest(t)
	p := create(t, r, "Northside Dental")
	if found, err := r.Find(t.Context(), "northside dental"); err != nil || found.Num != p.Num {
		t.Errorf("found %+v, %v", found, err)
	}
	if _, err := r.Create(t.Context(), audit.Operator, "NORTHSIDE Dental"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second practice of the name: %v", err)
	}
}

// A server's schemas have the server's rights, so this is about files.
func TestAPracticeIsOneFileThatOthersMayNotRead(t *testing.T) {
	dir := testdb.SQLite.Location(t)
	r := openAt(t, dir)
	create(t, r, "Northside Dental")
	if _, err := r.Create(t.Context(), audit.Operator, "Northside Dental"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second practice of the name: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "practice-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the folder holds %v, want the one practice", files)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file: %v", info.Mode())
	}
}

func TestAKeyOpensItsPracticeAndNoOther(t *testing.T) {
	r := openTest(t)
	a, b := create(t, r, "A"), create(t, r, "B")
	_, ofA, err := r.CreateKey(t.Context(), audit.Operator, a, "Developer", []string{"ReadAll"}, Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	_, ofB, err := r.CreateKey(t.Context(), audit.Operator, b, "Other", []string{"ReadAll"}, Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	key, err := r.Authenticate(t.Context(), ofA)
	if err != nil || key.Practice != a.Num || !key.May("ReadAll") || key.May("AllOthers") {
		t.Errorf("the key is %+v, %v", key, err)
	}
	for name, wrong := range map[string]Secrets{
		"another developer's half": {ofB.DeveloperKey, ofA.CustomerKey},
		"another customer's half":  {ofA.DeveloperKey, ofB.CustomerKey},
		"halves the wrong way":     {ofA.CustomerKey, ofA.DeveloperKey},
		"unknown":                  {"0123456789abcdef", "0123456789abcdef"},
		"blank":                    {},
	} {
		if key, err := r.Authenticate(t.Context(), wrong); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %+v, %v", name, key, err)
		}
	}
}

// A server keeps the same rows; where it keeps their bytes is not ours to read.
func TestKeysAreKeptAsHashesOnly(t *testing.T) {
	dir := testdb.SQLite.Location(t)
	r := openAt(t, dir)
	_, secrets, err := r.CreateKey(t.Context(), audit.Operator, create(t, r, "A"), "Developer", []string{"ReadAll"}, Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), secrets.DeveloperKey) || strings.Contains(string(text), secrets.CustomerKey) {
		t.Error("a key stands in the hub as it is")
	}
}

func TestARevokedKeyIsRefusedAtOnce(t *testing.T) {
	location := testdb.Chosen().Location(t)
	r := openAt(t, location)
	key, secrets, err := r.CreateKey(t.Context(), audit.Operator, create(t, r, "A"), "Developer", []string{"ReadAll"}, Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Authenticate(t.Context(), secrets); err != nil {
		t.Fatal(err)
	}
	// As the operator does, from another process.
	other := openAt(t, location)
	if _, err := other.RevokeKey(t.Context(), audit.Operator, key.Num); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * lookAgain)
	if _, err := r.Authenticate(t.Context(), secrets); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("the revoked key: %v", err)
	}
	if _, err := other.RevokeKey(t.Context(), audit.Operator, key.Num); !fault.Is(err, fault.Conflict) {
		t.Errorf("revoked twice: %v", err)
	}
	if _, err := other.RevokeKey(t.Context(), audit.Operator, 99); !fault.Is(err, fault.NotFound) {
		t.Errorf("a key that does not exist: %v", err)
	}
	err = r.Hub.DB.Read(t.Context(), func(c store.Conn) error { _, err := audit.Verify(c); return err })
	if err != nil {
		t.Error(err)
	}
}

func TestOwnKeysMayBeKeptAndAreBoundToOnePractice(t *testing.T) {
	r := openTest(t)
	p := create(t, r, "A")
	own := Secrets{DeveloperKey: "NFF6i0KrXrxDkZHt", CustomerKey: "VzkmZEaUWOjnQX2z"}
	if _, got, err := r.CreateKey(t.Context(), audit.Operator, p, "Developer", nil, own); err != nil || got != own {
		t.Errorf("the key is %v, %v", got, err)
	}
	if _, _, err := r.CreateKey(t.Context(), audit.Operator, p, "Developer", nil, own); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same customer key again: %v", err)
	}
	for _, bad := range []string{"short", "has a blank in it", "has/a/slash/in/it"} {
		if _, _, err := r.CreateKey(t.Context(), audit.Operator, p, "Developer", nil, Secrets{DeveloperKey: bad}); !fault.Is(err, fault.Invalid) {
			t.Errorf("the key %q: %v", bad, err)
		}
	}
}

// Several processes may serve the schemas of a server: each schema has a fence.
func TestOneServerPerFolder(t *testing.T) {
	dir := testdb.SQLite.Location(t)
	r := openAt(t, dir)
	if err := r.LockServing(); err != nil {
		t.Fatal(err)
	}
	if err := openAt(t, dir).LockServing(); err == nil {
		t.Error("two servers serve one folder")
	}
}

func TestAPracticeWhoseDatabaseIsMissingIsNotReplacedByAnEmptyOne(t *testing.T) {
	r := openTest(t)
	p := create(t, r, "A")
	r.shelves.home.remove(p.Database)
	if _, _, err := r.Lease(t.Context(), p.Num); err == nil {
		t.Error("the missing database was opened")
	}
	if err := r.Migrate(t.Context(), func(Practice, error) {}); err == nil || !strings.Contains(err.Error(), p.Database) {
		t.Errorf("the migration says %v", err)
	}
	if _, err := r.shelves.home.migrated(t.Context(), p.Database); err == nil {
		t.Error("a new database was made in its place")
	}
}

func TestAnUnknownPracticeIsNotFound(t *testing.T) {
	r := openTest(t)
	if _, _, err := r.Lease(t.Context(), 99); !fault.Is(err, fault.NotFound) {
		t.Errorf("the fault is %v", err)
	}
}

// closable is a database that notes when it is closed.
type closable struct {
	store.DB
	closed *atomic.Int32
}

func (c closable) Close() error { c.closed.Add(1); return nil }

func newTestCache(t *testing.T) (c *cache, opened, closed *atomic.Int32) {
	opened, closed = new(atomic.Int32), new(atomic.Int32)
	c = newCache(func(Practice) (*record.Book, error) {
		opened.Add(1)
		time.Sleep(time.Millisecond)
		return &record.Book{DB: closable{closed: closed}}, nil
	})
	t.Cleanup(func() { c.close() })
	return c, opened, closed
}

func findAny() (Practice, error) { return Practice{}, nil }

func TestRequestsThatComeAtOnceOpenAPracticeOnce(t *testing.T) {
	c, opened, _ := newTestCache(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, release, err := c.lease(1, findAny)
			if err != nil {
				t.Error(err)
				return
			}
			release()
		})
	}
	all.Wait()
	if opened.Load() != 1 {
		t.Errorf("opened %d times", opened.Load())
	}
}

func TestBeyondTheLimitTheLongestUnusedIsClosed(t *testing.T) {
	c, opened, closed := newTestCache(t)
	_, held, err := c.lease(1, findAny)
	if err != nil {
		t.Fatal(err)
	}
	for num := Num(2); num <= 5; num++ {
		_, release, err := c.lease(num, findAny)
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	c.shrink(2, 0)
	if closed.Load() != 3 {
		t.Errorf("%d of %d are closed, want 3", closed.Load(), opened.Load())
	}
	for _, num := range []Num{1, 5} {
		if c.entries[num] == nil {
			t.Errorf("practice %d, in use or used last, was closed", num)
		}
	}
	held()
	c.shrink(0, 0)
	if closed.Load() != 5 {
		t.Errorf("%d are closed, want all 5", closed.Load())
	}
}

func TestAPracticeThatCannotBeOpenedIsTriedAgain(t *testing.T) {
	tries := 0
	c := newCache(func(Practice) (*record.Book, error) {
		if tries++; tries == 1 {
			return nil, errors.New("the disk is away")
		}
		return &record.Book{DB: closable{closed: new(atomic.Int32)}}, nil
	})
	defer c.close()
	if _, _, err := c.lease(1, findAny); err == nil {
		t.Fatal("the first try succeeded")
	}
	if _, release, err := c.lease(1, findAny); err != nil {
		t.Errorf("the second try: %v", err)
	} else {
		release()
	}
}

// Who asks for a practice that is not there, as a provider of the directory without a chart does, must not have it listed meanwhile.
func TestAPracticeThatIsBeingOpenedIsNotListedAsOpen(t *testing.T) {
	r := openTest(t)
	var during []Num
	_, _, err := r.open.lease(4711, func() (Practice, error) {
		during = r.OpenNums()
		return Practice{}, fault.New(fault.NotFound, "Practice not found")
	})
	if !fault.Is(err, fault.NotFound) || len(during) > 0 || len(r.OpenNums()) > 0 {
		t.Errorf("%v: open are %v, and afterwards %v", err, during, r.OpenNums())
	}
}
