package network_test

import (
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/sandbox/network"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func fill(t *testing.T, seed uint64) *record.Book {
	forms, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	n, err := network.Draw(seed, forms)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("drawn", time.Since(began))
	at, _ := time.ParseInLocation(dental.DateTimeLayout, network.Begin.String(), time.Local)
	now := func() time.Time { return at }
	hub := &record.Book{DB: testdb.Open(t, now, store.HubMigrations()), Clock: now}
	var nums []int64
	_ = practice.Num(0)
	for _, p := range network.Practices {
		err := hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
			num, err := tx.Exec("INSERT INTO `practice` (`Name`, `NameFold`, `DatabaseName`, `CreatedAt`, `UrnPrefix`, `Address`, `Phone`, `Email`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				store.Text(p.Name), store.Text(dental.Fold(p.Name)), store.Text(p.Name), store.Text(tx.At.String()), store.Text(p.URNPrefix), store.Text(p.Address), store.Text(p.Phone), store.Text(p.Email))
			nums = append(nums, num)
			if err == nil {
				err = tx.Send("INSERT INTO `urncounter` (`Prefix`, `PracticeNum`, `LastNumber`) VALUES (?, ?, 0)", store.Text(p.URNPrefix), store.Int(num))
			}
			if err == nil {
				err = tx.Send("INSERT INTO `organisation` (`OrganisationNum`, `Name`, `NameFold`, `IsReferring`) VALUES (?, ?, ?, 1)", store.Int(num), store.Text(p.Name), store.Text(dental.Fold(p.Name)))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	bodies, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	room := document.NewRoom(bodies, document.Options{})
	t.Cleanup(room.Close)
	began = time.Now()
	if err := n.Write(t.Context(), network.Hub{Book: hub, Practices: nums, Sealer: func() (*seal.Sealer, error) { return seal.New("seals nothing but what tests make up") },
		Shelf: func(b *record.Book) *document.Shelf {
			return room.Shelf("hub", b.DB, b.Clock, func() (func(), error) { return func() {}, nil })
		}}); err != nil {
		t.Fatal(err)
	}
	t.Log("written", time.Since(began))
	return hub
}

func TestFill(t *testing.T) { fill(t, 1) }
