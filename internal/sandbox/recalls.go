package sandbox

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
)

// recallKind is a type of recall and the codes that begin it anew.
type recallKind struct {
	num      int // RecallTypeNum
	months   int
	days     int
	triggers []string
}

// recallKinds are the stock types that anything triggers, and two of the office's own. Whose gums were treated is on the
// list for that alone.
var recallKinds = []recallKind{
	{1, 6, 1, []string{"D1110", "D1120"}},
	{3, 4, 0, []string{"D4341", "D4910"}},
	{4, 12, 0, []string{"D0274"}},
	{5, 60, 0, []string{"D0210", "D0330"}},
}

func (k recallKind) interval() int { return k.months/12<<24 | k.months%12<<16 | k.days }

func (k recallKind) isTriggered(code int) bool {
	for _, name := range k.triggers {
		if codes[code].code == name {
			return true
		}
	}
	return false
}

func (p *practice) drawRecalls(d dice) {
	types := p.sheet("recalltype", "RecallTypeNum Description DefaultInterval TimePattern Procedures DescriptionFold")
	types.put(4, "Side X-rays", recallKinds[2].interval(), "", "D0274", dental.Fold("Side X-rays"))
	types.put(5, "Full X-rays", recallKinds[3].interval(), "", "D0210", dental.Fold("Full X-rays"))
	triggers := p.sheet("recalltrigger", "RecallTriggerNum RecallTypeNum CodeNum")
	for _, k := range recallKinds {
		for _, name := range k.triggers {
			triggers.add(k.num, codeNum(name)+1)
		}
	}
	last, next := make([]map[dental.PatNum]dental.Date, len(recallKinds)), make([]map[dental.PatNum]dental.Date, len(recallKinds))
	for i, k := range recallKinds {
		last[i], next[i] = make(map[dental.PatNum]dental.Date), make(map[dental.PatNum]dental.Date)
		for _, made := range p.procedures {
			if !k.isTriggered(made.code) {
				continue
			}
			if made.status == complete {
				last[i][made.patient] = later(last[i][made.patient], made.date)
			}
			if made.status == planned && made.visit != nil && made.visit.status == dental.AptScheduled {
				next[i][made.patient] = made.date
			}
		}
	}
	s := p.sheet("recall", "RecallNum PatNum DateDueCalc DateDue DatePrevious RecallInterval RecallStatus Note IsDisabled DateTStamp RecallTypeNum DateScheduled")
	for _, patient := range p.patients {
		for i, k := range recallKinds {
			before, ok := last[i][patient.PatNum]
			if _, gums := last[1][patient.PatNum]; !ok || k.num == 1 && gums || patient.PatStatus != dental.PatStatusPatient {
				continue
			}
			due := before.AddMonths(k.months).AddDays(k.days)
			var status dental.DefNum
			changed := before.At(17 * 3600)
			if due.Before(today) && d.chance(30) {
				status = oneOf(d, []dental.DefNum{142, 247, 293})
				changed = workdayBefore(earlier(lastWork, due.AddDays(10))).At(11 * 3600)
			}
			s.add(patient.PatNum, due, due, before, k.interval(), status, "", false, changed, k.num, next[i][patient.PatNum])
		}
	}
}
