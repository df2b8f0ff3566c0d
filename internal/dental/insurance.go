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

// The statuses that rules name.
const (
	ClaimProcNotReceived ClaimProcStatus = 0
	ClaimProcReceived    ClaimProcStatus = 1
	ClaimProcAdjustment  ClaimProcStatus = 3
	ClaimProcSupplement  ClaimProcStatus = 4
	ClaimProcInsHist     ClaimProcStatus = 9
)

// Names implements Enum.
func (ClaimProcStatus) Names() []string {
	return []string{"NotReceived", "Received", "Preauth", "Adjustment", "Supplemental", "CapClaim", "Estimate", "CapComplete",
		"CapEstimate", "InsHist"}
}
