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

var errNotAdministrator = fault.New(fault.Forbidden, "Only an administrator looks after people")

// administered are the organisations whose people the visitor looks after: their own first. Whether they still are its administrator
// is read anew: a session may have been found a moment before it ended.
func (r *Room) administered(c store.Conn, v *Visitor) ([]int64, error) {
	active, err := activeMemberships(c, v.Person)
	if err != nil {
		return nil, err
	}
	if v.Acting.Role != lifecycle.Administrator || !slices.ContainsFunc(active, func(m Membership) bool { return m.Num == v.Acting.Num }) {
		return nil, errNotAdministrator
	}
	all := []int64{v.Acting.Organisation}
	under, err := r.options.Under(c, v.Acting.Organisation, v.Acting.Area)
	for _, num := range under {
		if !slices.Contains(all, num) {
			all = append(all, num)
		}
	}
	return all, err
}

// mayManage refuses a role that is not the visitor's to give or to end. An administrator of one area gives roles of that area alone.
func (r *Room) mayManage(c store.Conn, v *Visitor, m Membership) error {
	all, err := r.administered(c, v)
	if err != nil {
		return err
	}
	isOwn := m.Organisation == v.Acting.Organisation
	if !slices.Contains(all, m.Organisation) || isOwn && v.Acting.Area != 0 && m.Area != v.Acting.Area {
		return fault.New(fault.Forbidden, "You do not look after the people of this organisation")
	}
	return nil
}

// mayManagePerson refuses a person of whose roles not all are the visitor's to end.
func (r *Room) mayManagePerson(c store.Conn, v *Visitor, person int64) error {
	memberships, err := activeMemberships(c, person)
	if err != nil {
		return err
	}
	if len(memberships) == 0 {
		return fault.New(fault.NotFound, "There is no such person here")
	}
	for _, m := range memberships {
		if err := r.mayManage(c, v, m); err != nil {
			if fault.Is(err, fault.Forbidden) && v.IsAdministrator() {
				err = fault.New(fault.Forbidden, "This person works for another organisation too; end their role in yours instead")
			}
			return err
		}
	}
	return nil
}

// Organisations are those whose people the visitor looks after, their own first, with the areas that roles there can be for.
func (r *Room) Organisations(ctx context.Context, v *Visitor) (all []Organisation, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		all = nil
		nums, err := r.administered(c, v)
		if err != nil {
			return err
		}
		names, err := r.options.Names(c, nums)
		if err != nil {
			return err
		}
		kinds, err := r.options.Kinds(c, nums)
		if err != nil {
			return err
		}
		for _, num := range nums {
			all = append(all, Organisation{Num: num, Name: names[num], Kinds: kinds[num]})
		}
		// Of the others none gives a role for an area: a centre's own people do.
		areas, err := r.options.Areas(c, nums[0])
		for _, area := range areas {
			if v.Acting.Area == 0 || v.Acting.Area == area.Num {
				all[0].Areas = append(all[0].Areas, area)
			}
		}
		return err
	})
	return all, err
}

// EndMembership ends a role, and the sessions that act in it. The last administrator of an organisation stays.
func (r *Room) EndMembership(ctx context.Context, v *Visitor, num int64) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		var m Membership
		var person int64
		found, err := one(tx, func(row store.Row) {
			m = Membership{Num: num, Organisation: row.Int(0), Role: lifecycle.Role(row.Text(1)), Area: row.Int(2)}
			person = row.Int(3)
		}, "SELECT `OrganisationNum`, `Role`, `AreaNum`, `PersonNum` FROM `membership` WHERE `MembershipNum` = ? AND `EndedAt` = '0001-01-01 00:00:00'", store.Int(num))
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "This role has ended already")
		}
		if err := r.mayManage(tx, v, m); err != nil {
			return err
		}
		if m.Role == lifecycle.Administrator {
			if err := keepsAdministrator(tx, m.Organisation, num, 0); err != nil {
				return err
			}
		}
		if err := tx.Send("UPDATE `membership` SET `EndedAt` = ? WHERE `MembershipNum` = ?", store.Text(tx.At.String()), store.Int(num)); err != nil {
			return err
		}
		if err := tx.Note(audit.Update, "membership", num, "EndedAt"); err != nil {
			return err
		}
		var sessions []int64
		rows := tx.Query("SELECT `SessionNum` FROM `personsession` WHERE `PersonNum` = ? AND `MembershipNum` = ? ORDER BY `SessionNum`", store.Int(person), store.Int(num))
		for rows.Next() {
			sessions = append(sessions, rows.Int(0))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, session := range sessions {
			if err := endSession(tx, session); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepsAdministrator refuses to leave an organisation without anybody who looks after its people: without a role, or without a person.
func keepsAdministrator(c store.Conn, organisation, withoutMembership, withoutPerson int64) error {
	left, err := one(c, func(store.Row) {}, "SELECT 1 FROM `membership` AS `m` JOIN `person` AS `p` ON `p`.`PersonNum` = `m`.`PersonNum` WHERE `m`.`OrganisationNum` = ? AND `m`.`Role` = ? AND `m`.`EndedAt` = '0001-01-01 00:00:00' AND `p`.`DisabledAt` = '0001-01-01 00:00:00' AND `m`.`MembershipNum` <> ? AND `p`.`PersonNum` <> ? LIMIT 1",
		store.Int(organisation), store.Text(lifecycle.Administrator), store.Int(withoutMembership), store.Int(withoutPerson))
	if err == nil && !left {
		err = fault.New(fault.Conflict, "This is the organisation's last administrator; make another one first")
	}
	return err
}

// Disable keeps a person from signing in, and ends their sessions; enable lets them again. The visitor must look after all that they do.
func (r *Room) Disable(ctx context.Context, v *Visitor, person int64, isDisabled bool) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		if err := r.mayManagePerson(tx, v, person); err != nil {
			return err
		}
		if isDisabled {
			memberships, err := activeMemberships(tx, person)
			if err != nil {
				return err
			}
			for _, m := range memberships {
				if m.Role != lifecycle.Administrator {
					continue
				}
				if err := keepsAdministrator(tx, m.Organisation, 0, person); err != nil {
					return err
				}
			}
		}
		return disable(tx, person, isDisabled)
	})
}

// DisableAs is Disable by the operator, who may disable the last administrator too.
func (r *Room) DisableAs(ctx context.Context, caller audit.Caller, email string, isDisabled bool) error {
	return r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		p, err := r.named1(tx, email)
		if err != nil {
			return err
		}
		return disable(tx, p.num, isDisabled)
	})
}

func disable(tx *record.Tx, person int64, isDisabled bool) error {
	p, err := personOf(tx, person)
	if err != nil {
		return err
	}
	if isDisabled != p.disabledAt.IsNone() {
		return nil // they are so already
	}
	at := dental.DateTime{}
	if isDisabled {
		at = tx.At
		if err := endSessions(tx, person, 0); err != nil {
			return err
		}
		// Links that they sent do not outlive them.
		var sent []int64
		rows := tx.Query("SELECT `InvitationNum` FROM `invitation` WHERE `InviterNum` = ? AND `AcceptedAt` = '0001-01-01 00:00:00' AND `RevokedAt` = '0001-01-01 00:00:00' ORDER BY `InvitationNum`", store.Int(person))
		for rows.Next() {
			sent = append(sent, rows.Int(0))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, num := range sent {
			if err := revokeInvitation(tx, num); err != nil {
				return err
			}
		}
	}
	if err := tx.Send("UPDATE `person` SET `DisabledAt` = ? WHERE `PersonNum` = ?", store.Text(at.String()), store.Int(person)); err != nil {
		return err
	}
	return tx.Note(audit.Update, "person", person, "DisabledAt")
}

// tidyAtOnce bounds what one commit ends.
const tidyAtOnce = 100

// Tidy removes what is over: sessions, steps that nobody took, links to set the server up.
func (r *Room) Tidy(ctx context.Context) (ended int, err error) {
	for {
		count := 0
		err := r.hub.Write(ctx, audit.Caller{Name: "tidying"}, func(tx *record.Tx) error {
			count = 0
			var nums []int64
			rows := tx.Query("SELECT `SessionNum` FROM `personsession` WHERE `ExpiresAt` <= ? ORDER BY `SessionNum` LIMIT ?", store.Text(tx.At.String()), store.Int(tidyAtOnce))
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
			count = len(nums)
			if err := tx.Send("DELETE FROM `personstep` WHERE `ExpiresAt` <= ?", store.Text(tx.At.String())); err != nil {
				return err
			}
			return tx.Send("DELETE FROM `setuplink` WHERE `ExpiresAt` <= ?", store.Text(tx.At.String()))
		})
		ended += count
		if err != nil {
			return ended, err
		}
		if count < tidyAtOnce {
			return ended, r.foldNames(ctx)
		}
	}
}

// foldNames fills in the folded names of those who were there before names were folded.
func (r *Room) foldNames(ctx context.Context) error {
	for _, table := range [][2]string{{"person", "PersonNum"}, {"invitation", "InvitationNum"}} {
		for {
			left := true
			// Most of the time nobody is left, and nothing is written.
			err := r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
				left, err = one(c, func(store.Row) {}, "SELECT 1 FROM `"+table[0]+"` WHERE `NameFold` = '' LIMIT 1")
				return err
			})
			if err != nil {
				return err
			}
			if !left {
				break
			}
			err = r.hub.Write(ctx, audit.Caller{Name: "tidying"}, func(tx *record.Tx) error {
				names := make(map[int64]string)
				rows := tx.Query("SELECT `"+table[1]+"`, `Name` FROM `"+table[0]+"` WHERE `NameFold` = '' ORDER BY `"+table[1]+"` LIMIT ?", store.Int(tidyAtOnce))
				for rows.Next() {
					names[rows.Int(0)] = string(rows.Text(1))
				}
				if err := rows.Close(); err != nil {
					return err
				}
				for num, name := range names {
					if err := tx.Send("UPDATE `"+table[0]+"` SET `NameFold` = ? WHERE `"+table[1]+"` = ?", store.Text(foldName(name)), store.Int(num)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
