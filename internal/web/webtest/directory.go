package webtest

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/web"
)

// Network is what a house's directory holds after Furnish.
type Network struct {
	Centre, Hospital, Clinic directory.Organisation
	Endo, Surgery            directory.Service // of the hospital
	List                     directory.List
}

// Furnish fills the directory: a referral centre that is responsible for the one area, a hospital with two services and a
// clinician, a clinic without a service, and a waiting list. Visitors are chief, who administers the centre; hospital, who
// administers the hospital; triager, of the centre; and referrer, of the practice.
func (h *House) Furnish(ctx context.Context) (n Network, err error) {
	room, operator := h.Directory, directory.Operator
	for _, one := range []struct {
		o  directory.Organisation
		at *directory.Organisation
	}{
		{directory.Organisation{Name: "Riverside Referral Centre", IsCentre: true, Address: "5 Quay Street\nLeeds", Phone: "0113 496 0100", Email: "triage@riverside.example.org", Area: directory.Everywhere, IsActive: true}, &n.Centre},
		{directory.Organisation{Name: "County Hospital", IsTreating: true, Address: "1 Hill Road\nLeeds\nLS1 3EX", Phone: "0113 496 0000", Email: "dental@county.example.org", Website: "https://county.example.org/dental", Hours: "Monday to Friday, 9:00 to 17:00\nClosed on bank holidays", Area: directory.Everywhere, IsActive: true}, &n.Hospital},
		{directory.Organisation{Name: "Moor Clinic", IsTreating: true, IsReferring: true, Address: "27 Moor Lane, Leeds", Area: directory.Everywhere, IsActive: true}, &n.Clinic},
	} {
		if *one.at, err = room.SaveOrganisation(ctx, audit.Operator, operator, one.o); err != nil {
			return n, err
		}
	}
	area, err := room.Area(ctx, directory.Everywhere)
	if err != nil {
		return n, err
	}
	area.Centre = n.Centre.Num
	if _, err = room.SaveArea(ctx, audit.Operator, operator, area); err != nil {
		return n, err
	}
	if n.Endo, err = room.SaveService(ctx, audit.Operator, operator, directory.Service{Organisation: n.Hospital.Num, Name: "Endodontics", FormTypes: []string{"EndodonticForm"}, MinAge: 18, Tiers: []string{"2", "3"},
		Anaesthesia: []string{"local"}, Facilities: []string{"cbct", "wheelchair"}, Capacity: 40, WaitDays: 30, IsOpen: true}); err != nil {
		return n, err
	}
	if n.Surgery, err = room.SaveService(ctx, audit.Operator, operator, directory.Service{Organisation: n.Hospital.Num, Name: "Oral surgery", FormTypes: []string{"MinorOralSurgeryForm"}, Anaesthesia: []string{"local", "sedation", "general"},
		Facilities: []string{"hoist", "wheelchair", "bariatric"}, WaitDays: 60, Hours: "Tuesdays and Thursdays", IsOpen: true}); err != nil {
		return n, err
	}
	if _, err = room.SaveClinician(ctx, audit.Operator, operator, directory.Clinician{Organisation: n.Hospital.Num, Name: "Mr E Example", GDC: "123456", IsActive: true, Services: []int64{n.Endo.Num}}); err != nil {
		return n, err
	}
	if n.List, err = room.SaveList(ctx, audit.Operator, operator, directory.List{Area: directory.Everywhere, Name: "Orthodontics", IsOpen: true}); err != nil {
		return n, err
	}
	areas := []int64{directory.Everywhere}
	h.Visit("chief", web.Visitor{Person: 1, Name: "Ann Chief", Organisation: n.Centre.Num, OrganisationName: n.Centre.Name, Role: lifecycle.Administrator, Areas: areas, IsCentre: true})
	h.Visit("triager", web.Visitor{Person: 2, Name: "Tom Triager", Organisation: n.Centre.Num, OrganisationName: n.Centre.Name, Role: lifecycle.Triager, Areas: areas, IsCentre: true})
	h.Visit("hospital", web.Visitor{Person: 3, Name: "Hana Head", Organisation: n.Hospital.Num, OrganisationName: n.Hospital.Name, Role: lifecycle.Administrator})
	h.Visit("referrer", web.Visitor{Person: 4, Name: "Ray Referrer", Organisation: int64(h.Practice.Num), OrganisationName: h.Practice.Name, Role: lifecycle.Referrer})
	return n, nil
}
