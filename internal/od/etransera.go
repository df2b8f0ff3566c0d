package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// ReceivedERA is what POST /etrans takes.
type ReceivedERA struct {
	// DateTimeTrans is when the message was received. Default now.
	DateTimeTrans dental.DateTime `od:"in"`
	// HqClearinghouseNum is the clearinghouse, as headquarters numbers it. Default 0, none.
	HqClearinghouseNum int64 `od:"in"`
	// MessageText is the electronic remittance advice, an X12 835.
	MessageText string `od:"in! max=4000000"`
	// UserNum is the user who received it. Default 0, none.
	UserNum dental.UserNum `od:"in fk=userod"`
}

var postEtrans = Writing(resource.Action{
	Method: "POST", Access: resource.Access{Group: resource.AllOthers, Since: "21.2"},
}, func(call *Call[ReceivedERA]) []fault.Field {
	var faults []fault.Field
	if strings.TrimSpace(call.In.MessageText) != "" {
		if _, err := readERA(call.In.MessageText); err != nil {
			faults = append(faults, fault.Field{Name: "MessageText", Text: "MessageText " + err.Error()})
		}
	}
	return faults
}, receiveERA)

// receiveERA stores a message, and what its first lines say of it (seed 002, Etrans POST).
func receiveERA(tx *record.Tx, call *Call[ReceivedERA], dst []byte) ([]byte, error) {
	advice, err := readERA(call.In.MessageText)
	if err != nil {
		return nil, err
	}
	received := &Etrans{
		DateTimeTrans: call.In.DateTimeTrans, Etype: dental.EtransERA835, UserNum: call.In.UserNum,
		TranSetId835: advice.transaction, CarrierNameRaw: firstRunes(advice.payer, 60), PatientNameRaw: firstRunes(advice.patients, 133),
	}
	if received.DateTimeTrans.IsNone() {
		received.DateTimeTrans = tx.At
	}
	if received.ClearingHouseNum, err = clearinghouseOf(tx, call.In.HqClearinghouseNum); err != nil {
		return nil, err
	}
	message := &etransMessage{MessageText: call.In.MessageText}
	if err := record.Create(tx, etransMessages, message); err != nil {
		return nil, err
	}
	received.EtransMessageTextNum = message.EtransMessageTextNum
	return dst, record.Create(tx, etrans, received)
}

// clearinghouseOf is the practice's row of a clearinghouse that headquarters numbers.
func clearinghouseOf(c store.Conn, number int64) (dental.ClearinghouseNum, error) {
	if number == 0 {
		return 0, nil
	}
	rows := c.Query("SELECT `ClearinghouseNum` FROM `clearinghouse` WHERE `HqClearinghouseNum` = ? ORDER BY `ClinicNum`, `ClearinghouseNum` LIMIT 1",
		store.Int(number))
	found := dental.ClearinghouseNum(0)
	if rows.Next() {
		found = dental.ClearinghouseNum(rows.Int(0))
	}
	if err := rows.Close(); err != nil {
		return 0, err
	}
	if found == 0 {
		return 0, fault.New(fault.NotFound, "Clearinghouse not found")
	}
	return found, nil
}
