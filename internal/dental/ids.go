// Package dental is the field's words as Go types: ids, dates, the enumerations of a referral,
// and the folding by which names are compared. It knows no storage and no HTTP.
package dental

// The ids are types, so that a patient's number is never taken for a provider's. Each is named
// as the key column that gives it. 0 is none.
type (
	PatNum       int64
	ReferralNum  int64
	RefAttachNum int64
	DefNum       int64
	ProvNum      int64
	ClinicNum    int64
	ProcNum      int64
	PrefNum      int64
	SiteNum      int64
	EmployerNum  int64
	FeeSchedNum  int64

	SubscriptionNum int64

	AllergyDefNum      int64
	AllergyNum         int64
	AppointmentTypeNum int64
	ApptFieldNum       int64
	AptNum             int64
	ClaimNum           int64
	ClaimProcNum       int64
	ClearinghouseNum   int64
	CodeNum            int64
	CommlogNum         int64
	DiscountPlanNum    int64
	DiscountSubNum     int64
	DiseaseDefNum      int64
	DiseaseNum         int64
	DocNum             int64
	EmployeeNum        int64
	EtransNum          int64
	InsSubNum          int64
	InsVerifyNum       int64
	MedicationNum      int64
	MedicationPatNum   int64
	MountItemNum       int64
	MountNum           int64
	OperatoryNum       int64
	PatFieldNum        int64
	PatPlanNum         int64
	PayNum             int64
	PayPlanNum         int64
	PlanNum            int64
	PopupNum           int64
	RecallNum          int64
	RecallTypeNum      int64
	SignalNum          int64
	TransferNum        int64
	UserNum            int64
)
