package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// InsAdjust is what PUT /claimprocs/InsAdjust takes.
type InsAdjust struct {
	// PatPlanNum is the coverage.
	PatPlanNum dental.PatPlanNum `od:"in! fk=patplan"`
	// InsUsed is all that the insurance has paid in the benefit year. This or deductibleUsed must be sent.
	InsUsed dental.Money `od:"in name=insUsed"`
	// DeductibleUsed is all of the deductible that was used in the benefit year.
	DeductibleUsed dental.Money `od:"in name=deductibleUsed"`
	// Date is a day of the benefit year, and the day of the adjustment. Default today.
	Date dental.Date `od:"in name=date"`
}

var adjustInsurance = Writing(resource.Action{
	Method: "PUT", Name: "InsAdjust", Access: resource.Access{Group: resource.InsuranceSimple, Or: resource.Insurance, Since: "21.1"},
}, checkInsAdjust, putInsAdjust)

func checkInsAdjust(call *Call[InsAdjust]) []fault.Field {
	var faults []fault.Field
	if call.lacks("insUsed") && call.lacks("deductibleUsed") {
		faults = append(faults, fault.Field{Name: "insUsed", Text: "insUsed or deductibleUsed is required"})
	}
	if call.In.InsUsed < 0 {
		faults = append(faults, fault.Field{Name: "insUsed", Text: "insUsed cannot be negative; it is the total used, not a change of it"})
	}
	if call.In.DeductibleUsed < 0 {
		faults = append(faults, fault.Field{Name: "deductibleUsed",
			Text: "deductibleUsed cannot be negative; it is the total used, not a change of it"})
	}
	return faults
}

// putInsAdjust keeps one adjustment per benefit year, which makes up for what the claims leave of the
// totals that were sent (seed 002, ClaimProcs PUT InsAdjust). A total that is not sent leaves its part of
// the adjustment as it is. Family and lifetime limits are not looked at.
func putInsAdjust(tx *record.Tx, call *Call[InsAdjust], dst []byte) ([]byte, error) {
	coverage, err := patPlans.Get(tx, int64(call.In.PatPlanNum))
	if err != nil {
		return nil, err
	}
	if err := requirePatient(tx, coverage.PatNum); err != nil {
		return nil, err
	}
	sub, err := insSubs.Get(tx, int64(coverage.InsSubNum))
	if err != nil {
		return nil, err
	}
	day := call.In.Date
	if day.IsNone() {
		day = tx.At.Date()
	}
	used, err := usedInYear(tx, coverage, sub.PlanNum, day)
	if err != nil {
		return nil, err
	}
	wanted := used.adjusted
	if call.Has("insUsed") {
		wanted.paid = call.In.InsUsed - used.claimed.paid
	}
	if call.Has("deductibleUsed") {
		wanted.deductible = call.In.DeductibleUsed - used.claimed.deductible
	}
	return dst, writeAdjustment(tx, used.adjustments, wanted, &ClaimProc{
		PatNum: coverage.PatNum, PlanNum: sub.PlanNum, InsSubNum: sub.InsSubNum, Status: dental.ClaimProcAdjustment,
		ProcDate: day, DateCP: day, DateEntry: tx.At.Date(), SecDateEntry: tx.At.Date(),
		AllowedOverride: blank, DedEst: blank, DedEstOverride: blank, InsEstTotalOverride: blank, PaidOtherInsOverride: blank,
		WriteOffEst: blank, WriteOffEstOverride: blank,
	})
}

// usage is how much of an insurance was used.
type usage struct{ paid, deductible dental.Money }

// yearUsage is the usage of a benefit year: by claims, and by adjustments.
type yearUsage struct {
	claimed, adjusted usage
	adjustments       []*ClaimProc
}

// usedInYear adds up what a patient has used of a plan in the benefit year of a day.
func usedInYear(c store.Conn, coverage *PatPlan, plan dental.PlanNum, day dental.Date) (yearUsage, error) {
	var used yearUsage
	first, after, err := benefitYear(c, plan, day)
	if err != nil {
		return used, err
	}
	rows, err := claimProcs.Find(c, "WHERE `PatNum` = ? AND `InsSubNum` = ? AND `PlanNum` = ? AND `ProcDate` >= ? AND `ProcDate` < ?"+
		" AND `Status` IN (0, 1, 3, 4, 9) ORDER BY `ClaimProcNum`", // what was used: no estimate, no preauthorization
		store.Int(coverage.PatNum), store.Int(coverage.InsSubNum), store.Int(plan), store.Text(first.String()), store.Text(after.String()))
	for _, row := range rows {
		sum := &used.claimed
		if row.Status == dental.ClaimProcAdjustment {
			sum = &used.adjusted
			used.adjustments = append(used.adjustments, row)
		}
		sum.paid += row.InsPayAmt
		sum.deductible += row.DedApplied
	}
	return used, err
}

// benefitYear is the year of a plan that holds a day: from the first day to the one after the last. It
// begins in the plan's MonthRenew, of which 0 is January.
func benefitYear(c store.Conn, plan dental.PlanNum, day dental.Date) (first, after dental.Date, err error) {
	rows := c.Query("SELECT `MonthRenew` FROM `insplan` WHERE `PlanNum` = ?", store.Int(plan))
	month := 1
	if rows.Next() {
		if renew := int(rows.Int(0)); renew >= 1 && renew <= 12 {
			month = renew
		}
	}
	if err := rows.Close(); err != nil {
		return first, after, err
	}
	year, current, _ := day.Calendar()
	if current < month {
		year--
	}
	first = dental.DateAt(year, month, 1)
	return first, first.AddMonths(12), nil
}

// writeAdjustment makes one adjustment of those of the year, or none where there is nothing to adjust. It
// keeps its day unless its amount changes.
func writeAdjustment(tx *record.Tx, existing []*ClaimProc, wanted usage, fresh *ClaimProc) error {
	keep := 1
	if wanted == (usage{}) {
		keep = 0
	}
	for _, surplus := range existing[min(keep, len(existing)):] {
		if err := record.Delete(tx, claimProcs, surplus); err != nil {
			return err
		}
	}
	if keep == 0 {
		return nil
	}
	fresh.InsPayAmt, fresh.DedApplied = wanted.paid, wanted.deductible
	if len(existing) == 0 {
		return record.Create(tx, claimProcs, fresh)
	}
	old := existing[0]
	changed := *old
	changed.InsPayAmt, changed.DedApplied = wanted.paid, wanted.deductible
	if changed.InsPayAmt != old.InsPayAmt || changed.DedApplied != old.DedApplied {
		changed.ProcDate, changed.DateCP = fresh.ProcDate, fresh.DateCP
	}
	return record.Update(tx, claimProcs, old, &changed)
}
