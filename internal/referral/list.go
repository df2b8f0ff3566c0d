package referral

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ListFilter says which referrals of an account are listed.
type ListFilter struct {
	Drafts   bool               // those that are being filled in, of every origin; else those that were submitted
	FormType string             // "" is any
	Priority lifecycle.Priority // "" is any
	Open     bool               // those that are not finished; with Closed too it is all of them, as with neither
	Closed   bool
	SentFrom dental.Date // those that were submitted on this day and after it; none is any
	SentTo   dental.Date // those that were submitted on this day and before it; none is any
	Search   string      // parts of a URN and of the patient's names: see seek; "" is all
	Order    string      // BySent, ByPatient, ByForm or ByStatus, and of drafts ByCreated, ByPatient or ByForm, with "-" before it the other way round; "" is the first
	After    string      // Page.Next of the page before, which had the same filter and order; "" is the first page
	Count    int         // of a page; 0 is 25, and 100 the most
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

// Page is a part of a list.
type Page struct {
	Lines []Line
	Next  string // for ListFilter.After; "" when this is the end
}

// List lists an account's referrals. What was entered in error is not listed.
func (d *Desk) List(ctx context.Context, caller *Caller, filter ListFilter) (page Page, err error) {
	if filter.Count < 0 {
		return page, fault.New(fault.Invalid, "There is no such page")
	}
	if !filter.SentFrom.IsNone() && !filter.SentTo.IsNone() && filter.SentTo.Before(filter.SentFrom) {
		return page, fault.New(fault.Invalid, "The list is to begin on %s, which is after %s, on which it is to end", filter.SentFrom, filter.SentTo)
	}
	now := d.now()
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		page = Page{}
		r, err := d.listed(c, caller.Account.Practice, filter, now)
		if err != nil {
			return err
		}
		after, err := d.parsePlace(filter.After, r.ordering)
		if err != nil {
			return err
		}
		found, next, err := d.page(&r, c, after, pageSize(filter.Count), now)
		page.Next = next
		for _, one := range found {
			page.Lines = append(page.Lines, one.line.Line)
		}
		return err
	})
	return page, err
}

// A practice's list is read by an index that has its order, so that it costs what a page costs however many referrals there are.
// Where the filter leaves few it is read by the index of those, which are sorted then: what is open, and by name what was sent
// in a few weeks. Where a search finds few of all it is read by their numbers, and sorted too.
const fewDays = 92

// wasSent is of what was submitted. What is asked of atAll is no range for which a list would be read by another index than that of
// its order.
const (
	wasSent = "`SubmittedAt` > '0001-01-01 00:00:00'"
	atAll   = "COALESCE(`SubmittedAt`, `CreatedAt`)"
)

// listed is how a practice's list is read.
func (d *Desk) listed(c store.Conn, practice int64, filter ListFilter, now dental.DateTime) (r reading, err error) {
	own := run{"`PracticeNum` = ?", []store.Value{store.Int(practice)}}
	if filter.Search != "" && !filter.Drafts && !filter.isFew(now) {
		found, isAll, err := seek(filter.Search, true).find(c, practice)
		switch {
		case err != nil:
			return r, err
		case isAll && len(found) == 0:
			own = run{"`ReferralNum` = 0", nil}
		case isAll:
			own = run{"`ReferralNum` IN (?" + strings.Repeat(", ?", len(found)-1) + ")", found}
		}
	}
	return d.listedOf(c, practice, own, filter, now)
}

// isFew tells whether the filter leaves few, by an index that has them.
func (f *ListFilter) isFew(now dental.DateTime) bool {
	name, _ := parseOrder(f.Order)
	return f.Open && !f.Closed && name != ByStatus || name == ByPatient && !f.SentFrom.IsNone() && f.until(now) <= fewDays
}

// listedOf is how those of a practice's referrals are read that are in a run.
func (d *Desk) listedOf(c store.Conn, practice int64, own run, filter ListFilter, now dental.DateTime) (r reading, err error) {
	order := filter.Order
	if order == "" {
		order = BySent
		if filter.Drafts {
			order = ByCreated
		}
	}
	name, isReversed := parseOrder(order)
	latest := sortKey{sql: "`SubmittedAt`", down: true} // of those that are equal the latest
	isFew := filter.isFew(now)
	switch {
	case filter.Drafts && (name == ByStatus || name == BySent), !filter.Drafts && name == ByCreated:
		return r, errNoOrder(order)
	case filter.Drafts:
		base := own.and("`State` IN ('prepared', 'draft') AND `CreatedAt` > ?", store.Text(now.AddSeconds(-formLasts).String()))
		keys, descends := d.keysOf(name, lifecycle.Referrer, sortKey{sql: "`CreatedAt`", down: true})
		r = reading{ordering{order, keys, descends != isReversed}, []run{base}, false}
	case name == BySent && !isFew:
		// The URN is in the index behind the time: MariaDB would sort all of the practice's by anything else.
		r = reading{ordering{order, []sortKey{moment("SubmittedAt"), {sql: "`Urn`", kind: asText, down: !isReversed}}, !isReversed}, []run{own.and(wasSent + " AND `State` <> 'entered_in_error'")}, false}
	case isFew:
		base := own.and(wasSent + " AND `State` <> 'entered_in_error'")
		if filter.Open && !filter.Closed {
			base = own.and(isOpen + " AND `State` <> 'prepared' AND `State` <> 'draft'")
		}
		keys, descends := d.keysOf(name, lifecycle.Referrer, latest)
		r = reading{ordering{order, keys, descends != isReversed}, []run{base}, false}
	case name == ByPatient:
		base := own.and(strings.Replace(wasSent, "`SubmittedAt`", atAll, 1) + " AND `State` <> 'entered_in_error'")
		r = reading{ordering{order, []sortKey{{sql: "`PatientFold`", kind: asText, has: true}}, isReversed}, []run{base}, false}
	case name == ByForm || name == ByStatus:
		column := "FormType"
		values, err := d.formsOf(c, practice)
		if err != nil {
			return r, err
		}
		if name == ByStatus {
			column, values = "State", nil
			for _, state := range lifecycle.States() {
				if filter.Open == filter.Closed || filter.Closed == state.Closed() {
					values = append(values, string(state))
				}
			}
		}
		r = reading{ordering{order, []sortKey{moment("SubmittedAt")}, true}, nil, false}
		for _, value := range values {
			r.runs = append(r.runs, own.and("`"+column+"` = ? AND "+wasSent+" AND `State` <> 'entered_in_error'", store.Text(value)))
		}
		if isReversed {
			slices.Reverse(r.runs)
		}
	}
	if r.keys == nil {
		return r, errNoOrder(order)
	}
	for i := range r.runs {
		r.runs[i] = filter.narrowed(r.runs[i], r.keys[0])
	}
	return r, nil
}

// until is how many days there are from the first day asked for to the last one.
func (f *ListFilter) until(now dental.DateTime) int {
	last := now.Date()
	if !f.SentTo.IsNone() {
		last = f.SentTo
	}
	return last.DaysSince(f.SentFrom)
}

// narrowed is the run with what the filter leaves of it, read in the order of a key.
func (f *ListFilter) narrowed(r run, by sortKey) run {
	if f.FormType != "" {
		r = r.and("`FormType` = ?", store.Text(f.FormType))
	}
	if f.Priority != "" {
		r = r.and("`Priority` = ?", store.Text(f.Priority))
	}
	if f.Closed && !f.Open {
		r = r.and("`State` IN ('discharged', 'rejected', 'withdrawn')")
	}
	at := "`SubmittedAt`"
	if by.has && by.kind == asText {
		at = atAll
	}
	if !f.Drafts && !f.SentFrom.IsNone() {
		r = r.and(at+" >= ?", store.Text(f.SentFrom.String()+" 00:00:00"))
	}
	if !f.Drafts && !f.SentTo.IsNone() {
		r = r.and(at+" <= ?", store.Text(f.SentTo.String()+" 23:59:59"))
	}
	return seek(f.Search, true).in(r)
}

// formsOf are all forms in the order of their titles, and behind them what else a practice's referrals have: no form, and those that
// the operator has taken away. Each is one step in an index.
func (d *Desk) formsOf(c store.Conn, practice int64) (names []string, err error) {
	var gone []string
	names = d.formsByTitle()
	where, args := "", []store.Value{store.Int(practice)}
	for {
		rows := c.Query("SELECT `FormType` FROM `referral` WHERE `PracticeNum` = ?"+where+" ORDER BY `FormType` LIMIT 1", args...)
		found := rows.Next()
		if found {
			name := string(rows.Text(0))
			if !slices.Contains(names, name) {
				gone = append(gone, name)
			}
			where, args = " AND `FormType` > ?", []store.Value{store.Int(practice), store.Text(name)}
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
		if !found {
			return append(names, gone...), nil
		}
	}
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
