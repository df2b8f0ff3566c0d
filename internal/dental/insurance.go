package dental

// Relationship says what a patient is to the subscriber of an insurance.
type Relationship int8

// Names implements Enum.
func (Relationship) Names() []string {
	return []string{"Self", "Spouse", "Child", "Employee", "HandicapDep", "SignifOther", "InjuredPlaintiff", "LifePartner", "Dependent"}
}

// Misspelt implements Misspelt: the page of PatPlans prints the name so.
func (Relationship) Misspelt() map[string]string {
	return map[string]string{"InjuredPlantiff": "InjuredPlaintiff"}
}

// VerifyType says what of an insurance was verified.
type VerifyType int8

// The types of a verification.
const (
	VerifyBenefits   VerifyType = 1
	VerifyEnrollment VerifyType = 2
)

// Names implements Enum.
func (VerifyType) Names() []string { return []string{"None", "InsuranceBenefit", "PatientEnrollment"} }

// ClaimProcStatus says what a ClaimProc is.
type ClaimProcStatus int8

// ClaimProcAdjustment is an adjustment of what an insurance has used.
const ClaimProcAdjustment ClaimProcStatus = 3

// Names implements Enum.
func (ClaimProcStatus) Names() []string {
	return []string{"NotReceived", "Received", "Preauth", "Adjustment", "Supplemental", "CapClaim", "Estimate", "CapComplete",
		"CapEstimate", "InsHist"}
}

// EtransType says what an electronic transaction is.
type EtransType int8

// The types that rules name.
const (
	EtransClaimSent EtransType = 0
	EtransERA835    EtransType = 27
)

// Names implements Enum.
func (EtransType) Names() []string { return etransTypes[:] }

var etransTypes = [...]string{
	"ClaimSent", "ClaimPrinted", "Claim_CA", "Claim_Ren", "ClaimAck_CA", "ClaimEOB_CA", "Eligibility_CA",
	"EligResponse_CA", "ClaimReversal_CA", "Predeterm_CA", "RequestOutstand_CA", "RequestSumm_CA",
	"RequestPay_CA", "ClaimCOB_CA", "ReverseResponse_CA", "PredetermAck_CA", "PredetermEOB_CA",
	"OutstandingAck_CA", "EmailResponse_CA", "PaymentResponse_CA", "SummaryResponse_CA", "Acknowledge_997",
	"StatusNotify_277", "TextReport", "BenefitInquiry270", "BenefitResponse271", "AckError", "ERA_835",
	"Acknowledge_999", "Ack_Interchange", "Claim_Ramq", "ItransNcpl", "HTML", "DXCAttachments",
	"Attachment_CA", "AttachmentAck_CA", "Claim_XConnect", "ClaimAck_XConnect",
}

// PlaceOfService is where a patient was treated, for claims.
type PlaceOfService int8

// Names implements Enum.
func (PlaceOfService) Names() []string { return placesOfService[:] }

var placesOfService = [...]string{
	"Office", "PatientsHome", "InpatHospital", "OutpatHospital", "SkilledNursFac", "CustodialCareFacility",
	"OtherLocation", "MobileUnit", "School", "MilitaryTreatFac", "FederalHealthCenter", "PublicHealthClinic",
	"RuralHealthClinic", "EmergencyRoomHospital", "AmbulatorySurgicalCenter", "TelehealthOutsideHome",
	"TelehealthInHome", "OutreachSiteOrStreet",
}
