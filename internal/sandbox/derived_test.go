package sandbox_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/apitest"
	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// derivation is a rule of columns that follow from other rows. find returns what is wrong, a line a row.
type derivation struct {
	name string
	find func(t *testing.T, c store.Conn) []string
}

// derivations are all of them. What each field means is in the schema's own words: the balance is without
// what insurance is expected to pay, payment plans are not aged (preference PayPlansVersion 1).
var derivations = []derivation{
	{"ProcDescript", wrongDescriptions},
	{"balances and aging", wrongBalances},
	{"a claim's sums", wrongClaims},
	{"a payment and its splits", differs("SELECT p.`PayNum`, ROUND(p.`PayAmt` * 100), (SELECT ROUND(COALESCE(SUM(s.`SplitAmt`), 0) * 100) FROM `paysplit` s WHERE s.`PayNum` = p.`PayNum`) FROM `payment` p")},
	{"a payment plan and its credit", differs("SELECT p.`PayPlanNum`, ROUND(p.`CompletedAmt` * 100), (SELECT ROUND(COALESCE(SUM(c.`Principal`), 0) * 100) FROM `payplancharge` c WHERE c.`PayPlanNum` = p.`PayPlanNum` AND c.`ChargeType` = 1) FROM `payplan` p")},
	{"a payment plan and its charges", differs("SELECT p.`PayPlanNum`, ROUND(p.`CompletedAmt` * 100), (SELECT ROUND(COALESCE(SUM(c.`Principal`), 0) * 100) FROM `payplancharge` c WHERE c.`PayPlanNum` = p.`PayPlanNum` AND c.`ChargeType` = 0) FROM `payplan` p")},
	{"a payment plan's number of charges", differs("SELECT p.`PayPlanNum`, p.`NumberOfPayments`, (SELECT COUNT(*) FROM `payplancharge` c WHERE c.`PayPlanNum` = p.`PayPlanNum` AND c.`ChargeType` = 0) FROM `payplan` p")},
	{"a charge that is paid beyond what it is", none("SELECT c.`PayPlanChargeNum` FROM `payplancharge` c WHERE ROUND((c.`Principal` + c.`Interest`) * 100) <" +
		" (SELECT ROUND(COALESCE(SUM(s.`SplitAmt`), 0) * 100) FROM `paysplit` s WHERE s.`PayPlanChargeNum` = c.`PayPlanChargeNum`)")},
	{"a split that is not its payment's family's", none("SELECT s.`SplitNum` FROM `paysplit` s JOIN `payment` p ON p.`PayNum` = s.`PayNum` JOIN `patient` o ON o.`PatNum` = s.`PatNum`" +
		" WHERE o.`Guarantor` <> p.`PatNum` OR s.`DatePay` <> p.`PayDate` OR s.`ClinicNum` <> p.`ClinicNum`")},
	{"a split of another's procedure", none("SELECT s.`SplitNum` FROM `paysplit` s JOIN `procedurelog` l ON l.`ProcNum` = s.`ProcNum` WHERE l.`PatNum` <> s.`PatNum` OR l.`ProvNum` <> s.`ProvNum` OR l.`ProcStatus` <> 2")},
	{"a procedure that is paid beyond its fee", none("SELECT l.`ProcNum` FROM `procedurelog` l WHERE l.`ProcStatus` = 2 AND ROUND(l.`ProcFee` * 100) <" +
		" (SELECT ROUND(COALESCE(SUM(s.`SplitAmt`), 0) * 100) FROM `paysplit` s WHERE s.`ProcNum` = l.`ProcNum`) +" +
		" (SELECT ROUND(COALESCE(SUM(p.`InsPayEst` + p.`WriteOff`), 0) * 100) FROM `claimproc` p WHERE p.`ProcNum` = l.`ProcNum` AND p.`Status` IN (0, 1))")},
	{"the order of a patient's insurances", none("SELECT `PatNum` FROM `patplan` GROUP BY `PatNum` HAVING MIN(`Ordinal`) <> 1 OR MAX(`Ordinal`) <> COUNT(*) OR COUNT(DISTINCT `Ordinal`) <> COUNT(*)")},
	{"HasIns", none("SELECT p.`PatNum` FROM `patient` p WHERE (p.`HasIns` = 'I') <> EXISTS (SELECT 1 FROM `patplan` c WHERE c.`PatNum` = p.`PatNum`)")},
	{"DateFirstVisit", none("SELECT p.`PatNum` FROM `patient` p JOIN (SELECT `PatNum`, MIN(`ProcDate`) AS `First` FROM `procedurelog` WHERE `ProcStatus` = 2 GROUP BY `PatNum`) l" +
		" ON l.`PatNum` = p.`PatNum` WHERE l.`First` <> p.`DateFirstVisit`")},
	{"a first visit without a visit", none("SELECT p.`PatNum` FROM `patient` p WHERE p.`DateFirstVisit` <> '0001-01-01' AND p.`PatStatus` <> 4 AND p.`PatNum` NOT IN (" + quietPatients + ")" +
		" AND NOT EXISTS (SELECT 1 FROM `appointment` a WHERE a.`PatNum` = p.`PatNum` AND a.`AptStatus` = 2 AND a.`IsNewPatient` = 1 AND substr(a.`AptDateTime`, 1, 10) = p.`DateFirstVisit`)")},
	{"a recall's dates", wrongRecalls},
	{"the last row of an appointment's history", wrongHistory},
	{"two appointments at one time", wrongBook},
	{"an appointment outside the schedule", outsideSchedule},
	{"the operatories of a schedule", none("SELECT s.`ScheduleNum` FROM `schedule` s WHERE s.`SchedType` IN (1, 2) AND s.`StartTime` < s.`StopTime` AND NOT EXISTS (SELECT 1 FROM `scheduleop` o WHERE o.`ScheduleNum` = s.`ScheduleNum`)")},
	{"a complete procedure of a visit that is not", none("SELECT l.`ProcNum` FROM `procedurelog` l JOIN `appointment` a ON a.`AptNum` = l.`AptNum`" +
		" WHERE l.`PatNum` <> a.`PatNum` OR l.`ClinicNum` <> a.`ClinicNum` OR (l.`ProcStatus` = 2) <> (a.`AptStatus` = 2) OR l.`ProvNum` NOT IN (a.`ProvNum`, a.`ProvHyg`)" +
		" OR l.`ProcDate` <> substr(a.`AptDateTime`, 1, 10)")},
	{"a complete procedure without a visit", none("SELECT `ProcNum` FROM `procedurelog` WHERE `ProcStatus` = 2 AND `AptNum` = 0")},
	{"a planned procedure of another status", none("SELECT l.`ProcNum` FROM `procedurelog` l JOIN `appointment` a ON a.`AptNum` = l.`PlannedAptNum` WHERE a.`AptStatus` <> 6 OR l.`PatNum` <> a.`PatNum`")},
	{"the place of a planned appointment", none("SELECT a.`AptNum` FROM `appointment` a WHERE a.`ItemOrderPlanned` <> CASE WHEN a.`AptStatus` <> 6 THEN 0 ELSE" +
		" (SELECT COUNT(*) FROM `appointment` b WHERE b.`PatNum` = a.`PatNum` AND b.`AptStatus` = 6 AND b.`AptNum` <= a.`AptNum`) END")},
	{"the plan of a subscriber", none("SELECT `ClaimNum` FROM `claim` WHERE `PlanNum` <> (SELECT `PlanNum` FROM `inssub` WHERE `inssub`.`InsSubNum` = `claim`.`InsSubNum`)" +
		" UNION SELECT `ClaimProcNum` FROM `claimproc` WHERE `PlanNum` <> (SELECT `PlanNum` FROM `inssub` WHERE `inssub`.`InsSubNum` = `claimproc`.`InsSubNum`)")},
	{"the fee of a procedure", none("SELECT l.`ProcNum` FROM `procedurelog` l JOIN `fee` f ON f.`FeeSched` = 53 AND f.`CodeNum` = l.`CodeNum` WHERE ROUND(f.`Amount` * 100) <> ROUND(l.`ProcFee` * 100)")},
	{"what a claim was billed", none("SELECT c.`ClaimProcNum` FROM `claimproc` c JOIN `procedurelog` l ON l.`ProcNum` = c.`ProcNum` JOIN `procedurecode` d ON d.`CodeNum` = l.`CodeNum`" +
		" WHERE l.`PatNum` <> c.`PatNum` OR ROUND(l.`ProcFee` * 100) <> ROUND(c.`FeeBilled` * 100) OR d.`ProcCode` <> c.`CodeSent`")},
	{"the dates of a claim", none("SELECT `ClaimNum` FROM `claim` WHERE (`ClaimStatus` IN ('S', 'R')) <> (`DateSent` <> '0001-01-01') OR (`ClaimStatus` = 'R') <> (`DateReceived` <> '0001-01-01')" +
		" OR `DateReceived` <> '0001-01-01' AND `DateReceived` < `DateSent` OR `DateSent` <> '0001-01-01' AND `DateSent` < `DateService` OR `DateSentOrig` <> `DateSent`")},
	{"a statement that owes another sum", none("SELECT s.`StatementNum` FROM `statement` s JOIN `patient` p ON p.`PatNum` = s.`PatNum` WHERE ROUND(s.`BalTotal` * 100) <> ROUND(p.`BalTotal` * 100)")},
	{"a folded copy", wrongFolds},
	{"a value that no pick list offers", none("SELECT f.`PatFieldNum` FROM `patfield` f JOIN `patfielddef` d ON d.`FieldName` = f.`FieldName` WHERE d.`FieldType` = 1" +
		" AND NOT EXISTS (SELECT 1 FROM `patfieldpickitem` i WHERE i.`PatFieldDefNum` = d.`PatFieldDefNum` AND i.`Name` = f.`FieldValue`)")},
	{"a verification that nothing has", none("SELECT c.`PatPlanNum` FROM `patplan` c LEFT JOIN (SELECT `FKey`, COUNT(*) AS `Times` FROM `insverify` WHERE `VerifyType` = 2 GROUP BY `FKey`) v" +
		" ON v.`FKey` = c.`PatPlanNum` WHERE COALESCE(v.`Times`, 0) <> 1 UNION SELECT c.`PlanNum` FROM `insplan` c" +
		" LEFT JOIN (SELECT `FKey`, COUNT(*) AS `Times` FROM `insverify` WHERE `VerifyType` = 1 GROUP BY `FKey`) v ON v.`FKey` = c.`PlanNum` WHERE COALESCE(v.`Times`, 0) <> 1")},
	{"the trail", brokenTrail},
	{"change rows", none("SELECT r.`ChangeNum` FROM `rowchange` r LEFT JOIN `auditevent` a ON a.`AuditNum` = r.`AuditNum` AND a.`Target` = r.`TableName` AND a.`TargetNum` = r.`RowNum` AND a.`Action` = r.`Kind` WHERE a.`AuditNum` IS NULL")},
}

// quietPatients are those of the documents' examples, who have no account of their own here.
const quietPatients = "1, 2, 15, 16, 435, 25, 50, 972, 11, 12, 13, 17, 19, 20, 21, 41, 56, 61, 67, 74, 101, 234, 261"

// none is wrong where a statement finds keys.
func none(sql string) func(*testing.T, store.Conn) []string {
	return func(t *testing.T, c store.Conn) []string {
		t.Helper()
		return query(t, c, 1, sql+" LIMIT 5")
	}
}

// differs is wrong where the second column of a statement is not the third.
func differs(sql string) func(*testing.T, store.Conn) []string {
	return func(t *testing.T, c store.Conn) (wrong []string) {
		t.Helper()
		rows := c.Query(sql)
		for rows.Next() {
			if is, want := rows.Float(1), rows.Float(2); is != want {
				wrong = append(wrong, fmt.Sprintf("%d is %v, want %v", rows.Int(0), is, want))
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		return wrong
	}
}

// each calls fn with the rows of a statement.
func each(t *testing.T, c store.Conn, sql string, fn func(store.Row)) {
	t.Helper()
	rows := c.Query(sql)
	for rows.Next() {
		fn(rows)
	}
	if err := rows.Close(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func dateOf(t *testing.T, text []byte) dental.Date {
	t.Helper()
	date, err := dental.ParseDate(string(text[:10]))
	if err != nil {
		t.Fatal(err)
	}
	return date
}

// wrongDescriptions rebuilds ProcDescript from the attached procedures.
func wrongDescriptions(t *testing.T, c store.Conn) (wrong []string) {
	parts := make(map[string][]string)
	for _, column := range []string{"AptNum", "PlannedAptNum"} {
		each(t, c, "SELECT l.`"+column+"`, d.`TreatArea`, l.`ToothNum`, l.`Surf`, d.`AbbrDesc` FROM `procedurelog` l JOIN `procedurecode` d ON d.`CodeNum` = l.`CodeNum`"+
			" WHERE l.`"+column+"` <> 0 AND l.`ProcStatus` <> 6 ORDER BY l.`ProcNum`", func(row store.Row) {
			before := map[int64]string{1: "#%[1]s-%[2]s-", 2: "#%[1]s-", 4: "%[2]s-", 5: "S%[2]s-", 6: "%[2]s-"}[row.Int(1)]
			text := strings.NewReplacer("%[1]s", string(row.Text(2)), "%[2]s", string(row.Text(3))).Replace(before) + string(row.Text(4))
			key := fmt.Sprint(column, row.Int(0))
			parts[key] = append(parts[key], text)
		})
	}
	each(t, c, "SELECT `AptNum`, `ProcDescript`, `AptStatus` FROM `appointment`", func(row store.Row) {
		column := "AptNum"
		if row.Int(2) == 6 {
			column = "PlannedAptNum"
		}
		if want := strings.Join(parts[fmt.Sprint(column, row.Int(0))], ", "); string(row.Text(1)) != want {
			wrong = append(wrong, fmt.Sprintf("%d is %q, want %q", row.Int(0), row.Text(1), want))
		}
	})
	return wrong
}

// The day as of which accounts are summed up.
const asOf = "2026-11-01"

// wrongBalances sums the accounts up from their rows, in cents.
func wrongBalances(t *testing.T, c store.Conn) (wrong []string) {
	head := make(map[int64]int64)
	each(t, c, "SELECT `PatNum`, `Guarantor` FROM `patient`", func(row store.Row) { head[row.Int(0)] = row.Int(1) })
	balance, expected, due := make(map[int64]dental.Money), make(map[int64]dental.Money), make(map[int64]dental.Money)
	charges, credits := make(map[int64]map[dental.Date]dental.Money), make(map[int64]dental.Money)
	add := func(sign dental.Money) func(store.Row) {
		return func(row store.Row) {
			patient, amount := row.Int(0), sign*dental.MoneyOf(row.Float(2))
			balance[patient] += amount
			family := head[patient]
			if amount < 0 {
				credits[family] -= amount
				return
			}
			if charges[family] == nil {
				charges[family] = make(map[dental.Date]dental.Money)
			}
			charges[family][dateOf(t, row.Text(1))] += amount
		}
	}
	each(t, c, "SELECT `PatNum`, `ProcDate`, `ProcFee` * CASE WHEN `UnitQty` + `BaseUnits` > 1 THEN `UnitQty` + `BaseUnits` ELSE 1 END FROM `procedurelog` WHERE `ProcStatus` = 2", add(1))
	each(t, c, "SELECT `PatNum`, `AdjDate`, `AdjAmt` FROM `adjustment`", add(1))
	each(t, c, "SELECT `PatNum`, `DateCP`, `InsPayAmt` + `WriteOff` FROM `claimproc` WHERE `Status` IN (1, 4, 7)", add(-1))
	each(t, c, "SELECT `PatNum`, `ChargeDate`, `Principal` FROM `payplancharge` WHERE `ChargeType` = 1", add(-1))
	each(t, c, "SELECT `PatNum`, `DatePay`, `SplitAmt` FROM `paysplit` WHERE `PayPlanNum` = 0", add(-1))
	each(t, c, "SELECT `PatNum`, `InsPayEst` + `WriteOff` FROM `claimproc` WHERE `Status` = 0", func(row store.Row) { expected[head[row.Int(0)]] += dental.MoneyOf(row.Float(1)) })
	each(t, c, "SELECT `Guarantor`, `Principal` + `Interest` FROM `payplancharge` WHERE `ChargeType` = 0 AND `ChargeDate` <= '"+asOf+"'",
		func(row store.Row) { due[row.Int(0)] += dental.MoneyOf(row.Float(1)) })
	each(t, c, "SELECT `PatNum`, `SplitAmt` FROM `paysplit` WHERE `PayPlanNum` <> 0", func(row store.Row) { due[head[row.Int(0)]] -= dental.MoneyOf(row.Float(1)) })
	today := dateOf(t, []byte(asOf))
	each(t, c, "SELECT `PatNum`, `EstBalance`, `BalTotal`, `Bal_0_30`, `Bal_31_60`, `Bal_61_90`, `BalOver90`, `InsEst`, `PayPlanDue` FROM `patient`", func(row store.Row) {
		patient := row.Int(0)
		var aged [4]dental.Money
		credit, total := credits[patient], dental.Money(0)
		for _, date := range slices.SortedFunc(maps.Keys(charges[patient]), func(a, b dental.Date) int { return a.DaysSince(b) }) {
			amount := charges[patient][date]
			paid := min(credit, amount)
			credit -= paid
			total += amount - paid
			aged[min(3, max(0, today.DaysSince(date)-1)/30)] += amount - paid
		}
		want := [8]dental.Money{balance[patient], total - credit, aged[0], aged[1], aged[2], aged[3], expected[patient], due[patient]}
		var is [8]dental.Money
		for i := range is {
			is[i] = dental.MoneyOf(row.Float(i + 1))
		}
		if is != want {
			wrong = append(wrong, fmt.Sprintf("patient %d is %v, want %v", patient, is, want))
		}
	})
	return wrong
}

// wrongClaims sums the claims up from their lines.
func wrongClaims(t *testing.T, c store.Conn) (wrong []string) {
	sums := make(map[int64][5]dental.Money)
	each(t, c, "SELECT `ClaimNum`, `FeeBilled`, `InsPayEst`, `InsPayAmt`, `DedApplied`, `WriteOff` FROM `claimproc` WHERE `ClaimNum` <> 0", func(row store.Row) {
		sum := sums[row.Int(0)]
		for i := range sum {
			sum[i] += dental.MoneyOf(row.Float(i + 1))
		}
		sums[row.Int(0)] = sum
	})
	each(t, c, "SELECT `ClaimNum`, `ClaimFee`, `InsPayEst`, `InsPayAmt`, `DedApplied`, `WriteOff` FROM `claim`", func(row store.Row) {
		var is [5]dental.Money
		for i := range is {
			is[i] = dental.MoneyOf(row.Float(i + 1))
		}
		if want := sums[row.Int(0)]; is != want {
			wrong = append(wrong, fmt.Sprintf("claim %d is %v, want %v", row.Int(0), is, want))
		}
	})
	return wrong
}

// wrongRecalls finds the last procedure that triggers each recall, and the next visit that does.
func wrongRecalls(t *testing.T, c store.Conn) (wrong []string) {
	last, next := make(map[[2]int64]dental.Date), make(map[[2]int64]dental.Date)
	each(t, c, "SELECT l.`PatNum`, r.`RecallTypeNum`, MAX(l.`ProcDate`) FROM `procedurelog` l JOIN `recalltrigger` r ON r.`CodeNum` = l.`CodeNum` WHERE l.`ProcStatus` = 2"+
		" GROUP BY l.`PatNum`, r.`RecallTypeNum`", func(row store.Row) { last[[2]int64{row.Int(0), row.Int(1)}] = dateOf(t, row.Text(2)) })
	each(t, c, "SELECT l.`PatNum`, r.`RecallTypeNum`, MAX(l.`ProcDate`) FROM `procedurelog` l JOIN `recalltrigger` r ON r.`CodeNum` = l.`CodeNum`"+
		" JOIN `appointment` a ON a.`AptNum` = l.`AptNum` AND a.`AptStatus` = 1 WHERE l.`ProcStatus` = 1"+
		" GROUP BY l.`PatNum`, r.`RecallTypeNum`", func(row store.Row) { next[[2]int64{row.Int(0), row.Int(1)}] = dateOf(t, row.Text(2)) })
	each(t, c, "SELECT `PatNum`, `RecallTypeNum`, `DatePrevious`, `DateDue`, `DateDueCalc`, `DateScheduled`, `RecallInterval` FROM `recall`", func(row store.Row) {
		key := [2]int64{row.Int(0), row.Int(1)}
		interval := int(row.Int(6))
		due := last[key].AddMonths(interval>>24*12 + interval>>16&0xff).AddDays(interval>>8&0xff*7 + interval&0xff)
		if dateOf(t, row.Text(2)) != last[key] || dateOf(t, row.Text(3)) != due || dateOf(t, row.Text(4)) != due || dateOf(t, row.Text(5)) != next[key] {
			wrong = append(wrong, fmt.Sprintf("recall of patient %d: last %s, due %s", row.Int(0), row.Text(2), row.Text(3)))
		}
	})
	return wrong
}

// wrongHistory compares the last copy of an appointment with what it is.
func wrongHistory(t *testing.T, c store.Conn) (wrong []string) {
	const columns = "PatNum AptStatus Pattern Confirmed Op Note ProvNum ProvHyg AptDateTime NextAptNum UnschedStatus IsNewPatient ProcDescript ClinicNum IsHygiene" +
		" DateTStamp DateTimeArrived DateTimeSeated DateTimeDismissed InsPlan1 AppointmentTypeNum SecDateTEntry Priority PatternSecondary"
	list := "`" + strings.ReplaceAll(columns, " ", "`, `") + "`"
	count := len(strings.Fields(columns))
	row := func(row store.Row) string {
		var cells []string
		for i := range count {
			cells = append(cells, string(row.Text(i+1)))
		}
		return strings.Join(cells, "|")
	}
	last, when := make(map[int64]string), make(map[int64]string)
	each(t, c, "SELECT `AptNum`, "+list+", `HistDateTStamp` FROM `histappointment` ORDER BY `HistApptNum`", func(r store.Row) {
		at := string(r.Text(count + 1))
		if at < when[r.Int(0)] {
			wrong = append(wrong, fmt.Sprintf("appointment %d: its history goes back", r.Int(0)))
		}
		last[r.Int(0)], when[r.Int(0)] = row(r), at
	})
	each(t, c, "SELECT `AptNum`, "+list+" FROM `appointment` WHERE `DateTStamp` >= '2026-07-01'", func(r store.Row) {
		if is := row(r); is != last[r.Int(0)] {
			wrong = append(wrong, fmt.Sprintf("appointment %d is %s, its history ends with %s", r.Int(0), is, last[r.Int(0)]))
		}
	})
	return wrong
}

// taken is a time of an appointment in minutes.
type taken struct {
	num, op, main, patient int64
	date                   dental.Date
	from, to               int
}

// appointmentsThatCount are those that take their time. Who is in the chair's room all the time is the
// hygienist of a hygiene visit, else the provider: the dentist only looks in at the hygienist's.
func appointmentsThatCount(t *testing.T, c store.Conn) (found []taken) {
	each(t, c, "SELECT `AptNum`, `Op`, CASE WHEN `IsHygiene` = 1 AND `ProvHyg` <> 0 THEN `ProvHyg` ELSE `ProvNum` END, `PatNum`, `AptDateTime`, LENGTH(`Pattern`)"+
		" FROM `appointment` WHERE `AptStatus` IN (1, 2, 4) ORDER BY `AptDateTime`", func(row store.Row) {
		at, err := dental.ParseDateTime(string(row.Text(4)))
		if err != nil {
			t.Fatal(err)
		}
		from := at.TimeOfDay().Seconds() / 60
		found = append(found, taken{row.Int(0), row.Int(1), row.Int(2), row.Int(3), at.Date(), from, from + 5*int(row.Int(5))})
	})
	return found
}

func wrongBook(t *testing.T, c store.Conn) (wrong []string) {
	all := appointmentsThatCount(t, c)
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.date != b.date || b.from >= a.to {
				break
			}
			if a.op == b.op || a.main == b.main || a.patient == b.patient {
				wrong = append(wrong, fmt.Sprintf("appointments %d and %d", a.num, b.num))
			}
		}
	}
	return wrong
}

// outsideSchedule looks for appointments of the eight weeks that no schedule of their provider in their
// operatory covers, or that lie in a blockout.
func outsideSchedule(t *testing.T, c store.Conn) (wrong []string) {
	type place struct {
		date     dental.Date
		op, prov int64
	}
	open, blocked := make(map[place][][2]int), make(map[place][][2]int)
	var first, last dental.Date
	each(t, c, "SELECT s.`SchedDate`, o.`OperatoryNum`, s.`ProvNum`, s.`StartTime`, s.`StopTime`, s.`SchedType` FROM `schedule` s JOIN `scheduleop` o ON o.`ScheduleNum` = s.`ScheduleNum`"+
		" ORDER BY s.`SchedDate`", func(row store.Row) {
		last = dateOf(t, row.Text(0))
		if first.IsNone() {
			first = last
		}
		from, _ := dental.ParseTimeOfDay(string(row.Text(3)))
		to, _ := dental.ParseTimeOfDay(string(row.Text(4)))
		span := [2]int{from.Seconds() / 60, to.Seconds() / 60}
		if row.Int(5) == 2 {
			key := place{last, row.Int(1), 0}
			blocked[key] = append(blocked[key], span)
			return
		}
		key := place{last, row.Int(1), row.Int(2)}
		open[key] = append(open[key], span)
	})
	if last.DaysSince(first) < 50 {
		wrong = append(wrong, "the schedule is too short")
	}
	for _, a := range appointmentsThatCount(t, c) {
		if a.date.Before(first) || last.Before(a.date) {
			continue
		}
		inside := func(s [2]int) bool { return s[0] <= a.from && a.to <= s[1] }
		across := func(s [2]int) bool { return a.from < s[1] && s[0] < a.to }
		if !slices.ContainsFunc(open[place{a.date, a.op, a.main}], inside) || slices.ContainsFunc(blocked[place{a.date, a.op, 0}], across) {
			wrong = append(wrong, fmt.Sprintf("appointment %d on %s", a.num, a.date))
		}
	}
	return wrong
}

// wrongFolds compares the folded copies with their texts.
func wrongFolds(t *testing.T, c store.Conn) (wrong []string) {
	for _, pair := range []string{"allergydef.Description", "diseasedef.DiseaseName", "medication.MedName", "apptfielddef.FieldName", "recalltype.Description",
		"inssub.SubscriberID", "patient.LName", "referral.LName", "definition.ItemName"} {
		table, column, _ := strings.Cut(pair, ".")
		each(t, c, "SELECT `"+column+"`, `"+column+"Fold` FROM `"+table+"`", func(row store.Row) {
			if want := dental.Fold(string(row.Text(0))); string(row.Text(1)) != want {
				wrong = append(wrong, fmt.Sprintf("%s %q", pair, row.Text(0)))
			}
		})
	}
	return wrong
}

func brokenTrail(t *testing.T, c store.Conn) []string {
	if _, err := audit.Verify(c); err != nil {
		return []string{err.Error()}
	}
	return nil
}

func TestWhatIsDerivedFollowsFromTheRows(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 16} {
		read(t, sampleOf(t, seed), func(c store.Conn) {
			for _, d := range derivations {
				if wrong := d.find(t, c); len(wrong) > 0 {
					t.Errorf("seed %d: %s: %d wrong, such as %s", seed, d.name, len(wrong), strings.Join(wrong[:min(3, len(wrong))], "; "))
				}
			}
		})
	}
}

var errUndo = errors.New("undo")

// change calls fn in a transaction that is undone.
func change(t *testing.T, s *apitest.Server, fn func(store.Tx)) {
	t.Helper()
	err := s.Book.DB.Write(t.Context(), func(tx store.Tx) error {
		fn(tx)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

// mutations make one row wrong each; the rule of that name has to see it.
var mutations = []struct{ rule, sql string }{
	{"ProcDescript", "UPDATE `appointment` SET `ProcDescript` = 'Clean' WHERE `AptNum` = 700"},
	{"ProcDescript", "UPDATE `procedurelog` SET `ToothNum` = '32' WHERE `ProcNum` = (SELECT MIN(`ProcNum`) FROM (SELECT * FROM `procedurelog`) AS p WHERE `AptNum` <> 0 AND `ToothNum` <> '')"},
	{"balances and aging", "UPDATE `patient` SET `EstBalance` = `EstBalance` + 0.01 WHERE `PatNum` = 300"},
	{"balances and aging", "UPDATE `patient` SET `BalTotal` = 1 WHERE `PatNum` = 15"},
	{"balances and aging", "UPDATE `patient` SET `Bal_0_30` = 1 WHERE `PatNum` = 15"},
	{"balances and aging", "UPDATE `patient` SET `InsEst` = 1 WHERE `PatNum` = 15"},
	{"balances and aging", "UPDATE `patient` SET `PayPlanDue` = 1 WHERE `PatNum` = 15"},
	{"balances and aging", "UPDATE `paysplit` SET `SplitAmt` = `SplitAmt` - 0.01 WHERE `SplitNum` = 44"},
	{"balances and aging", "UPDATE `adjustment` SET `AdjAmt` = `AdjAmt` - 0.01 WHERE `AdjNum` = 4"},
	{"a claim's sums", "UPDATE `claimproc` SET `DedApplied` = `DedApplied` + 1 WHERE `ClaimProcNum` = 9"},
	{"a claim's sums", "UPDATE `claim` SET `InsPayAmt` = 12345 WHERE `ClaimNum` = 26"},
	{"a payment and its splits", "UPDATE `payment` SET `PayAmt` = `PayAmt` + 0.01 WHERE `PayNum` = 12"},
	{"a payment and its splits", "DELETE FROM `paysplit` WHERE `SplitNum` = 12"},
	{"a payment plan and its credit", "UPDATE `payplan` SET `CompletedAmt` = 1 WHERE `PayPlanNum` = 1"},
	{"a payment plan and its charges", "UPDATE `payplancharge` SET `Principal` = 0 WHERE `PayPlanChargeNum` = 2"},
	{"a payment plan's number of charges", "DELETE FROM `payplancharge` WHERE `PayPlanChargeNum` = 2"},
	{"a charge that is paid beyond what it is", "UPDATE `payplancharge` SET `Principal` = 0, `Interest` = 0"},
	{"a split that is not its payment's family's", "UPDATE `paysplit` SET `DatePay` = '2020-01-01' WHERE `SplitNum` = 40"},
	{"a split of another's procedure", "UPDATE `paysplit` SET `ProvNum` = 12 WHERE `SplitNum` = 40"},
	{"a procedure that is paid beyond its fee", "UPDATE `procedurelog` SET `ProcFee` = 1 WHERE `ProcStatus` = 2"},
	{"the order of a patient's insurances", "UPDATE `patplan` SET `Ordinal` = 3 WHERE `PatPlanNum` = 123"},
	{"HasIns", "UPDATE `patient` SET `HasIns` = 'I' WHERE `PatNum` = 15"},
	{"DateFirstVisit", "UPDATE `patient` SET `DateFirstVisit` = '2019-01-01' WHERE `PatNum` = 300"},
	{"a first visit without a visit", "UPDATE `appointment` SET `IsNewPatient` = 0 WHERE `AptStatus` = 2"},
	{"a recall's dates", "UPDATE `recall` SET `DateDue` = '2030-01-01' WHERE `RecallNum` = 5"},
	{"a recall's dates", "UPDATE `recall` SET `DateScheduled` = '2030-01-01' WHERE `RecallNum` = 5"},
	{"the last row of an appointment's history", "UPDATE `appointment` SET `Note` = 'Other' WHERE `AptNum` = 34"},
	{"the last row of an appointment's history", "DELETE FROM `histappointment` WHERE `AptNum` = 34"},
	{"two appointments at one time", "UPDATE `appointment` SET `AptDateTime` = '2026-10-30 08:00:00', `Op` = 1 WHERE `AptNum` IN (34, 5)"},
	{"an appointment outside the schedule", "UPDATE `appointment` SET `AptDateTime` = '2026-11-08 08:00:00' WHERE `AptNum` = 34"},
	{"an appointment outside the schedule", "DELETE FROM `scheduleop`"},
	{"the operatories of a schedule", "DELETE FROM `scheduleop` WHERE `ScheduleOpNum` = 9"},
	{"a complete procedure of a visit that is not", "UPDATE `appointment` SET `AptStatus` = 1 WHERE `AptNum` = 700"},
	{"a complete procedure without a visit", "UPDATE `procedurelog` SET `AptNum` = 0 WHERE `ProcNum` = 40"},
	{"a planned procedure of another status", "UPDATE `procedurelog` SET `PlannedAptNum` = 700 WHERE `ProcNum` = 40"},
	{"the place of a planned appointment", "UPDATE `appointment` SET `ItemOrderPlanned` = 2 WHERE `AptNum` = 700"},
	{"the place of a planned appointment", "UPDATE `appointment` SET `ItemOrderPlanned` = 0 WHERE `AptStatus` = 6"},
	{"the plan of a subscriber", "UPDATE `inssub` SET `PlanNum` = `PlanNum` + 1"},
	{"the fee of a procedure", "UPDATE `fee` SET `Amount` = 1 WHERE `FeeNum` = 1"},
	{"what a claim was billed", "UPDATE `claimproc` SET `CodeSent` = 'D0000' WHERE `ClaimProcNum` = 9"},
	{"the dates of a claim", "UPDATE `claim` SET `ClaimStatus` = 'U' WHERE `ClaimStatus` = 'R'"},
	{"a statement that owes another sum", "UPDATE `statement` SET `BalTotal` = 1 WHERE `StatementNum` = 5"},
	{"a folded copy", "UPDATE `allergydef` SET `DescriptionFold` = 'x' WHERE `AllergyDefNum` = 4"},
	{"a value that no pick list offers", "UPDATE `patfieldpickitem` SET `Name` = 'Roof'"},
	{"a verification that nothing has", "DELETE FROM `insverify` WHERE `InsVerifyNum` = 3"},
	{"the trail", "UPDATE `auditevent` SET `Detail` = 'other' WHERE `AuditNum` = 5"},
	{"change rows", "UPDATE `rowchange` SET `RowNum` = 9 WHERE `ChangeNum` = 2"},
}

func TestAChangedRowIsNamed(t *testing.T) {
	t.Parallel()
	s := sample(t)
	isTried := make(map[string]bool)
	for _, m := range mutations {
		at := slices.IndexFunc(derivations, func(d derivation) bool { return d.name == m.rule })
		if at < 0 {
			t.Fatalf("there is no rule %q", m.rule)
		}
		isTried[m.rule] = true
		change(t, s, func(tx store.Tx) {
			if _, err := tx.Exec(m.sql); err != nil {
				t.Fatalf("%s: %v", m.sql, err)
			}
			if len(derivations[at].find(t, tx)) == 0 {
				t.Errorf("nobody says that something is wrong after %s", m.sql)
			}
		})
	}
	for _, d := range derivations {
		if !isTried[d.name] {
			t.Errorf("the rule %q was never seen to fail", d.name)
		}
	}
}
