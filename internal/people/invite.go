package people

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// InvitationPath is where the pages take a link of Invite or of ResetLink; the token follows.
const InvitationPath = "/invitation/"

// How long links last, in seconds.
const (
	invitationLasts = 7 * 24 * 60 * 60
	resetLasts      = 24 * 60 * 60
)

// Invitation is a link that makes a person, gives one a further role, or lets one choose a new password. Its token is nowhere but in the
// link itself.
type Invitation struct {
	Num, Organisation    int64
	OrganisationName     string
	Name, Email          string
	Role                 lifecycle.Role
	Area                 int64
	CreatedAt, ExpiresAt dental.DateTime
	IsReset              bool // it lets the person choose a new password
	IsKnown              bool // there is an account with the e-mail address: its owner signs in, and takes the role
	acceptedAt           dental.DateTime
	revokedAt            dental.DateTime
	reset                int64
}

const invitationColumns = "SELECT `InvitationNum`, `OrganisationNum`, `Name`, `Email`, `Role`, `AreaNum`, `CreatedAt`, `ExpiresAt`, `AcceptedAt`, `RevokedAt`, `ResetNum` FROM `invitation` "

func scanInvitation(r store.Row) Invitation {
	return Invitation{Num: r.Int(0), Organisation: r.Int(1), Name: string(r.Text(2)), Email: string(r.Text(3)), Role: lifecycle.Role(r.Text(4)), Area: r.Int(5),
		CreatedAt: dateTime(r.Text(6)), ExpiresAt: dateTime(r.Text(7)), acceptedAt: dateTime(r.Text(8)), revokedAt: dateTime(r.Text(9)), reset: r.Int(10), IsReset: r.Int(10) != 0}
}

// NewInvitation is whom somebody invites, and for what.
type NewInvitation struct {
	Name, Email  string
	Organisation int64
	Role         lifecycle.Role
	Area         int64
}

func (n *NewInvitation) check() []fault.Field {
	n.Name, n.Email = strings.TrimSpace(n.Name), strings.TrimSpace(n.Email)
	faults := checkPerson(n.Name, n.Email)
	if !slices.Contains(Roles(), n.Role) {
		faults = append(faults, errRole)
	}
	return faults
}

// Invite makes a link for a colleague, of an organisation whose people the visitor looks after. Earlier links to the same e-mail address
// for the same role end.
func (r *Room) Invite(ctx context.Context, v *Visitor, given NewInvitation) (token string, err error) {
	if err := fault.InvalidFields(given.check()); err != nil {
		return "", err
	}
	token = newToken()
	err = r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		if err := r.mayManage(tx, v, Membership{Organisation: given.Organisation, Role: given.Role, Area: given.Area}); err != nil {
			return err
		}
		return r.insertInvitation(tx, given, v.Person, token)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// InviteAs is Invite by the operator.
func (r *Room) InviteAs(ctx context.Context, caller audit.Caller, given NewInvitation) (token string, err error) {
	if err := fault.InvalidFields(given.check()); err != nil {
		return "", err
	}
	token = newToken()
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		return r.insertInvitation(tx, given, 0, token)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

func (r *Room) insertInvitation(tx *record.Tx, given NewInvitation, inviter int64, token string) error {
	asked := Membership{Organisation: given.Organisation, Role: given.Role, Area: given.Area}
	if err := r.checkRole(tx, asked); err != nil {
		return err
	}
	if err := r.checkArea(tx, asked); err != nil {
		return err
	}
	var earlier []int64
	rows := tx.Query("SELECT `InvitationNum` FROM `invitation` WHERE `OrganisationNum` = ? AND `EmailFold` = ? AND `Role` = ? AND `AreaNum` = ? AND `AcceptedAt` = '0001-01-01 00:00:00' AND `RevokedAt` = '0001-01-01 00:00:00' AND `ResetNum` = 0",
		store.Int(given.Organisation), store.Text(foldEmail(given.Email)), store.Text(given.Role), store.Int(given.Area))
	for rows.Next() {
		earlier = append(earlier, rows.Int(0))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, num := range earlier {
		if err := revokeInvitation(tx, num); err != nil {
			return err
		}
	}
	num, err := tx.Exec("INSERT INTO `invitation` (`TokenHash`, `Name`, `NameFold`, `Email`, `EmailFold`, `OrganisationNum`, `Role`, `AreaNum`, `InviterNum`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Text(hashOf(token)), store.Text(given.Name), store.Text(foldName(given.Name)), store.Text(given.Email), store.Text(foldEmail(given.Email)), store.Int(given.Organisation), store.Text(given.Role), store.Int(given.Area),
		store.Int(inviter), store.Text(tx.At.String()), store.Text(tx.At.AddSeconds(invitationLasts).String()))
	if err != nil {
		return err
	}
	return tx.Note(audit.Create, "invitation", num, string(given.Role))
}

func revokeInvitation(tx *record.Tx, num int64) error {
	if err := tx.Send("UPDATE `invitation` SET `RevokedAt` = ? WHERE `InvitationNum` = ?", store.Text(tx.At.String()), store.Int(num)); err != nil {
		return err
	}
	return tx.Note(audit.Revoke, "invitation", num, "")
}

// Revoke ends an invitation that waits.
func (r *Room) Revoke(ctx context.Context, v *Visitor, num int64) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		var i Invitation
		found, err := one(tx, func(row store.Row) { i = scanInvitation(row) }, invitationColumns+"WHERE `InvitationNum` = ?", store.Int(num))
		if err != nil {
			return err
		}
		if !found || i.IsReset {
			return errNoInvitation
		}
		if err := r.mayManage(tx, v, Membership{Organisation: i.Organisation, Role: i.Role, Area: i.Area}); err != nil {
			return err
		}
		if err := i.isOpen(tx.At); err != nil {
			return err
		}
		return revokeInvitation(tx, num)
	})
}

var errNoInvitation = fault.New(fault.NotFound, "There is no such invitation")

// isOpen says why an invitation opens nothing any more.
func (i *Invitation) isOpen(now dental.DateTime) error {
	switch {
	case !i.acceptedAt.IsNone():
		return fault.New(fault.Gone, "This link was used already; each works once")
	case !i.revokedAt.IsNone():
		return fault.New(fault.Gone, "This link was ended by an administrator")
	case !now.Before(i.ExpiresAt):
		return fault.New(fault.Gone, "This link has expired; ask your administrator for a new one")
	}
	return nil
}

// findInvitation finds one that opens something still.
func (r *Room) findInvitation(c store.Conn, token string) (i Invitation, err error) {
	found, err := one(c, func(row store.Row) { i = scanInvitation(row) }, invitationColumns+"WHERE `TokenHash` = ?", store.Text(hashOf(token)))
	if err != nil {
		return i, err
	}
	if !found {
		return i, errNoInvitation
	}
	if err := i.isOpen(r.Now()); err != nil {
		return i, err
	}
	if i.IsReset {
		i.IsKnown = true
		return i, nil
	}
	names, err := r.options.Names(c, []int64{i.Organisation})
	if err != nil {
		return i, err
	}
	i.OrganisationName = names[i.Organisation]
	// What the organisation is may have changed since the link was made.
	if kinds, err := r.kindsOf(c, i.Organisation); err != nil {
		return i, err
	} else if !kinds.Has(i.Role) {
		return i, fault.New(fault.Gone, "%s %s now, and has no %s; ask its administrator for a link for another role", i.OrganisationName, kinds.text(), i.Role)
	}
	_, i.IsKnown, err = personByEmail(c, i.Email)
	return i, err
}

// Invitation looks at a link. It never uses it up.
func (r *Room) Invitation(ctx context.Context, from From, token string) (i Invitation, err error) {
	if err := r.addresses.wait(from.Address, r.hub.Clock()); err != nil {
		return i, err
	}
	err = r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		i, err = r.findInvitation(c, token)
		return err
	})
	if err == errNoInvitation {
		r.addresses.count(from.Address, r.hub.Clock())
	}
	return i, err
}

// Accept makes a person of an invitation and signs them in; or it gives the person of a reset link their new password, ends their
// sessions and their second factor, and signs nobody in. An invitation to somebody who has an account is a Conflict: they Join.
func (r *Room) Accept(ctx context.Context, from From, token, name, password string) (session string, err error) {
	i, err := r.Invitation(ctx, from, token)
	if err != nil {
		return "", err
	}
	if i.IsReset {
		return "", r.reset(ctx, from, token, i, password)
	}
	name = strings.TrimSpace(name)
	faults := checkPerson(name, i.Email)
	faults = append(faults, checkPassword(password, about{name, i.Email, []string{i.OrganisationName}})...)
	if err := fault.InvalidFields(faults); err != nil {
		return "", err
	}
	hash, err := r.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	handle, session := newHandle(), newToken()
	err = r.hub.Write(ctx, from.audit(), func(tx *record.Tx) error {
		i, err := r.findInvitation(tx, token)
		if err != nil {
			return err
		}
		if i.IsKnown {
			return fault.New(fault.Conflict, "There is an account with this e-mail address already; sign in with it, and open the link again")
		}
		num, err := insertPerson(tx, name, i.Email, handle, hash)
		if err != nil {
			return err
		}
		membership, err := insertMembership(tx, num, Membership{Organisation: i.Organisation, Role: i.Role, Area: i.Area})
		if err != nil {
			return err
		}
		if err := accepted(tx, i.Num, num); err != nil {
			return err
		}
		return r.begin(tx, num, membership, from, session)
	})
	if err != nil {
		return "", err
	}
	return session, nil
}

func accepted(tx *record.Tx, invitation, person int64) error {
	if err := tx.Send("UPDATE `invitation` SET `AcceptedAt` = ?, `AcceptedNum` = ? WHERE `InvitationNum` = ?", store.Text(tx.At.String()), store.Int(person), store.Int(invitation)); err != nil {
		return err
	}
	return tx.Note(audit.Update, "invitation", invitation, "AcceptedAt")
}

// Join gives the visitor the role of an invitation to their e-mail address, and acts in it.
func (r *Room) Join(ctx context.Context, v *Visitor, token string) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		i, err := r.findInvitation(tx, token)
		if err != nil {
			return err
		}
		if i.IsReset || foldEmail(i.Email) != foldEmail(v.Email) {
			return fault.New(fault.Forbidden, "This invitation is for somebody else")
		}
		membership, err := insertMembership(tx, v.Person, Membership{Organisation: i.Organisation, Role: i.Role, Area: i.Area})
		if err != nil {
			return err
		}
		if err := accepted(tx, i.Num, v.Person); err != nil {
			return err
		}
		return act(tx, v, membership)
	})
}

// ResetLink makes a link by which a colleague who cannot sign in any more chooses a new password. The visitor must look after all that
// the person does.
func (r *Room) ResetLink(ctx context.Context, v *Visitor, person int64) (token string, err error) {
	token = newToken()
	err = r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		if err := r.mayManagePerson(tx, v, person); err != nil {
			return err
		}
		return insertReset(tx, person, v.Person, token)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// ResetLinkAs is ResetLink by the operator.
func (r *Room) ResetLinkAs(ctx context.Context, caller audit.Caller, email string) (token string, err error) {
	token = newToken()
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		p, err := r.named1(tx, email)
		if err != nil {
			return err
		}
		return insertReset(tx, p.num, 0, token)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// named1 is the person of an e-mail address, for the operator.
func (r *Room) named1(c store.Conn, email string) (person, error) {
	p, found, err := personByEmail(c, email)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is nobody with the e-mail address %q; `bridgework person list` shows them", email)
	}
	return p, err
}

func insertReset(tx *record.Tx, person, inviter int64, token string) error {
	p, err := personOf(tx, person)
	if err != nil {
		return err
	}
	var earlier []int64
	rows := tx.Query("SELECT `InvitationNum` FROM `invitation` WHERE `OrganisationNum` = 0 AND `EmailFold` = ? AND `AcceptedAt` = '0001-01-01 00:00:00' AND `RevokedAt` = '0001-01-01 00:00:00'", store.Text(foldEmail(p.email)))
	for rows.Next() {
		earlier = append(earlier, rows.Int(0))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, num := range earlier {
		if err := revokeInvitation(tx, num); err != nil {
			return err
		}
	}
	num, err := tx.Exec("INSERT INTO `invitation` (`TokenHash`, `Name`, `NameFold`, `Email`, `EmailFold`, `OrganisationNum`, `Role`, `InviterNum`, `ResetNum`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, ?, ?, ?, 0, '', ?, ?, ?, ?)",
		store.Text(hashOf(token)), store.Text(p.name), store.Text(foldName(p.name)), store.Text(p.email), store.Text(foldEmail(p.email)), store.Int(inviter), store.Int(person), store.Text(tx.At.String()),
		store.Text(tx.At.AddSeconds(resetLasts).String()))
	if err != nil {
		return err
	}
	return tx.Note(audit.Create, "invitation", num, "reset")
}

// reset gives the person of a link their new password.
func (r *Room) reset(ctx context.Context, from From, token string, i Invitation, password string) error {
	var a about
	err := r.hub.DB.Read(ctx, func(c store.Conn) error {
		a = about{name: i.Name, email: i.Email}
		memberships, err := activeMemberships(c, i.reset)
		if err == nil {
			err = r.named(c, memberships)
		}
		for _, m := range memberships {
			a.organisations = append(a.organisations, m.OrganisationName)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := fault.InvalidFields(checkPassword(password, a)); err != nil {
		return err
	}
	hash, err := r.Hash(ctx, password)
	if err != nil {
		return err
	}
	return r.hub.Write(ctx, from.audit(), func(tx *record.Tx) error {
		i, err := r.findInvitation(tx, token)
		if err != nil {
			return err
		}
		if err := setPassword(tx, i.reset, hash, 0); err != nil {
			return err
		}
		if err := endSecondFactor(tx, i.reset); err != nil {
			return err
		}
		return accepted(tx, i.Num, i.reset)
	})
}
