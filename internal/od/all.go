package od

// All lists the resources, in the order of the documents.
func All() []Resource {
	return []Resource{
		Allergies,
		AllergyDefs,
		Clinics,
		Commlogs,
		Definitions,
		Diseases,
		DiseaseDefs,
		Medications,
		MedicationPats,
		Patients,
		Popups,
		Preferences,
		Providers,
		Recalls,
		RefAttaches,
		Referrals,
	}
}
