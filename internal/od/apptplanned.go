package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// orderPlanned gives a planned appointment its place, after the patient's others; one that is no longer
// planned gives its place up. The table plannedappt of older versions shows the same places.
func orderPlanned(tx *record.Tx, a *Appointment) error {
	if a.AptStatus != dental.AptPlanned {
		a.ItemOrderPlanned = 0
		return nil
	}
	if a.ItemOrderPlanned != 0 {
		return nil
	}
	rows := tx.Query("SELECT MAX(`ItemOrderPlanned`) FROM `appointment` WHERE `PatNum` = ? AND `AptStatus` = ?",
		store.Int(a.PatNum), store.Int(dental.AptPlanned))
	if rows.Next() {
		a.ItemOrderPlanned = int(rows.Int(0)) + 1
	}
	return rows.Close()
}
