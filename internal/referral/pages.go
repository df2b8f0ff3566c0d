package referral

import (
	"context"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Invitation is what a prepared form's link tells before it is opened: who prepared what, and nothing of the patient.
type Invitation struct {
	Practice  string // its name
	FormType  string // "" where the user chooses it
	CreatedAt dental.DateTime
}

// Invitation looks at a prepared form's link, as Link does.
func (d *Desk) Invitation(ctx context.Context, uuid string) (Invitation, error) {
	var found Invitation
	known := false
	err := d.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		known, err = one(c, func(r store.Row) {
			found = Invitation{string(r.Text(0)), string(r.Text(1)), dateTime(r.Text(2))}
		}, "SELECT `p`.`Name`, `r`.`FormType`, `l`.`CreatedAt` FROM `preparedlink` AS `l` JOIN `referral` AS `r` ON `r`.`ReferralNum` = `l`.`ReferralNum` JOIN `practice` AS `p` ON `p`.`PracticeNum` = `l`.`PracticeNum` WHERE `l`.`TokenHash` = ?",
			store.Text(hashOf(uuid)))
		return err
	})
	if err == nil && !known {
		err = errNoLink
	}
	return found, err
}

// Now is the moment by the desk's clock.
func (d *Desk) Now() dental.DateTime { return d.now() }

// mostDead is how many dead deliveries are listed: who has more than that has one cause.
const mostDead = 50

// DeadDeliveriesOf are the webhooks of the caller's account that were tried as often as they are, the latest first.
func (d *Desk) DeadDeliveriesOf(ctx context.Context, caller *Caller) (found []Delivery, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT `w`.`DeliveryNum`, `r`.`Urn`, `w`.`Version`, `w`.`Host`, `w`.`Attempts`, `w`.`LastStatus`, `w`.`LastAt` FROM `webhookdelivery` AS `w` JOIN `referral` AS `r` ON `r`.`ReferralNum` = `w`.`ReferralNum` WHERE `w`.`State` = ? AND `w`.`PracticeNum` = ? ORDER BY `w`.`DeliveryNum` DESC LIMIT ?",
			store.Text(DeliveryDead), store.Int(caller.Account.Practice), store.Int(mostDead))
		for rows.Next() {
			found = append(found, Delivery{Num: rows.Int(0), URN: string(rows.Text(1)), Version: rows.Int(2), Host: string(rows.Text(3)), State: DeliveryDead,
				Attempts: rows.Int(4), LastStatus: rows.Int(5), LastAt: time.UnixMilli(rows.Int(6))})
		}
		return rows.Close()
	})
	return found, err
}

// CanBeFilled tells whether a form in the state is still the referrer's to fill in.
func CanBeFilled(s State) bool { return canBeFilled(s) }
