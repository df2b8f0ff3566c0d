package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// ClaimProc is a line of a claim, an estimate, or an adjustment of what an insurance has used.
type ClaimProc struct {
	// ClaimProcNum is the key.
	ClaimProcNum dental.ClaimProcNum `od:"key"`
	// ProcNum is the procedure; 0 for an adjustment and for a payment by total.
	ProcNum dental.ProcNum `od:"server fk=procedurelog"`
	// ClaimNum is the claim; 0 for an estimate and for an adjustment.
	ClaimNum dental.ClaimNum `od:"server fk=claim"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server fk=patient"`
	// ProvNum is the provider; 0 is none.
	ProvNum dental.ProvNum `od:"server fk=provider"`
	// InsPayEst is what the insurance is expected to pay.
	InsPayEst dental.Money `od:"server"`
	// DedApplied is the deductible that was used.
	DedApplied dental.Money `od:"server"`
	// Status says what the row is; "Adjustment" for what PUT /claimprocs/InsAdjust writes.
	Status dental.ClaimProcStatus `od:"server"`
	// InsPayAmt is what the insurance has paid, or what an adjustment adds to it.
	InsPayAmt dental.Money `od:"server"`
	// PlanNum is the plan.
	PlanNum dental.PlanNum `od:"server fk=insplan"`
	// DateCP is the day of the payment.
	DateCP dental.Date `od:"server"`
	// WriteOff is what the practice forgoes.
	WriteOff dental.Money `od:"server"`
	// AllowedOverride is an allowed fee that was entered by hand; -1 is none.
	AllowedOverride dental.Money `od:"server"`
	// ProcDate is the day of the procedure; that of an adjustment says for which benefit year it counts.
	ProcDate dental.Date `od:"server"`
	// DateEntry is when the payment was entered.
	DateEntry dental.Date `od:"server"`
	// DedEst is the deductible that is expected; -1 is none.
	DedEst dental.Money `od:"server"`
	// DedEstOverride is one that was entered by hand; -1 is none.
	DedEstOverride dental.Money `od:"server"`
	// InsEstTotalOverride is an estimate that was entered by hand; -1 is none.
	InsEstTotalOverride dental.Money `od:"server"`
	// PaidOtherInsOverride is what another insurance pays, where it was entered by hand; -1 is none.
	PaidOtherInsOverride dental.Money `od:"server"`
	// WriteOffEst is the write-off that is expected; -1 is none.
	WriteOffEst dental.Money `od:"server"`
	// WriteOffEstOverride is one that was entered by hand; -1 is none.
	WriteOffEstOverride dental.Money `od:"server"`
	// ClinicNum is the clinic; 0 is none.
	ClinicNum dental.ClinicNum `od:"server fk=clinic"`
	// InsSubNum is the subscription.
	InsSubNum dental.InsSubNum `od:"server fk=inssub"`
	// SecDateEntry is when the row was made.
	SecDateEntry dental.Date `od:"server"`
	// SecDateTEdit is when the row was last changed.
	SecDateTEdit dental.DateTime `od:"stamp"`
}

var claimProcs = resource.Derive[ClaimProc](resource.Spec{
	Name: "ClaimProcs", Path: "claimprocs", Thing: "ClaimProc", Table: "claimproc",
}, nil)

// ClaimProcs serves the adjustments of what an insurance has used (seed 002).
var ClaimProcs = &Rows[ClaimProc]{Table: claimProcs, Actions: []*Action{adjustInsurance}}

// blank is what the optional amounts of a ClaimProc say where there is none.
const blank dental.Money = -100
