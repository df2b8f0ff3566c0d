package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// PayPlan is an agreement to pay in instalments.
type PayPlan struct {
	// PayPlanNum is the key.
	PayPlanNum dental.PayPlanNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server fk=patient"`
	// Guarantor is who pays.
	Guarantor dental.PatNum `od:"server fk=patient"`
	// PayPlanDate is the day of the agreement.
	PayPlanDate dental.Date `od:"server"`
	// APR is the interest, in percent a year.
	APR float64 `od:"server"`
	// Note is the terms.
	Note string `od:"server"`
	// PlanNum is the insurance plan of an insurance's payment plan; 0 for a patient's.
	PlanNum dental.PlanNum `od:"server fk=insplan"`
	// CompletedAmt is the principal.
	CompletedAmt dental.Money `od:"server"`
	// InsSubNum is the subscription of an insurance's payment plan; 0 for a patient's.
	InsSubNum dental.InsSubNum `od:"server fk=inssub"`
	// PaySchedule is ChargeFrequency in the older way.
	PaySchedule dental.PaySchedule `od:"server"`
	// NumberOfPayments is how many charges there are, without the down payment.
	NumberOfPayments int `od:"server"`
	// PayAmt is what is due at each charge.
	PayAmt dental.Money `od:"server"`
	// DownPayment is due on the day of the agreement.
	DownPayment dental.Money `od:"server"`
	// IsClosed plans are not charged any more.
	IsClosed bool `od:"server"`
	// ChargeFrequency is how often the plan is charged.
	ChargeFrequency dental.ChargeFrequency `od:"server"`
	// DatePayPlanStart is the day of the first charge.
	DatePayPlanStart dental.Date `od:"server"`
	// DateInterestStart is from when on charges bear interest; "0001-01-01" is always.
	DateInterestStart dental.Date `od:"server"`
}

var payPlans = resource.Derive[PayPlan](resource.Spec{
	Name: "PayPlans", Path: "payplans", Thing: "PayPlan", Table: "payplan",
}, nil)

// PayPlans serves the payment plans of patients (seed 002).
var PayPlans = &Rows[PayPlan]{Table: payPlans, Actions: []*Action{postPayPlan}}

// payPlanCharge is what a plan asks for on a day, or, as a credit, what it has taken over from the account.
type payPlanCharge struct {
	PayPlanChargeNum int64                    `od:"key"`
	PayPlanNum       dental.PayPlanNum        `od:"server fk=payplan"`
	Guarantor        dental.PatNum            `od:"server"`
	PatNum           dental.PatNum            `od:"server"`
	ChargeDate       dental.Date              `od:"server"`
	Principal        dental.Money             `od:"server"`
	Interest         dental.Money             `od:"server"`
	Note             string                   `od:"server"`
	ProvNum          dental.ProvNum           `od:"server"`
	ClinicNum        dental.ClinicNum         `od:"server"`
	ChargeType       dental.PayPlanChargeType `od:"server"`
	ProcNum          dental.ProcNum           `od:"server"`
	SecDateTEntry    dental.DateTime          `od:"server"`
	SecDateTEdit     dental.DateTime          `od:"stamp"`
}

var payPlanCharges = resource.Derive[payPlanCharge](resource.Spec{
	Name: "PayPlanCharges", Thing: "PayPlanCharge", Table: "payplancharge",
}, nil)
