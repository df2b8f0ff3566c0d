package network_test

import (
	"bytes"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/sandbox/network"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// fixture is a hub with the six practices, and what the network needs beside it.
type fixture struct {
	network.Hub
	forms *form.Catalog
	desk  *referral.Desk // with a clock at the demo's morning
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	forms, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	at := func(moment dental.DateTime) func() time.Time {
		found, err := time.ParseInLocation(dental.DateTimeLayout, moment.String(), time.Local)
		if err != nil {
			t.Fatal(err)
		}
		return func() time.Time { return found }
	}
	hub := &record.Book{DB: testdb.Open(t, at(network.Begin), store.HubMigrations()), Clock: at(network.Begin)}
	f := &fixture{forms: forms}
	bodies, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	room := document.NewRoom(bodies, document.Options{})
	t.Cleanup(room.Close)
	f.Hub = network.Hub{Book: hub, Sealer: func() (*seal.Sealer, error) { return seal.New("seals nothing but what tests make up") },
		Shelf: func(b *record.Book) *document.Shelf {
			return room.Shelf("hub", b.DB, b.Clock, func() (func(), error) { return func() {}, nil })
		}}
	for _, p := range network.Practices {
		if err := hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
			num, err := tx.Exec("INSERT INTO `practice` (`Name`, `NameFold`, `DatabaseName`, `CreatedAt`, `UrnPrefix`, `Address`, `Phone`, `Email`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				store.Text(p.Name), store.Text(dental.Fold(p.Name)), store.Text(p.Name), store.Text(tx.At.String()), store.Text(p.URNPrefix), store.Text(p.Address), store.Text(p.Phone), store.Text(p.Email))
			if err != nil {
				return err
			}
			f.Practices = append(f.Practices, num)
			if err := tx.Send("INSERT INTO `urncounter` (`Prefix`, `PracticeNum`, `LastNumber`) VALUES (?, ?, 0)", store.Text(p.URNPrefix), store.Int(num)); err != nil {
				return err
			}
			return tx.Send("INSERT INTO `organisation` (`OrganisationNum`, `Name`, `NameFold`, `IsReferring`) VALUES (?, ?, ?, 1)", store.Int(num), store.Text(p.Name), store.Text(dental.Fold(p.Name)))
		}); err != nil {
			t.Fatal(err)
		}
	}
	morning := &record.Book{DB: hub.DB, Clock: at(network.End)}
	f.desk = referral.New(morning, forms, f.Shelf(morning), referral.Options{BaseURL: "https://refer.example.org", Sealer: f.Sealer, Triage: true})
	return f
}

// fill writes the network of a seed.
func fill(t *testing.T, seed uint64) *fixture {
	t.Helper()
	f := newFixture(t)
	drawn, err := network.Draw(seed, f.forms)
	if err != nil {
		t.Fatal(err)
	}
	if err := drawn.Write(t.Context(), f.Hub); err != nil {
		t.Fatal(err)
	}
	return f
}

// rows are those of a table as text, a line each.
func (f *fixture) rows(t *testing.T, sql string, columns int) (lines []string) {
	t.Helper()
	if err := f.Book.DB.Read(t.Context(), func(c store.Conn) error {
		lines = nil
		rows := c.Query(sql)
		for rows.Next() {
			fields := make([]string, columns)
			for i := range fields {
				fields[i] = string(rows.Text(i))
			}
			lines = append(lines, strings.Join(fields, "|"))
		}
		return rows.Close()
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}

// everything is what of a network depends on its seed alone: not the hashes of passwords and links.
func (f *fixture) everything(t *testing.T) string {
	var all []string
	for _, table := range []struct {
		name, columns string
	}{
		{"referral", "Urn,PracticeNum,AreaNum,State,Seq,Version,Priority,FormType,ReferrerName,PatientFirst,PatientLast,BirthDate,NhsNumber,StatusText,PartyRole,PartyNum,NextStep,DueAt,SubmittedAt,CreatedAt,ReplacesNum"},
		{"referralevent", "ReferralNum,Seq,Move,ActorRole,ActorNum,ActorName,HappenedAt,ReasonCode,TextPublic,TextInternal,Allocation,Data"},
		{"referralversion", "ReferralNum,Version,Answers,SubmittedAt"}, {"referralfile", "FileNum,ReferralNum,FileName,BodyHash,TakenOn,Version"},
		{"allocation", "ReferralNum,Ordinal,ProviderNum,ProviderName,ClinicianName,OpenedAt,ClosedAt,ClosedAs"}, {"organisation", "OrganisationNum,Name,AreaNum,IsTreating,IsCentre"},
		{"service", "ServiceNum,OrganisationNum,Name,FormTypes,Capacity"}, {"clinician", "ClinicianNum,OrganisationNum,Name"}, {"area", "AreaNum,Name,IsApproval,CentreNum"},
		{"route", "RouteNum,AreaNum,Name"}, {"person", "PersonNum,Name,Email"}, {"membership", "PersonNum,OrganisationNum,Role"}, {"auditevent", "AuditNum,LoggedAt,Caller,Action,Target,TargetNum,Detail,Hash"},
	} {
		names := strings.Split(table.columns, ",")
		all = append(all, f.rows(t, "SELECT `"+strings.Join(names, "`, `")+"` FROM `"+table.name+"` ORDER BY 1, 2", len(names))...)
	}
	return strings.Join(all, "\n")
}

func TestTheSameSeedMakesTheSameNetwork(t *testing.T) {
	first, again := fill(t, 1).everything(t), fill(t, 1).everything(t)
	if first != again {
		t.Errorf("two networks of one seed differ")
	}
	if other := fill(t, 2).everything(t); other == first {
		t.Error("another seed makes the same network")
	}
}

// The histories, looked at once: what they must be is asked of one network.
func TestANetworkIsCoherent(t *testing.T) {
	f := fill(t, 3)
	t.Run("twenty referrals end in each of the twenty states", func(t *testing.T) {
		for _, state := range lifecycle.States() {
			if got := f.rows(t, "SELECT COUNT(*) FROM `referral` WHERE `State` = '"+string(state)+"'", 1)[0]; got != fmt.Sprint(network.Each) {
				t.Errorf("%s referrals are %s", got, state)
			}
		}
		if got := f.rows(t, "SELECT COUNT(*) FROM `referral`", 1)[0]; got != "400" {
			t.Errorf("there are %s referrals", got)
		}
	})
	t.Run("a row is what its events come to", f.rowsAreFolds)
	t.Run("people work on working days, and times never run backwards", f.timesAreWorkingTimes)
	t.Run("all that can happen has happened", f.everythingHappens)
	t.Run("the trail is unbroken, and ends before the demo begins", func(t *testing.T) {
		if err := f.Book.DB.Read(t.Context(), func(c store.Conn) error {
			head, err := audit.Verify(c)
			if !head.At.Before(network.End) || head.Num < 1000 {
				t.Errorf("the trail ends at %s with %d entries", head.At, head.Num)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
	t.Run("URNs have no gap, and the first practice has none", func(t *testing.T) {
		for i, p := range network.Practices {
			urns := f.rows(t, fmt.Sprintf("SELECT `Urn` FROM `referral` WHERE `PracticeNum` = %d ORDER BY `Urn`", f.Practices[i]), 1)
			if (len(urns) == 0) != (i == 0) {
				t.Errorf("%s has %d referrals", p.Name, len(urns))
			}
			for at, urn := range urns {
				if want := fmt.Sprintf("%s%07d", p.URNPrefix, at+1); urn != want {
					t.Errorf("the %dth of %s is %s", at+1, p.Name, urn)
				}
			}
		}
	})
	t.Run("each role signs in, and has something to do", f.everybodySignsIn)
	t.Run("radiographs are there and can be read", f.radiographsAreThere)
	t.Run("it is not written twice", func(t *testing.T) {
		if is, err := network.IsThere(t.Context(), f.Book); err != nil || !is {
			t.Errorf("the network is there: %v %v", is, err)
		}
		drawn, err := network.Draw(3, f.forms)
		if err != nil {
			t.Fatal(err)
		}
		if err := drawn.Write(t.Context(), f.Hub); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second time it is %v", err)
		}
	})
}

func (f *fixture) rowsAreFolds(t *testing.T) {
	for _, line := range f.rows(t, "SELECT `Urn`, `State`, `Seq`, `StatusText`, `PartyRole`, `PartyNum`, `NextStep`, `DueAt`, `AreaNum`, `PracticeNum`, `FormType`, `Priority` FROM `referral`", 12) {
		row := strings.Split(line, "|")
		life, err := f.desk.Life(t.Context(), row[0])
		if err != nil {
			t.Fatal(err)
		}
		rules := lifecycle.DefaultRules()
		if !life.State.BeforeSubmission() {
			if err := f.Book.DB.Read(t.Context(), func(c store.Conn) (err error) {
				var area int64
				fmt.Sscan(row[8], &area)
				rules, err = directory.RulesOf(c, area)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		turn, open, party := life.Turn(rules), 0, "0"
		for _, a := range life.Allocations {
			if a.Open() {
				open++
				party = fmt.Sprint(a.Provider)
			}
		}
		switch turn.Party {
		case lifecycle.Referrer:
			party = row[9]
		case lifecycle.Provider:
		default:
			party = "0"
		}
		want := strings.Join([]string{row[0], string(life.State), fmt.Sprint(life.Seq), life.StatusText(), string(turn.Party), party, turn.Step, turn.Due.String()}, "|")
		if got := strings.Join(row[:8], "|"); got != want {
			t.Errorf("(-want, +got)\n-%s\n+%s", want, got)
		}
		if open > 1 || (open == 1) != life.State.Allocated() {
			t.Errorf("%s is %s with %d open allocations", row[0], life.State, open)
		}
		if life.State.Closed() != turn.IsNone() {
			t.Errorf("%s is %s, and its turn is %+v", row[0], life.State, turn)
		}
		if isCancer := row[10] == "UrgentSuspectedCancerForm"; !life.State.BeforeSubmission() && isCancer != (row[11] == "usc") {
			t.Errorf("%s on %s is %s", row[0], row[10], row[11])
		}
	}
}

func (f *fixture) timesAreWorkingTimes(t *testing.T) {
	before := make(map[string]string)
	for _, line := range f.rows(t, "SELECT `ReferralNum`, `HappenedAt`, `ActorRole` FROM `referralevent` ORDER BY `ReferralNum`, `Seq`", 3) {
		e := strings.Split(line, "|")
		if e[1] < before[e[0]] {
			t.Errorf("referral %s goes from %s back to %s", e[0], before[e[0]], e[1])
		}
		before[e[0]] = e[1]
		at, err := time.Parse(dental.DateTimeLayout, e[1])
		if err != nil {
			t.Fatal(err)
		}
		isMorning := at.Format(time.DateOnly) == network.End.Date().String()
		if hour := at.Hour(); e[2] != "system" && !isMorning && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || hour < 8 || hour > 17) {
			t.Errorf("somebody works at %s, a %s", e[1], at.Weekday())
		}
	}
}

func (f *fixture) everythingHappens(t *testing.T) {
	moves := f.rows(t, "SELECT DISTINCT `Move` FROM `referralevent`", 1)
	for _, move := range lifecycle.Moves() {
		switch move {
		case lifecycle.DropDraft, lifecycle.AskWithdrawal, lifecycle.Mismatch:
			continue // a draft is deleted by nobody yet; the others come from charts
		}
		if !slices.Contains(moves, string(move)) {
			t.Errorf("nobody makes %s, %s", move, move.Verb())
		}
	}
	for what, sql := range map[string]string{
		"a second version":                 "SELECT COUNT(*) FROM `referralversion` WHERE `Version` = 2",
		"one in place of a rejected one":   "SELECT COUNT(*) FROM `referral` AS r JOIN `referral` AS o ON o.`ReferralNum` = r.`ReplacesNum` WHERE o.`State` = 'rejected' AND o.`PatientFold` = r.`PatientFold`",
		"an internal note":                 "SELECT COUNT(*) FROM `referralevent` WHERE `Move` = 'N04' AND `TextInternal` <> ''",
		"a message for the other side":     "SELECT COUNT(*) FROM `referralevent` WHERE `Move` = 'N04' AND `TextPublic` <> ''",
		"a second allocation":              "SELECT COUNT(*) FROM `allocation` WHERE `Ordinal` = 2",
		"an overdue one":                   "SELECT COUNT(*) FROM `referral` WHERE `PartyRole` <> '' AND `DueAt` < '2026-11-02 07:30:00'",
		"one that is overdue for a week":   "SELECT COUNT(*) FROM `referral` WHERE `PartyRole` <> '' AND `DueAt` < '2026-10-26 07:30:00'",
		"one that is not due yet":          "SELECT COUNT(*) FROM `referral` WHERE `PartyRole` <> '' AND `DueAt` > '2026-11-02 07:30:00'",
		"an appointment to come":           "SELECT COUNT(*) FROM `referral` WHERE `State` = 'booked' AND `DueAt` > '2026-11-03 07:30:00'",
		"a chart that follows":             "SELECT COUNT(*) FROM `networklink` WHERE `Side` = 'to'",
		"a viewing":                        "SELECT COUNT(*) FROM `viewing`",
		"a service that is full":           "SELECT COUNT(*) FROM `service` WHERE `Name` = 'Braces' AND `Capacity` > 0",
		"an area with a second person":     "SELECT COUNT(*) FROM `area` WHERE `IsApproval` = 1",
		"an area without":                  "SELECT COUNT(*) FROM `area` WHERE `IsApproval` = 0",
		"letters and documents to be made": "SELECT COUNT(*) FROM `job` WHERE `State` = 'owed'",
	} {
		if got := f.rows(t, sql, 1)[0]; got == "0" {
			t.Errorf("there is not %s", what)
		}
	}
	for _, when := range f.rows(t, "SELECT `DueAt` FROM `referral` WHERE `State` = 'booked'", 1) {
		if when < "2026-10" {
			t.Errorf("an appointment that nobody has noted was due by %s", when)
		}
	}
	confirmed := f.rows(t, "SELECT COUNT(*) FROM `referralevent` AS e JOIN `referralevent` AS p ON p.`ReferralNum` = e.`ReferralNum` AND p.`Seq` = e.`Seq` - 1 WHERE e.`Move` = 'T11' AND p.`Move` = 'T10' AND p.`ActorNum` = e.`ActorNum`", 1)[0]
	if confirmed != "0" {
		t.Errorf("%s proposals are confirmed by who made them", confirmed)
	}
}

func (f *fixture) everybodySignsIn(t *testing.T) {
	room := people.New(f.Book, people.Options{BaseURL: "https://refer.example.org", Sealer: f.Sealer})
	seen := make(map[lifecycle.Role]bool)
	for _, s := range network.SignIns {
		seen[s.Role] = true
		signed, err := room.SignIn(t.Context(), people.From{Address: "127.0.0.1"}, s.Email, network.Password)
		if err != nil {
			t.Fatalf("%s: %v", s.Email, err)
		}
		visitor, err := room.Session(t.Context(), signed.Session)
		if err != nil {
			t.Fatal(err)
		}
		if visitor.Acting.Role != s.Role || visitor.Acting.OrganisationName != s.Where {
			t.Errorf("%s acts as %s of %s", s.Email, visitor.Acting.Role, visitor.Acting.OrganisationName)
		}
		caller, err := f.desk.Member(t.Context(), referral.Member{Person: visitor.Person, Name: visitor.Name, Organisation: visitor.Acting.Organisation, Role: s.Role})
		if err != nil {
			t.Fatal(err)
		}
		list := map[lifecycle.Role]func() (referral.WorkPage, error){
			lifecycle.Referrer: func() (referral.WorkPage, error) { return f.desk.Outbound(t.Context(), caller, referral.WorkFilter{}) },
			lifecycle.Provider: func() (referral.WorkPage, error) { return f.desk.Inbound(t.Context(), caller, referral.WorkFilter{}) },
			lifecycle.Triager:  func() (referral.WorkPage, error) { return f.desk.Queue(t.Context(), caller, referral.WorkFilter{}) },
			lifecycle.Approver: func() (referral.WorkPage, error) { return f.desk.Turns(t.Context(), caller, referral.WorkFilter{}) },
			lifecycle.Administrator: func() (referral.WorkPage, error) {
				return f.desk.Overdue(t.Context(), caller, true, referral.WorkFilter{})
			},
		}[s.Role]
		page, err := list()
		if err != nil || len(page.Lines) == 0 {
			t.Errorf("the %s's list has %d lines: %v", s.Role, len(page.Lines), err)
		}
	}
	for _, role := range people.Roles() {
		if !seen[role] {
			t.Errorf("nobody is %s", role)
		}
	}
}

func (f *fixture) radiographsAreThere(t *testing.T) {
	bodies := make(map[string]bool)
	for _, line := range f.rows(t, "SELECT `FileName`, `BodyHash` FROM `referralfile`", 2) {
		name, hash, _ := strings.Cut(line, "|")
		if !strings.HasPrefix(name, "synthetic-radiograph-") {
			t.Errorf("a file is called %s", name)
		}
		if bodies[hash] {
			continue
		}
		bodies[hash] = true
		body, err := f.desk.Shelf().Open(t.Context(), document.Hash(hash))
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if _, err := content.ReadFrom(body); err != nil {
			t.Fatal(err)
		}
		body.Close()
		if _, err := png.Decode(&content); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(bodies) < 6 {
		t.Errorf("there are %d radiographs", len(bodies))
	}
}

func TestAHubThatHasGoneOnIsLeftAsItIs(t *testing.T) {
	f := newFixture(t)
	later := &record.Book{DB: f.Book.DB, Clock: func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.Local) }}
	if err := later.Write(t.Context(), audit.Operator, func(tx *record.Tx) error { return tx.Note(audit.Create, "practice", 1, "") }); err != nil {
		t.Fatal(err)
	}
	before := f.rows(t, "SELECT COUNT(*) FROM `organisation`", 1)[0]
	drawn, err := network.Draw(1, f.forms)
	if err != nil {
		t.Fatal(err)
	}
	if err := drawn.Write(t.Context(), f.Hub); !fault.Is(err, fault.Conflict) {
		t.Errorf("the history is written: %v", err)
	}
	if after := f.rows(t, "SELECT COUNT(*) FROM `organisation`", 1)[0]; after != before {
		t.Errorf("organisations were %s, and are %s", before, after)
	}
}
