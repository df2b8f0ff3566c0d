package sandbox

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// household is who lives in a family.
type household int

const (
	alone household = iota
	widowed
	couple
	parents
	oneParent
)

var households = []share[household]{{30, alone}, {8, widowed}, {22, couple}, {28, parents}, {12, oneParent}}

// family is what its members share.
type family struct {
	members []*od.Patient // the guarantor is the first
	entered dental.Date
	surname string
	home    town
	clinic  dental.ClinicNum
	status  dental.PatStatus
}

func (f *family) head() *od.Patient { return f.members[0] }

// drawFamily makes the next family, with the first of the free keys.
func drawFamily(d dice, free []dental.PatNum) *family {
	f := &family{entered: enteredOn(free[0]), surname: d.surname(), home: oneOf(d, towns)}
	if d.chance(96) {
		f.clinic = f.home.clinic
	}
	f.status = drawFamilyStatus(d, f.entered)
	f.members = drawMembers(d, oneByWeight(d, households), f.entered)
	// The patients whom the examples are about live alone, and families stay clear of them.
	if livesAlone(free[0]) {
		f.status = dental.PatStatusPatient
		f.members = drawMembers(d, alone, f.entered)
	} else if len(f.members) > run(free) {
		f.members = drawMembers(d, alone, f.entered)
	}
	for i, member := range f.members {
		member.PatNum, member.Guarantor = free[i], free[0]
	}
	return f
}

// run is how many keys are free up to the next patient whom an example is about.
func run(free []dental.PatNum) int {
	for i, num := range free {
		if livesAlone(num) {
			return i
		}
	}
	return len(free)
}

func drawFamilyStatus(d dice, entered dental.Date) dental.PatStatus {
	switch since := today.DaysSince(entered); {
	case since < 150 && d.chance(30):
		return dental.PatStatusProspective
	case since > 700 && d.chance(6):
		return dental.PatStatusInactive
	case since > 700 && d.chance(4):
		return dental.PatStatusArchived
	default:
		return dental.PatStatusPatient
	}
}

// drawMembers makes the people of a household, the guarantor first. Ages are those on the day when
// they were entered, so that no child is entered before it is born.
func drawMembers(d dice, kind household, entered dental.Date) []*od.Patient {
	switch kind {
	case widowed:
		survivor := adult(d, d.between(66, 88), entered, dental.PositionWidowed)
		if !d.chance(40) {
			return []*od.Patient{survivor}
		}
		survivor.PatStatus = dental.PatStatusPatient
		late := spouse(d, survivor, entered)
		late.PatStatus = dental.PatStatusDeceased
		return []*od.Patient{survivor, late}
	case couple:
		head := adult(d, d.between(24, 78), entered, dental.PositionMarried)
		return bereaved(head, spouse(d, head, entered))
	case parents:
		head := adult(d, d.between(26, 50), entered, dental.PositionMarried)
		other := spouse(d, head, entered)
		if d.chance(15) {
			// A parent who is no patient, and pays for the children.
			head.PatStatus = dental.PatStatusNonPatient
		}
		return append([]*od.Patient{head, other}, children(d, entered, later(head.Birthdate, other.Birthdate), d.between(1, 3))...)
	case oneParent:
		position := oneByWeight(d, []share[dental.Position]{{60, dental.PositionDivorced}, {30, dental.PositionSingle}, {10, dental.PositionWidowed}})
		head := adult(d, d.between(24, 50), entered, position)
		return append([]*od.Patient{head}, children(d, entered, head.Birthdate, d.between(1, 2))...)
	default:
		position := oneByWeight(d, []share[dental.Position]{{80, dental.PositionSingle}, {20, dental.PositionDivorced}})
		return []*od.Patient{adult(d, d.between(19, 70), entered, position)}
	}
}

func adult(d dice, age int, entered dental.Date, position dental.Position) *od.Patient {
	p := &od.Patient{Birthdate: d.born(age, entered), Position: position}
	p.Gender = oneByWeight(d, []share[dental.Gender]{{49, dental.GenderMale}, {49, dental.GenderFemale}, {1, dental.GenderUnknown}, {1, dental.GenderOther}})
	if ageOn(today, p.Birthdate) > 84 && d.chance(25) {
		p.PatStatus = dental.PatStatusDeceased
	}
	return p
}

func spouse(d dice, of *od.Patient, entered dental.Date) *od.Patient {
	p := adult(d, max(21, ageOn(entered, of.Birthdate)+d.between(-5, 5)), entered, dental.PositionMarried)
	if !d.chance(5) {
		switch of.Gender {
		case dental.GenderMale:
			p.Gender = dental.GenderFemale
		case dental.GenderFemale:
			p.Gender = dental.GenderMale
		}
	}
	return p
}

// bereaved makes the one of a couple who has survived the other widowed, and the guarantor.
func bereaved(head, other *od.Patient) []*od.Patient {
	isLate, otherIsLate := head.PatStatus == dental.PatStatusDeceased, other.PatStatus == dental.PatStatusDeceased
	switch {
	case isLate && !otherIsLate:
		other.Position = dental.PositionWidowed
		return []*od.Patient{other, head}
	case otherIsLate && !isLate:
		head.Position = dental.PositionWidowed
	}
	return []*od.Patient{head, other}
}

// children are at least twenty years younger than the younger parent, the eldest first.
func children(d dice, entered, youngerParent dental.Date, count int) []*od.Patient {
	var born []*od.Patient
	age := d.between(0, min(17, ageOn(entered, youngerParent)-20))
	for len(born) < count && age >= 0 {
		child := &od.Patient{Birthdate: d.born(age, entered), Gender: dental.Gender(d.IntN(2)), Position: dental.PositionChild}
		if age == 0 {
			child.Birthdate = entered.AddDays(-d.between(60, 360))
		}
		if ageOn(today, child.Birthdate) >= 18 {
			child.Position = dental.PositionSingle
		}
		born = append(born, child)
		age -= d.between(2, 4)
	}
	return born
}

// join puts a family into the super family of another of the same name.
func (f *family) join(other *family) {
	super := other.head().SuperFamily
	if super == 0 {
		super = other.head().PatNum
	}
	f.surname = other.surname
	for _, member := range slices.Concat(f.members, other.members) {
		member.SuperFamily = super
	}
}
