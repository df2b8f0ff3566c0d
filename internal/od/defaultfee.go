package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// feeBasis is what the fee of a procedure depends on, beside its code.
type feeBasis struct {
	patient  *Patient
	provider dental.ProvNum
	clinic   dental.ClinicNum
	day      dental.Date
}

// fees are the fees of codes: in the fee schedule of the patient's primary insurance plan, else of the
// patient, else of the provider. A fee of the clinic or the provider wins over a general one, and a later one
// over an earlier one, unless it is not in force yet. A code without a fee is left out.
func (b feeBasis) fees(c store.Conn, codes ...dental.CodeNum) (map[dental.CodeNum]dental.Money, error) {
	schedule, err := b.schedule(c)
	if err != nil || schedule == 0 || len(codes) == 0 {
		return nil, err
	}
	args := []store.Value{store.Int(schedule), store.Int(b.clinic), store.Int(b.provider), store.Text(b.day.String())}
	for _, code := range codes {
		args = append(args, store.Int(code))
	}
	rows := c.Query("SELECT `CodeNum`, `Amount` FROM `fee` WHERE `FeeSched` = ? AND `ClinicNum` IN (0, ?) AND `ProvNum` IN (0, ?)"+
		" AND `DateEffective` <= ? AND `CodeNum` IN (?"+strings.Repeat(", ?", len(codes)-1)+")"+
		" ORDER BY `ClinicNum`, `ProvNum`, `DateEffective`, `FeeNum` DESC", args...)
	fees := make(map[dental.CodeNum]dental.Money)
	for rows.Next() {
		fees[dental.CodeNum(rows.Int(0))] = max(0, dental.MoneyOf(rows.Float(1))) // -1 is a fee that was left blank
	}
	return fees, rows.Close()
}

// schedule is the fee schedule that holds, 0 for none.
func (b feeBasis) schedule(c store.Conn) (dental.FeeSchedNum, error) {
	schedule, err := insuranceFeeSched(c, b.patient.PatNum)
	if err == nil && schedule == 0 {
		schedule = b.patient.FeeSched
	}
	if err == nil && schedule == 0 {
		schedule, err = providerFeeSched(c, b.provider)
	}
	return schedule, err
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
