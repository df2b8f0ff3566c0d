package od

// All lists the resources, in the order of the documents.
func All() []Resource {
	return []Resource{
		ClaimProcs,
		Clinics,
		Commlogs,
		Definitions,
		DiscountPlanSubs,
		InsSubs,
		InsVerifies,
		PatPlans,
		Patients,
		PayPlans,
		Payments,
		Popups,
		Preferences,
		Providers,
		Recalls,
		RefAttaches,
		Referrals,
	}
}
