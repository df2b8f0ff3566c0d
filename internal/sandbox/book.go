package sandbox

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// fillPools sorts out whom each provider sees at each clinic, in an order that is drawn.
func (d *diary) fillPools() {
	for _, patient := range d.patients {
		if patient.PatStatus != dental.PatStatusPatient || isQuiet(patient.PatNum) || patient.DateFirstVisit.IsNone() || !patient.DateFirstVisit.Before(bookFrom) {
			continue
		}
		for _, prov := range []dental.ProvNum{patient.PriProv, patient.SecProv} {
			if prov == 0 {
				continue
			}
			op := chairOf(prov, patient.ClinicNum)
			key := pool{prov, chairs[op-1].clinic}
			d.pools[key] = append(d.pools[key], patient)
		}
	}
	for i := range posts {
		for clinic := range dental.ClinicNum(4) {
			list := d.pools[pool{dental.ProvNum(i + 1), clinic}]
			d.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		}
	}
}

// summon takes the next patient of a pool who has no time in this half of the book.
func (d *diary) summon(key pool, isPast bool) *od.Patient {
	list := d.pools[key]
	for range list {
		at := d.next[key]
		d.next[key] = (at + 1) % len(list)
		if patient := list[at]; !d.busy[isPast][patient.PatNum] {
			d.busy[isPast][patient.PatNum] = true
			return patient
		}
	}
	return nil
}

// density is how full the book is, in percent: less so, the farther off a day is.
func density(on dental.Date) int {
	if !lastWork.Before(on) {
		return 72
	}
	return max(18, 66-2*on.DaysSince(lastWork))
}

// fillDay fills the day of a provider.
func (d *diary) fillDay(prov dental.ProvNum, on dental.Date) {
	op := chairOn(prov, on)
	isPast := !lastWork.Before(on)
	for _, h := range halves(on) {
		for at := h.from; at+30 <= h.to; {
			if !d.chance(density(on)) {
				at += 30
				continue
			}
			v := &visit{op: op, clinic: chairs[op-1].clinic, prov: prov, at: on.At(at * 60)}
			if posts[prov-1].specialty == hygienist {
				v.isHygiene, v.hyg, v.length = true, prov, 10
			} else {
				v.length = 2 * d.between(3, 7)
			}
			if at+5*v.length > h.to || isBlocked(on, op, half{at, at + 5*v.length}) {
				at += 10
				continue
			}
			if v.patient = d.summon(pool{prov, v.clinic}, isPast); v.patient == nil {
				break
			}
			if v.isHygiene {
				v.prov = v.patient.PriProv
			}
			v.status = dental.AptComplete
			if !d.isFreeOfMain(v) {
				at += 10
				continue
			}
			d.book(v, isPast)
			at += 5 * v.length
		}
	}
}

// isFreeOfMain is isFree where the dentist of a hygiene visit, who only looks in, does not count.
func (d *diary) isFreeOfMain(v *visit) bool {
	for _, other := range d.taken[v.at.Date()] {
		if other.takesTime() && other.at.Before(v.end()) && v.at.Before(other.end()) &&
			(other.op == v.op || other.main() == v.main() || other.patient == v.patient) {
			return false
		}
	}
	return true
}

// book says what a visit of the book is for, and how far it is.
func (d *diary) book(v *visit, isPast bool) {
	on := v.at.Date()
	v.made = d.inOffice(workdayBefore(later(v.patient.DateFirstVisit, earlier(lastWork, on).AddDays(-d.between(1, 60)))))
	v.status = dental.AptScheduled
	if isPast {
		v.status = oneByWeight(d.dice, []share[dental.AptStatus]{{92, dental.AptComplete}, {5, dental.AptBroken}, {3, dental.AptUnschedList}})
	}
	planned, done := planned, complete
	status := planned
	if v.isComplete() {
		status = done
	}
	wanted := d.treatment(v.patient, on)
	if v.isHygiene {
		wanted = d.hygiene(v.patient, on)
	}
	for _, code := range wanted {
		d.attach(v, code, status)
	}
	switch v.status {
	case dental.AptComplete:
		v.confirmed, v.changed = inRoom, v.end()
	case dental.AptScheduled:
		v.confirmed, v.changed = d.drawConfirmation(v), d.inOffice(d.workdayWithin(workdayBefore(v.made.Date()), lastWork))
		v.isASAP = d.chance(6)
	default:
		v.confirmed, v.changed = notCalled, v.at.AddSeconds(1200)
		if v.status == dental.AptUnschedList {
			v.op, v.unsched = 0, oneOf(d.dice, []dental.DefNum{94, 95, 97})
		}
		v.isASAP = d.chance(20)
	}
	if v.isHygiene {
		v.kind = 2
	}
	if d.chance(12) {
		v.note = oneOf(d.dice, visitNotes)
	}
	if !v.made.Before(v.at) {
		v.made = v.at.AddSeconds(-3600)
	}
	if v.changed.Before(v.made) {
		v.changed = v.made
	}
	d.keep(v)
	if v.status == dental.AptScheduled && !v.isHygiene && d.chance(15) {
		d.planFor(v)
	}
}

func (d *diary) drawConfirmation(v *visit) dental.DefNum {
	if v.at.Date().DaysSince(lastWork) > 10 {
		if v.isHygiene && d.chance(15) {
			v.onTheWeb = true
			return fromWeb
		}
		return notCalled
	}
	return oneByWeight(d.dice, []share[dental.DefNum]{{45, confirmed}, {20, leftMessage}, {20, texted}, {15, notCalled}})
}

// planFor makes the planned appointment that a scheduled one came from.
func (d *diary) planFor(v *visit) {
	plan := &visit{
		patient: v.patient, status: dental.AptPlanned, length: v.length, clinic: v.clinic, prov: v.prov, confirmed: notCalled,
		made: v.made.AddSeconds(-3600), changed: v.made.AddSeconds(-3600), procs: v.procs,
	}
	for _, made := range v.procs {
		made.plan = plan
	}
	v.plan = plan
	d.visits = append(d.visits, plan)
}

// drawPlanned plans treatment that has no time yet, and treatment without any appointment.
func (d *diary) drawPlanned() {
	const plans, loose = 60, 260
	for made := 0; made < plans+loose; {
		patient := oneOf(d.dice, d.patients)
		if patient.PatStatus != dental.PatStatusPatient || isQuiet(patient.PatNum) || patient.DateFirstVisit.IsNone() || !patient.DateFirstVisit.Before(bookFrom) {
			continue
		}
		on := d.workdayWithin(later(patient.DateFirstVisit, workdayBefore(today.AddDays(-380))), lastWork)
		v := &visit{
			patient: patient, status: dental.AptPlanned, prov: patient.PriProv, clinic: patient.ClinicNum, confirmed: notCalled,
			made: d.inOffice(on), at: on.At(0), isASAP: d.chance(8),
		}
		v.changed = v.made
		for _, code := range d.treatment(patient, on) {
			d.attach(v, code, planned)
		}
		v.length = 6 + 2*len(v.procs)
		v.at = dental.DateTime{}
		for _, each := range v.procs {
			each.visit, each.entered, each.changed = nil, on, v.made
			if made < plans {
				each.plan = v
			} else if d.chance(12) {
				each.status = doneBefore
			} else if d.chance(8) {
				each.status = deletedAgain
			}
		}
		if made < plans {
			d.visits = append(d.visits, v)
		}
		made++
	}
}

// drawNotes puts notes about patients into the book, which are no visits.
func (d *diary) drawNotes() {
	for i := range 10 {
		on, status := bookFrom.AddDays(2+i), dental.AptPtNoteCompleted
		if i > 5 {
			on, status = lastWork.AddDays(i-2), dental.AptPtNote
		}
		patient := oneOf(d.dice, d.pools[pool{3, 1}])
		v := &visit{
			patient: patient, status: status, at: workdayBefore(on).At(12 * 3600), length: 2, op: 2, clinic: 1, prov: 3,
			confirmed: notCalled, note: oneOf(d.dice, deskNotes), made: workdayBefore(bookFrom.AddDays(-3)).At(9 * 3600),
		}
		v.changed = v.made
		d.visits = append(d.visits, v)
	}
}

var (
	visitNotes = []string{"Prefers the morning", "Needs extra time", "Comes with a helper", "Wants to know the cost first", "Bring the signed form", "Hard to reach, text instead"}
	deskNotes  = []string{"Call about the bill", "Ask for the new insurance card", "Send the X-rays", "Thank for the referral"}
)
