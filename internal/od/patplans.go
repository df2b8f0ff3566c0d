package od

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// PatPlan is the coverage of a patient by an insurance.
type PatPlan struct {
	// PatPlanNum is the key.
	PatPlanNum dental.PatPlanNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// Ordinal is 1 for the primary insurance, 2 for the secondary, and so on; those from there on move up by
	// one. One that leaves a gap is the next free one. Default 1.
	Ordinal int `od:"create"`
	// IsPending coverage is not confirmed yet.
	IsPending bool `od:"server"`
	// Relationship is what the patient is to the subscriber. Default "Self".
	Relationship dental.Relationship `od:"create"`
	// PatID takes the place of the subscriber's number on claims.
	PatID string `od:"create max=100 since=21.4"`
	// InsSubNum is the subscription.
	InsSubNum dental.InsSubNum `od:"create! fk=inssub"`
	// PlanNum may be sent to make sure of the plan: it must be that of the subscription.
	PlanNum dental.PlanNum `od:"in create"`
	// OrthoAutoFeeBilledOverride is the fee of automatic orthodontic claims; -1 leaves it to the plan.
	OrthoAutoFeeBilledOverride dental.Money `od:"server"`
	// OrthoAutoNextClaimDate is when the next automatic orthodontic claim is due.
	OrthoAutoNextClaimDate dental.Date `od:"server"`
	// SecDateTEntry is when the row was made.
	SecDateTEntry dental.DateTime `od:"server"`
	// SecDateTEdit is when the row was last changed.
	SecDateTEdit dental.DateTime `od:"stamp"`
}

var patPlans = resource.Derive(resource.Spec{
	Name: "PatPlans", Path: "patplans", Thing: "PatPlan", Table: "patplan",
	Create: resource.Access{Group: resource.InsuranceSimple, Or: resource.Insurance, Since: "21.1"},
	Delete: resource.Access{Group: resource.InsuranceSimple, Or: resource.Insurance, Since: "21.1"},
}, func(_, new *PatPlan) []fault.Field {
	if new.Ordinal < 0 {
		return []fault.Field{{Name: "Ordinal", Text: "Ordinal must be 1 or more"}}
	}
	return nil
})

// PatPlans serves the coverage of patients (seed 002).
var PatPlans = &Rows[PatPlan]{Table: patPlans, OnCreate: createPatPlan, OnDelete: deletePatPlan}

// benefit is as much of a benefit as must be known to remove it together with the coverage.
type benefit struct {
	BenefitNum int64             `od:"key"`
	PatPlanNum dental.PatPlanNum `od:"server"`
}

var benefits = resource.Derive[benefit](resource.Spec{Name: "Benefits", Thing: "Benefit", Table: "benefit"}, nil)

func createPatPlan(tx *record.Tx, in Body, plan *PatPlan) error {
	if err := requirePatient(tx, plan.PatNum); err != nil {
		if fault.From(err).Kind == fault.NotFound {
			return fault.New(fault.NotFound, "Patient does not exist") // so printed on the page of PatPlans only
		}
		return err
	}
	if err := checkSubscription(tx, in, plan); err != nil {
		return err
	}
	others, err := coverageOf(tx, plan.PatNum)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, func(other *PatPlan) bool { return other.InsSubNum == plan.InsSubNum }) {
		return fault.New(fault.Conflict, "Patient is already linked to this InsSub")
	}
	plan.Ordinal = min(max(plan.Ordinal, 1), len(others)+1)
	plan.OrthoAutoFeeBilledOverride, plan.SecDateTEntry = -100, tx.At
	if err := record.Create(tx, patPlans, plan); err != nil {
		return err
	}
	verification := &InsVerify{VerifyType: dental.VerifyEnrollment, FKey: int64(plan.PatPlanNum), DateTimeEntry: tx.At}
	if err := record.Create(tx, insVerifies, verification); err != nil {
		return err
	}
	return renumberCoverage(tx, slices.Insert(others, plan.Ordinal-1, plan))
}

// checkSubscription refuses a subscription that is not there, or that is to another plan than was said.
func checkSubscription(tx *record.Tx, in Body, plan *PatPlan) error {
	found, err := insSubs.Find(tx, "WHERE `InsSubNum` = ?", store.Int(plan.InsSubNum))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.New(fault.NotFound, "InsSub does not exist")
	}
	if in.Has("PlanNum") && plan.PlanNum != found[0].PlanNum {
		return fault.InvalidFields([]fault.Field{{Name: "PlanNum", Text: "PlanNum is not the plan of this InsSub"}})
	}
	return nil
}

// coverageOf are a patient's insurances, the primary one first.
func coverageOf(c store.Conn, patient dental.PatNum) ([]*PatPlan, error) {
	return patPlans.Find(c, "WHERE `PatNum` = ? ORDER BY `Ordinal`, `PatPlanNum`", store.Int(patient))
}

// renumberCoverage gives a patient's insurances the ordinals 1 to n, in their order.
func renumberCoverage(tx *record.Tx, coverage []*PatPlan) error {
	for i, old := range coverage {
		moved := *old
		moved.Ordinal = i + 1
		if err := record.Update(tx, patPlans, old, &moved); err != nil {
			return err
		}
	}
	return nil
}

// deletePatPlan removes coverage with what belongs to it alone, and closes the gap; the plan and the
// subscription stay.
func deletePatPlan(tx *record.Tx, plan *PatPlan) error {
	if err := requirePatient(tx, plan.PatNum); err != nil {
		return err
	}
	if err := record.Delete(tx, patPlans, plan); err != nil {
		return err
	}
	own, err := benefits.Find(tx, "WHERE `PatPlanNum` = ? ORDER BY `BenefitNum`", store.Int(plan.PatPlanNum))
	if err != nil {
		return err
	}
	for _, row := range own {
		if err := record.Delete(tx, benefits, row); err != nil {
			return err
		}
	}
	verifications, err := verificationsOf(tx, dental.VerifyEnrollment, int64(plan.PatPlanNum))
	if err != nil {
		return err
	}
	for _, row := range verifications {
		if err := record.Delete(tx, insVerifies, row); err != nil {
			return err
		}
	}
	left, err := coverageOf(tx, plan.PatNum)
	if err != nil {
		return err
	}
	return renumberCoverage(tx, left)
}
