package od

import (
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Payment is what a patient has paid.
type Payment struct {
	// PayNum is the key.
	PayNum dental.PayNum `od:"key"`
	// PayType is a definition of category 10. Default the preference ApiPaymentType.
	PayType dental.DefNum `od:"create fk=definition def=10 since=23.1.27"`
	// PayTypeName is the name of the type.
	PayTypeName string `od:"calc name=payType"`
	// PayDate is the day of the payment. Default today; later only where the preference
	// FutureTransDatesAllowed is on.
	PayDate dental.Date `od:"create"`
	// PayAmt is the amount, more than 0.
	PayAmt dental.Money `od:"create! quoted"`
	// CheckNum is the number of a check.
	CheckNum string `od:"create max=25"`
	// BankBranch is the bank of a check.
	BankBranch string `od:"create max=25"`
	// PayNote is the office's own note.
	PayNote string `od:"create"`
	// PatNum is the patient who paid.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// ClinicNum is the clinic, answered as text. Default the patient's.
	ClinicNum dental.ClinicNum `od:"create quoted fk=clinic"`
	// IsPatientPreferred pays the patient's own charges only, and not those of the family. Default "false".
	IsPatientPreferred bool `od:"in create name=isPatientPreferred"`
	// IsPrepayment pays no charge; all of it is unearned income. Default "false".
	IsPrepayment bool `od:"in create name=isPrepayment since=22.4.8"`
	// ProcNums are the procedures of the family to pay, the oldest first, instead of all charges.
	ProcNums []int64 `od:"in create name=procNums since=22.4.16"`
	// PayToPlan is the payment plan to pay, instead of the oldest.
	PayToPlan dental.PayPlanNum `od:"in create name=payPlanNum since=23.1.31"`
	// DateEntry is when the payment was entered.
	DateEntry dental.Date `od:"server"`
	// DepositNum is the deposit; 0 is none.
	DepositNum int64 `od:"server"`
	// Receipt is the text of a receipt.
	Receipt string `od:"server"`
	// IsRecurringCC payments are charged to a card by agreement.
	IsRecurringCC bool `od:"server"`
	// SecUserNumEntry is the user who entered the payment; 0 for the API.
	SecUserNumEntry dental.UserNum `od:"server"`
	// SecDateTEdit is when the row was last changed.
	SecDateTEdit dental.DateTime `od:"stamp"`
	// PaymentSource says what took the payment; "API" here.
	PaymentSource dental.PaymentSource `od:"server"`
	// ProcessStatus says how the payment is processed.
	ProcessStatus dental.ProcessStatus `od:"server"`
	// RecurringChargeDate is the day that a recurring payment is for.
	RecurringChargeDate dental.Date `od:"server"`
	// IsCcCompleted says whether a card was charged.
	IsCcCompleted bool `od:"server"`
}

var payments = resource.Derive(resource.Spec{
	Name: "Payments", Path: "payments", Thing: "Payment", Table: "payment",
	Create: resource.Access{Group: resource.Payments, Since: "21.2"},
	Computed: []resource.Computed{
		resource.Lookup("payType", "PayType", "definition", "DefNum", "ItemName"),
	},
}, checkPayment)

// Payments serves the payments of patients (seed 002).
var Payments = &Rows[Payment]{Table: payments, OnCreate: createPayment}

// paySplit is what a payment pays: a procedure, an adjustment or a charge of a plan, or nothing yet.
type paySplit struct {
	SplitNum         int64                   `od:"key"`
	SplitAmt         dental.Money            `od:"server"`
	PatNum           dental.PatNum           `od:"server"`
	PayNum           dental.PayNum           `od:"server"`
	ProvNum          dental.ProvNum          `od:"server"`
	PayPlanNum       dental.PayPlanNum       `od:"server"`
	DatePay          dental.Date             `od:"server"`
	ProcNum          dental.ProcNum          `od:"server"`
	DateEntry        dental.Date             `od:"server"`
	UnearnedType     dental.DefNum           `od:"server"`
	ClinicNum        dental.ClinicNum        `od:"server"`
	SecDateTEdit     dental.DateTime         `od:"stamp"`
	AdjNum           int64                   `od:"server"`
	PayPlanChargeNum int64                   `od:"server"`
	PayPlanDebitType dental.PayPlanDebitType `od:"server"`
}

var paySplits = resource.Derive[paySplit](resource.Spec{Name: "PaySplits", Thing: "PaySplit", Table: "paysplit"}, nil)

// mostProcNums bounds what one payment names.
const mostProcNums = 1000

func checkPayment(_, new *Payment) []fault.Field {
	var faults []fault.Field
	if new.PayAmt < 0 {
		faults = append(faults, fault.Field{Name: "PayAmt", Text: "PayAmt must be more than 0"})
	}
	if len(new.ProcNums) > mostProcNums {
		faults = append(faults, fault.Field{Name: "procNums", Text: fmt.Sprintf("procNums has more than %d numbers", mostProcNums)})
	}
	ways := 0
	for _, way := range []bool{new.IsPrepayment, len(new.ProcNums) > 0, new.PayToPlan != 0} {
		if way {
			ways++
		}
	}
	if ways > 1 {
		faults = append(faults, fault.Field{Name: "procNums", Text: "procNums, payPlanNum and isPrepayment cannot be used together"})
	}
	return faults
}

// createPayment writes a payment and its splits, which add up to it.
func createPayment(tx *record.Tx, in Body, payment *Payment) error {
	patient, err := livingPatient(tx, payment.PatNum)
	if err != nil {
		return err
	}
	if err := fillPayment(tx, in, payment, patient); err != nil {
		return err
	}
	splits, err := splitPayment(tx, payment, patient)
	if err != nil {
		return err
	}
	if err := record.Create(tx, payments, payment); err != nil {
		return err
	}
	for _, split := range splits {
		split.PayNum = payment.PayNum
		if err := record.Create(tx, paySplits, split); err != nil {
			return err
		}
	}
	return ageFamily(tx, patient)
}

// fillPayment fills in what was not sent.
func fillPayment(tx *record.Tx, in Body, payment *Payment, patient *Patient) error {
	if err := refuseClinicIfOff(tx, payment.ClinicNum); err != nil {
		return err
	}
	if !in.Has("ClinicNum") {
		on, err := clinicsAreOn(tx)
		if err != nil {
			return err
		}
		if on {
			payment.ClinicNum = patient.ClinicNum
		}
	}
	if payment.PayDate.IsNone() {
		payment.PayDate = tx.At.Date()
	}
	if tx.At.Date().Before(payment.PayDate) {
		allowed, err := preferenceNum(tx, "FutureTransDatesAllowed")
		if err != nil {
			return err
		}
		if allowed == 0 {
			return fault.InvalidFields([]fault.Field{{Name: "PayDate",
				Text: "PayDate cannot be in the future unless the preference FutureTransDatesAllowed is on"}})
		}
	}
	if payment.PayType == 0 {
		number, err := preferenceNum(tx, "ApiPaymentType")
		if err != nil {
			return err
		}
		payment.PayType = dental.DefNum(number)
	}
	payment.DateEntry, payment.PaymentSource = tx.At.Date(), dental.PaymentByAPI
	return nil
}
