package referral

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// AnswerPath is where the pages take a link of AnswerLink; the token follows.
const AnswerPath = "/answer/"

// The days that an answer link lasts: by default, and at most.
const (
	AnswerDays    = 60
	maxAnswerDays = 366
)

// AnswerLink is a link by which a specialist without an account acts on one referral, for as long as the allocation lasts
// that was open when it was made. Its token is nowhere but in the link itself.
type AnswerLink struct {
	Num                             int64
	URN                             string
	Provider                        string // the allocation's
	CreatedAt, ExpiresAt, RevokedAt dental.DateTime
	ClosedAs                        string // how the allocation has ended; "" while it lasts

	referral int64
	ordinal  int
	closedAt dental.DateTime
}

// State says in a word whether the link opens the referral at a moment: "open", "revoked", "expired", or how its allocation
// has ended.
func (l AnswerLink) State(now dental.DateTime) string {
	switch {
	case !l.RevokedAt.IsNone():
		return "revoked"
	case l.ClosedAs != "":
		return l.ClosedAs
	case !now.Before(l.ExpiresAt):
		return "expired"
	}
	return "open"
}

// MakeAnswerLink makes a link for the provider who has the referral; days 0 are AnswerDays. A referral that nobody has is a Conflict.
func (d *Desk) MakeAnswerLink(ctx context.Context, caller audit.Caller, urn string, days int) (token string, err error) {
	return d.makeLink(days, func(fn func(*record.Tx, *row) error) error {
		return d.hub.Write(ctx, caller, func(tx *record.Tx) error {
			r, err := findRow(tx, urn)
			if err != nil {
				return err
			}
			return fn(tx, r)
		})
	})
}

// makeLink makes a link in the transaction of on, for the referral that on finds.
func (d *Desk) makeLink(days int, on func(func(*record.Tx, *row) error) error) (token string, err error) {
	if days == 0 {
		days = AnswerDays
	}
	if days < 1 || days > maxAnswerDays {
		return "", invalid("days", "an answer link lasts from 1 to %d days", maxAnswerDays)
	}
	token = rand.Text()
	err = on(func(tx *record.Tx, r *row) error {
		life, err := readLife(tx, r.Num)
		if err != nil {
			return err
		}
		ordinal := openOrdinal(&life)
		if ordinal == 0 {
			return fault.New(fault.Conflict, "The referral %s is with no provider; a link is made when it is allocated", r.URN)
		}
		num, err := tx.Exec("INSERT INTO `answerlink` (`TokenHash`, `ReferralNum`, `Ordinal`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, ?, ?, ?)",
			store.Text(hashOf(token)), store.Int(r.Num), store.Int(int64(ordinal)), store.Text(tx.At.String()), store.Text(tx.At.AddSeconds(days*24*60*60).String()))
		if err != nil {
			return err
		}
		return tx.Note(audit.Create, "answerlink", num, "")
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// openOrdinal is the number of the allocation that is open, from 1; 0 is none.
func openOrdinal(life *lifecycle.Referral) int {
	for i, a := range life.Allocations {
		if a.Open() {
			return i + 1
		}
	}
	return 0
}

// AnswerLinks are the links of a referral, the latest first.
func (d *Desk) AnswerLinks(ctx context.Context, urn string) (links []AnswerLink, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		r, err := findRow(c, urn)
		if err != nil {
			return err
		}
		links, err = readLinks(c, r.Num)
		return err
	})
	return links, err
}

func readLinks(c store.Conn, referral int64) (links []AnswerLink, err error) {
	rows := c.Query(answerLinkColumns+"WHERE `l`.`ReferralNum` = ? ORDER BY `l`.`LinkNum` DESC", store.Int(referral))
	for rows.Next() {
		links = append(links, scanAnswerLink(rows))
	}
	return links, rows.Close()
}

// RevokeAnswerLinks ends all links of a referral that are not revoked yet, and tells how many those were.
func (d *Desk) RevokeAnswerLinks(ctx context.Context, caller audit.Caller, urn string) (ended int, err error) {
	err = d.hub.Write(ctx, caller, func(tx *record.Tx) error {
		ended = 0
		r, err := findRow(tx, urn)
		if err != nil {
			return err
		}
		var nums []int64
		rows := tx.Query("SELECT `LinkNum` FROM `answerlink` WHERE `ReferralNum` = ? AND `RevokedAt` = '0001-01-01 00:00:00' ORDER BY `LinkNum`", store.Int(r.Num))
		for rows.Next() {
			nums = append(nums, rows.Int(0))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, num := range nums {
			if err := revokeLink(tx, num); err != nil {
				return err
			}
		}
		ended = len(nums)
		return nil
	})
	return ended, err
}

func revokeLink(tx *record.Tx, num int64) error {
	if err := tx.Send("UPDATE `answerlink` SET `RevokedAt` = ? WHERE `LinkNum` = ?", store.Text(tx.At.String()), store.Int(num)); err != nil {
		return err
	}
	return tx.Note(audit.Revoke, "answerlink", num, "")
}

const answerLinkColumns = "SELECT `l`.`LinkNum`, `l`.`ReferralNum`, `l`.`Ordinal`, `l`.`CreatedAt`, `l`.`ExpiresAt`, `l`.`RevokedAt`, `r`.`Urn`, `a`.`ProviderName`, `a`.`ClosedAs`, `a`.`ClosedAt` FROM `answerlink` AS `l` " +
	"JOIN `referral` AS `r` ON `r`.`ReferralNum` = `l`.`ReferralNum` JOIN `allocation` AS `a` ON `a`.`ReferralNum` = `l`.`ReferralNum` AND `a`.`Ordinal` = `l`.`Ordinal` "

func scanAnswerLink(r store.Row) AnswerLink {
	return AnswerLink{Num: r.Int(0), referral: r.Int(1), ordinal: int(r.Int(2)), CreatedAt: dateTime(r.Text(3)), ExpiresAt: dateTime(r.Text(4)),
		RevokedAt: dateTime(r.Text(5)), URN: string(r.Text(6)), Provider: string(r.Text(7)), ClosedAs: string(r.Text(8)), closedAt: dateTime(r.Text(9))}
}

// caller is who comes by the link, as the trail names it.
func (l AnswerLink) caller(requestID string) *Caller {
	return &Caller{Account: &Account{Name: l.Provider}, Role: lifecycle.Provider, Name: fmt.Sprintf("answer link %d", l.Num), RequestID: requestID}
}

// findAnswerLink finds a link by its token: NotFound where there is none, and Gone, with the link, where it opens nothing any more.
func findAnswerLink(c store.Conn, token string, now dental.DateTime) (link AnswerLink, err error) {
	found, err := one(c, func(r store.Row) { link = scanAnswerLink(r) }, answerLinkColumns+"WHERE `l`.`TokenHash` = ?", store.Text(hashOf(token)))
	if err != nil {
		return link, err
	}
	if !found {
		return link, fault.New(fault.NotFound, "There is no such link")
	}
	switch state := link.State(now); state {
	case "open":
		return link, nil
	case "revoked":
		return link, fault.New(fault.Gone, "This link was ended by the referral centre")
	case "expired":
		return link, fault.New(fault.Gone, "This link has expired")
	default:
		words, known := closedWords[state]
		if !known {
			words = "is closed"
		}
		year, month, day := link.closedAt.Date().Calendar()
		return link, fault.New(fault.Gone, "The referral %s %s, on %d %s %d", link.URN, words, day, time.Month(month), year)
	}
}

// EndedAnswer is what may be said of a link that opens nothing any more to whoever has it.
type EndedAnswer struct {
	URN      string
	ClosedAs string  // how its allocation has ended; "" where only the link did
	Centre   Account // who looks after the referral: whom to call. Without a name where nobody does
}

// EndedAnswer finds whom to call about a link that opens nothing any more. It is NotFound where there is no such link.
func (d *Desk) EndedAnswer(ctx context.Context, token string) (ended EndedAnswer, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		link, err := findAnswerLink(c, token, d.now())
		if link.Num == 0 {
			return err
		}
		r, err := findRow(c, link.URN)
		if err != nil {
			return err
		}
		ended = EndedAnswer{URN: link.URN, ClosedAs: link.ClosedAs}
		ended.Centre, err = centreOf(c, r)
		return err
	})
	return ended, err
}

// closedWords say how an allocation has ended.
var closedWords = map[string]string{
	"redirected": "was sent on to another provider", "returned": "went back to the referral centre", "rejected": "went back to the referrer",
	"discharged": "is finished: the patient was discharged", "withdrawn": "was withdrawn", "entered_in_error": "was entered in error",
}

// answering runs fn with the link of a token; a link that opens nothing any more is noted in the trail as a refusal.
func (d *Desk) answering(ctx context.Context, token, requestID string, fn func(link AnswerLink) error) error {
	var link AnswerLink
	err := d.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		link, err = findAnswerLink(c, token, d.now())
		return err
	})
	if err == nil {
		err = fn(link)
	}
	if link.Num != 0 && fault.Is(err, fault.Gone) {
		if noted := d.hub.Refuse(ctx, link.caller(requestID).audit(), "answerlink", link.Num, fault.From(err)); noted != nil {
			return noted
		}
	}
	return err
}
