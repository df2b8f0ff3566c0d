package sandbox

import (
	"fmt"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// patientCount is how many patients there are; their PatNums are 1 to it.
const patientCount = 2000

// The billing types, definitions of category 4.
const (
	standardAccount dental.DefNum = 40
	precollections  dental.DefNum = 41
	collections     dental.DefNum = 42
)

// The ways to be reached, by dental.ContactMethod's names.
const (
	byHomePhone dental.ContactMethod = 2
	byMobile    dental.ContactMethod = 4
	byEmail     dental.ContactMethod = 5
	byMail      dental.ContactMethod = 7
	byText      dental.ContactMethod = 8
)

// patient is a row by its key.
func (p *practice) patient(num dental.PatNum) *od.Patient { return p.patients[num-1] }

// drawPeople fills the keys that the documents leave free with families.
func (p *practice) drawPeople(d dice) {
	p.patients = make([]*od.Patient, patientCount)
	for _, printed := range printedPatients() {
		p.patients[printed.PatNum-1] = printed
	}
	var free []dental.PatNum
	for i, taken := range p.patients {
		if taken == nil {
			free = append(free, dental.PatNum(i+1))
		}
	}
	var last *family
	for len(free) > 0 {
		f := drawFamily(d, free)
		if last != nil && d.chance(4) {
			f.join(last)
		}
		f.settle(d)
		for _, member := range f.members {
			p.patients[member.PatNum-1] = member
		}
		free = free[len(f.members):]
		last = f
	}
	p.deleteSome(d)
}

// enteredOn is the day on which the patient with a key was first entered: the practice grows, and
// keys follow the days.
func enteredOn(num dental.PatNum) dental.Date {
	const before = 600 // patients of the three years before the referrals are kept
	if num <= before {
		return workdayBefore(opened.AddDays(int(num-1) * attaching.DaysSince(opened) / before))
	}
	return workdayBefore(attaching.AddDays(int(num-before) * lastWork.DaysSince(attaching) / (patientCount - before)))
}

// settle fills in what the members share and what each has alone.
func (f *family) settle(d dice) {
	address, address2 := d.street(), ""
	if d.chance(15) {
		address2 = fmt.Sprintf("Apt %d", d.between(1, 40))
	}
	landline := ""
	if d.chance(55) {
		landline = d.phone(f.home.areaCode)
	}
	provider, cleaner := providerFor(d, general, f.clinic), providerFor(d, hygienist, f.clinic)
	billing := oneByWeight(d, []share[dental.DefNum]{{96, standardAccount}, {3, precollections}, {1, collections}})
	for i, p := range f.members {
		p.LName = f.surname
		if i == 1 && p.Position == dental.PositionMarried && d.chance(8) {
			p.LName = d.surname() // kept the name
		}
		if p.PatStatus == dental.PatStatusPatient {
			p.PatStatus = f.status
		}
		p.Address, p.Address2, p.City, p.State, p.Zip, p.HmPhone = address, address2, f.home.city, f.home.state, f.home.zip, landline
		p.ClinicNum, p.PriProv, p.BillingType = f.clinic, provider, billing
		if d.chance(70) {
			p.SecProv = cleaner
		}
		drawPerson(d, p)
		drawHistory(d, p, f.entered)
		drawReach(d, p, f.home)
	}
}

// drawPerson fills in who somebody is.
func drawPerson(d dice, p *od.Patient) {
	age := ageOn(today, p.Birthdate)
	p.FName = d.firstName(p.Gender)
	p.ImageFolder = imageFolder(p)
	if d.chance(35) {
		p.MiddleI = d.initial()
	}
	if nickname, ok := nicknames[p.FName]; ok && d.chance(40) {
		p.Preferred = nickname
	}
	if age >= 18 && d.chance(50) {
		p.Title = title(p)
	}
	if d.chance(30) {
		p.SSN = d.ssn()
	}
	if age >= 20 && age < 67 && d.chance(40) {
		p.EmployerNum = dental.EmployerNum(d.between(1, employerCount))
	}
	if d.chance(15) {
		p.Language = oneByWeight(d, []share[string]{{8, "eng"}, {5, "spa"}, {1, "rus"}, {1, "vie"}})
	}
	if age < 18 {
		if dentist := providerFor(d, pediatric, p.ClinicNum); d.chance(35) {
			p.PriProv = dentist
		}
		if d.chance(15) {
			p.MedicaidID = fmt.Sprintf("SAMPLE%05d", p.PatNum)
		}
	}
	switch {
	case age > 78 && d.chance(15):
		p.SiteNum = dental.SiteNum(d.between(1, seniorHomes))
	case age > 5 && age < 12 && d.chance(8):
		p.SiteNum = dental.SiteNum(d.between(seniorHomes+1, seniorHomes+schools))
	}
	p.Premed = age > 50 && d.chance(3)
	if d.chance(2) {
		p.FeeSched = feeSchedule
	}
	if d.chance(8) {
		p.ChartNumber = fmt.Sprintf("P%05d", p.PatNum)
	}
}

func title(p *od.Patient) string {
	switch {
	case p.Gender == dental.GenderMale:
		return "Mr"
	case p.Gender == dental.GenderFemale && p.Position == dental.PositionMarried:
		return "Mrs"
	case p.Gender == dental.GenderFemale:
		return "Ms"
	default:
		return "Mx"
	}
}

// imageFolder is the letters of the name and the key.
func imageFolder(p *od.Patient) string { return fmt.Sprintf("%s%s%d", p.LName, p.FName, p.PatNum) }

// drawHistory fills in the days: entered, first seen, last changed.
func drawHistory(d dice, p *od.Patient, entered dental.Date) {
	p.SecDateEntry = entered
	seen := entered
	if p.PatStatus != dental.PatStatusNonPatient && p.PatStatus != dental.PatStatusProspective {
		if visit := workdayBefore(later(entered, entered.AddDays(d.between(-7, 21)))); !lastWork.Before(visit) {
			p.DateFirstVisit, seen = later(entered, visit), later(entered, visit)
		}
	}
	switch p.PatStatus {
	case dental.PatStatusPatient:
		// Who comes is changed now and then.
		p.DateTStamp = d.inOffice(d.workday(later(seen, workdayBefore(today.AddDays(-d.between(1, 900)))), lastWork))
	default:
		p.DateTStamp = d.inOffice(d.workday(seen, earlier(lastWork, seen.AddDays(900))))
	}
}

// isSeen tells whether somebody has been here, and may be treated and referred.
func isSeen(p *od.Patient) bool {
	return !p.DateFirstVisit.IsNone() && p.PatStatus != dental.PatStatusDeleted
}

// lastSeen is the last day on which somebody who has been here may have been here again.
func lastSeen(p *od.Patient) dental.Date {
	if p.PatStatus == dental.PatStatusPatient {
		return lastWork
	}
	return p.DateTStamp.Date()
}

// drawReach fills in how somebody is reached.
func drawReach(d dice, p *od.Patient, home town) {
	age := ageOn(today, p.Birthdate)
	if age >= 13 && d.chance(85) {
		p.WirelessPhone = d.phone(home.areaCode)
		p.TxtMsgOk = dental.YesNo(oneByWeight(d, []share[int]{{30, 0}, {60, 1}, {10, 2}}))
	}
	if p.EmployerNum != 0 && d.chance(50) {
		p.WkPhone = d.phone(home.areaCode)
	}
	if age >= 16 && d.chance(75) {
		p.Email = strings.ToLower(p.FName+"."+p.LName) + oneOf(d, []string{"@example.com", "@example.org"})
	}
	ways := []dental.ContactMethod{0, byMail}
	if p.HmPhone != "" {
		ways = append(ways, byHomePhone)
	}
	if p.WirelessPhone != "" {
		ways = append(ways, byMobile)
	}
	if p.Email != "" {
		ways = append(ways, byEmail)
	}
	if p.TxtMsgOk == 1 {
		ways = append(ways, byText)
	}
	p.PreferContactMethod, p.PreferConfirmMethod, p.PreferRecallMethod = oneOf(d, ways), oneOf(d, ways), oneOf(d, ways)
}

// deleteSome deletes three of those who are a family of their own. A deleted patient is its own
// guarantor.
func (p *practice) deleteSome(d dice) {
	size := make(map[dental.PatNum]int)
	for _, patient := range p.patients {
		size[patient.Guarantor]++
	}
	for deleted := 0; deleted < 3; {
		patient := oneOf(d, p.patients)
		isAlone := size[patient.Guarantor] == 1 && patient.SuperFamily == 0
		if !isAlone || patient.PatStatus != dental.PatStatusPatient || isPrinted(patient.PatNum) || livesAlone(patient.PatNum) {
			continue
		}
		patient.PatStatus = dental.PatStatusDeleted
		deleted++
	}
}
