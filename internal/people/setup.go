package people

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// SetUpPath is where the pages take the link of SetUpLink; the token follows.
const SetUpPath = "/set-up/"

// setUpLasts is how long it waits, in seconds.
const setUpLasts = 24 * 60 * 60

// HasPeople tells whether anybody can sign in.
func (r *Room) HasPeople(ctx context.Context) (has bool, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		has, err = hasPeople(c)
		return err
	})
	return has, err
}

func hasPeople(c store.Conn) (bool, error) {
	return one(c, func(store.Row) {}, "SELECT 1 FROM `person` LIMIT 1")
}

// SetUpLink makes the link by which the first administrator comes, and ends the one before. It is a Conflict once there is a person.
func (r *Room) SetUpLink(ctx context.Context, caller audit.Caller) (token string, err error) {
	token = newToken()
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		has, err := hasPeople(tx)
		if err != nil {
			return err
		}
		if has {
			return fault.New(fault.Conflict, "There are people already; an administrator invites others, or `bridgework person invite` does")
		}
		if err := tx.Send("DELETE FROM `setuplink`"); err != nil {
			return err
		}
		if err := tx.Send("INSERT INTO `setuplink` (`TokenHash`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, ?)", store.Text(hashOf(token)), store.Text(tx.At.String()), store.Text(tx.At.AddSeconds(setUpLasts).String())); err != nil {
			return err
		}
		return tx.Note(audit.Create, "setuplink", 0, "")
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

func (r *Room) findSetUp(c store.Conn, token string) error {
	var until dental.DateTime
	found, err := one(c, func(row store.Row) { until = dateTime(row.Text(0)) }, "SELECT `ExpiresAt` FROM `setuplink` WHERE `TokenHash` = ?", store.Text(hashOf(token)))
	if err != nil {
		return err
	}
	has, err := hasPeople(c)
	switch {
	case err != nil:
		return err
	case !found:
		return errNoSetUp
	case has:
		return fault.New(fault.Gone, "This server is set up already. Its first administrator signs in; everybody else asks them for an invitation")
	case !r.Now().Before(until):
		return fault.New(fault.Gone, "This link has expired; start the server again, or run `bridgework person set-up-link`, for a new one")
	}
	return nil
}

var errNoSetUp = fault.New(fault.NotFound, "There is no such link; each start of the server ends the one before")

// LooksAtSetUp looks at a link without using it up.
func (r *Room) LooksAtSetUp(ctx context.Context, from From, token string) error {
	if err := r.addresses.wait(from.Address, r.hub.Clock()); err != nil {
		return err
	}
	err := r.hub.DB.Read(ctx, func(c store.Conn) error { return r.findSetUp(c, token) })
	if err == errNoSetUp {
		r.addresses.count(from.Address, r.hub.Clock())
	}
	return err
}

// FirstAdministrator is what the first page asks for.
type FirstAdministrator struct {
	Organisation string // the referral centre's name, or the practice's
	Name, Email  string
	Password     string
}

// SetUp makes the first organisation and its administrator, and signs them in.
func (r *Room) SetUp(ctx context.Context, from From, token string, given FirstAdministrator) (session string, err error) {
	if err := r.LooksAtSetUp(ctx, from, token); err != nil {
		return "", err
	}
	given.Organisation, given.Name, given.Email = strings.TrimSpace(given.Organisation), strings.TrimSpace(given.Name), strings.TrimSpace(given.Email)
	var faults []fault.Field
	if unprintable := strings.ContainsFunc(given.Organisation, func(r rune) bool { return !unicode.IsPrint(r) }); given.Organisation == "" || unprintable || utf8.RuneCountInString(given.Organisation) > 255 {
		faults = append(faults, fault.Field{Name: "organisation", Text: "Enter the name of the referral centre or practice, in at most 255 characters"})
	}
	faults = append(faults, checkPerson(given.Name, given.Email)...)
	faults = append(faults, checkPassword(given.Password, about{given.Name, given.Email, []string{given.Organisation}})...)
	if err := fault.InvalidFields(faults); err != nil {
		return "", err
	}
	hash, err := r.Hash(ctx, given.Password)
	if err != nil {
		return "", err
	}
	handle, session := newHandle(), newToken()
	err = r.hub.Write(ctx, from.audit(), func(tx *record.Tx) error {
		if err := r.findSetUp(tx, token); err != nil {
			return err
		}
		organisation, err := r.options.Found(tx, given.Organisation)
		if err != nil {
			return err
		}
		num, err := insertPerson(tx, given.Name, given.Email, handle, hash)
		if err != nil {
			return err
		}
		membership, err := insertMembership(tx, num, Membership{Organisation: organisation, Role: lifecycle.Administrator})
		if err != nil {
			return err
		}
		// The link stays, so that whoever opens it again is told that there is an administrator.
		return r.begin(tx, num, membership, from, session)
	})
	if err != nil {
		return "", err
	}
	return session, nil
}
