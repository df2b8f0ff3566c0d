package od

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Progress is what has become of a referral, for the chart of a practice that follows it.
type Progress struct {
	URN        string
	Seq        int64 // of the last step that is told
	Status     dental.RefToStatus
	StatusSeq  int64       // of the step that gave it this status: what somebody has set by hand since stays
	Completed  dental.Date // none unless the treatment is complete
	Lines      []ProgressLine
	IsOutgoing bool
}

// ProgressLine is one line of the communication log.
type ProgressLine struct {
	Seq  int64
	At   dental.DateTime
	Text string
}

// ApplyProgress notes progress in a practice's chart: the attachment's status, and a line of the communication log for each
// step. What was noted before is not noted again.
func ApplyProgress(ctx context.Context, desk Desk, p Progress) error {
	return desk.write(ctx, func(tx *record.Tx) error {
		link, err := linkByURN(tx, p.URN, p.IsOutgoing)
		if err != nil {
			return err
		}
		if link == nil {
			return fault.New(fault.NotFound, "The chart does not know the referral %s", p.URN)
		}
		if link.AppliedSeq >= p.Seq || link.IsGone {
			return nil
		}
		old, err := refAttaches.Get(tx, int64(link.RefAttachNum))
		if fault.Is(err, fault.NotFound) {
			return nil // removed, and about to be told
		}
		if err != nil {
			return err
		}
		changed := *old
		if p.StatusSeq > link.AppliedSeq {
			changed.RefToStatus = p.Status
			if !p.Completed.IsNone() {
				changed.DateProcComplete = p.Completed
			}
		}
		if err := record.Update(tx, refAttaches, old, &changed); err != nil {
			return err
		}
		for _, line := range p.Lines {
			if line.Seq <= link.AppliedSeq {
				continue
			}
			if err := addCommlog(tx, &Commlog{
				PatNum: old.PatNum, CommDateTime: line.At, Note: line.Text + " (" + p.URN + ")", Mode: dental.CommModeNone, SentOrReceived: dental.CommReceived,
			}, "MISC"); err != nil {
				return err
			}
		}
		return tx.Send("UPDATE `networkreferral` SET `AppliedSeq` = ? WHERE `RefAttachNum` = ?", store.Int(p.Seq), store.Int(link.RefAttachNum))
	})
}

// Incoming is a referral that comes to a practice.
type Incoming struct {
	URN       string
	From      string // the referring practice's name
	RefDate   dental.Date
	Note      string
	First     string
	Last      string
	Birthdate dental.Date
	Phone     string
	Email     string
	IsUrgent  bool
}

// Received is what an incoming referral made.
type Received struct {
	PatNum       dental.PatNum
	RefAttachNum dental.RefAttachNum
	IsNew        bool // the patient was made
	Candidates   int  // patients who look alike; who is meant, a person decides
}

// ReceiveReferral puts a referral into the chart of the practice that treats: the patient, who is one of the practice's where
// exactly one has the same names and date of birth, and new else; the referring practice as a source; and an attachment
// RefFrom. A referral that was received is received: the second call changes nothing.
func ReceiveReferral(ctx context.Context, desk Desk, in Incoming) (made Received, err error) {
	err = desk.write(ctx, func(tx *record.Tx) error {
		made = Received{}
		link, err := linkByURN(tx, in.URN, false)
		if err != nil {
			return err
		}
		if link != nil {
			made.RefAttachNum = link.RefAttachNum
			return nil
		}
		patient, err := findOrMakePatient(tx, in, &made)
		if err != nil {
			return err
		}
		made.PatNum = patient
		attach := &RefAttach{ReferralName: in.From, PatNum: patient, RefDate: in.RefDate, ReferralType: dental.RefFrom, Note: in.Note}
		if err := resolveSource(tx, attach); err != nil {
			return err
		}
		if err := placeAgain(tx, attach); err != nil {
			return err
		}
		if err := record.Create(tx, refAttaches, attach); err != nil {
			return err
		}
		made.RefAttachNum = attach.RefAttachNum
		text := "Referral received from " + in.From
		if in.IsUrgent {
			text = "Urgent referral received from " + in.From
		}
		if made.Candidates > 0 {
			text += fmt.Sprintf("; %d patients of the practice look alike, please compare", made.Candidates)
		}
		if err := addCommlog(tx, &Commlog{PatNum: patient, CommDateTime: tx.At, Note: text + " (" + in.URN + ")", Mode: dental.CommModeNone, SentOrReceived: dental.CommReceived}, "MISC"); err != nil {
			return err
		}
		madeFor := dental.PatNum(0)
		if made.IsNew {
			madeFor = patient
		}
		return tx.Send("INSERT INTO `networkreferral` (`RefAttachNum`, `Urn`, `IsOutgoing`, `MadePatNum`) VALUES (?, ?, 0, ?)", store.Int(attach.RefAttachNum), store.Text(in.URN), store.Int(madeFor))
	})
	return made, err
}

// placeAgain is placeBehind for a patient who may be referred by the same source more than once.
func placeAgain(tx *record.Tx, attach *RefAttach) error {
	rows := tx.Query("SELECT COALESCE((SELECT MAX(`ItemOrder`) FROM `refattach` WHERE `PatNum` = ?), -1) + 1", store.Int(attach.PatNum))
	if rows.Next() {
		attach.ItemOrder = int(rows.Int(0))
	}
	return rows.Close()
}

// findOrMakePatient is the patient whom findPatient finds, else a new one.
func findOrMakePatient(tx *record.Tx, in Incoming, made *Received) (dental.PatNum, error) {
	found, err := findPatient(tx, in, made)
	if err != nil || found != 0 {
		return found, err
	}
	made.IsNew = true
	return makePatient(tx, in)
}

// findPatient is the patient who reaches the line for linking without being asked about, if there is exactly one; whoever only
// looks alike is counted and not linked. It is 0 where there is none.
func findPatient(tx *record.Tx, in Incoming, made *Received) (dental.PatNum, error) {
	found, err := matches(tx, in)
	if err != nil {
		return 0, err
	}
	var sure []dental.PatNum
	for _, m := range found {
		if m.Score >= MatchLine {
			sure = append(sure, m.PatNum)
		}
	}
	if len(sure) == 1 {
		return sure[0], nil
	}
	made.Candidates = len(found)
	return 0, nil
}

// makePatient makes a patient as a POST would, of what a referral says of one.
func makePatient(tx *record.Tx, in Incoming) (dental.PatNum, error) {
	fields := map[string]string{"LName": within(in.Last, 100), "FName": within(in.First, 100), "WirelessPhone": within(in.Phone, 30), "Email": within(in.Email, 100)}
	if !in.Birthdate.IsNone() {
		fields["Birthdate"] = in.Birthdate.String()
	}
	for _, name := range []string{"LName", "FName"} {
		if fields[name] == "" {
			fields[name] = "Unknown"
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return 0, err
	}
	input, err := patients.Decode(text, resource.Creating)
	if err != nil {
		return 0, err
	}
	patient := Patients.fresh(input)
	if err := Patients.faults(input, nil, patient); err != nil {
		return 0, err
	}
	if err := createPatient(tx, Body{Input: input}, patient); err != nil {
		return 0, err
	}
	return patient.PatNum, nil
}

// within cuts a text to a column's length.
func within(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}
