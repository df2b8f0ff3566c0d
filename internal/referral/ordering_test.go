package referral_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// allOrders are those of a worklist.
var allOrders = []string{referral.ByPatient, referral.ByForm, referral.ByPriority, referral.ByStatus, referral.ByTurn, referral.ByPractice, referral.ByDue, referral.ByLast, referral.BySent}

// names are what patients are called: with strokes, accents, cases, blanks and letters beyond the first plane.
var names = []string{"Zoë/Adams", "zoe/adams", "ZOE Ädams", "O'Neill 100%", "_under", "Åsa Öberg", "asa oberg", "Ωmega", "李", "Éa", "ea", "e a", "𝒜lan", "～wave", "Jo"}

var births = []dental.Date{{}, dental.Date{}.AddDays(722_900), dental.Date{}.AddDays(733_800)}

// rename gives each referral a name that tries the order, and with forms a form too, with which nobody can go on.
func (w *wild) rename(withForms bool) {
	w.t.Helper()
	forms := append(w.Desk.Forms().Names(), "", "TakenAwayForm")
	err := w.Hub.Write(w.t.Context(), audit.Operator, func(tx *record.Tx) error {
		for _, urn := range w.urns {
			first, last, born := names[w.random.IntN(len(names))], names[w.random.IntN(len(names))], births[w.random.IntN(len(births))]
			if w.random.IntN(4) == 0 {
				first = ""
			}
			if err := tx.Send("UPDATE `referral` SET `PatientFirst` = ?, `PatientLast` = ?, `BirthDate` = ?, `PatientFold` = ? WHERE `Urn` = ?",
				store.Text(first), store.Text(last), store.Text(born.String()), store.Text(referral.NameKey(first, last, born)), store.Text(urn)); err != nil {
				return err
			}
			if !withForms {
				continue
			}
			if err := tx.Send("UPDATE `referral` SET `FormType` = ? WHERE `Urn` = ?", store.Text(forms[w.random.IntN(len(forms))]), store.Text(urn)); err != nil {
				return err
			}
		}
		return tx.Note(audit.Update, "referral", 0, "renamed")
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// comparing is how two lines of a list compare by an order, reckoned from what is shown.
func (w *wild) comparing(order string, reader referral.Role) func(a, b referral.WorkLine) int {
	name, isReversed := strings.CutPrefix(order, "-")
	titles, states := w.Desk.Forms().Titles(), lifecycle.States()
	title := func(line referral.WorkLine) string {
		if title, ok := titles[line.FormType]; ok {
			return dental.Fold(title)
		}
		return "\U0010ffff"
	}
	by := map[string]func(a, b referral.WorkLine) int{
		referral.ByPatient: func(a, b referral.WorkLine) int {
			return cmp.Or(strings.Compare(dental.Fold(a.PatientLast), dental.Fold(b.PatientLast)), strings.Compare(dental.Fold(a.PatientFirst), dental.Fold(b.PatientFirst)),
				strings.Compare(a.BirthDate.String(), b.BirthDate.String()))
		},
		referral.ByForm: func(a, b referral.WorkLine) int { return strings.Compare(title(a), title(b)) },
		referral.ByPriority: func(a, b referral.WorkLine) int {
			return cmp.Compare(lifecycle.Priority(b.Priority).Rank(), lifecycle.Priority(a.Priority).Rank())
		},
		referral.ByStatus: func(a, b referral.WorkLine) int {
			return cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State))
		},
		referral.ByTurn: func(a, b referral.WorkLine) int {
			return strings.Compare(dental.Fold(a.TurnOf(reader)), dental.Fold(b.TurnOf(reader)))
		},
		referral.ByPractice: func(a, b referral.WorkLine) int {
			return strings.Compare(dental.Fold(a.PracticeName), dental.Fold(b.PracticeName))
		},
		referral.ByDue:  func(a, b referral.WorkLine) int { return strings.Compare(a.DueAt.String(), b.DueAt.String()) },
		referral.ByLast: func(a, b referral.WorkLine) int { return strings.Compare(b.LastAt.String(), a.LastAt.String()) },
		referral.BySent: func(a, b referral.WorkLine) int {
			return strings.Compare(b.SubmittedAt.String(), a.SubmittedAt.String())
		},
	}[name]
	many := !slices.Contains([]string{referral.ByPatient, referral.ByDue, referral.ByLast, referral.BySent}, name)
	return func(a, b referral.WorkLine) int {
		if many { // of those that are equal the first due comes first, or sent first where an index of the list has that
			order := by(a, b)
			if isReversed {
				order = -order
			}
			return order
		}
		order := cmp.Or(by(a, b), cmp.Compare(a.Num, b.Num))
		if slices.Contains([]string{referral.ByLast, referral.BySent}, name) {
			order = cmp.Or(by(a, b), cmp.Compare(b.Num, a.Num))
		}
		if isReversed {
			order = -order
		}
		return order
	}
}

type lister struct {
	name   string
	reader referral.Role
	read   func(referral.WorkFilter) (referral.WorkPage, error)
}

func (w *wild) listers() []lister {
	ctx := w.t.Context()
	return []lister{
		{"outbound", lifecycle.Referrer, func(f referral.WorkFilter) (referral.WorkPage, error) { return w.Desk.Outbound(ctx, w.callers[0], f) }},
		{"queue", lifecycle.Triager, func(f referral.WorkFilter) (referral.WorkPage, error) {
			return w.Desk.Queue(ctx, as(referral.Party{Role: lifecycle.Triager}), f)
		}},
		{"inbound", lifecycle.Provider, func(f referral.WorkFilter) (referral.WorkPage, error) {
			return w.Desk.Inbound(ctx, as(referral.Party{Role: lifecycle.Provider, Num: 501}), f)
		}},
		{"overdue", lifecycle.Administrator, func(f referral.WorkFilter) (referral.WorkPage, error) {
			return w.Desk.Overdue(ctx, as(referral.Party{Role: lifecycle.Administrator}), false, f)
		}},
	}
}

// Every list in every order, with pages of every size, has each of its referrals once, in that order.
func TestEachOrderHasEachReferralOnceWithPagesOfAnySize(t *testing.T) {
	w := newWild(t, 50, 120)
	w.rename(true)
	own := map[string][]string{"queue": {referral.ByPriority}} // those of a priority are in the order in which they were sent
	for _, l := range w.listers() {
		whole := w.pages(referral.WorkFilter{}, l.read)
		if len(whole) == 0 {
			t.Errorf("%s is empty: the test has not tried much", l.name)
		}
		for _, order := range allOrders {
			for _, way := range []string{order, "-" + order} {
				compare := w.comparing(way, l.reader)
				lines := w.pages(referral.WorkFilter{Order: way}, l.read)
				if !slices.IsSortedFunc(lines, compare) {
					t.Errorf("%s by %s is not in its order", l.name, way)
				}
				if !slices.Contains(own[l.name], order) {
					for i := 1; i < len(lines); i++ {
						if a, b := lines[i-1], lines[i]; compare(a, b) == 0 && a.DueAt != b.DueAt && b.DueAt.Before(a.DueAt) {
							t.Errorf("%s by %s has %s, which is due %s, before %s, %s", l.name, way, a.URN, a.DueAt, b.URN, b.DueAt)
						}
					}
				}
				if got := sortedURNs(lines); !slices.Equal(got, sortedURNs(whole)) {
					t.Errorf("%s by %s has %v, want %v", l.name, way, got, sortedURNs(whole))
				}
			}
		}
	}
}

// While somebody turns the pages others move referrals and send new ones: what nobody touches comes once, in its place.
func TestWhatNobodyTouchesComesOnceWhilePagesAreTurned(t *testing.T) {
	w := newWild(t, 50, 100)
	w.rename(false)
	for _, l := range w.listers() {
		for i, order := range allOrders {
			filter := referral.WorkFilter{Order: order, Count: 1 + w.random.IntN(5)}
			if i%2 == 1 {
				filter.Order = "-" + order
			}
			whole := w.pages(referral.WorkFilter{Order: filter.Order}, l.read)
			touched := make(map[string]bool)
			var seen []referral.WorkLine
			for {
				page, err := l.read(filter)
				if err != nil {
					t.Fatal(err)
				}
				seen = append(seen, page.Lines...)
				if filter.After = page.Next; page.Next == "" {
					break
				}
				urn := w.urns[w.random.IntN(len(w.urns))]
				touched[urn] = true
				w.step(urn)
				if w.random.IntN(3) == 0 {
					in := referral.Intake{Origin: "salesforce", State: lifecycle.Submitted, Priority: priorities[w.random.IntN(3)], First: names[w.random.IntN(len(names))]}
					if err := w.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
						num, err := w.Desk.TakeIn(tx, w.callers[0], in)
						if err == nil {
							touched[fmt.Sprint("new ", num)] = true
						}
						return err
					}); err != nil {
						t.Fatal(err)
					}
				}
				w.Pass(time.Second)
			}
			keep := func(lines []referral.WorkLine) (kept []string) {
				for _, line := range lines {
					if slices.Contains(w.urns, line.URN) && !touched[line.URN] {
						kept = append(kept, line.URN)
					}
				}
				return kept
			}
			got, want := keep(seen), keep(whole)
			if l.name == "overdue" { // the clock goes on, and others become overdue
				got = slices.DeleteFunc(got, func(urn string) bool { return !slices.Contains(want, urn) })
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s by %s has %v, want %v", l.name, filter.Order, got, want)
			}
		}
	}
}

func TestAPlaceOfAnotherOrderIsRefusedWithTheReason(t *testing.T) {
	w := newWild(t, 30, 0)
	l := w.listers()[0]
	for _, order := range allOrders {
		page, err := l.read(referral.WorkFilter{Order: order, Count: 1})
		if err != nil || page.Next == "" {
			t.Fatal(err, "there is but one page")
		}
		for _, other := range append([]string{"-" + order}, allOrders...) {
			_, err := l.read(referral.WorkFilter{Order: other, Count: 1, After: page.Next})
			if other == order && err != nil || other != order && (!fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "in another order")) {
				t.Errorf("a place by %s is taken by %s: %v", order, other, err)
			}
		}
	}
}

// A search for letters finds those whose reference begins so, where a list has those of many practices, and names in any list.
func TestTheLettersOfAReferenceFindAPracticesReferralsInAList(t *testing.T) {
	w := newWild(t, 40, 0)
	for _, found := range w.listers()[:2] {
		all := w.pages(referral.WorkFilter{}, found.read)
		for search, isWanted := range map[string]func(urn string) bool{
			"har":      func(urn string) bool { return found.name == "queue" && strings.HasPrefix(urn, "HAR") },
			"HA":       func(urn string) bool { return found.name == "queue" && strings.HasPrefix(urn, "HA") },
			"ARB":      func(string) bool { return false },
			"har 0002": func(urn string) bool { return strings.HasPrefix(urn, "HAR") && strings.Contains(urn, "0002") },
			"mld 0002": func(urn string) bool { return strings.HasPrefix(urn, "MLD") && strings.Contains(urn, "0002") },
			"002":      func(urn string) bool { return strings.Contains(urn, "002") },
		} {
			var want []string
			for _, line := range all {
				if isWanted(line.URN) {
					want = append(want, line.URN)
				}
			}
			got := urnsOf(w.pages(referral.WorkFilter{Search: search}, found.read))
			if slices.Sort(want); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
				t.Errorf("%s: %q finds %v, want %v", found.name, search, got, want)
			}
		}
	}
}

// Łęcka stands among the names with L, and is found by who has no such letter, and by who has it.
func TestANameWithALetterThatHasAStrokeIsAmongItsLikesAndFound(t *testing.T) {
	f := referraltest.New(t, referral.Options{})
	caller := f.Caller(t, f.Practice(t, "Bridge Street", "TST"), "")
	for _, last := range []string{"Zimmer", "Łęcka-Owen", "Lamb", "Mould", "Ørsted", "Oram"} {
		if err := f.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
			_, err := f.Desk.TakeIn(tx, caller, referral.Intake{Origin: "salesforce", State: lifecycle.Submitted, Priority: lifecycle.Routine, First: "Jo", Last: last})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	names := func(filter referral.ListFilter) (names []string) {
		t.Helper()
		page, err := f.Desk.List(t.Context(), caller, filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Lines {
			names = append(names, line.PatientLast)
		}
		return names
	}
	if got := strings.Join(names(referral.ListFilter{Order: referral.ByPatient}), " "); got != "Lamb Łęcka-Owen Mould Oram Ørsted Zimmer" {
		t.Errorf("by patient they are %s", got)
	}
	for search, want := range map[string]string{"lecka": "Łęcka-Owen", "ŁĘCKA": "Łęcka-Owen", "łecka": "Łęcka-Owen", "orsted": "Ørsted", "ørsted": "Ørsted"} {
		if got := strings.Join(names(referral.ListFilter{Search: search}), " "); got != want {
			t.Errorf("%q finds %q", search, got)
		}
	}
}

// Before families came first a key was the name as it is written.
func TestTheKeysOfAnOlderProgramAreMadeAnewAndOthersStay(t *testing.T) {
	w := newWild(t, 150, 0)
	w.rename(false)
	want := urnsOf(w.pages(referral.WorkFilter{Order: referral.ByPatient}, w.listers()[0].read))
	if err := w.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		keys := make(map[string]string)
		rows := tx.Query("SELECT `Urn`, `PatientFirst`, `PatientLast` FROM `referral`")
		for rows.Next() {
			keys[string(rows.Text(0))] = dental.Fold(strings.TrimSpace(string(rows.Text(1)) + " " + string(rows.Text(2))))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for urn, key := range keys {
			if urn == w.urns[0] {
				key = "it\x01is\x0119800501"
			}
			if err := tx.Send("UPDATE `referral` SET `PatientFold` = ? WHERE `Urn` = ?", store.Text(key), store.Text(urn)); err != nil {
				return err
			}
		}
		return tx.Note(audit.Update, "referral", 0, "keys of before")
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Desk.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	without := func(urns []string) []string {
		return slices.DeleteFunc(urns, func(urn string) bool { return urn == w.urns[0] })
	}
	got := urnsOf(w.pages(referral.WorkFilter{Order: referral.ByPatient}, w.listers()[0].read))
	if got, want := without(got), without(want); len(want) < 20 || !slices.Equal(got, want) {
		t.Errorf("by patient they are %v, want %v", got, want)
	}
	err := w.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT COUNT(*), SUM(CASE WHEN `PatientFold` = ? THEN 1 ELSE 0 END), SUM(CASE WHEN `PatientFold` LIKE ? THEN 1 ELSE 0 END) FROM `referral`", store.Text("it\x01is\x0119800501"), store.Text("%\x01%\x01%"))
		if rows.Next() && (rows.Int(0) != 150 || rows.Int(1) != 1 || rows.Int(2) != 150) {
			t.Errorf("of %d keys %d have stayed, and %d are as they should be", rows.Int(0), rows.Int(1), rows.Int(2))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Addresses stand in the logs of proxies and in browsers' histories, where no patient's name is to be.
func TestAPlaceSaysNothingOfThePatientAndCannotBeMadeUp(t *testing.T) {
	w := newWild(t, 60, 0)
	tried := 0
	if err := w.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		return tx.Send("UPDATE `referral` SET `PatientFirst` = 'Zenobia', `PatientLast` = '', `PatientFold` = ?", store.Text(referral.NameKey("Zenobia", "", dental.Date{})))
	}); err != nil {
		t.Fatal(err)
	}
	for _, l := range w.listers() {
		page, err := l.read(referral.WorkFilter{Order: referral.ByPatient, Count: 1})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.Next, "zen") {
			t.Errorf("%s goes on after %q", l.name, page.Next)
		}
		if page.Next == "" {
			continue // it has but one line
		}
		tried++
		parts := strings.Split(page.Next, "/")
		for _, made := range []string{"zenobia", "", "AAAA", parts[len(parts)-1] + "A"} {
			after := strings.Join(append(slices.Clone(parts[:len(parts)-1]), made), "/")
			if _, err := l.read(referral.WorkFilter{Order: referral.ByPatient, Count: 1, After: after}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s goes on after the invented %q: %v", l.name, after, err)
			}
		}
	}
	if tried == 0 {
		t.Error("no list has a second page")
	}
}

func urnsOf(lines []referral.WorkLine) (urns []string) {
	for _, line := range lines {
		urns = append(urns, line.URN)
	}
	return urns
}

func sortedURNs(lines []referral.WorkLine) []string {
	urns := urnsOf(lines)
	slices.Sort(urns)
	return urns
}
