package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// planDebts is what is left to pay of the patient's oldest payment plan that has something left, or of the
// one that was asked for. Charges that are not due yet count, too: a plan is a loan, and may be repaid early.
func planDebts(c store.Conn, patient dental.PatNum, asked dental.PayPlanNum) ([]debt, error) {
	if asked != 0 {
		plan, err := payPlans.Get(c, int64(asked))
		if err != nil {
			return nil, err
		}
		if err := requirePatient(c, plan.PatNum); err != nil {
			return nil, err
		}
		if plan.PatNum != patient && plan.Guarantor != patient || plan.PlanNum != 0 || plan.IsClosed {
			return nil, fault.InvalidFields([]fault.Field{{Name: "payPlanNum", Text: "payPlanNum is not an open payment plan of this patient"}})
		}
		charges, err := openCharges(c, "`PayPlanNum` = ?", store.Int(asked))
		return charges[asked], err
	}
	eligible, err := payPlans.Find(c, "WHERE (`PatNum` = ? OR `Guarantor` = ?) AND `PlanNum` = 0 AND `IsClosed` = 0"+
		" AND `PatNum` IN (SELECT `PatNum` FROM `patient` WHERE `PatStatus` <> 4) ORDER BY `PayPlanDate`, `PayPlanNum`",
		store.Int(patient), store.Int(patient))
	if err != nil || len(eligible) == 0 {
		return nil, err
	}
	charges, err := openCharges(c, "`PayPlanNum` IN (SELECT `PayPlanNum` FROM `payplan` WHERE (`PatNum` = ? OR `Guarantor` = ?) AND `PlanNum` = 0)",
		store.Int(patient), store.Int(patient))
	if err != nil {
		return nil, err
	}
	for _, plan := range eligible {
		if left := charges[plan.PayPlanNum]; len(left) > 0 {
			return left, nil
		}
	}
	return nil, nil
}

// openCharges are the unpaid parts of the charges of plans, by plan: the oldest charge first, and of each
// its interest before its principal.
func openCharges(c store.Conn, plans string, args ...store.Value) (map[dental.PayPlanNum][]debt, error) {
	paid, unbound, err := paidToPlans(c, plans, args)
	if err != nil {
		return nil, err
	}
	charges, err := payPlanCharges.Find(c, "WHERE "+plans+" AND `ChargeType` = 0 ORDER BY `ChargeDate`, `PayPlanChargeNum`", args...)
	left := make(map[dental.PayPlanNum][]debt)
	for _, charge := range charges {
		gone := paid[charge.PayPlanChargeNum]
		if missing := charge.Interest + charge.Principal - gone; missing > 0 {
			bound := max(0, min(missing, unbound[charge.PayPlanNum]))
			unbound[charge.PayPlanNum] -= bound
			gone += bound
		}
		part := debt{
			patient: charge.PatNum, provider: charge.ProvNum, clinic: charge.ClinicNum, date: charge.ChargeDate,
			plan: charge.PayPlanNum, charge: charge.PayPlanChargeNum,
		}
		interest := max(0, charge.Interest-gone)
		if part.left, part.part = interest, dental.DebitInterest; part.left > 0 {
			left[part.plan] = append(left[part.plan], part)
		}
		part.left, part.part = charge.Interest+charge.Principal-gone-interest, dental.DebitPrincipal
		if part.left > 0 {
			left[part.plan] = append(left[part.plan], part)
		}
	}
	return left, err
}

// paidToPlans is what was paid to each charge, and to each plan without a charge being named.
func paidToPlans(c store.Conn, plans string, args []store.Value) (charges map[int64]dental.Money, unbound map[dental.PayPlanNum]dental.Money, err error) {
	charges, unbound = make(map[int64]dental.Money), make(map[dental.PayPlanNum]dental.Money)
	rows := c.Query("SELECT `PayPlanNum`, `PayPlanChargeNum`, `SplitAmt` FROM `paysplit` WHERE "+plans, args...)
	for rows.Next() {
		amount := dental.MoneyOf(rows.Float(2))
		if charge := rows.Int(1); charge != 0 {
			charges[charge] += amount
		} else {
			unbound[dental.PayPlanNum(rows.Int(0))] += amount
		}
	}
	return charges, unbound, rows.Close()
}
