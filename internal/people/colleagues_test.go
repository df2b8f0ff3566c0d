package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// crowd puts people into an organisation without hashing a password for each. Their names go around, so that many are alike.
func crowd(t testing.TB, h *house, organisation int64, count int) {
	t.Helper()
	roles := []lifecycle.Role{lifecycle.Referrer, lifecycle.Administrator, lifecycle.Provider}
	for first := 0; first < count; first += 500 {
		if err := h.book.DB.Write(t.Context(), func(tx store.Tx) error {
			for i := first; i < min(first+500, count); i++ {
				seen, disabled, secret := "0001-01-01 00:00:00", "0001-01-01 00:00:00", ""
				if i%3 > 0 {
					seen = fmt.Sprintf("2026-10-%02d 08:%02d:00", i%28+1, i%60)
				}
				if i%7 == 0 {
					disabled = "2026-10-30 12:00:00"
				}
				if i%5 == 0 {
					secret = "sealed"
				}
				name := fmt.Sprintf("Zoë Lund %03d", i%(count/2+1))
				num, err := tx.Exec("INSERT INTO `person` (`Name`, `NameFold`, `Email`, `EmailFold`, `Handle`, `PasswordHash`, `PasswordAt`, `CreatedAt`, `SeenAt`, `DisabledAt`, `TotpSecret`) VALUES (?, ?, ?, ?, ?, '', '2026-01-01 00:00:00', '2026-01-01 00:00:00', ?, ?, ?)",
					store.Text(name), store.Text(strings.ReplaceAll(strings.ToLower(name), "ë", "e")), store.Text(fmt.Sprintf("zoe.%d@crowd.example", i)), store.Text(fmt.Sprintf("zoe.%d@crowd.example", i)), store.Text(fmt.Sprintf("h%d", i)),
					store.Text(seen), store.Text(disabled), store.Text(secret))
				if err != nil {
					return err
				}
				area := 0
				if i%4 == 0 {
					area = 2
				}
				if _, err := tx.Exec("INSERT INTO `membership` (`PersonNum`, `OrganisationNum`, `Role`, `AreaNum`, `CreatedAt`) VALUES (?, ?, ?, ?, '2026-01-01 00:00:00')",
					store.Int(num), store.Int(organisation), store.Text(roles[i%3]), store.Int(area)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// walk reads all pages of a list of people.
func (h *house) walk(v *people.Visitor, f people.Filter) (all []people.Colleague) {
	h.t.Helper()
	for {
		page, err := h.Colleagues(h.t.Context(), v, north, f)
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, page.Lines...)
		if f.After = page.Next; page.Next == 0 {
			return all
		}
		if len(page.Lines) != f.Count {
			h.t.Fatalf("a page before the last has %d lines", len(page.Lines))
		}
	}
}

func TestPagesOfPeopleAreTheWholeListInItsOrderEachOnce(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	crowd(t, h, north, 90)
	keys := map[string]func(people.Colleague) string{
		people.ByName: func(c people.Colleague) string { return strings.ToLower(c.Name) }, people.ByRole: func(c people.Colleague) string { return string(c.Membership.Role) }, people.BySeen: func(c people.Colleague) string { return c.SeenAt.String() },
	}
	for order, key := range keys {
		for _, isReversed := range []bool{false, true} {
			all := h.walk(v, people.Filter{Order: order, IsReversed: isReversed, Count: 7})
			seen := make(map[int64]bool)
			for i, one := range all {
				if seen[one.Membership.Num] {
					t.Fatalf("by %s a line comes twice", order)
				}
				seen[one.Membership.Num] = true
				if i == 0 {
					continue
				}
				compared, want := strings.Compare(key(all[i-1]), key(one)), isReversed != (order == people.BySeen) // whether the greatest comes first
				if want && compared < 0 || !want && compared > 0 {
					t.Errorf("by %s, reversed %v: %q comes before %q", order, isReversed, key(all[i-1]), key(one))
				}
			}
			if len(all) != 91 {
				t.Errorf("by %s there are %d", order, len(all))
			}
		}
	}
}

func TestPeopleAreFoundByNameAddressRoleAreaAndHowTheySignIn(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	crowd(t, h, north, 60)
	yes, no := true, false
	for name, c := range map[string]struct {
		filter people.Filter
		is     func(people.Colleague) bool
	}{
		"parts of a name, in any case and without accents": {people.Filter{Search: "LUND zoe 01"}, func(c people.Colleague) bool { return strings.Contains(c.Name, "01") }},
		"a part of an address":                             {people.Filter{Search: "ZOE.5"}, func(c people.Colleague) bool { return strings.HasPrefix(c.Email, "zoe.5") }},
		"what stands for itself alone":                     {people.Filter{Search: "%"}, func(people.Colleague) bool { return false }},
		"a role":                                           {people.Filter{Role: lifecycle.Provider}, func(c people.Colleague) bool { return c.Membership.Role == lifecycle.Provider }},
		"an area":                                          {people.Filter{InArea: true, Area: 2}, func(c people.Colleague) bool { return c.Membership.Area == 2 }},
		"all areas":                                        {people.Filter{InArea: true}, func(c people.Colleague) bool { return c.Membership.Area == 0 }},
		"a password alone":                                 {people.Filter{SignIn: people.WithPassword}, func(c people.Colleague) bool { return !c.HasSecondFactor }},
		"two factors":                                      {people.Filter{SignIn: people.WithSecondFactor}, func(c people.Colleague) bool { return c.HasSecondFactor }},
		"disabled":                                         {people.Filter{IsDisabled: &yes}, func(c people.Colleague) bool { return c.IsDisabled }},
		"not disabled":                                     {people.Filter{IsDisabled: &no}, func(c people.Colleague) bool { return !c.IsDisabled }},
		"several of these": {people.Filter{Role: lifecycle.Referrer, IsDisabled: &no, SignIn: people.WithSecondFactor, Search: "crowd"}, func(c people.Colleague) bool {
			return c.Membership.Role == lifecycle.Referrer && !c.IsDisabled && c.HasSecondFactor && strings.Contains(c.Email, "crowd")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			want := slices.DeleteFunc(h.walk(v, people.Filter{Count: 500}), func(one people.Colleague) bool { return !c.is(one) })
			f := c.filter
			f.Count = 9
			if got := h.walk(v, f); !slices.Equal(got, want) {
				t.Errorf("there are %d, want %d", len(got), len(want))
			}
		})
	}
}

func TestAPageOfPeopleGoesOnOnlyWhereThereIsOne(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	h.person("dee@southside.example", people.Membership{Organisation: south, Role: lifecycle.Provider})
	for name, f := range map[string]people.Filter{"a line of another organisation": {After: 2}, "no line": {After: 99}, "a negative one": {After: -1}, "too many at once": {Count: 1001}, "another way to sign in": {SignIn: "fax"}, "another order": {Order: "height"}} {
		if _, err := h.Colleagues(t.Context(), v, north, f); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if f.SignIn == "" && f.Order == "" {
			if _, err := h.Invitations(t.Context(), v, north, f); !fault.Is(err, fault.Invalid) {
				t.Errorf("of invitations, %s: %v", name, err)
			}
		}
	}
	if _, err := h.Invitations(t.Context(), v, north, people.Filter{Order: people.BySeen}); !fault.Is(err, fault.Invalid) {
		t.Errorf("invitations are ordered by when they were seen: %v", err)
	}
}

func TestInvitationsThatWaitAreOrderedAndFiltered(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	for i, name := range []string{"Örjan Vik", "Bo Lund", "cy reed", "Bo Ash"} {
		role := lifecycle.Referrer
		if i == 2 {
			role = lifecycle.Administrator
		}
		h.invite(v, people.NewInvitation{Name: name, Email: fmt.Sprintf("i%d@northside.example", i), Organisation: north, Role: role})
		h.pass(time.Hour)
	}
	for name, c := range map[string]struct {
		filter people.Filter
		want   string
	}{
		"by name":              {people.Filter{}, "Bo Ash, Bo Lund, cy reed, Örjan Vik"},
		"by name, reversed":    {people.Filter{IsReversed: true}, "Örjan Vik, cy reed, Bo Lund, Bo Ash"},
		"the last first":       {people.Filter{Order: people.ByInvited}, "Bo Ash, cy reed, Bo Lund, Örjan Vik"},
		"the first first":      {people.Filter{Order: people.ByInvited, IsReversed: true}, "Örjan Vik, Bo Lund, cy reed, Bo Ash"},
		"the soonest to end":   {people.Filter{Order: people.ByUntil}, "Örjan Vik, Bo Lund, cy reed, Bo Ash"},
		"by role":              {people.Filter{Order: people.ByRole}, "cy reed, Bo Ash, Bo Lund, Örjan Vik"},
		"of a role":            {people.Filter{Role: lifecycle.Administrator}, "cy reed"},
		"with a name":          {people.Filter{Search: "orjan"}, "Örjan Vik"},
		"with an address":      {people.Filter{Search: "I1@north"}, "Bo Lund"},
		"for one area, nobody": {people.Filter{InArea: true, Area: 2}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for f := c.filter; ; {
				f.Count = 1
				page, err := h.Invitations(t.Context(), v, north, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range page.Lines {
					got = append(got, i.Name)
				}
				if f.After = page.Next; page.Next == 0 {
					break
				}
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("they are %v, want %s", got, c.want)
			}
		})
	}
	h.pass(7*24*time.Hour - 3*time.Hour)
	if page, err := h.Invitations(t.Context(), v, north, people.Filter{}); err != nil || len(page.Lines) != 2 {
		t.Errorf("after a week there wait %+v, %v", page.Lines, err)
	}
	if page, err := h.Colleagues(t.Context(), v, north, people.Filter{}); err != nil || page.Waiting != 2 {
		t.Errorf("they are counted as %d, %v", page.Waiting, err)
	}
}

func TestNamesFromBeforeNamesWereFoldedAreFilledIn(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	h.invite(v, people.NewInvitation{Name: "Örjan Vik", Email: bo, Organisation: north, Role: lifecycle.Referrer})
	crowd(t, h, north, 250)
	if err := h.book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		if err := tx.Send("UPDATE `invitation` SET `NameFold` = ''"); err != nil {
			return err
		}
		return tx.Send("UPDATE `person` SET `NameFold` = ''")
	}); err != nil {
		t.Fatal(err)
	}
	if found := h.walk(v, people.Filter{Search: "zoe lund", Count: 100}); len(found) > 0 {
		t.Fatalf("%d are found before", len(found))
	}
	for range 2 {
		if _, err := h.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if found := h.walk(v, people.Filter{Search: "zoe lund", Count: 100}); len(found) != 250 {
		t.Errorf("%d are found", len(found))
	}
	if page, err := h.Invitations(t.Context(), v, north, people.Filter{Search: "orjan"}); err != nil || len(page.Lines) != 1 {
		t.Errorf("the invitations are %+v, %v", page.Lines, err)
	}
}

func TestAColleagueIsFoundByNumberInOnesOwnOrganisations(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	num := h.person(bo, referrer)
	if found, err := h.Colleague(t.Context(), v, north, num); err != nil || found.Email != bo || found.Membership.Role != lifecycle.Referrer {
		t.Errorf("it is %+v, %v", found, err)
	}
	dee := h.person("dee@southside.example", people.Membership{Organisation: south, Role: lifecycle.Provider})
	for _, organisation := range []int64{north, south} {
		_, err := h.Colleague(t.Context(), v, organisation, dee)
		wants(t, err, fault.NotFound)
	}
}

// BenchmarkColleagues is a page of the people of an organisation that has 10,000: the first one, one from the middle, one of a search.
func BenchmarkColleagues(b *testing.B) {
	h := newBenchHouse(b)
	if _, err := h.Create(b.Context(), audit.Operator, people.NewPerson{Name: "Ada Quill", Email: ada, Password: password, Memberships: []people.Membership{{Organisation: north, Role: lifecycle.Administrator}}}); err != nil {
		b.Fatal(err)
	}
	crowd(b, h, north, 10_000)
	got, err := h.SignIn(b.Context(), at, ada, password)
	if err != nil {
		b.Fatal(err)
	}
	v, err := h.Session(b.Context(), got.Session)
	if err != nil {
		b.Fatal(err)
	}
	for name, f := range map[string]people.Filter{"by name": {}, "from the middle": {After: 5000}, "last seen": {Order: people.BySeen}, "by role": {Order: people.ByRole}, "searched": {Search: "lund 49"}, "two factors": {SignIn: people.WithSecondFactor}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				page, err := h.Colleagues(b.Context(), v, north, f)
				if err != nil || len(page.Lines) == 0 {
					b.Fatal(len(page.Lines), err)
				}
			}
		})
	}
}
