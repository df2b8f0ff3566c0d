package od

import (
	"fmt"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// PayPlanTerms is what POST /payplans takes.
type PayPlanTerms struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// Guarantor is who pays. Default the patient.
	Guarantor dental.PatNum `od:"in fk=patient"`
	// PayPlanDate is the day of the agreement. Default today.
	PayPlanDate dental.Date `od:"in"`
	// PrincipalAmount is what is to be paid, without interest. This or useEstBalance must be sent.
	PrincipalAmount dental.Money `od:"in name=principalAmount"`
	// UseEstBalance takes the patient's EstBalance as the principal.
	UseEstBalance bool `od:"in name=useEstBalance since=22.2"`
	// PayAmt is what is due at each charge. This or NumberOfPayments must be sent.
	PayAmt dental.Money `od:"in"`
	// NumberOfPayments is how many charges there are.
	NumberOfPayments int `od:"in"`
	// APR is the interest, in percent a year. Default 0.
	APR float64 `od:"in"`
	// DownPayment is due on the day of the agreement. Default 0.
	DownPayment dental.Money `od:"in"`
	// Note is added to the terms.
	Note string `od:"in"`
	// ChargeFrequency is how often the plan is charged. Default "Monthly".
	ChargeFrequency dental.ChargeFrequency `od:"in"`
	// DatePayPlanStart is the day of the first charge. Default one month after PayPlanDate.
	DatePayPlanStart dental.Date `od:"in"`
	// DateInterestStart is from when on charges bear interest. Default always.
	DateInterestStart dental.Date `od:"in"`
}

var postPayPlan = Writing(resource.Action{
	Method: "POST", Answers: "the terms, as a text", Access: resource.Access{Group: resource.PayPlans, Since: "21.3"},
}, checkPayPlan, createPayPlan)

// longestNote leaves room for the terms in front of it, in a column of 65,535 bytes.
const longestNote = 65_000

func checkPayPlan(call *Call[PayPlanTerms]) []fault.Field {
	in := &call.In
	var faults []fault.Field
	refuse := func(name, text string) { faults = append(faults, fault.Field{Name: name, Text: name + " " + text}) }
	switch {
	case in.UseEstBalance && call.Has("principalAmount"):
		refuse("useEstBalance", "cannot be used together with principalAmount")
	case !in.UseEstBalance && call.lacks("principalAmount"):
		refuse("principalAmount", "is required")
	case call.Has("principalAmount") && in.PrincipalAmount <= 0:
		refuse("principalAmount", "must be more than 0")
	}
	switch {
	case in.PayAmt < 0:
		refuse("PayAmt", "must be more than 0")
	case in.NumberOfPayments < 0 || in.NumberOfPayments > mostInstalments:
		refuse("NumberOfPayments", "must be between 1 and "+strconv.Itoa(mostInstalments))
	case in.PayAmt > 0 && in.NumberOfPayments > 0:
		refuse("PayAmt", "cannot be used together with NumberOfPayments")
	case in.PayAmt == 0 && in.NumberOfPayments == 0 && (call.Has("PayAmt") || call.lacks("PayAmt")) &&
		(call.Has("NumberOfPayments") || call.lacks("NumberOfPayments")):
		refuse("PayAmt", "or NumberOfPayments is required")
	}
	if !(in.APR >= 0 && in.APR <= 100) { // not a number is neither
		refuse("APR", "must be between 0 and 100")
	}
	if in.DownPayment < 0 {
		refuse("DownPayment", "cannot be negative")
	}
	if in.DownPayment > 0 && in.PrincipalAmount > 0 && in.DownPayment >= in.PrincipalAmount {
		refuse("DownPayment", "must be less than principalAmount")
	}
	if len(in.Note) > longestNote {
		refuse("Note", "is longer than "+strconv.Itoa(longestNote)+" bytes")
	}
	return faults
}

// createPayPlan makes a patient's plan with all its charges, and answers its terms (seed 002, PayPlans
// POST).
func createPayPlan(tx *record.Tx, call *Call[PayPlanTerms], dst []byte) ([]byte, error) {
	patient, err := livingPatient(tx, call.In.PatNum)
	if err != nil {
		return nil, err
	}
	plan, err := planOf(call, patient, tx.At.Date())
	if err != nil {
		return nil, err
	}
	charges, err := loan{
		financed: plan.CompletedAmt - plan.DownPayment, apr: plan.APR, payment: plan.PayAmt, number: plan.NumberOfPayments,
		frequency: plan.ChargeFrequency, start: plan.DatePayPlanStart, interestStart: plan.DateInterestStart,
	}.amortise()
	if err != nil {
		return nil, err
	}
	cost := plan.CompletedAmt
	for _, charge := range charges {
		cost += charge.interest
	}
	plan.NumberOfPayments = len(charges)
	if plan.PayAmt == 0 {
		plan.PayAmt = charges[0].principal + charges[0].interest
	}
	plan.Note = terms(plan, tx.At.Date(), cost, call.In.Note)
	if err := record.Create(tx, payPlans, plan); err != nil {
		return nil, err
	}
	if err := createCharges(tx, plan, patient, charges); err != nil {
		return nil, err
	}
	if err := ageFamily(tx, patient); err != nil {
		return nil, err
	}
	return resource.AppendText(dst, []byte(plan.Note)), nil
}

// planOf fills in what was not sent.
func planOf(call *Call[PayPlanTerms], patient *Patient, today dental.Date) (*PayPlan, error) {
	in := &call.In
	plan := &PayPlan{
		PatNum: in.PatNum, Guarantor: in.Guarantor, PayPlanDate: in.PayPlanDate, APR: in.APR, CompletedAmt: in.PrincipalAmount,
		NumberOfPayments: in.NumberOfPayments, PayAmt: in.PayAmt, DownPayment: in.DownPayment, ChargeFrequency: in.ChargeFrequency,
		DatePayPlanStart: in.DatePayPlanStart, DateInterestStart: in.DateInterestStart,
	}
	if plan.Guarantor == 0 {
		plan.Guarantor = plan.PatNum
	}
	if plan.PayPlanDate.IsNone() {
		plan.PayPlanDate = today
	}
	if plan.DatePayPlanStart.IsNone() {
		plan.DatePayPlanStart = plan.PayPlanDate.AddMonths(1)
	}
	if !call.Has("ChargeFrequency") {
		plan.ChargeFrequency = dental.ChargeMonthly
	}
	plan.PaySchedule = plan.ChargeFrequency.Schedule()
	if in.UseEstBalance {
		plan.CompletedAmt = patient.EstBalance
	}
	if plan.CompletedAmt <= plan.DownPayment {
		return nil, refuseTerms("useEstBalance", "useEstBalance needs a patient whose EstBalance is more than the DownPayment")
	}
	return plan, nil
}

// terms are the text of the agreement. Its one blank before the note stays when there is none.
func terms(plan *PayPlan, today dental.Date, cost dental.Money, note string) string {
	return fmt.Sprintf("%s - Date of Agreement: %s, Total Amount: %s, APR: %s, Total Cost of Loan: %s %s",
		american(today), american(plan.PayPlanDate), plan.CompletedAmt, strconv.FormatFloat(plan.APR, 'f', -1, 64), cost,
		note)
}

// american writes M/d/yyyy, as the terms do whatever the practice's own format is.
func american(d dental.Date) string {
	year, month, day := d.Calendar()
	return fmt.Sprintf("%d/%d/%d", month, day, year)
}

// createCharges writes the credit for what the plan takes over from the account, the down payment and the
// charges, with the patient's provider and clinic.
func createCharges(tx *record.Tx, plan *PayPlan, patient *Patient, charges []instalment) error {
	common := payPlanCharge{
		PayPlanNum: plan.PayPlanNum, Guarantor: plan.Guarantor, PatNum: plan.PatNum, ProvNum: patient.PriProv, SecDateTEntry: tx.At,
	}
	on, err := clinicsAreOn(tx)
	if err != nil {
		return err
	}
	if on {
		common.ClinicNum = patient.ClinicNum
	}
	credit := common
	credit.ChargeType, credit.ChargeDate, credit.Principal = dental.PayPlanCredit, plan.PayPlanDate, plan.CompletedAmt
	if err := record.Create(tx, payPlanCharges, &credit); err != nil {
		return err
	}
	if plan.DownPayment > 0 {
		down := common
		down.ChargeDate, down.Principal, down.Note = plan.PayPlanDate, plan.DownPayment, "Down Payment"
		if err := record.Create(tx, payPlanCharges, &down); err != nil {
			return err
		}
	}
	for _, each := range charges {
		charge := common
		charge.ChargeDate, charge.Principal, charge.Interest = each.date, each.principal, each.interest
		if err := record.Create(tx, payPlanCharges, &charge); err != nil {
			return err
		}
	}
	return nil
}
