package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// sourceCount is how many referral sources there are; their ReferralNums are 1 to it.
const sourceCount = 340

// NetworkedName is what the source is called that stands for a practice to which the demo's chart refers.
const NetworkedName = "Orchard Lane Dental"

// kind is what a referral source is.
type kind int

const (
	clinician kind = iota
	person
	thing
)

var kinds = []share[kind]{{46, clinician}, {36, person}, {18, thing}}

// source is a row by its key.
func (p *practice) source(num dental.ReferralNum) *od.Referral { return p.sources[num-1] }

// drawSources makes the clinicians, patients and things that send patients, or that patients are
// sent to.
func (p *practice) drawSources(d dice) {
	isTaken := map[string]bool{"": true}
	people := p.recommenders(d)
	for num := dental.ReferralNum(1); num <= sourceCount; num++ {
		source := printedSource(num)
		if source == nil {
			drawn := oneByWeight(d, kinds)
			switch {
			case num == stevens:
				source = drawClinician(d, endodontics)
				source.LName, source.FName, source.MName, source.Title = "Stevens", "Steve", "N", "DDS"
				source.BusinessName, source.EMail = "Stevens Endodontics", "stevens.office@example.com"
			case drawn == clinician:
				source = drawClinician(d, oneByWeight(d, clinicianSpecialties))
			case drawn == person:
				source = personSource(d, people[0])
				people = people[1:]
			default:
				source = drawThing(d, isTaken)
			}
			source.ReferralNum = num
		}
		if num == smithers {
			source.LName, source.FName = d.surname(), d.firstName(dental.GenderUnknown)
		}
		p.sources = append(p.sources, source)
	}
	p.nameNetworked()
}

// nameNetworked calls the last thing that no document prints after a practice.
func (p *practice) nameNetworked() {
	for _, source := range slices.Backward(p.sources) {
		if source.NotPerson && printedSource(source.ReferralNum) == nil {
			source.LName, source.BusinessName, source.EMail, source.Note, source.IsHidden = NetworkedName, "", "desk@orchard-lane.example", "", false
			return
		}
	}
}

// recommenders are the patients who may be sources, in the order in which they are taken.
func (p *practice) recommenders(d dice) []*od.Patient {
	var found []*od.Patient
	for _, patient := range p.patients {
		isAdult := ageOn(today, patient.Birthdate) >= 21
		if isAdult && patient.PatStatus == dental.PatStatusPatient && !isPrinted(patient.PatNum) && !patient.DateFirstVisit.IsNone() {
			found = append(found, patient)
		}
	}
	d.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
	return found
}

// offices are how the businesses of a specialty are called, with the titles of who works there.
var offices = map[dental.DefNum]struct{ business, title string }{
	general:     {"Family Dentistry", "DMD"},
	endodontics: {"Endodontics", "DMD, MS"},
	pediatric:   {"Children's Dentistry", "DDS"},
	perio:       {"Gum Care", "DDS, MS"},
	prosth:      {"Prosthodontics", "DMD, MS"},
	ortho:       {"Orthodontics", "DDS, MS"},
	denturist:   {"Dentures", "LD"},
	surgery:     {"Oral Surgery", "DDS, MD"},
	pathology:   {"Oral Pathology", "DMD, PhD"},
	radiology:   {"Dental Imaging", "DDS"},
}

var clinicianSpecialties = []share[dental.DefNum]{
	{16, general}, {18, endodontics}, {10, pediatric}, {14, perio}, {8, prosth},
	{14, ortho}, {3, denturist}, {20, surgery}, {2, pathology}, {2, radiology},
}

var clinicianNotes = []string{
	"Out on Thursdays", "Prefers e-mail", "Takes new patients", "Ask for the front desk", "Closed in the first week of August",
}

func drawClinician(d dice, specialty dental.DefNum) *od.Referral {
	at := oneOf(d, towns)
	r := &od.Referral{
		LName: d.surname(), FName: d.firstName(dental.GenderUnknown), Specialty: specialty, IsDoctor: true,
		ST: at.state, Telephone: dental.Digits(d.phone(at.areaCode)), Address: d.street(), City: at.city, Zip: at.zip,
		IsHidden: d.chance(4), IsPreferred: d.chance(18), DateTStamp: d.inOffice(d.workday(opened, lastWork)),
	}
	called := offices[specialty]
	r.Title = called.title
	if d.chance(40) {
		r.MName = d.initial()
	}
	if d.chance(50) {
		r.Address2 = fmt.Sprintf("Suite %d", d.between(1, 20)*10)
	}
	if d.chance(70) {
		r.BusinessName = oneOf(d, surnameBeginnings) + " " + called.business
		if d.chance(30) {
			r.BusinessName = r.LName + " " + called.business
		}
	}
	if d.chance(35) {
		r.SSN, r.UsingTIN = d.ssn(), true
	}
	if d.chance(45) {
		r.Phone2 = d.phone(at.areaCode)
	}
	if d.chance(70) {
		r.EMail = strings.ToLower(r.LName) + ".office@example.com"
	}
	if d.chance(15) {
		r.Note = oneOf(d, clinicianNotes)
	}
	if d.chance(8) {
		r.DisplayNote = "Send images before the visit"
	}
	return r
}

// personSource is a patient who sends others. It holds what od copies from the patient's row.
func personSource(d dice, p *od.Patient) *od.Referral {
	r := &od.Referral{
		LName: p.LName, FName: p.FName, MName: p.MiddleI, SSN: p.SSN, ST: p.State, Telephone: dental.Digits(p.HmPhone),
		Address: p.Address, Address2: p.Address2, City: p.City, Zip: p.Zip, Phone2: p.WirelessPhone, Title: p.Title, EMail: p.Email,
		PatNum: p.PatNum, IsPreferred: d.chance(5), DateTStamp: d.inOffice(d.workday(p.SecDateEntry, lastWork)),
	}
	if d.chance(10) {
		r.Note = "Thanked with a card"
	}
	return r
}

// Things are called after one of these and a year or a place. "Google" and "Yellow Pages" must not
// be among them: the documents' examples create these.
var (
	yearlyThings = []string{
		"Street Fair", "Spring Mailer", "Open House", "Charity Run", "Radio Spot", "Newspaper Ad", "Coupon Book",
		"Health Day", "Billboard", "Toothbrush Drive",
	}
	lastingThings = []string{
		"Website", "Sign at the Door", "Insurance Directory", "Employer's Plan", "Podcast", "Neighborhood Newsletter",
		"School Visit", "Library Board", "Search Engine", "Map Listing",
	}
)

func drawThing(d dice, isTaken map[string]bool) *od.Referral {
	r := &od.Referral{NotPerson: true, IsHidden: d.chance(10), IsPreferred: d.chance(10)}
	for isTaken[r.LName] {
		if d.chance(60) {
			year := d.between(2019, 2026)
			r.LName = fmt.Sprintf("%s %d", oneOf(d, yearlyThings), year)
			r.Note = fmt.Sprintf("Ran in %d", year)
			r.DateTStamp = d.inOffice(workdayBefore(day(fmt.Sprintf("%d-%02d-15", year, d.between(2, 10)))))
		} else {
			r.LName, r.Note = fmt.Sprintf("%s, %s", oneOf(d, lastingThings), oneOf(d, towns).city), ""
			r.DateTStamp = d.inOffice(d.workday(opened, lastWork))
		}
	}
	isTaken[r.LName] = true
	if d.chance(30) {
		r.BusinessName = r.LName
	}
	return r
}
