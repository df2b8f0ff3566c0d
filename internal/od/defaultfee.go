package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// defaultFee is the fee of a procedure's code: in the fee schedule of the patient's primary insurance plan,
// else of the patient, else of the provider. A fee of the clinic or the provider wins over a general one, and
// a later one over an earlier one, unless it is not in force yet. 0 where there is none.
func defaultFee(c store.Conn, p *Procedurelog, patient *Patient) (dental.Money, error) {
	schedule, err := insuranceFeeSched(c, patient.PatNum)
	if err != nil {
		return 0, err
	}
	if schedule == 0 {
		schedule = patient.FeeSched
	}
	if schedule == 0 {
		if schedule, err = providerFeeSched(c, p.ProvNum); err != nil {
			return 0, err
		}
	}
	if schedule == 0 {
		return 0, nil
	}
	rows := c.Query("SELECT `Amount` FROM `fee` WHERE `CodeNum` = ? AND `FeeSched` = ? AND `ClinicNum` IN (0, ?) AND `ProvNum` IN (0, ?)"+
		" AND `DateEffective` <= ? ORDER BY `ClinicNum` DESC, `ProvNum` DESC, `DateEffective` DESC, `FeeNum` LIMIT 1",
		store.Int(p.CodeNum), store.Int(schedule), store.Int(p.ClinicNum), store.Int(p.ProvNum), store.Text(p.ProcDate.String()))
	fee := dental.Money(0)
	if rows.Next() {
		fee = max(0, dental.MoneyOf(rows.Float(0))) // -1 is a fee that was left blank
	}
	return fee, rows.Close()
}

// insuranceFeeSched is the fee schedule of a patient's primary plan, 0 for none.
func insuranceFeeSched(c store.Conn, patient dental.PatNum) (dental.FeeSchedNum, error) {
	rows := c.Query("SELECT i.`FeeSched` FROM `patplan` AS p JOIN `inssub` AS s ON s.`InsSubNum` = p.`InsSubNum`"+
		" JOIN `insplan` AS i ON i.`PlanNum` = s.`PlanNum` WHERE p.`PatNum` = ? ORDER BY p.`Ordinal`, p.`PatPlanNum` LIMIT 1", store.Int(patient))
	return firstFeeSched(rows)
}

// providerFeeSched is a provider's fee schedule, 0 for none.
func providerFeeSched(c store.Conn, provider dental.ProvNum) (dental.FeeSchedNum, error) {
	return firstFeeSched(c.Query("SELECT `FeeSched` FROM `provider` WHERE `ProvNum` = ?", store.Int(provider)))
}

func firstFeeSched(rows store.Rows) (dental.FeeSchedNum, error) {
	schedule := dental.FeeSchedNum(0)
	if rows.Next() {
		schedule = dental.FeeSchedNum(rows.Int(0))
	}
	return schedule, rows.Close()
}
