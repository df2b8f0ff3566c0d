package od

// All lists the resources, in the order of the documents.
func All() []Resource {
	return []Resource{
		Appointments,
		ClaimProcs,
		Claims,
		Clinics,
		Commlogs,
		Definitions,
		DiscountPlanSubs,
		Etranss,
		InsSubs,
		InsVerifies,
		Operatories,
		PatPlans,
		Patients,
		PayPlans,
		Payments,
		Popups,
		Preferences,
		Procedurelogs,
		Providers,
		Recalls,
		RefAttaches,
		Referrals,
		Signalods,
		Subscriptions,
		Userods,
	}
}
