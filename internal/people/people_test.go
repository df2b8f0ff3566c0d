package people_test

import (
	"encoding/base32"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

const (
	password = "violet kettle under eleven clouds"
	another  = "seven damp lanterns hum quietly"
	ada      = "ada.quill@northside.example"
	centre   = int64(1_000_001)
	north    = int64(1)
	south    = int64(2)
)

var organisations = map[int64]string{north: "Northside Dental", south: "Southside Dental", centre: "Wessex Referral Centre"}

// What the organisations are. The centre sends its own patients too.
var kinds = map[int64]people.Kinds{north: {IsReferring: true}, south: {IsReferring: true, IsTreating: true}, centre: {IsReferring: true, IsCentre: true}}

// house is a hub with people, and a clock that the test moves.
type house struct {
	*people.Room
	t       *testing.T
	book    *record.Book
	options people.Options
	mu      sync.Mutex
	now     time.Time
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := newBenchHouse(t)
	h.t = t
	return h
}

// newBenchHouse is newHouse for what is no test.
func newBenchHouse(t testing.TB) *house {
	t.Helper()
	h := &house{now: time.Date(2026, 11, 2, 9, 30, 0, 0, time.Local)}
	h.book = &record.Book{DB: testdb.Open(t, h.clock, store.HubMigrations()), Clock: h.clock}
	sealer, err := seal.New("a secret of tests, which seals nothing that is anybody's")
	if err != nil {
		t.Fatal(err)
	}
	h.options = people.Options{
		BaseURL: "https://refer.example.org",
		Sealer:  func() (*seal.Sealer, error) { return sealer, nil },
		Found:   func(*record.Tx, string) (int64, error) { return centre, nil },
		Names: func(_ store.Conn, nums []int64) (map[int64]string, error) {
			found := make(map[int64]string)
			for _, num := range nums {
				if name, ok := organisations[num]; ok {
					found[num] = name
				}
			}
			return found, nil
		},
		Kinds: func(store.Conn, []int64) (map[int64]people.Kinds, error) { return kinds, nil },
		Under: func(_ store.Conn, of, area int64) ([]int64, error) {
			switch {
			case of != centre:
				return nil, nil
			case area == 2:
				return []int64{south}, nil
			}
			return []int64{north, south}, nil
		},
		Areas: func(_ store.Conn, of int64) ([]people.Area, error) {
			if of != centre {
				return nil, nil
			}
			return []people.Area{{Num: 1, Name: "Everywhere"}, {Num: 2, Name: "South"}}, nil
		},
	}.Costing(64, 1)
	h.Room = people.New(h.book, h.options)
	return h
}

// person makes one with a role.
func (h *house) person(email string, memberships ...people.Membership) int64 {
	h.t.Helper()
	num, err := h.Create(h.t.Context(), audit.Operator, people.NewPerson{Name: "Ada Quill", Email: email, Password: password, Memberships: memberships})
	if err != nil {
		h.t.Fatal(err)
	}
	return num
}

var at = people.From{Address: "192.0.2.1", Browser: "Firefox on Linux", RequestID: "r1"}

// signIn signs in with the password alone.
func (h *house) signIn(email string) (session string, v *people.Visitor) {
	h.t.Helper()
	got, err := h.SignIn(h.t.Context(), at, email, password)
	if err != nil || got.Session == "" {
		h.t.Fatalf("signing in gives %+v, %v", got, err)
	}
	return got.Session, h.visitor(got.Session)
}

func (h *house) visitor(session string) *people.Visitor {
	h.t.Helper()
	v, err := h.Session(h.t.Context(), session)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func (h *house) administrator() *people.Visitor {
	h.t.Helper()
	h.person(ada, people.Membership{Organisation: north, Role: lifecycle.Administrator})
	_, v := h.signIn(ada)
	return v
}

func wants(t *testing.T, err error, kind fault.Kind, texts ...string) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("the error is %v, want %s", err, kind)
	}
	for _, text := range texts {
		if !strings.Contains(fault.From(err).Text, text) {
			t.Errorf("the error says %q, and not %q", fault.From(err).Text, text)
		}
	}
}

func (h *house) trail() (entries []audit.Entry) {
	h.t.Helper()
	err := h.book.DB.Read(h.t.Context(), func(c store.Conn) (err error) {
		if _, err := audit.Verify(c); err != nil {
			return err
		}
		entries, err = audit.List(c, 1000)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return entries
}

// code is what an authenticator with the secret shows now.
func (h *house) code(secret string) string {
	h.t.Helper()
	code, err := totp.GenerateCode(secret, h.clock())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// withSecondFactor turns a visitor's second factor on.
func (h *house) withSecondFactor(v *people.Visitor) (secret string, codes []string) {
	h.t.Helper()
	if err := h.BeginSecondFactor(h.t.Context(), v, password); err != nil {
		h.t.Fatal(err)
	}
	enrolment, err := h.Enrolment(h.t.Context(), v)
	if err != nil {
		h.t.Fatal(err)
	}
	if codes, err = h.ConfirmSecondFactor(h.t.Context(), v, h.code(enrolment.Secret)); err != nil {
		h.t.Fatal(err)
	}
	h.pass(time.Minute)
	return enrolment.Secret, codes
}

func TestTheFirstAdministratorComesByALinkThatWorksOnce(t *testing.T) {
	h := newHouse(t)
	token, err := h.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	given := people.FirstAdministrator{Organisation: "Wessex Referral Centre", Name: "Ada Quill", Email: "ada@wessex.example", Password: password}
	session, err := h.SetUp(t.Context(), at, token, given)
	if err != nil {
		t.Fatal(err)
	}
	v := h.visitor(session)
	if v.Acting.Organisation != centre || !v.IsAdministrator() || v.Acting.OrganisationName != "Wessex Referral Centre" || v.Email != given.Email {
		t.Errorf("the visitor is %+v", v)
	}
	_, err = h.SetUp(t.Context(), at, token, given)
	wants(t, err, fault.Gone)
	_, err = h.SetUpLink(t.Context(), audit.Operator)
	wants(t, err, fault.Conflict, "people already")
}

func TestOnlyTheLastSetUpLinkWorksAndForADay(t *testing.T) {
	h := newHouse(t)
	first, err := h.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, h.LooksAtSetUp(t.Context(), at, first), fault.NotFound)
	if err := h.LooksAtSetUp(t.Context(), at, second); err != nil {
		t.Error(err)
	}
	h.pass(24 * time.Hour)
	wants(t, h.LooksAtSetUp(t.Context(), at, second), fault.Gone, "expired")
}

func TestAllThatIsWrongWithASetUpIsSaidAtOnce(t *testing.T) {
	h := newHouse(t)
	token, err := h.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.SetUp(t.Context(), at, token, people.FirstAdministrator{Email: "nobody", Password: "short"})
	wants(t, err, fault.Invalid)
	var names []string
	for _, f := range fault.From(err).Fields {
		names = append(names, f.Name)
	}
	if strings.Join(names, ",") != "organisation,name,email,password" {
		t.Errorf("the fields at fault are %v", names)
	}
	if err := h.LooksAtSetUp(t.Context(), at, token); err != nil {
		t.Errorf("after a mistake the link: %v", err)
	}
}

func TestAPasswordIsRefusedThatAttackersTryFirst(t *testing.T) {
	for name, c := range map[string]struct{ password, want string }{
		"too short":                {"Zx9!kq2#", "at least 12"},
		"the example of the world": {"Correct-Horse battery staple!", "well-known"},
		"from the common lists":    {"password1234", "lists"},
		"common with l33t":         {"P4ssw0rd12345", "lists"},
		"a row of keys":            {"qwertyuiop123", "lists"},
		"a repetition":             {"aaaaaaaaaaaaaaaa", "lists"},
		"a sequence":               {"abcdefghijkl", "lists"},
		"the own name":             {"my name is quill ok", "your name"},
		"the e-mail address":       {"northside-2026-zebra", "e-mail"},
		"the organisation":         {"Wessex forever blue", "organisation"},
		"nothing that is text":     {"\xff\xfe aaaaaaaaaaa", "no character"},
		"more than is reasonable":  {strings.Repeat("violet kettle ", 20), "at most"},
	} {
		t.Run(name, func(t *testing.T) {
			got := people.CheckPassword(c.password, "Ada Quill", ada, "Wessex Referral Centre")
			if len(got) != 1 || !strings.Contains(got[0], c.want) {
				t.Errorf("%q: %q, want it to say %q", c.password, got, c.want)
			}
		})
	}
	for _, good := range []string{password, another, "Übergröße tanzt im Nebel", "k7#Vq9!mZr2&Lp"} {
		if got := people.CheckPassword(good, "Ada Quill", ada, "Wessex Referral Centre"); len(got) > 0 {
			t.Errorf("%q: %q", good, got)
		}
	}
}

func TestAPasswordOfAnotherSpellingOfTheSameSignsIsTheSame(t *testing.T) {
	h := newHouse(t)
	_, err := h.Create(t.Context(), audit.Operator, people.NewPerson{Name: "Ada Quill", Email: ada, Password: "caf\u00e9 umbrella seven trams", Memberships: []people.Membership{{Organisation: north, Role: lifecycle.Referrer}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.SignIn(t.Context(), at, " ADA.quill@Northside.example ", "cafe\u0301 umbrella seven trams"); err != nil {
		t.Error(err)
	}
}

func TestNothingThatOpensIsKeptAsItIs(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	secret, codes := h.withSecondFactor(v)
	invited, err := h.Invite(t.Context(), v, people.NewInvitation{Name: "Bo Lund", Email: "bo@northside.example", Organisation: north, Role: lifecycle.Referrer})
	if err != nil {
		t.Fatal(err)
	}
	secrets := append([]string{password, secret, invited, strings.ReplaceAll(codes[0], "-", ""), codes[0]}, codes...)
	err = h.book.DB.Read(t.Context(), func(c store.Conn) error {
		for table, columns := range map[string]string{
			"person": "`PasswordHash`, `TotpSecret`, `TotpPending`", "invitation": "`TokenHash`, `Name`, `Email`", "personsession": "`SessionHash`, `Browser`, `Browser`",
			"recoverycode": "`CodeHash`, `CodeHash`, `CodeHash`", "auditevent": "`Caller`, `Target`, `Detail`",
		} {
			rows := c.Query("SELECT " + columns + " FROM `" + table + "`")
			count := 0
			for ; rows.Next(); count++ {
				for col := range 3 {
					for _, one := range secrets {
						if strings.Contains(string(rows.Text(col)), one) {
							t.Errorf("%s holds %q", table, one)
						}
					}
				}
			}
			if err := rows.Close(); err != nil {
				return err
			}
			if count == 0 {
				t.Errorf("%s is empty", table)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := base32.StdEncoding.DecodeString(secret); err != nil {
		t.Errorf("the secret %q is not what authenticators take: %v", secret, err)
	}
}

func TestTheTrailNamesPeopleByNumberAlone(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	if _, err := h.Invite(t.Context(), v, people.NewInvitation{Name: "Bo Lund", Email: "bo@northside.example", Organisation: north, Role: lifecycle.Referrer}); err != nil {
		t.Fatal(err)
	}
	_, err := h.SignIn(t.Context(), at, "stranger@elsewhere.example", another)
	wants(t, err, fault.Unauthenticated)
	_, err = h.SignIn(t.Context(), at, ada, another)
	wants(t, err, fault.Unauthenticated)
	var lines []string
	for _, e := range h.trail() {
		lines = append(lines, strings.Join([]string{e.Caller.Name, string(e.Action), e.Target, strconv.FormatInt(e.TargetNum, 10), e.Detail}, " "))
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{" refuse person 1 password", " refuse person 0 password", "person 1 create invitation 1 referrer", "person 1 create personsession 1 ", "operator create membership 1 administrator"} {
		if !strings.Contains(all, want) {
			t.Errorf("the trail does not have %q", want)
		}
	}
	for _, never := range []string{"Ada", "Quill", "ada", "Lund", "bo@", "stranger"} {
		if strings.Contains(all, never) {
			t.Errorf("the trail holds %q", never)
		}
	}
	if t.Failed() {
		t.Log(all)
	}
}
