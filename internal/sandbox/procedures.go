package sandbox

import (
	"fmt"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ownProcedures is how many procedures are done or planned here; those that are referred come on top.
const ownProcedures = 2400

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
	changed  dental.DateTime
}

// drawProcedures makes the procedures of the visits and of the referrals, and gives the referrals
// theirs.
func (p *practice) drawProcedures(d dice, referred []outgoing) {
	rows := make(map[*procedure]*od.RefAttach)
	for _, out := range referred {
		if made := p.drawReferred(d, out); made != nil {
			rows[made] = out.row
			p.procedures = append(p.procedures, made)
		}
	}
	p.drawVisits(d)
	slices.SortStableFunc(p.procedures, func(a, b *procedure) int { return a.date.DaysSince(b.date) })
	scheduled := p.drawReferred(d, outgoing{printedScheduledAttachment(), endodontics})
	p.procedures = slices.Insert(p.procedures, int(scheduledProcedure)-1, scheduled)
	for i, made := range p.procedures {
		made.num = dental.ProcNum(i + 1)
		if row := rows[made]; row != nil {
			row.ProcNum = made.num
		}
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

func (p *practice) drawVisits(d dice) {
	type visit struct {
		patient dental.PatNum
		code    int
		date    dental.Date
	}
	isTaken := make(map[visit]bool)
	for len(isTaken) < ownProcedures {
		patient := oneOf(d, p.patients)
		if !isSeen(patient) {
			continue
		}
		date := patient.DateFirstVisit
		if d.chance(40) {
			date = d.workday(date, later(date, lastSeen(patient)))
		}
		code := drawCode(d, patient, date)
		if isTaken[visit{patient.PatNum, code, date}] {
			continue
		}
		isTaken[visit{patient.PatNum, code, date}] = true
		made := drawProcedure(d, patient, code, date)
		switch since := lastWork.DaysSince(date); {
		case codes[code].isTreatment() && since < 400 && d.chance(40):
			made.status = planned
		case codes[code].isTreatment() && d.chance(6):
			made.status = doneBefore
		case d.chance(1):
			made.status = deletedAgain
		}
		p.procedures = append(p.procedures, made)
	}
}

// drawCode is what is done for somebody on a day: more often a check than a crown, and nothing for
// children at adults.
func drawCode(d dice, patient *od.Patient, date dental.Date) int {
	age := ageOn(date, patient.Birthdate)
	var fitting []share[int]
	for i, c := range codes {
		if c.weight > 0 && c.fits(age) {
			fitting = append(fitting, share[int]{c.weight, i})
		}
	}
	return oneByWeight(d, fitting)
}

func drawProcedure(d dice, patient *od.Patient, code int, date dental.Date) *procedure {
	c := codes[code]
	made := &procedure{
		patient: patient.PatNum, code: code, date: date, status: complete, provider: patient.PriProv, clinic: patient.ClinicNum,
		changed: d.inOffice(date),
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

func (p *practice) writeProcedures(tx *record.Tx) error {
	const (
		insertCode = "INSERT INTO `procedurecode` (`CodeNum`, `ProcCode`, `Descript`, `AbbrDesc`, `ProcTime`, `ProcCat`, `TreatArea`, `IsHygiene`," +
			" `DateTStamp`) VALUES (?, ?, ?, ?, '/X/', ?, ?, ?, ?)"
		insertProcedure = "INSERT INTO `procedurelog` (`ProcNum`, `PatNum`, `ProcDate`, `ProcFee`, `Surf`, `ToothNum`, `ProcStatus`, `ProvNum`," +
			" `DateEntryC`, `ClinicNum`, `CodeNum`, `UnitQty`, `DateTP`, `DateTStamp`, `SecDateEntry`, `DateComplete`)" +
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)"
	)
	loaded := store.Text(opened.At(0).String())
	for i, c := range codes {
		_, err := tx.Exec(insertCode, store.Int(i+1), store.Text(c.code), store.Text(c.description), store.Text(c.short),
			store.Int(c.category), store.Int(c.area), store.Bool(c.isHygiene), loaded)
		if err != nil {
			return fmt.Errorf("procedure code %s: %w", c.code, err)
		}
	}
	for _, made := range p.procedures {
		date, changed := store.Text(made.date.String()), store.Text(made.changed.String())
		completed := store.Text(dental.Date{}.String())
		if made.status == complete {
			completed = date
		}
		_, err := tx.Exec(insertProcedure, store.Int(made.num), store.Int(made.patient), date, store.Float(codes[made.code].fee),
			store.Text(made.surface), store.Text(made.tooth), store.Int(made.status), store.Int(made.provider), date, store.Int(made.clinic),
			store.Int(made.code+1), date, changed, changed, completed)
		if err != nil {
			return err
		}
	}
	return nil
}
