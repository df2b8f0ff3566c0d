package dental

// Enum is an enumeration that is stored as a number and spoken as a name. The names are in the
// order of the numbers, from 0 (spec: enums of the Open Dental schema, 24.3).
type Enum interface{ Names() []string }

// ReferralType says which way a referral goes.
type ReferralType int8

// The referral types.
const (
	RefTo ReferralType = iota
	RefFrom
	RefCustom
)

// Names implements Enum.
func (ReferralType) Names() []string { return []string{"RefTo", "RefFrom", "RefCustom"} }

// RefToStatus says how far an outgoing referral is.
type RefToStatus int8

// The statuses of an outgoing referral.
const (
	RefToNone RefToStatus = iota
	RefToDeclined
	RefToScheduled
	RefToConsulted
	RefToInTreatment
	RefToComplete
)

// Names implements Enum.
func (RefToStatus) Names() []string {
	return []string{"None", "Declined", "Scheduled", "Consulted", "InTreatment", "Complete"}
}

// PatStatus says what a person is to the practice.
type PatStatus int8

// The patient statuses.
const (
	PatStatusPatient PatStatus = iota
	PatStatusNonPatient
	PatStatusInactive
	PatStatusArchived
	PatStatusDeleted
	PatStatusDeceased
	PatStatusProspective
)

// Names implements Enum.
func (PatStatus) Names() []string {
	return []string{"Patient", "NonPatient", "Inactive", "Archived", "Deleted", "Deceased", "Prospective"}
}

// Gender is a patient's gender.
type Gender int8

// The genders.
const (
	GenderMale Gender = iota
	GenderFemale
	GenderUnknown
	GenderOther
)

// Names implements Enum.
func (Gender) Names() []string { return []string{"Male", "Female", "Unknown", "Other"} }

// Position is a patient's place in the family.
type Position int8

// The positions.
const (
	PositionSingle Position = iota
	PositionMarried
	PositionChild
	PositionWidowed
	PositionDivorced
)

// Names implements Enum.
func (Position) Names() []string {
	return []string{"Single", "Married", "Child", "Widowed", "Divorced"}
}

// ContactMethod is how a patient wishes to be reached.
type ContactMethod int8

// Names implements Enum.
func (ContactMethod) Names() []string {
	return []string{"None", "DoNotCall", "HmPhone", "WkPhone", "WirelessPh", "Email", "SeeNotes", "Mail", "TextMessage"}
}

// YesNo is a question that may be unanswered.
type YesNo int8

// Names implements Enum.
func (YesNo) Names() []string { return []string{"Unknown", "Yes", "No"} }

// ProvStatus tells a provider who works here from one who was removed.
type ProvStatus int8

// Names implements Enum.
func (ProvStatus) Names() []string { return []string{"Active", "Deleted"} }

// CommMode is how a contact was made. The names are those of the API's pages; "InPerson" is understood.
type CommMode int8

// The modes that rules name.
const (
	CommModeNone  CommMode = 0
	CommModePhone CommMode = 3
)

// Names implements Enum.
func (CommMode) Names() []string {
	return []string{"None", "Email", "Mail", "Phone", "In Person", "Text", "Email and Text", "Phone and Text"}
}

// SentOrReceived says which way a contact went.
type SentOrReceived int8

// CommSent is a contact that the practice made.
const CommSent SentOrReceived = 1

// Names implements Enum.
func (SentOrReceived) Names() []string { return []string{"Neither", "Sent", "Received"} }

// CommSource says what made an entry of the communication log.
type CommSource int8

// Names implements Enum.
func (CommSource) Names() []string {
	return []string{"User", "WebSched", "ProgramLink", "ApptReminder", "EServices", "SupplementalBackup",
		"ApptThankYou", "FHIR", "NewPatThankYou", "MsgToPay", "MassEmail"}
}

// PopupLevel says for whom a popup is shown.
type PopupLevel int8

// PopupSuperFamily shows it for every member of a super family.
const PopupSuperFamily PopupLevel = 2

// Names implements Enum.
func (PopupLevel) Names() []string { return []string{"Patient", "Family", "SuperFamily", "Automation"} }

// RecallPriority says how soon a recall is wanted.
type RecallPriority int8

// Names implements Enum.
func (RecallPriority) Names() []string { return []string{"Normal", "ASAP"} }

// ProbStatus says how far a patient's problem is.
type ProbStatus int8

// Names implements Enum.
func (ProbStatus) Names() []string { return []string{"Active", "Resolved", "Inactive"} }

// SnomedAllergy is what SNOMED calls a kind of allergy. Without one it is spoken as "" (seed 002,
// AllergyDefs GET).
type SnomedAllergy int8

// Names implements Enum.
func (SnomedAllergy) Names() []string {
	return []string{"", "AllergyToSubstance", "DrugAllergy", "DrugIntolerance", "FoodAllergy", "FoodIntolerance",
		"AdverseReactions", "AdverseReactionsToDrug", "AdverseReactionsToFood", "AdverseReactionsToSubstance"}
}

// DefCat is the category of a definition.
type DefCat int8

// The categories that rules name.
const (
	DefCatBillingTypes        DefCat = 4
	DefCatRecallUnschedStatus DefCat = 13
	DefCatCommLogTypes        DefCat = 27
	DefCatProviderSpecialties DefCat = 35
)

// Names implements Enum.
func (DefCat) Names() []string { return defCats[:] }

var defCats = [...]string{
	"AccountColors", "AdjTypes", "ApptConfirmed", "ApptProcsQuickAdd", "BillingTypes", "ClaimFormats",
	"DunningMessages", "FeeSchedNamesOld", "MedicalNotes", "OperatoriesOld", "PaymentTypes", "ProcCodeCats",
	"ProgNoteColors", "RecallUnschedStatus", "ServiceNotes", "DiscountTypes", "Diagnosis", "AppointmentColors",
	"ImageCats", "ApptPhoneNotes", "TxPriorities", "MiscColors", "ChartGraphicColors", "ContactCategories",
	"LetterMergeCats", "BlockoutTypes", "ProcButtonCats", "CommLogTypes", "SupplyCats", "PaySplitUnearnedType",
	"Prognosis", "ClaimCustomTracking", "InsurancePaymentType", "TaskPriorities", "FeeColors",
	"ProviderSpecialties", "ClaimPaymentTracking", "AccountQuickCharge", "InsuranceVerificationStatus", "Regions",
	"ClaimPaymentGroups", "AutoNoteCats", "WebSchedNewPatApptTypes", "ClaimErrorCode", "ClinicSpecialty",
	"JobPriorities", "CarrierGroupNames", "PayPlanCategories", "AutoDeposit", "InsuranceFilingCodeGroup",
	"TimeCardAdjTypes", "WebSchedExistingApptTypes", "CertificationCategories", "EClipboardImageCapture",
	"TaskCategories", "OperatoryTypes",
}
