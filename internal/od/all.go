package od

// All lists the resources, in the order of the documents.
func All() []Resource {
	return []Resource{
		Appointments,
		Clinics,
		Commlogs,
		Definitions,
		Operatories,
		Patients,
		Popups,
		Preferences,
		Providers,
		Recalls,
		RefAttaches,
		Referrals,
		Signalods,
		Userods,
	}
}
