package loop

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

// filed is a referral that was sent on a form with a radiograph, and that the other practice has. Its PDFs are not made yet.
func (n *network) filed() (urn string, submitted referral.Submitted) {
	n.t.Helper()
	account, err := n.desk.AccountOf(n.t.Context(), int64(n.from.Num))
	if err != nil {
		n.t.Fatal(err)
	}
	made, err := n.desk.Prepare(n.t.Context(), account, referraltest.Given())
	if err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.desk.AddFormFile(n.t.Context(), account, made.URN, referral.NewFile{Name: "bitewing.jpg", Kind: "radiograph", TakenOn: n.desk.Today().AddDays(-3).String()}, strings.NewReader(string(referraltest.Sample(".jpg")))); err != nil {
		n.t.Fatal(err)
	}
	forms := &referraltest.Fixture{Desk: n.desk, Hub: n.practices.Hub}
	submitted = forms.Submit(n.t, account, made.URN)
	n.step(made.URN, lifecycle.System, lifecycle.Event{Move: lifecycle.AutoRoute, Data: lifecycle.Data{Provider: int64(n.to.Num), Name: "St Clements Dental Suite"}})
	return made.URN, submitted
}

const paperRows = "SELECT CONCAT(`Description`, ', ', `ImgType`, ', ', `PatNum`) FROM `document` ORDER BY `DocNum`"

func TestWhatWasSentIsAmongTheDocumentsOfWhoHasAcceptedIt(t *testing.T) {
	n := newNetwork(t)
	urn, submitted := n.filed()
	n.carry()
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Receive})
	n.carry()
	if got := n.rows(n.to, paperRows); len(got) != 0 {
		t.Fatalf("before it is accepted the chart has %v", got)
	}
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	n.carry()
	patient := n.rows(n.to, "SELECT `PatNum` FROM `refattach`")[0]
	picture := fmt.Sprintf("bitewing.jpg, sent with the referral %s, %d, %s", urn, dental.ImgRadiograph, patient)
	if got := n.rows(n.to, paperRows); fmt.Sprint(got) != fmt.Sprint([]string{picture}) {
		t.Errorf("accepted, the chart has %v", got)
	}
	if got := n.rows(n.to, "SELECT `DateCreated` FROM `document`"); !strings.HasPrefix(got[0], n.desk.Today().AddDays(-3).String()) {
		t.Errorf("the radiograph is of %v", got)
	}
	forms := &referraltest.Fixture{Desk: n.desk, Hub: n.practices.Hub}
	forms.Ready(t, submitted, "AdultRestorativeForm", referral.AttachmentForm, referral.AttachmentHistory) // they were late
	want := []string{picture, fmt.Sprintf("Referral %s, %d, %s", urn, dental.ImgDocument, patient), fmt.Sprintf("Medical history of the referral %s, %d, %s", urn, dental.ImgDocument, patient)}
	for range 2 {
		n.carry()
		if got := n.rows(n.to, paperRows); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("with its PDFs the chart has %v, want %v", got, want)
		}
		n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Message, Public: "We have it"})
	}
	if got := n.rows(n.from, paperRows); len(got) != 0 {
		t.Errorf("the referring practice's chart has %v", got)
	}
}

func TestWhatAPracticeHasDeclinedLeavesNoDocumentsInItsChart(t *testing.T) {
	n := newNetwork(t)
	urn, _ := n.filed()
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Decline, Reason: lifecycle.Other, Public: "We have no place"})
	n.carry() // the chart was away all the time
	if got := n.rows(n.to, paperRows); len(got) != 0 {
		t.Errorf("the chart has %v", got)
	}
}

func TestWhatWasSentGoesAlongWhereTheReferralIsLinkedToAnotherPatient(t *testing.T) {
	n := newNetwork(t)
	urn, _ := n.filed()
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	n.carry()
	made := n.rows(n.to, "SELECT `PatNum` FROM `refattach`")[0]
	other := n.create(n.to, od.Patients, `{"LName": "Another", "FName": "One"}`)
	n.at(n.to, func(desk od.Desk) error { return od.Relink(t.Context(), desk, urn, dental.PatNum(other)) })
	if got := n.rows(n.to, "SELECT `PatNum` FROM `document`"); fmt.Sprint(got) != fmt.Sprint([]int64{other}) {
		t.Errorf("the documents are those of %v, not of %d", got, other)
	}
	if got := n.rows(n.to, "SELECT `PatStatus` FROM `patient` WHERE `PatNum` = "+made); got[0] != fmt.Sprint(int(dental.PatStatusDeleted)) {
		t.Errorf("the patient who was made for it is %v", got)
	}
}

// A file of the hub that is away, or damaged for good, is that referral's trouble: the practice gets everything else.
func TestAPaperThatCannotBeReadHoldsUpItsOwnDeliveryAlone(t *testing.T) {
	n := newNetwork(t)
	urn, submitted := n.filed()
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	files, err := filepath.Glob(filepath.Join(n.bodies, "hub", "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the hub has the files %v, %v", files, err)
	}
	for _, file := range files {
		if err := os.Rename(file, file+".away"); err != nil {
			t.Fatal(err)
		}
	}
	forms := &referraltest.Fixture{Desk: n.desk, Hub: n.practices.Hub}
	forms.Ready(t, submitted, "AdultRestorativeForm", referral.AttachmentForm)
	n.send()
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `refattach`"); got[0] != "2" {
		t.Errorf("of two referrals the chart has %s", got[0])
	}
	if got := n.rows(n.to, "SELECT `Description` FROM `document`"); fmt.Sprint(got) != fmt.Sprint([]string{"Referral " + urn}) {
		t.Errorf("of what can be read the chart has %v", got)
	}
	owed, err := n.desk.OwedCharts(t.Context(), 0, 10)
	if err != nil || len(owed) != 1 || owed[0].URN != urn {
		t.Fatalf("owed is %+v, %v", owed, err)
	}
	for _, file := range files {
		if err := os.Rename(file+".away", file); err != nil {
			t.Fatal(err)
		}
	}
	n.carry()
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `document`"); got[0] != "1" {
		t.Errorf("it is tried again at once: the chart has %s documents", got[0])
	}
	n.carrier.held[owed[0].Link] = time.Now()
	n.carry()
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `document`"); got[0] != "2" {
		t.Errorf("with the file back the chart has %s documents", got[0])
	}
	if owed, err = n.desk.OwedCharts(t.Context(), 0, 10); err != nil || len(owed) != 0 {
		t.Errorf("owed is still %+v, %v", owed, err)
	}
}

func TestLettersThatAChartHadBeforePapersAreNotPutThereAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chart.db")
	open := func(steps []store.Migration) store.DB {
		db, err := sqlite.Open(path, steps, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := open(store.PracticeMigrations()[:9])
	if err := db.Write(t.Context(), func(tx store.Tx) error {
		return tx.Send("INSERT INTO `networkletter` (`LetterNum`, `DocNum`) VALUES (7, 3)")
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(store.PracticeMigrations())
	defer db.Close()
	if err := db.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `DocNum` FROM `networkpaper` WHERE `IsFile` = 0 AND `PaperNum` = 7")
		if !rows.Next() || rows.Int(0) != 3 {
			t.Error("the letter would be put there again")
		}
		return rows.Close()
	}); err != nil {
		t.Error(err)
	}
}
