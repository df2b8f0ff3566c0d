package referral

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ListFilter says which referrals of an account are listed.
type ListFilter struct {
	Drafts bool   // those that are being filled in, of every origin; else those that were submitted
	Search string // a URN or its beginning, or parts of the patient's name; "" is all
	After  int64  // Page.Next of the page before; 0 is the first page
	Count  int    // of a page; 0 is 25, and 100 the most
}

// Line is one referral of a list.
type Line struct {
	Num          int64
	URN          string
	State        State
	Status       string // as the status calls word it
	FormType     string
	Reason       string
	Priority     string
	PatientFirst string
	PatientLast  string
	BirthDate    dental.Date
	ReferrerName string
	CreatedAt    dental.DateTime
	SubmittedAt  dental.DateTime // none of one that is being filled in
	ExpiresAt    dental.DateTime // of one that is being filled in
	HasFiles     bool            // whether its PDFs are made
}

// Page is a part of a list, the latest first.
type Page struct {
	Lines []Line
	Next  int64 // for ListFilter.After; 0 when this is the end
}

// List lists an account's referrals. What was entered in error is not listed.
func (d *Desk) List(ctx context.Context, caller *Caller, filter ListFilter) (Page, error) {
	if filter.Count < 0 || filter.After < 0 {
		return Page{}, fault.New(fault.Invalid, "There is no such page")
	}
	count := min(filter.Count, 100)
	if count == 0 {
		count = 25
	}
	sql := lineColumns + " FROM `referral` WHERE `PracticeNum` = ?"
	args := []store.Value{store.Int(caller.Account.Practice)}
	where := func(condition string, values ...store.Value) {
		sql, args = sql+" AND "+condition, append(args, values...)
	}
	// Of drafts the order is that of their numbers. Of what was submitted it is the time, and in a second the number;
	// a page begins after the last line of the one before, so that what is submitted meanwhile moves nothing.
	order := " ORDER BY `ReferralNum` DESC LIMIT ?"
	if filter.Drafts {
		where("`State` IN ('prepared', 'draft') AND `CreatedAt` > ?", store.Text(d.now().AddSeconds(-formLasts).String()))
		if filter.After > 0 {
			where("`ReferralNum` < ?", store.Int(filter.After))
		}
	} else {
		order = " ORDER BY `SubmittedAt` DESC, `ReferralNum` DESC LIMIT ?"
		where("`SubmittedAt` > '0001-01-01 00:00:00' AND `State` <> 'entered_in_error'")
		if filter.After > 0 {
			at, err := d.submittedAt(ctx, caller, filter.After)
			if err != nil {
				return Page{}, err
			}
			where("(`SubmittedAt` < ? OR `SubmittedAt` = ? AND `ReferralNum` < ?)", store.Text(at.String()), store.Text(at.String()), store.Int(filter.After))
		}
	}
	for _, word := range searched(filter.Search) {
		where(word.where, word.args...)
	}
	var page Page
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query(sql+order, append(args, store.Int(count+1))...)
		for rows.Next() {
			page.Lines = append(page.Lines, scanLine(rows))
		}
		return rows.Close()
	})
	if len(page.Lines) > count {
		page.Lines = page.Lines[:count]
		page.Next = page.Lines[count-1].Num
	}
	return page, err
}

// searched are the conditions that a search makes: a word with a digit is the beginning of a URN, another one a part of the
// patient's name.
func searched(search string) (conditions []run) {
	for word := range strings.FieldsSeq(dental.Fold(search)) {
		if urn := strings.ToUpper(word); strings.ContainsAny(urn, "0123456789") {
			conditions = append(conditions, run{"`Urn` LIKE ? ESCAPE '!'", []store.Value{store.Text(strings.TrimPrefix(like(urn), "%"))}})
		} else {
			conditions = append(conditions, run{"`PatientFold` LIKE ? ESCAPE '!'", []store.Value{store.Text(like(word))}})
		}
	}
	return conditions
}

const lineColumns = "SELECT `ReferralNum`, `Urn`, `State`, `StatusText`, `FormType`, `Reason`, `Priority`, `PatientFirst`, `PatientLast`, `BirthDate`, `ReferrerName`, `CreatedAt`, `SubmittedAt`, `FileKinds`"

func scanLine(r store.Row) Line {
	line := Line{Num: r.Int(0), URN: string(r.Text(1)), State: State(r.Text(2)), FormType: string(r.Text(4)), Reason: string(r.Text(5)),
		Priority: string(r.Text(6)), PatientFirst: string(r.Text(7)), PatientLast: string(r.Text(8)), BirthDate: date(r.Text(9)),
		ReferrerName: string(r.Text(10)), CreatedAt: dateTime(r.Text(11)), SubmittedAt: dateTime(r.Text(12)), HasFiles: len(r.Text(13)) > 0}
	line.Status = string(r.Text(3))
	if canBeFilled(line.State) {
		line.ExpiresAt = line.CreatedAt.AddSeconds(formLasts)
	}
	return line
}

// submittedAt finds where a page begins.
func (d *Desk) submittedAt(ctx context.Context, caller *Caller, num int64) (at dental.DateTime, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := one(c, func(r store.Row) { at = dateTime(r.Text(0)) },
			"SELECT `SubmittedAt` FROM `referral` WHERE `ReferralNum` = ? AND `PracticeNum` = ?", store.Int(num), store.Int(caller.Account.Practice))
		return err
	})
	return at, err
}
