package referral

import (
	"context"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Touched is that a step was made, as far as it tells whose lists show something else since.
type Touched struct {
	Num       int64 // of its entry in the trail: what is committed later has a higher one, whichever process wrote it
	Practice  int64 // that refers
	Area      int64
	Providers [2]int64 // whose the referral is and was; 0 is nobody's
	From, To  State
}

// Concerns tells that a list of the caller's shows something else.
func (t Touched) Concerns(caller *Caller) bool {
	switch caller.Role {
	case lifecycle.Referrer:
		return t.Practice == caller.Account.Practice && !t.To.BeforeSubmission()
	case lifecycle.Provider:
		return slices.Contains(t.Providers[:], caller.Account.Practice)
	case lifecycle.Triager, lifecycle.Approver:
		own := statesOf[caller.Role]
		return slices.Contains(caller.Areas, t.Area) && (slices.Contains(own, t.From) || slices.Contains(own, t.To))
	case lifecycle.Administrator:
		return slices.Contains(caller.Areas, t.Area) && !t.To.BeforeSubmission()
	}
	return false
}

// LastStep is a number that all steps made so far are not after, and all to come are.
//
// Steps are followed by their entries in the trail and not by their own numbers: entries are chained, so that their order is that of the
// commits, while a server of a cluster may give a step that is committed later a lower number.
func (d *Desk) LastStep(ctx context.Context) (last int64, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		head, err := audit.ReadHead(c)
		last = head.Num
		return err
	})
	return last, err
}

// MostSteps is how many steps StepsSince reads at most.
const MostSteps = 1000

// stepsSince reads the end of the trail, and the steps that it is about.
const stepsSince = "SELECT DISTINCT `t`.`AuditNum`, `r`.`PracticeNum`, `r`.`AreaNum`, `e`.`FromState`, `e`.`ToState`, COALESCE(`a`.`ProviderNum`, 0), COALESCE(`b`.`ProviderNum`, 0)" +
	" FROM `auditevent` AS `t` JOIN `referralevent` AS `e` ON `e`.`ReferralNum` = `t`.`TargetNum` AND `e`.`Move` = `t`.`Detail` AND `e`.`HappenedAt` = `t`.`LoggedAt`" +
	" JOIN `referral` AS `r` ON `r`.`ReferralNum` = `e`.`ReferralNum`" +
	" LEFT JOIN `allocation` AS `a` ON `a`.`ReferralNum` = `e`.`ReferralNum` AND `a`.`Ordinal` = `e`.`Allocation`" +
	" LEFT JOIN `allocation` AS `b` ON `b`.`ReferralNum` = `e`.`ReferralNum` AND `b`.`Ordinal` = `e`.`Allocation` - 1" +
	" WHERE `t`.`AuditNum` > ? AND `t`.`Action` = ? AND `t`.`Target` = 'referral' ORDER BY `t`.`AuditNum` LIMIT ?"

// StepsSince are the steps that were committed after a number, in their order, MostSteps at most.
func (d *Desk) StepsSince(ctx context.Context, num int64) (steps []Touched, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		steps = nil
		rows := c.Query(stepsSince, store.Int(num), store.Text(audit.Update), store.Int(MostSteps))
		for rows.Next() {
			steps = append(steps, Touched{rows.Int(0), rows.Int(1), rows.Int(2), [2]int64{rows.Int(5), rows.Int(6)}, State(rows.Text(3)), State(rows.Text(4))})
		}
		return rows.Close()
	})
	return steps, err
}

// Generation is a number that differs from the one returned before whenever anybody has changed something in the hub.
func (d *Desk) Generation() (int64, error) { return d.hub.DB.Generation() }
