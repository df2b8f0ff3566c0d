package people

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// SignedIn is what a right password comes to: a session, or a step that waits for a code.
type SignedIn struct {
	Session string // the browser's key to it; "" while a code is asked for
	Step    string // the browser's key to the step; "" where none is
}

// lockWords say how an account is locked, to everybody alike: they tell neither that an account is there nor that it waits.
var lockWords = fmt.Sprintf("After %d wrong tries in a row not even the right one opens the account for a minute, and each time for longer, an hour at most", freeTries)

// errWrong says the same of an address that nobody has as of a wrong password, of an account that is locked and of one that is disabled.
var errWrong = fault.New(fault.Unauthenticated, "The e-mail address or the password is not right. %s", lockWords)

// errNoRole is said to those who know their password.
var errNoRole = fault.New(fault.Forbidden, "You have no role in any organisation any more; ask its administrator")

// stepLasts is how long a second step may take, in seconds.
const stepLasts = 10 * 60

// newToken is a key of 130 bits, so that a plain hash of it cannot be searched.
func newToken() string { return rand.Text() }

// SignIn looks at an e-mail address and a password. It does the same work for an address that nobody has.
func (r *Room) SignIn(ctx context.Context, from From, email, password string) (result SignedIn, err error) {
	if err := r.addresses.wait(from.Address, r.hub.Clock()); err != nil {
		return result, err
	}
	var p person
	var found bool
	err = r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		p, found, err = personByEmail(c, email)
		return err
	})
	if err != nil {
		return result, err
	}
	hash := r.decoy
	if found {
		hash = p.hash
	}
	same, isOld, err := r.matches(ctx, password, hash)
	if err != nil {
		return result, err
	}
	isRight := found && same
	newHash := ""
	if isRight && isOld {
		if newHash, err = r.Hash(ctx, password); err != nil {
			return result, err
		}
	}
	isNoted, more := true, ""
	if !isRight {
		isNoted, more = r.mayNote()
	}
	token, wrong, now := newToken(), false, r.Now()
	err = r.hub.Write(ctx, from.audit(), func(tx *record.Tx) error {
		result, wrong = SignedIn{}, true
		p, found, err := personByEmail(tx, email)
		if err != nil {
			return err
		}
		switch {
		case !found:
			if !isNoted {
				return nil
			}
			return tx.Note(audit.Refuse, "person", 0, "password"+more)
		case !isRight || p.hash != hash || p.isLocked(now) || !p.disabledAt.IsNone():
			return p.fails(tx, now, "password"+more, isNoted)
		}
		wrong = false
		if newHash != "" {
			if err := tx.Send("UPDATE `person` SET `PasswordHash` = ? WHERE `PersonNum` = ?", store.Text(newHash), store.Int(p.num)); err != nil {
				return err
			}
			if err := tx.Note(audit.Update, "person", p.num, "PasswordHash"); err != nil {
				return err
			}
		}
		if p.totp != "" {
			result.Step = token
			return sendStep(tx, token, stepCode, p.num, "")
		}
		result.Session = token
		return r.open(tx, &p, from, token)
	})
	if err == nil && wrong {
		r.addresses.count(from.Address, r.hub.Clock())
		err = errWrong
	}
	if err != nil {
		return SignedIn{}, err
	}
	return result, nil
}

// open begins a session of a person who has shown all that they have to show.
func (r *Room) open(tx *record.Tx, p *person, from From, token string) error {
	memberships, err := activeMemberships(tx, p.num)
	if err != nil {
		return err
	}
	if len(memberships) == 0 {
		return errNoRole
	}
	acting := memberships[0].Num
	if slices.ContainsFunc(memberships, func(m Membership) bool { return m.Num == p.acting }) {
		acting = p.acting
	}
	if err := p.succeeds(tx); err != nil {
		return err
	}
	return r.begin(tx, p.num, acting, from, token)
}

// begin writes a session.
func (r *Room) begin(tx *record.Tx, person, membership int64, from From, token string) error {
	browser := from.Browser
	if runes := []rune(browser); len(runes) > 100 {
		browser = string(runes[:100])
	}
	// By the clock, and not by the transaction's time: that may lie ahead, and a session would outlast what it may.
	now := r.Now()
	num, err := tx.Exec("INSERT INTO `personsession` (`SessionHash`, `PersonNum`, `MembershipNum`, `Browser`, `CreatedAt`, `SeenAt`, `ExpiresAt`) VALUES (?, ?, ?, ?, ?, ?, ?)",
		store.Text(hashOf(token)), store.Int(person), store.Int(membership), store.Text(browser), store.Text(now.String()), store.Text(now.String()),
		store.Text(now.AddSeconds(int(r.options.Lasts.Seconds())).String()))
	if err != nil {
		return err
	}
	if err := tx.Send("UPDATE `person` SET `SeenAt` = ? WHERE `PersonNum` = ?", store.Text(tx.At.String()), store.Int(person)); err != nil {
		return err
	}
	tx.Caller = (&Visitor{Person: person, RequestID: from.RequestID}).audit()
	return tx.Note(audit.Create, "personsession", num, "")
}

// The kinds of steps.
const (
	stepCode       = "code"
	stepPasskey    = "passkey"
	stepNewPasskey = "new passkey"
)

type step struct {
	kind   string
	person int64
	data   string
}

func sendStep(tx *record.Tx, token, kind string, person int64, data string) error {
	return tx.Send("INSERT INTO `personstep` (`StepHash`, `Kind`, `PersonNum`, `Data`, `ExpiresAt`) VALUES (?, ?, ?, ?, ?)",
		store.Text(hashOf(token)), store.Text(kind), store.Int(person), store.Text(data), store.Text(tx.At.AddSeconds(stepLasts).String()))
}

// errStep is what a second step comes to that was taken already, or took too long.
var errStep = fault.New(fault.Gone, "This took too long, or was done already; begin again")

// findStep finds a step that waits.
func (r *Room) findStep(c store.Conn, token, kind string) (s step, err error) {
	now := r.Now()
	var isOver bool
	found, err := one(c, func(row store.Row) {
		s = step{string(row.Text(0)), row.Int(1), string(row.Text(2))}
		isOver = !now.Before(dateTime(row.Text(3)))
	}, "SELECT `Kind`, `PersonNum`, `Data`, `ExpiresAt` FROM `personstep` WHERE `StepHash` = ?", store.Text(hashOf(token)))
	if err == nil && (!found || isOver || s.kind != kind) {
		err = errStep
	}
	return s, err
}

func endStep(tx *record.Tx, token string) error {
	return tx.Send("DELETE FROM `personstep` WHERE `StepHash` = ?", store.Text(hashOf(token)))
}

// Code takes the second step: a code of the authenticator, or one of the recovery codes.
func (r *Room) Code(ctx context.Context, from From, token, code string) (session string, err error) {
	if err := r.addresses.wait(from.Address, r.hub.Clock()); err != nil {
		return "", err
	}
	var p person
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		s, err := r.findStep(c, token, stepCode)
		if err == nil {
			p, err = personOf(c, s.person)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	code = plainCode(code)
	counter, err := r.counterOf(p.totp, code)
	if err != nil {
		return "", err
	}
	isNoted, more := r.mayNote()
	session, wrong, now := newToken(), false, r.Now()
	seen, newest := p.totp, r.newestStep()
	err = r.hub.Write(ctx, from.audit(), func(tx *record.Tx) error {
		wrong = true
		s, err := r.findStep(tx, token, stepCode)
		if err != nil {
			return err
		}
		p, err := personOf(tx, s.person)
		if err != nil {
			return err
		}
		if p.isLocked(now) || !p.disabledAt.IsNone() || p.totp != seen {
			return p.fails(tx, now, "code"+more, isNoted)
		}
		switch isRight, err := p.useCode(tx, newest, counter, code); {
		case err != nil:
			return err
		case !isRight:
			return p.fails(tx, now, "code"+more, isNoted)
		}
		wrong = false
		if err := endStep(tx, token); err != nil {
			return err
		}
		return r.open(tx, &p, from, session)
	})
	if err == nil && wrong {
		r.addresses.count(from.Address, r.hub.Clock())
		err = errCode
	}
	if err != nil {
		return "", err
	}
	return session, nil
}

var errCode = fault.New(fault.Unauthenticated, "This code is not right, or was used before. %s", lockWords)

// Awaits tells whether a step waits for its code.
func (r *Room) Awaits(ctx context.Context, token string) error {
	return r.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := r.findStep(c, token, stepCode)
		return err
	})
}

// confirm makes sure that whoever sits before an open session knows its password. What is wrong counts as it does at the sign-in.
func (r *Room) confirm(ctx context.Context, v *Visitor, password string) error {
	var p person
	err := r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		p, err = personOf(c, v.Person)
		return err
	})
	if err != nil {
		return err
	}
	hash := p.hash
	same, _, err := r.matches(ctx, password, hash)
	if err != nil {
		return err
	}
	now := r.Now()
	if same && !p.isLocked(now) {
		return nil
	}
	isNoted, more := r.mayNote()
	err = r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		p, err := personOf(tx, v.Person)
		if err != nil {
			return err
		}
		return p.fails(tx, now, "password"+more, isNoted)
	})
	if err != nil {
		return err
	}
	return errConfirm
}

var errConfirm = fault.InvalidFields([]fault.Field{{Name: "current", Text: "This is not your password. " + lockWords}})

// IsTooMany finds how long somebody has to wait who tried too often.
func IsTooMany(err error) (*TooMany, bool) {
	var many *TooMany
	ok := errors.As(err, &many)
	return many, ok
}
