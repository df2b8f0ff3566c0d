package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DiscountPlanSubOf is what GET /discountplansubs takes.
type DiscountPlanSubOf struct {
	// PatNum is the patient. It must be sent.
	PatNum dental.PatNum `od:"in"`
}

var getDiscountPlanSub = Reading(resource.Action{
	Method: "GET", Answers: "the patient's one subscription", Access: resource.Access{Group: resource.ReadAll, Since: "21.3"},
}, func(call *Call[DiscountPlanSubOf]) []fault.Field {
	if !call.lacks("PatNum") {
		return nil
	}
	return []fault.Field{{Name: "PatNum", Text: "PatNum is Required"}} // the capital R is this page's own
}, readDiscountPlanSub)

// readDiscountPlanSub answers an object, not an array: a patient has one discount plan at most (seed 002,
// DiscountPlanSubs GET).
func readDiscountPlanSub(c store.Conn, call *Call[DiscountPlanSubOf], dst []byte) ([]byte, error) {
	if err := requirePatient(c, call.In.PatNum); err != nil {
		return nil, err
	}
	found, err := discountPlanSubs.Find(c, "WHERE `PatNum` = ? ORDER BY `DiscountSubNum` LIMIT 1", store.Int(call.In.PatNum))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, discountPlanSubs.NotFound()
	}
	return discountPlanSubs.AppendOne(dst, c, int64(found[0].DiscountSubNum), call.Format)
}
