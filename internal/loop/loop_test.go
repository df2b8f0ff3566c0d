package loop

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// network is two practices of one installation: one refers to the other, which stands in its chart as a source.
type network struct {
	t         *testing.T
	practices *practice.Registry
	desk      *referral.Desk
	carrier   *Carrier
	from, to  practice.Practice
	source    int64
	mu        sync.Mutex
	now       time.Time
	folder    string
	bodies    string // the folder of the files
	room      *document.Room
}

// shelf is where a practice's files are.
func (n *network) shelf(num practice.Num, book *record.Book) *document.Shelf {
	return n.room.Shelf(fmt.Sprintf("practice-%d", num), book.DB, n.clock, func() (func(), error) { return func() {}, nil })
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	n.folder = testdb.Chosen().Location(t)
	var err error
	if n.practices, err = practice.Open(t.Context(), n.folder, practice.Options{Clock: n.clock, Secret: referraltest.Secret}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.practices.Close() })
	for name, into := range map[string]*practice.Practice{"Mill Lane Dental": &n.from, "St Clements Dental Suite": &n.to} {
		if *into, err = n.practices.Create(t.Context(), audit.Operator, name); err != nil {
			t.Fatal(err)
		}
	}
	forms, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	n.bodies = t.TempDir()
	bodies, err := document.OpenFolder(n.bodies)
	if err != nil {
		t.Fatal(err)
	}
	n.room = document.NewRoom(bodies, document.Options{})
	t.Cleanup(n.room.Close)
	hub := n.room.Shelf("hub", n.practices.Hub.DB, n.clock, func() (func(), error) { return func() {}, nil })
	n.desk = referral.New(n.practices.Hub, forms, hub, referral.Options{Sealer: n.practices.Sealer})
	n.carrier = New(n.practices, n.desk, n.shelf, slog.New(slog.NewTextHandler(io.Discard, nil)), Tick)
	n.source = n.create(n.from, od.Referrals, `{"LName": "St Clements Dental Suite", "NotPerson": "true"}`)
	n.at(n.from, func(desk od.Desk) error {
		return od.SetNetworkSource(t.Context(), desk, dental.ReferralNum(n.source), int64(n.to.Num))
	})
	return n
}

func (n *network) clock() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now
}

// at works at a practice's desk.
func (n *network) at(p practice.Practice, fn func(od.Desk) error) {
	n.t.Helper()
	book, release, err := n.practices.Lease(n.t.Context(), p.Num)
	if err != nil {
		n.t.Fatal(err)
	}
	defer release()
	if err := fn(od.Desk{Book: book, Caller: audit.Caller{Name: "test"}, Format: &resource.Format{}}); err != nil {
		n.t.Fatal(err)
	}
}

func (n *network) create(p practice.Practice, r od.Resource, body string) (key int64) {
	n.t.Helper()
	n.at(p, func(desk od.Desk) (err error) {
		key, _, err = r.Create(n.t.Context(), desk, []byte(body), nil)
		return err
	})
	return key
}

func (n *network) update(p practice.Practice, r od.Resource, key int64, body string) {
	n.t.Helper()
	n.at(p, func(desk od.Desk) error {
		_, err := r.Update(n.t.Context(), desk, key, []byte(body), nil)
		return err
	})
}

// carry lets the carrier do what is owed, until nothing is.
func (n *network) carry() {
	n.t.Helper()
	for range 3 {
		if err := n.carrier.Once(n.t.Context()); err != nil {
			n.t.Fatal(err)
		}
	}
}

// rows are the cells of a query in a practice's database.
func (n *network) rows(p practice.Practice, sql string) (all []string) {
	n.t.Helper()
	n.at(p, func(desk od.Desk) error {
		return desk.Book.DB.Read(n.t.Context(), func(c store.Conn) error {
			rows := c.Query(sql)
			for rows.Next() {
				all = append(all, string(rows.Text(0)))
			}
			return rows.Close()
		})
	})
	return all
}

// send refers a patient.
func (n *network) send() (attach int64, urn string) {
	n.t.Helper()
	patient := n.create(n.from, od.Patients, `{"LName": "Clark", "FName": "Joe", "Birthdate": "1980-05-01", "WirelessPhone": "5035550101"}`)
	attach = n.create(n.from, od.RefAttaches, fmt.Sprintf(`{"PatNum": %d, "ReferralNum": %d, "ReferralType": "RefTo", "Note": "Lower left wisdom tooth"}`, patient, n.source))
	n.carry()
	urns := n.rows(n.from, "SELECT `Urn` FROM `networkreferral`")
	if len(urns) != 1 || urns[0] == "" {
		n.t.Fatalf("the chart has the URNs %q", urns)
	}
	return attach, urns[0]
}

// step makes a move on the hub.
func (n *network) step(urn string, role lifecycle.Role, e lifecycle.Event) {
	n.t.Helper()
	account, err := n.desk.AccountOf(n.t.Context(), int64(n.from.Num))
	if err != nil {
		n.t.Fatal(err)
	}
	life, err := n.desk.Life(n.t.Context(), urn)
	if err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.desk.Append(n.t.Context(), referraltest.Actor(account, role, &life), urn, life.Seq, e); err != nil {
		n.t.Fatalf("%s: %v", e.Move, err)
	}
}

func (n *network) state(urn string) lifecycle.State {
	n.t.Helper()
	life, err := n.desk.Life(n.t.Context(), urn)
	if err != nil {
		n.t.Fatal(err)
	}
	return life.State
}

func TestTheNumberThatTravelsIsTheFirstThatTheChartHas(t *testing.T) {
	n := newNetwork(t)
	for born, phones := range map[string]string{
		"1980-05-01": `"WkPhone": "5035550103"`,
		"1980-05-02": `"WkPhone": "5035550103", "HmPhone": "5035550102"`,
		"1980-05-03": `"WkPhone": "5035550103", "HmPhone": "5035550102", "WirelessPhone": "5035550101"`,
	} {
		patient := n.create(n.from, od.Patients, fmt.Sprintf(`{"LName": "Clark", "FName": "Joe", "Birthdate": %q, %s}`, born, phones))
		n.create(n.from, od.RefAttaches, fmt.Sprintf(`{"PatNum": %d, "ReferralNum": %d, "ReferralType": "RefTo", "Note": "Lower left wisdom tooth"}`, patient, n.source))
	}
	n.carry()
	for born, want := range map[string]string{"1980-05-01": "5035550103", "1980-05-02": "5035550102", "1980-05-03": "5035550101"} {
		if got := n.rows(n.to, "SELECT `WirelessPhone` FROM `patient` WHERE `Birthdate` = '"+born+"'"); len(got) != 1 || !strings.HasSuffix(strings.NewReplacer("(", "", ")", "", "-", "", " ", "").Replace(got[0]), want) {
			t.Errorf("who was born on %s is called at %q, not at %s", born, got, want)
		}
	}
}

func TestAnOutgoingAttachmentToAPracticeBecomesOneOfThatPractices(t *testing.T) {
	n := newNetwork(t)
	_, urn := n.send()
	if state := n.state(urn); state != lifecycle.Sent {
		t.Errorf("the referral is %s", state)
	}
	for sql, want := range map[string][]string{
		"SELECT `LName` FROM `patient` WHERE `FName` = 'Joe' AND `Birthdate` = '1980-05-01'": {"Clark"},
		"SELECT `LName` FROM `referral`":             {"Mill Lane Dental"},
		"SELECT `Note` FROM `refattach`":             {"Lower left wisdom tooth"},
		"SELECT `RefType` FROM `refattach`":          {fmt.Sprint(int(dental.RefFrom))},
		"SELECT COUNT(*) FROM `commlog`":             {"1"},
		"SELECT `IsOwed` FROM `networkreferral`":     {"0"},
		"SELECT `Urn` FROM `networkreferral`":        {urn},
		"SELECT COUNT(*) FROM `patient`":             {"1"},
		"SELECT `RefToStatus` FROM `refattach`":      {"0"},
		"SELECT `AppliedSeq` FROM `networkreferral`": {"3"}, // submitted, what the referrer wrote, sent
	} {
		if got := n.rows(n.to, sql); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
	account, err := n.desk.AccountOf(t.Context(), int64(n.from.Num))
	if err != nil {
		t.Fatal(err)
	}
	if events, err := n.desk.Events(t.Context(), account, urn); err != nil || len(events) != 3 || events[1].Move != lifecycle.Message || events[1].Public != "Lower left wisdom tooth" {
		t.Errorf("on its page the referral says %+v, %v", events, err)
	}
	n.carry()
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `refattach`"); got[0] != "1" {
		t.Errorf("carried again there are %s", got)
	}
}

func TestAPatientWhoIsKnownIsLinkedAndOneWhoLooksAlikeIsNot(t *testing.T) {
	n := newNetwork(t)
	n.create(n.to, od.Patients, `{"LName": "CLARK", "FName": "joe", "Birthdate": "1980-05-01"}`)
	n.create(n.to, od.Patients, `{"LName": "Clark", "FName": "Joanna", "Birthdate": "1980-05-01"}`)
	n.send()
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `patient`"); got[0] != "2" {
		t.Errorf("there are %s patients", got)
	}
	if got := n.rows(n.to, "SELECT `PatNum` FROM `refattach`"); got[0] != "1" {
		t.Errorf("patient %s is linked", got)
	}

	twins := newNetwork(t)
	twins.create(twins.to, od.Patients, `{"LName": "Clark", "FName": "Joe", "Birthdate": "1980-05-01"}`)
	twins.create(twins.to, od.Patients, `{"LName": "Clark", "FName": "Joe", "Birthdate": "1980-05-01"}`)
	twins.send()
	if got := twins.rows(twins.to, "SELECT COUNT(*) FROM `patient`"); got[0] != "3" {
		t.Errorf("of two who fit one was taken: there are %s patients", got)
	}
	if got := twins.rows(twins.to, "SELECT COUNT(*) FROM `commlog` WHERE `Note` LIKE '%2 patients of the practice look alike%'"); got[0] != "1" {
		t.Error("nobody is told that two look alike")
	}
}

func TestWhatIsWrittenForTheReferrerWithAStepIsInTheChartsLog(t *testing.T) {
	n := newNetwork(t)
	_, urn := n.send()
	at := dental.DateTimeOf(n.clock())
	for _, c := range []struct {
		step lifecycle.Event
		want string
	}{
		{lifecycle.Event{Move: lifecycle.Accept, Public: "Please send the film."}, "Provider accepted referral. Please send the film"},
		{lifecycle.Event{Move: lifecycle.Contact}, "Patient contacted"},
		{lifecycle.Event{Move: lifecycle.Book, Public: "With Mr Example", Data: lifecycle.Data{When: at.AddSeconds(3600)}}, "Appointment booked for 2026-11-02 10:00. With Mr Example"},
		{lifecycle.Event{Move: lifecycle.Rebook, Reason: lifecycle.Other, Public: "The surgery is closed", Data: lifecycle.Data{When: at.AddSeconds(7200)}}, "Appointment booked for 2026-11-02 11:00. The surgery is closed"},
		{lifecycle.Event{Move: lifecycle.EndEarly, Public: "She goes elsewhere", Internal: "A secret of the house", Data: lifecycle.Data{Outcome: lifecycle.PatientDeclined}}, "Discharged: Patient declined. She goes elsewhere"},
	} {
		n.step(urn, lifecycle.Provider, c.step)
		n.carry()
		if notes := n.rows(n.from, "SELECT `Note` FROM `commlog` ORDER BY `CommlogNum` DESC LIMIT 1"); notes[0] != c.want+" ("+urn+")" {
			t.Errorf("after %s the log says %q, want %q", c.step.Move, notes, c.want)
		}
	}
}

// The whole loop, as both charts, the Dental Referrals API and Salesforce's words say it at each step.
func TestWhatTheProviderDoesIsSeenInTheReferrersChart(t *testing.T) {
	n := newNetwork(t)
	attach, urn := n.send()
	booked := dental.DateTimeOf(n.clock()).AddSeconds(3600)
	for _, c := range []struct {
		step lifecycle.Event
		want dental.RefToStatus
	}{
		{lifecycle.Event{Move: lifecycle.Receive}, dental.RefToNone},
		{lifecycle.Event{Move: lifecycle.Accept}, dental.RefToNone},
		{lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: booked}}, dental.RefToScheduled},
		{lifecycle.Event{Move: lifecycle.Assess}, dental.RefToConsulted},
		{lifecycle.Event{Move: lifecycle.Treat}, dental.RefToInTreatment},
		{lifecycle.Event{Move: lifecycle.Discharge, Data: lifecycle.Data{Outcome: lifecycle.TreatmentComplete, Actions: "Review in a week.", Summary: "The tooth is out."}}, dental.RefToComplete},
	} {
		n.step(urn, lifecycle.Provider, c.step)
		n.carry()
		if got := n.rows(n.from, fmt.Sprintf("SELECT `RefToStatus` FROM `refattach` WHERE `RefAttachNum` = %d", attach)); got[0] != fmt.Sprint(int(c.want)) {
			t.Errorf("after %s the chart says %s, want %d", c.step.Move, got, c.want)
		}
	}
	if got := n.rows(n.from, "SELECT `DateProcComplete` FROM `refattach`"); got[0] != "2026-11-02" {
		t.Errorf("it was complete on %s", got)
	}
	notes := n.rows(n.from, "SELECT `Note` FROM `commlog` ORDER BY `CommlogNum`")
	if len(notes) != 7 || !strings.HasPrefix(notes[6], "Discharged: Treatment complete. To do: Review in a week. The tooth is out") {
		t.Errorf("the log says %q", notes)
	}
	account, err := n.desk.AccountOf(t.Context(), int64(n.from.Num))
	if err != nil {
		t.Fatal(err)
	}
	if status, err := n.desk.Status(t.Context(), account, urn); err != nil || status.Text != "Discharged: Treatment complete" {
		t.Errorf("the other dialect says %+v, %v", status, err)
	}
}

func TestAnEditInTheProvidersChartMovesTheReferral(t *testing.T) {
	n := newNetwork(t)
	attach, urn := n.send()
	own, err := func() (int64, error) {
		keys := n.rows(n.to, "SELECT `RefAttachNum` FROM `refattach`")
		var key int64
		_, err := fmt.Sscan(keys[0], &key)
		return key, err
	}()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status string
		state  lifecycle.State
	}{{"Consulted", lifecycle.Assessed}, {"InTreatment", lifecycle.InTreatment}, {"Complete", lifecycle.Discharged}} {
		n.update(n.to, od.RefAttaches, own, fmt.Sprintf(`{"RefToStatus": %q}`, c.status))
		n.carry()
		if state := n.state(urn); state != c.state {
			t.Errorf("after %s the referral is %s, want %s", c.status, state, c.state)
		}
	}
	if got := n.rows(n.from, fmt.Sprintf("SELECT `RefToStatus` FROM `refattach` WHERE `RefAttachNum` = %d", attach)); got[0] != fmt.Sprint(int(dental.RefToComplete)) {
		t.Errorf("the referrer's chart says %s", got)
	}
}

func TestTheReferrersOwnEditDrivesNothingButAsksForWithdrawal(t *testing.T) {
	n := newNetwork(t)
	attach, urn := n.send()
	n.update(n.from, od.RefAttaches, attach, `{"RefToStatus": "Complete"}`)
	n.carry()
	if state := n.state(urn); state != lifecycle.Sent {
		t.Errorf("the referral is %s", state)
	}
	if got := n.rows(n.from, "SELECT `RefToStatus` FROM `refattach`"); got[0] != fmt.Sprint(int(dental.RefToComplete)) {
		t.Errorf("the practice's own view became %s", got)
	}
	n.update(n.from, od.RefAttaches, attach, `{"RefToStatus": "Declined"}`)
	n.carry()
	life, err := n.desk.Life(t.Context(), urn)
	if err != nil || !life.Asked || life.State != lifecycle.Sent {
		t.Errorf("the referral is %+v, %v", life, err)
	}
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `commlog` WHERE `Note` LIKE 'The referring practice asks to withdraw%'"); got[0] != "1" {
		t.Error("the provider's chart does not say that withdrawal is asked for")
	}
}

func TestAnAttachmentThatIsRemovedAsksForWithdrawalAndBeforeItWasSentIsForgotten(t *testing.T) {
	n := newNetwork(t)
	attach, urn := n.send()
	remove := func(key int64) {
		n.at(n.from, func(desk od.Desk) error { return od.RefAttaches.Delete(t.Context(), desk, key) })
	}
	remove(attach)
	n.carry()
	if life, err := n.desk.Life(t.Context(), urn); err != nil || !life.Asked {
		t.Errorf("the referral is %+v, %v", life, err)
	}
	second := n.create(n.from, od.RefAttaches, fmt.Sprintf(`{"PatNum": 1, "ReferralNum": %d, "ReferralType": "RefTo"}`, n.source))
	remove(second)
	n.carry()
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `refattach`"); got[0] != "1" {
		t.Errorf("what was removed at once was sent: %s", got)
	}
}

func TestASourceThatIsNoPracticeSendsNothing(t *testing.T) {
	n := newNetwork(t)
	other := n.create(n.from, od.Referrals, `{"LName": "A practice elsewhere", "NotPerson": "true"}`)
	patient := n.create(n.from, od.Patients, `{"LName": "Clark", "FName": "Joe"}`)
	n.create(n.from, od.RefAttaches, fmt.Sprintf(`{"PatNum": %d, "ReferralNum": %d, "ReferralType": "RefTo"}`, patient, other))
	n.create(n.from, od.RefAttaches, fmt.Sprintf(`{"PatNum": %d, "ReferralNum": %d, "ReferralType": "RefFrom"}`, patient, n.source))
	n.carry()
	if got := n.rows(n.from, "SELECT COUNT(*) FROM `networkreferral`"); got[0] != "0" {
		t.Errorf("%s are owed", got)
	}
}

// A practice's database is away while the hub moves on: what it is owed waits, is applied once, and nothing is shown as done
// before it is.
func TestWhatAChartIsOwedWaitsWhileItsDatabaseIsAway(t *testing.T) {
	if testdb.Chosen() != testdb.SQLite {
		t.Skip("a file can be taken away; a schema on a server is the server's")
	}
	n := newNetwork(t)
	attach, urn := n.send()
	// The registry keeps databases open; another process, as after a restart, finds the file missing.
	if err := n.practices.Close(); err != nil {
		t.Fatal(err)
	}
	file := n.folder + "/" + n.from.Database
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	reopen := func() {
		var err error
		if n.practices, err = practice.Open(t.Context(), n.folder, practice.Options{Clock: n.clock, Secret: referraltest.Secret}); err != nil {
			t.Fatal(err)
		}
		n.desk = referral.New(n.practices.Hub, n.desk.Forms(), nil, referral.Options{Sealer: n.practices.Sealer})
		n.carrier = New(n.practices, n.desk, n.shelf, slog.New(slog.NewTextHandler(io.Discard, nil)), Tick)
	}
	reopen()
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: dental.DateTimeOf(n.clock()).AddSeconds(60)}})
	n.carry()
	owed, err := n.desk.OwedCharts(t.Context(), 0, 10)
	if err != nil || len(owed) != 1 || owed[0].Practice != int64(n.from.Num) || owed[0].Delivered != 3 {
		t.Fatalf("owed is %+v, %v", owed, err)
	}
	if err := n.practices.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".away", file); err != nil {
		t.Fatal(err)
	}
	reopen()
	n.carry()
	n.carry()
	if got := n.rows(n.from, fmt.Sprintf("SELECT `RefToStatus` FROM `refattach` WHERE `RefAttachNum` = %d", attach)); got[0] != fmt.Sprint(int(dental.RefToScheduled)) {
		t.Errorf("back again the chart says %s", got)
	}
	if notes := n.rows(n.from, "SELECT `Note` FROM `commlog`"); len(notes) != 3 {
		t.Errorf("the log says %q", notes)
	}
	if owed, err := n.desk.OwedCharts(t.Context(), 0, 10); err != nil || len(owed) != 0 {
		t.Errorf("owed is %+v, %v", owed, err)
	}
}

// Carriers that are broken off anywhere carry again; what they carry is applied once.
func TestCarriersThatAreBrokenOffAnywhereApplyEachThingOnce(t *testing.T) {
	n := newNetwork(t)
	patient := n.create(n.from, od.Patients, `{"LName": "Clark", "FName": "Joe", "Birthdate": "1980-05-01"}`)
	n.create(n.from, od.RefAttaches, fmt.Sprintf(`{"PatNum": %d, "ReferralNum": %d, "ReferralType": "RefTo"}`, patient, n.source))
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*200*time.Microsecond)
		n.carrier = New(n.practices, n.desk, n.shelf, slog.New(slog.NewTextHandler(io.Discard, nil)), Tick)
		n.carrier.Once(ctx) // broken off somewhere
		cancel()
	}
	n.carrier = New(n.practices, n.desk, n.shelf, slog.New(slog.NewTextHandler(io.Discard, nil)), Tick)
	n.carry()
	for sql, want := range map[string]string{
		"SELECT COUNT(*) FROM `patient`": "1", "SELECT COUNT(*) FROM `refattach`": "1", "SELECT COUNT(*) FROM `commlog`": "1",
	} {
		if got := n.rows(n.to, sql); got[0] != want {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	account, err := n.desk.AccountOf(t.Context(), int64(n.from.Num))
	if err != nil {
		t.Fatal(err)
	}
	if all, err := n.desk.Batch(t.Context(), account, 100); err != nil || len(all) != 1 {
		t.Errorf("there are %d referrals, %v", len(all), err)
	}
}
