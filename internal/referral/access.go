package referral

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Who may see which referral (lifecycle.md §5): the practice that refers sees its own; a provider those that it has or had to the
// end, and not those that went on to somebody else; triagers and approvers those of their areas, and administrators the same
// without what is clinical. For everybody else a referral does not exist.

// seenRow is the row of a referral that the caller may see.
func seenRow(c store.Conn, caller *Caller, urn string) (*row, error) {
	r, err := findRow(c, urn)
	if err != nil {
		return nil, err
	}
	may, err := maySee(c, caller, r)
	if err == nil && !may {
		err = errNoReferral(urn)
	}
	return r, err
}

func maySee(c store.Conn, caller *Caller, r *row) (bool, error) {
	if r.State == StateEnteredInError && caller.Role != lifecycle.Administrator && caller.Role != lifecycle.System {
		return false, nil
	}
	switch caller.Role {
	case lifecycle.System:
		return true, nil
	case lifecycle.Referrer:
		return r.Practice == caller.Account.Practice, nil
	case lifecycle.Triager, lifecycle.Approver, lifecycle.Administrator:
		return !r.State.BeforeSubmission() && slices.Contains(caller.Areas, r.Area), nil
	case lifecycle.Provider:
		provider, closedAs := int64(0), ""
		_, err := one(c, func(row store.Row) { provider, closedAs = row.Int(0), string(row.Text(1)) },
			"SELECT `ProviderNum`, `ClosedAs` FROM `allocation` WHERE `ReferralNum` = ? ORDER BY `Ordinal` DESC LIMIT 1", store.Int(r.Num))
		return provider != 0 && provider == caller.Account.Practice && closedAs != "redirected" && closedAs != "returned", err
	}
	return false, nil
}

// isClosedTo tells that what is clinical is not for the caller's eyes unless a reason is noted.
func (c *Caller) isClosedTo() bool { return c.Role == lifecycle.Administrator }

// errNeedsReason is what an administrator is told who has given none.
var errNeedsReason = fault.New(fault.Forbidden, "Say first why you have to read what is clinical; it is noted")

// readRow is the row of a referral whose form, files and documents the caller may read.
func (d *Desk) readRow(c store.Conn, caller *Caller, urn string) (*row, error) {
	r, err := seenRow(c, caller, urn)
	if err != nil || !caller.isClosedTo() {
		return r, err
	}
	given, err := d.hasReason(c, caller, r.Num)
	if err == nil && !given {
		err = errNeedsReason
	}
	return r, err
}

// sideOf is which side of a referral a role is on: what is internal stays with its side.
func sideOf(role Role) Role {
	switch role {
	case lifecycle.Triager, lifecycle.Approver, lifecycle.Administrator, lifecycle.System:
		return lifecycle.Administrator
	}
	return role
}
