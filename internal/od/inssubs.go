package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// InsSub links an insurance plan to its subscriber.
type InsSub struct {
	// InsSubNum is the key.
	InsSubNum dental.InsSubNum `od:"key"`
	// PlanNum is the plan. A change of it leaves the coverage of family members as it is.
	PlanNum dental.PlanNum `od:"create! update fk=insplan"`
	// Subscriber is the patient who holds the policy.
	Subscriber dental.PatNum `od:"create! update fk=patient"`
	// DateEffective is the first day of the policy. Default "0001-01-01", unknown.
	DateEffective dental.Date `od:"create update"`
	// DateTerm is the last day of the policy. Default "0001-01-01", none.
	DateTerm dental.Date `od:"create update"`
	// SubscriberID is the number that the carrier has given to the subscriber.
	SubscriberID string `od:"create! update max=255 fold=SubscriberIDFold"`
	// BenefitNotes is for notes that programs write.
	BenefitNotes string `od:"create update"`
	// ReleaseInfo says whether information may be given to the carrier. Default "true".
	ReleaseInfo bool `od:"create update since=21.4"`
	// AssignBen says whether the carrier pays the practice. Default the preference InsDefaultAssignBen.
	AssignBen bool `od:"create update since=21.4"`
	// SubscNote is the office's own note.
	SubscNote string `od:"create update since=22.4.26"`
	// SecDateTEdit is when the row was last changed.
	SecDateTEdit dental.DateTime `od:"stamp"`
	// SecDateEntry is when the row was made.
	SecDateEntry dental.Date `od:"hidden"`
}

var insSubs = resource.Derive(resource.Spec{
	Name: "InsSubs", Path: "inssubs", Thing: "InsSub", Table: "inssub",
	Create: resource.Access{Group: resource.InsuranceSimple, Or: resource.Insurance, Since: "21.1"},
	Update: resource.Access{Group: resource.InsuranceSimple, Or: resource.Insurance, Since: "21.1"},
	Delete: resource.Access{Group: resource.InsuranceSimple, Or: resource.Insurance, Since: "21.1"},
}, checkInsSub)

// InsSubs serves the links of insurance plans to subscribers (seed 002).
var InsSubs = &Rows[InsSub]{Table: insSubs, OnCreate: createInsSub, OnUpdate: updateInsSub, OnDelete: deleteInsSub}

func checkInsSub(old, new *InsSub) []fault.Field {
	start, end := namedDate{"DateEffective", new.DateEffective}, namedDate{"DateTerm", new.DateTerm}
	if old == nil {
		return endsBeforeItStarts(start, end)
	}
	var faults []fault.Field
	if new.PlanNum == 0 {
		faults = append(faults, fault.Field{Name: "PlanNum", Text: "PlanNum cannot be 0"})
	}
	if new.Subscriber == 0 {
		faults = append(faults, fault.Field{Name: "Subscriber", Text: "Subscriber cannot be 0"})
	}
	if strings.TrimSpace(new.SubscriberID) == "" && old.SubscriberID != new.SubscriberID {
		faults = append(faults, fault.Field{Name: "SubscriberID", Text: "SubscriberID cannot be blank"})
	}
	if old.DateEffective != new.DateEffective || old.DateTerm != new.DateTerm {
		faults = append(faults, endsBeforeItStarts(start, end)...)
	}
	return faults
}

func createInsSub(tx *record.Tx, in Body, sub *InsSub) error {
	if !in.Has("ReleaseInfo") {
		sub.ReleaseInfo = true
	}
	if !in.Has("AssignBen") {
		assigns, err := preferenceNum(tx, "InsDefaultAssignBen")
		if err != nil {
			return err
		}
		sub.AssignBen = assigns != 0
	}
	sub.SecDateEntry = tx.At.Date()
	return record.Create(tx, insSubs, sub)
}

func updateInsSub(tx *record.Tx, _ Body, old, new *InsSub) error {
	if err := requirePatient(tx, old.Subscriber); err != nil {
		return err
	}
	return record.Update(tx, insSubs, old, new)
}

// deleteInsSub refuses to leave coverage, claims or payment plans behind that point to nothing, and takes
// the estimates of the subscription along.
func deleteInsSub(tx *record.Tx, sub *InsSub) error {
	if err := requirePatient(tx, sub.Subscriber); err != nil {
		return err
	}
	for _, holder := range []struct{ things, rows string }{
		{"PatPlans", "`patplan` WHERE `InsSubNum` = ?"},
		{"Claims", "`claim` WHERE ? IN (`InsSubNum`, `InsSubNum2`)"},
		{"ClaimProcs", "`claimproc` WHERE `InsSubNum` = ? AND `Status` NOT IN (6, 8)"}, // but estimates
		{"PayPlans", "`payplan` WHERE `InsSubNum` = ?"},
	} {
		held, err := anyRow(tx, holder.rows, store.Int(sub.InsSubNum))
		if err != nil {
			return err
		}
		if held {
			return fault.New(fault.Conflict, "Can't delete InsSub because %s are still attached.", holder.things)
		}
	}
	estimates, err := claimProcs.Find(tx, "WHERE `InsSubNum` = ? ORDER BY `ClaimProcNum`", store.Int(sub.InsSubNum))
	if err != nil {
		return err
	}
	for _, estimate := range estimates {
		if err := record.Delete(tx, claimProcs, estimate); err != nil {
			return err
		}
	}
	return record.Delete(tx, insSubs, sub)
}

// anyRow tells whether a table has a row that a condition selects.
func anyRow(c store.Conn, tableWhere string, args ...store.Value) (bool, error) {
	rows := c.Query("SELECT 1 FROM "+tableWhere+" LIMIT 1", args...)
	found := rows.Next()
	return found, rows.Close()
}
