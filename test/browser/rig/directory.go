package main

import (
	"fmt"
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// directory fills the directory, once: the house's network, practices enough for two pages, and an area's rules. It answers with
// the addresses of pages.
func (r rig) directory(req *http.Request) (any, error) {
	ctx, room, operator := req.Context(), r.house.Directory, directory.Operator
	n, err := r.house.Furnish(ctx)
	if err != nil {
		return nil, err
	}
	for i := range 27 {
		if _, err := room.SaveOrganisation(ctx, audit.Operator, operator, directory.Organisation{Name: fmt.Sprintf("Orchard Dental Practice %d", i+1), Address: fmt.Sprintf("%d Orchard Road, Leeds", i+1), IsReferring: true, Area: directory.Everywhere, IsActive: true}); err != nil {
			return nil, err
		}
	}
	var first directory.Route
	for _, route := range []directory.Route{
		{Name: "Suspected cancer", Priorities: []string{string(lifecycle.USC)}, FormTypes: []string{"UrgentSuspectedCancerForm", "MinorOralSurgeryForm"}, Service: n.Surgery.Num, IsAuto: true, IsActive: true},
		{Name: "Root canals of adults", FormTypes: []string{"EndodonticForm"}, MinAge: 18, Tiers: []string{"2", "3"}, Service: n.Endo.Num, IsActive: true},
		{Name: "Braces wait", FormTypes: []string{"OrthodonticForm"}, List: n.List.Num, IsActive: true},
		{Name: "Last summer's overflow", FormTypes: []string{"EndodonticForm"}, Anaesthesia: []string{"sedation"}, Service: n.Surgery.Num, IsActive: false},
	} {
		route.Area = directory.Everywhere
		saved, err := room.SaveRoute(ctx, audit.Operator, operator, route)
		if err != nil {
			return nil, err
		}
		if first.Num == 0 {
			first = saved
		}
	}
	area, err := room.Area(ctx, directory.Everywhere)
	if err != nil {
		return nil, err
	}
	area.Holidays = directory.ParseHolidays("2026-12-25 Christmas Day\n2026-12-28 Boxing Day (substitute)\n2027-01-01 New Year's Day")
	if _, err := room.SaveArea(ctx, audit.Operator, operator, area); err != nil {
		return nil, err
	}
	base := fmt.Sprintf("/directory/%d", n.Hospital.Num)
	return map[string]string{"hospital": base, "clinic": fmt.Sprintf("/directory/%d", n.Clinic.Num), "service": fmt.Sprintf("%s/services/%d", base, n.Endo.Num), "clinician": base + "/clinicians/1",
		"list": fmt.Sprintf("/areas/1/lists/%d", n.List.Num), "route": fmt.Sprintf("/routes/%d", first.Num)}, nil
}
