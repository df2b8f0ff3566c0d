package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// account is what is owed by a family or by one patient, apart from payment plans.
type account struct {
	conn  store.Conn
	scope string // which patients, as a condition on PatNum
	arg   store.Value

	debts   []debt
	byProc  map[dental.ProcNum]int // the place of a procedure's debt
	byAdj   map[int64]int          // the place of an adjustment's debt
	credits map[dental.PatNum]dental.Money
}

const scopeOfFamily = "r.`PatNum` IN (SELECT `PatNum` FROM `patient` WHERE `Guarantor` = ? AND `PatStatus` <> 4)"

// accountOf reads the account of a patient's family, or of the patient alone. Each of its parts is one
// query, whatever the number of rows; amounts are added up here, in cents.
func accountOf(c store.Conn, patient *Patient, alone bool) (*account, error) {
	a := &account{
		conn: c, scope: scopeOfFamily, arg: store.Int(patient.Guarantor),
		byProc: make(map[dental.ProcNum]int), byAdj: make(map[int64]int), credits: make(map[dental.PatNum]dental.Money),
	}
	if alone {
		a.scope, a.arg = "r.`PatNum` = ?", store.Int(patient.PatNum)
	}
	for _, read := range []func() error{a.procedures, a.adjustments, a.insurance, a.plans, a.payments} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// read runs a query on a table of the account.
func (a *account) read(columns, table, where string, each func(row store.Row)) error {
	rows := a.conn.Query("SELECT "+columns+" FROM "+table+" AS r WHERE "+a.scope+" AND "+where, a.arg)
	for rows.Next() {
		each(rows)
	}
	return rows.Close()
}

// procedures are the completed ones, at their fee times their quantity.
func (a *account) procedures() error {
	return a.read("r.`ProcNum`, r.`PatNum`, r.`ProvNum`, r.`ClinicNum`, r.`ProcDate`, r.`ProcFee`, r.`UnitQty` + r.`BaseUnits`",
		"`procedurelog`", "r.`ProcStatus` = 2", func(row store.Row) {
			date, _ := dental.ParseDate(string(row.Text(4)))
			number := dental.ProcNum(row.Int(0))
			a.byProc[number] = len(a.debts)
			a.debts = append(a.debts, debt{
				procedure: number, patient: dental.PatNum(row.Int(1)), provider: dental.ProvNum(row.Int(2)),
				clinic: dental.ClinicNum(row.Int(3)), date: date,
				left: dental.MoneyOf(row.Float(5)) * dental.Money(max(1, row.Int(6))),
			})
		})
}

// adjustments change a procedure's debt, or are a debt or a credit of their own.
func (a *account) adjustments() error {
	return a.read("r.`AdjNum`, r.`PatNum`, r.`ProvNum`, r.`ClinicNum`, r.`AdjDate`, r.`AdjAmt`, r.`ProcNum`",
		"`adjustment`", "1 = 1", func(row store.Row) {
			patient, amount := dental.PatNum(row.Int(1)), dental.MoneyOf(row.Float(5))
			if at, ok := a.byProc[dental.ProcNum(row.Int(6))]; ok {
				a.debts[at].left += amount
				return
			}
			if amount <= 0 {
				a.credits[patient] -= amount
				return
			}
			date, _ := dental.ParseDate(string(row.Text(4)))
			a.byAdj[row.Int(0)] = len(a.debts)
			a.debts = append(a.debts, debt{
				adjustment: row.Int(0), patient: patient, provider: dental.ProvNum(row.Int(2)), clinic: dental.ClinicNum(row.Int(3)),
				date: date, left: amount,
			})
		})
}

// insurance takes off what was paid and written off, and what is expected of claims that are under way.
func (a *account) insurance() error {
	return a.read("r.`PatNum`, r.`ProcNum`, CASE WHEN r.`Status` = 0 THEN r.`InsPayEst` ELSE r.`InsPayAmt` END, r.`WriteOff`",
		"`claimproc`", "r.`Status` IN (0, 1, 4, 7)", func(row store.Row) {
			a.credit(dental.PatNum(row.Int(0)), dental.ProcNum(row.Int(1)), 0, dental.MoneyOf(row.Float(2))+dental.MoneyOf(row.Float(3)))
		})
}

// plans take off what payment plans of patients have taken over.
func (a *account) plans() error {
	return a.read("r.`PatNum`, r.`ProcNum`, r.`Principal`", "`payplancharge`",
		"r.`ChargeType` = 1 AND r.`PayPlanNum` IN (SELECT `PayPlanNum` FROM `payplan` WHERE `PlanNum` = 0)", func(row store.Row) {
			a.credit(dental.PatNum(row.Int(0)), dental.ProcNum(row.Int(1)), 0, dental.MoneyOf(row.Float(2)))
		})
}

// payments take off what was paid, but not what is unearned or went to a plan.
func (a *account) payments() error {
	return a.read("r.`PatNum`, r.`ProcNum`, r.`AdjNum`, r.`SplitAmt`", "`paysplit`",
		"r.`PayPlanNum` = 0 AND (r.`UnearnedType` = 0 OR r.`ProcNum` <> 0)", func(row store.Row) {
			a.credit(dental.PatNum(row.Int(0)), dental.ProcNum(row.Int(1)), row.Int(2), dental.MoneyOf(row.Float(3)))
		})
}

// credit takes an amount off a debt, or off the patient's where it belongs to none.
func (a *account) credit(patient dental.PatNum, procedure dental.ProcNum, adjustment int64, amount dental.Money) {
	if at, ok := a.byProc[procedure]; ok {
		a.debts[at].left -= amount
		return
	}
	if at, ok := a.byAdj[adjustment]; ok {
		a.debts[at].left -= amount
		return
	}
	if procedure == 0 { // a prepayment of a procedure that is still to come stays with it
		a.credits[patient] += amount
	}
}

// open are the debts that are left, in the order in which they are paid.
func (a *account) open(payer dental.PatNum, adjustmentsFirst bool) []debt {
	sortDebts(a.debts, payer, adjustmentsFirst)
	return settle(a.debts, a.credits)
}
