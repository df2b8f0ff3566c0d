package referral

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// row is the referral's own row.
type row struct {
	Num          int64
	URN          string
	Practice     int64
	State        State
	Seq          int64
	Version      int64
	FormType     string
	FormVersion  string
	SystemType   string
	CreatedAt    dental.DateTime
	SubmittedAt  dental.DateTime
	IsSingleFile bool
	WebhookURL   string
	Upload       int64
	ReferrerName string
	Priority     string
	Area         int64
	BirthDate    dental.Date
	Replaces     int64 // the rejected one that it is in place of; 0 for none

	amends bool // its form is open once more, because more was asked for
}

const rowColumns = "SELECT `ReferralNum`, `Urn`, `PracticeNum`, `State`, `Seq`, `Version`, `FormType`, `FormVersion`, `SystemType`, `CreatedAt`, `SubmittedAt`, " +
	"`IsSingleFile`, `WebhookUrl`, `FileUploadNum`, `ReferrerName`, `Priority`, `AreaNum`, `ReplacesNum`, `BirthDate` FROM `referral` "

func scanRow(r store.Row) *row {
	return &row{Num: r.Int(0), URN: string(r.Text(1)), Practice: r.Int(2), State: State(r.Text(3)), Seq: r.Int(4), Version: r.Int(5),
		FormType: string(r.Text(6)), FormVersion: string(r.Text(7)), SystemType: string(r.Text(8)), CreatedAt: dateTime(r.Text(9)),
		SubmittedAt: dateTime(r.Text(10)), IsSingleFile: r.Int(11) != 0, WebhookURL: string(r.Text(12)), Upload: r.Int(13),
		ReferrerName: string(r.Text(14)), Priority: string(r.Text(15)), Area: r.Int(16), Replaces: r.Int(17), BirthDate: date(r.Text(18))}
}

// errNoReferral is one for all: for a URN that was never given, and for another account's.
func errNoReferral(urn string) error {
	return fault.New(fault.NotFound, "There is no referral %s", urn)
}

func findRow(c store.Conn, urn string) (*row, error) {
	var found *row
	if _, err := one(c, func(r store.Row) { found = scanRow(r) }, rowColumns+"WHERE `Urn` = ?", store.Text(urn)); err != nil {
		return nil, err
	}
	if found == nil {
		return nil, errNoReferral(urn)
	}
	return found, nil
}

// ownRow is the row of a referral of the caller's account.
func ownRow(c store.Conn, caller *Caller, urn string) (*row, error) {
	r, err := findRow(c, urn)
	if err == nil && r.Practice != caller.Account.Practice {
		return nil, errNoReferral(urn)
	}
	return r, err
}

// open tells whether the form can be filled in at a moment.
func (r *row) isOpen(at dental.DateTime) bool {
	return canBeFilled(r.State) && at.Before(r.CreatedAt.AddSeconds(formLasts))
}
