package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// InsVerify says when a coverage, or the benefits of a plan, were last verified.
type InsVerify struct {
	// InsVerifyNum is the key.
	InsVerifyNum dental.InsVerifyNum `od:"key"`
	// DateLastVerified is the day of the verification; "0001-01-01" until the first.
	DateLastVerified dental.Date `od:"server"`
	// UserNum is the user who is to verify; 0 is none.
	UserNum dental.UserNum `od:"server"`
	// VerifyType says what is verified: "PatientEnrollment" or "InsuranceBenefit".
	VerifyType dental.VerifyType `od:"server"`
	// FKey is a PatPlanNum, or a PlanNum where benefits are verified.
	FKey int64 `od:"server"`
	// DefNum is a definition of category 38, the status of the verification; 0 is none.
	DefNum dental.DefNum `od:"server fk=definition def=38"`
	// Note is the office's own.
	Note string `od:"server"`
	// DateLastAssigned is when a user was last asked to verify.
	DateLastAssigned dental.Date `od:"server"`
	// SecDateTEdit is when the row was last changed.
	SecDateTEdit dental.DateTime `od:"stamp"`
	// DateTimeEntry is when the row was made.
	DateTimeEntry dental.DateTime `od:"hidden"`
}

var insVerifies = resource.Derive[InsVerify](resource.Spec{
	Name: "InsVerifies", Path: "insverifies", Thing: "InsVerify", Table: "insverify",
}, nil)

// InsVerifies serves the verifications of insurances (seed 002).
var InsVerifies = &Rows[InsVerify]{Table: insVerifies, Actions: []*Action{putInsVerify}}

// insVerifyHist is what a verification said before it was changed.
type insVerifyHist struct {
	InsVerifyHistNum int64               `od:"key"`
	InsVerifyNum     dental.InsVerifyNum `od:"server"`
	DateLastVerified dental.Date         `od:"server"`
	UserNum          dental.UserNum      `od:"server"`
	VerifyType       dental.VerifyType   `od:"server"`
	FKey             int64               `od:"server"`
	DefNum           dental.DefNum       `od:"server"`
	Note             string              `od:"server"`
	DateLastAssigned dental.Date         `od:"server"`
	SecDateTEdit     dental.DateTime     `od:"stamp"`
	DateTimeEntry    dental.DateTime     `od:"server"`
}

var insVerifyHists = resource.Derive[insVerifyHist](resource.Spec{
	Name: "InsVerifyHists", Thing: "InsVerifyHist", Table: "insverifyhist",
}, nil)

// verificationsOf finds the verifications of a coverage or a plan: one, where only this program wrote.
func verificationsOf(c store.Conn, of dental.VerifyType, key int64) ([]*InsVerify, error) {
	return insVerifies.Find(c, "WHERE `FKey` = ? AND `VerifyType` = ? ORDER BY `InsVerifyNum`", store.Int(key), store.Int(of))
}
