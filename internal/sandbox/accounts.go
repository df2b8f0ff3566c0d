package sandbox

import (
	"cmp"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// The types of payments and adjustments, definitions of categories 10, 1 and 29.
const (
	byCheck     dental.DefNum = 69
	byCash      dental.DefNum = 70
	byCard      dental.DefNum = 71
	seniorOff   dental.DefNum = 186
	returnedFee dental.DefNum = 17
	prepaid     dental.DefNum = 283
)

// bookkeeper draws the money: what insurance pays, what patients pay, and what is left.
type bookkeeper struct {
	*practice
	dice
	claims, claimProcs, etrans, messages                   *sheet
	payments, splits, adjustments, payPlans, payPlanCharge *sheet
	// used is what a patient's insurance has paid in a year, and started whether the deductible is met.
	used    map[benefitYear]dental.Money
	started map[benefitYear]bool
	// charges and credits are the account, by guarantor; the rest is by patient.
	charges  map[dental.PatNum][]charge
	credits  map[dental.PatNum]dental.Money
	balance  map[dental.PatNum]dental.Money
	expected map[dental.PatNum]dental.Money // from insurance, by guarantor
	planDue  map[dental.PatNum]dental.Money // of payment plans, by guarantor
}

type benefitYear struct {
	patient dental.PatNum
	year    string
}

// charge is what somebody was asked for on a day.
type charge struct {
	date   dental.Date
	amount dental.Money
}

// line is a procedure of a visit with its money.
type line struct {
	*procedure
	paid, writeOff, deducted dental.Money // by insurance, or expected of it
	discount                 dental.Money
}

func (l line) left() dental.Money { return l.fee() - l.paid - l.writeOff - l.discount }

// drawAccounts makes claims, payments, adjustments and payment plans of what was done, and the balances
// of it.
func (p *practice) drawAccounts(d dice) {
	b := &bookkeeper{
		practice: p, dice: d, used: make(map[benefitYear]dental.Money), started: make(map[benefitYear]bool),
		charges: make(map[dental.PatNum][]charge), credits: make(map[dental.PatNum]dental.Money),
		balance: make(map[dental.PatNum]dental.Money), expected: make(map[dental.PatNum]dental.Money), planDue: make(map[dental.PatNum]dental.Money),
	}
	b.begin()
	done := slices.Clone(p.visits)
	slices.SortStableFunc(done, func(a, b *visit) int {
		return cmp.Or(a.at.Date().DaysSince(b.at.Date()), cmp.Compare(a.num, b.num))
	})
	for _, v := range done {
		if v.isComplete() {
			b.settleVisit(v)
		} else if v.status == dental.AptScheduled && v.plan != nil && b.chance(30) {
			b.prepay(v)
		}
	}
	b.preauthorize()
	b.balanceAccounts()
	p.drawStatements(d)
}

func (b *bookkeeper) begin() {
	b.practice.sheet("clearinghouse", "ClearinghouseNum Description Eformat ISA05 ISA07 ISA08 ISA15 CommBridge HqClearinghouseNum IsEraDownloadAllowed IsClaimExportAllowed")
	houses := b.sheets[len(b.sheets)-1]
	for i, name := range []string{"Claims Connection", "Dental Switch", "Northwest EDI", "Payer Portal", "Remit Direct"} {
		houses.add(name, 1, "ZZ", "ZZ", "BW"+itoa(100+i), "T", 0, i+1, 2, true)
	}
	b.claims = b.practice.sheet("claim", "ClaimNum PatNum DateService DateSent ClaimStatus DateReceived PlanNum ProvTreat ClaimFee InsPayEst InsPayAmt"+
		" DedApplied ClaimType ProvBill PatRelat PlanNum2 PatRelat2 WriteOff ClinicNum InsSubNum InsSubNum2 ClaimIdentifier SecDateEntry SecDateTEdit DateSentOrig")
	b.claimProcs = b.practice.sheet("claimproc", "ClaimProcNum ProcNum ClaimNum PatNum ProvNum FeeBilled InsPayEst DedApplied Status InsPayAmt PlanNum DateCP"+
		" WriteOff CodeSent Percentage ProcDate DateEntry LineNumber BaseEst InsEstTotal WriteOffEst ClinicNum InsSubNum SecDateEntry SecDateTEdit")
	b.messages = b.practice.sheet("etransmessagetext", "EtransMessageTextNum MessageText")
	b.etrans = b.practice.sheet("etrans", "EtransNum DateTimeTrans ClearingHouseNum Etype ClaimNum CarrierNum CarrierNum2 PatNum Note EtransMessageTextNum"+
		" PlanNum InsSubNum TranSetId835 CarrierNameRaw PatientNameRaw UserNum")
	b.payments = b.practice.sheet("payment", "PayNum PayType PayDate PayAmt CheckNum PayNote IsSplit PatNum ClinicNum DateEntry SecUserNumEntry SecDateTEdit")
	b.splits = b.practice.sheet("paysplit", "SplitNum SplitAmt PatNum ProcDate PayNum ProvNum PayPlanNum DatePay ProcNum DateEntry UnearnedType ClinicNum"+
		" SecUserNumEntry SecDateTEdit AdjNum PayPlanChargeNum PayPlanDebitType")
	b.adjustments = b.practice.sheet("adjustment", "AdjNum AdjDate AdjAmt PatNum AdjType ProvNum AdjNote ProcDate ProcNum DateEntry ClinicNum SecUserNumEntry SecDateTEdit")
	b.payPlans = b.practice.sheet("payplan", "PayPlanNum PatNum Guarantor PayPlanDate APR Note CompletedAmt PaySchedule NumberOfPayments PayAmt DownPayment"+
		" IsClosed ChargeFrequency DatePayPlanStart")
	b.payPlanCharge = b.practice.sheet("payplancharge", "PayPlanChargeNum PayPlanNum Guarantor PatNum ChargeDate Principal Interest Note ProvNum ClinicNum"+
		" ChargeType SecDateTEntry SecDateTEdit")
}

// charge notes what a patient owes since a day; a negative amount is a credit.
func (b *bookkeeper) charge(patient dental.PatNum, on dental.Date, amount dental.Money) {
	head := b.patient(patient).Guarantor
	b.balance[patient] += amount
	if amount > 0 {
		b.charges[head] = append(b.charges[head], charge{on, amount})
	} else {
		b.credits[head] -= amount
	}
}

// settleVisit bills a visit to the insurance and the patient.
func (b *bookkeeper) settleVisit(v *visit) {
	on := v.at.Date()
	var lines []line
	for _, made := range v.procs {
		lines = append(lines, line{procedure: made})
		b.charge(made.patient, made.date, made.fee())
	}
	paidOn := on
	cover := b.primary[v.patient.PatNum]
	if cover.sub != 0 && !on.Before(cover.effective) {
		paidOn = later(paidOn, b.claim(v, cover, lines))
	}
	if ageOn(on, v.patient.Birthdate) >= 65 && ageOn(on, v.patient.Birthdate) < everyAge && cover.sub == 0 && b.chance(40) {
		b.discount(v, lines)
	}
	var owed dental.Money
	for _, l := range lines {
		owed += l.left()
	}
	since := lastWork.DaysSince(on)
	switch {
	case owed <= 0:
	case owed > 300_00 && since > 30 && since < 1500 && b.chance(45):
		b.payInParts(v, owed)
	case b.chance(payingPercent(since)):
		b.pay(v, paidOn, lines, owed)
	case b.chance(50):
		b.pay(v, paidOn, lines, owed/2)
	case since < 300 && b.chance(10):
		b.chargeReturned(v, paidOn)
	}
}

// payingPercent is how many pay at once; almost all have paid in the end.
func payingPercent(since int) int {
	switch {
	case since < 30:
		return 80
	case since < 120:
		return 91
	default:
		return 98
	}
}

// discount gives a senior a tenth off.
func (b *bookkeeper) discount(v *visit, lines []line) {
	for i := range lines {
		l := &lines[i]
		if l.discount = l.left() / 10; l.discount <= 0 {
			l.discount = 0
			continue
		}
		b.adjust(l.procedure, -l.discount, seniorOff)
	}
}

func (b *bookkeeper) adjust(l *procedure, amount dental.Money, kind dental.DefNum) {
	b.adjustments.add(l.date, amount, l.patient, kind, l.provider, "", l.date, l.num, l.date, l.clinic, 0, l.date.At(17*3600))
	b.charge(l.patient, l.date, amount)
}

// chargeReturned is for a check that came back.
func (b *bookkeeper) chargeReturned(v *visit, on dental.Date) {
	const fee = 25_00
	b.adjustments.add(on, dental.Money(fee), v.patient.PatNum, returnedFee, v.prov, "Check came back", on, 0, on, v.clinic, 0, on.At(17*3600))
	b.charge(v.patient.PatNum, on, fee)
}

// pay pays so much of a visit, the procedures one after the other. Who pays is the guarantor.
func (b *bookkeeper) pay(v *visit, on dental.Date, lines []line, amount dental.Money) {
	if amount <= 0 {
		return
	}
	num := b.payment(v, on, amount, "", len(lines) > 1)
	for _, l := range lines {
		part := min(amount, l.left())
		if part <= 0 {
			continue
		}
		amount -= part
		b.splits.add(part, l.patient, l.date, num, l.provider, 0, on, l.num, on, 0, l.clinic, 0, on.At(17*3600), 0, 0, 0)
		b.charge(l.patient, on, -part)
	}
}

func (b *bookkeeper) payment(v *visit, on dental.Date, amount dental.Money, note string, isSplit bool) int {
	kind, check := oneByWeight(b.dice, []share[dental.DefNum]{{65, byCard}, {22, byCheck}, {13, byCash}}), ""
	if kind == byCheck {
		check = itoa(b.between(1001, 9899))
	}
	return b.payments.add(kind, on, amount, check, note, isSplit, v.patient.Guarantor, v.clinic, on, 0, on.At(17*3600))
}

// prepay pays something for a visit that is to come.
func (b *bookkeeper) prepay(v *visit) {
	on := workdayBefore(earlier(lastWork, v.made.Date()))
	amount := dental.Money(100_00 * b.between(1, 3))
	num := b.payment(v, on, amount, "Down payment of the next visit", false)
	b.splits.add(amount, v.patient.PatNum, dental.Date{}, num, v.prov, 0, on, 0, on, prepaid, v.clinic, 0, on.At(17*3600), 0, 0, 0)
	b.charge(v.patient.PatNum, on, -amount)
}

// payInParts makes a payment plan of what a visit costs, and pays what is due of it.
func (b *bookkeeper) payInParts(v *visit, owed dental.Money) {
	const monthly, byMonth = 3, 0
	patient, on := v.patient, v.at.Date()
	apr := oneByWeight(b.dice, []share[int]{{70, 0}, {20, 6}, {10, 12}})
	instalment := oneOf(b.dice, []dental.Money{60_00, 80_00, 100_00, 125_00})
	start := on.AddMonths(1)
	plan := len(b.payPlans.rows) + 1
	made := on.At(17 * 3600)
	row := func(date dental.Date, principal, interest dental.Money, note string, kind int) int {
		return b.payPlanCharge.add(plan, patient.Guarantor, patient.PatNum, date, principal, interest, note, v.prov, v.clinic, kind, made, made)
	}
	row(on, owed, 0, "", 1)
	b.charge(patient.PatNum, on, -owed)
	number, cost, isOpen := 0, owed, false
	late := b.chance(10)
	for left := owed; left > 0; number++ {
		date := start.AddMonths(number)
		interest := (left*dental.Money(apr) + 600) / 1200
		principal := min(instalment-interest, left)
		left -= principal
		cost += interest
		charge := row(date, principal, interest, "", 0)
		if today.Before(date) {
			isOpen = true
			continue
		}
		paidOn := earlier(lastWork, workdayBefore(date.AddDays(3)))
		if late && today.DaysSince(date) < 95 || paidOn.Before(on) {
			b.planDue[patient.Guarantor] += principal + interest
			isOpen = true
			continue
		}
		num := b.payment(v, paidOn, principal+interest, "", interest > 0)
		for _, part := range []struct {
			amount dental.Money
			kind   dental.PayPlanDebitType
		}{{interest, dental.DebitInterest}, {principal, dental.DebitPrincipal}} {
			if part.amount > 0 {
				b.splits.add(part.amount, patient.PatNum, date, num, v.prov, plan, paidOn, 0, paidOn, 0, v.clinic, 0, paidOn.At(17*3600), 0, charge, part.kind)
			}
		}
	}
	note := american(on) + " - Date of Agreement: " + american(on) + ", Total Amount: " + owed.String() + ", APR: " + itoa(apr) + ", Total Cost of Loan: " + cost.String() + " "
	b.payPlans.add(patient.PatNum, patient.Guarantor, on, float64(apr), note, owed, byMonth, number, instalment, dental.Money(0), !isOpen, monthly, start)
}

func american(on dental.Date) string {
	year, month, day := on.Calendar()
	return itoa(int(month)) + "/" + itoa(day) + "/" + itoa(year)
}

// balanceAccounts sums the accounts up: a patient's balance, and the family's by age, where credits pay the
// oldest charges first.
func (b *bookkeeper) balanceAccounts() {
	b.aged = make(map[dental.PatNum]*aging)
	for _, patient := range b.patients {
		patient.EstBalance = b.balance[patient.PatNum]
		if _, isInsured := b.primary[patient.PatNum]; isInsured {
			b.agingOf(patient.PatNum).hasIns = "I"
		}
	}
	for _, head := range b.patients {
		credit := b.credits[head.PatNum]
		charges := b.charges[head.PatNum]
		slices.SortStableFunc(charges, func(a, b charge) int { return a.date.DaysSince(b.date) })
		var buckets [4]dental.Money
		for _, c := range charges {
			paid := min(credit, c.amount)
			credit -= paid
			buckets[bucket(today.DaysSince(c.date))] += c.amount - paid
		}
		head.BalTotal = buckets[0] + buckets[1] + buckets[2] + buckets[3] - credit
		if buckets != ([4]dental.Money{}) || b.expected[head.PatNum] != 0 || b.planDue[head.PatNum] != 0 {
			aged := b.agingOf(head.PatNum)
			aged.buckets, aged.expected, aged.planDue = buckets, b.expected[head.PatNum], b.planDue[head.PatNum]
		}
		if head.BalTotal > 300_00 && b.chance(20) {
			head.FamFinUrgNote = "Payment arrangement on file."
		}
	}
}

func bucket(days int) int {
	switch {
	case days <= 30:
		return 0
	case days <= 60:
		return 1
	case days <= 90:
		return 2
	default:
		return 3
	}
}
