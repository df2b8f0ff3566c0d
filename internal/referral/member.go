package referral

import (
	"context"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Member is somebody who is signed in and acts in a role for an organisation.
type Member struct {
	Person       int64
	Name         string
	Organisation int64
	Role         Role
	Area         int64 // of a role at a referral centre; 0 is all areas of the centre
}

// Member is the caller that a signed-in person is.
func (d *Desk) Member(ctx context.Context, m Member) (*Caller, error) {
	switch m.Role {
	case lifecycle.Referrer, lifecycle.Provider, lifecycle.Triager, lifecycle.Approver, lifecycle.Administrator:
	default:
		return nil, fault.New(fault.Invalid, "There is no role %q for a person", m.Role)
	}
	if m.Person == 0 {
		return nil, fault.New(fault.Unauthenticated, "You are not signed in")
	}
	caller := &Caller{Role: m.Role, Name: fmt.Sprintf("person %d", m.Person), Person: m.Person, PersonName: m.Name}
	err := d.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		if caller.Account, err = d.accountOf(c, m.Organisation); err != nil || sideOf(m.Role) != lifecycle.Administrator {
			return err
		}
		if caller.Areas, err = directory.AreasOf(c, m.Organisation); err == nil && m.Area != 0 {
			caller.Areas = only(caller.Areas, m.Area)
		}
		return err
	})
	return caller, err
}

// only is an area where it is among some, and none else: a centre may have lost it since.
func only(areas []int64, area int64) []int64 {
	for _, one := range areas {
		if one == area {
			return []int64{area}
		}
	}
	return nil
}

// accountOf is an organisation as an account. One that is a practice of this installation can refer, with URNs of its own.
func (d *Desk) accountOf(c store.Conn, organisation int64) (account *Account, err error) {
	if _, err = one(c, func(row store.Row) { account = d.account(row, nil) },
		"SELECT "+accountColumns+" FROM `practice` AS `p` WHERE `p`.`PracticeNum` = ?", store.Int(organisation)); err != nil || account != nil {
		return account, err
	}
	o, err := directory.Of(c, organisation)
	if err != nil {
		return nil, err
	}
	return &Account{Practice: o.Num, Name: o.Name, Address: o.Address, Phone: o.Phone, Email: o.Email}, nil
}
