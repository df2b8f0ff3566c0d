package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// What a referral centre does with answer links, on the page of a referral. A link shows what is clinical: an administrator makes
// one only with a reason for reading that.

// linkingRow is the row of a referral whose links the caller may make and end.
func (d *Desk) linkingRow(c store.Conn, caller *Caller, urn string) (*row, error) {
	if caller.Person == 0 || sideOf(caller.Role) != lifecycle.Administrator {
		return nil, fault.New(fault.Forbidden, "Answer links are made and ended by the referral centre")
	}
	return d.readRow(c, caller, urn)
}

// ShareLink is MakeAnswerLink for somebody of the referral centre that the referral lies with.
func (d *Desk) ShareLink(ctx context.Context, caller *Caller, urn string, days int) (token string, err error) {
	return d.makeLink(days, func(fn func(*record.Tx, *row) error) error {
		return d.write(ctx, caller, func(tx *record.Tx) error {
			r, err := d.linkingRow(tx, caller, urn)
			if err != nil {
				return err
			}
			return fn(tx, r)
		})
	})
}

// SharedLinks are the links of a referral, the latest first, for somebody of its referral centre.
func (d *Desk) SharedLinks(ctx context.Context, caller *Caller, urn string) (links []AnswerLink, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		r, err := d.linkingRow(c, caller, urn)
		if err != nil {
			return err
		}
		links, err = readLinks(c, r.Num)
		return err
	})
	return links, err
}

// EndLink ends a link of a referral. One that was ended before stays so.
func (d *Desk) EndLink(ctx context.Context, caller *Caller, urn string, num int64) error {
	return d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := d.linkingRow(tx, caller, urn)
		if err != nil {
			return err
		}
		links, err := readLinks(tx, r.Num)
		if err != nil {
			return err
		}
		for _, link := range links {
			switch {
			case link.Num != num:
			case !link.RevokedAt.IsNone():
				return nil
			default:
				return revokeLink(tx, num)
			}
		}
		return fault.New(fault.NotFound, "There is no such link of this referral")
	})
}
