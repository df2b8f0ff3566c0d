package people_test

import (
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// inDirectory is the room over the directory's own tables: a centre with two areas, one of them with a practice.
func inDirectory(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.Room = people.New(h.book, people.Options{BaseURL: h.options.BaseURL, Sealer: h.options.Sealer}.Costing(64, 1))
	if err := h.book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		for _, o := range []struct {
			num, area int64
			name      string
		}{{north, 1, "Northside Dental"}, {south, 2, "Southside Dental"}, {centre, 1, "Wessex Referral Centre"}, {4, 3, "Farside Dental"}} {
			is := kinds[o.num]
			if err := tx.Send("INSERT INTO `organisation` (`OrganisationNum`, `Name`, `NameFold`, `AreaNum`, `IsReferring`, `IsTreating`, `IsCentre`) VALUES (?, ?, ?, ?, ?, ?, ?)", store.Int(o.num), store.Text(o.name),
				store.Text(o.name), store.Int(o.area), store.Bool(is.IsReferring), store.Bool(is.IsTreating), store.Bool(is.IsCentre)); err != nil {
				return err
			}
		}
		for num, of := range map[int64]int64{2: centre, 3: 99} {
			name := map[int64]string{2: "South", 3: "Elsewhere"}[num]
			if err := tx.Send("INSERT INTO `area` (`AreaNum`, `Name`, `NameFold`, `CentreNum`, `Targets`, `Holidays`) VALUES (?, ?, ?, ?, '', '')", store.Int(num), store.Text(name), store.Text(name), store.Int(of)); err != nil {
				return err
			}
		}
		return tx.Send("UPDATE `area` SET `CentreNum` = ? WHERE `AreaNum` = 1", store.Int(centre))
	}); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestACentresPeopleAndAreasAreThoseOfTheDirectory(t *testing.T) {
	h := inDirectory(t)
	h.person(ada, people.Membership{Organisation: centre, Role: lifecycle.Administrator})
	_, v := h.signIn(ada)
	if v.Acting.OrganisationName != "Wessex Referral Centre" || len(v.Areas) != 2 {
		t.Errorf("the visitor is %+v", v)
	}
	all, err := h.Organisations(t.Context(), v)
	if err != nil || len(all) != 3 || all[0].Num != centre || len(all[0].Areas) != 2 || all[1].Name != "Northside Dental" || all[2].Name != "Southside Dental" {
		t.Errorf("the organisations are %+v, %v", all, err)
	}
	for organisation, may := range map[int64]bool{north: true, south: true, centre: true, 4: false} {
		_, err := h.Invite(t.Context(), v, people.NewInvitation{Name: "Bo Lund", Email: bo, Organisation: organisation, Role: lifecycle.Referrer})
		if (err == nil) != may {
			t.Errorf("into %d: %v", organisation, err)
		}
	}
	h.person("cy@wessex.example", people.Membership{Organisation: centre, Role: lifecycle.Administrator, Area: 2})
	_, cy := h.signIn("cy@wessex.example")
	if len(cy.Areas) != 1 || cy.Areas[0] != 2 {
		t.Errorf("of one area they see %v", cy.Areas)
	}
	if all, err = h.Organisations(t.Context(), cy); err != nil || len(all) != 2 || all[1].Num != south {
		t.Errorf("of one area they look after %+v, %v", all, err)
	}
}

func TestAnAreaThatIsAnotherCentresNowIsSeenNoMore(t *testing.T) {
	h := inDirectory(t)
	h.person(ada, people.Membership{Organisation: centre, Role: lifecycle.Triager, Area: 2})
	session, _ := h.signIn(ada)
	if err := h.book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error { return tx.Send("UPDATE `area` SET `CentreNum` = 99 WHERE `AreaNum` = 2") }); err != nil {
		t.Fatal(err)
	}
	if v := h.visitor(session); len(v.Areas) != 0 {
		t.Errorf("they see %v", v.Areas)
	}
}

func TestWithoutADirectoryToMakeItInTheFirstOrganisationMustBeThere(t *testing.T) {
	h := inDirectory(t)
	token, err := h.SetUpLink(t.Context(), audit.Operator)
	if err != nil {
		t.Fatal(err)
	}
	given := people.FirstAdministrator{Organisation: "Nowhere Dental", Name: "Ada Quill", Email: ada, Password: password}
	_, err = h.SetUp(t.Context(), at, token, given)
	wants(t, err, fault.Invalid, "no organisation of this name")
	if has, err := h.HasPeople(t.Context()); err != nil || has {
		t.Errorf("somebody was made: %v", err)
	}
}
