// Package storetest holds what every engine of the store must do, and starts the servers that the
// tests need. It is not part of the program.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Steps make the table that the contract is tested with.
var Steps = []store.Migration{{Number: 1, Name: "tables", Statements: []string{
	"CREATE TABLE `item` (\n  `ItemNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,\n  `Name` VARCHAR(100) NOT NULL DEFAULT '',\n  `Note` TEXT,\n  `Day` DATE NOT NULL DEFAULT '0001-01-01',\n  `Price` DOUBLE NOT NULL DEFAULT 0,\n  `Mark` VARCHAR(20) COLLATE utf8mb4_bin\n)",
	"CREATE UNIQUE INDEX `item_Name` ON `item` (`Name`)",
	"CREATE UNIQUE INDEX `item_Mark` ON `item` (`Mark`)",
}}}

// Insert is a write of one row.
func Insert(name string) func(store.Tx) error {
	return func(tx store.Tx) error {
		_, err := tx.Exec("INSERT INTO `item` (`Name`) VALUES (?)", store.Text(name))
		return err
	}
}

// Names reads all rows.
func Names(t testing.TB, db store.DB) string {
	t.Helper()
	var found []string
	err := db.Read(context.Background(), func(c store.Conn) error {
		rows := c.Query("SELECT `Name` FROM `item` ORDER BY `ItemNum`")
		for rows.Next() {
			found = append(found, string(rows.Text(0)))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, " ")
}

// Contract is what every engine must do. open makes an empty database with Steps and the clock.
func Contract(t *testing.T, open func(t *testing.T, clock func() time.Time) store.DB) {
	for _, c := range []struct {
		name string
		test func(*testing.T, store.DB)
	}{
		{"a write that fails undoes only itself", failsAlone},
		{"a write whose caller has gone is not begun", notBegun},
		{"a snapshot sees one state", oneState},
		{"what is sent along is written in its order", sentAlong},
		{"what is sent along and fails undoes its own write only", sentAlongFails},
		{"what is sent along may be more than a message holds", sentAlongMuch},
		{"a read sees what was written meanwhile", seesLater},
		{"what is remembered is forgotten when a write is undone", forgets},
		{"a read ends with its context", endsWithContext},
		{"a result that is left open is found out", leftOpen},
		{"cells are what was stored", cells},
		{"keys ascend and are not given again", keysAscend},
		{"a second row of a unique key is a conflict", conflict},
		{"names compare without case, and exact texts by their bytes", compares},
		{"the generation changes with each commit", generationChanges},
		{"writes of many callers are all there", manyWriters},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t, time.Now)) })
	}
	t.Run("Settled lies before a write that runs", func(t *testing.T) {
		now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local)
		settledBefore(t, open(t, func() time.Time { return now }), now)
	})
}

func failsAlone(t *testing.T, db store.DB) {
	refusal := errors.New("refused")
	// Held back by a first write, the others share one commit.
	began, hold := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		db.Write(t.Context(), func(tx store.Tx) error { close(began); <-hold; return Insert("first")(tx) })
	})
	<-began
	errs := make([]error, 6)
	for i := range errs {
		all.Go(func() {
			errs[i] = db.Write(t.Context(), func(tx store.Tx) error {
				if err := Insert(fmt.Sprint("w", i))(tx); err != nil {
					return err
				}
				switch {
				case i == 5:
					tx.Query("SELECT 1") // and left open
					panic("a bug")
				case i%2 == 1:
					return refusal
				}
				return nil
			})
		})
	}
	time.Sleep(50 * time.Millisecond) // for all of them to be queued
	close(hold)
	all.Wait()
	for i, err := range errs {
		switch {
		case i == 5 && !fault.Is(err, fault.Internal):
			t.Errorf("a write that panicked returns %v", err)
		case i%2 == 0 && err != nil, i%2 == 1 && i != 5 && !errors.Is(err, refusal):
			t.Errorf("write %d returns %v", i, err)
		}
	}
	got := Names(t, db)
	for i, name := range []string{"w0", "w1", "w2", "w3", "w4", "w5"} {
		if strings.Contains(got, name) != (i%2 == 0) {
			t.Errorf("stored are %q; %s was expected to be there: %v", got, name, i%2 == 0)
		}
	}
}

func notBegun(t *testing.T, db store.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Write(ctx, Insert("late")); err == nil {
		t.Error("the write of an ended context succeeded")
	}
	if got := Names(t, db); got != "" {
		t.Errorf("stored is %q, want nothing", got)
	}
}

func count(c store.Conn) (n int64) {
	rows := c.Query("SELECT COUNT(*) FROM `item`")
	if rows.Next() {
		n = rows.Int(0)
	}
	rows.Close()
	return n
}

func oneState(t *testing.T, db store.DB) {
	err := db.Snapshot(t.Context(), func(c store.Conn) error {
		before := count(c)
		if err := db.Write(t.Context(), Insert("meanwhile")); err != nil {
			return err
		}
		if after := count(c); after != before {
			t.Errorf("a read saw %d rows and then %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func seesLater(t *testing.T, db store.DB) {
	err := db.Read(t.Context(), func(c store.Conn) error {
		before := count(c)
		if err := db.Write(t.Context(), Insert("meanwhile")); err != nil {
			return err
		}
		if after := count(c); after != before+1 {
			t.Errorf("a read saw %d rows, and %d after a write", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func send(tx store.Tx, name string) error {
	return tx.Send("INSERT INTO `item` (`Name`, `Note`) VALUES (?, ?)", store.Text(name), store.Text("it's \\ ? a note; "+name))
}

func sentAlong(t *testing.T, db store.DB) {
	err := db.Write(t.Context(), func(tx store.Tx) error {
		if err := errors.Join(send(tx, "a"), send(tx, "b")); err != nil {
			return err
		}
		if n := count(tx); n != 2 {
			t.Errorf("the write sees %d of its rows, want 2", n)
		}
		if err := send(tx, "c"); err != nil {
			return err
		}
		key, err := tx.Exec("INSERT INTO `item` (`Name`) VALUES (?)", store.Text("d"))
		if key != 4 {
			t.Errorf("the key is %d, want 4", key)
		}
		return errors.Join(err, send(tx, "e"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := Names(t, db); got != "a b c d e" {
		t.Errorf("stored are %q", got)
	}
	err = db.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `Note` FROM `item` WHERE `Name` = ?", store.Text("e"))
		rows.Next()
		if got := string(rows.Text(0)); got != "it's \\ ? a note; e" {
			t.Errorf("the note is %q", got)
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sentAlongMuch sends 20 MB: a server takes 16 in one message, as a rule.
func sentAlongMuch(t *testing.T, db store.DB) {
	const rows = 320
	note := store.Text(strings.Repeat("n", 64_000))
	refusal := errors.New("refused")
	for _, end := range []error{refusal, nil} {
		err := db.Write(t.Context(), func(tx store.Tx) error {
			for n := range rows {
				if err := tx.Send("INSERT INTO `item` (`Name`, `Note`) VALUES (?, ?)", store.Text(fmt.Sprint("m", n)), note); err != nil {
					return err
				}
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatalf("the write ends with %v, want %v", err, end)
		}
		want := int64(0)
		if end == nil {
			want = rows
		}
		err = db.Read(t.Context(), func(c store.Conn) error {
			if n := count(c); n != want {
				t.Errorf("%d rows are stored, want %d", n, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// recall is what a write that begins now recalls.
func recall(t *testing.T, db store.DB) (value any) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx store.Tx) error { value = tx.Recall("key"); return nil }); err != nil {
		t.Fatal(err)
	}
	return value
}

func remember(t *testing.T, db store.DB, value any, end error) {
	t.Helper()
	err := db.Write(t.Context(), func(tx store.Tx) error { tx.Remember("key", value); return end })
	if !errors.Is(err, end) {
		t.Fatal(err)
	}
}

func forgets(t *testing.T, db store.DB) {
	if got := recall(t, db); got != nil {
		t.Errorf("at first %v is recalled", got)
	}
	remember(t, db, 1, nil)
	if got := recall(t, db); got != 1 {
		t.Errorf("%v is recalled, want 1", got)
	}
	remember(t, db, 2, errors.New("refused"))
	if got := recall(t, db); got != nil {
		t.Errorf("%v is recalled of a write that was undone", got)
	}
}

// Forgets checks that a database forgets what it remembers when another process, which has the same
// one open, writes it.
func Forgets(t *testing.T, one, two store.DB) {
	remember(t, one, 1, nil)
	if got := recall(t, one); got != 1 {
		t.Errorf("%v is recalled, want 1", got)
	}
	if err := two.Write(t.Context(), Insert("meanwhile")); err != nil {
		t.Fatal(err)
	}
	if got := recall(t, one); got != nil {
		t.Errorf("%v is recalled after another process has written", got)
	}
	remember(t, one, 3, nil)
	if got := recall(t, one); got != 3 {
		t.Errorf("%v is recalled, want 3", got)
	}
}

func sentAlongFails(t *testing.T, db store.DB) {
	began, hold := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		db.Write(t.Context(), func(tx store.Tx) error { close(began); <-hold; return Insert("first")(tx) })
	})
	<-began
	errs := make([]error, 6)
	for i := range errs {
		all.Go(func() {
			errs[i] = db.Write(t.Context(), func(tx store.Tx) error {
				name := fmt.Sprint("w", i)
				if i%2 == 1 {
					return errors.Join(send(tx, name), send(tx, "first"), send(tx, name+"more"))
				}
				return send(tx, name)
			})
		})
	}
	time.Sleep(50 * time.Millisecond) // for all of them to be queued
	close(hold)
	all.Wait()
	for i, err := range errs {
		if fault.Is(err, fault.Conflict) != (i%2 == 1) {
			t.Errorf("write %d returns %v", i, err)
		}
	}
	got := strings.Fields(Names(t, db))
	slices.Sort(got)
	if strings.Join(got, " ") != "first w0 w2 w4" {
		t.Errorf("stored are %q", got)
	}
}

func endsWithContext(t *testing.T, db store.DB) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := db.Read(ctx, func(c store.Conn) error {
		rows := c.Query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT COUNT(*) FROM n AS a, n AS b, n AS c")
		rows.Next()
		return rows.Close()
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an endless read returns %v, want the deadline", err)
	}
	if got := Names(t, db); got != "" {
		t.Errorf("the reader is not usable afterwards: %q", got)
	}
}

func leftOpen(t *testing.T, db store.DB) {
	err := db.Read(t.Context(), func(c store.Conn) error {
		c.Query("SELECT 1")
		return c.Query("SELECT 2").Close()
	})
	if err == nil || !strings.Contains(err.Error(), "a result is still open: SELECT 1") {
		t.Errorf("two results at a time: %v", err)
	}
	if got := Names(t, db); got != "" {
		t.Errorf("the connection is not usable afterwards: %q", got)
	}
}

func cells(t *testing.T, db store.DB) {
	long := strings.Repeat("é💉'\"\\%_\r\n", 1500)
	err := db.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec("INSERT INTO `item` (`Name`, `Note`, `Day`, `Price`) VALUES (?, ?, ?, ?)",
			store.Text("Müller"), store.Text(long), store.Text("0001-01-01"), store.Float(-111.9))
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO `item` (`Name`, `Note`, `Price`) VALUES (?, ?, ?)", store.Text(""), store.Null, store.Int(500))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `ItemNum`, `Name`, `Note`, `Day`, `Price` FROM `item` ORDER BY `ItemNum`")
		rows.Next()
		name, note := rows.Text(1), rows.Text(2)
		if rows.Int(0) != 1 || string(name) != "Müller" || string(note) != long || string(rows.Text(3)) != "0001-01-01" || rows.Float(4) != -111.9 {
			t.Errorf("the first row is %d %q %d bytes %q %v", rows.Int(0), name, len(note), rows.Text(3), rows.Float(4))
		}
		rows.Next()
		if len(rows.Text(1)) != 0 || rows.Null(1) || !rows.Null(2) || len(rows.Text(2)) != 0 || rows.Float(4) != 500 {
			t.Errorf("the second row is %q %v %v %v", rows.Text(1), rows.Null(1), rows.Null(2), rows.Float(4))
		}
		if rows.Next() {
			t.Error("there is a third row")
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func keysAscend(t *testing.T, db store.DB) {
	err := db.Write(t.Context(), func(tx store.Tx) error {
		for want := int64(1); want <= 3; want++ {
			key, err := tx.Exec("INSERT INTO `item` (`Name`) VALUES (?)", store.Text(fmt.Sprint(want)))
			if err != nil || key != want {
				return fmt.Errorf("the key is %d, want %d: %w", key, want, err)
			}
		}
		_, err := tx.Exec("DELETE FROM `item` WHERE `ItemNum` = ?", store.Int(3))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if last, err := db.LastKey("item"); err != nil || last != 3 {
		t.Errorf("after a deletion the last key is %d, %v", last, err)
	}
	err = db.Write(t.Context(), func(tx store.Tx) error {
		if key, err := tx.Exec("INSERT INTO `item` (`Name`) VALUES (?)", store.Text("next")); err != nil || key != 4 {
			t.Errorf("after a deletion the key is %d, %v", key, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func conflict(t *testing.T, db store.DB) {
	if err := db.Write(t.Context(), Insert("one")); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), Insert("one")); !fault.Is(err, fault.Conflict) {
		t.Errorf("the second row: %v", err)
	}
	if err := db.Write(t.Context(), Insert("ONE")); !fault.Is(err, fault.Conflict) {
		t.Errorf("the second row in another case: %v", err)
	}
	if got := Names(t, db); got != "one" {
		t.Errorf("stored is %q", got)
	}
}

func compares(t *testing.T, db store.DB) {
	for name, mark := range map[string]string{"Name of abc": "abC", "another": "ABC"} {
		err := db.Write(t.Context(), func(tx store.Tx) error {
			_, err := tx.Exec("INSERT INTO `item` (`Name`, `Mark`) VALUES (?, ?)", store.Text(name), store.Text(mark))
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", mark, err)
		}
	}
	found := func(condition, text string) (n int64) {
		err := db.Read(t.Context(), func(c store.Conn) error {
			rows := c.Query("SELECT COUNT(*) FROM `item` WHERE "+condition, store.Text(text))
			if rows.Next() {
				n = rows.Int(0)
			}
			return rows.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := found("`Name` = ?", "NAME OF abc"); n != 1 {
		t.Errorf("%d rows have the name in other letters", n)
	}
	if n := found("`Mark` = ?", "ABC"); n != 1 {
		t.Errorf("%d rows have the mark", n)
	}
	if n := found("`Mark` = ?", "abc"); n != 0 {
		t.Errorf("%d rows have the mark in other letters", n)
	}
}

func generationChanges(t *testing.T, db store.DB) {
	before, err := db.Generation()
	if err != nil {
		t.Fatal(err)
	}
	if same, err := db.Generation(); err != nil || same != before {
		t.Errorf("without a write the generation is %d and then %d, %v", before, same, err)
	}
	if err := db.Write(t.Context(), Insert("one")); err != nil {
		t.Fatal(err)
	}
	if after, err := db.Generation(); err != nil || after == before {
		t.Errorf("after a write the generation is still %d, %v", after, err)
	}
}

func manyWriters(t *testing.T, db store.DB) {
	const writers, each = 8, 25
	var all sync.WaitGroup
	for writer := range writers {
		all.Go(func() {
			for n := range each {
				if err := db.Write(t.Context(), Insert(fmt.Sprintf("%d.%d", writer, n))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := len(strings.Fields(Names(t, db))); got != writers*each {
		t.Errorf("stored are %d rows, want %d", got, writers*each)
	}
}

func settledBefore(t *testing.T, db store.DB, now time.Time) {
	later := now.Add(time.Minute)
	if got, err := db.Settled(t.Context(), later); err != nil || !got.Equal(later) {
		t.Errorf("with no write running, Settled is %v, %v, want %v", got, err, later)
	}
	began, hold := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		db.Write(context.Background(), func(store.Tx) error { close(began); <-hold; return nil })
	})
	<-began
	if got, err := db.Settled(t.Context(), later); err != nil || !got.Equal(now) {
		t.Errorf("with a write running since %v, Settled is %v, %v", now, got, err)
	}
	close(hold)
	done.Wait()
}
