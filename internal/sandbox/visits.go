package sandbox

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// visit is an appointment.
type visit struct {
	num       dental.AptNum
	patient   *od.Patient
	status    dental.AptStatus
	at        dental.DateTime // none where it has no time yet
	length    int             // in steps of five minutes
	op        dental.OperatoryNum
	clinic    dental.ClinicNum
	prov, hyg dental.ProvNum
	isHygiene bool
	isNew     bool
	isASAP    bool
	onTheWeb  bool // booked by the patient
	kind      int  // index in apptTypes and 1; 0 is none
	note      string
	confirmed dental.DefNum
	unsched   dental.DefNum
	made      dental.DateTime
	changed   dental.DateTime
	procs     []*procedure
	plan      *visit // the planned one that it was scheduled from
	place     int    // of a planned one, among the patient's, from 1
}

// The confirmations, definitions of category 2.
const (
	notCalled   dental.DefNum = 19
	leftMessage dental.DefNum = 20
	confirmed   dental.DefNum = 21
	inRoom      dental.DefNum = 25
	texted      dental.DefNum = 255
	fromWeb     dental.DefNum = 295
)

// pattern is the time of the provider between that of the assistant.
func pattern(length int) string {
	if length < 4 {
		return strings.Repeat("X", length)
	}
	return "/" + strings.Repeat("X", length-2) + "/"
}

func (v *visit) isComplete() bool { return v.status == dental.AptComplete }

// takesTime tells whether it keeps its place in the book.
func (v *visit) takesTime() bool {
	return v.status == dental.AptScheduled || v.status == dental.AptComplete
}

// end is when it is over.
func (v *visit) end() dental.DateTime { return v.at.AddSeconds(v.length * 300) }

// diary is who and what is taken on the days.
type diary struct {
	*practice
	dice
	taken map[dental.Date][]*visit
	// next is the place in a pool from which on patients were not asked to come yet.
	pools map[pool][]*od.Patient
	next  map[pool]int
	// busy are the patients who have a time in the book already, past or to come.
	busy map[bool]map[dental.PatNum]bool
}

// pool is whose patients somebody sees at a clinic.
type pool struct {
	prov   dental.ProvNum
	clinic dental.ClinicNum
}

// isFree tells whether nobody and nothing of a visit is taken at its time.
func (d *diary) isFree(v *visit) bool {
	for _, other := range d.taken[v.at.Date()] {
		if !other.takesTime() || !other.at.Before(v.end()) || !v.at.Before(other.end()) {
			continue
		}
		if other.op == v.op || other.prov == v.prov || other.patient == v.patient || v.hyg != 0 && other.hyg == v.hyg {
			return false
		}
	}
	return true
}

// squeeze finds the first free time of a day for a visit; false where there is none.
func (d *diary) squeeze(v *visit, on dental.Date) bool {
	for _, h := range halves(on) {
		for at := h.from; at+5*v.length <= h.to; at += 10 {
			if v.at = on.At(at * 60); !isBlocked(on, v.op, half{at, at + 5*v.length}) && d.isFree(v) {
				return true
			}
		}
	}
	return false
}

// keep puts a visit into the diary.
func (d *diary) keep(v *visit) {
	d.taken[v.at.Date()] = append(d.taken[v.at.Date()], v)
	d.visits = append(d.visits, v)
}

// drawVisits makes the appointments of the years before the book, of the book, and what has no time.
func (p *practice) drawVisits(dd dice) {
	d := &diary{
		practice: p, dice: dd, taken: make(map[dental.Date][]*visit), pools: make(map[pool][]*od.Patient),
		next: make(map[pool]int), busy: map[bool]map[dental.PatNum]bool{false: {}, true: {}},
	}
	for _, patient := range p.patients {
		if isSeen(patient) && !isQuiet(patient.PatNum) {
			d.drawPast(patient)
		}
	}
	d.fillPools()
	for on := bookFrom; !bookTo.Before(on); on = on.AddDays(1) {
		for i := range posts {
			if prov := dental.ProvNum(i + 1); chairOn(prov, on) != 0 {
				d.fillDay(prov, on)
			}
		}
	}
	d.drawPlanned()
	d.drawNotes()
	d.numberVisits()
}

// drawPast makes the visits of a patient before the book: the first one, treatment after it, and the
// hygienist's every half year.
func (d *diary) drawPast(patient *od.Patient) {
	last := earlier(lastSeen(patient), bookFrom.AddDays(-3))
	first := patient.DateFirstVisit
	age := ageOn(first, patient.Birthdate)
	checks := []int{codeNum("D0150")}
	switch {
	case age >= 16 && d.chance(70):
		checks = append(checks, codeNum("D0210"))
	case age >= 8 && d.chance(40):
		checks = append(checks, codeNum("D0330"))
	}
	if !d.arrange(patient, first, checks, true, 10) {
		return
	}
	if on := d.workdayWithin(first, earlier(first.AddDays(50), last)); first.Before(on) && d.chance(14) {
		d.arrange(patient, on, d.treatment(patient, on), false, 0)
	}
	for on := first.AddDays(d.between(160, 230)); !last.Before(on); on = on.AddDays(d.between(170, 420)) {
		if !d.chance(24) {
			break
		}
		d.arrange(patient, workdayBefore(on), d.hygiene(patient, on), false, 10)
	}
	if patient.PatNum == 71 || patient.PatNum == 46 {
		d.arrange(patient, workdayBefore(last.AddDays(-70)), []int{codeNum(map[dental.PatNum]string{71: "D1110", 46: "D4910"}[patient.PatNum])}, false, 10)
	}
}

// arrange makes a complete visit of a day; false where the day has no room for it.
func (d *diary) arrange(patient *od.Patient, on dental.Date, codes []int, isNew bool, length int) bool {
	if len(codes) == 0 || weekday(on) > 4 {
		return false
	}
	v := &visit{patient: patient, status: dental.AptComplete, isNew: isNew, length: length, confirmed: inRoom}
	if v.length == 0 {
		v.length = 6 + 2*len(codes)
	}
	v.prov = patient.PriProv
	if isCleaning(codes) && patient.SecProv != 0 {
		v.prov, v.hyg, v.isHygiene = patient.PriProv, patient.SecProv, true
	}
	v.op = chairOf(v.main(), patient.ClinicNum)
	if inBook(on) {
		// Only those who work that day can see somebody.
		if v.op = d.chairFor(v, on); v.op == 0 {
			return false
		}
	}
	v.clinic = chairs[v.op-1].clinic
	if !d.squeeze(v, on) {
		return false
	}
	for _, code := range codes {
		d.attach(v, code, complete)
	}
	v.made = d.inOffice(workdayBefore(later(patient.SecDateEntry, on.AddDays(-d.between(1, 40)))))
	if !v.made.Before(v.at) {
		v.made = v.at.AddSeconds(-1800)
	}
	v.changed = v.end()
	d.keep(v)
	return true
}

// main is who the visit is with: the hygienist of a hygiene visit, else the dentist.
func (v *visit) main() dental.ProvNum {
	if v.isHygiene {
		return v.hyg
	}
	return v.prov
}

// chairFor finds a chair of the book for somebody who comes on a day: the provider's, else that of another
// dentist of the clinic.
func (d *diary) chairFor(v *visit, on dental.Date) dental.OperatoryNum {
	clinic := v.patient.ClinicNum
	if op := chairOn(v.main(), on); op != 0 && (clinic == 0 || chairs[op-1].clinic == clinic) {
		return op
	}
	v.isHygiene, v.hyg = false, 0
	for i, post := range posts {
		op := chairOn(dental.ProvNum(i+1), on)
		if op != 0 && post.specialty == general && (clinic == 0 || chairs[op-1].clinic == clinic) {
			v.prov = dental.ProvNum(i + 1)
			return op
		}
	}
	return 0
}

// attach adds a procedure to a visit.
func (d *diary) attach(v *visit, code, status int) {
	on := v.at.Date()
	for _, other := range v.procs {
		if other.code == code && !codes[code].isTreatment() {
			return
		}
	}
	made := drawProcedure(d.dice, v.patient, code, on)
	made.status, made.clinic, made.visit = status, v.clinic, v
	made.provider = v.prov
	if codes[code].isHygiene && v.hyg != 0 {
		made.provider = v.hyg
	}
	made.entered = earlier(on, lastWork)
	if status == complete {
		made.changed = v.at.AddSeconds(v.length * 300)
	} else {
		made.changed = made.entered.At(d.between(8*3600, 17*3600))
	}
	v.procs = append(v.procs, made)
	d.procedures = append(d.procedures, made)
}

// hygiene is what the hygienist does for somebody.
func (d *diary) hygiene(patient *od.Patient, on dental.Date) []int {
	age := ageOn(on, patient.Birthdate)
	switch {
	case age >= 30 && age <= everyAge && int(patient.PatNum)%11 == 0:
		return []int{codeNum("D4910")} // whose gums were treated
	case age >= 14:
		if d.chance(35) {
			return []int{codeNum("D0120"), codeNum("D1110"), codeNum("D0274")}
		}
		return []int{codeNum("D0120"), codeNum("D1110")}
	case d.chance(60):
		return []int{codeNum("D0120"), codeNum("D1120"), codeNum("D1206")}
	default:
		return []int{codeNum("D0120"), codeNum("D1120")}
	}
}

// treatment is one to three treatments.
func (d *diary) treatment(patient *od.Patient, on dental.Date) []int {
	age := ageOn(on, patient.Birthdate)
	var fitting []share[int]
	for i, c := range codes {
		if c.weight > 0 && (c.isTreatment() || c.area == ofQuarter) && c.fits(age) && c.code != "D1351" {
			fitting = append(fitting, share[int]{c.weight, i})
		}
	}
	if len(fitting) == 0 {
		return []int{codeNum("D0140")}
	}
	var drawn []int
	for range oneByWeight(d.dice, []share[int]{{60, 1}, {30, 2}, {10, 3}}) {
		drawn = append(drawn, oneByWeight(d.dice, fitting))
	}
	return drawn
}

// codeNum is the index of a code in codes.
func codeNum(name string) int {
	at := slices.IndexFunc(codes, func(c code) bool { return c.code == name })
	if at < 0 {
		panic("sandbox: no code " + name)
	}
	return at
}

func isCleaning(list []int) bool {
	return slices.ContainsFunc(list, func(code int) bool { return codes[code].isHygiene && codes[code].area == ofMouth })
}

// printedVisits are the AptNums that the documents' examples change: upcoming appointments.
var printedVisits = []dental.AptNum{3, 4, 5, 18, 34, 101, 102}

// numberVisits gives the visits their keys, in the order in which they were made.
func (d *diary) numberVisits() {
	slices.SortStableFunc(d.visits, func(a, b *visit) int {
		switch {
		case a.made.Before(b.made):
			return -1
		case b.made.Before(a.made):
			return 1
		default:
			return 0
		}
	})
	from := 0
	for _, num := range printedVisits {
		for from = max(from, 200); d.visits[from].status != dental.AptScheduled || d.visits[from].plan != nil || d.visits[from].isASAP; from++ {
		}
		d.visits[num-1], d.visits[from] = d.visits[from], d.visits[num-1]
	}
	for i, v := range d.visits {
		v.num = dental.AptNum(i + 1)
	}
}
