package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Verification is what PUT /insverifies takes.
type Verification struct {
	// DateLastVerified is the day of the verification. Without it the day stays as it is.
	DateLastVerified dental.Date `od:"in"`
	// VerifyType is "PatientEnrollment" for a coverage or "InsuranceBenefit" for a plan.
	VerifyType dental.VerifyType `od:"in! but=None"`
	// FKey is the PatPlanNum of the coverage or the PlanNum of the plan.
	FKey int64 `od:"in!"`
	// DefNum is a definition of category 38.
	DefNum dental.DefNum `od:"in fk=definition def=38"`
	// Note is the office's own.
	Note string `od:"in since=24.1.17"`
}

var putInsVerify = Writing(resource.Action{
	Method: "PUT", Answers: "the verification",
	Access: resource.Access{Group: resource.InsuranceSimple, Or: resource.Insurance, Since: "21.1"},
}, nil, verifyInsurance)

// verifyInsurance changes what is known of a coverage or a plan, and keeps what was known before in the
// history (seed 002, InsVerifies PUT).
func verifyInsurance(tx *record.Tx, call *Call[Verification], dst []byte) ([]byte, error) {
	if err := requireVerifiable(tx, call.In.VerifyType, call.In.FKey); err != nil {
		return nil, err
	}
	found, err := verificationsOf(tx, call.In.VerifyType, call.In.FKey)
	if err != nil {
		return nil, err
	}
	old := &InsVerify{VerifyType: call.In.VerifyType, FKey: call.In.FKey, DateTimeEntry: tx.At}
	if len(found) > 0 {
		old = found[0]
	}
	changed := *old
	if call.Has("DateLastVerified") {
		changed.DateLastVerified = call.In.DateLastVerified
	}
	if call.Has("DefNum") {
		changed.DefNum = call.In.DefNum
	}
	if call.Has("Note") {
		changed.Note = call.In.Note
	}
	if len(found) == 0 {
		err = record.Create(tx, insVerifies, &changed)
	} else {
		err = replaceVerification(tx, old, &changed)
	}
	if err != nil {
		return nil, err
	}
	return insVerifies.AppendOne(dst, tx, int64(changed.InsVerifyNum), call.Format)
}

var insPlanKey = resource.ParentIn("insplan", "PlanNum")

// requireVerifiable refuses a coverage or a plan that is not there.
func requireVerifiable(c store.Conn, of dental.VerifyType, key int64) error {
	if of == dental.VerifyBenefits {
		return insPlanKey.MustExist(c, store.Int(key))
	}
	plan, err := patPlans.Get(c, key)
	if err != nil {
		return err
	}
	return requirePatient(c, plan.PatNum)
}

// replaceVerification writes the history first, so that nothing that was known is lost. Where nothing
// changes there is nothing to keep.
func replaceVerification(tx *record.Tx, old, changed *InsVerify) error {
	if len(insVerifies.Changed(old, changed)) == 0 {
		return nil
	}
	kept := &insVerifyHist{
		InsVerifyNum: old.InsVerifyNum, DateLastVerified: old.DateLastVerified, UserNum: old.UserNum, VerifyType: old.VerifyType,
		FKey: old.FKey, DefNum: old.DefNum, Note: old.Note, DateLastAssigned: old.DateLastAssigned, DateTimeEntry: old.DateTimeEntry,
	}
	if err := record.Create(tx, insVerifyHists, kept); err != nil {
		return err
	}
	return record.Update(tx, insVerifies, old, changed)
}
