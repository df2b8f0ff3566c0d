package directory

import (
	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// FoundCentre makes the organisation that the first administrator names a referral centre, which is responsible for the first area
// where no other one is. An organisation that there is, such as a practice of this installation, stays what it is beside that; another
// one is added. It is called in the transaction that makes the administrator.
func FoundCentre(tx *record.Tx, name string) (num int64, err error) {
	var o Organisation
	found, err := one(tx, func(r store.Row) { o = scanOrganisation(r) }, organisationColumns+"WHERE o.`NameFold` = ? ORDER BY o.`OrganisationNum` LIMIT 1", store.Text(fold(name)))
	if err != nil {
		return 0, err
	}
	if !found {
		o, err = addOrganisation(tx, Organisation{Name: name, IsCentre: true, Area: Everywhere, IsActive: true})
	} else {
		centre := o
		centre.IsCentre, centre.IsActive = true, true
		_, err = update(tx, "organisation", "OrganisationNum", o.Num, o.Rev, o.columns(), centre.columns())
	}
	if err != nil {
		return 0, err
	}
	isFree, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `area` WHERE `AreaNum` = ? AND `CentreNum` = 0", store.Int(Everywhere))
	if err != nil || !isFree {
		return o.Num, err
	}
	if err := tx.Send("UPDATE `area` SET `CentreNum` = ?, `Rev` = `Rev` + 1 WHERE `AreaNum` = ?", store.Int(o.Num), store.Int(Everywhere)); err != nil {
		return 0, err
	}
	return o.Num, tx.Note(audit.Update, "area", Everywhere, "CentreNum")
}
