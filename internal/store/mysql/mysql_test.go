package mysql

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.StopShared()
	os.Exit(code)
}

func connect(t testing.TB, address string, clock func() time.Time) *Server {
	t.Helper()
	server, err := Connect(t.Context(), address, Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

func openSchema(t testing.TB, server *Server, schema string, steps []store.Migration) *DB {
	t.Helper()
	db, err := server.Open(t.Context(), schema, steps, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestTheContractHoldsOnMariaDB(t *testing.T) {
	storetest.Contract(t, func(t *testing.T, clock func() time.Time) store.DB {
		return openSchema(t, connect(t, storetest.Shared(t).URL(), clock), storetest.NewSchema(), storetest.Steps)
	})
}

func TestTwoProcessesWriteOneSchemaOneAfterTheOther(t *testing.T) {
	schema := storetest.NewSchema()
	one := openSchema(t, connect(t, storetest.Shared(t).URL(), nil), schema, storetest.Steps)
	two := openSchema(t, connect(t, storetest.Shared(t).URL(), nil), schema, storetest.Steps)
	if err := one.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec("INSERT INTO `item` (`Name`, `Price`) VALUES ('counter', 0)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	// Read, then write what was read plus one: without the fence, counts would be lost.
	increment := func(tx store.Tx) error {
		rows := tx.Query("SELECT `Price` FROM `item` WHERE `Name` = 'counter'")
		rows.Next()
		price := rows.Float(0)
		if err := rows.Close(); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE `item` SET `Price` = ? WHERE `Name` = 'counter'", store.Float(price+1))
		return err
	}
	var all sync.WaitGroup
	for range 4 {
		for _, db := range []*DB{one, two} {
			all.Go(func() {
				for range 25 {
					if err := db.Write(t.Context(), increment); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	err := one.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Price` FROM `item` WHERE `Name` = 'counter'")
		rows.Next()
		if got := rows.Float(0); got != 200 {
			t.Errorf("the counter is %v, want 200", got)
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatAnotherProcessWritesIsNotRecalled(t *testing.T) {
	schema := storetest.NewSchema()
	one := openSchema(t, connect(t, storetest.Shared(t).URL(), nil), schema, storetest.Steps)
	two := openSchema(t, connect(t, storetest.Shared(t).URL(), nil), schema, storetest.Steps)
	storetest.Forgets(t, one, two)
}

// A client polls one process while the other holds a transaction open: its row has an id and a stamp
// long before it is there, and later ones commit behind it.
func TestAPollMissesNoRowOfATransactionThatAnotherProcessHoldsOpen(t *testing.T) {
	t.Run("where locks reach", func(t *testing.T) { pollWhileHeld(t, true) })
	t.Run("where they do not, as on a cluster", func(t *testing.T) { pollWhileHeld(t, false) })
}

func pollWhileHeld(t *testing.T, locksReach bool) {
	schema := storetest.NewSchema()
	one := openSchema(t, connect(t, storetest.Shared(t).URL(), nil), schema, storetest.Steps)
	two := openSchema(t, connect(t, storetest.Shared(t).URL(), nil), schema, storetest.Steps)
	two.server.locksReach = locksReach
	stamped := func(name string, pause time.Duration) func(store.Tx) error {
		return func(tx store.Tx) error {
			_, err := tx.Exec("INSERT INTO `item` (`Name`, `Price`) VALUES (?, ?)", store.Text(name), store.Int(time.Now().UnixNano()))
			time.Sleep(pause)
			return err
		}
	}
	written := make(map[string]bool)
	var mu sync.Mutex
	var writers sync.WaitGroup
	write := func(db *DB, name string, pause time.Duration) {
		if err := db.Write(t.Context(), stamped(name, pause)); err != nil {
			t.Error(err)
		}
		mu.Lock()
		written[name] = true
		mu.Unlock()
	}
	for n := range 5 {
		writers.Go(func() { write(one, fmt.Sprint("held", n), 150*time.Millisecond) })
		writers.Go(func() {
			for i := range 10 {
				write(two, fmt.Sprint("two", n, ".", i), 0)
			}
		})
	}
	ended := make(chan struct{})
	go func() { writers.Wait(); close(ended) }()
	seen := make(map[string]bool)
	polls := 0
	poll := func(since time.Time) time.Time {
		settled, err := two.Settled(t.Context(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		err = two.Read(t.Context(), func(c store.Conn) error {
			rows := c.Query("SELECT `Name` FROM `item` WHERE `Price` > ?", store.Int(since.UnixNano()))
			for rows.Next() {
				seen[string(rows.Text(0))] = true
			}
			return rows.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		polls++
		return settled
	}
	since := time.Unix(0, 0)
	for running := true; running; {
		select {
		case <-ended:
			running = false
		default:
		}
		since = poll(since)
	}
	poll(since)
	for name := range written {
		if !seen[name] {
			t.Errorf("the row %s was missed by %d polls", name, polls)
		}
	}
	if len(written) != 55 || polls < 10 {
		t.Errorf("%d rows and %d polls are too few to tell", len(written), polls)
	}
}

func TestNoAcknowledgedWriteIsLostWhenTheServerIsKilled(t *testing.T) {
	maria, err := storetest.StartMariaDB()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(maria.Remove)
	db := openSchema(t, connect(t, maria.URL(), nil), storetest.NewSchema(), storetest.Steps)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	acknowledged := make(map[string]bool)
	var writers sync.WaitGroup
	for writer := range 8 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				name := strings.Repeat(string(rune('a'+writer)), 3) + time.Now().Format("150405.000000000")
				if err := db.Write(ctx, storetest.Insert(name)); err == nil {
					mu.Lock()
					acknowledged[name] = true
					mu.Unlock()
				} else {
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
	}
	storm := func(count int) {
		t.Helper()
		written := func() int { mu.Lock(); defer mu.Unlock(); return len(acknowledged) }
		for deadline := time.Now().Add(time.Minute); written() < count; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the storm was %d writes only", written())
			}
		}
	}
	for kill := range 2 {
		storm(50 * (kill + 1))
		maria.Kill()
		if err := maria.Start(); err != nil {
			t.Fatal(err)
		}
	}
	storm(150)
	cancel()
	writers.Wait()
	stored := make(map[string]bool)
	for _, name := range strings.Fields(storetest.Names(t, db)) {
		stored[name] = true
	}
	for name := range acknowledged {
		if !stored[name] {
			t.Errorf("%s was acknowledged and is not there", name)
		}
	}
	t.Logf("%d writes acknowledged over 2 kills, %d stored", len(acknowledged), len(stored))
}

func TestAServerThatIsDownIsSaidToBeUnavailableAndComesBack(t *testing.T) {
	maria, err := storetest.StartMariaDB()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(maria.Remove)
	db := openSchema(t, connect(t, maria.URL(), nil), storetest.NewSchema(), storetest.Steps)
	maria.Kill()
	if err := db.Read(t.Context(), func(store.Conn) error { return nil }); err == nil || !isLostConnection(err) {
		t.Errorf("a read from a server that is down: %v", err)
	}
	if err := maria.Start(); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), storetest.Insert("back")); err != nil {
		t.Errorf("a write after the server is back: %v", err)
	}
	if got := storetest.Names(t, db); got != "back" {
		t.Errorf("stored is %q", got)
	}
}

func TestASchemaOfANewerProgramIsRefused(t *testing.T) {
	server := connect(t, storetest.Shared(t).URL(), nil)
	schema := storetest.NewSchema()
	newer := append(storetest.Steps[:1:1], store.Migration{Number: 2, Name: "newer", Statements: []string{"CREATE TABLE `b` (`x` INT PRIMARY KEY)"}})
	openSchema(t, server, schema, newer)
	if _, err := server.Open(t.Context(), schema, storetest.Steps, false); err == nil || !strings.Contains(err.Error(), "newer Bridgework") {
		t.Errorf("an older program opens it: %v", err)
	}
}

func TestASchemaThatIsMissingIsNotReplacedByAnEmptyOne(t *testing.T) {
	server := connect(t, storetest.Shared(t).URL(), nil)
	if _, err := server.Open(t.Context(), storetest.NewSchema(), storetest.Steps, false); err == nil || !strings.Contains(err.Error(), "is missing from the database server") {
		t.Errorf("the fault is %v", err)
	}
}

func TestWhatIsSentDoesNotStandInAnError(t *testing.T) {
	db := openSchema(t, connect(t, storetest.Shared(t).URL(), nil), storetest.NewSchema(), storetest.Steps)
	const secret = "Beringer"
	if err := db.Write(t.Context(), storetest.Insert(secret)); err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(store.Tx) error{
		"a duplicate": storetest.Insert(secret),
		"a wrong day": func(tx store.Tx) error {
			_, err := tx.Exec("INSERT INTO `item` (`Name`, `Day`) VALUES ('x', ?)", store.Text(secret))
			return err
		},
		"a broken statement that was held back": func(tx store.Tx) error {
			return tx.Send("INSERT INTO `item` (`Name`) VALUE OF ?", store.Text(secret))
		},
		"a text that is too long": func(tx store.Tx) error {
			return tx.Send("INSERT INTO `item` (`Name`) VALUES (?)", store.Text(strings.Repeat(secret, 50)))
		},
	} {
		if err := db.Write(t.Context(), write); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASchemaOfAnotherCollationIsRefused(t *testing.T) {
	server := connect(t, storetest.Shared(t).URL(), nil)
	schema := storetest.NewSchema()
	err := server.with(t.Context(), "", func(c *conn) error {
		return c.execText("CREATE DATABASE `" + schema + "` CHARACTER SET latin1 COLLATE latin1_swedish_ci")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, create := range []bool{true, false} {
		if _, err := server.Open(t.Context(), schema, storetest.Steps, create); err == nil || !strings.Contains(err.Error(), "has the collation latin1_swedish_ci") {
			t.Errorf("it is opened: %v", err)
		}
	}
}

func TestAUserWithoutTheRightIsToldWhichOneIsMissing(t *testing.T) {
	server := connect(t, storetest.Shared(t).Location("elsewhere"), nil)
	if _, err := server.Open(t.Context(), "elsewhere_hub", storetest.Steps, true); err == nil || !strings.Contains(err.Error(), "it needs ALL PRIVILEGES on `elsewhere%`.*") {
		t.Errorf("a schema that the user may not make: %v", err)
	}
	if err := server.Copy(t.Context(), "bridgework_x", "elsewhere_y"); err == nil || !strings.Contains(err.Error(), "lacks a right") {
		t.Errorf("a copy that the user may not make: %v", err)
	}
}

func TestAServerThatIsTooOldOrOfAnotherMakeIsTold(t *testing.T) {
	for version, want := range map[string]struct {
		kind kind
		fit  bool
	}{
		"10.5.29-MariaDB":            {mariaDB, false},
		"10.11.14-MariaDB-0+deb12u2": {mariaDB, true},
		"5.7.44":                     {mySQL, false},
		"8.4.1":                      {mySQL, true},
		"5.7.25-TiDB-v6.5.0":         {tiDB, false},
		"8.0.11-TiDB-v8.5.0":         {tiDB, true},
	} {
		if got := kindOf(version); got != want.kind || (numberOf(version) >= got.oldest()) != want.fit {
			t.Errorf("%s is %s, and fit: %v", version, got, numberOf(version) >= got.oldest())
		}
	}
}

func TestAMigrationThatWasBrokenOffIsFinished(t *testing.T) {
	server := connect(t, storetest.Shared(t).URL(), nil)
	schema := storetest.NewSchema()
	broken := []store.Migration{{Number: 1, Name: "tables", Statements: append(storetest.Steps[0].Statements[:1:1], "NOT SQL")}}
	if _, err := server.Open(t.Context(), schema, broken, true); err == nil || !strings.Contains(err.Error(), "step 1, tables") {
		t.Fatalf("the fault is %v", err)
	}
	db := openSchema(t, server, schema, storetest.Steps)
	if db.Version() != 1 {
		t.Errorf("the version is %d", db.Version())
	}
}

func TestWhatIsWrongWithAnAddressIsSaid(t *testing.T) {
	good := storetest.Shared(t).URL()
	for address, want := range map[string]string{
		"postgres://a:b@localhost/":                         "must be mysql://USER:PASSWORD@HOST",
		"mysql://localhost/":                                "must be mysql://USER:PASSWORD@HOST",
		"mysql://a:b@localhost/?socket=/no/such/socket":     "cannot be reached",
		"mysql://a:b@127.0.0.1:1/":                          "cannot be reached",
		strings.Replace(good, ":bridgework@", ":wrong@", 1): "refuses the user or the password",
	} {
		if _, err := Connect(t.Context(), address, Options{}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), ":wrong@") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestVersionsAreComparedAsNumbers(t *testing.T) {
	for _, pair := range [][2]string{{"10.5.29-MariaDB", "10.6.0-MariaDB"}, {"10.6.1", "10.11.14"}, {"10.11.14", "11.4.2"}, {"5.7.44", "8.0.36"}, {"8.0.36", "8.4.1"}} {
		if numberOf(pair[0]) >= numberOf(pair[1]) {
			t.Errorf("%s is %v, and %s is %v", pair[0], numberOf(pair[0]), pair[1], numberOf(pair[1]))
		}
	}
}
