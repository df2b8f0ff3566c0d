package loop

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// reasonOf sends an attachment with some fields and is what it is referred for, as the referring practice's list has it.
func (n *network) reasonOf(fields string) (urn, reason string) {
	n.t.Helper()
	patient := n.create(n.from, od.Patients, `{"LName": "Clark", "FName": "Joe", "Birthdate": "1980-05-01"}`)
	fields = strings.ReplaceAll(fields, "PATIENT", fmt.Sprint(patient))
	if strings.Contains(fields, "PROC") {
		proc := n.create(n.from, od.Procedurelogs, fmt.Sprintf(`{"PatNum": %d, "ProcDate": "2026-11-02", "ProcStatus": "TP", "procCode": "D7240"}`, patient))
		fields = strings.ReplaceAll(fields, "PROC", fmt.Sprint(proc))
	}
	attach := n.create(n.from, od.RefAttaches, fmt.Sprintf(`{"PatNum": %d, "ReferralNum": %d, "ReferralType": "RefTo"%s}`, patient, n.source, fields))
	n.carry()
	urn = n.rows(n.from, fmt.Sprintf("SELECT `Urn` FROM `networkreferral` WHERE `RefAttachNum` = %d", attach))[0]
	account, err := n.desk.AccountOf(n.t.Context(), int64(n.from.Num))
	if err != nil {
		n.t.Fatal(err)
	}
	status, err := n.desk.Status(n.t.Context(), account, urn)
	if err != nil {
		n.t.Fatal(err)
	}
	return urn, status.Reason
}

func TestAReferralOfAChartSaysWhatItIsFor(t *testing.T) {
	n := newNetwork(t)
	n.at(n.from, func(desk od.Desk) error {
		return desk.Book.DB.Write(t.Context(), func(tx store.Tx) error {
			return tx.Send("INSERT INTO `procedurecode` (`ProcCode`, `Descript`) VALUES ('D7240', 'removal of impacted tooth - completely bony')")
		})
	})
	long := strings.Repeat("Impacted wisdom tooth; ", 20)
	for fields, want := range map[string]string{
		`, "Note": "Lower left wisdom tooth"`:                               "Lower left wisdom tooth",
		`, "Note": "\r\n  Lower left   wisdom tooth \r\nCall first please"`: "Lower left wisdom tooth",
		`, "ProcNum": PROC`: "removal of impacted tooth - completely bony",
		`, "ProcNum": PROC, "Note": "Call first please"`: "removal of impacted tooth - completely bony",
		``: "Referral",
	} {
		if _, got := n.reasonOf(fields); !strings.EqualFold(got, want) {
			t.Errorf("with %q it is for %q, want %q", fields, got, want)
		}
	}
	_, got := n.reasonOf(`, "Note": "` + long + `"`)
	if utf8.RuneCountInString(got) > 120 || !strings.HasSuffix(got, "tooth…") || !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) {
		t.Errorf("a long note becomes %q", got)
	}
	surgery := n.rows(n.from, "SELECT `DefNum` FROM `definition` WHERE `Category` = 35 AND `ItemName` LIKE '%surg%' ORDER BY `DefNum` LIMIT 1")
	if len(surgery) != 1 {
		t.Fatal("the practice knows no surgeons")
	}
	n.update(n.from, od.Referrals, n.source, fmt.Sprintf(`{"Specialty": %s}`, surgery[0]))
	if _, got := n.reasonOf(""); !strings.Contains(got, "Surg") {
		t.Errorf("of a source with a specialty it is for %q", got)
	}
}

// What the referral is for is for those who treat, and not for the patient's tracker nor a log.
func TestWhatAReferralIsForIsNotTrackedAndNotLogged(t *testing.T) {
	n := newNetwork(t)
	var log bytes.Buffer
	n.carrier = New(n.practices, n.desk, n.shelf, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), Tick)
	urn, reason := n.reasonOf(`, "Note": "Suspicious ulcer"`)
	if reason != "Suspicious ulcer" {
		t.Fatalf("it is for %q", reason)
	}
	born, err := dental.ParseDate("1980-05-01")
	if err != nil {
		t.Fatal(err)
	}
	tracked, err := n.desk.Track(t.Context(), urn, born)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%+v", tracked); strings.Contains(text, "ulcer") || !strings.Contains(text, "St Clements") {
		t.Errorf("the patient is told %s", text)
	}
	if strings.Contains(log.String(), "ulcer") {
		t.Errorf("the log says %s", log.String())
	}
}
