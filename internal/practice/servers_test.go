package practice

import (
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// openWithServers opens a folder whose practices may also be on two database servers.
func openWithServers(t *testing.T, north, south string) *Registry {
	t.Helper()
	r, err := Open(t.Context(), t.TempDir(), Options{Servers: map[string]string{"north": north, "south": south}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func createOn(t *testing.T, r *Registry, server, name string) Practice {
	t.Helper()
	p, err := r.CreateOn(t.Context(), audit.Operator, server, name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// note writes an entry into a practice's trail.
func note(t *testing.T, r *Registry, p Practice, detail string) error {
	t.Helper()
	book, release, err := r.Lease(t.Context(), p.Num)
	if err != nil {
		return err
	}
	defer release()
	return book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error { return tx.Note(audit.Update, "test", 1, detail) })
}

// notes reads the details of a practice's trail, newest first.
func notes(t *testing.T, r *Registry, p Practice) string {
	t.Helper()
	book, release, err := r.Lease(t.Context(), p.Num)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	var details []string
	err = book.DB.Read(t.Context(), func(c store.Conn) error {
		entries, err := audit.List(c, 10)
		for _, entry := range entries {
			details = append(details, entry.Detail)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(details, " ")
}

func TestPracticesAreMadeOnTheServerThatIsNamed(t *testing.T) {
	shared := storetest.Shared(t)
	r := openWithServers(t, shared.Location(storetest.NewSchema()), shared.Location(storetest.NewSchema()))
	home, north, south := create(t, r, "Home"), createOn(t, r, "north", "North"), createOn(t, r, "south", "South")
	for _, p := range []Practice{home, north, south} {
		if err := note(t, r, p, p.Name); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if found, err := r.Find(t.Context(), p.Name); err != nil || found != p {
			t.Errorf("%s is found as %+v, %v", p.Name, found, err)
		}
	}
	for _, p := range []Practice{home, north, south} {
		if got := notes(t, r, p); got != p.Name {
			t.Errorf("the trail of %s is %q", p.Name, got)
		}
	}
	if _, err := r.CreateOn(t.Context(), audit.Operator, "west", "West"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "--servers lists north, south") {
		t.Errorf("a server that is not listed: %v", err)
	}
}

func TestAServerThatIsDownKeepsOnlyItsOwnPracticesWaiting(t *testing.T) {
	maria, err := storetest.StartMariaDB()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(maria.Remove)
	r := openWithServers(t, maria.Location(storetest.NewSchema()), storetest.Shared(t).Location(storetest.NewSchema()))
	opened, closed, south := createOn(t, r, "north", "Opened"), createOn(t, r, "north", "Closed"), createOn(t, r, "south", "South")
	if err := note(t, r, opened, "before"); err != nil {
		t.Fatal(err)
	}
	maria.Kill()
	for _, p := range []Practice{opened, closed} {
		if err := note(t, r, p, "down"); !fault.Is(err, fault.Busy) {
			t.Errorf("%s, whose server is down: %v", p.Name, err)
		}
	}
	if err := note(t, r, south, "up"); err != nil {
		t.Errorf("a practice on another server: %v", err)
	}
	failed := 0
	if err := r.Migrate(t.Context(), func(_ Practice, err error) {
		if fault.Is(err, fault.Busy) {
			failed++
		}
	}); err != nil || failed != 2 {
		t.Errorf("the migration returns %v with %d practices out of reach, want 2", err, failed)
	}
	if err := maria.Start(); err != nil {
		t.Fatal(err)
	}
	for _, p := range []Practice{opened, closed} {
		if err := note(t, r, p, "back"); err != nil {
			t.Errorf("%s, whose server is back: %v", p.Name, err)
		}
	}
	if got := notes(t, r, opened); got != "back before" {
		t.Errorf("the trail is %q", got)
	}
}

func TestARunningServerFollowsAPracticeToItsNewPlace(t *testing.T) {
	shared := storetest.Shared(t)
	north, south := shared.Location(storetest.NewSchema()), shared.Location(storetest.NewSchema())
	r := openWithServers(t, north, south)
	p := createOn(t, r, "north", "Moves")
	_, secrets, err := r.CreateKey(t.Context(), audit.Operator, p, "Developer", nil, Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	if err := note(t, r, p, "one"); err != nil {
		t.Fatal(err)
	}
	// As the operator does: copy, and note the new place, from another process.
	operator, err := Open(t.Context(), r.shelves.home.(*folder).dir, Options{Servers: map[string]string{"north": north, "south": south}})
	if err != nil {
		t.Fatal(err)
	}
	defer operator.Close()
	server, err := mysql.Connect(t.Context(), south, mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	stale, moved := storetest.NewSchema(), storetest.NewSchema()
	for _, copied := range []string{stale, moved} {
		if copied == moved {
			if err := note(t, r, p, "two"); err != nil {
				t.Fatal(err)
			}
		}
		if err := server.Copy(t.Context(), p.Database, copied); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := operator.Place(t.Context(), audit.Operator, p, "south", stale); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "copy again") {
		t.Errorf("a copy that lacks a write: %v", err)
	}
	if _, err := operator.Place(t.Context(), audit.Operator, p, "south", storetest.NewSchema()); err == nil || !strings.Contains(err.Error(), "missing from the database server") {
		t.Errorf("a copy that is not there: %v", err)
	}
	if _, err := operator.Place(t.Context(), audit.Operator, p, "south", moved); err != nil {
		t.Fatal(err)
	}
	// The running server notices with the next request.
	if _, err := r.Authenticate(t.Context(), secrets); err != nil {
		t.Fatal(err)
	}
	if err := note(t, r, p, "three"); err != nil {
		t.Fatal(err)
	}
	if err := server.Drop(t.Context(), p.Database); err != nil {
		t.Fatal(err)
	}
	if got := notes(t, r, p); got != "three two one" {
		t.Errorf("the trail at the new place is %q", got)
	}
}

func TestWhatIsWrongWithAListOfServersIsSaid(t *testing.T) {
	for _, text := range []string{"north", "north=postgres://a:secret@b/", "North=mysql://a:secret@b/", "=mysql://a:secret@b/",
		"north=mysql://a:secret@b/ north=mysql://a:secret@c/"} {
		if _, err := ParseServers(text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
	got, err := ParseServers("north=mysql://a:b@c/?socket=/d\n  south-2=mysql://e:f@g/h\n")
	if err != nil || len(got) != 2 || got["north"] != "mysql://a:b@c/?socket=/d" || got["south-2"] != "mysql://e:f@g/h" {
		t.Errorf("the servers are %v, %v", got, err)
	}
}
