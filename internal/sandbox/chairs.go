package sandbox

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
)

// chair is an operatory.
type chair struct {
	clinic             dental.ClinicNum
	dentist, hygienist dental.ProvNum
	isWebSched         bool
	isHidden           bool
}

func (c chair) isHygiene() bool { return c.hygienist != 0 }

// chairs are the operatories by OperatoryNum, from 1.
var chairs = []chair{
	{clinic: 1, dentist: 1, isWebSched: true},
	{clinic: 1, dentist: 3},
	{clinic: 1, dentist: 3, hygienist: 2, isWebSched: true},
	{clinic: 1, dentist: 1, hygienist: 6},
	{clinic: 1},
	{clinic: 2, dentist: 4, isWebSched: true},
	{clinic: 2, dentist: 1},
	{clinic: 2, dentist: 4, hygienist: 6, isWebSched: true},
	{clinic: 2, dentist: 10},
	{clinic: 3, dentist: 5, isWebSched: true},
	{clinic: 3, dentist: 5, hygienist: 11, isWebSched: true},
	{clinic: 3},
	{clinic: 1, isHidden: true},
}

// rota is the chair in which each provider works, from Monday to Friday; 0 is nowhere. Nobody shares a
// chair on a day.
var rota = map[dental.ProvNum][5]dental.OperatoryNum{
	1:  {1, 1, 7, 1, 7},
	2:  {3, 3, 3, 3, 11},
	3:  {2, 2, 2, 0, 2},
	4:  {6, 6, 6, 6, 0},
	5:  {10, 10, 10, 10, 10},
	6:  {4, 8, 4, 8, 8},
	7:  {0, 5, 0, 9, 0},
	8:  {12, 12, 1, 7, 1},
	9:  {5, 0, 9, 0, 12},
	10: {0, 9, 0, 0, 9},
	11: {11, 11, 11, 11, 0},
	13: {0, 0, 5, 12, 0},
}

// chairOn is where a provider works on a day; 0 is nowhere.
func chairOn(prov dental.ProvNum, on dental.Date) dental.OperatoryNum {
	if weekday(on) > 4 || isClosed(on) || isAway(prov, on) {
		return 0
	}
	return rota[prov][weekday(on)]
}

// chairOf is where a provider works at a clinic, on one day or another; 0 at a clinic means that any will do.
// Who does not work at that clinic has a chair elsewhere.
func chairOf(prov dental.ProvNum, clinic dental.ClinicNum) dental.OperatoryNum {
	var elsewhere dental.OperatoryNum
	for _, op := range rota[prov] {
		switch {
		case op == 0:
		case clinic == 0 || chairs[op-1].clinic == clinic:
			return op
		case elsewhere == 0:
			elsewhere = op
		}
	}
	return elsewhere
}

// The book: eight weeks of schedules, four before the working day after today and four from it on.
var (
	bookFrom = day("2026-10-05")
	bookTo   = day("2026-11-27")
)

func inBook(on dental.Date) bool { return !on.Before(bookFrom) && !bookTo.Before(on) }

// holidays close the whole practice.
var holidays = map[dental.Date]string{
	day("2026-11-26"): "Thanksgiving",
	day("2026-11-27"): "Day after Thanksgiving",
}

func isClosed(on dental.Date) bool { return holidays[on] != "" }

// away is when a provider has time off, both ends included.
var away = []struct {
	prov     dental.ProvNum
	from, to dental.Date
	note     string
}{
	{4, day("2026-11-16"), day("2026-11-19"), "Away, call Riverfront for emergencies"},
	{2, day("2026-10-22"), day("2026-10-23"), "At a course"},
	{9, day("2026-11-09"), day("2026-11-09"), "School visits"},
}

func isAway(prov dental.ProvNum, on dental.Date) bool {
	for _, a := range away {
		if a.prov == prov && !on.Before(a.from) && !a.to.Before(on) {
			return true
		}
	}
	return false
}

// half is a part of a working day, in minutes of the day.
type half struct{ from, to int }

// halves are the hours of a day: the afternoon of a Friday is short.
func halves(on dental.Date) []half {
	closes := 17 * 60
	if weekday(on) == 4 {
		closes = 15 * 60
	}
	return []half{{8 * 60, 12 * 60}, {13 * 60, closes}}
}

// The definitions that the practice has made for itself.
const (
	blockLunch     dental.DefNum = 501 // of category 25, as are the next two
	blockEmergency dental.DefNum = 502
	blockMeeting   dental.DefNum = 503
)

// The kinds and statuses of a schedule row, by Open Dental's numbers.
const (
	ofPractice = 0
	ofProvider = 1
	asBlockout = 2

	isOpen    = 0
	isHoliday = 2
)

func (p *practice) drawChairs() {
	s := p.sheet("operatory", "OperatoryNum OpName Abbrev ItemOrder IsHidden ProvDentist ProvHygienist IsHygiene ClinicNum DateTStamp IsWebSched IsNewPatAppt")
	for i, c := range chairs {
		name := "Shared room"
		if c.dentist != 0 {
			name = "Dr. " + p.provider(c.dentist).FName + " " + p.provider(c.dentist).LName
		}
		if c.isHygiene() {
			name = "Hygiene " + p.provider(c.hygienist).FName
		}
		if c.isHidden {
			name = "Old room"
		}
		s.add(name, "OP-"+itoa(i+1), i, c.isHidden, c.dentist, c.hygienist, c.isHygiene(), c.clinic, opened.At(9*3600), c.isWebSched, c.isWebSched)
	}
}

// drawClinicPreferences makes what single clinics have set otherwise: how they remind of appointments.
func (p *practice) drawClinicPreferences() {
	s := p.sheet("clinicpref", "ClinicPrefNum ClinicNum PrefName ValueString")
	for clinic := dental.ClinicNum(1); clinic <= 3; clinic++ {
		s.add(clinic, "ApptReminderUseDefaults", "0")
		s.add(clinic, "ApptThankYouUseDefaults", "1")
	}
	s.add(dental.ClinicNum(2), "ApptReminderPremedTemplate", "Please take your premedication an hour before you come")
}

// drawSchedules makes the hours of the book: who works where, what is blocked, what is closed.
func (p *practice) drawSchedules() {
	s := p.sheet("schedule", "ScheduleNum SchedDate StartTime StopTime SchedType ProvNum BlockoutType Note Status DateTStamp ClinicNum")
	ops := p.sheet("scheduleop", "ScheduleOpNum ScheduleNum OperatoryNum")
	made := bookFrom.AddDays(-42).At(10 * 3600)
	add := func(on dental.Date, from, to, kind int, prov dental.ProvNum, block dental.DefNum, note string, status int, in ...dental.OperatoryNum) {
		key := s.add(on, clockTime(from), clockTime(to), kind, prov, block, note, status, made, 0)
		for _, op := range in {
			ops.add(key, op)
		}
	}
	for on := bookFrom; !bookTo.Before(on); on = on.AddDays(1) {
		if note := holidays[on]; note != "" {
			add(on, 0, 0, ofPractice, 0, 0, note, isHoliday)
			continue
		}
		if weekday(on) > 4 {
			continue
		}
		if weekday(on) == 0 {
			add(on, 0, 0, ofPractice, 0, 0, "Check the supply list", isOpen)
		}
		for i := range posts {
			prov := dental.ProvNum(i + 1)
			op := chairOn(prov, on)
			if op == 0 {
				continue
			}
			for _, h := range halves(on) {
				add(on, h.from, h.to, ofProvider, prov, 0, "", isOpen, op)
			}
		}
		for _, a := range away {
			if !on.Before(a.from) && !a.to.Before(on) {
				add(on, 0, 0, ofProvider, a.prov, 0, a.note, isOpen)
			}
		}
		for _, b := range blocks(on) {
			add(on, b.from, b.to, asBlockout, 0, b.kind, "", isOpen, b.ops...)
		}
	}
}

// block is a blockout.
type block struct {
	half
	kind dental.DefNum
	ops  []dental.OperatoryNum
}

// blocks are the blockouts of a working day: lunch in every room, time for emergencies in one room of each
// clinic, and the meeting of Tuesdays.
func blocks(on dental.Date) []block {
	var all []dental.OperatoryNum
	for i, c := range chairs {
		if !c.isHidden {
			all = append(all, dental.OperatoryNum(i+1))
		}
	}
	found := []block{
		{half{12 * 60, 13 * 60}, blockLunch, all},
		{half{11*60 + 30, 12 * 60}, blockEmergency, []dental.OperatoryNum{1, 6, 10}},
	}
	if weekday(on) == 1 {
		found = append(found, block{half{13 * 60, 13*60 + 30}, blockMeeting, all})
	}
	return found
}

// isBlocked tells whether a blockout takes a part of a time in a chair.
func isBlocked(on dental.Date, op dental.OperatoryNum, time half) bool {
	for _, b := range blocks(on) {
		if time.from >= b.to || b.from >= time.to {
			continue
		}
		for _, o := range b.ops {
			if o == op {
				return true
			}
		}
	}
	return false
}
