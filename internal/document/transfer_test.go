package document_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// transfers are the rows, as "STATE DOCNUM PROBLEM".
func transfers(t *testing.T, db store.DB) (all []string) {
	t.Helper()
	err := db.Read(t.Context(), func(c store.Conn) error {
		all = nil
		rows := c.Query("SELECT `State`, `DocNum`, `Problem` FROM `transfer` ORDER BY `TransferNum`")
		for rows.Next() {
			all = append(all, fmt.Sprintf("%d %d %s", rows.Int(0), rows.Int(1), rows.Text(2)))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func waitFor(t *testing.T, db store.DB, want string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if got := transfers(t, db); len(got) == 1 && got[0] == want {
			return
		} else if time.Now().After(deadline) {
			t.Fatalf("the transfers are %q, want %q", got, want)
		}
	}
}

func newQuickRoom(t *testing.T, patience time.Duration) (*document.Room, *document.Shelf, store.DB) {
	t.Helper()
	db := testdb.Open(t, nil, store.PracticeMigrations())
	room := document.NewRoom(newFolder(t), document.Options{Patience: patience, Limit: 5 * time.Second})
	t.Cleanup(room.Close)
	return room, room.Shelf("practice-1", db, time.Now, func() (func(), error) { return func() {}, nil }), db
}

func TestAQuickTransferIsAnsweredAndLeavesNoRow(t *testing.T) {
	_, shelf, db := newQuickRoom(t, time.Minute)
	got, err := document.Outlive(t.Context(), shelf, &document.Transfer{}, func(context.Context) (string, error) { return "done", nil })
	if got != "done" || err != nil || len(transfers(t, db)) != 0 {
		t.Errorf("it comes to %q, %v and %q", got, err, transfers(t, db))
	}
	wrong := errors.New("wrong")
	if _, err := document.Outlive(t.Context(), shelf, &document.Transfer{}, func(context.Context) (int, error) { return 0, wrong }); !errors.Is(err, wrong) {
		t.Errorf("it comes to %v", err)
	}
	if _, err := document.Outlive(t.Context(), shelf, &document.Transfer{}, func(context.Context) (int, error) { panic("a bug") }); !fault.Is(err, fault.Internal) {
		t.Errorf("a bug comes to %v", err)
	}
}

func TestATransferThatOutlivesItsRequestGoesOnAndIsSeen(t *testing.T) {
	for name, step := range map[string]struct {
		err  error
		want string
	}{
		"one that ends well": {nil, "1 77 "},
		"one that fails":     {fault.New(fault.Invalid, "The server said no"), "2 77 The server said no"},
		"a bug":              {errors.New("internal words"), "2 77 The server failed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, shelf, db := newQuickRoom(t, 10*time.Millisecond)
			ctx, hangUp := context.WithCancel(t.Context())
			goOn := make(chan struct{})
			what := &document.Transfer{Action: "UploadSftp", Address: "host/a.pdf"}
			_, err := document.Outlive(ctx, shelf, what, func(ctx context.Context) (int, error) {
				<-goOn
				what.Made(77)
				return 0, errors.Join(ctx.Err(), step.err)
			})
			var running *document.StillRunning
			if !errors.As(err, &running) || running.Num != 1 || !fault.Is(err, fault.Busy) {
				t.Fatalf("it comes to %v", err)
			}
			hangUp() // the request ends, and the transfer does not
			waitFor(t, db, "0 0 ")
			if err := shelf.FindInterrupted(t.Context()); err != nil {
				t.Fatal(err)
			}
			waitFor(t, db, "0 0 ")
			close(goOn)
			waitFor(t, db, step.want)
		})
	}
}

func TestATransferWhoseServerIsStoppedSaysSo(t *testing.T) {
	room, shelf, db := newQuickRoom(t, 10*time.Millisecond)
	_, err := document.Outlive(t.Context(), shelf, &document.Transfer{}, func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	})
	if !fault.Is(err, fault.Busy) {
		t.Fatalf("it comes to %v", err)
	}
	room.Close()
	waitFor(t, db, "3 0 The server was stopped; send the request again")
}

func TestATransferWhoseProcessIsGoneIsFound(t *testing.T) {
	_, shelf, db := newQuickRoom(t, time.Minute)
	err := db.Write(t.Context(), func(tx store.Tx) error {
		return tx.Send("INSERT INTO `transfer` (`Action`, `State`, `Work`, `Address`, `DateTimeStart`) VALUES ('UploadSftp', 0, 'transfer X', 'host', '2026-01-02 03:04:05')")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := shelf.FindInterrupted(t.Context()); err != nil {
		t.Fatal(err)
	}
	waitFor(t, db, "3 0 The server was stopped; send the request again")
}
