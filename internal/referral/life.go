package referral

import (
	"encoding/json"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Life is the fold of a referral's events.
func Life(c store.Conn, num int64) (life lifecycle.Referral, err error) {
	rows := c.Query("SELECT `Seq`, `Move`, `FromState`, `ToState`, `ActorRole`, `ActorNum`, `ActorName`, `HappenedAt`, `ReasonCode`, `AllocationNum`, `Data` FROM `referralevent` WHERE `ReferralNum` = ? ORDER BY `Seq`",
		store.Int(num))
	for rows.Next() {
		e := lifecycle.Event{Seq: rows.Int(0), Move: lifecycle.Move(rows.Text(1)), From: lifecycle.State(rows.Text(2)), To: lifecycle.State(rows.Text(3)),
			Role: lifecycle.Role(rows.Text(4)), Actor: rows.Int(5), ActorName: string(rows.Text(6)), At: dateTime(rows.Text(7)),
			Reason: lifecycle.Reason(rows.Text(8)), Allocation: int(rows.Int(9))}
		if !rows.Null(10) {
			if err = json.Unmarshal(rows.Text(10), &e.Data); err != nil {
				break
			}
		}
		life = life.With(e)
	}
	if failed := rows.Close(); failed != nil {
		err = failed
	}
	return life, err
}
