package sandbox

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// aging is what the office keeps of an account beside the balances.
type aging struct {
	buckets           [4]dental.Money // by age: up to 30 days, to 60, to 90, and older
	expected, planDue dental.Money
	hasIns            string
}

func (p *practice) agingOf(num dental.PatNum) *aging {
	if p.aged[num] == nil {
		p.aged[num] = new(aging)
	}
	return p.aged[num]
}

// writeAging writes the columns of patients that no resource has.
func (p *practice) writeAging(tx *record.Tx) error {
	for _, patient := range p.patients {
		a := p.aged[patient.PatNum]
		if a == nil {
			continue
		}
		err := tx.Send("UPDATE `patient` SET `Bal_0_30` = ?, `Bal_31_60` = ?, `Bal_61_90` = ?, `BalOver90` = ?, `InsEst` = ?, `PayPlanDue` = ?, `HasIns` = ? WHERE `PatNum` = ?",
			store.Float(a.buckets[0].Float()), store.Float(a.buckets[1].Float()), store.Float(a.buckets[2].Float()), store.Float(a.buckets[3].Float()),
			store.Float(a.expected.Float()), store.Float(a.planDue.Float()), store.Text(a.hasIns), store.Int(patient.PatNum))
		if err != nil {
			return err
		}
	}
	return nil
}
