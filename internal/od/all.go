package od

// All lists the resources, in the order of the documents.
func All() []Resource {
	return []Resource{
		Allergies,
		AllergyDefs,
		ApptFields,
		Clinics,
		Commlogs,
		Definitions,
		Diseases,
		DiseaseDefs,
		Medications,
		MedicationPats,
		PatFields,
		PatientNotes,
		Patients,
		Popups,
		Preferences,
		Providers,
		Recalls,
		RefAttaches,
		Referrals,
		Subscriptions,
	}
}
