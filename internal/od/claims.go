package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Claim is what an insurance is asked to pay.
type Claim struct {
	// ClaimNum is the key.
	ClaimNum dental.ClaimNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server fk=patient"`
	// DateService is the day of the treatment.
	DateService dental.Date `od:"server"`
	// DateSent is when the claim was last sent.
	DateSent dental.Date `od:"server"`
	// ClaimStatus is a letter: "U" unsent, "H" held, "W" waiting in the queue, "P" probably sent, "S" sent,
	// "R" received.
	ClaimStatus string `od:"server max=1"`
	// DateReceived is when the answer was received.
	DateReceived dental.Date `od:"server"`
	// PlanNum is the plan that is asked.
	PlanNum dental.PlanNum `od:"server fk=insplan"`
	// ProvTreat is the provider who treated.
	ProvTreat dental.ProvNum `od:"server fk=provider"`
	// ClaimFee is the sum of the fees.
	ClaimFee dental.Money `od:"server"`
	// InsPayEst is what the insurance is expected to pay.
	InsPayEst dental.Money `od:"server"`
	// InsPayAmt is what the insurance has paid.
	InsPayAmt dental.Money `od:"server"`
	// DedApplied is the deductible that was used.
	DedApplied dental.Money `od:"server"`
	// IsProsthesis is "N" for none, "I" for an initial one, "R" for a replacement.
	IsProsthesis string `od:"server max=1"`
	// PriorDate is the day of the prosthesis that is replaced.
	PriorDate dental.Date `od:"server"`
	// ReasonUnderPaid is for the patient.
	ReasonUnderPaid string `od:"server max=255"`
	// ClaimNote is for the insurance.
	ClaimNote string `od:"server max=400"`
	// ClaimType is "P" for the primary insurance, "S" the secondary, "PreAuth", "Other" or "Cap".
	ClaimType string `od:"server max=255"`
	// ProvBill is the provider who bills.
	ProvBill dental.ProvNum `od:"server fk=provider"`
	// PlaceService is where the patient was treated.
	PlaceService dental.PlaceOfService `od:"server"`
	// AccidentRelated is "A" for a car's accident, "E" for one at work, "O" for another, "" for none.
	AccidentRelated string `od:"server max=1"`
	// AccidentDate is the day of the accident.
	AccidentDate dental.Date `od:"server"`
	// AccidentST is the state of the accident.
	AccidentST string `od:"server max=2"`
	// IsOrtho claims are for orthodontics.
	IsOrtho bool `od:"server"`
	// OrthoRemainM is how many months are left.
	OrthoRemainM int8 `od:"server"`
	// OrthoDate is when the appliance was placed.
	OrthoDate dental.Date `od:"server"`
	// PatRelat is what the patient is to the subscriber.
	PatRelat dental.Relationship `od:"server"`
	// PlanNum2 is the other plan; 0 is none.
	PlanNum2 dental.PlanNum `od:"server fk=insplan"`
	// PatRelat2 is what the patient is to the other subscriber.
	PatRelat2 dental.Relationship `od:"server"`
	// WriteOff is what the practice forgoes.
	WriteOff dental.Money `od:"server"`
	// ClaimForm is the form, answered as text; "0" is the default.
	ClaimForm int64 `od:"server quoted"`
	// InsSubNum is the subscription.
	InsSubNum dental.InsSubNum `od:"server fk=inssub"`
	// InsSubNum2 is the other subscription; 0 is none.
	InsSubNum2 dental.InsSubNum `od:"server fk=inssub"`
	// PriorAuthorizationNumber is what the insurance has given.
	PriorAuthorizationNumber string `od:"server max=255"`
	// CustomTracking is a definition of category 31; 0 is none.
	CustomTracking dental.DefNum `od:"server fk=definition def=31"`
	// CustomTrackingName is its name.
	CustomTrackingName string `od:"calc name=customTracking"`
	// OrthoTotalM is how many months the treatment takes.
	OrthoTotalM int8 `od:"server"`
	// SecDateTEdit is when the row was last changed.
	SecDateTEdit dental.DateTime `od:"stamp"`
	// DateSentOrig is when the claim was first sent.
	DateSentOrig dental.Date `od:"hidden"`
}

var claims = resource.Derive[Claim](resource.Spec{
	Name: "Claims", Path: "claims", Thing: "Claim", Table: "claim",
	Computed: []resource.Computed{
		resource.Lookup("customTracking", "CustomTracking", "definition", "DefNum", "ItemName"),
	},
}, nil)

// Claims serves the claims (seed 002).
var Claims = &Rows[Claim]{Table: claims, Actions: []*Action{setClaimStatus}}
