package sandbox

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// statement is a bill that was sent; it is an invoice when it is about one visit.
type statement struct {
	patient   dental.PatNum
	sent      dental.DateTime
	mode      int
	isInvoice bool
	total     dental.Money
}

// The ways a statement goes out, by Open Dental's numbers.
const (
	sentByMail  = 0
	handedOver  = 1
	sentByEmail = 2
)

// drawStatements bills most of those who owe.
func (p *practice) drawStatements(d dice) {
	var statements []statement
	for _, head := range p.patients {
		if head.BalTotal > 0 && d.chance(75) {
			statements = append(statements, drawStatement(d, head))
		}
	}
	slices.SortStableFunc(statements, func(a, b statement) int {
		switch {
		case a.sent.Before(b.sent):
			return -1
		case b.sent.Before(a.sent):
			return 1
		default:
			return 0
		}
	})
	s := p.sheet("statement", "StatementNum PatNum DateSent DateRangeFrom DateRangeTo Mode_ IsSent DateTStamp IsInvoice IsBalValid BalTotal")
	for _, each := range statements {
		sent := each.sent.Date()
		s.add(each.patient, sent, sent.AddDays(-30), sent, each.mode, true, each.sent, each.isInvoice, true, each.total)
	}
}

func drawStatement(d dice, head *od.Patient) statement {
	s := statement{
		patient: head.PatNum,
		sent:    d.inOffice(d.workday(later(head.SecDateEntry, workdayBefore(today.AddDays(-500))), lastWork)),
		mode:    oneByWeight(d, []share[int]{{50, sentByMail}, {20, handedOver}}),
		total:   head.BalTotal,
	}
	if head.Email != "" && d.chance(40) {
		s.mode = sentByEmail
	}
	s.isInvoice = d.chance(20)
	return s
}
