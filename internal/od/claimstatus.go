package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ClaimStatus is what PUT /claims/{ClaimNum}/Status takes.
type ClaimStatus struct {
	// DateSent is when the claim was last sent.
	DateSent dental.Date `od:"in!"`
	// DateSentOrig is when the claim was first sent; a claim that was sent before keeps its own. Default
	// DateSent.
	DateSentOrig dental.Date `od:"in"`
}

var setClaimStatus = Writing(resource.Action{
	Method: "PUT", Name: "Status", OnRow: true, Answers: "the claim", Access: resource.Access{Group: resource.Insurance, Since: "21.3"},
}, func(call *Call[ClaimStatus]) []fault.Field {
	first, last := namedDate{"DateSentOrig", call.In.DateSentOrig}, namedDate{"DateSent", call.In.DateSent}
	return endsBeforeItStarts(first, last)
}, sendClaim)

// sendClaim marks a claim as sent, and notes the transaction (seed 002, Claims PUT Status).
func sendClaim(tx *record.Tx, call *Call[ClaimStatus], dst []byte) ([]byte, error) {
	old, err := claims.Get(tx, call.Key)
	if err != nil {
		return nil, err
	}
	if err := requirePatient(tx, old.PatNum); err != nil {
		return nil, err
	}
	changed := *old
	changed.ClaimStatus, changed.DateSent = "S", call.In.DateSent
	if old.DateSentOrig.IsNone() {
		changed.DateSentOrig = call.In.DateSent
		if !call.In.DateSentOrig.IsNone() {
			changed.DateSentOrig = call.In.DateSentOrig
		}
	}
	if err := record.Update(tx, claims, old, &changed); err != nil {
		return nil, err
	}
	sent := &Etrans{
		DateTimeTrans: tx.At, Etype: dental.EtransClaimSent, ClaimNum: old.ClaimNum, PatNum: old.PatNum,
		PlanNum: old.PlanNum, InsSubNum: old.InsSubNum,
	}
	if sent.CarrierNum, err = carrierOf(tx, old.PlanNum); err != nil {
		return nil, err
	}
	if sent.CarrierNum2, err = carrierOf(tx, old.PlanNum2); err != nil {
		return nil, err
	}
	if err := record.Create(tx, etrans, sent); err != nil {
		return nil, err
	}
	return claims.AppendOne(dst, tx, call.Key, call.Format)
}

// carrierOf is the carrier of a plan, 0 for none.
func carrierOf(c store.Conn, plan dental.PlanNum) (int64, error) {
	rows := c.Query("SELECT `CarrierNum` FROM `insplan` WHERE `PlanNum` = ?", store.Int(plan))
	carrier := int64(0)
	if rows.Next() {
		carrier = rows.Int(0)
	}
	return carrier, rows.Close()
}
