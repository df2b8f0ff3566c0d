package people_test

import (
	"fmt"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// BenchmarkSession is what each page of somebody who is signed in pays, beside few and beside many sessions.
func BenchmarkSession(b *testing.B) {
	for _, others := range []int{0, 20_000} {
		b.Run(fmt.Sprintf("beside %d", others), func(b *testing.B) {
			h := newBenchHouse(b)
			if _, err := h.Create(b.Context(), audit.Operator, people.NewPerson{Name: "Ada Quill", Email: ada, Password: password, Memberships: []people.Membership{referrer}}); err != nil {
				b.Fatal(err)
			}
			if err := h.book.Write(b.Context(), audit.Operator, func(tx *record.Tx) error {
				for i := range others {
					if err := tx.Send("INSERT INTO `personsession` (`SessionHash`, `PersonNum`, `MembershipNum`, `Browser`, `CreatedAt`, `SeenAt`, `ExpiresAt`) VALUES (?, ?, ?, 'a browser', ?, ?, ?)",
						store.Text(fmt.Sprint(i)), store.Int(int64(1000+i)), store.Int(int64(1000+i)), store.Text(tx.At.String()), store.Text(tx.At.String()), store.Text(tx.At.AddSeconds(3600).String())); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
			got, err := h.SignIn(b.Context(), at, ada, password)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := h.Session(b.Context(), got.Session); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
