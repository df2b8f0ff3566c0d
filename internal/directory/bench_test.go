package directory_test

import (
	"fmt"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// BenchmarkCandidates asks 100 organisations with two services each, which have 20,000 open referrals among 60,000.
func BenchmarkCandidates(b *testing.B) {
	hub := &record.Book{DB: testdb.Open(b, nil, store.HubMigrations()), Clock: nowIs}
	h := &house{Room: directory.New(hub, titles), hub: hub}
	var first directory.Service
	var nums []int64
	for i := range 100 {
		o := h.organisation(b, directory.Organisation{Name: fmt.Sprint("Provider ", i), IsTreating: true, Area: directory.Everywhere, IsActive: true})
		nums = append(nums, o.Num)
		for j, form := range []string{"EndodonticForm", "OralSurgeryForm"} {
			s := h.service(b, directory.Service{Organisation: o.Num, Name: form, FormTypes: []string{form}, MinAge: j * 10, Anaesthesia: []string{"local"}, Capacity: 500, WaitDays: i, IsOpen: true})
			if first.Num == 0 {
				first = s
			}
		}
	}
	_, err := h.SaveRoute(b.Context(), audit.Operator, directory.Operator, directory.Route{Area: directory.Everywhere, Name: "Rule", FormTypes: []string{"EndodonticForm"}, Service: first.Num, IsAuto: true, IsActive: true})
	must(b, err)
	must(b, hub.DB.Write(b.Context(), func(tx store.Tx) error {
		for i := range 60_000 {
			role, num := "", int64(0)
			if i%3 == 0 {
				role, num = "provider", nums[i%len(nums)]
			}
			if err := tx.Send("INSERT INTO `referral` (`Urn`, `PracticeNum`, `State`, `Seq`, `Origin`, `CreatedAt`, `FormType`, `PartyRole`, `PartyNum`) VALUES (?, 1, 'sent', 1, 'test', '2026-01-01 00:00:00', ?, ?, ?)",
				store.Text(fmt.Sprintf("B%06d", i)), store.Text([]string{"EndodonticForm", "OralSurgeryForm"}[i%2]), store.Text(role), store.Int(num)); err != nil {
				return err
			}
		}
		return nil
	}))
	need := directory.Need{Area: directory.Everywhere, FormType: "EndodonticForm", Age: 40}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			found, err := h.Candidates(b.Context(), need)
			must(b, err)
			if len(found) != 200 || !found[0].IsSuggested {
				b.Fatal(len(found))
			}
		}
	})
	needs := make([]directory.Need, 50)
	for i := range needs {
		needs[i] = need
	}
	b.Run("fifty, one by one", func(b *testing.B) {
		for b.Loop() {
			for _, need := range needs {
				_, err := h.Candidates(b.Context(), need)
				must(b, err)
			}
		}
	})
	b.Run("fifty", func(b *testing.B) {
		for b.Loop() {
			found, err := h.CandidatesFor(b.Context(), needs)
			must(b, err)
			if len(found) != 50 || len(found[49]) != 200 || !found[49][0].IsSuggested {
				b.Fatal(len(found))
			}
		}
	})
	b.Run("auto", func(b *testing.B) {
		for b.Loop() {
			must(b, hub.DB.Read(b.Context(), func(c store.Conn) error {
				_, ok, err := directory.AutoRoute(c, need)
				if !ok {
					b.Fatal("no rule sends it")
				}
				return err
			}))
		}
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			_, err := h.Find(b.Context(), directory.Filter{Search: "provider 7"})
			must(b, err)
		}
	})
}

// BenchmarkFind is a list of 10,000 organisations, of which each tenth has a service: far more than people look after by hand.
func BenchmarkFind(b *testing.B) {
	hub := &record.Book{DB: testdb.Open(b, nil, store.HubMigrations()), Clock: nowIs}
	h := &house{Room: directory.New(hub, titles), hub: hub}
	must(b, hub.DB.Write(b.Context(), func(tx store.Tx) error {
		for i := range 10_000 {
			name := fmt.Sprintf("practice %05d", i)
			if err := tx.Send("INSERT INTO `organisation` (`OrganisationNum`, `Name`, `NameFold`, `Address`, `IsReferring`) VALUES (?, ?, ?, '1 High Street', 1)", store.Int(2_000_000+i), store.Text(name), store.Text(name)); err != nil {
				return err
			}
			if i%10 == 0 {
				if err := tx.Send("INSERT INTO `service` (`OrganisationNum`, `Name`, `NameFold`, `FormTypes`, `Hours`, `WaitDays`) VALUES (?, ?, ?, 'EndodonticForm', '', ?)", store.Int(2_000_000+i), store.Text(name), store.Text(name), store.Int(i%90)); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	for name, filter := range map[string]directory.Filter{"by name": {}, "by wait": {Sort: "wait"}, "searched": {Search: "practice 099"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				found, err := h.Find(b.Context(), filter)
				must(b, err)
				if len(found) == 0 {
					b.Fatal("nothing is found")
				}
			}
		})
	}
}
