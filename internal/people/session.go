package people

import (
	"context"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// errNoSession is what a session comes to that is unknown, over, or whose person may not sign in any more.
var errNoSession = fault.New(fault.Unauthenticated, "You are signed out; sign in again")

// seenEvery is how often a session notes that it was seen, in seconds: a write for each request would be one too many.
const seenEvery = 60

// Session finds whose a browser's session is, and notes that it was seen. It is Unauthenticated where it is over, was idle for
// too long or was ended.
func (r *Room) Session(ctx context.Context, token string) (*Visitor, error) {
	v, seen, err := r.session(ctx, token)
	now := r.Now()
	wasPutBack := now.AddSeconds(seenEvery).Before(seen) // the clock, since: the session goes by the time that it shows now
	if err == nil && (wasPutBack || !now.Before(seen.AddSeconds(seenEvery))) {
		// Not in the trail: it tells nothing that the session's own entries do not.
		last := now.AddSeconds(int(r.options.Lasts.Seconds())).String()
		err = r.hub.DB.Write(ctx, func(tx store.Tx) error {
			if err := tx.Send("UPDATE `personsession` SET `SeenAt` = ?, `ExpiresAt` = CASE WHEN `ExpiresAt` > ? THEN ? ELSE `ExpiresAt` END WHERE `SessionNum` = ?",
				store.Text(now.String()), store.Text(last), store.Text(last), store.Int(v.Session)); err != nil {
				return err
			}
			return tx.Send("UPDATE `person` SET `SeenAt` = ? WHERE `PersonNum` = ?", store.Text(now.String()), store.Int(v.Person))
		})
	}
	return v, err
}

// Still is Session for what goes on without anybody doing something: it keeps no session from becoming idle.
func (r *Room) Still(ctx context.Context, token string) (*Visitor, error) {
	v, _, err := r.session(ctx, token)
	return v, err
}

func (r *Room) session(ctx context.Context, token string) (v *Visitor, seen dental.DateTime, err error) {
	now := r.Now()
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		v = nil
		var acting int64
		_, err := one(c, func(row store.Row) {
			seen = dateTime(row.Text(3))
			isIdle := !now.Before(seen.AddSeconds(int(r.options.Idle.Seconds())))
			if !isIdle && now.Before(dateTime(row.Text(4))) && dateTime(row.Text(7)).IsNone() {
				v = &Visitor{Session: row.Int(0), Person: row.Int(1), Name: string(row.Text(5)), Email: string(row.Text(6))}
				acting = row.Int(2)
			}
		}, "SELECT `s`.`SessionNum`, `s`.`PersonNum`, `s`.`MembershipNum`, `s`.`SeenAt`, `s`.`ExpiresAt`, `p`.`Name`, `p`.`Email`, `p`.`DisabledAt` FROM `personsession` AS `s` JOIN `person` AS `p` ON `p`.`PersonNum` = `s`.`PersonNum` WHERE `s`.`SessionHash` = ?",
			store.Text(hashOf(token)))
		if err != nil || v == nil {
			return err
		}
		if v.Memberships, err = activeMemberships(c, v.Person); err != nil {
			return err
		}
		if err := r.named(c, v.Memberships); err != nil {
			return err
		}
		at := slices.IndexFunc(v.Memberships, func(m Membership) bool { return m.Num == acting })
		if at < 0 {
			v = nil // the role that it acted in has ended
			return nil
		}
		v.Acting = v.Memberships[at]
		v.Areas, err = r.areasOf(c, v.Acting)
		return err
	})
	if err == nil && v == nil {
		err = errNoSession
	}
	return v, seen, err
}

// areasOf are the areas of which a role sees the referrals: its own, or all of its centre's.
func (r *Room) areasOf(c store.Conn, m Membership) (nums []int64, err error) {
	switch m.Role {
	case lifecycle.Triager, lifecycle.Approver, lifecycle.Administrator:
	default:
		return nil, nil
	}
	areas, err := r.options.Areas(c, m.Organisation)
	for _, area := range areas {
		// An area that was given to another centre since is not this one's any more.
		if m.Area == 0 || m.Area == area.Num {
			nums = append(nums, area.Num)
		}
	}
	return nums, err
}

// Act changes the membership that a session acts in. One that is not the person's is NotFound.
func (r *Room) Act(ctx context.Context, v *Visitor, membership int64) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		memberships, err := activeMemberships(tx, v.Person)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(memberships, func(m Membership) bool { return m.Num == membership }) {
			return fault.New(fault.NotFound, "You have no such role")
		}
		return act(tx, v, membership)
	})
}

func act(tx *record.Tx, v *Visitor, membership int64) error {
	if err := tx.Send("UPDATE `personsession` SET `MembershipNum` = ? WHERE `SessionNum` = ?", store.Int(membership), store.Int(v.Session)); err != nil {
		return err
	}
	if err := tx.Send("UPDATE `person` SET `ActingNum` = ? WHERE `PersonNum` = ?", store.Int(membership), store.Int(v.Person)); err != nil {
		return err
	}
	return tx.Note(audit.Update, "personsession", v.Session, "MembershipNum")
}

// Open is one of a person's sessions.
type Open struct {
	Num               int64
	Browser           string
	CreatedAt, SeenAt dental.DateTime
	IsThis            bool // the one that asks
}

// sessions are a person's that are not over, the last seen first.
func (r *Room) sessions(c store.Conn, v *Visitor) (all []Open, err error) {
	now := r.Now()
	rows := c.Query("SELECT `SessionNum`, `Browser`, `CreatedAt`, `SeenAt` FROM `personsession` WHERE `PersonNum` = ? AND `ExpiresAt` > ? AND `SeenAt` > ? ORDER BY `SeenAt` DESC, `SessionNum` DESC",
		store.Int(v.Person), store.Text(now.String()), store.Text(now.AddSeconds(-int(r.options.Idle.Seconds())).String()))
	for rows.Next() {
		all = append(all, Open{Num: rows.Int(0), Browser: string(rows.Text(1)), CreatedAt: dateTime(rows.Text(2)), SeenAt: dateTime(rows.Text(3)), IsThis: rows.Int(0) == v.Session})
	}
	return all, rows.Close()
}

// Leave ends a session; one that is over already is no error.
func (r *Room) Leave(ctx context.Context, token, requestID string) error {
	return r.hub.Write(ctx, audit.Caller{RequestID: requestID}, func(tx *record.Tx) error {
		var num, person int64
		found, err := one(tx, func(row store.Row) { num, person = row.Int(0), row.Int(1) }, "SELECT `SessionNum`, `PersonNum` FROM `personsession` WHERE `SessionHash` = ?", store.Text(hashOf(token)))
		if err != nil || !found {
			return err
		}
		tx.Caller = (&Visitor{Person: person, RequestID: requestID}).audit()
		return endSession(tx, num)
	})
}

func endSession(tx *record.Tx, num int64) error {
	if err := tx.Send("DELETE FROM `personsession` WHERE `SessionNum` = ?", store.Int(num)); err != nil {
		return err
	}
	return tx.Note(audit.Delete, "personsession", num, "")
}

// EndSession ends one of the visitor's own sessions.
func (r *Room) EndSession(ctx context.Context, v *Visitor, num int64) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		found, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `personsession` WHERE `SessionNum` = ? AND `PersonNum` = ?", store.Int(num), store.Int(v.Person))
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "This session is over")
		}
		return endSession(tx, num)
	})
}

// EndOthers ends all of the visitor's sessions but the one that asks.
func (r *Room) EndOthers(ctx context.Context, v *Visitor) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error { return endSessions(tx, v.Person, v.Session) })
}

// endSessions ends a person's sessions but one, and what waits for a second step.
func endSessions(tx *record.Tx, person, but int64) error {
	var nums []int64
	rows := tx.Query("SELECT `SessionNum` FROM `personsession` WHERE `PersonNum` = ? AND `SessionNum` <> ? ORDER BY `SessionNum`", store.Int(person), store.Int(but))
	for rows.Next() {
		nums = append(nums, rows.Int(0))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, num := range nums {
		if err := endSession(tx, num); err != nil {
			return err
		}
	}
	return tx.Send("DELETE FROM `personstep` WHERE `PersonNum` = ?", store.Int(person))
}

// ChangePassword changes the visitor's password, and ends their other sessions.
func (r *Room) ChangePassword(ctx context.Context, v *Visitor, current, password string) error {
	if err := r.confirm(ctx, v, current); err != nil {
		return err
	}
	if err := fault.InvalidFields(checkPassword(password, r.aboutVisitor(v))); err != nil {
		return err
	}
	hash, err := r.Hash(ctx, password)
	if err != nil {
		return err
	}
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		return setPassword(tx, v.Person, hash, v.Session)
	})
}

func (r *Room) aboutVisitor(v *Visitor) about {
	a := about{name: v.Name, email: v.Email}
	for _, m := range v.Memberships {
		a.organisations = append(a.organisations, m.OrganisationName)
	}
	return a
}

// setPassword changes a password, and ends the person's sessions but one.
func setPassword(tx *record.Tx, person int64, hash string, but int64) error {
	if err := tx.Send("UPDATE `person` SET `PasswordHash` = ?, `PasswordAt` = ?, `FailedCount` = 0, `LockedUntil` = '0001-01-01 00:00:00' WHERE `PersonNum` = ?",
		store.Text(hash), store.Text(tx.At.String()), store.Int(person)); err != nil {
		return err
	}
	if err := tx.Note(audit.Update, "person", person, "PasswordHash"); err != nil {
		return err
	}
	return endSessions(tx, person, but)
}

// Account is what the page of one's own account shows.
type Account struct {
	PasswordAt      dental.DateTime
	HasSecondFactor bool
	CodesLeft       int // of the recovery codes
	Passkeys        []Passkey
	Sessions        []Open
}

// Account reads it.
func (r *Room) Account(ctx context.Context, v *Visitor) (a Account, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		a = Account{}
		if _, err := one(c, func(row store.Row) {
			a.PasswordAt, a.HasSecondFactor = dateTime(row.Text(0)), len(row.Text(1)) > 0
		}, "SELECT `PasswordAt`, `TotpSecret` FROM `person` WHERE `PersonNum` = ?", store.Int(v.Person)); err != nil {
			return err
		}
		if _, err := one(c, func(row store.Row) { a.CodesLeft = int(row.Int(0)) },
			"SELECT COUNT(*) FROM `recoverycode` WHERE `PersonNum` = ? AND `UsedAt` = '0001-01-01 00:00:00'", store.Int(v.Person)); err != nil {
			return err
		}
		if a.Passkeys, err = listPasskeys(c, v.Person); err != nil {
			return err
		}
		a.Sessions, err = r.sessions(c, v)
		return err
	})
	return a, err
}
