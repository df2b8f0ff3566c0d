package od

// All lists the resources, in the order of the documents.
func All() []Resource {
	return []Resource{
		Clinics,
		Definitions,
		Patients,
		Preferences,
		Providers,
		RefAttaches,
		Referrals,
	}
}
