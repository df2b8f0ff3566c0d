package directory

import (
	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// FoundCentre finds the organisation that the first administrator names, or makes it a referral centre, which is responsible for the
// first area where no other one is. It is called in the transaction that makes the administrator.
func FoundCentre(tx *record.Tx, name string) (num int64, err error) {
	found, err := one(tx, func(r store.Row) { num = r.Int(0) }, "SELECT `OrganisationNum` FROM `organisation` WHERE `NameFold` = ? ORDER BY `OrganisationNum` LIMIT 1", store.Text(fold(name)))
	if err != nil || found {
		return num, err
	}
	if num, err = insert(tx, "organisation", Organisation{Name: name, IsCentre: true, Area: Everywhere, IsActive: true}.columns()); err != nil {
		return 0, err
	}
	isFree, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `area` WHERE `AreaNum` = ? AND `CentreNum` = 0", store.Int(Everywhere))
	if err != nil || !isFree {
		return num, err
	}
	if err := tx.Send("UPDATE `area` SET `CentreNum` = ?, `Rev` = `Rev` + 1 WHERE `AreaNum` = ?", store.Int(num), store.Int(Everywhere)); err != nil {
		return 0, err
	}
	return num, tx.Note(audit.Update, "area", Everywhere, "CentreNum")
}
