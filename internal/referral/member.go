package referral

import (
	"context"
	"fmt"

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
	Areas        []int64 // of a triager, approver or administrator of a referral centre
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
	caller := &Caller{Role: m.Role, Name: fmt.Sprintf("person %d", m.Person), Person: m.Person, PersonName: m.Name, Areas: m.Areas}
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := one(c, func(row store.Row) { caller.Account = d.account(row, nil) },
			"SELECT "+accountColumns+" FROM `practice` AS `p` WHERE `p`.`PracticeNum` = ?", store.Int(m.Organisation))
		return err
	})
	if err == nil && caller.Account == nil {
		err = fault.New(fault.NotFound, "There is no such organisation")
	}
	return caller, err
}
