package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Etrans is an electronic transaction with a clearinghouse or a carrier.
type Etrans struct {
	// EtransNum is the key.
	EtransNum dental.EtransNum `od:"key"`
	// DateTimeTrans is when it took place.
	DateTimeTrans dental.DateTime `od:"server"`
	// ClearingHouseNum is the clearinghouse; 0 is none.
	ClearingHouseNum dental.ClearinghouseNum `od:"server"`
	// Etype says what it is.
	Etype dental.EtransType `od:"server"`
	// ClaimNum is the claim that was sent; 0 is none.
	ClaimNum dental.ClaimNum `od:"server"`
	// CarrierNum is the carrier; 0 is none.
	CarrierNum int64 `od:"server"`
	// CarrierNum2 is the carrier of the other insurance; 0 is none.
	CarrierNum2 int64 `od:"server"`
	// PatNum is the patient; 0 is none.
	PatNum dental.PatNum `od:"server"`
	// AckCode is how it was acknowledged.
	AckCode string `od:"server max=255"`
	// Note is the office's own.
	Note string `od:"server"`
	// EtransMessageTextNum is the message; 0 is none.
	EtransMessageTextNum int64 `od:"server"`
	// PlanNum is the plan; 0 is none.
	PlanNum dental.PlanNum `od:"server"`
	// InsSubNum is the subscription; 0 is none.
	InsSubNum dental.InsSubNum `od:"server"`
	// TranSetId835 is the number of the transaction set within the message, ST02.
	TranSetId835 string `od:"server max=255"`
	// CarrierNameRaw is the payer as the message spells it.
	CarrierNameRaw string `od:"server max=60"`
	// PatientNameRaw is the patient as the message spells it, or how many there are: "(3)".
	PatientNameRaw string `od:"server max=133"`
	// UserNum is the user who received it; 0 is none.
	UserNum dental.UserNum `od:"server"`
}

var etrans = resource.Derive[Etrans](resource.Spec{
	Name: "Etrans", Path: "etrans", Alias: "ettrans", Thing: "Etrans", Table: "etrans",
}, nil)

// Etranss, as the current pages call them, serves the electronic transactions (seed 002, whose example spells the
// path ettrans).
var Etranss = &Rows[Etrans]{Table: etrans, Actions: []*Action{postEtrans}}

// etransMessage is the text of a message.
type etransMessage struct {
	EtransMessageTextNum int64  `od:"key"`
	MessageText          string `od:"server max=4000000"`
}

var etransMessages = resource.Derive[etransMessage](resource.Spec{
	Name: "EtransMessageTexts", Thing: "EtransMessageText", Table: "etransmessagetext",
}, nil)
