package sandbox

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// attachmentCount is how many refattaches there are; their RefAttachNums are 1 to it.
const attachmentCount = 3000

// outgoing is a referral to a specialist for which a procedure is to be found.
type outgoing struct {
	row       *od.RefAttach
	specialty dental.DefNum
}

// attacher draws the refattaches.
type attacher struct {
	*practice
	dice
	rows     []*od.RefAttach
	isTaken  map[attachment]bool
	outgoing []outgoing

	clinicians map[dental.DefNum][]*od.Referral
	byKind     map[kind][]*od.Referral
}

// attachment is what no two rows have in common.
type attachment struct {
	patient dental.PatNum
	source  dental.ReferralNum
	way     dental.ReferralType
}

// drawAttachments attaches most patients to whom they came from, and many to whom they were sent.
// It returns the rows that are to have a procedure.
func (p *practice) drawAttachments(d dice) []outgoing {
	a := &attacher{
		practice: p, dice: d, isTaken: make(map[attachment]bool),
		clinicians: make(map[dental.DefNum][]*od.Referral), byKind: make(map[kind][]*od.Referral),
	}
	for _, source := range p.sources {
		a.byKind[kindOf(source)] = append(a.byKind[kindOf(source)], source)
		if source.IsDoctor && !source.IsHidden {
			a.clinicians[source.Specialty] = append(a.clinicians[source.Specialty], source)
		}
	}
	first, scheduled := printedFirstAttachment(), printedScheduledAttachment()
	a.take(first)
	a.take(scheduled)
	a.attachSources()
	for len(a.rows) < attachmentCount-2 {
		if a.chance(90) {
			a.refer()
		} else {
			a.attachOther()
		}
	}
	p.attachments = number(a.rows, first, scheduled)
	return a.outgoing
}

func kindOf(source *od.Referral) kind {
	switch {
	case source.PatNum != 0:
		return person
	case source.IsDoctor:
		return clinician
	default:
		return thing
	}
}

// take notes that a patient, a source and a direction are used, unless they were.
func (a *attacher) take(row *od.RefAttach) bool {
	key := attachment{row.PatNum, row.ReferralNum, row.ReferralType}
	if a.isTaken[key] || examplesAttach(row.PatNum, row.ReferralNum) && row.RefAttachNum == 0 {
		return false
	}
	a.isTaken[key] = true
	return true
}

// add keeps a row that may be kept.
func (a *attacher) add(row *od.RefAttach) bool {
	if !a.take(row) {
		return false
	}
	a.rows = append(a.rows, row)
	return true
}

// attachSources tells where the patients come from. Those who were here before the practice began
// to ask are asked when they come again.
func (a *attacher) attachSources() {
	for _, patient := range a.patients {
		mayBeAsked := isSeen(patient) || patient.PatStatus == dental.PatStatusProspective
		isAsked := a.chance(70) || patient.PatNum == scheduledPatient
		if !mayBeAsked || !isAsked || patient.PatNum == firstPatient {
			continue
		}
		date := patient.SecDateEntry
		if date.Before(attaching) {
			until := lastSeen(patient)
			if until.Before(attaching) {
				continue
			}
			date = later(a.workday(attaching, until), a.workday(attaching, until))
		}
		row := &od.RefAttach{
			PatNum: patient.PatNum, ReferralNum: a.sourceOn(patient, date), RefDate: date, ReferralType: dental.RefFrom,
			DateTStamp: a.inOffice(date),
		}
		if a.source(row.ReferralNum).IsDoctor {
			row.IsTransitionOfCare = a.chance(30)
		}
		if a.chance(15) {
			row.Note = oneOf(a.dice, fromNotes)
		}
		if a.add(row) && patient.PatNum != scheduledPatient && a.chance(10) {
			a.addSecondSource(row, patient)
		}
	}
}

// addSecondSource is for those who name two.
func (a *attacher) addSecondSource(first *od.RefAttach, patient *od.Patient) {
	second := *first
	second.ReferralNum, second.Note, second.IsTransitionOfCare = a.sourceOn(patient, first.RefDate), "", false
	a.add(&second)
}

// sourceOn draws a source that is known on a day and is not the patient.
func (a *attacher) sourceOn(patient *od.Patient, date dental.Date) dental.ReferralNum {
	for {
		drawn := oneByWeight(a.dice, []share[kind]{{45, person}, {38, thing}, {17, clinician}})
		source := oneOf(a.dice, a.byKind[drawn])
		if source.PatNum != patient.PatNum && a.isKnown(source, date) {
			return source.ReferralNum
		}
	}
}

// isKnown tells whether a source can have been named on a day: a patient who had been entered, or a
// thing that had begun. What has a note of when it ran is forgotten after a year.
func (a *attacher) isKnown(source *od.Referral, date dental.Date) bool {
	switch kindOf(source) {
	case person:
		return !date.Before(a.patient(source.PatNum).SecDateEntry)
	case thing:
		since := date.DaysSince(source.DateTStamp.Date())
		return since >= 0 && (source.Note == "" || since < 365)
	default:
		return true
	}
}

// someone draws a patient who comes here on a day, apart from the one whose rows the documents count.
func (a *attacher) someone() (*od.Patient, dental.Date) {
	for {
		// Referring grows faster than the practice does.
		date := later(a.workday(attaching, lastWork), later(a.workday(attaching, lastWork), a.workday(attaching, lastWork)))
		patient := oneOf(a.dice, a.patients)
		isHere := isSeen(patient) && !date.Before(patient.DateFirstVisit) && !lastSeen(patient).Before(date)
		if isHere && patient.PatNum != scheduledPatient {
			return patient, date
		}
	}
}

// specialtiesByAge are whom the patients up to an age are sent to.
var specialtiesByAge = []struct {
	upTo        int
	specialties []share[dental.DefNum]
}{
	{11, []share[dental.DefNum]{{60, pediatric}, {18, ortho}, {15, surgery}, {7, endodontics}}},
	{24, []share[dental.DefNum]{{38, ortho}, {40, surgery}, {18, endodontics}, {2, pathology}, {2, radiology}}},
	{64, []share[dental.DefNum]{{36, endodontics}, {30, surgery}, {18, perio}, {8, prosth}, {3, ortho}, {3, radiology}, {2, pathology}}},
	{1 << 30, []share[dental.DefNum]{{24, endodontics}, {24, surgery}, {22, perio}, {20, prosth}, {6, denturist}, {4, pathology}}},
}

func (a *attacher) specialtyFor(age int) dental.DefNum {
	for _, group := range specialtiesByAge {
		if age <= group.upTo {
			return oneByWeight(a.dice, group.specialties)
		}
	}
	return surgery
}

// refer sends somebody to a clinician.
func (a *attacher) refer() {
	patient, date := a.someone()
	specialty := a.specialtyFor(ageOn(date, patient.Birthdate))
	if len(a.clinicians[specialty]) == 0 {
		return
	}
	row := &od.RefAttach{
		PatNum: patient.PatNum, ReferralNum: oneOf(a.dice, a.clinicians[specialty]).ReferralNum, RefDate: date, ReferralType: dental.RefTo,
		RefToStatus: a.statusSince(lastWork.DaysSince(date)), IsTransitionOfCare: a.chance(25), DateTStamp: a.inOffice(date),
	}
	if a.chance(88) {
		row.ProvNum = patient.PriProv
	}
	if notes := toNotes[row.RefToStatus]; len(notes) > 0 && a.chance(40) {
		row.Note = oneOf(a.dice, notes)
	}
	a.follow(row)
	if a.add(row) && a.chance(30) {
		a.outgoing = append(a.outgoing, outgoing{row, specialty})
	}
}

// follow fills in what became of a referral after it was made.
func (a *attacher) follow(row *od.RefAttach) {
	next := workdayAfter(row.RefDate)
	if row.RefToStatus == dental.RefToNone || lastWork.Before(next) {
		return
	}
	changed := a.workday(next, earlier(lastWork, next.AddDays(45)))
	if row.RefToStatus == dental.RefToComplete && a.chance(92) {
		row.DateProcComplete = a.workday(next, earlier(lastWork, next.AddDays(120)))
		changed = a.workday(row.DateProcComplete, earlier(lastWork, row.DateProcComplete.AddDays(9)))
	}
	row.DateTStamp = a.inOffice(changed)
}

// statusSince is how far a referral is after so many days.
func (a *attacher) statusSince(days int) dental.RefToStatus {
	switch {
	case days < 20:
		return oneByWeight(a.dice, []share[dental.RefToStatus]{
			{45, dental.RefToNone}, {40, dental.RefToScheduled}, {10, dental.RefToConsulted}, {5, dental.RefToDeclined},
		})
	case days < 180:
		return oneByWeight(a.dice, []share[dental.RefToStatus]{
			{35, dental.RefToComplete}, {18, dental.RefToInTreatment}, {18, dental.RefToConsulted}, {14, dental.RefToScheduled},
			{9, dental.RefToNone}, {6, dental.RefToDeclined},
		})
	default:
		return oneByWeight(a.dice, []share[dental.RefToStatus]{
			{64, dental.RefToComplete}, {12, dental.RefToDeclined}, {12, dental.RefToNone}, {7, dental.RefToConsulted}, {5, dental.RefToInTreatment},
		})
	}
}

// attachOther attaches somebody for a reason of the practice's own.
func (a *attacher) attachOther() {
	patient, date := a.someone()
	row := &od.RefAttach{
		PatNum: patient.PatNum, ReferralNum: a.sourceOn(patient, date), RefDate: date, ReferralType: dental.RefCustom,
		DateTStamp: a.inOffice(date),
	}
	if a.chance(50) {
		row.Note = oneOf(a.dice, customNotes)
	}
	if a.chance(8) {
		row.RefToStatus = dental.RefToConsulted
	}
	a.add(row)
}

// number gives the rows their keys, in the order of their days, around the two that have theirs, and
// their places among the rows of their patient.
func number(rows []*od.RefAttach, first, scheduled *od.RefAttach) []*od.RefAttach {
	slices.SortStableFunc(rows, func(a, b *od.RefAttach) int { return a.RefDate.DaysSince(b.RefDate) })
	rows = slices.Insert(rows, int(first.RefAttachNum)-1, first)
	rows = slices.Insert(rows, int(scheduled.RefAttachNum)-1, scheduled)
	next := make(map[dental.PatNum]int)
	for i, row := range rows {
		row.RefAttachNum = dental.RefAttachNum(i + 1)
		row.ItemOrder = next[row.PatNum]
		next[row.PatNum]++
	}
	return rows
}

var (
	fromNotes = []string{
		"Heard of us from a neighbor", "Found us online", "Recommended by a friend", "Saw the sign", "Family comes here",
		"Moved to the area", "Works nearby",
	}
	customNotes = []string{"Raffle at the booth", "Asked for a brochure", "Member discount", "Wrote a review"}
	toNotes     = map[dental.RefToStatus][]string{
		dental.RefToNone:        {"Gave the card", "Will call them", "Images to be sent"},
		dental.RefToDeclined:    {"Prefers to wait", "Chose another office", "Office is not taking new patients"},
		dental.RefToScheduled:   {"Called to confirm the appointment", "Prefers mornings", "Images sent by e-mail", "Scheduled by their office"},
		dental.RefToConsulted:   {"Letter received", "Second visit to be scheduled", "Estimate sent to the patient"},
		dental.RefToInTreatment: {"Letter received", "Office called, still in progress", "Next visit there in two weeks"},
		dental.RefToComplete:    {"Letter received", "Office called to confirm", "Images received", "Back with us for the rest"},
	}
)
