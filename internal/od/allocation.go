package od

import (
	"cmp"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// debt is what is still owed for one thing.
type debt struct {
	patient  dental.PatNum
	provider dental.ProvNum
	clinic   dental.ClinicNum
	date     dental.Date
	left     dental.Money

	procedure  dental.ProcNum    // one of these three
	adjustment int64             //
	plan       dental.PayPlanNum //
	charge     int64             // of the plan
	part       dental.PayPlanDebitType
}

// share is a part of a payment that pays a debt.
type share struct {
	debt
	amount dental.Money
}

// allocate pays debts in their order, each wholly before the next, and returns what is left over.
func allocate(amount dental.Money, debts []debt) (shares []share, rest dental.Money) {
	for _, owed := range debts {
		paid := min(amount, owed.left)
		if paid <= 0 {
			continue
		}
		shares = append(shares, share{owed, paid})
		amount -= paid
	}
	return shares, amount
}

// sortDebts puts the oldest first. Of one day the payer's own come first, then those of the others, each in
// the order in which they were entered. adjustmentsFirst is the other setting of AutoSplitLogic.
func sortDebts(debts []debt, payer dental.PatNum, adjustmentsFirst bool) {
	stranger := func(d debt) int {
		if d.patient == payer {
			return 0
		}
		return 1
	}
	later := func(d debt) int {
		if adjustmentsFirst && d.adjustment == 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(debts, func(a, b debt) int {
		return cmp.Or(
			cmp.Compare(later(a), later(b)), a.date.DaysSince(b.date), cmp.Compare(stranger(a), stranger(b)),
			cmp.Compare(a.patient, b.patient), cmp.Compare(a.procedure, b.procedure), cmp.Compare(a.adjustment, b.adjustment),
		)
	})
}

// settle takes credits that belong to a patient, but to no debt, off the patient's debts, the oldest first.
func settle(debts []debt, credits map[dental.PatNum]dental.Money) []debt {
	var open []debt
	for _, owed := range debts {
		settled := max(0, min(owed.left, credits[owed.patient]))
		credits[owed.patient] -= settled
		if owed.left -= settled; owed.left > 0 {
			open = append(open, owed)
		}
	}
	return open
}
