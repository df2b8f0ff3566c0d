package referral_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// openReferrals is how many are open in the benchmarks; the busiest practice and the busiest provider have four of ten.
const openReferrals = 20_000

// crowd is a hub with as many referrals, 20,000 of them open, each with its steps, its allocation and two files.
func crowd(b *testing.B, total int) (*referraltest.Fixture, *referral.Caller) {
	b.Helper()
	f := referraltest.New(b, referral.Options{Triage: true})
	var callers []*referral.Caller
	for i := range 20 {
		callers = append(callers, f.Caller(b, f.Practice(b, fmt.Sprintf("Practice %d", i), ""), ""))
	}
	random := rand.New(rand.NewPCG(4711, 0))
	busiest := func(of int) int {
		if random.IntN(10) < 4 {
			return 0
		}
		return random.IntN(of)
	}
	kind, err := f.Desk.Forms().Current("AdultRestorativeForm")
	if err != nil {
		b.Fatal(err)
	}
	now := dental.DateTimeOf(f.Now())
	const atOnce = 5000
	for from := 0; from < total; from += atOnce {
		if err := f.Hub.Write(b.Context(), audit.Operator, func(tx *record.Tx) error {
			for i := from; i < min(from+atOnce, total); i++ {
				life := lifeOf(random, now, i%(total/openReferrals) == 0, int64(500+busiest(8)))
				if err := put(tx, int64(i+1), callers[busiest(len(callers))].Account.Practice, kind.Version(), &life); err != nil {
					return err
				}
			}
			return tx.Note(audit.Create, "referral", int64(from), "a sample")
		}); err != nil {
			b.Fatal(err)
		}
	}
	return f, callers[0]
}

// sampled is a referral as its steps made it.
type sampled struct {
	lifecycle.Referral
	events []lifecycle.Event
}

// lifeOf lives a referral's life by the rules, up to where it is open or closed.
func lifeOf(random *rand.Rand, now dental.DateTime, open bool, provider int64) (life sampled) {
	rules := lifecycle.DefaultRules()
	at := now.AddSeconds(-86400*7 - random.IntN(86400*60))
	if !open {
		at = at.AddSeconds(-86400 * random.IntN(900))
	}
	step := func(move lifecycle.Move, role lifecycle.Role, data lifecycle.Data) {
		at = at.AddSeconds(random.IntN(30_000))
		e, err := life.Next(lifecycle.Event{Move: move, Role: role, At: at, ActorName: "somebody", Reason: lifecycle.NoRadiograph, Public: "A sentence of the usual length", Data: data}, rules)
		if err != nil {
			panic(err)
		}
		life.events, life.Referral = append(life.events, e), life.With(e)
	}
	priority := lifecycle.Routine
	if n := random.IntN(20); n < 4 {
		priority = lifecycle.Urgent
	} else if n == 4 {
		priority = lifecycle.USC
	}
	to := lifecycle.Data{Provider: provider, Name: "A provider", Tier: "2"}
	moves := []func(){
		func() {
			step(lifecycle.Submit, lifecycle.Referrer, lifecycle.Data{Version: 1, Priority: priority})
			step(lifecycle.Queue, lifecycle.System, lifecycle.Data{FilesReady: true})
		},
		func() { step(lifecycle.Allocate, lifecycle.Triager, to) },
		func() { step(lifecycle.Receive, lifecycle.Provider, lifecycle.Data{}) },
		func() { step(lifecycle.Accept, lifecycle.Provider, lifecycle.Data{}) },
		func() { step(lifecycle.Contact, lifecycle.Provider, lifecycle.Data{}) },
		func() { step(lifecycle.Book, lifecycle.Provider, lifecycle.Data{When: at.AddSeconds(90_000)}) },
		func() { at = at.AddSeconds(120_000); step(lifecycle.Assess, lifecycle.Provider, lifecycle.Data{}) },
		func() { step(lifecycle.Treat, lifecycle.Provider, lifecycle.Data{}) },
		func() {
			step(lifecycle.Discharge, lifecycle.Provider, lifecycle.Data{Outcome: lifecycle.TreatmentComplete, Summary: "Done"})
		},
	}
	far := len(moves)
	if open {
		far = 1 + max(0, random.IntN(len(moves)+2)-3) // a third waits for triage
	}
	for _, move := range moves[:far] {
		move()
	}
	return life
}

// put writes a referral's rows as its steps would have.
func put(tx *record.Tx, num, practice int64, formVersion string, life *sampled) error {
	turn := life.Turn(lifecycle.DefaultRules())
	party := int64(0)
	if turn.Party == lifecycle.Provider {
		party = life.Allocation().Provider
	}
	urn, first, last := fmt.Sprintf("BEN%07d", num), fmt.Sprintf("Jo%d", num%997), fmt.Sprintf("Clark%d", num%4999)
	if err := tx.Send("INSERT INTO `referral` (`ReferralNum`, `Urn`, `PracticeNum`, `State`, `Seq`, `Version`, `Priority`, `FormType`, `Origin`, `ReferrerName`, `Reason`, `PatientFirst`, `PatientLast`, `PatientFold`, "+
		"`BirthDate`, `CreatedAt`, `SubmittedAt`, `StatusText`, `PartyRole`, `PartyNum`, `NextStep`, `DueAt`, `LastAt`, `FileKinds`) VALUES (?, ?, ?, ?, ?, 1, ?, 'AdultRestorativeForm', 'api', 'A referrer', 'Restorative', ?, ?, ?, '1980-05-01', ?, ?, ?, ?, ?, ?, ?, ?, 'form,mh')",
		store.Int(num), store.Text(urn), store.Int(practice), store.Text(life.State), store.Int(life.Seq), store.Text(life.Priority), store.Text(first), store.Text(last), store.Text(referral.NameKey(first, last, dental.Date{}.AddDays(722_900))),
		store.Text(life.Made.String()), store.Text(life.SubmittedAt.String()), store.Text(life.StatusText()), store.Text(turn.Party), store.Int(party), store.Text(turn.Step), store.Text(turn.Due.String()),
		store.Text(life.Last.String())); err != nil {
		return err
	}
	if err := tx.Send("INSERT INTO `referralversion` (`ReferralNum`, `Version`, `FormType`, `FormVersion`, `Answers`, `SubmittedAt`, `FilesReadyAt`) VALUES (?, 1, 'AdultRestorativeForm', ?, '{}', ?, ?)",
		store.Int(num), store.Text(formVersion), store.Text(life.SubmittedAt.String()), store.Text(life.SubmittedAt.String())); err != nil {
		return err
	}
	for _, e := range life.events {
		if err := tx.Send("INSERT INTO `referralevent` (`ReferralNum`, `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `TextPublic`, `Allocation`, `Data`) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, '{\"provider\":501,\"name\":\"A provider\"}')",
			store.Int(num), store.Int(e.Seq), store.Text(e.Move), store.Text(e.From), store.Text(e.To), store.Text(e.Role), store.Text(e.ActorName), store.Text(e.At.String()), store.Text(e.Reason), store.Text(e.Public), store.Int(int64(e.Allocation))); err != nil {
			return err
		}
	}
	for i := range 2 {
		if err := tx.Send("INSERT INTO `referralfile` (`FileUploadNum`, `ReferralNum`, `FileName`, `ContentType`, `Size`, `BodyHash`, `Kind`, `CreatedAt`, `Version`) VALUES (0, ?, 'file.jpg', 'image/jpeg', 1000, '', 'other', ?, 1)", store.Int(num), store.Text(life.Made.String())); err != nil {
			return err
		}
		if err := tx.Send("INSERT INTO `attachment` (`ReferralNum`, `Version`, `Kind`, `FileName`, `Size`, `BodyHash`, `CreatedAt`) VALUES (?, 1, ?, 'file.pdf', 1000, '', ?)", store.Int(num), store.Text([]string{"form", "mh"}[i]), store.Text(life.Made.String())); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkWorklists measures the lists, their counts, one referral and one step among 20,000 open referrals, with few and with
// many closed ones beside them. Goals: a first page within 30 ms, a referral within 15 ms, and both as quick with many.
func BenchmarkWorklists(b *testing.B) {
	for _, total := range []int{openReferrals, 200_000} {
		b.Run(fmt.Sprintf("of%d", total), func(b *testing.B) {
			f, busiest := crowd(b, total)
			const provider = 500
			referraltest.Provider(b, f.Hub, provider, "A provider")
			if testdb.Chosen() == testdb.SQLite {
				plans, err := f.Desk.Plans(b.Context(), busiest.Account.Practice, provider)
				if err != nil {
					b.Fatal(err)
				}
				checkPlans(b, plans)
				for _, name := range slices.Sorted(maps.Keys(plans)) {
					fmt.Printf("plan of %s: %s\n", name, plans[name][len(plans[name])-1])
				}
			}
			page := func(read func(referral.WorkFilter) (referral.WorkPage, error), filter referral.WorkFilter) func(*testing.B) {
				return func(b *testing.B) {
					for b.Loop() {
						if page, err := read(filter); err != nil || len(page.Lines) == 0 && filter.Search == "" {
							b.Fatal(len(page.Lines), err)
						}
					}
				}
			}
			count := func(read func() ([]referral.WorkCount, error)) func(*testing.B) {
				return func(b *testing.B) {
					for b.Loop() {
						if counts, err := read(); err != nil || len(counts) == 0 {
							b.Fatal(counts, err)
						}
					}
				}
			}
			outbound := func(w referral.WorkFilter) (referral.WorkPage, error) {
				return f.Desk.Outbound(b.Context(), busiest, w)
			}
			queue := func(w referral.WorkFilter) (referral.WorkPage, error) {
				return f.Desk.Queue(b.Context(), as(referral.Party{Role: lifecycle.Triager}), w)
			}
			inbound := func(w referral.WorkFilter) (referral.WorkPage, error) {
				return f.Desk.Inbound(b.Context(), as(referral.Party{Role: lifecycle.Provider, Num: provider}), w)
			}
			overdue := func(w referral.WorkFilter) (referral.WorkPage, error) {
				return f.Desk.Overdue(b.Context(), as(referral.Party{Role: lifecycle.Administrator}), false, w)
			}
			for _, list := range []struct {
				name string
				read func(referral.WorkFilter) (referral.WorkPage, error)
			}{{"outbound", outbound}, {"queue", queue}, {"inbound", inbound}, {"overdue", overdue}} {
				b.Run(list.name, page(list.read, referral.WorkFilter{Count: 50}))
				middle := referral.WorkFilter{Count: 50}
				for range 20 {
					if page, err := list.read(middle); err != nil {
						b.Fatal(err)
					} else if page.Next != "" {
						middle.After = page.Next
					}
				}
				b.Run(list.name+"Page21", page(list.read, middle))
				for _, order := range allOrders {
					b.Run(list.name+"By/"+order, page(list.read, referral.WorkFilter{Count: 50, Order: order}))
					b.Run(list.name+"By/-"+order, page(list.read, referral.WorkFilter{Count: 50, Order: "-" + order}))
					far := referral.WorkFilter{Count: 50, Order: "-" + order}
					for range 20 {
						page, err := list.read(far)
						if err != nil {
							b.Fatal(err)
						}
						if page.Next == "" {
							break
						}
						far.After = page.Next
					}
					b.Run(list.name+"Page21By/-"+order, page(list.read, far))
				}
				b.Run(list.name+"NobodyFound", page(list.read, referral.WorkFilter{Count: 50, Search: "zzz"}))
			}
			for _, one := range sentLists(f.Now()) {
				b.Run("sent/"+one.name, func(b *testing.B) {
					for b.Loop() {
						if page, err := f.Desk.List(b.Context(), busiest, one.filter); err != nil || len(page.Lines) == 0 && one.filter.Search == "" && total > openReferrals { // without closed ones some have none
							b.Fatal(len(page.Lines), err)
						}
					}
				})
			}
			b.Run("outboundStale", page(outbound, referral.WorkFilter{Count: 50, Stale: 14}))
			b.Run("outboundWithProvider", page(outbound, referral.WorkFilter{Count: 50, Party: lifecycle.Provider}))
			b.Run("outboundCounts", count(func() ([]referral.WorkCount, error) { return f.Desk.OutboundCounts(b.Context(), busiest) }))
			b.Run("queueCounts", count(func() ([]referral.WorkCount, error) {
				return f.Desk.QueueCounts(b.Context(), as(referral.Party{Role: lifecycle.Triager}))
			}))
			b.Run("inboundCounts", count(func() ([]referral.WorkCount, error) {
				return f.Desk.InboundCounts(b.Context(), as(referral.Party{Role: lifecycle.Provider, Num: provider}))
			}))
			b.Run("overdueCounts", count(func() ([]referral.WorkCount, error) {
				return f.Desk.OverdueCounts(b.Context(), as(referral.Party{Role: lifecycle.Administrator}), false)
			}))
			b.Run("oneReferral", func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					if found, err := f.Desk.Case(b.Context(), server, fmt.Sprintf("BEN%07d", 1+i*7919%total)); err != nil || len(found.Filled.Files) != 2 || len(found.Documents) != 2 {
						b.Fatal(found, err)
					}
				}
			})
			triager := as(referral.Party{Role: lifecycle.Triager})
			b.Run("queueByDue", page(func(w referral.WorkFilter) (referral.WorkPage, error) { return f.Desk.Turns(b.Context(), triager, w) }, referral.WorkFilter{}))
			b.Run("disputed", func(b *testing.B) { // there are none, so that all open ones are looked at
				for b.Loop() {
					if _, err := f.Desk.Disputed(b.Context(), as(referral.Party{Role: lifecycle.Administrator}), referral.WorkFilter{}); err != nil {
						b.Fatal(err)
					}
				}
			})
			list := firstOf(b, queue)
			b.Run("nextInQueue", func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					if next, err := f.Desk.NextInQueue(b.Context(), triager, list[i%len(list)]); err != nil || next == "" {
						b.Fatal(next, err)
					}
				}
			})
			b.Run("stepsSince", func(b *testing.B) { // as lists that listen ask each second in which something was done
				last, err := f.Desk.LastStep(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				for _, urn := range list[len(list)-100:] {
					life, err := f.Desk.Life(b.Context(), urn)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := f.Desk.Append(b.Context(), triager, urn, life.Seq, lifecycle.Event{Move: lifecycle.Message, Public: "A message"}); err != nil {
						b.Fatal(err)
					}
				}
				for b.Loop() {
					if steps, err := f.Desk.StepsSince(b.Context(), last); err != nil || len(steps) < 100 {
						b.Fatal(len(steps), err)
					}
				}
			})
			actor := *as(referral.Party{Role: lifecycle.Triager})
			step := func(urns []string) func(*testing.B) { // each is a commit of its own, made durable
				return func(b *testing.B) {
					for i := 0; b.Loop(); i++ {
						if i == len(urns) {
							b.Fatal("there are too few; use -benchtime 1000x")
						}
						if _, err := f.Desk.Append(b.Context(), &actor, urns[i], 2, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: provider, Name: "A provider"}}); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			b.Run("step", step(list[:len(list)/2]))
			if testdb.Chosen() == testdb.SQLite { // what the indexes of the lists cost it
				if err := f.Hub.DB.Write(b.Context(), func(tx store.Tx) error {
					for _, name := range []string{"Party", "Queue", "Outbound", "Due"} {
						if _, err := tx.Exec("DROP INDEX `referral_" + name + "`"); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					b.Fatal(err)
				}
				b.Run("stepWithoutIndexes", step(list[len(list)/2:]))
			}
		})
	}
}

// sentLists are looks at everything that a practice has sent.
func sentLists(at time.Time) (all []struct {
	name   string
	filter referral.ListFilter
}) {
	today := dental.DateTimeOf(at).Date()
	for _, order := range []string{referral.BySent, referral.ByPatient, referral.ByForm, referral.ByStatus} {
		for _, way := range []string{order, "-" + order} {
			for name, filter := range map[string]referral.ListFilter{"": {}, ",open": {Open: true}, ",closed": {Closed: true}, ",urgent": {Priority: lifecycle.Urgent}, ",form": {FormType: "AdultRestorativeForm"},
				",quarter": {SentFrom: today.AddDays(-490), SentTo: today.AddDays(-400)}, ",years": {SentFrom: today.AddDays(-800), SentTo: today.AddDays(-100)}} {
				filter.Count, filter.Order = 50, way
				all = append(all, struct {
					name   string
					filter referral.ListFilter
				}{way + name, filter})
			}
		}
	}
	for name, search := range map[string]string{"nobodyFound": "zzz", "noReferenceFound": "zzz9", "oneReferenceFound": "0123457", "allFound": "clark", "manyReferencesFound": "ben01"} {
		all = append(all, struct {
			name   string
			filter referral.ListFilter
		}{name, referral.ListFilter{Search: search}})
	}
	return all
}

// firstOf are the URNs of the first 5,000 of a list.
func firstOf(b *testing.B, read func(referral.WorkFilter) (referral.WorkPage, error)) (urns []string) {
	b.Helper()
	filter := referral.WorkFilter{Count: 100}
	for len(urns) < 5000 {
		page, err := read(filter)
		if err != nil {
			b.Fatal(err)
		}
		for _, line := range page.Lines {
			urns = append(urns, line.URN)
		}
		if filter.After = page.Next; page.Next == "" {
			break
		}
	}
	return urns
}
