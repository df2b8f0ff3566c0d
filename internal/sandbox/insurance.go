package sandbox

import (
	"fmt"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// subscriber is somebody with an insurance, and the family members whom it covers.
type subscriber struct {
	patient   dental.PatNum
	plan      int // the plans themselves are not kept yet
	effective dental.Date
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

// statement is a bill that was sent; it is an invoice when it is about one visit.
type statement struct {
	patient   dental.PatNum
	sent      dental.DateTime
	mode      int
	isInvoice bool
	total     float64
}

// The ways a statement goes out, by Open Dental's numbers.
const (
	sentByMail  = 0
	handedOver  = 1
	sentByEmail = 2
)

const planCount = 36

// drawInsurance insures a part of the families, and bills those who owe.
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
			if mayInsure(member) && d.chance(35) {
				p.subscribers = append(p.subscribers, drawSubscriber(d, member, family, ordinals))
			}
		}
		if head.BalTotal > 0 && d.chance(75) {
			p.statements = append(p.statements, drawStatement(d, head))
		}
	}
	slices.SortStableFunc(p.statements, func(a, b statement) int {
		switch {
		case a.sent.Before(b.sent):
			return -1
		case b.sent.Before(a.sent):
			return 1
		default:
			return 0
		}
	})
}

func mayInsure(p *od.Patient) bool {
	return p.PatStatus == dental.PatStatusPatient && !isPrinted(p.PatNum) && ageOn(today, p.Birthdate) >= 21
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

func drawStatement(d dice, head *od.Patient) statement {
	s := statement{
		patient: head.PatNum,
		sent:    d.inOffice(d.workday(later(head.SecDateEntry, workdayBefore(today.AddDays(-500))), lastWork)),
		mode:    oneByWeight(d, []share[int]{{50, sentByMail}, {20, handedOver}}),
		total:   head.BalTotal.Float(),
	}
	if head.Email != "" && d.chance(40) {
		s.mode = sentByEmail
	}
	s.isInvoice = d.chance(20)
	return s
}

func (p *practice) writeInsurance(tx *record.Tx) error {
	const (
		insertSubscriber = "INSERT INTO `inssub` (`InsSubNum`, `PlanNum`, `Subscriber`, `DateEffective`, `ReleaseInfo`, `AssignBen`, `SubscriberID`," +
			" `SecDateEntry`, `SecDateTEdit`, `SubscriberIDFold`) VALUES (?, ?, ?, ?, 1, 1, ?, ?, ?, ?)"
		insertCoverage = "INSERT INTO `patplan` (`PatNum`, `Ordinal`, `Relationship`, `InsSubNum`, `SecDateTEntry`, `SecDateTEdit`)" +
			" VALUES (?, ?, ?, ?, ?, ?)"
		insertStatement = "INSERT INTO `statement` (`PatNum`, `DateSent`, `DateRangeFrom`, `DateRangeTo`, `Mode_`, `IsSent`, `DateTStamp`," +
			" `IsInvoice`, `IsBalValid`, `BalTotal`) VALUES (?, ?, ?, ?, ?, 1, ?, ?, 1, ?)"
	)
	for i, s := range p.subscribers {
		entered := store.Text(s.entered.String())
		_, err := tx.Exec(insertSubscriber, store.Int(i+1), store.Int(s.plan), store.Int(s.patient), store.Text(s.effective.String()),
			store.Text(s.id), store.Text(s.entered.Date().String()), entered, store.Text(dental.Fold(s.id)))
		if err != nil {
			return err
		}
		for _, c := range s.covered {
			_, err := tx.Exec(insertCoverage, store.Int(c.patient), store.Int(c.ordinal), store.Int(c.relationship), store.Int(i+1), entered, entered)
			if err != nil {
				return err
			}
		}
	}
	for _, s := range p.statements {
		sent := s.sent.Date()
		_, err := tx.Exec(insertStatement, store.Int(s.patient), store.Text(sent.String()), store.Text(sent.AddDays(-30).String()),
			store.Text(sent.String()), store.Int(s.mode), store.Text(s.sent.String()), store.Bool(s.isInvoice), store.Float(s.total))
		if err != nil {
			return err
		}
	}
	return nil
}
