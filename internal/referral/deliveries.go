package referral

import (
	"context"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The states of a delivery.
const (
	DeliveryPending   = "pending"
	DeliveryDelivered = "delivered"
	DeliveryDead      = "dead" // it was tried as often as it is; Resend begins anew
)

// Delivery is a call to a practice's system that files are ready.
type Delivery struct {
	Num        int64
	URN        string
	Version    int64
	Host       string
	State      string
	Attempts   int64
	DueAt      time.Time // of the next attempt
	LastStatus int64     // 0 where there was no answer
	LastAt     time.Time // zero before the first attempt
}

// Deliveries are the webhooks of a referral of the caller's, the latest first.
func (d *Desk) Deliveries(ctx context.Context, caller *Caller, urn string) (found []Delivery, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		r, err := ownRow(c, caller, urn)
		if err != nil {
			return err
		}
		rows := c.Query("SELECT `DeliveryNum`, `Version`, `Host`, `State`, `Attempts`, `DueAt`, `LastStatus`, `LastAt` FROM `webhookdelivery` WHERE `ReferralNum` = ? ORDER BY `DeliveryNum` DESC", store.Int(r.Num))
		for rows.Next() {
			one := Delivery{Num: rows.Int(0), URN: r.URN, Version: rows.Int(1), Host: string(rows.Text(2)), State: string(rows.Text(3)),
				Attempts: rows.Int(4), DueAt: time.UnixMilli(rows.Int(5)), LastStatus: rows.Int(6)}
			if at := rows.Int(7); at != 0 {
				one.LastAt = time.UnixMilli(at)
			}
			found = append(found, one)
		}
		return rows.Close()
	})
	return found, err
}

// Resend tries a dead delivery anew, from the first attempt on and under the same id. One that is not dead is a Conflict.
func (d *Desk) Resend(ctx context.Context, caller *Caller, delivery int64) (err error) {
	defer func() {
		if err == nil {
			wake(d.owed.Webhooks)
		}
	}()
	return d.write(ctx, caller, func(tx *record.Tx) error {
		state := ""
		if _, err := one(tx, func(r store.Row) { state = string(r.Text(0)) },
			"SELECT `State` FROM `webhookdelivery` WHERE `DeliveryNum` = ? AND `PracticeNum` = ?", store.Int(delivery), store.Int(caller.Account.Practice)); err != nil {
			return err
		}
		switch state {
		case "":
			return fault.New(fault.NotFound, "There is no such webhook")
		case DeliveryDead:
		default:
			return fault.New(fault.Conflict, "This webhook is %s; one is sent again after its last attempt has failed", state)
		}
		if err := tx.Send("UPDATE `webhookdelivery` SET `State` = ?, `FirstAt` = 0, `Attempts` = 0, `DueAt` = ? WHERE `DeliveryNum` = ?",
			store.Text(DeliveryPending), store.Int(millis(d.hub.Clock())), store.Int(delivery)); err != nil {
			return err
		}
		return tx.Note(audit.Update, "webhookdelivery", delivery, "State")
	})
}
