package directory_test

import (
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// work gives people roles, person by person.
func (h *house) work(t *testing.T, organisation int64, ended string, roles ...string) {
	t.Helper()
	must(t, h.hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		for person, role := range roles {
			if _, err := tx.Exec("INSERT INTO `membership` (`PersonNum`, `OrganisationNum`, `Role`, `CreatedAt`, `EndedAt`) VALUES (?, ?, ?, '2026-01-01 00:00:00', ?)",
				store.Int(person+1), store.Int(organisation), store.Text(role), store.Text(ended)); err != nil {
				return err
			}
		}
		return nil
	}))
}

const never = "0001-01-01 00:00:00"

func TestAnOrganisationStaysWhatItsPeopleHaveTheirRolesBy(t *testing.T) {
	for name, c := range map[string]struct {
		roles []string
		stop  func(*directory.Organisation)
		field string
		says  string
	}{
		"referrers":   {[]string{"referrer", "referrer", "administrator"}, func(o *directory.Organisation) { o.IsReferring = false }, "IsReferring", "2 people have the role referrer here; end their roles on the page People first"},
		"a provider":  {[]string{"provider"}, func(o *directory.Organisation) { o.IsTreating = false }, "IsTreating", "One person has the role provider here"},
		"triagers":    {[]string{"triager", "triager", "triager"}, func(o *directory.Organisation) { o.IsCentre = false }, "IsCentre", "3 people have the role triager here"},
		"an approver": {[]string{"approver"}, func(o *directory.Organisation) { o.IsCentre = false }, "IsCentre", "One person has the role approver here"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			o := h.organisation(t, directory.Organisation{Name: "Everything Dental", IsReferring: true, IsTreating: true, IsCentre: true, Area: directory.Everywhere, IsActive: true})
			h.work(t, o.Num, never, c.roles...)
			c.stop(&o)
			_, err := h.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, o)
			refused(t, err, fault.Invalid, c.says)
			if fields := fault.From(err).Fields; len(fields) != 1 || fields[0].Name != c.field {
				t.Errorf("the faults are %+v", fields)
			}
		})
	}
}

func TestAnOrganisationStopsBeingWhatNobodyWorksBy(t *testing.T) {
	h := newHouse(t)
	o := h.organisation(t, directory.Organisation{Name: "Everything Dental", IsReferring: true, IsTreating: true, IsCentre: true, Area: directory.Everywhere, IsActive: true})
	h.work(t, o.Num, never, "administrator", "provider")
	h.work(t, o.Num, "2026-02-01 00:00:00", "triager", "referrer") // they have ended
	h.work(t, h.practice.Num, never, "referrer")                   // of another organisation
	o.IsReferring, o.IsCentre = false, false
	saved, err := h.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, o)
	must(t, err)
	if saved.IsReferring || saved.IsCentre || !saved.IsTreating {
		t.Errorf("it is %+v", saved)
	}
}

func TestAFileTakesAwayNothingThatPeopleWorkBy(t *testing.T) {
	h := newHouse(t)
	h.work(t, h.practice.Num, never, "referrer")
	preview, err := h.Preview(t.Context(), directory.Operator, []byte("Kind,Name,Refers,Treats\norganisation,Northside Dental,no,yes\n"))
	must(t, err)
	if len(preview.Faults) != 1 || preview.Faults[0].Column != "Refers" {
		t.Errorf("the faults are %+v", preview.Faults)
	}
}
