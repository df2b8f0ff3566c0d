package dental

// Enum is an enumeration that is stored as a number and spoken as a name. The names are in the
// order of the numbers, from 0 (spec: enums of the Open Dental schema, 24.3).
type Enum interface{ Names() []string }

// Misspelt is an Enum of which the documents print a name wrongly somewhere. The wrong name is understood
// as the right one, and never answered.
type Misspelt interface {
	Enum
	// Misspelt has the right name by the wrong one.
	Misspelt() map[string]string
}

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

// CommSent is a contact that the practice made, CommReceived one that the patient made.
const (
	CommSent     SentOrReceived = 1
	CommReceived SentOrReceived = 2
)

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

// AptStatus says how far an appointment is, or that it is none.
type AptStatus int8

// The statuses of an appointment.
const (
	AptNone AptStatus = iota
	AptScheduled
	AptComplete
	AptUnschedList
	AptASAP // of old; a Priority has taken its place
	AptBroken
	AptPlanned
	AptPtNote
	AptPtNoteCompleted
)

// Names implements Enum.
func (AptStatus) Names() []string {
	return []string{"None", "Scheduled", "Complete", "UnschedList", "ASAP", "Broken", "Planned", "PtNote", "PtNoteCompleted"}
}

// AptPriority says how soon an appointment is wanted.
type AptPriority int8

// AptPriorityASAP puts it on the list of those who come when a time is free.
const AptPriorityASAP AptPriority = 1

// Names implements Enum.
func (AptPriority) Names() []string { return []string{"Normal", "ASAP"} }

// BreakType says how a patient did not come.
type BreakType int8

// The break types.
const (
	BreakNone BreakType = iota
	BreakMissed
	BreakCancelled
)

// Names implements Enum.
func (BreakType) Names() []string { return []string{"None", "Missed", "Cancelled"} }

// ConfirmVal is one of the confirmation states that every practice has, whatever it calls them.
type ConfirmVal int8

// ConfirmNone is that of a new appointment.
const ConfirmNone ConfirmVal = 0

// Names implements Enum.
func (ConfirmVal) Names() []string {
	return []string{"None", "Sent", "Confirmed", "Not Accepted", "Failed"}
}

// SignalType says what a signal tells of: the cache or the view that is no longer true.
type SignalType int8

// The signals that are written here: of the appointments of a day, and of tables that programs keep.
const (
	SignalDiseases         SignalType = 40
	SignalMedications      SignalType = 59
	SignalAppointment      SignalType = 68
	SignalReferral         SignalType = 93
	SignalAPISubscriptions SignalType = 106
)

// Names implements Enum.
func (SignalType) Names() []string { return signalTypes[:] }

var signalTypes = [...]string{
	"None", "Date", "AllLocal", "Task", "ProcCodes", "Prefs", "Views", "AutoCodes", "Carriers", "ClearHouses",
	"Computers", "InsCats", "Employees", "StartupOld", "Defs", "Email", "Fees", "Letters", "QuickPaste", "Security",
	"Programs", "ToolButsAndMounts", "Providers", "ClaimForms", "ZipCodes", "LetterMerge", "DentalSchools",
	"Operatories", "TaskPopup", "Sites", "Pharmacies", "Sheets", "RecallTypes", "FeeScheds", "PhoneNumbers",
	"Signals", "DisplayFields", "PatFields", "AccountingAutoPays", "ProcButtons", "Diseases", "Languages",
	"AutoNotes", "ElectIDs", "Employers", "ProviderIdents", "ShutDownNow", "InsFilingCodes", "ReplicationServers",
	"Automation", "PhoneAsteriskReload", "TimeCardRules", "Vaccines", "HL7Defs", "DictCustoms", "Wiki", "Sops",
	"EhrCodes", "AppointmentTypes", "Medications", "SmsTextMsgReceivedUnreadCount", "ProviderErxs", "Jobs",
	"JobPermission", "StateAbbrs", "RequiredFields", "Ebills", "UserClinics", "Appointment", "OrthoChartTabs",
	"SigMessages", "AlertSubs", "AlertItems", "VoiceMails", "Kiosk", "ClinicPrefs", "EmailMessages",
	"WebSchedRecallReminders", "SmsBlockPhones", "AlertCategories", "AlertCategoryLinks", "UnfinalizedPayMenuUpdate",
	"ClinicErxs", "DisplayReports", "UserQueries", "Schedules", "PhoneComps", "PhoneMap", "SmsPhones",
	"WebChatSessions", "TaskList", "TaskAuthor", "TaskPatient", "Referral", "ProcMultiVisits", "ProviderClinicLink",
	"EClipboard", "TPModule", "ActiveInstance", "PhoneEmpDefaults", "UserOdPrefs", "JobTeams", "AccModule",
	"LimitedBetaFeature", "PerioExams", "EmailInboxRetrieve", "ApiSubscriptions", "ERoutingDef", "FlowActionDef",
	"FlowDefLink", "CodeGroups", "BillingList", "ConnectionStoreClear", "Children", "Print", "WebChatAiAssistants",
	"MassEmail",
}

// RemoteRole says from where a signal was sent.
type RemoteRole int8

// Names implements Enum.
func (RemoteRole) Names() []string { return []string{"ClientDirect", "ClientMT", "ServerMT"} }

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
	DefCatApptConfirmed       DefCat = 2
	DefCatBillingTypes        DefCat = 4
	DefCatRecallUnschedStatus DefCat = 13
	DefCatDiagnosis           DefCat = 16
	DefCatTxPriorities        DefCat = 20
	DefCatCommLogTypes        DefCat = 27
	DefCatUnearnedTypes       DefCat = 29
	DefCatProviderSpecialties DefCat = 35
	DefCatWebSchedNewPat      DefCat = 42
	DefCatWebSchedExisting    DefCat = 51
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

// ImgType says what a document is.
type ImgType int8

// The kinds of document.
const (
	ImgDocument ImgType = iota
	ImgRadiograph
	ImgPhoto
	ImgFile
	ImgAttachment
)

// Names implements Enum.
func (ImgType) Names() []string {
	return []string{"Document", "Radiograph", "Photo", "File", "Attachment"}
}

// TransferState says how far a transfer of files is that takes longer than the request for it.
type TransferState int8

// The states of a transfer.
const (
	TransferRunning TransferState = iota
	TransferDone
	TransferFailed
	TransferInterrupted // the server was ended meanwhile
)

// Names implements Enum.
func (TransferState) Names() []string { return []string{"Running", "Done", "Failed", "Interrupted"} }
