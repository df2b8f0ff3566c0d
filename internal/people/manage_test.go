package people_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

const bo = "bo.lund@northside.example"

func invitation() people.NewInvitation {
	return people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: north, Role: lifecycle.Referrer}
}

func (h *house) invite(v *people.Visitor, given people.NewInvitation) string {
	h.t.Helper()
	token, err := h.Invite(h.t.Context(), v, given)
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

func TestAnInvitationMakesAPersonOnce(t *testing.T) {
	h := newHouse(t)
	token := h.invite(h.administrator(), invitation())
	seen, err := h.Invitation(t.Context(), at, token)
	if err != nil || seen.OrganisationName != "Northside Dental" || seen.Email != bo || seen.Role != lifecycle.Referrer || seen.IsKnown {
		t.Fatalf("the invitation is %+v, %v", seen, err)
	}
	_, err = h.Accept(t.Context(), at, token, "Bo Lund", "northside-lovely-2026")
	wants(t, err, fault.Invalid)
	session, err := h.Accept(t.Context(), at, token, "Bo Lund", another)
	if err != nil {
		t.Fatal(err)
	}
	if v := h.visitor(session); v.Email != bo || v.Acting.Organisation != north || v.Acting.Role != lifecycle.Referrer || v.IsAdministrator() {
		t.Errorf("the visitor is %+v", v)
	}
	_, err = h.Accept(t.Context(), at, token, "Somebody Else", another)
	wants(t, err, fault.Gone, "used already")
	_, err = h.Invitation(t.Context(), at, token)
	wants(t, err, fault.Gone)
}

func TestOfManyWhoOpenAnInvitationAtOnceOneIsLetIn(t *testing.T) {
	h := newHouse(t)
	token := h.invite(h.administrator(), invitation())
	var all sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for i := range 8 {
		all.Go(func() {
			_, err := h.Accept(t.Context(), from(i), token, "Bo Lund", another)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if !fault.Is(err, fault.Gone) && !fault.Is(err, fault.Conflict) {
				t.Errorf("the others: %v", err)
			}
		})
	}
	all.Wait()
	if in != 1 {
		t.Errorf("%d were let in", in)
	}
}

func TestAnInvitationLastsSevenDays(t *testing.T) {
	h := newHouse(t)
	token := h.invite(h.administrator(), invitation())
	h.pass(7*24*time.Hour - time.Second)
	if _, err := h.Invitation(t.Context(), at, token); err != nil {
		t.Error(err)
	}
	h.pass(time.Second)
	_, err := h.Accept(t.Context(), at, token, "Bo Lund", another)
	wants(t, err, fault.Gone, "expired")
}

func TestARevokedInvitationOpensNothing(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	token := h.invite(v, invitation())
	page, err := h.Invitations(t.Context(), v, north, people.Filter{})
	waiting := page.Lines
	if err != nil || len(waiting) != 1 {
		t.Fatalf("there wait %+v, %v", waiting, err)
	}
	if err := h.Revoke(t.Context(), v, waiting[0].Num); err != nil {
		t.Fatal(err)
	}
	wants(t, h.Revoke(t.Context(), v, waiting[0].Num), fault.Gone)
	_, err = h.Accept(t.Context(), at, token, "Bo Lund", another)
	wants(t, err, fault.Gone, "ended by an administrator")
}

func TestASecondInvitationEndsTheFirst(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	first := h.invite(v, invitation())
	second := h.invite(v, invitation())
	_, err := h.Invitation(t.Context(), at, first)
	wants(t, err, fault.Gone)
	if _, err := h.Invitation(t.Context(), at, second); err != nil {
		t.Error(err)
	}
}

func TestLinksDoNotOutliveTheAccountOfWhoSentThem(t *testing.T) {
	h := newHouse(t)
	token := h.invite(h.administrator(), invitation())
	if err := h.DisableAs(t.Context(), audit.Operator, ada, true); err != nil {
		t.Fatal(err)
	}
	_, err := h.Invitation(t.Context(), at, token)
	wants(t, err, fault.Gone)
}

func TestWhoHasAnAccountJoinsWithIt(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	h.person(bo, people.Membership{Organisation: south, Role: lifecycle.Provider})
	token := h.invite(v, invitation())
	_, err := h.Accept(t.Context(), at, token, "Bo Lund", another)
	wants(t, err, fault.Conflict, "account with this e-mail address")
	wants(t, h.Join(t.Context(), v, token), fault.Forbidden, "somebody else")
	session, theirs := h.signIn(bo)
	if err := h.Join(t.Context(), theirs, token); err != nil {
		t.Fatal(err)
	}
	if theirs = h.visitor(session); len(theirs.Memberships) != 2 || theirs.Acting.Organisation != north {
		t.Errorf("the visitor is %+v", theirs)
	}
	wants(t, h.Join(t.Context(), theirs, token), fault.Gone)
}

// TestEachLooksAfterTheirOwnPeopleAndACentreAfterThoseOfItsAreas tries each kind of administrator against each organisation.
func TestEachLooksAfterTheirOwnPeopleAndACentreAfterThoseOfItsAreas(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		acts people.Membership
		may  map[int64]bool
	}{
		"a practice's administrator":           {people.Membership{Organisation: north, Role: lifecycle.Administrator}, map[int64]bool{north: true}},
		"a centre's administrator":             {people.Membership{Organisation: centre, Role: lifecycle.Administrator}, map[int64]bool{north: true, south: true, centre: true}},
		"a centre's administrator in one area": {people.Membership{Organisation: centre, Role: lifecycle.Administrator, Area: 2}, map[int64]bool{south: true}},
		"a referrer":                           {people.Membership{Organisation: north, Role: lifecycle.Referrer}, nil},
		"a triager":                            {people.Membership{Organisation: centre, Role: lifecycle.Triager}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			email := "x" + string(rune('a'+len(name)%26)) + string(c.acts.Role) + "@elsewhere.example"
			if _, err := h.Create(t.Context(), audit.Operator, people.NewPerson{Name: "Xi", Email: email, Password: password, Memberships: []people.Membership{c.acts}}); err != nil {
				t.Fatal(err)
			}
			_, v := h.signIn(email)
			for organisation := range organisations {
				_, err := h.Invite(t.Context(), v, people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: organisation, Role: lifecycle.Referrer})
				if c.may[organisation] && err != nil {
					t.Errorf("into %d: %v", organisation, err)
				} else if !c.may[organisation] && !fault.Is(err, fault.Forbidden) {
					t.Errorf("into %d they are not kept out: %v", organisation, err)
				}
			}
		})
	}
}

func TestARoleIsForAnAreaOfItsOrganisationAlone(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	given := invitation()
	given.Area = 1
	_, err := h.Invite(t.Context(), v, given)
	wants(t, err, fault.Invalid, "areas")
	h.person("cy@wessex.example", people.Membership{Organisation: centre, Role: lifecycle.Administrator, Area: 2})
	_, cy := h.signIn("cy@wessex.example")
	own := people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: centre, Role: lifecycle.Triager, Area: 2}
	h.invite(cy, own)
	for _, other := range []int64{0, 1} {
		own.Area = other
		_, err := h.Invite(t.Context(), cy, own)
		wants(t, err, fault.Forbidden)
	}
	all, err := h.Organisations(t.Context(), cy)
	if err != nil || len(all) != 2 || len(all[0].Areas) != 1 || all[0].Areas[0].Num != 2 || all[1].Num != south || all[1].Areas != nil {
		t.Errorf("the organisations are %+v, %v", all, err)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	wants(t, h.EndMembership(t.Context(), v, v.Acting.Num), fault.Conflict, "last administrator")
	wants(t, h.Disable(t.Context(), v, v.Person, true), fault.Conflict, "last administrator")
	other := h.person(bo, people.Membership{Organisation: north, Role: lifecycle.Administrator})
	if err := h.Disable(t.Context(), v, other, true); err != nil {
		t.Fatal(err)
	}
	wants(t, h.EndMembership(t.Context(), v, v.Acting.Num), fault.Conflict, "last administrator")
	if err := h.Disable(t.Context(), v, other, false); err != nil {
		t.Fatal(err)
	}
	if err := h.EndMembership(t.Context(), v, v.Acting.Num); err != nil {
		t.Errorf("with another one: %v", err)
	}
	_, err := h.Invite(t.Context(), v, invitation())
	wants(t, err, fault.Forbidden)
}

func TestAnEndedRoleEndsTheSessionsThatActInItAndNoOthers(t *testing.T) {
	h := newHouse(t)
	admin := h.administrator()
	h.person(bo, referrer, people.Membership{Organisation: south, Role: lifecycle.Provider})
	first, v := h.signIn(bo)
	secondSession, w := h.signIn(bo)
	if err := h.Act(t.Context(), w, w.Memberships[1].Num); err != nil {
		t.Fatal(err)
	}
	wants(t, h.EndMembership(t.Context(), admin, v.Memberships[1].Num), fault.Forbidden)
	if err := h.EndMembership(t.Context(), admin, v.Memberships[0].Num); err != nil {
		t.Fatal(err)
	}
	wants(t, h.EndMembership(t.Context(), admin, v.Memberships[0].Num), fault.NotFound)
	_, err := h.Session(t.Context(), first)
	wants(t, err, fault.Unauthenticated)
	if w = h.visitor(secondSession); len(w.Memberships) != 1 || w.Acting.Organisation != south {
		t.Errorf("the other session is %+v", w)
	}
}

func TestWhoHasNoRoleLeftIsNotLetIn(t *testing.T) {
	h := newHouse(t)
	admin := h.administrator()
	h.person(bo, referrer)
	_, v := h.signIn(bo)
	if err := h.EndMembership(t.Context(), admin, v.Acting.Num); err != nil {
		t.Fatal(err)
	}
	_, err := h.SignIn(t.Context(), at, bo, password)
	wants(t, err, fault.Forbidden, "no role")
}

func TestAPersonOfTwoOrganisationsIsDisabledByNeitherAlone(t *testing.T) {
	h := newHouse(t)
	admin := h.administrator()
	num := h.person(bo, referrer, people.Membership{Organisation: south, Role: lifecycle.Provider})
	wants(t, h.Disable(t.Context(), admin, num, true), fault.Forbidden, "another organisation")
	_, err := h.ResetLink(t.Context(), admin, num)
	wants(t, err, fault.Forbidden)
	h.person("cy@wessex.example", people.Membership{Organisation: centre, Role: lifecycle.Administrator})
	_, cy := h.signIn("cy@wessex.example")
	if err := h.Disable(t.Context(), cy, num, true); err != nil {
		t.Errorf("by the centre of both: %v", err)
	}
	wants(t, h.Disable(t.Context(), admin, 999, true), fault.NotFound)
}

func TestColleaguesAreThoseOfOneOrganisation(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	h.person(bo, referrer)
	h.person("dee@southside.example", people.Membership{Organisation: south, Role: lifecycle.Provider})
	found, err := h.Colleagues(t.Context(), v, north, people.Filter{})
	if err != nil || len(found.Lines) != 2 || found.Waiting != 0 || found.Next != 0 {
		t.Fatalf("there are %+v, %v", found, err)
	}
	for _, one := range found.Lines {
		if one.Email == ada && one.SeenAt == people.None || one.Email == bo && one.SeenAt != people.None || one.HasSecondFactor || one.IsDisabled {
			t.Errorf("a colleague is %+v", one)
		}
	}
	_, err = h.Colleagues(t.Context(), v, south, people.Filter{})
	wants(t, err, fault.NotFound)
	_, err = h.Invitations(t.Context(), v, south, people.Filter{})
	wants(t, err, fault.NotFound)
	everyone, err := h.Everyone(t.Context())
	if err != nil || len(everyone) != 3 || everyone[0].Membership.OrganisationName == "" {
		t.Errorf("everyone is %+v, %v", everyone, err)
	}
}

// Who looks after people can see why somebody cannot sign in, for as long as that is so.
func TestTheListSaysUntilWhenAnAccountIsLocked(t *testing.T) {
	h := newHouse(t)
	v := h.administrator()
	num := h.person(bo, referrer)
	locked := func() string {
		t.Helper()
		one, err := h.Colleague(t.Context(), v, north, num)
		if err != nil {
			t.Fatal(err)
		}
		everyone, err := h.Everyone(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range [][]people.Colleague{h.walk(v, people.Filter{Count: 1}), everyone} {
			if at := slices.IndexFunc(list, func(c people.Colleague) bool { return c.Person == num }); at < 0 || list[at].LockedUntil != one.LockedUntil {
				t.Errorf("a list has %+v, and the person is locked until %s", list, one.LockedUntil)
			}
		}
		return one.LockedUntil.String()
	}
	for range 5 {
		if until := locked(); until != people.None.String() {
			t.Errorf("before the fifth wrong try it is locked until %s", until)
		}
		_, err := h.SignIn(t.Context(), at, bo, another)
		wants(t, err, fault.Unauthenticated)
	}
	if until, want := locked(), h.clock().Add(time.Minute).Format(time.DateTime); until != want {
		t.Errorf("it is locked until %s, want %s", until, want)
	}
	h.pass(time.Minute)
	if until := locked(); until != people.None.String() {
		t.Errorf("after the wait it is locked until %s", until)
	}
}

func TestAResetLinkGivesANewPasswordAndEndsWhatWasLost(t *testing.T) {
	h := newHouse(t)
	admin := h.administrator()
	num := h.person(bo, referrer)
	session, v := h.signIn(bo)
	h.withSecondFactor(v)
	first, err := h.ResetLink(t.Context(), admin, num)
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.ResetLink(t.Context(), admin, num)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Invitation(t.Context(), at, first)
	wants(t, err, fault.Gone)
	_, err = h.Accept(t.Context(), at, token, "", "bo lund bo lund bo lund")
	wants(t, err, fault.Invalid, "your name")
	wants(t, h.Join(t.Context(), v, token), fault.Forbidden)
	got, err := h.Accept(t.Context(), at, token, "", another)
	if err != nil || got != "" {
		t.Fatalf("a reset signs in: %q, %v", got, err)
	}
	_, err = h.Session(t.Context(), session)
	wants(t, err, fault.Unauthenticated)
	if result, err := h.SignIn(t.Context(), at, bo, another); err != nil || result.Session == "" {
		t.Errorf("the new password alone gives %+v, %v", result, err)
	}
	_, err = h.Accept(t.Context(), at, token, "", "fresh marbles roll past noon")
	wants(t, err, fault.Gone)
	if token, err = h.ResetLinkAs(t.Context(), audit.Operator, bo); err != nil {
		t.Fatal(err)
	}
	h.pass(24 * time.Hour)
	_, err = h.Accept(t.Context(), at, token, "", "fresh marbles roll past noon")
	wants(t, err, fault.Gone)
}

func TestTheOperatorInvitesIntoAnyOrganisationThatThereIs(t *testing.T) {
	h := newHouse(t)
	given := invitation()
	given.Organisation = 77
	_, err := h.InviteAs(t.Context(), audit.Operator, given)
	wants(t, err, fault.NotFound)
	given.Organisation, given.Role = south, "dentist"
	_, err = h.InviteAs(t.Context(), audit.Operator, given)
	wants(t, err, fault.Invalid, "role")
	given.Role = lifecycle.Provider
	token, err := h.InviteAs(t.Context(), audit.Operator, given)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Accept(t.Context(), at, token, "Bo Lund", another); err != nil {
		t.Error(err)
	}
}

func TestAPersonIsCreatedWithTheChecksOfAnInvitation(t *testing.T) {
	h := newHouse(t)
	_, err := h.Create(t.Context(), audit.Operator, people.NewPerson{Name: "", Email: "x", Password: "short", Memberships: []people.Membership{{Organisation: north, Role: "patient"}}})
	wants(t, err, fault.Invalid)
	if n := len(fault.From(err).Fields); n != 4 {
		t.Errorf("%d faults: %v", n, err)
	}
	h.person(ada, referrer)
	_, err = h.Create(t.Context(), audit.Operator, people.NewPerson{Name: "Ada Quill", Email: "ADA.Quill@northside.example", Password: password, Memberships: []people.Membership{referrer}})
	wants(t, err, fault.Conflict)
}
