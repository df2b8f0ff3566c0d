package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

func TestTheRolesOfAnOrganisationFollowWhatItIs(t *testing.T) {
	for kinds, want := range map[people.Kinds]string{
		{}:                  "administrator",
		{IsReferring: true}: "referrer administrator",
		{IsTreating: true}:  "provider administrator",
		{IsCentre: true}:    "triager approver administrator",
		{IsReferring: true, IsTreating: true, IsCentre: true}: "referrer provider triager approver administrator",
	} {
		var got []string
		for _, role := range kinds.Roles() {
			got = append(got, string(role))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("of %+v they are %v, want %s", kinds, got, want)
		}
	}
	if (people.Kinds{IsReferring: true, IsTreating: true, IsCentre: true}).Has("patient") {
		t.Error("anything is a role")
	}
}

// is sets what an organisation is.
func (h *house) is(num int64, column string, value bool) {
	h.t.Helper()
	if err := h.book.Write(h.t.Context(), audit.Operator, func(tx *record.Tx) error {
		return tx.Send("UPDATE `organisation` SET `"+column+"` = ? WHERE `OrganisationNum` = ?", store.Bool(value), store.Int(num))
	}); err != nil {
		h.t.Fatal(err)
	}
}

func TestNobodyIsInvitedToARoleThatTheOrganisationCannotHave(t *testing.T) {
	h := inDirectory(t)
	h.person(ada, people.Membership{Organisation: centre, Role: lifecycle.Administrator})
	_, v := h.signIn(ada)
	for _, c := range []struct {
		organisation int64
		may          []lifecycle.Role
		says         string
	}{
		{north, []lifecycle.Role{lifecycle.Referrer, lifecycle.Administrator}, "Northside Dental refers, and has no triager. Choose referrer or administrator; or let its entry in the directory say first that it is a referral centre"},
		{south, []lifecycle.Role{lifecycle.Referrer, lifecycle.Provider, lifecycle.Administrator}, "Southside Dental refers and treats, and has no triager. Choose referrer, provider or administrator;"},
		{centre, []lifecycle.Role{lifecycle.Referrer, lifecycle.Triager, lifecycle.Approver, lifecycle.Administrator}, ""},
	} {
		for _, role := range people.Roles() {
			given := people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: c.organisation, Role: role}
			_, byAda := h.Invite(t.Context(), v, given)
			_, byOperator := h.InviteAs(t.Context(), audit.Operator, given)
			for _, err := range []error{byAda, byOperator} {
				if may := slices.Contains(c.may, role); may && err != nil {
					t.Errorf("%s of %d: %v", role, c.organisation, err)
				} else if !may {
					says := ""
					if role == lifecycle.Triager {
						says = c.says
					}
					wants(t, err, fault.Invalid, says)
					if fields := fault.From(err).Fields; len(fields) != 1 || fields[0].Name != "role" {
						t.Errorf("the faults are %+v", fields)
					}
				}
			}
		}
	}
}

func TestAnOrganisationThatIsNothingHasAdministratorsAlone(t *testing.T) {
	h := inDirectory(t)
	_, err := h.InviteAs(t.Context(), audit.Operator, people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: 4, Role: lifecycle.Referrer})
	wants(t, err, fault.Invalid, "Farside Dental neither refers nor treats, and is no referral centre, and has no referrer. Choose administrator; or let its entry in the directory say first that it refers")
	if _, err := h.InviteAs(t.Context(), audit.Operator, people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: 4, Role: lifecycle.Administrator}); err != nil {
		t.Error(err)
	}
}

func TestNobodyIsMadeInARoleThatTheOrganisationCannotHave(t *testing.T) {
	h := inDirectory(t)
	_, err := h.Create(t.Context(), audit.Operator, people.NewPerson{Name: "Bo Lund", Email: bo, Password: password, Memberships: []people.Membership{{Organisation: north, Role: lifecycle.Approver}}})
	wants(t, err, fault.Invalid, "has no approver")
	if has, err := h.HasPeople(t.Context()); err != nil || has {
		t.Errorf("somebody was made: %v", err)
	}
}

func TestALinkToARoleThatTheOrganisationHasNoMoreOpensNothing(t *testing.T) {
	h := inDirectory(t)
	token, err := h.InviteAs(t.Context(), audit.Operator, people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: north, Role: lifecycle.Referrer})
	if err != nil {
		t.Fatal(err)
	}
	h.person(ada, people.Membership{Organisation: centre, Role: lifecycle.Administrator})
	_, v := h.signIn(ada)
	known, err := h.InviteAs(t.Context(), audit.Operator, people.NewInvitation{Name: "Ada Quill", Email: ada, Organisation: north, Role: lifecycle.Referrer})
	if err != nil {
		t.Fatal(err)
	}
	h.is(north, "IsReferring", false)
	h.is(north, "IsTreating", true)
	_, err = h.Accept(t.Context(), at, token, "Bo Lund", another)
	wants(t, err, fault.Gone, "Northside Dental treats now, and has no referrer")
	wants(t, h.Join(t.Context(), v, known), fault.Gone, "has no referrer")
	h.is(north, "IsReferring", true)
	if _, err := h.Accept(t.Context(), at, token, "Bo Lund", another); err != nil {
		t.Errorf("where it refers again: %v", err)
	}
}

func TestWhoHasARoleAlreadyKeepsIt(t *testing.T) {
	h := inDirectory(t)
	h.person(bo, people.Membership{Organisation: north, Role: lifecycle.Referrer})
	h.is(north, "IsReferring", false) // as an installation may have been before roles followed it
	if _, v := h.signIn(bo); v.Acting.Role != lifecycle.Referrer {
		t.Errorf("they act as %+v", v.Acting)
	}
}
