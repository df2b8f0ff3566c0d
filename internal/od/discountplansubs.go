package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DiscountPlanSub subscribes a patient to a discount plan.
type DiscountPlanSub struct {
	// DiscountSubNum is the key.
	DiscountSubNum dental.DiscountSubNum `od:"key"`
	// DiscountPlanNum is the plan.
	DiscountPlanNum dental.DiscountPlanNum `od:"create! fk=discountplan"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// DateEffective is the first day. Default "0001-01-01", the beginning of the calendar year.
	DateEffective dental.Date `od:"create"`
	// DateTerm is the last day. Default "0001-01-01", none.
	DateTerm dental.Date `od:"create"`
	// SubNote is the office's own note.
	SubNote string `od:"create"`
}

var discountPlanSubs = resource.Derive(resource.Spec{
	Name: "DiscountPlanSubs", Path: "discountplansubs", Thing: "DiscountPlanSub", Table: "discountplansub",
	Create: resource.Access{Group: resource.AllOthers, Since: "21.3"},
}, func(_, new *DiscountPlanSub) []fault.Field {
	start, end := namedDate{"DateEffective", new.DateEffective}, namedDate{"DateTerm", new.DateTerm}
	return endsBeforeItStarts(start, end)
})

// DiscountPlanSubs serves the subscriptions to discount plans (seed 002).
var DiscountPlanSubs = &Rows[DiscountPlanSub]{
	Table: discountPlanSubs, OnCreate: createDiscountPlanSub, Actions: []*Action{getDiscountPlanSub},
}

// createDiscountPlanSub refuses a second plan: the documents' GET answers one object, never several.
func createDiscountPlanSub(tx *record.Tx, _ Body, sub *DiscountPlanSub) error {
	if err := requirePatient(tx, sub.PatNum); err != nil {
		return err
	}
	subscribed, err := anyRow(tx, "`discountplansub` WHERE `PatNum` = ?", store.Int(sub.PatNum))
	if err != nil {
		return err
	}
	if subscribed {
		return fault.New(fault.Conflict, "Patient already has a DiscountPlanSub")
	}
	return record.Create(tx, discountPlanSubs, sub)
}
