package referral_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// listed is a practice's list to its end, a few lines at a time.
func (w *wild) listed(filter referral.ListFilter) (all []referral.Line) {
	w.t.Helper()
	filter.Count = 1 + w.random.IntN(7)
	for {
		page, err := w.Desk.List(w.t.Context(), w.callers[0], filter)
		if err != nil {
			w.t.Fatalf("%+v: %v", filter, err)
		}
		if len(page.Lines) > filter.Count {
			w.t.Fatalf("a page of %d has %d lines", filter.Count, len(page.Lines))
		}
		all = append(all, page.Lines...)
		if filter.After = page.Next; page.Next == "" {
			return all
		}
	}
}

// spread gives each referral a moment at which it was sent, in the last two years, some at the same.
func (w *wild) spread() {
	w.t.Helper()
	now := dental.DateTimeOf(w.Now())
	if err := w.Hub.Write(w.t.Context(), audit.Operator, func(tx *record.Tx) error {
		for _, urn := range w.urns {
			at := now.AddSeconds(-86400 * 10 * w.random.IntN(70))
			if err := tx.Send("UPDATE `referral` SET `SubmittedAt` = ? WHERE `Urn` = ? AND `SubmittedAt` > '0001-01-01 00:00:00'", store.Text(at.String()), store.Text(urn)); err != nil {
				return err
			}
		}
		return tx.Note(audit.Update, "referral", 0, "spread")
	}); err != nil {
		w.t.Fatal(err)
	}
}

// searches are of names with accents and signs, of references and of both, of what many have and what nobody has.
var searches = []string{"zoe", "ÖBERG", "e", "a", "neill, o'", "100%", "_u", "zzz", "asa ob", "MLD", "mld0000", "0000", "00012", "1", "ml 1", "Jo 000003", "mld-0000004", "mld 0000004", "e 2", "19800", "𝒜lan"}

// isFoundBy tells what a search in a practice's own list is to find.
func isFoundBy(line referral.Line, search string) bool {
	words := strings.Fields(strings.ReplaceAll(dental.Fold(search), ",", " "))
	for _, word := range words {
		isName := strings.Contains(dental.Fold(line.PatientFirst), word) || strings.Contains(dental.Fold(line.PatientLast), word)
		isURN := strings.Contains(line.URN, strings.ToUpper(strings.ReplaceAll(word, "-", "")))
		hasDigit := strings.ContainsAny(word, "0123456789")
		begins := len(word) <= 3 && strings.ContainsAny(search, "0123456789") && strings.HasPrefix(line.URN, strings.ToUpper(word))
		if hasDigit && !isURN || !hasDigit && !isName && !begins {
			return false
		}
	}
	return true
}

// A practice's list, with filters at random and in every order, has those and only those that the filter says, in that order.
func TestAPracticesListHasWhatItsFilterSaysInEachOrder(t *testing.T) {
	w := newWild(t, 70, 250)
	w.rename(true)
	w.spread()
	whole := w.listed(referral.ListFilter{})
	if len(whole) < 10 {
		t.Fatalf("there are but %d: the test has not tried much", len(whole))
	}
	today, states, titles := dental.DateTimeOf(w.Now()).Date(), lifecycle.States(), w.Desk.Forms().Titles()
	title := func(line referral.Line) string {
		if title, ok := titles[line.FormType]; ok {
			return dental.Fold(title)
		}
		return "\U0010ffff"
	}
	compares := map[string]func(a, b referral.Line) int{
		referral.BySent: func(a, b referral.Line) int {
			return cmp.Or(strings.Compare(b.SubmittedAt.String(), a.SubmittedAt.String()), cmp.Compare(b.Num, a.Num))
		},
		referral.ByPatient: func(a, b referral.Line) int {
			return cmp.Or(strings.Compare(dental.Fold(a.PatientLast), dental.Fold(b.PatientLast)), strings.Compare(dental.Fold(a.PatientFirst), dental.Fold(b.PatientFirst)),
				strings.Compare(a.BirthDate.String(), b.BirthDate.String()))
		},
		referral.ByForm: func(a, b referral.Line) int { return strings.Compare(title(a), title(b)) },
		referral.ByStatus: func(a, b referral.Line) int {
			return cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State))
		},
	}
	for round := range 240 {
		if round == 120 { // most searches find more than a few from now on
			defer referral.FewFound(2)()
		}
		filter := referral.ListFilter{}
		if round >= 8 {
			for range 1 + w.random.IntN(2) {
				switch w.random.IntN(8) {
				case 0:
					filter.FormType = append(w.Desk.Forms().Names(), "TakenAwayForm")[w.random.IntN(5)]
				case 1:
					filter.Priority = priorities[w.random.IntN(3)]
				case 2:
					filter.Open = true
				case 3:
					filter.Closed = true
				case 4:
					filter.SentFrom = today.AddDays(-w.random.IntN(600))
					filter.SentTo = filter.SentFrom.AddDays(w.random.IntN(200))
				case 5:
					if filter.SentTo = today.AddDays(-w.random.IntN(600)); filter.SentTo.Before(filter.SentFrom) {
						filter.SentFrom = dental.Date{}
					}
				case 6, 7:
					filter.Search = searches[w.random.IntN(len(searches))]
				}
			}
		}
		name := []string{referral.BySent, referral.ByPatient, referral.ByForm, referral.ByStatus}[round%4]
		filter.Order = name
		compare := compares[name]
		if round/4%2 == 1 {
			filter.Order = "-" + name
			compare = func(a, b referral.Line) int { return compares[name](b, a) }
		}
		var want []string
		for _, line := range whole {
			if isFoundBy(line, filter.Search) && (filter.FormType == "" || line.FormType == filter.FormType) && (filter.Priority == "" || line.Priority == string(filter.Priority)) && (filter.Open == filter.Closed || line.State.Closed() == filter.Closed) &&
				!line.SubmittedAt.Date().Before(filter.SentFrom) && (filter.SentTo.IsNone() || !filter.SentTo.Before(line.SubmittedAt.Date())) {
				want = append(want, line.URN)
			}
		}
		lines := w.listed(filter)
		if !slices.IsSortedFunc(lines, compare) {
			t.Errorf("with %+v it is not in its order", filter)
		}
		var got []string
		for i, line := range lines {
			got = append(got, line.URN)
			if i > 0 && name != referral.BySent && name != referral.ByPatient && compare(lines[i-1], line) == 0 && title(line) != "\U0010ffff" && lines[i-1].SubmittedAt.Before(line.SubmittedAt) {
				t.Errorf("with %+v, %s comes before %s, which was sent later", filter, lines[i-1].URN, line.URN)
			}
		}
		slices.Sort(got)
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("with %+v it has %v, want %v", filter, got, want)
		}
	}
}

// Drafts are listed in their orders too, each once.
func TestDraftsAreListedInTheirOrders(t *testing.T) {
	w := newWild(t, 40, 0)
	if err := w.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		for _, name := range names {
			if _, err := w.Desk.TakeIn(tx, w.callers[0], referral.Intake{Origin: "salesforce", State: lifecycle.Draft, Priority: lifecycle.Routine, First: name}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	whole := w.listed(referral.ListFilter{Drafts: true})
	byName := func(line referral.Line) string {
		return dental.Fold(line.PatientLast) + "\x00" + dental.Fold(line.PatientFirst)
	}
	for _, order := range []string{referral.ByCreated, "-" + referral.ByCreated, referral.ByPatient, "-" + referral.ByForm} {
		lines := w.listed(referral.ListFilter{Drafts: true, Order: order})
		urns := make(map[string]bool)
		for i, line := range lines {
			urns[line.URN] = true
			if i > 0 && order == "-"+referral.ByCreated && line.CreatedAt.Before(lines[i-1].CreatedAt) || i > 0 && order == referral.ByPatient && byName(line) < byName(lines[i-1]) {
				t.Errorf("by %s, %s comes behind %s", order, line.URN, lines[i-1].URN)
			}
		}
		if len(urns) != len(lines) || len(lines) != len(whole) {
			t.Errorf("by %s there are %d lines of %d referrals, want %d", order, len(lines), len(urns), len(whole))
		}
	}
	if len(whole) < len(names) {
		t.Errorf("there are %d drafts", len(whole))
	}
}

func TestAListThatCannotBeIsRefusedWithTheReason(t *testing.T) {
	w := newWild(t, 20, 0)
	day := dental.DateTimeOf(w.Now()).Date()
	page, err := w.Desk.List(t.Context(), w.callers[0], referral.ListFilter{Count: 1})
	if err != nil || page.Next == "" {
		t.Fatal(err, "there is but one page")
	}
	for _, c := range []struct {
		filter referral.ListFilter
		words  string
	}{
		{referral.ListFilter{Order: "due"}, `cannot be ordered by "due"`}, {referral.ListFilter{Order: "created"}, "cannot be ordered by"}, {referral.ListFilter{Order: "sent", Drafts: true}, "cannot be ordered by"},
		{referral.ListFilter{Order: "status", Drafts: true}, "cannot be ordered by"}, {referral.ListFilter{Order: "status", Open: true, After: page.Next}, "in another order"}, {referral.ListFilter{Order: "-sent", After: page.Next}, "in another order"},
		{referral.ListFilter{After: "7"}, "no such page"}, {referral.ListFilter{Count: -1}, "no such page"},
		{referral.ListFilter{SentFrom: day, SentTo: day.AddDays(-1)}, "begin on 2026"},
	} {
		if _, err := w.Desk.List(t.Context(), w.callers[0], c.filter); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%+v is answered %v", c.filter, err)
		}
	}
}
