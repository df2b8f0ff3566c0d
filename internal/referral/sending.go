package referral

import (
	"context"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Call is a webhook that is to be sent: whole, as it was when it became owed.
type Call struct {
	Num      int64
	ID       string // the same at each attempt
	Practice int64
	URL      string
	Host     string // with the port, in lower case
	Body     []byte
	Attempts int64
	FirstAt  time.Time // of the first attempt; zero before it
	DueAt    time.Time
}

// callIsDue is for calls whose time has come; one that was never tried is due whenever it is looked at, also after the clock was put back.
const callIsDue = "(`DueAt` <= ? OR `Attempts` = 0)"

// DueHosts are the hosts that have calls due.
func (d *Desk) DueHosts(ctx context.Context) (hosts []string, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		hosts = nil
		rows := c.Query("SELECT DISTINCT `Host` FROM `webhookdelivery` WHERE `State` = ? AND "+callIsDue,
			store.Text(DeliveryPending), store.Int(millis(d.hub.Clock())))
		for rows.Next() {
			hosts = append(hosts, string(rows.Text(0)))
		}
		return rows.Close()
	})
	return hosts, err
}

// DueCalls are a host's calls whose time has come, the longest due first, at most so many.
func (d *Desk) DueCalls(ctx context.Context, host string, most int) (calls []Call, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		calls = nil
		rows := c.Query("SELECT `DeliveryNum`, `DeliveryId`, `PracticeNum`, `Url`, `Host`, `Body`, `Attempts`, `FirstAt`, `DueAt` FROM `webhookdelivery` WHERE `State` = ? AND "+callIsDue+" AND `Host` = ? ORDER BY `DueAt`, `DeliveryNum` LIMIT ?",
			store.Text(DeliveryPending), store.Int(millis(d.hub.Clock())), store.Text(host), store.Int(int64(most)))
		for rows.Next() {
			call := Call{Num: rows.Int(0), ID: string(rows.Text(1)), Practice: rows.Int(2), URL: string(rows.Text(3)), Host: string(rows.Text(4)),
				Body: append([]byte(nil), rows.Text(5)...), Attempts: rows.Int(6), DueAt: time.UnixMilli(rows.Int(8))}
			if first := rows.Int(7); first != 0 {
				call.FirstAt = time.UnixMilli(first)
			}
			calls = append(calls, call)
		}
		return rows.Close()
	})
	return calls, err
}

// WaitingCalls are the calls that were tried and are not due before a moment, by their numbers.
func (d *Desk) WaitingCalls(ctx context.Context, until time.Time) (calls []Call, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		calls = nil
		rows := c.Query("SELECT `DeliveryNum`, `Attempts`, `DueAt` FROM `webhookdelivery` WHERE `State` = ? AND `DueAt` > ? AND `Attempts` > 0 ORDER BY `DeliveryNum`",
			store.Text(DeliveryPending), store.Int(millis(until)))
		for rows.Next() {
			calls = append(calls, Call{Num: rows.Int(0), Attempts: rows.Int(1), DueAt: time.UnixMilli(rows.Int(2))})
		}
		return rows.Close()
	})
	return calls, err
}

// Postpone gives calls another moment at which they are due. One that was sent, or sent anew, meanwhile is left as it is.
func (d *Desk) Postpone(ctx context.Context, calls []Call, due func(Call) time.Time, check func(store.Tx) error) error {
	return d.hub.DB.Write(ctx, func(tx store.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		for _, call := range calls {
			if err := tx.Send("UPDATE `webhookdelivery` SET `DueAt` = ? WHERE `DeliveryNum` = ? AND `State` = ? AND `Attempts` = ? AND `DueAt` = ?",
				store.Int(millis(due(call))), store.Int(call.Num), store.Text(DeliveryPending), store.Int(call.Attempts), store.Int(millis(call.DueAt))); err != nil {
				return err
			}
		}
		return nil
	})
}

// Attempt is what came of sending a call.
type Attempt struct {
	At      time.Time
	Status  int       // 0 where there was no answer
	State   string    // what the delivery becomes: DeliveryPending, DeliveryDelivered or DeliveryDead
	NextDue time.Time // of a pending one
}

// Attempted notes an attempt. One that another process has noted meanwhile, or that was sent anew, is left as it
// is: what came of this attempt is not what came of that one. check refuses it for who no longer has the work.
func (d *Desk) Attempted(ctx context.Context, call Call, attempt Attempt, check func(store.Tx) error) error {
	first := call.FirstAt
	if first.IsZero() {
		first = attempt.At
	}
	due := attempt.NextDue
	if due.IsZero() {
		due = call.DueAt
	}
	return d.hub.DB.Write(ctx, func(tx store.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		return tx.Send("UPDATE `webhookdelivery` SET `State` = ?, `FirstAt` = ?, `DueAt` = ?, `Attempts` = ?, `LastStatus` = ?, `LastAt` = ? WHERE `DeliveryNum` = ? AND `State` = ? AND `Attempts` = ? AND `DueAt` = ?",
			store.Text(attempt.State), store.Int(millis(first)), store.Int(millis(due)), store.Int(call.Attempts+1), store.Int(int64(attempt.Status)), store.Int(millis(attempt.At)),
			store.Int(call.Num), store.Text(DeliveryPending), store.Int(call.Attempts), store.Int(millis(call.DueAt)))
	})
}

// DeadDeliveries are the calls of all practices that were given up, the latest first, a thousand at most.
func (d *Desk) DeadDeliveries(ctx context.Context) (found []Delivery, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		found = nil
		rows := c.Query("SELECT `w`.`DeliveryNum`, `r`.`Urn`, `w`.`Version`, `w`.`Host`, `w`.`Attempts`, `w`.`LastStatus`, `w`.`LastAt` FROM `webhookdelivery` AS `w` JOIN `referral` AS `r` ON `r`.`ReferralNum` = `w`.`ReferralNum` WHERE `w`.`State` = ? ORDER BY `w`.`LastAt` DESC, `w`.`DeliveryNum` DESC LIMIT 1000",
			store.Text(DeliveryDead))
		for rows.Next() {
			found = append(found, Delivery{Num: rows.Int(0), URN: string(rows.Text(1)), Version: rows.Int(2), Host: string(rows.Text(3)), State: DeliveryDead,
				Attempts: rows.Int(4), LastStatus: rows.Int(5), LastAt: time.UnixMilli(rows.Int(6))})
		}
		return rows.Close()
	})
	return found, err
}
