package web_test

import (
	"io"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// onTwoServers is a network whose hub another server has open too.
func onTwoServers(t *testing.T) (*network, *record.Book) {
	t.Helper()
	location := testdb.Chosen().Location(t)
	house, err := webtest.Open(t.Context(), location, t.TempDir(), "http://pages.example.org", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(house.Site)
	t.Cleanup(func() {
		server.Close()
		if err := house.Close(); err != nil {
			t.Error(err)
		}
	})
	team, err := house.Gather(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other, err := practice.Open(t.Context(), location, practice.Options{Clock: house.Now, MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	return &network{house, team, t, server}, other.Hub
}

// numbered writes a message at triage as another server does, under a number of its own.
func (n *network) numbered(hub *record.Book, urn string, number int64) {
	n.t.Helper()
	life := n.life(urn)
	err := hub.Write(n.t.Context(), audit.Caller{Name: "another server"}, func(tx *record.Tx) error {
		rows := tx.Query("SELECT `ReferralNum` FROM `referral` WHERE `Urn` = ?", store.Text(urn))
		rows.Next()
		num := rows.Int(0)
		if err := rows.Close(); err != nil {
			return err
		}
		if err := tx.Send("INSERT INTO `referralevent` (`EventNum`, `ReferralNum`, `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `TextPublic`, `TextInternal`, `Allocation`) VALUES (?, ?, ?, 'N04', 'with_triage', 'with_triage', 'triager', 1, 'Somebody', ?, '', 'Hello', '', 0)",
			store.Int(number), store.Int(num), store.Int(life.Seq+1), store.Text(tx.At.String())); err != nil {
			return err
		}
		if err := tx.Send("UPDATE `referral` SET `Seq` = ? WHERE `ReferralNum` = ?", store.Int(life.Seq+1), store.Int(num)); err != nil {
			return err
		}
		return tx.Note(audit.Update, "referral", num, string(lifecycle.Message))
	})
	if err != nil {
		n.t.Fatal(err)
	}
}

// A server of a cluster gives numbers from a range of its own: what it writes later may have a lower number, by far. On one server, and in a
// file, one batch of writes goes after the other, and numbers are in the order of the commits.
func TestAStepIsHeardAlsoWhereItsNumberIsLowerThanOfOneBefore(t *testing.T) {
	n, other := onTwoServers(t)
	late, early := n.submitted(), n.submitted()
	since, err := n.Desk.LastStep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := other.DB.Write(t.Context(), func(tx store.Tx) error { // the range of this server begins at a million
		if err := tx.Send("INSERT INTO `referralevent` (`EventNum`, `ReferralNum`, `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `TextPublic`, `TextInternal`, `Allocation`) VALUES (1000000, 0, 1, '', '', '', '', 0, '', '2026-01-01 00:00:00', '', '', '', 0)"); err != nil {
			return err
		}
		return tx.Send("DELETE FROM `referralevent` WHERE `EventNum` = 1000000")
	}); err != nil {
		t.Fatal(err)
	}
	lines := n.listen(n.server, n.Triager, since)
	n.does(early, n.Triager, lifecycle.Event{Move: lifecycle.Message, Public: "The first"})
	first, _ := hears(t, lines, 20*time.Second)
	if first == "" {
		t.Fatal("the first step is not heard")
	}
	n.numbered(other, late, 900)
	second, _ := hears(t, lines, 20*time.Second)
	if second == "" || mustInt(t, second) <= mustInt(t, first) {
		t.Errorf("after %q the late step is heard as %q", first, second)
	}
	// Who comes back with what they have heard last hears no more, and who comes back with the first hears of the second.
	if text, _ := hears(t, n.listen(n.server, n.Triager, mustInt(t, second)), 1500*time.Millisecond); text != "" {
		t.Errorf("who has heard everything hears %q", text)
	}
	if text, _ := hears(t, n.listen(n.server, n.Triager, mustInt(t, first)), 20*time.Second); text != second {
		t.Errorf("who has missed the second hears %q", text)
	}
}
