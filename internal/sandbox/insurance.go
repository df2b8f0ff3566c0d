package sandbox

import (
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// subscriber is somebody with an insurance, and the family members whom it covers.
type subscriber struct {
	patient   dental.PatNum
	plan      int
	effective dental.Date
	ended     dental.Date
	id        string
	entered   dental.DateTime
	covered   []coverage
}

// coverage is a patplan row.
type coverage struct {
	patient      dental.PatNum
	ordinal      int // 1 is the primary insurance
	relationship int
}

// The relationships to a subscriber, by Open Dental's numbers.
const (
	isSelf   = 0
	isSpouse = 1
	isChild  = 2
)

const planCount = 36

// formerSubscriber is the InsSubNum that an example of seed 002 deletes.
const formerSubscriber = 82

// drawInsurance insures a part of the families.
func (p *practice) drawInsurance(d dice) {
	families := make(map[dental.PatNum][]*od.Patient)
	for _, patient := range p.patients {
		families[patient.Guarantor] = append(families[patient.Guarantor], patient)
	}
	for _, head := range p.patients {
		family := families[head.PatNum]
		if len(family) == 0 {
			continue
		}
		ordinals := make(map[dental.PatNum]int)
		for _, member := range family[:min(2, len(family))] {
			if !mayInsure(member) || !d.chance(35) {
				continue
			}
			if len(p.subscribers) == formerSubscriber-1 {
				// An insurance that is over covers nobody.
				former := drawSubscriber(d, member, nil, nil)
				former.ended = later(former.effective, former.entered.Date()).AddDays(60)
				p.subscribers = append(p.subscribers, former)
				continue
			}
			p.subscribers = append(p.subscribers, drawSubscriber(d, member, family, ordinals))
		}
	}
}

func mayInsure(p *od.Patient) bool {
	return p.PatStatus == dental.PatStatusPatient && !isQuiet(p.PatNum) && ageOn(today, p.Birthdate) >= 21
}

// drawSubscriber insures a member and those of the family who go with it. Who has an insurance
// already gets the new one as a further one.
func drawSubscriber(d dice, member *od.Patient, family []*od.Patient, ordinals map[dental.PatNum]int) subscriber {
	s := subscriber{
		patient:   member.PatNum,
		plan:      d.between(1, planCount),
		effective: day(fmt.Sprintf("%d-01-01", d.between(2015, 2026))),
		id:        fmt.Sprintf("%c%c-%08d", 'A'+d.IntN(26), 'A'+d.IntN(26), d.IntN(100_000_000)),
		entered:   d.inOffice(d.workday(member.SecDateEntry, lastWork)),
	}
	for _, other := range family {
		relationship := isChild
		switch {
		case other == member:
			relationship = isSelf
		case other.PatStatus != dental.PatStatusPatient:
			continue
		case other.Position == dental.PositionMarried:
			relationship = isSpouse
		}
		ordinals[other.PatNum]++
		s.covered = append(s.covered, coverage{other.PatNum, ordinals[other.PatNum], relationship})
	}
	return s
}

// fileSubscribers makes the rows of the subscribers and of those whom they cover.
func (p *practice) fileSubscribers() {
	subs := p.sheet("inssub", "InsSubNum PlanNum Subscriber DateEffective DateTerm ReleaseInfo AssignBen SubscriberID SecDateEntry SecDateTEdit SubscriberIDFold")
	covers := p.sheet("patplan", "PatPlanNum PatNum Ordinal Relationship InsSubNum SecDateTEntry SecDateTEdit")
	for i, s := range p.subscribers {
		subs.add(s.plan, s.patient, s.effective, s.ended, true, true, s.id, s.entered.Date(), s.entered, dental.Fold(s.id))
		for _, c := range s.covered {
			covers.add(c.patient, c.ordinal, c.relationship, i+1, s.entered, s.entered)
		}
	}
}
