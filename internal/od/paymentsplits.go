package od

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// manualSplits is the setting of RigorousAccounting with which nothing is split automatically.
const manualSplits = 2

// splitPayment says what a payment pays (seed 002, Payments POST): the oldest payment plan, then the
// charges of the family or the patient, the oldest first; what is left over is unearned income.
func splitPayment(tx *record.Tx, payment *Payment, patient *Patient) ([]*paySplit, error) {
	rigour, err := preferenceNum(tx, "RigorousAccounting")
	if err != nil {
		return nil, err
	}
	named := len(payment.ProcNums) > 0 || payment.PayToPlan != 0
	if rigour == manualSplits && !named && !payment.IsPrepayment {
		return []*paySplit{newSplit(payment, share{
			debt: debt{patient: patient.PatNum, provider: patient.PriProv, clinic: payment.ClinicNum}, amount: payment.PayAmt,
		})}, nil
	}
	var debts []debt
	if !payment.IsPrepayment {
		if debts, err = debtsToPay(tx, payment, patient); err != nil {
			return nil, err
		}
	}
	shares, rest := allocate(payment.PayAmt, debts)
	var splits []*paySplit
	for _, each := range shares {
		splits = append(splits, newSplit(payment, each))
	}
	if rest == 0 {
		return splits, nil
	}
	unearned := newSplit(payment, share{debt: debt{patient: patient.PatNum, clinic: payment.ClinicNum}, amount: rest})
	if unearned.UnearnedType, err = prepaymentType(tx); err != nil {
		return nil, err
	}
	return append(splits, unearned), nil
}

// newSplit makes a share of a payment a row.
func newSplit(payment *Payment, paid share) *paySplit {
	return &paySplit{
		SplitAmt: paid.amount, PatNum: paid.patient, ProvNum: paid.provider, ClinicNum: paid.clinic,
		ProcNum: paid.procedure, AdjNum: paid.adjustment, PayPlanNum: paid.plan, PayPlanChargeNum: paid.charge, PayPlanDebitType: paid.part,
		DatePay: payment.PayDate, DateEntry: payment.DateEntry,
	}
}

// debtsToPay are the debts that a payment may pay, in order.
func debtsToPay(tx *record.Tx, payment *Payment, patient *Patient) ([]debt, error) {
	if payment.PayToPlan != 0 {
		return planDebts(tx, patient.PatNum, payment.PayToPlan)
	}
	logic, err := preferenceNum(tx, "AutoSplitLogic")
	if err != nil {
		return nil, err
	}
	owed, err := accountOf(tx, patient, payment.IsPatientPreferred)
	if err != nil {
		return nil, err
	}
	for _, number := range payment.ProcNums {
		if _, ok := owed.byProc[dental.ProcNum(number)]; !ok {
			return nil, fault.InvalidFields([]fault.Field{{Name: "procNums", Text: "procNums must be completed procedures of the family"}})
		}
	}
	open := owed.open(patient.PatNum, logic == 0)
	if len(payment.ProcNums) > 0 {
		return slices.DeleteFunc(open, func(d debt) bool { return !slices.Contains(payment.ProcNums, int64(d.procedure)) }), nil
	}
	plan, err := planDebts(tx, patient.PatNum, 0)
	return append(plan, open...), err
}

// prepaymentType is the practice's own type of unearned income, else the first there is.
func prepaymentType(tx *record.Tx) (dental.DefNum, error) {
	number, err := preferenceNum(tx, "PrepaymentUnearnedType")
	if err != nil || number != 0 {
		return dental.DefNum(number), err
	}
	return firstDefinition(tx, dental.DefCatUnearnedTypes, "")
}
