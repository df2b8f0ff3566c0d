package sandbox

import (
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// claim bills the first insurance. It returns the day on which the patient's part is known.
func (b *bookkeeper) claim(v *visit, cover primaryCoverage, lines []line) dental.Date {
	on := v.at.Date()
	year := benefitYear{v.patient.PatNum, on.String()[:4]}
	plan := b.plans[cover.plan-1]
	for i := range lines {
		l := &lines[i]
		percent := covers(l.code)
		allowed := l.fee()
		if plan.isPPO {
			allowed = feeIn(contractSchedule, l.code)
			l.writeOff = l.fee() - allowed
		}
		if percent < 100 && percent > 0 && !b.started[year] {
			l.deducted, b.started[year] = deductible, true
		}
		l.paid = max(0, allowed-l.deducted) * dental.Money(percent) / 100
		l.paid = max(0, min(l.paid, annualMax-b.used[year]))
		b.used[year] += l.paid
	}
	status, received := "R", on
	switch since := lastWork.DaysSince(on); {
	case since < 7:
		status = oneByWeight(b.dice, []share[string]{{30, "U"}, {35, "W"}, {30, "S"}, {5, "I"}})
	case since < 45:
		status = oneByWeight(b.dice, []share[string]{{60, "R"}, {36, "S"}, {4, "H"}})
	case b.chance(2):
		status = "S"
	}
	var sent dental.Date
	if status == "S" || status == "R" {
		sent = earlier(lastWork, workdayAfter(on))
	}
	received = dental.Date{}
	if status == "R" {
		received = earlier(lastWork, workdayBefore(sent.AddDays(b.between(3, 24))))
		received = later(received, sent)
	}
	num := b.fileClaim(v, cover, lines, status, sent, received)
	if !sent.IsNone() && lastWork.DaysSince(sent) < 120 {
		second := 0
		if cover.secondPlan != 0 {
			second = b.plans[cover.secondPlan-1].carrier
		}
		b.etrans.add(sent.At(17*3600), 1, 0, num, plan.carrier, second, v.patient.PatNum, "", 0, cover.plan, cover.sub, "", "", "", frontDesk)
	}
	if status == "R" && lastWork.DaysSince(received) < 60 && b.chance(25) {
		b.remit(v, cover, lines, num, received)
	}
	for i := range lines {
		if !received.IsNone() {
			b.charge(v.patient.PatNum, received, -lines[i].paid-lines[i].writeOff)
		} else {
			b.expected[v.patient.Guarantor] += lines[i].paid + lines[i].writeOff
		}
	}
	if cover.secondSub != 0 && b.chance(60) && received.IsNone() {
		b.holdSecond(v, cover, lines)
	}
	return received
}

// fileClaim makes the rows of a claim.
func (b *bookkeeper) fileClaim(v *visit, cover primaryCoverage, lines []line, status string, sent, received dental.Date) int {
	var fee, estimate, paid, deducted, writeOff dental.Money
	isReceived := !received.IsNone()
	for _, l := range lines {
		fee += l.fee()
		estimate += l.paid
		deducted += l.deducted
		writeOff += l.writeOff
		if isReceived {
			paid += l.paid
		}
	}
	on := v.at.Date()
	changed := later(on, later(sent, received)).At(16 * 3600)
	secondSub, secondPlan, secondRelate := cover.secondSub, cover.secondPlan, cover.secondRelate
	num := len(b.claims.rows) + 1
	b.claims.add(v.patient.PatNum, on, sent, status, received, cover.plan, v.prov, fee, estimate, paid, deducted, "P", v.prov, cover.relationship,
		secondPlan, secondRelate, writeOff, v.clinic, cover.sub, secondSub, itoa(int(v.patient.PatNum))+"/"+itoa(num), on, changed, sent)
	for i, l := range lines {
		got, state, final := dental.Money(0), notReceived, dental.Date{}
		if isReceived {
			got, state, final = l.paid, receivedBack, received
		}
		b.claimProcs.add(l.num, num, l.patient, l.provider, l.fee(), l.paid, l.deducted, state, got, cover.plan, later(final, on), l.writeOff,
			codes[l.code].code, covers(l.code), l.date, later(final, on), i+1, l.paid, l.paid, l.writeOff, l.clinic, cover.sub, on, changed)
	}
	return num
}

// The statuses of a claim's line, by Open Dental's numbers.
const (
	notReceived   = 0
	receivedBack  = 1
	preauthorized = 2
)

// holdSecond prepares the claim of the second insurance, which waits for the first.
func (b *bookkeeper) holdSecond(v *visit, cover primaryCoverage, lines []line) {
	on, num := v.at.Date(), len(b.claims.rows)+1
	var fee dental.Money
	for i, l := range lines {
		fee += l.fee()
		b.claimProcs.add(l.num, num, l.patient, l.provider, l.fee(), 0, 0, notReceived, 0, cover.secondPlan, on, 0, codes[l.code].code, 0, l.date, on,
			i+1, 0, 0, 0, l.clinic, cover.secondSub, on, on.At(16*3600))
	}
	b.claims.add(v.patient.PatNum, on, dental.Date{}, "H", dental.Date{}, cover.secondPlan, v.prov, fee, 0, 0, 0, "S", v.prov, cover.secondRelate,
		cover.plan, cover.relationship, 0, v.clinic, cover.secondSub, cover.sub, itoa(int(v.patient.PatNum))+"/"+itoa(num), on, on.At(16*3600), dental.Date{})
}

// preauthorize asks the insurances about treatment that is planned.
func (b *bookkeeper) preauthorize() {
	asked := 0
	for _, v := range b.visits {
		cover := b.primary[v.patient.PatNum]
		if asked == 25 || v.status != dental.AptPlanned || cover.sub == 0 || len(v.procs) == 0 {
			continue
		}
		asked++
		on, num := v.made.Date(), len(b.claims.rows)+1
		var fee, estimate dental.Money
		for i, l := range v.procs {
			expected := l.fee() * dental.Money(covers(l.code)) / 100
			fee, estimate = fee+l.fee(), estimate+expected
			b.claimProcs.add(l.num, num, l.patient, l.provider, l.fee(), expected, 0, preauthorized, 0, cover.plan, on, 0, codes[l.code].code,
				covers(l.code), l.date, on, i+1, expected, expected, 0, l.clinic, cover.sub, on, on.At(16*3600))
		}
		b.claims.add(v.patient.PatNum, on, on, "S", dental.Date{}, cover.plan, v.prov, fee, estimate, 0, 0, "PreAuth", v.prov, cover.relationship, 0, 0, 0,
			v.clinic, cover.sub, 0, itoa(int(v.patient.PatNum))+"/"+itoa(num), on, on.At(16*3600), on)
	}
}

// remit stores the insurance's own word on a claim: an ERA 835.
func (b *bookkeeper) remit(v *visit, cover primaryCoverage, lines []line, claim int, received dental.Date) {
	carrier := b.plans[cover.plan-1].carrier
	set := strconv.Itoa(10000 + claim)
	var paid, fee dental.Money
	text := ""
	for _, l := range lines {
		paid, fee = paid+l.paid, fee+l.fee()
		text += "SVC*AD:" + codes[l.code].code + "*" + l.fee().String() + "*" + l.paid.String() + "~"
	}
	text = "ISA*00*          *00*          *ZZ*BW100          *ZZ*BRIDGEWORK     *" + shortDate(received) + "*0816*U*00401*" + nine(claim) + "*0*P*:~" +
		"ST*835*" + set + "~BPR*I*" + paid.String() + "*C*ACH~N1*PR*" + carrierNames[carrier-1] + "~CLP*" + itoa(int(v.patient.PatNum)) + "/" + itoa(claim) +
		"*1*" + fee.String() + "*" + paid.String() + "~NM1*QC*1*" + v.patient.LName + "*" + v.patient.FName + "~" + text + "SE*" + itoa(6+len(lines)) + "*" + set + "~"
	message := b.messages.add(text)
	b.etrans.add(received.At(6*3600), 5, 27, 0, carrier, 0, 0, "", message, 0, 0, set, carrierNames[carrier-1], v.patient.LName+", "+v.patient.FName, frontDesk)
}

func shortDate(on dental.Date) string { text := on.String(); return text[2:4] + text[5:7] + text[8:] }

func nine(n int) string { text := "000000000" + itoa(n); return text[len(text)-9:] }
