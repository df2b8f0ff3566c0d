package sandbox

import (
	"cmp"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// The procedure statuses, by Open Dental's numbers.
const (
	planned      = 1
	complete     = 2
	doneBefore   = 4 // existing, by another office
	referredOut  = 5
	deletedAgain = 6
)

// procedure is a procedurelog row.
type procedure struct {
	num      dental.ProcNum
	patient  dental.PatNum
	code     int // index in codes
	date     dental.Date
	status   int
	tooth    string
	surface  string
	provider dental.ProvNum
	clinic   dental.ClinicNum
	entered  dental.Date
	changed  dental.DateTime
	visit    *visit // that it is attached to
	plan     *visit // the planned one that it is attached to
}

// fee is what is charged for it.
func (made *procedure) fee() dental.Money { return dental.Money(codes[made.code].fee * 100) }

// drawProcedures adds the procedures of the referrals to those of the visits, numbers them all, and gives
// the referrals theirs.
func (p *practice) drawProcedures(d dice, referred []outgoing) {
	rows := make(map[*procedure]*od.RefAttach)
	for _, out := range referred {
		if made := p.drawReferred(d, out); made != nil {
			rows[made] = out.row
			p.procedures = append(p.procedures, made)
		}
	}
	slices.SortStableFunc(p.procedures, func(a, b *procedure) int {
		return cmp.Or(a.entered.DaysSince(b.entered), a.date.DaysSince(b.date))
	})
	scheduled := p.drawReferred(d, outgoing{printedScheduledAttachment(), endodontics})
	p.procedures = slices.Insert(p.procedures, int(scheduledProcedure)-1, scheduled)
	for i, made := range p.procedures {
		made.num = dental.ProcNum(i + 1)
		if row := rows[made]; row != nil {
			row.ProcNum = made.num
		}
	}
	for _, v := range p.visits {
		slices.SortFunc(v.procs, func(a, b *procedure) int { return cmp.Compare(a.num, b.num) })
	}
}

// drawReferred makes the procedure that somebody is referred for; nil where the specialty has none
// for the patient's age.
func (p *practice) drawReferred(d dice, out outgoing) *procedure {
	patient := p.patient(out.row.PatNum)
	var fitting []int
	for i, c := range codes {
		if c.specialty == out.specialty && c.fits(ageOn(out.row.RefDate, patient.Birthdate)) {
			fitting = append(fitting, i)
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	made := drawProcedure(d, patient, oneOf(d, fitting), out.row.RefDate)
	made.status = referredOut
	return made
}

// drawProcedure does something for somebody on a day.
func drawProcedure(d dice, patient *od.Patient, code int, date dental.Date) *procedure {
	c := codes[code]
	made := &procedure{
		patient: patient.PatNum, code: code, date: date, status: complete, provider: patient.PriProv, clinic: patient.ClinicNum,
		entered: date, changed: d.inOffice(date),
	}
	if c.isHygiene && patient.SecProv != 0 {
		made.provider = patient.SecProv
	}
	teeth := c.teeth
	if ageOn(date, patient.Birthdate) < 11 && len(teeth) > 0 && !c.isHygiene {
		teeth = milkTeeth
	}
	if len(teeth) > 0 {
		made.tooth = oneOf(d, teeth)
	}
	if len(c.surfaces) > 0 {
		made.surface = oneOf(d, c.surfaces)
	}
	return made
}

// fileProcedures makes the rows of the procedure codes and of the procedures.
func (p *practice) fileProcedures() {
	list := p.sheet("procedurecode", "CodeNum ProcCode Descript AbbrDesc ProcTime ProcCat TreatArea IsHygiene DateTStamp")
	for _, c := range codes {
		list.add(c.code, c.description, c.short, "/X/", c.category, c.area, c.isHygiene, opened.At(0))
	}
	s := p.sheet("procedurelog", "ProcNum PatNum AptNum ProcDate ProcFee Surf ToothNum Priority ProcStatus ProvNum Dx PlannedAptNum DateEntryC ClinicNum"+
		" CodeNum UnitQty DateTP SiteNum DateTStamp SecDateEntry DateComplete")
	for _, made := range p.procedures {
		var completed dental.Date
		var priority, dx dental.DefNum
		if made.status == complete {
			completed = made.date
		}
		if codes[made.code].isTreatment() {
			dx = caries
			if made.status == planned {
				priority = firstPriority + dental.DefNum(made.num%2)
			}
		}
		s.add(made.patient, numOf(made.visit), made.date, made.fee(), made.surface, made.tooth, priority, made.status, made.provider, dx, numOf(made.plan),
			made.entered, made.clinic, made.code+1, 1, made.entered, p.patient(made.patient).SiteNum, made.changed, made.entered.At(0), completed)
	}
}

// What procedures are for, and how urgent: definitions of categories 16 and 20.
const (
	caries        dental.DefNum = 115
	firstPriority dental.DefNum = 146
)

// numOf is the key of a visit; 0 is none.
func numOf(v *visit) dental.AptNum {
	if v == nil {
		return 0
	}
	return v.num
}
