package referral

import (
	"encoding/json"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Intake is a referral that comes in without a form of ours: through another organisation's system.
type Intake struct {
	Origin       string          // "salesforce"
	State        lifecycle.State // Draft, or Submitted
	Priority     lifecycle.Priority
	ReferrerName string
	Reason       string
	First, Last  string
	BirthDate    dental.Date
	// Given is what a form of ours begins with, under the names of the Dental Referrals API's parameters: a draft that
	// comes in is completed on one.
	Given map[string]string
	// Says is what the sender has to say; it begins the referral's thread.
	Says string
}

// TakeIn opens a referral within the caller's transaction, in which the other system's own records are written too. It
// gets a URN as every other.
func (d *Desk) TakeIn(tx *record.Tx, caller *Caller, in Intake) (num int64, err error) {
	urn, err := takeURN(tx, caller.Account.Practice)
	if err != nil {
		return 0, err
	}
	given, err := json.Marshal(in.Given)
	if err != nil {
		return 0, err
	}
	step := lifecycle.Event{Move: lifecycle.SaveDraft, Role: lifecycle.Referrer, Actor: caller.Account.Practice, ActorName: caller.Name}
	submitted := dental.DateTime{}
	if in.State == lifecycle.Submitted {
		step.Move, step.Data = lifecycle.Submit, lifecycle.Data{Priority: in.Priority, Version: 1}
		submitted = tx.At
	}
	num, err = tx.Exec("INSERT INTO `referral` (`Urn`, `PracticeNum`, `State`, `Seq`, `Version`, `Priority`, `Origin`, `ReferrerName`, `Reason`, `PatientFirst`, `PatientLast`, `PatientFold`, `BirthDate`, "+
		"`CreatedAt`, `SubmittedAt`) VALUES (?, ?, '', 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Text(urn), store.Int(caller.Account.Practice), store.Int(int64(step.Data.Version)), store.Text(in.Priority), store.Text(in.Origin), store.Text(in.ReferrerName),
		store.Text(in.Reason), store.Text(in.First), store.Text(in.Last), store.Text(nameKey(in.First, in.Last, in.BirthDate)), store.Text(in.BirthDate.String()),
		store.Text(tx.At.String()), store.Text(submitted.String()))
	if err != nil {
		return 0, err
	}
	if err := tx.Send("INSERT INTO `referralanswers` (`ReferralNum`, `Rev`, `Given`, `Answers`, `UpdatedAt`) VALUES (?, 1, ?, '{}', ?)",
		store.Int(num), store.Text(string(given)), store.Text(tx.At.String())); err != nil {
		return 0, err
	}
	r := &row{Num: num, URN: urn, Practice: caller.Account.Practice}
	if err := setArea(tx, r); err != nil {
		return 0, err
	}
	if _, err = makeStep(tx, r, step); err != nil {
		return 0, err
	}
	for _, part := range inParts(in.Says, longestEventText) {
		step := lifecycle.Event{Move: lifecycle.Message, Role: lifecycle.Referrer, Actor: caller.Account.Practice, ActorName: caller.Name, Public: part}
		if _, err := makeStep(tx, r, step); err != nil {
			return 0, err
		}
	}
	return num, nil
}

// inParts cuts a text into messages of a length in characters; what is cut off one is in the next.
func inParts(text string, most int) (parts []string) {
	for runes := []rune(text); len(runes) > 0; {
		part := runes[:min(most, len(runes))]
		runes = runes[len(part):]
		if strings.TrimSpace(string(part)) != "" {
			parts = append(parts, string(part))
		}
	}
	return parts
}

// LifeOf is what a referral's steps come to, for who reads it within a transaction of their own.
func LifeOf(c store.Conn, referral int64) (lifecycle.Referral, error) { return readLife(c, referral) }
