package people

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Roles are those that a membership can have, in the order in which they are offered.
func Roles() []lifecycle.Role {
	return []lifecycle.Role{lifecycle.Referrer, lifecycle.Provider, lifecycle.Triager, lifecycle.Approver, lifecycle.Administrator}
}

// Kinds are what an organisation is, by which its people have roles.
type Kinds struct{ IsReferring, IsTreating, IsCentre bool }

// Has tells whether people of such an organisation can be given a role. Every organisation has administrators.
func (k Kinds) Has(role lifecycle.Role) bool {
	switch role {
	case lifecycle.Referrer:
		return k.IsReferring
	case lifecycle.Provider:
		return k.IsTreating
	case lifecycle.Triager, lifecycle.Approver:
		return k.IsCentre
	}
	return role == lifecycle.Administrator
}

// Roles are those that people of such an organisation can be given, in the order in which they are offered.
func (k Kinds) Roles() []lifecycle.Role {
	return slices.DeleteFunc(Roles(), func(role lifecycle.Role) bool { return !k.Has(role) })
}

// text says what such an organisation is, after its name.
func (k Kinds) text() string {
	var all []string
	for _, one := range []struct {
		is   bool
		text string
	}{{k.IsReferring, "refers"}, {k.IsTreating, "treats"}, {k.IsCentre, "is a referral centre"}} {
		if one.is {
			all = append(all, one.text)
		}
	}
	if len(all) == 0 {
		return "neither refers nor treats, and is no referral centre"
	}
	return strings.Join(all, " and ")
}

// needs is what an organisation is whose people have a role.
var needs = map[lifecycle.Role]string{lifecycle.Referrer: "refers", lifecycle.Provider: "treats", lifecycle.Triager: "is a referral centre", lifecycle.Approver: "is a referral centre"}

// kindsOf reads one organisation's; it is NotFound where there is no such organisation.
func (r *Room) kindsOf(c store.Conn, organisation int64) (Kinds, error) {
	found, err := r.options.Kinds(c, []int64{organisation})
	if err != nil {
		return Kinds{}, err
	}
	kinds, ok := found[organisation]
	if !ok {
		return kinds, fault.New(fault.NotFound, "There is no organisation %d", organisation)
	}
	return kinds, nil
}

// checkRole refuses a role that the organisation's people cannot have, for what it is: such a person would see nothing to work on.
func (r *Room) checkRole(c store.Conn, m Membership) error {
	kinds, err := r.kindsOf(c, m.Organisation)
	if err != nil || kinds.Has(m.Role) {
		return err
	}
	names, err := r.options.Names(c, []int64{m.Organisation})
	if err != nil {
		return err
	}
	var roles []string
	for _, role := range kinds.Roles() {
		roles = append(roles, string(role))
	}
	choice := strings.Join(roles, " or ")
	if last := len(roles) - 1; last > 1 {
		choice = strings.Join(roles[:last], ", ") + " or " + roles[last]
	}
	return fault.InvalidFields([]fault.Field{{Name: "role", Text: fmt.Sprintf("%s %s, and has no %s. Choose %s; or let its entry in the directory say first that it %s",
		names[m.Organisation], kinds.text(), m.Role, choice, needs[m.Role])}})
}

// organisationKinds are what the hub's tables of the directory say.
func organisationKinds(c store.Conn, organisations []int64) (map[int64]Kinds, error) {
	kinds := make(map[int64]Kinds, len(organisations))
	if len(organisations) == 0 {
		return kinds, nil
	}
	rows := c.Query("SELECT `OrganisationNum`, `IsReferring`, `IsTreating`, `IsCentre` FROM `organisation` WHERE `OrganisationNum` IN ("+marks(len(organisations))+")", ints(organisations)...)
	for rows.Next() {
		kinds[rows.Int(0)] = Kinds{rows.Int(1) != 0, rows.Int(2) != 0, rows.Int(3) != 0}
	}
	return kinds, rows.Close()
}
