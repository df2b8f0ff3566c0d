package od

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// patientBalance is what a patient's row says of the account. The family's sums stand with its guarantor,
// and are 0 with everybody else.
type patientBalance struct {
	PatNum     dental.PatNum   `od:"key"`
	Guarantor  dental.PatNum   `od:"server"`
	EstBalance dental.Money    `od:"server"` // the patient's own, without what insurance is expected to pay
	Bal0To30   dental.Money    `od:"server column=Bal_0_30"`
	Bal31To60  dental.Money    `od:"server column=Bal_31_60"`
	Bal61To90  dental.Money    `od:"server column=Bal_61_90"`
	BalOver90  dental.Money    `od:"server"`
	InsEst     dental.Money    `od:"server"` // what insurance is expected to pay and to write off
	BalTotal   dental.Money    `od:"server"`
	PayPlanDue dental.Money    `od:"server"`
	DateTStamp dental.DateTime `od:"stamp"`
}

var patientBalances = resource.Derive[patientBalance](resource.Spec{
	Name: "Balances of patients", Path: "patientbalances", Thing: "Patient", Table: "patient",
}, nil)

// ledger is what was charged and credited to a family.
type ledger struct {
	conn    store.Conn
	members []store.Value
	today   dental.Date

	balance  map[dental.PatNum]dental.Money
	charges  []charge
	credits  dental.Money
	expected dental.Money
	planDue  dental.Money
}

// charge is an amount that was owed since a day.
type charge struct {
	day    dental.Date
	amount dental.Money
}

// ageFamily sums up a family's account, and puts the balances and their age into the rows of its members
// (schema, patient: EstBalance and the aging). It belongs after whatever charges or pays.
func ageFamily(tx *record.Tx, of *Patient) error {
	guarantor := cmp.Or(of.Guarantor, of.PatNum)
	members, err := patientBalances.Find(tx, "WHERE (`Guarantor` = ? OR `PatNum` = ?) AND `PatStatus` <> 4 ORDER BY `PatNum`", store.Int(guarantor), store.Int(guarantor))
	if err != nil {
		return err
	}
	l := &ledger{conn: tx, today: tx.At.Date(), balance: make(map[dental.PatNum]dental.Money)}
	for _, member := range members {
		l.members = append(l.members, store.Int(member.PatNum))
	}
	if err := l.read(); err != nil {
		return err
	}
	for _, old := range members {
		aged := patientBalance{PatNum: old.PatNum, Guarantor: old.Guarantor, EstBalance: l.balance[old.PatNum], DateTStamp: old.DateTStamp}
		if old.PatNum == guarantor {
			l.age(&aged)
		}
		if err := record.Update(tx, patientBalances, old, &aged); err != nil {
			return err
		}
	}
	return nil
}

// read sums the account up, each of its parts in one query.
func (l *ledger) read() error {
	for _, part := range []struct {
		table, amount, units, day, where string
		sign                             dental.Money
	}{
		{"procedurelog", "`ProcFee`", "`UnitQty` + `BaseUnits`", "`ProcDate`", "`ProcStatus` = 2", 1},
		{"adjustment", "`AdjAmt`", "1", "`AdjDate`", "1 = 1", 1},
		{"claimproc", "`InsPayAmt`", "1", "`DateCP`", "`Status` IN (1, 4, 7)", -1},
		{"claimproc", "`WriteOff`", "1", "`DateCP`", "`Status` IN (1, 4, 7)", -1},
		{"payplancharge", "`Principal`", "1", "`ChargeDate`", "`ChargeType` = 1", -1},
		{"paysplit", "`SplitAmt`", "1", "`DatePay`", "`PayPlanNum` = 0", -1},
	} {
		columns := "`PatNum`, " + part.amount + ", " + part.units + ", " + part.day
		err := l.each(columns, part.table, part.where, func(row store.Row) {
			day, _ := dental.ParseDate(string(row.Text(3)))
			l.add(dental.PatNum(row.Int(0)), day, part.sign*dental.MoneyOf(row.Float(1))*dental.Money(max(1, row.Int(2))))
		})
		if err != nil {
			return err
		}
	}
	return l.readPlans()
}

// readPlans sums up what is expected of insurance, and what is due of payment plans.
func (l *ledger) readPlans() error {
	err := l.each("`InsPayEst`, `WriteOff`", "claimproc", "`Status` = 0", func(row store.Row) {
		l.expected += dental.MoneyOf(row.Float(0)) + dental.MoneyOf(row.Float(1))
	})
	if err != nil {
		return err
	}
	err = l.each("`Principal`, `Interest`", "payplancharge", "`ChargeType` = 0 AND `ChargeDate` <= ?", func(row store.Row) {
		l.planDue += dental.MoneyOf(row.Float(0)) + dental.MoneyOf(row.Float(1))
	}, store.Text(l.today.String()))
	if err != nil {
		return err
	}
	return l.each("`SplitAmt`", "paysplit", "`PayPlanNum` <> 0", func(row store.Row) { l.planDue -= dental.MoneyOf(row.Float(0)) })
}

func (l *ledger) each(columns, table, where string, take func(store.Row), args ...store.Value) error {
	family := "`PatNum` IN (?" + strings.Repeat(", ?", len(l.members)-1) + ")"
	rows := l.conn.Query("SELECT "+columns+" FROM `"+table+"` WHERE "+family+" AND "+where, append(l.members[:len(l.members):len(l.members)], args...)...)
	for rows.Next() {
		take(rows)
	}
	return rows.Close()
}

// add charges a positive amount, and credits a negative one.
func (l *ledger) add(patient dental.PatNum, day dental.Date, amount dental.Money) {
	l.balance[patient] += amount
	if amount > 0 {
		l.charges = append(l.charges, charge{day, amount})
	} else {
		l.credits -= amount
	}
}

// age tells how old the family's debt is: credits pay the oldest charges first.
func (l *ledger) age(aged *patientBalance) {
	slices.SortStableFunc(l.charges, func(a, b charge) int { return a.day.DaysSince(b.day) })
	credit := l.credits
	for _, each := range l.charges {
		paid := min(credit, each.amount)
		credit -= paid
		aged.BalTotal += each.amount - paid
		*aged.bucket(l.today.DaysSince(each.day)) += each.amount - paid
	}
	aged.BalTotal -= credit
	aged.InsEst, aged.PayPlanDue = l.expected, l.planDue
}

func (b *patientBalance) bucket(days int) *dental.Money {
	switch {
	case days <= 30:
		return &b.Bal0To30
	case days <= 60:
		return &b.Bal31To60
	case days <= 90:
		return &b.Bal61To90
	default:
		return &b.BalOver90
	}
}
