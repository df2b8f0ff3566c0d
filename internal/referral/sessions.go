package referral

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Link is what is known of a prepared form's link without opening it.
type Link struct {
	URN     string
	State   State
	Used    bool // it was opened once, and opens nothing more
	Expired bool // it was not opened in time, or its form not submitted in time
}

// errNoLink says the same of a link that was never made as of one that is another's.
var errNoLink = fault.New(fault.NotFound, "There is no such form")

// storedLink is a link's row with its referral's.
type storedLink struct {
	practice, key, referral int64
	expires, used, created  dental.DateTime
	urn                     string
	state                   State
}

func findLink(c store.Conn, token string) (link storedLink, err error) {
	found, err := one(c, func(r store.Row) {
		link = storedLink{r.Int(0), r.Int(1), r.Int(2), dateTime(r.Text(3)), dateTime(r.Text(4)), dateTime(r.Text(5)), string(r.Text(6)), State(r.Text(7))}
	}, "SELECT `l`.`PracticeNum`, `l`.`FormKeyNum`, `l`.`ReferralNum`, `l`.`ExpiresAt`, `l`.`UsedAt`, `l`.`CreatedAt`, `r`.`Urn`, `r`.`State` FROM `preparedlink` AS `l` LEFT JOIN `referral` AS `r` ON `r`.`ReferralNum` = `l`.`ReferralNum` WHERE `l`.`TokenHash` = ?",
		store.Text(hashOf(token)))
	if err == nil && !found {
		err = errNoLink
	}
	return link, err
}

// look is what is told of the link of a form.
func (l storedLink) look(now dental.DateTime) Link {
	submitted := !canBeFilled(l.state) && l.state != StateExpired && l.urn != ""
	lapsed := l.state == StateExpired || canBeFilled(l.state) && l.created.AddSeconds(formLasts).Before(now)
	return Link{URN: l.urn, State: l.state, Used: !l.used.IsNone() || submitted, Expired: lapsed || l.used.IsNone() && !submitted && l.expires.Before(now)}
}

// Link looks at a prepared form's link. It never uses it up: programs that look at links in advance do no harm.
func (d *Desk) Link(ctx context.Context, uuid string) (Link, error) {
	var link storedLink
	err := d.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		link, err = findLink(c, uuid)
		return err
	})
	if err == nil && link.referral == 0 {
		err = errNoLink
	}
	if err != nil {
		return Link{}, err
	}
	return link.look(d.now()), nil
}

// Enter opens a prepared form in a browser: the link is used up, and a session of its account lasts for a day.
// It is Gone when the link was opened before or has expired.
func (d *Desk) Enter(ctx context.Context, uuid string) (session, urn string, err error) {
	return d.enter(ctx, uuid, false)
}

// EnterAccount opens the practice's own list by a link of AccountLink.
func (d *Desk) EnterAccount(ctx context.Context, token string) (session string, err error) {
	session, _, err = d.enter(ctx, token, true)
	return session, err
}

// entering is who opens a link: nobody is known until it is open.
var entering = &Caller{Name: "link"}

func (d *Desk) enter(ctx context.Context, token string, account bool) (session, urn string, err error) {
	session = rand.Text()
	err = d.write(ctx, entering, func(tx *record.Tx) error {
		link, err := findLink(tx, token)
		if err != nil {
			return err
		}
		if account != (link.referral == 0) {
			return errNoLink
		}
		look := link.look(tx.At)
		switch {
		case look.Used:
			return fault.New(fault.Gone, "This link was opened before; each opens a form once")
		case look.Expired:
			return fault.New(fault.Gone, "This link has expired; ask for a new one")
		}
		urn = link.urn
		if err := tx.Send("UPDATE `preparedlink` SET `UsedAt` = ? WHERE `TokenHash` = ?", store.Text(tx.At.String()), store.Text(hashOf(token))); err != nil {
			return err
		}
		if err := tx.Send("INSERT INTO `websession` (`SessionHash`, `PracticeNum`, `FormKeyNum`, `ReferralNum`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, ?, ?, ?, ?)",
			store.Text(hashOf(session)), store.Int(link.practice), store.Int(link.key), store.Int(link.referral), store.Text(tx.At.String()),
			store.Text(tx.At.AddSeconds(sessionLasts).String())); err != nil {
			return err
		}
		return tx.Note(audit.Create, "websession", link.referral, "")
	})
	if err != nil {
		return "", "", err
	}
	return session, urn, nil
}

// AccountPath is where the pages take a link of AccountLink; the token follows.
const AccountPath = "/sign-in/"

// accountLinkLasts is how long a link to a practice's list waits to be opened, in seconds.
const accountLinkLasts = 15 * 60

// AccountLink makes a link to a practice's list, which opens it once within a quarter of an hour.
func (d *Desk) AccountLink(ctx context.Context, caller audit.Caller, practice int64) (token string, err error) {
	token = rand.Text()
	err = d.hub.Write(ctx, caller, func(tx *record.Tx) error {
		if err := sendLink(tx, &Caller{Account: &Account{Practice: practice}}, token, 0, accountLinkLasts); err != nil {
			return err
		}
		return tx.Note(audit.Create, "preparedlink", practice, "")
	})
	return token, err
}

func sendLink(tx *record.Tx, caller *Caller, token string, referral int64, seconds int) error {
	return tx.Send("INSERT INTO `preparedlink` (`TokenHash`, `PracticeNum`, `FormKeyNum`, `ReferralNum`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, ?, ?, ?, ?)",
		store.Text(hashOf(token)), store.Int(caller.Account.Practice), store.Int(caller.KeyNum), store.Int(referral), store.Text(tx.At.String()),
		store.Text(tx.At.AddSeconds(seconds).String()))
}

// errNoSession is what a session comes to that is unknown, over, or whose key was revoked.
var errNoSession = fault.New(fault.Unauthenticated, "You are signed out; open the form from your practice's system again")

// Session finds whose a browser's session is.
func (d *Desk) Session(ctx context.Context, session string) (*Caller, error) {
	var caller *Caller
	now := d.now()
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := one(c, func(r store.Row) {
			if now.Before(dateTime(r.Text(7))) && (r.Null(9) || dateTime(r.Text(9)).IsNone()) {
				caller = &Caller{Account: d.account(r, names(r.Text(8))), KeyNum: r.Int(6), Role: lifecycle.Referrer, Name: fmt.Sprintf("session by key %d", r.Int(6)), session: hashOf(session)}
			}
		}, "SELECT "+accountColumns+", `s`.`FormKeyNum`, `s`.`ExpiresAt`, `k`.`FormTypes`, `k`.`RevokedAt` FROM `websession` AS `s` JOIN `practice` AS `p` ON `p`.`PracticeNum` = `s`.`PracticeNum` LEFT JOIN `formkey` AS `k` ON `k`.`FormKeyNum` = `s`.`FormKeyNum` WHERE `s`.`SessionHash` = ?",
			store.Text(hashOf(session)))
		return err
	})
	if err == nil && caller == nil {
		err = errNoSession
	}
	return caller, err
}

// Leave ends a session; one that is over already is no error.
func (d *Desk) Leave(ctx context.Context, session string) error {
	return d.write(ctx, entering, func(tx *record.Tx) error {
		found, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `websession` WHERE `SessionHash` = ?", store.Text(hashOf(session)))
		if err != nil || !found {
			return err
		}
		if err := tx.Send("DELETE FROM `websession` WHERE `SessionHash` = ?", store.Text(hashOf(session))); err != nil {
			return err
		}
		return tx.Note(audit.Delete, "websession", 0, "")
	})
}
