package sandbox

import (
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// The fee schedules: what everybody pays, what the insurances with a contract allow, and what those with a
// discount plan pay, in percent of the first.
const (
	contractSchedule dental.FeeSchedNum = 54
	discountSchedule dental.FeeSchedNum = 55
)

var schedulePercent = map[dental.FeeSchedNum]int{feeSchedule: 100, contractSchedule: 85, discountSchedule: 80}

// feeIn is what a procedure costs in a schedule, in whole dollars beyond the first schedule.
func feeIn(schedule dental.FeeSchedNum, code int) dental.Money {
	full := int(codes[code].fee * 100)
	if schedule == feeSchedule {
		return dental.Money(full)
	}
	return dental.Money(full * schedulePercent[schedule] / 10000 * 100)
}

// insurancePlan is an insplan row.
type insurancePlan struct {
	carrier  int
	employer int
	isPPO    bool
}

const carrierCount = 12

// covers are what a plan pays for a kind of procedure, in percent.
func covers(code int) int {
	switch codes[code].category {
	case exams, cleanings:
		return 100
	case fillings, gums, oralSurgery, rootCanals, other:
		return 80
	case crowns, dentures, implants:
		return 50
	default:
		return 0
	}
}

// The rules of every plan: what is paid in a year at most, and what the patient pays of it first.
const (
	annualMax  dental.Money = 1500_00
	deductible dental.Money = 50_00
)

func (p *practice) drawPlans(d dice) {
	for range planCount {
		p.plans = append(p.plans, insurancePlan{d.between(1, carrierCount), d.between(1, employerCount), d.chance(55)})
	}
	loaded := opened.At(8 * 3600)
	schedules := p.sheet("feesched", "FeeSchedNum Description FeeSchedType ItemOrder SecDateEntry SecDateTEdit")
	schedules.put(int(contractSchedule), "Contracted", 0, 1, opened, loaded)
	schedules.put(int(discountSchedule), "Members", 0, 2, opened, loaded)
	fees := p.sheet("fee", "FeeNum Amount FeeSched CodeNum SecDateEntry SecDateTEdit")
	for _, schedule := range []dental.FeeSchedNum{feeSchedule, contractSchedule, discountSchedule} {
		for i := range codes {
			fees.add(feeIn(schedule, i), schedule, i+1, opened, loaded)
		}
	}
	carriers := p.sheet("carrier", "CarrierNum CarrierName Address City State Zip Phone ElectID SecDateEntry SecDateTEdit")
	for i := range carrierCount {
		at := oneOf(d, towns)
		carriers.add(carrierNames[i], d.street(), at.city, at.state, at.zip, d.phone(at.areaCode), fmt.Sprintf("X%04d", 11*(i+1)), opened, loaded)
	}
	plans := p.sheet("insplan", "PlanNum GroupName GroupNum FeeSched PlanType EmployerNum CarrierNum SecDateEntry SecDateTEdit")
	benefits := p.sheet("benefit", "BenefitNum PlanNum PatPlanNum BenefitType Percent MonetaryAmt TimePeriod CodeNum CoverageLevel SecDateTEntry SecDateTEdit")
	const (
		coinsurance, deductibleBenefit, limitation = 1, 2, 5
		calendarYear, individual, noPercent        = 2, 1, -1
	)
	for i, plan := range p.plans {
		schedule, kind := dental.FeeSchedNum(0), ""
		if plan.isPPO {
			schedule, kind = contractSchedule, "p"
		}
		num := plans.add(p.employers[plan.employer-1].name, fmt.Sprintf("G%05d", 137*(i+1)), schedule, kind, plan.employer, plan.carrier, opened, loaded)
		benefits.add(num, 0, limitation, noPercent, annualMax, calendarYear, 0, individual, loaded, loaded)
		benefits.add(num, 0, deductibleBenefit, noPercent, deductible, calendarYear, 0, individual, loaded, loaded)
		for _, name := range []string{"D1110", "D2391", "D2740"} {
			benefits.add(num, 0, coinsurance, covers(codeNum(name)), dental.Money(0), calendarYear, codeNum(name)+1, 0, loaded, loaded)
		}
	}
	// A few have more left than their plan gives.
	num := 0
	for _, s := range p.subscribers {
		for range s.covered {
			if num++; num%40 == 0 {
				benefits.add(0, num, limitation, noPercent, annualMax+500_00, calendarYear, 0, individual, s.entered, s.entered)
			}
		}
	}
	p.drawVerifications(d)
	p.drawDiscounts(d)
}

// drawVerifications gives each plan and each coverage its state, and some an older one.
func (p *practice) drawVerifications(d dice) {
	s := p.sheet("insverify", "InsVerifyNum DateLastVerified VerifyType FKey Note DateLastAssigned DateTimeEntry SecDateTEdit")
	old := p.sheet("insverifyhist", "InsVerifyHistNum InsVerifyNum DateLastVerified VerifyType FKey Note DateTimeEntry SecDateTEdit")
	const ofPlan, ofPatient = 1, 2
	add := func(kind, key int, entered dental.DateTime) {
		var verified dental.Date
		changed := entered
		if first := workdayAfter(entered.Date()); d.chance(60) && first.Before(lastWork) {
			verified = d.workdayWithin(first, lastWork)
			changed = verified.At(d.between(8*3600, 17*3600))
		}
		num := s.add(verified, kind, key, "", dental.Date{}, entered, changed)
		if !verified.IsNone() && d.chance(20) {
			old.add(num, dental.Date{}, kind, key, "", entered, changed)
		}
	}
	for i := range p.plans {
		add(ofPlan, i+1, opened.At(8*3600))
	}
	num := 0
	for _, sub := range p.subscribers {
		for range sub.covered {
			num++
			add(ofPatient, num, sub.entered)
		}
	}
}

// drawDiscounts makes the office's own plans, and gives them to some who have no insurance.
func (p *practice) drawDiscounts(d dice) {
	s := p.sheet("discountplan", "DiscountPlanNum Description FeeSchedNum DefNum IsHidden PlanNote")
	for i, name := range discountPlans {
		s.add(name, discountSchedule, discountAdjustment, i == len(discountPlans)-1, "")
	}
	subs := p.sheet("discountplansub", "DiscountSubNum DiscountPlanNum PatNum DateEffective DateTerm SubNote")
	for _, patient := range p.patients {
		if patient.PatStatus != dental.PatStatusPatient || isQuiet(patient.PatNum) || p.primary[patient.PatNum].sub != 0 || !d.chance(3) {
			continue
		}
		from := later(patient.SecDateEntry, day("2026-01-01"))
		subs.add(d.between(1, len(discountPlans)-1), patient.PatNum, from, day("2026-12-31"), "")
	}
	subs.put(32, 8, 56, day("2021-01-01"), day("2022-01-01"), "") // as seed 002 prints it
}

// primaryCoverage is a patient's first insurance.
type primaryCoverage struct {
	sub, plan    int // InsSubNum and PlanNum
	relationship int
	effective    dental.Date
	secondSub    int
	secondPlan   int
	secondRelate int
}

// drawCoverage notes who is covered by what.
func (p *practice) drawCoverage() {
	p.primary = make(map[dental.PatNum]primaryCoverage)
	for i, s := range p.subscribers {
		for _, c := range s.covered {
			found := p.primary[c.patient]
			switch c.ordinal {
			case 1:
				found.sub, found.plan, found.relationship, found.effective = i+1, s.plan, c.relationship, later(s.effective, s.entered.Date())
			case 2:
				found.secondSub, found.secondPlan, found.secondRelate = i+1, s.plan, c.relationship
			}
			p.primary[c.patient] = found
		}
	}
}

var (
	carrierNames = []string{
		"Cascade Dental Mutual", "Willamette Benefit", "Northwest Smiles Insurance", "Harbor Health Dental", "Pinecrest Assurance", "Columbia Group Dental",
		"Evergreen Dental Trust", "Three Rivers Benefit", "Beacon Dental", "Stonebridge Life and Dental", "Larkspur Insurance", "Union Benefit Fund",
	}
	discountPlans = []string{
		"Membership, adult", "Membership, child", "Membership, family", "Senior members", "Students", "Employees of neighbors", "Gum care members", "Old membership",
	}
)

// discountAdjustment is the type of adjustment of a discount, a definition of category 1.
const discountAdjustment dental.DefNum = 188
